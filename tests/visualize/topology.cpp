// The map of hosts and paths.
#include "visualize/topology.hpp"

#include "tests/visualize/play.hpp"
#include "tests/visualize/xml.hpp"
#include "visualize/graphviz.hpp"
#include "visualize/svg.hpp"

using namespace visualize;

namespace {

struct Scene {
    const char *file, *title;
    std::vector<const char*> told;  ///< By the map's description.
    std::vector<const char*> drawn;
};
const Scene scenes[] = {
    {"watchers/stripping.lua",
     "a stripped STARTTLS, opportunistic: the mail goes in clear text and Mallory reads it",
     {"mail.alice.example to mx.bob.example: 1 session in clear text, on the path: mallory."},
     {"shape=octagon", "strips STARTTLS", "segments altered: 1", "DNS: 2 questions"}},
    {"watchers/stripping.lua",
     "a stripped STARTTLS, enforced: the mail waits and nothing leaks",
     {"4 sessions in clear text, on the path: mallory.",
      "1 session authenticated, on the path: mallory."},
     {"#ffffff:#0b7a5b:#ffffff:#0b7a5b", "leaves"}},
    {"attacks/impersonation.lua",
     "Mallory shows a certificate of his own making, level may: he reads the mail",
     {"1 session encrypted, on the path: mallory."},
     {"impersonates mx.bob.example", "segments opened: "}},
    {"attacks/others.lua",
     "Eve sits behind Mallory: she sees what he let through",
     {"on the path: mallory, eve."},
     {"shape=ellipse", "shape=octagon", "shape=cylinder"}},
    {"routing/hosts.lua",
     "a domain that takes no mail (null MX): nobody is connected",
     {"A map of hosts"},
     {"mail.alice.example", "DNS: 1 question<"}},
    {"companies/scanner.lua",
     "refuses: Bea gets nothing, and Ann hears of it",
     {"Companies: acme.example, bell.example.",
      "mail.acme.example to other companies: 1 session authenticated."},
     {"subgraph cluster_0{id=\"company_0\"", ">acme.example<", ">bell.example<", ">the internet<",
      "DNS: 7 questions"}},
    {"companies/twenty.lua",
     "twenty companies turn TLS on, one each day",
     {"firm20.example.",
      "mail.firm20.example to other companies: 1 session in clear text, 11 sessions encrypted, 1 "
      "session authenticated."},
     {">the internet<", "subgraph cluster_19{", "constraint=false", "->internet[",
      "DNS: 1040 questions"}},
    {"companies/town.lua",
     "a day in a town: every two hours some companies turn TLS on",
     {"Companies: 72.", "72 workstations to 72 gateways: ",
      "72 gateways to other companies: 78 sessions in clear text, 66 sessions encrypted."},
     {">the internet<", ">72 companies<", ">72 stores<"}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(topology)

BOOST_AUTO_TEST_CASE(it_says_who_is_where_and_how_sessions_were_protected) {
    for (const Scene& scene : scenes) {
        BOOST_TEST_CONTEXT(scene.title) {
            const Play play(scene.file, scene.title), again(scene.file, scene.title);
            const Drawn map = topology_of(play.trace(), "f.lua::" + std::string(scene.title));
            BOOST_TEST(map.dot ==
                       topology_of(again.trace(), "f.lua::" + std::string(scene.title)).dot);
            BOOST_TEST(map.caption.title == scene.title);
            for (const char* words : scene.told)
                BOOST_TEST(map.caption.description.find(words) != std::string::npos,
                           words << " in " << map.caption.description);
            for (const char* words : scene.drawn)
                BOOST_TEST(map.dot.find(words) != std::string::npos, words);
        }
    }
}

BOOST_AUTO_TEST_CASE(companies_are_groups_that_stay_readable) {
    struct Crowd {
        std::size_t scene, groups, inches;
    };
    for (const Crowd& crowd : {Crowd{5, 2, 21}, Crowd{6, 20, 22}, Crowd{7, 1, 14}}) {
        const Scene& scene = scenes[crowd.scene];
        BOOST_TEST_CONTEXT(scene.title) {
            const Play play(scene.file, scene.title);
            const Drawn map = topology_of(play.trace(), scene.title);
            std::size_t groups = 0;
            for (std::size_t at = 0; (at = map.dot.find("subgraph ", at)) != map.dot.npos; ++at)
                ++groups;
            BOOST_TEST(groups == crowd.groups);
            const std::string svg = accessible(render(map.dot, "svg", Layout::found), map.caption);
            BOOST_TEST(xml_complaints(svg) == "");
            BOOST_TEST(std::stod(svg.substr(svg.find("width=\"") + 7)) <
                       static_cast<double>(72 * crowd.inches));
            for (const char* mark : {"fill=\"#", "stroke=\"#"})
                for (std::size_t at = 0; (at = svg.find(mark, at)) != svg.npos; ++at) {
                    const std::string_view colour =
                        std::string_view(svg).substr(svg.find('#', at), 7);
                    BOOST_TEST(std::any_of(shades().begin(), shades().end(),
                                           [&](const Shade& s) { return s.light == colour; }),
                               colour);
                }
        }
    }
}

BOOST_AUTO_TEST_CASE(graphviz_lays_it_out) {
    const Play play(scenes[0].file, scenes[0].title);
    for (const char* title : {"t", "<b>\"]]> --> & \\N", "\xff\xfe"}) {
        const Drawn map = topology_of(play.trace(), title);
        const std::string svg = accessible(render(map.dot, "svg", Layout::found), map.caption);
        BOOST_TEST(xml_complaints(svg) == "");
        BOOST_TEST(svg.find("role=\"img\"") != std::string::npos);
        BOOST_TEST(svg.find("<title>mallory (attacker)</title>") != std::string::npos);
        BOOST_TEST(render(map.dot, "pdf", Layout::found).starts_with("%PDF"));
    }
}

// RFC 8461 section 3.3: a policy is fetched from nobody else.
BOOST_AUTO_TEST_CASE(who_fetched_a_policy_knew_from_whom) {
    const Play play("article/s14_everywhere.lua",
                    "S14: the same TLS carries the web: Acme fetches Bell's policy over HTTPS, "
                    "then sends");
    const std::string said = topology_of(play.trace(), "t").caption.description;
    BOOST_TEST(said.find("mail.acme.example to mta-sts.bell.example: 1 session authenticated") !=
                   said.npos,
               said);
}

// Wherever the names of groups lie in memory.
BOOST_AUTO_TEST_CASE(groups_are_drawn_in_the_order_of_their_text) {
    std::vector<std::string> elsewhere;
    for (std::size_t round = 0; round < 8; ++round) {
        std::string dot = "digraph{";
        for (int i = 0; i < 12; ++i) {
            const int name = (i * 5 + static_cast<int>(round)) % 12;
            dot += "subgraph cluster_" + std::to_string(name) + "{n" + std::to_string(i) + "}";
        }
        const std::string svg = render(dot + "}", "svg", Layout::found);
        std::size_t at = 0;
        for (int i = 0; i < 12; ++i) {
            const int name = (i * 5 + static_cast<int>(round)) % 12;
            const std::size_t found = svg.find("cluster_" + std::to_string(name) + "<");
            BOOST_TEST((found != svg.npos && found > at), name << " in round " << round);
            at = found;
        }
        for (std::size_t size = 16; size < 48; ++size)
            if (size % (round + 2) == 0) elsewhere.emplace_back(size, 'x');
    }
}

BOOST_AUTO_TEST_SUITE_END()
