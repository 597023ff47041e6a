#include "visualize/ladder_shape.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "visualize/at_once.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

struct Section {
    std::size_t begin, end;
    std::string signature;
};
// From one phase to the next. Two that show the same arrows and notes are alike, but for times
// and numbers.
std::vector<Section> sections(const std::vector<Row>& rows) {
    std::vector<Section> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        const bool fresh = row.kind == Row::Kind::phase || row.stands_alone || out.empty() ||
                           rows[i - 1].stands_alone;
        if (fresh) out.push_back({i, i, {}});
        out.back().end = i + 1;
        if (row.kind == Row::Kind::phase) continue;
        out.back().signature += row.head.substr(0, row.head.find(", next try")) + "\n";
    }
    return out;
}

}  // namespace

void fold_attempts(std::vector<Row>& rows) {
    const std::vector<Section> all = sections(rows);
    std::vector<Row> kept;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t last = i;
        while (last + 1 < all.size() && all[last + 1].signature == all[i].signature) ++last;
        const auto copy = [&](const Section& s) {
            kept.insert(kept.end(), rows.begin() + static_cast<std::ptrdiff_t>(s.begin),
                        rows.begin() + static_cast<std::ptrdiff_t>(s.end));
        };
        copy(all[i]);
        // The last of them is drawn where the story ends with it.
        const bool show_last = last > i && (last + 1 == all.size() || last == i + 1);
        const std::size_t middle = last - i - (show_last ? 1 : 0);
        if (middle == 1) copy(all[i + 1]);
        if (middle > 1) {
            Row fold;
            fold.kind = Row::Kind::gap;
            fold.at = rows[all[last - (show_last ? 1 : 0)].end - 1].at;
            fold.head =
                fmt::format("{} more attempts, all alike, until {}", middle, readable(fold.at));
            kept.push_back(std::move(fold));
        }
        if (show_last) copy(all[last]);
        i = last + 1;
    }
    rows = std::move(kept);
}

