// DNS taken apart. That it is what tshark says is checked over the whole gallery
// (tests/captures/check.py); here stands what no gallery has.
#include "sim/dns/dissect.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/dns/zone_file.hpp"
#include "tests/core/fields.hpp"

namespace {

// "bob.example", type and class behind it, at byte 12: an answer with one record.
const std::string head = "0007 8180 0001 0001 0000 0000";
const std::string question = "03626f62 076578616d706c65 00 000f 0001";
const std::string name = "c00c";

struct Row {
    const char* what;
    std::string hex;
    const char* wanted;  ///< A line that is told, without its place.
};

const Row rows[] = {
    {"an address", head + question + name + "0001 0001 0000012c 0004 c0000201", "dns.a: 192.0.2.1"},
    {"a lifetime", head + question + name + "0001 0001 0000012c 0004 c0000201",
     "dns.record.ttl: 300 s"},
    {"IPv6", head + question + name + "001c 0001 00000000 0010 20010db8 00000000 00000000 00000001",
     "dns.aaaa: 2001:db8::1"},
    {"a pointer behind a label",
     head + question + name + "000f 0001 00000000 0007 000a 026d78 c00c",
     "dns.mx.exchange: mx.bob.example"},
    {"where a pointer leads", head + question + name + "0005 0001 00000000 0002 c010",
     "dns.name.pointer: goes on at byte 16"},
    {"an alias", head + question + name + "0005 0001 00000000 0002 c010", "dns.cname: example"},
    {"no mail, please", head + question + name + "000f 0001 00000000 0003 0000 00",
     "dns.mx.exchange: ."},
    {"two strings", head + question + name + "0010 0001 00000000 0007 0161 00 0362ff63",
     "dns.txt: b\\xffc"},
    {"TLSA", head + question + name + "0034 0001 00000000 0005 030101 abcd",
     "dns.tlsa.usage: DANE-EE (0x03)"},
    {"bytes of TLSA", head + question + name + "0034 0001 00000000 0005 030101 abcd",
     "dns.tlsa.data: abcd"},
    {"SOA",
     head + question + name +
         "0006 0001 00000000 0018 c00c 00 0000000100000002"
         "00000003000000040000000500",
     "dns.not_understood: more bytes than expected"},
    {"a type without parts", head + question + name + "002e 0001 00000000 0002 abcd",
     "dns.record.data: abcd"},
    {"a type without a name", head + question + name + "ff01 0001 00000000 0000",
     "dns.record.type: 0xff01"},
    {"a label with a dot and a blank", "0007 0100 0001 0000 0000 0000 04612e2062 00 0001 0001",
     "dns.question.name: a\\.\\032b"},
    {"flags", "0007 8582 0001 0000 0000 0000" + question, "dns.flags.rcode: 2 (SERVFAIL)"},
    {"another flag", "0007 8582 0001 0000 0000 0000" + question,
     "dns.flags.authoritative: 1 (by who has the zone)"},
    {"EDNS", "0007 8182 0001 0000 0000 0001" + question + "00 0029 04d0 00008000 0006 000f00020006",
     "dns.opt.extended_error: DNSSEC Bogus (0x0006)"},
    {"an option that is too long",
     "0007 8182 0001 0000 0000 0001" + question + "00 0029 04d0 00008000 0005 000f000200",
     "dns.not_understood: an option of 2 bytes, got 1"},
    // What a stranger may send.
    {"nothing", "", "dns.not_understood: dns.id: expected 2 bytes, got 0"},
    {"half a header", "0007 81", "dns.not_understood: dns.flags: expected 2 bytes, got 1"},
    {"fewer questions than said", "0007 0100 0002 0000 0000 0000" + question,
     "dns.not_understood: another question should follow"},
    {"fewer records than said",
     "0007 8180 0001 ffff 0000 0000" + question + name + "0001 0001 00000000 0004 c0000201",
     "dns.not_understood: another record should follow"},
    {"a pointer to itself", "0007 0100 0001 0000 0000 0000 c00c 0001 0001",
     "dns.not_understood: dns.question.name: a pointer that does not lead back"},
    {"a pointer that leads forwards", "0007 0100 0001 0000 0000 0000 c010 0001 0001 00",
     "dns.not_understood: dns.question.name: a pointer that does not lead back"},
    {"two pointers in a circle", head + "01 61 c010 0001 0001 c00c",
     "dns.not_understood: dns.question.name: a pointer that does not lead back"},
    {"half a pointer", "0007 0100 0001 0000 0000 0000 c0",
     "dns.not_understood: dns.question.name: the name does not end"},
    {"a name without an end", "0007 0100 0001 0000 0000 0000 0161",
     "dns.not_understood: dns.question.name: the name does not end"},
    {"a label of the kind 01", "0007 0100 0001 0000 0000 0000 41 00 0001 0001",
     "dns.not_understood: dns.question.name: a label of no known kind"},
    {"a record that is longer than the message",
     head + question + name + "0001 0001 00000000 0005 c0000201",
     "dns.not_understood: expected 5 bytes, got 4"},
    {"an address of three bytes", head + question + name + "0001 0001 00000000 0003 c00002",
     "dns.not_understood: dns.a: expected 4 bytes, got 3"},
    {"a name that leaves its record",
     head + question + name + "0005 0001 00000000 0002 0361 6263 00",
     "dns.not_understood: dns.cname: the name does not end"},
    {"a string that leaves its record", head + question + name + "0010 0001 00000000 0002 0561",
     "dns.not_understood: dns.txt: expected 5 bytes, got 1"},
    {"more than there should be", "0007 0100 0001 0000 0000 0000" + question + "00",
     "dns.not_understood: more bytes than expected"},
};

std::string bytes_of(std::string hex) {
    std::erase(hex, ' ');
    return dns::from_hex(hex).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dissect)

BOOST_AUTO_TEST_CASE(each_part_is_told_and_what_is_wrong) {
    for (const Row& row : rows) {
        const std::string bytes = bytes_of(row.hex);
        const auto fields = dns::dissect(bytes);
        const std::string all = told(fields);
        BOOST_TEST(misplaced(fields, 0, bytes.size()) == "", row.what);
        BOOST_TEST(all.find(std::string(" ") + row.wanted + "\n") != std::string::npos, row.what
                                                                                            << "\n"
                                                                                            << all);
    }
}

BOOST_AUTO_TEST_CASE(a_name_of_more_than_255_bytes_is_none) {
    std::string hex = "0007 0100 0001 0000 0000 0000";
    for (int i = 0; i < 128; ++i) hex += "0161";
    const std::string all = told(dns::dissect(bytes_of(hex + "00 0001 0001")));
    BOOST_TEST(all.find("a name of more than 255 bytes") != std::string::npos, all);
}

// Whatever is cut off, what is left is told, and nothing twice.
BOOST_AUTO_TEST_CASE(a_message_may_end_anywhere) {
    const std::string whole =
        bytes_of("0007 8180 0001 0002 0000 0001" + question + name +
                 "000f 0001 00000000 0007 000a 026d78" + "c00c" + name +
                 "0034 0001 00000000 0005 030101 abcd 00 0029 04d0 00008000 0006" + "000f00020006");
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const auto fields = dns::dissect(std::string_view(whole).substr(0, size));
        BOOST_TEST(misplaced(fields, 0, size) == "", size);
        const bool complains = told(fields).find("not_understood") != std::string::npos;
        BOOST_TEST(complains == (size < whole.size()), size << "\n" << told(fields));
    }
}

BOOST_AUTO_TEST_SUITE_END()
