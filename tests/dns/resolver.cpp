// A gateway asks, the resolver answers and remembers: in exact virtual time, over the network.
#include "sim/dns/resolver.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

#include "sim/net/network.hpp"
#include "tests/dns/records.hpp"

using namespace dns;
using Lines = std::vector<std::string>;

namespace {

constexpr auto each = boost::test_tools::per_element();

// Waits for one answer.
class Asking final : public core::Waiter {
  public:
    Asking(Loop& loop, Task<Message> task) : loop_(loop), task_(std::move(task)) {
        task_.start(loop, *this);
    }
    Asking(const Asking&) = delete;
    std::string outcome = "waits";
    std::optional<Result<Message>> answer;
    Duration at;

  private:
    void child_ended() override {
        at = loop_.now() - world_begins;
        answer.emplace(std::move(task_.result()));
        outcome = summary(*answer);
    }
    Loop& loop_;
    Task<Message> task_;
};

class Says final : public net::Rule {
  public:
    explicit Says(std::function<net::Verdict(const net::Passing&)> s) : says_(std::move(s)) {}
    net::Verdict judge(const net::Passing& passing) override { return says_(passing); }
    net::Gate opens(const net::Opening&) override { return net::Gate::passes; }

  private:
    std::function<net::Verdict(const net::Passing&)> says_;
};

// alice's gateway is 10 ms from the resolver.
struct Lab {
    Lab() : resolver(network, "resolver"), alice(network.join("alice", trace::Role::sender)) {}
    void add(std::string_view line) { resolver.zones().add(record(line)); }
    void rule(std::function<net::Verdict(const net::Passing&)> says) {
        network.add_rule(alice, resolver.host(), std::make_shared<Says>(std::move(says)));
    }
    // The answer, and what it cost in time.
    std::string ask(const std::string& name, Type type = Type::A) {
        const Instant begin = loop.now();
        Asking asking(loop, client.ask(name, type));
        while (asking.outcome == "waits" && loop.step()) {
        }
        took = loop.now() - begin;
        ttls.clear();
        if (asking.answer && asking.answer->ok())
            for (const Record& r : asking.answer->value().answers) ttls.push_back(r.ttl);
        return asking.outcome;
    }
    void pass(Duration wait) { loop.run_until(loop.now() + wait); }
    // "MX bob.example: NOERROR secure [MX 10 mx.bob.example.]" of each answer that was told.
    Lines told() const {
        Lines out;
        trace.each_of<trace::DnsAnswered>([&](const trace::Event& e, const auto& a) {
            BOOST_TEST((e.host == alice && a.resolver == resolver.host()));
            out.push_back(std::string(a.type) + " " + std::string(a.question) + ": " +
                          std::string(a.status) + " " + std::string(a.security) + " [" +
                          std::string(a.records) + "]");
        });
        return out;
    }
    std::vector<trace::DatagramSent> questions() const {
        std::vector<trace::DatagramSent> out;
        trace.each_of<trace::DatagramSent>([&](const trace::Event& e, const auto& d) {
            if (e.host == alice) out.push_back(d);
        });
        return out;
    }

    Loop loop{world_begins};
    trace::Trace trace{loop};
    net::Network network{loop, trace};
    Resolver resolver;
    net::HostId alice;
    Client client{network, alice, resolver.host(), Chance(7)};
    Duration took;
    std::vector<std::uint32_t> ttls;
};

// A lab whose bob.example has addresses, kept for an hour.
struct Bobs : Lab {
    Bobs() {
        resolver.zones().declare("bob.example", Signing::yes);
        resolver.zones().set_ttl("bob.example", 3600);
        add("mx.bob.example A 192.0.2.99");
    }
};

constexpr const char* found = "NOERROR secure: A 192.0.2.99";

}  // namespace

BOOST_AUTO_TEST_SUITE(resolver)

BOOST_AUTO_TEST_CASE(a_question_costs_one_round_trip) {
    Bobs lab;
    BOOST_TEST(lab.ask("MX.bob.example.") == found);
    BOOST_TEST(lab.took.ns == milliseconds(20).ns);
    const auto questions = lab.questions();
    BOOST_TEST_REQUIRE(questions.size() == 1u);
    BOOST_TEST(questions[0].port == 53);
    BOOST_TEST(questions[0].from_port >= 49152);  // RFC 6335 section 6: dynamic ports
    BOOST_TEST(lab.told() == Lines{"A mx.bob.example: NOERROR secure [A 192.0.2.99]"}, each);
}

