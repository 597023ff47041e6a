#include "visualize/teller.hpp"

#include <fmt/core.h>

#include "sim/core/json.hpp"
#include "sim/core/printable.hpp"
#include "sim/trace/encode.hpp"
#include "sim/trace/reader.hpp"
#include "visualize/at_once.hpp"
#include "visualize/change.hpp"

namespace visualize {

using namespace core;
using namespace trace;

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

std::string words_of(const MailScanned& e) {
    std::string out = e.found.empty()
                          ? std::string("the scanner finds nothing")
                          : fmt::format("the scanner finds {} in {}, and {}",
                                        printable_line(e.found), printable_line(e.where), e.so);
    if (!e.unread.empty())
        out += fmt::format("; it could not look into: {}", printable_line(e.unread));
    return out;
}

std::string words_of(const MailSealed& e) {
    return fmt::format("seals the body with S/MIME for {}; the subject stays readable",
                       printable_line(e.readers));
}

// A mail that nobody may answer has no sender (RFC 5321 section 4.5.5).
std::string words_of(const MailKept& e) {
    return fmt::format("keeps the mail from {} to {} as {}",
                       e.from.empty() ? "<>" : printable_line(e.from), printable_line(e.to),
                       e.queue_id);
}

namespace {

// The front of what may be long.
std::string shown(std::string_view bytes) {
    constexpr std::size_t most = 80;
    return printable_line(bytes.substr(0, most)) + (bytes.size() > most ? " …" : "");
}

std::string joined(std::string_view text, std::string_view separator) {
    std::string out;
    for (const std::string& line : lines_of(text, "\n"))
        out += (out.empty() ? "" : std::string(separator)) + line;
    return printable_line(out);
}

// The words for each event.
struct Telling {
    Teller& out;
    const Event& event;

