#pragma once
// What check-policy found, as a page for whoever decides.
#include <string>
#include <vector>

#include "harness/many/policy_check.hpp"

namespace report {

/// One HTML file that needs no other. `remarks` are sentences about the files. Whatever the files
/// said stands in it escaped.
std::string policy_page(const std::vector<many::PartnerOutcome>& outcomes,
                        const std::vector<std::string>& remarks, const std::string& repeat);

}  // namespace report
