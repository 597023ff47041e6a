#pragma once
// How the keys of a session came about, told for people: as bytes with fields, and in lines.
#include <functional>
#include <string>

#include "sim/core/field.hpp"
#include "sim/tls/negotiation.hpp"

namespace report {

/// All values of the path, one behind the other, each a field; those that are not known are left
/// out.
core::Layer key_layer(const trace::Trace& trace, const tls::Negotiation& negotiation);

/// In lines; `explain` gives what is to be said of a field's id, or nothing.
using ExplainField = std::function<std::string(std::string_view id)>;
std::string key_lines(const trace::Trace& trace, const tls::Negotiation& negotiation,
                      const ExplainField& explain);

}  // namespace report
