#pragma once
#include "sim/mta/outbound.hpp"

namespace mta {

/// A non-delivery report: multipart/report with a delivery-status part (RFC 3462, RFC 3464).
std::string bounce_message(const std::string& reporting_mta, const QueuedMail& mail,
                           const std::vector<const QueuedMail::Recipient*>& failed, Instant now);

}  // namespace mta
