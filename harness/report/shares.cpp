#include "harness/report/shares.hpp"

#include <fmt/core.h>

#include "harness/judge/passages.hpp"

namespace report {
namespace {

visualize::Protection protection_of(judge::Crossing crossing) {
    switch (crossing) {
        case judge::Crossing::authenticated: return visualize::Protection::authenticated;
        case judge::Crossing::encrypted: return visualize::Protection::encrypted;
        default: return visualize::Protection::clear;
    }
}

}  // namespace

visualize::ShareCurve share_of(const trace::Trace& trace, const std::string& title) {
    const judge::Passages passages = judge::passages_of(trace);
    std::vector<visualize::Crossed> mails;
    for (const judge::Passage& one : passages.all)
        if (one.crossed != judge::Crossing::not_at_all)
            mails.push_back({one.at - trace.begins(), protection_of(one.crossed)});
    const std::string counted =
        passages.companies == 0
            ? "delivered mails, each by the weakest of its hops"
            : fmt::format("delivered mails between the gateways of {} companies",
                          passages.companies);
    return visualize::share_curve(title, counted, mails);
}

bool is_worth_drawing(const visualize::ShareCurve& curve) {
    constexpr std::size_t mails = 10, periods = 3;
    return curve.mails >= mails && curve.with_mail >= periods;
}

}  // namespace report
