#include "visualize/ladder_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/core/json.hpp"

namespace visualize {

using namespace core;
using namespace trace;

std::string_view word(Style style) {
    switch (style) {
        case Style::clear: return "clear";
        case Style::encrypted: return "encrypted";
        case Style::altered: return "altered";
    }
    return "clear";
}

std::string_view word(Glance::Sight sight) {
    return sight == Glance::Sight::readable ? "reads it" : "sees it sealed";
}

std::string clock_text(Duration at) {
    const std::int64_t ms = at.ns / 1'000'000;
    if (ms < 3'600'000) return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
    return fmt::format("{}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                       ms % 1000);
}

std::string title_of(const Ladder& ladder) {
    const std::size_t at = ladder.title.find("::");
    return at == std::string::npos ? ladder.title : ladder.title.substr(at + 2);
}

std::string lane_title(const Ladder& ladder, HostId host) {
    const auto lane = std::find_if(ladder.lanes.begin(), ladder.lanes.end(),
                                   [&](const Lane& l) { return l.host == host; });
    return lane == ladder.lanes.end() ? "nobody" : lane->title;
}

std::string glances_of(const Ladder& ladder, const Row& row) {
    std::string out;
    for (const Glance& glance : row.glances)
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", lane_title(ladder, glance.watcher),
                           word(glance.sight));
    return out;
}

std::string id_of(const Row& row) {
    return fmt::format("event_{}{}", row.event, row.is_sealed_rest ? "_sealed" : "");
}

std::string in_words(const Ladder& ladder, const Row& row) {
    if (row.kind == Row::Kind::phase || row.kind == Row::Kind::gap)
        return fmt::format("{}: {}", clock_text(row.at), row.head);
    if (row.kind == Row::Kind::note)
        return fmt::format("{}: {} notes: {}", clock_text(row.at), lane_title(ladder, row.from),
                           row.head);
    std::string_view how;
    switch (row.style) {
        case Style::clear: how = "in clear text"; break;
        case Style::encrypted: how = "encrypted"; break;
        case Style::altered: how = "altered on the way"; break;
    }
    std::string out =
        fmt::format("{}: {} to {}, {}: {}", clock_text(row.at), lane_title(ladder, row.from),
                    lane_title(ladder, row.to), how, row.head);
    if (!row.detail.empty()) out += fmt::format(" ({})", row.detail);
    const std::string seen = glances_of(ladder, row);
    if (!seen.empty()) out += "; " + seen;
    return out;
}

Caption ladder_caption(const Ladder& ladder) {
    Caption out;
    out.title = title_of(ladder);
    std::vector<std::string> parties;
    for (const Lane& lane : ladder.lanes)
        parties.push_back(fmt::format("{} ({})", lane.title, lane.subtitle));
    std::size_t count[3] = {};
    for (const Row& row : ladder.rows) {
        if (row.kind == Row::Kind::message) ++count[static_cast<std::size_t>(row.style)];
        if (row.event != 0) out.groups[id_of(row)] = in_words(ladder, row);
    }
    out.description = fmt::format(
        "A message-flow diagram, time runs downwards. Parties: {}. Messages: {} in clear text, {} "
        "encrypted, {} altered on the way.",
        parties.empty() ? "nobody" : fmt::format("{}", fmt::join(parties, ", ")), count[0],
        count[1], count[2]);
    if (!ladder.story.empty()) out.description += " " + ladder.story;
    return out;
}

namespace {

// Controls, what has no width, and what turns the direction of writing.
bool unseen(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE || c >= 0xE0000;
}

}  // namespace

std::vector<std::string> characters(std::string_view text) {
    std::vector<std::string> out;
    const bool readable = is_utf8(text);
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        std::size_t size = 1;
        if (readable && lead >= 0xC0) size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        std::uint32_t code = size == 1 ? lead : lead & (0xFFu >> (size + 1));
        for (std::size_t k = 1; k < size; ++k)
            code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
        const bool strange = unseen(code) || (code >= 0x80 && size == 1);
        out.emplace_back(strange ? std::string("·") : std::string(text.substr(i, size)));
        i += size;
    }
    return out;
}

}  // namespace visualize
