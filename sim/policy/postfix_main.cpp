#include "sim/policy/postfix_main.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"

namespace policy::postfix {
namespace {

using Kind = Remark::Kind;

// Settings that change nothing here: certificates of the client's own, logs, caches, tables in
// which nothing is looked up.
const std::set<std::string_view> harmless{"smtp_tls_CAfile",
                                          "smtp_tls_CApath",
                                          "smtp_tls_block_early_mail_reply",
                                          "smtp_tls_cert_file",
                                          "smtp_tls_chain_files",
                                          "smtp_tls_dcert_file",
                                          "smtp_tls_dkey_file",
                                          "smtp_tls_eccert_file",
                                          "smtp_tls_eckey_file",
                                          "smtp_tls_key_file",
                                          "smtp_tls_loglevel",
                                          "smtp_tls_note_starttls_offer",
                                          "smtp_tls_scert_verifydepth",
                                          "smtp_tls_session_cache_database",
                                          "smtp_tls_session_cache_timeout",
                                          "tls_append_default_CA",
                                          "tls_daemon_random_bytes",
                                          "tls_high_cipherlist",
                                          "tls_medium_cipherlist",
                                          "tls_preempt_cipherlist",
                                          "tls_random_source",
                                          "tls_server_sni_maps",
                                          "tls_ssl_options"};
// Switches that are played as no, or left empty.
const std::set<std::string_view> off_alone{"default_transport",
                                           "fallback_relay",
                                           "lmtp_tls_policy_maps",
                                           "relayhost",
                                           "sender_dependent_default_transport_maps",
                                           "sender_dependent_relayhost_maps",
                                           "smtp_discard_ehlo_keyword_address_maps",
                                           "smtp_discard_ehlo_keywords",
                                           "smtp_enforce_tls",
                                           "smtp_fallback_relay",
                                           "smtp_sasl_tls_security_options",
                                           "smtp_tls_connection_reuse",
                                           "smtp_tls_enable_rpk",
                                           "smtp_tls_force_insecure_host_tlsa_lookup",
                                           "smtp_tls_per_site",
                                           "smtp_tls_trust_anchor_file",
                                           "smtp_tls_wrappermode",
                                           "smtp_tlsrpt_enable",
                                           "smtp_use_tls",
                                           "transport_maps"};
const std::vector<std::string_view> played{"smtp_dns_support_level",
                                           "smtp_tls_ciphers",
                                           "smtp_tls_dane_insecure_mx_policy",
                                           "smtp_tls_exclude_ciphers",
                                           "smtp_tls_fingerprint_cert_match",
                                           "smtp_tls_fingerprint_digest",
                                           "smtp_tls_mandatory_ciphers",
                                           "smtp_tls_mandatory_exclude_ciphers",
                                           "smtp_tls_mandatory_protocols",
                                           "smtp_tls_policy_maps",
                                           "smtp_tls_protocols",
                                           "smtp_tls_secure_cert_match",
                                           "smtp_tls_security_level",
                                           "smtp_tls_servername",
                                           "smtp_tls_verify_cert_match"};

bool bears_on_tls(std::string_view name) {
    return name.starts_with("smtp_tls_") || name.starts_with("tls_") || off_alone.contains(name);
}

struct Setting {
    std::string value;
    int line = 0;
};

// postconf(5): "$name", "${name}" and "$(name)" are the value of another setting, "$$" is a dollar.
class Expansion {
  public:
    explicit Expansion(const std::map<std::string, Setting>& settings) : settings_(settings) {}
    std::string of(std::string_view text) { return expanded(text, 0); }
    /// What could not be expanded: "$name", or empty.
    const std::string& lacking() const { return lacking_; }

  private:
    static constexpr int deepest = 20, most_steps = 10'000;
    static constexpr std::size_t longest = 100'000;

