#include "visualize/share.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace visualize {

using namespace core;

namespace {

constexpr std::int64_t one_second = 1'000'000'000, one_minute = 60 * one_second,
                       one_hour = 60 * one_minute, one_day = 24 * one_hour;
constexpr std::int64_t lengths[] = {
    one_second,     2 * one_second, 5 * one_second,  10 * one_second, 30 * one_second, one_minute,
    2 * one_minute, 5 * one_minute, 10 * one_minute, 30 * one_minute, one_hour,        2 * one_hour,
    6 * one_hour,   12 * one_hour,  one_day,         2 * one_day,     7 * one_day,     14 * one_day,
    28 * one_day,   91 * one_day,   364 * one_day,   3640 * one_day};
constexpr std::size_t most_periods = 60;

// How many periods there are from the first mail's to the last one's, and how many of them have
// mail.
struct Cuts {
    std::size_t all = 0, with_mail = 0;
};
Cuts cut_into(const std::vector<Crossed>& mails, std::int64_t length) {
    Cuts out;
    std::int64_t last = -1;
    for (const Crossed& mail : mails) {
        const std::int64_t number = mail.at.ns / length;
        if (number != last) ++out.with_mail;
        last = number;
    }
    out.all = mails.empty() ? 0 : static_cast<std::size_t>(last - mails.front().at.ns / length) + 1;
    return out;
}

std::int64_t length_for(const std::vector<Crossed>& mails) {
    std::size_t at = 0;
    while (at + 1 < std::size(lengths) && cut_into(mails, lengths[at]).all > most_periods) ++at;
    const std::size_t bursts = cut_into(mails, lengths[at]).with_mail;
    while (at + 1 < std::size(lengths) && cut_into(mails, lengths[at]).all > bursts &&
           cut_into(mails, lengths[at + 1]).with_mail == bursts)
        ++at;
    return lengths[at];
}

std::string percent(std::size_t part, std::size_t all) {
    const std::size_t whole = (200 * part + all) / (2 * all);
    if (whole == 0 && part > 0) return "less than 1 %";
    if (whole == 100 && part < all) return "more than 99 %";
    return fmt::format("{} %", whole);
}

}  // namespace

std::string_view word(Protection protection) {
    switch (protection) {
        case Protection::authenticated: return "authenticated";
        case Protection::encrypted: return "encrypted";
        case Protection::clear: return "in clear text";
    }
    return "in clear text";
}

ShareCurve share_curve(const std::string& title, const std::string& counted,
                       const std::vector<Crossed>& mails) {
    ShareCurve out;
    const std::size_t at = title.find("::");
    out.title = at == std::string::npos ? title : title.substr(at + 2);
    out.counted = counted;
    out.mails = mails.size();
    const std::int64_t length = length_for(mails);
    out.length = Duration{length};
    if (mails.empty()) return out;
    const std::int64_t first = mails.front().at.ns / length;
    const Cuts whole = cut_into(mails, length);
    out.with_mail = whole.with_mail;
    for (std::size_t i = 0; i < whole.all; ++i)
        out.periods.emplace_back().from = Duration{(first + static_cast<std::int64_t>(i)) * length};
    for (const Crossed& mail : mails) {
        const auto number = static_cast<std::size_t>(mail.at.ns / length - first);
        ++out.periods[number].counts[static_cast<std::size_t>(mail.protection)];
    }
    return out;
}

std::string share_line(const ShareCurve& curve, const Period& p) {
    std::string out =
        fmt::format("{} to {}: {} mail{}", readable(p.from), readable(p.from + curve.length),
                    p.all(), p.all() == 1 ? "" : "s");
    for (std::size_t i = protections; i-- > 0;)
        if (p.counts[i] > 0)
            out += fmt::format(", {} {}", percent(p.counts[i], p.all()),
                               word(static_cast<Protection>(i)));
    return out;
}

std::vector<std::string> share_lines(const ShareCurve& curve) {
    std::vector<std::string> out;
    for (const Period& p : curve.periods)
        if (p.all() > 0) out.push_back(share_line(curve, p));
    return out;
}

}  // namespace visualize
