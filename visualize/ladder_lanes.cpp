#include <algorithm>
#include <map>
#include <set>

#include "visualize/ladder_shape.hpp"

namespace visualize {

using trace::HostId;
using trace::Role;

namespace {

bool is_watcher(const Lane& lane) {
    return lane.role == Role::watcher || lane.role == Role::attacker;
}
bool is_asked(const Lane& lane) {
    return lane.role == Role::resolver || lane.role == Role::policy_host ||
           lane.role == Role::report_collector;
}

std::set<HostId> on_paths_to(const std::set<HostId>& middle, const std::vector<Row>& rows) {
    std::set<HostId> out;
    for (const Row& row : rows)
        for (const Glance& glance : row.glances)
            if (middle.contains(row.from) || middle.contains(row.to)) out.insert(glance.watcher);
    return out;
}

// The hosts that mail goes through, each behind the ones that it has it from.
class Course {
  public:
    Course(const std::vector<Row>& rows, const std::vector<Lane>& lanes) {
        std::set<HostId> mail_hosts;
        for (const Lane& lane : lanes)
            if (!is_watcher(lane) && !is_asked(lane)) mail_hosts.insert(lane.host);
        for (const Row& row : rows) {
            if (row.kind != Row::Kind::message || !mail_hosts.contains(row.from) ||
                !mail_hosts.contains(row.to))
                continue;
            // Who spoke first is the client: it connects.
            if (!step_of(row.from, row.to)) steps_.push_back({row.from, row.to, {}});
            for (const Glance& glance : row.glances)
                step_of(row.from, row.to)->watchers.insert(glance.watcher);
        }
    }

    /// Does a host hand on what it got?
    bool goes_on() const {
        return std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) {
            return std::any_of(steps_.begin(), steps_.end(),
                               [&](const Step& next) { return next.client == step.server; });
        });
    }

    /// In the order of the way; where mail goes round, in the order in which they spoke.
    std::vector<HostId> hosts() const {
        std::vector<HostId> out, waiting;
        for (const Step& step : steps_)
            for (const HostId host : {step.client, step.server})
                if (std::find(waiting.begin(), waiting.end(), host) == waiting.end())
                    waiting.push_back(host);
        while (!waiting.empty()) {
            auto next = std::find_if(waiting.begin(), waiting.end(), [&](HostId host) {
                return std::none_of(steps_.begin(), steps_.end(), [&](const Step& step) {
                    return step.server == host && step.client != host &&
                           std::find(waiting.begin(), waiting.end(), step.client) != waiting.end();
                });
            });
            if (next == waiting.end()) next = waiting.begin();
            out.push_back(*next);
            waiting.erase(next);
        }
        return out;
    }

    /// Before which of `hosts` each watcher stands: between the ends of his first path.
    std::map<HostId, HostId> places(const std::vector<HostId>& hosts) const {
        std::map<HostId, HostId> out;
        for (const Step& step : steps_) {
            const bool forward = std::find(hosts.begin(), hosts.end(), step.client) <
                                 std::find(hosts.begin(), hosts.end(), step.server);
            for (const HostId watcher : step.watchers)
                out.emplace(watcher, forward ? step.server : step.client);
        }
        return out;
    }

  private:
    struct Step {
        HostId client, server;
        std::set<HostId> watchers;
    };
    Step* step_of(HostId one, HostId other) {
        for (Step& step : steps_)
            if ((step.client == one && step.server == other) ||
                (step.client == other && step.server == one))
                return &step;
        return nullptr;
    }
    std::vector<Step> steps_;
};

std::vector<Lane> in_the_order_of_the_way(const Course& course, const std::vector<Lane>& lanes) {
    std::vector<Lane> out;
    std::set<HostId> placed;
    const auto add = [&](const Lane& lane) {
        if (placed.insert(lane.host).second) out.push_back(lane);
    };
    const std::vector<HostId> hosts = course.hosts();
    const std::map<HostId, HostId> places = course.places(hosts);
    for (const HostId host : hosts) {
        for (const Lane& lane : lanes)
            if (const auto place = places.find(lane.host);
                place != places.end() && place->second == host)
                add(lane);
        for (const Lane& lane : lanes)
            if (lane.host == host) add(lane);
    }
    // Whoever took no part, then who is asked by all, with watchers of that before them.
    for (const Lane& lane : lanes)
        if (!is_asked(lane)) add(lane);
    for (const Lane& lane : lanes) add(lane);
    return out;
}

}  // namespace

void choose_lanes(Ladder& ladder, const std::vector<Lane>& all, const Viewers& viewers) {
    std::set<HostId> busy(viewers.begin(), viewers.end()), asked;
    for (const Row& row : ladder.rows) {
        if (row.kind != Row::Kind::message && row.kind != Row::Kind::note) continue;
        busy.insert(row.from);
        busy.insert(row.to);
        for (const Glance& g : row.glances) busy.insert(g.watcher);
    }
    if (busy.empty())
        for (const Lane& lane : all) busy.insert(lane.host);
    for (const Lane& lane : all)
        if (is_asked(lane)) asked.insert(lane.host);
    // Who sits on the path to one of the middle stands before it, and so on that path.
    const std::set<HostId> early = on_paths_to(asked, ladder.rows);
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
    const Course course(ladder.rows, ladder.lanes);
    if (course.goes_on()) ladder.lanes = in_the_order_of_the_way(course, ladder.lanes);
}

}  // namespace visualize
