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

// "Original-Recipient: rfc822; bob@bob.example", where it is known (RFC 3464 section 2.3.1).
std::string original_recipient(const smtp::Envelope& envelope, const std::string& address) {
    const std::string original = envelope.wishes.of(address).original;
    const std::size_t end = original.find(';');
    if (end == std::string::npos) return {};
    const std::string name = smtp::from_xtext(original.substr(end + 1)).value_or("");
    return fmt::format("Original-Recipient: {}; {}\r\n", original.substr(0, end), harmless(name));
}

// RFC 3464 section 2.2.1.
std::string envelope_id(const smtp::Envelope& envelope) {
    const std::string& id = envelope.wishes.envelope_id;
    if (id.empty()) return {};
    return fmt::format("Original-Envelope-Id: {}\r\n", harmless(smtp::from_xtext(id).value_or("")));
}

// RFC 3464 section 2.3: the server's own words where there are some (DSN-03, DSN-04).
std::string recipient_part(const smtp::Envelope& envelope, const QueuedMail::Recipient& r) {
    const Failure& failure = *r.last_failure;
    std::string out = fmt::format(
        "\r\n{}Final-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: {}\r\n",
        original_recipient(envelope, r.address), harmless(r.address), final_status(failure));
    if (!r.remote.empty()) out += fmt::format("Remote-MTA: dns; {}\r\n", harmless(r.remote));
    return out + (failure.said.empty()
                      ? fmt::format("Diagnostic-Code: x-mailtls; {}\r\n", harmless(failure.detail))
                      : fmt::format("Diagnostic-Code: smtp; {}\r\n", harmless(failure.said)));
}

std::string recipient_part(const Success& success, const std::string& address) {
    std::string out = fmt::format(
        "\r\n{}Final-Recipient: rfc822; {}\r\nAction: {}\r\nStatus: 2.0.0\r\n",
        original_recipient(success.envelope, address), harmless(address), word(success.action));
    if (success.action == Action::delivered) return out;
    return out + fmt::format("Remote-MTA: dns; {}\r\nDiagnostic-Code: smtp; {}\r\n",
                             harmless(success.remote), harmless(success.said));
}

// What all reports have in common.
struct Notice {
    const std::string& host;  ///< Who reports.
    const smtp::Envelope& envelope;
    std::string subject, boundary;
    std::string words;       ///< For people.
    std::string recipients;  ///< For machines: a part for each.
    std::string quoted;      ///< Of the mail: its headers, or all of it.
    bool in_full = false;
    Instant arrived, now;

    std::string text() const {
        // RFC 2045 section 6.4: what holds a part with eight bits says so, too.
        const std::string_view encoding =
            smtp::has_eight_bits(quoted) ? "Content-Transfer-Encoding: 8bit\r\n" : "";
        std::string out = fmt::format(
            "From: Mail Delivery System <postmaster@{0}>\r\nTo: <{1}>\r\nDate: {2}\r\n"
            "Subject: {4}\r\n"
            "Message-ID: <{3}@{0}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n{5}"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=\"{3}\"\r\n\r\n"
            "--{3}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
            "This is the mail system at host {0}.\r\n\r\n{6}",
            host, envelope.sender, mail_date(now), boundary, subject, encoding, words);
        out += fmt::format(
            "\r\n--{}\r\nContent-Type: message/delivery-status\r\n\r\n"
            "{}Reporting-MTA: dns; {}\r\nArrival-Date: {}\r\n",
            boundary, envelope_id(envelope), host, mail_date(arrived));
        out += recipients;
        out += fmt::format("\r\n--{0}\r\nContent-Type: {3}\r\n{2}\r\n{1}\r\n--{0}--\r\n", boundary,
                           quoted, encoding, in_full ? "message/rfc822" : "text/rfc822-headers");
        return out;
    }
};

}  // namespace

std::string_view word(Action action) {
    return action == Action::delivered ? "delivered" : "relayed";
}

std::string bounce_message(const std::string& reporting_mta, const QueuedMail& mail,
                           const std::vector<const QueuedMail::Recipient*>& failed, Instant now) {
    const smtp::Envelope& envelope = mail.message.envelope;
    // What may cross no wire without TLS is not risked for a report (RFC 8689 section 5, REQ-10).
    const bool in_full = envelope.wishes.quoted == smtp::Return::full &&
                         envelope.require_tls == smtp::RequireTls::no;
    Notice report{
        reporting_mta, envelope, "Undelivered Mail Returned to Sender", {}, {}, {}, {}, in_full,
        mail.arrived,  now};
    report.boundary = fmt::format("mailtls-{}-{}", static_cast<std::uint32_t>(mail.message.id),
                                  now.unix_seconds());
    report.words = "Your message could not be delivered to:\r\n\r\n";
    for (const auto* r : failed) {
        report.words +=
            fmt::format("<{}>: {} ({})\r\n", harmless(r->address),
                        harmless(r->last_failure->detail), word(r->last_failure->reason));
        report.recipients += recipient_part(envelope, *r);
    }
    report.quoted = in_full ? mail.message.content : headers_of(mail.message.content);
    return report.text();
}

std::string success_message(const Success& success, Instant now) {
    Notice report{
        success.reporting_mta, success.envelope, {}, {}, {}, {}, {}, false, success.arrived, now};
    const bool delivered = success.action == Action::delivered;
    report.subject = delivered ? "Your Mail Was Delivered" : "Your Mail Was Sent On";
    report.boundary = fmt::format("mailtls-{}-{}", success.token, now.unix_seconds());
    report.words = delivered ? "Your message was delivered to:\r\n\r\n"
                             : "Your message was sent on to a host that will not report, for:"
                               "\r\n\r\n";
    for (const std::string& address : success.recipients) {
        report.words += fmt::format("<{}>{}\r\n", harmless(address),
                                    delivered ? "" : ": taken by " + harmless(success.remote));
        report.recipients += recipient_part(success, address);
    }
    report.quoted = headers_of(success.content);
    return report.text();
}

}  // namespace mta
