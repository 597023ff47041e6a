#include "harness/judge/judge.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/trace/encode.hpp"
#include "sim/trace/reader.hpp"

namespace judge {

using namespace trace;

std::string_view word(Fate fate) {
    switch (fate) {
        case Fate::queued: return "queued";
        case Fate::deferred: return "deferred";
        case Fate::delivered: return "delivered";
        case Fate::bounced: return "bounced";
    }
    return "queued";
}

std::string_view word(Crossing crossing) {
    switch (crossing) {
        case Crossing::not_at_all: return "not at all";
        case Crossing::in_clear_text: return "in clear text";
        case Crossing::encrypted: return "encrypted";
        case Crossing::authenticated: return "authenticated";
    }
    return "not at all";
}

namespace {

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// The wire decides: where the mail's own words stand in the bytes, they crossed in clear text.
Crossing crossing_of(const ConnectionEvidence& c, std::string_view message_id) {
    if (contains(c.to_server, message_id)) return Crossing::in_clear_text;
    if (!c.tls_content) return Crossing::not_at_all;
    return c.peer == Peer::verified ? Crossing::authenticated : Crossing::encrypted;
}

}  // namespace

class Judge {
  public:
    Judge(const Trace& trace, Evidence& evidence) : trace_(trace), evidence_(evidence) {}

    std::vector<MailVerdict> all(Sightings* sightings, const AtEachMail& at_each) {
        read_on();
        for (MailVerdict& verdict : verdicts_) describe_crossing(verdict);
        for (MailVerdict& verdict : verdicts_)
            for (RecipientVerdict& r : verdict.recipients) follow(verdict, r);
        std::erase_if(verdicts_, [](const auto& v) { return v.kind == Kind::relayed; });
        for (MailVerdict& verdict : verdicts_) {
            if (at_each) at_each();
            finish(verdict, sightings);
        }
        return std::move(verdicts_);
    }

    // As things stand. Null: no such mail, or a hop of another.
    std::optional<MailVerdict> of(MailId mail, Sightings* sightings) {
        read_on();
        const MailVerdict* const its = find(mail);
        if (its == nullptr || its->kind == Kind::relayed) return std::nullopt;
        for (const MailId copy : evidence_.on_all_hops(mail))
            if (MailVerdict* const v = find(copy)) describe_crossing(*v);
        MailVerdict verdict = *its;
        for (RecipientVerdict& r : verdict.recipients) follow(verdict, r);
        finish(verdict, sightings);
        return verdict;
    }

  private:
    using Kind = MailVerdict::Kind;

    void read_on() {
        evidence_.read_on();
        while (read_ < trace_.size()) {
            const Event& event = trace_.at(++read_);
            host_ = event.host;
            event_ = event.id;
            trace::read(event.body, LeftOut(),
                        [&](const auto& body) -> decltype(note(body)) { note(body); });
        }
    }

