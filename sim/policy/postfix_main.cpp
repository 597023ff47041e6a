#include "sim/policy/postfix_main.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"
#include "sim/policy/postfix_expand.hpp"
#include "sim/policy/postfix_settings.hpp"

namespace policy::postfix {
namespace {

using Kind = Remark::Kind;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

struct Setting {
    std::string value, file;
    int line = 0;
};

// Names of folders and the like that values are made of: as Debian has them.
std::optional<std::string> usual_value(std::string_view name) {
    static const std::map<std::string_view, std::string_view> known{
        {"command_directory", "/usr/sbin"},
        {"daemon_directory", "/usr/lib/postfix/sbin"},
        {"default_cache_db_type", "btree"},
        {"mail_name", "Postfix"},
        {"mail_owner", "postfix"},
        {"meta_directory", "/etc/postfix"},
        {"queue_directory", "/var/spool/postfix"},
        {"shlib_directory", "/usr/lib/postfix"},
    };
    if (const auto facts = setting_facts(name); facts && facts->kind == SettingFacts::Class::played)
        return std::string(facts->value);
    const auto found = known.find(name);
    if (found == known.end()) return std::nullopt;
    return std::string(found->second);
}

class MainReader {
  public:
    explicit MainReader(std::string_view file) : file_(file) {}
    Main read(std::string_view text, const std::vector<Override>& overrides);

  private:
    void remark(Kind kind, std::string_view subject, std::string sentence);
    void read_settings(std::string_view text);
    void sort_out();
    void refuse(const SettingFacts& facts, const Setting& setting);
    std::string value(std::string_view name);
    bool is_set(std::string_view name) const { return settings_.contains(name); }
    bool yes(std::string_view name);
    Maps maps(std::string name);
    void take_names(const char* name, std::vector<std::string>& into);
    void take_protocols(const char* name, Versions& into);
    void take_ciphers(const char* name, std::string& wrong);
    void take_exclusions();
    void take_dns();
    void take_insecure_mx();
    void take_fingerprints();
    void take_trust();
    std::vector<std::string> next_hops(const char* name);
    void take_ways();
    void take_level();
    std::string level();

