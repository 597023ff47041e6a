#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "harness/script/flaws.hpp"
#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "sim/core/printable.hpp"
#include "sim/core/text.hpp"

namespace script {
namespace {

// Words for mails that the author left empty: each mail's own, so that readers can be told.
constexpr std::array<std::string_view, 64> word_list{
    "amber",   "anchor", "april",   "arrow",  "autumn",  "barley",  "basket", "beacon",
    "birch",   "bishop", "bronze",  "candle", "carbon",  "cedar",   "cherry", "cobalt",
    "copper",  "coral",  "cotton",  "dagger", "daisy",   "dancer",  "desert", "eagle",
    "ember",   "falcon", "feather", "fennel", "fiddle",  "forest",  "garnet", "ginger",
    "granite", "harbor", "hazel",   "helmet", "indigo",  "island",  "ivory",  "jasper",
    "kettle",  "ladder", "lantern", "laurel", "lemon",   "linen",   "magnet", "maple",
    "marble",  "meadow", "mirror",  "nutmeg", "olive",   "orchard", "pepper", "pewter",
    "quartz",  "raven",  "saffron", "silver", "thistle", "timber",  "velvet", "willow"};

std::string joined(const Value& list, std::string_view separator) {
    std::string out;
    for (const Value& item : list)
        out += (out.empty() ? std::string() : std::string(separator)) + item.text();
    return out;
}

// RFC 5322 section 2.1: lines end with CRLF, whatever the author's editor wrote. No NUL is sent
// (section 3.5).
std::string with_crlf(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\0') continue;
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
        out += text[i];
        if (text[i] == '\r' && text.substr(i + 1, 1) != "\n") out += '\n';  // SMTP-01
    }
    if (!out.ends_with("\r\n")) out += "\r\n";
    return out;
}

// A bug of real clients (SMTP-01).
std::string with_bare_lf_headers(std::string content) {
    std::size_t head = content.find("\r\n\r\n");
    for (std::size_t at = content.find("\r\n"); at < head; at = content.find("\r\n", at), --head)
        content.erase(at, 1);
    return content;
}

}  // namespace

std::string Play::seeded_words(int count) {
    Chance chance = world_->chance(fmt::format("words {} {}", mails_.size(), count));
    std::string out;
    for (int i = 0; i < count; ++i)
        out += (out.empty() ? "" : " ") + std::string(word_list[chance.below(word_list.size())]);
    return out;
}

// Empty: the time has come. Else why the world was stopped.
// Why the world may not take one more turn.
std::string Play::spent() const {
    const Budget& budget = setting_.terms.budget;
    if (world_->loop().steps() >= budget.turns)
        return fmt::format("the world ran over its budget of {} million turns",
                           budget.turns / 1'000'000);
    if (setting_.terms.guard != nullptr && setting_.terms.guard->expired() != nullptr)
        return setting_.terms.guard->expired();
    const std::size_t trace = world_->trace().held();
    if (trace + mails_hold_ > budget.world)
        return fmt::format(
            "the world ran over its memory budget of {} MiB (--memory): {} MiB of "
            "trace, {} MiB of mails",
            budget.world >> 20, trace >> 20, mails_hold_ >> 20);
    return {};
}

std::string Play::run_until(Instant end) {
    Loop& loop = world_->loop();
    while (loop.next_turn() <= end) {
        if (std::string why = spent(); !why.empty()) return overrun_ = std::move(why);
        loop.step();
        if (!overrun_.empty()) return overrun_;  // a function that rewrites lines failed
    }
    loop.run_until(end);
    return {};
}

void Play::finish_sessions() {
    Loop& loop = world_->loop();
    const Instant end = loop.now() + seconds(1);
    for (int turns = 0; turns < 1'000'000 && loop.next_turn() <= end; ++turns) loop.step();
}

Value Play::after(const Value& a) {
    const Instant now = world_->loop().now();
    const Instant end = now + parse_duration(a[0].text()).value_or(Duration{});
    if (end == Instant{INT64_MAX})
        return ill(fmt::format("after: the clock of a world goes to {}; it is {} already",
                               calendar_date(end), calendar_date(now)));
    return pass_until(end);
}

Value Play::at(const Value& a) {
    const Instant now = world_->loop().now();
    const Instant end = parse_calendar_date(a[0].text()).value_or(now);
    if (end < now)
        return ill(fmt::format("at: {} is past; it is {} already", calendar_date(end),
                               calendar_date(now)));
    return pass_until(end);
}

Value Play::pass_until(Instant end) {
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    std::string overrun = run_until(end);
    return overrun.empty() ? well(nullptr) : ill(std::move(overrun));
}

