#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/postfix_main.hpp"

namespace policy::postfix {
namespace {

using core::trimmed;
using Kind = Remark::Kind;

// One table of a list, as far as its text can be had.
struct Source {
    enum class Kind : std::uint8_t {
        text,    ///< Lines of key and value.
        pairs,   ///< inline:
        star,    ///< static: one value for every key.
        failing  ///< fail:, or what begins none.
    } kind = Kind::text;
    std::string text, name;
    TableKind lines = TableKind::compiled;
    std::vector<std::pair<std::string, std::string>> pairs;
};

class MapsReader {
  public:
    MapsReader(const Maps& maps, const Beside& beside, const Answers& answers,
               std::vector<Remark>& remarks)
        : maps_(maps), beside_(beside), answers_(answers), remarks_(remarks) {}
    std::vector<Source> read();

  private:
    void remark(Kind kind, std::string sentence) {
        remarks_.push_back({kind, maps_.file, maps_.line, maps_.setting, std::move(sentence)});
    }
    void take(std::string_view map);
    void take_inline(std::string_view list);
    void take_file(std::string_view name, TableKind kind);
    void take_answers(std::string_view map);
    std::string answered();

    const Maps& maps_;
    const Beside& beside_;
    const Answers& answers_;
    std::vector<Remark>& remarks_;
    std::vector<Source> out_;
};

void MapsReader::take_inline(std::string_view list) {
    const auto pairs = split_braced(unbraced(list));
    if (!list.starts_with('{') || !list.ends_with('}') || !pairs)
        return remark(Kind::mistake, fmt::format("inline: expected {{ destination = rule, … }}, "
                                                 "got {}",
                                                 shown(list)));
    Source made{Source::Kind::pairs, {}, maps_.file, TableKind::compiled, {}};
    for (const std::string_view pair : *pairs) {
        const std::string_view bare = unbraced(pair);
        const std::size_t equals = bare.find('=');
        if (equals == bare.npos)
            remark(Kind::mistake,
                   fmt::format("inline: expected destination = rule, got {}", shown(bare)));
        else
            made.pairs.emplace_back(trimmed(bare.substr(0, equals)),
                                    unbraced(trimmed(bare.substr(equals + 1))));
    }
    out_.push_back(std::move(made));
}

void MapsReader::take_file(std::string_view name, TableKind kind) {
    const std::size_t slash = name.rfind('/');
    const std::string base(name.substr(slash == name.npos ? 0 : slash + 1));
    core::Result<std::string> text = beside_(base);
    if (!text.ok()) return remark(Kind::mistake, text.failure().detail);
    out_.push_back({Source::Kind::text, std::move(text.value()), base, kind, {}});
}

// What the answers say of this setting. A line "transport_maps:" stands above what tables of that
// setting alone answer; what stands above the first such line, any table does. Lines of others
// become empty, so that those that are left keep their numbers.
std::string MapsReader::answered() {
    static const std::vector<std::string_view> settings{"smtp_tls_policy_maps", "transport_maps",
                                                        "sender_dependent_relayhost_maps"};
    std::string out;
    bool counts = true;
    int line = 0;
    for (std::string_view text = *answers_.text; !text.empty(); out += '\n') {
        const std::string_view whole = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), whole.size() + 1));
        ++line;
        std::string_view name = trimmed(whole);
        const bool heads =
            name.size() > 1 && name.ends_with(':') && name.find_first_of(" \t[.@#") == name.npos;
        if (!heads) {
            if (counts) out += whole;
            continue;
        }
        name.remove_suffix(1);
        counts = core::lower(name) == maps_.setting;
        if (std::find(settings.begin(), settings.end(), core::lower(name)) == settings.end())
            remarks_.push_back(
                {Kind::mistake, answers_.file, line, maps_.setting,
                 fmt::format("expected {}, and a colon, got {}{}", one_of(settings), shown(name),
                             did_you_mean(core::lower(name), settings))});
    }
    return out;
}

void MapsReader::take_answers(std::string_view map) {
    if (answers_.text != nullptr) {
        out_.push_back({Source::Kind::text, answered(), answers_.file, TableKind::compiled, {}});
        return;
    }
    const std::string_view like =
        maps_.setting == "smtp_tls_policy_maps" ? "partner.example encrypt"
        : maps_.setting == "transport_maps"     ? "partner.example smtp:[host]"
                                                : "@own.example [host]:587";
    remark(Kind::unsupported,
           fmt::format("{} cannot be asked here: hand in what it answers (--answers FILE: a line "
                       "for each key, as \"{}\")",
                       shown(map), like));
}

