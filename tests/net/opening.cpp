// A connection that is asked for: who is asked on the way, and what the caller learns when.
#include <boost/test/unit_test.hpp>

#include <functional>

#include <fmt/format.h>

#include "tests/net/town.hpp"

using namespace core;
using net::Gate;
using net::HostId;
using net::Opening;
using Lines = std::vector<std::string>;

namespace {

constexpr auto each = boost::test_tools::per_element();

/// A rule for openings; bytes pass.
class Keeper final : public net::Rule {
  public:
    explicit Keeper(std::function<Gate(const Opening&)> says) : says_(std::move(says)) {}
    net::Verdict judge(const net::Passing&) override {
        ++judged;
        return net::Verdict::passes();
    }
    Gate opens(const Opening& opening) override {
        ++asked;
        return says_(opening);
    }
    int judged = 0, asked = 0;

  private:
    std::function<Gate(const Opening&)> says_;
};

Gate always(Gate gate, const Opening&) { return gate; }
Gate of_answers(Gate gate, const Opening& opening) {
    return opening.way == net::Way::to_client ? gate : Gate::passes;
}

struct Guarded : Town {
    Guarded() : eve(network.join("eve", trace::Role::attacker)) {}
    /// Between those who stand already and bob.
    Keeper& add(std::function<Gate(const Opening&)> says) {
        auto rule = std::make_shared<Keeper>(std::move(says));
        rule->host = eve;
        network.add_rule(alice, bob, rule);
        keepers.push_back(rule);
        return *rule;
    }
    Keeper& add(Gate gate) { return add(std::bind_front(always, gate)); }
    Keeper& add_for_answers(Gate gate) { return add(std::bind_front(of_answers, gate)); }
    void carry(bool from_alice, bool from_bob, std::uint32_t loss = 0) {
        net::Carriage carriage;
        carriage.down_from_one = !from_alice;
        carriage.down_from_other = !from_bob;
        carriage.loss = loss;
        network.set_carriage(alice, bob, carriage);
    }
    void far(Duration latency) { path.latency = latency; }
    HostId eve;
    std::vector<std::shared_ptr<Keeper>> keepers;
};

/// What alice learns of a connection to bob's port 25 within 30 seconds, and when. `later` happens
/// `when` it is time.
struct Row {
    const char* name;
    std::function<void(Guarded&)> before;
    const char* outcome;
    Duration at;
    std::size_t accepted;  ///< How often bob's listener was given a line.
    Duration when = Duration();
    std::function<void(Guarded&)> later = nullptr;
};

void check(const Row& row) {
    Guarded town;
    row.before(town);
    Started run(town.loop, town.network.connect(town.alice, "192.0.2.2", 25, seconds(30)));
    if (row.later) {
        town.pass(row.when);
        row.later(town);
    }
    town.to_the_end();
    BOOST_TEST_REQUIRE(run.outcome.has_value());
    const bool opened = run.outcome->ok();
    BOOST_TEST((opened ? "opened" : word(run.outcome->failure().reason)) == row.outcome);
    BOOST_TEST(run.at.ns == row.at.ns);
    BOOST_TEST(town.door.when.size() == row.accepted);
    if (opened) return;
    const bool refused = run.outcome->failure().reason == Reason::connection_refused;
    BOOST_TEST(run.outcome->failure().detail ==
               (refused ? "connect to 192.0.2.2: Connection refused"
                        : "connect to 192.0.2.2: Connection timed out"));
    BOOST_TEST(run.outcome->failure().code == "4.4.1");
    for (const auto& line : town.door.taken) BOOST_TEST(state_of(*line) == "broken");
}

void check_each(const std::vector<Row>& rows) {
    for (const Row& row : rows) BOOST_TEST_CONTEXT(row.name) check(row);
}

constexpr const char* opened = "opened";
constexpr const char* refused = "connection-refused";
constexpr const char* lost = "timeout";
constexpr Duration round_trip = milliseconds(20);
constexpr Duration limit = seconds(30);

}  // namespace

BOOST_AUTO_TEST_SUITE(opening)

