// Acts on bytes: what comes out is the same, however the bytes that come in are parted.
#include <boost/test/unit_test.hpp>

#include <functional>

#include "sim/attack/lines.hpp"
#include "sim/attack/wire.hpp"
#include "sim/smtp/command.hpp"

using namespace attack;

namespace {

constexpr HostId alice{0}, bob{1};

Passing passing(Way way) {
    Passing p{};
    p.from = way == Way::to_server ? alice : bob;
    p.to = way == Way::to_server ? bob : alice;
    p.way = way;
    p.port = 25;
    return p;
}

// What went each way, and how often.
struct Left {
    std::string to_server, to_client;
    std::size_t pieces = 0, resets = 0, fins = 0;
};

// Runs pieces of one way through one act.
Left run(Act& act, Way way, const std::vector<std::string>& pieces) {
    Chain chain;
    chain.add(act.on(passing(way), Layer::clear));
    Left left;
    for (const std::string& bytes : pieces)
        for (const Piece& p : chain.pass({way, Mark::none, bytes, {}, {}}, true)) {
            (p.way == Way::to_server ? left.to_server : left.to_client) += p.bytes;
            ++left.pieces;
            left.resets += p.mark == Mark::reset;
            left.fins += p.mark == Mark::fin;
        }
    return left;
}

// All ways to part a text in two, each byte alone, and the whole.
std::vector<std::vector<std::string>> partings(const std::string& text) {
    std::vector<std::vector<std::string>> out{{text}};
    for (std::size_t i = 1; i < text.size(); ++i)
        out.push_back({text.substr(0, i), text.substr(i)});
    std::vector<std::string> bytes;
    for (const char c : text) bytes.emplace_back(1, c);
    out.push_back(bytes);
    return out;
}

std::string record(int type, const std::string& payload) {
    return std::string{static_cast<char>(type), '\3', '\3', '\0',
                       static_cast<char>(payload.size())} +
           payload;
}

// A ClientHello that offers TLS 1.3 and 1.2 and three suites; the layout of RFC 8446 section 4.1.2.
std::string client_hello() {
    const std::string versions{0, 43, 0, 5, 4, 3, 4, 3, 3};
    const std::string name{0, 0, 0, 2, 'h', 'i'};
    const std::string extensions = name + versions;
    std::string body = std::string("\3\3", 2) + std::string(32, 'r') + std::string("\2id", 3) +
                       std::string{0, 6, 19, 2, 19, 1, -64, 44} + std::string("\1\0", 2) +
                       std::string{0, static_cast<char>(extensions.size())} + extensions;
    body = std::string{1, 0, 0, static_cast<char>(body.size())} + body;
    return record(22, body);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(filters)

BOOST_AUTO_TEST_CASE(acts_on_lines_do_not_care_for_segments) {
    struct Row {
        const char* title;
        std::function<std::unique_ptr<Act>()> make;
        Way way;
        std::string in, out, back;
    };
    const Row rows[] = {
        {"strips in the middle", [] { return std::make_unique<Strips>("starttls"); },
         Way::to_client, "250-mx\r\n250-STARTTLS\r\n250 SIZE 9\r\n", "250-mx\r\n250 SIZE 9\r\n",
         ""},
        {"strips at the end", [] { return std::make_unique<Strips>("STARTTLS"); }, Way::to_client,
         "250-mx\r\n250-SIZE 9\r\n250 STARTTLS\r\n", "250-mx\r\n250 SIZE 9\r\n", ""},
        {"strips no name of a host", [] { return std::make_unique<Strips>("STARTTLS"); },
         Way::to_client, "250 STARTTLS\r\n", "250 STARTTLS\r\n", ""},
        {"strips nothing else", [] { return std::make_unique<Strips>("STARTTLS"); }, Way::to_client,
         "250-mx\r\n250 SIZE\r\n220 2.0.0 STARTTLS\r\n",
         "250-mx\r\n250 SIZE\r\n220 2.0.0 STARTTLS\r\n", ""},
        {"strips a reply that breaks off", [] { return std::make_unique<Strips>("STARTTLS"); },
         Way::to_client, "250-mx\r\n250-SIZE\r\n421 bye\r\n", "250-mx\r\n250-SIZE\r\n421 bye\r\n",
         ""},
        {"answers", [] { return std::make_unique<Answers>("STARTTLS", "454 no\r\n", false); },
         Way::to_server, "EHLO a\r\nstarttls\r\nQUIT\r\n", "EHLO a\r\nQUIT\r\n", "454 no\r\n"},
        {"answers, and passes on",
         [] { return std::make_unique<Answers>("STARTTLS", "454 no\r\n", true); }, Way::to_server,
         "STARTTLS\r\n", "STARTTLS\r\n", "454 no\r\n"},
        {"replaces", [] { return std::make_unique<Replaces>("ab", "abab"); }, Way::to_server,
         "xabx\r\nab ab\r\n", "xababx\r\nabab abab\r\n", ""},
        {"rewrites",
         [] {
             return std::make_unique<Rewrites>(
                 [](const std::string& line, HostId) { return "<" + line + ">"; });
         },
         Way::to_server, "a\r\n\r\n", "<a>\r\n<>\r\n", ""},
    };
    for (const Row& row : rows)
        for (const auto& pieces : partings(row.in)) {
            const std::unique_ptr<Act> act = row.make();
            const Left left = run(*act, row.way, pieces);
            const bool forth = row.way == Way::to_server;
            BOOST_TEST((forth ? left.to_server : left.to_client) == row.out, row.title);
            BOOST_TEST((forth ? left.to_client : left.to_server) == row.back, row.title);
        }
}

BOOST_AUTO_TEST_CASE(a_command_in_a_message_is_no_command) {
    Answers act("STARTTLS", "454 no\r\n", false);
    Chain chain;
    chain.add(act.on(passing(Way::to_server), Layer::clear));
    const auto pass = [&](Way way, const std::string& bytes) {
        std::string out;
        for (const Piece& p : chain.pass({way, Mark::none, bytes, {}, {}}, true)) out += p.bytes;
        return out;
    };
    BOOST_TEST(pass(Way::to_server, "DATA\r\n") == "DATA\r\n");
    BOOST_TEST(pass(Way::to_client, "354 go\r\n") == "354 go\r\n");
    BOOST_TEST(pass(Way::to_server, "STARTTLS\r\n.\r\n") == "STARTTLS\r\n.\r\n");
    BOOST_TEST(pass(Way::to_server, "STARTTLS\r\n") == "454 no\r\n");
}

BOOST_AUTO_TEST_CASE(what_is_held_back_goes_on_when_he_leaves) {
    Strips act("STARTTLS");
    Chain chain;
    chain.add(act.on(passing(Way::to_client), Layer::clear));
    BOOST_TEST(chain.pass({Way::to_client, Mark::none, "250-mx\r\n250-STA", {}, {}}, true).empty());
    const auto after =
        chain.pass({Way::to_client, Mark::none, "RTTLS\r\n250 X\r\n", {}, {}}, false);
    BOOST_TEST_REQUIRE(after.size() == 1u);
    BOOST_TEST(after[0].bytes == "250-mx\r\n250-STARTTLS\r\n250 X\r\n");
}

BOOST_AUTO_TEST_CASE(places_are_found_over_the_borders_of_segments) {
    const std::string text = "EHLO a\r\nSTARTTLS\r\n" + record(22, "\1rest") + record(23, "sealed");
    const std::string hello = record(22, "\1rest"), rest = hello + record(23, "sealed");
    const std::pair<const char*, std::string> rows[] = {
        {"STARTTLS\r\n", "EHLO a\r\nSTARTTLS\r\n!" + rest},
        {"EHLO", "EHLO! a\r\nSTARTTLS\r\n" + rest},
    };
    for (const auto& [behind, expected] : rows)
        for (const auto& pieces : partings(text)) {
            Place place;
            place.text = behind;
            Injects act(place, "!", Injects::Segment::same);
            BOOST_TEST(run(act, Way::to_server, pieces).to_server == expected);
        }
    for (const auto& pieces : partings(hello + record(23, "sealed"))) {
        if (pieces.front().size() < 2) continue;  // by its first two bytes TLS is known
        Place place;
        place.record = RecordKind::client_hello;
        Injects act(place, "!", Injects::Segment::same);
        BOOST_TEST(run(act, Way::to_server, pieces).to_server ==
                   hello + "!" + record(23, "sealed"));
    }
}

BOOST_AUTO_TEST_CASE(a_cut_is_at_its_byte) {
    const std::string text = "MAIL FROM:<a@b>\r\n";
    for (std::uint64_t at = 0; at <= text.size(); ++at)
        for (const auto& pieces : partings(text)) {
            Cuts act(at, {}, Cuts::How::resets);
            const Left left = run(act, Way::to_server, pieces);
            BOOST_TEST(left.to_server == text.substr(0, at));
            BOOST_TEST(left.resets == 2u);
            BOOST_TEST(act.done == 1);
        }
    Cuts beyond(100, {}, Cuts::How::ends);
    BOOST_TEST(run(beyond, Way::to_server, {text}).fins == 0u);
    BOOST_TEST(beyond.done == 0);
    BOOST_TEST(beyond.most == text.size());
}

BOOST_AUTO_TEST_CASE(records_are_changed_whole) {
    const std::string a = record(22, "\1hello"), b = record(23, "first"), c = record(23, "second");
    std::string flipped = b;
    flipped[5] ^= 4;
    struct Row {
        const char* title;
        Tampers::How how;
        int byte;
        std::string out;
    };
    const Row rows[] = {
        {"flips", Tampers::How::flips, 5, a + flipped + c},
        {"doubles", Tampers::How::doubles, 0, a + b + b + c},
        {"swaps", Tampers::How::swaps, 0, a + c + b},
        {"drops", Tampers::How::drops, 0, a + c},
    };
    for (const Row& row : rows)
        for (const auto& pieces : partings(a + b + c)) {
            if (pieces.front().size() < 2) continue;
            Tampers act(RecordKind::application_data, 1, row.how, row.byte, 2);
            BOOST_TEST(run(act, Way::to_server, pieces).to_server == row.out, row.title);
        }
}

BOOST_AUTO_TEST_CASE(a_hello_is_lowered) {
    const std::string hello = client_hello();
    const std::string lower = lowered_hello(hello, 0x0303, {});
    BOOST_TEST(lower.size() == hello.size() - 2);
    BOOST_TEST(lower.substr(lower.size() - 7) == (std::string{0, 43, 0, 3, 2, 3, 3}));
    BOOST_TEST(static_cast<unsigned char>(lower[4]) == lower.size() - 5);
    BOOST_TEST(static_cast<unsigned char>(lower[8]) == lower.size() - 9);
    const std::string one = lowered_hello(hello, 0, {0x1301});
    BOOST_TEST(one.size() == hello.size() - 4);
    BOOST_TEST(one.find(std::string{0, 2, 19, 1}) != std::string::npos);
    for (std::size_t size = 0; size < hello.size(); ++size) {
        const std::string part = hello.substr(0, size);
        const std::string out = lowered_hello(part, 0x0303, {0x1301});
        BOOST_TEST(out.size() <= part.size() + 4);  // whatever comes, nothing is read beyond it
    }
}

BOOST_AUTO_TEST_CASE(kind_readers_read_alike_however_bytes_are_parted) {
    using smtp::Kindness;
    struct Row {
        std::set<Kindness> kindness;
        std::string in, content;
        std::size_t taken;
    };
    const Row rows[] = {
        {{Kindness::ends_lines_at_cr}, "a\r.\rQUIT\r\n", "a\r\n", 4},
        {{Kindness::ends_lines_at_cr}, "a\r\n.\r\nQUIT\r\n", "a\r\n", 6},
        {{Kindness::drops_nul}, std::string("a\r\n\0.\r\nQ", 8), "a\r\n", 7},
        {{Kindness::drops_cr_before_line_end}, "a\r\r\n.\r\r\nQ", "a\r\n", 8},
    };
    for (const Row& row : rows)
        for (const auto& pieces : partings(row.in)) {
            smtp::KindDataReader reader(row.kindness, smtp::LineEnds::strict);
            std::size_t taken = 0;
            std::string waiting;
            for (const std::string& piece : pieces) {
                waiting += piece;
                const std::size_t count = reader.add(waiting);
                taken += count;
                waiting.erase(0, count);
                if (reader.complete()) break;
            }
            BOOST_TEST(reader.complete());
            BOOST_TEST(reader.take() == row.content);
            BOOST_TEST(taken == row.taken);
        }
}

BOOST_AUTO_TEST_SUITE_END()
