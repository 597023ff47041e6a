#pragma once
// DNS messages taken apart for people: every byte of a datagram, with what it means (RFC 1035
// section 4). Whatever bytes come, it says how far it understood them.
#include <string_view>
#include <vector>

#include "sim/core/field.hpp"

namespace dns {

/// The id of bytes that could not be understood; `value` says why.
inline constexpr std::string_view not_understood = "dns.not_understood";

/// The fields of one message. A flag is a field over the byte that it stands in, so that flags of
/// one byte lie over each other; all other fields stand side by side. Pointers in names are
/// followed backwards alone, so none makes a circle (RFC 1035 section 4.1.4).
std::vector<core::Field> dissect(std::string_view datagram);

}  // namespace dns
