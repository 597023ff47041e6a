// A run through the eyes of one party: only what happened at its own hosts.
#include <algorithm>
#include <optional>
#include <tuple>

#include <fmt/core.h>

#include "sim/core/printable.hpp"
#include "sim/trace/encode.hpp"
#include "sim/trace/reader.hpp"
#include "visualize/conversation.hpp"
#include "visualize/datagrams.hpp"
#include "visualize/teller.hpp"
#include "visualize/wiretap.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

using Heard = Wiretap::Heard;

class Witness {
  public:
    Witness(const Trace& trace, const std::vector<HostId>& party)
        : trace_(trace), party_(party), teller_(trace) {
        trace.each([&](const Event& event) {
            if (const auto* joined = event.as<HostJoined>())
                hosts_[joined->host] = joined;
            else if (const auto* asked = event.as<ConnectionAsked>())
                connections_[asked->connection] = {event.host, asked};
        });
    }
    /// Does somebody of the party sit on a path?
    bool listens() const {
        return std::any_of(party_.begin(), party_.end(),
                           [&](HostId host) { return on_path(host); });
    }
    std::vector<Teller::Line> read() {
        trace_.each([&](const Event& event) {
            if (std::find(party_.begin(), party_.end(), event.host) == party_.end()) return;
            event_ = &event;
            on_path_ = on_path(event.host);
            if (trace::read(event.body, ToldAsToAll(),
                            [&](const auto& body) -> decltype(see(body)) { see(body); }))
                return;
            tell_hidden();
            run_ = {};
            teller_.write(event);
        });
        for (auto& [key, tap] : taps_) {
            if (event_ == nullptr) break;
            const auto& [host, connection, way] = key;
            const std::vector<Heard> before = tap.before.rest(), after = tap.after.rest();
            say(connection, way, before.empty() ? after : before, "", std::nullopt);
            say(connection, way, tap.inside.rest(), "inside  ", '~');
        }
        tell_hidden();
        return std::move(teller_.lines);
    }

  private:
    struct Tap {
        Wiretap before, after;  ///< What came to him, and what went on from him.
        Wiretap inside;         ///< What his keys opened.
    };
    struct Asked {
        HostId client = HostId::nobody;
        const ConnectionAsked* asked = nullptr;
    };

    Role role_of(HostId host) const {
        const auto found = hosts_.find(host);
        return found == hosts_.end() ? Role::sender : found->second->role;
    }
    bool on_path(HostId host) const {
        return role_of(host) == Role::watcher || role_of(host) == Role::attacker;
    }
    std::string called(HostId host) const {
        const auto found = hosts_.find(host);
        if (found == hosts_.end()) return "nobody";
        const HostJoined& h = *found->second;
        return h.address.empty() ? std::string(h.title)
                                 : fmt::format("{} ({})", h.title, h.address);
    }
    void add(ConnectionId connection, char margin, std::string text) {
        tell_hidden();
        run_ = {};
        teller_.add(*event_, connection, margin, std::move(text));
    }

    // ---- at an end
    void see(const CommandReceived& e) {
        meet(e.connection);
        add(e.connection, mark(e.layer), "C: " + printable_line(e.line));
    }
    void see(const ReplyReceived& e) {
        for (const std::string& line : lines_of(e.text, "\n"))
            add(e.connection, mark(e.layer), "S: " + printable_line(line));
    }
    void see(const ReplySent& e) {
        meet(e.connection);
        for (const std::string& line : lines_of(e.text, "\n"))
            add(e.connection, mark(e.layer), "S: " + printable_line(line));
    }
    void see(const ContentSent& e) {
        // Of an attacker who is a client the segments tell what he says in clear text.
        if (!on_path_ || e.layer == Layer::tls) content(e.connection, e.layer, e.bytes);
    }
    void see(const CommandSent& e) {
        if (!on_path_ || e.layer == Layer::tls)
            add(e.connection, mark(e.layer),
                fmt::format("{}C: {}", on_path_ ? "inside  " : "", printable_line(e.line)));
    }
    void see(const ContentReceived& e) { content(e.connection, e.layer, e.bytes); }
    void see(const MailScanned& e) { add(e.connection, '*', words_of(e)); }
    void see(const MailKept& e) { add(e.connection, '*', words_of(e)); }
    void see(const HttpResponseSent& e) {
        meet(e.connection);
        add(e.connection, '=',
            fmt::format("answers: {}, {} bytes", printable_line(e.status_line), e.size));
    }
    void content(ConnectionId connection, Layer layer, std::string_view bytes) {
        const std::optional<char> margin = mark(layer);
        std::vector<Heard> lines;
        for (std::string& line : lines_of(bytes, "\r\n"))
            lines.push_back({Heard::Form::text, std::move(line)});
        lines.push_back({Heard::Form::text, "."});
        say(connection, Way::to_server, lines, on_path_ ? "inside  " : "", margin);
        tell_hidden();
        run_ = {};
    }
    // A server learns of a connection when the first word is said.
    void meet(ConnectionId connection) {
        const auto found = connections_.find(connection);
        if (found == connections_.end() || !met_.insert({event_->host, connection}).second) return;
        if (found->second.client == event_->host) return;
        if (on_path_)
            add(connection, ' ',
                fmt::format("connection {}: {} to {}, port {}",
                            static_cast<std::uint32_t>(connection), called(found->second.client),
                            called(found->second.asked->peer), found->second.asked->port));
        else
            add(connection, ' ', fmt::format("{} connects", called(found->second.client)));
    }
    static char mark(Layer layer) { return layer == Layer::tls ? '=' : ' '; }

