// What a private key opens of recorded bytes: sessions of OpenSSL's client and server, of which key
// and text are known, and of our own.
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <map>

#include "sim/tls/overheard.hpp"
#include "tests/tls/lab.hpp"

using tls::DecryptionKey;
using tls::MasterSecrets;
using tls::Overheard;
using tls::SaidInside;
using tls::Writer;

namespace {

const std::string by_client = "The safe is behind the painting.\n";
const std::string by_server = "Eleven million, in small notes.\n";

std::string from_hex(const std::string& digits) {
    std::string out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return out;
}

struct Turn {
    Writer writer;
    std::string bytes;
};
using Recording = std::vector<Turn>;

// tests/vectors/tls/README.md
struct Vectors {
    Vectors() {
        std::ifstream in(MAILTLS_TESTS "/vectors/tls/rsa_key_exchange.txt");
        std::string at;
        for (std::string line; std::getline(in, line);) {
            if (line.empty() || line[0] == '#') continue;
            if (line.starts_with(">> "))
                at = line.substr(3, line.find(':') - 3);
            else if (at == "key")
                key += from_hex(line);
            else
                sessions[at].push_back(
                    {line[0] == 'C' ? Writer::client : Writer::server, from_hex(line.substr(2))});
        }
        BOOST_TEST_REQUIRE(sessions.size() == 11u);
    }
    std::string key;
    std::map<std::string, Recording> sessions;
};

SaidInside heard(const Recording& recording, const DecryptionKey& key, MasterSecrets& masters) {
    Overheard overheard(key, masters);
    SaidInside all;
    for (const Turn& turn : recording) {
        const SaidInside some = overheard.add(turn.writer, turn.bytes);
        all.by_client += some.by_client;
        all.by_server += some.by_server;
    }
    return all;
}
SaidInside heard(const Recording& recording, const std::string& key) {
    const DecryptionKey with(key);
    MasterSecrets masters;
    return heard(recording, with, masters);
}

void check_whole(const SaidInside& said, const std::string& where) {
    BOOST_TEST(said.by_client == by_client, where);
    BOOST_TEST(said.by_server == by_server, where);
}
void check_nothing(const SaidInside& said, const std::string& where) {
    BOOST_TEST(said.by_client == "", where);
    BOOST_TEST(said.by_server == "", where);
}

constexpr const char* opened[] = {"gcm128",     "gcm384", "ccm8",    "cbc_sha",
                                  "cbc_sha256", "noems",  "ticket1", "id1"};

// A session of our own, and what each side wrote.
struct Own : Lab {
    explicit Own(tls::KeyKind kind, const std::string& cipher, tls::Version version) {
        tls::CertificateWish its = wish();
        its.key = kind;
        tls::Settings shows = server(its), asks = client();
        if (!cipher.empty()) shows.ciphers = {tls::cipher_number(cipher).value()};
        asks.lowest = asks.highest = version;
        key = tls::private_key_der(*shows.identity);
        Session s(*this, shows, asks);
        BOOST_TEST_REQUIRE(s.shake_hands());
        s.client.write(by_client);
        s.server.write(by_server);
        s.settle();
        recording = {{Writer::client, s.wire.client.written()},
                     {Writer::server, s.wire.server.written()}};
    }
    std::string key;
    Recording recording;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(overheard)

BOOST_AUTO_TEST_CASE(sessions_of_openssl_with_rsa_key_exchange_are_read_with_the_key) {
    Vectors v;
    for (const char* const name : opened) check_whole(heard(v.sessions[name], v.key), name);
}

BOOST_AUTO_TEST_CASE(an_ephemeral_key_exchange_is_not) {
    Vectors v;
    check_nothing(heard(v.sessions["ecdhe"], v.key), "ecdhe");
}

BOOST_AUTO_TEST_CASE(a_resumed_session_is_read_by_what_was_recorded_of_the_first) {
    Vectors v;
    const DecryptionKey key(v.key);
    for (const std::string how : {"ticket", "id"}) {
        MasterSecrets masters, none;
        check_whole(heard(v.sessions[how + "1"], key, masters), how);
        check_whole(heard(v.sessions[how + "2"], key, masters), how);
        check_nothing(heard(v.sessions[how + "2"], key, none), how);
    }
}

// A watcher's trace has segments of any size; and it does not matter which side is read first.
BOOST_AUTO_TEST_CASE(bytes_may_come_in_any_pieces_and_either_side_first) {
    Vectors v;
    const Recording& whole = v.sessions["gcm128"];
    Recording single, server_first, client_first;
    for (const Turn& turn : whole)
        for (const char c : turn.bytes) single.push_back({turn.writer, std::string(1, c)});
    for (const Writer writer : {Writer::client, Writer::server})
        for (const Turn& turn : whole) {
            if (turn.writer == writer) client_first.push_back(turn);
            if (turn.writer != writer) server_first.push_back(turn);
        }
    check_whole(heard(single, v.key), "single bytes");
    check_whole(heard(client_first, v.key), "the client's first");
    check_whole(heard(server_first, v.key), "the server's first");
}

BOOST_AUTO_TEST_CASE(clear_text_before_the_session_does_not_matter) {
    Vectors v;
    Recording talk{{Writer::server, "220 mx.bob.example\r\n"},
                   {Writer::client, "STARTTLS\r\n"},
                   {Writer::server, "220 Go on\r\n"}};
    const Recording& session = v.sessions["gcm128"];
    talk.insert(talk.end(), session.begin(), session.end());
    check_whole(heard(talk, v.key), "behind STARTTLS");
}

BOOST_AUTO_TEST_CASE(without_the_right_key_nothing_is_read) {
    Vectors v;
    const Own other(tls::KeyKind::rsa_2048, "TLS_RSA_WITH_AES_128_GCM_SHA256", tls::Version::tls12);
    const Own curve(tls::KeyKind::ecdsa_p256, "", tls::Version::tls12);
    for (const std::string& key : {other.key, curve.key, std::string(), std::string("no key")})
        check_nothing(heard(v.sessions["gcm128"], key), "another key");
    check_whole(heard(other.recording, other.key), "its own");
    check_nothing(heard(other.recording, v.key), "a stranger's");
    check_nothing(heard(curve.recording, curve.key), "ECDSA signs, and no more");
}

// Whatever is cut away or altered, there is no text that was not said; all is well-defined.
BOOST_AUTO_TEST_CASE(of_broken_recordings_there_is_no_word_that_was_not_said) {
    Vectors v;
    const DecryptionKey key(v.key);
    for (const std::string name : {"gcm128", "cbc_sha", "ticket1"}) {
        const Recording& whole = v.sessions[name];
        std::size_t all = 0;
        for (const Turn& turn : whole) all += turn.bytes.size();
        for (std::size_t at = 0; at < all; at += 7) {
            Recording cut, altered;
            std::size_t begins = 0;
            for (const Turn& turn : whole) {
                Turn one = turn;
                if (at >= begins && at < begins + one.bytes.size())
                    one.bytes[at - begins] = static_cast<char>(one.bytes[at - begins] ^ 0x20);
                altered.push_back(one);
                cut.push_back({turn.writer, turn.bytes.substr(0, at > begins ? at - begins : 0)});
                begins += turn.bytes.size();
            }
            for (const Recording& broken : {cut, altered}) {
                MasterSecrets masters;
                const SaidInside said = heard(broken, key, masters);
                BOOST_TEST((said.by_client.empty() || said.by_client == by_client), name);
                BOOST_TEST((said.by_server.empty() || said.by_server == by_server), name);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(our_own_sessions_are_read_where_openssl_s_are) {
    using tls::KeyKind;
    using tls::Version;
    for (const std::string cipher :
         {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_RSA_WITH_AES_256_CCM", "TLS_RSA_WITH_AES_128_CBC_SHA",
          "TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256"}) {
        const Own own(KeyKind::rsa_2048, cipher, Version::tls12);
        check_whole(heard(own.recording, own.key), cipher);
    }
    const Own ephemeral(KeyKind::rsa_2048, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Version::tls12);
    check_nothing(heard(ephemeral.recording, ephemeral.key), "ECDHE");
    const Own newest(KeyKind::rsa_2048, "", Version::tls13);
    check_nothing(heard(newest.recording, newest.key), "TLS 1.3");
}

BOOST_AUTO_TEST_SUITE_END()
