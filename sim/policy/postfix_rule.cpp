#include "sim/policy/postfix_rule.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"

namespace policy::postfix {
namespace {

using Kind = Remark::Kind;

const std::vector<std::string_view> level_words{"none",   "may",    "encrypt", "fingerprint",
                                                "verify", "secure", "dane",    "dane-only"};
// Those that 3.7 knows, and those that came with 3.9 and 3.10 (postconf(5)).
const std::vector<std::string_view> attribute_words{
    "match",      "protocols", "ciphers",          "exclude",
    "servername", "tafile",    "connection_reuse", "enable_rpk"};
const std::vector<std::string_view> attributes_of_3_10{"policy_ttl",      "policy_type",
                                                       "policy_domain",   "policy_string",
                                                       "mx_host_pattern", "policy_failure"};

constexpr std::size_t most_notes = 5;  // Of one line.

bool lists(const std::vector<std::string_view>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_port(std::string_view text) {
    return all(text, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

// Behind the host of a destination: nothing, or a colon and a port.
std::string_view behind_host(std::string_view word) {
    if (word.starts_with('[')) return word.substr(std::min(word.find(']'), word.size() - 1) + 1);
    const std::size_t colon = word.find(':');
    return colon == word.npos ? std::string_view() : word.substr(colon);
}

}  // namespace

void RuleReader::remark(Kind kind, std::string_view at, std::string_view subject,
                        std::string sentence) {
    if (kind == Kind::note && ++notes_ > most_notes) return;
    remarks_.push_back(
        {kind, file_, line_.number_of(at), std::string(subject), std::move(sentence)});
}

// MARK_INVALID of smtp_tls_policy.c: 4.7.5, and no host is tried.
void RuleReader::hold(std::string_view at, std::string sentence) {
    entry_.rule.held = fmt::format("client TLS configuration problem ({}:{}: {})", file_,
                                   line_.number_of(at), sentence);
    remark(Kind::harm, at, entry_.destination,
           std::move(sentence) + ": Postfix holds all such mail back");
}

bool RuleReader::take_destination(std::string_view word) {
    constexpr std::string_view forms = "a domain, .domain, [host], [host]:port or domain:port";
    entry_.destination = core::lower(word);
    const std::string_view host = host_of(entry_.destination);
    const std::string_view rest = behind_host(word);
    const bool port_is_sound = rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
    const auto never = [&](std::string sentence) {
        remark(Kind::note, word, entry_.destination, std::move(sentence));
        return false;
    };
    if (word == "*")
        return never(
            "* stands for nobody here: Postfix looks for destinations and their parents "
            "alone, and smtp_tls_security_level is the level for all");
    if (word.find('@') != word.npos)
        return never(
            fmt::format("the mail address {} is never looked for: Postfix looks for "
                        "destinations here",
                        shown(word)));
    if (word.starts_with('[') && word.find(']') == word.npos)
        return never(
            fmt::format("expected {}, got {}, whose ] is missing: nobody's next hop is "
                        "spelled so, and the rule never counts",
                        forms, shown(word)));
    if (host.size() > longest_played) {
        remark(Kind::unsupported, word, entry_.destination,
               fmt::format("a destination of more than {} characters cannot be played",
                           longest_played));
        return false;
    }
    const bool by_address = word.starts_with('[') && is_address(host);
    if (!port_is_sound || !(is_hostname(host) || by_address) ||
        (word.starts_with('.') && !rest.empty()))
        return never(
            fmt::format("expected {}, got {}: nobody's next hop is spelled so, and the "
                        "rule never counts",
                        forms, shown(word)));
    return true;
}

void RuleReader::take_level(std::string_view word) {
    const std::optional<Level> level = level_of(core::lower(word));
    if (!level || *level == Level::mta_sts)
        return hold(word, fmt::format("expected a level ({}), got {}{}", one_of(level_words),
                                      shown(word), did_you_mean(word, level_words)));
    entry_.rule.level = entry_.asked = *level;
}

void RuleReader::pin(std::string_view at, std::string_view list, std::string_view separators) {
    std::string wrong;
    pins_ += add_fingerprints(list, separators, defaults_.digest, entry_.rule.fingerprints, wrong);
    if (!wrong.empty()) remark(Kind::note, at, "match", "match: " + wrong);
}

void RuleReader::take_match(std::string_view at, std::string_view value) {
    Rule& rule = entry_.rule;
    if (rule.level == Level::fingerprint) return pin(at, value, "|");
    if (rule.level != Level::verify && rule.level != Level::secure)
        return hold(
            at, fmt::format("the attribute match has no meaning at level {}", word(rule.level)));
    for (const std::string_view name : split(value, ":")) {
        const std::string lower = core::lower(name);
        if (!is_hostname(lower.starts_with('.') ? std::string_view(lower).substr(1) : lower))
            remark(Kind::note, at, "match",
                   fmt::format("match: no certificate names {}: expected hostname, nexthop, "
                               "dot-nexthop or names parted by colons",
                               shown(name)));
        rule.match.push_back(lower);
    }
}

void RuleReader::take_protocols(std::string_view at, std::string_view value) {
    versions_ = versions_of(value);
    if (versions_->wrong.empty() && versions_->older && entry_.rule.level <= Level::encrypt)
        remark(Kind::note, at, "protocols",
               "protocols: TLSv1 and TLSv1.1 are never spoken here (RFC 8996)");
}

void RuleReader::take_ciphers(std::string_view at, std::string_view value) {
    grade_ = grade_wrong(value);
    if (core::lower(value) == "null")
        remark(Kind::unsupported, at, "ciphers",
               "ciphers=null, which encrypts nothing, cannot be played");
}

void RuleReader::take_exclusions(std::string_view at, std::string_view value) {
    const std::string_view counts = first_that_counts(value);
    if (!counts.empty())
        remark(Kind::unsupported, at, "exclude",
               fmt::format("exclude: to leave out {} cannot be played", shown(counts)));
}

void RuleReader::take_server_name(std::string_view at, std::string_view value) {
    if (!is_hostname(value))
        return hold(at, fmt::format("servername: expected hostname, nexthop or a name, got {}",
                                    shown(value)));
    entry_.rule.server_name = core::lower(value);
}

void RuleReader::take_anchors(std::string_view at, std::string_view value) {
    if (entry_.rule.level != Level::verify && entry_.rule.level != Level::secure)
        return hold(at, fmt::format("the attribute tafile has no meaning at level {}",
                                    word(entry_.rule.level)));
    entry_.anchor_files.emplace_back(value);
}

void RuleReader::take_switch(std::string_view at, const std::string& name, std::string_view value) {
    const std::string word = core::lower(value);
    if (word != "yes" && word != "no")
        hold(at, fmt::format("{}: expected yes or no, got {}", name, shown(value)));
    else if (word == "yes" && name == "enable_rpk")
        remark(Kind::unsupported, at, name, fmt::format("{}=yes cannot be played", name));
    else if (word == "yes")
        remark(Kind::note, at, name,
               fmt::format("{}=yes: played with a connection for each mail", name));
}

void RuleReader::take(std::string_view at, const std::string& name, std::string_view value) {
    if (name == "match") return take_match(at, value);
    if (name == "protocols") return take_protocols(at, value);
    if (name == "ciphers") return take_ciphers(at, value);
    if (name == "exclude") return take_exclusions(at, value);
    if (name == "servername") return take_server_name(at, value);
    if (name == "tafile") return take_anchors(at, value);
    if (!lists(attributes_of_3_10, name)) return take_switch(at, name, value);
    remark(Kind::note, at, name,
           fmt::format("{} is for TLS reports of Postfix 3.10; an older one holds such mail back",
                       name));
}

// The name goes to the first '='; how often it may stand there is said by smtp_tls_policy.c.
void RuleReader::take_attribute(std::string_view word) {
    static const std::set<std::string_view> often{"match",      "tafile",        "connection_reuse",
                                                  "enable_rpk", "policy_string", "mx_host_pattern"};
    static const std::set<std::string_view> filled{"match", "tafile", "ciphers"};
    const std::string_view bare = unbraced(word);
    const std::size_t equals = bare.find('=');
    const std::string name = core::lower(core::trimmed(bare.substr(0, equals)));
    const std::string_view value =
        equals == bare.npos ? std::string_view() : core::trimmed(bare.substr(equals + 1));
    if (equals == bare.npos || name.empty())
        hold(word, fmt::format("expected an attribute as name=value, got {}", shown(word)));
    else if (!lists(attribute_words, name) && !lists(attributes_of_3_10, name))
        hold(word,
             fmt::format("expected one of the attributes {}, got {}{}", one_of(attribute_words),
                         shown(name), did_you_mean(name, attribute_words)));
    else if (value.empty() && filled.contains(name))
        hold(word, fmt::format("the attribute {} has no value", name));
    else if (!often.contains(name) && !seen_.insert(name).second)
        hold(word, fmt::format("the attribute {} stands here twice", name));
    else
        take(word, name, value);
}

// tls_proto_mask_lims() and OpenSSL: a list that is wrong, or leaves nothing, begins no handshake.
// From fingerprint on OpenSSL's security level is 1, at which it has nothing before TLSv1.2.
void RuleReader::complete_versions(std::string_view level) {
    Rule& rule = entry_.rule;
    const Versions& usual =
        rule.level <= Level::may ? defaults_.protocols : defaults_.mandatory_protocols;
    const Versions& versions = versions_ ? *versions_ : usual;
    const std::string& grade = grade_                     ? *grade_
                               : rule.level <= Level::may ? defaults_.ciphers_wrong
                                                          : defaults_.mandatory_ciphers_wrong;
    entry_.versions = versions.played;
    if (rule.level == Level::none) return;
    const bool older = versions.older && rule.level <= Level::encrypt;
    if (!versions.wrong.empty())
        rule.no_handshake = "protocols: " + versions.wrong;
    else if (!grade.empty())
        rule.no_handshake = "ciphers: " + grade;
    else if (versions.played.empty() && !older)
        rule.no_handshake = "protocols: no version of TLS is left";
    if (!rule.no_handshake.empty()) {
        if (versions_ || grade_)
            remark(Kind::harm, level, entry_.destination,
                   rule.no_handshake + ": no handshake begins");
        entry_.versions = {"TLSv1.2", "TLSv1.3"};
    } else if (versions.played.empty() || (older && versions.played.front() != "TLSv1.2")) {
        if (versions_)
            remark(Kind::unsupported, level, "protocols",
                   versions.played.empty()
                       ? "neither TLSv1.2 nor TLSv1.3 is left, and mailtls speaks no other"
                       : "TLSv1.2 is left out and older versions are not, which mailtls cannot "
                         "speak");
        entry_.versions = {"TLSv1.2", "TLSv1.3"};
    }
}

// What the entry does not say.
void RuleReader::complete(std::string_view level) {
    Rule& rule = entry_.rule;
    if (uses_dane(rule.level) && !defaults_.no_dane.empty()) {
        if (rule.level == Level::dane_only)
            return hold(level, "level dane-only " + defaults_.no_dane);
        rule.level = Level::may;
        remark(Kind::note, level, "smtp_dns_support_level",
               fmt::format("level dane {} is level may", defaults_.no_dane));
    }
    const Entry usual = usual_entry(rule.level, defaults_);
    if (rule.match.empty()) rule.match = usual.rule.match;
    if (rule.server_name.empty()) rule.server_name = usual.rule.server_name;
    if (entry_.anchor_files.empty()) entry_.anchor_files = usual.anchor_files;
    rule.insecure_mx = usual.rule.insecure_mx;
    if (rule.level > Level::none && !rule.server_name.empty() && !is_hostname(rule.server_name))
        return hold(level, fmt::format("smtp_tls_servername: expected hostname, nexthop or a "
                                       "name, got {}",
                                       shown(rule.server_name)));
    if (rule.level == Level::fingerprint) {
        if (!seen_.contains("match ")) pin(level, defaults_.fingerprints, comma_or_space);
        if (pins_ == 0)
            return hold(level,
                        "level fingerprint: expected match=FINGERPRINT, got none: no "
                        "certificate would do");
    }
    complete_versions(level);
}

std::optional<Entry> RuleReader::read(std::string_view destination, std::string_view value) {
    entry_.file = file_;
    entry_.line = line_.number();
    entry_.versions = {"TLSv1.2", "TLSv1.3"};
    if (!take_destination(destination)) return std::nullopt;
    const std::optional<std::vector<std::string_view>> words = split_braced(value);
    if (!words || words->empty()) {
        hold(destination, words ? fmt::format("expected a level behind the destination {}, got "
                                              "nothing",
                                              shown(destination))
                                : "a brace is not closed");
        return std::move(entry_);
    }
    take_level(words->front());
    if (!held() && entry_.rule.level == Level::none) {
        if (words->size() > 1)
            remark(Kind::note, (*words)[1], "none", "attributes say nothing at level none");
    }
    for (std::size_t i = 1; i < words->size() && !held(); ++i) {
        if (entry_.rule.level == Level::none) break;
        if (core::lower((*words)[i]).starts_with("match")) seen_.insert("match ");
        take_attribute((*words)[i]);
    }
    if (!held()) complete(words->front());
    return std::move(entry_);
}

}  // namespace policy::postfix
