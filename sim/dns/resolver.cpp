#include "sim/dns/resolver.hpp"

#include <algorithm>

#include "sim/core/chance.hpp"

namespace dns {

using namespace trace;

void Records::add(Record record) {
    record.name = canonical(record.name);
    if (record.type != Type::TXT && record.type != Type::TLSA) record.data = canonical(record.data);
    ++names_[record.name];
    auto& set = records_[{record.name, record.type}];
    set.push_back(std::move(record));
}

void Records::remove(std::string_view name, Type type) {
    const std::string key = canonical(name);
    const auto found = records_.find({key, type});
    if (found == records_.end()) return;
    const auto holder = names_.find(key);
    holder->second -= found->second.size();
    if (holder->second == 0) names_.erase(holder);
    records_.erase(found);
}

void Records::set_status(std::string_view name, Status status) {
    if (status == Status::no_error)
        failing_.erase(canonical(name));
    else
        failing_[canonical(name)] = status;
}

Message Records::answer(const Question& question) const {
    Message m;
    m.response = true;
    m.question = question;
    std::string name = canonical(question.name);
    for (int hops = 0; hops < 8; ++hops) {
        if (const auto failing = failing_.find(name); failing != failing_.end()) {
            m.status = failing->second;
            return m;
        }
        if (const auto found = records_.find({name, question.type}); found != records_.end()) {
            m.answers.insert(m.answers.end(), found->second.begin(), found->second.end());
            return m;
        }
        const auto alias = records_.find({name, Type::CNAME});
        if (alias == records_.end()) {
            // A name with children exists, though it has no records of its own (RFC 8020).
            const auto below = [&](const auto& entry) { return entry.first.ends_with("." + name); };
            const bool exists =
                names_.contains(name) || std::any_of(names_.begin(), names_.end(), below);
            m.status = exists ? Status::no_error : Status::name_error;
            return m;
        }
        m.answers.push_back(alias->second.front());
        name = alias->second.front().data;
    }
    m.status = Status::server_failure;  // a chain of aliases without an end
    return m;
}

Resolver::Resolver(net::Network& network, std::string name)
    : network_(network), host_(network.join(std::move(name), Role::resolver)) {
    network.host(host_).datagrams[port] = this;
}

void Resolver::receive(net::HostId from, std::uint16_t from_port, std::string_view bytes) {
    Result<Message> question = decode(bytes);
    if (!question.ok() || question.value().response) return;
    Message answer = records_.answer(question.value().question);
    answer.id = question.value().id;
    network_.send(host_, port, from, from_port, encode(answer));
}

// One question on its way. The answer is accepted from the resolver alone, with the same id and
// question (RFC 5452 section 9.1).
struct Client::Pending final : Due {
    explicit Pending(Client& c) : client(c) { c.pending_.push_back(this); }
    ~Pending() { std::erase(client.pending_, this); }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) { handle = h; }
    Message await_resume() { return std::move(answer); }
    void fire() override { handle.resume(); }
    Client& client;
    std::uint16_t id = 0;
    std::uint16_t from_port = 0;
    Question question;
    Message answer;
    std::coroutine_handle<> handle;
};

Client::Client(net::Network& network, net::HostId host, net::HostId resolver, Chance chance)
    : network_(network), host_(host), resolver_(resolver), chance_(chance) {}

void Client::receive(net::HostId from, std::uint16_t, std::string_view bytes) {
    Result<Message> answer = decode(bytes);
    if (!answer.ok() || !answer.value().response || from != resolver_) return;
    for (Pending* pending : pending_) {
        const Question& asked = pending->question;
        const Message& m = answer.value();
        if (pending->id != m.id || asked.type != m.question.type || asked.name != m.question.name)
            continue;
        if (pending->waiting()) continue;  // answered already
        pending->answer = std::move(answer.value());
        return network_.loop().soon(*pending);
    }
}

Task<Message> Client::exchange(Question question) {
    Pending pending(*this);
    pending.id = static_cast<std::uint16_t>(chance_.next());
    pending.from_port = static_cast<std::uint16_t>(49152 + chance_.below(16384));
    pending.question = std::move(question);
    network_.host(host_).datagrams[pending.from_port] = this;
    Message m;
    m.id = pending.id;
    m.question = pending.question;
    const std::string bytes = encode(m);
    network_.send(host_, pending.from_port, resolver_, port, bytes);
    Message answer = co_await pending;
    network_.host(host_).datagrams.erase(pending.from_port);
    co_return std::move(answer);
}

Task<Message> Client::ask(std::string name, Type type) {
    Question question;
    question.name = canonical(name);
    question.type = type;
    Trace& trace = network_.trace();
    const std::string_view kept = trace.keep(question.name);
    trace.add(host_, DnsAsked{resolver_, kept, word(type)});
    for (int tries = 0; tries < 2; ++tries) {
        Task<Message> once = within_limit(question);
        Result<Message> answer = co_await attempt(std::move(once));
        if (!answer.ok()) continue;
        std::string records;
        for (const Record& r : answer.value().answers)
            records +=
                (records.empty() ? "" : "\n") + std::string(word(r.type)) + " " + data_text(r);
        trace.add(host_, DnsAnswered{resolver_, kept, word(type), word(answer.value().status),
                                     word(answer.value().security), trace.keep(records)});
        co_return std::move(answer.value());
    }
    trace.add(host_, DnsAnswered{resolver_, kept, word(type), "TIMEOUT", "insecure", {}});
    co_return Failure(Reason::dns_failure, "no answer from DNS for " + question.name, "4.4.3");
}

// A resolver library's usual patience: five seconds, then once more.
Task<Message> Client::within_limit(Question question) {
    Message answer = co_await within(seconds(5), "DNS", exchange(std::move(question)));
    co_return std::move(answer);
}

}  // namespace dns
