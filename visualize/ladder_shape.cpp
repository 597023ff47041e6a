#include "visualize/ladder_shape.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

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
            fold.head = fmt::format("{} more attempts, all alike, until {}", middle,
                                    readable(fold.at - world_begins));
            kept.push_back(std::move(fold));
        }
        if (show_last) copy(all[last]);
        i = last + 1;
    }
    rows = std::move(kept);
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

namespace {

std::set<HostId> on_paths_to_the_middle(const std::vector<Row>& rows,
                                        const std::vector<Lane>& lanes) {
    std::set<HostId> middle, out;
    for (const Lane& lane : lanes)
        if (lane.role == Role::resolver || lane.role == Role::policy_host ||
            lane.role == Role::report_collector)
            middle.insert(lane.host);
    for (const Row& row : rows)
        for (const Glance& glance : row.glances)
            if (middle.contains(row.from) || middle.contains(row.to)) out.insert(glance.watcher);
    return out;
}

}  // namespace

void tell_of_nothing(std::vector<Row>& rows) {
    if (!rows.empty()) return;
    Row& row = rows.emplace_back();
    row.kind = Row::Kind::gap;
    row.head = "nothing to be seen";
}

void choose_lanes(Ladder& ladder, const std::vector<Lane>& all, const Viewers& viewers) {
    std::set<HostId> busy(viewers.begin(), viewers.end());
    for (const Row& row : ladder.rows) {
        if (row.kind != Row::Kind::message && row.kind != Row::Kind::note) continue;
        busy.insert(row.from);
        busy.insert(row.to);
        for (const Glance& g : row.glances) busy.insert(g.watcher);
    }
    if (busy.empty())
        for (const Lane& lane : all) busy.insert(lane.host);
    // Who sits on the path to one of the middle stands before it, and so on that path.
    const std::set<HostId> early = on_paths_to_the_middle(ladder.rows, all);
    const auto is_watcher = [](const Lane& lane) {
        return lane.role == Role::watcher || lane.role == Role::attacker;
    };
    const auto add = [&](const Lane& lane) {
        if (busy.contains(lane.host)) ladder.lanes.push_back(lane);
    };
    for (const Lane& lane : all)
        if (lane.role == Role::sender) add(lane);
    for (const Lane& lane : all)
        if (is_watcher(lane) && early.contains(lane.host)) add(lane);
    for (const Role role : {Role::resolver, Role::policy_host, Role::report_collector,
                            Role::watcher, Role::attacker, Role::receiver})
        for (const Lane& lane : all)
            if (lane.role == role && !(is_watcher(lane) && early.contains(lane.host))) add(lane);
}

}  // namespace visualize
