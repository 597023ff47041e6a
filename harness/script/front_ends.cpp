#include "harness/script/front_ends.hpp"

#include <algorithm>

#include "harness/script/options.hpp"
#include "sim/core/ensure.hpp"
#include "sim/mta/exim.hpp"
#include "sim/mta/opensmtpd.hpp"
#include "sim/mta/postfix.hpp"
#include "sim/policy/exim_level.hpp"
#include "sim/policy/postfix_level.hpp"
#include "sim/policy/smtpd_level.hpp"

namespace script {
namespace {

const mta::SenderHabits& postfix_habits() { return mta::postfix_3_7().sender; }

policy::Level level_in(const Value& rule) {
    return policy::level_of(rule["level"].text()).value_or(policy::Level::may);
}

policy::Requirement as_postfix(const Value& rule, policy::Rule::InsecureMx usual) {
    policy::Rule out;
    out.level = level_in(rule);
    if (rule.contains("match")) out.match = rule["match"].texts();
    out.names = policy::name_rules_of(text(rule, "names", "postfix"))
                    .value_or(policy::NameRules::with_common_name);
    out.server_name = text(rule, "servername", "");
    out.insecure_mx = policy::insecure_mx_of(text(rule, "insecure_mx", "")).value_or(usual);
    out.held = text(rule, "held", "");
    out.no_handshake = text(rule, "no_handshake", "");
    return policy::requirement_of(out);
}
policy::Requirement as_postfix_3_7(const Value& rule, const Value& for_all) {
    return as_postfix(rule, policy::insecure_mx_below(level_in(for_all)));
}
// postconf(5) of 3.10: smtp_tls_dane_insecure_mx_policy = dane, whatever the level for all is.
policy::Requirement as_postfix_3_10(const Value& rule, const Value&) {
    return as_postfix(rule, policy::Rule::InsecureMx::dane);
}

policy::Requirement as_exim(const Value& rule, const Value&) {
    const policy::exim::Level& level = policy::exim::level_of(rule["level"].text());
    policy::exim::Options options = level.options;
    for (const policy::exim::OptionWords& option : policy::exim::option_words())
        options.*option.said = rule.value(std::string(option.name).c_str(), options.*option.said);
    return policy::exim::requirement_of(options, level.word);
}

policy::Requirement as_opensmtpd(const Value& rule, const Value&) {
    using policy::smtpd::Tls;
    return policy::smtpd::requirement_of(
        policy::smtpd::tls_of(rule["level"].text()).value_or(Tls::opportunistic));
}

constexpr FrontEnd front_ends[] = {
    {"Postfix 3.7", postfix_habits, as_postfix_3_7},
    {"Postfix 3.10", postfix_habits, as_postfix_3_10},
    {"Exim 4.96", mta::exim_4_96, as_exim},
    {"OpenSMTPD 6.8", mta::opensmtpd_6_8, as_opensmtpd},
};

}  // namespace

const FrontEnd& front_end_of(const Value& sender) {
    const std::string usual(mta::usual_personality().name);
    const std::string name = text(sender, "behaves_like", usual);
    const auto* const found = std::find_if(std::begin(front_ends), std::end(front_ends),
                                           [&](const FrontEnd& f) { return f.name == name; });
    ENSURE(found != std::end(front_ends));
    return *found;
}

}  // namespace script
