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

// At the name and all above it: a name with others below it exists (RFC 8020).
void Zones::count(std::string_view name, std::ptrdiff_t more) {
    for (;;) {
        const auto found = names_.try_emplace(std::string(name), 0).first;
        found->second += more;
        if (found->second == 0) names_.erase(found);
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos) return;
        name.remove_prefix(dot + 1);
    }
}

void Zones::add(Record record, Source source, Ttl ttl) {
    record.name = canonical(record.name);
    const bool holds_name =
        record.type == Type::MX || record.type == Type::CNAME || record.type == Type::NS;
    if (holds_name) record.data = canonical(record.data);
    if (record.type == Type::CNAME) aliases_.insert(record.name);
    count(record.name, 1);
    auto& set = records_[{record.name, record.type}];
    set.push_back({std::move(record), source, ttl});
}

void Zones::remove(std::string_view name, Type type, std::optional<Source> source) {
    const std::string key = canonical(name);
    const auto found = records_.find({key, type});
    if (found == records_.end()) return;
    const std::size_t gone =
        std::erase_if(found->second, [&](const Held& h) { return !source || h.source == *source; });
    if (gone > 0) count(key, -static_cast<std::ptrdiff_t>(gone));
    if (found->second.empty()) records_.erase(found);
}

// A line about an alias says all that there is to say of the name.
std::vector<const Zones::Held*> Zones::held(const std::string& name, Type type) const {
    std::vector<const Held*> out;
    const auto found = records_.find({name, type});
    if (found == records_.end()) return out;
    const auto by_line = [](const Held& h) { return h.source == Source::lines; };
    const auto alias = records_.find({name, Type::CNAME});
    const bool overruled = std::any_of(found->second.begin(), found->second.end(), by_line) ||
                           (alias != records_.end() &&
                            std::any_of(alias->second.begin(), alias->second.end(), by_line));
    for (const Held& h : found->second) {
        if (overruled && h.source == Source::host) continue;
        const bool again = std::any_of(out.begin(), out.end(), [&](const Held* o) {
            return o->record.data == h.record.data && o->record.preference == h.record.preference;
        });
        if (!again) out.push_back(&h);
    }
    return out;
}

std::vector<Record> Zones::find(std::string_view name, Type type) const {
    std::vector<Record> out;
    for (const Held* h : held(canonical(name), type)) out.push_back(h->record);
    return out;
}

std::optional<std::string> Zones::crowded_alias() const {
    for (const std::string& name : aliases_) {
        if (!records_.contains({name, Type::CNAME})) continue;
        std::size_t count = 0;
        for (const Type other : known_types) count += held(name, other).size();
        if (count > 1) return name;
    }
    return std::nullopt;
}

void Zones::fail(std::string_view name, Type type, Fault fault) {
    if (fault == Fault::none)
        faults_.erase({canonical(name), type});
    else
        faults_[{canonical(name), type}] = fault;
}

// A zone's own name exists with its SOA, and a name with others below it (RFC 8020), though neither
// has a record here.
bool Zones::exists(std::string_view name) const {
    return names_.contains(name) || zones_.contains(name);
}

// The star below the closest encloser of a name that does not exist (RFC 4592 section 3.3.1).
// Empty: there is none, or it is not in the zone of the name.
std::string Zones::source_of_synthesis(std::string_view name) const {
    const Zone* const zone = zone_of(name);
    for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
        name.remove_prefix(dot + 1);
        if (!exists(name)) continue;
        std::string star = "*." + std::string(name);
        return names_.contains(star) && zone_of(star) == zone ? star : std::string();
    }
    return {};
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
    // What a star makes is signed like the rest of its zone (RFC 4035 section 5.3.4).
    const std::string star = exists(name) ? std::string() : source_of_synthesis(name);
    const std::string& owner = star.empty() ? name : star;
    const std::uint32_t ttl = zone != nullptr ? zone->ttl : 0;
    const auto give = [&](const Held& held) {
        m.answers.push_back(held.record);
        m.answers.back().name = name;
        if (held.record.ttl == 0 && held.ttl != Ttl::own) m.answers.back().ttl = ttl;
    };
    if (const auto found = held(owner, m.question.type); !found.empty()) {
        for (const Held* record : found) give(*record);
        return false;
    }
    const auto alias = held(owner, Type::CNAME);
    if (alias.empty()) {
        m.status = exists(owner) ? Status::no_error : Status::name_error;
        return false;
    }
    give(*alias.front());
    name = alias.front()->record.data;
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
