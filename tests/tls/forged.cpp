// Hellos that Mallory rewrites, and what is no hello at all.
#include <boost/test/unit_test.hpp>

#include "tests/tls/lab.hpp"

using namespace core;
using tls::Version;
using State = net::Stream::State;

namespace {

// Replaces the only place of `what`; says so when it is not the only one.
std::string replaced(std::string bytes, std::string_view what, std::string_view by) {
    const std::size_t at = bytes.find(what);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    BOOST_TEST_REQUIRE(bytes.find(what, at + 1) == std::string::npos);
    return bytes.replace(at, what.size(), by);
}

// The server gets `rewrite(hello)` for the client's hello; all else passes as it is.
void shake_hands_with(Session& s, std::string (*rewrite)(std::string)) {
    s.wire.client.trouble.hold = true;
    s.server_run.emplace(s.lab.loop, s.server.handshake());
    s.client_run.emplace(s.lab.loop, s.client.handshake());
    s.settle();
    s.wire.client.trouble.hold = false;
    s.wire.server.arrive(rewrite(s.wire.client.written()));
    s.settle();
}

constexpr std::string_view old_suite{"\xC0\x2C", 2};   // ECDHE-ECDSA, AES-256-GCM
constexpr std::string_view weak_suite{"\xC0\x09", 2};  // ECDHE-ECDSA, AES-128-CBC, SHA-1

// "supported_versions" (RFC 8446 section 4.2.1) becomes an extension that nobody knows.
std::string without_versions(std::string hello) {
    const std::string_view both("\x00\x2B\x00\x05\x04\x03\x04\x03\x03", 9);
    return replaced(std::move(hello), both,
                    std::string_view("\xEA\xEA\x00\x05\x04\x03\x04\x03\x03", 9));
}
std::string with_another_suite(std::string hello) {
    return replaced(std::move(hello), std::string(old_suite), std::string(weak_suite));
}
std::string as_it_is(std::string hello) { return hello; }

std::string from_hex(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(forged)

// A22, RFC 8446 section 4.1.3: a server that knows TLS 1.3 marks its random when it is asked for
// less, and the client sees it.
BOOST_AUTO_TEST_CASE(a_hidden_tls13_is_noticed) {
    Lab lab;
    Session s(lab);
    shake_hands_with(s, without_versions);
    const std::string& answer = s.wire.server.written();
    BOOST_TEST(answer.find("DOWNGRD\x01") != std::string::npos);
    BOOST_TEST(!s.client_run->ok());
    BOOST_TEST(!s.server_run->ok());
    BOOST_TEST(lab.events<trace::HandshakeFinished>().empty());
    // The fatal alert illegal_parameter, in clear text.
    BOOST_TEST(s.wire.client.written().ends_with(std::string("\x15\x03\x03\x00\x02\x02\x2F", 7)));
}

// Without a rewritten hello the very same way gives a session.
BOOST_AUTO_TEST_CASE(an_honest_hello_passes) {
    Lab lab;
    Session s(lab);
    shake_hands_with(s, as_it_is);
    BOOST_TEST(s.client_run->words() == "ok");
    BOOST_TEST(s.server_run->words() == "ok");
}

// A23: a weaker suite that the client knows too, in the place of the best one. The Finished
// messages do not agree (RFC 5246 section 7.4.9).
BOOST_AUTO_TEST_CASE(an_exchanged_cipher_suite_is_noticed) {
    for (const bool rewritten : {false, true}) {
        Lab lab;
        tls::Settings server = lab.server(), client = lab.client();
        client.highest = Version::tls12;
        for (const char* name :
             {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"})
            server.ciphers.push_back(*tls::cipher_number(name));
        client.ciphers = {server.ciphers[0]};
        Session s(lab, std::move(server), std::move(client));
        shake_hands_with(s, rewritten ? with_another_suite : as_it_is);
        BOOST_TEST(s.client_run->ok() == !rewritten);
        BOOST_TEST(s.server_run->ok() == !rewritten);
    }
}

// A server answers what is no hello with an alert or not at all, and opens nothing.
BOOST_AUTO_TEST_CASE(what_is_no_hello_opens_nothing) {
    const std::string hello = [] {
        Lab lab;
        Session s(lab);
        BOOST_TEST_REQUIRE(s.shake_hands());
        return s.wire.client.written().substr(0, records_of(s.wire.client.written())[0].size);
    }();
    const std::string garbage[] = {
        "EHLO alice.example\r\n",
        "GET / HTTP/1.1\r\nHost: bob.example\r\n\r\n",
        std::string(5, '\0'),
        std::string(20'000, '\xFF'),
        from_hex("802e0103010015000000100100800300800600400400800700c0"),  // SSL 2.0
        from_hex("16030100020100"),                                        // a message cut short
        from_hex("160301ffff"),                                            // too long a record
        from_hex("1503030002022800"),                                      // an alert first
        from_hex("140303000101"),                                          // ChangeCipherSpec first
        from_hex("17030300050000000000"),                                  // data first
        hello.substr(0, 5) + "\x02" + hello.substr(6),  // a ServerHello to a server
        hello + hello,
        hello.substr(0, 9) + std::string(hello.size() - 9, '\0'),
    };
    for (const std::string& bytes : garbage) {
        Lab lab;
        Session s(lab);
        s.server_run.emplace(lab.loop, s.server.handshake());
        s.wire.server.arrive(bytes);
        s.wire.client.finish();
        lab.settle();
        BOOST_TEST(s.server_run->words().starts_with("TLS handshake failed: "),
                   bytes.substr(0, 20) << ": " << s.server_run->words());
        BOOST_TEST(lab.events<trace::HandshakeFailed>().size() == 1u);
        BOOST_TEST(lab.events<trace::HandshakeFinished>().empty());
        BOOST_TEST(s.server.available() == "");
    }
}

// Seeded garbage, and a hello with seeded errors, on both sides: nothing opens, nothing falls over.
BOOST_AUTO_TEST_CASE(random_bytes_open_nothing) {
    Chance chance(1);
    Lab made;
    Session good(made);
    BOOST_TEST_REQUIRE(good.shake_hands());
    for (int i = 0; i < 300; ++i) {
        Lab lab;
        Session s(lab);
        const bool to_server = chance.below(2) == 0;
        std::string bytes = (to_server ? good.wire.client : good.wire.server).written();
        for (std::uint64_t n = 1 + chance.below(8); n > 0; --n)
            bytes[chance.below(bytes.size())] = static_cast<char>(chance.below(256));
        if (i % 4 == 0) {
            bytes.resize(chance.below(400));
            for (char& c : bytes) c = static_cast<char>(chance.below(256));
            if (i % 8 == 0) bytes = "\x16\x03\x03" + bytes;
        }
        (to_server ? s.server_run : s.client_run)
            .emplace(lab.loop, (to_server ? s.server : s.client).handshake());
        (to_server ? s.wire.server : s.wire.client).arrive(bytes);
        (to_server ? s.wire.client : s.wire.server).finish();
        lab.settle();
        const Run& run = to_server ? *s.server_run : *s.client_run;
        const bool same = bytes == (to_server ? good.wire.client : good.wire.server).written();
        BOOST_TEST((run.words() != "waits"));
        BOOST_TEST(run.ok() == same, i << ": " << run.words());
    }
}

// RFC 8446 section 6: an alert has a name, and the trace says it.
BOOST_AUTO_TEST_CASE(a_fatal_alert_is_named) {
    struct Row {
        unsigned char code;
        const char* name;
    };
    const Row rows[] = {
        {10, "unexpected_message"},
        {20, "bad_record_mac"},
        {22, "record_overflow"},
        {40, "handshake_failure"},
        {42, "bad_certificate"},
        {43, "unsupported_certificate"},
        {44, "certificate_revoked"},
        {45, "certificate_expired"},
        {46, "certificate_unknown"},
        {47, "illegal_parameter"},
        {48, "unknown_ca"},
        {50, "decode_error"},
        {51, "decrypt_error"},
        {70, "protocol_version"},
        {71, "insufficient_security"},
        {80, "internal_error"},
        {86, "inappropriate_fallback"},
        {109, "missing_extension"},
        {110, "unsupported_extension"},
        {112, "unrecognized_name"},
        {116, "certificate_required"},
        {120, "no_application_protocol"},
        {255, "unknown alert"},
    };
    for (const Row& row : rows) {
        Lab lab;
        Session s(lab);
        s.client_run.emplace(lab.loop, s.client.handshake());
        s.wire.client.arrive(std::string("\x15\x03\x03\x00\x02\x02", 6) +
                             static_cast<char>(row.code));
        lab.settle();
        std::string words = std::string("the peer sent the fatal alert ") + row.name + " (" +
                            std::to_string(row.code) + ")";
        if (row.code == 120) words += ": no application protocol in common";
        BOOST_TEST(s.client_run->words() == "TLS handshake failed: " + words);
        const auto failed = lab.events<trace::HandshakeFailed>();
        BOOST_TEST_REQUIRE(failed.size() == 1u);
        BOOST_TEST(failed[0].detail == words);
        BOOST_TEST(failed[0].side == "client");
    }
}

BOOST_AUTO_TEST_SUITE_END()
