#include <fmt/core.h>

#include "harness/judge/passages.hpp"
#include "harness/script/play.hpp"
#include "sim/core/text.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/conversation.hpp"

namespace script {
namespace {

Value or_nothing(std::string_view text) {
    return text.empty() ? Value(nullptr) : Value(std::string(text));
}

Value found(const judge::Finding& finding) {
    return well(Value::table({{"yes", finding.yes}, {"where", or_nothing(finding.where)}}));
}

Value tls_table(const std::optional<judge::TlsVerdict>& tls) {
    if (!tls) return nullptr;
    return Value::table({{"version", tls->version},
                         {"cipher", tls->cipher},
                         {"verified", tls->peer == trace::Peer::verified},
                         {"alpn", tls->alpn},
                         {"resumed", tls->resumed}});
}

// Of a hop, and of all of them.
Value as_table(const auto& v, std::string_view reached) {
    return Value::table({{"fate", word(v.fate)},
                         {"crossed", word(v.crossed)},
                         {"reason", v.reason == Reason::none ? Value() : Value(word(v.reason))},
                         {"code", or_nothing(v.code)},
                         {"reached", or_nothing(reached)},
                         {"tls", tls_table(v.tls)}});
}

Value as_table(const judge::RecipientVerdict& v, std::uint32_t attempts) {
    Value out = as_table(v, v.reached);
    out["attempts"] = attempts;
    out["hops"] = Value::list();
    for (const judge::Hop& h : v.hops) out["hops"].push_back(as_table(h, h.to));
    return out;
}

}  // namespace

Value Play::verdict(const Value& a) {
    const std::optional<judge::MailVerdict> v = inquiry().verdict(mail(a[0]));
    ENSURE(v.has_value());
    if (a.size() < 2 || a[1].is_null()) return well(as_table(v->all, v->attempts));
    const std::string address = a[1].text();
    // The domain has no case, the local part has (RFC 5321 section 2.4).
    const auto same = [](std::string_view one, std::string_view other) {
        return one.substr(0, one.rfind('@')) == other.substr(0, other.rfind('@')) &&
               smtp::domain_of(one) == smtp::domain_of(other);
    };
    for (const judge::RecipientVerdict& r : v->recipients)
        if (same(r.address, address)) return well(as_table(r, v->attempts));
    return ill(fmt::format("the mail has no recipient '{}'; it goes to {}", address, v->to));
}

Value Play::dialogue(const Value& a) {
    Value lines = Value::list();
    const trace::ConnectionId last = judge::last_connection(world_->trace(), mail(a[0]));
    for (const visualize::Order order : {visualize::Order::as_sent, visualize::Order::in_turns}) {
        lines.push_back(Value(visualize::dialogue(world_->trace(), last, order)));
    }
    return well(std::move(lines));
}

// Why a mail is where it is: the reason in words, and what was said last.
std::string Play::story_of(trace::MailId one) {
    const std::optional<judge::MailVerdict> v = inquiry().whole_verdict(one);
    std::string out;
    const judge::Hop* last_hop = nullptr;
    if (v) {
        out = fmt::format("\n  it is {}, crossed {}, after {} attempt{}", word(v->all.fate),
                          word(v->all.crossed), v->attempts, v->attempts == 1 ? "" : "s");
        if (v->all.reason != Reason::none && !v->all.detail.empty())
            out += fmt::format("\n  why: {} ({}): {}", word(v->all.reason), v->all.code,
                               v->all.detail);
        for (const std::string& line : judge::hops_told(*v)) out += "\n    " + line;
        if (v->all.hops.size() > 1) last_hop = &v->all.hops.back();
    }
    // What was said where it is now: its fate and the reason are that hop's.
    const trace::ConnectionId last =
        judge::last_connection(world_->trace(), last_hop != nullptr ? last_hop->mail : one);
    const std::vector<std::string> lines = visualize::last_exchanges(world_->trace(), last, 12);
    if (!lines.empty())
        out += last_hop != nullptr
                   ? fmt::format("\n  the last exchanges on hop {}:", v->all.hops.size())
                   : "\n  the last exchanges:";
    for (const std::string& line : lines) out += "\n  " + line;
    return out;
}

Value Play::explain(const Value& a) { return Value::list({story_of(mail(a[0]))}); }

namespace {

// "Status: 5.7.10" in one recipient's part of a report: RFC 3464 section 2.3.
std::string field_of(std::string_view part, std::string_view name) {
    const std::string front = "\r\n" + std::string(name) + ": ";
    const std::size_t at = part.find(front);
    if (at == std::string_view::npos) return {};
    part.remove_prefix(at + front.size());
    return std::string(part.substr(0, part.find("\r\n")));
}

// A report, and what it says of each recipient. What it quotes of the mail are other people's
// words.
void add_report(std::string_view content, Value& out) {
    constexpr std::string_view front = "\r\nFinal-Recipient: rfc822; ";
    const std::string_view status = content.substr(0, content.find("Content-Type: message/rfc822"));
    Value parts = Value::list();
    for (std::size_t at = status.find(front); at != std::string_view::npos;) {
        const std::size_t next = status.find(front, at + 1);
        const std::string_view part = status.substr(at, next - at);
        parts.push_back(Value::table({{"to", field_of(part, "Final-Recipient").substr(8)},
                                      {"status", field_of(part, "Status")},
                                      {"action", field_of(part, "Action")},
                                      {"diagnostic", field_of(part, "Diagnostic-Code")}}));
        at = next;
    }
    out.push_back(Value::table({{"text", std::string(content)}, {"parts", std::move(parts)}}));
}

}  // namespace

// Of one host, about one mail, whichever way they went.
Value Play::mail_reports(const Value& a) {
    const trace::HostId at = host(a[0]).gateway->host;
    const std::set<trace::MailId> copies = inquiry().on_all_hops(mail(a[1]));
    Value out = Value::list();
    std::map<trace::ConnectionId, trace::MailId> carried;
    world_->trace().each([&](const trace::Event& event) {
        if (const auto* content = event.as<trace::ContentSent>())
            carried[content->connection] = content->mail;
        if (event.host != at) return;
        const auto* const success = event.as<trace::DeliveryReported>();
        if (success != nullptr && copies.contains(carried[success->connection]))
            add_report(success->content, out);
        const auto* const returned = event.as<trace::BounceReturned>();
        const auto* const sent = event.as<trace::BounceSent>();
        if (returned != nullptr && copies.contains(returned->mail))
            add_report(returned->content, out);
        if (sent != nullptr && copies.contains(sent->mail)) add_report(sent->content, out);
    });
    return well(std::move(out));
}

judge::Inquiry& Play::inquiry() {
    if (!inquiry_) inquiry_ = std::make_unique<judge::Inquiry>(world_->trace());
    return *inquiry_;
}

Value Play::has_read(const Value& a) {
    return found(inquiry().has_read(watching(a[0]), mail(a[1])));
}
Value Play::has_altered(const Value& a) {
    return found(inquiry().has_altered(watching(a[0]), mail(a[1])));
}
Value Play::size_of(const Value& a) {
    const trace::MailId one = mail(a[1]);
    const std::optional<std::uint64_t> sealed = inquiry().sealed_size(watching(a[0]), one);
    std::uint64_t content = 0;
    world_->trace().each_of<trace::MailSubmitted>(
        [&](const trace::Event&, const trace::MailSubmitted& e) {
            if (e.mail == one) content = e.content.size();
        });
    Value seen = nullptr;
    if (sealed) seen = *sealed;
    return Value::list({true, Value::table({{"content", content}, {"sealed", seen}})});
}

// What a receiver has taken responsibility for, in order.
Value Play::kept(const Value& a) {
    const trace::HostId at = host(a[0]).gateway->host;
    std::map<trace::ConnectionId, std::string_view> content;
    Value out = Value::list();
    world_->trace().each([&](const trace::Event& event) {
        if (event.host != at) return;
        if (const auto* received = event.as<trace::ContentReceived>())
            content[received->connection] = received->bytes;
        const auto* const mail = event.as<trace::MailKept>();
        if (mail == nullptr) return;
        out.push_back(Value::table({{"from", mail->from},
                                    {"to", mail->to},
                                    {"received", mail->received},
                                    {"content", content[mail->connection]}}));
    });
    return well(std::move(out));
}

judge::Mailboxes& Play::mailboxes() {
    if (!mailboxes_) mailboxes_ = std::make_unique<judge::Mailboxes>(
            world_->trace(), [this](std::string_view reader, std::string_view content) {
                return opened_for(reader, content);
            });
    return *mailboxes_;
}

// What a host's scanner said of a mail: { found =, where =, unread = }, or nothing.
Value Play::scanned(const Value& a) {
    const trace::MailScanned* const scan =
        mailboxes().scanned(host(a[0]).gateway->host, mail(a[1]));
    if (scan == nullptr) return well(nullptr);
    return well(Value::table({{"found", or_nothing(scan->found)},
                              {"where", or_nothing(scan->where)},
                              {"unread", or_nothing(scan->unread)}}));
}

// Does a host hold a mail for one recipient: "no", "changed" or "as written".
Value Play::holds(const Value& a) {
    switch (mailboxes().holds(host(a[0]).gateway->host, mail(a[1]), a[2].text())) {
        case judge::Kept::no: return well("no");
        case judge::Kept::changed: return well("changed");
        case judge::Kept::as_written: break;
    }
    return well("as written");
}

// How the mails crossed between these hosts that were delivered since it was asked last: { all =,
// CROSSING = }.
Value Play::crossings(const Value& a) {
    const std::vector<std::string> names = a[0].texts();
    const std::set<std::string> gateways(names.begin(), names.end());
    std::map<std::string, std::uint64_t> counts{{"all", 0}};
    for (const trace::MailId one : mails_) {
        if (shared_out_.contains(one)) continue;
        const std::optional<judge::MailVerdict> v = inquiry().verdict(one);
        if (!v || v->all.fate != judge::Fate::delivered) continue;
        shared_out_.insert(one);
        for (const judge::Hop& hop : judge::hops_between(gateways, *v)) {
            ++counts["all"];
            ++counts[std::string(judge::word(hop.crossed))];
        }
    }
    Value out = Value::table({});
    for (const auto& [word, count] : counts) out[word] = count;
    return well(std::move(out));
}

Value Play::knows(const Value& a) { return found(inquiry().knows(watching(a[0]), a[1].text())); }

// The verb, who, the mail or the text, what is expected, its contrary, file and line, the user.
Value Play::promise(const Value& a) {
    Promise promise;
    promise.verb = a[0].text();
    promise.host = promise.verb == "got" ? host(a[1]).gateway->host : watching(a[1]);
    if (promise.verb == "knows")
        promise.text = a[2].text();
    else
        promise.mail = mail(a[2]);
    promise.expected = a[3].text();
    promise.other = a[4].text();
    promise.file = a[5].text();
    promise.line = a[6].get<int>();
    if (promise.verb == "got") promise.text = a[7].text();
    promise.since = static_cast<EventId>(world_->trace().size());
    promise.asked = world_->loop().now();
    promises_.push_back(std::move(promise));
    return well(nullptr);
}

judge::Finding Play::broken(const Promise& promise) {
    if (promise.verb == "knows")
        return inquiry().has_learnt(promise.host, promise.text, promise.since);
    if (promise.verb == "altered") return inquiry().has_altered(promise.host, promise.mail);
    if (promise.verb == "read")
        return inquiry().has_read(promise.host, promise.mail, judge::When::told);
    const EventId kept = mailboxes().kept_by(promise.host, promise.mail, promise.text);
    return {kept != 0, "", kept};
}

std::optional<Mistake> Play::broken_promise() {
    const trace::Trace& trace = world_->trace();
    for (const Promise& promise : promises_) {
        if (setting_.terms.guard != nullptr && setting_.terms.guard->expired() != nullptr)
            return {};
        const judge::Finding finding = broken(promise);
        if (!finding.yes) continue;
        std::string why =
            fmt::format("{} until the script ends; at {} it was so, but at {} {}", promise.expected,
                        readable(promise.asked - trace.begins()),
                        readable(trace.at(finding.event).at - trace.begins()), promise.other);
        if (!finding.where.empty()) why += "; " + finding.where;
        why += fmt::format("; not_yet_{} judges its own moment alone", promise.verb);
        if (promise.mail != trace::MailId::none) why += story_of(promise.mail);
        return Mistake{promise.file, promise.line, std::move(why)};
    }
    return {};
}

}  // namespace script
