#include "sim/attack/attacker.hpp"

#include <algorithm>

namespace attack {

Attacker::Attacker(const Lab& lab, HostId lane, Side one, Side other)
    : lab_(lab), one_(std::move(one)), other_(std::move(other)), speeches_(lab.loop) {
    host = lane;
}

Attacker::~Attacker() = default;

void Attacker::dismiss() {
    dismissed_ = true;
    speeches_.stop();
    flows_.clear();
    acts_.clear();
}

Act& Attacker::add(std::unique_ptr<Act> act) {
    here_ = true;
    acts_.push_back(std::move(act));
    return *acts_.back();
}

void Attacker::add_domain(HostId end, const std::string& domain) {
    if (end == one_.host) one_.domains.insert(domain);
    if (end == other_.host) other_.domains.insert(domain);
}

// ---- connections

// Acts that came since this connection was last seen count for it as well.
void Attacker::follow(Flow& flow, const Passing& passing) {
    if (passing.way == net::Way::to_server) {
        flow.server = passing.to;
        if (!passing.bytes.empty()) flow.said.emplace_back(passing.bytes);
    }
    while (flow.chain.size() < acts_.size()) {
        Act& act = *acts_[flow.chain.size()];
        const bool meant = serves(act.service, passing.port);
        flow.chain.add(meant ? act.on(passing, Layer::clear) : nullptr);
    }
}

net::Verdict Attacker::judge(const Passing& passing) {
    if (passing.connection == net::ConnectionId::none || dismissed_) return net::Verdict::passes();
    Flow& flow = flows_[passing.connection];
    follow(flow, passing);
    if (flow.chain.size() == 0) return net::Verdict::passes();
    std::vector<Piece> pieces =
        flow.chain.pass({passing.way, passing.mark, std::string(passing.bytes), {}, {}}, here_);
    const bool as_it_came = pieces.size() == 1 && pieces[0].way == passing.way &&
                            pieces[0].mark == passing.mark && pieces[0].bytes == passing.bytes;
    if (!as_it_came) return net::Verdict::replaces(std::move(pieces));
    if (pieces[0].wait > Duration{}) return net::Verdict::delays(pieces[0].wait);
    return net::Verdict::passes();
}

net::Gate Attacker::opens(const net::Opening& opening) {
    if (!here_ || dismissed_) return net::Gate::passes;
    for (const std::unique_ptr<Act>& act : acts_) {
        if (!serves(act->service, opening.port)) continue;
        const net::Gate gate = act->opens(opening);
        if (gate != net::Gate::passes) return gate;
    }
    return net::Gate::passes;
}

void Attacker::impersonate(HostId victim, std::string name,
                           std::shared_ptr<const tls::SharedConfig> as_server,
                           std::shared_ptr<const tls::SharedConfig> as_client) {
    const auto take = [this, name = std::move(name), as_server = std::move(as_server),
                       as_client = std::move(as_client)](const Passing& first) {
        return std::make_unique<Interception>(lab_, host, first.point, name, as_server, as_client,
                                              inside(first), here_);
    };
    add(std::make_unique<Impersonates>(victim, take)).service = Service::any;
}

// The same acts once more, on what he reads inside TLS.
Chain Attacker::inside(const Passing& first) {
    Chain chain;
    for (const std::unique_ptr<Act>& act : acts_) {
        const bool meant = serves(act->service, first.port);
        chain.add(meant ? act->on(first, Layer::tls) : nullptr);
    }
    return chain;
}

std::vector<std::string> Attacker::captured(HostId victim) const {
    for (auto flow = flows_.rbegin(); flow != flows_.rend(); ++flow)
        if (flow->second.server == victim && !flow->second.said.empty()) return flow->second.said;
    return {};
}

bool Attacker::steal(HostId whose, const std::string& key) {
    for (const std::unique_ptr<KeyTheft>& theft : thefts_)
        if (theft->key() == key) return false;
    lab_.trace.add(host, trace::KeyStolen{whose, lab_.trace.keep(key)});
    thefts_.push_back(std::make_unique<KeyTheft>(lab_, host, whose, key));
    thefts_.back()->read_on();
    return true;
}

void Attacker::recorded() {
    for (const std::unique_ptr<KeyTheft>& theft : thefts_) theft->read_on();
}

void Attacker::speak(const std::string& address, std::shared_ptr<const Speech> speech) {
    speeches_.start(deliver_speech(lab_, host, address, std::move(speech)));
}

// ---- DNS

void Attacker::forge_answer(const std::string& name, dns::Type type, dns::Forgery forgery) {
    here_ = true;
    forged_[{dns::canonical(name), type}] = std::move(forgery);
}

void Attacker::silence_dns() {
    here_ = true;
    dns_silent_ = true;
}

bool Attacker::asks_about_other(HostId asker, const std::string& name) const {
    const Side& far = asker == one_.host ? other_ : one_;
    return std::any_of(far.domains.begin(), far.domains.end(), [&](const std::string& domain) {
        return name == domain || name.ends_with("." + domain);
    });
}

std::optional<dns::Forgery> Attacker::forge(HostId asker, const dns::Question& question) {
    if (!here_ || (asker != one_.host && asker != other_.host)) return std::nullopt;
    const std::string name = dns::canonical(question.name);
    if (dns_silent_ && asks_about_other(asker, name))
        return dns::Forgery{dns::Forgery::How::says_nothing, {}};
    const auto found = forged_.find({name, question.type});
    if (found == forged_.end()) return std::nullopt;
    return found->second;
}

}  // namespace attack