    // ---- datagrams: a gateway's events say more of them
    void see(const DatagramSent& e) { datagram(event_->host, e.to, e.bytes, ""); }
    void see(const DatagramArrived& e) { datagram(e.from, event_->host, e.bytes, ""); }
    void see(const DatagramPassed& e) { datagram(e.from, e.to, e.bytes, ""); }
    void see(const DatagramDropped& e) { datagram(HostId::nobody, e.to, e.bytes, ", dropped"); }
    void datagram(HostId from, HostId to, std::string_view bytes, std::string_view fate) {
        if (!on_path_ && role_of(event_->host) != Role::resolver) return;
        const std::string sender =
            from == HostId::nobody ? std::string() : fmt::format("{} ", host_title(trace_, from));
        add({}, fate.empty() ? ' ' : '~',
            fmt::format("DNS: {} ({}to {}){}", printable_line(describe_datagram(bytes)), sender,
                        host_title(trace_, to), fate));
    }

    // ---- on the path, and attackers at an end
    void see(const SegmentSent& e) {
        if (!on_path_) return;
        say(e.connection, e.way, tap(e.connection, e.way).after.hear(e.bytes), "", std::nullopt);
        end(e.connection, e.way, e.mark, "");
    }
    void see(const SegmentArrived& e) {
        if (!on_path_) return;
        say(e.connection, e.way, tap(e.connection, e.way).before.hear(e.bytes), "", std::nullopt);
        end(e.connection, e.way, e.mark, "");
    }
    void see(const SegmentPassed& e) {
        Tap& t = tap(e.connection, e.way);
        both(e.connection, e.way, t.before.hear(e.bytes), t.after.hear(e.bytes));
        end(e.connection, e.way, e.mark, "");
    }
    void see(const SegmentAltered& e) {
        Tap& t = tap(e.connection, e.way);
        if (e.before.empty() && e.after.empty()) return;  // the end of a connection, held back
        add(e.connection, '~',
            fmt::format(
                "{} {} bytes to the {}, {}", e.after.empty() ? "takes" : "alters", e.before.size(),
                e.way == Way::to_server ? "server" : "client",
                e.after.empty() && e.act.empty() ? "out of the way" : printable_line(e.act)));
        const std::vector<Heard> before = t.before.hear(e.before), after = t.after.hear(e.after);
        if (before == after) return say(e.connection, e.way, before, "", std::nullopt);
        say(e.connection, e.way, before, "before  ", '~');
        say(e.connection, e.way, after, "after   ", '~');
    }
    void see(const SegmentInjected& e) {
        Tap& t = tap(e.connection, e.way);
        if (!e.bytes.empty())
            add(e.connection, '~',
                fmt::format("sends {} bytes to the {}: {}", e.bytes.size(),
                            e.way == Way::to_server ? "server" : "client", printable_line(e.act)));
        say(e.connection, e.way, t.after.hear(e.bytes), "after   ", '~');
        end(e.connection, e.way, e.mark, "after   ");
    }
    void see(const SegmentDropped& e) {
        Tap& t = tap(e.connection, e.way);
        add(e.connection, '~', fmt::format("drops {} bytes", e.bytes.size()));
        say(e.connection, e.way, t.before.hear(e.bytes), "before  ", '~');
    }
    void see(const PlaintextOpened& e) {
        say(e.connection, e.way, tap(e.connection, e.way).inside.hear(e.bytes), "inside  ", '~');
    }
    using ToldAsToAll =
        Events<HostJoined, PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged,
               LinkChanged, HostWentDown, HostCameBack, ConnectionAsked, ConnectionOpened,
               ConnectionFailed, ConnectionBlocked, DnsAsked, DnsAnswered, DnsForged,
               HttpRequestSent, HttpResponseReceived, StsDiscovered, StsFetched, StsApplied,
               AdminAlerted, BytesDiscarded, HandshakeStarted, HandshakeFinished, HandshakeFailed,
               CertificateSeen, SecretMade, MailSubmitted, DeliveryStarted, HostTried, PolicyJudged,
               Downgraded, MailDelivered, MailDeferred, MailBounced, BounceReturned, BounceSent,
               DeliveryReported, TlsReportMade, TlsReportSent, TlsReportPosted, TlsReportDelayed,
               TlsReportLost, TlsReportTaken, TlsReportRefused, MailRelayed, MailSealed>;
    Tap& tap(ConnectionId connection, Way way) {
        meet(connection);
        return taps_[{event_->host, connection, way}];
    }
    void both(ConnectionId connection, Way way, const std::vector<Heard>& before,
              const std::vector<Heard>& after) {
        if (before == after) return say(connection, way, before, "", std::nullopt);
        say(connection, way, before, "before  ", '~');
        say(connection, way, after, "after   ", '~');
    }
    void end(ConnectionId connection, Way way, Mark mark, std::string_view prefix) {
        if (mark == Mark::none) return;
        add(connection, prefix.empty() ? ' ' : '~',
            fmt::format("{}{} ({} the connection)", prefix, side(way),
                        mark == Mark::fin ? "ends" : "resets"));
    }
    static std::string_view side(Way way) { return way == Way::to_server ? "C:" : "S:"; }

