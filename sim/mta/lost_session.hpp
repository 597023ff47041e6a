#pragma once
// What a session that broke off left behind. Some recipients may have been refused before.
#include <algorithm>

#include "sim/smtp/client.hpp"

namespace mta {

/// Does `fits` hold of what ended the session, for all or for one of the recipients?
template <class Fits>
bool any_failure(const core::Result<smtp::Receipt>& receipt, Fits fits) {
    if (!receipt.ok()) return fits(receipt.failure());
    const auto& outcomes = receipt.value().recipients;
    return std::any_of(outcomes.begin(), outcomes.end(), [&](const smtp::RecipientOutcome& o) {
        return o.refused && fits(*o.refused);
    });
}

/// The connection was lost.
inline bool was_lost(const core::Result<smtp::Receipt>& receipt) {
    return any_failure(
        receipt, [](const core::Failure& f) { return f.reason == core::Reason::connection_lost; });
}

/// It was lost after the last dot: the server may have taken the mail (RFC 5321 section 4.5.3.2.6).
inline bool may_come_twice(const core::Failure& failure) {
    return failure.detail.find("more than once") != std::string::npos;
}
inline bool may_have_been_taken(const core::Result<smtp::Receipt>& receipt) {
    return any_failure(receipt, may_come_twice);
}

}  // namespace mta