namespace {

// A rule for that domain, as smtp_tls_policy_maps is looked up: itself, its parents, the level for
// all. A smart host's is looked up by its own name.
const Value& rule_for(const Value& sender, const std::string& domain) {
    const Value& levels = sender["tls"];
    const Value& rules = levels["rules"];
    const bool relayed = sender.contains("relays_to");
    std::string key = core::lower(relayed ? sender["relays_to"].text() : domain);
    // "host:port" is looked up as "host" where no rule is spelled so.
    if (relayed && !key.starts_with('[') && !rules.contains(key))
        key.erase(std::min(key.find(':'), key.size()));
    while (!key.empty()) {
        if (rules.contains(key)) return rules[key];
        const std::size_t dot = relayed ? key.npos : key.find('.', 1);
        key.erase(0, dot == key.npos ? key.size() : dot);
    }
    return levels["default"];
}

// What the author wants to be told (RFC 3461). Empty: all went well.
std::string set_wishes(smtp::Envelope& envelope, const Value& o) {
    smtp::Wishes& wishes = envelope.wishes;
    if (o.contains("ret"))
        wishes.quoted = o["ret"] == "full" ? smtp::Return::full : smtp::Return::headers;
    if (o.contains("envid")) {
        constexpr std::size_t most = 100;  // characters of the parameter (RFC 3461 section 4.4)
        wishes.envelope_id = smtp::to_xtext(o["envid"].text());
        if (wishes.envelope_id.empty() || wishes.envelope_id.size() > most ||
            !smtp::from_xtext(wishes.envelope_id))
            return fmt::format(
                "sends.envid: expected 1 to {} characters of printable ASCII, where a blank, '+' "
                "and '=' count as three, got '{}'",
                most, core::printable_line(o["envid"].text()));
    }
    if (!o.contains("notify")) return {};
    if (o["notify"].empty()) return "sends.notify: expected never, success or failure, got none";
    if (o["notify"].holds("never") && o["notify"].size() > 1)
        return "sends.notify: never stands alone (RFC 3461 section 4.1)";
    for (const std::string& address : envelope.recipients)
        wishes.recipients[address].notify = core::upper(joined(o["notify"], ","));
    return {};
}

}  // namespace

Value Play::send(const Value& a) {
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    const Host& it = host(a[0]);
    const std::set<WritingFlaw> flaws = writing_flaws(it.options["flaws"]);
    const Value& o = a[1];
    const trace::MailId id = world_->next_mail();
    Chance chance = world_->chance(fmt::format("mail {}", static_cast<std::uint32_t>(id)));
    smtp::Message message;
    message.id = id;
    message.envelope.sender =
        o.contains("from") ? o["from"].text() : "alice@" + it.options["domain"].text();
    std::set<std::string> known;
    for (const char* const key : {"to", "cc"})
        if (o.contains(key))
            for (const std::string& address : o[key].texts())
                if (known.insert(address).second) message.envelope.recipients.push_back(address);
    for (const std::string& address : message.envelope.recipients) {
        const Value& rule = rule_for(it.options, smtp::domain_of(address));
        if (rule.contains("unknown_pins")) return ill(rule["unknown_pins"].text());
    }
    if (std::string why = set_wishes(message.envelope, o); !why.empty()) return ill(why);
    const std::string message_id = fmt::format("<{:016x}@{}>", chance.next(), it.gateway->name);
    // The header names somebody in any case (RFC 5322 section 3.6.2).
    const std::string author = message.envelope.sender == "<>"
                                   ? "postmaster@" + it.options["domain"].text()
                                   : message.envelope.sender;
    if (message.envelope.sender == "<>") message.envelope.sender.clear();
    message.content = fmt::format("From: <{}>\r\nTo: {}\r\n", author, joined(o["to"], ", "));
    if (o.contains("cc")) message.content += fmt::format("Cc: {}\r\n", joined(o["cc"], ", "));
    if (o.contains("tls_required")) message.content += "TLS-Required: No\r\n";
    if (o.value("require_tls", false)) message.envelope.require_tls = smtp::RequireTls::yes;
    const bool closed = o["sealed"] == "S/MIME";
    const std::string body = o.contains("body") ? o["body"].text() : seeded_words(12) + ".";
    message.content += fmt::format(
        "Subject: {}\r\nDate: {}\r\nMessage-ID: {}\r\n\r\n{}",
        o.contains("subject") ? o["subject"].text() : seeded_words(3),
        mail_date(world_->loop().now()), message_id,
        flaws.contains(WritingFlaw::bare_line_ends) && !closed ? body : with_crlf(body));
    if (closed) message.content = sealed(it, message);
    if (flaws.contains(WritingFlaw::bare_lf_headers))
        message.content = with_bare_lf_headers(std::move(message.content));
    // With each recipient it keeps what came of him.
    constexpr std::size_t each = 1024;
    mails_hold_ += message.content.size() + each * (1 + message.envelope.recipients.size());
    if (overrun_ = spent(); !overrun_.empty()) return ill(overrun_);
    mails_.push_back(id);
    it.gateway->outbound->submit(std::move(message), message_id, duration(o, "held_for"));
    return well(mails_.size() - 1);
}

Value Play::flush(const Value& a) {
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    host(a[0]).gateway->outbound->flush();
    return well(nullptr);
}

Value Play::settle(const Value& a) {
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    const trace::MailId one = mail(a[0]);
    Loop& loop = world_->loop();
    while (!fates_->settled(one)) {
        if (loop.idle())
            return ill("nothing more happens, and the mail is not settled: a bug in mailtls");
        if (std::string overrun = run_until(loop.next_turn()); !overrun.empty())
            return ill(std::move(overrun));
    }
    return well(nullptr);
}

}  // namespace script
