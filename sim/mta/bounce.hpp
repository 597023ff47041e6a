#pragma once
#include "sim/mta/outbound.hpp"

namespace mta {

/// A non-delivery report: multipart/report with a delivery-status part (RFC 3462, RFC 3464).
std::string bounce_message(const std::string& reporting_mta, const QueuedMail& mail,
                           const std::vector<const QueuedMail::Recipient*>& failed, Instant now);

/// What went well, in the words of RFC 3464 section 2.3.3.
enum class Action : std::uint8_t {
    delivered,
    relayed,  ///< To a server that sends no reports.
};
std::string_view word(Action action);

/// A mail that went well, for a sender who asked to be told.
struct Success {
    Action action;
    const std::string& reporting_mta;
    const smtp::Envelope& envelope;
    const std::string& content;  ///< The report quotes its headers alone (RFC 3461 section 4.3).
    Instant arrived;
    std::vector<std::string> recipients;
    std::string token;   ///< Makes the report's Message-ID its own on this host.
    std::string remote;  ///< Relayed: the host that took it,
    std::string said;    ///< and its reply.
};
std::string success_message(const Success& success, Instant now);

}  // namespace mta
