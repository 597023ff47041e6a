#include "harness/play/outcome_json.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace play {

// ---- as results say it

namespace {

Json or_null(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(std::string(text));
}

Json recipient_json(const judge::RecipientVerdict& r) {
    Json out;
    out["fate"] = word(r.fate);
    out["crossed"] = word(r.crossed);
    out["reason"] = r.reason == Reason::none ? Json(nullptr) : Json(word(r.reason));
    out["code"] = or_null(r.code);
    out["reached"] = or_null(r.reached);
    out["tls"] = nullptr;
    if (r.tls) {
        Json& tls = out["tls"];
        tls["version"] = r.tls->version;
        tls["cipher"] = r.tls->cipher;
        tls["verified"] = r.tls->peer == trace::Peer::verified;
        if (!r.tls->alpn.empty()) tls["alpn"] = r.tls->alpn;
        if (r.tls->resumed) tls["resumed"] = true;
    }
    return out;
}

Json weakest_json(const judge::WeakestHop& weakest) {
    return {{"number", weakest.number},
            {"recipient", weakest.recipient->address},
            {"from", weakest.hop->from},
            {"to", or_null(weakest.hop->other_end())},
            {"crossed", word(weakest.hop->crossed)}};
}

Json mail_json(const judge::MailVerdict& v) {
    const Json all = recipient_json(v.all);
    Json out;
    out["id"] = static_cast<std::uint32_t>(v.mail);
    out["from"] = v.from;
    out["to"] = v.to;
    for (const char* const key : {"fate", "crossed", "reason", "code"}) out[key] = all[key];
    out["attempts"] = v.attempts;
    for (const char* const key : {"reached", "tls"}) out[key] = all[key];
    out["read_by"] = v.read_by;
    out["altered_by"] = v.altered_by;
    for (const judge::StolenKey& key : v.stolen_keys)
        out["stolen_keys"].push_back({{"by", key.by}, {"of", key.of}});
    if (v.all.hops.size() > 1) out["hops"] = json_of(v.all.hops);
    if (const auto weakest = judge::weakest_hop(v)) out["weakest_hop"] = weakest_json(*weakest);
    if (v.recipients.size() < 2) return out;
    out["recipients"] = Json::array();
    for (const judge::RecipientVerdict& r : v.recipients) {
        Json one;
        one["to"] = r.address;
        one.update(recipient_json(r));
        if (v.has_hops()) one["hops"] = json_of(r.hops);
        out["recipients"].push_back(std::move(one));
    }
    return out;
}

}  // namespace

Json json_of(const std::vector<judge::MailVerdict>& mails) {
    Json out = Json::array();
    for (const judge::MailVerdict& mail : mails) out.push_back(mail_json(mail));
    return out;
}

Json json_of(const std::vector<judge::Hop>& hops) {
    Json out = Json::array();
    for (const judge::Hop& h : hops) {
        out.push_back({{"from", h.from},
                       {"to", or_null(h.to)},
                       {"tried", or_null(h.tried)},
                       {"fate", word(h.fate)},
                       {"crossed", word(h.crossed)},
                       {"reason", h.reason == Reason::none ? Json(nullptr) : Json(word(h.reason))},
                       {"code", or_null(h.code)},
                       {"attempts", h.attempts},
                       {"tls", h.tls ? Json(h.tls->version) : Json(nullptr)},
                       {"mail", static_cast<std::uint32_t>(h.mail)},
                       {"connection", nullptr},
                       {"read_by", h.read_by},
                       {"altered_by", h.altered_by}});
        if (h.connection != trace::ConnectionId::none)
            out.back()["connection"] = static_cast<std::uint32_t>(h.connection);
    }
    return out;
}

Json json_of(const script::Mistake& mistake) {
    return {{"file", mistake.file}, {"line", mistake.line}, {"message", mistake.message}};
}

std::optional<script::Mistake> mistake_of(const Json& mistake) {
    if (!mistake.is_object()) return std::nullopt;
    const Json file = mistake.value("file", Json());
    const Json line = mistake.value("line", Json());
    const Json message = mistake.value("message", Json());
    if (!file.is_string() || !line.is_number_integer() || !message.is_string() ||
        !std::in_range<int>(line.get<std::int64_t>()))
        return std::nullopt;
    return script::Mistake{file.get<std::string>(), line.get<int>(), message.get<std::string>()};
}

// ---- home from a worker: lists in the order of the fields, enumerators as their numbers

