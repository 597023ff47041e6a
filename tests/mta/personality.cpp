// The table of an MTA: each number against its documentation, and that each has an effect.
#include "sim/mta/personality.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "sim/mta/exim.hpp"
#include "sim/mta/opensmtpd.hpp"
#include "sim/mta/postfix.hpp"
#include "tests/mta/village.hpp"

using namespace core;
using mta::Counted;
using mta::Schedule;
using mta::SenderHabits;

namespace {

SenderHabits habits() { return mta::postfix_3_7().sender; }

void defers_all(sim::World& world, sim::Gateway& gateway) {
    mta::InboundSettings settings = gateway.inbound->settings();
    settings.smtp.script.replies["MAIL"] = smtp::Reply(450, "4.7.1 not now");
    world.receive(gateway, std::move(settings));
}

// Three hosts that take nothing: how many are asked in one attempt.
std::size_t sessions_of(const SenderHabits& sender) {
    Village v;
    mta::OutboundSettings settings;
    settings.habits = sender;
    settings.usual.wanted = policy::requirement_of(policy::Level::may);
    v.sender(std::move(settings));
    for (const char* host : {"mx1.bob.example", "mx2.bob.example", "mx3.bob.example"})
        defers_all(v.world, v.receiver(host, "bob.example"));
    v.send({"bob@bob.example"}, minutes(1));
    return v.events<trace::HostTried>().size();
}

std::vector<std::int64_t> gaps_in_minutes(const Schedule& schedule, std::size_t count) {
    std::vector<std::int64_t> out;
    Duration age, last;
    for (std::size_t i = 0; i < count; ++i) {
        last = schedule.gap(age, last);
        age = age + last;
        out.push_back(last.ns / minutes(1).ns);
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(personality)

// postconf(5) of Postfix 3.7: the parameter, its default, and what stands in the table.
BOOST_AUTO_TEST_CASE(postfix_has_its_documented_defaults) {
    const mta::Personality& postfix = mta::postfix_3_7();
    const smtp::ClientLimits& limits = postfix.sender.smtp.limits;
    const Schedule::Phase& phase = postfix.sender.schedule.phases.front();
    struct Time {
        const char* parameter;
        int seconds;
        Duration row;
    };
    const Time times[] = {
        {"smtp_connect_timeout", 30, postfix.sender.connect_limit},
        {"smtp_helo_timeout", 300, limits.greeting},
        {"smtp_helo_timeout", 300, limits.hello},
        {"smtp_starttls_timeout", 300, limits.starttls},
        {"smtp_starttls_timeout", 300, limits.handshake},
        {"smtp_mail_timeout", 300, limits.mail},
        {"smtp_rcpt_timeout", 300, limits.rcpt},
        {"smtp_data_init_timeout", 120, limits.data},
        {"smtp_data_done_timeout", 600, limits.end_of_data},
        {"minimal_backoff_time", 300, phase.first},
        {"maximal_backoff_time", 4000, phase.longest},
        {"minimal_backoff_time", 300, postfix.sender.clear_text.from_age},
        {"maximal_queue_lifetime", 5 * 86'400, postfix.sender.schedule.gives_up_after},
        {"smtpd_timeout", 300, postfix.receiver.smtp.idle},
        {"smtpd_starttls_timeout", 300, postfix.receiver.handshake_limit},
    };
    for (const Time& t : times) BOOST_TEST((t.row == seconds(t.seconds)), t.parameter);
    struct Number {
        const char* parameter;
        std::size_t wanted, row;
    };
    const Number numbers[] = {
        {"smtp_mx_session_limit", 2, static_cast<std::size_t>(postfix.sender.most_sessions)},
        {"smtp_mx_address_limit", 5, postfix.sender.most_addresses},
        {"smtpd_hard_error_limit", 20, static_cast<std::size_t>(postfix.receiver.smtp.most_errors)},
        {"smtpd_recipient_limit", 1000, postfix.receiver.smtp.most_recipients},
    };
    for (const Number& n : numbers) BOOST_TEST(n.row == n.wanted, n.parameter);
    // What is not Postfix's (docs/decisions/0009-personalities.md).
    BOOST_TEST((limits.quit == seconds(10)), "smtp_quit_timeout is 300 s");
    BOOST_TEST(postfix.receiver.most_hops == 100, "hopcount_limit is 50");
    BOOST_TEST((postfix.sender.counted == Counted::with_transaction));
    BOOST_TEST((postfix.sender.clear_text.fallback == policy::ClearFallback::later));
}

// Exim's spec, chapters 30 and 32; OpenSMTPD's smtpd.conf(5) and mta.c.
BOOST_AUTO_TEST_CASE(others_have_their_documented_defaults) {
    const SenderHabits &exim = mta::exim_4_96(), &opensmtpd = mta::opensmtpd_6_8();
    struct Time {
        const char* what;
        Duration wanted, row;
    };
    const Time times[] = {
        {"Exim connect_timeout", minutes(5), exim.connect_limit},
        {"Exim command_timeout", minutes(5), exim.smtp.limits.greeting},
        {"Exim command_timeout", minutes(5), exim.smtp.limits.data},
        {"Exim final_timeout", minutes(10), exim.smtp.limits.end_of_data},
        {"Exim, the last retry rule", days(4), exim.schedule.gives_up_after},
        {"OpenSMTPD queue ttl", days(4), opensmtpd.schedule.gives_up_after},
        {"OpenSMTPD session timeout", minutes(5), opensmtpd.smtp.limits.mail},
    };
    for (const Time& t : times) BOOST_TEST((t.row == t.wanted), t.what);
    BOOST_TEST(exim.most_sessions == 5, "hosts_max_try");
    BOOST_TEST((exim.counted == Counted::addresses));
    BOOST_TEST(opensmtpd.smtp.discards.contains("PIPELINING"));
    BOOST_TEST(!exim.knows.requiretls);
}

// hosts_max_try: what refuses the connection counts as well.
BOOST_AUTO_TEST_CASE(addresses_count_where_the_table_says_so) {
    SenderHabits other = mta::exim_4_96();
    other.most_sessions = 2;
    BOOST_TEST(sessions_of(other) == 2u);
}

BOOST_AUTO_TEST_CASE(sessions_are_counted_as_the_table_says) {
    SenderHabits other = habits();
    BOOST_TEST(sessions_of(other) == 2u);
    other.most_sessions = 1;
    BOOST_TEST(sessions_of(other) == 1u);
    other.most_sessions = 9;
    BOOST_TEST(sessions_of(other) == 3u);
}

BOOST_AUTO_TEST_CASE(sessions_without_tls_count_where_the_table_says_so) {
    for (const Counted counted : {Counted::all, Counted::with_transaction}) {
        Village v;
        mta::OutboundSettings settings;
        settings.habits.counted = counted;
        settings.usual.wanted = policy::requirement_of(policy::Level::encrypt);
        v.sender(std::move(settings));
        for (const char* host : {"mx1.bob.example", "mx2.bob.example", "mx3.bob.example"})
            v.receiver(host, "bob.example");
        v.send({"bob@bob.example"}, minutes(1));
        BOOST_TEST(v.events<trace::HostTried>().size() == (counted == Counted::all ? 2u : 3u));
    }
}

BOOST_AUTO_TEST_CASE(addresses_are_as_many_as_the_table_says) {
    for (const std::size_t most : {1u, 2u}) {
        Village v;
        mta::OutboundSettings settings;
        settings.habits.most_addresses = most;
        v.sender(std::move(settings));
        for (const char* host : {"mx1.bob.example", "mx2.bob.example", "mx3.bob.example"})
            v.receiver(host, "bob.example").inbound->listen(false);
        v.send({"bob@bob.example"}, minutes(1));
        BOOST_TEST(v.addresses_tried().size() == most);
    }
}

BOOST_AUTO_TEST_CASE(a_host_that_does_not_answer_is_left_when_the_table_says_so) {
    Village v;
    mta::OutboundSettings settings;
    settings.habits.smtp.limits.greeting = seconds(7);
    settings.habits.smtp.limits.quit = seconds(1);
    v.sender(std::move(settings));
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    struct Silent final : net::Listener {
        void accept(std::unique_ptr<net::Line> socket) override {
            sockets.push_back(std::move(socket));
        }
        std::vector<std::unique_ptr<net::Line>> sockets;
    } silent;
    v.world.network().host(bob.host).listeners[mta::smtp_port] = &silent;
    v.send({"bob@bob.example"}, seconds(6));
    BOOST_TEST(v.events<trace::MailDeferred>().empty());
    v.pass(seconds(3));
    BOOST_TEST_REQUIRE(v.events<trace::MailDeferred>().size() == 1u);
    BOOST_TEST((v.events<trace::MailDeferred>()[0].reason == Reason::timeout));
    v.world.network().host(bob.host).listeners.erase(mta::smtp_port);
}

// Debian's rule for Exim: F,2h,15m; G,16h,1h,1.5; F,4d,6h.
BOOST_AUTO_TEST_CASE(a_schedule_of_several_phases) {
    const Schedule& other = mta::exim_4_96().schedule;
    const std::vector<std::int64_t> wanted{15, 15, 15, 15,  15,  15,  15,
                                           15, 60, 90, 135, 202, 303, 455};
    std::vector<std::int64_t> gaps = gaps_in_minutes(other, 16);
    BOOST_TEST(gaps.back() == 360);
    gaps.resize(wanted.size());
    BOOST_TEST(gaps == wanted, boost::test_tools::per_element());
    const std::vector<std::int64_t> postfix{5, 10, 20, 40, 66, 66};
    BOOST_TEST(gaps_in_minutes(habits().schedule, 6) == postfix, boost::test_tools::per_element());
    // OpenSMTPD: 400 s times 1, 4, 9, 16, 25 behind the first attempt.
    const std::vector<std::int64_t> squares{400, 1600, 3600, 6400, 10'000};
    std::vector<std::int64_t> tries;
    Duration age, last;
    while (tries.size() < squares.size()) {
        last = mta::opensmtpd_6_8().schedule.gap(age, last);
        age = age + last;
        tries.push_back(age.ns / seconds(1).ns);
    }
    BOOST_TEST(tries == squares, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(clear_text_from_the_age_of_the_table) {
    Village v;
    mta::OutboundSettings settings;
    settings.habits.clear_text.from_age = seconds(0);
    v.sender(std::move(settings));
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    mta::InboundSettings broken = bob.inbound->settings();
    broken.smtp.starttls = smtp::Offer::offered;
    broken.breakage = tls::Breakage::drops;
    v.world.receive(bob, std::move(broken));
    v.send({"bob@bob.example"}, seconds(30));
    BOOST_TEST(v.events<trace::MailDelivered>().size() == 1u);
    BOOST_TEST(v.events<trace::Downgraded>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_receiver_speaks_in_the_words_of_its_table) {
    static mta::ReceiverHabits other = mta::postfix_3_7().receiver;
    other.texts.kept = {250, "OK id={}"};
    other.smtp.texts.greeting = {220, "{} at your service"};
    Village v;
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    mta::InboundSettings settings = bob.inbound->settings();
    settings.habits = &other;
    v.world.receive(bob, std::move(settings));
    v.send({"bob@bob.example"}, minutes(1));
    const std::vector<trace::ReplySent> said = v.events<trace::ReplySent>();
    BOOST_TEST_REQUIRE(!said.empty());
    BOOST_TEST(said.front().text == "220 mx.bob.example at your service");
    BOOST_TEST(v.events<trace::MailDelivered>().size() == 1u);
    BOOST_TEST(std::any_of(said.begin(), said.end(), [](const trace::ReplySent& e) {
        return e.text.starts_with("250 OK id=");
    }));
}

BOOST_AUTO_TEST_SUITE_END()
