// The hops of a mail, and which of them is the weakest.
#include <algorithm>

#include <fmt/format.h>

#include "harness/judge/verdict.hpp"
#include "sim/core/printable.hpp"
#include "sim/core/text.hpp"

namespace judge {

bool MailVerdict::has_hops() const {
    return std::any_of(recipients.begin(), recipients.end(),
                       [](const RecipientVerdict& r) { return r.hops.size() > 1; });
}

std::optional<WeakestHop> weakest_hop(const MailVerdict& mail) {
    if (!mail.has_hops()) return std::nullopt;
    std::optional<WeakestHop> out;
    for (const RecipientVerdict& r : mail.recipients)
        for (std::size_t i = 0; i < r.hops.size(); ++i) {
            const Hop& h = r.hops[i];
            if (h.crossed == Crossing::not_at_all) continue;
            if (!out || h.crossed < out->hop->crossed) out = WeakestHop{i + 1, &r, &h};
        }
    return out;
}

namespace {

std::string ends_of(const Hop& h) {
    return fmt::format("{} → {}", core::printable_line(h.from),
                       h.other_end().empty() ? "nobody" : core::printable_line(h.other_end()));
}

std::string hop_line(std::size_t number, const Hop& h) {
    std::string out = fmt::format("hop {}: {}: {}", number, ends_of(h), word(h.fate));
    if (h.reason != Reason::none) out += fmt::format(" ({}, {})", word(h.reason), h.code);
    out += h.crossed == Crossing::not_at_all ? std::string(", did not cross")
                                             : fmt::format(", crossed {}", word(h.crossed));
    if (h.attempts > 1) out += fmt::format(", {} attempts", h.attempts);
    if (!h.read_by.empty()) out += fmt::format(", read by {}", fmt::join(h.read_by, ", "));
    if (!h.altered_by.empty()) out += fmt::format(", altered by {}", fmt::join(h.altered_by, ", "));
    return core::printable_line(out);
}

// A way that several recipients have in common is told once.
struct WayOfRecipient {
    std::vector<std::string> to, lines;
};

std::vector<WayOfRecipient> ways_of(const MailVerdict& mail) {
    std::vector<WayOfRecipient> out;
    for (const RecipientVerdict& r : mail.recipients) {
        std::vector<std::string> lines;
        for (std::size_t i = 0; i < r.hops.size(); ++i) lines.push_back(hop_line(i + 1, r.hops[i]));
        const auto known = std::find_if(
            out.begin(), out.end(), [&](const WayOfRecipient& way) { return way.lines == lines; });
        if (known == out.end())
            out.push_back({{core::printable_line(r.address)}, std::move(lines)});
        else
            known->to.push_back(core::printable_line(r.address));
    }
    return out;
}

}  // namespace

std::vector<std::string> hops_told(const MailVerdict& mail) {
    if (!mail.has_hops()) return {};
    const std::vector<WayOfRecipient> ways = ways_of(mail);
    std::vector<std::string> out;
    for (const WayOfRecipient& way : ways) {
        const std::string to =
            ways.size() > 1 ? fmt::format("to {}, ", fmt::join(way.to, ", ")) : std::string();
        for (const std::string& line : way.lines) out.push_back(to + line);
    }
    if (const std::optional<WeakestHop> weakest = weakest_hop(mail)) {
        const std::string to =
            ways.size() > 1 ? ", to " + core::printable_line(weakest->recipient->address) : "";
        out.push_back(fmt::format("weakest hop: {}, {}, {}{}", weakest->number,
                                  ends_of(*weakest->hop), word(weakest->hop->crossed), to));
    }
    return out;
}

}  // namespace judge
