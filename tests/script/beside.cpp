// Files that a scenario may read: in its own folder, and nothing that is no text.
#include "harness/files/text.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

namespace {

// A folder with a scenario's folder in it: "home".
struct House {
    House() {
        char name[] = "/tmp/mailtls-beside-XXXXXX";
        BOOST_TEST_REQUIRE(mkdtemp(name) != nullptr);
        root = name;
        fs::create_directories(root / "home" / "below");
        write("secret", "not for scenarios");
        write("home/plain", "a text");
        write("home/below/plain", "another");
    }
    ~House() {
        std::error_code error;
        fs::remove_all(root, error);
    }
    void write(const char* name, const std::string& text) const {
        std::ofstream(root / name, std::ios::binary) << text;
    }
    std::string said(const std::string& name) const {
        const auto text = files::read_beside((root / "home").string(), name);
        return text.ok() ? "read: " + text.value() : text.failure().detail;
    }
    fs::path root;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(beside)

BOOST_AUTO_TEST_CASE(what_is_read) {
    const House house;
    fs::create_symlink("plain", house.root / "home/link");
    house.write("home/empty", "");
    house.write("home/umlaut", "\xC3\xB6\r\n\t");
    BOOST_TEST(house.said("plain") == "read: a text");
    BOOST_TEST(house.said("below/plain") == "read: another");
    BOOST_TEST(house.said("./below/./plain") == "read: another");
    BOOST_TEST(house.said("link") == "read: a text");
    BOOST_TEST(house.said("empty") == "read: ");
    BOOST_TEST(house.said("umlaut") == "read: \xC3\xB6\r\n\t");
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
    const House house;
    const std::string own = "expected a file in the scenario's own folder, or below it";
    const std::string out = "the link leads out of the scenario's folder";
    const std::string absent = "there is no such file beside the scenario";
    fs::create_symlink("../secret", house.root / "home/link");
    fs::create_directory_symlink("..", house.root / "home/up");
    fs::create_symlink("loop", house.root / "home/loop");
    fs::create_symlink("/dev/zero", house.root / "home/zero");
    fs::create_directories(house.root / "home-too");
    house.write("home-too/plain", "of a folder with a longer name");
    fs::create_symlink("../home-too/plain", house.root / "home/neighbour");
    BOOST_TEST_REQUIRE(mkfifo((house.root / "home/pipe").c_str(), 0600) == 0);
    house.write("home/binary", std::string("a\0b", 3));
    house.write("home/escape", "\x1b[31m");
    house.write("home/long", std::string(files::largest_beside + 1, 'x'));
    house.write("home/long-enough", std::string(files::largest_beside, 'x'));
    const std::pair<std::string, std::string> rows[] = {
        {"../secret", "../secret: " + own},
        {"below/../../secret", "below/../../secret: " + own},
        {"below/../plain", "below/../plain: " + own},
        {"/etc/passwd", "/etc/passwd: " + own},
        {"link", "link: " + out},
        {"up/secret", "up/secret: " + out},
        {"up/home/plain", "read: a text"},
        {"neighbour", "neighbour: " + out},
        {"zero", "zero: " + out},
        {"loop", "loop: " + absent},
        {"nowhere", "nowhere: " + absent},
        {"plain/x", "plain/x: " + absent},
        {"below", "below: expected a plain file"},
        {".", ".: the link leads out of the scenario's folder"},
        {"pipe", "pipe: expected a plain file"},
        {"binary", "binary: expected a text, got bytes that are none"},
        {"escape", "escape: expected a text, got bytes that are none"},
        {"long", "long: expected at most 1048576 bytes, got more"},
        {"", "expected the name of a file beside the scenario"},
        {std::string("plain\0x", 7), "expected the name of a file beside the scenario"},
        {"a\nb", "expected the name of a file beside the scenario"},
    };
    for (const auto& [name, expected] : rows) BOOST_TEST(house.said(name) == expected, name);
    BOOST_TEST(house.said("long-enough").size() == 6 + files::largest_beside);
}

BOOST_AUTO_TEST_SUITE_END()
