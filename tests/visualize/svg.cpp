// SVG for everybody: words for screen readers, and contrast by day and by night.
#include "visualize/svg.hpp"

#include <algorithm>
#include <cmath>
#include <regex>
#include <set>

#include "tests/visualize/files.hpp"
#include "tests/visualize/play.hpp"
#include "tests/visualize/xml.hpp"
#include "visualize/graphviz.hpp"
#include "visualize/ladder.hpp"
#include "visualize/ladder_words.hpp"

using namespace visualize;

namespace {

std::string svg_of(const Ladder& ladder) {
    return accessible(render(ladder_dot(ladder, measure), "svg"), ladder_caption(ladder));
}

std::set<std::string> found(const std::string& text, const char* pattern) {
    std::set<std::string> out;
    const std::regex regex(pattern);
    for (std::sregex_iterator i(text.begin(), text.end(), regex), end; i != end; ++i)
        out.insert((*i)[1]);
    return out;
}

// WCAG 2.1: relative luminance, contrast ratio.
double luminance(std::string_view colour) {
    if (colour == "white") colour = "#ffffff";
    const auto channel = [&](std::size_t at) {
        const double c = std::stoi(std::string(colour.substr(at, 2)), nullptr, 16) / 255.0;
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
double contrast(std::string_view a, std::string_view b) {
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}
std::string_view dark(std::string_view light) {
    for (const Shade& s : shades())
        if (s.light == light) return s.dark;
    BOOST_TEST_REQUIRE(false, light);
    return {};
}

struct Scene {
    const char *file, *title;
};
const Scene scenes[] = {
    {"watchers/stripping.lua", "a stripped STARTTLS, enforced: the mail waits and nothing leaks"},
    {"attacks/impersonation.lua",
     "Mallory shows a certificate of his own making, level may: he reads the mail"},
    {"dane/records.lua", "dane: 3 1 1 matches"},
    {"enforced/partners.lua", "the partner loses TLS: the mail waits five days and then bounces"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(svg)

BOOST_AUTO_TEST_CASE(the_picture_says_what_it_shows) {
    const Play play(scenes[0].file, scenes[0].title);
    const std::string svg =
        svg_of(ladder_of(play.trace(), std::string("f.lua::") + scenes[0].title));
    for (const char* words :
         {" role=\"img\" aria-labelledby=\"picture_title picture_desc\">",
          "<title id=\"picture_title\">a stripped STARTTLS, enforced: the mail waits and nothing "
          "leaks</title>",
          "1 mail: mail 1 to bob@bob.example was delivered.</desc>",
          "<title>0.060: mail.alice.example to mx.bob.example, in clear text: EHLO "
          "mail.alice.example; mallory reads it</title>",
          "<title>0.075: mallory to mail.alice.example, altered on the way: 250 ",
          ", encrypted: {Subject: Merger} (the content of mail 1, 179 bytes"})
        BOOST_TEST(svg.find(words) != std::string::npos, words);
    // No name that Graphviz made up is left.
    BOOST_TEST(svg.find("<title>u0") == std::string::npos);
    BOOST_TEST(svg.find("<title>ladder") == std::string::npos);
    // One party's picture does not tell the end of the story.
    const Ladder mallory = ladder_of(play.trace(), "t", {trace::HostId{3}});
    BOOST_TEST(mallory.story.empty());
}

// The first hop took it, the third one did not.
BOOST_AUTO_TEST_CASE(of_a_relayed_mail_the_story_is_that_of_its_last_hop) {
    const Play play("relays/hops.lua",
                    "a mail that fails on a later hop is reported to the first sender, as mail");
    BOOST_TEST(ladder_of(play.trace(), "t").story ==
               "1 mail: mail 1 to nobody@bob.example bounced (smtp-refused).");
}

BOOST_AUTO_TEST_CASE(every_message_and_note_has_its_own_id_and_sentence) {
    for (const Scene& scene : scenes) {
        const Play play(scene.file, scene.title);
        const Ladder ladder = ladder_of(play.trace(), "t");
        const std::string svg = svg_of(ladder);
        BOOST_TEST((svg == svg_of(ladder)));
        for (const Row& row : ladder.rows) {
            if (row.kind == Row::Kind::gap) continue;
            const std::string id = "<g id=\"" + id_of(row) + "\"";
            const std::size_t at = svg.find(id);
            BOOST_TEST_REQUIRE(at != std::string::npos, id);
            BOOST_TEST(svg.find(id, at + 1) == std::string::npos, id);
            const std::size_t line = svg.find('\n', at) + 1;
            BOOST_TEST(svg.substr(line, 7) == "<title>", id);
        }
    }
}

BOOST_AUTO_TEST_CASE(it_is_xml_whatever_strangers_write) {
    for (const Scene& scene : scenes) {
        const Play play(scene.file, scene.title);
        BOOST_TEST(xml_complaints(svg_of(ladder_of(play.trace(), scene.title))) == "");
    }
    const Play play(scenes[0].file, scenes[0].title);
    Ladder ladder = ladder_of(play.trace(), "t");
    for (const std::string& words :
         {std::string("<script>alert(1)</script>"), std::string("]]> --> <!-- & &amp; \"'"),
          std::string("</title></svg><g id=\"x\">"), std::string("\x1b[31m\0 nul", 10),
          std::string("\xff\xfe"), std::string("\xef\xbf\xbf \xef\xbf\xbe \xe2\x80\xae"),
          std::string("<title>forged</title>\n")}) {
        ladder.title = ladder.story = words;
        for (Lane& lane : ladder.lanes) lane.title = lane.subtitle = words;
        for (Row& row : ladder.rows) row.head = row.detail = words;
        const std::string svg = svg_of(ladder);
        BOOST_TEST(xml_complaints(svg) == "", words);
        BOOST_TEST(svg.find("<script") == std::string::npos);
        BOOST_TEST(svg.find("<title>forged") == std::string::npos);
    }
    BOOST_TEST(accessible("no picture", Caption()) == "no picture");
}

// Nothing keeps its colour of the day by night.
BOOST_AUTO_TEST_CASE(each_colour_has_one_for_the_dark) {
    std::set<std::string> known{"none", "transparent"};
    for (const Shade& s : shades()) known.emplace(s.light);
    for (const Scene& scene : scenes) {
        const Play play(scene.file, scene.title);
        const std::string svg = svg_of(ladder_of(play.trace(), "t"));
        for (const std::string& colour : found(svg, "(?:fill|stroke)=\"([^\"]*)\" "))
            BOOST_TEST(known.contains(colour), colour);
        BOOST_TEST(svg.find("@media (prefers-color-scheme: dark)") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(text_has_contrast_by_day_and_by_night) {
    struct Pair {
        std::string_view text, ground;
    };
    std::vector<Pair> pairs;
    for (const std::string_view text : {"#1f2933", "#5b6672", "#b3470d", "#0b7a5b", "#a3165f"})
        pairs.push_back({text, "white"});
    for (const std::string_view ground : {"#eef1f4", "#e8eef6", "#e6f3ee", "#eef0f2", "#eef0fa",
                                          "#f6f0e0", "#f9e6ef", "#f3f5f7", "#e9f6ef", "#fff4dc"}) {
        pairs.push_back({"#1f2933", ground});
        pairs.push_back({"#5b6672", ground});
    }
    for (const Pair& p : pairs) {
        BOOST_TEST(contrast(p.text, p.ground) >= 4.5, p.text << " on " << p.ground);
        BOOST_TEST(contrast(dark(p.text), dark(p.ground)) >= 4.5,
                   p.text << " on " << p.ground << " by night");
    }
    for (const std::string_view mark : {"#b3470d", "#0b7a5b", "#a3165f"}) {
        BOOST_TEST(contrast(shade_on_marks().light, mark) >= 4.5, mark);
        BOOST_TEST(contrast(shade_on_marks().dark, dark(mark)) >= 4.5, mark);
    }
}

BOOST_AUTO_TEST_SUITE_END()