    std::string file_;
    std::map<std::string, Setting, std::less<>> settings_;
    std::map<std::string, std::string, std::less<>> expanded_;
    Main out_;
};

// A setting's own line is its place.
void MainReader::remark(Kind kind, std::string_view subject, std::string sentence) {
    const auto set = settings_.find(subject);
    const bool known = set != settings_.end();
    out_.remarks.push_back({kind, known ? set->second.file : file_, known ? set->second.line : 0,
                            std::string(subject), std::move(sentence)});
}

// dict_load_fp() of dict.c: Postfix does not begin with a line that is no setting.
void MainReader::read_settings(std::string_view text) {
    std::vector<int> stray;
    const std::vector<Line> lines = logical_lines(text, stray);
    const auto note = [&](Kind kind, int line, std::string_view subject, std::string sentence) {
        if (out_.remarks.size() <= most_remarks)
            out_.remarks.push_back({kind, file_, line, std::string(subject), std::move(sentence)});
    };
    for (const int number : stray)
        note(Kind::note, number, {},
             "expected name = value at the line's beginning, got white space: there is no line to "
             "continue, and Postfix passes over it");
    for (const Line& line : lines) {
        const std::size_t equals = line.text.find('=');
        const std::string name(core::trimmed(std::string_view(line.text).substr(0, equals)));
        if (name.starts_with(byte_order_mark)) {
            note(Kind::mistake, line.number(), {},
                 "a mark of byte order stands before the name, and Postfix takes it for a part of "
                 "it: save the file without");
            continue;
        }
        const bool sound = !name.empty() && name.find_first_of(" \t\r\v\f") == name.npos;
        if (equals == std::string::npos || !sound) {
            note(Kind::mistake, line.number(), {},
                 fmt::format("expected name = value, got {}", shown(line.text)));
            continue;
        }
        const auto before = settings_.find(name);
        if (before != settings_.end())
            note(Kind::note, line.number(), name,
                 fmt::format("{} stands in line {} already; the last one counts", name,
                             before->second.line));
        settings_[name] = {
            std::string(core::trimmed(std::string_view(line.text).substr(equals + 1))), file_,
            line.number()};
    }
}

void MainReader::refuse(const SettingFacts& facts, const Setting& setting) {
    const std::string is = core::lower(value(facts.name));
    const bool same = is == facts.value || (is.empty() && facts.value == "no");
    if (same) return;
    if (facts.name == "smtp_tls_per_site" && !value("smtp_tls_policy_maps").empty())
        return remark(Kind::note, facts.name,
                      "smtp_tls_per_site is not looked at, since smtp_tls_policy_maps is set");
    remark(
        Kind::unsupported, facts.name,
        fmt::format("{} = {} cannot be played: {}", facts.name, shown(setting.value), facts.why));
}

// What is neither played nor harmless is named.
void MainReader::sort_out() {
    using Class = SettingFacts::Class;
    std::string beside;
    std::size_t others = 0;
    const std::vector<std::string_view> played = played_settings();
    for (const auto& [name, setting] : settings_) {
        const std::optional<SettingFacts> facts = setting_facts(name);
        if (facts && facts->kind == Class::refused) refuse(*facts, setting);
        if (facts && facts->kind != Class::unrelated) continue;
        const bool like_one = name.starts_with("smtp_") || name.starts_with("tls_");
        const std::string near = facts ? std::string() : did_you_mean(name, played);
        if (!facts && like_one && (!near.empty() || name.find("tls") != name.npos))
            remark(Kind::unsupported, name, fmt::format("{} is not known here{}", name, near));
        else if (others++ < most_remarks)
            beside += (others == 1 ? "" : ", ") + name;
    }
    if (others > 0)
        out_.remarks.push_back(
            {Kind::note, file_, 0, "others",
             fmt::format("{} other setting{} left out, as about other things than TLS for "
                         "outgoing mail: {}{}",
                         others, others == 1 ? " is" : "s are", beside,
                         others > most_remarks ? ", …" : "")});
}

// The value of a setting, or its default, all names expanded.
std::string MainReader::value(std::string_view name) {
    const auto known = expanded_.find(name);
    if (known != expanded_.end()) return known->second;
    const Lookup look = [this](std::string_view other) -> std::optional<std::string> {
        const auto set = settings_.find(other);
        return set == settings_.end() ? usual_value(other) : std::optional(set->second.value);
    };
    Expansion expansion(look);
    std::string all = expansion.of(look(name).value_or(std::string()));
    const std::string_view unknown = expansion.unknown();
    if (!expansion.wrong().empty()) {
        // What a default leads to says it itself.
        if (is_set(name))
            remark(Kind::mistake, name, fmt::format("{}: {}", name, expansion.wrong()));
        all.clear();
    } else if (!unknown.empty() && setting_facts(unknown.substr(1))) {
        remark(Kind::unsupported, name,
               fmt::format("{}: {} cannot be expanded: it is not set here", name, shown(unknown)));
    } else if (!unknown.empty()) {
        remark(Kind::note, name,
               fmt::format("{}: {} is not set here, and Postfix puts nothing in its place", name,
                           shown(unknown)));
    }
    return expanded_.emplace(name, std::string(core::trimmed(all))).first->second;
}

bool MainReader::yes(std::string_view name) {
    const std::string text = value(name), word = core::lower(text);
    if (word != "yes" && word != "no" && !word.empty())
        remark(Kind::mistake, name,
               fmt::format("{}: expected yes or no, got {}", name, shown(text)));
    return word == "yes";
}

Maps MainReader::maps(std::string name) {
    Maps out{value(name), name, file_, 0};
    const auto set = settings_.find(name);
    if (set != settings_.end()) out.line = set->second.line;
    if (set != settings_.end()) out.file = set->second.file;
    return out;
}

void MainReader::take_names(const char* name, std::vector<std::string>& into) {
    if (!is_set(name)) return;
    const std::string list = value(name);
    for (const std::string_view word : split(list, ",: \t\r\n")) {
        const std::string lower = core::lower(word);
        if (!is_hostname(lower.starts_with('.') ? std::string_view(lower).substr(1) : lower))
            remark(Kind::note, name,
                   fmt::format("{}: no certificate names {}: expected hostname, nexthop, "
                               "dot-nexthop or names",
                               name, shown(word)));
        into.push_back(lower);
    }
    static const std::set<std::string> words{"hostname", "nexthop", "dot-nexthop"};
    for (const std::string& word : into)
        if (!words.contains(word) && word.find('.') == word.npos)
            remark(Kind::note, name,
                   fmt::format("{}: {} is a name to Postfix, that of a host", name, shown(word)));
}

void MainReader::take_protocols(const char* name, Versions& into) {
    if (!is_set(name)) return;
    into = versions_of(value(name));
    if (!into.wrong.empty())
        remark(Kind::harm, name, fmt::format("{}: {}: no handshake begins", name, into.wrong));
    else if (into.older && (into.played.empty() || into.played.front() != "TLSv1.2"))
        remark(Kind::unsupported, name,
               into.played.empty()
                   ? fmt::format("{}: neither TLSv1.2 nor TLSv1.3 is left, and mailtls speaks no "
                                 "other",
                                 name)
                   : fmt::format("{}: TLSv1.2 is left out and older versions are not, which "
                                 "mailtls cannot speak",
                                 name));
    else if (into.older)
        remark(Kind::note, name, fmt::format("{}: TLSv1 and TLSv1.1 are never spoken here", name));
    else if (into.played.empty())
        remark(Kind::harm, name,
               fmt::format("{}: no version of TLS is left: no handshake begins", name));
}

void MainReader::take_ciphers(const char* name, std::string& wrong) {
    const std::string grade = value(name);
    if (core::lower(grade) == "null")
        remark(Kind::unsupported, name,
               fmt::format("{} = null, which encrypts nothing, cannot be played", name));
    wrong = grade_wrong(grade);
    if (!wrong.empty())
        remark(Kind::harm, name, fmt::format("{}: {}: no handshake begins", name, wrong));
}

void MainReader::take_exclusions() {
    for (const char* const name :
         {"smtp_tls_exclude_ciphers", "smtp_tls_mandatory_exclude_ciphers"}) {
        const std::string list = value(name);
        const std::string_view counts = first_that_counts(list);
        if (!counts.empty())
            remark(Kind::unsupported, name,
                   fmt::format("{}: to leave out {} cannot be played", name, shown(counts)));
    }
}

// smtp.c, get_early_params and dane_init of smtp_tls_policy.c.
void MainReader::take_dns() {
    static const std::vector<std::string_view> known{"disabled", "enabled", "dnssec"};
    const std::string text = value("smtp_dns_support_level");
    std::string level = core::lower(text);
    if (!level.empty() && std::find(known.begin(), known.end(), level) == known.end())
        remark(Kind::mistake, "smtp_dns_support_level",
               fmt::format("smtp_dns_support_level: expected {}, got {}{}", one_of(known),
                           shown(text), did_you_mean(level, known)));
    if (level.empty()) level = yes("disable_dns_lookups") ? "disabled" : "enabled";
    out_.asks_mx = level != "disabled";
    if (!out_.asks_mx)
        remark(Kind::harm,
               is_set("smtp_dns_support_level") ? "smtp_dns_support_level" : "disable_dns_lookups",
               "without DNS no MX record is asked for: mail goes to a host of the domain's own "
               "name, or to none");
    const std::string words = core::lower(value("smtp_host_lookup"));
    const std::string resolver = core::lower(value("smtp_dns_resolver_options"));
    bool dns = false;
    for (const std::string_view word : split(words, comma_or_space)) dns = dns || word == "dns";
    std::string& why = out_.defaults.no_dane;
    if (level != "dnssec")
        why = "without smtp_dns_support_level = dnssec";
    else if (!dns)
        why = "with smtp_host_lookup without dns";
    else if (yes("ignore_mx_lookup_error"))
        why = "with ignore_mx_lookup_error = yes";
    else if (!resolver.empty())
        why = "with smtp_dns_resolver_options";
}

void MainReader::take_insecure_mx() {
    const std::string text = value("smtp_tls_dane_insecure_mx_policy");
    const auto word = insecure_mx_of(core::lower(text));
    if (word)
        out_.defaults.insecure_mx = *word;
    else if (is_set("smtp_tls_dane_insecure_mx_policy"))
        remark(Kind::mistake, "smtp_tls_dane_insecure_mx_policy",
               fmt::format("smtp_tls_dane_insecure_mx_policy: expected may, encrypt or dane, got "
                           "{}",
                           shown(text)));
}

void MainReader::take_fingerprints() {
    const std::string text = value("smtp_tls_fingerprint_digest");
    out_.defaults.digest = core::lower(text);
    if (!is_digest(out_.defaults.digest))
        remark(Kind::unsupported, "smtp_tls_fingerprint_digest",
               fmt::format("smtp_tls_fingerprint_digest = {} cannot be played: md5, sha1, sha224, "
                           "sha256, sha384 and sha512 can",
                           text));
    out_.defaults.fingerprints = value("smtp_tls_fingerprint_cert_match");
}

void MainReader::take_trust() {
    const std::string file = value("smtp_tls_CAfile");
    if (!file.empty()) out_.ca_files.push_back(file);
    out_.trusts_public_roots = !value("smtp_tls_CApath").empty() || yes("tls_append_default_CA");
    const std::string anchors = value("smtp_tls_trust_anchor_file");
    for (const std::string_view word : split(anchors, comma_or_space))
        out_.defaults.anchor_files.emplace_back(word);
    if (file.empty() && !out_.trusts_public_roots && anchors.empty())
        remark(Kind::note, "smtp_tls_CAfile",
               "neither smtp_tls_CAfile nor smtp_tls_CApath is set: Postfix trusts no CA, and what "
               "demands one is held back");
}

std::vector<std::string> MainReader::next_hops(const char* name) {
    std::vector<std::string> out;
    const std::string list = core::lower(value(name));
    for (const std::string_view word : split(list, comma_or_space)) {
        if (is_next_hop(word))
            out.emplace_back(word);
        else
            remark(Kind::mistake, name,
                   fmt::format("{}: expected host, host:port, [host] or [host]:port, got {}", name,
                               shown(word)));
    }
    return out;
}

void MainReader::take_ways() {
    out_.ways.more_relayhosts = next_hops("relayhost");
    if (std::vector<std::string>& hops = out_.ways.more_relayhosts; !hops.empty()) {
        out_.ways.relayhost = hops.front();
        hops.erase(hops.begin());
    }
    out_.ways.fallback_relays = next_hops("smtp_fallback_relay");
    out_.ways.default_transport = value("default_transport");
    out_.ways.transports = maps("transport_maps");
    out_.ways.sender_relayhosts = maps("sender_dependent_relayhost_maps");
    out_.soft_bounce = yes("soft_bounce");
    const std::string discarded = value("smtp_discard_ehlo_keywords");
    for (const std::string_view word : split(discarded, comma_or_space))
        out_.discards.push_back(core::upper(word));
}

// global_tls_level() of smtp_tls_policy.c.
std::string MainReader::level() {
    const std::string text = value("smtp_tls_security_level");
    if (!text.empty()) return text;
    if (yes("smtp_enforce_tls")) return yes("smtp_tls_enforce_peername") ? "verify" : "encrypt";
    return yes("smtp_use_tls") ? "may" : "none";
}

void MainReader::take_level() {
    const std::string text = level();
    if (!is_set("smtp_tls_security_level") && text == "none")
        remark(Kind::note, "smtp_tls_security_level",
               "smtp_tls_security_level is not set: level none for whoever has no rule");
    const auto set = settings_.find("smtp_tls_security_level");
    const bool known = set != settings_.end();
    Table table = read_entry("*", text, known ? set->second.file : file_,
                             known ? set->second.line : 0, out_.defaults);
    const bool level = level_of(core::lower(text)).has_value();
    for (Remark& remark : table.remarks)  // msg_fatal: Postfix does not begin
        if (!level && remark.kind == Kind::harm) remark.kind = Kind::mistake;
    out_.remarks.insert(out_.remarks.end(), table.remarks.begin(), table.remarks.end());
    if (!table.entries.empty()) out_.usual = table.entries.front();
}

Main MainReader::read(std::string_view text, const std::vector<Override>& overrides) {
    read_settings(text);
    for (const Override& o : overrides) settings_[o.name] = {o.value, "master.cf", o.line};
    sort_out();
    take_names("smtp_tls_verify_cert_match", out_.defaults.verify_match);
    take_names("smtp_tls_secure_cert_match", out_.defaults.secure_match);
    take_protocols("smtp_tls_protocols", out_.defaults.protocols);
    take_protocols("smtp_tls_mandatory_protocols", out_.defaults.mandatory_protocols);
    take_ciphers("smtp_tls_ciphers", out_.defaults.ciphers_wrong);
    take_ciphers("smtp_tls_mandatory_ciphers", out_.defaults.mandatory_ciphers_wrong);
    take_exclusions();
    take_dns();
    take_insecure_mx();
    take_fingerprints();
    take_trust();
    take_ways();
    out_.defaults.server_name = core::lower(value("smtp_tls_servername"));
    take_level();
    out_.maps = maps("smtp_tls_policy_maps");
    return std::move(out_);
}

}  // namespace

Main read_main(std::string_view text, std::string_view file,
               const std::vector<Override>& overrides) {
    return MainReader(file).read(text, overrides);
}

// What distributions call their bundles, and curl its copy of Mozilla's.
std::string authority_in(std::string_view file) {
    static const std::set<std::string_view> bundles{"ca-certificates.crt",
                                                    "ca-bundle.crt",
                                                    "ca-bundle.trust.crt",
                                                    "ca-bundle.pem",
                                                    "ca-certificates.pem",
                                                    "tls-ca-bundle.pem",
                                                    "cert.pem",
                                                    "cacert.pem",
                                                    "ca-root-nss.crt",
                                                    "ca.pem"};
    std::string_view base = file.substr(file.rfind('/') + 1);
    if (bundles.contains(base)) return {};
    base = base.substr(0, base.rfind('.'));
    std::string out;
    bool begins = true;
    for (const char c : base) {
        const bool gap = c == '-' || c == '_' || c == ' ' || c == '.';
        if (gap)
            out += ' ';
        else if (begins)
            out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        else
            out += c;
        begins = gap;
    }
    const std::string lower = core::lower(out);
    if (lower.ends_with(" ca")) return out.substr(0, out.size() - 3) + " CA";
    return out + " CA";
}

}  // namespace policy::postfix