    std::string expanded(std::string_view text, int depth) {
        std::string out;
        if (++steps_ > most_steps) lacking_ = "a value that leads to itself";
        for (std::size_t at = 0; at < text.size() && lacking_.empty();) {
            if (text[at] != '$') {
                out += text[at++];
                continue;
            }
            if (text.substr(at, 2) == "$$") {
                out += '$';
                at += 2;
                continue;
            }
            const std::string_view name = name_at(text, at);
            out += value_of(name, depth);
            if (out.size() > longest) lacking_ = "a value that grows without end";
        }
        return out;
    }
    // Moves `at` behind the name.
    static std::string_view name_at(std::string_view text, std::size_t& at) {
        const char open = at + 1 < text.size() ? text[at + 1] : ' ';
        if (open == '{' || open == '(') {
            const std::size_t end = text.find(open == '{' ? '}' : ')', at);
            const std::string_view inside = text.substr(at + 2, end - at - 2);
            at = end == text.npos ? text.size() : end + 1;
            return inside;
        }
        std::size_t end = at + 1;
        while (end < text.size() && (is_letter_or_digit(text[end]) || text[end] == '_')) ++end;
        const std::string_view name = text.substr(at + 1, end - at - 1);
        at = end;
        return name;
    }
    std::string value_of(std::string_view name, int depth) {
        static const std::map<std::string, std::string, std::less<>> built_in{
            {"config_directory", "/etc/postfix"},
            {"default_database_type", "hash"},
            {"smtp_tls_security_level", ""}};
        const auto set = settings_.find(std::string(name));
        if (set != settings_.end() && depth < deepest)
            return expanded(set->second.value, depth + 1);
        const auto known = built_in.find(name);
        if (known != built_in.end()) return known->second;
        lacking_ = fmt::format("${}", name);
        return {};
    }
    const std::map<std::string, Setting>& settings_;
    std::string lacking_;
    int steps_ = 0;
};

class MainReader {
  public:
    explicit MainReader(std::string_view file) : file_(file) {}
    Main read(std::string_view text);

  private:
    void remark(Kind kind, int line, std::string_view subject, std::string sentence) {
        out_.remarks.push_back({kind, file_, line, std::string(subject), std::move(sentence)});
    }
    void read_settings(std::string_view text);
    void sort_out();
    const std::string* value(const std::string& name, int* line);
    void take_names(const std::string& name, std::vector<std::string>& into);
    void take_protocols(const std::string& name, Versions& into);
    void take_ciphers();
    void take_dns();
    void take_fingerprints();
    void take_level();

    std::string file_;
    std::map<std::string, Setting> settings_;
    std::map<std::string, std::string> expanded_;
    Main out_;
};

void MainReader::read_settings(std::string_view text) {
    std::vector<int> stray;
    const std::vector<Line> lines = logical_lines(text, stray);
    for (const int number : stray)
        remark(Kind::mistake, number, {},
               "expected name = value at the line's beginning, got white space: there is no line "
               "to continue");
    for (const Line& line : lines) {
        const std::size_t equals = line.text.find('=');
        const std::string name(trimmed(std::string_view(line.text).substr(0, equals)));
        const bool sound = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
        });
        if (equals == std::string::npos || !sound) {
            remark(Kind::mistake, line.number(), {},
                   fmt::format("expected name = value, got {}", shown(line.text)));
            continue;
        }
        const auto before = settings_.find(name);
        if (before != settings_.end())
            remark(Kind::note, line.number(), name,
                   fmt::format("{} stands in line {} already; the last one counts", name,
                               before->second.line));
        settings_[name] = {std::string(trimmed(std::string_view(line.text).substr(equals + 1))),
                           line.number()};
    }
}

// What is neither played nor harmless is named.
void MainReader::sort_out() {
    std::string beside;
    std::size_t others = 0;
    for (const auto& [name, setting] : settings_) {
        if (harmless.contains(name)) continue;
        if (std::find(played.begin(), played.end(), name) != played.end()) continue;
        if (off_alone.contains(name)) {
            const std::string word = core::lower(setting.value);
            const bool off =
                word.empty() || word == "no" || (name == "default_transport" && word == "smtp");
            if (!off)
                remark(Kind::unsupported, setting.line, name,
                       fmt::format("{} = {} cannot be played", name, setting.value));
        } else if (bears_on_tls(name)) {
            remark(Kind::unsupported, setting.line, name,
                   fmt::format("{} is not known here{}", name, did_you_mean(name, played)));
        } else if (const std::string near = did_you_mean(name, played);
                   !near.empty() && name.starts_with("smtp") && !name.starts_with("smtpd_tls_")) {
            remark(Kind::unsupported, setting.line, name,
                   fmt::format("{} is not known here{}", name, near));
        } else {
            beside += (others++ == 0 ? "" : ", ") + name;
        }
    }
    if (others > 0)
        remark(Kind::note, 0, "others",
               fmt::format("{} other setting{} left out, as about other things than TLS for "
                           "outgoing mail: {}",
                           others, others == 1 ? " is" : "s are", beside));
}

