#pragma once
// Which behaviours of the standards list are exercised, and by what.
#include <string>
#include <vector>

namespace report {

struct Covered {
    std::string id, section, text;
    /// Files in which the id stands, relative to the root, in order of name.
    std::vector<std::string> scenarios, tests, code;
    bool exercised() const { return !scenarios.empty() || !tests.empty(); }
};

/// Looks through scenarios/, tests/, sim/, harness/ and visualize/ below `root`. `wrong` says what
/// is not there.
std::vector<Covered> coverage(const std::string& root, std::string& wrong);

}  // namespace report
