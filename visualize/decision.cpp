#include "visualize/decision.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "sim/trace/encode.hpp"
#include "sim/trace/reader.hpp"
#include "visualize/dress.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

constexpr std::size_t most_attempts = 40, mail_columns = 3;
// Of characters: of a word, and of all that a box says of one thing.
constexpr std::size_t longest_word = 72, longest_text = 600;

// What a box is, told by its shape and its first word.
enum class Kind : std::uint8_t { facts, rule, yes, no };

struct Look {
    std::string_view shape, fill, line;
};
Look look(Kind kind) {
    switch (kind) {
        case Kind::facts: return {"note", "#f3f5f7", "#aeb8c2"};
        case Kind::rule: return {"box", "#eef0fa", "#8a96a3"};
        case Kind::yes: return {"box", "#e9f6ef", "#7fb89c"};
        case Kind::no: return {"octagon", "#fff4dc", "#d9a441"};
    }
    return {"box", "white", "#8a96a3"};
}

struct Box {
    Kind kind = Kind::facts;
    EventId event = 0;
    std::vector<std::string> lines;
};
struct Attempt {
    EventId event = 0;
    HostId host{};
    MailId mail{};
    std::string domain, level, clock;
    std::uint32_t number = 0;
    std::map<std::string, Box> facts;                   ///< "DNS", "MTA-STS".
    std::map<ConnectionId, std::vector<Box>> sessions;  ///< In the order of their judgement.
    std::vector<Box> outcomes;
};

std::string lines_to_words(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string("; ") : std::string(1, c);
    return out;
}
bool inside_a_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Lines that end between words, of so many characters if these allow it. Nothing is left out but of
// what no box can hold.
std::vector<std::string> box_lines(std::string text, std::size_t longest_line) {
    if (text.size() > longest_text) {
        std::size_t end = longest_text - 1;
        while (end > 0 && inside_a_letter(text[end])) --end;
        text = text.substr(0, end) + "…";
    }
    std::vector<std::string> out{""};
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(text.find(' ', at), text.size());
        const bool is_long = end - at > longest_word;
        if (is_long) end = at + longest_word;
        while (is_long && end > at + 1 && inside_a_letter(text[end])) --end;
        const std::string word_of_it = text.substr(at, end - at);
        if (!out.back().empty() && out.back().size() + 1 + word_of_it.size() > longest_line)
            out.emplace_back();
        out.back() += (out.back().empty() ? "" : " ") + word_of_it;
        at = is_long ? end : end + 1;
    }
    return out;
}

class Reader {
  public:
    explicit Reader(const Trace& trace) : begins_(trace.begins()), owner_(trace.size() + 1) {
        trace.each([&](const Event& event) {
            event_ = &event;
            if (event.as<DeliveryStarted>() != nullptr)
                owner_[event.id] = event.id;
            else
                owner_[event.id] = owner_[event.cause];
            const auto owner = attempts.find(owner_[event.id]);
            attempt_ = owner == attempts.end() || owner->second.host != event.host ? nullptr
                                                                                   : &owner->second;
            trace::read(event.body, LeftOut(),
                        [&](const auto& body) -> decltype(tell(body)) { tell(body); });
        });
    }
    std::map<EventId, Attempt> attempts;
    // Where a mail came from that nobody has submitted here.
    std::string origin(MailId mail) const {
        const auto known = origins_.find(mail);
        return known == origins_.end() ? std::string() : known->second;
    }

  private:
    void tell(const DeliveryStarted& e) {
        Attempt& a = attempts[event_->id];
        a.event = event_->id;
        a.host = event_->host;
        a.mail = e.mail;
        a.domain = e.domain;
        a.level = e.level;
        a.number = e.attempt;
        a.clock = readable(event_->at - begins_);
        latest_[e.mail] = event_->id;
    }
    void fact(const std::string& about, std::string text) {
        if (attempt_ == nullptr) return;
        Box& box = attempt_->facts[about];
        if (box.event == 0) box.event = event_->id;
        box.lines.push_back(std::move(text));
    }
    void step(ConnectionId connection, Kind kind, std::string text) {
        if (attempt_ == nullptr) return;
        std::vector<Box>& boxes = attempt_->sessions[connection];
        const bool joins = !boxes.empty() && boxes.back().kind == kind && kind == Kind::facts;
        if (!joins) boxes.push_back({kind, event_->id, {}});
        boxes.back().lines.push_back(std::move(text));
    }
    void outcome(MailId mail, Kind kind, std::string text) {
        const auto latest = latest_.find(mail);
        if (latest != latest_.end())
            attempts[latest->second].outcomes.push_back({kind, event_->id, {std::move(text)}});
    }

