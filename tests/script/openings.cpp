// Connections that are not opened: what a scenario does to them, and how the sender tells it.
#include <boost/test/unit_test.hpp>

#include <set>

#include "harness/script/setting.hpp"
#include "harness/script/stage.hpp"
#include "sim/world.hpp"
#include "tests/script/cases.hpp"

using namespace core;
using namespace trace;

namespace {

constexpr const char* timed_out = "connect to 192.0.2.3: Connection timed out";
constexpr const char* refused = "connect to 192.0.2.3: Connection refused";

struct Row {
    const char* act;  ///< Before the mail is sent.
    const char* reason;
    const char* told;        ///< By the sender.
    Duration after;          ///< So long after it was asked for, each connection has failed.
    std::size_t blocked_by;  ///< Connections that Mallory is seen to block in each attempt.
};

// A point in the middle of the path answers after half of it.
const Row rows[] = {
    {"mallory:blocks \"smtp\"", "timeout", timed_out, seconds(30), 1},
    {"mallory:blocks(\"smtp\", { how = \"resets\" })", "connection-refused", refused,
     milliseconds(10), 1},
    {"bob:changes { listens = false }", "connection-refused", refused, milliseconds(20), 0},
    {"bob:goes_down()", "timeout", timed_out, seconds(30), 0},
    {"link { between = { alice, bob }, down = 'both ways' }", "timeout", timed_out, seconds(30), 0},
    {"link { between = { alice, bob }, down = alice }", "timeout", timed_out, seconds(30), 0},
    // He meets whom he refuses, and whom he lets starve, though nobody is behind him.
    {"bob:goes_down() mallory:blocks(\"smtp\", { how = \"resets\" })", "connection-refused",
     refused, milliseconds(10), 1},
    {"bob:changes { listens = false } mallory:blocks \"smtp\"", "timeout", timed_out, seconds(30),
     1},
};

std::string scenario(const Row& row) {
    return std::string("scenario('case', function()\n") +
           "local alice = sender 'mail.alice.example' {}\n"
           "local bob = receiver 'mx.bob.example' {}\n"
           "local mallory = attacker 'mallory' { between = { alice, bob } }\n" +
           row.act +
           "\nlocal mail = alice:sends { to = 'bob@bob.example' }\n"
           "after '10 minutes'\n"
           "expect(mail).is 'deferred'\n"
           "expect(mail).because '" +
           row.reason +
           "'\n"
           "expect(mail).code '4.4.1'\n"
           "expect(mail).attempts(2)\n"
           "expect(bob).kept { count = 0 }\n"
           "expect(mallory).never_read(mail)\n"
           "end)\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(openings)

BOOST_AUTO_TEST_CASE(each_way_to_keep_a_connection_from_opening) {
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.act) {
            const script::Performance played =
                script::play_text(scenario(row), "case.lua", "case", script::Setting{});
            BOOST_TEST_REQUIRE((played.ending == script::Ending::passed),
                               (played.mistake ? played.mistake->message : "no mistake"));
            const Trace& trace = played.stage->world().trace();
            std::size_t opened = 0, blocked = 0;
            std::map<ConnectionId, Instant> asked;
            std::vector<std::int64_t> took;
            std::set<std::string_view> reasons, details;
            trace.each_of<ConnectionOpened>([&](const auto&, const auto&) { ++opened; });
            trace.each_of<ConnectionBlocked>([&](const auto&, const auto&) { ++blocked; });
            trace.each_of<ConnectionAsked>(
                [&](const Event& e, const ConnectionAsked& a) { asked[a.connection] = e.at; });
            trace.each_of<ConnectionFailed>([&](const Event& e, const ConnectionFailed& f) {
                took.push_back((e.at - asked[f.connection]).ns);
                reasons.insert(word(f.reason));
            });
            trace.each_of<MailDeferred>(
                [&](const auto&, const MailDeferred& m) { details.insert(m.detail); });
            BOOST_TEST(opened == 0u);
            BOOST_TEST(blocked == 2 * row.blocked_by);
            BOOST_TEST(took == std::vector<std::int64_t>(2, row.after.ns),
                       boost::test_tools::per_element());
            BOOST_TEST(reasons == std::set<std::string_view>{row.reason},
                       boost::test_tools::per_element());
            BOOST_TEST(details == std::set<std::string_view>{row.told},
                       boost::test_tools::per_element());
        }
    }
}

// Between the 15th second and the 30th no SYN goes; the one of the 7th meets nobody any more.
BOOST_AUTO_TEST_CASE(an_attacker_who_leaves_lets_the_next_syn_pass) {
    const std::string text = R"(scenario('case', function()
        local alice = sender 'mail.alice.example' {}
        local bob = receiver 'mx.bob.example' {}
        local mallory = attacker 'mallory' { between = { alice, bob } }
        mallory:blocks 'smtp'
        local mail = alice:sends { to = 'bob@bob.example' }
        after '5 seconds'
        mallory:leaves()
        after '5 seconds'
        expect(mail).is 'delivered'
        expect(mail).attempts(1)
    end))";
    BOOST_TEST(outcome_of(text) == "passes");
}

BOOST_AUTO_TEST_SUITE_END()
