// When a mail is tried (docs/decisions/0002-retries.md; SMTP-22).
#include <boost/test/unit_test.hpp>

#include "tests/mta/village.hpp"

using namespace core;

namespace {

std::vector<std::int64_t> attempts_in_minutes(Village& v) {
    std::vector<std::int64_t> out;
    v.world.trace().each_of<trace::DeliveryStarted>(
        [&](const trace::Event& e, const trace::DeliveryStarted&) {
            out.push_back((e.at - world_begins).ns / minutes(1).ns);
        });
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schedule)

BOOST_AUTO_TEST_CASE(gaps_double_up_to_4000_seconds) {
    Village v;
    v.receiver("mx.bob.example", "bob.example").inbound->listen(false);
    v.send({"bob@bob.example"}, hours(5));
    // 0, +5, +10, +20, +40, +66:40, +66:40, ...
    const std::vector<std::int64_t> wanted{0, 5, 15, 35, 75, 141, 208, 275};
    BOOST_TEST(attempts_in_minutes(v) == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_last_attempt_is_made_when_the_time_is_up_and_then_it_bounces) {
    Village v;
    v.receiver("mx.bob.example", "bob.example").inbound->listen(false);
    mta::OutboundSettings settings;
    settings.habits.schedule.gives_up_after = minutes(20);
    v.sender(std::move(settings));
    v.send({"bob@bob.example"}, hours(5));
    const std::vector<std::int64_t> wanted{0, 5, 15, 20};
    BOOST_TEST(attempts_in_minutes(v) == wanted, boost::test_tools::per_element());
    BOOST_TEST(v.events<trace::MailDeferred>().size() == 3u);
    BOOST_TEST_REQUIRE(v.events<trace::MailBounced>().size() == 1u);
    BOOST_TEST((v.events<trace::MailBounced>()[0].reason == Reason::connection_refused));
}

// docs/decisions/0002-retries.md: to the nanosecond, and no mail is given up without a last try.
BOOST_AUTO_TEST_CASE(the_last_attempt_is_made_exactly_after_five_days) {
    Village v;
    v.receiver("mx.bob.example", "bob.example").inbound->listen(false);
    v.send({"bob@bob.example"}, days(6));
    std::vector<Instant> started;
    v.world.trace().each_of<trace::DeliveryStarted>(
        [&](const trace::Event& e, const auto&) { started.push_back(e.at); });
    BOOST_TEST_REQUIRE(started.size() > 100u);
    BOOST_TEST((started.back() == world_begins + days(5)));
    BOOST_TEST((started[started.size() - 2] < world_begins + days(5)));
    BOOST_TEST(v.events<trace::MailBounced>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(each_deferral_says_when_it_is_tried_next) {
    Village v;
    v.receiver("mx.bob.example", "bob.example").inbound->listen(false);
    v.send({"bob@bob.example"}, hours(4));
    std::vector<std::int64_t> gaps;
    v.world.trace().each_of<trace::MailDeferred>(
        [&](const trace::Event& e, const trace::MailDeferred& deferred) {
            gaps.push_back((deferred.next_try - e.at).ns / seconds(1).ns);
        });
    const std::vector<std::int64_t> wanted{300, 600, 1200, 2400, 4000, 4000};
    BOOST_TEST_REQUIRE(gaps.size() >= wanted.size());
    gaps.resize(wanted.size());
    BOOST_TEST(gaps == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_first_gap_beyond_the_longest_stays_as_it_is) {
    Village v;
    v.receiver("mx.bob.example", "bob.example").inbound->listen(false);
    mta::OutboundSettings settings;
    settings.habits.schedule.phases.front().first = hours(2);
    v.sender(std::move(settings));
    v.send({"bob@bob.example"}, hours(7));
    const std::vector<std::int64_t> wanted{0, 120, 240, 360};
    BOOST_TEST(attempts_in_minutes(v) == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_flush_tries_at_once_and_keeps_the_schedule_going) {
    Village v;
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    bob.inbound->listen(false);
    v.send({"bob@bob.example"}, minutes(1));
    v.alice->outbound->flush();
    v.pass(minutes(1));
    BOOST_TEST(attempts_in_minutes(v).size() == 2u);
    bob.inbound->listen(true);
    v.pass(minutes(11));
    BOOST_TEST(v.events<trace::MailDelivered>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_held_mail_is_first_tried_after_its_time) {
    Village v;
    v.receiver("mx.bob.example", "bob.example");
    smtp::Message message;
    message.id = v.world.next_mail();
    message.envelope = {"alice@alice.example", {"bob@bob.example"}};
    message.content = "Subject: later\r\n\r\nLater.\r\n";
    v.alice->outbound->submit(std::move(message), "<1@alice.example>", minutes(10));
    v.pass(hours(1));
    BOOST_TEST(attempts_in_minutes(v) == std::vector<std::int64_t>{10},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(recipients_of_two_domains_have_fates_of_their_own) {
    Village v;
    v.receiver("mx.bob.example", "bob.example");
    v.receiver("mx.carol.example", "carol.example").inbound->listen(false);
    v.send({"bob@bob.example", "carol@carol.example"}, minutes(2));
    BOOST_TEST_REQUIRE(v.events<trace::MailDelivered>().size() == 1u);
    BOOST_TEST(v.events<trace::MailDelivered>()[0].recipient == "bob@bob.example");
    BOOST_TEST_REQUIRE(v.events<trace::MailDeferred>().size() == 1u);
    BOOST_TEST(v.events<trace::MailDeferred>()[0].recipient == "carol@carol.example");
    v.pass(minutes(20));
    BOOST_TEST(v.events<trace::MailDelivered>().size() == 1u, "bob's is not sent again");
}

BOOST_AUTO_TEST_SUITE_END()
