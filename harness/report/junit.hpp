#pragma once
#include <string>
#include <vector>

#include "harness/play/outcome.hpp"

namespace report {

/// JUnit's XML as continuous integration reads it: a testsuite a file, a testcase a scenario, with
/// file, line and properties (seed, virtual seconds, what it cites, and each mail's fate). A failed
/// scenario has one failure, a broken one one error. What XML cannot hold (XML 1.0 section 2.2) is
/// written as \xNN or \uFFFE.
std::string junit_xml(const std::vector<play::Outcome>& outcomes);
/// The same with no more than Jenkins' schema has: the properties of a scenario, and its line, are
/// lines of its system-out, "[[PROPERTY|seed=1]]".
std::string plain_junit_xml(const std::vector<play::Outcome>& outcomes);

}  // namespace report
