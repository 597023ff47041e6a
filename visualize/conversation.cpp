#include "visualize/conversation.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/trace/encode.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

std::vector<std::string> lines_of(std::string_view text, std::string_view end_of_line) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = text.find(end_of_line);
        out.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view()
                                             : text.substr(end + end_of_line.size());
    }
    return out;
}

// Bytes of a peer are data: control characters never reach a terminal.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (u < 0x20 || u == 0x7F)
            out += fmt::format("\\x{:02x}", u);
        else
            out += c;
    }
    return out;
}

// The front of what may be long.
std::string shown(std::string_view bytes) {
    constexpr std::size_t most = 80;
    return printable(bytes.substr(0, most)) + (bytes.size() > most ? " …" : "");
}

std::string joined(std::string_view text, std::string_view separator) {
    std::string out;
    for (const std::string& line : lines_of(text, "\n"))
        out += (out.empty() ? "" : std::string(separator)) + line;
    return printable(out);
}

// Writes the lines of one event; the margin shows the time and how well the words were protected.
class Writer {
  public:
    explicit Writer(const Trace& trace) : trace_(trace) {}
    struct Line {
        ConnectionId connection;
        std::string text;
    };
    std::vector<Line> lines;

    void write(const Event& event) {
        event_ = &event;
        std::visit([&](const auto& body) { tell(body); }, event.body);
    }

