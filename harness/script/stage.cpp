#include "harness/script/stage.hpp"

#include <fmt/core.h>

#include "harness/script/bandwidth.hpp"
#include "harness/script/play.hpp"
#include "sim/dns/idna.hpp"
#include "sim/dns/message.hpp"
#include "sim/mta/routing.hpp"
#include "sim/tls/name_constraints.hpp"
#include "sim/tls/resumption.hpp"

namespace script {

Stage::Stage(Setting setting) : setting_(std::move(setting)) {}
Stage::~Stage() = default;

sim::World& Stage::world() { return play_->world(); }
trace::MailId Stage::mail(std::size_t index) const {
    return play_->mail(static_cast<std::int64_t>(index));
}
std::string Stage::overrun() const { return play_ ? play_->overrun() : std::string(); }
void Stage::finish_sessions() { play_->finish_sessions(); }
std::optional<Mistake> Stage::broken_promise() { return play_->broken_promise(); }

const std::map<std::string, Stage::Question>& Stage::questions() {
    static const std::map<std::string, Question> questions{
        {"playing", &Stage::is_playing},
        {"seed", &Stage::the_seed},
        {"given", &Stage::given},
        {"added_flaws", &Stage::added_flaws},
        {"what_if_level", &Stage::what_if_level},
        {"is_name", &Stage::is_name},
        {"with_a_labels", &Stage::with_a_labels},
        {"is_address", &Stage::is_address},
        {"is_duration", &Stage::is_duration},
        {"is_date", &Stage::is_date},
        {"is_ticket_lifetime", &Stage::is_ticket_lifetime},
        {"is_bandwidth", &Stage::is_bandwidth},
        {"is_reply", &Stage::is_reply},
        {"is_subtree", &Stage::is_subtree},
        {"reasons", &Stage::reasons},
        {"print", &Stage::print},
        {"postfix_table", &Stage::postfix_table},
        {"postfix_main", &Stage::postfix_main},
        {"exim_config", &Stage::exim_config},
        {"smtpd_config", &Stage::smtpd_config},
        {"beside", &Stage::beside},
        {"cites", &Stage::cites},
        {"look_over", &Stage::look_over},
    };
    return questions;
}

std::vector<std::string> Stage::primitives() {
    std::set<std::string> names;
    for (const auto& [name, question] : questions()) names.insert(name);
    for (const auto& [name, primitive] : Play::primitives()) names.insert(name);
    return {names.begin(), names.end()};
}

std::unique_ptr<Stage> Stage::again() const {
    ENSURE(!playing());
    auto out = std::make_unique<Stage>(setting_);
    out->file_ = file_;
    out->bytes_at_load_ = bytes_at_load_;
    out->asked_ = asked_;
    out->cited_ = cited_;
    out->printed_ = printed_;
    return out;
}

void Stage::begin() {
    bytes_in_play_ = 0;
    play_.reset();  // before the next one is made: a thread has one world at a time
    play_ = std::make_unique<Play>(setting_, rewriter_, rule_files_);
}

const Value& Stage::call(const std::string& primitive, const Value& arguments) {
    try {
        const auto question = questions().find(primitive);
        if (question != questions().end()) return answer_ = (this->*question->second)(arguments);
        const auto found = Play::primitives().find(primitive);
        ENSURE(found != Play::primitives().end());
        return answer_ = playing() ? ((*play_).*found->second)(arguments)
                                   : ill(primitive + " belongs inside a scenario");
    } catch (const Unfit& unfit) {
        return answer_ = ill(fmt::format("{}: {}", primitive, unfit.why));
    }
}

namespace {

Value one(Value value) { return Value::list({std::move(value)}); }
std::string text(const Value& arguments) {
    return !arguments.empty() && arguments[0].is_text() ? arguments[0].text() : std::string();
}

}  // namespace

Value Stage::is_playing(const Value&) { return one(playing()); }
Value Stage::the_seed(const Value&) { return one(static_cast<std::int64_t>(setting_.seed)); }
Value Stage::given(const Value& a) {
    asked_.insert(text(a));
    const auto found = setting_.terms.given.find(text(a));
    return one(found == setting_.terms.given.end() ? Value(nullptr) : Value(found->second));
}
Value Stage::added_flaws(const Value&) { return one(Value(setting_.twist.flaws)); }
Value Stage::what_if_level(const Value&) {
    return one(setting_.twist.level.empty() ? Value(nullptr) : Value(setting_.twist.level));
}
Value Stage::is_name(const Value& a) { return one(dns::is_name(text(a))); }
Value Stage::with_a_labels(const Value& a) {
    Result<std::string> name = dns::with_a_labels(text(a));
    return name.ok() ? well(std::move(name.value())) : ill(name.failure().detail);
}
Value Stage::is_address(const Value& a) {
    const std::string address = text(a);
    const std::string domain = smtp::domain_of(address);
    return one(smtp::is_address(address) &&
               (dns::is_name(domain) || mta::address_in(domain).has_value()));
}
Value Stage::is_duration(const Value& a) { return one(parse_duration(text(a)).has_value()); }
Value Stage::is_ticket_lifetime(const Value& a) {
    const std::optional<core::Duration> lifetime = parse_duration(text(a));
    return one(lifetime && *lifetime >= core::seconds(1) &&
               *lifetime <= tls::longest_ticket_lifetime);
}
Value Stage::is_date(const Value& a) { return one(parse_calendar_date(text(a)).has_value()); }
Value Stage::is_bandwidth(const Value& a) { return one(parse_bandwidth(text(a)).has_value()); }
Value Stage::is_subtree(const Value& a) {
    std::string fault = tls::subtree_fault(text(a));
    return fault.empty() ? well(nullptr) : ill(std::move(fault));
}
Value Stage::is_reply(const Value& a) {
    if (text(a) == "drops") return well(nullptr);  // the connection ends instead
    const Result<smtp::Reply> reply = smtp::parse_reply(text(a));
    return reply.ok() ? well(nullptr) : ill(reply.failure().detail);
}

Value Stage::reasons(const Value&) {
    Value words = Value::list();
    for (std::size_t i = 0; !reason_word_at(i).empty(); ++i)
        words.push_back(std::string(reason_word_at(i)));
    return one(std::move(words));
}

Value Stage::cites(const Value& a) {
    cited_.push_back(text(a));
    return well(nullptr);
}

Value Stage::print(const Value& arguments) {
    std::string line;
    for (const Value& value : arguments)
        line += (line.empty() ? "" : "\t") + (value.is_text() ? value.text() : as_json(value));
    printed_ += line + "\n";
    return Value::list();
}

}  // namespace script
