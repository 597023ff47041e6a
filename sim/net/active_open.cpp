#include "sim/net/active_open.hpp"

#include <algorithm>

namespace net {

using namespace trace;

ActiveOpen::ActiveOpen(Network& network, const Asked& asked, Duration limit)
    : network_(network),
      asked_(asked),
      path_(network.path(asked.from, asked.to)),
      until_(network.loop().now() + limit),
      again_at_(network.loop().now()) {}

bool ActiveOpen::step() {
    if (loop().now() >= until_) end(Outcome::silence);
    // Where the path takes no time, its points have their turn first.
    if (visit_.waiting()) {
        wait_ = Duration();
        return true;
    }
    switch (stage_) {
        case Stage::home: depart(); break;
        case Stage::leaving: set_out(); break;
        case Stage::outward: reach_host(); break;
        case Stage::homeward: come_home(); break;
        case Stage::over: break;
    }
    return stage_ != Stage::over;
}

// Loss of the SYN and of its answer is drawn at once, and only where there is one to answer.
void ActiveOpen::depart() {
    if (path_.down_from(asked_.from) || network_.is_down(asked_.from)) return lose();
    answer_arrives_ = true;
    if (!silent() && !path_.down_from(asked_.to)) {
        const bool arrives = !path_.loses();
        answer_arrives_ = !path_.loses();
        if (!arrives) return lose();
    }
    stage_ = Stage::leaving;
    wait_ = Duration();
}

void ActiveOpen::set_out() {
    rules_ = path_.rules;
    if (asked_.from != path_.one) std::reverse(rules_.begin(), rules_.end());
    points_ = 0;
    stage_ = Stage::outward;
    travel();
}

// To the host, or back to the caller, from where it is: the next step is there, and the visits of
// points lie between. Who waits no longer than until then hears of nothing.
void ActiveOpen::travel() {
    carriage_ = path_;
    const std::size_t legs = rules_.size() + 1;
    const std::size_t gone = stage_ == Stage::outward ? points_ : rules_.size() - points_;
    const Duration rest =
        carriage_.latency - carriage_.leg(0, legs) * static_cast<std::int64_t>(gone);
    wait_ = std::min(rest, until_ - loop().now());
    visit_next();
}

void ActiveOpen::visit_next() {
    const bool outward = stage_ == Stage::outward;
    if (points_ == (outward ? rules_.size() : 0)) return;
    loop().after(carriage_.leg(0, rules_.size() + 1), visit_);
}

void ActiveOpen::reach_point() {
    const bool outward = stage_ == Stage::outward;
    if (!outward) --points_;
    const Gate gate = ask(rules_[points_], outward ? Way::to_server : Way::to_client);
    if (gate == Gate::drops || (gate == Gate::refuses && outward)) {
        gate == Gate::drops ? lose() : turn_back(Outcome::refused);
        loop().cancel(*caller_);
        return loop().after(wait_, *caller_);
    }
    // Who refuses an answer makes another of it.
    if (gate == Gate::refuses) {
        outcome_ = Outcome::refused;
        forsake();
    }
    if (outward) ++points_;
    visit_next();
}

// Its listener hears of the connection with the SYN, and not when its answer is acknowledged: so it
// is not told of one whose answer cannot be heard.
void ActiveOpen::reach_host() {
    const bool in_time = loop().now() + path_.latency < until_;
    if (silent() || !answer_arrives_ || path_.down_from(asked_.to) || !in_time) return lose();
    const auto& listeners = network_.host(asked_.to).listeners;
    const auto listener = listeners.find(asked_.port);
    if (listener == listeners.end()) return turn_back(Outcome::refused);
    if (listener->second->answer(asked_.from) == Answer::refuses)
        return turn_back(Outcome::refused);
    connection_ = std::make_shared<Connection>(network_, path_, asked_.from, asked_.to, asked_.port,
                                               asked_.connection);
    const EventId asked = loop().cause();
    listener->second->accept(std::make_unique<Socket>(connection_, Way::to_client));
    loop().set_cause(asked);
    turn_back(Outcome::opened);
}

void ActiveOpen::turn_back(Outcome answer) {
    outcome_ = answer;
    stage_ = Stage::homeward;
    travel();
}

void ActiveOpen::come_home() {
    if (network_.is_down(asked_.from)) return lose();
    end(outcome_);
}

// This SYN has come to nothing.
void ActiveOpen::lose() {
    forsake();
    stage_ = Stage::home;
    const Instant now = loop().now();
    while (again_at_ <= now) {
        again_at_ = again_at_ + gap_;
        gap_ = gap_ * 2;
    }
    wait_ = std::min(again_at_, until_) - now;
}

// A listener that took the connection has a line to nobody.
void ActiveOpen::forsake() {
    if (connection_) std::exchange(connection_, nullptr)->cut();
}

void ActiveOpen::end(Outcome outcome) {
    stage_ = Stage::over;
    outcome_ = outcome;
    loop().cancel(visit_);
    if (outcome != Outcome::opened) forsake();
}

// The trace has it once: a SYN that is sent again is no event either.
Gate ActiveOpen::ask(const std::shared_ptr<Rule>& rule, Way way) {
    const bool forth = way == Way::to_server;
    const Gate gate = rule->opens({forth ? asked_.from : asked_.to, forth ? asked_.to : asked_.from,
                                   asked_.connection, asked_.port, way});
    if (gate == Gate::passes || told_ == rule) return gate;
    told_ = rule;
    network_.trace().add(rule->host, ConnectionBlocked{asked_.connection});
    return gate;
}

// Nothing ever comes from there: no SYN with ACK, and no RST.
bool ActiveOpen::silent() const {
    const Host& host = network_.host(asked_.to);
    return host.down || (host.manner == Manner::ignores && !host.listeners.contains(asked_.port));
}

}  // namespace net
