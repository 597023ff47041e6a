// The one main of all test programs. No BOOST_TEST_MODULE: the precompiled header comes before any
// word of ours.
#include <boost/test/unit_test.hpp>

int main(int argc, char* argv[]) {
    const auto named = [] {
        boost::unit_test::framework::master_test_suite().p_name.value = "mailtls";
        return true;
    };
    return boost::unit_test::unit_test_main(named, argc, argv);
}
