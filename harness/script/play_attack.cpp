// What attackers do: each word makes one act of sim/attack.
#include <fmt/core.h>

#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "sim/attack/lines.hpp"
#include "sim/attack/wire.hpp"
#include "sim/dns/zone_file.hpp"

namespace script {
namespace {

attack::RecordKind record_kind(const std::string& word) {
    using attack::RecordKind;
    static constexpr std::pair<std::string_view, RecordKind> kinds[] = {
        {"client hello", RecordKind::client_hello},
        {"server hello", RecordKind::server_hello},
        {"handshake", RecordKind::handshake},
        {"change cipher spec", RecordKind::change_cipher_spec},
        {"alert", RecordKind::alert},
        {"application data", RecordKind::application_data},
    };
    for (const auto& [name, kind] : kinds)
        if (name == word) return kind;
    return RecordKind::any;
}

attack::Place place_of(const Value& o) {
    attack::Place place;
    place.before = o.contains("before");
    place.text = text(o, place.before ? "before" : "after");
    if (o.contains("after_record")) place.record = record_kind(text(o, "after_record"));
    return place;
}

std::string lines_of_reply(const Value& reply) {
    return smtp::parse_reply(reply.text()).value().wire();
}

std::unique_ptr<attack::Act> cut_of(const Value& o) {
    using How = attack::Cuts::How;
    const std::string how = text(o, "how", "resets");
    std::optional<std::uint64_t> after_bytes;
    if (o.contains("after_bytes")) after_bytes = o["after_bytes"].get<std::uint64_t>();
    return std::make_unique<attack::Cuts>(after_bytes, place_of(o),
                                          how == "ends"           ? How::ends
                                          : how == "falls silent" ? How::falls_silent
                                                                  : How::resets);
}

std::unique_ptr<attack::Act> injection_of(const Value& o) {
    using Segment = attack::Injects::Segment;
    return std::make_unique<attack::Injects>(
        place_of(o), text(o, "bytes"),
        text(o, "segment", "same") == "next" ? Segment::next : Segment::same);
}

std::unique_ptr<attack::Act> blockade_of(const Value& o) {
    using How = attack::Blocks::How;
    return std::make_unique<attack::Blocks>(
        text(o, "how", "falls silent") == "resets" ? How::resets : How::falls_silent);
}

std::unique_ptr<attack::Act> alteration_of(const Value& o) {
    using How = attack::Tampers::How;
    if (o.contains("text"))
        return std::make_unique<attack::Replaces>(text(o, "text"), text(o, "with"));
    const std::string how = text(o, "how", "flips");
    return std::make_unique<attack::Tampers>(record_kind(text(o, "of", "any")),
                                             o.value("record", 1),
                                             how == "doubles" ? How::doubles
                                             : how == "swaps" ? How::swaps
                                             : how == "drops" ? How::drops
                                                              : How::flips,
                                             o.value("byte", -1), o.value("bit", 0));
}

}  // namespace

Value Play::watcher(const Value& a) {
    const std::string name = a[0].text();
    const bool acts = a[1] == "attacker";
    const auto side = [&](const std::string& host) {
        attack::Side out;
        const sim::Gateway& gateway = gateway_called(host);
        out.host = gateway.host;
        for (const Host& h : hosts_) {
            if (h.gateway != &gateway) continue;
            if (h.options.contains("serves"))
                for (const Value& domain : h.options["serves"])
                    out.domains.insert(dns::canonical(domain.text()));
            if (h.options.contains("domain"))
                out.domains.insert(dns::canonical(h.options["domain"].text()));
        }
        return out;
    };
    attack::Attacker& rule =
        world_->add_watcher(name, acts ? trace::Role::attacker : trace::Role::watcher,
                            side(a[2].text()), side(a[3].text()));
    watchers_.push_back({&rule, name});
    return well(watchers_.size() - 1);
}

void Play::record_act(const Watcher& w, const std::string& what) {
    world_->trace().add(w.rule->host,
                        trace::AttackerActed{w.rule->host, world_->trace().keep(what)});
}

// What `towards`, `times` and `service` say, for any act.
std::string Play::aim(attack::Act& act, const Watcher& w, const Value& o) {
    const std::string service = text(o, "service", "smtp");
    act.service = service == "https" ? attack::Service::https
                  : service == "any" ? attack::Service::any
                                     : attack::Service::smtp;
    if (o.contains("times")) act.times = o["times"].get<int>();
    if (!o.contains("towards")) return {};
    const std::string name = text(o, "towards");
    const sim::Gateway* const gateway = world_->find_gateway(name);
    const attack::Side &one = w.rule->one(), &other = w.rule->other();
    if (gateway == nullptr || (gateway->host != one.host && gateway->host != other.host))
        return fmt::format("towards: '{}' is at no end of the path that {} sits on", name, w.name);
    act.towards = {gateway->host, gateway->host == one.host ? other.host : one.host};
    return {};
}

// An act by its word. A word that is not here is a bug of ours: attack.lua knows the same words.
std::unique_ptr<attack::Act> Play::act_of(const std::string& word, const Value& options) {
    using Made = std::unique_ptr<attack::Act>;
    struct Maker {
        std::string_view word;
        Made (*make)(Play& play, const Value& o);
    };
    static constexpr Maker makers[] = {
        {"strips",
         [](Play&, const Value& o) -> Made {
             return std::make_unique<attack::Strips>(text(o, "keyword"));
         }},
        {"answers",
         [](Play&, const Value& o) -> Made {
             return std::make_unique<attack::Answers>(text(o, "to"), lines_of_reply(o["with"]),
                                                      o.value("passes_on", false));
         }},
        {"injects", [](Play&, const Value& o) { return injection_of(o); }},
        {"alters", [](Play&, const Value& o) { return alteration_of(o); }},
        {"cuts", [](Play&, const Value& o) { return cut_of(o); }},
        {"splits",
         [](Play&, const Value& o) -> Made {
             return std::make_unique<attack::Splits>(o["into"].get<std::uint64_t>());
         }},
        {"joins",
         [](Play&, const Value& o) -> Made {
             return std::make_unique<attack::Joins>(text(o, "up_to"));
         }},
        {"delays",
         [](Play&, const Value& o) -> Made {
             return std::make_unique<attack::Delays>(duration(o, "by"));
         }},
        {"rewrites", [](Play& play, const Value& o) { return play.rewriting_of(o); }},
        {"blocks", [](Play&, const Value& o) { return blockade_of(o); }},
    };
    for (const Maker& maker : makers)
        if (maker.word == word) return maker.make(*this, options);
    ENSURE(false);
    return nullptr;
}

std::unique_ptr<attack::Act> Play::rewriting_of(const Value& o) {
    const std::size_t number = o["number"].get<std::size_t>();
    return std::make_unique<attack::Rewrites>(
        [this, number](const std::string& line, trace::HostId reader) {
            return rewritten(number, line, world_->network().host(reader).name);
        });
}

// One act of the wire: the word, and its options.
Value Play::act(const Value& a) {
    const Watcher& w = watcher_of(a[0]);
    const std::string word = a[1].text();
    const Value& o = a[2];
    std::unique_ptr<attack::Act> made = act_of(word, o);
    if (std::string why = aim(*made, w, o); !why.empty())
        return ill(w.name + "." + word + "." + why);
    attack::Act& added = w.rule->add(std::move(made));
    acts_.push_back({&added, w.name, word, a[3].text(), a[4].get<int>()});
    record_act(w, word == "strips"     ? "strips " + text(o, "keyword")
                  : word == "rewrites" ? "rewrites lines"
                                       : word + " " + as_lua(o));
    return well(nullptr);
}

// The author's function says what goes on in a line's place. Where it fails, the line goes on, and
// the scenario ends as soon as it can.
std::string Play::rewritten(std::size_t number, const std::string& line,
                            const std::string& reader) {
    if (!overrun_.empty() || !rewriter_) return line;
    Rewritten after = rewriter_(number, line, reader);
    if (after.well) return std::move(after.text);
    overrun_ = std::move(after.text);
    return line;
}

namespace {

// Why an act did not do what its author counts on; empty: it did. A cut must have its occasion, the
// others may find none.
std::string missed(const attack::Act& act) {
    if (!act.trouble.empty()) return act.trouble;
    const auto* const cut = dynamic_cast<const attack::Cuts*>(&act);
    if (cut == nullptr || cut->done > 0) return {};
    if (!cut->after_bytes()) return "it never happened: what it waits for did not pass";
    return fmt::format("it never happened: only {} bytes passed, expected {}", cut->most,
                       *cut->after_bytes());
}

}  // namespace

Value Play::missed_act(const Value&) {
    for (const Acted& acted : acts_)
        if (const std::string why = missed(*acted.act); !why.empty())
            return Value::list({fmt::format("{}:{}: {}", acted.attacker, acted.word, why),
                                acted.file, acted.line});
    return Value::list({nullptr});
}

Value Play::downgrade(const Value& a) {
    const Watcher& w = watcher_of(a[0]);
    const Value& o = a[1];
    const int version = text(o, "version") == "TLSv1.2"   ? 0x0303
                        : text(o, "version") == "TLSv1.1" ? 0x0302
                        : text(o, "version") == "TLSv1.0" ? 0x0301
                                                          : 0;
    std::vector<int> ciphers;
    if (o.contains("ciphers"))
        for (const Value& name : o["ciphers"]) {
            const std::optional<int> number = tls::cipher_number(name.text());
            if (!number)
                return ill(
                    fmt::format("downgrades.ciphers: there is no cipher suite '{}'", name.text()));
            ciphers.push_back(*number);
        }
    w.rule->add(std::make_unique<attack::Downgrades>(version, std::move(ciphers)));
    record_act(w, "downgrades " + as_lua(o));
    return well(nullptr);
}

// A receiver, or a domain: then its policy host.
Value Play::impersonate(const Value& a) {
    const Watcher& w = watcher_of(a[0]);
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    const std::string victim = a[1].text();
    const bool domain = a[2].get<bool>();
    const std::string name = domain ? "mta-sts." + victim : victim;
    trace::HostId host = trace::HostId::nobody;
    if (domain) {
        const std::optional<trace::HostId> policy_host = world_->policy_host_of(victim);
        if (!policy_host)
            return ill(fmt::format("impersonates: '{}' has no policy host; give it mta_sts = {{}}",
                                   victim));
        host = *policy_host;
    } else {
        host = gateway_called(victim).host;
        if (host != w.rule->one().host && host != w.rule->other().host)
            return ill(fmt::format("impersonates: '{}' is at no end of the path that {} sits on",
                                   victim, w.name));
    }
    // Nobody has another's key.
    auto identity = identity_of("impersonates", a[3], name, w.name + " " + name);
    if (!identity.ok()) return ill(identity.failure().detail);
    tls::Settings as_server, as_client;
    as_server.identity = std::move(identity.value());
    as_client.trust = world_->mint().trust({tls::lab_root});
    w.rule->impersonate(host, name, tls::prepare_server(world_->library(), std::move(as_server)),
                        tls::prepare_client(world_->library(), std::move(as_client)));
    record_act(w, fmt::format("impersonates {}", name));
    return well(nullptr);
}

Value Play::answer_dns(const Value& a) {
    const Watcher& w = watcher_of(a[0]);
    const Value& o = a[1];
    using How = dns::Forgery::How;
    const std::string name = text(o, "name"), type = text(o, "type");
    dns::Type asked = dns::Type::A;
    for (const dns::Type t : dns::known_types)
        if (dns::word(t) == type) asked = t;
    dns::Forgery forgery;
    for (const Value& answer : o["answer"]) {
        const std::string said = answer.text();
        const bool alone = o["answer"].size() == 1;
        if (alone && said == "nxdomain")
            forgery.how = How::says_no_name;
        else if (alone && said == "servfail")
            forgery.how = How::fails;
        else if (alone && said == "timeout")
            forgery.how = How::says_nothing;
        else if (alone && said == "no data")
            forgery.how = How::answers;
        else {
            const std::string line =
                fmt::format("{}. {} IN {} {}", name, o.value("ttl", 0), type, said);
            Result<dns::Record> record = dns::parse_record(line);
            if (!record.ok())
                return ill(fmt::format("answers_dns.answer: {}", record.failure().detail));
            forgery.records.push_back(std::move(record.value()));
        }
    }
    w.rule->forge_answer(name, asked, std::move(forgery));
    record_act(w, "answers_dns " + as_lua(o));
    return well(nullptr);
}

Value Play::block_dns(const Value& a) {
    const Watcher& w = watcher_of(a[0]);
    w.rule->silence_dns();
    record_act(w, "blocks \"dns\"");
    return well(nullptr);
}

// An attacker's own client: what he heard before, or what the author lets him say.
Value Play::speak(const Value& a) {
    const Watcher& w = watcher_of(a[0]);
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    const sim::Gateway& victim = gateway_called(a[1].text());
    auto speech = std::make_shared<attack::Speech>();
    const bool replays = a[2].is_null();
    if (replays) {
        for (std::string& piece : w.rule->captured(victim.host))
            speech->steps.push_back({std::move(piece), false});
        if (speech->steps.empty())
            return ill(fmt::format("replays: no client said anything to '{}' that {} saw",
                                   a[1].text(), w.name));
    } else {
        for (const Value& line : a[2]) {
            const std::string said = line.text();
            const bool begins = said == "(begins TLS)";
            speech->steps.push_back({begins ? std::string() : said, begins});
        }
    }
    tls::Settings settings;
    settings.trust = world_->mint().trust({tls::lab_root});
    if (!a[3].is_null()) settings.alpn = a[3].texts();
    speech->tls = tls::prepare_client(world_->library(), std::move(settings));
    world_->network().give_address(w.rule->host);
    record_act(w,
               fmt::format("{} {}", replays ? "replays a session to" : "speaks to", a[1].text()));
    w.rule->speak(world_->network().host(victim.host).address, std::move(speech));
    return well(nullptr);
}

Value Play::steal_key(const Value& a) {
    const Watcher& w = watcher_of(a[0]);
    const std::string name = a[1].text();
    const sim::Gateway& gateway = gateway_called(name);
    if (!gateway.inbound)
        return ill(
            fmt::format("steals_key: '{}' shows no certificate, and has no key to steal; "
                        "give the name of a receiver",
                        name));
    const tls::Identity& identity = *gateway.inbound->settings().tls.identity;
    if (!w.rule->steal(gateway.host, tls::private_key_der(identity)))
        return ill(fmt::format("steals_key: {} holds that key of '{}' already", w.name, name));
    return well(nullptr);
}

Value Play::leave(const Value& a) {
    const Watcher& w = watcher_of(a[0]);
    w.rule->leave();
    record_act(w, "leaves");
    return well(nullptr);
}

}  // namespace script
