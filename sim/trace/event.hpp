#pragma once
// The closed list of all that can happen. If a picture, a report or a check needs a fact, it is a
// field here. Every event says its fields once, in `fields`; the encodings and docs/trace.md follow
// from that.
#include "sim/trace/mail_events.hpp"
#include "sim/trace/network_events.hpp"
#include "sim/trace/one_of.hpp"
#include "sim/trace/session_events.hpp"

namespace trace {

using Body = OneOf<
    HostJoined, PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged, LinkChanged,
    HostWentDown, HostCameBack, ConnectionAsked, ConnectionOpened, ConnectionFailed,
    ConnectionBlocked, SegmentSent, SegmentPassed, SegmentAltered, SegmentInjected, SegmentDropped,
    SegmentArrived, PlaintextOpened, DatagramSent, DatagramPassed, DatagramDropped, DatagramArrived,
    DnsAsked, DnsAnswered, DnsForged, HttpRequestSent, HttpResponseSent, HttpResponseReceived,
    StsDiscovered, StsFetched, StsApplied, AdminAlerted, CommandSent, CommandReceived, ReplySent,
    ReplyReceived, ContentSent, ContentReceived, BytesDiscarded, HandshakeStarted,
    HandshakeFinished, HandshakeFailed, CertificateSeen, SecretMade, MailSubmitted, DeliveryStarted,
    HostTried, PolicyJudged, Downgraded, MailDelivered, MailDeferred, MailBounced, BounceReturned,
    BounceSent, DeliveryReported, TlsReportMade, TlsReportSent, TlsReportPosted, TlsReportDelayed,
    TlsReportLost, TlsReportTaken, TlsReportRefused, MailRelayed, MailKept, MailScanned,
    MailSealed>;

/// `cause` is the event that led to this one: the last one of the same step, or the one that asked
/// for the step.
struct Event {
    EventId id = 0;
    EventId cause = 0;
    Instant at;
    HostId host = HostId::nobody;
    Body body;

    template <class T>
    const T* as() const {
        return body.as<T>();
    }
};

}  // namespace trace
