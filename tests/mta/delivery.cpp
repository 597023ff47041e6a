// One attempt: which hosts it tries, what it makes of their replies, and clear text after a failed
// handshake.
#include "sim/mta/delivery.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/trace/encode.hpp"
#include "tests/mta/village.hpp"

using namespace core;
using trace::MailBounced;
using trace::MailDeferred;
using trace::MailDelivered;

namespace {

using Change = void (*)(mta::InboundSettings&);

sim::Gateway& receiver(Village& v, const std::string& host, std::uint16_t preference,
                       Change change) {
    sim::Gateway& gateway = v.receiver(host, "bob.example", preference);
    mta::InboundSettings settings = gateway.inbound->settings();
    change(settings);
    v.world.receive(gateway, std::move(settings));
    return gateway;
}

void defers_all(mta::InboundSettings& s) {
    s.smtp.script.replies["MAIL"] = smtp::Reply(450, "4.7.1 not now");
}
void well(mta::InboundSettings&) {}

// It offers STARTTLS, with a certificate of its own.
void with_tls(Village& v, sim::Gateway& gateway, Change change) {
    mta::InboundSettings settings = gateway.inbound->settings();
    settings.smtp.starttls = smtp::Offer::offered;
    tls::CertificateWish wish;
    wish.owner = gateway.name;
    wish.names = {gateway.name};
    wish.valid_from = v.world.loop().begins() - days(1);
    wish.valid_until = v.world.loop().begins() + days(1);
    settings.tls.identity = v.world.mint().issue(wish);
    change(settings);
    v.world.receive(gateway, std::move(settings));
}

std::vector<std::string> hosts_tried(const Village& v) {
    std::vector<std::string> out;
    for (const trace::HostTried& e : v.events<trace::HostTried>()) out.emplace_back(e.server);
    return out;
}

mta::OutboundSettings level(policy::Level wanted) {
    mta::OutboundSettings settings;
    settings.usual.wanted = policy::requirement_of(wanted);
    return settings;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery)

// Postfix's smtp_mx_session_limit; hosts that are not reached do not count (see routing.cpp).
BOOST_AUTO_TEST_CASE(two_sessions_are_enough_for_one_attempt) {
    Village v;
    receiver(v, "mx1.bob.example", 10, defers_all);
    receiver(v, "mx2.bob.example", 20, defers_all);
    receiver(v, "mx3.bob.example", 30, well);
    v.send({"bob@bob.example"}, minutes(1));
    const std::vector<std::string> wanted{"mx1.bob.example", "mx2.bob.example"};
    BOOST_TEST(hosts_tried(v) == wanted, boost::test_tools::per_element());
    BOOST_TEST(v.events<MailDeferred>().size() == 1u);
}

// TLS-06: what the sender says behind STARTTLS is a TLS handshake record and nothing else: content
// type 22 and the version that records begin with (RFC 8446 section 5.1).
BOOST_AUTO_TEST_CASE(behind_220_comes_the_handshake) {
    Village v;
    v.sender(level(policy::Level::encrypt));
    with_tls(v, v.receiver("mx.bob.example", "bob.example", 10), well);
    v.send({"bob@bob.example"}, minutes(1));
    std::string said;
    for (const auto& e : v.events<trace::SegmentSent>())
        if (e.way == trace::Way::to_server) said += e.bytes;
    const std::string last = "STARTTLS\r\n";
    const std::size_t at = said.find(last);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    const std::string behind = said.substr(at + last.size(), 6);
    BOOST_TEST_REQUIRE(behind.size() == 6u);
    BOOST_TEST(behind.substr(0, 2) == "\x16\x03");
    BOOST_TEST(int{behind[5]} == 1);  // ClientHello
    BOOST_TEST(v.events<MailDelivered>().size() == 1u);
}

// docs/decisions/0009-personalities.md, "sessions".
BOOST_AUTO_TEST_CASE(sessions_in_which_tls_is_not_to_be_had_do_not_count) {
    Village v;
    v.sender(level(policy::Level::encrypt));
    for (const char* host : {"mx1.bob.example", "mx2.bob.example", "mx3.bob.example"})
        receiver(v, host, 10, well);
    v.send({"bob@bob.example"}, minutes(1));
    BOOST_TEST(hosts_tried(v).size() == 3u);
    BOOST_TEST_REQUIRE(v.events<MailDeferred>().size() == 1u);
    BOOST_TEST((v.events<MailDeferred>()[0].reason == Reason::starttls_not_supported));
}

// What the first of two hosts says, and where the mail goes.
struct Case {
    const char* name;
    Change first;
    std::size_t tried;
    const char* fate;
};
const Case cases[] = {
    {"well", well, 1, "delivered"},
    {"busy greeting",
     [](mta::InboundSettings& s) { s.smtp.script.replies["greeting"] = smtp::Reply(421, "busy"); },
     2, "delivered"},
    {"greeting that takes no mail (RFC 5321 section 4.3.2)",
     [](mta::InboundSettings& s) { s.smtp.script.replies["greeting"] = smtp::Reply(554, "no"); }, 2,
     "delivered"},
    {"sender deferred", defers_all, 2, "delivered"},
    {"sender refused (SMTP-18)",
     [](mta::InboundSettings& s) { s.smtp.script.replies["MAIL"] = smtp::Reply(550, "5.7.1 no"); },
     1, "bounced 5.7.1"},
    {"recipient deferred",
     [](mta::InboundSettings& s) {
         s.smtp.script.replies["RCPT"] = smtp::Reply(450, "4.2.0 busy");
     },
     2, "delivered"},
    {"recipient refused (SMTP-18)",
     [](mta::InboundSettings& s) { s.smtp.script.replies["RCPT"] = smtp::Reply(550, "5.1.1 no"); },
     1, "bounced 5.1.1"},
    {"DATA deferred",
     [](mta::InboundSettings& s) { s.smtp.script.replies["DATA"] = smtp::Reply(451, "4.3.0 no"); },
     2, "delivered"},
    {"DATA refused",
     [](mta::InboundSettings& s) { s.smtp.script.replies["DATA"] = smtp::Reply(554, "5.5.1 no"); },
     1, "bounced 5.5.1"},
    {"end of data deferred",
     [](mta::InboundSettings& s) {
         s.smtp.script.replies["end of data"] = smtp::Reply(451, "4.3.0 no");
     },
     2, "delivered"},
    {"end of data refused",
     [](mta::InboundSettings& s) {
         s.smtp.script.replies["end of data"] = smtp::Reply(554, "5.7.1 spam");
     },
     1, "bounced 5.7.1"},
    {"connection lost (SMTP-16)",
     [](mta::InboundSettings& s) { s.smtp.script.hangs_up.insert("RCPT"); }, 2, "delivered"},
    {"too large for it (EXT-05)", [](mta::InboundSettings& s) { s.smtp.largest = 10; }, 1,
     "bounced 5.3.4"},
};

BOOST_AUTO_TEST_CASE(what_the_first_host_says_decides_about_the_second) {
    for (const Case& c : cases) {
        Village v;
        receiver(v, "mx1.bob.example", 10, c.first);
        receiver(v, "mx2.bob.example", 20, well);
        v.send({"bob@bob.example"}, minutes(2));
        BOOST_TEST(hosts_tried(v).size() == c.tried, c.name);
        std::string fate = "pending";
        if (!v.events<MailDelivered>().empty()) fate = "delivered";
        for (const MailBounced& e : v.events<MailBounced>())
            fate = "bounced " + std::string(e.code);
        BOOST_TEST(fate == c.fate, c.name << ": " << fate);
    }
}

BOOST_AUTO_TEST_CASE(recipients_may_be_taken_by_different_hosts) {
    Village v;
    receiver(v, "mx1.bob.example", 10, [](mta::InboundSettings& s) {
        s.smtp.script.replies["RCPT"] = smtp::Reply(450, "4.2.0 busy");
    });
    sim::Gateway& second = receiver(v, "mx2.bob.example", 20, well);
    v.send({"bob@bob.example", "carol@bob.example"}, minutes(1));
    BOOST_TEST(v.events<MailDelivered>().size() == 2u);
    BOOST_TEST_REQUIRE(second.inbound->mailbox().size() == 1u, "one copy for both");
    BOOST_TEST(second.inbound->mailbox()[0].envelope.recipients.size() == 2u);
}

// SMTP-18: who was refused for good is not asked for again, whatever becomes of the others.
BOOST_AUTO_TEST_CASE(a_recipient_refused_for_good_bounces_though_the_data_is_deferred) {
    Village v;
    receiver(v, "mx.bob.example", 10, [](mta::InboundSettings& s) {
        s.users = {"bob"};
        s.smtp.script.replies["end of data"] = smtp::Reply(451, "4.3.0 later");
    });
    v.send({"bob@bob.example", "nobody@bob.example"}, minutes(1));
    BOOST_TEST_REQUIRE(v.events<MailBounced>().size() == 1u);
    BOOST_TEST(v.events<MailBounced>()[0].recipient == "nobody@bob.example");
    BOOST_TEST(v.events<MailBounced>()[0].code == "5.1.1");
    BOOST_TEST_REQUIRE(v.events<MailDeferred>().size() == 1u);
    BOOST_TEST(v.events<MailDeferred>()[0].recipient == "bob@bob.example");
}

BOOST_AUTO_TEST_CASE(a_recipient_of_another_domain_is_not_touched_by_a_refusal) {
    Village v;
    receiver(v, "mx.bob.example", 10, [](mta::InboundSettings& s) {
        s.smtp.script.replies["end of data"] = smtp::Reply(554, "5.7.1 spam");
    });
    v.receiver("mx.carol.example", "carol.example");
    v.send({"bob@bob.example", "carol@carol.example"}, minutes(1));
    BOOST_TEST(v.events<MailBounced>().size() == 1u);
    BOOST_TEST_REQUIRE(v.events<MailDelivered>().size() == 1u);
    BOOST_TEST(v.events<MailDelivered>()[0].recipient == "carol@carol.example");
}

// docs/decisions/0009-personalities.md, "clear text": level may, TLS offered and then broken.
BOOST_AUTO_TEST_CASE(clear_text_comes_with_the_attempt_at_300_seconds) {
    for (const bool flushed : {false, true}) {
        Village v;
        v.sender(level(policy::Level::may));
        receiver(v, "mx.bob.example", 10, [](mta::InboundSettings& s) {
            s.smtp.starttls = smtp::Offer::offered;
            s.breakage = tls::Breakage::drops;
        });
        v.send({"bob@bob.example"}, seconds(299));
        BOOST_TEST(v.events<MailDeferred>().size() == 1u);
        if (flushed) v.alice->outbound->flush();
        v.pass(milliseconds(900));
        BOOST_TEST(v.events<MailDelivered>().empty());
        BOOST_TEST(v.events<trace::Downgraded>().empty());
        v.pass(hours(1));
        BOOST_TEST(v.events<MailDelivered>().size() == 1u);
        BOOST_TEST(v.events<trace::Downgraded>().size() == 1u, "never silent");
        BOOST_TEST(v.events<trace::DeliveryStarted>().size() == (flushed ? 3u : 2u));
    }
}

// A demand that does not go along is never dropped in silence.
BOOST_AUTO_TEST_CASE(a_relaxed_requiretls_is_told) {
    for (const bool relaxed : {false, true}) {
        Village v;
        mta::OutboundSettings settings = level(policy::Level::may);
        settings.relays_to.host = "mx.bob.example";
        if (relaxed) settings.requiretls = mta::RequireTlsWay::relaxed;
        const sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example", 10);
        settings.usual.tls.trust = v.world.mint().trust({tls::lab_root});
        v.sender(std::move(settings));
        with_tls(v, *v.world.find_gateway(bob.name), [](mta::InboundSettings&) {});
        sim::Gateway& host = *v.world.find_gateway(bob.name);
        mta::InboundSettings inbound = host.inbound->settings();
        tls::CertificateWish wish;
        wish.owner = bob.name;
        wish.authority = tls::lab_root;
        wish.names = {bob.name};
        wish.valid_from = v.world.loop().begins() - days(1);
        wish.valid_until = v.world.loop().begins() + days(1);
        inbound.tls.identity = v.world.mint().issue(wish);
        v.world.receive(host, std::move(inbound));
        smtp::Message message;
        message.id = v.world.next_mail();
        message.envelope = {"alice@alice.example", {"bob@bob.example"}, smtp::RequireTls::yes};
        message.content = "Subject: figures\r\n\r\nEleven million.\r\n";
        v.alice->outbound->submit(std::move(message), "<1@alice.example>");
        v.pass(minutes(1));
        int told = 0;
        for (const trace::PolicyJudged& e : v.events<trace::PolicyJudged>())
            told += e.why.starts_with("REQUIRETLS, relaxed: ") &&
                    e.ruling == trace::Ruling::accepted && e.peer == trace::Peer::verified;
        BOOST_TEST(told == (relaxed ? 1 : 0));
        BOOST_TEST(v.events<MailDelivered>().size() == (relaxed ? 1u : 0u));
        BOOST_TEST(v.events<MailBounced>().size() == (relaxed ? 0u : 1u));
    }
}

// What an MTA takes for a failure of TLS is a row of its table.
BOOST_AUTO_TEST_CASE(a_session_lost_inside_tls_leads_to_clear_text_where_the_table_says_so) {
    for (const bool lost_counts : {true, false}) {
        Village v;
        mta::OutboundSettings settings = level(policy::Level::may);
        settings.habits.clear_text.fallback = policy::ClearFallback::reconnect;
        if (!lost_counts) settings.habits.clear_text.causes = {policy::TlsFailure::handshake};
        v.sender(std::move(settings));
        with_tls(v, v.receiver("mx.bob.example", "bob.example", 10),
                 [](mta::InboundSettings& s) { s.smtp.script_in_tls.hangs_up.insert("MAIL"); });
        v.send({"bob@bob.example"}, minutes(1));
        BOOST_TEST(v.events<trace::Downgraded>().size() == (lost_counts ? 1u : 0u));
        BOOST_TEST(v.events<MailDelivered>().size() == (lost_counts ? 1u : 0u));
        BOOST_TEST(v.events<MailDeferred>().size() == (lost_counts ? 0u : 1u));
    }
}

BOOST_AUTO_TEST_CASE(levels_that_demand_tls_never_fall_back) {
    for (const policy::Level wanted : {policy::Level::encrypt, policy::Level::verify}) {
        Village v;
        mta::OutboundSettings settings = level(wanted);
        settings.habits.clear_text.fallback = policy::ClearFallback::reconnect;
        v.sender(std::move(settings));
        receiver(v, "mx.bob.example", 10, [](mta::InboundSettings& s) {
            s.smtp.starttls = smtp::Offer::offered;
            s.breakage = tls::Breakage::drops;
        });
        v.send({"bob@bob.example"}, hours(2));
        BOOST_TEST(v.events<MailDelivered>().empty());
        BOOST_TEST(v.events<trace::ContentSent>().empty());
        BOOST_TEST(v.events<MailDeferred>().size() > 2u);
    }
}

// In a world that begins at another time the mail, its certificates and the authority above them
// are of that time, and people are told how long it took since then.
BOOST_AUTO_TEST_CASE(a_world_may_begin_at_another_time) {
    const Instant begins{1'935'878'400'000'000'000};
    Village v(1, begins);
    sim::Gateway& bob = receiver(v, "mx.bob.example", 10, well);
    mta::InboundSettings settings = bob.inbound->settings();
    settings.smtp.starttls = smtp::Offer::offered;
    tls::CertificateWish wish;
    wish.owner = bob.name;
    wish.authority = tls::lab_root;
    wish.names = {bob.name};
    wish.valid_from = begins - days(1);
    wish.valid_until = begins + days(1);
    settings.tls.identity = v.world.mint().issue(wish);
    v.world.receive(bob, std::move(settings));
    v.sender(level(policy::Level::verify));
    v.send({"bob@bob.example"}, minutes(1));
    BOOST_TEST(v.events<MailDelivered>().size() == 1u);
    const auto seen = v.events<trace::CertificateSeen>();
    BOOST_TEST_REQUIRE(!seen.empty());
    BOOST_TEST(seen.front().trust == "trusted");
    BOOST_TEST_REQUIRE(bob.inbound->mailbox().size() == 1u);
    const std::string& content = bob.inbound->mailbox().front().content;
    BOOST_TEST(content.find("; Wed, 07 May 2031 00:") != std::string::npos, content);
    const trace::Trace& trace = v.world.trace();
    BOOST_TEST((trace.at(1).at == begins));
    BOOST_TEST(trace::text_line(trace, trace.at(1)).find(" 0.000 s ") != std::string::npos);
    v.pass(days(2));
    v.send({"bob@bob.example"}, minutes(1));
    BOOST_TEST(v.events<MailDelivered>().size() == 1u, "the certificate has expired by then");
}

BOOST_AUTO_TEST_SUITE_END()
