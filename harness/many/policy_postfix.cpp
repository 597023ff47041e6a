#include "harness/many/policy_postfix.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "harness/script/postfix_rules.hpp"
#include "sim/policy/postfix_ways.hpp"
#include "sim/tls/certificate.hpp"

namespace many {
namespace {

using policy::Level;
using script::Value;

// Names that no certificate can bear are none's here.
Value match_in_lua(const std::vector<std::string>& match) {
    Value out = Value::list();
    for (const std::string& name : match) {
        const bool below = name.starts_with('.');
        const bool sound = policy::postfix::is_hostname(name.substr(below ? 1 : 0));
        out.push_back(sound ? spelled(name) : std::string("nobody.invalid"));
    }
    return out;
}

}  // namespace

bool PostfixRule::shakes_hands(Promise promise) const {
    const policy::Rule& rule = entry_.rule;
    return rule.level != Level::none && rule.held.empty() && rule.no_handshake.empty() &&
           (rule.level != Level::dane_only || promise == Promise::dane);
}

// The fingerprints of a table are those of certificates in the world outside: here the good one is
// what they stand for.
Value PostfixRule::options(const Shown& shown) const {
    const policy::Rule& own = entry_.rule;
    Value rule = script::rule_as_options(entry_);
    if (entry_.versions.size() == 2 || own.level == Level::none) rule.erase("protocols");
    if (!policy::uses_dane(own.level)) rule.erase("insecure_mx");
    if (!own.match.empty()) rule["match"] = match_in_lua(own.match);
    if (!own.server_name.empty()) rule["servername"] = spelled(own.server_name);
    if (!entry_.anchor_files.empty()) rule["trusts"] = Value::list({std::string(tls::lab_root)});
    if (!own.fingerprints.empty())
        rule["fingerprints"] = Value::list({shown.is_good ? shown.host : std::string(64, 'd')});
    return rule;
}

// What main.cf says of the sender.
std::string PostfixRule::sender_options() const {
    std::string out;
    if (sender_.trust == Trust::nobody) out += ", trusts = {}";
    if (sender_.soft_bounce) out += ", soft_bounce = true";
    if (!sender_.asks_mx) out += ", asks_mx = false";
    if (!sender_.discards.empty()) out += ", discards = " + script::as_lua(Value(sender_.discards));
    return out;
}

// The rule for an address may say whose certificate is shown there.
std::string PostfixRule::name_at_address() const {
    for (const std::string& name : entry_.rule.match) {
        const bool below = name.starts_with('.');
        if (name.find('.', 1) == name.npos || !policy::postfix::is_hostname(name.substr(below)))
            continue;
        return below ? "mx" + spelled(name) : spelled(name);
    }
    return PartnerRule::name_at_address();
}

std::string PostfixRule::why_nobody() const {
    const policy::Rule& rule = entry_.rule;
    if (!rule.held.empty()) return "Postfix holds all such mail back: " + rule.held;
    if (!rule.no_handshake.empty()) return "no handshake begins: " + rule.no_handshake;
    if (rule.level == Level::dane_only) return "dane-only: see the cases of a good receiver";
    if (rule.level == Level::fingerprint && rule.fingerprints.empty())
        return "no digest of the list has the length of smtp_tls_fingerprint_digest";
    if (!sender_.asks_mx) return "no MX record is asked for, and the domain itself is no host";
    const bool pkix = rule.level == Level::verify || rule.level == Level::secure;
    if (pkix && sender_.trust == Trust::nobody && entry_.anchor_files.empty())
        return "no CA is trusted: smtp_tls_CAfile and smtp_tls_CApath are empty";
    // Names of the partner's own MX hosts, perhaps, and perhaps mistyped.
    if (pkix && policy::postfix::lists_names(rule.match))
        return "only a certificate that names what match lists will do: is it the name of the MX "
               "hosts, and spelled right?";
    return PartnerRule::why_nobody();
}

std::string PostfixRule::kind(const std::string& next_hop, const std::vector<Shown>&) const {
    policy::postfix::Entry entry = entry_;  // The place of a mistake tells no two apart.
    if (!entry.rule.held.empty()) entry.rule.held = "held";
    if (!entry.rule.no_handshake.empty()) entry.rule.no_handshake = "none";
    const bool names_somebody = policy::postfix::lists_names(entry.rule.match);
    return fmt::format("{} {} {}", names_somebody ? next_hop : "", word(entry.asked),
                       script::as_lua(script::rule_as_options(entry)));
}

}  // namespace many
