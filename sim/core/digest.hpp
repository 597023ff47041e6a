#pragma once
#include <cstdint>
#include <string_view>

namespace core {

/// FNV-1a of 64 bits: tells texts apart, the same everywhere; hides nothing from anybody. `from`
/// goes on where another text ended.
constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t from = 0xcbf29ce484222325) {
    for (const char c : text) from = (from ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return from;
}

}  // namespace core
