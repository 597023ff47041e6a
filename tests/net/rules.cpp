// Who sits on a path, and what becomes of what passes there.
#include "sim/net/rule.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

#include "tests/net/town.hpp"

using namespace core;
using net::Passing;
using net::Verdict;
using Lines = std::vector<std::string>;

namespace {

constexpr auto each = boost::test_tools::per_element();

// A rule as a function; `host` names its lane.
class Says final : public net::Rule {
  public:
    explicit Says(std::function<Verdict(const Passing&)> says) : says_(std::move(says)) {}
    Verdict judge(const Passing& passing) override { return says_(passing); }
    net::Gate opens(const net::Opening&) override { return net::Gate::passes; }

  private:
    std::function<Verdict(const Passing&)> says_;
};

struct Watched : Town {
    Watched() : eve(network.join("eve", trace::Role::attacker)) {}
    // Puts a rule next to bob.
    void add(std::function<Verdict(const Passing&)> says, bool has_lane = true) {
        add(std::make_shared<Says>(std::move(says)), has_lane);
    }
    void add(std::shared_ptr<net::Rule> rule, bool has_lane = true) {
        if (has_lane) rule->host = eve;
        network.add_rule(alice, bob, std::move(rule));
    }
    // Events of the network from here on.
    Lines since(std::size_t mark) const { return told(static_cast<EventId>(mark)); }
    net::HostId eve;
};

// What the rule `says` does to "HELO" from alice, and what bob has of it.
struct Played {
    Lines told;
    std::string heard;
    std::string state;
};
Played play(std::function<Verdict(const Passing&)> says, bool has_lane) {
    Watched town;
    town.add(std::move(says), has_lane);
    const Town::Ends ends = town.open();
    const std::size_t mark = town.trace.size();
    ends.client->write("HELO");
    town.to_the_end();
    return {town.since(mark), take_all(*ends.server), state_of(*ends.server)};
}

struct Row {
    const char* name;
    std::function<Verdict(const Passing&)> says;
    bool has_lane;
    Lines told;
    std::string heard, state;
};

// With one rule a path of 10 ms has two legs of 5 ms. Sending is event 7 or 6.
std::vector<Row> acts() {
    const std::string sent = "20ms alice: segment-sent 'HELO' <- ";
    const auto passes = [](const Passing&) { return Verdict::passes(); };
    const auto delays = [](const Passing&) { return Verdict::delays(milliseconds(100)); };
    const auto drops = [](const Passing&) { return Verdict::drops(); };
    const auto alters = [](const Passing&) { return Verdict::alters("EHLO!", "a better word"); };
    const auto holds = [](const Passing&) { return Verdict::alters("", "held back"); };
    const auto cuts = [](const Passing&) { return Verdict::cuts(); };
    return {
        {"a watcher",
         passes,
         true,
         {sent + "6", "25ms eve: segment-passed 'HELO' <- 7",
          "30ms bob: segment-arrived 'HELO' <- 8"},
         "HELO",
         "open"},
        {"nobody",
         passes,
         false,
         {sent + "5", "30ms bob: segment-arrived 'HELO' <- 6"},
         "HELO",
         "open"},
        {"delay",
         delays,
         true,
         {sent + "6", "25ms eve: segment-passed 'HELO' <- 7",
          "130ms bob: segment-arrived 'HELO' <- 8"},
         "HELO",
         "open"},
        {"slow line",
         delays,
         false,
         {sent + "5", "130ms bob: segment-arrived 'HELO' <- 6"},
         "HELO",
         "open"},
        {"drop", drops, true, {sent + "6", "25ms eve: segment-dropped 'HELO' <- 7"}, "", "open"},
        {"loss",
         drops,
         false,
         {sent + "5", "25ms nobody: segment-dropped 'HELO' <- 6"},
         "",
         "open"},
        {"alter",
         alters,
         true,
         {sent + "6", "25ms eve: segment-altered 'HELO' 'EHLO!' 'a better word' <- 7",
          "30ms bob: segment-arrived 'EHLO!' <- 8"},
         "EHLO!",
         "open"},
        {"hold back",
         holds,
         true,
         {sent + "6", "25ms eve: segment-altered 'HELO' '' 'held back' <- 7"},
         "",
         "open"},
        {"cut", cuts, true, {sent + "6", "25ms eve: segment-dropped 'HELO' <- 7"}, "", "broken"},
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(each_act_and_what_the_trace_says_of_it) {
    for (const Row& row : acts()) {
        BOOST_TEST_CONTEXT(row.name) {
            const Played played = play(row.says, row.has_lane);
            BOOST_TEST(played.told == row.told, each);
            BOOST_TEST(played.heard == row.heard);
            BOOST_TEST(played.state == row.state);
        }
    }
}

// `add_rule(a, other)` puts the rule next to `other`; the way back meets them in reverse.
BOOST_AUTO_TEST_CASE(rules_stand_in_order) {
    Town town;
    const auto letter = [](char c) {
        return std::make_shared<Says>([c](const Passing& p) {
            if (p.mark != net::Mark::none) return Verdict::passes();
            return Verdict::alters(std::string(p.bytes) + c, "signed");
        });
    };
    town.network.add_rule(town.alice, town.bob, letter('b'));
    town.network.add_rule(town.alice, town.bob, letter('c'));
    town.network.add_rule(town.bob, town.alice, letter('a'));
    const Town::Ends ends = town.open();
    ends.client->write("up:");
    ends.server->write("down:");
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "up:abc");
    BOOST_TEST(take_all(*ends.client) == "down:cba");
}

// The sum of the legs is the latency to the nanosecond, whatever the number of points.
BOOST_AUTO_TEST_CASE(each_point_has_its_place_on_the_way) {
    for (const std::int64_t points : {0, 1, 2, 6}) {
        BOOST_TEST_CONTEXT(points << " points") {
            Watched town;
            std::vector<std::int64_t> seen;
            for (std::int64_t i = 0; i < points; ++i)
                town.add([&](const Passing&) {
                    seen.push_back(town.now().ns);
                    return Verdict::passes();
                });
            const Town::Ends ends = town.open();
            const std::int64_t begin = town.now().ns, latency = milliseconds(10).ns;
            ends.client->write("x");
            town.to_the_end();
            BOOST_TEST(town.now().ns == begin + latency);
            BOOST_TEST_REQUIRE(seen.size() == static_cast<std::size_t>(points));
            for (std::int64_t i = 0; i < points; ++i)
                BOOST_TEST(seen[static_cast<std::size_t>(i)] ==
                           begin + latency / (points + 1) * (i + 1));
        }
    }
}

// TCP keeps the order (RFC 9293 section 2.2): what is late makes late what is behind it.
BOOST_AUTO_TEST_CASE(a_delayed_segment_is_not_overtaken) {
    Watched town;
    town.add([](const Passing& p) {
        return p.bytes == "one" ? Verdict::delays(milliseconds(100)) : Verdict::passes();
    });
    const Town::Ends ends = town.open();
    const std::size_t mark = town.trace.size();
    ends.client->write("one");
    town.pass(milliseconds(1));
    ends.client->write("two");
    ends.server->write("down");
    town.to_the_end();
    const Lines wanted{
        "20ms alice: segment-sent 'one' <- 6",      "21ms alice: segment-sent 'two' <- 7",
        "21ms bob: segment-sent 'down' <- 8",       "25ms eve: segment-passed 'one' <- 7",
        "26ms eve: segment-passed 'down' <- 9",     "26ms eve: segment-passed 'two' <- 8",
        "31ms alice: segment-arrived 'down' <- 11", "130ms bob: segment-arrived 'one' <- 10",
        "130ms bob: segment-arrived 'two' <- 12"};
    BOOST_TEST(town.since(mark) == wanted, each);
    BOOST_TEST(take_all(*ends.server) == "onetwo");
}

BOOST_AUTO_TEST_CASE(a_rule_knows_what_passes) {
    Watched town;
    struct Seen {
        net::HostId from, to;
        net::ConnectionId connection;
        net::Way way;
        net::Mark mark;
        std::uint16_t port;
        std::string bytes;
        bool operator==(const Seen&) const = default;
    };
    std::vector<Seen> seen;
    town.add([&](const Passing& p) {
        seen.push_back({p.from, p.to, p.connection, p.way, p.mark, p.port, std::string(p.bytes)});
        return Verdict::passes();
    });
    town.open();
    const Town::Ends ends = town.open();
    town.to_the_end();
    seen.clear();
    ends.client->write("a");
    town.to_the_end();
    ends.server->finish();
    town.to_the_end();
    ends.client->reset();
    town.to_the_end();
    const net::ConnectionId second{2};
    using enum net::Way;
    const std::vector<Seen> wanted{
        {town.alice, town.bob, second, to_server, net::Mark::none, 25, "a"},
        {town.bob, town.alice, second, to_client, net::Mark::fin, 25, ""},
        {town.alice, town.bob, second, to_server, net::Mark::reset, 25, ""}};
    BOOST_TEST((seen == wanted));
}

BOOST_AUTO_TEST_CASE(a_rule_that_comes_later_does_not_see_older_connections) {
    Watched town;
    const Town::Ends older = town.open();
    town.add(std::make_shared<net::Watch>());
    const Town::Ends newer = town.open();
    older.client->write("old");
    newer.client->write("new");
    older.server->write("old too");
    town.to_the_end();
    std::string seen;
    town.trace.each_of<trace::SegmentPassed>([&](const trace::Event& e, const auto& passed) {
        BOOST_TEST((e.host == town.eve));
        BOOST_TEST((passed.connection == newer.client->connection()));
        seen += passed.bytes;
    });
    BOOST_TEST(seen == "new");
    BOOST_TEST(take_all(*older.server) == "old");
    BOOST_TEST(take_all(*older.client) == "old too");
}

BOOST_AUTO_TEST_CASE(a_watcher_sees_exactly_the_bytes) {
    Watched town;
    town.add(std::make_shared<net::Watch>());
    const Town::Ends ends = town.open();
    for (std::size_t i = 1; i < 30; ++i) {
        ends.client->write(pattern(i * 101));
        ends.server->write(pattern(i * 53));
        town.pass(milliseconds(i % 5));
    }
    ends.client->finish();
    ends.server->finish();
    town.to_the_end();
    std::string seen[2];
    int ends_seen = 0;
    town.trace.each_of<trace::SegmentPassed>([&](const auto&, const trace::SegmentPassed& p) {
        seen[static_cast<int>(p.way)] += p.bytes;
        ends_seen += p.mark == net::Mark::fin;
    });
    BOOST_TEST((seen[0] == take_all(*ends.server)));
    BOOST_TEST((seen[1] == take_all(*ends.client)));
    BOOST_TEST(seen[0].size() == 101u * 435);  // 1 + 2 + ... + 29
    BOOST_TEST(seen[1].size() == 53u * 435);
    BOOST_TEST(ends_seen == 2);
}

// As an attacker does who waits for the end of a reply: nothing is lost, nothing said twice.
BOOST_AUTO_TEST_CASE(what_is_held_back_can_follow_later) {
    Watched town;
    std::string held;
    town.add([&](const Passing& p) {
        held += p.bytes;
        if (!held.ends_with("\n") && p.mark == net::Mark::none) return Verdict::alters("", "waits");
        return Verdict::alters(std::exchange(held, {}), "whole");
    });
    town.add(std::make_shared<net::Watch>());
    const Town::Ends ends = town.open();
    const std::size_t mark = town.trace.size();
    ends.client->write("25");
    ends.client->write("0 ok\n");
    ends.client->write("bye");
    ends.client->finish();
    town.path.latency = milliseconds(12);
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "250 ok\nbye");
    BOOST_TEST(state_of(*ends.server) == "finished");
    std::string passed;
    town.trace.each_of<trace::SegmentPassed>([&](const auto&, const trace::SegmentPassed& p) {
        passed += "[" + std::string(p.bytes) + (p.mark == net::Mark::fin ? " fin]" : "]");
    });
    BOOST_TEST(passed == "[250 ok\n][bye fin]");
    BOOST_TEST(town.since(mark).size() == 4u + 4 + 2 + 2);
}

// Only dropping takes an end away: one who swallows the bytes lets it pass.
BOOST_AUTO_TEST_CASE(an_end_is_not_held_back_with_the_bytes) {
    Watched town;
    town.add([](const Passing&) { return Verdict::alters("", "swallowed"); });
    const Town::Ends ends = town.open();
    ends.client->write("last");
    ends.client->finish();
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "");
    BOOST_TEST(state_of(*ends.server) == "finished");
}

