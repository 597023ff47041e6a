#include "visualize/ladder_view.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace visualize {

using namespace trace;

namespace {

bool is_one(const Viewers& viewers, HostId host) {
    return std::find(viewers.begin(), viewers.end(), host) != viewers.end();
}

// At an end nobody knows who else is on the path.
Row seen_at_an_end(Row row) {
    row.from = row.ends.from;
    row.to = row.ends.to;
    row.style = row.ends.style;
    row.detail = row.ends.detail;
    row.glances.clear();
    return row;
}

// On the path nobody knows more than the bytes say.
Row seen_on_the_path(Row row, const Glance& glance) {
    const bool sealed = glance.sight == Glance::Sight::sealed;
    row.from = row.ends.from;
    if (row.to != glance.watcher) row.to = row.ends.to;
    row.style = sealed ? Style::encrypted : Style::clear;
    row.head = glance.words;
    row.detail = fmt::format("{} bytes", glance.bytes);
    row.glances = {glance};
    return row;
}

std::optional<Row> seen(const Row& row, const Viewers& viewers) {
    if (row.kind == Row::Kind::phase || row.kind == Row::Kind::note)
        return is_one(viewers, row.witness) ? std::optional(row) : std::nullopt;
    if (row.witness != HostId::nobody)
        return is_one(viewers, row.witness) ? std::optional(row) : std::nullopt;
    if (is_one(viewers, row.from)) {
        // Who alters or invents a message knows it; an honest sender does not know its way.
        const bool invented = row.style == Style::altered;
        Row own = invented ? row : seen_at_an_end(row);
        own.glances.clear();
        return own;
    }
    if (is_one(viewers, row.ends.to) && row.ends.arrived) return seen_at_an_end(row);
    if (row.stopped && is_one(viewers, row.stopped->watcher)) {
        Row stopped = seen_on_the_path(row, *row.stopped);
        stopped.glances.clear();
        return stopped;
    }
    if (row.in_datagrams) return std::nullopt;
    for (const Glance& glance : row.glances)
        if (is_one(viewers, glance.watcher)) return seen_on_the_path(row, glance);
    return std::nullopt;
}

}  // namespace

std::optional<Viewers> viewers_of(const Trace& trace, const std::string& word) {
    if (word == "all") return Viewers();
    Viewers out;
    trace.each_of<HostJoined>([&](const Event&, const HostJoined& e) {
        const bool by_role = (e.role == Role::sender && word == "sender") ||
                             (e.role == Role::receiver && word == "receiver");
        if (by_role || e.title == word) out.push_back(e.host);
    });
    return out.empty() ? std::nullopt : std::optional(out);
}

std::string parties_of(const Trace& trace) {
    std::vector<std::string> words{"all"};
    const auto add = [&](std::string word) {
        if (std::find(words.begin(), words.end(), word) == words.end())
            words.push_back(std::move(word));
    };
    trace.each_of<HostJoined>([&](const Event&, const HostJoined& e) {
        if (e.role == Role::sender) add("sender");
        if (e.role == Role::receiver) add("receiver");
    });
    trace.each_of<HostJoined>(
        [&](const Event&, const HostJoined& e) { add(std::string(e.title)); });
    return fmt::format("{}", fmt::join(words, ", "));
}

void keep_what_is_told_once(std::vector<Row>& rows) {
    std::erase_if(rows, [](const Row& row) {
        return row.kind == Row::Kind::message && row.witness != HostId::nobody;
    });
}

void keep_what_was_seen(std::vector<Row>& rows, const Viewers& viewers) {
    std::vector<Row> kept;
    // Folded attempts are told where the viewer saw something of the first of them.
    bool saw_some = false;
    for (const Row& row : rows) {
        if (row.kind == Row::Kind::phase || row.stands_alone) saw_some = false;
        if (row.kind == Row::Kind::gap) {
            if (saw_some) kept.push_back(row);
            continue;
        }
        std::optional<Row> own = seen(row, viewers);
        if (!own) continue;
        saw_some = true;
        kept.push_back(std::move(*own));
    }
    rows = std::move(kept);
}

}  // namespace visualize