namespace {

// What is another word with each mail.
void leave_out(std::string& head, std::string_view before, std::string_view ends) {
    const std::size_t at = head.find(before);
    if (at == std::string::npos) return;
    const std::size_t from = at + before.size(), end = head.find_first_of(ends, from);
    head.erase(from, end == std::string::npos ? end : end - from);
}

void leave_out_mailboxes(std::string& head) {
    for (std::size_t at = head.find('@'); at != std::string::npos;) {
        std::size_t begin = at;
        while (begin > 0 &&
               std::string_view(" <,:;").find(head[begin - 1]) == std::string_view::npos)
            --begin;
        head.erase(begin, at - begin);
        at = head.find('@', begin + 1);
    }
}

// Rows that say the same have the same, but for times, numbers and mailboxes.
std::string likeness(const Row& row) {
    std::string head = row.head;
    if (row.kind == Row::Kind::phase) {
        std::erase_if(head, [](char c) { return c >= '0' && c <= '9'; });
    } else {
        leave_out(head, "queued as ", " }");
        leave_out(head, "Subject:", "}");
        leave_out(head, "SIZE=", " }");
        leave_out(head, " as mail ", " }");
        leave_out(head, ", next try", "");
        leave_out_mailboxes(head);
    }
    std::string out = fmt::format("{} {} {} {} {} {}\n", static_cast<int>(row.kind),
                                  static_cast<unsigned>(row.from), static_cast<unsigned>(row.to),
                                  static_cast<int>(row.style), static_cast<int>(row.tone), head);
    for (const Glance& g : row.glances)
        out += fmt::format("{} {}\n", static_cast<unsigned>(g.watcher), static_cast<int>(g.sight));
    return out;
}

Row fold_of(std::string head, Duration until) {
    Row fold;
    fold.kind = Row::Kind::gap;
    fold.at = until;
    fold.head = fmt::format("{}, until {}", head, readable(until));
    return fold;
}

std::ptrdiff_t signed_(std::size_t n) { return static_cast<std::ptrdiff_t>(n); }

void append(std::vector<Row>& out, const std::vector<Row>& rows, std::size_t begin,
            std::size_t end) {
    out.insert(out.end(), rows.begin() + signed_(begin), rows.begin() + signed_(end));
}

// An attempt like one that was told before, of whichever mail. The last one stays.
void fold_known_attempts(std::vector<Row>& rows) {
    constexpr std::size_t shortest = 4;
    std::vector<Row> kept;
    std::set<std::string> known;
    std::size_t hidden = 0;
    const std::vector<Section> all = sections(rows);
    for (const Section& section : all) {
        std::string its;
        for (std::size_t i = section.begin; i < section.end; ++i) its += likeness(rows[i]);
        const bool is_new = known.insert(std::move(its)).second;
        const bool is_last = section.end == rows.size();
        if (!is_new && !is_last && section.end - section.begin >= shortest) {
            ++hidden;
            continue;
        }
        if (hidden > 0)
            kept.push_back(fold_of(fmt::format("{} more attempt{} like one above", hidden,
                                               hidden == 1 ? "," : "s, each"),
                                   rows[section.begin - 1].at));
        hidden = 0;
        append(kept, rows, section.begin, section.end);
    }
    rows = std::move(kept);
}

// Rows that come again and again in the same order, as those of many sessions at once.
void fold_periods(std::vector<Row>& rows) {
    constexpr std::size_t longest = 200, least_times = 3;
    std::map<std::string, std::size_t> numbers;
    std::vector<std::size_t> ids;
    for (std::size_t i = 0; i < rows.size(); ++i)
        ids.push_back(rows[i].stands_alone
                          ? rows.size() + i
                          : numbers.try_emplace(likeness(rows[i]), i).first->second);
    std::vector<Row> kept;
    for (std::size_t i = 0; i < rows.size();) {
        std::size_t period = 0, times = 0;
        for (std::size_t p = 1; p <= longest && i + p * least_times <= rows.size(); ++p) {
            std::size_t same = 0;
            while (i + p + same < rows.size() && ids[i + same] == ids[i + p + same]) ++same;
            const std::size_t k = 1 + same / p;
            if (k >= least_times && p * (k - 1) > period * (std::max<std::size_t>(times, 1) - 1)) {
                period = p;
                times = k;
            }
        }
        if (period == 0) {
            kept.push_back(rows[i++]);
            continue;
        }
        append(kept, rows, i, i + period);
        i += period * times;
        kept.push_back(fold_of(fmt::format("the same {} more times", times - 1), rows[i - 1].at));
    }
    rows = std::move(kept);
}

// What is longer still is shown from both ends.
void leave_out_the_middle(std::vector<Row>& rows, std::size_t most) {
    if (rows.size() <= most) return;
    std::vector<Row> kept;
    const std::size_t end = rows.size() - most / 2;
    append(kept, rows, 0, most / 2);
    kept.push_back(fold_of(
        fmt::format("{} rows are left out here; `mailtls show` tells them all", end - most / 2),
        rows[end - 1].at));
    append(kept, rows, end, rows.size());
    rows = std::move(kept);
}

}  // namespace

void fold_what_is_long(std::vector<Row>& rows) {
    constexpr std::size_t readable_at_once = 300, most = 800;
    if (rows.size() > readable_at_once) fold_known_attempts(rows);
    if (rows.size() > readable_at_once) fold_periods(rows);
    leave_out_the_middle(rows, most);
}

void add_gaps(std::vector<Row>& rows) {
    std::vector<Row> out;
    for (Row& row : rows) {
        const bool jump = !out.empty() && out.back().kind != Row::Kind::gap &&
                          row.kind != Row::Kind::gap && row.at - out.back().at > seconds(2);
        if (jump) {
            Row gap;
            gap.kind = Row::Kind::gap;
            gap.at = row.at;
            gap.head = fmt::format("{} pass", readable(row.at - out.back().at));
            out.push_back(std::move(gap));
        }
        out.push_back(std::move(row));
    }
    rows = std::move(out);
}

void tell_of_nothing(std::vector<Row>& rows) {
    if (!rows.empty()) return;
    Row& row = rows.emplace_back();
    row.kind = Row::Kind::gap;
    row.head = "nothing to be seen";
}

void tell_connections_apart(std::vector<Row>& rows) {
    std::map<ConnectionId, std::pair<HostId, HostId>> ends;
    std::vector<ToldOf> told;
    for (const Row& row : rows) {
        const bool message = row.kind == Row::Kind::message;
        if (!message || row.connection == ConnectionId::none) continue;
        const auto both = std::minmax(row.ends.from, row.ends.to);
        const auto known = ends.try_emplace(row.connection, both.first, both.second).first;
        told.push_back({row.connection, known->second});
    }
    const std::set<ConnectionId> several = open_at_once(told);
    for (Row& row : rows)
        if (several.contains(row.connection)) row.head = connection_mark(row.connection) + row.head;
}

}  // namespace visualize
