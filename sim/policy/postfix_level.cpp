#include "sim/policy/postfix_level.hpp"

#include "sim/policy/words.hpp"

namespace policy {
namespace {

constexpr std::array<std::string_view, 9> level_words{
    "none", "may", "encrypt", "fingerprint", "verify", "secure", "dane", "dane-only", "mta-sts"};
constexpr std::array<std::string_view, 3> rule_words{"postfix", "rfc9525", "unchecked"};
constexpr std::array<std::string_view, 3> insecure_mx_words{"dane", "may", "encrypt"};

Demand demand_of(Level level) {
    switch (level) {
        case Level::none: return Demand::clear;
        case Level::may:
        case Level::dane:
        case Level::dane_only: return Demand::opportunistic;
        case Level::encrypt: return Demand::encrypted;
        case Level::fingerprint: return Demand::fingerprint;
        case Level::verify:
        case Level::secure:
        case Level::mta_sts: break;
    }
    return Demand::pkix;
}

Dane dane_of(Level level) {
    if (level == Level::dane) return Dane::where_found;
    return level == Level::dane_only ? Dane::always : Dane::not_asked;
}

}  // namespace

std::string_view word(Level level) { return level_words[static_cast<std::size_t>(level)]; }
std::optional<Level> level_of(std::string_view word) {
    return enumerator_of<Level>(level_words, word);
}
std::string_view word(NameRules rules) { return rule_words[static_cast<std::size_t>(rules)]; }
std::optional<NameRules> name_rules_of(std::string_view word) {
    return enumerator_of<NameRules>(rule_words, word);
}
std::string_view word(Rule::InsecureMx insecure_mx) {
    return insecure_mx_words[static_cast<std::size_t>(insecure_mx)];
}
std::optional<Rule::InsecureMx> insecure_mx_of(std::string_view word) {
    return enumerator_of<Rule::InsecureMx>(insecure_mx_words, word);
}
std::string_view source(Level level) {
    switch (level) {
        case Level::none: return "RFC 5321 section 3";
        case Level::may: return "RFC 7435 section 3; RFC 3207 section 4";
        case Level::encrypt: return "RFC 3207 section 4.1; Postfix TLS_README";
        case Level::fingerprint: return "RFC 3207 section 4.1; Postfix TLS_README";
        case Level::verify: return "RFC 9525 section 6";  // Exim's word, too
        case Level::secure: return "RFC 9525 section 6; Postfix TLS_README";
        case Level::dane: return "RFC 7672 section 2.2";
        case Level::dane_only: return "RFC 7672 section 2.2; Postfix TLS_README";
        case Level::mta_sts: return "RFC 8461 sections 4.1 and 4.2";
    }
    return {};
}

std::vector<std::string> default_match(Level level) {
    if (level == Level::secure) return {"nexthop", "dot-nexthop"};
    return {"hostname"};
}

Rule::InsecureMx insecure_mx_below(Level for_all) {
    return for_all == Level::dane ? Rule::InsecureMx::dane : Rule::InsecureMx::may;
}

Requirement requirement_of(const Rule& rule) {
    Requirement out;
    out.word = word(rule.level);
    out.lenient = word(Level::may);
    out.strict = word(Level::verify);
    out.demand = demand_of(rule.level);
    out.dane = dane_of(rule.level);
    if (rule.insecure_mx == Rule::InsecureMx::may) out.insecure_mx = InsecureMx::opportunistic;
    if (rule.insecure_mx == Rule::InsecureMx::encrypt) out.insecure_mx = InsecureMx::encrypted;
    out.held = rule.held;
    out.no_handshake = rule.no_handshake;
    out.match = rule.match.empty() ? default_match(rule.level) : rule.match;
    out.fingerprints = rule.fingerprints;
    out.names = rule.names;
    out.server_name = rule.server_name;
    out.sts = follows_mta_sts(rule.level) ? Sts::followed : Sts::ignored;
    return out;
}

Requirement requirement_of(Level level) {
    Rule rule;
    rule.level = level;
    return requirement_of(rule);
}

}  // namespace policy