    void tell(const DnsAnswered& e) {
        fact("DNS", fmt::format("{} {} ({}, {}): {}", e.type, e.question, e.status, e.security,
                                e.records.empty() ? "nothing" : lines_to_words(e.records)));
    }
    void tell(const StsDiscovered& e) {
        fact("MTA-STS", e.policy_id.empty()
                            ? fmt::format("no policy is announced: {}", e.why)
                            : fmt::format("a policy is announced, id {}", e.policy_id));
    }
    void tell(const StsFetched& e) {
        fact("MTA-STS", e.reason == Reason::none
                            ? fmt::format("fetched: {}", lines_to_words(e.policy))
                            : fmt::format("not fetched: {}, {}", word(e.reason), e.why));
    }
    void tell(const StsApplied& e) {
        fact("MTA-STS", fmt::format("what counts: {}, from {} ({})", e.mode, e.source, e.why));
    }
    void tell(const ConnectionAsked& e) {
        if (e.port == 443) https_[e.connection] = true;
    }
    void tell(const ConnectionFailed& e) {
        if (!https_.contains(e.connection))
            step(e.connection, Kind::no, fmt::format("not connected: {}", word(e.reason)));
    }
    void tell(const HostTried& e) {
        step(e.connection, Kind::rule, fmt::format("{} ({})", e.server, e.address));
        if (attempt_ != nullptr)
            attempt_->sessions[e.connection].back().lines.push_back(
                fmt::format("demanded: {}", word(e.demanded)));
    }
    void tell(const HandshakeFinished& e) {
        if (!https_.contains(e.connection))
            step(e.connection, Kind::facts,
                 fmt::format("TLS: {}, {}{}{}", e.version, e.cipher,
                             e.alpn.text.empty() ? "" : fmt::format(", for {}", e.alpn.text),
                             e.resumed.text.empty() ? "" : ", an earlier session goes on"));
    }
    void tell(const HandshakeFailed& e) {
        if (!https_.contains(e.connection))
            step(e.connection, Kind::facts, fmt::format("TLS failed: {}", e.detail));
    }
    void tell(const CertificateSeen& e) {
        if (!https_.contains(e.connection))
            step(e.connection, Kind::facts,
                 fmt::format("certificate for {}, by {}: {}", e.names.empty() ? "nobody" : e.names,
                             e.issuer.empty() ? "nobody" : e.issuer, e.trust));
    }
    void tell(const PolicyJudged& e) {
        const bool accepted = e.ruling == Ruling::accepted;
        step(e.connection, accepted ? Kind::yes : Kind::no,
             fmt::format("{}: {}", word(e.ruling), e.why));
        if (attempt_ == nullptr) return;
        attempt_->sessions[e.connection].back().lines.push_back(
            accepted ? fmt::format("the peer is {}", word(e.peer))
                     : fmt::format("{}", word(e.reason)));
    }
    void tell(const Downgraded& e) {
        step(e.connection, Kind::no, fmt::format("less protection: {}", e.why));
    }
    void tell(const ContentSent& e) { carried_[e.connection] = e.mail; }
    void tell(const MailRelayed& e) {
        const auto before = carried_.find(e.connection);
        origins_[e.mail] = before == carried_.end()
                               ? std::string("relayed")
                               : fmt::format("relayed: mail {} of the hop before",
                                             static_cast<std::uint32_t>(before->second));
    }
    void tell(const TlsReportSent& e) { origins_[e.mail] = "a TLS report"; }
    void tell(const BounceSent& e) {
        origins_[e.bounce] =
            fmt::format("a non-delivery report on mail {}", static_cast<std::uint32_t>(e.mail));
        outcome(e.mail, Kind::no,
                fmt::format("a non-delivery report goes to {} as mail {}", e.to,
                            static_cast<std::uint32_t>(e.bounce)));
    }
    void tell(const DeliveryReported& e) {
        const auto about = carried_.find(e.connection);
        if (e.report != MailId::none)
            origins_[e.report] = fmt::format("a delivery report ({})", e.action);
        if (about == carried_.end()) return;
        if (e.report != MailId::none)
            origins_[e.report] +=
                fmt::format(" on mail {}", static_cast<std::uint32_t>(about->second));
        const bool sent = e.report != MailId::none;
        outcome(about->second, Kind::yes,
                fmt::format("a delivery report ({}) goes {} {}", e.action, sent ? "to" : "back to",
                            e.to));
    }
    void tell(const MailDelivered& e) {
        outcome(e.mail, Kind::yes, fmt::format("delivered: {} ({})", e.recipient, e.code));
    }
    void tell(const MailDeferred& e) {
        outcome(e.mail, Kind::no,
                fmt::format("deferred: {}, {} ({})", e.recipient, word(e.reason), e.code));
    }
    void tell(const MailBounced& e) {
        outcome(e.mail, Kind::no,
                fmt::format("bounced: {}, {} ({})", e.recipient, word(e.reason), e.code));
    }
    using LeftOut =
        Events<HostJoined, PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged,
               LinkChanged, HostWentDown, HostCameBack, ConnectionOpened, ConnectionBlocked,
               SegmentSent, SegmentPassed, SegmentAltered, SegmentInjected, SegmentDropped,
               SegmentArrived, PlaintextOpened, DatagramSent, DatagramPassed, DatagramDropped,
               DatagramArrived, DnsAsked, DnsForged, HttpRequestSent, HttpResponseSent,
               HttpResponseReceived, AdminAlerted, CommandSent, CommandReceived, ReplySent,
               ReplyReceived, ContentReceived, BytesDiscarded, HandshakeStarted, SecretMade,
               MailSubmitted, BounceReturned, TlsReportMade, TlsReportPosted, TlsReportDelayed,
               TlsReportLost, TlsReportTaken, TlsReportRefused, MailKept, MailScanned, MailSealed>;

