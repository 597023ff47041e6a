// Messages that no honest server sends: a Failure, never more than that.
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "sim/core/chance.hpp"
#include "tests/dns/records.hpp"

using namespace dns;

namespace {

// A response to . NS with one answer whose name, fixed part and data follow.
std::string with_answer(std::string_view answer) {
    return wire(fmt::format("0000 8180 0001 0001 0000 0000 00 0002 0001 {}", answer));
}

std::string verdict(const std::string& bytes) {
    const Result<Message> m = decode(bytes);
    return m.ok() ? "well formed" : std::string(word(m.failure().reason));
}

Message one_of_each() {
    return response("bob.example", Type::MX,
                    {"bob.example 1 IN A 192.0.2.1", "bob.example 1 IN AAAA 2001:db8::1",
                     "bob.example 1 IN MX 10 mx.bob.example", "bob.example 1 IN CNAME real.example",
                     "bob.example 1 IN NS ns.bob.example", "bob.example 1 IN TXT one \"two 2\"",
                     "bob.example 1 IN SOA ns.bob.example host.bob.example 1 2 3 4 5",
                     "_25._tcp.bob.example 1 IN TLSA 3 1 1 00ff"});
}

// Labels as on the wire: a length and so many letters, as often as it is said.
std::string labels(std::size_t times, std::size_t length) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += static_cast<char>(length) + std::string(length, 'a');
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(malformed)

BOOST_AUTO_TEST_CASE(cut_short_at_every_byte) {
    const std::string whole = encode(one_of_each());
    BOOST_TEST(verdict(whole) == "well formed");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Result<Message> m = decode(whole.substr(0, size));
        BOOST_TEST_REQUIRE(!m.ok(), "cut at byte " << size);
        BOOST_TEST((m.failure().reason == Reason::dns_failure));
        BOOST_TEST(m.failure().code == "4.4.3");
        BOOST_TEST(m.failure().detail.find("malformed near byte") != std::string::npos);
    }
}

// RFC 1035 section 4.1.4: a pointer leads to a prior occurrence of a name.
BOOST_AUTO_TEST_CASE(pointers_that_do_not_lead_back) {
    struct Row {
        const char* name;
        std::string_view answer;
        std::string_view verdict;
    };
    const std::string_view rest = " 0001 0001 00000001 0004 c0000201";
    const Row rows[] = {{"to the question", "c00c", "well formed"},
                        {"to itself", "c011", "dns-failure"},
                        {"to its own label", "0161 c011", "dns-failure"},
                        {"forward", "c015", "dns-failure"},
                        {"past the end", "ffff", "dns-failure"},
                        {"one byte of two", "", "dns-failure"},
                        {"each to the other", "0162 c015 c011", "dns-failure"}};
    for (const Row& row : rows)
        BOOST_TEST(verdict(with_answer(fmt::format(
                       "{}{}", row.answer, row.answer.empty() ? "c0" : rest))) == row.verdict,
                   row.name);
}

// Data may point to names that stand in data before it; a circle of two is found all the same.
BOOST_AUTO_TEST_CASE(a_circle_through_two_records) {
    const std::string bytes = wire(
        "0000 8180 0001 0002 0000 0000 00 0002 0001"
        " 00 0002 0001 00000001 0004 0161 c02b"    // data at 28 leads to 43
        " 00 0002 0001 00000001 0004 0162 c01c");  // data at 43 leads to 28
    BOOST_TEST(bytes.size() == 47u);
    BOOST_TEST(verdict(bytes) == "dns-failure");
}

// RFC 1035 section 4.1.4: the first two bits 10 and 01 are reserved. Section 2.3.4: the limits.
BOOST_AUTO_TEST_CASE(labels_and_names_that_are_too_long) {
    const std::string header = wire("0000 8180 0001 0000 0000 0000");
    const std::string tail = std::string(1, '\0') + wire("0001 0001");
    const auto question = [&](const std::string& name) { return header + name + tail; };
    struct Row {
        const char* name;
        std::string bytes;
        std::string_view verdict;
    };
    const std::string pointed = header + labels(3, 63) + tail;
    const std::string one = wire("0000 8180 0001 0001 0000 0000") + pointed.substr(12);
    const std::string data = wire("0001 0001 00000001 0004 c0000201");
    const Row rows[] = {
        {"a label of 63", question(labels(1, 63)), "well formed"},
        {"a label of 64", question(labels(1, 64)), "dns-failure"},
        {"a label of 127", question(labels(1, 127)), "dns-failure"},
        {"a label of 128", question(labels(1, 128)), "dns-failure"},
        {"a label of 191", question(labels(1, 191)), "dns-failure"},
        {"255 bytes", question(labels(3, 63) + labels(1, 61)), "well formed"},
        {"256 bytes", question(labels(3, 63) + labels(1, 62)), "dns-failure"},
        {"257 bytes", question(labels(4, 63)), "dns-failure"},
        {"255 bytes, short labels", question(labels(127, 1)), "well formed"},
        {"257 bytes, short labels", question(labels(128, 1)), "dns-failure"},
        {"255 bytes by a pointer", one + labels(1, 61) + wire("c00c") + data, "well formed"},
        {"256 bytes by a pointer", one + labels(1, 62) + wire("c00c") + data, "dns-failure"},
    };
    for (const Row& row : rows) BOOST_TEST(verdict(row.bytes) == row.verdict, row.name);
}

