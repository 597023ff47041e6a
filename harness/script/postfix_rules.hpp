#pragma once
// Postfix's rules in the words of the language.
#include "harness/script/value.hpp"
#include "sim/policy/postfix_main.hpp"

namespace script {

/// As an author would write it for one destination: { level =, match =, protocols =, … }.
Value rule_as_options(const policy::postfix::Entry& entry);

/// The names of the CAs in files: the lab's root stands for every bundle of public ones.
Value authorities(const std::vector<std::string>& files);

}  // namespace script
