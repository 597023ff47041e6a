#pragma once
// SMTP taken apart for people: commands, replies and content, with what each part means (RFC 5321).
// Whatever bytes come, it says how far it understood them.
#include <memory>
#include <string_view>

#include "sim/core/field.hpp"
#include "sim/trace/ids.hpp"

namespace smtp {

/// The id of bytes that could not be understood; `value` says why.
inline constexpr std::string_view not_understood = "smtp.not_understood";

/// Takes the text of one connection apart as it passes, both ways. It keeps to RFC 5321: only CRLF
/// ends a line, content begins behind a 3yz to DATA and ends with CRLF "." CRLF. A server that
/// reads otherwise (A25) is not followed.
///
/// A line that a segment or record cuts is told as it came, in parts; where its end comes, it is
/// told whole besides (core::Passage). Lines of a message's body are told as they come, unless they
/// begin with a dot: what such a dot means is known at the line's end.
class Dissector {
  public:
    /// Where the text begins: with the connection, and so with a greeting, or inside TLS.
    enum class Begins : std::uint8_t { with_greeting, behind_starttls };
    explicit Dissector(Begins begins);
    Dissector(const Dissector&) = delete;
    ~Dissector();

    /// What stands in the bytes that come next this way; offsets are within them.
    core::Passage add(trace::Way way, std::string_view bytes);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace smtp
