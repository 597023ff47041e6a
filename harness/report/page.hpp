#pragma once
// One scenario's page of the HTML report: the run as JSON that report/page/*.js shows.
#include <string>

#include "harness/play/outcome.hpp"
#include "sim/trace/trace.hpp"

namespace report {

/// Of a run that carried more, the page holds so many bytes taken apart; the rest is named.
inline constexpr std::size_t most_bytes_of_a_page = 2 * 1024 * 1024;

/// - lanes: [{ title, subtitle, role }], as the ladder has them; others name them by index
/// - rows: the ladder's, [{ event, at, kind, from, to, style, tone, head, detail, glances, stopped,
///   witness, pieces }]
/// - beliefs: [{ event, lane, topic, subject, value, tone }]
/// - pieces: bytes taken apart, [{ event, at, connection, end, seen_at, way, kind, offset, wire,
///   opened, whole_message }]; a datagram has no connection (null); bytes are base64, a field is
///   [index into ids, offset, length, value, parts]
/// - changes: what was done on the way, [{ event, at, lane, act, way, before, after }]
/// - keys: [{ lane, connection }], who on the path can open what was sealed
/// - levels: [{ mail, level, clause }], of each mail's last attempt
/// - judged: what policy said of each session, [{ event, connection, mail, ruling, peer, level,
/// why,
///   clause }]
/// - share: the curve, where mails are many and go over a long time: { width, height, said, shapes:
///   [["box", paint, x, y, width, height, words], ["line", paint, x, y, width, height], ["text",
///   paint, x, y, size, anchor, words]] }; lengths are points, y goes downwards
/// - other_levels: [{ level, mails }], what would be if every sender had that level; may be empty
/// Times are nanoseconds since the world began. Bytes that are not UTF-8 become U+FFFD.
std::string page_of(const trace::Trace& trace, const play::Outcome& outcome);

/// For who reads without a script: what went wrong, and a line for each row of the ladder.
std::string transcript_of(const trace::Trace& trace, const play::Outcome& outcome);

}  // namespace report
