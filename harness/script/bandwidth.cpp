#include "harness/script/bandwidth.hpp"

#include <charconv>

namespace script {
namespace {

struct Rate {
    std::string_view name;
    std::uint64_t bits;
};
constexpr Rate rates[] = {
    {"bit/s", 1},    {"kbit/s", 1'000},   {"Mbit/s", 1'000'000},    {"B/s", 8},
    {"kB/s", 8'000}, {"MB/s", 8'000'000}, {"Gbit/s", 1'000'000'000}};

// A number with three decimals at most, in thousandths.
std::optional<std::uint64_t> take_thousandths(std::string_view& s) {
    const auto take = [&s](std::uint64_t& out) {
        const auto r = std::from_chars(s.data(), s.data() + s.size(), out);
        const std::size_t digits = static_cast<std::size_t>(r.ptr - s.data());
        s.remove_prefix(digits);
        return r.ec == std::errc{} && digits <= 9 ? digits : 0;
    };
    std::uint64_t whole = 0, part = 0;
    if (take(whole) == 0) return std::nullopt;
    if (!s.starts_with('.')) return whole * 1000;
    s.remove_prefix(1);
    const std::size_t digits = take(part);
    if (digits == 0 || digits > 3) return std::nullopt;
    for (std::size_t i = digits; i < 3; ++i) part *= 10;
    return whole * 1000 + part;
}

}  // namespace

std::optional<std::uint64_t> parse_bandwidth(std::string_view s) {
    if (s == "no limit") return 0;
    const std::optional<std::uint64_t> thousandths = take_thousandths(s);
    if (!thousandths) return std::nullopt;
    if (s.starts_with(' ')) s.remove_prefix(1);
    for (const Rate& rate : rates) {
        if (rate.name != s) continue;
        const std::uint64_t bytes = *thousandths * rate.bits / 8000;
        if (bytes > 0) return bytes;
    }
    return std::nullopt;
}

}  // namespace script
