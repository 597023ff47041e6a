// TLS taken apart. That each field is what tshark says is checked over the whole gallery
// (tests/captures/check.py); here stands what no gallery has.
#include <boost/test/unit_test.hpp>

#include "sim/tls/dissect.hpp"
#include "sim/tls/library.hpp"

using tls::Dissector;
using tls::Field;
using tls::Piece;
using trace::Way;

namespace {

const tls::Secrets no_secrets;

// "id: value" of all fields, a line each, deeper ones indented.
void tell(const std::vector<Field>& fields, const std::string& indent, std::string& out) {
    for (const Field& field : fields) {
        out +=
            indent + std::string(field.id) + (field.value.empty() ? "" : ": " + field.value) + "\n";
        tell(field.parts, indent + " ", out);
    }
}
std::string told(const std::vector<Field>& fields) {
    std::string out;
    tell(fields, "", out);
    return out;
}

std::string record(int type, const std::string& content) {
    return std::string{static_cast<char>(type), '\3', '\3', static_cast<char>(content.size() >> 8),
                       static_cast<char>(content.size() & 255)} +
           content;
}

// One cipher, no session, a challenge of one byte.
const std::string ssl2_hello(
    "\x80\x0D\1\0\2\0\3\0\0\0\1\7\0\xC0"
    "c",
    15);

struct Row {
    const char* name;
    std::string bytes, last;
};

const Row rows[] = {
    {"an alert", record(21, {'\2', '\50'}), "tls.alert.description: handshake_failure (0x28)"},
    {"half an alert", record(21, "\2"),
     "tls.not_understood: tls.alert.description: expected 1 bytes, got 0"},
    {"an alert with more", record(21, {'\1', '\0', 'x'}),
     "tls.not_understood: more bytes than expected"},
    {"a message of no known type", record(22, {'\77', '\0', '\0', '\1', 'x'}),
     "tls.handshake.body: 78"},
    {"a ClientHello that ends in its random", record(22, std::string("\1\0\0\5\3\3abc", 9)),
     "tls.not_understood: tls.client_hello.random: expected 32 bytes, got 3"},
    {"suites that are said to be more than there are",
     record(22,
            std::string("\1\0\0\47\3\3", 6) + std::string(32, 'r') + std::string("\0\0\6\23\1", 5)),
     "tls.not_understood: tls.client_hello.cipher_suites: expected 6 bytes, got 2"},
    {"a hello of SSL 2.0", ssl2_hello, "ssl2.challenge: 63"},
    {"one with a cipher too few", ssl2_hello.substr(0, 6) + "\6" + ssl2_hello.substr(7),
     "tls.not_understood: ssl2.ciphers: expected 6 bytes, got 4"},
    {"one whose challenge is cut off", ssl2_hello.substr(0, 10) + "\2" + ssl2_hello.substr(11),
     "tls.not_understood: ssl2.challenge: expected 2 bytes, got 1"},
    {"no certificate", record(22, std::string("\13\0\0\12\0\0\7\0\0\4noth", 14)),
     "tls.certificate.der: no certificate that Mbed TLS reads: 6e6f7468"},
};

std::string last_line(std::string text) {
    text.pop_back();
    const std::size_t at = text.rfind('\n');
    text = at == std::string::npos ? text : text.substr(at + 1);
    return text.substr(text.find_first_not_of(' '));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dissect)

BOOST_AUTO_TEST_CASE(it_says_how_far_it_understood) {
    core::Loop loop{core::world_begins};
    const tls::Library library(loop, core::Chance(1));
    for (const Row& row : rows) BOOST_TEST_CONTEXT(row.name) {
            Dissector dissector(no_secrets);
            const std::vector<Piece> pieces = dissector.add(Way::to_server, row.bytes);
            BOOST_TEST_REQUIRE(pieces.size() == 1u);
            BOOST_TEST(pieces[0].wire.bytes == row.bytes);
            BOOST_TEST(last_line(told(pieces[0].wire.fields)) == row.last);
        }
}

BOOST_AUTO_TEST_CASE(tls_begins_at_the_beginning_of_a_line) {
    const std::string alert = record(21, {'\1', '\0'});
    Dissector dissector(no_secrets);
    const auto add = [&](Way way, const std::string& bytes) { return dissector.add(way, bytes); };
    BOOST_TEST(add(Way::to_client, "220 mx\r\n").size() == 1u);
    BOOST_TEST((add(Way::to_client, "220 mx\x16\3").front().kind == Piece::Kind::clear));
    const auto both = add(Way::to_server, "STARTTLS\r\n" + alert);
    BOOST_TEST_REQUIRE(both.size() == 2u);
    BOOST_TEST((both[0].kind == Piece::Kind::clear));
    BOOST_TEST(both[0].wire.bytes == "STARTTLS\r\n");
    BOOST_TEST((both[1].kind == Piece::Kind::record));
    BOOST_TEST(both[1].offset == 10u);
    // A half line is no reason to miss the other way's records.
    const auto after = add(Way::to_client, alert);
    BOOST_TEST_REQUIRE(after.size() == 1u);
    BOOST_TEST((after[0].kind == Piece::Kind::record));
}

BOOST_AUTO_TEST_CASE(a_message_in_two_records_is_shown_whole) {
    const std::string message = std::string("\24\0\0\14twelve bytes", 16);
    Dissector dissector(no_secrets);
    const auto first = dissector.add(Way::to_client, record(22, message.substr(0, 7)));
    BOOST_TEST_REQUIRE(first.size() == 1u);
    BOOST_TEST(last_line(told(first[0].wire.fields)) ==
               "tls.handshake.fragment: a message that goes on in the next record");
    BOOST_TEST(!first[0].whole_message.has_value());
    const auto second = dissector.add(Way::to_client, record(22, message.substr(7)));
    BOOST_TEST_REQUIRE(second.size() == 1u);
    BOOST_TEST_REQUIRE(second[0].whole_message.has_value());
    BOOST_TEST(second[0].whole_message->bytes == message);
    BOOST_TEST(told(second[0].whole_message->fields) ==
               "tls.handshake: finished\n tls.handshake.type: finished (0x14)\n"
               " tls.handshake.length: 12\n"
               " tls.finished.verify_data: 7477656c7665206279746573\n");
}

BOOST_AUTO_TEST_CASE(what_is_left_of_a_record_is_told) {
    Dissector dissector(no_secrets);
    BOOST_TEST(dissector.add(Way::to_server, std::string("\26\3\1\0\12ab", 7)).empty());
    const auto rest = dissector.rest();
    BOOST_TEST_REQUIRE(rest.size() == 1u);
    BOOST_TEST(told(rest[0].wire.fields) == "tls.not_understood: the first 7 bytes of a record\n");
    BOOST_TEST(dissector.rest().empty());
}

BOOST_AUTO_TEST_SUITE_END()
