// Whoever sits between may cut, alter, repeat and forge: there is no session then, and never a byte
// of data that was not written.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

#include "tests/tls/lab.hpp"

using namespace core;
using tls::Version;
using State = net::Stream::State;

namespace {

constexpr Version versions[] = {Version::tls12, Version::tls13};

tls::Settings speaking(tls::Settings settings, Version version) {
    settings.lowest = settings.highest = version;
    return settings;
}

struct Talk : Lab {
    explicit Talk(Version version, std::uint64_t seed = 1)
        : Lab(seed), s(*this, server(), speaking(client(), version)) {}
    /// The side that writes, its end of the wire, and the side that reads.
    tls::Channel& from(bool client_writes) { return client_writes ? s.client : s.server; }
    tls::Channel& to(bool client_writes) { return client_writes ? s.server : s.client; }
    End& end(bool client_writes) { return client_writes ? s.wire.client : s.wire.server; }
    End& other_end(bool client_writes) { return end(!client_writes); }
    Session s;
};

std::string handshake_bytes(Version version, bool client_writes) {
    Talk talk(version);
    BOOST_TEST_REQUIRE(talk.s.shake_hands());
    return talk.end(client_writes).written();
}

// Offsets worth a trial: beside each border of a record, and some in between.
std::set<std::size_t> offsets_of(const std::string& bytes, std::size_t stride) {
    std::set<std::size_t> out;
    for (std::size_t at = 0; at < bytes.size(); at += stride) out.insert(at);
    for (const Record& record : records_of(bytes)) {
        for (std::size_t i = 0; i < 6 && i < record.size; ++i) out.insert(record.at + i);
        out.insert(record.at + record.size - 1);
    }
    return out;
}

// A side that says that it has finished must not take the session for a good one for long.
void check_no_session(Talk& talk, const std::string& where) {
    BOOST_TEST(!(talk.s.client_run->ok() && talk.s.server_run->ok()), where);
    talk.s.client.write("from the client");
    talk.s.server.write("from the server");
    talk.settle();
    BOOST_TEST(talk.s.client.available() == "", where);
    BOOST_TEST(talk.s.server.available() == "", where);
}

constexpr std::string_view first = "MAIL FROM:<alice@alice.example>\r\n";
constexpr std::string_view second = "RCPT TO:<bob@bob.example>\r\n";

struct Sent {
    std::string one, two;
};
/// Two records of data that are written and held back.
Sent held_back(Talk& talk, bool client_writes) {
    End& end = talk.end(client_writes);
    end.trouble.hold = true;
    const std::size_t from = end.written().size();
    talk.from(client_writes).write(first);
    const std::size_t middle = end.written().size();
    talk.from(client_writes).write(second);
    return {end.written().substr(from, middle - from), end.written().substr(middle)};
}

std::string flipped(std::string bytes, std::size_t at, unsigned bit) {
    bytes[at] ^= static_cast<char>(1u << bit);
    return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integrity)

// A24: RFC 8446 section 6.1; the end of TCP may come at any byte.
BOOST_AUTO_TEST_CASE(a_handshake_cut_at_any_byte_is_no_session) {
    for (const Version version : versions) {
        for (const bool client_writes : {true, false}) {
            const std::string whole = handshake_bytes(version, client_writes);
            bool reset = false;
            for (const std::size_t at : offsets_of(whole, 23)) {
                Talk talk(version);
                talk.end(client_writes).trouble.cut_at = at;
                talk.end(client_writes).trouble.cut =
                    (reset = !reset) ? State::broken : State::finished;
                talk.s.shake_hands();
                const Run& reader = client_writes ? *talk.s.server_run : *talk.s.client_run;
                BOOST_TEST(reader.words() ==
                               "TLS handshake failed: the peer ended the connection in the middle",
                           word(version) << " cut at " << at);
                check_no_session(talk, "cut at " + std::to_string(at));
                BOOST_TEST((talk.from(client_writes).state() == State::broken));
            }
        }
    }
}

// A22, A26, RFC 8446 section 4.4.4: Finished covers the handshake. The version in the header of a
// clear record means nothing (RFC 8446 section 5.1).
BOOST_AUTO_TEST_CASE(a_flipped_bit_in_a_handshake_is_no_session) {
    for (const Version version : versions) {
        for (const bool client_writes : {true, false}) {
            const std::string whole = handshake_bytes(version, client_writes);
            const auto records = records_of(whole);
            unsigned bit = 0;
            for (const std::size_t at : offsets_of(whole, 17)) {
                const bool in_version =
                    std::any_of(records.begin(), records.end(),
                                [&](const Record& r) { return at == r.at + 1 || at == r.at + 2; });
                if (in_version) continue;
                Talk talk(version);
                talk.end(client_writes).trouble.flip_at = at;
                talk.end(client_writes).trouble.flip =
                    static_cast<unsigned char>(1u << (bit++ % 8));
                talk.s.shake_hands();
                check_no_session(talk, std::string(word(version)) + " flipped at " +
                                           std::to_string(at) + ", bit " +
                                           std::to_string((bit - 1) % 8));
            }
        }
    }
}

// A TLS 1.3 client finishes before the server has seen that its Finished is wrong (RFC 8446
// section 4.4.4): its session ends at the first read.
BOOST_AUTO_TEST_CASE(the_success_of_a_tls13_client_is_provisional) {
    Talk talk(Version::tls13);
    talk.s.wire.client.trouble.flip_at = handshake_bytes(Version::tls13, true).size() - 1;
    BOOST_TEST(!talk.s.shake_hands());
    BOOST_TEST(talk.s.client_run->words() == "ok");
    BOOST_TEST(!talk.s.server_run->ok());
    const auto finished = talk.events<trace::HandshakeFinished>();
    BOOST_TEST_REQUIRE(finished.size() == 1u);
    BOOST_TEST((finished[0].certainty == trace::Certainty::provisional));
    BOOST_TEST(talk.events<trace::HandshakeFailed>().size() == 1u);
    BOOST_TEST((talk.s.client.state() == State::broken));
}

// A26, RFC 8446 section 5.2: each bit of a record is protected, or it is where the record ends.
BOOST_AUTO_TEST_CASE(a_flipped_bit_in_data_breaks_the_stream) {
    for (const Version version : versions) {
        for (const bool client_writes : {true, false}) {
            for (std::size_t at = 0, bit = 0; at < 5 + first.size() + 16; ++at, ++bit) {
                Talk talk(version);
                BOOST_TEST_REQUIRE(talk.s.shake_hands());
                const Sent sent = held_back(talk, client_writes);
                BOOST_TEST_REQUIRE(at < sent.one.size());
                End& end = talk.other_end(client_writes);
                end.arrive(flipped(sent.one, at, bit % 8) + sent.two);
                talk.end(client_writes).finish();
                talk.settle();
                tls::Channel& reader = talk.to(client_writes);
                BOOST_TEST(reader.available() == "", word(version) << " flipped at " << at);
                BOOST_TEST((reader.state() == State::broken), word(version) << " at " << at);
            }
        }
    }
}

// What came before the altered record was good, and stays.
BOOST_AUTO_TEST_CASE(data_before_a_flipped_bit_is_kept) {
    for (const Version version : versions) {
        Talk talk(version);
        BOOST_TEST_REQUIRE(talk.s.shake_hands());
        const Sent sent = held_back(talk, true);
        talk.s.wire.server.arrive(sent.one + flipped(sent.two, sent.two.size() - 1, 0));
        talk.settle();
        BOOST_TEST(take_all(talk.s.server) == first);
        BOOST_TEST((talk.s.server.state() == State::broken));
        // bad_record_mac goes out (RFC 8446 section 5.2), and the writer sees a broken stream.
        talk.settle();
        BOOST_TEST((talk.s.client.state() == State::broken));
    }
}

// A26, A27: records are numbered (RFC 8446 section 5.3).
BOOST_AUTO_TEST_CASE(records_that_are_moved_or_repeated_break_the_stream) {
    struct Row {
        const char* name;
        std::string (*how)(const Sent&);
        std::string_view data;
        State state;
    };
    static const std::string both = std::string(first) + std::string(second);
    const Row rows[] = {
        {"as sent", [](const Sent& s) { return s.one + s.two; }, both, State::open},
        {"exchanged", [](const Sent& s) { return s.two + s.one; }, "", State::broken},
        {"the first left out", [](const Sent& s) { return s.two; }, "", State::broken},
        {"repeated", [](const Sent& s) { return s.one + s.one; }, first, State::broken},
        {"repeated later", [](const Sent& s) { return s.one + s.two + s.one; }, both,
         State::broken},
        {"clear text", [](const Sent& s) { return s.one + "250 2.0.0 ok\r\n"; }, first,
         State::broken},
        {"a record in clear text",
         [](const Sent& s) { return s.one + std::string("\x17\x03\x03\x00\x05hello", 10); }, first,
         State::broken},
    };
    for (const Version version : versions) {
        for (const Row& row : rows) {
            for (const bool client_writes : {true, false}) {
                Talk talk(version);
                BOOST_TEST_REQUIRE(talk.s.shake_hands());
                const Sent sent = held_back(talk, client_writes);
                talk.other_end(client_writes).arrive(row.how(sent));
                talk.settle();
                BOOST_TEST(take_all(talk.to(client_writes)) == row.data, row.name);
                BOOST_TEST((talk.to(client_writes).state() == row.state), row.name);
            }
        }
    }
}

// A24: whole records and nothing else, and no orderly end.
BOOST_AUTO_TEST_CASE(data_cut_at_any_byte_gives_whole_records) {
    for (const Version version : versions) {
        Talk probe(version);
        BOOST_TEST_REQUIRE(probe.s.shake_hands());
        const Sent sent = held_back(probe, true);
        const std::string all = sent.one + sent.two;
        for (std::size_t at = 0; at <= all.size(); ++at) {
            Talk talk(version);
            BOOST_TEST_REQUIRE(talk.s.shake_hands());
            talk.s.wire.client.trouble.cut_at = talk.s.wire.client.written().size() + at;
            talk.s.client.write(first);
            talk.s.client.write(second);
            talk.settle();
            std::string whole(at >= sent.one.size() ? first : "");
            if (at == all.size()) whole += second;
            BOOST_TEST(take_all(talk.s.server) == whole, word(version) << " cut at " << at);
            BOOST_TEST((talk.s.server.state() == State::broken));
        }
    }
}

// A24: the orderly end is protected as data is; an alert in clear text is none.
BOOST_AUTO_TEST_CASE(close_notify_cannot_be_forged) {
    for (const Version version : versions) {
        Talk talk(version);
        BOOST_TEST_REQUIRE(talk.s.shake_hands());
        talk.s.wire.server.arrive(std::string("\x15\x03\x03\x00\x02\x01\x00", 7));
        talk.settle();
        BOOST_TEST((talk.s.server.state() == State::broken));
    }
}

// A27: the server's random is another one.
BOOST_AUTO_TEST_CASE(a_recorded_session_cannot_be_played_again) {
    for (const Version version : versions) {
        Talk recorded(version);
        BOOST_TEST_REQUIRE(recorded.s.shake_hands());
        recorded.s.client.write(first);
        recorded.settle();
        BOOST_TEST(take_all(recorded.s.server) == first);
        for (const std::uint64_t seed : {1, 2}) {
            Talk again(version, seed);
            again.s.server_run.emplace(again.loop, again.s.server.handshake());
            again.s.wire.server.arrive(recorded.s.wire.client.written());
            again.settle();
            // The negative control: a world of the same seed is the same world.
            BOOST_TEST(again.s.server_run->ok() == (seed == 1));
            BOOST_TEST(again.s.server.available() == (seed == 1 ? first : ""));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
