#include "sim/core/units.hpp"

#include <boost/test/unit_test.hpp>

using namespace core;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(a_week_has_seven_days) { BOOST_TEST((days(7) == hours(168))); }

BOOST_AUTO_TEST_SUITE_END()
