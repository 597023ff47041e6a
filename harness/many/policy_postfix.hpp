#pragma once
// A rule of Postfix for one partner.
#include "harness/many/policy_partner.hpp"
#include "sim/policy/postfix_main.hpp"

namespace many {

/// Whom the sender believes.
enum class Trust : std::uint8_t { public_roots, nobody };

/// What main.cf makes of the sender, beside its rules.
struct SenderFacts {
    Trust trust = Trust::public_roots;
    bool soft_bounce = false, asks_mx = true;
    std::vector<std::string> discards;  ///< EHLO keywords that it takes for absent.
};

class PostfixRule : public PartnerRule {
  public:
    PostfixRule(policy::postfix::Entry entry, SenderFacts sender)
        : entry_(std::move(entry)), sender_(std::move(sender)) {}
    std::string asked() const override { return std::string(word(entry_.asked)); }
    std::string level() const override { return std::string(word(entry_.rule.level)); }
    std::string held() const override { return entry_.rule.held; }
    std::string file() const override { return entry_.file; }
    int line() const override { return entry_.line; }
    bool asks_dane() const override { return policy::uses_dane(entry_.asked); }
    bool follows_mta_sts() const override { return policy::follows_mta_sts(entry_.rule.level); }
    bool shakes_hands(Promise promise) const override;
    script::Value options(const Shown& shown) const override;
    std::string sender_options() const override;
    std::string name_at_address() const override;
    std::string why_nobody() const override;
    std::string kind(const std::string& next_hop, const std::vector<Shown>& all) const override;

  private:
    policy::postfix::Entry entry_;
    SenderFacts sender_;
};

}  // namespace many