  private:
    void tell(const DnsAnswered& e) {
        add({}, ' ',
            fmt::format("{} asks DNS: {} {} -> {}, {}{}{}", who(), e.question, e.type, e.status,
                        e.security, e.records.empty() ? "" : ": ", joined(e.records, "; ")));
    }
    void tell(const HttpRequestSent& e) {
        add(e.connection, '=', fmt::format("{} asks: {} {}", who(), e.method, printable(e.url)));
    }
    void tell(const HttpResponseReceived& e) {
        add(e.connection, '=',
            fmt::format("{} gets: {}, {}, {} bytes", who(), e.status,
                        e.media_type.empty() ? "no media type" : printable(e.media_type),
                        e.body_size));
    }
    void tell(const StsDiscovered& e) {
        add({}, ' ',
            e.id.empty() ? fmt::format("MTA-STS of {}: {}", e.domain, printable(e.why))
                         : fmt::format("MTA-STS of {}: there is a policy, id {}", e.domain, e.id));
    }
    void tell(const StsFetched& e) {
        if (e.reason == Reason::none)
            add({}, ' ', fmt::format("the policy of {}: {}", e.domain, joined(e.policy, "; ")));
        else
            add({}, '!', fmt::format("{}: {}", word(e.reason), printable(e.why)));
    }
    void tell(const StsApplied& e) {
        add({}, '*',
            fmt::format("MTA-STS for {}: {} ({}; {})", e.domain, e.mode, e.source,
                        printable(e.why)));
    }
    void tell(const TlsReportMade& e) {
        add({}, '*',
            fmt::format("{} reports on {}: {}", who(), e.domain,
                        joined(fmt::format("successes={}\n{}", e.successes, e.failures), ", ")));
    }
    void tell(const TlsReportPosted& e) {
        add({}, '*', fmt::format("the report on {} is posted to {}: {}", e.domain, e.to, e.status));
    }
    void tell(const TlsReportDelayed& e) {
        add({}, '!',
            fmt::format("the report on {} waits: {}; next try at {}", e.domain, printable(e.why),
                        readable(e.next_try - world_begins)));
    }
    void tell(const TlsReportLost& e) {
        add({}, '!', fmt::format("the report on {} is given up: {}", e.domain, printable(e.why)));
    }
    void tell(const TlsReportTaken& e) {
        add({}, '*',
            fmt::format("{} believes the report from {} on {}: {}", who(), printable(e.from),
                        e.domain,
                        joined(fmt::format("successes={}\n{}", e.successes, e.failures), ", ")));
    }
    void tell(const TlsReportRefused& e) {
        add({}, '!',
            fmt::format("{} refuses a report from {}: {}", who(), printable(e.from),
                        printable(e.why)));
    }
    void tell(const AdminAlerted& e) { add({}, '!', "alert: " + printable(e.what)); }
    void tell(const ConnectionAsked& e) {
        add(e.connection, ' ',
            fmt::format("{} connects to {} ({}:{})", who(), host_title(trace_, e.peer), e.address,
                        e.port));
    }
    void tell(const ConnectionFailed& e) {
        add(e.connection, ' ', fmt::format("{}: {}", who(), word(e.reason)));
    }
    void tell(const CommandSent& e) { add(e.connection, mark(e.layer), "C: " + printable(e.line)); }
    void tell(const ReplySent& e) {
        said_[e.connection].insert(e.text);
        for (const std::string& line : lines_of(e.text, "\n"))
            add(e.connection, mark(e.layer), "S: " + printable(line));
    }
    void tell(const ReplyReceived& e) {
        // Told again only where it is not what the server said.
        if (said_by_server(e)) return;
        for (const std::string& line : lines_of(e.text, "\n"))
            add(e.connection, '~', fmt::format("   {} hears: {}", who(), printable(line)));
    }
    void tell(const ContentSent& e) {
        const std::vector<std::string> content = lines_of(e.bytes, "\r\n");
        constexpr std::size_t most = 12;
        for (std::size_t i = 0; i < content.size() && i < most; ++i)
            add(e.connection, mark(e.layer), "C: " + printable(content[i]));
        if (content.size() > most)
            add(e.connection, mark(e.layer),
                fmt::format("C: … {} more lines", content.size() - most));
        add(e.connection, mark(e.layer), "C: .");
    }
    void tell(const BytesDiscarded& e) {
        add(e.connection, '!',
            fmt::format("{} throws away what came before TLS: {}", who(), printable(e.bytes)));
    }
    void tell(const SegmentInjected& e) {
        const bool sealed = !e.bytes.empty() && e.bytes.front() >= 20 && e.bytes.front() <= 23;
        add(e.connection, '~',
            e.mark == Mark::none
                ? fmt::format("{} sends {} bytes {}: {}{}", who(), e.bytes.size(),
                              e.way == Way::to_server ? "to the server" : "to the client", e.act,
                              sealed ? std::string() : ": " + shown(e.bytes))
                : fmt::format("{} ends the connection ({})", who(), word(e.mark)));
    }
    void tell(const PlaintextOpened& e) {
        add(e.connection, '~',
            fmt::format("{} reads inside TLS what goes to the {}: {}", who(),
                        e.way == Way::to_server ? "server" : "client", shown(e.bytes)));
    }
    void tell(const DnsForged& e) {
        add({}, '~',
            fmt::format("{} answers DNS: {} {} -> {}, instead of {}", who(), e.question, e.type,
                        joined(e.after, "; "),
                        e.before.empty() ? "nothing" : joined(e.before, "; ")));
    }
    void tell(const GatewayFlawed& e) {
        add({}, '!', fmt::format("{} is wrong on purpose: {}", who(), e.flaws));
    }
    void tell(const SegmentAltered& e) {
        if (e.after.empty())
            return add(e.connection, '~',
                       fmt::format("{} takes {} bytes out of the way", who(), e.before.size()));
        add(e.connection, '~',
            fmt::format("{} alters {} bytes into {}: {}", who(), e.before.size(), e.after.size(),
                        e.act));
    }
    void tell(const SegmentDropped& e) {
        add(e.connection, '~', fmt::format("{} bytes are dropped", e.bytes.size()));
    }
    void tell(const HandshakeFinished& e) {
        add(e.connection, '=',
            fmt::format(
                "{} ({}): TLS is up: {} {}{}", who(), e.side, e.version, e.cipher,
                e.certainty == Certainty::provisional ? ", the server has yet to agree" : ""));
    }
    void tell(const HandshakeFailed& e) {
        add(e.connection, '!',
            fmt::format("{} ({}): TLS failed: {}", who(), e.side, printable(e.detail)));
    }
    void tell(const CertificateSeen& e) {
        add(e.connection, '=',
            fmt::format("certificate for {}, issued by {}: {}", printable(e.names),
                        printable(e.issuer), e.trust));
    }
    void tell(const MailSubmitted& e) {
        add({}, ' ',
            fmt::format("mail {}: {} to {}", static_cast<std::uint32_t>(e.mail), e.from, e.to));
    }
    void tell(const DeliveryStarted& e) {
        add({}, ' ',
            fmt::format("mail {}: attempt {} for {}, level {}", static_cast<std::uint32_t>(e.mail),
                        e.attempt, e.domain, e.level));
    }
    void tell(const PolicyJudged& e) {
        add(e.connection, '*',
            fmt::format("policy: {}: {}", e.ruling == Ruling::accepted ? "goes on" : "stops",
                        printable(e.why)));
    }
    void tell(const Downgraded& e) {
        add(e.connection, '!', fmt::format("downgrade: {}", printable(e.why)));
    }
    void tell(const MailDelivered& e) {
        add(e.connection, '*',
            fmt::format("mail {} to {}: delivered to {} ({})", static_cast<std::uint32_t>(e.mail),
                        e.recipient, e.host, e.code));
    }
    void tell(const MailDeferred& e) {
        add({}, '*',
            fmt::format("mail {} to {}: deferred, {} ({}): {}; next try at {}",
                        static_cast<std::uint32_t>(e.mail), e.recipient, word(e.reason), e.code,
                        printable(e.detail), readable(e.next_try - world_begins)));
    }
    void tell(const MailBounced& e) {
        add({}, '*',
            fmt::format("mail {} to {}: bounced, {} ({}): {}", static_cast<std::uint32_t>(e.mail),
                        e.recipient, word(e.reason), e.code, printable(e.detail)));
    }
    void tell(const BounceReturned& e) {
        add({}, '*', fmt::format("a non-delivery report goes back to {}", e.to));
    }
    void tell(const AttackerActed& e) { add({}, '~', fmt::format("{} {}", who(), e.act)); }
    void tell(const WorldChanged& e) { add({}, ' ', printable(e.what)); }
    void tell(const LinkChanged& e) {
        if (e.one == HostId::nobody) return add({}, ' ', fmt::format("all links: {}", e.what));
        add({}, ' ',
            fmt::format("the link between {} and {}: {}", host_title(trace_, e.one),
                        host_title(trace_, e.other), e.what));
    }
    void tell(const HostWentDown&) { add({}, '!', fmt::format("{} goes down", who())); }
    void tell(const HostCameBack&) { add({}, ' ', fmt::format("{} comes back", who())); }
    void tell(const ConnectionBlocked& e) {
        add(e.connection, '~', fmt::format("{} lets no connection through", who()));
    }
    void tell(const auto&) {}

