#include "harness/report/policy_risk.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace report {
namespace {

using many::CaseOutcome;
using many::PartnerOutcome;
using many::Promise;
using Names = std::vector<std::string_view>;

const Names not_offered{"no-starttls", "refused-now", "refused", "stripped", "refused-by-attacker"};
const Names fails{"handshake-cut", "breaks-off", "alert", "garbage"};
const Names impostors{"impostor-self-signed", "impostor-expired", "impostor-wrong-name",
                      "impostor-unknown-ca"};
const Names by_attacker{"stripped", "refused-by-attacker", "handshake-cut"};

// The cases of some names, of partners who make this promise.
class Cases {
  public:
    Cases(const PartnerOutcome& outcome, Promise promise) : outcome_(outcome), promise_(promise) {}
    template <typename Fits>
    bool any(const Names& names, Fits fits) const {
        return std::any_of(outcome_.cases.begin(), outcome_.cases.end(), [&](const CaseOutcome& c) {
            const bool named = std::find(names.begin(), names.end(), c.one.name) != names.end();
            return c.one.promise == promise_ && (named || names.size() == 0) && fits(c);
        });
    }
    template <typename Fits>
    bool all(const Names& names, Fits fits) const {
        return !any(names, [&](const CaseOutcome& c) { return !fits(c); });
    }

  private:
    const PartnerOutcome& outcome_;
    Promise promise_;
};

bool is_clear(const CaseOutcome& c) { return c.in_clear_text(); }
bool is_taken(const CaseOutcome& c) { return c.taken && !c.in_clear_text(); }
bool is_unsafe(const CaseOutcome& c) { return !c.safe(); }

// "a, b, and c".
std::string in_words(const std::vector<std::string>& parts) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool last = i > 0 && i + 1 == parts.size();
        out += (i == 0 ? "" : !last ? ", " : parts.size() == 2 ? " and " : ", and ") + parts[i];
    }
    return out;
}

void add_clear_text(const Cases& cases, std::vector<std::string>& parts) {
    const std::size_t before = parts.size();
    if (cases.any(not_offered, is_clear))
        parts.emplace_back("where STARTTLS is missing or refused");
    const auto waits = [](const CaseOutcome& c) {
        return c.in_clear_text() && c.first != judge::Fate::delivered;
    };
    if (cases.any(fails, is_clear))
        parts.emplace_back(cases.any(fails, waits) ? "some minutes later where TLS fails"
                                                   : "at once where TLS fails");
    if (cases.any(impostors, is_clear)) parts.emplace_back("where a certificate is not trusted");
    if (parts.size() > before) parts[before].insert(0, "in clear text ");
}

std::string to_others(const Cases& cases) {
    if (cases.any(impostors, is_taken))
        return cases.all(impostors, is_taken) ? "to any certificate" : "to some bad certificates";
    const bool mx = cases.any({"forged-mx"}, is_taken);
    const bool address = cases.any({"forged-address"}, is_taken);
    return mx && address ? "wherever forged DNS records lead"
           : mx          ? "wherever a forged MX record leads"
           : address     ? "wherever a forged address leads"
                         : "";
}

std::string who_reads(const Cases& cases) {
    if (cases.any(by_attacker, is_unsafe) || cases.any(impostors, is_unsafe))
        return "an attacker on the path reads all of it";
    return cases.any({"forged-mx", "forged-address"}, is_unsafe) ? "who forges DNS answers gets it"
                                                                 : "";
}

std::string of_promise(const Cases& cases) {
    if (cases.all({}, is_clear)) return "mail always goes in clear text; whoever listens reads it";
    if (!cases.any({}, is_unsafe)) return "nobody reads or takes mail in any case";
    std::vector<std::string> parts;
    add_clear_text(cases, parts);
    if (const std::string others = to_others(cases); !others.empty()) parts.push_back(others);
    const std::string out =
        parts.empty() ? "mail is lost in some case" : "mail goes " + in_words(parts);
    const std::string who = who_reads(cases);
    return who.empty() ? out : out + "; " + who;
}

}  // namespace

std::string risk_of(const PartnerOutcome& outcome) {
    if (outcome.broken() || outcome.partner.rule->mta().empty()) return {};
    std::string out = of_promise({outcome, Promise::nothing});
    if (!outcome.partner.rule->asks_dane()) return out;
    const Cases with_dane(outcome, Promise::dane);
    const bool records_hold = !with_dane.any(not_offered, is_unsafe) &&
                              !with_dane.any(fails, is_unsafe) &&
                              !with_dane.any(impostors, is_unsafe) &&
                              !with_dane.any({"forged-mx", "forged-address"}, is_unsafe);
    const bool nothing_lost = !Cases(outcome, Promise::nothing).any({}, is_unsafe);
    if (!records_hold) return out + "; TLSA records do not save it";
    return nothing_lost ? out : out + "; not so where the receiver has TLSA records";
}

}  // namespace report
