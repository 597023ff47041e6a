#pragma once
// The verdicts of a suite, kept as text: what changed since?
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/play/outcome.hpp"

namespace suite {

/// What became of a mail, or of one of its recipients: names and values, in the order they are
/// told.
struct KeptMail {
    std::string who;  ///< "mail 1 from alice@alice.example to bob@bob.example".
    std::vector<std::pair<std::string, std::string>> facts;
};
struct KeptVerdict {
    std::string status;
    std::vector<KeptMail> mails;
};
/// By the scenarios' ids.
using Baseline = std::map<std::string, KeptVerdict>;

/// An id as a baseline has it: one line of printable characters.
std::string baseline_id(const std::string& id);
Baseline baseline_of(const std::vector<play::Outcome>& outcomes);
/// mailtls.baseline/1: docs/commands.md.
std::string baseline_text(const Baseline& baseline);
/// The same read back. `wrong` says where it is not such a text, or of which other version.
Baseline parse_baseline(std::string_view text, const std::string& name, std::string& wrong);

/// Verdicts that are not what they were.
struct BaselineChange {
    std::vector<std::string> lines;  ///< Scenario by scenario, indented.
    std::size_t scenarios = 0;       ///< So many differ.
};
/// `gone`: ids of `before` whose scenarios are no more. Ids of `before` that are in neither were
/// not played, and are not judged.
BaselineChange changes(const Baseline& before, const Baseline& played,
                       const std::vector<std::string>& gone);

}  // namespace suite
