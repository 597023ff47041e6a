// A session over the simulated network, as tshark reads its capture: the bytes are TLS, and the
// trace's secrets open them.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <regex>
#include <sstream>

#include "sim/core/base64.hpp"
#include "sim/net/network.hpp"
#include "sim/tls/overheard.hpp"
#include "tests/tls/capture.hpp"
#include "tests/tls/lab.hpp"
#include "tests/tls/program.hpp"

using namespace core;
using tls::Version;

namespace {

constexpr std::string_view request = "EHLO alice.example\r\n";
constexpr std::string_view the_answer = "250 Eleven million.\r\n";

Task<Unit> reads(net::Stream& stream, std::size_t size, std::string& out) {
    out += take_all(stream);
    while (out.size() < size && stream.state() == net::Stream::State::open) {
        co_await net::Readable(stream);
        out += take_all(stream);
    }
    co_return Unit{};
}

// A network with one path; each session is a connection of its own to bob's port 465.
struct Town final : Lab, net::Listener {
    Town() : network(loop, trace), servers(loop) {
        network.join("alice", trace::Role::sender);
        network.join("bob", trace::Role::receiver);
        network.host(bob).listeners[465] = this;
    }
    void accept(std::unique_ptr<net::Line> socket) override {
        servers.start(serves(std::move(socket)));
    }
    Task<Unit> serves(std::unique_ptr<net::Line> socket) {
        tls::Settings settings = server(certificate);
        settings.ciphers = ciphers;
        tls::Channel channel(library, prepare_server(library, settings), *socket, trace, bob);
        co_await channel.handshake();
        std::string heard;
        co_await reads(channel, request.size(), heard);
        BOOST_TEST(heard == request);
        channel.write(the_answer);
        channel.finish();
        co_return Unit{};
    }
    Task<Unit> asks(Version version) {
        const std::string address = network.host(bob).address;
        const std::unique_ptr<net::Line> socket =
            co_await network.connect(alice, address, 465, minutes(1));
        tls::Settings settings = client();
        settings.lowest = settings.highest = version;
        tls::Channel channel(library, prepare_client(library, settings), *socket, trace, alice,
                             "mx.bob.example");
        co_await channel.handshake();
        channel.write(request);
        std::string heard;
        co_await reads(channel, the_answer.size(), heard);
        BOOST_TEST(heard == the_answer);
        channel.finish();
        co_return Unit{};
    }
    void play(Version version) {
        Run run(loop, asks(version));
        settle();
        BOOST_TEST(run.words() == "ok");
    }

