#include "visualize/ladder_notes.hpp"

#include <fmt/core.h>

#include "sim/trace/encode.hpp"
#include "visualize/spoken.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {
std::uint32_t number_of(MailId mail) { return static_cast<std::uint32_t>(mail); }
}  // namespace

Noted NoteMaker::operator()(const ConnectionFailed& e) const {
    return {Tone::bad, fmt::format("{}: {}", word(e.reason), facts(e.reason).meaning)};
}

Noted NoteMaker::operator()(const StsDiscovered& e) const {
    if (e.policy_id.empty()) return {Tone::neutral, fmt::format("MTA-STS: {}", e.why)};
    return {};
}

Noted NoteMaker::operator()(const StsFetched& e) const {
    return {e.reason == Reason::none ? Tone::good : Tone::bad,
            e.reason == Reason::none
                ? fmt::format("policy of {}: {}", e.domain, one_line(e.policy, "; "))
                : fmt::format("{}: {}", word(e.reason), e.why)};
}

Noted NoteMaker::operator()(const StsApplied& e) const {
    return {Tone::neutral, fmt::format("MTA-STS for {}: {} ({})", e.domain, e.mode, e.why)};
}

Noted NoteMaker::operator()(const TlsReportMade& e) const {
    return {e.failures.empty() ? Tone::neutral : Tone::bad,
            fmt::format("TLS report on {}: {}", e.domain, counts_of(e.successes, e.failures))};
}

Noted NoteMaker::operator()(const TlsReportSent& e) const {
    return {Tone::neutral,
            fmt::format("TLS report goes to {} as mail {}", e.to, number_of(e.mail))};
}

Noted NoteMaker::operator()(const TlsReportPosted& e) const {
    return {Tone::good, fmt::format("report on {} is posted: {}", e.domain, e.status)};
}

Noted NoteMaker::operator()(const TlsReportDelayed& e) const {
    return {Tone::bad, fmt::format("report on {} waits: {}", e.domain, one_line(e.why, " "))};
}

Noted NoteMaker::operator()(const TlsReportLost& e) const {
    return {Tone::bad, fmt::format("report on {} is given up: {}", e.domain, one_line(e.why, " "))};
}

Noted NoteMaker::operator()(const TlsReportTaken& e) const {
    const std::string noted = e.notes.empty() ? "" : "; noted: " + one_line(e.notes, ", ");
    return {Tone::good, fmt::format("report from {} on {}: {}{}", one_line(e.from, " "), e.domain,
                                    counts_of(e.successes, e.failures), noted)};
}

Noted NoteMaker::operator()(const TlsReportRefused& e) const {
    return {Tone::bad, fmt::format("report from {} is refused: {}", one_line(e.from, " "),
                                   one_line(e.why, " "))};
}

Noted NoteMaker::operator()(const AdminAlerted& e) const {
    return {Tone::bad, fmt::format("alert: {}", e.what)};
}

Noted NoteMaker::operator()(const DnsForged& e) const {
    return {Tone::bad,
            fmt::format("answers {} {}: {}", e.type, e.question, one_line(e.after, "; "))};
}

Noted NoteMaker::operator()(const GatewayFlawed& e) const {
    return {Tone::bad, fmt::format("wrong on purpose: {}", e.flaws)};
}

Noted NoteMaker::operator()(const HandshakeFailed& e) const {
    return {Tone::bad, fmt::format("TLS failed ({}): {}", e.side, e.detail)};
}

Noted NoteMaker::operator()(const HandshakeFinished& e) const {
    if (!e.resumed.text.empty()) return {Tone::neutral, "a TLS session goes on"};
    return {};
}

Noted NoteMaker::operator()(const CertificateSeen& e) const {
    return {e.trust == "trusted" ? Tone::neutral : Tone::bad,
            fmt::format("certificate for {}, by {}: {}", e.names.empty() ? "nobody" : e.names,
                        e.issuer.empty() ? "nobody" : e.issuer, e.trust)};
}

Noted NoteMaker::operator()(const PolicyJudged& e) const {
    return {e.ruling == Ruling::refused ? Tone::bad : Tone::good, fmt::format("policy {}", e.why)};
}

Noted NoteMaker::operator()(const Downgraded& e) const {
    return {Tone::bad, fmt::format("less protection: {}", e.why)};
}

Noted NoteMaker::operator()(const BytesDiscarded& e) const {
    return {Tone::bad, fmt::format("{} bytes from before TLS thrown away", e.bytes.size())};
}

Noted NoteMaker::operator()(const MailDelivered& e) const {
    return {Tone::good, fmt::format("delivered to {} for {} ({})", e.server, e.recipient, e.code)};
}

Noted NoteMaker::operator()(const MailDeferred& e) const {
    return {Tone::bad, fmt::format("deferred for {}: {} ({}), next try {} later", e.recipient,
                                   word(e.reason), e.code, readable(e.next_try - event.at))};
}

Noted NoteMaker::operator()(const MailBounced& e) const {
    return {Tone::bad, fmt::format("bounced for {}: {} ({})", e.recipient, word(e.reason), e.code)};
}

Noted NoteMaker::operator()(const BounceReturned& e) const {
    return {Tone::bad, fmt::format("a non-delivery report goes back to {}", e.to)};
}

Noted NoteMaker::operator()(const BounceSent& e) const {
    return {Tone::bad,
            fmt::format("a non-delivery report goes to {} as mail {}", e.to, number_of(e.bounce))};
}

Noted NoteMaker::operator()(const DeliveryReported& e) const {
    return {Tone::good, delivery_report(e.action, e.to, number_of(e.report))};
}

Noted NoteMaker::operator()(const MailSealed& e) const {
    return {Tone::good, seal_note(e.readers)};
}

Noted NoteMaker::operator()(const MailScanned& e) const {
    return {e.found.empty() ? Tone::neutral : Tone::bad,
            scan_note(e.found, e.where, e.unread, e.so)};
}

Noted NoteMaker::operator()(const MailKept& e) const {
    return {Tone::good, fmt::format("keeps the mail for {}, queued as {}", e.to, e.queue_id)};
}

Noted NoteMaker::operator()(const MailRelayed& e) const {
    return {Tone::neutral,
            fmt::format("relays the mail to {} as mail {}", e.to, number_of(e.mail))};
}

Noted NoteMaker::operator()(const ConnectionBlocked&) const {
    return {Tone::bad, "lets no connection through"};
}

}  // namespace visualize
