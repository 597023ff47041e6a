#pragma once
#include <string>
#include <string_view>

#include "sim/trace/trace.hpp"

namespace trace {

/// Version of the JSON Lines encoding (docs/trace.md).
inline constexpr int encoding_version = 2;

/// The kind of an event as written in the encoding: "reply-received".
std::string_view kind(const Event& event);
/// One line of JSON, without the line end. Text that is not valid UTF-8 becomes {"hex":"..."}.
std::string json_line(const Event& event);
/// The whole trace: a header line, then one line an event.
std::string json_lines(const Trace& trace, std::string_view title, std::uint64_t seed);
/// One line for people, without the line end.
std::string text_line(const Trace& trace, const Event& event);
/// The title of a host, or "nobody".
std::string_view host_title(const Trace& trace, HostId host);
/// A JSON string with its quotes, or the hex form.
void append_json_text(std::string& out, std::string_view text);

}  // namespace trace
