#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

/// Something against a rule of the house. `rule` is short and the same wherever the file is edited,
/// so that an exemption can name it; `message` says what to write instead.
struct Finding {
    std::string path;
    std::size_t line;
    std::string rule;
    std::string message;
};
using Findings = std::vector<Finding>;

/// What may stay as it is, and why.
struct Exemption {
    std::string_view path;
    std::string_view rule;
    std::string_view reason;
};

/// The findings that no exemption covers, and one more for each exemption that covers none or has
/// no reason.
Findings judged(Findings findings, std::span<const Exemption> exemptions);

/// One line each, as a compiler would write it.
std::string listing(const Findings& findings);

/// The rules alone, joined with ", ": to compare in a test.
std::string rules_of(const Findings& findings);

void append(Findings& all, Findings more);

}  // namespace tidy