    const Event* event_ = nullptr;
    Attempt* attempt_ = nullptr;
    const Instant begins_;
    std::vector<EventId> owner_;
    std::map<MailId, EventId> latest_;
    std::map<ConnectionId, bool> https_;
    std::map<ConnectionId, MailId> carried_;  ///< The last mail on it.
    std::map<MailId, std::string> origins_;
};

// What an attempt went by, without its time.
std::string signature(const Attempt& a) {
    std::string out =
        fmt::format("{} {} {}\n", static_cast<std::uint32_t>(a.mail), a.domain, a.level);
    const auto add = [&](const Box& box) {
        for (const std::string& line : box.lines) out += line + "\n";
    };
    for (const auto& [about, box] : a.facts) add(box);
    for (const auto& [connection, boxes] : a.sessions)
        std::for_each(boxes.begin(), boxes.end(), add);
    std::for_each(a.outcomes.begin(), a.outcomes.end(), add);
    return out;
}

class Tree {
  public:
    Drawn draw(const Trace& trace, const std::string& title) {
        const std::size_t at = title.find("::");
        out_.caption.title = at == std::string::npos ? title : title.substr(at + 2);
        out_.dot = fmt::format(
            "digraph decision {{\n graph[bgcolor=white pad=0.25 rankdir=TB ordering=out "
            "nodesep=0.3 ranksep=0.3 fontname=\"{0}\" labelloc=t label=<<b>{1}</b>>]\n "
            "node[fontname=\"{0}\" "
            "margin=\"0.14,0.07\" style=filled]\n edge[color=\"{2}\" arrowsize=0.7]\n",
            font, styled(font, 13, ink, out_.caption.title), frame_shade);
        Reader reader(trace);
        std::map<std::pair<MailId, std::string>, std::vector<const Attempt*>> mails;
        for (const auto& [id, attempt] : reader.attempts)
            mails[{attempt.mail, attempt.domain}].push_back(&attempt);
        for (const auto& [key, attempts] : mails)
            draw_mail(trace, attempts, reader.origin(key.first));
        if (mails.empty()) node({Kind::facts, 0, {"no delivery was attempted"}}, "");
        if (left_out_ > 0)
            node({Kind::facts, 0, {fmt::format("{} more attempts are left out", left_out_)}},
                 last_);
        out_.dot += "}\n";
        out_.caption.description =
            "A tree of decisions: for each attempt the facts, the rule, the judgement and the "
            "outcome. " +
            sentences_;
        return std::move(out_);
    }

