#include <set>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/postfix_main.hpp"

namespace policy::postfix {
namespace {

using core::trimmed;
using Kind = Remark::Kind;

// Words parted by commas or space; what stands in braces stays whole. False: a brace is not closed.
bool split_braced(std::string_view text, std::vector<std::string_view>& out) {
    for (std::size_t at = 0; at < text.size();) {
        at = text.find_first_not_of(comma_or_space, at);
        if (at == text.npos) break;
        const std::size_t begin = at;
        int depth = 0;
        while (at < text.size() && (depth > 0 || comma_or_space.find(text[at]) == text.npos)) {
            if (text[at] == '{') ++depth;
            if (text[at] == '}') --depth;
            ++at;
        }
        if (depth != 0) return false;
        out.push_back(text.substr(begin, at - begin));
    }
    return true;
}

std::string_view unbraced(std::string_view text) {
    if (!text.starts_with('{') || !text.ends_with('}') || text.size() < 2) return text;
    return trimmed(text.substr(1, text.size() - 2));
}

class MapsReader {
  public:
    MapsReader(const Main& main, std::string_view file, const Beside& beside)
        : main_(main), file_(file), beside_(beside) {}
    Table read();

  private:
    void remark(Kind kind, std::string sentence) {
        out_.remarks.push_back(
            {kind, file_, main_.maps_line, "smtp_tls_policy_maps", std::move(sentence)});
    }
    void add(Table table) {
        for (Entry& entry : table.entries) out_.entries.push_back(std::move(entry));
        for (Remark& one : table.remarks) out_.remarks.push_back(std::move(one));
    }
    void take(std::string_view map);
    void take_inline(std::string_view list);
    void take_file(std::string_view name);

    const Main& main_;
    std::string file_;
    const Beside& beside_;
    Table out_;
};

void MapsReader::take_inline(std::string_view list) {
    std::vector<std::string_view> pairs;
    if (!list.starts_with('{') || !list.ends_with('}') || !split_braced(unbraced(list), pairs))
        return remark(Kind::mistake, fmt::format("inline: expected {{ destination = rule, … }}, "
                                                 "got {}",
                                                 shown(list)));
    for (const std::string_view pair : pairs) {
        const std::string_view bare = unbraced(pair);
        const std::size_t equals = bare.find('=');
        if (equals == bare.npos) {
            remark(Kind::mistake,
                   fmt::format("inline: expected destination = rule, got {}", shown(bare)));
            continue;
        }
        add(read_entry(trimmed(bare.substr(0, equals)), unbraced(trimmed(bare.substr(equals + 1))),
                       file_, main_.maps_line, main_.defaults));
    }
}

void MapsReader::take_file(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    const std::string base(name.substr(slash == name.npos ? 0 : slash + 1));
    const core::Result<std::string> text = beside_(base);
    if (!text.ok()) return remark(Kind::mistake, text.failure().detail);
    add(read_table(text.value(), base, main_.defaults));
}

void MapsReader::take(std::string_view map) {
    static const std::set<std::string_view> of_text{"texthash", "hash", "btree", "lmdb",
                                                    "cdb",      "dbm",  "sdbm"};
    std::size_t colon = map.find(':');
    if (map.substr(0, colon) == "proxy" && colon != map.npos) {
        map.remove_prefix(colon + 1);
        colon = map.find(':');
    }
    if (colon == map.npos || colon + 1 == map.size())
        return remark(Kind::mistake, fmt::format("expected type:table, got {}", shown(map)));
    const std::string_view type = map.substr(0, colon), name = map.substr(colon + 1);
    if (type == "inline") return take_inline(name);
    if (type == "static")
        return add(read_entry("*", unbraced(name), file_, main_.maps_line, main_.defaults));
    if (of_text.contains(type)) return take_file(name);
    remark(Kind::unsupported,
           fmt::format("{} cannot be read: of tables, inline, static, texthash, hash, btree, lmdb "
                       "and cdb are",
                       shown(map)));
}

Table MapsReader::read() {
    std::vector<std::string_view> maps;
    if (!split_braced(main_.maps, maps))
        remark(Kind::mistake, "smtp_tls_policy_maps: a brace is not closed");
    for (const std::string_view map : maps) take(map);
    return std::move(out_);
}

}  // namespace

Table read_maps(const Main& main, std::string_view file, const Beside& beside) {
    return MapsReader(main, file, beside).read();
}

}  // namespace policy::postfix