// The value of a setting, its names expanded; nothing where it is not set.
const std::string* MainReader::value(const std::string& name, int* line) {
    const auto found = settings_.find(name);
    if (found == settings_.end()) return nullptr;
    if (line != nullptr) *line = found->second.line;
    const auto known = expanded_.find(name);
    if (known != expanded_.end()) return &known->second;
    Expansion expansion(settings_);
    std::string all = expansion.of(found->second.value);
    if (!expansion.lacking().empty()) {
        remark(Kind::unsupported, found->second.line, name,
               fmt::format("{}: {} cannot be expanded: it is not set here", name,
                           shown(expansion.lacking())));
        return nullptr;
    }
    return &expanded_.emplace(name, std::move(all)).first->second;
}

void MainReader::take_names(const std::string& name, std::vector<std::string>& into) {
    int line = 0;
    const std::string* const text = value(name, &line);
    if (text == nullptr) return;
    for (const std::string_view word : split(*text, ",: \t\r\n")) {
        const std::string lower = core::lower(word);
        if (!is_domain(lower.starts_with('.') ? std::string_view(lower).substr(1) : lower)) {
            remark(Kind::mistake, line, name,
                   fmt::format("{}: expected hostname, nexthop, dot-nexthop or names, got {}", name,
                               shown(word)));
            return;
        }
        into.push_back(lower);
    }
}

void MainReader::take_protocols(const std::string& name, Versions& into) {
    int line = 0;
    const std::string* const text = value(name, &line);
    if (text == nullptr) return;
    const Versions versions = versions_of(*text);
    if (!versions.wrong.empty())
        remark(Kind::mistake, line, name, name + ": " + versions.wrong);
    else if (versions.played.empty())
        remark(Kind::unsupported, line, name,
               name + ": neither TLSv1.2 nor TLSv1.3 is left, and mailtls speaks no other");
    else
        into = versions;
    if (versions.wrong.empty() && versions.older)
        remark(Kind::note, line, name, name + ": TLSv1 and TLSv1.1 are never spoken here");
}

void MainReader::take_ciphers() {
    static const std::vector<std::string_view> grades{"export", "low", "medium", "high"};
    for (const char* const name : {"smtp_tls_ciphers", "smtp_tls_mandatory_ciphers"}) {
        int line = 0;
        const std::string* const text = value(name, &line);
        if (text == nullptr) continue;
        const std::string grade = core::lower(*text);
        if (grade == "null")
            remark(Kind::unsupported, line, name,
                   fmt::format("{} = null, which encrypts nothing, cannot be played", name));
        else if (std::find(grades.begin(), grades.end(), grade) == grades.end())
            remark(Kind::mistake, line, name,
                   fmt::format("{}: expected {}, got {}{}", name, one_of(grades), shown(*text),
                               did_you_mean(grade, grades)));
    }
    for (const char* const name :
         {"smtp_tls_exclude_ciphers", "smtp_tls_mandatory_exclude_ciphers"}) {
        int line = 0;
        const std::string* const text = value(name, &line);
        const std::string_view counts = text == nullptr ? "" : first_that_counts(*text);
        if (!counts.empty())
            remark(Kind::unsupported, line, name,
                   fmt::format("{}: to leave out {} cannot be played", name, shown(counts)));
    }
}