// As text, "a.b" of one label is "a.b" of two, and a NUL ends what C reads.
BOOST_AUTO_TEST_CASE(labels_that_no_text_can_tell) {
    const std::string header = wire("0000 8180 0001 0000 0000 0000");
    struct Row {
        std::string label;
        std::string_view verdict;
    };
    const Row rows[] = {
        {"_a-1", "well formed"}, {"*", "well formed"},         {"a.b", "dns-failure"},
        {".", "dns-failure"},    {{"a\0b", 3}, "dns-failure"}, {"a b", "dns-failure"},
        {"a\n", "dns-failure"},  {"\x7F", "dns-failure"},      {"b\xC3\xBC", "dns-failure"}};
    for (const Row& row : rows) {
        const std::string name = static_cast<char>(row.label.size()) + row.label;
        BOOST_TEST(verdict(header + name + wire("00 0001 0001")) == row.verdict, row.label);
    }
}

BOOST_AUTO_TEST_CASE(counts_that_lie) {
    const std::string whole =
        encode(response("bob.example", Type::A, {"bob.example 1 IN A 192.0.2.1"}));
    struct Row {
        const char* name;
        std::size_t at;
        unsigned char count;
        std::string_view verdict;
    };
    const Row rows[] = {
        {"one question", 5, 1, "well formed"},    {"no question", 5, 0, "dns-failure"},
        {"two questions", 5, 2, "dns-failure"},   {"256 more questions", 4, 1, "dns-failure"},
        {"three answers", 7, 3, "dns-failure"},   {"256 more answers", 6, 1, "dns-failure"},
        {"one authority", 9, 1, "dns-failure"},   {"65 281 authorities", 8, 255, "dns-failure"},
        {"two additional", 11, 2, "dns-failure"}, {"255 more additional", 10, 255, "dns-failure"},
    };
    for (const Row& row : rows) {
        std::string bytes = whole;
        bytes[row.at] = static_cast<char>(row.count);
        BOOST_TEST(verdict(bytes) == row.verdict, row.name);
    }
}

// The length of the data against what the type needs. The names are "a" or the root.
BOOST_AUTO_TEST_CASE(data_of_a_wrong_length) {
    struct Row {
        const char* name;
        std::string_view type_and_data;
        std::string_view verdict;
    };
    const Row rows[] = {
        {"A", "0001 0004 c0000201", "well formed"},  // RFC 1035 section 3.4.1
        {"A of 3", "0001 0003 c00002", "dns-failure"},
        {"A of 5", "0001 0005 c000020100", "dns-failure"},
        {"A of none", "0001 0000", "dns-failure"},
        {"AAAA", "001c 0010 20010db8000000000000000000000001", "well formed"},  // RFC 3596
        {"AAAA of 4", "001c 0004 c0000201", "dns-failure"},
        {"AAAA of 17", "001c 0011 20010db800000000000000000000000100", "dns-failure"},
        {"MX", "000f 0005 000a 0161 00", "well formed"},  // RFC 1035 section 3.3.9
        {"MX without a name", "000f 0002 000a", "dns-failure"},
        {"MX with more", "000f 0006 000a 0161 00 00", "dns-failure"},
        {"MX cut", "000f 0004 000a 0161 00", "dns-failure"},
        {"CNAME", "0005 0003 0161 00", "well formed"},
        {"CNAME with more", "0005 0004 0161 00 00", "dns-failure"},
        {"NS of none", "0002 0000", "dns-failure"},
        {"SOA", "0006 0016 00 00 00000001 00000002 00000003 00000004 00000005", "well formed"},
        {"SOA of four numbers", "0006 0012 00 00 00000001 00000002 00000003 00000004",
         "dns-failure"},
        {"TXT", "0010 0002 0161", "well formed"},  // RFC 1035 section 3.3.14
        {"TXT of an empty string", "0010 0001 00", "well formed"},
        {"TXT of no string", "0010 0000", "dns-failure"},
        {"TXT whose string is longer", "0010 0002 0261", "dns-failure"},
        {"TXT whose second string is longer", "0010 0003 016102", "dns-failure"},
        {"TLSA", "0034 0004 03010100", "well formed"},  // RFC 6698 section 2.1
        {"TLSA of 2", "0034 0002 0301", "dns-failure"},
        {"TLSA of none", "0034 0000", "dns-failure"},
        {"unknown, any length", "ff00 0003 010203", "well formed"},  // RFC 3597 section 4
        {"unknown, longer than all", "ff00 0004 010203", "dns-failure"},
    };
    for (const Row& row : rows) {
        const std::string type(row.type_and_data.substr(0, 4));
        const std::string answer =
            "00 " + type + " 0001 00000001" + std::string(row.type_and_data.substr(4));
        BOOST_TEST(verdict(with_answer(answer)) == row.verdict, row.name);
    }
}

// Seeded noise: bytes are exchanged, taken out, doubled. With sanitizers this finds what reads
// beside the message; without, that a failure says where.
BOOST_AUTO_TEST_CASE(noise) {
    const std::string whole = encode(one_of_each());
    Chance chance(1035);
    int failed = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = whole;
        for (std::uint64_t hits = 1 + chance.below(4); hits > 0; --hits) {
            const std::size_t at = chance.below(bytes.size());
            const std::uint64_t how = chance.below(4);
            if (how < 2)
                bytes[at] = static_cast<char>(chance.next());
            else if (how == 2)
                bytes.erase(at, 1 + chance.below(8));
            else
                bytes.insert(at, bytes.substr(at, 1 + chance.below(8)));
        }
        const Result<Message> m = decode(bytes);
        if (m.ok()) {
            BOOST_TEST_REQUIRE(m.value().answers.size() <= bytes.size() / 11);
            continue;
        }
        ++failed;
        BOOST_TEST_REQUIRE((m.failure().reason == Reason::dns_failure));
    }
    BOOST_TEST(failed > 1000);
    BOOST_TEST(failed < 19'000);
}

BOOST_AUTO_TEST_SUITE_END()
