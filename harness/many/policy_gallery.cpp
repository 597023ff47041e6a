#include "harness/many/policy_gallery.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "harness/script/postfix_rules.hpp"
#include "sim/tls/certificate.hpp"

namespace many {
namespace {

using policy::Level;
using script::Value;

// How a case differs from a good receiver that nobody attacks. In `receiver` and `acts` a name in
// braces stands for what this partner has there.
struct Exhibit {
    PolicyCase one;
    std::string_view receiver;  ///< Options of the receiver.
    std::string_view acts;      ///< What Mallory does.
    std::string_view tlsa = "{ usage = 3, selector = 1, matching = 1, of = \"leaf\" }";
    std::string_view domain = {};  ///< More options of the domain.
};

constexpr Promise dane = Promise::dane, mta_sts = Promise::mta_sts;

constexpr std::string_view self_signed = "self_signed { names = {names} }",
                           expired =
                               "signed_by \"Lab Root CA\" { names = {names}, expired = true }",
                           wrong_name = "signed_by \"Lab Root CA\" { names = { \"{evil}\" } }",
                           unknown_ca = "signed_by \"Unknown CA\" { names = {names} }";

constexpr std::string_view good = "certificate = signed_by \"Lab Root CA\" { names = {names} }";

// Of these every partner is shown all.
constexpr Exhibit exhibits[] = {
    {{ordinary, "a good receiver"}, good, ""},
    {{ordinary_hosted, "a good receiver whose MX is a hoster's"}, good, ""},
    {{"no-starttls", "no STARTTLS"}, "{good}, starttls = \"absent\"", ""},
    {{"refused-now", "STARTTLS refused for now"}, "{good}, starttls = \"refused 454\"", ""},
    {{"refused", "STARTTLS refused for good"}, "{good}, starttls = \"refused 502\"", ""},
    {{"stripped", "STARTTLS stripped by an attacker"}, good, "mallory:strips \"STARTTLS\""},
    {{"refused-by-attacker", "STARTTLS refused by an attacker"},
     good,
     "mallory:answers { to = \"STARTTLS\", with = \"454 4.7.0 TLS not available\" }"},
    {{"handshake-cut", "the handshake cut by an attacker"},
     good,
     "mallory:cuts { after_record = \"client hello\" }"},
    {{"breaks-off", "TLS that breaks off"}, "{good}, starttls = \"drops after hello\"", ""},
    {{"alert", "TLS that ends with an alert"}, "{good}, starttls = \"alerts\"", ""},
    {{"garbage", "TLS that is garbage"}, "{good}, starttls = \"talks garbage\"", ""},
    {{"self-signed", "a self-signed certificate"}, "certificate = {self-signed}", ""},
    {{"expired", "an expired certificate"}, "certificate = {expired}", ""},
    {{"wrong-name", "a certificate of another name"}, "certificate = {wrong-name}", ""},
    {{"unknown-ca", "a certificate of an unknown CA"}, "certificate = {unknown-ca}", ""},
    {{"impostor-self-signed", "an impostor with a self-signed certificate"},
     good,
     "mallory:impersonates(bob, {self-signed})"},
    {{"impostor-expired", "an impostor with an expired certificate"},
     good,
     "mallory:impersonates(bob, {expired})"},
    {{"impostor-wrong-name", "an impostor with a certificate of his own name"},
     good,
     "mallory:impersonates(bob, {wrong-name})"},
    {{"impostor-unknown-ca", "an impostor with a certificate of an unknown CA"},
     good,
     "mallory:impersonates(bob, {unknown-ca})"},
    {{"forged-mx", "a forged MX record"},
     good,
     "mallory:answers_dns { name = \"{domain}\", type = \"MX\", answer = \"10 {evil}.\" }"},
    {{"forged-address", "a forged address"},
     good,
     "mallory:answers_dns { name = \"{host}\", type = \"A\", answer = \"198.51.100.66\" }"},
};

// And of these whoever makes the promise.
constexpr Exhibit promised[] = {
    {{"tlsa-of-another-key", "TLSA records of another key", dane},
     good,
     "",
     "{ usage = 3, selector = 1, matching = 1, of = \"another key\" }"},
    {{"no-tlsa", "a signed zone without TLSA records", dane}, good, "", ""},
    {{"no-tlsa-stripped", "a signed zone without TLSA records, and STARTTLS stripped", dane},
     good,
     "mallory:strips \"STARTTLS\"",
     ""},
    {{"tlsa-bogus", "TLSA records that fail validation", dane},
     good,
     "",
     "{ usage = 3, selector = 1, matching = 1, of = \"leaf\" }",
     "fails = { { name = \"_25._tcp.{host}\", type = \"TLSA\", how = \"bogus\" } }"},
    {{"unsigned-mx-stripped", "TLSA records behind an unsigned MX record, and STARTTLS stripped",
      dane},
     good,
     "mallory:strips \"STARTTLS\"",
     "{ usage = 3, selector = 1, matching = 1, of = \"leaf\" }",
     "signed = \"no\""},
    {{"policy-host-blocked", "the policy host kept out of reach, and STARTTLS stripped", mta_sts},
     good,
     "mallory:strips \"STARTTLS\"",
     "",
     "mta_sts = { mx = { \"{host}\" }, https = \"refused\" }"},
};

bool is_at(std::string_view name, std::string_view domain) {
    return name == domain || (name.size() > domain.size() && name.ends_with(domain) &&
                              name[name.size() - domain.size() - 1] == '.');
}

// The lab's own hosts are spelled with '-' where Postfix takes '_'.
std::string spelled(std::string_view name) {
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}
const std::string& next_hop(const Partner& partner) {
    return partner.next_hop.empty() ? partner.destination : partner.next_hop;
}

// A relay that is named by its address: "[192.0.2.25]:587". Its host has a name all the same, which
// its certificate is for.
std::optional<std::string> address_of(const Partner& partner) {
    const std::string& hop = next_hop(partner);
    if (!hop.starts_with('[') || !policy::postfix::is_address(policy::postfix::host_of(hop)))
        return std::nullopt;
    std::string address(policy::postfix::host_of(hop));
    if (address.starts_with("ipv6:")) address.erase(0, 5);
    return address;
}

// The rule for an address may say whose certificate is shown there.
std::string name_behind_address(const Partner& partner) {
    for (const std::string& name : partner.rule.rule.match) {
        const bool below = name.starts_with('.');
        if (name.find('.', 1) == name.npos || !policy::postfix::is_hostname(name.substr(below)))
            continue;
        return below ? "mx" + spelled(name) : spelled(name);
    }
    return "relay.example";
}

// The domain mail goes to; a relay's own where it takes mail for others.
std::string domain_of(const Partner& partner) {
    if (address_of(partner)) return name_behind_address(partner);
    const std::string& hop = next_hop(partner);
    const std::string bare = spelled(policy::postfix::host_of(hop));
    return hop.starts_with('.') ? "sub." + bare : bare;
}
bool is_relay(const Partner& partner) { return next_hop(partner).starts_with('['); }
// One of the cast, who must not live in the partner's domain.
std::string stranger(std::string_view name, const Partner& partner) {
    const std::string domain = domain_of(partner);
    const std::string usual = fmt::format("{}.example", name);
    return is_at(domain, usual) || is_at(usual, domain) ? fmt::format("{}.test", name) : usual;
}
std::string host_of(const Partner& partner, const PolicyCase& one) {
    if (one.name == ordinary_hosted) return "mx." + stranger("hoster", partner);
    return is_relay(partner) ? domain_of(partner) : "mx." + domain_of(partner);
}

// An ordinary certificate names the MX host, and nothing else.
std::string names_of(const Partner& partner, const PolicyCase& one) {
    return script::as_lua(Value::list({host_of(partner, one)}));
}

std::string filled(std::string_view text, const Partner& partner, const PolicyCase& one) {
    const std::pair<std::string_view, std::string> words[] = {
        {"{good}", std::string(good)},
        {"{self-signed}", std::string(self_signed)},
        {"{expired}", std::string(expired)},
        {"{wrong-name}", std::string(wrong_name)},
        {"{unknown-ca}", std::string(unknown_ca)},
        {"{names}", names_of(partner, one)},
        {"{domain}", domain_of(partner)},
        {"{host}", host_of(partner, one)},
        {"{evil}", host_of_impostor(partner)},
    };
    std::string out(text);
    for (const auto& [word, meaning] : words)
        for (std::size_t at = out.find(word); at != out.npos; at = out.find(word, at))
            out.replace(at, word.size(), meaning);
    return out;
}

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

// The fingerprints of a table are those of certificates in the world outside: here the good one is
// what they stand for.
std::string rule_in_lua(const Partner& partner, const Exhibit& exhibit) {
    const policy::Rule& own = partner.rule.rule;
    Value rule = script::rule_as_options(partner.rule);
    if (partner.rule.versions.size() == 2 || own.level == Level::none) rule.erase("protocols");
    if (!policy::uses_dane(own.level)) rule.erase("insecure_mx");
    if (!own.match.empty()) rule["match"] = match_in_lua(own.match);
    if (!own.server_name.empty()) rule["servername"] = spelled(own.server_name);
    if (!partner.rule.anchor_files.empty())
        rule["trusts"] = Value::list({std::string(tls::lab_root)});
    if (!own.fingerprints.empty()) {
        const bool shows_it = exhibit.receiver.starts_with("{good}") || exhibit.receiver == good;
        rule["fingerprints"] =
            Value::list({shows_it ? host_of(partner, exhibit.one) : std::string(64, 'd')});
    }
    return script::as_lua(rule);
}

const Exhibit& exhibit_of(const PolicyCase& one) {
    for (const Exhibit& exhibit : promised)
        if (exhibit.one.name == one.name) return exhibit;
    for (const Exhibit& exhibit : exhibits)
        if (exhibit.one.name == one.name) return exhibit;
    ENSURE(false);
    return exhibits[0];
}

std::string domain_in_lua(const Partner& partner, const Exhibit& exhibit, const PolicyCase& one) {
    const Promise promise = one.promise;
    const std::string host = host_of(partner, one);
    std::vector<std::string> options;
    if (!is_relay(partner)) options.push_back(fmt::format("mx = \"{}\"", host));
    if (promise == Promise::dane && !exhibit.domain.starts_with("signed"))
        options.emplace_back("signed = \"yes\"");
    if (promise == Promise::dane && !exhibit.tlsa.empty())
        options.push_back(fmt::format("tlsa = {{ {} }}", exhibit.tlsa));
    if (promise == Promise::mta_sts && exhibit.domain.empty())
        options.push_back(fmt::format("mta_sts = {{ mx = {{ \"{}\" }} }}", host));
    if (!exhibit.domain.empty()) options.push_back(filled(exhibit.domain, partner, one));
    std::string out =
        fmt::format("  domain \"{}\" {{ {} }}\n", domain_of(partner), fmt::join(options, ", "));
    if (promise == Promise::dane && !is_relay(partner))
        out += fmt::format("  domain \"{}\" {{ signed = \"yes\" }}\n", host);
    return out;
}

// What main.cf says of the sender.
std::string sender_in_lua(const Partner& partner, const PolicyCase& one) {
    const SenderFacts& facts = partner.sender;
    std::string out;
    if (facts.trust == Trust::nobody) out += ", trusts = {}";
    if (facts.soft_bounce) out += ", soft_bounce = true";
    if (!facts.asks_mx) out += ", asks_mx = false";
    if (!facts.discards.empty()) out += ", discards = " + script::as_lua(Value(facts.discards));
    const std::optional<std::string> address = address_of(partner);
    const bool is_long = address && address->find(':') != address->npos;
    if (address)
        out += fmt::format(", relays_to = \"[{}{}]\"", is_long ? "IPv6:" : "", *address);
    else if (is_relay(partner))
        out += fmt::format(", relays_to = \"{}\"", host_of(partner, one));
    if (is_long) out += ", ipv6 = true";
    return out;
}

// Where all mail goes to one host, nobody asks for MX records; where there is no handshake, nobody
// can cut it.
bool can_happen(const Partner& partner, std::string_view name, Promise promise) {
    const policy::Rule& rule = partner.rule.rule;
    const bool shakes_hands = rule.level != Level::none && rule.held.empty() &&
                              rule.no_handshake.empty() &&
                              (rule.level != Level::dane_only || promise == Promise::dane);
    if (name == ordinary_hosted) return !is_relay(partner) && promise == Promise::nothing;
    return name == "forged-mx" || name == "unsigned-mx-stripped" ? !is_relay(partner)
           : name == "handshake-cut"                             ? shakes_hands
                                                                 : true;
}

bool follows_mta_sts(const Partner& partner, StsResolver resolver) {
    return resolver == StsResolver::behind_the_table && partner.by == Partner::By::level_for_all &&
           policy::follows_mta_sts(partner.rule.rule.level);
}

}  // namespace

std::string host_of_impostor(const Partner& partner) { return "mx." + stranger(impostor, partner); }

std::vector<PolicyCase> policy_cases(const Partner& partner, StsResolver resolver) {
    std::vector<PolicyCase> out;
    const auto add = [&](Promise promise) {
        for (const Exhibit& exhibit : exhibits) {
            if (!can_happen(partner, exhibit.one.name, promise)) continue;
            out.push_back({exhibit.one.name, exhibit.one.what, promise});
        }
        for (const Exhibit& exhibit : promised)
            if (exhibit.one.promise == promise && can_happen(partner, exhibit.one.name, promise))
                out.push_back(exhibit.one);
    };
    add(Promise::nothing);
    if (policy::uses_dane(partner.rule.asked)) add(Promise::dane);
    if (follows_mta_sts(partner, resolver)) add(Promise::mta_sts);
    return out;
}

std::string title_of(const Partner& partner, const PolicyCase& one) {
    const std::string_view promise = one.promise == Promise::dane      ? ", with DANE"
                                     : one.promise == Promise::mta_sts ? ", with MTA-STS"
                                                                       : "";
    return fmt::format("{}{}: {}", partner.destination, promise, one.what);
}

std::string kind_of(const Partner& partner) {
    const std::string& hop = next_hop(partner);
    const policy::Rule& rule = partner.rule.rule;
    policy::postfix::Entry entry = partner.rule;  // The place of a mistake tells no two apart.
    if (!rule.held.empty()) entry.rule.held = "held";
    if (!rule.no_handshake.empty()) entry.rule.no_handshake = "none";
    const std::string lua = script::as_lua(script::rule_as_options(entry));
    const bool names_somebody = policy::postfix::lists_names(rule.match);
    return fmt::format(
        "{} {} {} {} {} {}",
        address_of(partner) ? "address"
        : is_relay(partner) ? "relay"
                            : "domain",
        partner.by == Partner::By::table, names_somebody ? hop : "", word(partner.rule.asked), lua,
        sender_in_lua(partner,
                      {is_relay(partner) ? ordinary_hosted : ordinary, {}, Promise::nothing}));
}

std::string scenario_of(const Partner& partner, const PolicyCase& one, StsResolver resolver) {
    const Exhibit& exhibit = exhibit_of(one);
    const std::string host = host_of(partner, one);
    std::string sender = fmt::format("tls = {{ default = {} }}", rule_in_lua(partner, exhibit));
    sender += sender_in_lua(partner, one);
    if (follows_mta_sts(partner, resolver)) sender += ", mta_sts = true";
    std::string out =
        fmt::format("scenario(\"{}\", {{ tags = {{ \"check-policy\" }} }}, function()\n",
                    title_of(partner, one));
    const std::optional<std::string> address = address_of(partner);
    out += fmt::format("  local bob = receiver \"{}\" {{ serves = \"{}\",{} {} }}\n", host,
                       domain_of(partner),
                       address ? fmt::format(" addresses = {{ \"{}\" }},", *address) : "",
                       filled(exhibit.receiver, partner, one));
    const bool forged = one.name.starts_with("forged");
    if (forged)
        out += fmt::format(
            "  local evil = receiver \"{}\" {{ serves = \"{}\", addresses = {{ \"198.51.100.66\" "
            "}} }}\n",
            host_of_impostor(partner), domain_of(partner));
    out += domain_in_lua(partner, exhibit, one);
    out += fmt::format("  local alice = sender \"mail.{}\" {{ {} }}\n", stranger("alice", partner),
                       sender);
    out += fmt::format(
        "  local {0} = eavesdropper \"{0}\" {{ between = {{ alice, bob }} }}\n"
        "  local {1} = attacker \"{1}\" {{ between = {{ alice, bob }} }}\n",
        listener, impostor);
    if (!exhibit.acts.empty()) out += "  " + filled(exhibit.acts, partner, one) + "\n";
    out += fmt::format(
        "  local mail = alice:sends {{ to = \"postmaster@{}\" }}\n"
        "  after \"1 hour\"\n"
        "  expect({}).never_read(mail)\n"
        "  expect({}).never_read(mail)\n",
        domain_of(partner), listener, impostor);
    if (forged) out += "  expect(evil).kept { count = 0 }\n";
    return out + "end)\n";
}

}  // namespace many
