// The cache of MTA-STS policies and its upkeep, fetch by fetch: RFC 8461 sections 3.3 and 5.1.
#include "sim/mta/mta_sts.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "tests/mta/village.hpp"

using namespace core;

namespace {

// bob.example has a policy, and no host that takes mail: what is sent there only asks for it.
struct Office : Village {
    Office() {
        receiver("mx.bob.example", "bob.example").inbound->listen(false);
        mta::OutboundSettings settings;
        settings.mta_sts = mta::MtaSts::followed;
        settings.habits.schedule.gives_up_after = {};  // one attempt a mail
        sender(std::move(settings));
        tls::CertificateWish wish;
        wish.owner = "mta-sts.bob.example";
        wish.authority = "Lab Root CA";
        wish.names = {wish.owner};
        wish.valid_from = world_begins - days(1);
        wish.valid_until = world_begins + days(900);
        shown.tls.identity = world.mint().issue(wish);
    }
    void publish(const std::string& id, const std::string& mode, Duration max_age) {
        world.zones().remove("_mta-sts.bob.example", dns::Type::TXT);
        record(fmt::format("_mta-sts.bob.example IN TXT \"v=STSv1; id={};\"", id));
        shown.body = fmt::format("version: STSv1\nmode: {}\nmx: mx.bob.example\nmax_age: {}\n",
                                 mode, max_age.ns / seconds(1).ns);
        world.show_policy("bob.example", shown);
    }
    void host_fails(bool does) {
        shown.answer = does ? mta::PolicyHostSettings::Answer::status
                            : mta::PolicyHostSettings::Answer::as_it_should;
        shown.status = does ? 500 : 200;
        world.show_policy("bob.example", shown);
    }
    /// "enforce fresh", as the last mail met it.
    std::string met() {
        send({"bob@bob.example"}, seconds(30));
        const auto applied = events<trace::StsApplied>();
        ENSURE(!applied.empty());
        return fmt::format("{} {}", applied.back().mode, applied.back().source);
    }
    std::size_t fetches() const { return events<trace::StsFetched>().size(); }
    std::size_t alerts() const { return events<trace::AdminAlerted>().size(); }
    mta::PolicyHostSettings shown;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(policies)

// STS-05: RFC 8461 sections 3.2 and 3.3 spell the place out.
BOOST_AUTO_TEST_CASE(the_policy_is_asked_for_where_the_rfc_says) {
    Office o;
    o.publish("1", "enforce", days(7));
    BOOST_TEST(o.met() == "enforce fresh");
    const auto asked = o.events<trace::HttpRequestSent>();
    BOOST_TEST_REQUIRE(asked.size() == 1u);
    BOOST_TEST(asked[0].method == "GET");
    BOOST_TEST(asked[0].url == "https://mta-sts.bob.example/.well-known/mta-sts.txt");
    BOOST_TEST(asked[0].body_size == 0u);
    int at_443 = 0;
    for (const auto& e : o.events<trace::ConnectionAsked>()) at_443 += e.port == 443;
    BOOST_TEST(at_443 == 1);
}

// STS-08: what was fetched is kept as a policy alone. A new id is asked for anew, at the same URL,
// a moment later; there is no HTTP cache that could answer.
BOOST_AUTO_TEST_CASE(a_fetch_is_never_answered_by_a_cache_of_http) {
    Office o;
    for (const char* const id : {"1", "2", "3"}) {
        o.publish(id, "enforce", days(7));
        BOOST_TEST(o.met() == "enforce fresh");
    }
    BOOST_TEST(o.events<trace::HttpRequestSent>().size() == 3u);
    BOOST_TEST(o.events<trace::HttpResponseSent>().size() == 3u);
}

// STS-18.
BOOST_AUTO_TEST_CASE(only_a_new_id_is_fetched) {
    Office o;
    o.publish("1", "testing", days(7));
    BOOST_TEST(o.met() == "testing fresh");
    o.publish("1", "enforce", days(7));
    BOOST_TEST(o.met() == "testing cache");
    BOOST_TEST(o.fetches() == 1u);
    o.publish("2", "enforce", days(7));
    BOOST_TEST(o.met() == "enforce fresh");
    BOOST_TEST(o.met() == "enforce cache");
    BOOST_TEST(o.fetches() == 2u);
}

// STS-16: each day, whether mail is sent or not.
BOOST_AUTO_TEST_CASE(a_policy_is_refreshed_each_day) {
    Office o;
    o.publish("1", "enforce", days(7));
    BOOST_TEST(o.met() == "enforce fresh");
    o.pass(days(10));
    BOOST_TEST(o.fetches() == 11u);
    BOOST_TEST(o.alerts() == 0u);
}

BOOST_AUTO_TEST_CASE(a_short_policy_is_refreshed_when_half_its_time_is_over) {
    Office o;
    o.publish("1", "enforce", hours(2));
    BOOST_TEST(o.met() == "enforce fresh");
    o.pass(minutes(59));
    BOOST_TEST(o.fetches() == 1u);
    o.pass(minutes(1));
    BOOST_TEST(o.fetches() == 2u);
}

// STS-17: an alert a day for as long as the policy lives, and none where it is of mode none.
BOOST_AUTO_TEST_CASE(a_refresh_that_fails_is_an_alert) {
    for (const std::string mode : {"enforce", "testing", "none"}) {
        Office o;
        o.publish("1", mode, days(7));
        BOOST_TEST(o.met() == mode + " fresh");
        o.host_fails(true);
        o.pass(days(3) + hours(1));
        BOOST_TEST(o.fetches() == 4u, mode);
        BOOST_TEST(o.alerts() == (mode == "none" ? 0u : 3u), mode);
        BOOST_TEST(o.met() == mode + " cache");
        o.pass(days(30));
        BOOST_TEST(o.fetches() <= 8u, mode);  // an expired policy is not tended
        o.host_fails(false);
        BOOST_TEST(o.met() == mode + " fresh");
    }
}

// F20: nothing to tend.
BOOST_AUTO_TEST_CASE(a_policy_with_max_age_0_is_fetched_for_each_mail) {
    Office o;
    o.publish("1", "enforce", {});
    BOOST_TEST(o.met() == "enforce fresh");
    BOOST_TEST(o.met() == "enforce fresh");
    o.pass(days(3));
    BOOST_TEST(o.fetches() == 2u);
    BOOST_TEST(o.alerts() == 0u);
}

// F21, STS-11: five minutes for each id.
BOOST_AUTO_TEST_CASE(a_failed_fetch_is_not_repeated_within_five_minutes) {
    Office o;
    o.publish("1", "enforce", days(7));
    o.host_fails(true);
    for (int i = 0; i < 9; ++i) BOOST_TEST(o.met() == "none none");  // 30 seconds each
    BOOST_TEST(o.fetches() == 1u);
    o.publish("2", "enforce", days(7));
    BOOST_TEST(o.met() == "none none");
    BOOST_TEST(o.fetches() == 2u);
    o.pass(minutes(5));
    BOOST_TEST(o.met() == "none none");
    BOOST_TEST(o.fetches() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