  private:
    // Gives the node's name.
    std::string node(const Box& box, const std::string& parent) {
        const std::string name = fmt::format("n{}", count_++);
        const Look l = look(box.kind);
        std::string label;
        for (std::size_t i = 0; i < box.lines.size(); ++i) {
            if (i > 0) label += "<br/>";
            label += styled_lines(box.kind, i == 0, box.lines[i]);
        }
        const std::string id =
            box.event == 0 ? std::string() : fmt::format(" id=\"event_{}\"", box.event);
        out_.dot += fmt::format(
            " {}[shape={} fillcolor=\"{}\" color=\"{}\"{}{} label=<{}>]\n", name, l.shape, l.fill,
            l.line, box.kind == Kind::yes ? " style=\"rounded,filled\"" : "", id, label);
        if (!parent.empty()) out_.dot += fmt::format(" {}->{}\n", parent, name);
        if (box.event != 0)
            out_.caption.groups[fmt::format("event_{}", box.event)] =
                fmt::format("{}", fmt::join(box.lines, "; "));
        return name;
    }
    static std::string styled_lines(Kind kind, bool first, const std::string& text) {
        // An octagon is wide by itself.
        const std::size_t longest = kind == Kind::no ? 40 : first ? 46 : 54;
        std::string out;
        for (const std::string& line : box_lines(text, longest))
            out += (out.empty() ? "" : "<br/>") +
                   styled(first ? font : mono, first ? 10 : 8.5, first ? ink : muted, line);
        return out;
    }
    // The life of a mail goes downwards. Three stand side by side, the fourth below the first.
    void draw_mail(const Trace& trace, const std::vector<const Attempt*>& attempts,
                   const std::string& origin) {
        if (drawn_ >= most_attempts) {
            left_out_ += attempts.size();
            return;
        }
        const Attempt& first = *attempts.front();
        Box mail{
            Kind::rule,
            0,
            {fmt::format("mail {} to {}", static_cast<std::uint32_t>(first.mail), first.domain),
             fmt::format("sent by {}", host_title(trace, first.host))}};
        if (!origin.empty()) mail.lines.push_back(origin);
        std::string& above = column_[mails_++ % mail_columns];
        std::string at = node(mail, "");
        if (!above.empty()) out_.dot += fmt::format(" {}->{}[style=invis]\n", above, at);
        for (std::size_t i = 0; i < attempts.size();) {
            std::size_t last = i;
            while (last + 1 < attempts.size() &&
                   signature(*attempts[last + 1]) == signature(*attempts[i]))
                ++last;
            // The last of them is drawn where the mail's life ends with it, and two are drawn both.
            const bool show_last = last > i && (last + 1 == attempts.size() || last == i + 1);
            const std::size_t hidden = last - i - (show_last ? 1 : 0);
            at = draw_attempt(*attempts[i], at);
            if (hidden > 0)
                at = node({Kind::facts,
                           0,
                           {fmt::format("{} more attempt{}, all alike, until {}", hidden,
                                        hidden == 1 ? "" : "s", attempts[i + hidden]->clock)}},
                          at);
            if (show_last) at = draw_attempt(*attempts[last], at);
            i = last + 1;
        }
        above = last_ = at;
    }
    // Gives the last node.
    std::string draw_attempt(const Attempt& a, const std::string& above) {
        if (++drawn_ > most_attempts) {
            ++left_out_;
            return above;
        }
        std::string at = node({Kind::rule,
                               a.event,
                               {fmt::format("attempt {}: level {}", a.number, a.level),
                                fmt::format("after {}", a.clock)}},
                              above);
        for (const auto& [about, box] : a.facts) {
            Box titled = box;
            titled.lines.insert(titled.lines.begin(), about);
            at = node(titled, at);
        }
        // Hosts that were tried stand side by side, and what came of them all below.
        std::vector<std::string> ends;
        for (const auto& [connection, boxes] : a.sessions) {
            std::string step = at;
            for (const Box& box : boxes) step = node(box, step);
            ends.push_back(step);
        }
        sentences_ +=
            fmt::format("Attempt {} of mail {}:", a.number, static_cast<std::uint32_t>(a.mail));
        for (const Box& box : a.outcomes) {
            if (ends.empty()) ends.push_back(at);
            at = node(box, ends.front());
            for (std::size_t i = 1; i < ends.size(); ++i)
                out_.dot += fmt::format(" {}->{}\n", ends[i], at);
            ends = {at};
            sentences_ += " " + box.lines.front() + ".";
        }
        sentences_ += a.outcomes.empty() ? " no outcome. " : " ";
        return ends.empty() ? at : ends.back();
    }

    Drawn out_;
    std::size_t count_ = 0, drawn_ = 0, left_out_ = 0, mails_ = 0;
    std::string column_[mail_columns], last_;  ///< The last node of each, and of all.
    std::string sentences_;
};

}  // namespace

Drawn decisions_of(const Trace& trace, const std::string& title) {
    return Tree().draw(trace, title);
}

}  // namespace visualize