// DnsAsked leads to the datagram, that to the answer, that to DnsAnswered.
BOOST_AUTO_TEST_CASE(each_event_and_its_cause) {
    Bobs lab;
    const std::size_t before = lab.trace.size();
    lab.ask("mx.bob.example");
    Lines names;
    lab.trace.each([&](const trace::Event& e) {
        if (e.id <= before) return;
        names.emplace_back(e.body.visit([](const auto& body) { return body.name; }));
        BOOST_TEST(e.cause == e.id - 1);
    });
    const Lines wanted{"dns-asked",     "datagram-sent",    "datagram-arrived",
                       "datagram-sent", "datagram-arrived", "dns-answered"};
    BOOST_TEST(names == wanted, each);
}

// The status and the security that a gateway is told: DANE-01.
BOOST_AUTO_TEST_CASE(what_the_trace_says_of_an_answer) {
    Bobs lab;
    lab.resolver.zones().declare("bogus.example", Signing::bogus);
    for (const char* line :
         {"bob.example MX 20 mx2.bob.example", "bob.example MX 10 mx.bob.example",
          "plain.example A 192.0.2.7", "alias.bob.example CNAME plain.example",
          "bogus.example A 192.0.2.8", "_25._tcp.mx.bob.example TLSA 3 1 1 00ff"})
        lab.add(line);
    lab.resolver.zones().fail("mx.bob.example", Type::AAAA, Fault::server_failure);
    lab.ask("bob.example", Type::MX);
    lab.ask("alias.bob.example");
    lab.ask("bogus.example");
    lab.ask("mx.bob.example", Type::AAAA);
    lab.ask("none.bob.example");
    lab.ask("plain.example", Type::MX);
    lab.ask("_25._tcp.mx.bob.example", Type::TLSA);
    const Lines wanted{
        "MX bob.example: NOERROR secure [MX 20 mx2.bob.example.\nMX 10 mx.bob.example.]",
        "A alias.bob.example: NOERROR insecure [CNAME plain.example.\nA 192.0.2.7]",
        "A bogus.example: SERVFAIL bogus []",
        "AAAA mx.bob.example: SERVFAIL insecure []",
        "A none.bob.example: NXDOMAIN secure []",
        "MX plain.example: NOERROR insecure []",
        "TLSA _25._tcp.mx.bob.example: NOERROR secure [TLSA 3 1 1 00ff]"};
    BOOST_TEST(lab.told() == wanted, each);
}

// RFC 1035 section 3.2.1: a TTL counts down from when the answer was had; at zero it is gone.
BOOST_AUTO_TEST_CASE(the_resolver_remembers_for_the_ttl) {
    Bobs lab;
    const auto change = [&](const std::string& address) {
        lab.resolver.zones().remove("mx.bob.example", Type::A);
        lab.add("mx.bob.example A " + address);
    };
    lab.ask("mx.bob.example");  // the resolver has it from 10 ms on
    BOOST_TEST(lab.ttls == std::vector<std::uint32_t>{3600}, each);
    change("192.0.2.100");
    lab.pass(seconds(100));
    BOOST_TEST(lab.ask("mx.bob.example") == found);
    BOOST_TEST(lab.ttls == std::vector<std::uint32_t>{3500}, each);
    // A question that arrives in the last nanosecond, and one that arrives just after it.
    lab.pass(seconds(3600) - (lab.loop.now() - world_begins) - nanoseconds(1));
    BOOST_TEST(lab.ask("MX.BOB.example") == found);
    BOOST_TEST(lab.ttls == std::vector<std::uint32_t>{1}, each);
    BOOST_TEST(lab.ask("mx.bob.example") == "NOERROR secure: A 192.0.2.100");
    BOOST_TEST(lab.ttls == std::vector<std::uint32_t>{3600}, each);
}

// Who asks a resolver that does not validate is told what others are told, less the proof; what is
// kept for one is not given to the other (DANE-01).
BOOST_AUTO_TEST_CASE(a_client_whose_resolver_does_not_validate) {
    Bobs lab;
    lab.resolver.zones().declare("eve.example", Signing::bogus);
    lab.resolver.zones().set_ttl("eve.example", 3600);
    lab.add("mx.eve.example A 192.0.2.66");
    for (const Validation validation :
         {Validation::done, Validation::left_out, Validation::done, Validation::left_out}) {
        const bool done = validation == Validation::done;
        lab.resolver.answer_for(lab.alice, validation);
        BOOST_TEST(lab.ask("mx.bob.example") == (done ? found : "NOERROR insecure: A 192.0.2.99"));
        BOOST_TEST(lab.ask("mx.eve.example") ==
                   (done ? "SERVFAIL bogus" : "NOERROR insecure: A 192.0.2.66"));
    }
}