    void operator()(const DnsAnswered& e) const {
        add({}, ' ',
            fmt::format("{} asks DNS: {} {} -> {}, {}{}{}", who(), e.question, e.type, e.status,
                        e.security, e.records.empty() ? "" : ": ", joined(e.records, "; ")));
    }
    void operator()(const HttpRequestSent& e) const {
        add(e.connection, '=',
            fmt::format("{} asks: {} {}", who(), e.method, printable_line(e.url)));
    }
    void operator()(const HttpResponseReceived& e) const {
        add(e.connection, '=',
            fmt::format("{} gets: {}, {}, {} bytes", who(), e.status,
                        e.media_type.empty() ? "no media type" : printable_line(e.media_type),
                        e.body_size));
    }
    void operator()(const StsDiscovered& e) const {
        add({}, ' ',
            e.policy_id.empty()
                ? fmt::format("MTA-STS of {}: {}", e.domain, printable_line(e.why))
                : fmt::format("MTA-STS of {}: there is a policy, id {}", e.domain, e.policy_id));
    }
    void operator()(const StsFetched& e) const {
        if (e.reason == Reason::none)
            add({}, ' ', fmt::format("the policy of {}: {}", e.domain, joined(e.policy, "; ")));
        else
            add({}, '!', fmt::format("{}: {}", word(e.reason), printable_line(e.why)));
    }
    void operator()(const StsApplied& e) const {
        add({}, '*',
            fmt::format("MTA-STS for {}: {} ({}; {})", e.domain, e.mode, e.source,
                        printable_line(e.why)));
    }
    void operator()(const TlsReportMade& e) const {
        add({}, '*',
            fmt::format("{} reports on {}: {}", who(), e.domain,
                        joined(fmt::format("successes={}\n{}", e.successes, e.failures), ", ")));
    }
    void operator()(const TlsReportSent& e) const {
        add({}, '*',
            fmt::format("a TLS report goes to {} as mail {}", e.to,
                        static_cast<std::uint32_t>(e.mail)));
    }
    void operator()(const TlsReportPosted& e) const {
        add({}, '*', fmt::format("the report on {} is posted to {}: {}", e.domain, e.to, e.status));
    }
    void operator()(const TlsReportDelayed& e) const {
        add({}, '!',
            fmt::format("the report on {} waits: {}; next try at {}", e.domain,
                        printable_line(e.why), readable(e.next_try - out.trace.begins())));
    }
    void operator()(const TlsReportLost& e) const {
        add({}, '!',
            fmt::format("the report on {} is given up: {}", e.domain, printable_line(e.why)));
    }
    void operator()(const TlsReportTaken& e) const {
        add({}, '*',
            fmt::format("{} believes the report from {} on {}: {}{}", who(), printable_line(e.from),
                        e.domain,
                        joined(fmt::format("successes={}\n{}", e.successes, e.failures), ", "),
                        e.notes.empty() ? "" : "; noted: " + joined(e.notes, ", ")));
    }
    void operator()(const TlsReportRefused& e) const {
        add({}, '!',
            fmt::format("{} refuses a report from {}: {}", who(), printable_line(e.from),
                        printable_line(e.why)));
    }
    void operator()(const AdminAlerted& e) const {
        add({}, '!', "alert: " + printable_line(e.what));
    }
    void operator()(const ConnectionAsked& e) const {
        add(e.connection, ' ',
            fmt::format("{} connects to {} ({}:{})", who(), host_title(out.trace, e.peer),
                        e.address, e.port));
    }
    void operator()(const ConnectionFailed& e) const {
        add(e.connection, ' ', fmt::format("{}: {}", who(), word(e.reason)));
    }
    void operator()(const CommandSent& e) const {
        add(e.connection, mark(e.layer), "C: " + printable_line(e.line));
    }
    void operator()(const ReplySent& e) const {
        out.said[e.connection].insert(e.text);
        for (const std::string& line : lines_of(e.text, "\n"))
            add(e.connection, mark(e.layer), "S: " + printable_line(line));
    }
    void operator()(const ReplyReceived& e) const {
        // Told again only where it is not what the server said.
        if (out.has_said(e.connection, e.text)) return;
        for (const std::string& line : lines_of(e.text, "\n"))
            add(e.connection, '~', fmt::format("   {} hears: {}", who(), printable_line(line)));
    }
    void operator()(const ContentSent& e) const {
        const std::vector<std::string> content = lines_of(e.bytes, "\r\n");
        constexpr std::size_t most = 12;
        for (std::size_t i = 0; i < content.size() && i < most; ++i)
            add(e.connection, mark(e.layer), "C: " + printable_line(content[i]));
        if (content.size() > most)
            add(e.connection, mark(e.layer),
                fmt::format("C: … {} more lines", content.size() - most));
        add(e.connection, mark(e.layer), "C: .");
    }
    void operator()(const BytesDiscarded& e) const {
        add(e.connection, '!',
            fmt::format("{} throws away what came before TLS: {}", who(), printable_line(e.bytes)));
    }
    void operator()(const SegmentInjected& e) const {
        const bool sealed = !e.bytes.empty() && e.bytes.front() >= 20 && e.bytes.front() <= 23;
        add(e.connection, '~',
            e.mark == Mark::none
                ? fmt::format("{} sends {} bytes {}: {}{}", who(), e.bytes.size(),
                              e.way == Way::to_server ? "to the server" : "to the client", e.act,
                              sealed ? std::string() : ": " + shown(e.bytes))
                : fmt::format("{} ends the connection ({})", who(), word(e.mark)));
    }
    void operator()(const PlaintextOpened& e) const {
        add(e.connection, '~',
            fmt::format("{} reads inside TLS{} what {} to the {}: {}", who(),
                        e.key_of.text.empty()
                            ? ""
                            : fmt::format(", with the stolen key of {},", e.key_of.text),
                        e.key_of.text.empty() ? "goes" : "went",
                        e.way == Way::to_server ? "server" : "client", shown(e.bytes)));
    }
    void operator()(const DnsForged& e) const {
        add({}, '~',
            fmt::format("{} answers DNS: {} {} -> {}, instead of {}", who(), e.question, e.type,
                        joined(e.after, "; "),
                        e.before.empty() ? "nothing" : joined(e.before, "; ")));
    }
    void operator()(const GatewayFlawed& e) const {
        add({}, '!', fmt::format("{} is wrong on purpose: {}", who(), e.flaws));
    }
    void operator()(const SegmentAltered& e) const {
        if (e.after.empty())
            return add(e.connection, '~',
                       fmt::format("{} takes {} bytes out of the way", who(), e.before.size()));
        add(e.connection, '~',
            fmt::format("{} alters {} bytes into {}: {}", who(), e.before.size(), e.after.size(),
                        act_in_words(e.act, e.before, e.after)));
    }
    void operator()(const SegmentDropped& e) const {
        add(e.connection, '~', fmt::format("{} bytes are dropped", e.bytes.size()));
    }
    void operator()(const HandshakeFinished& e) const {
        add(e.connection, '=',
            fmt::format(
                "{} ({}): TLS is up: {} {}{}{}{}", who(), e.side, e.version, e.cipher,
                e.alpn.text.empty() ? "" : fmt::format(", for {}", printable_line(e.alpn.text)),
                e.resumed.text.empty() ? "" : ", an earlier session goes on",
                e.certainty == Certainty::provisional ? ", the server has yet to agree" : ""));
    }
    void operator()(const HandshakeFailed& e) const {
        add(e.connection, '!',
            fmt::format("{} ({}): TLS failed: {}", who(), e.side, printable_line(e.detail)));
    }
    void operator()(const CertificateSeen& e) const {
        add(e.connection, '=',
            fmt::format("certificate for {}, issued by {}: {}", printable_line(e.names),
                        printable_line(e.issuer), e.trust));
    }
    void operator()(const MailSubmitted& e) const {
        add({}, ' ',
            fmt::format("mail {}: {} to {}", static_cast<std::uint32_t>(e.mail), e.from, e.to));
    }
    void operator()(const DeliveryStarted& e) const {
        add({}, ' ',
            fmt::format("mail {}: attempt {} for {}, level {}", static_cast<std::uint32_t>(e.mail),
                        e.attempt, e.domain, e.level));
    }
    void operator()(const PolicyJudged& e) const {
        add(e.connection, '*',
            fmt::format("policy: {}: {}", e.ruling == Ruling::accepted ? "goes on" : "stops",
                        printable_line(e.why)));
    }
    void operator()(const Downgraded& e) const {
        add(e.connection, '!', fmt::format("downgrade: {}", printable_line(e.why)));
    }
    void operator()(const MailDelivered& e) const {
        add(e.connection, '*',
            fmt::format("mail {} to {}: delivered to {} ({})", static_cast<std::uint32_t>(e.mail),
                        e.recipient, e.server, e.code));
    }
    void operator()(const MailDeferred& e) const {
        add({}, '*',
            fmt::format("mail {} to {}: deferred, {} ({}): {}; next try at {}",
                        static_cast<std::uint32_t>(e.mail), e.recipient, word(e.reason), e.code,
                        printable_line(e.detail), readable(e.next_try - out.trace.begins())));
    }
    void operator()(const MailBounced& e) const {
        add({}, '*',
            fmt::format("mail {} to {}: bounced, {} ({}): {}", static_cast<std::uint32_t>(e.mail),
                        e.recipient, word(e.reason), e.code, printable_line(e.detail)));
    }
    void operator()(const BounceReturned& e) const {
        add({}, '*', fmt::format("a non-delivery report goes back to {}", e.to));
    }
    void operator()(const BounceSent& e) const {
        add({}, '*',
            fmt::format("a non-delivery report on mail {} goes to {} as mail {}",
                        static_cast<std::uint32_t>(e.mail), printable_line(e.to),
                        static_cast<std::uint32_t>(e.bounce)));
    }
    void operator()(const DeliveryReported& e) const {
        const auto mail = static_cast<std::uint32_t>(e.report);
        const std::string as = mail == 0 ? "" : fmt::format(" as mail {}", mail);
        add(e.connection, '*',
            fmt::format("a delivery report ({}) goes {} {}{}", e.action,
                        mail == 0 ? "back to" : "to", printable_line(e.to), as));
    }
    void operator()(const MailSealed& e) const {
        add({}, '*', fmt::format("{} {}", who(), words_of(e)));
    }
    void operator()(const MailScanned& e) const {
        add(e.connection, '*', fmt::format("{}: {}", who(), words_of(e)));
    }
    void operator()(const MailKept& e) const {
        add(e.connection, '*', fmt::format("{} {}", who(), words_of(e)));
    }
    void operator()(const MailRelayed& e) const {
        add(e.connection, '*',
            fmt::format("{} relays the mail to {} as mail {}", who(), printable_line(e.to),
                        static_cast<std::uint32_t>(e.mail)));
    }
    void operator()(const AttackerActed& e) const {
        add({}, '~', fmt::format("{} {}", who(), e.act));
    }
    void operator()(const KeyStolen& e) const {
        add({}, '~', fmt::format("{} steals the key of {}", who(), host_title(out.trace, e.whose)));
    }
    void operator()(const WorldChanged& e) const { add({}, ' ', printable_line(e.what)); }
    void operator()(const LinkChanged& e) const {
        if (e.one == HostId::nobody) return add({}, ' ', fmt::format("all links: {}", e.what));
        add({}, ' ',
            fmt::format("the link between {} and {}: {}", host_title(out.trace, e.one),
                        host_title(out.trace, e.other), e.what));
    }
    void operator()(const HostWentDown&) const { add({}, '!', fmt::format("{} goes down", who())); }
    void operator()(const HostCameBack&) const {
        add({}, ' ', fmt::format("{} comes back", who()));
    }
    void operator()(const ConnectionBlocked& e) const {
        add(e.connection, '~', fmt::format("{} lets no connection through", who()));
    }
    using LeftOut = Events<HostJoined, PathWatched, ConnectionOpened, SegmentSent, SegmentPassed,
                           SegmentArrived, DatagramSent, DatagramPassed, DatagramDropped,
                           DatagramArrived, DnsAsked, HttpResponseSent, CommandReceived,
                           ContentReceived, HandshakeStarted, SecretMade, HostTried>;