void MainReader::take_dns() {
    static const std::vector<std::string_view> known{"disabled", "enabled", "dnssec"};
    int line = 0;
    const std::string* text = value("smtp_dns_support_level", &line);
    const std::string dns = text == nullptr ? std::string() : core::lower(*text);
    out_.defaults.dnssec = dns == "dnssec" ? Defaults::Dnssec::asked : Defaults::Dnssec::not_asked;
    if (dns == "disabled")
        remark(Kind::unsupported, line, "smtp_dns_support_level",
               "smtp_dns_support_level = disabled: mail without DNS cannot be played");
    else if (!dns.empty() && std::find(known.begin(), known.end(), dns) == known.end())
        remark(Kind::mistake, line, "smtp_dns_support_level",
               fmt::format("smtp_dns_support_level: expected {}, got {}{}", one_of(known),
                           shown(*text), did_you_mean(dns, known)));
    const std::string* const level = value("smtp_tls_security_level", nullptr);
    const std::optional<Level> for_all = level_of(level == nullptr ? "" : core::lower(*level));
    out_.defaults.insecure_mx = insecure_mx_below(for_all.value_or(Level::may));
    const auto set = settings_.find("smtp_tls_dane_insecure_mx_policy");
    // Its default, written out: as above.
    if (set == settings_.end() ||
        set->second.value == "${{$smtp_tls_security_level} == {dane} ? {dane} : {may}}")
        return;
    text = value("smtp_tls_dane_insecure_mx_policy", &line);
    if (text == nullptr) return;
    const std::string word = core::lower(*text);
    if (word == "dane" || word == "may")
        out_.defaults.insecure_mx = word == "dane" ? Rule::InsecureMx::dane : Rule::InsecureMx::may;
    else if (word == "encrypt")
        remark(Kind::unsupported, line, "smtp_tls_dane_insecure_mx_policy",
               "smtp_tls_dane_insecure_mx_policy = encrypt cannot be played");
    else
        remark(
            Kind::mistake, line, "smtp_tls_dane_insecure_mx_policy",
            fmt::format("smtp_tls_dane_insecure_mx_policy: expected may, encrypt or dane, got {}",
                        shown(*text)));
}

void MainReader::take_fingerprints() {
    int line = 0;
    if (const std::string* const text = value("smtp_tls_fingerprint_digest", &line)) {
        out_.defaults.digest = core::lower(*text);
        if (out_.defaults.digest != "sha256")
            remark(Kind::unsupported, line, "smtp_tls_fingerprint_digest",
                   fmt::format("smtp_tls_fingerprint_digest = {} cannot be played; sha256 can",
                               *text));
    }
    const std::string* const list = value("smtp_tls_fingerprint_cert_match", &line);
    if (list == nullptr) return;
    if (const std::string why =
            add_fingerprints(*list, ",| \t\r\n", out_.defaults.digest, out_.defaults.fingerprints);
        !why.empty())
        remark(Kind::mistake, line, "smtp_tls_fingerprint_cert_match",
               "smtp_tls_fingerprint_cert_match: " + why);
}

void MainReader::take_level() {
    int line = 0;
    const std::string* const text = value("smtp_tls_security_level", &line);
    const bool silent = text == nullptr || text->empty();
    if (silent && !settings_.contains("smtp_tls_security_level"))
        remark(Kind::note, 0, "smtp_tls_security_level",
               "smtp_tls_security_level is not set: level none for whoever has no rule");
    const Table table = read_entry("*", silent ? "none" : *text, file_, line, out_.defaults);
    out_.remarks.insert(out_.remarks.end(), table.remarks.begin(), table.remarks.end());
    if (!table.entries.empty()) out_.usual = table.entries.front();
}

Main MainReader::read(std::string_view text) {
    read_settings(text);
    sort_out();
    take_names("smtp_tls_verify_cert_match", out_.defaults.verify_match);
    take_names("smtp_tls_secure_cert_match", out_.defaults.secure_match);
    take_protocols("smtp_tls_protocols", out_.defaults.protocols);
    take_protocols("smtp_tls_mandatory_protocols", out_.defaults.mandatory_protocols);
    take_ciphers();
    take_dns();
    take_fingerprints();
    int line = 0;
    if (const std::string* const name = value("smtp_tls_servername", &line)) {
        out_.defaults.server_name = core::lower(*name);
        if (!name->empty() && !is_domain(out_.defaults.server_name))
            remark(Kind::mistake, line, "smtp_tls_servername",
                   fmt::format("smtp_tls_servername: expected hostname, nexthop or a name, got {}",
                               shown(*name)));
    }
    take_level();
    const bool trusts = settings_.contains("smtp_tls_CAfile") ||
                        settings_.contains("smtp_tls_CApath") ||
                        settings_.contains("tls_append_default_CA");
    if (!trusts)
        remark(Kind::note, 0, "smtp_tls_CAfile",
               "neither smtp_tls_CAfile nor smtp_tls_CApath is set: played as if a root CA stood "
               "there; Postfix without one trusts nobody");
    if (const std::string* const maps = value("smtp_tls_policy_maps", &out_.maps_line))
        out_.maps = *maps;
    return std::move(out_);
}

}  // namespace

Main read_main(std::string_view text, std::string_view file) { return MainReader(file).read(text); }

}  // namespace policy::postfix
