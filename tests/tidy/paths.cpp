// Paths that comments and documents name lead somewhere.

#include <boost/test/unit_test.hpp>

#include "tests/tidy/code.hpp"
#include "tests/tidy/findings.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <filesystem>

namespace {

using namespace tidy;
namespace fs = std::filesystem;

constexpr std::string_view folders[] = {"sim",   "harness", "visualize", "tests", "scenarios",
                                        "cmake", "docs",    "examples",  ".ci",   ".githooks"};
constexpr std::string_view kinds[] = {".cpp", ".hpp",   ".h",   ".lua",  ".md",  ".py",
                                      ".sh",  ".cmake", ".csv", ".txt",  ".js",  ".mjs",
                                      ".css", ".json",  ".yml", ".toml", ".scd", ".in"};
// Such paths are not in the tree: what is built, and what stands in a project of an author's.
constexpr std::string_view elsewhere[] = {"build/",   "out/",   ".mailtls/",
                                          ".github/", "share/", "mbedtls/"};

// `rule` is the path.
constexpr Exemption exemptions[] = {
    {"docs/commands.md", "mail/partners.lua", "an example of a file that --write makes"},
    {"docs/commands.md", "scenarios/first.lua", "init puts it into a project"},
    {"docs/commands.md", "scenarios/watcher.lua", "init puts it into a project"},
    {"docs/commands.md", "mail.scenarios/policy.lua", "the name of a test"},
    {"docs/decisions/0004-speed.md", "scenarios/s", "a unit: scenarios a second"},
    {"docs/mailtls.1.scd", "scenarios/watcher.lua", "init puts it into a project"},
    {"harness/starter/first.lua", "scenarios/first.lua", "where init puts this very file"},
    {"tests/fuzz/README.md", "tests/fuzz/corpus/TARGET/what-it-was-about", "a pattern of names"},
    {"tests/script/cases.hpp", "tests/vectors/script/NAME.txt", "a pattern of names"},
};

bool is_of(std::string_view path, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](auto ending) { return path.ends_with(ending); });
}

// Where a line's comment begins: behind the mark, where no text is open.
std::string_view behind(std::string_view line, std::string_view mark) {
    for (std::size_t at = line.find(mark); at != line.npos; at = line.find(mark, at + 1)) {
        if (std::ranges::count(line.substr(0, at), '"') % 2 == 0) return line.substr(at);
    }
    return {};
}

std::string_view comment_of(const std::string& path, std::string_view line) {
    if (is_of(path, {".md", ".scd"})) return line;
    if (is_of(path, {".cpp", ".hpp", ".h", ".js", ".mjs"})) return behind(line, "//");
    if (path.ends_with(".lua")) return behind(line, "--");
    if (path.ends_with(".css")) return {};
    return behind(line, "#");
}

bool is_of_a_path(char c) {
    return is_word_character(c) || c == '/' || c == '.' || c == '-' || c == '*';
}

// `a*c` fits `abc` and `a/b/c`.
bool fits(std::string_view path, std::string_view pattern) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) return path == pattern;
    if (!path.starts_with(pattern.substr(0, star))) return false;
    const std::string_view rest = pattern.substr(star + 1);
    for (std::size_t at = star; at <= path.size(); ++at) {
        if (fits(path.substr(at), rest)) return true;
    }
    return false;
}

// From the root, or the end of a path: `core/loop.hpp`. Also a file without its ending, as
// `sim/world`.
bool is_there(std::string_view named) {
    return std::ranges::any_of(tree_paths(), [&](std::string_view path) {
        if (fits(path, named) || fits(path, "*/" + std::string(named))) return true;
        return path.starts_with(named) && path.size() > named.size() && path[named.size()] == '.';
    });
}

// "../b/c" said in a page of the folder a is b/c.
std::string beside(const std::string& path, std::string_view named) {
    return (fs::path(path).parent_path() / named).lexically_normal().generic_string();
}

bool means_the_tree(std::string_view named) {
    const auto begins = [&](std::string_view place) { return named.starts_with(place); };
    if (std::ranges::any_of(elsewhere, begins)) return false;
    const std::string_view first = named.substr(0, named.find('/'));
    return std::ranges::find(folders, first) != std::end(folders) ||
           std::ranges::any_of(kinds, [&](auto kind) { return named.ends_with(kind); });
}

// The paths of a text: with a slash, and not a part of a URL, of a variable's path, of a pattern.
std::vector<std::string> paths_in(std::string_view text) {
    std::vector<std::string> paths;
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size(); at = end + 1) {
        end = at;
        while (end < text.size() && is_of_a_path(text[end])) ++end;
        std::string_view path = text.substr(at, end - at);
        const bool is_part = at > 0 && std::string_view(":~$}<>").find(text[at - 1]) != text.npos;
        while (path.ends_with('.') || path.ends_with('/')) path.remove_suffix(1);
        if (path.starts_with("./")) path.remove_prefix(2);
        const bool has_slash = path.find('/') != path.npos && !path.starts_with('/');
        if (has_slash && !is_part && means_the_tree(path)) paths.emplace_back(path);
    }
    return paths;
}

