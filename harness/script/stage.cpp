#include "harness/script/stage.hpp"

#include "harness/script/ensure.hpp"

namespace script {

Value well(Value value) { return Value::list({true, std::move(value)}); }
Value ill(std::string message) { return Value::list({false, std::move(message)}); }

const std::map<std::string, Stage::Primitive>& Stage::table() {
    static const std::map<std::string, Primitive> primitives{
        {"playing", &Stage::is_playing},
        {"seed", &Stage::the_seed},
        {"given", &Stage::given},
        {"added_flaws", &Stage::added_flaws},
        {"what_if_level", &Stage::what_if_level},
        {"is_name", &Stage::is_name},
        {"is_address", &Stage::is_address},
        {"is_duration", &Stage::is_duration},
        {"is_date", &Stage::is_date},
        {"is_bandwidth", &Stage::is_bandwidth},
        {"is_reply", &Stage::is_reply},
        {"is_record", &Stage::is_record},
        {"reasons", &Stage::reasons},
        {"print", &Stage::print},
        {"postfix_table", &Stage::postfix_table},
        {"postfix_main", &Stage::postfix_main},
        {"beside", &Stage::beside},
        {"sender", &Stage::sender},
        {"receiver", &Stage::receiver},
        {"change_sender", &Stage::change_sender},
        {"change_receiver", &Stage::change_receiver},
        {"domain", &Stage::domain},
        {"change_domain", &Stage::change_domain},
        {"watcher", &Stage::watcher},
        {"after", &Stage::after},
        {"at", &Stage::at},
        {"cites", &Stage::cites},
        {"send", &Stage::send},
        {"flush", &Stage::flush},
        {"act", &Stage::act},
        {"downgrade", &Stage::downgrade},
        {"impersonate", &Stage::impersonate},
        {"answer_dns", &Stage::answer_dns},
        {"block_dns", &Stage::block_dns},
        {"speak", &Stage::speak},
        {"leave", &Stage::leave},
        {"missed_act", &Stage::missed_act},
        {"network", &Stage::network},
        {"link", &Stage::link},
        {"change_link", &Stage::change_link},
        {"host_down", &Stage::host_down},
        {"host_up", &Stage::host_up},
        {"settle", &Stage::settle},
        {"verdict", &Stage::verdict},
        {"dialogue", &Stage::dialogue},
        {"explain", &Stage::explain},
        {"bounces", &Stage::bounces},
        {"reports", &Stage::reports},
        {"taken_reports", &Stage::taken_reports},
        {"refused_reports", &Stage::refused_reports},
        {"has_read", &Stage::has_read},
        {"has_altered", &Stage::has_altered},
        {"knows", &Stage::knows},
        {"size_of", &Stage::size_of},
        {"kept", &Stage::kept},
    };
    return primitives;
}

std::vector<std::string> Stage::primitives() {
    std::vector<std::string> names;
    for (const auto& [name, primitive] : table()) names.push_back(name);
    return names;
}

void Stage::begin() {
    if (!world_) bytes_at_load_ = bytes_beside_;
    watch(nullptr);
    fates_.reset();
    judged_events_ = 0;
    hosts_.clear();
    domains_.clear();
    links_.clear();
    carriage_ = {};
    watchers_.clear();
    acts_.clear();
    mails_.clear();
    waiting_tlsa_.clear();
    published_tlsa_.clear();
    own_mx_.clear();
    sts_options_.clear();
    rpt_options_.clear();
    bytes_beside_ = bytes_at_load_;
    waiting_sts_.clear();
    waiting_relays_.clear();
    relays_for_.clear();
    overrun_.clear();
    world_ = std::make_unique<sim::World>(seed_, tls::Curves::fast, keys_);
    world_->network().set_striker(striker_);
    fates_ = std::make_unique<run::FateCounter>(world_->trace());
    watch(world_.get());
}

Stage::~Stage() { watch(nullptr); }

const Value& Stage::call(const std::string& primitive, const Value& arguments) {
    const auto found = table().find(primitive);
    ENSURE(found != table().end());
    answer_ = (this->*found->second)(arguments);
    return answer_;
}

namespace {

Value one(Value value) { return Value::list({std::move(value)}); }
std::string text(const Value& arguments) {
    return !arguments.empty() && arguments[0].is_text() ? arguments[0].text() : std::string();
}

}  // namespace

Value Stage::is_playing(const Value&) { return one(playing()); }
Value Stage::the_seed(const Value&) { return one(static_cast<std::int64_t>(seed_)); }
Value Stage::given(const Value& a) {
    asked_.insert(text(a));
    const auto found = given_.find(text(a));
    return one(found == given_.end() ? Value(nullptr) : Value(found->second));
}
Value Stage::added_flaws(const Value&) { return one(Value(twist_.flaws)); }
Value Stage::what_if_level(const Value&) {
    return one(twist_.level.empty() ? Value(nullptr) : Value(twist_.level));
}
Value Stage::is_name(const Value& a) { return one(dns::is_name(text(a))); }
Value Stage::is_address(const Value& a) {
    const std::string address = text(a);
    return one(smtp::is_address(address) && dns::is_name(smtp::domain_of(address)));
}
Value Stage::is_duration(const Value& a) { return one(parse_duration(text(a)).has_value()); }
Value Stage::is_date(const Value& a) { return one(parse_calendar_date(text(a)).has_value()); }
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

Value Stage::print(const Value& arguments) {
    std::string line;
    for (const Value& value : arguments)
        line += (line.empty() ? "" : "\t") + (value.is_text() ? value.text() : as_json(value));
    printed_ += line + "\n";
    return Value::list();
}

}  // namespace script
