// The end of data, and the dots: RFC 5321 sections 4.1.1.4 and 4.5.2; SMTP-01 to SMTP-05, A25.
#include <boost/test/unit_test.hpp>

#include "sim/smtp/command.hpp"
#include "tests/smtp/vectors.hpp"

using namespace smtp;

namespace {

struct Outcome {
    bool complete = false;
    std::string content;  ///< Where complete.
    std::string rest;     ///< What was not read.
    bool bare = false;
    bool operator==(const Outcome&) const = default;
};

// Reads `pieces` in turn; what follows the end is not offered again.
Outcome read(LineEnds ends, std::initializer_list<std::string_view> pieces) {
    DataReader reader(ends);
    Outcome out;
    for (const std::string_view piece : pieces) {
        const std::size_t taken = reader.complete() ? 0 : reader.add(piece);
        BOOST_REQUIRE(taken <= piece.size());
        out.rest += piece.substr(taken);
    }
    out.complete = reader.complete();
    out.bare = reader.bare_line_end();
    if (out.complete) out.content = reader.take();
    return out;
}

std::string shown(const Outcome& o) {
    return o.complete ? "[" + escaped(o.content) + "]" + escaped(o.rest) : "open";
}

// The rule in other words: a line ends with CRLF, or under the flaw with LF; one that is a dot
// alone ends the data, and another that begins with a dot loses it.
Outcome by_lines(LineEnds ends, std::string_view bytes) {
    const std::string_view line_end = ends == LineEnds::strict ? "\r\n" : "\n";
    Outcome out;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find(line_end);
        if (end == std::string_view::npos) break;
        std::string_view line = bytes.substr(0, end + line_end.size());
        bytes.remove_prefix(line.size());
        if (line == ".\r\n" || (line == ".\n" && ends == LineEnds::bare_lf_too)) {
            out.complete = true;
            out.rest = bytes;
            return out;
        }
        if (line.starts_with('.')) line.remove_prefix(1);
        out.content += line;
    }
    out.content.clear();
    return out;
}

// Calls f with every text of up to `longest` letters of a small alphabet.
template <class F>
void every_text(std::size_t longest, F f) {
    static constexpr std::string_view alphabet = "a.\r\n";
    std::vector<std::string> texts{""};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        f(texts[i]);
        if (texts[i].size() == longest) continue;
        for (const char c : alphabet) texts.push_back(texts[i] + c);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(data)

BOOST_AUTO_TEST_CASE(where_the_data_ends) {
    for (const Case& c : cases_of("endings.txt")) {
        const auto wanted = split(c.right, " ; ");
        BOOST_TEST_REQUIRE(wanted.size() == 3u, c.where);
        const std::string bytes = unescaped(c.left);
        const auto spelled = [](std::string_view text) { return escaped(unescaped(text)); };
        const Outcome strict = read(LineEnds::strict, {bytes});
        BOOST_TEST(shown(strict) == spelled(wanted[0]), c.where << ", strict: " << shown(strict));
        BOOST_TEST((strict.bare ? "bare" : "clean") == wanted[2], c.where << ", strict");
        const Outcome flawed = read(LineEnds::bare_lf_too, {bytes});
        BOOST_TEST(shown(flawed) == spelled(wanted[1]), c.where << ", flaw: " << shown(flawed));
    }
}

// How TCP cuts the bytes into segments must not matter.
BOOST_AUTO_TEST_CASE(a_cut_at_any_byte_changes_nothing) {
    for (const Case& c : cases_of("endings.txt")) {
        const std::string text = unescaped(c.left);
        const std::string_view bytes = text;
        for (const LineEnds ends : {LineEnds::strict, LineEnds::bare_lf_too}) {
            const Outcome whole = read(ends, {bytes});
            for (std::size_t one = 0; one <= bytes.size(); ++one)
                for (std::size_t two = one; two <= bytes.size(); ++two) {
                    const Outcome cut = read(
                        ends,
                        {bytes.substr(0, one), bytes.substr(one, two - one), bytes.substr(two)});
                    BOOST_TEST((cut == whole), c.where << ", cut at " << one << " and " << two);
                }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_short_text_ends_where_its_lines_say) {
    int wrong = 0;
    every_text(8, [&](const std::string& text) {
        for (const LineEnds ends : {LineEnds::strict, LineEnds::bare_lf_too}) {
            Outcome wanted = by_lines(ends, text);
            const Outcome got = read(ends, {text});
            wanted.bare = got.bare;  // judged by the table above
            if (got != wanted && ++wrong <= 10)
                BOOST_ERROR(escaped(text)
                            << ": expected " << shown(wanted) << ", got " << shown(got));
        }
    });
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(dots_are_doubled_at_the_beginning_of_lines) {
    for (const Case& c : cases_of("stuffing.txt")) {
        const std::string got = stuffed(unescaped(c.left));
        BOOST_TEST(got == unescaped(c.right), c.where << ": got " << escaped(got));
    }
}

// Whatever the content, a strict server finds the end where the client meant it, and nowhere else.
BOOST_AUTO_TEST_CASE(what_is_stuffed_comes_out_as_it_went_in) {
    int wrong = 0;
    every_text(7, [&](const std::string& text) {
        Outcome got = read(LineEnds::strict, {stuffed(text)});
        Outcome wanted;
        wanted.complete = true;
        wanted.content = text.empty() || text.ends_with("\r\n") ? text : text + "\r\n";
        wanted.bare = got.bare;
        if (got != wanted && ++wrong <= 10)
            BOOST_ERROR(escaped(text) << ": came out as " << shown(got));
    });
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
