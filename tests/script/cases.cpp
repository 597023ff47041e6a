#include "tests/script/cases.hpp"
#include "harness/files/disk.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

constexpr const char* cast =
    R"(local alice = sender "mail.alice.example" {} )"
    R"(local bob = receiver "mx.bob.example" {} )"
    R"(local eve = eavesdropper "eve" { between = { alice, bob } } )"
    R"(local mallory = attacker "mallory" { between = { alice, bob } } )"
    R"(local mail = alice:sends { to = "bob@bob.example", subject = "Q3 figures", )"
    R"(body = "Eleven million." } )";

void trim_end(std::string& text) {
    while (text.ends_with('\n')) text.pop_back();
}

std::string described(const char* ending, const script::Mistake& m) {
    std::string out = ending;
    if (m.line > 0) out += " " + std::to_string(m.line);
    return out + ": " + m.message;
}

}  // namespace

std::vector<Case> cases_of(const std::string& name) {
    std::ifstream in(MAILTLS_ROOT "/tests/vectors/script/" + name + ".txt");
    std::vector<Case> out;
    std::string* part = nullptr;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.starts_with("# ")) continue;
        if (line.starts_with(">> ")) {
            const std::size_t colon = line.find(": ");
            BOOST_TEST_REQUIRE(colon != std::string::npos, name << ":" << number);
            out.push_back({line.substr(3, colon - 3), line.substr(colon + 2), {}, {}, number});
            part = &out.back().snippet;
            continue;
        }
        if (line.starts_with("=> ")) {
            part = &out.back().expected;
            line.erase(0, 3);
        }
        if (part != nullptr) *part += line + "\n";
    }
    for (Case& c : out) {
        trim_end(c.snippet);
        trim_end(c.expected);
    }
    return out;
}

ScenarioFile::ScenarioFile(const std::string& text) {
    char folder[] = "/tmp/mailtls-script-XXXXXX";
    BOOST_TEST_REQUIRE(mkdtemp(folder) != nullptr);
    folder_ = folder;
    path_ = folder_ + "/case.lua";
    std::ofstream(path_, std::ios::binary) << text;
    // Files beside it stand in its comments.
    const std::string mark = "--[[ FILE ";
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) {
        const std::size_t name = at + mark.size(), line_end = text.find('\n', at);
        const std::size_t end = text.find("]]", line_end);
        BOOST_TEST_REQUIRE(end != text.npos);
        const std::filesystem::path file =
            std::filesystem::path(folder_) / text.substr(name, line_end - name);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text.substr(line_end + 1, end - line_end - 1);
    }
}

ScenarioFile::~ScenarioFile() {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
}

std::string whole_file(const Case& c) {
    if (c.form == "file") return c.snippet + "\n";
    BOOST_TEST_REQUIRE((c.form == "play" || c.form == "cast"), "no such form: " << c.form);
    return "scenario('case', function() " + std::string(c.form == "cast" ? cast : "") + c.snippet +
           "\nend)\n";
}

std::string outcome_of(const std::string& text, const script::Budget& budget) {
    const ScenarioFile file(text);
    const script::Listing listing = script::list_scenarios(file.path(), 1, {files::disk(), budget});
    if (listing.mistake) return described("load", *listing.mistake);
    for (const script::ScenarioEntry& entry : listing.scenarios) {
        script::Performance p = script::play(file.path(), entry.title, 1, {files::disk(), budget});
        p.finish();
        if (p.ending == script::Ending::passed) continue;
        BOOST_TEST(p.mistake->file == file.path());
        return described(p.ending == script::Ending::failed ? "failed" : "broken", *p.mistake);
    }
    return listing.scenarios.empty() ? "nothing to play" : "passes";
}

std::string told(const std::string& outcome) {
    return outcome.starts_with("failed") ? outcome.substr(0, outcome.find("\n  it is ")) : outcome;
}

void check_cases(const std::string& name) {
    const std::vector<Case> cases = cases_of(name);
    BOOST_TEST(cases.size() > 10u);
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(name << ".txt:" << c.line << ": " << c.title) {
            BOOST_TEST(!c.expected.empty());
            BOOST_TEST(told(outcome_of(whole_file(c))) == c.expected);
        }
    }
}
