#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace net {

/// What strikes one segment of a run, as a network may at any moment.
enum class FaultKind : std::uint8_t {
    cut,    ///< The bytes before it pass; then both ends see an orderly end.
    reset,  ///< The bytes before it pass; then both ends see a reset.
    delay,  ///< It and what follows it are 6 minutes late.
    drop,   ///< From here on nothing arrives in this direction any more.
    flip,   ///< One bit is another.
};
inline constexpr FaultKind fault_kinds[] = {FaultKind::cut, FaultKind::reset, FaultKind::delay,
                                            FaultKind::drop, FaultKind::flip};
std::string_view word(FaultKind kind);

struct Fault {
    FaultKind kind = FaultKind::cut;
    std::uint64_t segment = 0;  ///< Of all that are sent in a run, from 1; 0: no fault.
    /// Where in the segment, from 0. Without: before it; a flip strikes its middle.
    std::optional<std::size_t> byte;
};

/// Says which fault strikes a segment, by its number in the run, from 1; nullptr: none.
using Striker = std::function<const Fault*(std::uint64_t segment)>;
/// This fault alone.
Striker striker_of(const Fault& fault);

}  // namespace net
