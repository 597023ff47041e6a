#pragma once
// How reports are packed: RFC 1952, by zlib.
#include <string>
#include <string_view>

#include "sim/core/result.hpp"

namespace mta {

/// The same bytes for the same bytes: no time, no file name, an unknown operating system.
std::string gzip(std::string_view bytes);
/// One member or several. Stops as soon as more than `largest` bytes come out (A33). A Failure says
/// report-invalid.
core::Result<std::string> gunzip(std::string_view packed, std::size_t largest);

}  // namespace mta