// A point in the middle is 5 ms away, the third of three 7.5 ms.
BOOST_AUTO_TEST_CASE(who_sits_on_the_path) {
    using enum Gate;
    check_each({
        {"nobody", [](Guarded&) {}, opened, round_trip, 1},
        {"one who watches", [](Guarded& t) { t.add(passes); }, opened, round_trip, 1},
        {"one who drops", [](Guarded& t) { t.add(drops); }, lost, limit, 0},
        {"one who refuses", [](Guarded& t) { t.add(refuses); }, refused, milliseconds(10), 0},
        {"the third one refuses", [](Guarded& t) { t.add(passes), t.add(passes), t.add(refuses); },
         refused, milliseconds(15), 0},
        {"one refuses before one who drops", [](Guarded& t) { t.add(refuses), t.add(drops); },
         refused, nanoseconds(6'666'667), 0},
        {"one drops before one who refuses", [](Guarded& t) { t.add(drops), t.add(refuses); }, lost,
         limit, 0},
        {"one drops what says no", [](Guarded& t) { t.add_for_answers(drops), t.add(refuses); },
         lost, limit, 0},
        {"the second drops, and nothing takes time",
         [](Guarded& t) { t.add(passes), t.add(drops), t.far(Duration()); }, lost, limit, 0},
        {"the second refuses, and nothing takes time",
         [](Guarded& t) { t.add(passes), t.add(refuses), t.far(Duration()); }, refused, Duration(),
         0},
        {"nothing takes time", [](Guarded& t) { t.add(passes), t.far(Duration()); }, opened,
         Duration(), 1},
        {"one who refuses, far away", [](Guarded& t) { t.add(refuses), t.far(seconds(28)); },
         refused, seconds(28), 0},
        {"the first of three refuses, and the host is too far away",
         [](Guarded& t) { t.add(refuses), t.add(passes), t.add(passes), t.far(seconds(40)); },
         refused, seconds(20), 0},
        {"one who refuses too far away", [](Guarded& t) { t.add(refuses), t.far(limit); }, lost,
         limit, 0},
        {"one who refuses, and nobody behind him",
         [](Guarded& t) { t.add(refuses), t.network.take_down(t.bob); }, refused, milliseconds(10),
         0},
    });
}

// The listener hears of a connection with the SYN: its line breaks when the answer is stopped.
BOOST_AUTO_TEST_CASE(who_stops_the_answer) {
    using enum Gate;
    check_each({
        {"he drops it", [](Guarded& t) { t.add_for_answers(drops); }, lost, limit, 5},
        {"he refuses it", [](Guarded& t) { t.add_for_answers(refuses); }, refused, round_trip, 1},
        {"he drops the host's no",
         [](Guarded& t) { t.add_for_answers(drops), t.network.listen(t.bob, 25, nullptr); }, lost,
         limit, 0},
    });
}

BOOST_AUTO_TEST_CASE(what_the_host_does) {
    const auto off = [](Guarded& t) { t.network.take_down(t.bob); };
    const auto on = [](Guarded& t) { t.network.bring_back(t.bob); };
    const auto deaf = [](Guarded& t) { t.network.listen(t.bob, 25, nullptr); };
    const auto hears = [](Guarded& t) { t.network.listen(t.bob, 25, &t.door); };
    check_each({
        {"nobody listens", deaf, refused, round_trip, 0},
        {"nobody listens, and the host is silent of it",
         [](Guarded& t) {
             t.network.listen(t.bob, 25, nullptr);
             t.network.host(t.bob).manner = net::Manner::ignores;
         },
         lost, limit, 0},
        {"the listener refuses", [](Guarded& t) { t.door.most = 0; }, refused, round_trip, 0},
        {"it is off", off, lost, limit, 0},
        {"it goes off with the SYN on its way", [](Guarded&) {}, lost, limit, 0, milliseconds(9),
         off},
        {"it comes back in time for the SYN on its way", off, opened, round_trip, 1,
         milliseconds(9), on},
        {"it comes back for the third SYN", off, opened, seconds(3) + round_trip, 1, seconds(2),
         on},
        {"it listens in time for the SYN on its way", deaf, opened, round_trip, 1, milliseconds(9),
         hears},
        {"it listens too late", deaf, refused, round_trip, 0, milliseconds(11), hears},
    });
}

