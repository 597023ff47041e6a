#include "sim/policy/exim_names.hpp"

#include "sim/core/text.hpp"
#include "sim/policy/exim_config.hpp"
#include "sim/policy/exim_lines.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::exim {
namespace {

constexpr std::size_t most_names = 1000;

// Files that a text looks something up in: "lsearch{FILE}" and "lsearch;FILE".
std::vector<std::pair<char, std::string>> files_in(std::string_view text) {
    std::vector<std::pair<char, std::string>> out;
    for (std::size_t at = text.find("search"); at != text.npos; at = text.find("search", at + 6)) {
        std::string_view rest = text.substr(at + 6);
        if (rest.starts_with('*')) rest.remove_prefix(1);
        const bool open = rest.starts_with('{');
        if (!open && !rest.starts_with(';')) continue;
        const char sign = rest.front();
        rest = without_blanks(rest.substr(1));
        const std::string_view path = rest.substr(0, rest.find_first_of(open ? "}" : " :;}\t"));
        if (path.starts_with('/')) out.emplace_back(sign, path);
    }
    return out;
}

}  // namespace

bool Names::is_full(ListOf kind) const {
    return (kind == ListOf::hosts ? hosts_ : domains_).size() >= most_names;
}

// A domain that mail may be sent to, for "*.bob.example" one below it.
void Names::add_name(ListOf kind, std::string_view item) {
    std::string name = core::lower(item);
    const bool below = name.starts_with("*.");
    const std::string bare = below ? name.substr(2) : name;
    if (!is_domain(bare) || is_network(bare) || is_full(kind)) return;
    if (!below && bare.find('.') == bare.npos) return;
    if (below && kind == ListOf::domains) name.replace(0, 1, "any");
    (kind == ListOf::hosts ? hosts_ : domains_).insert(name);
}

void Names::add_keys(ListOf kind, std::string_view path) {
    const KeyFile* const file = known_.files.keys(path);
    if (file == nullptr) return;
    for (const auto& [key, value] : file->pairs) {
        if (is_full(kind)) return;
        add_name(kind, key);
    }
}

// In braces a domain is looked up, even in a list of hosts.
void Names::add_files(ListOf kind, std::string_view text) {
    for (const auto& [sign, path] : files_in(text))
        add_keys(sign == '{' ? ListOf::domains : kind, path);
}

void Names::add_lookups(std::string_view text) { add_files(ListOf::domains, text); }

void Names::add_named(ListOf kind, std::string_view name) {
    const auto& lists = kind == ListOf::hosts ? known_.hosts : known_.domains;
    const auto named = lists.find(name);
    if (seen_.size() >= most_names) return;
    if (named != lists.end() && seen_.emplace(kind, name).second)
        add_list(kind, named->second.text);
}

void Names::add_list(ListOf kind, std::string_view list) {
    add_files(kind, list);
    for (std::size_t at = list.find("{+"); at != list.npos; at = list.find("{+", at + 2))
        add_named(ListOf::domains, list.substr(at + 2, list.find('}', at) - at - 2));
    for (const std::string& item : list_items(list)) {
        if (is_full(kind)) return;
        if (item.starts_with('+')) {
            add_named(kind, std::string_view(item).substr(1));
        } else if (item.starts_with('/')) {
            if (const std::string* const text = known_.files.text(item))
                for (const std::string& line : list_items("<\n " + *text))
                    add_name(kind, without_blanks(line.substr(0, line.find('#'))));
        } else {
            add_name(kind, item);
        }
    }
}

std::vector<std::string> HostList::hosts() const {
    if (known_ == nullptr) return {};
    Names out(*known_);
    out.add_list(ListOf::hosts, text_);
    return out.hosts();
}

std::vector<std::string> HostList::domains() const {
    if (known_ == nullptr) return {};
    Names out(*known_);
    out.add_list(ListOf::hosts, text_);
    return out.domains();
}

}  // namespace policy::exim
