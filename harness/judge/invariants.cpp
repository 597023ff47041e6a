#include "harness/judge/invariants.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/core.h>

#include "harness/judge/evidence.hpp"
#include "harness/judge/lineage.hpp"
#include "sim/trace/encode.hpp"
#include "sim/trace/reader.hpp"

namespace judge {

using namespace trace;

std::string_view word(Invariant invariant) {
    switch (invariant) {
        case Invariant::time_goes_on: return "time-goes-on";
        case Invariant::one_fate: return "one-fate";
        case Invariant::delivered_is_kept: return "delivered-is-kept";
        case Invariant::kept_once: return "kept-once";
        case Invariant::sealed_on_demand: return "sealed-on-demand";
        case Invariant::refused_gets_none: return "refused-gets-none";
        case Invariant::verified_on_demand: return "verified-on-demand";
        case Invariant::down_is_silent: return "down-is-silent";
        case Invariant::ended_is_silent: return "ended-is-silent";
        case Invariant::watchers_know_no_more: return "watchers-know-no-more";
    }
    return "time-goes-on";
}

namespace {

// What a gateway is wrong in on purpose, and what therefore need not hold for it.
constexpr std::pair<std::string_view, Invariant> excuses[] = {
    {"falls back to clear text under enforce", Invariant::sealed_on_demand},
    {"falls back to clear text under enforce", Invariant::refused_gets_none},
    {"falls back to clear text under enforce", Invariant::verified_on_demand},
    {"ignores certificate names", Invariant::verified_on_demand},
    {"keeps replies sent before TLS", Invariant::delivered_is_kept},
};

// A connection, as far as it has gone.
struct Line {
    HostId client = HostId::nobody;
    bool meddled = false;  ///< Somebody altered, injected or took out bytes, or plays the server.
    MailId mail{};         ///< Which it is for.
    Demanded demanded = Demanded::nothing;
    std::string wire;  ///< The client's bytes, where policy demands TLS.
    bool leaked = false;
    bool judged = false;
    Ruling ruling = Ruling::accepted;
    Peer peer = Peer::untrusted;
    MailId content{};       ///< Whose content was sent last,
    bool waiting = false;   ///< and is its reply still awaited?
    bool answered = false;  ///< Or has it come?
    std::string_view received_id;
    bool kept = false;
    bool ended[2] = {false, false};
    std::vector<HostId> seen_by, opened_by;
};

void insert(std::vector<HostId>& hosts, HostId host) {
    if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) hosts.push_back(host);
}

class Inspector {
  public:
    explicit Inspector(const Trace& trace) : trace_(trace) {}

    void inspect() {
        trace_.each([&](const Event& event) {
            event_ = &event;
            order(event);
            trace::read(event.body, GoesOn(),
                        [&](const auto& body) -> decltype(silence(body)) { silence(body); });
            trace::read(event.body, LeftOut(),
                        [&](const auto& body) -> decltype(note(body)) { note(body); });
            mails_.note(event);
        });
    }
    bool watched() const { return watched_; }

    // Evidence may say no more than the bytes allow.
    void compare(const std::vector<MailVerdict>& verdicts) {
        for (const MailVerdict& v : verdicts)
            for (const std::string& watcher : v.read_by)
                if (!could_read(watcher, v.mail))
                    broken_.push_back({Invariant::watchers_know_no_more,
                                       static_cast<EventId>(trace_.size()),
                                       fmt::format("{} has read {}, but no copy of it was readable "
                                                   "on a connection that passed there",
                                                   watcher, named(v.mail))});
    }
    std::vector<Broken> result() { return std::move(broken_); }

  private:
    struct Host {
        std::string_view title;
        bool watches = false, down = false;
        std::string flaws;
    };

    // ---- what is told
    static std::string named(MailId mail) {
        return fmt::format("mail {}", static_cast<std::uint32_t>(mail));
    }
    static std::string named(ConnectionId c) {
        return fmt::format("connection {}", static_cast<std::uint32_t>(c));
    }
    std::string named(HostId id) { return std::string(host_title(trace_, id)); }
    void breaks(Invariant invariant, std::string sentence) {
        broken_.push_back({invariant, event_->id, std::move(sentence)});
    }
    bool excused(HostId id, Invariant invariant) {
        const std::string& flaws = host(id).flaws;
        if (flaws.empty()) return false;
        return std::any_of(std::begin(excuses), std::end(excuses), [&](const auto& excuse) {
            return excuse.second == invariant && flaws.find(excuse.first) != std::string::npos;
        });
    }
    Host& host(HostId id) {
        if (id == HostId::nobody) return nobody_;
        const auto index = static_cast<std::size_t>(id);
        if (index >= hosts_.size()) hosts_.resize(index + 1);
        return hosts_[index];
    }
    Line& line(ConnectionId id) {
        const auto index = static_cast<std::size_t>(id);
        if (index >= lines_.size()) lines_.resize(index + 1);
        return lines_[index];
    }

