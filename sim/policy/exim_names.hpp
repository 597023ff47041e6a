#pragma once
// Whom lists name, so far as they are text: for whoever asks about each of them.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/exim_eval.hpp"

namespace policy::exim {

/// Domains and hosts of lists, of each at most a thousand.
class Names {
  public:
    explicit Names(const Known& known) : known_(known) {}
    /// A list of domains, or of hosts: its items, those of named lists and of files; and the keys
    /// of files that it looks a domain up in.
    void add_list(ListOf kind, std::string_view list);
    /// The keys of files that a text looks a domain up in: "lsearch{FILE}".
    void add_lookups(std::string_view text);
    /// "any.bob.example" for "*.bob.example".
    std::vector<std::string> domains() const { return {domains_.begin(), domains_.end()}; }
    /// Names; "*.bob.example" stays.
    std::vector<std::string> hosts() const { return {hosts_.begin(), hosts_.end()}; }

  private:
    void add_name(ListOf kind, std::string_view item);
    void add_keys(ListOf kind, std::string_view path);
    void add_named(ListOf kind, std::string_view name);
    void add_files(ListOf kind, std::string_view text);
    bool is_full(ListOf kind) const;

    const Known& known_;
    std::set<std::string> domains_, hosts_;
    std::set<std::pair<ListOf, std::string>> seen_;  ///< Named lists, each once.
};

}  // namespace policy::exim
