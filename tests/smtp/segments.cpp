// How TCP cuts a dialogue into segments must not matter: the same bytes in any two pieces, byte by
// byte and joined into one are understood alike (RFC 9293 section 3.7, RFC 2920 section 3.1).
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "sim/smtp/strict.hpp"
#include "tests/smtp/client_stage.hpp"
#include "tests/smtp/server_stage.hpp"

using namespace core;
using Pieces = std::vector<std::string>;

namespace {

/// What one side says: groups, each of which waits for the answer to the one before. Those of
/// `inside` come when the other side has begun TLS.
struct Talk {
    const char* name;
    Pieces clear, inside;
    const char* wanted;         ///< Must stand in what is understood.
    std::size_t discarded = 0;  ///< Bytes at the end of `clear` that TLS must not let in.
};

std::string joined(const Pieces& pieces) {
    std::string out;
    for (const std::string& piece : pieces) out += piece;
    return out;
}

Pieces both(Pieces first, const Pieces& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

Pieces byte_by_byte(const std::string& bytes) {
    Pieces out;
    for (const char c : bytes) out.emplace_back(1, c);
    return out;
}

// The groups, one of them in two pieces, cut where the sum of bytes is `cut`.
Pieces cut_in_groups(const Pieces& groups, std::size_t cut) {
    Pieces out;
    for (const std::string& group : groups) {
        if (cut > 0 && cut < group.size()) {
            out.push_back(group.substr(0, cut));
            out.push_back(group.substr(cut));
        } else {
            out.push_back(group);
        }
        cut -= std::min(cut, group.size());
    }
    return out;
}

Pieces in_two(const std::string& bytes, std::size_t cut) {
    if (cut == 0 || cut >= bytes.size()) return {bytes};
    return {bytes.substr(0, cut), bytes.substr(cut)};
}

/// All ways to cut a talk. What is to be discarded stays in the segment of what it stands behind:
/// what comes later is TLS's own business.
std::vector<Pieces> ways_to_cut(const Talk& talk) {
    const std::string clear = joined(talk.clear), inside = joined(talk.inside);
    const std::size_t last = clear.size() - talk.discarded;
    std::vector<Pieces> out;
    const Pieces rest = inside.empty() ? Pieces() : Pieces{inside};
    for (std::size_t cut = 0; cut < last; ++cut) {
        out.push_back(both(in_two(clear, cut), rest));
        out.push_back(both(cut_in_groups(talk.clear, cut), talk.inside));
    }
    for (std::size_t cut = 0; cut < inside.size(); ++cut) {
        out.push_back(both({clear}, in_two(inside, cut)));
        out.push_back(both(talk.clear, cut_in_groups(talk.inside, cut)));
    }
    Pieces bytes = byte_by_byte(clear.substr(0, last));
    bytes.back() += clear.substr(last);
    out.push_back(both(std::move(bytes), byte_by_byte(inside)));
    return out;
}

/// What one side understood and said, in its order.
std::string understood(const trace::Trace& trace) {
    std::string out;
    trace.each([&](const trace::Event& event) {
        if (const auto* c = event.as<trace::CommandReceived>())
            out += fmt::format("C[{}{}]\n", c->line, c->layer == trace::Layer::tls ? " TLS" : "");
        if (const auto* c = event.as<trace::CommandSent>()) out += fmt::format("c[{}]\n", c->line);
        if (const auto* r = event.as<trace::ReplyReceived>())
            out += fmt::format("R[{}]\n", r->text);
        if (const auto* r = event.as<trace::ReplySent>()) out += fmt::format("r[{}]\n", r->text);
        if (const auto* d = event.as<trace::BytesDiscarded>())
            out += fmt::format("discarded[{}]\n", d->bytes);
    });
    return out;
}

std::string as_server_of(smtp::ServerSettings settings, const Pieces& pieces) {
    Loop loop{world_begins};
    trace::Trace trace{loop};
    Pipe pipe{loop};
    FakeMailroom mailroom;
    settings.name = "mx.bob.example";
    smtp::Conversation talk(pipe.server, trace, trace::HostId{0});
    smtp::Server server(talk, settings, smtp::postfix_server(), mailroom);
    const Run<Unit> run(loop, server.serve());
    settle(loop);
    for (const std::string& piece : pieces) {
        pipe.client.write(piece);
        settle(loop);
    }
    std::string out = understood(trace);
    for (const smtp::Incoming& mail : mailroom.kept)
        out += fmt::format("kept <{}> {} [{}]\n", mail.envelope.sender,
                           mail.envelope.recipients.size(), mail.content);
    out += fmt::format("said [{}]\n", pipe.client.available());
    out += pipe.client.state() == net::Stream::State::open ? "stays" : "has hung up";
    return out;
}

std::string as_server(const Pieces& pieces) { return as_server_of({}, pieces); }

std::string as_server_of_bare_lf(const Pieces& pieces) {
    smtp::ServerSettings settings;
    settings.line_ends = smtp::LineEnds::bare_lf_too;
    return as_server_of(std::move(settings), pieces);
}

template <smtp::Kindness Kindness>
std::string as_kind_server(const Pieces& pieces) {
    smtp::ServerSettings settings;
    settings.kindness = {Kindness};
    return as_server_of(std::move(settings), pieces);
}

std::string as_client_of(const smtp::ClientHabits& habits, const Pieces& pieces) {
    Loop loop{world_begins};
    trace::Trace trace{loop};
    Pipe pipe{loop};
    FakeSecurity security;
    smtp::Conversation talk(pipe.client, trace, trace::HostId{0});
    smtp::Client client(talk, "mail.alice.example", habits, security);
    smtp::Message message;
    message.envelope = {"alice@alice.example", {"bob@bob.example", "carol@bob.example"}};
    message.content = "Hi.\r\n.dot\r\n";
    const Run<smtp::Receipt> run(loop, client.send(message));
    settle(loop);
    for (const std::string& piece : pieces) {
        pipe.server.write(piece);
        settle(loop);
    }
    std::string out = understood(trace);
    out += fmt::format("said [{}]\n", pipe.server.available());
    if (!run.outcome) return out + "waits";
    if (!run.outcome->ok()) return out + "failed: " + run.outcome->failure().detail;
    const smtp::Receipt& receipt = run.outcome->value();
    for (const smtp::RecipientOutcome& r : receipt.recipients)
        out += r.recipient + (r.refused ? " refused " + r.refused->code : " taken") + "\n";
    return out + "final [" + receipt.final.one_line() + "]";
}

std::string as_client(const Pieces& pieces) { return as_client_of(smtp::postfix_client(), pieces); }

std::string as_strict_client(const Pieces& pieces) {
    return as_client_of(smtp::strict(smtp::postfix_client()), pieces);
}

void cut_everywhere(const Talk& talk, std::string (*play)(const Pieces&)) {
    BOOST_TEST_CONTEXT(talk.name) {
        const std::string as_written = play(both(talk.clear, talk.inside));
        BOOST_TEST(as_written.find(talk.wanted) != std::string::npos,
                   "expected " << talk.wanted << " in " << as_written);
        for (const Pieces& pieces : ways_to_cut(talk)) {
            const std::string got = play(pieces);
            if (got == as_written) continue;
            std::string cuts;
            for (const std::string& piece : pieces) cuts += "|" + escaped(piece);
            BOOST_TEST(got == as_written, "cut so: " << cuts << "\n"
                                                     << got << "\ninstead of\n"
                                                     << as_written);
            return;
        }
    }
}

const std::string hello = "EHLO mail.alice.example\r\n";
const std::string to_bob =
    "MAIL FROM:<alice@alice.example>\r\nRCPT TO:<bob@bob.example>\r\nDATA\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(segments)

BOOST_AUTO_TEST_CASE(what_a_server_understands) {
    const Talk talks[] = {
        {"one command at a time",
         {hello, "MAIL FROM:<alice@alice.example>\r\n", "RCPT TO:<bob@bob.example>\r\n", "DATA\r\n",
          "Hi.\r\n.\r\n", "QUIT\r\n"},
         {},
         "kept <alice@alice.example> 1 [Hi.\r\n]"},
        {"a pipelined group with a refusal (RFC 2920)",
         {hello,
          "MAIL FROM:<a@alice.example>\r\nRCPT TO:<nobody@bob.example>\r\n"
          "RCPT TO:<bob@bob.example>\r\nRCPT TO:<busy@bob.example>\r\nDATA\r\n",
          "Hi.\r\n.\r\nQUIT\r\n"},
         {},
         "kept <a@alice.example> 1 [Hi.\r\n]"},
        {"STARTTLS, and a mail inside (RFC 3207)",
         {hello, "STARTTLS\r\n"},
         {hello, to_bob, "Hi.\r\n.\r\n", "QUIT\r\n"},
         "kept <alice@alice.example> 1 [Hi.\r\n]"},
        {"commands behind STARTTLS are thrown away (RFC 3207 section 6, A05)",
         {hello, "STARTTLS\r\nRSET\r\nMAIL FROM:<mallory@evil.example>\r\n"},
         {hello, to_bob, "Hi.\r\n.\r\n"},
         "discarded[RSET\r\nMAIL FROM:<mallory@evil.example>\r\n]",
         40},
        {"dots at the beginning of lines (RFC 5321 section 4.5.2)",
         {hello, to_bob, "..\r\n...\r\n..a\r\n.b\r\n\r\n..\r\n.\r\n"},
         {},
         "[.\r\n..\r\n.a\r\nb\r\n\r\n.\r\n]"},
        {"an empty mail",
         {hello, to_bob, ".\r\n", "QUIT\r\n"},
         {},
         "kept <alice@alice.example> 1 []"},
        {"an empty line before the end", {hello, to_bob, "\r\n.\r\n"}, {}, "1 [\r\n]"},
        {"two mails, the second right behind the first's final dot",
         {hello, to_bob, "one\r\n.\r\n" + to_bob, "two\r\n.\r\nQUIT\r\n"},
         {},
         "kept <alice@alice.example> 1 [two\r\n]"},
        {"no end of data: a dot between bare line ends (SMTP-01, A25)",
         {hello, to_bob, "a\n.\nb\r.\rc\n.\r\nd\r\n.\ne\r\n.\r\n"},
         {},
         "r[5"},
        {"commands that nobody knows",
         {"HELO\r\n", "DANCE now\r\n", "\r\n", "noop\r\n"},
         {},
         "r[5"},
        {"bare line ends in commands", {hello, "NOOP\nNOOP\rNOOP\r\n", "NOOP\r\n"}, {}, "r[250"},
        {"a line that is too long",
         {hello, std::string(4200, 'a') + "\r\n", "NOOP\r\n"},
         {},
         "r[500"},
    };
    for (const Talk& talk : talks) cut_everywhere(talk, as_server);
}

// Smuggling (A25) depends on what the bytes are, never on where a segment ends.
BOOST_AUTO_TEST_CASE(what_a_server_with_a_flaw_understands) {
    using smtp::Kindness;
    struct Row {
        std::string (*play)(const Pieces&);
        std::string end;  ///< Ends the data for this server alone.
    };
    const Row rows[] = {
        {as_server_of_bare_lf, "\n.\n"},
        {as_kind_server<Kindness::ends_lines_at_cr>, "\r.\r"},
        {as_kind_server<Kindness::drops_nul>, {"\r\n.\0\r\n", 6}},
        {as_kind_server<Kindness::drops_cr_before_line_end>, "\r\n.\r\r\n"},
    };
    for (const Row& row : rows) {
        const Talk talk{"a second mail behind what a flaw takes for the end of data",
                        {hello, to_bob, "one" + row.end + to_bob + "two\r\n.\r\nQUIT\r\n"},
                        {},
                        "[two\r\n]\n"};
        cut_everywhere(talk, row.play);
    }
}

BOOST_AUTO_TEST_CASE(what_a_client_understands) {
    const std::string greeting = "220-mx.bob.example\r\n220 ESMTP\r\n";
    const std::string offers = "250-mx.bob.example\r\n250-PIPELINING\r\n250 SIZE 1000\r\n";
    const std::string offers_tls = "250-mx.bob.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n";
    const std::string taken = "250 2.1.0 Ok\r\n250-2.1.5 Well,\r\n250 2.1.5 Ok\r\n";
    const std::string goes = "250 2.1.5 Ok\r\n354 go\r\n",
                      end = "250-2.0.0 Ok:\r\n250 2.0.0 kept\r\n";
    const Talk talks[] = {
        {"one reply at a time, without extensions",
         {"220 mx\r\n", "500 5.5.1 what?\r\n", "250 mx\r\n", "250 2.1.0 Ok\r\n", "250 2.1.5 Ok\r\n",
          "250 2.1.5 Ok\r\n", "354 go\r\n", "250 2.0.0 Ok\r\n", "221 2.0.0 Bye\r\n"},
         {},
         "final [250 2.0.0 Ok]"},
        {"replies of several lines, to a pipelined group",
         {greeting, offers, taken + goes, end, "221-2.0.0 Good\r\n221 2.0.0 bye\r\n"},
         {},
         "carol@bob.example taken"},
        {"one recipient is refused in the group",
         {greeting, offers, taken + "550-5.1.1 No\r\n550 5.1.1 such user\r\n354 go\r\n", end,
          "221 2.0.0 Bye\r\n"},
         {},
         "carol@bob.example refused 5.1.1"},
        {"all are refused, and DATA is, too",
         {greeting, offers,
          "250 2.1.0 Ok\r\n550 5.1.1 No\r\n450 4.2.0 Busy\r\n503 5.5.1 No recipients\r\n",
          "221 2.0.0 Bye\r\n"},
         {},
         "bob@bob.example refused 5.1.1"},
        {"STARTTLS, and all begins anew (RFC 3207 section 4.2)",
         {greeting, offers_tls, "220 2.0.0 go\r\n"},
         {offers, taken + goes, end, "221 2.0.0 Bye\r\n"},
         "carol@bob.example taken"},
        {"replies behind the 220 are thrown away (TLS-21, A06)",
         {greeting, offers_tls, "220-2.0.0 go\r\n220 2.0.0 on\r\n250-mx\r\n250 AUTH\r\n"},
         {offers, taken + goes, end, "221 2.0.0 Bye\r\n"},
         "discarded[250-mx\r\n250 AUTH\r\n]",
         18},
        {"lines that are none, and LF alone",
         {greeting, "hello\n250-mx\n\r\r\n251 other\r\n"},
         {},
         "MAIL FROM"},
    };
    for (const Talk& talk : talks) cut_everywhere(talk, as_client);
    cut_everywhere({"replies that are none",
                    {greeting, "250-mx\r\n251 other\r\n", "221 2.0.0 Bye\r\n"},
                    {},
                    "failed: "},
                   as_strict_client);
}

// Without this, a stage that compares nothing would pass all the others.
BOOST_AUTO_TEST_CASE(another_byte_is_noticed) {
    BOOST_TEST(as_server({hello, to_bob, "a\r\n.\r\n"}) !=
               as_server({hello, to_bob, "b\r\n.\r\n"}));
    BOOST_TEST(as_server({hello, "NOOP\r\n"}) != as_server({hello, "NOOP \r\nNOOP\r\n"}));
    BOOST_TEST(as_client({"220 mx\r\n"}) != as_client({"220-mx\r\n"}));
    const Talk talk{"", {"ab", "cd"}, {"e"}, "", 0};
    BOOST_TEST(ways_to_cut(talk).size() == 11u);
}

BOOST_AUTO_TEST_SUITE_END()
