#pragma once
// An administrator's rules, played against the gallery. What comes of a case is read from its
// trace, never from the rule.
#include <functional>
#include <string>
#include <vector>

#include "harness/judge/verdict.hpp"
#include "harness/many/policy_gallery.hpp"
#include "harness/script/file.hpp"

namespace many {

/// What came of one case, an hour after the mail was handed in.
struct CaseOutcome {
    PolicyCase one;
    judge::Fate first = judge::Fate::queued;  ///< After the first attempt.
    judge::Fate fate = judge::Fate::queued;
    judge::Crossing crossed = judge::Crossing::not_at_all;
    Reason reason = Reason::none;
    bool read = false;   ///< The listener saw words of it.
    bool taken = false;  ///< The impostor has it: his host kept it, or a session of his opened it.
    bool in_clear_text() const { return crossed == judge::Crossing::in_clear_text; }
    bool safe() const { return !in_clear_text() && !read && !taken; }
};

struct PartnerOutcome {
    Partner partner;
    std::vector<CaseOutcome> cases;
    std::vector<Partner> alike;  ///< Others for whom the same comes of each case.
    std::string bug;   ///< A case that mailtls could not play, or an invariant that does not hold.
    std::string lost;  ///< Why the process ended that played them, where that was not its fault.
    bool broken() const { return !bug.empty() || !lost.empty(); }
    /// What was not played whole is not known to be.
    bool safe() const;
    /// Did an ordinary receiver get the mail, `ordinary` or `ordinary_hosted`? Not where there is
    /// no such case.
    bool gets_mail(std::string_view which, Promise promise = Promise::nothing) const;
    /// Nobody ordinary gets any: dane-only is for those alone who publish TLSA records.
    bool nobody_gets_mail() const {
        return !gets_mail(ordinary) && !gets_mail(ordinary_hosted) &&
               !gets_mail(ordinary, Promise::dane);
    }
};

/// One case, played.
struct PlayedCase {
    script::Performance performance;
    CaseOutcome outcome;
    std::string bug;
};
PlayedCase play_case(const Partner& partner, const PolicyCase& one, StsResolver resolver,
                     std::uint64_t seed, tls::KeyCache& keys);

struct PolicyPlan {
    std::vector<Partner> partners;
    StsResolver resolver = StsResolver::none;
    std::uint64_t seed = 1;
    int jobs = 1;
};
/// All cases of all partners, those that are alike played once, in the order of the first of each
/// kind; calls `done` after each partner with their number so far.
std::vector<PartnerOutcome> check_policy(const PolicyPlan& plan,
                                         const std::function<void(std::size_t)>& done);

}  // namespace many
