#pragma once
// Which behaviours of the standards list are exercised, and by what.
#include <string>
#include <string_view>
#include <vector>

namespace report {

struct Covered {
    std::string id, section, text;
    /// Files in which the id stands, relative to the root, in order of name.
    std::vector<std::string> scenarios, tests, code;
    std::string out_of_scope;  ///< Why nothing here will ever exercise it; empty: something should.
    bool exercised() const { return !scenarios.empty() || !tests.empty(); }
};

/// Looks through scenarios/, tests/, sim/, harness/ and visualize/ below `root`. `wrong` says what
/// is not there, or what is wrong with `out_of_scope`, a CSV text of ids and reasons
/// (harness/report/out_of_scope.csv): each id must be in the standards list, have a reason, and be
/// exercised by nothing.
std::vector<Covered> coverage(const std::string& root, std::string_view out_of_scope,
                              std::string& wrong);
/// A list of all, indented.
std::string coverage_json(const std::vector<Covered>& all);

}  // namespace report