// [text](target#part) of Markdown, but for other sites and parts of the same page.
std::vector<std::string> links_in(std::string_view text) {
    std::vector<std::string> targets;
    for (std::size_t at = text.find("]("); at != text.npos; at = text.find("](", at + 1)) {
        std::string_view target = text.substr(at + 2, text.find_first_of("#) ", at + 2) - at - 2);
        if (!target.empty() && target.find(':') == target.npos) targets.emplace_back(target);
    }
    return targets;
}

Findings dead_paths(const File& file) {
    Findings findings;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view text = comment_of(file.path, lines[i]);
        for (const std::string& path : paths_in(text)) {
            if (is_there(path) || is_there(beside(file.path, path))) continue;
            findings.push_back({file.path, i + 1, path, "names no file or folder of this project"});
        }
        if (!file.path.ends_with(".md")) continue;
        for (const std::string& path : links_in(text)) {
            if (fs::exists(fs::path(MAILTLS_ROOT) / beside(file.path, path))) continue;
            findings.push_back({file.path, i + 1, path, "is a link to nothing"});
        }
    }
    return findings;
}

// Bytes that tests compare speak for others.
bool is_data(const File& file) {
    return is_at(file.path, "tests/vectors") || is_at(file.path, "tests/golden");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(paths)

BOOST_AUTO_TEST_CASE(each_path_that_is_named_leads_somewhere) {
    Findings findings;
    for (const auto* const files : {&source_tree(), &documents()}) {
        for (const File& file : *files) {
            if (!is_data(file)) append(findings, dead_paths(file));
        }
    }
    const Findings left = judged(std::move(findings), exemptions);
    BOOST_CHECK_MESSAGE(left.empty(), listing(left));
}

BOOST_AUTO_TEST_CASE(a_path_is_looked_for_in_comments_and_documents) {
    const auto judge = [](const std::string& path, const std::string& text) {
        return rules_of(dead_paths({path, text}));
    };
    const std::string gone = "sim/core/gone.hpp";
    BOOST_TEST(judge("sim/x.cpp", "// See " + gone + ".\n") == gone);
    BOOST_TEST(judge("sim/x.cpp", "f(\"" + gone + "\");  // the path\n") == "");
    BOOST_TEST(judge("sim/x.cpp", "#include \"" + gone + "\"\n") == "");
    BOOST_TEST(judge("scenarios/x.lua", "-- see " + gone + "\n") == gone);
    BOOST_TEST(judge("cmake/X.cmake", "# see " + gone + "\n") == gone);
    BOOST_TEST(judge("docs/x.md", "`" + gone + "`, (" + gone + ")\n") == gone + ", " + gone);
}

BOOST_AUTO_TEST_CASE(a_path_may_begin_anywhere_have_stars_and_no_ending) {
    const auto judge = [](const std::string& text) {
        return rules_of(dead_paths({"docs/x.md", text}));
    };
    BOOST_TEST(judge("sim/core/loop.hpp, core/loop.hpp, sim/world, `sim/core/`, sim/core.\n") ==
               "");
    BOOST_TEST(judge("decisions/0001-layers.md, ../sim/core/loop.hpp, tests/*/CMakeLists.txt\n") ==
               "");
    BOOST_TEST(judge("sim/*/gone_*.hpp\n") == "sim/*/gone_*.hpp");
    BOOST_TEST(judge("strange/gone.md\n") == "strange/gone.md");
    BOOST_TEST(judge("sim/gone\n") == "sim/gone");
}

BOOST_AUTO_TEST_CASE(what_is_no_path_of_the_tree_is_passed_over) {
    const auto judge = [](const std::string& text) {
        return rules_of(dead_paths({"docs/x.md", text}));
    };
    BOOST_TEST(judge("https://alice.example/docs/gone.md, text/plain, and/or, 1/2\n") == "");
    BOOST_TEST(judge("$HOME/sim/gone.hpp, /usr/share/gone.md, build/release/gone.txt\n") == "");
}

BOOST_AUTO_TEST_CASE(a_link_of_a_document_leads_from_its_folder) {
    const auto judge = [](const std::string& text) {
        return rules_of(dead_paths({"docs/x.md", text}));
    };
    BOOST_TEST(judge("[a](tour.md#the-word) [b](https://alice.example) [c](#here)\n") == "");
    BOOST_TEST(judge("[a](gone.md#part)\n") == "gone.md");
}

BOOST_AUTO_TEST_SUITE_END()