BOOST_AUTO_TEST_CASE(at_the_end_of_its_ttl_an_answer_is_gone) {
    Bobs lab;
    lab.ask("mx.bob.example");
    lab.resolver.zones().remove("mx.bob.example", Type::A);
    lab.pass(seconds(3600) - (lab.loop.now() - world_begins));
    BOOST_TEST(lab.ask("mx.bob.example") == "NXDOMAIN secure");
}

// RFC 2308 section 5: "no such name" and "no data" are kept as well, each for its own question.
BOOST_AUTO_TEST_CASE(the_resolver_remembers_what_is_not_there) {
    Bobs lab;
    BOOST_TEST(lab.ask("new.bob.example") == "NXDOMAIN secure");
    BOOST_TEST(lab.ask("mx.bob.example", Type::AAAA) == "NOERROR secure");
    lab.add("new.bob.example A 192.0.2.1");
    lab.add("mx.bob.example AAAA 2001:db8::1");
    BOOST_TEST(lab.ask("new.bob.example") == "NXDOMAIN secure");
    BOOST_TEST(lab.ask("new.bob.example", Type::MX) == "NOERROR secure");
    BOOST_TEST(lab.ask("mx.bob.example", Type::AAAA) == "NOERROR secure");
    lab.pass(hours(1));
    BOOST_TEST(lab.ask("new.bob.example") == "NOERROR secure: A 192.0.2.1");
    BOOST_TEST(lab.ask("mx.bob.example", Type::AAAA) == "NOERROR secure: AAAA 2001:db8::1");
}

BOOST_AUTO_TEST_CASE(failures_and_answers_without_ttl_are_not_remembered) {
    Lab lab;
    lab.add("plain.example A 192.0.2.7");
    lab.resolver.zones().declare("bob.example", Signing::bogus);
    lab.resolver.zones().set_ttl("bob.example", 3600);
    lab.add("bob.example A 192.0.2.8");
    BOOST_TEST(lab.ask("plain.example") == "NOERROR insecure: A 192.0.2.7");
    BOOST_TEST(lab.ask("bob.example") == "SERVFAIL bogus");
    lab.resolver.zones().remove("plain.example", Type::A);
    lab.resolver.zones().declare("bob.example", Signing::yes);
    BOOST_TEST(lab.ask("plain.example") == "NXDOMAIN insecure");
    BOOST_TEST(lab.ask("bob.example") == "NOERROR secure: A 192.0.2.8");
}

// Five seconds, once more, and then no answer is an answer.
BOOST_AUTO_TEST_CASE(nobody_answers) {
    Bobs lab;
    lab.resolver.zones().fail("mx.bob.example", Type::A, Fault::timeout);
    BOOST_TEST(lab.ask("mx.bob.example") == "failure: dns-failure");
    BOOST_TEST(lab.took.ns == seconds(10).ns);
    const auto questions = lab.questions();
    BOOST_TEST_REQUIRE(questions.size() == 2u);
    BOOST_TEST(questions[0].bytes.substr(2) == questions[1].bytes.substr(2));
    BOOST_TEST(questions[0].bytes != questions[1].bytes);  // RFC 5452 section 4.5: another id
    BOOST_TEST(lab.told() == Lines{"A mx.bob.example: TIMEOUT insecure []"}, each);
    lab.resolver.zones().fail("mx.bob.example", Type::A, Fault::none);
    BOOST_TEST(lab.ask("mx.bob.example") == found);
}

BOOST_AUTO_TEST_CASE(the_second_try_is_heard) {
    for (const bool question_lost : {true, false}) {
        Bobs lab;
        bool lost = false;
        lab.rule([&](const net::Passing& p) {
            const bool is_question = p.from == lab.alice;
            if (lost || is_question != question_lost) return net::Verdict::passes();
            lost = true;
            return net::Verdict::drops();
        });
        BOOST_TEST(lab.ask("mx.bob.example") == found);
        BOOST_TEST(lab.took.ns == (seconds(5) + milliseconds(20)).ns);
        BOOST_TEST(lab.questions().size() == 2u);
        BOOST_TEST(lab.told().size() == 1u);
    }
}

// An answer that comes when the second question has been asked is not the answer to that.
BOOST_AUTO_TEST_CASE(a_late_answer_is_too_late) {
    Bobs lab;
    bool slow = true;
    lab.rule([&](const net::Passing& p) {
        if (p.from == lab.alice || !std::exchange(slow, false)) return net::Verdict::passes();
        return net::Verdict::delays(seconds(5) - milliseconds(5));
    });
    BOOST_TEST(lab.ask("mx.bob.example") == found);
    // The first answer comes at 5.015 s, the second at 5.020 s.
    BOOST_TEST(lab.took.ns == (seconds(5) + milliseconds(20)).ns);
}