namespace {

template <class Enum>
requires std::is_enum_v<Enum> std::uint32_t number(Enum value) {
    return static_cast<std::uint32_t>(value);
}

Json packed(const std::optional<judge::TlsVerdict>& tls) {
    if (!tls) return nullptr;
    return Json::array({tls->version, tls->cipher, number(tls->peer), tls->alpn, tls->resumed});
}
Json packed(const judge::Hop& h) {
    return Json::array({h.from, h.to, number(h.fate), number(h.crossed), number(h.reason), h.code,
                        h.detail, packed(h.tls), number(h.mail), number(h.connection), h.tried,
                        h.attempts, h.read_by, h.altered_by});
}
Json packed(const judge::RecipientVerdict& r) {
    Json hops = Json::array();
    for (const judge::Hop& hop : r.hops) hops.push_back(packed(hop));
    return Json::array({r.address, number(r.fate), number(r.crossed), number(r.reason), r.code,
                        r.detail, r.reached, packed(r.tls), std::move(hops)});
}
Json packed(const std::vector<judge::MailVerdict>& mails) {
    Json out = Json::array();
    for (const judge::MailVerdict& v : mails) {
        Json recipients = Json::array();
        for (const judge::RecipientVerdict& r : v.recipients) recipients.push_back(packed(r));
        Json keys = Json::array();
        for (const judge::StolenKey& key : v.stolen_keys)
            keys.push_back(Json::array({key.by, key.of}));
        out.push_back(Json::array({number(v.kind), number(v.mail), number(v.about), v.from, v.to,
                                   v.message_id, v.attempts, packed(v.all), std::move(recipients),
                                   v.read_by, v.altered_by, std::move(keys)}));
    }
    return out;
}

// What a number may be at most, so that it is an enumerator.
template <class Enum>
constexpr Enum last{};
template <>
constexpr Status last<Status> = Status::broken;
template <>
constexpr judge::Fate last<judge::Fate> = judge::Fate::bounced;
template <>
constexpr judge::Crossing last<judge::Crossing> = judge::Crossing::authenticated;
template <>
constexpr judge::MailVerdict::Kind last<judge::MailVerdict::Kind> =
    judge::MailVerdict::Kind::report;
template <>
constexpr trace::Peer last<trace::Peer> = trace::Peer::verified;
template <>
constexpr trace::MailId last<trace::MailId>{UINT32_MAX};
template <>
constexpr trace::ConnectionId last<trace::ConnectionId>{UINT32_MAX};
template <>
constexpr Reason last<Reason> = Reason::report_invalid;

// The line is none of ours.
struct Damaged : std::exception {};

// A number that fits: nothing is rounded, cut or turned round.
template <class Number>
Number whole_number(const Json& j) {
    if (j.is_number_unsigned() && std::in_range<Number>(j.get<std::uint64_t>()))
        return static_cast<Number>(j.get<std::uint64_t>());
    if (j.is_number_integer() && !j.is_number_unsigned() &&
        std::in_range<Number>(j.get<std::int64_t>()))
        return static_cast<Number>(j.get<std::int64_t>());
    throw Damaged();
}

template <class Enum>
Enum enumerator(const Json& number_of_it) {
    const auto value = whole_number<std::uint32_t>(number_of_it);
    if (value > number(last<Enum>)) throw Damaged();
    return static_cast<Enum>(value);
}

// Takes the fields of such a list one after the other.
class Fields {
  public:
    explicit Fields(const Json& list) : list_(list) {}
    const Json& next() { return list_.at(at_++); }
    Fields& operator>>(std::string& to) {
        to = next().get<std::string>();
        return *this;
    }
    Fields& operator>>(std::uint32_t& to) {
        to = whole_number<std::uint32_t>(next());
        return *this;
    }
    Fields& operator>>(bool& to) {
        to = next().get<bool>();
        return *this;
    }
    Fields& operator>>(std::vector<std::string>& to) {
        to = next().get<std::vector<std::string>>();
        return *this;
    }
    template <class Enum>
    requires std::is_enum_v<Enum> Fields& operator>>(Enum& to) {
        to = enumerator<Enum>(next());
        return *this;
    }
    Fields& operator>>(std::optional<judge::TlsVerdict>& to) {
        const Json& tls = next();
        if (!tls.is_null())
            Fields(tls) >> to.emplace().version >> to->cipher >> to->peer >> to->alpn >>
                to->resumed;
        return *this;
    }
    Fields& operator>>(judge::Hop& to) {
        Fields(next()) >> to.from >> to.to >> to.fate >> to.crossed >> to.reason >> to.code >>
            to.detail >> to.tls >> to.mail >> to.connection >> to.tried >> to.attempts >>
            to.read_by >> to.altered_by;
        return *this;
    }
    Fields& operator>>(judge::StolenKey& to) {
        Fields(next()) >> to.by >> to.of;
        return *this;
    }
    Fields& operator>>(judge::RecipientVerdict& to) {
        Fields(next()) >> to.address >> to.fate >> to.crossed >> to.reason >> to.code >>
            to.detail >> to.reached >> to.tls >> to.hops;
        return *this;
    }
    Fields& operator>>(judge::MailVerdict& to) {
        Fields(next()) >> to.kind >> to.mail >> to.about >> to.from >> to.to >> to.message_id >>
            to.attempts >> to.all >> to.recipients >> to.read_by >> to.altered_by >> to.stolen_keys;
        return *this;
    }
    template <class One>
    Fields& operator>>(std::vector<One>& to) {
        const Json& list = next();
        Fields each(list);
        for (std::size_t i = 0; i < list.size(); ++i) each >> to.emplace_back();
        return *this;
    }

