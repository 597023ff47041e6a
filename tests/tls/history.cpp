// Peers that have nothing that is still allowed, and what today's say to them.
#include "sim/tls/history.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/tls/broken.hpp"
#include "sim/tls/records.hpp"
#include "tests/tls/lab.hpp"

using namespace core;
using tls::Breakage;
using tls::OldVersion;
using enum tls::OldVersion;

namespace {

std::string hex_of(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

const std::string ciphers_of_ssl2 = "0700c0050080030080010080060040040080020080";
std::string thirty_two() { return std::string(32, 'r'); }

struct Hello {
    const char* name;
    std::vector<OldVersion> offers;
    std::string begins;  ///< As hex.
    std::string server;  ///< What the server says about the client.
    std::string client;  ///< What the client says about itself.
};
// The hellos: RFC 6101 section 5.6.1.2 and appendix E.2, RFC 6066 section 3. The refusals: RFC 6176
// section 3, RFC 7568 section 3, RFC 8996 sections 4 and 5.
const Hello hellos[] = {
    {"SSL 2.0",
     {ssl2},
     "802e010002001500000010" + ciphers_of_ssl2,
     "the client offers nothing above SSL 2.0, which RFC 6176 forbids",
     "it offers only SSL 2.0, which RFC 6176 forbids"},
    {"SSL 3.0",
     {ssl3},
     "1603000035010000310300",
     "the client offers nothing above SSL 3.0, which RFC 7568 forbids",
     "it offers only SSL 3.0, which RFC 7568 forbids"},
    {"TLS 1.0, which can say for whom it is",
     {tls10},
     "160301004e0100004a0301",
     "the client offers nothing above TLS 1.0, which RFC 8996 forbids",
     "it offers only TLS 1.0, which RFC 8996 forbids"},
    {"TLS 1.0 and 1.1",
     {tls10, tls11},
     "160301004e0100004a0302",
     "the client offers nothing above TLS 1.1, which RFC 8996 forbids",
     "it offers nothing above TLS 1.1, which RFC 8996 forbids"},
    {"SSL 3.0, and 2.0 for old servers",
     {ssl3, ssl2},
     "803d010300002400000010" + ciphers_of_ssl2 + "00003500002f",
     "the client offers nothing above SSL 3.0, which RFC 7568 forbids",
     "it offers nothing above SSL 3.0, which RFC 7568 forbids"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(history)

BOOST_AUTO_TEST_CASE(a_server_of_today_refuses_what_is_forbidden) {
    for (const Hello& row : hellos) BOOST_TEST_CONTEXT(row.name) {
            Lab lab;
            tls::Settings settings = lab.client();
            settings.old = row.offers;
            Session s(lab, lab.server(), std::move(settings));
            BOOST_TEST(!s.shake_hands());
            const std::string sent = hex_of(s.wire.client.written());
            BOOST_TEST(sent.substr(0, 22) == row.begins.substr(0, 22));
            BOOST_TEST(sent.find(row.begins.substr(22)) != std::string::npos);
            BOOST_TEST(hex_of(s.wire.server.written()).starts_with("1503030002"));
            BOOST_TEST(hex_of(s.wire.server.written()).ends_with("0246"));  // protocol_version
            BOOST_TEST(s.server_run->words() == "TLS handshake failed: " + row.server);
            BOOST_TEST(s.client_run->words() ==
                       "TLS handshake failed: " + row.client +
                           ": the peer sent the fatal alert protocol_version (70)");
            BOOST_TEST(lab.events<trace::HandshakeFailed>().size() == 2u);
            BOOST_TEST(lab.events<trace::SecretMade>().empty());
        }
}

// However the bytes come.
BOOST_AUTO_TEST_CASE(a_hello_of_ssl2_may_come_byte_by_byte) {
    const std::string hello = tls::old_client_hello({ssl2}, thirty_two(), {});
    Lab lab;
    Session s(lab);
    Run server(lab.loop, shakes(s.server));
    for (std::size_t i = 0; i < 5; ++i) {
        lab.settle();
        BOOST_TEST(server.words() == "waits");
        s.wire.server.arrive(hello.substr(i, 1));
    }
    lab.settle();
    BOOST_TEST(
        server.words() ==
        "TLS handshake failed: the client offers nothing above SSL 2.0, which RFC 6176 forbids");
}

BOOST_AUTO_TEST_CASE(a_hello_of_ssl2_that_ends_early_is_an_end) {
    Lab lab;
    Session s(lab);
    Run server(lab.loop, shakes(s.server));
    s.wire.server.arrive("\x80\x2E\x01");
    lab.settle();
    BOOST_TEST(server.words() == "waits");
    s.wire.client.finish();
    lab.settle();
    BOOST_TEST(server.words() ==
               "TLS handshake failed: the peer ended the connection in the middle");
}

namespace {

struct Pair {
    Breakage server;
    std::vector<OldVersion> offers;
    std::string answer;  ///< Its beginning, as hex.
    std::string end;
};
const Pair pairs[] = {
    {Breakage::speaks_ssl2,
     {ssl2},
     "8021040001000200030003001063657207",
     "the server takes SSL 2.0, of which the lab plays no more than the hellos"},
    {Breakage::speaks_ssl2,
     {ssl2, tls10},
     "8021040001000200030003001063657207",
     "the server takes SSL 2.0, of which the lab plays no more than the hellos"},
    {Breakage::speaks_ssl2, {ssl3}, "", "the peer ended the connection in the middle"},
    {Breakage::speaks_ssl3,
     {ssl2},
     "15030000020246",
     "the peer sent the fatal alert protocol_version (70)"},
    {Breakage::speaks_ssl3,
     {ssl3},
     "160300002a020000260300",
     "the server takes SSL 3.0, of which the lab plays no more than the hellos"},
    {Breakage::speaks_ssl3,
     {ssl2, ssl3},
     "160300002a020000260300",
     "the server takes SSL 3.0, of which the lab plays no more than the hellos"},
    {Breakage::speaks_tls10,
     {ssl3},
     "15030100020246",
     "the peer sent the fatal alert protocol_version (70)"},
    {Breakage::speaks_tls10,
     {tls11},
     "160301002a020000260301",
     "the server takes TLS 1.0, of which the lab plays no more than the hellos"},
    {Breakage::speaks_tls11,
     {tls11},
     "160302002a020000260302",
     "the server takes TLS 1.1, of which the lab plays no more than the hellos"},
    {Breakage::alerts,
     {ssl2},
     "15030300020228",
     "the peer sent the fatal alert handshake_failure (40)"},
    {Breakage::talks_garbage, {ssl2}, "4162", "the answer is neither a ServerHello nor an alert"},
    {Breakage::drops, {ssl2}, "", "the peer ended the connection in the middle"},
};

}  // namespace

// Two that are old alike get as far as the hellos.
BOOST_AUTO_TEST_CASE(old_peers_among_themselves) {
    for (const Pair& row : pairs) {
        Lab lab;
        tls::Settings settings = lab.client();
        settings.old = row.offers;
        Session s(lab, lab.server(), std::move(settings));
        Run server(lab.loop, break_handshake(s.wire.server, row.server, "cer"));
        Run client(lab.loop, shakes(s.client));
        lab.settle();
        const std::string sent = hex_of(s.wire.server.written());
        BOOST_TEST(sent.substr(0, row.answer.size()) == row.answer);
        BOOST_TEST(sent.empty() == row.answer.empty());
        BOOST_TEST(client.words().ends_with("forbids: " + row.end), client.words());
        BOOST_TEST(server.words() == "ok", row.end);
    }
}

// No line of SMTP, and no record of TLS.
BOOST_AUTO_TEST_CASE(what_may_be_a_hello_of_ssl2) {
    using enum tls::Ssl2Hello;
    const std::string hello = tls::old_client_hello({ssl2}, thirty_two(), {});
    for (std::size_t size = 0; size < hello.size(); ++size)
        BOOST_TEST((tls::ssl2_hello(hello.substr(0, size)) == (size < 5 ? perhaps : yes)));
    for (const std::string& other :
         {std::string("EHLO x"), std::string("\x16\x03\x01\x00\x40"),
          std::string("\xC3\xA9t\xC3\xA9"), std::string("\x80\x2E\x02"),
          std::string("\x80\x2E\x01\x00\x01", 5), std::string("\x80\x2E\x01\x03\x04"),
          std::string("\x80\x2E\x01\x04")})
        BOOST_TEST((tls::ssl2_hello(other) == no), hex_of(other));
    tls::RecordSplitter splitter;
    auto found = splitter.add("STARTTLS\r\n" + hello.substr(0, 4));
    BOOST_TEST(found.clear == "STARTTLS\r\n");
    found = splitter.add(hello.substr(4) + std::string("\x15\x03\x00\x00\x02\x02\x28", 7));
    BOOST_TEST_REQUIRE(found.records.size() == 2u);
    BOOST_TEST(found.records[0] == hello);
    BOOST_TEST(found.records[1].size() == 7u);
}

BOOST_AUTO_TEST_SUITE_END()
