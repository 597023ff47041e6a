#include "sim/dns/zones.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace dns {
namespace {

constexpr std::array<std::string_view, 6> fault_words{"none",    "servfail", "bogus",
                                                      "timeout", "nxdomain", "no data"};
constexpr int longest_chain = 8;

}  // namespace

std::string_view word(Signing signing) {
    return signing == Signing::no ? "no" : signing == Signing::yes ? "yes" : "bogus";
}
std::string_view word(Fault fault) { return fault_words[static_cast<std::size_t>(fault)]; }
std::optional<Fault> fault_of(std::string_view text) {
    for (std::size_t i = 0; i < fault_words.size(); ++i)
        if (fault_words[i] == text) return static_cast<Fault>(i);
    return std::nullopt;
}

void Zones::declare(std::string_view name, Signing signing) {
    zones_[canonical(name)].signing = signing;
}

void Zones::set_ttl(std::string_view name, std::uint32_t ttl) { zones_[canonical(name)].ttl = ttl; }

const Zones::Zone* Zones::zone_of(std::string_view name) const {
    for (;;) {
        if (const auto found = zones_.find(name); found != zones_.end()) return &found->second;
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos) return nullptr;
        name.remove_prefix(dot + 1);
    }
}

Signing Zones::signing_of(std::string_view name) const {
    const Zone* const zone = zone_of(canonical(name));
    return zone != nullptr ? zone->signing : Signing::no;
}

void Zones::add(Record record) {
    record.name = canonical(record.name);
    const bool holds_name =
        record.type == Type::MX || record.type == Type::CNAME || record.type == Type::NS;
    if (holds_name) record.data = canonical(record.data);
    ++names_[record.name];
    auto& set = records_[{record.name, record.type}];
    set.push_back(std::move(record));
}

void Zones::remove(std::string_view name, Type type) {
    const std::string key = canonical(name);
    const auto found = records_.find({key, type});
    if (found == records_.end()) return;
    const auto holder = names_.find(key);
    holder->second -= found->second.size();
    if (holder->second == 0) names_.erase(holder);
    records_.erase(found);
}

std::vector<Record> Zones::find(std::string_view name, Type type) const {
    const auto found = records_.find({canonical(name), type});
    return found == records_.end() ? std::vector<Record>() : found->second;
}

void Zones::fail(std::string_view name, Type type, Fault fault) {
    if (fault == Fault::none)
        faults_.erase({canonical(name), type});
    else
        faults_[{canonical(name), type}] = fault;
}

// A name with children exists, though it has no records of its own (RFC 8020).
bool Zones::exists(const std::string& name) const {
    const auto below = [&](const auto& entry) { return entry.first.ends_with("." + name); };
    return names_.contains(name) || std::any_of(names_.begin(), names_.end(), below);
}

// One name of the chain. True: an alias, and `name` is where it leads.
bool Zones::step(Message& m, std::string& name, Validation validation) const {
    const Zone* const zone = zone_of(name);
    const bool checked = zone != nullptr && validation == Validation::done;
    const Signing signing = checked ? zone->signing : Signing::no;
    if (signing == Signing::no) m.security = Security::insecure;
    if (signing == Signing::bogus) {
        m.security = Security::bogus;
        return false;
    }
    const std::uint32_t ttl = zone != nullptr ? zone->ttl : 0;
    const auto give = [&](const Record& record) {
        m.answers.push_back(record);
        if (record.ttl == 0) m.answers.back().ttl = ttl;
    };
    if (const auto found = records_.find({name, m.question.type}); found != records_.end()) {
        for (const Record& record : found->second) give(record);
        return false;
    }
    const auto alias = records_.find({name, Type::CNAME});
    if (alias == records_.end()) {
        m.status = exists(name) ? Status::no_error : Status::name_error;
        return false;
    }
    give(alias->second.front());
    name = alias->second.front().data;
    return true;
}

std::optional<Message> Zones::answer(const Question& question, Validation validation) const {
    Message m;
    m.response = true;
    m.question = question;
    const bool checked = validation == Validation::done;
    m.security = checked ? Security::secure : Security::insecure;
    std::string name = canonical(question.name);
    for (int hops = 0; hops < longest_chain; ++hops) {
        const auto found = faults_.find({name, question.type});
        Fault fault = found == faults_.end() ? Fault::none : found->second;
        if (fault == Fault::bogus && !checked) fault = Fault::none;
        if (fault == Fault::timeout) return std::nullopt;
        if (fault == Fault::none && step(m, name, validation)) continue;
        if (fault == Fault::name_error) m.status = Status::name_error;
        if (fault == Fault::server_failure) m.status = Status::server_failure;
        if (fault == Fault::bogus) m.security = Security::bogus;
        const bool denied = fault == Fault::no_data || fault == Fault::name_error;
        const Signing signing = checked ? signing_of(name) : Signing::no;
        if (denied && signing == Signing::no) m.security = Security::insecure;
        if (denied && signing == Signing::bogus) m.security = Security::bogus;
        break;
    }
    const bool endless = !m.answers.empty() && m.answers.back().type == Type::CNAME &&
                         m.answers.size() >= longest_chain;
    if (m.security == Security::bogus || endless) m.status = Status::server_failure;
    if (m.status == Status::server_failure) {
        m.answers.clear();
        if (m.security == Security::secure) m.security = Security::insecure;
    }
    return m;
}

std::uint32_t Zones::ttl_of(const Message& answer) const {
    if (answer.status == Status::server_failure) return 0;
    const std::vector<Record>& given = answer.answers;
    std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
    for (const Record& record : given) least = std::min(least, record.ttl);
    if (!given.empty() && given.back().type == answer.question.type) return least;
    // What is not there is kept as long as the zone of the last name says (RFC 2308 section 5).
    const std::string last = given.empty() ? canonical(answer.question.name) : given.back().data;
    const Zone* const zone = zone_of(last);
    return std::min(least, zone != nullptr ? zone->ttl : 0);
}

}  // namespace dns