// RFC 5452 section 9.1: what does not fit the question in every point is no answer. The first try
// meets the forgery alone, the second the truth.
BOOST_AUTO_TEST_CASE(what_is_no_answer_is_not_heard) {
    struct Row {
        const char* name;
        void (*forge)(std::string& bytes);
    };
    // The question stands at 12: 2 mx 3 bob 7 example 0, type at 28.
    const Row rows[] = {
        {"another id", [](std::string& b) { b[0] = static_cast<char>(~b[0]); }},
        {"another name", [](std::string& b) { b[13] = 'x'; }},
        {"another type", [](std::string& b) { b[29] = 28; }},
        {"a question", [](std::string& b) { b[2] = static_cast<char>(b[2] & 0x7F); }},
        {"cut short", [](std::string& b) { b.pop_back(); }},
        {"nothing at all", [](std::string& b) { b.clear(); }},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Bobs lab;
            bool forged = false;
            lab.rule([&](const net::Passing& p) {
                if (p.from == lab.alice || forged) return net::Verdict::passes();
                forged = true;
                std::string bytes(p.bytes);
                row.forge(bytes);
                return net::Verdict::alters(bytes, "forged");
            });
            BOOST_TEST(lab.ask("mx.bob.example") == found);
            BOOST_TEST(lab.took.ns == (seconds(5) + milliseconds(20)).ns);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_from_somebody_else_is_not_heard) {
    Bobs lab;
    const net::HostId mallory = lab.network.join("mallory", trace::Role::attacker);
    lab.network.path(lab.alice, lab.resolver.host()).latency = seconds(1);
    Asking asking(lab.loop, lab.client.ask("mx.bob.example", Type::A));
    lab.pass(milliseconds(1));
    const auto question = lab.questions().at(0);
    Message lie = response("mx.bob.example", Type::A, {"mx.bob.example 60 A 203.0.113.66"});
    lie.id = decode(question.bytes).value().id;
    lab.network.send(mallory, 53, lab.alice, question.from_port, encode(lie));
    lab.pass(seconds(3));
    BOOST_TEST(asking.outcome == found);
    BOOST_TEST(asking.at.ns == seconds(2).ns);
}

// RFC 1035 section 4.1.1: to something that is no question there is no answer.
BOOST_AUTO_TEST_CASE(the_resolver_answers_questions_only) {
    Bobs lab;
    Message m;
    m.question = {"mx.bob.example", Type::A};
    const std::string question = encode(m);
    m.response = true;
    for (const std::string& bytes :
         {encode(m), question.substr(0, question.size() - 1), std::string("hello"), std::string()})
        lab.network.send(lab.alice, 60'000, lab.resolver.host(), 53, bytes);
    lab.pass(seconds(1));
    int answers = 0;
    const auto count = [&] {
        answers = 0;
        lab.trace.each_of<trace::DatagramSent>(
            [&](const trace::Event& e, const auto&) { answers += e.host == lab.resolver.host(); });
        return answers;
    };
    BOOST_TEST(count() == 0);
    lab.network.send(lab.alice, 60'000, lab.resolver.host(), 53, question);
    lab.pass(seconds(1));
    BOOST_TEST(count() == 1);
}

// Answers go to who asked, whatever their order.
BOOST_AUTO_TEST_CASE(many_questions_at_once) {
    Lab lab;
    std::vector<std::unique_ptr<Asking>> asked;
    lab.rule([&](const net::Passing& p) {
        const std::int64_t last = static_cast<unsigned char>(p.bytes[1]);  // of the id
        return net::Verdict::delays(milliseconds(last));
    });
    for (int i = 0; i < 100; ++i) {
        const std::string name = "h" + std::to_string(i) + ".example";
        lab.add(name + " A 192.0.2." + std::to_string(i));
        asked.push_back(std::make_unique<Asking>(lab.loop, lab.client.ask(name, Type::A)));
    }
    lab.pass(seconds(20));
    for (std::size_t i = 0; i < 100; ++i)
        BOOST_TEST(asked[i]->outcome == "NOERROR insecure: A 192.0.2." + std::to_string(i));
}

BOOST_AUTO_TEST_CASE(who_no_longer_waits_is_not_woken) {
    Bobs lab;
    {
        Asking asking(lab.loop, lab.client.ask("mx.bob.example", Type::A));
        lab.pass(milliseconds(15));  // the answer is on its way
    }
    lab.pass(hours(1));
    BOOST_TEST(lab.told().empty());
    BOOST_TEST(lab.loop.idle());
    BOOST_TEST(lab.ask("mx.bob.example") == found);
}

BOOST_AUTO_TEST_SUITE_END()