BOOST_AUTO_TEST_CASE(an_end_that_is_dropped_never_comes) {
    Watched town;
    town.add([](const Passing& p) {
        return p.mark == net::Mark::fin ? Verdict::drops() : Verdict::passes();
    });
    const Town::Ends ends = town.open();
    ends.client->write("last");
    ends.client->finish();
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "last");
    BOOST_TEST(state_of(*ends.server) == "open");
}

// An RST that is forged on the way, as some networks do: both ends, at once, and for good.
BOOST_AUTO_TEST_CASE(a_cut_breaks_both_ends_and_leaves_what_had_arrived) {
    Watched town;
    town.add([](const Passing& p) {
        return p.bytes == "STARTTLS" ? Verdict::cuts() : Verdict::passes();
    });
    const Town::Ends ends = town.open();
    ends.server->write("220 hello");
    ends.client->write("EHLO");
    town.pass(milliseconds(10));
    ends.client->write("STARTTLS");
    ends.server->write("250 hello");
    const std::size_t mark = town.trace.size();
    town.pass(milliseconds(5));
    BOOST_TEST(state_of(*ends.client) == "broken");
    BOOST_TEST(state_of(*ends.server) == "broken");
    ends.client->write("more");
    ends.server->finish();
    town.to_the_end();
    // What was still in flight passes the point, and arrives nowhere.
    const Lines wanted{"35ms eve: segment-dropped 'STARTTLS' <- 13",
                       "35ms eve: segment-passed '250 hello' <- 14"};
    BOOST_TEST(town.since(mark) == wanted, each);
    BOOST_TEST(take_all(*ends.client) == "220 hello");
    BOOST_TEST(take_all(*ends.server) == "EHLO");
}

BOOST_AUTO_TEST_SUITE_END()
