#include "sim/policy/postfix_table.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"

namespace policy::postfix {
namespace {

using Kind = Remark::Kind;

const std::vector<std::string_view> level_words{"none",   "may",    "encrypt", "fingerprint",
                                                "verify", "secure", "dane",    "dane-only"};
const std::vector<std::string_view> attribute_words{
    "match",      "protocols", "ciphers",          "exclude",
    "servername", "tafile",    "connection_reuse", "enable_rpk"};

bool is_port(std::string_view text) {
    return all(text, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_address(std::string_view host) {
    if (host.find(':') != host.npos) return true;
    return host.find_first_not_of("0123456789.") == host.npos;
}

// Reads one logical line of a table.
class EntryReader {
  public:
    EntryReader(const Line& line, std::string_view file, const Defaults& defaults,
                std::vector<Remark>& remarks)
        : line_(line), file_(file), defaults_(defaults), remarks_(remarks) {}

    std::optional<Entry> read(std::string_view destination, std::string_view value);

  private:
    void remark(Kind kind, std::string_view at, std::string_view subject, std::string sentence) {
        if (kind == Kind::mistake) sound_ = false;
        remarks_.push_back(
            {kind, file_, line_.number_of(at), std::string(subject), std::move(sentence)});
    }
    void wrong(std::string_view at, std::string sentence) {
        remark(Kind::mistake, at, {}, std::move(sentence));
    }
    bool take_destination(std::string_view word);
    bool take_level(std::string_view word);
    void take_attribute(std::string_view word);
    void take(std::string_view at, const std::string& name, std::string_view value);
    void take_match(std::string_view at, std::string_view value);
    void take_protocols(std::string_view at, std::string_view value);
    void take_ciphers(std::string_view at, std::string_view value);
    void take_exclusions(std::string_view at, std::string_view value);
    void take_server_name(std::string_view at, std::string_view value);
    void take_switch(std::string_view at, const std::string& name, std::string_view value);
    void complete(std::string_view level);

    const Line& line_;
    std::string file_;
    const Defaults& defaults_;
    std::vector<Remark>& remarks_;
    Entry entry_;
    std::set<std::string> seen_;
    std::optional<Versions> versions_;
    bool sound_ = true;
};

bool EntryReader::take_destination(std::string_view word) {
    constexpr std::string_view forms = "a domain, .domain, [host], [host]:port or domain:port";
    entry_.destination = core::lower(word);
    const std::string_view host = host_of(entry_.destination);
    std::string_view rest = word;
    if (word.starts_with('[')) {
        const std::size_t close = word.find(']');
        if (close == word.npos) {
            wrong(word, fmt::format("expected {}, got {}, whose ] is missing", forms, shown(word)));
            return false;
        }
        rest = word.substr(close + 1);
    } else {
        const std::size_t colon = word.find(':');
        rest = colon == word.npos ? std::string_view() : word.substr(colon);
    }
    const bool port_is_sound = rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
    if (word.find('@') != word.npos) {
        wrong(word, fmt::format("expected {}, got the mail address {}: Postfix looks for "
                                "destinations here",
                                forms, shown(word)));
    } else if (word.starts_with('[') && port_is_sound && is_address(host)) {
        remark(Kind::unsupported, word, entry_.destination,
               fmt::format("{}: an address in the place of a host cannot be played", word));
        return false;
    } else if (host.size() > longest_played) {
        remark(Kind::unsupported, word, entry_.destination,
               fmt::format("a destination of more than {} characters cannot be played",
                           longest_played));
        return false;
    } else if (!port_is_sound || !is_domain(host) || (word.starts_with('.') && !rest.empty())) {
        wrong(word, fmt::format("expected {}, got {}", forms, shown(word)));
    }
    return sound_;
}

bool EntryReader::take_level(std::string_view word) {
    const std::optional<Level> level = level_of(core::lower(word));
    if (!level || *level == Level::mta_sts) {
        wrong(word, fmt::format("expected a level ({}), got {}{}", one_of(level_words), shown(word),
                                did_you_mean(word, level_words)));
        return false;
    }
    entry_.rule.level = *level;
    if (!uses_dane(*level) || defaults_.dnssec == Defaults::Dnssec::asked) return true;
    if (*level == Level::dane_only) {
        wrong(word,
              "level dane-only without smtp_dns_support_level = dnssec: Postfix holds all "
              "such mail back");
        return false;
    }
    entry_.rule.level = Level::may;
    remark(Kind::note, word, "smtp_dns_support_level",
           "level dane without smtp_dns_support_level = dnssec is level may");
    return true;
}

void EntryReader::take_match(std::string_view at, std::string_view value) {
    Rule& rule = entry_.rule;
    if (rule.level == Level::fingerprint) {
        if (std::string why = add_fingerprints(value, "|", defaults_.digest, rule.fingerprints);
            !why.empty())
            wrong(at, "match: " + why);
        return;
    }
    if (rule.level <= Level::encrypt) {
        wrong(at, fmt::format("the attribute match has no meaning at level {}: Postfix would hold "
                              "the mail back",
                              word(rule.level)));
        return;
    }
    if (uses_dane(rule.level)) {
        remark(Kind::note, at, "match",
               fmt::format("match says nothing at level {}: TLSA records do", word(rule.level)));
        return;
    }
    for (const std::string_view name : split(value, ":")) {
        const std::string lower = core::lower(name);
        const std::string_view bare =
            lower.starts_with('.') ? std::string_view(lower).substr(1) : std::string_view(lower);
        if (!is_domain(bare)) {
            wrong(at, fmt::format("match: expected hostname, nexthop, dot-nexthop or names parted "
                                  "by colons, got {}",
                                  shown(name)));
            return;
        }
        rule.match.push_back(lower);
    }
}

void EntryReader::take_protocols(std::string_view at, std::string_view value) {
    versions_ = versions_of(value);
    if (!versions_->wrong.empty())
        wrong(at, "protocols: " + versions_->wrong);
    else if (versions_->older)
        remark(Kind::note, at, "protocols",
               "protocols: TLSv1 and TLSv1.1 are never spoken here (RFC 8996)");
}

void EntryReader::take_ciphers(std::string_view at, std::string_view value) {
    const std::string grade = core::lower(value);
    static const std::vector<std::string_view> grades{"export", "low", "medium", "high", "null"};
    if (std::find(grades.begin(), grades.end(), grade) == grades.end())
        wrong(at, fmt::format("ciphers: expected {}, got {}{}", one_of(grades), shown(value),
                              did_you_mean(grade, grades)));
    else if (grade == "null")
        remark(Kind::unsupported, at, "ciphers",
               "ciphers=null, which encrypts nothing, cannot be played");
}

void EntryReader::take_exclusions(std::string_view at, std::string_view value) {
    const std::string_view counts = first_that_counts(value);
    if (!counts.empty())
        remark(Kind::unsupported, at, "exclude",
               fmt::format("exclude: to leave out {} cannot be played", shown(counts)));
}

void EntryReader::take_server_name(std::string_view at, std::string_view value) {
    const std::string name = core::lower(value);
    if (!is_domain(name))
        wrong(at, fmt::format("servername: expected hostname, nexthop or a name, got {}",
                              shown(value)));
    entry_.rule.server_name = name;
}

void EntryReader::take_switch(std::string_view at, const std::string& name,
                              std::string_view value) {
    const std::string word = core::lower(value);
    if (word != "yes" && word != "no")
        wrong(at, fmt::format("{}: expected yes or no, got {}", name, shown(value)));
    else if (word == "yes")
        remark(Kind::unsupported, at, name, fmt::format("{}=yes cannot be played", name));
}

void EntryReader::take(std::string_view at, const std::string& name, std::string_view value) {
    if (name == "match") return take_match(at, value);
    if (name == "protocols") return take_protocols(at, value);
    if (name == "ciphers") return take_ciphers(at, value);
    if (name == "exclude") return take_exclusions(at, value);
    if (name == "servername") return take_server_name(at, value);
    if (name != "tafile") return take_switch(at, name, value);
    if (entry_.rule.level != Level::verify && entry_.rule.level != Level::secure)
        wrong(at, fmt::format("the attribute tafile has no meaning at level {}: Postfix would hold "
                              "the mail back",
                              word(entry_.rule.level)));
    else
        remark(Kind::unsupported, at, "tafile",
               fmt::format("tafile={}: trust anchors of a file cannot be played", value));
}

void EntryReader::take_attribute(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string name = core::lower(word.substr(0, equals));
    const bool known =
        std::find(attribute_words.begin(), attribute_words.end(), name) != attribute_words.end();
    if (equals == word.npos || equals == 0) {
        wrong(word, fmt::format("expected an attribute as name=value, got {}", shown(word)));
    } else if (!known) {
        wrong(word,
              fmt::format("expected one of the attributes {}, got {}{}", one_of(attribute_words),
                          shown(name), did_you_mean(name, attribute_words)));
    } else if (equals + 1 == word.size() && name != "protocols" && name != "exclude") {
        wrong(word, fmt::format("the attribute {} has no value", name));
    } else if (name != "match" && name != "tafile" && !seen_.insert(name).second) {
        wrong(word, fmt::format("the attribute {} stands here twice", name));
    } else {
        take(word, name, word.substr(equals + 1));
    }
}

// What the entry does not say.
void EntryReader::complete(std::string_view level) {
    Rule& rule = entry_.rule;
    const Entry usual = usual_entry(rule.level, defaults_);
    if (rule.match.empty()) rule.match = usual.rule.match;
    if (rule.fingerprints.empty()) rule.fingerprints = usual.rule.fingerprints;
    if (rule.server_name.empty()) rule.server_name = usual.rule.server_name;
    rule.insecure_mx = usual.rule.insecure_mx;
    entry_.versions = versions_ ? versions_->played : usual.versions;
    if (rule.level == Level::fingerprint && rule.fingerprints.empty())
        wrong(level,
              "level fingerprint: expected match=FINGERPRINT, got none: no certificate "
              "would do");
    if (rule.level == Level::none || !entry_.versions.empty()) return;
    remark(Kind::unsupported, level, "protocols",
           "neither TLSv1.2 nor TLSv1.3 is left, and mailtls speaks no other");
    entry_.versions = usual.versions;
}

std::optional<Entry> EntryReader::read(std::string_view destination, std::string_view value) {
    entry_.file = file_;
    entry_.line = line_.number();
    if (!take_destination(destination)) return std::nullopt;
    const std::vector<std::string_view> words = split(value, comma_or_space);
    if (words.empty()) {
        wrong(destination, fmt::format("expected a level behind the destination {}, got nothing",
                                       shown(destination)));
        return std::nullopt;
    }
    if (!take_level(words[0])) return std::nullopt;
    if (level_of(core::lower(words[0])) == Level::none) {
        if (words.size() > 1)
            remark(Kind::note, words[1], "none", "attributes say nothing at level none");
    } else {
        for (std::size_t i = 1; i < words.size() && remarks_.size() <= most_remarks; ++i)
            take_attribute(words[i]);
    }
    if (sound_) complete(words[0]);
    return sound_ ? std::optional<Entry>(std::move(entry_)) : std::nullopt;
}

int hex_digit(char c) {
    const char l = core::lower(c);
    return l >= '0' && l <= '9' ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace

std::string add_fingerprints(std::string_view list, std::string_view separators,
                             std::string_view digest, std::vector<std::string>& out) {
    static const std::map<std::string_view, std::size_t> sizes{
        {"md5", 16}, {"sha1", 20}, {"sha256", 32}, {"sha384", 48}, {"sha512", 64}};
    const auto size = sizes.find(digest);
    for (const std::string_view item : split(list, separators)) {
        std::string digits, bytes;
        for (const char c : item)
            if (c != ':') digits += c;
        bool sound = digits.size() % 2 == 0;
        for (std::size_t i = 0; sound && i < digits.size(); i += 2) {
            const int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
            sound = high >= 0 && low >= 0;
            if (sound) bytes += static_cast<char>(high * 16 + low);
        }
        if (!sound)
            return fmt::format("expected a fingerprint in hexadecimal, got {}", shown(item));
        if (size != sizes.end() && bytes.size() != size->second)
            return fmt::format("expected a fingerprint of {} bytes ({}), got {}", size->second,
                               digest, bytes.size());
        out.push_back(std::move(bytes));
    }
    return {};
}

std::string_view first_that_counts(std::string_view exclusions) {
    static const std::set<std::string_view> lacking{
        "anull",       "enull",   "null",  "md5",   "des",  "3des", "des-cbc3-sha", "rc4",
        "rc4-sha",     "rc4-md5", "rc2",   "idea",  "seed", "exp",  "export",       "export40",
        "export56",    "low",     "adh",   "aecdh", "psk",  "srp",  "dss",          "adss",
        "kecdhe-null", "sslv2",   "sslv3", "krb5",  "gost"};
    for (const std::string_view word : split(exclusions, ",: \t\r\n"))
        if (!lacking.contains(core::lower(word))) return word;
    return {};
}

Entry usual_entry(Level level, const Defaults& defaults) {
    Entry out;
    out.rule.level = level;
    if (level == Level::verify) out.rule.match = defaults.verify_match;
    if (level == Level::secure) out.rule.match = defaults.secure_match;
    if (level == Level::fingerprint) out.rule.fingerprints = defaults.fingerprints;
    out.rule.server_name = defaults.server_name;
    if (uses_dane(level)) out.rule.insecure_mx = defaults.insecure_mx;
    out.versions = (level <= Level::may ? defaults.protocols : defaults.mandatory_protocols).played;
    return out;
}

Table read_entry(std::string_view destination, std::string_view rule, std::string_view file,
                 int line, const Defaults& defaults) {
    Table out;
    const Line made{std::string(rule), {{0, line}}};
    const bool any = destination == "*";
    EntryReader reader(made, file, defaults, out.remarks);
    std::optional<Entry> entry = reader.read(any ? "any.example" : destination, made.text);
    if (!entry) return out;
    if (any) entry->destination = "*";
    out.entries.push_back(std::move(*entry));
    return out;
}

Table read_table(std::string_view text, std::string_view file, const Defaults& defaults) {
    Table out;
    std::vector<int> stray;
    const std::vector<Line> lines = logical_lines(text, stray);
    for (const int number : stray)
        out.remarks.push_back({Kind::mistake,
                               std::string(file),
                               number,
                               {},
                               "expected a destination at the line's beginning, got white space: "
                               "there is no line to continue"});
    std::map<std::string, int> first;
    for (const Line& line : lines) {
        if (out.remarks.size() > most_remarks) {
            out.remarks.push_back({Kind::mistake,
                                   std::string(file),
                                   line.number(),
                                   {},
                                   "too much is wrong before: the rest is not read"});
            break;
        }
        const std::string_view whole = line.text;
        const std::string_view destination = whole.substr(0, whole.find_first_of(" \t\r\v\f"));
        const auto remark = [&](Kind kind, std::string sentence) {
            out.remarks.push_back({kind, std::string(file), line.number(), std::string(destination),
                                   std::move(sentence)});
        };
        const auto [known, is_new] = first.emplace(core::lower(destination), line.number());
        if (!is_new) {
            remark(Kind::mistake, fmt::format("{} stands in line {} already, which alone counts",
                                              shown(destination), known->second));
            continue;
        }
        EntryReader reader(line, file, defaults, out.remarks);
        std::optional<Entry> entry = reader.read(destination, whole.substr(destination.size()));
        if (entry) out.entries.push_back(std::move(*entry));
    }
    return out;
}

std::string_view host_of(std::string_view destination) {
    if (destination.starts_with('[')) {
        const std::size_t close = destination.find(']');
        return close == destination.npos ? destination.substr(1) : destination.substr(1, close - 1);
    }
    if (destination.starts_with('.')) destination.remove_prefix(1);
    return destination.substr(0, destination.find(':'));
}

const Entry* find(const std::vector<Entry>& entries, std::string_view next_hop) {
    std::string key = core::lower(next_hop);
    for (;;) {
        for (const Entry& entry : entries)
            if (entry.destination == key || entry.destination == "*") return &entry;
        const std::size_t dot =
            is_domain(host_of(key)) && !key.starts_with('[') && key.find(':') == key.npos
                ? key.find('.', 1)
                : key.npos;
        if (dot == key.npos) return nullptr;
        key.erase(0, dot);
    }
}

}  // namespace policy::postfix