    // Has the server said it before, on this connection?
    bool said_by_server(const ReplyReceived& heard) const {
        const auto said = said_.find(heard.connection);
        return said != said_.end() && said->second.contains(heard.text);
    }

    std::string_view who() const { return host_title(trace_, event_->host); }
    static char mark(Layer layer) { return layer == Layer::tls ? '=' : ' '; }
    void add(ConnectionId connection, char margin, std::string text) {
        const std::int64_t ms = (event_->at - world_begins).ns / 1'000'000;
        const std::string clock = fmt::format("{}:{:02}:{:02}.{:03}", ms / 3'600'000,
                                              ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
        lines.push_back({connection, fmt::format("{:>13} {} {}", clock, margin, text)});
    }
    const Trace& trace_;
    const Event* event_ = nullptr;
    std::map<ConnectionId, std::set<std::string_view>> said_;
};

}  // namespace

namespace {

// What one side said at once: a command, a reply, the content of a mail.
struct Said {
    enum class What : std::uint8_t { command, reply, content } what;
    std::vector<std::string> lines;
};

std::vector<Said> said_on(const Trace& trace, ConnectionId connection) {
    std::vector<Said> out;
    trace.each([&](const Event& event) {
        if (const auto* command = event.as<CommandSent>();
            command && command->connection == connection) {
            out.push_back({Said::What::command, {"C: " + std::string(command->line)}});
        } else if (const auto* reply = event.as<ReplySent>();
                   reply && reply->connection == connection) {
            out.push_back({Said::What::reply, {}});
            for (const std::string& line : lines_of(reply->text, "\n"))
                out.back().lines.push_back("S: " + line);
        } else if (const auto* content = event.as<ContentSent>();
                   content && content->connection == connection) {
            out.push_back({Said::What::content, {}});
            for (const std::string& line : lines_of(content->bytes, "\r\n"))
                out.back().lines.push_back("C: " + line);
            out.back().lines.push_back("C: .");
        }
    });
    return out;
}

// A group of commands, and as many replies behind it: by turns.
std::vector<Said> in_turns(std::vector<Said> all) {
    std::vector<Said> out;
    const auto run = [&](std::size_t from, Said::What what) {
        std::size_t end = from;
        while (end < all.size() && all[end].what == what) ++end;
        return end - from;
    };
    for (std::size_t i = 0; i < all.size();) {
        const std::size_t commands = run(i, Said::What::command);
        const std::size_t pairs = std::min(commands, run(i + commands, Said::What::reply));
        for (std::size_t k = 0; commands > 1 && pairs == commands && k < pairs; ++k) {
            out.push_back(std::move(all[i + k]));
            out.push_back(std::move(all[i + commands + k]));
        }
        if (commands > 1 && pairs == commands)
            i += 2 * commands;
        else
            out.push_back(std::move(all[i++]));
    }
    return out;
}

}  // namespace

std::vector<std::string> dialogue(const Trace& trace, ConnectionId connection, Order order) {
    std::vector<Said> all = said_on(trace, connection);
    if (order == Order::in_turns) all = in_turns(std::move(all));
    std::vector<std::string> out;
    for (Said& said : all)
        for (std::string& line : said.lines) out.push_back(std::move(line));
    return out;
}

std::string conversation(const Trace& trace) {
    Writer writer(trace);
    trace.each([&](const Event& event) { writer.write(event); });
    std::string out =
        "Margin: = inside TLS, ~ touched by an attacker, ! less protection or a failure, * a "
        "decision.\n\n";
    for (const Writer::Line& line : writer.lines) out += line.text + "\n";
    if (writer.lines.empty()) out += "Nothing was said and nothing was decided.\n";
    return out;
}

std::vector<std::string> last_exchanges(const Trace& trace, ConnectionId connection,
                                        std::size_t most) {
    Writer writer(trace);
    trace.each([&](const Event& event) { writer.write(event); });
    std::vector<std::string> out;
    for (const Writer::Line& line : writer.lines)
        if (line.connection == connection) out.push_back(line.text);
    if (out.size() > most) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(most));
    return out;
}

}  // namespace visualize
