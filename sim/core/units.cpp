#include "sim/core/units.hpp"

#include <array>
#include <charconv>
#include <limits>

#include <fmt/core.h>

namespace core {
namespace {

constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, counted in eras of 400 years
// from 1 March.
std::int64_t days_of(int year, int month, int day) {
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t year_of_era = y - era * 400;
    const std::int64_t month_from_march = (month + 9) % 12;
    const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct UnitName {
    std::string_view name;
    Duration length;
};
constexpr std::array<UnitName, 22> unit_names{{
    {"ns", {1}},
    {"us", {1000}},
    {"ms", {1'000'000}},
    {"millisecond", {1'000'000}},
    {"s", seconds(1)},
    {"sec", seconds(1)},
    {"second", seconds(1)},
    {"m", minutes(1)},
    {"min", minutes(1)},
    {"minute", minutes(1)},
    {"h", hours(1)},
    {"hour", hours(1)},
    {"d", days(1)},
    {"day", days(1)},
    {"w", days(7)},
    {"week", days(7)},
    {"seconds", seconds(1)},
    {"minutes", minutes(1)},
    {"hours", hours(1)},
    {"days", days(1)},
    {"weeks", days(7)},
    {"milliseconds", {1'000'000}},
}};

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
    while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
    return s;
}

template <int Digits>
bool take_number(std::string_view& s, int& out) {
    if (s.size() < Digits) return false;
    const auto r = std::from_chars(s.data(), s.data() + Digits, out);
    if (r.ec != std::errc{} || r.ptr != s.data() + Digits || out < 0) return false;
    s.remove_prefix(Digits);
    return true;
}

bool take_char(std::string_view& s, char c) {
    if (s.empty() || s.front() != c) return false;
    s.remove_prefix(1);
    return true;
}

bool real_date(const CivilTime& t) {
    return civil_time(unix_seconds(t)).day == t.day && t.month >= 1 && t.month <= 12 &&
           t.hour < 24 && t.minute < 60 && t.second < 60;
}

}  // namespace

CivilTime civil_time(std::int64_t unix_seconds) {
    std::int64_t day = unix_seconds / 86400;
    std::int64_t rest = unix_seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        --day;
    }
    const std::int64_t z = day + 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const std::int64_t day_of_era = z - era * 146097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t march_month = (5 * day_of_year + 2) / 153;
    CivilTime t;
    t.day = static_cast<int>(day_of_year - (153 * march_month + 2) / 5 + 1);
    t.month = static_cast<int>(march_month < 10 ? march_month + 3 : march_month - 9);
    t.year = static_cast<int>(year_of_era + era * 400 + (t.month <= 2 ? 1 : 0));
    t.hour = static_cast<int>(rest / 3600);
    t.minute = static_cast<int>(rest / 60 % 60);
    t.second = static_cast<int>(rest % 60);
    t.weekday = static_cast<int>(((day % 7) + 11) % 7);
    t.year_day = static_cast<int>(day - days_of(t.year, 1, 1));
    return t;
}

std::int64_t unix_seconds(const CivilTime& t) {
    return days_of(t.year, t.month, t.day) * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
}

std::string mail_date(Instant at) {
    const CivilTime t = civil_time(at.unix_seconds());
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", weekdays[t.weekday], t.day,
                       months[t.month - 1], t.year, t.hour, t.minute, t.second);
}

std::string internet_date(Instant at) {
    const CivilTime t = civil_time(at.unix_seconds());
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour,
                       t.minute, t.second);
}

std::string calendar_date(Instant at) {
    const CivilTime t = civil_time(at.unix_seconds());
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", t.year, t.month, t.day, t.hour,
                       t.minute, t.second);
}

std::optional<Instant> parse_calendar_date(std::string_view text) {
    std::string_view s = trimmed(text);
    CivilTime t;
    bool ok = take_number<4>(s, t.year) && take_char(s, '-') && take_number<2>(s, t.month) &&
              take_char(s, '-') && take_number<2>(s, t.day);
    if (ok && !s.empty() && (s.front() == ' ' || s.front() == 'T') && s.size() > 1 && s[1] >= '0' &&
        s[1] <= '9') {
        s.remove_prefix(1);
        ok = take_number<2>(s, t.hour) && take_char(s, ':') && take_number<2>(s, t.minute);
        if (ok && take_char(s, ':')) ok = take_number<2>(s, t.second);
    }
    s = trimmed(s);
    if (s == "UTC" || s == "Z") s = {};
    // What an Instant can hold: the years 1678 to 2261, and parts of those beside them.
    constexpr std::int64_t furthest = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
    if (!ok || !s.empty() || !real_date(t)) return std::nullopt;
    const std::int64_t at = unix_seconds(t);
    if (at > furthest || at < -furthest) return std::nullopt;
    return Instant{at * 1'000'000'000};
}

namespace {

constexpr std::int64_t longest = days(36500).ns;  // a hundred years is long enough for any queue

// A number at the front, in thousandths; nothing when there is none.
std::optional<std::int64_t> take_thousandths(std::string_view& s) {
    std::int64_t whole = 0;
    const auto r = std::from_chars(s.data(), s.data() + s.size(), whole);
    if (r.ec != std::errc{} || whole < 0 || whole > longest / 1000) return std::nullopt;
    s.remove_prefix(static_cast<std::size_t>(r.ptr - s.data()));
    std::int64_t thousandths = 0;
    if (take_char(s, '.')) {
        std::int64_t scale = 100;
        if (s.empty() || s.front() < '0' || s.front() > '9') return std::nullopt;
        for (; !s.empty() && s.front() >= '0' && s.front() <= '9'; s.remove_prefix(1), scale /= 10)
            thousandths += (s.front() - '0') * scale;
    }
    return whole * 1000 + thousandths;
}

const UnitName* take_unit(std::string_view& s) {
    const std::string_view word = s.substr(0, s.find_first_of(" 0123456789"));
    for (const UnitName& u : unit_names)
        if (u.name == word) {
            s.remove_prefix(word.size());
            return &u;
        }
    return nullptr;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    std::string_view s = trimmed(text);
    Duration sum;
    Duration before{longest + 1};
    do {
        const std::optional<std::int64_t> thousandths = take_thousandths(s);
        if (!thousandths) return std::nullopt;
        s = trimmed(s);
        const bool bare = s.empty() && sum == Duration{};  // seconds
        const UnitName* const unit = bare ? nullptr : take_unit(s);
        const Duration length = bare ? seconds(1) : unit != nullptr ? unit->length : Duration{};
        // "1 hour 30 minutes": the longer unit first, each but once.
        if (length == Duration{} || length >= before) return std::nullopt;
        if (*thousandths / 1000 > longest / length.ns) return std::nullopt;
        before = length;
        const Duration part{*thousandths / 1000 * length.ns +
                            *thousandths % 1000 * length.ns / 1000};
        if (part > Duration{longest} - sum) return std::nullopt;
        sum = sum + part;
        s = trimmed(s);
    } while (!s.empty());
    return sum;
}

std::string readable(Duration d) {
    const std::int64_t ms = d.ns / 1'000'000;
    const std::int64_t s = ms / 1000;
    if (s < 60) return fmt::format("{}.{:03} s", s, ms % 1000);
    if (s < 3600) return fmt::format("{} min {}.{} s", s / 60, s % 60, ms % 1000 / 100);
    if (s < 86400) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
    return fmt::format("{} d {} h {} min", s / 86400, s / 3600 % 24, s / 60 % 60);
}

}  // namespace core
