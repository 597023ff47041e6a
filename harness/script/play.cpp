#include "harness/script/play.hpp"

#include <fmt/core.h>

#include "harness/script/ensure.hpp"

namespace script {

Value well(Value value) { return Value::list({true, std::move(value)}); }
Value ill(std::string message) { return Value::list({false, std::move(message)}); }

Play::Play(const Setting& setting, const Rewriter& rewriter,
           const std::vector<RuleFile>& rule_files)
    : setting_(setting),
      rewriter_(rewriter),
      rule_files_(rule_files),
      world_(std::make_unique<sim::World>(setting.seed, tls::Curves::fast, setting.keys)),
      fates_(std::make_unique<judge::FateCounter>(world_->trace())) {
    world_->network().set_striker(setting.striker);
    watch(world_.get());
}

Play::~Play() { watch(nullptr); }

sim::Gateway& Play::gateway_called(const std::string& name) {
    sim::Gateway* const found = world_->find_gateway(name);
    if (found == nullptr) throw Unfit{fmt::format("there is no host '{}' in this scenario", name)};
    return *found;
}

const std::map<std::string, Play::Primitive>& Play::primitives() {
    static const std::map<std::string, Primitive> primitives{
        {"sender", &Play::sender},
        {"receiver", &Play::receiver},
        {"change_sender", &Play::change_sender},
        {"change_receiver", &Play::change_receiver},
        {"changed_settings", &Play::changed_settings},
        {"authority", &Play::authority},
        {"behind", &Play::behind},
        {"house", &Play::house},
        {"domain", &Play::domain},
        {"change_domain", &Play::change_domain},
        {"watcher", &Play::watcher},
        {"after", &Play::after},
        {"at", &Play::at},
        {"send", &Play::send},
        {"flush", &Play::flush},
        {"act", &Play::act},
        {"downgrade", &Play::downgrade},
        {"impersonate", &Play::impersonate},
        {"answer_dns", &Play::answer_dns},
        {"block_dns", &Play::block_dns},
        {"speak", &Play::speak},
        {"leave", &Play::leave},
        {"steal_key", &Play::steal_key},
        {"missed_act", &Play::missed_act},
        {"network", &Play::network},
        {"link", &Play::link},
        {"change_link", &Play::change_link},
        {"host_down", &Play::host_down},
        {"host_up", &Play::host_up},
        {"settle", &Play::settle},
        {"verdict", &Play::verdict},
        {"dialogue", &Play::dialogue},
        {"explain", &Play::explain},
        {"mail_reports", &Play::mail_reports},
        {"reports", &Play::reports},
        {"taken_reports", &Play::taken_reports},
        {"refused_reports", &Play::refused_reports},
        {"has_read", &Play::has_read},
        {"has_altered", &Play::has_altered},
        {"knows", &Play::knows},
        {"size_of", &Play::size_of},
        {"kept", &Play::kept},
        {"holds", &Play::holds},
        {"scanned", &Play::scanned},
        {"certify_user", &Play::certify_user},
        {"decisions", &Play::decisions},
        {"crossings", &Play::crossings},
        {"promise", &Play::promise},
    };
    return primitives;
}

}  // namespace script
