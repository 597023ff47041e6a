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

Json as_table(const run::RecipientVerdict& v, std::uint32_t attempts) {
    Json out = {
        {"fate", std::string(run::word(v.fate))},
        {"crossed", std::string(run::word(v.crossed))},
        {"reason", v.reason == Reason::none ? Json(nullptr) : Json(std::string(word(v.reason)))},
        {"code", or_nothing(v.code)},
        {"reached", or_nothing(v.reached)},
        {"attempts", attempts}};
    if (v.tls)
        out["tls"] = {{"version", v.tls->version},
                      {"cipher", v.tls->cipher},
                      {"verified", v.tls->peer == trace::Peer::verified}};
    return out;
}

const run::MailVerdict* find(const std::vector<run::MailVerdict>& verdicts, trace::MailId mail) {
    for (const run::MailVerdict& v : verdicts)
        if (v.mail == mail) return &v;
    return nullptr;
}

}  // namespace

Json Stage::verdict(const Json& a) {
    const std::vector<run::MailVerdict> verdicts = run::judge(world_->trace());
    const run::MailVerdict* const v = find(verdicts, mails_[a[0].get<std::size_t>()]);
    ENSURE(v != nullptr);
    if (a.size() < 2 || a[1].is_null()) return well(as_table(v->all, v->attempts));
    const std::string address = a[1].get<std::string>();
    for (const run::RecipientVerdict& r : v->recipients)
        if (r.address == address) return well(as_table(r, v->attempts));
    return ill(fmt::format("the mail has no recipient '{}'; it goes to {}", address, v->to));
}

Json Stage::dialogue(const Json& a) {
    Json lines = Json::array();
    const trace::ConnectionId last =
        run::last_connection(world_->trace(), mails_[a[0].get<std::size_t>()]);
    for (std::string& line : visualize::dialogue(world_->trace(), last))
        lines.push_back(std::move(line));
    return well(std::move(lines));
}

// Why a mail is where it is: the reason in words, and what was said last.
Json Stage::explain(const Json& a) {
    const trace::MailId mail = mails_[a[0].get<std::size_t>()];
    const std::vector<run::MailVerdict> verdicts = run::judge(world_->trace());
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
