#pragma once
// How the files of each MTA become partners, and what those books share.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/many/policy_rules.hpp"

namespace many {

RuleBook postfix_book(const RuleFiles& files, const std::vector<std::string>& listed);
RuleBook exim_book(const RuleFiles& files, const std::vector<std::string>& listed);
RuleBook opensmtpd_book(const RuleFiles& files, const std::vector<std::string>& listed);

/// The MTA does not begin with it.
bool has_mistake(const std::vector<policy::Remark>& remarks);
/// What is on the machine itself is a filter or a tunnel, and crosses no network.
bool is_here(std::string_view next_hop);

/// Partners as they come, nobody twice, and notes, not too many.
class Roll {
  public:
    explicit Roll(std::string file) : file_(std::move(file)) {}
    void note(int line, std::string sentence);
    bool has_room_for_notes() const { return notes_ < most_notes; }
    /// False: he stands there, or there are too many.
    bool is_new(const std::string& destination);
    void add(Partner partner);
    /// Somebody's mail is held back.
    void hold() { out_.holds_mail = true; }
    /// `remarks` first.
    RuleBook finish(std::vector<policy::Remark> remarks);
    const std::vector<Partner>& partners() const { return out_.partners; }

  private:
    static constexpr std::size_t most_notes = 20;
    std::string file_;
    RuleBook out_;
    std::set<std::string, std::less<>> known_;
    std::size_t notes_ = 0;
};

}  // namespace many
