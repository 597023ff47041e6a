#pragma once
// Somebody mail goes to, and what an administrator's files demand of him, whichever MTA reads them.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/value.hpp"
#include "sim/core/result.hpp"

namespace many {

using namespace core;

/// What a partner's zone holds.
enum class Promise : std::uint8_t { nothing, dane, mta_sts };

/// Are policies of MTA-STS looked for, where the partner has no rule of his own?
enum class StsResolver : std::uint8_t { none, behind_the_table };

/// The hosts of one case.
struct Shown {
    std::string host;     ///< The partner's: a good certificate is for it.
    bool is_good = true;  ///< It shows that certificate.
    std::string reached;  ///< Where mail is led to: an impostor's host, where records are forged.
    std::string address;  ///< Of `reached`.
};

/// What the files of an MTA say of mail to one partner. An MTA is a class that knows them.
class PartnerRule {
  public:
    virtual ~PartnerRule() = default;
    /// As behaves_like names it; empty: the MTA that a sender is where nobody says.
    virtual std::string_view mta() const { return {}; }
    /// What the files ask for, as "dane", and what that comes to, as "may".
    virtual std::string asked() const = 0;
    virtual std::string level() const { return asked(); }
    /// Why the MTA holds all mail back; empty: it does not.
    virtual std::string held() const { return {}; }
    /// Where it stands.
    virtual std::string file() const = 0;
    virtual int line() const = 0;
    /// Do cases with TLSA records count?
    virtual bool asks_dane() const { return false; }
    /// Could an MTA-STS policy be followed?
    virtual bool follows_mta_sts() const { return false; }
    /// Does a handshake begin with a good receiver?
    virtual bool shakes_hands(Promise promise) const = 0;
    /// The rule as a scenario has it: tls = { default = … }.
    virtual script::Value options(const Shown& shown) const = 0;
    /// Other options of the sender, each with ", " before it.
    virtual std::string sender_options() const { return {}; }
    /// What the MX host of his domain is called.
    virtual std::string mx_host(const std::string& domain) const { return "mx." + domain; }
    /// The name in the certificate of a relay that is named by its address.
    virtual std::string name_at_address() const { return "relay.example"; }
    /// Why no ordinary receiver gets mail, in one sentence.
    virtual std::string why_nobody() const { return "see the cases of a good receiver"; }
    /// Rules with the same text come to the same in every case; `all`: the hosts of the cases.
    virtual std::string kind(const std::string& next_hop, const std::vector<Shown>& all) const = 0;
};

/// Somebody mail goes to, and the rule that holds for him.
struct Partner {
    std::string destination;  ///< As the table or the list names it.
    std::shared_ptr<const PartnerRule> rule;
    enum class By : std::uint8_t { table, level_for_all } by = By::table;
    std::string next_hop;    ///< Where mail to him goes: his domain, or a relay: "[host]:port".
    std::string way;         ///< What says so, as "relayhost"; empty: nothing but his domain.
    std::size_t number = 0;  ///< His place among all.
};

/// The lab's own hosts are spelled with '-' where MTAs take '_'.
std::string spelled(std::string_view name);
/// Is a name the domain, or below it?
bool is_at(std::string_view name, std::string_view domain);

}  // namespace many
