#pragma once
// Units live in types: a Duration is never a number, an Instant is never a Duration.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

/// The sum or the product, or the nearest number that there is: 292 years in nanoseconds.
constexpr std::int64_t sum_or_limit(std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (!__builtin_add_overflow(a, b, &out)) return out;
    return b > 0 ? INT64_MAX : INT64_MIN;
}
constexpr std::int64_t product_or_limit(std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (!__builtin_mul_overflow(a, b, &out)) return out;
    return (a > 0) == (b > 0) ? INT64_MAX : INT64_MIN;
}
constexpr std::int64_t difference_or_limit(std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (!__builtin_sub_overflow(a, b, &out)) return out;
    return b < 0 ? INT64_MAX : INT64_MIN;
}

/// A span of virtual time, in nanoseconds. What would be longer than it can say is as long as that.
struct Duration {
    std::int64_t ns = 0;
    constexpr auto operator<=>(const Duration&) const = default;
    constexpr Duration operator+(Duration o) const { return {sum_or_limit(ns, o.ns)}; }
    constexpr Duration operator-(Duration o) const { return {difference_or_limit(ns, o.ns)}; }
    constexpr Duration operator*(std::int64_t n) const { return {product_or_limit(ns, n)}; }
    constexpr Duration operator/(std::int64_t n) const { return {ns / n}; }
};

constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
constexpr Duration microseconds(std::int64_t n) { return {n * 1000}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }
constexpr Duration minutes(std::int64_t n) { return seconds(60 * n); }
constexpr Duration hours(std::int64_t n) { return minutes(60 * n); }
constexpr Duration days(std::int64_t n) { return hours(24 * n); }

/// A point of virtual time, in nanoseconds since 1970-01-01 00:00:00 UTC. None is later than its
/// limit, in 2262.
struct Instant {
    std::int64_t ns = 0;
    constexpr auto operator<=>(const Instant&) const = default;
    constexpr Instant operator+(Duration d) const { return {sum_or_limit(ns, d.ns)}; }
    constexpr Instant operator-(Duration d) const { return {difference_or_limit(ns, d.ns)}; }
    constexpr Duration operator-(Instant o) const { return {difference_or_limit(ns, o.ns)}; }
    constexpr std::int64_t unix_seconds() const { return ns / 1'000'000'000; }
};

/// Where the clock of a world begins that is told nothing else: 2026-01-01 00:00:00 UTC. Nothing
/// depends on today. `Loop::begins` and `Trace::begins` know; nobody else asks here.
inline constexpr Instant world_begins{1'767'225'600'000'000'000};

/// A point of the Gregorian calendar, UTC.
struct CivilTime {
    int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    int weekday = 4;   ///< 0 is Sunday.
    int year_day = 0;  ///< 0 is the first of January.
};

CivilTime civil_time(std::int64_t unix_seconds);
std::int64_t unix_seconds(const CivilTime& time);

/// "Thu, 01 Jan 2026 00:00:00 +0000": RFC 5322 section 3.3.
std::string mail_date(Instant at);
/// "2026-01-01T00:00:00Z": RFC 3339 section 5.6.
std::string internet_date(Instant at);
/// "2026-01-01 00:00:00 UTC".
std::string calendar_date(Instant at);
/// The other way round, also without time of day or " UTC". Nothing when no Instant can hold it.
std::optional<Instant> parse_calendar_date(std::string_view text);

/// "300ms", "5 minutes", "2.5 s", "1 hour 30 minutes"; a number alone is seconds. Nothing when it
/// is no duration.
std::optional<Duration> parse_duration(std::string_view text);
/// "0.020 s", "5 min 0.1 s", "5 d 0 h 1 min": for people.
std::string readable(Duration d);

}  // namespace core
