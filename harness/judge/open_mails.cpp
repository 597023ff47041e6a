#include "harness/judge/evidence.hpp"
#include "harness/judge/invariants.hpp"
#include "sim/trace/reader.hpp"

namespace judge {

using namespace trace;

namespace {
// What the client says where a reply to its content never came.
constexpr std::string_view may_come_twice = "may be sent more than once";
}  // namespace

OpenMails::Recipient* OpenMails::Mail::find(std::string_view address) {
    const auto found = places.find(address);
    return found == places.end() ? nullptr : &recipients[found->second];
}

OpenMails::Mail* OpenMails::find(MailId mail) {
    const auto index = static_cast<std::size_t>(mail);
    return index < mails_.size() && !mails_[index].recipients.empty() ? &mails_[index] : nullptr;
}

// An address may stand twice in an envelope: then it has two fates.
void OpenMails::begin(const Event& event, MailId id, std::string_view message_id,
                      std::string_view from, std::string_view to) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= mails_.size()) mails_.resize(index + 1);
    Mail& mail = mails_[index];
    mail.message_id = message_id;
    mail.from = from;
    mail.begun = event.at;
    for (std::string& address : split_addresses(to)) {
        const auto [known, fresh] = mail.places.try_emplace(address, mail.recipients.size());
        if (fresh) mail.recipients.push_back({std::move(address), 0, false});
        ++mail.recipients[known->second].open;
        ++mail.open;
        ++open_;
    }
}

void OpenMails::settle(MailId id, std::string_view recipient) {
    Mail* const mail = find(id);
    Recipient* const r = mail != nullptr ? mail->find(recipient) : nullptr;
    if (r == nullptr || r->open == 0) return;
    --r->open;
    --mail->open;
    --open_;
}

// One handler a kind of event.
struct OpenMails::Reader {
    OpenMails& mails;
    const Event& event;

    void operator()(const MailSubmitted& e) const {
        mails.begin(event, e.mail, e.message_id, e.from, e.to);
    }
    void operator()(const MailRelayed& e) const {
        mails.begin(event, e.mail, message_id_of(e.content), e.from, e.to);
    }
    void operator()(const BounceSent& e) const {
        mails.begin(event, e.bounce, message_id_of(e.content), {}, e.to);
    }
    void operator()(const DeliveryReported& e) const {
        if (e.report != MailId::none)
            mails.begin(event, e.report, message_id_of(e.content), {}, e.to);
    }
    void operator()(const TlsReportSent& e) const {
        mails.begin(event, e.mail, message_id_of(e.content), {}, e.to);
    }
    void operator()(const MailDelivered& e) const { mails.settle(e.mail, e.recipient); }
    void operator()(const MailBounced& e) const { mails.settle(e.mail, e.recipient); }
    void operator()(const MailDeferred& e) const { mails.defer(e); }
    void operator()(const Downgraded& e) const { mails.forewarn(e); }
    // These neither begin a mail nor say anything of a recipient's fate.
    using LeftOut =
        Events<HostJoined, PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged,
               LinkChanged, HostWentDown, HostCameBack, ConnectionAsked, ConnectionOpened,
               ConnectionFailed, ConnectionBlocked, SegmentSent, SegmentPassed, SegmentAltered,
               SegmentInjected, SegmentDropped, SegmentArrived, PlaintextOpened, DatagramSent,
               DatagramPassed, DatagramDropped, DatagramArrived, DnsAsked, DnsAnswered, DnsForged,
               HttpRequestSent, HttpResponseSent, HttpResponseReceived, StsDiscovered, StsFetched,
               StsApplied, AdminAlerted, CommandSent, CommandReceived, ReplySent, ReplyReceived,
               ContentSent, ContentReceived, BytesDiscarded, HandshakeStarted, HandshakeFinished,
               HandshakeFailed, CertificateSeen, SecretMade, DeliveryStarted, HostTried,
               PolicyJudged, BounceReturned, TlsReportMade, TlsReportPosted, TlsReportDelayed,
               TlsReportLost, TlsReportTaken, TlsReportRefused, MailKept, MailScanned, MailSealed>;
};

void OpenMails::note(const Event& event) {
    trace::read(event.body, Reader::LeftOut(), Reader{*this, event});
}

void OpenMails::defer(const MailDeferred& e) {
    Mail* const mail = find(e.mail);
    Recipient* const r = mail != nullptr ? mail->find(e.recipient) : nullptr;
    if (r != nullptr && e.detail.find(may_come_twice) != std::string_view::npos)
        r->forewarned = true;
}

// Tried again at once, in clear text.
void OpenMails::forewarn(const Downgraded& e) {
    Mail* const mail = find(e.mail);
    if (mail == nullptr || e.why.find(may_come_twice) == std::string_view::npos) return;
    for (Recipient& r : mail->recipients) r.forewarned = true;
}

std::vector<MailId> OpenMails::open_since(Instant begun) const {
    std::vector<MailId> out;
    for (std::size_t i = 0; i < mails_.size(); ++i)
        if (mails_[i].open > 0 && mails_[i].begun < begun) out.push_back(static_cast<MailId>(i));
    return out;
}

}  // namespace judge
