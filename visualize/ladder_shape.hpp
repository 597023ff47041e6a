#pragma once
// What makes a long ladder short: attempts that are all alike, hours in which nothing happens, and
// hosts that take no part.
#include "visualize/ladder.hpp"

namespace visualize {

/// Of attempts that are all alike the first and the last stay.
void fold_attempts(std::vector<Row>& rows);
/// Of more than 300 rows: attempts like one before them, and rows that come again and again in the
/// same order, are told once, whichever mail and mailbox they are about; of what is still longer
/// than 800 rows the middle is left out.
void fold_what_is_long(std::vector<Row>& rows);
/// Where several connections are open at once between the same two, each message and note of theirs
/// bears the number of its own.
void tell_connections_apart(std::vector<Row>& rows);
/// The axis of time is broken where nothing happens for long.
void add_gaps(std::vector<Row>& rows);
/// Where there is nothing to draw the picture says so.
void tell_of_nothing(std::vector<Row>& rows);
/// Senders, the resolver, whoever sits on a path (before the resolver, if on the path there),
/// receivers. Where mail goes on from a host that got it: hosts in the order of its way, watchers
/// between the ends of their path, then the resolver. Those who took no part are left out, but for
/// the viewers. Where nobody took part all are there.
void choose_lanes(Ladder& ladder, const std::vector<Lane>& all, const Viewers& viewers);

}  // namespace visualize