BOOST_AUTO_TEST_CASE(what_the_path_does) {
    using enum Gate;
    const auto up = [](Guarded& t) { t.carry(true, true); };
    const auto down = [](Guarded& t) { t.carry(false, false); };
    const auto one_way = [](Guarded& t) { t.carry(true, false); };
    check_each({
        {"it is down", down, lost, limit, 0},
        {"it is down from bob: his listener hears of nobody", one_way, lost, limit, 0},
        {"it is down from alice", [](Guarded& t) { t.carry(false, true); }, lost, limit, 0},
        {"it goes down behind the SYN, and the answer is lost", [](Guarded&) {}, lost, limit, 0,
         milliseconds(9), down},
        {"it goes down behind the answer", [](Guarded&) {}, opened, round_trip, 1, milliseconds(11),
         down},
        {"it is back in time for the answer", one_way, opened, round_trip, 1, milliseconds(9), up},
        {"it is down before one who refuses",
         [](Guarded& t) { t.add(refuses), t.carry(false, true); }, lost, limit, 0},
        {"it is down from bob, behind one who refuses",
         [](Guarded& t) { t.add(refuses), t.carry(true, false); }, refused, milliseconds(10), 0},
        {"it loses all", [](Guarded& t) { t.carry(true, true, 10'000); }, lost, limit, 0},
        {"an answer would come too late", [](Guarded& t) { t.far(seconds(15)); }, lost, limit, 0},
        {"an answer comes just in time", [](Guarded& t) { t.far(seconds(15) - nanoseconds(1)); },
         opened, limit - nanoseconds(2), 1},
    });
}

// RFC 6298 section 2.1: SYNs go at 0, 1, 3, 7 and 15 s, and each meets whoever is there then.
BOOST_AUTO_TEST_CASE(one_who_stops_dropping_lets_the_next_syn_pass) {
    for (const auto& [drops, at] : {std::pair(0, 0), {1, 1}, {2, 3}, {3, 7}, {4, 15}}) {
        BOOST_TEST_CONTEXT(drops << " SYNs are dropped") {
            Guarded town;
            int seen = 0;
            town.add([&seen, n = drops](const Opening&) {
                return seen++ < n ? Gate::drops : Gate::passes;
            });
            const Town::Ends ends = town.open();
            BOOST_TEST(town.now().ns == (seconds(at) + round_trip).ns);
            BOOST_TEST(town.door.when.size() == 1u);
        }
    }
}

BOOST_AUTO_TEST_CASE(each_point_is_asked_in_its_order_at_its_time_and_both_ways) {
    Guarded town;
    Lines asked;
    const auto note = [&](const char* name) {
        return [&asked, &town, name](const Opening& o) {
            asked.push_back(fmt::format("{} at {} us: {} to {}, {}, port {}, {}", name,
                                        town.now().ns / 1000, town.network.host(o.from).name,
                                        town.network.host(o.to).name,
                                        static_cast<unsigned>(o.connection), o.port, word(o.way)));
            return Gate::passes;
        };
    };
    Keeper& near = town.add(note("near"));
    town.add(note("middle"));
    town.add(note("far"));
    const Town::Ends ends = town.open();
    const Lines wanted{"near at 2500 us: alice to bob, 1, port 25, to-server",
                       "middle at 5000 us: alice to bob, 1, port 25, to-server",
                       "far at 7500 us: alice to bob, 1, port 25, to-server",
                       "far at 12500 us: bob to alice, 1, port 25, to-client",
                       "middle at 15000 us: bob to alice, 1, port 25, to-client",
                       "near at 17500 us: bob to alice, 1, port 25, to-client"};
    BOOST_TEST(asked == wanted, each);
    BOOST_TEST(near.judged == 0);  // what is counted in bytes is not counted here
    asked.clear();
    Started back(town.loop, town.network.connect(town.bob, "192.0.2.1", 26, limit));
    town.to_the_end();
    BOOST_TEST_REQUIRE(asked.size() == 6u);
    BOOST_TEST(asked[0] == "far at 22500 us: bob to alice, 2, port 26, to-server");
    BOOST_TEST(asked[5] == "far at 37500 us: alice to bob, 2, port 26, to-client");
    BOOST_TEST((back.outcome->failure().reason == Reason::connection_refused));
}

BOOST_AUTO_TEST_CASE(the_trace_tells_once_who_blocks_and_when) {
    const Lines wanted[] = {
        {"0ms alice: connection-asked '192.0.2.2' <- 4", "5ms eve: connection-blocked <- 5",
         "30000ms alice: connection-failed timeout <- 6"},
        {"0ms alice: connection-asked '192.0.2.2' <- 4", "5ms eve: connection-blocked <- 5",
         "10ms alice: connection-failed connection-refused <- 6"},
    };
    for (const Gate gate : {Gate::drops, Gate::refuses}) {
        Guarded town;
        const Keeper& keeper = town.add(gate);
        Started run(town.loop, town.network.connect(town.alice, "192.0.2.2", 25, limit));
        town.to_the_end();
        BOOST_TEST(town.told(4) == wanted[gate == Gate::refuses], each);
        BOOST_TEST(keeper.asked == (gate == Gate::drops ? 5 : 1));
    }
}

// A limit of clients: the second is told so at once, and comes in when the first has gone.
BOOST_AUTO_TEST_CASE(a_listener_that_is_full) {
    Town town;
    town.door.most = 1;
    const auto knock = [&] {
        Started run(town.loop, town.network.connect(town.alice, "192.0.2.2", 25, limit));
        town.to_the_end();
        return run.outcome->ok() ? "in" : std::string(word(run.outcome->failure().reason));
    };
    BOOST_TEST(knock() == "in");
    BOOST_TEST(knock() == "connection-refused");
    BOOST_TEST(town.door.when.size() == 1u);
    town.door.taken.clear();
    BOOST_TEST(knock() == "in");
}

// Evidence hangs on the numbers that a path draws: two for a SYN, if there is one to answer it.
BOOST_AUTO_TEST_CASE(what_is_drawn_for_an_opening) {
    struct Count {
        const char* name;
        std::function<void(Guarded&)> before;
        int drawn;
    };
    const Count counts[] = {
        {"it opens", [](Guarded& t) { t.carry(true, true, 1); }, 2},
        {"it is refused",
         [](Guarded& t) { t.carry(true, true, 1), t.network.listen(t.bob, 25, nullptr); }, 2},
        {"all is lost", [](Guarded& t) { t.carry(true, true, 10'000); }, 10},
        {"no loss to draw", [](Guarded&) {}, 0},
        {"the host is off", [](Guarded& t) { t.carry(true, true, 1), t.network.take_down(t.bob); },
         0},
        {"down from bob", [](Guarded& t) { t.carry(true, false, 1); }, 0},
        {"down from alice", [](Guarded& t) { t.carry(false, true, 1); }, 0},
    };
    for (const Count& count : counts) {
        BOOST_TEST_CONTEXT(count.name) {
            Guarded town;
            town.path.chance = Chance(7);
            count.before(town);
            Started run(town.loop, town.network.connect(town.alice, "192.0.2.2", 25, limit));
            town.to_the_end();
            Chance drawn(7);
            for (int i = 0; i < count.drawn; ++i) drawn.below(10'000);
            BOOST_TEST(town.path.chance.next() == drawn.next());
        }
    }
}

// Each way not to be answered. X.4.1 is "no answer from host" (RFC 3463 section 3.5).
BOOST_AUTO_TEST_CASE(connections_that_fail) {
    struct Row {
        const char* name;
        const char* address;
        std::uint16_t port;
        net::Manner manner;
        Duration latency, limit;
        Reason reason;
        Duration after;
    };
    using enum net::Manner;
    const Row rows[] = {
        {"nothing listens", "192.0.2.2", 26, refuses, milliseconds(10), seconds(30),
         Reason::connection_refused, milliseconds(20)},
        {"nothing listens, far away", "192.0.2.2", 26, refuses, seconds(14), seconds(30),
         Reason::connection_refused, seconds(28)},
        {"a silent host", "192.0.2.2", 26, ignores, milliseconds(10), seconds(30), Reason::timeout,
         seconds(30)},
        {"nobody's address", "203.0.113.9", 25, refuses, milliseconds(10), seconds(30),
         Reason::timeout, seconds(30)},
        {"no address at all", "bob", 25, refuses, milliseconds(10), seconds(30), Reason::timeout,
         seconds(30)},
        {"one way is too long", "192.0.2.2", 25, refuses, seconds(31), seconds(30), Reason::timeout,
         seconds(30)},
        {"both ways are too long", "192.0.2.2", 25, refuses, seconds(16), seconds(30),
         Reason::timeout, seconds(30)},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Town town;
            town.network.host(town.bob).manner = row.manner;
            town.path.latency = row.latency;
            Started run(town.loop,
                        town.network.connect(town.alice, row.address, row.port, row.limit));
            town.to_the_end();
            BOOST_TEST_REQUIRE(run.outcome.has_value());
            BOOST_TEST_REQUIRE(!run.outcome->ok());
            BOOST_TEST((run.outcome->failure().reason == row.reason));
            BOOST_TEST(run.outcome->failure().code == "4.4.1");
            BOOST_TEST(run.at.ns == row.after.ns);
            BOOST_TEST(town.door.when.empty());
            BOOST_TEST_REQUIRE(town.told().size() == 4u);
            const std::string end = "connection-failed " + std::string(word(row.reason)) + " <- 3";
            BOOST_TEST(town.told()[3].ends_with(end));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_silent_host_answers_where_something_listens) {
    Town town;
    town.network.host(town.bob).manner = net::Manner::ignores;
    town.open();
    BOOST_TEST(town.door.when.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