    std::string_view who() const { return host_title(out.trace, event.host); }
    static char mark(Layer layer) { return layer == Layer::tls ? '=' : ' '; }
    void add(ConnectionId connection, char margin, std::string text) const {
        out.add(event, connection, margin, std::move(text));
    }
};

}  // namespace

void Teller::write(const Event& event) {
    trace::read(event.body, Telling::LeftOut(), Telling{*this, event});
}

bool Teller::has_said(ConnectionId connection, std::string_view reply) const {
    const auto found = said.find(connection);
    return found != said.end() && found->second.contains(reply);
}

void Teller::add(const Event& event, ConnectionId connection, char margin, std::string text) {
    const std::int64_t ms = (event.at - trace.begins()).ns / 1'000'000;
    const std::string clock = fmt::format("{}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60,
                                          ms / 1000 % 60, ms % 1000);
    // Whatever stands in it, names of the author's, too.
    std::string before = fmt::format("{:>13} {} ", clock, margin);
    const std::size_t words = before.size();
    lines.push_back({connection, std::move(before) + printable_line(text), words});
}

std::string told_as_text(std::string head, const std::vector<Teller::Line>& lines) {
    std::vector<ToldOf> told;
    for (const Teller::Line& line : lines) told.push_back({line.connection, {}});
    const std::set<ConnectionId> several = open_at_once(told);
    if (!several.empty())
        head +=
            "Several connections are open at once: a number in brackets says which one it is.\n";
    std::string out = std::move(head) + "\n";
    for (const Teller::Line& line : lines) {
        const bool marked = several.contains(line.connection);
        out += line.text.substr(0, line.words);
        out += (marked ? connection_mark(line.connection) : "") + line.text.substr(line.words);
        out += "\n";
    }
    return out;
}

}  // namespace visualize
