#include "visualize/ladder.hpp"
#include "visualize/ladder_shape.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

#include <fmt/format.h>

#include "tests/visualize/play.hpp"
#include "visualize/conversation.hpp"
#include "visualize/graphviz.hpp"

using namespace visualize;

namespace {

const char* const stripped_file = "watchers/stripping.lua";
const char* const stripped_title =
    "a stripped STARTTLS, enforced: the mail waits and nothing leaks";

std::size_t count(const Ladder& ladder, Row::Kind kind) {
    return static_cast<std::size_t>(std::count_if(ladder.rows.begin(), ladder.rows.end(),
                                                  [&](const Row& r) { return r.kind == kind; }));
}

// A scenario, what its conversation says, and how notes of its ladder begin.
struct Case {
    const char *file, *title;
    std::vector<const char*> told, drawn;
};
void is_told_and_drawn(const Case& c) {
    BOOST_TEST_CONTEXT(c.title) {
        const Play play(c.file, c.title);
        const std::string text = conversation(play.trace());
        for (const char* const words : c.told)
            BOOST_TEST(text.find(words) != std::string::npos, words);
        const Ladder ladder = ladder_of(play.trace(), "t");
        for (const char* const words : c.drawn)
            BOOST_TEST(std::any_of(ladder.rows.begin(), ladder.rows.end(),
                                   [&](const Row& row) {
                                       return row.kind == Row::Kind::note &&
                                              row.head.starts_with(words);
                                   }),
                       words);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ladder)

BOOST_AUTO_TEST_CASE(the_same_trace_gives_the_same_dot) {
    const Play one(stripped_file, stripped_title), other(stripped_file, stripped_title);
    const std::string dot = ladder_dot(ladder_of(one.trace(), "a title"), measure);
    BOOST_TEST(dot == ladder_dot(ladder_of(other.trace(), "a title"), measure));
    BOOST_TEST(dot != ladder_dot(ladder_of(other.trace(), "another title"), measure));
}

// No Graphviz is needed for it.
BOOST_AUTO_TEST_CASE(a_ladder_is_laid_out_by_the_sizes_it_is_given) {
    const Play play(stripped_file, stripped_title);
    const Ladder ladder = ladder_of(play.trace(), "t");
    const auto last_lane_at = [&](double width) {
        const std::string dot = ladder_dot(ladder, [&](const std::vector<std::string>& labels) {
            return std::vector<Size>(labels.size(), {width, 10});
        });
        const std::string_view key = "pos=\"";
        return std::stod(dot.substr(dot.find(key, dot.find(" h3t[")) + key.size()));
    };
    BOOST_TEST(last_lane_at(10) == 3 * 175.0);     // the least gap
    BOOST_TEST(last_lane_at(2000) == 3 * 2046.0);  // heads of hosts, and room between them
}

BOOST_AUTO_TEST_CASE(clear_encrypted_and_altered_arrows_differ) {
    const Play play(stripped_file, stripped_title);
    const Ladder ladder = ladder_of(play.trace(), "t");
    std::set<Style> seen;
    for (const Row& row : ladder.rows)
        if (row.kind == Row::Kind::message) seen.insert(row.style);
    BOOST_TEST(seen.size() == 3u);
    const std::string dot = ladder_dot(ladder, measure);
    BOOST_TEST(dot.find("style=dashed") != std::string::npos);  // altered
}

BOOST_AUTO_TEST_CASE(phases_notes_and_what_a_watcher_sees) {
    const Play play(stripped_file, stripped_title);
    const Ladder ladder = ladder_of(play.trace(), "t");
    BOOST_TEST(ladder.lanes.size() == 4u);
    BOOST_TEST(count(ladder, Row::Kind::phase) >= 2u);
    BOOST_TEST(count(ladder, Row::Kind::note) >= 4u);
    BOOST_TEST(count(ladder, Row::Kind::gap) >= 1u);
    bool readable = false, sealed = false;
    for (const Row& row : ladder.rows)
        for (const Glance& glance : row.glances)
            (glance.sight == Glance::Sight::readable ? readable : sealed) = true;
    BOOST_TEST(readable);
    BOOST_TEST(sealed);
}

// Each trouble is told, and drawn as a note.
BOOST_AUTO_TEST_CASE(bad_networks_are_told_and_drawn) {
    const Case cases[] = {
        {"networks/partitions.lua",
         "no way to the host: the attempt times out, the next one succeeds, level may",
         {"the link between mail.alice.example and mx.bob.example: down",
          "the link between mail.alice.example and mx.bob.example: up"},
         {"link to mx.bob.example: down", "link to mx.bob.example: up"}},
        {"networks/partitions.lua",
         "a path that is down one way answers nobody, either way",
         {"mx.bob.example: nothing gets to mail.alice.example"},
         {"link to mx.bob.example: nothing gets to mail.alice.example"}},
        {"networks/carriage.lua",
         "latency and jitter keep the order of bytes, level may",
         {"all links: latency 300 ms, jitter 200 ms"},
         {"all links: latency 300 ms, jitter 200 ms"}},
        {"networks/carriage.lua",
         "half a percent of loss is hardly seen",
         {"all links: loss 0.5 %"},
         {"all links: loss 0.5 %"}},
        {"networks/power.lua",
         "a host comes back with its mailbox",
         {"! mx.bob.example goes down", "mx.bob.example comes back"},
         {"goes down", "comes back"}},
        {"attacks/dns.lua",
         "Mallory blocks mail alone, for a day: it arrives when he has gone",
         {"~ mallory lets no connection through"},
         {"lets no connection"}},
    };
    for (const Case& c : cases) is_told_and_drawn(c);
}

// Whoever takes a mail on, and whoever makes one of his own.
BOOST_AUTO_TEST_CASE(mails_that_gateways_keep_relay_and_make_are_told_and_drawn) {
    const Case cases[] = {
        {"relays/hops.lua",
         "a mail that fails on a later hop is reported to the first sender, as mail",
         {"mx.bob.example keeps the mail from alice@alice.example to nobody@bob.example as ",
          "mx.bob.example relays the mail to nobody@bob.example as mail 3",
          "* a non-delivery report on mail 3 goes to alice@alice.example as mail 4"},
         {"keeps the mail for nobody@bob.example, queued as ",
          "relays the mail to nobody@bob.example as mail 3",
          "a non-delivery report goes to alice@alice.example as mail 4"}},
        {"time/report_day.lua",
         "a session at 23:59:59 and one at 00:00:01 stand in two reports",
         {"* a TLS report goes to reports@bob.example as mail 3",
          "* mx.bob.example keeps the mail from tls-reports@alice.example to reports@bob.example"},
         {"TLS report goes to reports@bob.example as mail 3",
          "keeps the mail for reports@bob.example, queued as "}},
    };
    for (const Case& c : cases) is_told_and_drawn(c);
}

BOOST_AUTO_TEST_CASE(a_mail_without_a_sender_is_kept_from_nobody) {
    using namespace trace;
    constexpr HostId mx{0};
    core::Loop loop{core::world_begins};
    Trace trace(loop);
    trace.add(mx, HostJoined{mx, "mx.alice.example", "192.0.2.1", Role::receiver, {}});
    trace.add(mx, MailKept{ConnectionId{1}, "", "alice@alice.example", "Q1", ""});
    for (const std::string& text : {conversation(trace), conversation_as(trace, {mx}, "receiver")})
        BOOST_TEST(
            text.find("keeps the mail from <> to alice@alice.example as Q1") != std::string::npos,
            text);
}

// 112 attempts over five days: the first and the last stay.
BOOST_AUTO_TEST_CASE(a_long_run_is_folded) {
    const Play play("enforced/partners.lua",
                    "the partner loses TLS: the mail waits five days and then bounces");
    std::size_t attempts = 0;
    play.trace().each_of<trace::DeliveryStarted>([&](const auto&, const auto&) { ++attempts; });
    BOOST_TEST(attempts > 100u);
    const Ladder ladder = ladder_of(play.trace(), "t");
    BOOST_TEST(ladder.rows.size() < 100u);
    BOOST_TEST(count(ladder, Row::Kind::gap) >= 1u);
}

BOOST_AUTO_TEST_CASE(graphviz_renders_what_strangers_write) {
    const Play play(stripped_file, stripped_title);
    for (const char* title : {"<b>\"quotes\" & 'apostrophes'</b>", "Grüße aus Zürich", "]]> -->",
                              "]", "", "back\\slash and {braces|bars}"}) {
        const std::string dot = ladder_dot(ladder_of(play.trace(), title), measure);
        const std::string svg = render(dot, "svg");
        BOOST_TEST(svg.find("</svg>") != std::string::npos, title);
        const std::string png = render(dot, "png");
        BOOST_TEST(png.starts_with("\x89PNG\r\n\x1a\n"), title);
    }
    BOOST_TEST(label_text("<&>\"") == "&lt;&amp;&gt;&quot;");
}

// Graphviz itself draws what it can of these, and says nothing by its result.
BOOST_AUTO_TEST_CASE(what_graphviz_cannot_draw_is_an_error) {
    const std::pair<const char*, const char*> cases[] = {
        {"this is no graph", "syntax error"},
        {"graph{n[label=<<b></i>>]}", "mismatched tag"},
        {"graph{n[label=<<font></font>>]}", "syntax error"},
    };
    for (const auto& [dot, why] : cases)
        BOOST_CHECK_EXCEPTION(
            render(dot, "svg"), std::runtime_error, [words = why](const auto& error) {
                return std::string_view(error.what()).find(words) != std::string_view::npos;
            });
    BOOST_TEST(render("graph{}", "no such").empty());
}

namespace {

Row row_of(Row::Kind kind, const std::string& head) {
    Row row;
    row.kind = kind;
    row.head = head;
    return row;
}

std::vector<std::string> heads_of(const std::vector<Row>& rows) {
    std::vector<std::string> out;
    for (const Row& row : rows) out.push_back(row.head);
    return out;
}

}  // namespace

// Of many mails one is told, and the last, whatever they are called; what is another stays.
BOOST_AUTO_TEST_CASE(attempts_like_one_before_are_folded_where_a_ladder_is_long) {
    const auto mails = [](int count) {
        std::vector<Row> rows;
        for (int i = 1; i <= count; ++i) {
            rows.push_back(row_of(Row::Kind::phase, fmt::format("Mail {}: attempt 1", i)));
            for (const std::string& head :
                 {fmt::format("RCPT TO:<u{}@bob.example> SIZE={}", i, 100 + i),
                  fmt::format("{{Subject: number {}}}", i),
                  std::string(i == 7 ? "450 4.2.0 Busy" : "250 Ok"),
                  fmt::format("{{250 2.0.0 Ok: queued as {:X}}}", i)})
                rows.push_back(row_of(Row::Kind::message, head));
            for (const std::string& head :
                 {fmt::format("keeps the mail for u{}@bob.example, queued as {:X}", i, i),
                  fmt::format("relays the mail to u{}@bob.example as mail {}", i, 1000 + i)})
                rows.push_back(row_of(Row::Kind::note, head));
        }
        return rows;
    };
    std::vector<Row> few = mails(20), many = mails(100);
    fold_what_is_long(few);
    BOOST_TEST(few.size() == 140u);
    fold_what_is_long(many);
    const std::vector<std::string> heads = heads_of(many);
    BOOST_TEST_REQUIRE(heads.size() == 23u);
    BOOST_TEST(heads[7].starts_with("5 more attempts, each like one above, until"));
    BOOST_TEST(heads[8] == "Mail 7: attempt 1");
    BOOST_TEST(heads[11] == "450 4.2.0 Busy");
    BOOST_TEST(heads[15].starts_with("92 more attempts, each like one above, until"));
    BOOST_TEST(heads[20] == "{250 2.0.0 Ok: queued as 64}");
    BOOST_TEST(heads[22] == "relays the mail to u100@bob.example as mail 1100");
}

BOOST_AUTO_TEST_CASE(rows_that_come_again_and_again_are_folded_where_a_ladder_is_long) {
    std::vector<Row> rows;
    for (int i = 0; i < 150; ++i) {
        rows.push_back(row_of(Row::Kind::message, "EHLO"));
        rows.push_back(row_of(Row::Kind::message, "250 Ok"));
        if (i != 99) continue;
        rows.push_back(row_of(Row::Kind::note, "the world changes"));
        rows.back().stands_alone = true;
    }
    fold_what_is_long(rows);
    const std::vector<std::string> heads = heads_of(rows);
    BOOST_TEST_REQUIRE(heads.size() == 7u);
    BOOST_TEST(heads[1] == "250 Ok");
    BOOST_TEST(heads[2].starts_with("the same 99 more times, until "));
    BOOST_TEST(heads[3] == "the world changes");
    BOOST_TEST(heads[6].starts_with("the same 49 more times, until "));
}

BOOST_AUTO_TEST_CASE(of_what_cannot_be_folded_the_middle_is_left_out) {
    std::vector<Row> rows;
    for (int i = 0; i < 5000; ++i)
        rows.push_back(row_of(Row::Kind::message, fmt::format("word {}", i)));
    fold_what_is_long(rows);
    BOOST_TEST_REQUIRE(rows.size() == 801u);
    BOOST_TEST(rows[399].head == "word 399");
    BOOST_TEST(rows[400].head.starts_with("4200 rows are left out here; `mailtls show` tells"));
    BOOST_TEST(rows[401].head == "word 4600");
}

BOOST_AUTO_TEST_SUITE_END()
