// Settings of hosts: each that changes is told with what it was before and what it is now, and at
// any moment it can be asked which are otherwise than at first.
#include <utility>

#include <fmt/core.h>

#include "harness/script/play.hpp"

namespace script {
namespace {

// What an option is where nobody has said it (vocabulary.lua), as `as_lua` has it. An option that
// is not here has a default of several parts, of its MTA or of its host.
using OptionDefaults = std::map<std::string, std::string, std::less<>>;
const OptionDefaults receivers_defaults{
    {"certificate", "{ authority = \"Lab Root CA\" }"},
    {"client_certificate", "\"not asked for\""},
    {"dsn", "false"},
    {"flaws", "{}"},
    {"listens", "true"},
    {"replies", "{}"},
    {"replies_in_tls", "{}"},
    {"requiretls", "true"},
    {"size_limit", "10240000"},
    {"starttls", "\"offered\""},
    {"tickets", "false"},
    {"unreachable", "false"},
    {"versions", "{ \"TLSv1.2\", \"TLSv1.3\" }"},
};
const OptionDefaults senders_defaults{
    {"asks_mx", "true"},
    {"discards", "{}"},
    {"flaws", "{}"},
    {"ipv6", "false"},
    {"mta_sts", "false"},
    {"remembers_protection", "false"},
    {"requiretls", "\"strict\""},
    {"resolver", "\"validating\""},
    {"resumes", "false"},
    {"soft_bounce", "false"},
    {"tls_reports", "true"},
    {"trusts", "{ \"Lab Root CA\" }"},
    {"versions", "{ \"TLSv1.2\", \"TLSv1.3\" }"},
};
const OptionDefaults postfix_defaults{
    {"clear_after", "{ \"handshake\", \"loss\" }"},
    {"clear_fallback", "\"later\""},
    {"gives_up_after", "\"5 days\""},
    {"reads_replies", "\"as Postfix\""},
    {"retries_every", "\"5 minutes\""},
};

// A level is read more easily than what the word was made into.
std::string in_short(const Value& value) {
    if (value.is_table() && value.contains("default") && value.contains("rules") &&
        value["rules"].size() == 0 && value["default"].size() == 1 &&
        value["default"].contains("level"))
        return as_lua(value["default"]["level"]);
    return as_lua(value);
}

std::string setting(const Value& options, const std::string& name, bool sends) {
    if (options.contains(name)) return in_short(options[name]);
    const auto known_of = [&](const OptionDefaults& defaults) -> const std::string* {
        const auto known = defaults.find(name);
        return known == defaults.end() ? nullptr : &known->second;
    };
    const std::string* known = known_of(sends ? senders_defaults : receivers_defaults);
    const bool as_postfix = sends && !options.contains("behaves_like");
    if (known == nullptr && as_postfix) known = known_of(postfix_defaults);
    return known != nullptr ? *known : "the default";
}

}  // namespace

// What was configured is from now on what the host is.
void Play::take_over(Host& host, const Value& options, const Value& changes) {
    const Value before = std::exchange(host.options, options);
    if (host.first.is_null()) host.first = before;
    trace::Trace& trace = world_->trace();
    const std::string& name = host.gateway->name;
    const auto tell = [&](const std::string& what) {
        trace.add(host.gateway->host, trace::WorldChanged{trace.keep(what)});
    };
    tell(name + " changes: " + as_lua(changes));
    for (const auto& [key, value] : changes.items()) {
        const std::string was = setting(before, key, host.sends);
        const std::string is = setting(options, key, host.sends);
        if (was != is) tell(fmt::format("{}: {} was {}, is {}", name, key, was, is));
    }
    record_flaws(*host.gateway, changes);
}

// Of one host, which are otherwise than when it was built: { "starttls was …, is …" }.
Value Play::changed_settings(const Value& a) {
    const Host& it = host(a[0]);
    Value out = Value::list();
    if (it.first.is_null()) return well(std::move(out));
    for (const auto& [key, value] : it.options.items()) {
        const std::string was = setting(it.first, key, it.sends);
        const std::string is = setting(it.options, key, it.sends);
        if (was != is) out.push_back(Value(fmt::format("{} was {}, is {}", key, was, is)));
    }
    return well(std::move(out));
}

}  // namespace script
