#pragma once
// The parts of which the dissector of DNS is made.
#include <string>
#include <string_view>

#include "sim/core/field_reader.hpp"
#include "sim/dns/dissect.hpp"

namespace dns {

inline constexpr core::CommonIds ids{not_understood, "dns.length"};

/// Reads the name that stands next in `in` as a field `id`, and returns it as text. `all` is the
/// whole message, into which pointers point. Where there is no name, `in` gives up.
std::string dissect_name(core::FieldReader& in, std::string_view all, std::string_view id);

/// The data of a record of that type: all of `in` (RFC 1035 section 3.3, RFC 6698 section 2.1).
void dissect_data(core::FieldReader& in, std::string_view all, unsigned type);
/// The options of EDNS(0): all of `in` (RFC 6891 section 6.1.2).
void dissect_options(core::FieldReader& in);

/// "MX", or nothing.
std::string_view type_name(std::uint64_t type);

}  // namespace dns
