// One segment of a run, struck as a sweep strikes it.
#include <boost/test/unit_test.hpp>

#include "tests/net/town.hpp"

using namespace core;
using net::Fault;
using net::FaultKind;
using Lines = std::vector<std::string>;

namespace {

constexpr auto each = boost::test_tools::per_element();

/// What both ends have after "one", "two" and "six" from the client, a second apart, and "fine"
/// from the server behind "two".
struct Ended {
    std::string server, server_state, client, client_state;
};
std::ostream& operator<<(std::ostream& out, const Ended& e) {
    return out << e.server << ' ' << e.server_state << " | " << e.client << ' ' << e.client_state;
}
bool operator==(const Ended& a, const Ended& b) {
    return a.server == b.server && a.server_state == b.server_state && a.client == b.client &&
           a.client_state == b.client_state;
}

struct Talk {
    explicit Talk(const Fault& fault) {
        town.network.set_striker(net::striker_of(fault));
        ends = town.open();
        begin = town.loop.now();
        opened = static_cast<EventId>(town.trace.size());
        ends.client->write("one");  // segment 1
        town.pass(seconds(1));
        ends.client->write("two");  // 2
        town.pass(milliseconds(500));
        ends.server->write("fine");  // 3
        town.pass(milliseconds(500));
        ends.client->write("six");  // 4
        town.pass(seconds(1));
    }
    Ended ended() {
        Ended out;
        out.server = take_all(*ends.server);
        out.client = take_all(*ends.client);
        out.server_state = state_of(*ends.server);
        out.client_state = state_of(*ends.client);
        return out;
    }
    Town town;
    Town::Ends ends;
    Instant begin;
    EventId opened = 0;
};

struct Row {
    const char* name;
    Fault fault;
    Ended ended;
};

const Row rows[] = {
    {"no fault", {}, {"onetwosix", "open", "fine", "open"}},
    {"a fault that nothing reaches",
     {FaultKind::cut, 5, {}},
     {"onetwosix", "open", "fine", "open"}},
    {"cut before a segment", {FaultKind::cut, 2, {}}, {"one", "finished", "", "finished"}},
    {"cut within it", {FaultKind::cut, 2, 1}, {"onet", "finished", "", "finished"}},
    {"cut at its end", {FaultKind::cut, 2, 3}, {"onetwo", "finished", "", "finished"}},
    {"cut of the server's words", {FaultKind::cut, 3, 2}, {"onetwo", "finished", "fi", "finished"}},
    {"reset before a segment", {FaultKind::reset, 2, {}}, {"one", "broken", "", "broken"}},
    {"reset within it", {FaultKind::reset, 2, 2}, {"onetw", "broken", "", "broken"}},
    {"dropped from here on", {FaultKind::drop, 2, {}}, {"one", "open", "fine", "open"}},
    {"dropped from a byte on", {FaultKind::drop, 2, 1}, {"onet", "open", "fine", "open"}},
    {"the other way is dropped", {FaultKind::drop, 3, {}}, {"onetwosix", "open", "", "open"}},
    {"late, and what follows it", {FaultKind::delay, 2, {}}, {"one", "open", "fine", "open"}},
    {"a bit of its middle", {FaultKind::flip, 2, {}}, {"onetvosix", "open", "fine", "open"}},
    {"a bit of its first byte", {FaultKind::flip, 2, 0}, {"oneuwosix", "open", "fine", "open"}},
    {"a bit of its last byte", {FaultKind::flip, 3, 3}, {"onetwosix", "open", "find", "open"}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fault)

BOOST_AUTO_TEST_CASE(what_both_ends_have_in_the_end) {
    for (const Row& row : rows) BOOST_TEST_CONTEXT(row.name) {
            Talk talk(row.fault);
            BOOST_TEST(talk.ended() == row.ended);
        }
}

BOOST_AUTO_TEST_CASE(what_is_late_comes_in_order_six_minutes_later) {
    Talk talk({FaultKind::delay, 2, {}});
    BOOST_TEST(take_all(*talk.ends.server) == "one");
    const Duration sent = seconds(1) + milliseconds(10);
    talk.town.loop.run_until(talk.begin + sent + minutes(6) - nanoseconds(1));
    BOOST_TEST(take_all(*talk.ends.server).empty());
    talk.town.loop.run_until(talk.begin + sent + minutes(6));
    BOOST_TEST(take_all(*talk.ends.server) == "twosix");
}

// The trace says what became of each byte, and because of what.
BOOST_AUTO_TEST_CASE(a_cut_is_told) {
    Talk talk({FaultKind::cut, 2, 1});
    const Lines wanted{
        "20ms alice: segment-sent 'one' <- 4",
        "30ms bob: segment-arrived 'one' <- 5",
        "1020ms alice: segment-sent 'two' <- 6",
        "1020ms nobody: segment-dropped 'wo' <- 7",
        "1020ms nobody: segment-injected '' 'the network's own' fin <- 8",
        "1020ms nobody: segment-injected '' 'the network's own' fin <- 9",
        "1030ms bob: segment-arrived 't' <- 7",
        "1030ms alice: segment-arrived '' fin <- 10",
        "1030ms bob: segment-arrived '' fin <- 9",
        "1520ms bob: segment-sent 'fine' <- 13",
        "1520ms nobody: segment-dropped 'fine' <- 14",
        "2020ms alice: segment-sent 'six' <- 15",
        "2020ms nobody: segment-dropped 'six' <- 16",
    };
    BOOST_TEST(talk.town.told(talk.opened) == wanted, each);
}

BOOST_AUTO_TEST_SUITE_END()
