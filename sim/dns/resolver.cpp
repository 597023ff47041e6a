#include "sim/dns/resolver.hpp"

#include <algorithm>

#include "sim/core/chance.hpp"
#include "sim/dns/zone_file.hpp"

namespace dns {

using namespace trace;

Resolver::Resolver(net::Ground& ground, std::string name)
    : ground_(ground), host_(ground.join(std::move(name), Role::resolver)) {
    ground.hear(host_, port, this);
}

void Resolver::receive(net::HostId from, std::uint16_t from_port, std::string_view bytes) {
    Result<Message> question = decode(bytes);
    if (!question.ok() || question.value().response) return;
    const bool plain = not_validated_for_.contains(from);
    const Validation validation = plain ? Validation::left_out : Validation::done;
    const Question& asked = question.value().question;
    std::optional<Forged> deceit = forged(from, asked, validation);
    std::optional<Message> found = deceit ? std::move(deceit->answer) : answer(asked, validation);
    if (!found) return;
    found->id = question.value().id;
    ground_.send(host_, port, from, from_port, encode(*found));
}

namespace {

// An answer with the age of its records taken off.
Message aged(Message answer, Duration age) {
    for (Record& record : answer.answers)
        record.ttl -= static_cast<std::uint32_t>(age.ns / seconds(1).ns);
    return answer;
}

std::string text_of(const std::vector<Record>& records) {
    std::string out;
    for (const Record& r : records)
        out += (out.empty() ? "" : "\n") + std::string(word(r.type)) + " " + data_text(r);
    return out;
}

std::string text_of(const Forgery& forgery) {
    switch (forgery.how) {
        case Forgery::How::says_nothing: return "no answer";
        case Forgery::How::fails: return "SERVFAIL";
        case Forgery::How::says_no_name: return "NXDOMAIN";
        case Forgery::How::answers: break;
    }
    return forgery.records.empty() ? "no data" : text_of(forgery.records);
}

}  // namespace

// What is forged below a signed name shows: nobody but the owner signs (RFC 4035 section 5).
Message Resolver::as_validated(const Question& question, const Forgery& forgery,
                               Validation validation) const {
    Message m;
    m.response = true;
    m.question = question;
    const bool checked = validation == Validation::done;
    const bool failed = forgery.how == Forgery::How::fails;
    if (checked && !failed && zones_.signing_of(question.name) != Signing::no)
        m.security = Security::bogus;
    if (failed || m.security == Security::bogus)
        m.status = Status::server_failure;
    else if (forgery.how == Forgery::How::says_no_name)
        m.status = Status::name_error;
    else
        m.answers = forgery.records;
    return m;
}

void Resolver::record(const Forger& forger, const Question& question, const Forgery& forgery) {
    Trace& trace = ground_.trace();
    const std::optional<Message> truth = zones_.answer(question, Validation::left_out);
    const std::string before =
        !truth ? "no answer" : text_of(Forgery{Forgery::How::answers, truth->answers});
    trace.add(forger.lane(), DnsForged{trace.keep(question.name), word(question.type),
                                       trace.keep(before), trace.keep(text_of(forgery))});
}

std::optional<Resolver::Forged> Resolver::forged(HostId asker, const Question& question,
                                                 Validation validation) {
    const Instant now = ground_.loop().now();
    const auto key = std::tuple(asker, canonical(question.name), question.type);
    if (const auto kept = deceived_.find(key); kept != deceived_.end() && now < kept->second.until)
        return Forged{aged(kept->second.answer, now - kept->second.since)};
    for (Forger* const forger : forgers_) {
        const std::optional<Forgery> forgery = forger->forge(asker, question);
        if (!forgery) continue;
        record(*forger, question, *forgery);
        if (forgery->how == Forgery::How::says_nothing) return Forged{std::nullopt};
        const Message answer = as_validated(question, *forgery, validation);
        const std::uint32_t ttl = answer.answers.empty() ? 0 : zones_.ttl_of(answer);
        if (ttl > 0) deceived_[key] = {answer, now, now + seconds(ttl)};
        return Forged{answer};
    }
    return std::nullopt;
}

void Resolver::answer_for(net::HostId client, Validation validation) {
    if (validation == Validation::done)
        not_validated_for_.erase(client);
    else
        not_validated_for_.insert(client);
}

std::optional<Message> Resolver::answer(const Question& question, Validation validation) {
    const Instant now = ground_.loop().now();
    const auto key = std::tuple(canonical(question.name), question.type, validation);
    if (const auto kept = cache_.find(key); kept != cache_.end() && now < kept->second.until) {
        return aged(kept->second.answer, now - kept->second.since);
    }
    std::optional<Message> fresh = zones_.answer(question, validation);
    const std::uint32_t ttl = fresh ? zones_.ttl_of(*fresh) : 0;
    if (ttl > 0) cache_[key] = {*fresh, now, now + seconds(ttl)};
    return fresh;
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

Client::Client(net::Ground& ground, net::HostId host, net::HostId resolver, Chance chance)
    : ground_(ground), host_(host), resolver_(resolver), chance_(chance) {}

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
        return ground_.loop().soon(*pending);
    }
}

Task<Message> Client::exchange(Question question) {
    Pending pending(*this);
    pending.id = static_cast<std::uint16_t>(chance_.next());
    pending.from_port = static_cast<std::uint16_t>(49152 + chance_.below(16384));
    pending.question = std::move(question);
    ground_.hear(host_, pending.from_port, this);
    Message m;
    m.id = pending.id;
    m.question = pending.question;
    const std::string bytes = encode(m);
    ground_.send(host_, pending.from_port, resolver_, port, bytes);
    Message answer = co_await pending;
    ground_.hear(host_, pending.from_port, nullptr);
    co_return std::move(answer);
}

Task<Message> Client::ask(std::string name, Type type) {
    Question question;
    question.name = canonical(name);
    question.type = type;
    Trace& trace = ground_.trace();
    const std::string_view kept = trace.keep(question.name);
    trace.add(host_, DnsAsked{resolver_, kept, word(type)});
    for (int tries = 0; tries < 2; ++tries) {
        Task<Message> once = within_limit(question);
        Result<Message> answer = co_await attempt(std::move(once));
        if (!answer.ok()) continue;
        const std::string records = text_of(answer.value().answers);
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