    // ---- what holds of every event
    // Only the first event of all has no cause: what a scenario does follows from what it did.
    void order(const Event& event) {
        if (event.at < now_)
            breaks(Invariant::time_goes_on,
                   fmt::format("event {} is earlier than the one before it", event.id));
        if (event.cause >= event.id || (event.cause == 0 && event.id > 1))
            breaks(Invariant::time_goes_on,
                   fmt::format("event {} has event {} as its cause", event.id, event.cause));
        now_ = event.at;
    }
    // Its settings may change meanwhile, and a path does not end with it. All else is an act.
    using GoesOn = Events<HostCameBack, WorldChanged, GatewayFlawed, LinkChanged>;
    template <class Act>
    requires(!names<GoesOn, Act>) void silence(const Act&) {
        if (host(event_->host).down)
            breaks(Invariant::down_is_silent,
                   fmt::format("{} is down, and yet: {}", named(event_->host), Act::name));
    }

    // ---- hosts
    void note(const HostJoined& e) {
        host(e.host).title = e.title;
        host(e.host).watches = e.role == Role::watcher || e.role == Role::attacker;
        watched_ = watched_ || host(e.host).watches;
    }
    void note(const GatewayFlawed& e) { host(event_->host).flaws.append(", ").append(e.flaws); }
    void note(const HostWentDown& e) { host(e.host).down = true; }
    void note(const HostCameBack& e) { host(e.host).down = false; }

    // ---- bytes
    void note(const ConnectionAsked& e) {
        line(e.connection).client = event_->host;
        line(e.connection).meddled = host(e.peer).watches;
    }
    void note(const SegmentSent& e) {
        Line& l = line(e.connection);
        bool& ended = l.ended[e.way == Way::to_server ? 0 : 1];
        if (ended && !e.bytes.empty())
            breaks(Invariant::ended_is_silent,
                   fmt::format("{} ended {} and sends more on it", named(event_->host),
                               named(e.connection)));
        ended = ended || e.mark != Mark::none;
        if (e.way == Way::to_server && l.demanded != Demanded::nothing) look_for_leak(e, l);
    }
    void note(const SegmentPassed& e) { insert(line(e.connection).seen_by, event_->host); }
    void note(const SegmentAltered& e) {
        insert(line(e.connection).seen_by, event_->host);
        if (e.before != e.after) line(e.connection).meddled = true;
    }
    void note(const SegmentInjected& e) {
        if (event_->host != HostId::nobody || !e.bytes.empty()) line(e.connection).meddled = true;
    }
    // The network's own losses take bytes away, and never make an answer.
    void note(const SegmentDropped& e) {
        insert(line(e.connection).seen_by, event_->host);
        if (event_->host != HostId::nobody) line(e.connection).meddled = true;
    }
    void note(const SegmentArrived& e) {
        if (!host(event_->host).watches) return;
        insert(line(e.connection).seen_by, event_->host);
        insert(line(e.connection).opened_by, event_->host);
    }
    void note(const PlaintextOpened& e) {
        insert(line(e.connection).seen_by, event_->host);
        insert(line(e.connection).opened_by, event_->host);
    }

    // The Message-ID and the envelope, readable among the client's bytes.
    void look_for_leak(const SegmentSent& e, Line& l) {
        if (l.leaked || excused(l.client, Invariant::sealed_on_demand)) return;
        const std::size_t before = l.wire.size();
        l.wire += e.bytes;
        const OpenMails::Mail* const mail = mails_.find(l.mail);
        if (mail == nullptr) return;
        const auto look = [&](const std::string& words) {
            const std::size_t from = before < words.size() ? 0 : before - words.size();
            if (l.leaked || l.wire.find(words, from) == std::string::npos) return;
            l.leaked = true;
            breaks(Invariant::sealed_on_demand,
                   fmt::format("policy demands {}, and '{}' of {} crosses {} in clear text",
                               word(l.demanded), words, named(l.mail), named(e.connection)));
        };
        if (!mail->message_id.empty()) look(std::string(mail->message_id));
        if (!mail->from.empty()) look(fmt::format("MAIL FROM:<{}>", mail->from));
        for (const OpenMails::Recipient& r : mail->recipients)
            look(fmt::format("RCPT TO:<{}>", r.address));
    }