void MapsReader::take(std::string_view map) {
    static const std::set<std::string_view> of_text{"hash", "btree", "lmdb", "cdb", "dbm", "sdbm"};
    static const std::set<std::string_view> asked{
        "cidr",   "environ", "ldap",      "memcache", "mongodb",  "mysql", "netinfo",
        "nis",    "nisplus", "pcre",      "pgsql",    "pipemap",  "proxy", "randmap",
        "regexp", "sqlite",  "socketmap", "tcp",      "unionmap", "unix"};
    std::size_t colon = map.find(':');
    if (map.substr(0, colon) == "proxy" && colon != map.npos) {
        map.remove_prefix(colon + 1);
        colon = map.find(':');
    }
    if (colon == map.npos || colon + 1 == map.size())
        return remark(Kind::mistake, fmt::format("expected type:table, got {}", shown(map)));
    const std::string_view type = map.substr(0, colon), name = map.substr(colon + 1);
    if (type == "inline") return take_inline(name);
    if (type == "static") {
        out_.push_back(
            {Source::Kind::star, std::string(unbraced(name)), maps_.file, TableKind::compiled, {}});
        return;
    }
    if (type == "fail") {
        out_.push_back({Source::Kind::failing,
                        "fail: fails for every key",
                        maps_.file,
                        TableKind::compiled,
                        {}});
        return;
    }
    if (type == "texthash") return take_file(name, TableKind::texthash);
    if (of_text.contains(type)) return take_file(name, TableKind::compiled);
    if (asked.contains(type)) return take_answers(map);
    remark(Kind::mistake,
           fmt::format("expected a type of tables, as hash or texthash, got {}", shown(type)));
}

std::vector<Source> MapsReader::read() {
    const auto maps = split_braced(maps_.list);
    if (!maps)
        remark(Kind::mistake, fmt::format("{}: a brace is not closed", maps_.setting));
    else
        for (const std::string_view map : *maps) take(map);
    return std::move(out_);
}

void append(Table& out, Table more) {
    for (Entry& entry : more.entries) out.entries.push_back(std::move(entry));
    for (Remark& remark : more.remarks) out.remarks.push_back(std::move(remark));
}

}  // namespace

Table read_maps(const Maps& maps, const Defaults& defaults, const Beside& beside,
                const Answers& answers) {
    Table out;
    for (const Source& source : MapsReader(maps, beside, answers, out.remarks).read()) {
        switch (source.kind) {
            case Source::Kind::text:
                append(out, read_table(source.text, source.name, defaults, source.lines));
                break;
            case Source::Kind::pairs:
                for (const auto& [key, value] : source.pairs)
                    append(out, read_entry(key == "*" ? "*." : key, value, maps.file, maps.line,
                                           defaults));
                break;
            case Source::Kind::star:
                append(out, read_entry("*", source.text, maps.file, maps.line, defaults));
                break;
            case Source::Kind::failing:
                append(out, failing_table(source.text, maps.file, maps.line));
                break;
        }
    }
    return out;
}

std::vector<Pair> read_pairs(const Maps& maps, const Beside& beside, const Answers& answers,
                             std::vector<Remark>& remarks) {
    std::vector<Pair> out;
    for (const Source& source : MapsReader(maps, beside, answers, remarks).read()) {
        if (source.kind == Source::Kind::star)
            out.push_back({"*", source.text, maps.file, maps.line});
        for (const auto& [key, value] : source.pairs)
            out.push_back({core::lower(key), value, maps.file, maps.line});
        if (source.kind != Source::Kind::text) continue;
        std::vector<int> stray;
        for (const Line& line : logical_lines(source.text, stray)) {
            const std::string_view whole = line.text;
            const std::string_view key = whole.substr(0, whole.find_first_of(" \t\r\v\f"));
            const std::string_view value = trimmed(whole.substr(key.size()));
            if (!value.empty())
                out.push_back({core::lower(key), std::string(value), source.name, line.number()});
        }
    }
    return out;
}

}  // namespace policy::postfix
