// A connection as TCP gives it (RFC 9293), in exact virtual time.
#include "sim/net/connection.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/net/town.hpp"

using namespace core;
using Lines = std::vector<std::string>;
using trace::SegmentArrived;
using trace::SegmentSent;

namespace {

constexpr auto each = boost::test_tools::per_element();

std::vector<SegmentSent> sent(const Town& town) {
    std::vector<SegmentSent> out;
    town.trace.each_of<SegmentSent>([&](const auto&, const SegmentSent& s) { out.push_back(s); });
    return out;
}

// When the segments arrived, in nanoseconds of virtual time.
std::vector<std::int64_t> arrivals(const Town& town) {
    std::vector<std::int64_t> out;
    town.trace.each_of<SegmentArrived>([&](const trace::Event& e, const SegmentArrived&) {
        out.push_back((e.at - world_begins).ns);
    });
    return out;
}

// Waits as a protocol does, and notes when it was woken.
Task<Unit> waits(net::Stream& stream, std::size_t known, Duration& woken, Loop& loop) {
    co_await net::Readable(stream, known);
    woken = loop.now() - world_begins;
    co_return Unit{};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connection)

// The three-way handshake (RFC 9293 section 3.5): bob knows after one way, alice after two.
BOOST_AUTO_TEST_CASE(opening_takes_one_way_for_the_server_and_two_for_the_client) {
    Town town;
    const Town::Ends ends = town.open();
    BOOST_TEST(town.now().ns == milliseconds(20).ns);
    BOOST_TEST(town.door.when[0].ns == milliseconds(10).ns);
    const Lines wanted{"0ms alice: host-joined 'alice' '192.0.2.1' <- 0",
                       "0ms bob: host-joined 'bob' '192.0.2.2' <- 1",
                       "0ms alice: connection-asked '192.0.2.2' <- 2",
                       "20ms alice: connection-opened <- 3"};
    town.to_the_end();
    BOOST_TEST(town.told() == wanted, each);
    BOOST_TEST((ends.client->connection() == net::ConnectionId{1}));
    BOOST_TEST((ends.server->connection() == net::ConnectionId{1}));
    BOOST_TEST((ends.client->peer() == town.bob && ends.server->peer() == town.alice));
    BOOST_TEST(ends.client->peer_address() == "192.0.2.2");
    BOOST_TEST(ends.server->peer_address() == "192.0.2.1");
}

// RFC 9293 section 3.6: who has said "no more" can still listen.
BOOST_AUTO_TEST_CASE(half_closed) {
    Town town;
    const Town::Ends ends = town.open();
    ends.client->write("question");
    ends.client->finish();
    ends.client->write("more");
    ends.client->finish();
    town.pass(milliseconds(10));
    BOOST_TEST(state_of(*ends.server) == "finished");
    BOOST_TEST(take_all(*ends.server) == "question");
    BOOST_TEST(state_of(*ends.client) == "open");
    ends.server->write("answer");
    town.pass(milliseconds(10));
    BOOST_TEST(state_of(*ends.client) == "open");
    BOOST_TEST(take_all(*ends.client) == "answer");
    ends.server->finish();
    town.to_the_end();
    BOOST_TEST(state_of(*ends.client) == "finished");
    const Lines wanted{
        "20ms alice: segment-sent 'question' <- 4",  "20ms alice: segment-sent '' fin <- 5",
        "30ms bob: segment-arrived 'question' <- 5", "30ms bob: segment-arrived '' fin <- 6",
        "30ms bob: segment-sent 'answer' <- 8",      "40ms alice: segment-arrived 'answer' <- 9",
        "40ms bob: segment-sent '' fin <- 10",       "50ms alice: segment-arrived '' fin <- 11"};
    BOOST_TEST(town.told(4) == wanted, each);
}

// RFC 9293 section 3.10.7.4: RST ends both directions of the peer; the bytes before it stand.
BOOST_AUTO_TEST_CASE(a_reset_ends_both_sides_and_leaves_what_came_before) {
    Town town;
    const Town::Ends ends = town.open();
    ends.server->write("last words");
    ends.client->write("before");
    town.pass(milliseconds(5));
    ends.client->reset();
    // RFC 9293 section 3.10.5: ABORT deletes the connection, so nothing is received any more.
    BOOST_TEST(state_of(*ends.client) == "broken");
    ends.client->write("after");
    BOOST_TEST(state_of(*ends.server) == "open");
    town.pass(milliseconds(10));
    BOOST_TEST(state_of(*ends.server) == "broken");
    BOOST_TEST(take_all(*ends.server) == "before");
    BOOST_TEST(take_all(*ends.client) == "");
    const EventId now = static_cast<EventId>(town.trace.size());
    ends.server->write("nobody hears this");
    ends.server->finish();
    town.to_the_end();
    BOOST_TEST(town.told(now).empty());
}

BOOST_AUTO_TEST_CASE(a_reset_after_the_end_is_still_a_reset) {
    Town town;
    const Town::Ends ends = town.open();
    ends.client->finish();
    ends.client->reset();
    ends.client->reset();
    BOOST_TEST(state_of(*ends.client) == "broken");
    town.to_the_end();
    const Lines wanted{
        "20ms alice: segment-sent '' fin <- 4", "20ms alice: segment-sent '' reset <- 5",
        "30ms bob: segment-arrived '' fin <- 5", "30ms bob: segment-arrived '' reset <- 6"};
    BOOST_TEST(town.told(4) == wanted, each);
    ends.server->write("nobody hears this");
    BOOST_TEST(town.told(4).size() == 4u);
}

// RFC 9293 section 3.10.5: in LAST-ACK and TIME-WAIT there is nobody left to tell.
BOOST_AUTO_TEST_CASE(nothing_is_left_to_reset_when_both_sides_have_ended) {
    Town town;
    const Town::Ends ends = town.open();
    ends.client->finish();
    ends.server->finish();
    town.to_the_end();
    ends.client->reset();
    ends.server->reset();
    town.to_the_end();
    BOOST_TEST(town.told(4).size() == 4u);
    BOOST_TEST(state_of(*ends.client) == "finished");
    BOOST_TEST(state_of(*ends.server) == "finished");
}

BOOST_AUTO_TEST_CASE(bytes_are_cut_into_segments_and_keep_their_order) {
    struct Row {
        std::size_t size;
        std::vector<std::size_t> segments;
    };
    const Row rows[] = {{0, {}},
                        {1, {1}},
                        {1459, {1459}},
                        {1460, {1460}},
                        {1461, {1460, 1}},
                        {2920, {1460, 1460}},
                        {2921, {1460, 1460, 1}},
                        {100'000, std::vector<std::size_t>(69, 1460)}};
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.size << " bytes") {
            Town town;
            const Town::Ends ends = town.open();
            const std::string bytes = pattern(row.size);
            ends.client->write(bytes);
            ends.client->finish();
            town.to_the_end();
            BOOST_TEST(take_all(*ends.server) == bytes);
            std::vector<std::size_t> sizes = row.segments;
            if (row.size == 100'000) sizes.back() = 100'000 - 68 * 1460;
            sizes.push_back(0);  // FIN
            const std::vector<SegmentSent> pieces = sent(town);
            BOOST_TEST_REQUIRE(pieces.size() == sizes.size());
            std::size_t offset = 0;
            for (std::size_t i = 0; i < sizes.size(); ++i) {
                BOOST_TEST(pieces[i].bytes.size() == sizes[i]);
                BOOST_TEST(pieces[i].offset == offset);
                const bool last = i + 1 == sizes.size();
                BOOST_TEST((pieces[i].mark == (last ? trace::Mark::fin : trace::Mark::none)));
                offset += sizes[i];
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(many_writes_both_ways_do_not_mix) {
    Town town;
    const Town::Ends ends = town.open();
    std::string up, down, heard_up, heard_down;
    for (std::size_t i = 1; i < 60; ++i) {
        up += pattern(i * 37);
        down += pattern(i * 61);
        ends.client->write(pattern(i * 37));
        ends.server->write(pattern(i * 61));
        town.pass(milliseconds(i % 7));
        heard_up += take_all(*ends.server);
        heard_down += take_all(*ends.client);
    }
    town.to_the_end();
    BOOST_TEST((heard_up + take_all(*ends.server) == up));
    BOOST_TEST((heard_down + take_all(*ends.client) == down));
}

BOOST_AUTO_TEST_CASE(what_is_not_taken_stays) {
    Town town;
    const Town::Ends ends = town.open();
    ends.client->write("abc");
    town.pass(milliseconds(10));
    ends.server->take(2);
    BOOST_TEST(ends.server->available() == "c");
    ends.client->write("def");
    town.pass(milliseconds(10));
    BOOST_TEST(ends.server->available() == "cdef");
    ends.server->take(4);
    BOOST_TEST(ends.server->available() == "");
}

// 1,460,000,000,000 is more than 32 bits hold: a build where size_t has 32 counts in 64 all the
// same.
BOOST_AUTO_TEST_CASE(time_on_the_line_is_counted_in_64_bits) {
    struct Row {
        std::uint32_t bytes;
        std::uint64_t bytes_per_second;
        std::int64_t ns;
    };
    const Row rows[] = {
        {1460, 0, 0},
        {0, 1, 0},
        {1460, 1, 1'460'000'000'000},
        {1460, 125'000, 11'680'000},
        {1460, 10'000'000'000, 146},
        {5, 1'000'000, 5'000},
        {4'294'967'295, 4'294'967'295, 1'000'000'000},
    };
    for (const Row& row : rows) {
        net::Carriage carriage;
        carriage.bytes_per_second = row.bytes_per_second;
        BOOST_TEST(carriage.takes(row.bytes).ns == row.ns,
                   row.bytes << " bytes at " << row.bytes_per_second << " a second");
    }
}

// 1 460 000 bytes a second: a full segment takes a millisecond to get onto the line.
BOOST_AUTO_TEST_CASE(bandwidth_in_exact_time) {
    Town town;
    const Town::Ends ends = town.open();
    town.path.bytes_per_second = 1'460'000;
    ends.client->write(pattern(3 * 1460 + 730));
    town.pass(milliseconds(30));
    ends.client->write("x");  // the line is free again: no debt, no credit
    town.to_the_end();
    const std::vector<std::int64_t> wanted{31'000'000, 32'000'000, 33'000'000, 33'500'000,
                                           60'000'684};
    BOOST_TEST(arrivals(town) == wanted, each);
}

BOOST_AUTO_TEST_CASE(connections_share_a_line_and_directions_do_not) {
    Town town;
    const Town::Ends first = town.open();
    const Town::Ends second = town.open();  // at 40 ms
    town.path.bytes_per_second = 1'460'000;
    first.client->write(pattern(1460));
    second.client->write(pattern(1460));
    second.server->write(pattern(1460));
    town.to_the_end();
    const std::vector<std::int64_t> wanted{51'000'000, 51'000'000, 52'000'000};
    BOOST_TEST(arrivals(town) == wanted, each);
}

BOOST_AUTO_TEST_CASE(a_path_without_latency) {
    Town town;
    town.path.latency = {};
    const Town::Ends ends = town.open();
    ends.client->write("now");
    town.to_the_end();
    BOOST_TEST(town.now().ns == 0);
    BOOST_TEST(take_all(*ends.server) == "now");
}

BOOST_AUTO_TEST_CASE(a_reader_is_woken_when_there_is_more_than_it_knows) {
    struct Row {
        const char* name;
        void (*act)(net::Line& peer);
        std::int64_t woken_ms;
    };
    const Row rows[] = {
        {"more bytes", [](net::Line& peer) { peer.write("!"); }, 35},
        {"the end", [](net::Line& peer) { peer.finish(); }, 35},
        {"a reset", [](net::Line& peer) { peer.reset(); }, 35},
        {"nothing", [](net::Line&) {}, 0},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Town town;
            const Town::Ends ends = town.open();
            Duration woken, woken_first;
            Started first(town.loop, waits(*ends.server, 0, woken_first, town.loop));
            ends.client->write("half");
            town.pass(milliseconds(5));
            row.act(*ends.client);
            town.pass(milliseconds(5));
            BOOST_TEST(woken_first.ns == milliseconds(30).ns);
            Started second(town.loop, waits(*ends.server, 4, woken, town.loop));
            town.to_the_end();
            BOOST_TEST(woken.ns == milliseconds(row.woken_ms).ns);
        }
    }
}

BOOST_AUTO_TEST_CASE(who_resets_wakes_its_own_reader) {
    Town town;
    const Town::Ends ends = town.open();
    Duration woken;
    Started reader(town.loop, waits(*ends.client, 0, woken, town.loop));
    town.pass(milliseconds(1));
    ends.client->reset();
    town.to_the_end();
    BOOST_TEST(woken.ns == milliseconds(21).ns);
}

BOOST_AUTO_TEST_CASE(a_stream_let_go_of_closes_after_what_was_written) {
    Town town;
    Town::Ends ends = town.open();
    ends.client->write(pattern(2000));
    ends.client.reset();
    town.to_the_end();
    BOOST_TEST(state_of(*ends.server) == "finished");
    BOOST_TEST(take_all(*ends.server) == pattern(2000));
    ends.server.reset();
    town.to_the_end();
    const Lines wanted{
        "20ms alice: segment-sent 1460 bytes <- 4", "20ms alice: segment-sent 540 bytes <- 5",
        "20ms alice: segment-sent '' fin <- 6",     "30ms bob: segment-arrived 1460 bytes <- 5",
        "30ms bob: segment-arrived 540 bytes <- 6", "30ms bob: segment-arrived '' fin <- 7",
        "30ms bob: segment-sent '' fin <- 10",      "40ms alice: segment-arrived '' fin <- 11"};
    BOOST_TEST(town.told(4) == wanted, each);
}

// RFC 5737: three documentation networks; RFC 2544: the next 2^17.
BOOST_AUTO_TEST_CASE(hosts_have_addresses_of_their_own) {
    Town town;
    std::vector<std::string> addresses{"192.0.2.1", "192.0.2.2"};
    const net::HostId eve = town.network.join("eve", trace::Role::watcher);
    const net::HostId mallory = town.network.join("mallory", trace::Role::attacker);
    BOOST_TEST(town.network.host(eve).address == "");
    BOOST_TEST(town.network.host(mallory).address == "");
    for (int i = 2; i < 1100; ++i) {
        const net::HostId id = town.network.join("h", trace::Role::receiver);
        addresses.push_back(town.network.host(id).address);
        BOOST_TEST((town.network.find(addresses.back()) == id));
    }
    BOOST_TEST(std::set(addresses.begin(), addresses.end()).size() == 1100u);
    BOOST_TEST(addresses[252] == "192.0.2.253");
    BOOST_TEST(addresses[253] == "198.51.100.1");
    BOOST_TEST(addresses[758] == "203.0.113.253");
    BOOST_TEST(addresses[759] == "198.18.0.0");
    BOOST_TEST(addresses[1015] == "198.18.1.0");
    BOOST_TEST(!town.network.find("").has_value());
}

BOOST_AUTO_TEST_CASE(an_address_has_one_host) {
    Town town;
    BOOST_TEST(town.network.add_address(town.bob, "2001:db8::2"));
    BOOST_TEST(town.network.add_address(town.bob, "2001:db8::2"));
    BOOST_TEST(!town.network.add_address(town.alice, "2001:db8::2"));
    BOOST_TEST((town.network.find("2001:db8::2") == town.bob));
    Started run(town.loop, town.network.connect(town.alice, "2001:db8::2", 25, seconds(30)));
    town.to_the_end();
    BOOST_TEST(run.outcome->ok());
    BOOST_TEST((&town.network.path(town.bob, town.alice) == &town.path));
}

// A connection holds the rules of its path: who holds the last one knows when it is gone.
BOOST_AUTO_TEST_CASE(a_connection_ends_with_its_ends_and_its_last_segment) {
    Town town;
    auto rule = std::make_shared<net::Watch>();
    town.network.add_rule(town.alice, town.bob, rule);
    Town::Ends ends = town.open();
    BOOST_TEST(rule.use_count() == 3);
    ends.client->write("on its way");
    ends.client.reset();
    ends.server.reset();
    BOOST_TEST(rule.use_count() == 3);
    town.to_the_end();
    BOOST_TEST(rule.use_count() == 2);
}

BOOST_AUTO_TEST_CASE(nothing_leaks_when_a_world_ends_with_segments_in_flight) {
    auto rule = std::make_shared<net::Watch>();
    {
        Town town;
        town.network.add_rule(town.alice, town.bob, rule);
        const Town::Ends kept = town.open();
        Town::Ends lost = town.open();
        lost.client->write(pattern(5000));
        lost = {};
        kept.server->write("to the end");
        Started never(town.loop, town.network.connect(town.alice, "192.0.2.2", 25, hours(1)));
        town.pass(milliseconds(7));
        BOOST_TEST(rule.use_count() > 3);
    }
    BOOST_TEST(rule.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
