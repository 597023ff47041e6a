// Files come to be whole or not at all.
#include "harness/files/output.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <set>
#include <string>

#include "tests/harness/program.hpp"

namespace fs = std::filesystem;

namespace {

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder))
        out.insert(entry.path().filename().string());
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(output)

BOOST_AUTO_TEST_CASE(what_is_not_finished_leaves_what_was_there) {
    const Folder folder;
    folder.write("a", "old");
    {
        files::Output out(folder.path() + "/a");
        out.add("new");
        BOOST_TEST(names_in(folder.path()).size() == 2);
    }
    BOOST_TEST(folder.read("a") == "old");
    BOOST_TEST(names_in(folder.path()).size() == 1);
}

BOOST_AUTO_TEST_CASE(what_is_finished_takes_its_place) {
    const Folder folder;
    folder.write("a", "old");
    files::Output out(folder.path() + "/a");
    out.add("new, ");
    out.add("and whole");
    BOOST_TEST(out.finish() == "");
    BOOST_TEST(folder.read("a") == "new, and whole");
    BOOST_TEST(names_in(folder.path()).size() == 1);
}

BOOST_AUTO_TEST_CASE(a_link_stays) {
    const Folder folder;
    folder.write("there", "old");
    fs::create_symlink("there", folder.path() + "/link");
    BOOST_TEST(files::write_file(folder.path() + "/link", "new") == "");
    BOOST_TEST(fs::is_symlink(folder.path() + "/link"));
    BOOST_TEST(folder.read("there") == "new");
}

BOOST_AUTO_TEST_CASE(a_device_stays) {
    BOOST_TEST(files::write_file("/dev/null", "bytes") == "");
    BOOST_TEST(fs::is_character_file("/dev/null"));
    BOOST_TEST(files::write_file("/dev/full", "bytes") ==
               "/dev/full: cannot be written: No space left on device");
}

BOOST_AUTO_TEST_CASE(the_rights_of_a_file_stay) {
    const Folder folder;
    folder.write("a", "old");
    fs::permissions(folder.path() + "/a", fs::perms::owner_read | fs::perms::owner_write);
    BOOST_TEST(files::write_file(folder.path() + "/a", "new") == "");
    BOOST_TEST((fs::status(folder.path() + "/a").permissions() ==
                (fs::perms::owner_read | fs::perms::owner_write)));
}

BOOST_AUTO_TEST_CASE(what_an_author_writes_is_added_at_the_end) {
    const Folder folder;
    BOOST_TEST(files::add_to_file(folder.path() + "/a", "one\n") == "");
    BOOST_TEST(files::add_to_file(folder.path() + "/a", "two\n") == "");
    BOOST_TEST(folder.read("a") == "one\ntwo\n");
}

BOOST_AUTO_TEST_SUITE_END()
