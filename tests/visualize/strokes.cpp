// A server's flight in TLS 1.3: what can be read, and what is sealed behind it.
#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/visualize/play.hpp"
#include "visualize/ladder.hpp"
#include "visualize/ladder_view.hpp"
#include "visualize/ladder_words.hpp"
#include "visualize/records.hpp"

using namespace visualize;

namespace {

constexpr const char* flight = "{EncryptedExtensions, Certificate, CertificateVerify, Finished}";

const char* const listened_title = "a receiver that speaks TLSv1.3 alone";

struct Stroke {
    Style style;
    std::string head, detail;
    friend bool operator==(const Stroke&, const Stroke&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Stroke& s) {
        return out << word(s.style) << ": " << s.head << " (" << s.detail << ")";
    }
};

// The arrows of the handshake: those behind a ClientHello, as many as it has.
std::vector<Stroke> handshake_of(const Ladder& ladder, std::size_t most) {
    std::vector<Stroke> out;
    bool begun = false;
    for (const Row& row : ladder.rows) {
        if (row.kind != Row::Kind::message) continue;
        if (begun && out.size() < most) out.push_back({row.style, row.head, row.detail});
        begun = begun || row.head == "ClientHello";
    }
    return out;
}

Ladder ladder_for(const Play& play, const std::string& party) {
    return ladder_of(play.trace(), "t", viewers_of(play.trace(), party).value());
}

std::string one_record(char type, const std::string& content) {
    return std::string{type, '\3', '\3', '\0', static_cast<char>(content.size())} + content;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(strokes)

BOOST_AUTO_TEST_CASE(a_certificate_of_tls13_can_be_seen) {
    const Play play("exchange/versions.lua", listened_title);
    const std::vector<Stroke> expected{
        {Style::clear, "ServerHello", "133 bytes"},
        {Style::encrypted, flight,
         "certificate for mx.bob.example; 1220 bytes on the path: {4 sealed records}"},
        {Style::encrypted, "{Finished}", "91 bytes on the path: {1 sealed record}"}};
    for (const char* const party : {"all", "sender", "receiver"}) {
        const std::vector<Stroke> seen = handshake_of(ladder_for(play, party), 3);
        BOOST_TEST(seen == expected, boost::test_tools::per_element());
    }
    // An eavesdropper has no keys.
    const std::vector<Stroke> by_eve{{Style::clear, "ServerHello", "133 bytes"},
                                     {Style::encrypted, "{4 sealed records}", "1220 bytes"},
                                     {Style::encrypted, "{1 sealed record}", "91 bytes"}};
    BOOST_TEST(handshake_of(ladder_for(play, "eve"), 3) == by_eve,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_stroke_is_watched_and_called_by_itself) {
    const Play play("exchange/versions.lua", listened_title);
    const Ladder ladder = ladder_of(play.trace(), "t");
    std::set<std::string> ids;
    std::size_t strokes = 0;
    for (std::size_t i = 0; i < ladder.rows.size(); ++i) {
        const Row& row = ladder.rows[i];
        BOOST_TEST(ids.insert(id_of(row)).second, id_of(row));
        if (!row.is_sealed_rest) continue;
        ++strokes;
        const Row& front = ladder.rows[i - 1];
        BOOST_TEST(id_of(row) == id_of(front) + "_sealed");
        BOOST_TEST((row.carries == front.carries));
        BOOST_TEST_REQUIRE(front.glances.size() == 1u);
        BOOST_TEST_REQUIRE(row.glances.size() == 1u);
        BOOST_TEST((front.glances[0].sight == Glance::Sight::readable));
        BOOST_TEST(front.glances[0].bytes == 133u);
        BOOST_TEST((row.glances[0].sight == Glance::Sight::sealed));
        BOOST_TEST(row.glances[0].bytes == 1220u);
    }
    BOOST_TEST(strokes == 1u);
}

BOOST_AUTO_TEST_CASE(a_flight_in_several_segments_is_told_as_a_whole) {
    const Play play("certificates/kinds.lua",
                    "a certificate of another kind, RSA of 4096 bits: delivered");
    const std::vector<Stroke> seen = handshake_of(ladder_of(play.trace(), "t"), 2);
    BOOST_TEST_REQUIRE(seen.size() == 2u);
    BOOST_TEST(seen[1].head == flight);
    BOOST_TEST(seen[1].detail.ends_with("bytes on the path: {4 sealed records}"), seen[1]);
}

// TLS 1.2 shows all of it, and it stays one arrow.
BOOST_AUTO_TEST_CASE(tls12_has_one_stroke) {
    const Play play("exchange/versions.lua", "a receiver that speaks TLSv1.2 alone");
    const std::vector<Stroke> seen = handshake_of(ladder_of(play.trace(), "t"), 1);
    BOOST_TEST_REQUIRE(seen.size() == 1u);
    BOOST_TEST(seen[0].head == "ServerHello, Certificate, ServerKeyExchange, ServerHelloDone");
}

// Who stands between the two has a session with each, and shows a certificate of his own.
BOOST_AUTO_TEST_CASE(an_impersonator_has_two_handshakes) {
    const Play play("attacks/impersonation.lua",
                    "Mallory shows a certificate of his own making, level may: he reads the mail");
    std::vector<Stroke> strokes;
    for (const Row& row : ladder_of(play.trace(), "t").rows)
        if (row.is_sealed_rest) strokes.push_back({row.style, row.head, row.detail});
    BOOST_TEST_REQUIRE(strokes.size() == 2u);
    BOOST_TEST((strokes[0].style == Style::altered));
    BOOST_TEST((strokes[1].style == Style::encrypted));
    for (const Stroke& stroke : strokes) BOOST_TEST(stroke.head == flight);
    // To Alice it is a flight as any.
    const Ladder alice = ladder_for(play, "sender");
    const auto told = std::find_if(alice.rows.begin(), alice.rows.end(),
                                   [](const Row& row) { return row.is_sealed_rest; });
    BOOST_TEST_REQUIRE((told != alice.rows.end()));
    BOOST_TEST((told->style == Style::encrypted));
    BOOST_TEST(told->head == flight);
    BOOST_TEST(told->detail.find("another's place") == std::string::npos, told->detail);
}

BOOST_AUTO_TEST_CASE(where_the_readable_front_ends) {
    const std::string hello = one_record(22, std::string("\2\0\0\1x", 5)),
                      change = one_record(20, "\1"), sealed = one_record(23, "sealed"),
                      others = one_record(22, std::string("\13\0\0\1x", 5));
    const std::pair<std::string, std::size_t> rows[] = {
        {hello + sealed, hello.size()},
        {hello + change + sealed, hello.size() + change.size()},
        {hello + change + sealed.substr(0, 1), 0},
        {hello + change + sealed.substr(0, 5), hello.size() + change.size()},
        {hello, 0},
        {hello + change, 0},
        {hello + others, 0},
        {others + sealed, 0},
        {change + sealed, 0},
        {sealed, 0},
        {hello.substr(0, 7) + sealed, 0},
        {"220 mx\r\n", 0},
        {"", 0}};
    for (const auto& [bytes, front] : rows) BOOST_TEST(readable_front(bytes) == front);
}

BOOST_AUTO_TEST_SUITE_END()
