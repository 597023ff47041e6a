#pragma once
// HTTP/1.1 taken apart for people: requests and answers, with what each part means (RFC 9112).
// Whatever bytes come, it says how far it understood them.
#include <memory>
#include <string_view>

#include "sim/core/field.hpp"
#include "sim/trace/ids.hpp"

namespace https {

/// The id of bytes that could not be understood; `value` says why.
inline constexpr std::string_view not_understood = "http.not_understood";

/// Takes the text of one connection apart as it passes, both ways. A line that a record cuts is
/// told as it came, in parts; where its end comes, it is told whole besides (core::Passage). A body
/// is told as it comes; that of a policy of MTA-STS line by line (RFC 8461 section 3.2).
class Dissector {
  public:
    Dissector();
    Dissector(const Dissector&) = delete;
    ~Dissector();

    /// What stands in the bytes that come next this way; offsets are within them.
    core::Passage add(trace::Way way, std::string_view bytes);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace https
