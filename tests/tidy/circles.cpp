// Folders that include each other, at once or around a corner: none can be read, or built, alone.

#include <boost/test/unit_test.hpp>

#include "tests/tidy/code.hpp"
#include "tests/tidy/tree.hpp"

#include <map>
#include <set>

namespace {

using namespace tidy;

// A folder, and the folders whose headers its files include.
using Arrows = std::map<std::string, std::set<std::string>>;

std::string folder_of(std::string_view path) {
    return std::string(path.substr(0, path.rfind('/')));
}

void add_arrows(Arrows& arrows, const File& file) {
    const std::string folder = folder_of(file.path);
    for (const Include& one : includes_of(file.text))
        if (one.in_quotes && folder_of(one.name) != folder)
            arrows[folder].insert(folder_of(one.name));
}

enum class Seen { no, on_the_way, left };
struct Walk {
    const Arrows& arrows;
    std::map<std::string, Seen> seen;
    std::string way;

    // The first circle below `folder`, as "a > b > a"; empty if there is none.
    std::string circle(const std::string& folder) {
        const std::size_t before = way.size();
        way += (way.empty() ? "" : " > ") + folder;
        if (seen[folder] == Seen::on_the_way) return way.substr(way.find(folder));
        if (seen[folder] == Seen::no) {
            seen[folder] = Seen::on_the_way;
            if (const auto out = arrows.find(folder); out != arrows.end()) {
                for (const std::string& next : out->second) {
                    if (std::string found = circle(next); !found.empty()) return found;
                }
            }
            seen[folder] = Seen::left;
        }
        way.resize(before);
        return {};
    }
};

std::string circle_in(const Arrows& arrows) {
    Walk walk{arrows, {}, {}};
    for (const auto& [folder, to] : arrows) {
        if (std::string found = walk.circle(folder); !found.empty()) return found;
    }
    return {};
}

std::string circle_in(const std::vector<File>& files) {
    Arrows arrows;
    for (const File& file : files) add_arrows(arrows, file);
    return circle_in(arrows);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(circles)

BOOST_AUTO_TEST_CASE(no_folder_includes_itself_through_others) {
    Arrows arrows;
    for (const File& file : source_tree()) {
        if (is_cpp(file)) add_arrows(arrows, file);
    }
    BOOST_TEST(arrows.size() > 20u);
    BOOST_TEST(circle_in(arrows) == "");
}

BOOST_AUTO_TEST_CASE(a_circle_is_found_and_a_tree_is_none) {
    const File a{"a/x.cpp", "#include \"b/y.hpp\"\n#include \"c/z.hpp\"\n"};
    const File b{"b/y.hpp", "#include \"c/z.hpp\"\n#include \"b/other.hpp\"\n"};
    BOOST_TEST(circle_in({a, b, {"c/z.hpp", "#include <vector>\n"}}) == "");
    BOOST_TEST(circle_in({a, b, {"c/z.hpp", "// #include \"a/x.hpp\"\n"}}) == "");
    BOOST_TEST(circle_in({a, b, {"c/z.hpp", "#include \"a/x.hpp\"\n"}}) == "a > b > c > a");
    BOOST_TEST(circle_in({a, b, {"c/z.hpp", "#include \"b/y.hpp\"\n"}}) == "b > c > b");
}

BOOST_AUTO_TEST_SUITE_END()
