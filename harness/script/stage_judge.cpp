#include <fmt/format.h>

#include "harness/script/stage.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/conversation.hpp"

namespace script {
namespace {

Json or_nothing(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(std::string(text));
}

Json found(const run::Finding& finding) {
    return well(Json::object({{"yes", finding.yes}, {"where", or_nothing(finding.where)}}));
}

Json tls_table(const std::optional<run::TlsVerdict>& tls) {
    if (!tls) return nullptr;
    return {{"version", tls->version},
            {"cipher", tls->cipher},
            {"verified", tls->peer == trace::Peer::verified}};
}

Json as_table(const run::RecipientVerdict& v, std::uint32_t attempts) {
    Json out = {
        {"fate", std::string(run::word(v.fate))},
        {"crossed", std::string(run::word(v.crossed))},
        {"reason", v.reason == Reason::none ? Json(nullptr) : Json(std::string(word(v.reason)))},
        {"code", or_nothing(v.code)},
        {"reached", or_nothing(v.reached)},
        {"attempts", attempts}};
    out["tls"] = tls_table(v.tls);
    out["hops"] = Json::array();
    for (const run::Hop& h : v.hops)
        out["hops"].push_back(
            {{"fate", std::string(run::word(h.fate))},
             {"crossed", std::string(run::word(h.crossed))},
             {"reason",
              h.reason == Reason::none ? Json(nullptr) : Json(std::string(word(h.reason)))},
             {"code", or_nothing(h.code)},
             {"reached", or_nothing(h.to)},
             {"tls", tls_table(h.tls)}});
    return out;
}

const run::MailVerdict* find(const std::vector<run::MailVerdict>& verdicts, trace::MailId mail) {
    for (const run::MailVerdict& v : verdicts)
        if (v.mail == mail) return &v;
    return nullptr;
}

}  // namespace

Json Stage::verdict(const Json& a) {
    const std::vector<run::MailVerdict> verdicts =
        run::judge(world_->trace(), run::Watchers::left_out);
    const run::MailVerdict* const v = find(verdicts, mails_[a[0].get<std::size_t>()]);
    ENSURE(v != nullptr);
    if (a.size() < 2 || a[1].is_null()) return well(as_table(v->all, v->attempts));
    const std::string address = a[1].get<std::string>();
    // The domain has no case, the local part has (RFC 5321 section 2.4).
    const auto same = [](std::string_view one, std::string_view other) {
        return one.substr(0, one.rfind('@')) == other.substr(0, other.rfind('@')) &&
               smtp::domain_of(one) == smtp::domain_of(other);
    };
    for (const run::RecipientVerdict& r : v->recipients)
        if (same(r.address, address)) return well(as_table(r, v->attempts));
    return ill(fmt::format("the mail has no recipient '{}'; it goes to {}", address, v->to));
}

Json Stage::dialogue(const Json& a) {
    Json lines = Json::array();
    const trace::ConnectionId last =
        run::last_connection(world_->trace(), mails_[a[0].get<std::size_t>()]);
    for (const visualize::Order order : {visualize::Order::as_sent, visualize::Order::in_turns}) {
        Json& list = lines.emplace_back(Json::array());
        for (std::string& line : visualize::dialogue(world_->trace(), last, order))
            list.push_back(std::move(line));
    }
    return well(std::move(lines));
}

// Why a mail is where it is: the reason in words, and what was said last.
Json Stage::explain(const Json& a) {
    const trace::MailId mail = mails_[a[0].get<std::size_t>()];
    const std::vector<run::MailVerdict> verdicts =
        run::judge(world_->trace(), run::Watchers::left_out);
    const run::MailVerdict* const v = find(verdicts, mail);
    std::string out;
    if (v != nullptr) {
        out = fmt::format("\n  it is {}, crossed {}, after {} attempt{}", run::word(v->all.fate),
                          run::word(v->all.crossed), v->attempts, v->attempts == 1 ? "" : "s");
        if (v->all.reason != Reason::none && !v->all.detail.empty())
            out += fmt::format("\n  why: {} ({}): {}", word(v->all.reason), v->all.code,
                               v->all.detail);
    }
    const trace::ConnectionId last = run::last_connection(world_->trace(), mail);
    const std::vector<std::string> lines = visualize::last_exchanges(world_->trace(), last, 12);
    if (!lines.empty()) out += "\n  the last exchanges:";
    for (const std::string& line : lines) out += "\n  " + line;
    return Json::array({out});
}

namespace {

// "Status: 5.7.10" in one recipient's part of a report: RFC 3464 section 2.3.
std::string field_of(std::string_view part, std::string_view name) {
    const std::string front = "\r\n" + std::string(name) + ": ";
    const std::size_t at = part.find(front);
    if (at == std::string_view::npos) return {};
    part.remove_prefix(at + front.size());
    return std::string(part.substr(0, part.find("\r\n")));
}

// What each recipient's part of a report says.
void add_reports(std::string_view content, Json& out) {
    constexpr std::string_view front = "\r\nFinal-Recipient: rfc822; ";
    for (std::size_t at = content.find(front); at != std::string_view::npos;) {
        const std::size_t next = content.find(front, at + 1);
        const std::string_view part = content.substr(at, next - at);
        const std::string whole = field_of(part, "Diagnostic-Code");
        out.push_back({{"to", field_of(part, "Final-Recipient").substr(8)},
                       {"status", field_of(part, "Status")},
                       {"diagnostic", whole}});
        at = next;
    }
}

}  // namespace

Json Stage::bounces(const Json& a) {
    const trace::HostId host = hosts_[a[0].get<std::size_t>()].gateway->host;
    const std::set<trace::MailId> copies =
        run::on_all_hops(world_->trace(), mails_[a[1].get<std::size_t>()]);
    Json out = Json::array();
    world_->trace().each([&](const trace::Event& event) {
        if (event.host != host) return;
        const auto* const returned = event.as<trace::BounceReturned>();
        const auto* const sent = event.as<trace::BounceSent>();
        if (returned != nullptr && copies.contains(returned->mail))
            add_reports(returned->content, out);
        if (sent != nullptr && copies.contains(sent->mail)) add_reports(sent->content, out);
    });
    return well(std::move(out));
}

// The sums of the reports that a host made for a domain, of one day or of all; and their texts.
Json Stage::reports(const Json& a) {
    const trace::HostId host = hosts_[a[0].get<std::size_t>()].gateway->host;
    const std::string domain = dns::canonical(a[1].get<std::string>());
    std::optional<Instant> day;
    if (a.size() > 2 && !a[2].is_null())
        day = policy::tls_report::Counter(
                  parse_calendar_date(a[2].get<std::string>()).value_or(Instant{}))
                  .begins();
    std::int64_t successes = 0;
    Json texts = Json::array();
    std::map<std::string, std::int64_t> failures;
    world_->trace().each_of<trace::TlsReportMade>(
        [&](const trace::Event& event, const trace::TlsReportMade& report) {
            if (event.host != host || report.domain != domain) return;
            if (day && report.day != *day) return;
            texts.push_back(std::string(report.content));
            successes += static_cast<std::int64_t>(report.successes);
            std::string_view rest = report.failures;
            while (!rest.empty()) {
                const std::string_view line = rest.substr(0, rest.find('\n'));
                rest.remove_prefix(std::min(rest.size(), line.size() + 1));
                const std::size_t equals = line.find('=');
                failures[std::string(line.substr(0, equals))] +=
                    std::stoll(std::string(line.substr(equals + 1)));
            }
        });
    Json out = {
        {"texts", std::move(texts)}, {"successes", successes}, {"failures", Json::object()}};
    for (const auto& [word, count] : failures) out["failures"][word] = count;
    return well(std::move(out));
}

Json Stage::has_read(const Json& a) {
    return found(run::has_read(world_->trace(), watchers_[a[0].get<std::size_t>()].rule->host,
                               mails_[a[1].get<std::size_t>()]));
}
Json Stage::has_altered(const Json& a) {
    return found(run::has_altered(world_->trace(), watchers_[a[0].get<std::size_t>()].rule->host,
                                  mails_[a[1].get<std::size_t>()]));
}
Json Stage::knows(const Json& a) {
    return found(run::knows(world_->trace(), watchers_[a[0].get<std::size_t>()].rule->host,
                            a[1].get<std::string>()));
}

}  // namespace script