    net::Network network;
    Nursery servers;
    tls::CertificateWish certificate = wish();
    std::vector<int> ciphers;  ///< Bob's; empty: all.
};

// What tshark says of each packet with TLS in it, field by field. The suites that a client offers
// are left out.
std::vector<std::string> read_by_tshark(const std::string& capture, const std::string& keys) {
    const Folder folder;
    const std::string in = folder.file("town.pcap", capture);
    const Answer out =
        tshark(folder, "-n -r " + in + " -o tls.keylog_file:" + folder.file("keys", keys) +
                           " -Y tls -T fields -E separator='|' -e tcp.stream -e _ws.col.Protocol"
                           " -e tls.handshake.type -e tls.handshake.extensions_server_name"
                           " -e tls.alert_message.desc -e smtp.command_line -e smtp.response"
                           " -e _ws.malformed -e _ws.expert.message -e tls.handshake.ciphersuite");
    BOOST_TEST(out.status == 0, out.text);
    std::vector<std::string> lines;
    std::istringstream text(out.text);
    for (std::string line; std::getline(text, line);) {
        if (line.find('|') == std::string::npos) continue;
        // A ClientHello's protocol is told as it is on the wire, or as it turns out to be; and that
        // its version means nothing (RFC 8446 section 4.1.2) is no trouble.
        if (line.find("|1|mx.bob.example|") != std::string::npos)
            line = std::regex_replace(line.substr(0, line.rfind('|') + 1),
                                      std::regex("\\|TLSv1\\.[23]\\|"), "|TLS|");
        line = std::regex_replace(line,
                                  std::regex("This legacy_version field MUST be ignored[^|]*"), "");
        lines.push_back(line);
    }
    return lines;
}

// What tshark reads of SMTP with an RSA key (PEM), and what we read with the same key of the bytes
// on the wire.
std::string smtp_by_tshark(const std::string& capture, const std::string& key) {
    const Folder folder;
    const Answer out =
        tshark(folder, "-n -r " + folder.file("town.pcap", capture) + " -o 'uat:rsa_keys:\"" +
                           folder.file("key.pem", key) + "\",\"\"' -Y smtp -T fields" +
                           " -E separator='|' -e smtp.command_line -e smtp.response");
    BOOST_TEST(out.status == 0, out.text);
    std::string said;
    std::istringstream text(out.text);
    for (std::string line; std::getline(text, line);)
        if (const std::size_t bar = line.find('|'); bar != std::string::npos)
            said += line.erase(bar, 1) + "\n";
    return said;
}
std::string smtp_by_us(const trace::Trace& trace, const std::string& key) {
    const tls::DecryptionKey with(key);
    tls::MasterSecrets masters;
    tls::Overheard overheard(with, masters);
    std::string text;
    trace.each_of<trace::SegmentSent>([&](const trace::Event&, const trace::SegmentSent& e) {
        const tls::SaidInside said = overheard.add(
            e.way == trace::Way::to_server ? tls::Writer::client : tls::Writer::server, e.bytes);
        for (const std::string& line : {said.by_client, said.by_server})
            if (!line.empty()) text += line.substr(0, line.find('\r')) + "\\r\\n\n";
    });
    return text;
}
std::string rsa_key_pem(const std::string& der) {
    return "-----BEGIN RSA PRIVATE KEY-----\n" + core::base64_lines(der, 64, "\n") +
           "-----END RSA PRIVATE KEY-----\n";
}

// Stream, protocol, handshake messages, SNI, alerts, SMTP, trouble, cipher suite. RFC 8446 section
// 4, RFC 5246 section 7.4: message 8 and 15 are TLS 1.3's, 12, 14 and 16 are TLS 1.2's.
const std::vector<std::string> opened{
    "0|TLS|1|mx.bob.example||||||",
    "0|TLSv1.3|2,8,11,15,20|||||||0x1302",
    "0|TLSv1.3|20|||||||",
    "0|SMTP||||EHLO alice.example\\r\\n||||",
    "0|SMTP|||||250 Eleven million.\\r\\n|||",
    "0|TLSv1.3|||0|||||",
    "0|TLSv1.3|||0|||||",
    "1|TLS|1|mx.bob.example||||||",
    "1|TLSv1.2|2,11,12,14|||||||0xc02c",
    "1|TLSv1.2|16,20|||||||",
    "1|TLSv1.2|20|||||||",
    "1|SMTP||||EHLO alice.example\\r\\n||||",
    "1|SMTP|||||250 Eleven million.\\r\\n|||",
    "1|TLSv1.2|||0|||||",
    "1|TLSv1.2|||0|||||",
};

std::size_t count(const std::vector<std::string>& lines, std::string_view words) {
    return static_cast<std::size_t>(std::ranges::count_if(
        lines, [&](const std::string& l) { return l.find(words) != std::string::npos; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outside)

BOOST_AUTO_TEST_CASE(tshark_opens_a_session_with_the_secrets_of_the_trace) {
    Town town;
    town.play(Version::tls13);
    town.play(Version::tls12);
    const auto finished = town.events<trace::HandshakeFinished>();
    BOOST_TEST_REQUIRE(finished.size() == 4u);
    BOOST_TEST(finished[0].cipher == "TLS_AES_256_GCM_SHA384");                   // 0x1302
    BOOST_TEST(finished[2].cipher == "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");  // 0xC02C
    const std::string capture = capture_of(town.trace);
    const std::string keys = key_log_of(town.trace);
    BOOST_TEST(read_by_tshark(capture, keys) == opened, boost::test_tools::per_element());
    BOOST_TEST(capture.find("EHLO") == std::string::npos);

    // With one wrong digit in the secret of a direction, that direction stays closed.
    std::string wrong = keys;
    const std::size_t at = wrong.find('\n', wrong.find("SERVER_TRAFFIC_SECRET_0")) - 1;
    wrong[at] = wrong[at] == '0' ? '1' : '0';
    const auto half = read_by_tshark(capture, wrong);
    BOOST_TEST(count(half, "EHLO alice.example") == 2u);
    BOOST_TEST(count(half, "Eleven million.") == 1u);

    // Without secrets all stays closed, and tshark does say when a message is malformed.
    std::string altered = capture;
    const std::size_t name = altered.find(std::string("\x00\x11\x00\x00\x0Emx.bob", 11));
    BOOST_TEST_REQUIRE(name != std::string::npos);
    altered[name + 3] = '\x7F';
    const auto closed = read_by_tshark(altered, "");
    BOOST_TEST(count(closed, "alice") == 0u);
    BOOST_TEST(count(closed, "Eleven") == 0u);
    BOOST_TEST(count(closed, "malformed") == 1u);
    BOOST_TEST(count(closed, "0xc02c") == 1u);
}

// RFC 5246 section 7.4.7.1: the key alone is enough, and with an ephemeral exchange it is not.
BOOST_AUTO_TEST_CASE(tshark_opens_with_an_rsa_key_what_we_open_with_it) {
    for (const std::string suite :
         {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}) {
        Town town;
        town.certificate.key = tls::KeyKind::rsa_2048;
        town.ciphers = {tls::cipher_number(suite).value()};
        town.play(Version::tls12);
        const std::string key = tls::private_key_der(*town.server(town.certificate).identity);
        const std::string ours = smtp_by_us(town.trace, key);
        BOOST_TEST(smtp_by_tshark(capture_of(town.trace), rsa_key_pem(key)) == ours);
        BOOST_TEST(ours.empty() == suite.starts_with("TLS_ECDHE"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
