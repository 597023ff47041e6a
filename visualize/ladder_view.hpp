#pragma once
// A ladder through the eyes of one party: what it sent, what reached it or passed it, and what it
// could make of that.
#include "visualize/ladder.hpp"

namespace visualize {

/// Whom a word names: the title of a host, "sender" and "receiver" for all of that role, "all".
/// Nothing when nobody is called so; an empty list for "all".
std::optional<Viewers> viewers_of(const trace::Trace& trace, const std::string& word);
/// "all, sender, mail.alice.example, ...": whom there is to ask for.
std::string parties_of(const trace::Trace& trace);

/// Takes out what only a watcher's own picture shows.
void keep_what_is_told_once(std::vector<Row>& rows);
/// Takes out what the viewers did not see, and shows the rest as they saw it.
void keep_what_was_seen(std::vector<Row>& rows, const Viewers& viewers);

}  // namespace visualize
