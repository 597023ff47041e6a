#include "harness/report/junit.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include <fmt/format.h>

#include "harness/report/console.hpp"
#include "sim/core/printable.hpp"

namespace report {

using play::Outcome;
using play::Status;

namespace {

// U+FFFE and U+FFFF, which are UTF-8 and no characters of XML.
bool is_noncharacter(std::string_view rest) {
    return rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");
}

// Text and values of attributes. Line ends stay in text, and are references in attributes.
std::string escaped(std::string_view strange, std::string_view line_end) {
    const std::string printable = core::printable(strange);
    const std::string_view text = printable;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char u = text[i];
        if (u == '&')
            out += "&amp;";
        else if (u == '<')
            out += "&lt;";
        else if (u == '>')
            out += "&gt;";
        else if (u == '"')
            out += "&quot;";
        else if (u == '\n')
            out += line_end;
        else if (u == '\t')
            out += "&#9;";
        else if (is_noncharacter(text.substr(i))) {
            out += text[i + 2] == '\xBE' ? "\\uFFFE" : "\\uFFFF";
            i += 2;
        } else
            out += text[i];
    }
    return out;
}
std::string attribute(std::string_view name, std::string_view value) {
    return fmt::format(" {}=\"{}\"", name, escaped(value, "&#10;"));
}

struct Counts {
    std::size_t tests = 0, failures = 0, errors = 0;
    void add(const Outcome& o) {
        ++tests;
        if (o.status == Status::broken)
            ++errors;
        else if (is_bad(o))
            ++failures;
    }
    std::string text() const {
        return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\"", tests, failures, errors);
    }
};

enum class Dialect : std::uint8_t { full, plain };

std::vector<std::pair<std::string, std::string>> properties_of(const Outcome& o) {
    std::vector<std::pair<std::string, std::string>> out{
        {"seed", std::to_string(o.seed)},
        {"virtual_seconds", fmt::format("{:.3f}", static_cast<double>(o.virtual_ns) / 1e9)}};
    if (!o.cites.empty()) out.emplace_back("cites", o.cites);
    for (const std::string& tag : o.entry.tags) out.emplace_back("tag", tag);
    for (const judge::MailVerdict& mail : o.mails) {
        const std::string name = fmt::format("mail {}", static_cast<std::uint32_t>(mail.mail));
        const std::string crossed(word(mail.all.crossed));
        out.emplace_back(name, fmt::format("{}, crossed {}", word(mail.all.fate), crossed));
        const std::vector<std::string> hops = judge::hops_told(mail);
        if (!hops.empty())
            out.emplace_back(name + ", hop by hop", fmt::format("{}", fmt::join(hops, "; ")));
    }
    return out;
}

std::string properties(const Outcome& o) {
    std::string out = "      <properties>\n";
    for (const auto& [name, value] : properties_of(o))
        out += fmt::format("        <property{}{}/>\n", attribute("name", name),
                           attribute("value", value));
    return out + "      </properties>\n";
}

// A property is one line.
std::string lines_of_properties(const Outcome& o) {
    std::string out = fmt::format("[[PROPERTY|line={}]]\n", o.entry.line);
    for (const auto& [name, value] : properties_of(o)) {
        std::string line = value;
        std::replace(line.begin(), line.end(), '\n', ' ');
        out += fmt::format("[[PROPERTY|{}={}]]\n", name, line);
    }
    return out;
}

std::string test_case(const Outcome& o, Dialect dialect) {
    const bool full = dialect == Dialect::full;
    std::string out = fmt::format("    <testcase{}{}", attribute("name", o.entry.title),
                                  attribute("classname", o.entry.file));
    if (full) out += fmt::format("{} line=\"{}\"", attribute("file", o.entry.file), o.entry.line);
    out += " time=\"0\">\n";
    if (full) out += properties(o);
    if (is_bad(o)) {
        const std::string story = story_of(o);
        const std::string_view kind = o.status == Status::broken ? "error" : "failure";
        out += fmt::format("      <{0}{1} type=\"{2}\">{3}</{0}>\n", kind,
                           attribute("message", story.substr(0, story.find('\n'))),
                           o.status == Status::broken ? "broken" : "expectation",
                           escaped(story, "\n"));
    }
    const std::string said = (full ? std::string() : lines_of_properties(o)) + o.printed;
    if (!said.empty())
        out += fmt::format("      <system-out>{}</system-out>\n", escaped(said, "\n"));
    return out + "    </testcase>\n";
}

std::string xml_of(const std::vector<Outcome>& outcomes, Dialect dialect) {
    struct Suite {
        std::string file, cases;
        Counts counts;
    };
    // In the order in which files come first: scenarios of one may stand apart.
    std::vector<Suite> suites;
    std::map<std::string, std::size_t> known;
    Counts all;
    for (const Outcome& o : outcomes) {
        const auto [at, fresh] = known.try_emplace(o.entry.file, suites.size());
        if (fresh) suites.push_back({o.entry.file, {}, {}});
        suites[at->second].cases += test_case(o, dialect);
        suites[at->second].counts.add(o);
        all.add(o);
    }
    const char* const none_skipped = " skipped=\"0\"";
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mailtls\"{}{}>\n",
        all.text(), dialect == Dialect::full ? none_skipped : "");
    for (const Suite& suite : suites)
        out += fmt::format("  <testsuite{}{}{}{}>\n{}  </testsuite>\n",
                           attribute("name", suite.file), attribute("file", suite.file),
                           suite.counts.text(), none_skipped, suite.cases);
    return out + "</testsuites>\n";
}

}  // namespace

std::string junit_xml(const std::vector<Outcome>& outcomes) {
    return xml_of(outcomes, Dialect::full);
}

std::string plain_junit_xml(const std::vector<Outcome>& outcomes) {
    return xml_of(outcomes, Dialect::plain);
}

}  // namespace report
