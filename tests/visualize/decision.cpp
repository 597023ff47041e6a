// Why the policy decided so, as a tree.
#include "visualize/decision.hpp"

#include <regex>

#include "tests/visualize/play.hpp"
#include "tests/visualize/xml.hpp"
#include "visualize/graphviz.hpp"
#include "visualize/svg.hpp"

using namespace visualize;

namespace {

struct Scene {
    const char *file, *title;
    std::vector<const char*> drawn;
    const char* told;
};
const Scene scenes[] = {
    {"dane/records.lua",
     "dane: 3 1 1 matches",
     {"attempt 1: level dane", "(NOERROR, secure): TLSA 3 1 1", "demanded: authentication",
      "accepted: dane: TLSA 3 1 1 matches the certificate", "the peer is verified",
      "delivered: bob@bob.example"},
     "Attempt 1 of mail 1: delivered: bob@bob.example (2.0.0)."},
    {"watchers/stripping.lua",
     "a stripped STARTTLS, enforced: the mail waits and nothing leaks",
     {"refused: secure: STARTTLS is not offered, and TLS is required", "3 more attempts, all alike",
      "attempt 5: level secure"},
     "Attempt 5 of mail 1: delivered"},
    {"watchers/stripping.lua",
     "a stripped STARTTLS, opportunistic: the mail goes in clear text and Mallory reads it",
     {"demanded: nothing", "less protection: may"},
     "Attempt 1 of mail 1: delivered"},
    {"attacks/impersonation.lua",
     "Mallory shows a certificate of his own making, level MTA-STS: the mail waits",
     {"MTA-STS", "a policy is announced, id ", "mode: enforce", "what counts: enforce, from cache",
      "refused: mta-sts"},
     "certificate-not-trusted"},
    {"enforced/partners.lua",
     "the partner loses TLS: the mail waits five days and then bounces",
     {"110 more attempts, all alike", "attempt 112", "bounced: bob@bob.example"},
     "Attempt 112 of mail 1: bounced"},
    {"routing/hosts.lua",
     "a domain that takes no mail (null MX): nobody is connected",
     {"bounced: bob@bob.example, null-mx"},
     "null-mx"},
    {"relays/hops.lua",
     "a mail that fails on a later hop is reported to the first sender, as mail",
     {"relayed: mail 2 of the hop before", "a non-delivery report on mail 3",
      "a non-delivery report goes to alice@alice.example as mail 4"},
     "(5.1.1). a non-delivery report goes to alice@alice.example as mail 4."},
    {"time/report_day.lua",
     "a session at 23:59:59 and one at 00:00:01 stand in two reports",
     {"mail 3 to bob.example", "a TLS report"},
     "Attempt 1 of mail 3: delivered: reports@bob.example"},
};

// What the boxes say, however it is parted into lines.
std::string said(const std::string& dot) {
    static const std::regex line_end("</font><br/><font [^>]*>");
    return std::regex_replace(dot, line_end, " ");
}
// The points that a picture is wide.
double width_of(const std::string& svg) { return std::stod(svg.substr(svg.find("width=\"") + 7)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(decision)

BOOST_AUTO_TEST_CASE(it_tells_facts_rule_judgement_and_outcome) {
    for (const Scene& scene : scenes) {
        BOOST_TEST_CONTEXT(scene.title) {
            const Play play(scene.file, scene.title), again(scene.file, scene.title);
            const Drawn tree = decisions_of(play.trace(), scene.title);
            BOOST_TEST(tree.dot == decisions_of(again.trace(), scene.title).dot);
            BOOST_TEST(tree.caption.title == scene.title);
            for (const char* words : scene.drawn)
                BOOST_TEST(said(tree.dot).find(words) != std::string::npos, words);
            BOOST_TEST(tree.caption.description.find(scene.told) != std::string::npos,
                       tree.caption.description);
            BOOST_TEST(tree.dot.size() < 20'000u);
        }
    }
}

BOOST_AUTO_TEST_CASE(graphviz_lays_it_out) {
    for (const Scene& scene : scenes) {
        const Play play(scene.file, scene.title);
        const Drawn tree = decisions_of(play.trace(), "<b>\"]]> --> & \\N");
        const std::string svg = accessible(render(tree.dot, "svg", Layout::found), tree.caption);
        BOOST_TEST(xml_complaints(svg) == "");
        BOOST_TEST(svg.find("role=\"img\"") != std::string::npos);
        BOOST_TEST(width_of(svg) < 900);
        // Each colour has its dark twin.
        for (const char* mark : {"fill=\"#", "stroke=\"#"})
            for (std::size_t at = 0; (at = svg.find(mark, at)) != svg.npos; ++at) {
                const std::string_view colour = std::string_view(svg).substr(svg.find('#', at), 7);
                BOOST_TEST(std::any_of(shades().begin(), shades().end(),
                                       [&](const Shade& s) { return s.light == colour; }),
                           colour);
            }
    }
}

// Sentences go on in the next line; none is cut, and no word broken.
BOOST_AUTO_TEST_CASE(what_is_long_is_read_to_its_end) {
    const char* const title = "nothing is in common, and stays so: the report to the user says why";
    const Play play("exchange/alpn.lua", title);
    const Drawn tree = decisions_of(play.trace(), title);
    BOOST_TEST(said(tree.dot).find("TLS failed: the peer sent the fatal alert "
                                   "no_application_protocol (120): no application protocol in "
                                   "common") != std::string::npos);
    BOOST_TEST(tree.dot.find("…") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_crowd_has_a_picture_that_says_what_it_leaves_out) {
    const char* const title = "twenty companies turn TLS on, one each day";
    const Play play("companies/twenty.lua", title);
    const Drawn tree = decisions_of(play.trace(), title);
    // Each of 260 mails has three hops.
    BOOST_TEST(tree.dot.find("740 more attempts are left out") != std::string::npos);
    const std::string svg = render(tree.dot, "svg", Layout::found);
    BOOST_TEST(width_of(svg) < 1100);
}

BOOST_AUTO_TEST_CASE(a_run_without_a_mail_has_a_picture) {
    core::Loop loop{core::world_begins};
    const trace::Trace empty(loop);
    const Drawn tree = decisions_of(empty, "t");
    BOOST_TEST(tree.dot.find("no delivery was attempted") != std::string::npos);
    BOOST_TEST(!render(tree.dot, "svg", Layout::found).empty());
}

BOOST_AUTO_TEST_SUITE_END()
