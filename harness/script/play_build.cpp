#include <charconv>

#include <fmt/core.h>

#include "harness/script/flaws.hpp"
#include "harness/script/front_ends.hpp"
#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "sim/core/text.hpp"
#include "sim/dns/zone_file.hpp"
#include "sim/policy/postfix_table.hpp"
#include "sim/smtp/strict.hpp"

namespace script {
namespace {

std::set<std::string> canonical_names(const Value& list) {
    std::set<std::string> out;
    for (const Value& item : list) out.insert(dns::canonical(item.text()));
    return out;
}

// A version below TLS 1.2 is not Mbed TLS's: such a peer is played at record level
// (sim/tls/broken.hpp).
std::optional<tls::Breakage> old_version_only(const Value& versions) {
    if (versions.empty() || versions.holds("TLSv1.2") || versions.holds("TLSv1.3"))
        return std::nullopt;
    if (versions.holds("TLSv1.1")) return tls::Breakage::speaks_tls11;
    if (versions.holds("TLSv1.0")) return tls::Breakage::speaks_tls10;
    return versions.holds("SSLv3") ? tls::Breakage::speaks_ssl3 : tls::Breakage::speaks_ssl2;
}

// Of a sender: the same, as its hello has them. Empty: it offers today's.
std::vector<tls::OldVersion> old_versions_of(const Value& versions) {
    std::vector<tls::OldVersion> out;
    if (!old_version_only(versions)) return out;
    if (versions.holds("SSLv2")) out.push_back(tls::OldVersion::ssl2);
    if (versions.holds("SSLv3")) out.push_back(tls::OldVersion::ssl3);
    if (versions.holds("TLSv1.0")) out.push_back(tls::OldVersion::tls10);
    if (versions.holds("TLSv1.1")) out.push_back(tls::OldVersion::tls11);
    return out;
}

void set_versions(tls::Settings& settings, const Value& versions) {
    if (versions.empty() || old_version_only(versions)) return;
    settings.lowest = versions.holds("TLSv1.2") ? tls::Version::tls12 : tls::Version::tls13;
    settings.highest = versions.holds("TLSv1.3") ? tls::Version::tls13 : tls::Version::tls12;
}

// Suites without a certificate or without encryption: Mbed TLS does not speak them, so a server
// that takes nothing else finds no suite in common (RFC 4346 appendix A.5, RFC 4492 section 6).
bool cannot_be_spoken(std::string_view cipher) {
    return cipher.find("_anon_") != std::string_view::npos ||
           cipher.find("_WITH_NULL_") != std::string_view::npos;
}

// Empty: all went well.
std::string set_ciphers(tls::Settings& settings, const Value& options, const std::string& what) {
    if (!options.contains("ciphers")) return {};
    bool tls12 = false, tls13 = false;
    for (const Value& name : options["ciphers"]) {
        const std::string word = name.text();
        if (cannot_be_spoken(word)) continue;
        const std::optional<int> number = tls::cipher_number(word);
        if (!number)
            return fmt::format(
                "{}.ciphers: there is no cipher suite '{}'; expected a name of IANA's list such as "
                "{}",
                what, word, tls::cipher_name_at(0));
        settings.ciphers.push_back(*number);
        (tls::is_tls13(*number) ? tls13 : tls12) = true;
    }
    if (!tls13 && tls12) settings.highest = tls::Version::tls12;
    if (!tls12 && tls13) settings.lowest = tls::Version::tls13;
    if (settings.lowest > settings.highest)
        return fmt::format("{}: none of the ciphers belongs to one of the versions", what);
    return {};
}

std::optional<tls::Breakage> breakage_of(const std::string& starttls) {
    if (starttls == "drops") return tls::Breakage::drops;
    if (starttls == "drops after hello") return tls::Breakage::drops_after_hello;
    if (starttls == "alerts") return tls::Breakage::alerts;
    if (starttls == "talks garbage") return tls::Breakage::talks_garbage;
    return std::nullopt;
}

// "drops" is no reply: the connection ends. Behind a reply, it ends when that is said.
void add_to_script(smtp::Script& script, const Value& options, const char* key) {
    if (!options.contains(key)) return;
    for (const auto& [verb, given] : options[key].items()) {
        const bool ends = !given.is_text();
        const Value& reply = ends ? given[0] : given;
        if (ends) script.ends.insert(verb);
        if (reply == "drops") script.hangs_up.insert(verb);
        Result<smtp::Reply> parsed = smtp::parse_reply(reply.text());
        if (parsed.ok()) script.replies[verb] = std::move(parsed.value());
    }
}

// RFC 3207 section 4, with the texts that servers commonly use.
void set_starttls(mta::InboundSettings& s, const std::string& starttls) {
    s.smtp.starttls = starttls == "absent"     ? smtp::Offer::absent
                      : starttls == "required" ? smtp::Offer::required
                                               : smtp::Offer::offered;
    auto& replies = s.smtp.script.replies;
    if (starttls == "refused 454")
        replies["STARTTLS"] = smtp::Reply(454, "4.7.0 TLS not available due to local problem");
    if (starttls == "refused 501") replies["STARTTLS"] = smtp::Reply(501, "5.5.4 Syntax error");
    if (starttls == "refused 502")
        replies["STARTTLS"] = smtp::Reply(502, "5.5.1 Error: command not implemented");
    if (starttls == "injects a reply") s.smtp.behind_220 = "250 2.1.0 Ok\r\n";
    if (starttls == "injects an EHLO answer")
        s.smtp.behind_220 = "250-" + s.smtp.name + "\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
    if (starttls == "injects a reply late") s.late_bytes = "250 2.1.0 Ok\r\n";
    s.breakage = breakage_of(starttls);
}

// Services of Postfix's main.cf are read as /etc/services has them. Empty: all went well.
std::string set_next_hop(mta::NextHop& hop, const std::string& written) {
    static const std::map<std::string_view, std::uint16_t> services{
        {"smtp", 25}, {"smtps", 465}, {"submission", 587}, {"submissions", 465}};
    if (written.empty()) return {};
    hop.host = policy::postfix::host_of(written);
    const std::string literal = "[" + hop.host + "]";
    if (written.starts_with('[') && mta::address_in(literal)) hop.host = literal;
    const std::size_t colon = written.find(':', written.find(']') + 1);
    if (colon == std::string::npos) return {};
    const std::string port = written.substr(colon + 1);
    const auto service = services.find(port);
    const char* const end = port.data() + port.size();
    if (service != services.end()) {
        hop.port = service->second;
    } else if (const auto read = std::from_chars(port.data(), end, hop.port);
               read.ec != std::errc() || read.ptr != end || hop.port == 0) {
        return fmt::format("there is no port '{}'; expected 1 to 65535, or smtp, submission", port);
    }
    return {};
}

std::set<std::uint16_t> ports_of(const Value& list) {
    std::set<std::uint16_t> out;
    for (const Value& port : list) out.insert(port.get<std::uint16_t>());
    return out;
}

// The least that it is content with. Empty: all went well.
std::string set_least(mta::OutboundSettings& s, const Value& o) {
    const std::string proof = text(o, "mx_must_be", "anything");
    s.mx_proof = policy::mx_proof_of(proof).value_or(policy::MxProof::nothing);
    const bool by_policy =
        s.mx_proof == policy::MxProof::mta_sts || s.mx_proof == policy::MxProof::either;
    if (by_policy && !o.value("mta_sts", true))
        return fmt::format(
            "sender.mx_must_be: '{}' needs policies, and mta_sts = false looks for none", proof);
    if (o.value("mta_sts", by_policy)) s.mta_sts = mta::MtaSts::followed;
    if (text(o, "requiretls", "") == "relaxed") s.requiretls = mta::RequireTlsWay::relaxed;
    if (o.value("remembers_protection", false)) s.remembers = mta::Remembers::protection;
    return {};
}

}  // namespace

// Empty: all went well.
std::string Play::set_destination(mta::Destination& destination, const FrontEnd& front_end,
                                  const Value& rule, const Value& options) {
    destination.wanted = front_end.requirement(rule, options["tls"]["default"]);
    const Value& trusts = rule.contains("trusts") ? rule : options;
    Result<std::shared_ptr<const tls::TrustStore>> store =
        trust_of(trusts.contains("trusts") ? trusts["trusts"] : Value::list({tls::lab_root}));
    if (!store.ok()) return store.failure().detail;
    destination.tls.trust = std::move(store.value());
    const Value& versions = rule.contains("protocols") ? rule["protocols"] : options["versions"];
    set_versions(destination.tls, versions);
    destination.tls.old = old_versions_of(versions);
    for (const Value& entry : rule["fingerprints"]) {
        const Result<std::string> print = fingerprint_of(entry);
        if (!print.ok()) return print.failure().detail;
        destination.wanted.fingerprints.push_back(print.value());
    }
    if (options.contains("alpn")) destination.tls.alpn = options["alpn"].texts();
    destination.tls.resumes = options.value("resumes", false);
    return set_ciphers(destination.tls, options, "sender");
}

// Where the MTA's own configuration decides. Empty: all went well.
std::string Play::set_rulebook(mta::OutboundSettings& s, const std::string& host, const Value& o) {
    if (!o.contains("rule_file")) return {};
    const RuleFile& file = one_of(rule_files_, o["rule_file"], "file of rules");
    s.rulebook = file.book;
    for (const Value& own : file.tls) {
        mta::Destination made;
        Value rule = own;
        rule["level"] = o["tls"]["default"]["level"];
        std::string why = set_destination(made, front_end_of(o), rule, o);
        if (!why.empty()) return why;
        s.rule_tls.push_back(std::move(made.tls));
    }
    for (const mta::NextHop& relay : file.relays)
        relays_of_files_.emplace(host, relay.host, relay.port);
    return {};
}

// The sending side of a host that only sends on what it was given.
mta::OutboundSettings Play::plain_outbound(const std::set<std::string>& domains) {
    mta::OutboundSettings s;
    s.usual.wanted = policy::requirement_of(policy::Level::may);
    s.usual.tls.trust = world_->mint().trust({tls::lab_root});
    s.domains = domains;
    return s;
}

// What a gateway demands of others does not hold for the host behind it, unless a rule names that.
Value Play::behind(const Value& a) {
    inside_.emplace(dns::canonical(a[0].text()), dns::canonical(a[1].text()));
    return well(nullptr);
}

Value Play::configure_sender(sim::Gateway& gateway, const Value& o) {
    const FrontEnd& front_end = front_end_of(o);
    mta::OutboundSettings s;
    s.habits = front_end.habits();
    policy::ClearFallback& fallback = s.habits.clear_text.fallback;
    fallback = policy::clear_fallback_of(text(o, "clear_fallback", "")).value_or(fallback);
    if (o.contains("clear_after")) s.habits.clear_text.causes.clear();
    for (const Value& failure : o["clear_after"])
        s.habits.clear_text.causes.insert(
            policy::tls_failure_of(failure.text()).value_or(policy::TlsFailure::handshake));
    Duration& first_retry = s.habits.schedule.phases.front().first;
    first_retry = duration(o, "retries_every", first_retry);
    if (first_retry < seconds(1)) return ill("sender.retries_every: expected at least a second");
    s.habits.schedule.gives_up_after =
        duration(o, "gives_up_after", s.habits.schedule.gives_up_after);
    if (text(o, "reads_replies", "") == "strictly") s.habits.smtp = smtp::strict(s.habits.smtp);
    s.addresses = o.value("ipv6", false) ? mta::Addresses::both : mta::Addresses::ipv4;
    const Value& levels = o["tls"];
    std::string why = set_least(s, o);
    if (why.empty()) why = set_destination(s.usual, front_end, levels["default"], o);
    for (const auto& [domain, rule] : levels["rules"].items()) {
        mta::Destination& special = s.special[dns::canonical(domain)];
        if (why.empty()) why = set_destination(special, front_end, rule, o);
    }
    if (!why.empty()) return ill(std::move(why));
    if (const auto inside = inside_.find(dns::canonical(gateway.name)); inside != inside_.end())
        s.special.emplace(inside->second, plain_outbound({}).usual);
    if (why = set_rulebook(s, gateway.name, o); !why.empty()) return ill(std::move(why));
    s.domains = {dns::canonical(o["domain"].text())};
    if (gateway.inbound) s.domains.merge(std::set(gateway.inbound->settings().serves));
    if (o.value("tls_reports", s.habits.knows.tls_reports))
        s.reports_for = dns::canonical(o["domain"].text());
    const std::string relay = text(o, "relays_to");
    if (relay.find_first_of("[:") != std::string::npos) s.relays_as = lower(relay);
    if (std::string fault = set_next_hop(s.relays_to, relay); !fault.empty())
        return ill("sender.relays_to: " + fault);
    if (!s.relays_to.empty())
        waiting_relays_.emplace(gateway.name, s.relays_to.host, s.relays_to.port);
    if (!o.value("asks_mx", true)) s.exchangers = mta::OutboundSettings::Exchangers::not_asked;
    if (o.value("soft_bounce", false)) s.habits.refused = mta::Refused::waits;
    for (const Value& keyword : o["discards"]) s.habits.smtp.discards.insert(upper(keyword.text()));
    add_flaws(s, o["flaws"]);
    world_->resolve(gateway, text(o, "resolver", "validating") == "validating"
                                 ? dns::Validation::done
                                 : dns::Validation::left_out);
    world_->send(gateway, std::move(s));
    return well(nullptr);
}

// Empty: all went well.
std::string Play::set_certificate(mta::InboundSettings& s, const Value& o,
                                  const std::string& host) {
    Value certificate = Value::table({{"authority", tls::lab_root}});
    if (o.contains("certificate")) certificate = o["certificate"];
    if (is_unspoken_key(certificate)) {
        // No signature algorithm in common (RFC 8446 section 4.4.3): what a peer sees, and no more.
        if (!s.breakage) s.breakage = tls::Breakage::alerts;
        certificate.erase("key");
    }
    auto identity = identity_of("certificate", certificate, host, host);
    if (!identity.ok()) return identity.failure().detail;
    s.tls.identity = std::move(identity.value());
    const std::string wanted = text(o, "client_certificate");
    if (wanted != "asked for" && wanted != "required") return {};
    s.tls.client_certificate =
        wanted == "required" ? tls::ClientCertificate::required : tls::ClientCertificate::asked_for;
    s.tls.trust = world_->mint().trust({tls::lab_root});
    return {};
}

namespace {

// A key is its host's own: the same name elsewhere is another key.
std::shared_ptr<const tls::TicketKey> tickets_of(const tls::Library& library, const Value& o,
                                                 const std::string& host) {
    if (!o["tickets"].is_table()) return nullptr;
    const Value& tickets = o["tickets"];
    return tls::ticket_key(library, host + " " + text(tickets, "key"),
                           duration(tickets, "lifetime", hours(2)));
}

}  // namespace

namespace {

mta::ScannerSettings scanner_of(const Value& o) {
    mta::ScannerSettings out;
    out.finds = o["finds"].texts();
    const std::string does = text(o, "on_find");
    out.on_find = does == "marks"         ? mta::OnFind::marks
                  : does == "quarantines" ? mta::OnFind::quarantines
                                          : mta::OnFind::refuses;
    return out;
}

}  // namespace

Value Play::configure_receiver(sim::Gateway& gateway, const Value& o) {
    mta::InboundSettings s;
    const std::string starttls = text(o, "starttls", "offered");
    s.smtp.name = gateway.name;
    set_starttls(s, starttls);
    add_to_script(s.smtp.script, o, "replies");
    add_to_script(s.smtp.script_in_tls, o, "replies_in_tls");
    const Value& versions = o["versions"];
    if (!s.breakage) s.breakage = old_version_only(versions);
    s.serves = canonical_names(o["serves"]);
    s.smtp.requiretls = o.value("requiretls", true);
    s.smtp.dsn = o.value("dsn", false);
    s.smtp.largest = o.value("size_limit", s.smtp.largest);
    s.relays_for = relays_for_[dns::canonical(gateway.name)];
    if (std::string fault = set_next_hop(s.relays_to, text(o, "relays_to")); !fault.empty())
        return ill("receiver.relays_to: " + fault);
    if (!s.relays_to.empty())
        waiting_relays_.emplace(gateway.name, s.relays_to.host, s.relays_to.port);
    // Who reports sends mail of its own.
    if ((!s.relays_to.empty() || s.smtp.dsn) && !gateway.outbound)
        world_->send(gateway, plain_outbound(s.serves));
    if (o["scanner"].is_table()) s.scanner = scanner_of(o["scanner"]);
    if (o.contains("users")) {
        const std::vector<std::string> users = o["users"].texts();
        s.users = std::set<std::string>(users.begin(), users.end());
    }
    if (std::string why = set_certificate(s, o, gateway.name); !why.empty())
        return ill(std::move(why));
    s.tls.tickets = tickets_of(world_->library(), o, dns::canonical(gateway.name));
    set_versions(s.tls, versions);
    if (std::string why = set_ciphers(s.tls, o, "receiver"); !why.empty())
        return ill(std::move(why));
    if (o.contains("alpn")) s.tls.alpn = o["alpn"].texts();
    if (o.contains("ciphers") && s.tls.ciphers.empty() && !s.breakage)
        s.breakage = tls::Breakage::alerts;
    add_flaws(s, o["flaws"]);
    world_->receive(gateway, std::move(s));
    const bool unreachable = o.value("unreachable", false);
    if (o.contains("ports")) gateway.inbound->set_ports(ports_of(o["ports"]));
    gateway.inbound->listen(o.value("listens", true) && !unreachable);
    world_->network().host(gateway.host).manner =
        unreachable ? net::Manner::ignores : net::Manner::refuses;
    return well(nullptr);
}

void Play::record_flaws(const sim::Gateway& gateway, const Value& given) {
    std::string flaws;
    for (const Value& flaw : given["flaws"]) flaws += (flaws.empty() ? "" : ", ") + flaw.text();
    if (flaws.empty()) return;
    trace::Trace& trace = world_->trace();
    trace.add(gateway.host, trace::GatewayFlawed{trace.keep(flaws)});
}

Value Play::sender(const Value& a) {
    const std::string name = a[0].text();
    sim::Gateway* gateway = world_->find_gateway(name);
    const auto written = [&](const Host& h) {
        return h.gateway == gateway && h.options.contains("tls");
    };
    if (gateway != nullptr && std::any_of(hosts_.begin(), hosts_.end(), written))
        return ill(fmt::format("there is a sender '{}' already", name));
    if (gateway == nullptr) gateway = &join(name, trace::Role::sender);
    const Value done = configure_sender(*gateway, a[1]);
    if (!done[0].get<bool>()) return done;
    record_flaws(*gateway, a[1]);
    hosts_.push_back({gateway, a[1], true, {}});
    return well(hosts_.size() - 1);
}

Value Play::receiver(const Value& a) {
    const std::string name = a[0].text();
    const Value& o = a[1];
    sim::Gateway* gateway = world_->find_gateway(name);
    if (gateway != nullptr && gateway->inbound)
        return ill(fmt::format("there is a receiver '{}' already", name));
    const std::int64_t preference = o.value("preference", 10);
    if (preference > 65535)
        return ill(fmt::format("receiver.preference: expected up to 65535, got {}", preference));
    if (gateway == nullptr) gateway = &join(name, trace::Role::receiver);
    const Value done = configure_receiver(*gateway, o);
    if (!done[0].get<bool>()) return done;
    if (std::string why = publish_receiver(*gateway, o); !why.empty()) return ill(std::move(why));
    record_flaws(*gateway, o);
    hosts_.push_back({gateway, o, false, {}});
    return well(hosts_.size() - 1);
}

namespace {
Value merged(const Value& options, const Value& changes) {
    Value out = options;
    out.update(changes);
    return out;
}
}  // namespace

Value Play::change_sender(const Value& a) {
    Host& it = host(a[0]);
    const Value options = merged(it.options, a[1]);
    const Value done = configure_sender(*it.gateway, options);
    if (!done[0].get<bool>()) return done;
    take_over(it, options, a[1]);
    return well(nullptr);
}

Value Play::change_receiver(const Value& a) {
    Host& it = host(a[0]);
    for (const char* const key : {"serves", "preference", "implicit_mx", "known_as", "addresses"})
        if (a[1].contains(key))
            return ill(fmt::format(
                "receiver: {} cannot change; use domain:changes {{ mx = …, records = … }}", key));
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    const Value options = merged(it.options, a[1]);
    const Value done = configure_receiver(*it.gateway, options);
    if (!done[0].get<bool>()) return done;
    take_over(it, options, a[1]);
    return well(nullptr);
}

}  // namespace script
