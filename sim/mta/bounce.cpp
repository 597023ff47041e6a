#include "sim/mta/bounce.hpp"

#include <fmt/core.h>

namespace mta {
namespace {

// RFC 3464 section 2.3.4: a bounce is final, so its class is 5 even where each attempt was told 4.
std::string final_status(const Failure& failure) {
    if (failure.code.size() < 2) return "5.0.0";
    return "5" + failure.code.substr(1);
}

// A peer's words must not become a header or a part of the report, and keep the rules of mail: 7
// bits, short lines (DSN-06, RFC 5322 sections 2.1.1 and 2.2).
std::string harmless(std::string_view words) {
    constexpr std::size_t longest = 200;
    std::string out;
    for (const char c : words.substr(0, longest)) out += c >= ' ' && c < 0x7F ? c : '?';
    return words.size() > longest ? out + "..." : out;
}

std::string headers_of(std::string_view content) {
    const std::size_t end = content.find("\r\n\r\n");
    return std::string(content.substr(0, end == std::string_view::npos ? content.size() : end + 2));
}

// RFC 3464 section 2.3: the server's own words where there are some (DSN-03, DSN-04).
std::string recipient_part(const QueuedMail::Recipient& r) {
    const Failure& failure = *r.last_failure;
    std::string out =
        fmt::format("\r\nFinal-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: {}\r\n",
                    harmless(r.address), final_status(failure));
    if (!r.remote.empty()) out += fmt::format("Remote-MTA: dns; {}\r\n", harmless(r.remote));
    return out + (failure.said.empty()
                      ? fmt::format("Diagnostic-Code: x-mailtls; {}\r\n", harmless(failure.detail))
                      : fmt::format("Diagnostic-Code: smtp; {}\r\n", harmless(failure.said)));
}

}  // namespace

std::string bounce_message(const std::string& reporting_mta, const QueuedMail& mail,
                           const std::vector<const QueuedMail::Recipient*>& failed, Instant now) {
    const std::string boundary = fmt::format(
        "mailtls-{}-{}", static_cast<std::uint32_t>(mail.message.id), now.unix_seconds());
    const std::string headers = headers_of(mail.message.content);
    // RFC 2045 section 6.4: what holds a part with eight bits says so, too.
    const std::string_view encoding =
        smtp::has_eight_bits(headers) ? "Content-Transfer-Encoding: 8bit\r\n" : "";
    std::string out = fmt::format(
        "From: Mail Delivery System <postmaster@{0}>\r\nTo: <{1}>\r\nDate: {2}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <{4}@{0}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n{5}"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"{3}\"\r\n\r\n"
        "--{3}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        "This is the mail system at host {0}.\r\n\r\nYour message could not be delivered "
        "to:\r\n\r\n",
        reporting_mta, mail.message.envelope.sender, mail_date(now), boundary, boundary, encoding);
    for (const auto* r : failed)
        out += fmt::format("<{}>: {} ({})\r\n", harmless(r->address),
                           harmless(r->last_failure->detail), word(r->last_failure->reason));
    out += fmt::format(
        "\r\n--{}\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; {}\r\nArrival-Date: {}\r\n",
        boundary, reporting_mta, mail_date(mail.arrived));
    for (const auto* r : failed) out += recipient_part(*r);
    out +=
        fmt::format("\r\n--{0}\r\nContent-Type: text/rfc822-headers\r\n{2}\r\n{1}\r\n--{0}--\r\n",
                    boundary, headers, encoding);
    return out;
}

}  // namespace mta
