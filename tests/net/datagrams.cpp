// Datagrams: alone, without a promise (RFC 768), past the same rules.
#include <boost/test/unit_test.hpp>

#include "tests/net/town.hpp"

using namespace core;
using net::Passing;
using net::Verdict;
using Lines = std::vector<std::string>;

namespace {

constexpr auto each = boost::test_tools::per_element();

struct Box final : net::DatagramHandler {
    explicit Box(Town& t) : town(t) {}
    void receive(net::HostId from, std::uint16_t from_port, std::string_view bytes) override {
        got.emplace_back(bytes);
        if (answers) town.network.send(town.bob, 53, from, from_port, "re: " + got.back());
    }
    Town& town;
    std::vector<std::string> got;
    bool answers = false;
};

// alice asks bob's port 53 from her port 5000.
struct Post : Town {
    Post() {
        network.host(bob).datagrams[53] = &bobs;
        network.host(alice).datagrams[5000] = &alices;
        eve = network.join("eve", trace::Role::attacker);
    }
    void send(std::string_view bytes) { network.send(alice, 5000, bob, 53, bytes); }
    Box bobs{*this}, alices{*this};
    net::HostId eve;
};

struct Says final : net::Rule {
    explicit Says(Verdict (*s)(const Passing&)) : says(s) {}
    Verdict judge(const Passing& passing) override {
        ++asked;
        return says(passing);
    }
    net::Gate opens(const net::Opening&) override { return net::Gate::passes; }
    Verdict (*says)(const Passing&);
    int asked = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(datagrams)

BOOST_AUTO_TEST_CASE(a_question_and_its_answer) {
    Post town;
    town.bobs.answers = true;
    town.send("who?");
    town.to_the_end();
    const Lines wanted{
        "0ms alice: datagram-sent 'who?' <- 3", "10ms bob: datagram-arrived 'who?' <- 4",
        "10ms bob: datagram-sent 're: who?' <- 5", "20ms alice: datagram-arrived 're: who?' <- 6"};
    BOOST_TEST(town.told(3) == wanted, each);
    BOOST_TEST(town.alices.got == Lines{"re: who?"}, each);
}

BOOST_AUTO_TEST_CASE(a_datagram_to_nowhere_vanishes) {
    Post town;
    town.network.send(town.alice, 5000, town.bob, 54, "lost");
    town.network.send(town.bob, 53, town.alice, 5001, "lost too");
    town.to_the_end();
    BOOST_TEST(town.bobs.got.empty());
    BOOST_TEST(town.alices.got.empty());
    BOOST_TEST(town.told(3).size() == 4u);  // sent and arrived, twice: no answer of any kind
}

// A rule in the middle: 5 ms before it, 5 ms behind it.
BOOST_AUTO_TEST_CASE(each_act_and_what_the_trace_says_of_it) {
    struct Row {
        const char* name;
        Verdict (*says)(const Passing&);
        bool has_lane;
        Lines told;
        Lines got;
    };
    const auto passes = [](const Passing&) { return Verdict::passes(); };
    const auto delays = [](const Passing&) { return Verdict::delays(seconds(1)); };
    const auto drops = [](const Passing&) { return Verdict::drops(); };
    const auto cuts = [](const Passing&) { return Verdict::cuts(); };
    const auto alters = [](const Passing&) { return Verdict::alters("me", "lies"); };
    const std::string passed = "5ms eve: datagram-passed 'who?' <- 5";
    const Row rows[] = {
        {"a watcher", passes, true, {passed, "10ms bob: datagram-arrived 'who?' <- 6"}, {"who?"}},
        {"nobody", passes, false, {"10ms bob: datagram-arrived 'who?' <- 4"}, {"who?"}},
        {"delay", delays, true, {passed, "1010ms bob: datagram-arrived 'who?' <- 6"}, {"who?"}},
        {"slow", delays, false, {"1010ms bob: datagram-arrived 'who?' <- 4"}, {"who?"}},
        {"drop", drops, true, {"5ms eve: datagram-dropped 'who?' <- 5"}, {}},
        {"loss", drops, false, {"5ms nobody: datagram-dropped 'who?' <- 4"}, {}},
        {"nothing to cut", cuts, true, {"5ms eve: datagram-dropped 'who?' <- 5"}, {}},
        {"alter",
         alters,
         true,
         {"5ms eve: datagram-passed 'me' <- 5", "10ms bob: datagram-arrived 'me' <- 6"},
         {"me"}},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Post town;
            auto rule = std::make_shared<Says>(row.says);
            if (row.has_lane) rule->host = town.eve;
            town.network.add_rule(town.alice, town.bob, rule);
            const std::size_t mark = town.trace.size() + 1;
            town.send("who?");
            town.to_the_end();
            BOOST_TEST(town.told(static_cast<EventId>(mark)) == row.told, each);
            BOOST_TEST(town.bobs.got == row.got, each);
        }
    }
}

BOOST_AUTO_TEST_CASE(rules_stand_in_order) {
    Post town;
    town.bobs.answers = true;
    const auto add = [&](net::HostId a, net::HostId b, Verdict (*says)(const Passing&)) {
        town.network.add_rule(a, b, std::make_shared<Says>(says));
    };
    add(town.alice, town.bob,
        [](const Passing& p) { return Verdict::alters(std::string(p.bytes) + "2", "signed"); });
    add(town.bob, town.alice,
        [](const Passing& p) { return Verdict::alters(std::string(p.bytes) + "1", "signed"); });
    town.send("");
    town.to_the_end();
    BOOST_TEST(town.bobs.got == Lines{"12"}, each);
    BOOST_TEST(town.alices.got == Lines{"re: 1221"}, each);
    BOOST_TEST(town.now().ns == milliseconds(20).ns);
}

BOOST_AUTO_TEST_CASE(a_rule_knows_what_passes) {
    Post town;
    town.network.add_rule(town.alice, town.bob, std::make_shared<Says>([](const Passing& p) {
                              const bool as_sent = p.from == net::HostId{0} &&
                                                   p.to == net::HostId{1} && p.port == 53 &&
                                                   p.connection == net::ConnectionId::none &&
                                                   p.mark == net::Mark::none && p.bytes == "who?";
                              return as_sent ? Verdict::passes() : Verdict::drops();
                          }));
    town.send("who?");
    town.to_the_end();
    BOOST_TEST(town.bobs.got.size() == 1u);
}

// UDP keeps no order: a datagram that is held up is overtaken.
BOOST_AUTO_TEST_CASE(a_delayed_datagram_is_overtaken) {
    Post town;
    town.network.add_rule(town.alice, town.bob, std::make_shared<Says>([](const Passing& p) {
                              return p.bytes == "one" ? Verdict::delays(milliseconds(1))
                                                      : Verdict::passes();
                          }));
    town.send("one");
    town.send("two");
    town.send("three");
    town.to_the_end();
    BOOST_TEST((town.bobs.got == Lines{"two", "three", "one"}));
}

// Like a connection: the rules as they stood when it was sent, and the latency as well.
BOOST_AUTO_TEST_CASE(a_rule_that_comes_later_does_not_see_what_is_on_its_way) {
    Post town;
    const auto passes = [](const Passing&) { return Verdict::passes(); };
    auto first = std::make_shared<Says>(passes), later = std::make_shared<Says>(passes);
    town.network.add_rule(town.alice, town.bob, first);
    town.send("early");
    town.pass(milliseconds(7));  // between `first` and bob
    town.network.add_rule(town.bob, town.alice, later);
    town.to_the_end();
    BOOST_TEST(town.now().ns == milliseconds(10).ns);
    BOOST_TEST(first->asked == 1);
    BOOST_TEST(later->asked == 0);
    town.send("late");
    town.to_the_end();
    BOOST_TEST(first->asked == 2);
    BOOST_TEST(later->asked == 1);
}

BOOST_AUTO_TEST_CASE(many_on_their_way_are_each_lost_or_delivered_once) {
    Post town;
    town.network.add_rule(town.alice, town.bob, std::make_shared<Says>([](const Passing& p) {
                              return p.bytes.ends_with("3") ? Verdict::drops() : Verdict::passes();
                          }));
    Lines wanted;
    for (int i = 0; i < 200; ++i) {
        const std::string text = std::to_string(i);
        town.send(text);
        if (!text.ends_with("3")) wanted.push_back(text);
        if (i % 10 == 0) town.pass(milliseconds(1));
    }
    town.to_the_end();
    BOOST_TEST(town.bobs.got == wanted, each);
}

BOOST_AUTO_TEST_CASE(nothing_leaks_when_a_world_ends_with_datagrams_in_flight) {
    auto rule = std::make_shared<net::Watch>();
    {
        Post town;
        town.network.add_rule(town.alice, town.bob, rule);
        for (int i = 0; i < 10; ++i) {
            town.send("x");
            town.pass(milliseconds(2));
        }
        BOOST_TEST(town.bobs.got.size() == 6u);
    }
    BOOST_TEST(rule.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
