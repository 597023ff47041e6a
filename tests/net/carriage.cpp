// How a path carries: jitter, loss, a path that is down; and hosts that lose their power.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

#include "tests/net/town.hpp"

using namespace core;
using net::Carriage;
using Lines = std::vector<std::string>;

namespace {

constexpr auto each = boost::test_tools::per_element();

void carry(Town& town, const Carriage& carriage) {
    town.network.set_carriage(town.alice, town.bob, carriage);
}

Carriage with_loss(std::uint32_t of_10000) {
    Carriage carriage;
    carriage.loss = of_10000;
    return carriage;
}

Carriage down(bool from_alice, bool from_bob) {
    Carriage carriage;
    carriage.down_from_one = from_alice;
    carriage.down_from_other = from_bob;
    return carriage;
}
const Carriage up;

/// When each segment came.
std::vector<Duration> arrivals(const Town& town) {
    std::vector<Duration> out;
    town.trace.each_of<trace::SegmentArrived>(
        [&](const trace::Event& e, const auto&) { out.push_back(e.at - world_begins); });
    return out;
}

// One byte every two minutes: how long each took.
std::vector<Duration> delays(Town& town, int bytes) {
    const Town::Ends ends = town.open();
    std::vector<Duration> out;
    for (int i = 0; i < bytes; ++i) {
        const Duration sent = town.now();
        ends.client->write("x");
        town.pass(minutes(2));
        out.push_back(arrivals(town).back() - sent);
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(carriage)

BOOST_AUTO_TEST_CASE(jitter_is_a_delay_and_keeps_the_order) {
    Town town;
    const Town::Ends ends = town.open();
    Carriage unsteady;
    unsteady.jitter = milliseconds(40);
    carry(town, unsteady);
    std::string said;
    std::vector<Duration> sent;
    for (std::size_t i = 0; i < 200; ++i) {
        const std::string bytes = std::to_string(i) + ".";
        ends.client->write(bytes);
        said += bytes;
        sent.push_back(town.now());
        town.pass(milliseconds(1));
    }
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == said);
    const std::vector<Duration> came = arrivals(town);
    BOOST_TEST_REQUIRE(came.size() == sent.size());
    BOOST_TEST(std::is_sorted(came.begin(), came.end()));
    std::set<std::int64_t> took;
    for (std::size_t i = 0; i < came.size(); ++i) {
        const Duration delay = came[i] - sent[i];
        BOOST_TEST(delay.ns >= milliseconds(10).ns);
        BOOST_TEST(delay.ns <= milliseconds(50).ns);
        took.insert(delay.ns);
    }
    BOOST_TEST(took.size() > 5u);
}

BOOST_AUTO_TEST_CASE(jitter_and_loss_are_drawn_from_the_seed) {
    const auto played = [](std::uint64_t seed) {
        Town town;
        town.network.draw_from(Chance(seed));
        Carriage bad = with_loss(3000);
        bad.jitter = seconds(1);
        const net::HostId carol = town.network.join("carol", trace::Role::receiver);
        town.network.host(carol).listeners[25] = &town.door;
        town.network.set_carriage(town.alice, carol, bad);
        Started run(town.loop, town.network.connect(town.alice, "192.0.2.3", 25, hours(1)));
        while (!run.outcome) town.loop.step();
        for (int i = 0; i < 20; ++i) run.outcome->value()->write("x");
        town.to_the_end();
        return town.told();
    };
    BOOST_TEST(played(1) == played(1), each);
    BOOST_TEST((played(1) != played(2)));
}

// RFC 6298 section 5: again after 1 s, then after twice as long each time.
BOOST_AUTO_TEST_CASE(loss_delays_by_1_3_7_seconds) {
    std::set<std::int64_t> seen;
    Town town;
    carry(town, with_loss(5000));
    for (const Duration delay : delays(town, 300)) seen.insert((delay - milliseconds(10)).ns);
    std::set<std::int64_t> allowed;
    for (const int s : {0, 1, 3, 7, 15, 31, 63}) allowed.insert(seconds(s).ns);
    for (const std::int64_t ns : seen) BOOST_TEST(allowed.contains(ns), ns);
    for (const int s : {0, 1, 3, 7}) BOOST_TEST(seen.contains(seconds(s).ns), s);
}

BOOST_AUTO_TEST_CASE(what_is_lost_again_and_again_comes_after_a_minute) {
    Town town;
    const Town::Ends ends = town.open();
    carry(town, with_loss(10'000));
    const Duration sent = town.now();
    ends.client->write("at last");
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "at last");
    BOOST_TEST((town.now() - sent).ns == (seconds(63) + milliseconds(10)).ns);
}

BOOST_AUTO_TEST_CASE(what_stands_behind_a_lost_segment_waits_for_it) {
    Town town;
    const Town::Ends ends = town.open();
    carry(town, with_loss(10'000));
    ends.client->write("first, ");
    carry(town, up);
    ends.client->write("second");
    town.pass(seconds(1));
    BOOST_TEST(take_all(*ends.server) == "");
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "first, second");
}

BOOST_AUTO_TEST_CASE(a_path_that_is_down_holds_and_releases) {
    Town town;
    const Town::Ends ends = town.open();
    carry(town, down(true, true));
    ends.client->write("up one. ");
    ends.server->write("down one. ");
    town.pass(hours(1));
    ends.client->write("up two.");
    ends.server->write("down two.");
    ends.server->finish();
    town.pass(hours(1));
    BOOST_TEST(arrivals(town).empty());
    carry(town, up);
    const Duration back = town.now();
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "up one. up two.");
    BOOST_TEST(take_all(*ends.client) == "down one. down two.");
    BOOST_TEST(state_of(*ends.client) == "finished");
    BOOST_TEST(state_of(*ends.server) == "open");
    BOOST_TEST((town.now() - back).ns == milliseconds(10).ns);
}

BOOST_AUTO_TEST_CASE(what_was_on_its_way_arrives_when_the_path_goes_down) {
    Town town;
    const Town::Ends ends = town.open();
    ends.client->write("gone already");
    town.pass(milliseconds(5));
    carry(town, down(true, true));
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "gone already");
}

BOOST_AUTO_TEST_CASE(one_way_only) {
    for (const bool from_alice : {true, false}) {
        Town town;
        const Town::Ends ends = town.open();
        carry(town, down(from_alice, !from_alice));
        ends.client->write("up");
        ends.server->write("down");
        town.to_the_end();
        BOOST_TEST(take_all(*ends.server) == (from_alice ? "" : "up"));
        BOOST_TEST(take_all(*ends.client) == (from_alice ? "down" : ""));
        carry(town, up);
        town.to_the_end();
        BOOST_TEST(take_all(*ends.server) == (from_alice ? "up" : ""));
        BOOST_TEST(take_all(*ends.client) == (from_alice ? "" : "down"));
    }
}

BOOST_AUTO_TEST_CASE(a_socket_let_go_of_while_the_path_is_down_still_sends) {
    Town town;
    Town::Ends ends = town.open();
    carry(town, down(true, true));
    ends.client->write("farewell");
    ends.client.reset();
    town.pass(hours(1));
    carry(town, up);
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "farewell");
    BOOST_TEST(state_of(*ends.server) == "finished");
}

// RFC 6298 section 2.1: a SYN goes again after 1, 3, 7 ... seconds; it and its answer must pass.
BOOST_AUTO_TEST_CASE(connecting_while_the_path_is_down) {
    struct Row {
        Carriage carriage;
        Duration back;
        const char* outcome;
        Duration at;
    };
    const Row rows[] = {
        {down(true, true), seconds(2), "opened", seconds(3) + milliseconds(20)},
        {down(true, false), seconds(5), "opened", seconds(7) + milliseconds(20)},
        {down(false, true), milliseconds(500), "opened", seconds(1) + milliseconds(20)},
        {down(true, true), seconds(29), "timeout", seconds(30)},
        {down(false, true), hours(1), "timeout", seconds(30)},
    };
    for (const Row& row : rows) {
        Town town;
        carry(town, row.carriage);
        Started run(town.loop, town.network.connect(town.alice, "192.0.2.2", 25, seconds(30)));
        town.pass(row.back);
        carry(town, up);
        town.to_the_end();
        BOOST_TEST_REQUIRE(run.outcome.has_value());
        const std::string outcome =
            run.outcome->ok() ? "opened" : std::string(word(run.outcome->failure().reason));
        BOOST_TEST(outcome == row.outcome);
        BOOST_TEST(run.at.ns == row.at.ns);
    }
}

BOOST_AUTO_TEST_CASE(all_paths_but_those_that_were_told_otherwise) {
    Town town;
    const net::HostId carol = town.network.join("carol", trace::Role::receiver);
    const net::HostId dave = town.network.join("dave", trace::Role::receiver);
    town.network.path(town.alice, dave);
    Carriage own, all;
    own.latency = seconds(1);
    all.latency = seconds(2);
    carry(town, own);
    town.network.set_carriage(all);
    BOOST_TEST(town.network.path(town.bob, town.alice).latency.ns == seconds(1).ns);
    BOOST_TEST(town.network.path(town.alice, dave).latency.ns == seconds(2).ns);
    BOOST_TEST(town.network.path(carol, dave).latency.ns == seconds(2).ns);  // made later
}

// ---- power

// RFC 9293 section 3.5.1: half-open until somebody speaks.
BOOST_AUTO_TEST_CASE(a_host_that_came_back_answers_by_a_reset) {
    Town town;
    const Town::Ends ends = town.open();
    town.network.take_down(town.bob);
    ends.client->write("vanishes");
    town.pass(hours(1));
    BOOST_TEST(state_of(*ends.client) == "open");
    town.network.bring_back(town.bob);
    town.pass(hours(1));
    BOOST_TEST(state_of(*ends.client) == "open");
    const EventId mark = static_cast<EventId>(town.trace.size());
    ends.client->write("hello?");
    town.pass(milliseconds(20));
    BOOST_TEST(state_of(*ends.client) == "broken");
    const Lines told = town.told(mark);
    BOOST_TEST_REQUIRE(told.size() == 3u);
    BOOST_TEST(told[0].find("alice: segment-sent 'hello?'") != std::string::npos, told[0]);
    BOOST_TEST(told[1].find("bob: segment-sent '' reset") != std::string::npos, told[1]);
    BOOST_TEST(told[2].find("alice: segment-arrived '' reset") != std::string::npos, told[2]);
    BOOST_TEST(take_all(*ends.server) == "");
}

BOOST_AUTO_TEST_CASE(a_host_without_power_neither_says_nor_hears) {
    Town town;
    const Town::Ends ends = town.open();
    ends.client->write("on its way");
    town.network.take_down(town.bob);
    ends.server->write("last words");
    town.to_the_end();
    BOOST_TEST(take_all(*ends.client) == "");
    BOOST_TEST(take_all(*ends.server) == "");
    BOOST_TEST(arrivals(town).empty());
}

BOOST_AUTO_TEST_CASE(a_host_without_power_answers_nobody_and_is_there_again) {
    Town town;
    town.network.take_down(town.bob);
    town.network.take_down(town.bob);  // nothing new
    Started first(town.loop, town.network.connect(town.alice, "192.0.2.2", 25, seconds(30)));
    town.to_the_end();
    BOOST_TEST_REQUIRE(first.outcome.has_value());
    BOOST_TEST(word(first.outcome->failure().reason) == "timeout");
    town.network.bring_back(town.bob);
    town.network.bring_back(town.bob);
    const Town::Ends ends = town.open();
    ends.client->write("welcome back");
    town.to_the_end();
    BOOST_TEST(take_all(*ends.server) == "welcome back");
    std::size_t went = 0, came = 0;
    town.trace.each_of<trace::HostWentDown>([&](const auto&, const auto&) { ++went; });
    town.trace.each_of<trace::HostCameBack>([&](const auto&, const auto&) { ++came; });
    BOOST_TEST(went == 1u);
    BOOST_TEST(came == 1u);
}

// ---- datagrams

namespace {

struct Box final : net::DatagramHandler {
    void receive(net::HostId, std::uint16_t, std::string_view) override { ++got; }
    int got = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(datagrams_are_lost_for_good) {
    struct Row {
        const char* name;
        Carriage carriage;
        int least, most;
    };
    const Row rows[] = {
        {"all is well", up, 400, 400},
        {"down both ways", down(true, true), 0, 0},
        {"down from alice", down(true, false), 0, 0},
        {"down from bob", down(false, true), 400, 400},
        {"half of them", with_loss(5000), 150, 250},
        {"all of them", with_loss(10'000), 0, 0},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Town town;
            Box box;
            town.network.host(town.bob).datagrams[53] = &box;
            carry(town, row.carriage);
            for (int i = 0; i < 400; ++i) town.network.send(town.alice, 5000, town.bob, 53, "who?");
            town.to_the_end();
            carry(town, up);
            town.to_the_end();
            BOOST_TEST(box.got >= row.least);
            BOOST_TEST(box.got <= row.most);
            int dropped = 0;
            town.trace.each_of<trace::DatagramDropped>(
                [&](const auto&, const auto&) { ++dropped; });
            BOOST_TEST(box.got + dropped == 400);
        }
    }
}

BOOST_AUTO_TEST_CASE(datagrams_and_hosts_without_power) {
    Town town;
    Box bobs, alices;
    town.network.host(town.bob).datagrams[53] = &bobs;
    town.network.host(town.alice).datagrams[5000] = &alices;
    town.network.send(town.alice, 5000, town.bob, 53, "on its way");
    town.network.take_down(town.bob);
    town.network.send(town.bob, 53, town.alice, 5000, "unsaid");
    town.to_the_end();
    BOOST_TEST(bobs.got == 0);
    BOOST_TEST(alices.got == 0);
    town.network.bring_back(town.bob);
    town.network.send(town.alice, 5000, town.bob, 53, "again");
    town.to_the_end();
    BOOST_TEST(bobs.got == 1);
}

BOOST_AUTO_TEST_SUITE_END()