    // ---- sessions
    void note(const HostTried& e) {
        fateless(e.mail, HostTried::name);
        line(e.connection).mail = e.mail;
        line(e.connection).demanded = e.demanded;
    }
    void note(const PolicyJudged& e) {
        if (e.connection == ConnectionId::none) return;
        Line& l = line(e.connection);
        l.judged = true;
        l.ruling = e.ruling;
        l.peer = e.peer;
    }
    void note(const ContentSent& e) {
        Line& l = line(e.connection);
        l.content = e.mail;
        l.waiting = true;
        l.answered = false;
        contents_[e.mail].push_back({e.connection, e.layer});
        if (l.demanded != Demanded::nothing && e.layer == Layer::clear &&
            !excused(l.client, Invariant::sealed_on_demand))
            breaks(Invariant::sealed_on_demand,
                   fmt::format("policy demands {}, and {} crosses {} in clear text",
                               word(l.demanded), named(e.mail), named(e.connection)));
        if (l.judged && l.ruling == Ruling::refused &&
            !excused(l.client, Invariant::refused_gets_none))
            breaks(Invariant::refused_gets_none,
                   fmt::format("policy refused the peer of {}, and {} is sent there",
                               named(e.connection), named(e.mail)));
        const bool verified = l.judged && l.ruling == Ruling::accepted && l.peer == Peer::verified;
        if (l.demanded == Demanded::authentication && !verified &&
            !excused(l.client, Invariant::verified_on_demand))
            breaks(Invariant::verified_on_demand,
                   fmt::format("policy demands authentication, and {} is sent on {} to a peer "
                               "that is not verified",
                               named(e.mail), named(e.connection)));
    }
    // What comes after the next command is no answer to the content any more.
    void note(const CommandSent& e) { line(e.connection).waiting = false; }
    void note(const ReplyReceived& e) {
        Line& l = line(e.connection);
        if (event_->host != l.client || !l.waiting) return;
        l.answered = true;
        l.waiting = false;
    }
    void note(const ContentReceived& e) { line(e.connection).received_id = message_id_of(e.bytes); }

