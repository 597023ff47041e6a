// The share curve: periods, what is counted, and the drawing.
#include "visualize/share.hpp"

#include "harness/report/shares.hpp"
#include "tests/visualize/play.hpp"
#include "tests/visualize/xml.hpp"
#include "visualize/graphviz.hpp"
#include "visualize/svg.hpp"

using namespace visualize;

namespace {

constexpr const char* twenty = "twenty companies turn TLS on, one each day";

struct Bursts {
    std::int64_t first, apart, count;  ///< Seconds.
    std::int64_t length;
    std::size_t periods;
};
const Bursts all_bursts[] = {
    {0, 1, 1, 1, 1},
    {0, 1, 60, 1, 60},
    {0, 1, 61, 2, 31},
    {0, 3600, 6, 3600, 6},
    {40, 86400, 20, 86400, 20},
    {0, 86400, 61, 2LL * 86400, 31},
    {30LL * 86400, 600, 3, 600, 3},
    {0, 5400, 4, 3600, 5},  // 0:00, 1:30, 3:00, 4:30
};

ShareCurve curve_of(const char* file, const char* title) {
    const Play play(file, title);
    return report::share_of(play.trace(), "f.lua::" + std::string(title));
}

std::size_t sum(const ShareCurve& curve, Protection which) {
    std::size_t out = 0;
    for (const Period& p : curve.periods) out += p.counts[static_cast<std::size_t>(which)];
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(share)

BOOST_AUTO_TEST_CASE(periods_are_round_and_as_few_as_keep_bursts_apart) {
    for (const Bursts& b : all_bursts) {
        BOOST_TEST_CONTEXT(b.first << " " << b.apart << " " << b.count) {
            std::vector<Crossed> mails;
            for (std::int64_t i = 0; i < b.count; ++i)
                for (int twice = 0; twice < 2; ++twice)
                    mails.push_back({core::seconds(b.first + i * b.apart), Protection::encrypted});
            const ShareCurve curve = share_curve("f.lua::t", "mails", mails);
            BOOST_TEST(curve.title == "t");
            BOOST_TEST(curve.length.ns == core::seconds(b.length).ns);
            BOOST_TEST(curve.periods.size() == b.periods);
            BOOST_TEST(sum(curve, Protection::encrypted) == mails.size());
            BOOST_TEST(curve.mails == mails.size());
        }
    }
}

// What the scenario asserts by `share` stands in the curve, day by day.
BOOST_AUTO_TEST_CASE(the_curve_counts_as_share_does) {
    const ShareCurve curve = curve_of("companies/twenty.lua", twenty);
    BOOST_TEST(curve.title == twenty);
    BOOST_TEST(curve.counted == "delivered mails between the gateways of 20 companies");
    BOOST_TEST(curve.mails == 13u * 20);
    BOOST_TEST(curve.with_mail == 13u);
    std::vector<Period> with_mail;
    for (const Period& p : curve.periods)
        if (p.all() > 0) with_mail.push_back(p);
    BOOST_TEST_REQUIRE(with_mail.size() == 13u);
    for (std::size_t i = 0; i <= 10; ++i) {
        BOOST_TEST(with_mail[i].counts[static_cast<std::size_t>(Protection::encrypted)] == 2 * i);
        BOOST_TEST(with_mail[i].counts[static_cast<std::size_t>(Protection::clear)] == 20 - 2 * i);
    }
    BOOST_TEST(with_mail[11].counts[static_cast<std::size_t>(Protection::authenticated)] == 10u);
    BOOST_TEST(with_mail[12].counts[static_cast<std::size_t>(Protection::authenticated)] == 20u);
    const std::vector<std::string> lines = share_lines(curve);
    BOOST_TEST(lines.size() == 13u);
    BOOST_TEST(lines[5].ends_with(": 20 mails, 50 % in clear text, 50 % encrypted"), lines[5]);
}

BOOST_AUTO_TEST_CASE(mail_that_waits_does_not_count_and_a_small_run_has_no_curve_in_its_report) {
    const ShareCurve left = curve_of(
        "companies/twenty.lua",
        "all but one: who stays behind keeps a share in clear text, until others ask for proof");
    BOOST_TEST(left.mails == 39u);
    BOOST_TEST(sum(left, Protection::clear) == 3u);
    BOOST_TEST(report::is_worth_drawing(left));
    const ShareCurve one =
        curve_of("watchers/eavesdropping.lua", "without TLS Eve reads everything");
    BOOST_TEST(one.counted == "delivered mails, each by the weakest of its hops");
    BOOST_TEST(one.mails == 1u);
    BOOST_TEST(sum(one, Protection::clear) == 1u);
    BOOST_TEST(!report::is_worth_drawing(one));
}

BOOST_AUTO_TEST_CASE(a_part_of_nothing_and_nearly_all_are_told_apart) {
    std::vector<Crossed> mails(1000, {core::seconds(1), Protection::encrypted});
    mails.front().protection = Protection::clear;
    const ShareCurve curve = share_curve("t", "mails", mails);
    BOOST_TEST(share_lines(curve).front().ends_with(
        "1000 mails, less than 1 % in clear text, more than 99 % encrypted"));
}

BOOST_AUTO_TEST_CASE(graphviz_draws_it) {
    const Play play("companies/twenty.lua", twenty), again("companies/twenty.lua", twenty);
    for (const char* title : {"t", "<b>\"]]> --> & \\N", "\xff\xfe"}) {
        const Drawn drawn = share_dot(share_chart(report::share_of(play.trace(), title)));
        BOOST_TEST(drawn.dot == share_dot(share_chart(report::share_of(again.trace(), title))).dot);
        const std::string svg = accessible(render(drawn.dot, "svg"), drawn.caption);
        BOOST_TEST(xml_complaints(svg) == "");
        for (const char* words :
             {"role=\"img\"", "20 mails, 50 % in clear text, 50 % encrypted", ">in clear text<",
              ">authenticated<", ">100 %<", "each column is 2 d of virtual time"})
            BOOST_TEST(svg.find(words) != std::string::npos, words);
        for (const char* mark : {"fill=\"#", "stroke=\"#"})
            for (std::size_t at = 0; (at = svg.find(mark, at)) != svg.npos; ++at) {
                const std::string_view colour = std::string_view(svg).substr(svg.find('#', at), 7);
                BOOST_TEST(std::any_of(shades().begin(), shades().end(),
                                       [&](const Shade& s) { return s.light == colour; }),
                           colour);
            }
        BOOST_TEST(render(drawn.dot, "pdf").starts_with("%PDF"));
    }
}

BOOST_AUTO_TEST_CASE(a_run_without_a_mail_has_a_picture) {
    core::Loop loop{core::world_begins};
    const trace::Trace empty(loop);
    const Drawn drawn = share_dot(share_chart(report::share_of(empty, "t")));
    BOOST_TEST(drawn.dot.find("no mail was delivered") != std::string::npos);
    BOOST_TEST(drawn.caption.description.ends_with("No mail was delivered."));
    BOOST_TEST(!render(drawn.dot, "svg").empty());
}

BOOST_AUTO_TEST_SUITE_END()
