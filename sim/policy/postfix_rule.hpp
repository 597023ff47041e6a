#pragma once
// The right-hand side of smtp_tls_policy_maps: a level and its attributes.
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/postfix_table.hpp"

namespace policy::postfix {

/// Reads one logical line of a table, as smtp_tls_policy.c does: the first thing that it cannot
/// take ends the reading, and all such mail is held back.
class RuleReader {
  public:
    RuleReader(const Line& line, std::string_view file, const Defaults& defaults,
               std::vector<Remark>& remarks)
        : line_(line), file_(file), defaults_(defaults), remarks_(remarks) {}

    /// Nothing: nobody's next hop is spelled so, or it cannot be played; a remark says which.
    std::optional<Entry> read(std::string_view destination, std::string_view value);

  private:
    void remark(Remark::Kind kind, std::string_view at, std::string_view subject,
                std::string sentence);
    void hold(std::string_view at, std::string sentence);
    bool held() const { return !entry_.rule.held.empty(); }
    bool take_destination(std::string_view word);
    void take_level(std::string_view word);
    void take_attribute(std::string_view word);
    void take(std::string_view at, const std::string& name, std::string_view value);
    void take_match(std::string_view at, std::string_view value);
    void take_protocols(std::string_view at, std::string_view value);
    void take_ciphers(std::string_view at, std::string_view value);
    void take_exclusions(std::string_view at, std::string_view value);
    void take_server_name(std::string_view at, std::string_view value);
    void take_anchors(std::string_view at, std::string_view value);
    void take_switch(std::string_view at, const std::string& name, std::string_view value);
    void pin(std::string_view at, std::string_view list, std::string_view separators);
    void complete(std::string_view level);
    void complete_versions(std::string_view level);

    const Line& line_;
    std::string file_;
    const Defaults& defaults_;
    std::vector<Remark>& remarks_;
    Entry entry_;
    std::set<std::string> seen_;
    std::optional<Versions> versions_;
    std::optional<std::string> grade_;
    std::size_t pins_ = 0, notes_ = 0;
};

}  // namespace policy::postfix
