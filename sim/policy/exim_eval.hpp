#pragma once
// Strings that are expanded and lists that are matched, for one domain and one host: chapters 10
// and 11 of Exim's specification. What nobody knows here is unknown, and why.
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/exim_files.hpp"

namespace policy::exim {

struct NamedList {
    std::string text, file;
    int line = 0;
};

/// What a configuration knows beyond its routers and transports.
struct Known {
    explicit Known(const Beside& beside) : files(beside) {}
    std::map<std::string, NamedList, std::less<>> domains, hosts;
    std::string primary_hostname, qualify_domain, qualify_recipient;  ///< Empty: not set.
    mutable Files files;  ///< A cache of what is asked for.
};

/// What is known of a delivery. Empty: nobody knows.
struct Scene {
    std::string domain;
    std::string host, address;  ///< The one that mail is sent to.
};

/// What becomes of a string.
struct Expanded {
    enum class State : std::uint8_t {
        text,
        forced_failure,  ///< "fail" in the place of a string.
        unknown,         ///< It needs what nobody knows here; `text` has `gap` there.
        wrong            ///< Exim fails, too.
    } state = State::text;
    std::string text;
    std::string why;  ///< Of unknown and wrong.
    bool known() const { return state == State::text; }
};
/// Stands in a text where something unknown is.
inline constexpr char gap = '\x01';

enum class ListOf : std::uint8_t { domains, hosts };

class Evaluator {
  public:
    Evaluator(const Known& known, const Scene& scene) : known_(known), scene_(scene) {}
    Expanded expand(std::string_view text);
    /// Is it in the list? The list is expanded first. Of hosts the scene's is sought.
    Found in_list(ListOf kind, std::string_view list, std::string_view subject);
    /// The same, where the list is one item and no more (a pattern of route_list).
    Found fits_item(ListOf kind, std::string_view item, std::string_view subject);
    /// "$domain_data": what a router's `domains` found.
    void set_domain_data(std::string data) { domain_data_ = std::move(data); }
    /// What was done so far: where much is asked, somebody has to end it.
    std::size_t steps() const { return steps_; }
    void set_variable(std::string name, std::string value) { set_[std::move(name)] = value; }

  private:
    // exim_expand.cpp
    bool run(std::string_view text, std::string& out);
    bool escape(std::string_view& rest, std::string& out);
    bool dollar(std::string_view& rest, std::string& out);
    bool in_braces(std::string_view inside, std::string& out);
    bool variable(std::string_view name, std::string& out);
    bool operation(std::string_view name, std::string_view text, std::string& out);
    bool item(std::string_view name, std::string_view rest, std::string& out);
    bool item_if(std::string_view rest, std::string& out);
    bool item_lookup(std::string_view rest, std::string& out);
    bool item_extract(std::string_view rest, std::string& out);
    bool branches(std::string_view rest, const Found& found, std::string_view without,
                  std::string& out);
    bool both_branches(std::string_view yes, std::string_view no, const std::string& why,
                       std::string& out);
    std::optional<std::string_view> braced(std::string_view& rest);
    bool argument(std::string_view& rest, std::string& out);
    bool unknown(std::string why, std::string& out);
    bool wrong(std::string why);
    // exim_condition.cpp
    std::optional<Answer> condition(std::string_view& rest);
    std::optional<Answer> plain_condition(std::string_view name, std::string_view& rest);
    std::optional<Answer> truth(bool lax, std::string_view text);
    std::optional<Answer> all_or_any(std::string_view name, std::string_view& rest);
    std::optional<Answer> compared(std::string_view name, const std::string& a,
                                   const std::string& b);
    std::optional<Answer> in_given_list(std::string_view name, const std::string& a,
                                        std::string_view list);
    Answer nobody_knows(std::string why);
    // exim_list.cpp
    Found in_expanded(ListOf kind, std::string_view list, std::string_view subject);
    Found item_answer(ListOf kind, std::string_view item, std::string_view subject);
    Found in_named(ListOf kind, std::string_view name, std::string_view subject);
    Found in_file(ListOf kind, std::string_view path, std::string_view subject, bool& negated);
    Found host_item(std::string_view item);
    Found string_item(std::string_view item, std::string_view subject);
    bool deeper();

    const Known& known_;
    Scene scene_;
    std::optional<std::string> value_;
    std::optional<std::string> domain_data_;
    std::map<std::string, std::string, std::less<>> set_;
    std::string why_unknown_, failure_;
    bool forced_ = false;
    int depth_ = 0;
    std::size_t steps_ = 0;
};

/// The items of a list: colons part them, or what stands behind "<"; doubled, they are one of the
/// item's own (section 6.20).
std::vector<std::string> list_items(std::string_view list, char separator = ':');
/// An address, or one with "/" and a number of bits.
bool is_network(std::string_view text);
bool is_in_network(std::string_view address, std::string_view network);

}  // namespace policy::exim
