// The ladder in formats that are text: as they were read, and safe from what peers write.
#include "visualize/ladder.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <sstream>
#include <thread>

#include "harness/script/stage.hpp"
#include "sim/core/json.hpp"
#include "sim/core/printable.hpp"
#include "sim/world.hpp"
#include "tests/visualize/files.hpp"
#include "tests/visualize/play.hpp"
#include "visualize/graphviz.hpp"

using namespace visualize;

namespace {

std::string ascii_of(const Ladder& ladder) { return ladder_text(ladder, Letters::ascii); }
std::string text_of(const Ladder& ladder) { return ladder_text(ladder); }

struct Format {
    const char* name;
    std::string (*draw)(const Ladder&);
};
const Format formats[] = {{"text", text_of},
                          {"ascii", ascii_of},
                          {"mermaid", ladder_mermaid},
                          {"plantuml", ladder_plantuml}};

Ladder stripped() {
    const Play play("watchers/stripping.lua",
                    "a stripped STARTTLS, opportunistic: the mail goes in clear text and Mallory "
                    "reads it");
    sim::World& world = play.performance.stage->world();
    world.loop().run_until(world.loop().now() + core::seconds(1));
    return ladder_of(play.trace(),
                     "f.lua::a stripped STARTTLS, opportunistic: the mail goes in clear text and "
                     "Mallory reads it");
}

// One message, one note, one phase, one gap, all of whose words are a stranger's.
Ladder spoken_by_a_stranger(const std::string& words) {
    Ladder ladder;
    ladder.title = words;
    const trace::HostId a{0}, b{1}, eve{2};
    ladder.lanes = {{a, trace::Role::sender, words, words},
                    {eve, trace::Role::watcher, words, words},
                    {b, trace::Role::receiver, words, words}};
    for (const Row::Kind kind :
         {Row::Kind::phase, Row::Kind::message, Row::Kind::gap, Row::Kind::note}) {
        Row& row = ladder.rows.emplace_back();
        row.kind = kind;
        row.from = a;
        row.to = b;
        row.head = row.detail = words;
        row.glances = {{eve, Glance::Sight::readable, words, words.size()}};
    }
    return ladder;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

const std::string hostile[] = {
    "end",
    "End\r\nend",
    "a; b #35; c#",
    "%% comment %%{init: {}}%%",
    "x\n    p0->>p1: forged",
    "@enduml\n@startuml",
    "\n!include /etc/passwd",
    "%date() $x ~~waved~~ \\n \\t",
    "<b>bold</b> <script>alert(1)</script> <&key>",
    "**bold** //italic// __under__ --struck-- \"\"mono\"\"",
    "== heading == ... later ... ----",
    "wrap: and nowrap: and :wrap:",
    "\"quoted' `ticked` [link] [[link]] {brace} |bar| $$math$$",
    "style x:#y; classDef x:#y;",
    std::string("\x1b[31mred\x07\0 nul", 13),
    "\xff\xfe not UTF-8 \x80",
    "\xe2\x80\xae turned \xe2\x80\xa8 parted \xc2\x85 next",
    "\xe6\x97\xa5\xe6\x9c\xac Gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x93\xa7",
    "",
    " ",
    std::string(500, 'x'),
    std::string(500, ';'),
};

bool printable(const std::string& text) {
    return core::is_utf8(text) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) {
                           const auto u = static_cast<unsigned char>(c);
                           return (u >= 0x20 && u != 0x7F) || c == '\n';
                       }) &&
           core::printable(text) == text;
}

// What follows a line's own words, codes such as #59; taken out.
std::string without_codes(const std::string& text, std::string_view begin, char end) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t close = text.find(end, i);
        const bool code = text.compare(i, begin.size(), begin) == 0 && close != text.npos &&
                          std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i + begin.size()),
                                      text.begin() + static_cast<std::ptrdiff_t>(close),
                                      [](unsigned char c) { return std::isxdigit(c) != 0; });
        if (code)
            i = close + 1;
        else
            out += text[i++];
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pictures)