    MailVerdict& begin(Kind kind, MailId mail, std::string_view from, std::string_view to) {
        place_[mail] = verdicts_.size();
        MailVerdict& verdict = verdicts_.emplace_back();
        verdict.kind = kind;
        verdict.mail = mail;
        verdict.from = from;
        verdict.to = to;
        sender_[mail] = host_;
        // The first one counts, where an address stands there twice.
        auto& places = recipients_[mail];
        for (std::string& address : split_addresses(to)) {
            places.try_emplace(address, verdict.recipients.size());
            verdict.recipients.emplace_back().address = std::move(address);
        }
        return verdict;
    }
    void note(const MailSubmitted& e) {
        begin(Kind::submitted, e.mail, e.from, e.to).message_id = e.message_id;
    }
    void note(const MailRelayed& e) {
        MailVerdict& verdict = begin(Kind::relayed, e.mail, e.from, e.to);
        const auto before = on_connection_.find(e.connection);
        if (before != on_connection_.end()) verdict.about = before->second;
        relayed_from_[e.connection].push_back(e.mail);
        verdict.message_id = message_id_of(e.content);
    }
    void note(const BounceSent& e) {
        MailVerdict& verdict = begin(Kind::report, e.bounce, "", e.to);
        verdict.about = e.mail;
        verdict.message_id = message_id_of(e.content);
    }
    void note(const DeliveryReported& e) {
        if (e.report == MailId::none) return;
        MailVerdict& verdict = begin(Kind::report, e.report, "", e.to);
        const auto before = on_connection_.find(e.connection);
        if (before != on_connection_.end()) verdict.about = before->second;
        verdict.message_id = message_id_of(e.content);
    }
    void note(const TlsReportSent& e) {
        begin(Kind::report, e.mail, "", e.to).message_id = message_id_of(e.content);
    }
    void note(const HostJoined& e) { titles_[e.host] = e.title; }
    void note(const ContentSent& e) { on_connection_[e.connection] = e.mail; }
    void note(const DeliveryStarted& e) {
        if (MailVerdict* v = find(e.mail)) v->attempts = std::max(v->attempts, e.attempt);
        tried_[e.mail].next_hop = e.domain;
    }
    void note(const HostTried& e) {
        servers_[e.connection] = e.server;
        Tried& tried = tried_[e.mail];  // One next hop of a mail is tried after the other.
        tried.last[tried.next_hop] = e.connection;
    }
    void note(const MailDelivered& e) {
        RecipientVerdict* const r = find(e.mail, e.recipient);
        if (r == nullptr) return;
        r->fate = Fate::delivered;
        r->told = event_;
        r->reason = Reason::none;
        r->code = e.code;
        r->detail = e.text;
        r->reached = e.server;
        carried_[{e.mail, r->address}] = e.connection;
        delivering_.insert(e.connection);
    }
    void note(const MailDeferred& e) {
        failed(e.mail, e.recipient, Fate::deferred, e.reason, e.code, e.detail);
    }
    void note(const MailBounced& e) {
        failed(e.mail, e.recipient, Fate::bounced, e.reason, e.code, e.detail);
    }
    using LeftOut =
        Events<PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged, LinkChanged,
               HostWentDown, HostCameBack, ConnectionAsked, ConnectionOpened, ConnectionFailed,
               ConnectionBlocked, SegmentSent, SegmentPassed, SegmentAltered, SegmentInjected,
               SegmentDropped, SegmentArrived, PlaintextOpened, DatagramSent, DatagramPassed,
               DatagramDropped, DatagramArrived, DnsAsked, DnsAnswered, DnsForged, HttpRequestSent,
               HttpResponseSent, HttpResponseReceived, StsDiscovered, StsFetched, StsApplied,
               AdminAlerted, CommandSent, CommandReceived, ReplySent, ReplyReceived,
               ContentReceived, BytesDiscarded, HandshakeStarted, HandshakeFinished,
               HandshakeFailed, CertificateSeen, SecretMade, PolicyJudged, Downgraded,
               BounceReturned, TlsReportMade, TlsReportPosted, TlsReportDelayed, TlsReportLost,
               TlsReportTaken, TlsReportRefused, MailKept, MailScanned, MailSealed>;

    void failed(MailId mail, std::string_view recipient, Fate fate, Reason reason,
                std::string_view code, std::string_view detail) {
        RecipientVerdict* const r = find(mail, recipient);
        if (r == nullptr) return;
        r->fate = fate;
        r->told = event_;
        r->reason = reason;
        r->code = code;
        r->detail = detail;
    }

    MailVerdict* find(MailId mail) {
        const auto found = place_.find(mail);
        return found == place_.end() ? nullptr : &verdicts_[found->second];
    }
    RecipientVerdict* find(MailId mail, std::string_view address) {
        const auto of_mail = recipients_.find(mail);
        if (of_mail == recipients_.end()) return nullptr;
        const auto found = of_mail->second.find(address);
        MailVerdict* const v = found == of_mail->second.end() ? nullptr : find(mail);
        return v == nullptr ? nullptr : &v->recipients[found->second];
    }

    // Content that was sent and then refused has crossed all the same: the first and the last
    // connection that carried this mail's, and delivered nothing.
    std::pair<ConnectionId, ConnectionId> refused_of(MailId mail) const {
        ConnectionId first = ConnectionId::none, last = ConnectionId::none;
        const auto sent = evidence_.carried_by.find(mail);
        if (sent == evidence_.carried_by.end()) return {first, last};
        for (const ConnectionId id : sent->second) {
            if (delivering_.contains(id)) continue;
            first = first == ConnectionId::none ? id : std::min(first, id);
            last = last == ConnectionId::none ? id : std::max(last, id);
        }
        return {first, last};
    }

    void describe_crossing(MailVerdict& verdict) {
        const auto [first, last] = refused_of(verdict.mail);
        for (RecipientVerdict& r : verdict.recipients) {
            ConnectionId by = ConnectionId::none;
            const auto carried = carried_.find({verdict.mail, r.address});
            if (carried != carried_.end()) by = carried->second;
            if (r.fate != Fate::delivered && last != ConnectionId::none) by = last;
            if (by == ConnectionId::none) by = first;
            if (by == ConnectionId::none) continue;
            crossed_by_[{verdict.mail, r.address}] = by;
            const ConnectionEvidence& c = evidence_.connections.at(by);
            r.crossed = crossing_of(c, verdict.message_id);
            if (c.tls_content)
                r.tls = TlsVerdict{std::string(c.version), std::string(c.cipher), c.peer,
                                   std::string(c.alpn), c.resumed};
        }
    }

