// The one main of all test programs.
#define BOOST_TEST_MODULE mailtls
#include <boost/test/unit_test.hpp>
