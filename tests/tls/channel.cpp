// What two channels agree on, what they tell the trace, and how a session ends.
#include "sim/tls/channel.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

#include "sim/tls/floor.hpp"
#include "tests/tls/lab.hpp"

using namespace core;
using tls::Version;

namespace {

tls::Settings speaking(tls::Settings settings, Version lowest, Version highest) {
    settings.lowest = lowest;
    settings.highest = highest;
    return settings;
}

// A side offers the versions that its suites belong to.
tls::Settings with_ciphers(tls::Settings settings, const std::vector<std::string>& names) {
    bool old = names.empty(), recent = names.empty();
    for (const std::string& name : names) {
        const auto number = tls::cipher_number(name);
        BOOST_TEST_REQUIRE(number.has_value());
        settings.ciphers.push_back(*number);
        (tls::is_tls13(*number) ? recent : old) = true;
    }
    return speaking(std::move(settings), old ? Version::tls12 : Version::tls13,
                    recent ? Version::tls13 : Version::tls12);
}

std::string labels(const Lab& lab) {
    std::string out;
    for (const trace::SecretMade& e : lab.events<trace::SecretMade>())
        out += (out.empty() ? "" : " ") + std::string(e.label);
    return out;
}

// TLS events in order, each with its side.
std::string story(const Lab& lab) {
    std::string out;
    lab.trace.each([&](const trace::Event& e) {
        if (const auto* started = e.as<trace::HandshakeStarted>())
            out += "started " + std::string(started->side) + "\n";
        if (const auto* done = e.as<trace::HandshakeFinished>())
            out += "finished " + std::string(done->side) + " " + std::string(done->version) + " " +
                   std::string(word(done->certainty)) + "\n";
        if (const auto* failed = e.as<trace::HandshakeFailed>())
            out += "failed " + std::string(failed->side) + "\n";
        if (e.as<trace::CertificateSeen>() != nullptr) out += "certificate\n";
    });
    return out;
}

std::string numbered(std::size_t size) {
    std::string out;
    for (std::size_t i = 0; out.size() < size; ++i) out += std::to_string(i) + "\r\n";
    return out.substr(0, size);
}

// Writes a lot, waits until it has read as much.
Task<Unit> talks(tls::Channel& channel, std::string says, std::string& hears) {
    co_await channel.handshake();
    const std::size_t expected = says.size();
    channel.write(says);
    while (hears.size() < expected && channel.state() == net::Stream::State::open) {
        co_await net::Readable(channel);
        hears += take_all(channel);
    }
    co_return Unit{};
}

Task<Unit> waits(net::Stream& stream, bool& woken) {
    co_await net::Readable(stream);
    woken = true;
    co_return Unit{};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel)

// RFC 8446 section 4.2.1, RFC 5246 appendix E.1.
BOOST_AUTO_TEST_CASE(the_highest_common_version_is_spoken) {
    struct Row {
        Version server_lowest, server_highest, client_lowest, client_highest;
        const char* version;  ///< Null: none is common, and there is an ...
        const char* alert = nullptr;
    };
    constexpr Version v2 = Version::tls12, v3 = Version::tls13;
    const Row rows[] = {
        {v2, v3, v2, v3, "TLSv1.3"},
        {v2, v2, v2, v3, "TLSv1.2"},
        {v2, v3, v2, v2, "TLSv1.2"},
        {v2, v2, v2, v2, "TLSv1.2"},
        {v3, v3, v2, v3, "TLSv1.3"},
        {v2, v3, v3, v3, "TLSv1.3"},
        {v3, v3, v3, v3, "TLSv1.3"},
        // A server that knows TLS 1.2 alone sees suites that it does not know.
        {v2, v2, v3, v3, nullptr, "handshake_failure (40)"},
        {v3, v3, v2, v2, nullptr, "protocol_version (70)"},
    };
    for (const Row& row : rows) {
        Lab lab;
        Session s(lab, speaking(lab.server(), row.server_lowest, row.server_highest),
                  speaking(lab.client(), row.client_lowest, row.client_highest));
        BOOST_TEST(s.shake_hands() == (row.version != nullptr));
        if (row.version != nullptr) {
            BOOST_TEST(word(s.client.version()) == row.version);
            BOOST_TEST(word(s.server.version()) == row.version);
            continue;
        }
        BOOST_TEST(s.client_run->words() ==
                   "TLS handshake failed: the peer sent the fatal alert " + std::string(row.alert));
        BOOST_TEST((s.client_run->outcome->failure().reason == Reason::validation_failure));
        BOOST_TEST(s.client_run->outcome->failure().code == "4.7.5");
        BOOST_TEST((s.client.state() == net::Stream::State::broken));
        BOOST_TEST(story(lab) == "started server\nstarted client\nfailed server\nfailed client\n");
    }
}

// RFC 8446 section 4.4.4: a TLS 1.3 client has finished before the server has judged it.
BOOST_AUTO_TEST_CASE(the_trace_tells_a_handshake) {
    const char* const stories[] = {
        "started server\nstarted client\nfinished server TLSv1.2 final\n"
        "finished client TLSv1.2 final\ncertificate\n",
        "started server\nstarted client\nfinished client TLSv1.3 provisional\ncertificate\n"
        "finished server TLSv1.3 final\n"};
    const char* const secrets[] = {
        "CLIENT_RANDOM",
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET SERVER_HANDSHAKE_TRAFFIC_SECRET "
        "CLIENT_TRAFFIC_SECRET_0 SERVER_TRAFFIC_SECRET_0"};
    for (const Version version : {Version::tls12, Version::tls13}) {
        Lab lab;
        Session s(lab, lab.server(), speaking(lab.client(), version, version));
        BOOST_TEST_REQUIRE(s.shake_hands());
        const bool is13 = version == Version::tls13;
        std::string told = story(lab);
        BOOST_TEST(told == stories[is13 ? 1 : 0]);
        BOOST_TEST(labels(lab) == secrets[is13 ? 1 : 0]);
        // The client's random stands behind the record's and the message's header.
        const std::string random = s.wire.client.written().substr(5 + 4 + 2, 32);
        for (const trace::SecretMade& e : lab.events<trace::SecretMade>()) {
            std::string bytes;
            for (std::size_t i = 0; i < e.client_random.size(); i += 2)
                bytes += static_cast<char>(
                    std::stoi(std::string(e.client_random.substr(i, 2)), nullptr, 16));
            BOOST_TEST((bytes == random));
            BOOST_TEST(e.secret.size() == 96u);  // 48 bytes: SHA-384, or a master secret
        }
        for (const auto& e : lab.events<trace::HandshakeFinished>())
            BOOST_TEST(e.cipher == (is13 ? "TLS_AES_256_GCM_SHA384"
                                         : "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
        lab.trace.each([&](const trace::Event& e) {
            if (const auto* started = e.as<trace::HandshakeStarted>()) {
                BOOST_TEST((e.host == (started->side == "client" ? alice : bob)));
                BOOST_TEST(started->server_name ==
                           (started->side == "client" ? "mx.bob.example" : ""));
            }
            if (e.as<trace::SecretMade>() != nullptr) BOOST_TEST((e.host == alice));
        });
    }
}

// Who serves somebody outside tells what both know, for that one tells us nothing.
BOOST_AUTO_TEST_CASE(secrets_are_told_by_the_servers_end_of_a_foreign_client) {
    for (const Version version : {Version::tls12, Version::tls13}) {
        Lab lab;
        Wire wire(lab.loop);
        wire.server.far = net::FarEnd::foreign;
        const auto settings = speaking(lab.client(), version, version);
        tls::Channel client(lab.library, prepare_client(lab.library, settings), wire.client,
                            lab.trace, alice, "mx.bob.example");
        tls::Channel server(lab.library, prepare_server(lab.library, lab.server()), wire.server,
                            lab.trace, bob);
        Run served(lab.loop, shakes(server)), asked(lab.loop, shakes(client));
        lab.settle();
        BOOST_TEST_REQUIRE((served.ok() && asked.ok()));
        std::set<std::string> told[2];
        lab.trace.each_of<trace::SecretMade>(
            [&](const trace::Event& e, const trace::SecretMade& secret) {
                told[e.host == bob].insert(std::string(secret.label) + " " +
                                           std::string(secret.secret));
            });
        BOOST_TEST(told[0].size() == (version == Version::tls13 ? 4u : 1u));
        BOOST_TEST((told[0] == told[1]));
    }
}

// RFC 6066 section 3: the name stands in the hello in clear text, when it is sent.
BOOST_AUTO_TEST_CASE(the_servers_name_is_sent_when_there_is_one) {
    for (const char* name : {"mx.bob.example", "other.example", ""}) {
        Lab lab;
        Session s(lab, lab.server(), lab.client(), name);
        BOOST_TEST_REQUIRE(s.shake_hands());
        const std::string& hello = s.wire.client.written();
        // server_name: type 0, list of one host_name with both lengths.
        const std::string text(name);
        const auto length = static_cast<char>(text.size());
        const std::string entry =
            std::string{0, static_cast<char>(length + 3), 0, 0, length} + text;
        const std::string extension = std::string{0, 0, 0, static_cast<char>(length + 5)} + entry;
        BOOST_TEST((hello.find(extension) != std::string::npos) == !text.empty());
        BOOST_TEST((hello.find(".example") != std::string::npos) == !text.empty());
        BOOST_TEST(lab.events<trace::HandshakeStarted>()[1].server_name == name);
    }
}

// Each suite that is built in and asks for no shared key and no certificate of a kind that we do
// not have is spoken when it is the only one.
BOOST_AUTO_TEST_CASE(each_cipher_suite_can_be_asked_for) {
    std::size_t spoken = 0;
    for (std::size_t i = 0; !tls::cipher_name_at(i).empty(); ++i) {
        const std::string name = tls::cipher_name_at(i);
        const auto number = tls::cipher_number(name);
        BOOST_TEST_REQUIRE(number.has_value());
        const bool has = name.find("PSK") == std::string::npos &&
                         name.find("ECDH_") == std::string::npos &&
                         name.find("ECJPAKE") == std::string::npos;
        if (!has) continue;
        Lab lab;
        tls::CertificateWish wish = lab.wish();
        if (name.find("_RSA_") != std::string::npos) wish.key = tls::KeyKind::rsa_2048;
        Session s(lab, lab.server(wish), with_ciphers(lab.client(), {name}));
        const bool agreed = s.shake_hands();
        BOOST_TEST_REQUIRE(agreed, name << ": " << s.client_run->words());
        BOOST_TEST(s.client.cipher() == name);
        BOOST_TEST(s.server.cipher() == name);
        BOOST_TEST((s.client.version() == Version::tls13) == tls::is_tls13(*number));
        s.client.write("Eleven million.");
        s.settle();
        BOOST_TEST(take_all(s.server) == "Eleven million.");
        ++spoken;
    }
    BOOST_TEST(spoken > 20u);
    BOOST_TEST(!tls::cipher_number("TLS_RSA_WITH_RC4_128_SHA").has_value());
    BOOST_TEST(!tls::cipher_number("").has_value());
}

// A23: without a common suite the server's alert is handshake_failure (RFC 8446 section 4.1.1).
BOOST_AUTO_TEST_CASE(without_a_common_suite_there_is_no_session) {
    struct Row {
        std::vector<std::string> server, client;
        const char* cipher;  ///< Null: none is common.
    };
    const char* const aes = "TLS_AES_128_GCM_SHA256";
    const char* const chacha = "TLS_CHACHA20_POLY1305_SHA256";
    const char* const old = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
    const char* const for_rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    const Row rows[] = {
        {{aes}, {}, aes},
        {{}, {chacha}, chacha},
        {{aes, chacha}, {chacha, aes}, chacha},
        {{aes}, {chacha}, nullptr},
        {{aes, old}, {chacha, old}, nullptr},  // TLS 1.3 is chosen before its suites are looked at
        {{old}, {old}, old},
        {{for_rsa}, {for_rsa}, nullptr},  // the certificate is ECDSA's
    };
    for (const Row& row : rows) {
        Lab lab;
        Session s(lab, with_ciphers(lab.server(), row.server),
                  with_ciphers(lab.client(), row.client));
        const bool agreed = s.shake_hands();
        BOOST_TEST(agreed == (row.cipher != nullptr));
        if (agreed)
            BOOST_TEST(s.server.cipher() == row.cipher);
        else
            BOOST_TEST(s.client_run->words() ==
                       "TLS handshake failed: the peer sent the fatal alert handshake_failure "
                       "(40)");
    }
}

BOOST_AUTO_TEST_CASE(much_passes_in_both_directions_at_once) {
    for (const Version version : {Version::tls12, Version::tls13}) {
        for (const std::size_t piece : {Trouble::never, std::size_t{1000}, std::size_t{1}}) {
            Lab lab;
            Session s(lab, lab.server(), speaking(lab.client(), version, version));
            s.wire.client.trouble.piece = s.wire.server.trouble.piece = piece;
            const std::size_t size = piece == 1 ? 20'000 : 500'000;
            const std::string up = numbered(size), down = numbered(size + 1).substr(1);
            std::string at_server, at_client;
            Run server(lab.loop, talks(s.server, down, at_server));
            Run client(lab.loop, talks(s.client, up, at_client));
            lab.settle();
            BOOST_TEST(server.words() == "ok");
            BOOST_TEST(client.words() == "ok");
            BOOST_TEST((at_server == up));
            BOOST_TEST((at_client == down));
            BOOST_TEST(s.wire.client.written().find("12345\r\n") == std::string::npos);
        }
    }
}

// A part of a record is nothing to read: no reader is woken for it.
BOOST_AUTO_TEST_CASE(a_reader_waits_for_a_whole_record) {
    Lab lab;
    Session s(lab);
    BOOST_TEST_REQUIRE(s.shake_hands());
    bool woken = false;
    Run reads(lab.loop, waits(s.server, woken));
    const std::size_t from = s.wire.client.written().size();
    s.wire.client.trouble.hold = true;
    s.client.write("Eleven million.");
    const std::string record = s.wire.client.written().substr(from);
    for (const char c : record) {
        BOOST_TEST_REQUIRE(!woken);
        BOOST_TEST_REQUIRE(!s.server.readable(0));
        s.wire.server.arrive({&c, 1});
        s.settle();
    }
    BOOST_TEST(woken);
    BOOST_TEST(take_all(s.server) == "Eleven million.");
}

BOOST_AUTO_TEST_CASE(what_was_read_is_taken_piece_by_piece) {
    Lab lab;
    Session s(lab);
    BOOST_TEST_REQUIRE(s.shake_hands());
    s.client.write("250-one\r\n");
    s.settle();
    BOOST_TEST(s.server.available() == "250-one\r\n");
    s.server.take(4);
    s.client.write("250 two\r\n");
    s.settle();
    BOOST_TEST(s.server.available() == "one\r\n250 two\r\n");
    s.server.take(5);
    BOOST_TEST(take_all(s.server) == "250 two\r\n");
    BOOST_TEST(s.server.available() == "");
}

// A24, RFC 8446 section 6.1, RFC 5246 section 7.2.1.
BOOST_AUTO_TEST_CASE(only_close_notify_is_an_orderly_end) {
    struct Row {
        const char* name;
        void (*how)(Session&);
        const char* state;
    };
    const Row rows[] = {
        {"open", [](Session&) {}, "open"},
        {"close_notify", [](Session& s) { s.client.finish(); }, "finished"},
        {"FIN alone", [](Session& s) { s.wire.client.finish(); }, "broken"},
        {"reset", [](Session& s) { s.client.reset(); }, "broken"},
    };
    for (const Version version : {Version::tls12, Version::tls13}) {
        for (const Row& row : rows) {
            Lab lab;
            Session s(lab, lab.server(), speaking(lab.client(), version, version));
            BOOST_TEST_REQUIRE(s.shake_hands());
            s.client.write("Eleven million.");
            row.how(s);
            s.settle();
            BOOST_TEST(word(s.server.state()) == row.state, row.name);
            BOOST_TEST(take_all(s.server) == "Eleven million.");
        }
    }
}

// RFC 8446 section 6.1: the end of one direction leaves the other open.
BOOST_AUTO_TEST_CASE(the_other_side_may_go_on_after_close_notify) {
    Lab lab;
    Session s(lab);
    BOOST_TEST_REQUIRE(s.shake_hands());
    s.server.finish();
    s.settle();
    BOOST_TEST(word(s.client.state()) == "finished");
    s.client.write("QUIT\r\n");
    s.settle();
    BOOST_TEST(take_all(s.server) == "QUIT\r\n");
    BOOST_TEST(word(s.server.state()) == "open");
    const std::size_t written = s.wire.server.written().size();
    s.server.write("221 bye\r\n");
    s.server.finish();
    BOOST_TEST(s.wire.server.written().size() == written);
}

BOOST_AUTO_TEST_CASE(a_session_that_has_failed_writes_nothing_more) {
    Lab lab;
    Session s(lab, speaking(lab.server(), Version::tls12, Version::tls12),
              speaking(lab.client(), Version::tls13, Version::tls13));
    BOOST_TEST(!s.shake_hands());
    const std::size_t written = s.wire.client.written().size();
    s.client.write("MAIL FROM:<alice@alice.example>\r\n");
    s.client.finish();
    s.settle();
    BOOST_TEST(s.wire.client.written().size() == written);
    BOOST_TEST(s.client.available() == "");
}

// The floor is what `mailtls bench` measures against: it must work for all sizes.
BOOST_AUTO_TEST_CASE(the_floor_exchanges_and_holds) {
    Lab lab;
    const auto server = prepare_server(lab.library, lab.server());
    const auto client = prepare_client(lab.library, lab.client());
    tls::Floor floor(lab.library, server, client);
    for (const std::size_t payload : {0, 1, 16384}) floor.exchange(payload);
    floor.hold();
    floor.hold();
    floor.release();
    BOOST_TEST(lab.trace.size() == 0u);
    BOOST_TEST(lab.loop.steps() == 0u);
}

BOOST_AUTO_TEST_CASE(the_library_is_the_one_that_was_built) {
    BOOST_TEST(tls::mbedtls_version().starts_with("3.6."), tls::mbedtls_version());
}

BOOST_AUTO_TEST_SUITE_END()
