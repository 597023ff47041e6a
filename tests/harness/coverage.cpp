// Which ids of the standards list are exercised, and which will never be.
#include "harness/report/coverage.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "harness/script/sources.hpp"
#include "tests/harness/program.hpp"

namespace {

std::vector<report::Covered> covered(std::string_view out_of_scope, std::string& wrong) {
    return report::coverage(MAILTLS_ROOT, out_of_scope, wrong);
}

const report::Covered& find(const std::vector<report::Covered>& all, std::string_view id) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const report::Covered& c) { return c.id == id; });
    BOOST_TEST_REQUIRE((found != all.end()), id);
    return *found;
}

// An id that this file must not name, for naming it here would exercise it.
std::string unexercised() {
    std::string wrong;
    for (const report::Covered& c : covered("id,reason\n", wrong))
        if (!c.exercised()) return c.id;
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(coverage)

// The shipped list: each id is known, has a reason, and is exercised by nothing.
BOOST_AUTO_TEST_CASE(the_shipped_list_is_in_order) {
    std::string wrong;
    const std::vector<report::Covered> all = covered(script::sources::out_of_scope, wrong);
    BOOST_TEST(wrong == "");
    const auto outside = std::count_if(
        all.begin(), all.end(), [](const report::Covered& c) { return !c.out_of_scope.empty(); });
    BOOST_TEST(outside > 0);
    for (const report::Covered& c : all)
        if (!c.out_of_scope.empty()) BOOST_TEST(!c.exercised(), c.id);
}

BOOST_AUTO_TEST_CASE(a_list_with_a_mistake) {
    const std::string id = unexercised();
    BOOST_TEST_REQUIRE(id != "");
    const std::pair<std::string, std::string> rows[] = {
        {"NO-99,it is not there\n", "out_of_scope.csv: there is no id NO-99"},
        {id + ",\n", "out_of_scope.csv: " + id + " has no reason"},
        {id + ",one\n" + id + ",two\n", "out_of_scope.csv: " + id + " stands twice"},
        {"TLS-03,nobody does it\n",
         "out_of_scope.csv: TLS-03 is exercised by scenarios/attacks/stripping.lua"},
        {id + ",a reason\n", ""},
    };
    for (const auto& [list, complaint] : rows) {
        std::string wrong;
        const std::vector<report::Covered> all = covered("id,reason\n" + list, wrong);
        BOOST_TEST(wrong == complaint, list);
        if (complaint.empty()) BOOST_TEST(find(all, id).out_of_scope == "a reason");
    }
}

BOOST_AUTO_TEST_CASE(the_command_tells_the_reason) {
    const Folder folder;
    std::string wrong;
    const std::vector<report::Covered> all = covered(script::sources::out_of_scope, wrong);
    for (const char* const options : {"", " --missing"}) {
        const Said said = mailtls(folder, std::string("coverage " MAILTLS_ROOT) + options);
        BOOST_TEST(said.code == 0);
        for (const report::Covered& c : all)
            if (!c.out_of_scope.empty())
                BOOST_TEST(has(said.out, "out of scope: " + c.out_of_scope + "\n"), c.id);
    }
}

BOOST_AUTO_TEST_SUITE_END()
