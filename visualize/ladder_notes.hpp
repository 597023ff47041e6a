#pragma once
// What a ladder notes at a host: decisions, failures, fates.
#include <string>

#include "sim/trace/trace.hpp"
#include "visualize/ladder.hpp"

namespace visualize {

struct Noted {
    Tone tone = Tone::neutral;
    std::string text;  ///< Empty: there is nothing to note.
};

struct NoteMaker {
    const trace::Trace& trace;
    const trace::Event& event;

    Noted operator()(const trace::ConnectionFailed&) const;
    Noted operator()(const trace::StsDiscovered&) const;
    Noted operator()(const trace::StsFetched&) const;
    Noted operator()(const trace::StsApplied&) const;
    Noted operator()(const trace::TlsReportMade&) const;
    Noted operator()(const trace::TlsReportSent&) const;
    Noted operator()(const trace::TlsReportPosted&) const;
    Noted operator()(const trace::TlsReportDelayed&) const;
    Noted operator()(const trace::TlsReportLost&) const;
    Noted operator()(const trace::TlsReportTaken&) const;
    Noted operator()(const trace::TlsReportRefused&) const;
    Noted operator()(const trace::AdminAlerted&) const;
    Noted operator()(const trace::DnsForged&) const;
    Noted operator()(const trace::GatewayFlawed&) const;
    Noted operator()(const trace::HandshakeFailed&) const;
    Noted operator()(const trace::HandshakeFinished&) const;
    Noted operator()(const trace::CertificateSeen&) const;
    Noted operator()(const trace::PolicyJudged&) const;
    Noted operator()(const trace::Downgraded&) const;
    Noted operator()(const trace::BytesDiscarded&) const;
    Noted operator()(const trace::MailDelivered&) const;
    Noted operator()(const trace::MailDeferred&) const;
    Noted operator()(const trace::MailBounced&) const;
    Noted operator()(const trace::BounceReturned&) const;
    Noted operator()(const trace::BounceSent&) const;
    Noted operator()(const trace::DeliveryReported&) const;
    Noted operator()(const trace::MailScanned&) const;
    Noted operator()(const trace::MailSealed&) const;
    Noted operator()(const trace::MailKept&) const;
    Noted operator()(const trace::MailRelayed&) const;
    Noted operator()(const trace::ConnectionBlocked&) const;
};

}  // namespace visualize