BOOST_AUTO_TEST_CASE(pictures_in_text_are_as_they_were_read) {
    const Ladder ladder = stripped(), again = stripped();
    for (const Format& format : formats) {
        const std::string drawn = format.draw(ladder);
        BOOST_TEST(drawn == format.draw(again), format.name);
        const std::vector<std::string> now = lines_of(drawn);
        const std::vector<std::string> kept =
            lines_of(project_file("tests/golden/pictures/" + std::string(format.name) + ".txt"));
        BOOST_TEST(now == kept, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(what_strangers_write_adds_no_line_and_no_control) {
    for (const Format& format : formats) {
        const std::size_t lines = lines_of(format.draw(spoken_by_a_stranger("harmless"))).size();
        for (const std::string& words : hostile) {
            const std::string drawn = format.draw(spoken_by_a_stranger(words));
            BOOST_TEST(printable(drawn), format.name << ": " << drawn);
            const std::string_view name = format.name;
            if (name == "mermaid" || name == "plantuml")
                BOOST_TEST(lines_of(drawn).size() == lines, format.name << ": " << drawn);
            if (name == "ascii")
                BOOST_TEST(std::all_of(drawn.begin(), drawn.end(),
                                       [](char c) { return static_cast<signed char>(c) > 0; }),
                           drawn);
        }
    }
}

BOOST_AUTO_TEST_CASE(no_stranger_writes_mermaid) {
    for (const std::string& words : hostile) {
        const std::string drawn = ladder_mermaid(spoken_by_a_stranger(words));
        std::string bare = without_codes(drawn, "#", ';');
        for (std::size_t at; (at = bare.find("<br/>")) != bare.npos;) bare.erase(at, 5);
        BOOST_TEST(bare.find_first_of("#;%<\"`[]{}|$&\\~*") == bare.npos, bare);
        for (const std::string& line : lines_of(bare)) {
            // One colon at most: ours, before the text.
            BOOST_TEST(std::count(line.begin(), line.end(), ':') <= 1, line);
            std::string words_of_line = " " + line + " ";
            for (char& c : words_of_line)
                c = std::isalnum(static_cast<unsigned char>(c)) ? static_cast<char>(c | 0x20) : ' ';
            BOOST_TEST(words_of_line.find(" end ") == words_of_line.npos, line);
        }
    }
}

BOOST_AUTO_TEST_CASE(no_stranger_writes_plantuml) {
    for (const std::string& words : hostile) {
        const std::string drawn = ladder_plantuml(spoken_by_a_stranger(words));
        std::string bare = without_codes(drawn, "<U+", '>');
        // Our own line ends, frame, gaps and headings.
        for (const std::string_view ours :
             {"\\n", "@startuml\n", "@enduml\n", "== ", " ==", "... ", " ..."})
            for (std::size_t at; (at = bare.find(ours)) != bare.npos;) bare.erase(at, ours.size());
        BOOST_TEST(bare.find_first_of("@!%$~<&\\'`{}|;*") == bare.npos, bare);
        for (const std::string_view mark : {"--", "__", "//", "==", "..", "[["})
            BOOST_TEST(bare.find(mark) == bare.npos, mark << " in " << bare);
    }
}

BOOST_AUTO_TEST_CASE(the_text_ladder_keeps_to_its_columns) {
    for (const std::string& line : lines_of(ascii_of(stripped()))) BOOST_TEST(line.size() <= 100u);
    const Ladder nobody;
    for (const Format& format : formats) BOOST_TEST(!format.draw(nobody).empty(), format.name);
}

// A title or a note without a word is a mistake of syntax in Mermaid and PlantUML.
BOOST_AUTO_TEST_CASE(nothing_is_a_word_too) {
    for (const char* words : {"", " ", "   "}) {
        const Ladder ladder = spoken_by_a_stranger(words);
        BOOST_TEST(ladder_mermaid(ladder).find("title (nothing)\n") != std::string::npos);
        BOOST_TEST(ladder_plantuml(ladder).find("title (nothing)\n") != std::string::npos);
        BOOST_TEST(ladder_plantuml(ladder).find("note over p0 : (nothing)\n") != std::string::npos);
    }
}

// The style is told by more than colour.
BOOST_AUTO_TEST_CASE(clear_encrypted_and_altered_are_words_or_strokes) {
    Ladder ladder = spoken_by_a_stranger("x");
    std::vector<std::string> drawn[std::size(formats)];
    for (const Style style : {Style::clear, Style::encrypted, Style::altered}) {
        ladder.rows[1].style = style;
        for (std::size_t i = 0; i < std::size(formats); ++i)
            drawn[i].push_back(formats[i].draw(ladder));
    }
    for (std::size_t i = 0; i < std::size(formats); ++i) {
        BOOST_TEST(drawn[i][0] != drawn[i][1], formats[i].name);
        BOOST_TEST(drawn[i][1] != drawn[i][2], formats[i].name);
        BOOST_TEST(drawn[i][0] != drawn[i][2], formats[i].name);
    }
    BOOST_TEST(drawn[2][1].find("encrypted, x") != std::string::npos);
    BOOST_TEST(drawn[3][2].find("altered, x") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_pdf_is_a_pdf_of_no_day) {
    const std::string dot = ladder_dot(stripped(), measure);
    const std::string pdf = render(dot, "pdf");
    BOOST_TEST(pdf.starts_with("%PDF"));
    // Where it is not compressed.
    const std::size_t date = pdf.find("/CreationDate (D:");
    if (date != std::string::npos)
        BOOST_TEST(pdf.substr(date).starts_with("/CreationDate (D:20260101000000Z)"));
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // another second
    BOOST_TEST((pdf == render(dot, "pdf")));
    BOOST_TEST(std::time(nullptr) > 1'767'225'600);
}

BOOST_AUTO_TEST_SUITE_END()