    // The copy of this recipient on the next hop.
    RecipientVerdict* next(const MailVerdict& verdict, const RecipientVerdict& r,
                           const MailVerdict*& child) {
        const auto carried = carried_.find({verdict.mail, r.address});
        if (carried == carried_.end()) return nullptr;
        const auto relayed = relayed_from_.find(carried->second);
        if (relayed == relayed_from_.end()) return nullptr;
        for (const MailId mail : relayed->second)
            if (RecipientVerdict* const other = find(mail, r.address)) {
                child = find(mail);
                return other;
            }
        return nullptr;
    }
    Hop hop(const MailVerdict& verdict, const RecipientVerdict& r) const {
        Hop out{std::string(titles_.at(sender_.at(verdict.mail))),
                r.reached,
                r.fate,
                r.crossed,
                r.reason,
                r.code,
                r.detail,
                r.tls,
                r.told,
                verdict.mail,
                connection_of(verdict.mail, r.address),
                {},
                verdict.attempts,
                {},
                {}};
        const auto server = servers_.find(out.connection);
        if (server != servers_.end()) out.tried = server->second;
        return out;
    }
    // Where nothing crossed, the last one that was tried on the way of this recipient.
    ConnectionId connection_of(MailId mail, const std::string& address) const {
        const auto crossed = crossed_by_.find({mail, address});
        if (crossed != crossed_by_.end()) return crossed->second;
        const auto tried = tried_.find(mail);
        if (tried == tried_.end()) return ConnectionId::none;
        const auto& last = tried->second.last;
        const auto way =
            last.size() == 1 ? last.begin() : last.find(address.substr(address.rfind('@') + 1));
        return way == last.end() ? ConnectionId::none : way->second;
    }
    // From hop to hop: the fate is the last one's, the crossing the weakest one's.
    void follow(const MailVerdict& verdict, RecipientVerdict& r) {
        if (verdict.kind == Kind::relayed) return;
        const MailVerdict* at = &verdict;
        const RecipientVerdict* here = &r;
        std::vector<Hop> hops{hop(*at, *here)};
        while ((here = next(*at, *here, at)) != nullptr) hops.push_back(hop(*at, *here));
        for (std::size_t i = 1; i < hops.size(); ++i) {
            const Hop& h = hops[i];
            if (h.crossed != Crossing::not_at_all && h.crossed < r.crossed) {
                r.crossed = h.crossed;
                r.tls = h.tls;
            }
            r.fate = h.fate;
            r.told = h.told;
            r.reason = h.reason;
            r.code = h.code;
            r.detail = h.detail;
            if (!h.to.empty()) r.reached = h.to;
        }
        r.hops = std::move(hops);
    }

    static int distance(Fate fate) {  // from a good end
        switch (fate) {
            case Fate::delivered: return 0;
            case Fate::bounced: return 1;
            case Fate::deferred: return 2;
            case Fate::queued: return 3;
        }
        return 3;
    }
    static void sum_up(MailVerdict& verdict) {
        bool first = true;
        for (const RecipientVerdict& r : verdict.recipients) {
            const Crossing before = verdict.all.crossed;
            const std::optional<TlsVerdict> tls = verdict.all.tls;
            if (first || distance(r.fate) > distance(verdict.all.fate)) verdict.all = r;
            const bool weaker = r.crossed != Crossing::not_at_all &&
                                (before == Crossing::not_at_all || r.crossed < before);
            verdict.all.crossed = first || weaker ? r.crossed : before;
            verdict.all.tls = first || weaker ? r.tls : tls;
            first = false;
        }
        verdict.all.address = verdict.to;
    }
    void finish(MailVerdict& verdict, Sightings* sightings) {
        const bool watched = sightings != nullptr && !evidence_.watchers.empty();
        if (watched && (verdict.has_hops() || verdict.recipients.size() > 1))
            name_watchers_of_hops(verdict, *sightings);
        sum_up(verdict);
        if (watched) name_watchers(verdict, *sightings);
    }

    // Whatever carried it on this hop for this recipient, taken or refused.
    bool carried(const Hop& hop, const RecipientVerdict& r, ConnectionId by) const {
        const auto taken = carried_.find({hop.mail, r.address});
        return !delivering_.contains(by) || (taken != carried_.end() && taken->second == by);
    }
    void name_watchers_of_hops(MailVerdict& verdict, Sightings& sightings) {
        const auto seen = sightings.everywhere(verdict.mail);
        for (RecipientVerdict& r : verdict.recipients)
            for (Hop& h : r.hops) {
                std::set<HostId> readers, changers;
                const auto carriers = evidence_.carried_by.find(h.mail);
                if (carriers == evidence_.carried_by.end()) continue;
                for (const ConnectionId by : carriers->second) {
                    if (!carried(h, r, by)) continue;
                    changers.merge(evidence_.changers_on(by, h.mail));
                    for (const HostId watcher : evidence_.watchers)
                        if (seen.contains({by, watcher})) readers.insert(watcher);
                }
                for (const HostId reader : readers) h.read_by.emplace_back(titles_.at(reader));
                for (const HostId changer : changers)
                    if (evidence_.watchers.contains(changer))
                        h.altered_by.emplace_back(titles_.at(changer));
            }
    }

