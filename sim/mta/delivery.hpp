#pragma once
// One attempt to deliver one mail to one domain: from the MX look-up to the last host tried.
#include <optional>

#include "sim/mta/outbound.hpp"

namespace mta {

class Delivery {
  public:
    /// `domain`: whose recipients are meant; or the next hop that takes all of them.
    Delivery(Outbound& outbound, QueuedMail& mail, std::string domain);
    /// Leaves its outcome in the mail's recipients.
    Task<Unit> run();

  private:
    class Protection;
    enum class Clear : std::uint8_t { not_now, now };
    /// What one host must reach, and by which requirement.
    struct Terms {
        policy::Requirement wanted;
        policy::Plan plan;
    };
    enum class Demand : std::uint8_t { none, require_tls, tls_optional };
    Demand demand() const;
    void forewarn();
    void take_rules(const Rulebook& rulebook);
    Task<std::vector<Route>> routes();
    Task<std::vector<Route>> named_routes(Asker asker);
    Task<Unit> find_policy();
    void give_up_on_requiretls();
    void count(const policy::DnsFacts& dns, const Terms& terms, const Route& route,
               const Protection* session) const;
    Task<Unit> try_host(Route route);
    Task<Unit> again_in_clear(Route route, Terms terms, trace::ConnectionId failed,
                              std::string_view why);
    Terms terms_for(const policy::DnsFacts& dns, const Route& route) const;
    Terms usual_terms(const policy::DnsFacts& dns, const Route& route) const;
    bool is_secure(const Route& route) const;
    std::optional<policy::Judgement> refuse_unproven(const Route& route) const;
    Terms required_terms(const policy::DnsFacts& dns, const Route& route) const;
    bool flawed(SenderFlaw flaw) const { return settings_->flaws.contains(flaw); }
    Task<smtp::Receipt> session(Route route, Protection& protection);
    void take_outcome(const smtp::Receipt& receipt, const Route& route,
                      trace::ConnectionId connection);
    void report(const smtp::Receipt& receipt, const Route& route, trace::ConnectionId connection,
                std::vector<std::string> taken);
    void fail_open(const Failure& failure, const std::string& remote = {});
    bool open(const QueuedMail::Recipient& recipient) const;
    bool anyone_open() const;
    const policy::ClearText& clear_text(const policy::Requirement& wanted) const {
        return wanted.clear_text ? *wanted.clear_text : settings_->habits.clear_text;
    }
    policy::Fallback fallback(policy::TlsFailure failure, const policy::Requirement& wanted,
                              const policy::Plan& plan) const;
    policy::Fallback fallback_after(const Protection& session, const Result<smtp::Receipt>& receipt,
                                    const Terms& terms) const;
    bool asks_for_tlsa(const policy::Requirement& wanted) const;
    std::optional<policy::Judgement> compare_with_memory(policy::Protected now);
    smtp::Message message_for_open() const;
    void record(trace::ConnectionId connection, const policy::Requirement& wanted,
                const policy::Judgement& judgement);

    Outbound& outbound_;
    Services& services_;
    QueuedMail& mail_;
    std::string domain_;
    std::optional<std::string> literal_;  ///< The address, where `domain_` is one.
    std::shared_ptr<const OutboundSettings> settings_;
    NextHop next_hop_;
    std::optional<Rulebook::Way> way_;  ///< Where the MTA's own configuration decides.
    Outbound::Target target_;
    StsPolicies::Lookup sts_;
    Duration age_;
    int sessions_ = 0, most_sessions_;
    std::uint16_t best_preference_ = 0;  ///< Of all hosts found.
    bool at_last_host_ = false;          ///< Of them.
};

}  // namespace mta