  private:
    const Json& list_;
    std::size_t at_ = 0;
};

Json whole(const Outcome& o) {
    Json failures = Json::array();
    for (const script::Mistake& m : o.failures) failures.push_back(json_of(m));
    Json entry = {{"file", o.entry.file},
                  {"title", o.entry.title},
                  {"line", o.entry.line},
                  {"tags", o.entry.tags},
                  {"cites", o.entry.cites}};
    if (o.entry.seed) entry["seed"] = *o.entry.seed;
    return {{"entry", entry},
            {"status", number(o.status)},
            {"seed", o.seed},
            {"failures", failures},
            {"deterministic", o.deterministic},
            {"bugs", o.bugs},
            {"wrote_files", o.wrote_files},
            {"cites", o.cites},
            {"asked_with", o.asked_with},
            {"printed", o.printed},
            {"virtual_ns", o.virtual_ns},
            {"took_ns", o.took_ns},
            {"asked", o.asked},
            {"mails", packed(o.mails)},
            {"notices", packed(o.notices)},
            {"page", o.page}};
}

Outcome outcome_from(Json&& j) {
    Outcome o;
    const Json& entry = j.at("entry");
    o.entry.file = entry.at("file").get<std::string>();
    o.entry.title = entry.at("title").get<std::string>();
    o.entry.line = whole_number<int>(entry.at("line"));
    o.entry.tags = entry.at("tags").get<std::vector<std::string>>();
    o.entry.cites = entry.at("cites").get<std::string>();
    if (entry.contains("seed")) o.entry.seed = whole_number<std::uint64_t>(entry.at("seed"));
    o.status = enumerator<Status>(j.at("status"));
    o.seed = whole_number<std::uint64_t>(j.at("seed"));
    for (const Json& failure : j.at("failures")) {
        std::optional<script::Mistake> read = mistake_of(failure);
        if (!read) throw Damaged();
        o.failures.push_back(std::move(*read));
    }
    o.deterministic = j.at("deterministic").get<bool>();
    o.bugs = j.at("bugs").get<std::vector<std::string>>();
    o.wrote_files = j.at("wrote_files").get<bool>();
    o.cites = j.at("cites").get<std::string>();
    o.asked_with = j.at("asked_with").get<std::string>();
    o.printed = j.at("printed").get<std::string>();
    o.virtual_ns = whole_number<std::int64_t>(j.at("virtual_ns"));
    Fields(Json::array({j.at("mails"), j.at("notices")})) >> o.mails >> o.notices;
    o.took_ns = whole_number<std::int64_t>(j.at("took_ns"));
    o.page = std::move(j.at("page").get_ref<std::string&>());
    o.asked = j.at("asked").get<std::set<std::string>>();
    return o;
}

}  // namespace

std::string line_of(const Outcome& outcome) { return one_line(whole(outcome)); }

std::optional<Outcome> outcome_of_line(const std::string& line) {
    Json read = parsed(line);
    if (!read.is_object()) return std::nullopt;
    // Also who has edited a file of them may hand it in (`mailtls merge`).
    try {
        return outcome_from(std::move(read));
    } catch (const Damaged&) {
        return std::nullopt;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

}  // namespace play
