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

BOOST_AUTO_TEST_SUITE_END()
