#include "harness/many/policy_gallery.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "sim/core/ensure.hpp"
#include "sim/policy/postfix_table.hpp"

namespace many {
namespace {

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

constexpr std::string_view forged_mx = "forged-mx", forged_address = "forged-address",
                           address_of_impostor = "198.51.100.66";

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
    {{forged_mx, "a forged MX record"},
     good,
     "mallory:answers_dns { name = \"{domain}\", type = \"MX\", answer = \"10 {evil}.\" }"},
    {{forged_address, "a forged address"},
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

// The domain mail goes to; a relay's own where it takes mail for others.
std::string domain_of(const Partner& partner) {
    if (address_of(partner)) return partner.rule->name_at_address();
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
    return is_relay(partner) ? domain_of(partner) : partner.rule->mx_host(domain_of(partner));
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

// What the files say of the sender, beside the rule.
std::string sender_in_lua(const Partner& partner, const PolicyCase& one) {
    std::string out = partner.rule->sender_options();
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
    if (name == ordinary_hosted) return !is_relay(partner) && promise == Promise::nothing;
    return name == forged_mx || name == "unsigned-mx-stripped" ? !is_relay(partner)
           : name == "handshake-cut"                           ? partner.rule->shakes_hands(promise)
                                                               : true;
}

bool follows_mta_sts(const Partner& partner, StsResolver resolver) {
    return resolver == StsResolver::behind_the_table && partner.by == Partner::By::level_for_all &&
           partner.rule->follows_mta_sts();
}

// Whom mail comes to, and what he shows. The lab's first host is at 192.0.2.1.
Shown shown_in(const Partner& partner, const PolicyCase& one) {
    const Exhibit& exhibit = exhibit_of(one);
    Shown out;
    out.host = host_of(partner, one);
    out.is_good = exhibit.receiver.starts_with("{good}") || exhibit.receiver == good;
    out.reached = one.name == forged_mx ? host_of_impostor(partner) : out.host;
    out.address = one.name.starts_with("forged") ? std::string(address_of_impostor)
                                                 : address_of(partner).value_or("192.0.2.1");
    return out;
}

}  // namespace

std::string spelled(std::string_view name) {
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}
bool is_at(std::string_view name, std::string_view domain) {
    return name == domain || (name.size() > domain.size() && name.ends_with(domain) &&
                              name[name.size() - domain.size() - 1] == '.');
}

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
    if (partner.rule->asks_dane()) add(Promise::dane);
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
    std::vector<Shown> all;
    for (const std::string_view name : {ordinary, ordinary_hosted, forged_mx, forged_address})
        all.push_back(shown_in(partner, {name, {}, Promise::nothing}));
    return fmt::format(
        "{} {} {} {}",
        address_of(partner) ? "address"
        : is_relay(partner) ? "relay"
                            : "domain",
        partner.by == Partner::By::table, partner.rule->kind(next_hop(partner), all),
        sender_in_lua(partner,
                      {is_relay(partner) ? ordinary_hosted : ordinary, {}, Promise::nothing}));
}

std::string scenario_of(const Partner& partner, const PolicyCase& one, StsResolver resolver) {
    const Exhibit& exhibit = exhibit_of(one);
    const std::string host = host_of(partner, one);
    std::string sender;
    if (!partner.rule->mta().empty())
        sender = fmt::format("behaves_like = \"{}\", ", partner.rule->mta());
    sender += fmt::format("tls = {{ default = {} }}",
                          script::as_lua(partner.rule->options(shown_in(partner, one))));
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
            "  local evil = receiver \"{}\" {{ serves = \"{}\", addresses = {{ \"{}\" }} }}\n",
            host_of_impostor(partner), domain_of(partner), address_of_impostor);
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