    void name_watchers(MailVerdict& verdict, Sightings& sightings) {
        for (const Sighting& seen : sightings.of(verdict.mail)) {
            verdict.read_by.emplace_back(titles_.at(seen.watcher));
            const std::string_view key_of = evidence_.key_to(seen.stream);
            if (!key_of.empty())
                verdict.stolen_keys.push_back({verdict.read_by.back(), std::string(key_of)});
        }
        for (const auto& [changer, change] : evidence_.changers_of(verdict.mail))
            if (evidence_.watchers.contains(changer))
                verdict.altered_by.emplace_back(titles_.at(changer));
    }

    const Trace& trace_;
    Evidence& evidence_;
    EventId read_ = 0;
    HostId host_ = HostId::nobody;
    EventId event_ = 0;
    std::map<MailId, HostId> sender_;
    std::map<ConnectionId, MailId> on_connection_;
    std::map<ConnectionId, std::vector<MailId>> relayed_from_;
    std::map<HostId, std::string_view> titles_;
    std::vector<MailVerdict> verdicts_;
    std::map<MailId, std::size_t> place_;  ///< Among `verdicts_`, while all of them are there.
    std::map<MailId, std::map<std::string, std::size_t, std::less<>>> recipients_;  ///< Places.
    using Copy = std::pair<MailId, std::string>;  ///< For one recipient, on one hop.
    std::map<Copy, ConnectionId> carried_, crossed_by_;
    struct Tried {
        std::string_view next_hop;
        std::map<std::string_view, ConnectionId> last;  ///< By next hop.
    };
    std::map<MailId, Tried> tried_;
    std::map<ConnectionId, std::string_view> servers_;
    std::set<ConnectionId> delivering_;
};

std::vector<MailVerdict> verdicts_of(const Trace& trace, Watchers watchers,
                                     const AtEachMail& at_each) {
    Evidence evidence(trace);
    Sightings sightings(evidence);
    return Judge(trace, evidence).all(watchers == Watchers::named ? &sightings : nullptr, at_each);
}

Inquiry::Inquiry(const Trace& trace)
    : evidence_(trace), sightings_(evidence_), judge_(std::make_unique<Judge>(trace, evidence_)) {}
Inquiry::~Inquiry() = default;

std::optional<MailVerdict> Inquiry::verdict(MailId mail) { return judge_->of(mail, nullptr); }
std::optional<MailVerdict> Inquiry::whole_verdict(MailId mail) {
    return judge_->of(mail, &sightings_);
}

ConnectionId last_connection(const Trace& trace, MailId mail) {
    ConnectionId last = ConnectionId::none;
    trace.each_of<HostTried>([&](const Event&, const HostTried& tried) {
        if (tried.mail == mail) last = tried.connection;
    });
    return last;
}

bool FateCounter::settled(MailId mail) {
    const auto index = [](MailId id) { return static_cast<std::size_t>(id); };
    const auto grow = [&](MailId id) -> int& {
        if (index(id) >= open_.size()) open_.resize(index(id) + 1, 0);
        return open_[index(id)];
    };
    const auto root = [&](MailId id) {
        const auto found = root_.find(id);
        return found == root_.end() ? id : found->second;
    };
    for (; seen_ < trace_.size(); ++seen_) {
        const Event& event = trace_.at(seen_ + 1);
        if (const auto* submitted = event.as<MailSubmitted>()) {
            grow(submitted->mail) += static_cast<int>(split_addresses(submitted->to).size());
        } else if (const auto* sent = event.as<ContentSent>()) {
            carried_[sent->connection] = sent->mail;
        } else if (const auto* relayed = event.as<MailRelayed>()) {
            root_[relayed->mail] = root(carried_[relayed->connection]);
            grow(root(relayed->mail)) += static_cast<int>(split_addresses(relayed->to).size());
        } else if (const auto* delivered = event.as<MailDelivered>()) {
            --grow(root(delivered->mail));
        } else if (const auto* bounced = event.as<MailBounced>()) {
            --grow(root(bounced->mail));
        }
    }
    return grow(mail) == 0;
}

}  // namespace judge
