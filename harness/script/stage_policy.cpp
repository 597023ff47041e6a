// Policies from files beside the scenario: Postfix's tables and main.cf, MTA-STS policies.
#include <algorithm>

#include <fmt/core.h>

#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "harness/script/postfix_rules.hpp"
#include "harness/script/stage.hpp"
#include "sim/dns/zone_file.hpp"
#include "sim/policy/mta_sts.hpp"
#include "sim/policy/tls_report.hpp"
#include "sim/tls/certificate.hpp"

namespace script {

using namespace policy::postfix;

Value rule_as_options(const Entry& entry) {
    const policy::Rule& rule = entry.rule;
    Value out = Value::table({{"level", std::string(word(rule.level))},
                              {"protocols", Value(entry.versions)},
                              {"insecure_mx", std::string(word(rule.insecure_mx))}});
    if (!rule.match.empty()) out["match"] = Value(rule.match);
    if (!rule.server_name.empty()) out["servername"] = rule.server_name;
    if (!rule.held.empty()) out["held"] = rule.held;
    if (!rule.no_handshake.empty()) out["no_handshake"] = rule.no_handshake;
    if (!entry.anchor_files.empty()) out["trusts"] = authorities(entry.anchor_files);
    if (rule.level == policy::Level::fingerprint) out["fingerprints"] = Value::list();
    for (const std::string& print : rule.fingerprints) {
        std::string digits;
        for (const char c : print) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
        out["fingerprints"].push_back(std::move(digits));
    }
    return out;
}

Value authorities(const std::vector<std::string>& files) {
    Value out = Value::list();
    for (const std::string& file : files) {
        const std::string named = authority_in(file);
        out.push_back(named.empty() ? std::string(tls::lab_root) : named);
    }
    return out;
}

namespace {

// The first remark that ends the reading, or empty.
std::string trouble(const std::vector<Remark>& remarks, const Value& options) {
    for (const Remark& remark : remarks) {
        if (remark.kind == Remark::Kind::note || remark.kind == Remark::Kind::harm) continue;
        if (remark.kind == Remark::Kind::unsupported && listed(options, "ignores", remark.subject))
            continue;
        std::string out = remark.text();
        if (remark.kind == Remark::Kind::unsupported)
            out += fmt::format("; ignores = {{ \"{}\" }} plays the rest", remark.subject);
        return out;
    }
    return {};
}

// The certificates of a scenario are made anew: a digest from the world outside is nobody's, and
// mail that needs one cannot be played (Play::send).
Value marked(const Entry& entry, const Value& options) {
    Value rule = rule_as_options(entry);
    if (!entry.rule.fingerprints.empty() && entry.rule.held.empty() &&
        !options.contains("fingerprints")) {
        rule["fingerprints"] = Value::list();
        rule["unknown_pins"] = fmt::format(
            "{}:{}: whose certificate the fingerprint is nobody can tell here: "
            "fingerprints = {{ bob }} names the receiver, {{}} takes the list by the "
            "letter",
            entry.file, entry.line);
    }
    return rule;
}

// Where another host than the MX takes mail: one for all can be played.
std::string other_ways(const Ways& ways, const Value& options) {
    const std::pair<const char*, bool> named[] = {
        {"transport_maps", !ways.transports.list.empty()},
        {"sender_dependent_relayhost_maps", !ways.sender_relayhosts.list.empty()},
        {"smtp_fallback_relay", !ways.fallback_relays.empty()},
        {"default_transport", ways.default_transport != "smtp"},
        {"relayhost", !ways.relayhost.empty() && !ways.relayhost.starts_with('[')}};
    for (const auto& [name, is_set] : named)
        if (is_set && !listed(options, "ignores", name))
            return fmt::format(
                "{} cannot be played in a scenario, mailtls check-policy does; "
                "ignores = {{ \"{}\" }} plays the rest",
                name, name);
    return {};
}

// What main.cf says of the sender beside its rules.
Value sender_options(const Main& main) {
    Value out = Value::table();
    if (main.soft_bounce) out["soft_bounce"] = true;
    if (!main.asks_mx) out["asks_mx"] = false;
    if (!main.discards.empty()) out["discards"] = Value(main.discards);
    if (main.ways.relayhost.starts_with('[')) out["relays_to"] = main.ways.relayhost;
    Value trusts = authorities(main.ca_files);
    if (main.trusts_public_roots) trusts.push_back(std::string(tls::lab_root));
    out["trusts"] = std::move(trusts);
    return out;
}

// A table that matches everything stands for the level of all, and what stands behind it is
// never looked at.
Value rules_of(const std::vector<Entry>& entries, Value usual, const Value& options) {
    Value rules = Value::table();
    const bool any = std::any_of(entries.begin(), entries.end(),
                                 [](const Entry& e) { return e.destination == "*"; });
    for (const Entry& entry : entries) {
        if (entry.destination == "*") {
            usual = marked(entry, options);
            break;
        }
        if (any && entry.destination.starts_with('.')) continue;
        if (!rules.contains(entry.destination)) rules[entry.destination] = marked(entry, options);
    }
    return Value::table({{"default", std::move(usual)}, {"rules", std::move(rules)}});
}

}  // namespace

// A scenario may come from a stranger: what it reads, again and again, has an end.
Result<std::string> Stage::read(const std::string& name) {
    constexpr std::size_t most = 8 << 20;
    std::size_t& bytes = playing() ? bytes_in_play_ : bytes_at_load_;
    if (bytes_at_load_ + bytes_in_play_ > most)
        return Failure(Reason::none, fmt::format("{}: this run has read {} bytes of files, which "
                                                 "is enough",
                                                 name, most));
    Result<std::string> text = setting_.terms.library->read_beside(file_, name);
    bytes += text.ok() ? text.value().size() + 1000 : 1000;
    return text;
}

Value Stage::postfix_table(const Value& a) {
    const std::string name = a[0].text();
    const Result<std::string> text = read(name);
    if (!text.ok()) return ill(text.failure().detail);
    const Table table = read_table(text.value(), name, Defaults());
    if (std::string why = trouble(table.remarks, a[1]); !why.empty()) return ill(std::move(why));
    return well(rules_of(table.entries, nullptr, a[1]));
}

Value Stage::postfix_main(const Value& a) {
    const std::string name = a[0].text();
    const Value& options = a[1];
    const Result<std::string> text = read(name);
    if (!text.ok()) return ill(text.failure().detail);
    const Main main = read_main(text.value(), name);
    Answers answers{nullptr, script::text(options, "answers", "")};
    const Result<std::string> said =
        answers.file.empty() ? Result<std::string>(std::string()) : read(answers.file);
    if (!said.ok()) return ill(said.failure().detail);
    if (!answers.file.empty()) answers.text = &said.value();
    const std::size_t slash = name.rfind('/');
    const std::string before = slash == name.npos ? "" : name.substr(0, slash + 1);
    const Table maps = read_maps(
        main.maps, main.defaults, [&](const std::string& other) { return read(before + other); },
        answers);
    for (const std::vector<Remark>* const remarks : {&main.remarks, &maps.remarks})
        if (std::string why = trouble(*remarks, options); !why.empty()) return ill(std::move(why));
    if (std::string why = other_ways(main.ways, options); !why.empty()) return ill(std::move(why));
    Value out = rules_of(maps.entries, marked(main.usual, options), options);
    out["sender"] = sender_options(main);
    return well(std::move(out));
}

Value Stage::rule_file(const Value& a, RuleFile (*reader)(std::string_view, const std::string&,
                                                          const policy::Beside&)) {
    const std::string name = a[0].text();
    const Result<std::string> text = read(name);
    if (!text.ok()) return ill(text.failure().detail);
    const std::size_t slash = name.rfind('/');
    const std::string before = slash == name.npos ? "" : name.substr(0, slash + 1);
    // Those of another folder stand beside the file all the same.
    const auto beside = [this, before](const std::string& other) {
        return read(before + other.substr(other.rfind('/') + 1));
    };
    RuleFile file = reader(text.value(), name, beside);
    if (std::string why = trouble(file.remarks, a[1]); !why.empty()) return ill(std::move(why));
    rule_files_.push_back(std::move(file));
    return well(Value::table(
        {{"rules", Value::table()}, {"file", static_cast<std::int64_t>(rule_files_.size() - 1)}}));
}
Value Stage::exim_config(const Value& a) { return rule_file(a, read_exim_config); }
Value Stage::smtpd_config(const Value& a) { return rule_file(a, read_smtpd_config); }

Value Stage::beside(const Value& a) {
    Result<std::string> text = read(a[0].text());
    return text.ok() ? well(std::move(text.value())) : ill(text.failure().detail);
}

namespace {

// Records of a zone at names of that front, by name: the texts of each.
std::map<std::string, std::vector<std::string>> texts_at(const Value& domain, const Value& lines,
                                                         std::string_view front) {
    std::string all;
    for (const Value& line : lines) all += line.text() + "\n";
    const auto records = dns::parse_zone(all, dns::Origin{dns::canonical(domain.text())});
    std::map<std::string, std::vector<std::string>> out;
    if (!records.ok()) return out;  // which was said where they were set
    for (const dns::ZoneRecord& line : records.value())
        if (line.record.type == dns::Type::TXT && line.record.name.starts_with(front))
            out[line.record.name].push_back(line.record.data);
    return out;
}

bool has_underscore(const std::string& name) { return name.find('_') != name.npos; }

// What other senders will not find in what a domain publishes: a sentence each.
std::vector<std::string> doubts_about(const Value& domain, const Value& o) {
    std::vector<std::string> out;
    const auto sts = [&](const std::vector<std::string>& texts, std::string_view where) {
        const std::string why = policy::mta_sts::discover(texts).why;
        if (!texts.empty() && !why.empty())
            out.push_back(
                fmt::format("{}: no sender finds a policy (RFC 8461 section 3.1): {}", where, why));
    };
    const auto rpt = [&](const std::vector<std::string>& texts, std::string_view where) {
        const std::string why = policy::tls_report::parse_record(texts).why;
        if (!texts.empty() && !why.empty())
            out.push_back(
                fmt::format("{}: no sender reports (RFC 8460 section 3): {}", where, why));
    };
    sts(o["sts_txt"].texts(), "mta_sts.txt");
    rpt(o["rpt_txt"].texts(), "tls_rpt.txt");
    for (const auto& [name, texts] : texts_at(domain, o["records"], "_mta-sts."))
        if (std::any_of(texts.begin(), texts.end(),
                        [](const std::string& t) { return t.starts_with("v=STSv1"); }))
            sts(texts, name);
    for (const auto& [name, texts] : texts_at(domain, o["records"], "_smtp._tls."))
        rpt(texts, name);
    std::vector<std::string> mx = o["mx"].texts();
    if (o["body"].is_text()) {
        const core::Result<policy::mta_sts::Policy> policy =
            policy::mta_sts::parse(o["body"].text());
        if (policy.ok())
            mx = policy.value().mx;
        else
            out.push_back(fmt::format("mta_sts: this is no policy (RFC 8461 section 3.2): {}",
                                      policy.failure().detail));
    }
    for (const std::string& name : mx)
        if (has_underscore(name))
            out.push_back(
                fmt::format("mta_sts: '{}' has an underscore, which no domain of RFC "
                            "5321 has: other senders may take the policy for none",
                            name));
    return out;
}

}  // namespace

Value Stage::look_over(const Value& a) {
    for (std::string& doubt : doubts_about(a[2], a[3]))
        notes_.push_back(
            {a[0].text(), static_cast<int>(a[1].get<std::int64_t>()), std::move(doubt)});
    return well(nullptr);
}

}  // namespace script
