#pragma once
// The sending side of a gateway: a queue, a schedule, attempts, and a bounce when all is in vain.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/mta/mta_sts.hpp"
#include "sim/mta/personality.hpp"
#include "sim/mta/routing.hpp"
#include "sim/mta/rulebook.hpp"
#include "sim/mta/services.hpp"
#include "sim/mta/tls_reports.hpp"
#include "sim/policy/judge.hpp"
#include "sim/policy/least.hpp"
#include "sim/smtp/client.hpp"

namespace mta {

/// Wrong on purpose, for teaching and for proving that the checks bite.
enum class SenderFlaw : std::uint8_t {
    keeps_old_extensions,
    ignores_certificate_names,
    clear_text_under_enforce,
    matches_policy_against_certificate,  ///< STS-19 is not asked of the MX host's name.
    lets_mta_sts_override_dane,          ///< STS-29.
    fetches_policies_late,               ///< The first mail goes before the policy is there.
    star_stands_for_several_labels,      ///< STS-19: "*.example" allows a.b.example.
    takes_unproven_dns_for_forged,       ///< DANE-01: insecure is not bogus.
    keeps_replies_from_before_tls,       ///< TLS-21.
};
/// Does a sender look for MTA-STS policies?
enum class MtaSts : std::uint8_t { ignored, followed };

/// What a mail that demands TLS all the way must find at the next host (RFC 8689 section 4.2.1).
enum class RequireTlsWay : std::uint8_t {
    strict,
    relaxed,  ///< REQUIRETLS need not be offered.
};
/// What a sender keeps of the sessions it had.
enum class Remembers : std::uint8_t { nothing, protection };

/// How mail for one destination is sent.
struct Destination {
    policy::Requirement wanted;
    tls::Settings tls;
};

struct OutboundSettings {
    Destination usual;
    std::map<std::string, Destination> special;  ///< By recipient domain, lower case.
    SenderHabits habits = usual_personality().sender;
    Addresses addresses = Addresses::ipv4;
    MtaSts mta_sts = MtaSts::ignored;
    /// Of domains without a rule of their own, and where no host was written down.
    policy::MxProof mx_proof = policy::MxProof::nothing;
    RequireTlsWay requiretls = RequireTlsWay::strict;
    Remembers remembers = Remembers::nothing;
    std::string reports_for;        ///< Sends TLS reports in this domain's name; empty: none.
    std::set<std::string> domains;  ///< Its own: reports to their people are handed over here.
    NextHop relays_to;              ///< All mail goes to this host (a smart host); empty: by MX.
    /// How rules spell that host, as "[mx.bob.example]:587" or "mx.bob.example:587"; empty: in
    /// brackets, with any port.
    std::string relays_as;
    /// Are MX records asked for? Else a domain is a host (Postfix: smtp_dns_support_level =
    /// disabled).
    enum class Exchangers : std::uint8_t { asked, not_asked } exchangers = Exchangers::asked;
    /// In the place of `usual` and `special`, and where nobody named a next hop; may be null.
    std::shared_ptr<const Rulebook> rulebook;
    std::vector<tls::Settings> rule_tls;  ///< As the rulebook numbers them.
    std::set<SenderFlaw> flaws;
    std::set<ReportFlaw> report_flaws;
};

/// A mail in the queue.
struct QueuedMail {
    struct Recipient {
        std::string address;
        enum class Fate : std::uint8_t { pending, delivered, bounced } fate = Fate::pending;
        std::optional<Failure> last_failure;
        std::string remote;  ///< The host that failed it last; empty: none was reached.
    };
    smtp::Message message;
    std::vector<Recipient> recipients;
    Instant arrived;
    bool tls_report = false;  ///< It may not be held back by what it reports (RPT-03).
    NextHop next_hop;         ///< Where there is one.
    std::uint32_t attempts = 0;
    Duration last_gap = {};  ///< Between the last two attempts as planned; zero: there was one.

    bool settled() const {
        for (const Recipient& r : recipients)
            if (r.fate == Recipient::Fate::pending) return false;
        return true;
    }
};

struct Success;

class Outbound final : private TlsReports::Post {
  public:
    Outbound(Services& services, trace::HostId host, std::string name);
    void configure(OutboundSettings settings);
    /// Takes a mail into the queue; its first attempt begins after `hold`. The content has CRLF
    /// line ends.
    void submit(smtp::Message message, std::string_view message_id, Duration hold = {});
    /// Takes over what this gateway received on `connection`; `next_hop` may be empty.
    void relay(smtp::Message message, trace::ConnectionId connection, NextHop next_hop);
    /// Where the mail of a domain of its own goes on to; nothing: its people find it here.
    using Onward = std::function<NextHop(const std::string& domain)>;
    void set_onward(Onward onward) { onward_ = std::move(onward); }
    /// Tells the sender of what crossed on `connection` that it went well. There is a return path.
    void report(const Success& success, trace::ConnectionId connection);
    /// Tries everything in the queue now.
    void flush();

  private:
    struct Nap;
    friend class Delivery;
    Task<Unit> care_for(std::shared_ptr<QueuedMail> mail, Duration hold);
    Task<Unit> attempt_all(QueuedMail& mail);
    std::shared_ptr<QueuedMail> enqueue(smtp::Message message, NextHop next_hop);
    void send_report(std::string to, std::string content) override;
    void settle(QueuedMail& mail);
    bool is_own(const std::string& address) const;
    NextHop onward(const std::string& address) const;
    void bounce(QueuedMail& mail, const std::vector<const QueuedMail::Recipient*>& failed);
    Duration patience(const QueuedMail& mail) const;

    // Settings made ready. An attempt keeps those with which it began.
    struct Target {
        policy::Requirement wanted;
        std::shared_ptr<const tls::SharedConfig> tls;
        bool special = false;  ///< The destination has a rule of its own.
    };
    const Target& target_for(const std::string& domain) const;

    Services& services_;
    trace::HostId host_;
    std::string name_;
    std::shared_ptr<const OutboundSettings> settings_;
    Target usual_;
    std::vector<std::shared_ptr<const tls::SharedConfig>> rule_tls_;
    std::map<std::string, Target> special_;
    dns::Client dns_;
    StsPolicies policies_;
    TlsReports reports_;
    Chance chance_;
    std::map<std::string, policy::Protected> best_seen_;  ///< By domain.
    tls::Sessions sessions_;                              ///< By server name, host and port.
    Onward onward_;
    std::vector<Nap*> naps_;
    Nursery mails_;
};

}  // namespace mta
