#include "sim/policy/postfix_table.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"
#include "sim/policy/postfix_rule.hpp"

namespace policy::postfix {
namespace {

using Kind = Remark::Kind;

int hex_digit(char c) {
    const char l = core::lower(c);
    return l >= '0' && l <= '9' ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// Bytes of a fingerprint, with colons or without; nothing where it is none.
std::optional<std::string> bytes_of(std::string_view item) {
    std::string digits, bytes;
    for (const char c : item)
        if (c != ':') digits += c;
    if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

const std::map<std::string_view, std::size_t>& digest_sizes() {
    static const std::map<std::string_view, std::size_t> sizes{
        {"md5", 16}, {"sha1", 20}, {"sha224", 28}, {"sha256", 32}, {"sha384", 48}, {"sha512", 64}};
    return sizes;
}

// Reads a text line by line.
class TableReader {
  public:
    TableReader(std::string_view file, const Defaults& defaults, TableKind kind)
        : file_(file), defaults_(defaults), kind_(kind) {}
    Table read(std::string_view text);

  private:
    void remark(Kind kind, int line, std::string_view subject, std::string sentence) {
        out_.remarks.push_back({kind, file_, line, std::string(subject), std::move(sentence)});
    }
    bool take(const Line& line);
    bool is_new(std::string_view destination, const Line& line);

    std::string file_;
    const Defaults& defaults_;
    TableKind kind_;
    void bound_notes();

    std::map<std::string, int> first_;
    Table out_;
    std::size_t notes_ = 0, left_out_ = 0, looked_at_ = 0;
};

// False: the table as a whole fails.
bool TableReader::is_new(std::string_view destination, const Line& line) {
    const auto [known, added] = first_.emplace(core::lower(destination), line.number());
    if (added) return true;
    const std::string twice =
        fmt::format("{} stands in line {} already", shown(destination), known->second);
    if (kind_ == TableKind::texthash)
        out_ = failing_table(twice + ": texthash fails as a whole, and Postfix holds all mail back",
                             file_, line.number());
    else
        remark(Kind::note, line.number(), destination, twice + ", which alone counts");
    return false;
}

bool TableReader::take(const Line& line) {
    const std::string_view whole = line.text;
    const std::string_view destination = whole.substr(0, whole.find_first_of(" \t\r\v\f"));
    const std::string_view value = whole.substr(destination.size());
    if (core::trimmed(value).empty()) {
        remark(Kind::note, line.number(), destination,
               fmt::format("expected a level behind the destination {}, got nothing: Postfix "
                           "passes over the line",
                           shown(destination)));
        return true;
    }
    if (!is_new(destination, line)) return kind_ == TableKind::compiled;
    std::optional<Entry> entry =
        RuleReader(line, file_, defaults_, out_.remarks).read(destination, value);
    if (entry) out_.entries.push_back(std::move(*entry));
    return true;
}

// Of what changes nothing, the first are told, and how many more there are.
void TableReader::bound_notes() {
    std::vector<Remark>& all = out_.remarks;
    const auto is_too_many = [&](const Remark& r) {
        return r.kind == Kind::note && ++notes_ > most_remarks && ++left_out_ > 0;
    };
    all.erase(std::remove_if(all.begin() + static_cast<std::ptrdiff_t>(looked_at_), all.end(),
                             is_too_many),
              all.end());
    looked_at_ = all.size();
}

Table TableReader::read(std::string_view text) {
    std::vector<int> stray;
    const std::vector<Line> lines = logical_lines(text, stray);
    for (const int number : stray) {
        if (out_.remarks.size() > most_remarks) break;
        remark(Kind::note, number, {},
               "expected a destination at the line's beginning, got white space: there is no line "
               "to continue, and Postfix passes over it");
    }
    for (const Line& line : lines) {
        bound_notes();
        if (out_.remarks.size() - std::min(notes_, most_remarks) > most_remarks) {
            remark(Kind::mistake, line.number(), {},
                   "too much is wrong before: the rest is not read");
            break;
        }
        if (!take(line)) {
            looked_at_ = 0;
            break;
        }
    }
    bound_notes();
    if (left_out_ > 0)
        remark(Kind::note, 0, {}, fmt::format("{} more notes of this kind", left_out_));
    return std::move(out_);
}

}  // namespace

std::size_t add_fingerprints(std::string_view list, std::string_view separators,
                             std::string_view digest, std::vector<std::string>& out,
                             std::string& wrong) {
    const auto size = digest_sizes().find(digest);
    std::size_t count = 0;
    for (const std::string_view item : split(list, separators)) {
        std::optional<std::string> bytes = bytes_of(item);
        if (!bytes) {
            if (wrong.empty())
                wrong = fmt::format("expected a fingerprint in hexadecimal, got {}", shown(item));
            continue;
        }
        ++count;
        if (size != digest_sizes().end() && bytes->size() == size->second)
            out.push_back(std::move(*bytes));
        else if (wrong.empty())
            wrong = fmt::format(
                "expected a fingerprint of {} bytes ({}), got {}: no certificate "
                "has that one",
                size == digest_sizes().end() ? 0 : size->second, digest, bytes->size());
    }
    return count;
}

bool is_digest(std::string_view word) { return digest_sizes().contains(word); }

// "A+B" is what is both, and a suite's full name has its parts between hyphens: where one of them
// is lacking, so is the whole.
std::string_view first_that_counts(std::string_view exclusions) {
    static const std::set<std::string_view> lacking{
        "anull",    "enull",    "null", "md5",    "des",   "3des",  "cbc3",
        "rc4",      "rc2",      "idea", "seed",   "exp",   "gost",  "export",
        "export40", "export56", "low",  "medium", "adh",   "aecdh", "psk",
        "srp",      "dss",      "adss", "dsa",    "sslv2", "sslv3", "krb5"};
    for (const std::string_view word : split(exclusions, ",: \t\r\n")) {
        const std::string lower = core::lower(word);
        const auto parts = split(lower, "-+");
        const bool plain = !lower.empty() && is_letter_or_digit(lower.front());
        const auto lacks = [&](std::string_view part) { return lacking.contains(part); };
        if (!plain || std::none_of(parts.begin(), parts.end(), lacks)) return word;
    }
    return {};
}

std::string grade_wrong(std::string_view grade) {
    static const std::vector<std::string_view> grades{"export", "low", "medium", "high", "null"};
    const std::string lower = core::lower(grade);
    if (std::find(grades.begin(), grades.end(), lower) != grades.end()) return {};
    return fmt::format("expected {}, got {}{}", one_of(grades), shown(grade),
                       did_you_mean(lower, grades));
}

Entry usual_entry(Level level, const Defaults& defaults) {
    Entry out;
    out.rule.level = out.asked = level;
    if (level == Level::verify) out.rule.match = defaults.verify_match;
    if (level == Level::secure) out.rule.match = defaults.secure_match;
    if (level == Level::verify || level == Level::secure) out.anchor_files = defaults.anchor_files;
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
    std::optional<Entry> entry = RuleReader(made, file, defaults, out.remarks)
                                     .read(any ? "any.example" : destination, made.text);
    if (!entry) return out;
    if (any) entry->destination = "*";
    out.entries.push_back(std::move(*entry));
    return out;
}

Table failing_table(std::string sentence, std::string_view file, int line) {
    Table out;
    out.remarks.push_back({Kind::harm, std::string(file), line, "*", std::move(sentence)});
    Entry entry;
    entry.destination = "*";
    entry.file = file;
    entry.line = line;
    entry.versions = {"TLSv1.2", "TLSv1.3"};
    entry.rule.held =
        fmt::format("client TLS configuration problem ({})", out.remarks.back().text());
    out.entries.push_back(std::move(entry));
    return out;
}

Table read_table(std::string_view text, std::string_view file, const Defaults& defaults,
                 TableKind kind) {
    return TableReader(file, defaults, kind).read(text);
}

bool is_address(std::string_view host) {
    if (host.starts_with("ipv6:")) host.remove_prefix(5);
    const bool has_colons = host.find(':') != host.npos;
    return !host.empty() &&
           host.find_first_not_of(has_colons ? "0123456789abcdef:." : "0123456789.") == host.npos;
}

bool is_next_hop(std::string_view text) {
    const bool bracketed = text.starts_with('[');
    const std::size_t end = text.find(bracketed ? ']' : ':');
    if (text.starts_with('.') || (bracketed && end == text.npos)) return false;
    const std::string_view host = host_of(text);
    const std::string_view rest = end == text.npos ? "" : text.substr(end + (bracketed ? 1 : 0));
    const bool port = rest.empty() || (rest.size() > 1 && rest.front() == ':' &&
                                       std::all_of(rest.begin() + 1, rest.end(), [](char c) {
                                           return is_letter_or_digit(c) || c == '-';
                                       }));
    return port && (is_hostname(host) || (bracketed && is_address(host)));
}

std::string_view host_of(std::string_view destination) {
    if (destination.starts_with('[')) {
        const std::size_t close = destination.find(']');
        return close == destination.npos ? destination.substr(1) : destination.substr(1, close - 1);
    }
    if (destination.starts_with('.')) destination.remove_prefix(1);
    return destination.substr(0, destination.find(':'));
}

bool lists_names(const std::vector<std::string>& match) {
    static const std::set<std::string_view> words{"hostname", "nexthop", "dot-nexthop"};
    return std::any_of(match.begin(), match.end(),
                       [](const std::string& name) { return !words.contains(name); });
}

bool is_hostname(std::string_view text) {
    if (text.size() > 255) return false;
    bool letters = false;
    for (;;) {
        const std::string_view label = text.substr(0, text.find('.'));
        const auto fits = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; };
        if (label.size() > 63 || !all(label, fits)) return false;
        if (label.front() == '-' || label.back() == '-') return false;
        letters = letters || label.find_first_not_of("0123456789") != label.npos;
        if (label.size() == text.size()) return letters;
        text.remove_prefix(label.size() + 1);
    }
}

Index::Index(const std::vector<Entry>& entries) : entries_(entries), star_(entries.size()) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].destination == "*")
            star_ = std::min(star_, i);
        else
            first_.emplace(entries[i].destination, i);
    }
}

const Entry* Index::find(std::string_view next_hop) const {
    const std::string key = core::lower(next_hop);
    const bool bare = is_hostname(key);
    for (std::string_view left = key;;) {
        const auto known = first_.find(left);
        const std::size_t at = known == first_.end() ? star_ : std::min(star_, known->second);
        if (at < entries_.size()) return &entries_[at];
        const std::size_t dot = bare ? left.find('.', 1) : left.npos;
        if (dot == left.npos) return nullptr;
        left.remove_prefix(dot);
    }
}

}  // namespace policy::postfix