    // ---- mails
    void fateless(MailId id, std::string_view what) {
        const OpenMails::Mail* const mail = mails_.find(id);
        if (mail != nullptr && mail->open == 0)
            breaks(Invariant::one_fate,
                   fmt::format("{} has its fate already, and yet: {}", named(id), what));
    }
    void fateless(MailId id, std::string_view recipient, std::string_view what) {
        OpenMails::Mail* const mail = mails_.find(id);
        const OpenMails::Recipient* const r = mail != nullptr ? mail->find(recipient) : nullptr;
        if (mail != nullptr && (r == nullptr || r->open == 0))
            breaks(Invariant::one_fate,
                   fmt::format("{} has {} for {}, and yet: {}", named(id),
                               r == nullptr ? "no business" : "its fate already", recipient, what));
    }
    void note(const DeliveryStarted& e) { fateless(e.mail, DeliveryStarted::name); }
    void note(const MailDeferred& e) { fateless(e.mail, e.recipient, MailDeferred::name); }
    void note(const MailBounced& e) { fateless(e.mail, e.recipient, MailBounced::name); }
    void note(const MailDelivered& e) {
        fateless(e.mail, e.recipient, MailDelivered::name);
        const Line& l = line(e.connection);
        if (l.kept || l.meddled || excused(l.client, Invariant::delivered_is_kept)) return;
        breaks(Invariant::delivered_is_kept,
               fmt::format("{} counts as delivered to {} over {}, where nobody has kept it",
                           named(e.mail), e.recipient, named(e.connection)));
    }
    // Only what the sender itself sent counts: others may say the same words again (A25).
    void note(const MailKept& e) {
        Line& l = line(e.connection);
        l.kept = true;
        OpenMails::Mail* const mail = mails_.find(l.content);
        if (mail == nullptr || l.meddled || l.received_id != mail->message_id) return;
        for (std::string& recipient : split_addresses(e.to)) {
            const OpenMails::Recipient* const r = mail->find(recipient);
            const auto [place, first] =
                kept_.try_emplace({l.content, event_->host, std::move(recipient)}, e.connection);
            if (!first) kept_again(l.content, line(place->second), r);
            place->second = e.connection;
        }
    }
    void kept_again(MailId mail, const Line& before, const OpenMails::Recipient* r) {
        const std::string what =
            fmt::format("{} keeps {} for {} a second time", named(event_->host), named(mail),
                        r != nullptr ? r->address : "somebody");
        if (before.answered)
            breaks(Invariant::kept_once, what + ", though the first reply had come");
        else if (r == nullptr || !r->forewarned)
            breaks(Invariant::kept_once, what + ", and no deferral has said that it might");
    }
    void note(const MailRelayed& e) { lineage_.copied(e.mail, line(e.connection).content); }
    void note(const BounceSent& e) { lineage_.reported(e.bounce, e.mail); }
    void note(const DeliveryReported& e) {
        if (e.report != MailId::none) lineage_.reported(e.report, line(e.connection).content);
    }
    using LeftOut =
        Events<PathWatched, AttackerActed, KeyStolen, WorldChanged, LinkChanged, ConnectionOpened,
               ConnectionFailed, ConnectionBlocked, DatagramSent, DatagramPassed, DatagramDropped,
               DatagramArrived, DnsAsked, DnsAnswered, DnsForged, HttpRequestSent, HttpResponseSent,
               HttpResponseReceived, StsDiscovered, StsFetched, StsApplied, AdminAlerted,
               CommandReceived, ReplySent, BytesDiscarded, HandshakeStarted, HandshakeFinished,
               HandshakeFailed, CertificateSeen, SecretMade, MailSubmitted, Downgraded,
               BounceReturned, TlsReportMade, TlsReportSent, TlsReportPosted, TlsReportDelayed,
               TlsReportLost, TlsReportTaken, TlsReportRefused, MailScanned, MailSealed>;

    // ---- watchers
    bool could_read(std::string_view watcher, MailId mail) {
        const auto there = [&](const std::vector<HostId>& hosts) {
            return std::any_of(hosts.begin(), hosts.end(),
                               [&](HostId id) { return host(id).title == watcher; });
        };
        for (const MailId one : lineage_.descendants(lineage_.quoted_by(mail)))
            if (const auto crossings = contents_.find(one); crossings != contents_.end())
                for (const Crossed& c : crossings->second) {
                    const Line& l = line(c.connection);
                    if (there(l.opened_by) || (c.layer == Layer::clear && there(l.seen_by)))
                        return true;
                }
        return false;
    }

    const Trace& trace_;
    const Event* event_ = nullptr;
    Instant now_;
    bool watched_ = false;
    Host nobody_;
    std::vector<Host> hosts_;
    std::vector<Line> lines_;
    OpenMails mails_;
    struct Crossed {
        ConnectionId connection;
        Layer layer;
    };
    std::map<MailId, std::vector<Crossed>> contents_;
    /// On which connection a host kept a mail for a recipient last.
    std::map<std::tuple<MailId, HostId, std::string>, ConnectionId> kept_;
    Lineage lineage_;
    std::vector<Broken> broken_;
};

}  // namespace

std::vector<Broken> broken_invariants(const Trace& trace,
                                      const std::vector<MailVerdict>& verdicts) {
    Inspector inspector(trace);
    inspector.inspect();
    inspector.compare(verdicts);
    return inspector.result();
}

std::vector<Broken> broken_invariants(const Trace& trace) {
    Inspector inspector(trace);
    inspector.inspect();
    if (inspector.watched()) inspector.compare(verdicts_of(trace));
    return inspector.result();
}

std::string told(const Broken& broken, const Trace& trace, std::string_view id,
                 std::uint64_t seed) {
    constexpr EventId shown = 20;
    std::string out = fmt::format("a bug in mailtls: {} ({})\n  {}, seed {}; the events before:\n",
                                  broken.sentence, word(broken.invariant), id, seed);
    const EventId first = broken.event > shown ? broken.event - shown + 1 : 1;
    for (EventId e = first; e <= broken.event && e <= trace.size(); ++e)
        out += fmt::format("  {}\n", text_line(trace, trace.at(e)));
    return out + "Please report it with the scenario file and this text.";
}

}  // namespace judge
