#pragma once
// Outcomes as JSON: as results say them, and as lines on the way home from a worker.
#include <optional>
#include <string>
#include <vector>

#include "harness/play/json_text.hpp"
#include "harness/play/outcome.hpp"

namespace play {

/// As mailtls.results/1 says mails: docs/commands.md.
Json json_of(const std::vector<judge::MailVerdict>& mails);
/// The same of the hops of a mail.
Json json_of(const std::vector<judge::Hop>& hops);
/// { file, line, message }.
Json json_of(const script::Mistake& mistake);
/// The other way round; nothing where it is no such object.
std::optional<script::Mistake> mistake_of(const Json& mistake);

/// One line with all of an outcome, for who reads it back in the same program. A byte that is not
/// UTF-8 becomes U+FFFD.
std::string line_of(const Outcome& outcome);
/// Nothing where it is not such a line.
std::optional<Outcome> outcome_of_line(const std::string& line);

}  // namespace play