    // Of many lines in a row, as of a long mail, the first and the last are told.
    void say(ConnectionId connection, Way way, const std::vector<Heard>& heard,
             std::string_view prefix, std::optional<char> margin) {
        constexpr std::size_t most = 12;
        for (const Heard& h : heard) {
            const auto run = std::tuple(event_->host, connection, way, prefix);
            if (run != run_) {
                tell_hidden();
                run_ = run;
                count_ = 0;
            }
            const bool sealed = h.words.starts_with("{") && h.form == Heard::Form::record;
            const char shown = margin.value_or(sealed ? '=' : ' ');
            std::string text = fmt::format("{}{} {}", prefix, side(way), printable_line(h.words));
            if (++count_ <= most) {
                teller_.add(*event_, connection, shown, std::move(text));
                continue;
            }
            ++hidden_;
            last_ = {connection, shown, std::move(text),
                     h.form == Heard::Form::record ? "records" : "lines", event_};
        }
    }
    void tell_hidden() {
        if (hidden_ > 1) {
            const std::string mark = last_.text.substr(0, last_.text.find(':') + 1);
            teller_.add(*last_.event, last_.connection, last_.margin,
                        fmt::format("{} … {} more {}", mark, hidden_ - 1, last_.what));
        }
        if (hidden_ > 0)
            teller_.add(*last_.event, last_.connection, last_.margin, std::move(last_.text));
        hidden_ = 0;
    }

    struct Last {
        ConnectionId connection{};
        char margin = ' ';
        std::string text, what;
        const Event* event = nullptr;
    };
    const Trace& trace_;
    const std::vector<HostId>& party_;
    Teller teller_;
    const Event* event_ = nullptr;
    bool on_path_ = false;
    std::map<HostId, const HostJoined*> hosts_;
    std::map<ConnectionId, Asked> connections_;
    std::set<std::pair<HostId, ConnectionId>> met_;
    std::map<std::tuple<HostId, ConnectionId, Way>, Tap> taps_;
    std::tuple<HostId, ConnectionId, Way, std::string_view> run_;
    std::size_t count_ = 0, hidden_ = 0;
    Last last_;
};

}  // namespace

std::string conversation_as(const Trace& trace, const std::vector<HostId>& party,
                            std::string_view name) {
    Witness witness(trace, party);
    const std::vector<Teller::Line> lines = witness.read();
    std::string out = fmt::format(
        "What {} saw. Margin: = inside TLS, ~ touched by an attacker, ! less protection or a "
        "failure, * a decision.\n",
        name);
    if (witness.listens())
        out +=
            "A sealed record is {its kind, its length}. Of what was changed: before, as it came; "
            "after, as it went on;\ninside, what keys opened.\n";
    out = told_as_text(std::move(out), lines);
    if (lines.empty()) out += "Nothing.\n";
    return out;
}

}  // namespace visualize
