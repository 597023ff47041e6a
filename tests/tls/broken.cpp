// Servers that promise TLS and do something else, as a client meets them.
#include "sim/tls/broken.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/tls/lab.hpp"

using namespace core;
using tls::Breakage;
using tls::Version;

namespace {

constexpr const char* ended = "the peer ended the connection in the middle";

struct Case {
    const char* name;
    Breakage how;
    bool takes_hello;
    const char* answer;  ///< The beginning of it.
    std::size_t size;
    const char* tls12;  ///< What a client of TLS 1.2 and 1.3, and one of TLS 1.3 alone, says.
    const char* tls13;
};
// RFC 8446 sections 4.1.3, 4.2.1 and 6.2; RFC 6176, 7568, 8996: what is older than TLS 1.2 is gone.
const Case cases[] = {
    {"drops", Breakage::drops, false, "", 0, ended, ended},
    {"drops after the hello", Breakage::drops_after_hello, true, "", 0, ended, ended},
    {"alerts", Breakage::alerts, true, "\x15\x03\x03", 7,
     "the peer sent the fatal alert handshake_failure (40)",
     "the peer sent the fatal alert handshake_failure (40)"},
    {"talks garbage", Breakage::talks_garbage, true, "Abandon", 38,
     "SSL - An invalid SSL record was received", "SSL - An invalid SSL record was received"},
    {"speaks SSL 2.0", Breakage::speaks_ssl2, true, "", 0, ended, ended},
    {"speaks SSL 3.0", Breakage::speaks_ssl3, true, "\x16\x03\x00", 47,
     "the server speaks SSL 3.0, which RFC 7568 forbids",
     "the server speaks SSL 3.0, which RFC 7568 forbids"},
    {"speaks TLS 1.0", Breakage::speaks_tls10, true, "\x16\x03\x01", 47,
     "SSL - Handshake protocol not within min/max boundaries",
     "SSL - A field in a message was incorrect or inconsistent with other fields"},
    {"speaks TLS 1.1", Breakage::speaks_tls11, true, "\x16\x03\x02", 47,
     "SSL - Handshake protocol not within min/max boundaries",
     "SSL - A field in a message was incorrect or inconsistent with other fields"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(broken)

BOOST_AUTO_TEST_CASE(a_client_says_what_it_met) {
    for (const Case& row : cases) {
        for (const Version lowest : {Version::tls12, Version::tls13}) {
            Lab lab;
            tls::Settings settings = lab.client();
            settings.lowest = lowest;
            Session s(lab, lab.server(), std::move(settings));
            Run server(lab.loop, break_handshake(s.wire.server, row.how));
            Run client(lab.loop, shakes(s.client));
            lab.settle();
            const char* const words = lowest == Version::tls12 ? row.tls12 : row.tls13;
            BOOST_TEST(client.words() == "TLS handshake failed: " + std::string(words),
                       row.name << ": " << client.words());
            BOOST_TEST((client.outcome->failure().reason == Reason::validation_failure));
            BOOST_TEST(server.words() == "ok", row.name);
            BOOST_TEST(s.wire.server.written().starts_with(row.answer), row.name);
            BOOST_TEST(s.wire.server.written().size() == row.size, row.name);
            BOOST_TEST((lab.loop.now() == world_begins));
            const auto failed = lab.events<trace::HandshakeFailed>();
            BOOST_TEST_REQUIRE(failed.size() == 1u);
            BOOST_TEST(failed[0].detail == words);
            BOOST_TEST(lab.events<trace::HandshakeFinished>().empty());
            BOOST_TEST(lab.events<trace::SecretMade>().empty());
        }
    }
}

// It answers a whole ClientHello, not a part of one.
BOOST_AUTO_TEST_CASE(it_waits_for_the_whole_hello) {
    const std::string hello("\x16\x03\x01\x01\x04", 5);
    for (const Case& row : cases) {
        Lab lab;
        Wire wire(lab.loop);
        Run server(lab.loop, break_handshake(wire.server, row.how));
        wire.server.arrive(hello + std::string(259, 'x'));
        lab.loop.run_until(world_begins + seconds(30));
        const bool done = !row.takes_hello;
        BOOST_TEST(server.outcome.has_value() == done, row.name);
        BOOST_TEST(wire.server.written() == "", row.name);
        wire.server.arrive("x");
        lab.loop.run_until(world_begins + seconds(31));
        BOOST_TEST(wire.server.written().size() == row.size, row.name);
        BOOST_TEST(server.outcome.has_value() == (row.size == 0), row.name);
    }
}

// A silent client does not hold it for ever.
BOOST_AUTO_TEST_CASE(it_gives_up_after_a_minute) {
    for (const Case& row : cases) {
        Lab lab;
        Wire wire(lab.loop);
        Run server(lab.loop, break_handshake(wire.server, row.how));
        lab.settle();
        BOOST_TEST(server.words() ==
                       (row.takes_hello ? "ClientHello: no answer within 1 min 0.0 s" : "ok"),
                   row.name << ": " << server.words());
        BOOST_TEST((lab.loop.now() - world_begins == (row.takes_hello ? minutes(1) : Duration{})));
    }
}

// Nor does one that stays after the answer.
BOOST_AUTO_TEST_CASE(it_waits_a_minute_for_the_client_to_go) {
    const std::string hello("\x16\x03\x01\x00\x01x", 6);
    for (const Case& row : cases) {
        Lab lab;
        Wire wire(lab.loop);
        Run server(lab.loop, break_handshake(wire.server, row.how));
        wire.server.arrive(hello);
        lab.settle();
        BOOST_TEST(
            server.words() == (row.size > 0 ? "the end: no answer within 1 min 0.0 s" : "ok"),
            row.name << ": " << server.words());
    }
}

BOOST_AUTO_TEST_SUITE_END()
