// Records as text: RFC 1035 section 5, RFC 6698 section 2.2, RFC 5952.
#include "sim/dns/zone_file.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/dns/records.hpp"

using namespace dns;

BOOST_AUTO_TEST_SUITE(zone_file)

BOOST_AUTO_TEST_CASE(lines_and_what_they_mean) {
    struct Row {
        std::string_view line, printed;
    };
    const Row rows[] = {
        {"bob.example A 192.0.2.1", "bob.example. 0 IN A 192.0.2.1"},
        {"bob.example. 60 IN A 192.0.2.1", "bob.example. 60 IN A 192.0.2.1"},
        // Section 5.1: TTL and class in either order, each may be missing.
        {"bob.example. IN 60 A 192.0.2.1", "bob.example. 60 IN A 192.0.2.1"},
        {"bob.example. 60 A 192.0.2.1", "bob.example. 60 IN A 192.0.2.1"},
        {"BOB.Example in aaaa 2001:DB8:0::1", "bob.example. 0 IN AAAA 2001:db8::1"},
        {"\tbob.example\t60  IN\tMX 10\tMX.bob.example ; the first",
         "bob.example. 60 IN MX 10 mx.bob.example."},
        {"bob.example MX 0 .", "bob.example. 0 IN MX 0 ."},  // RFC 7505 section 3
        {"bob.example CNAME real.example.", "bob.example. 0 IN CNAME real.example."},
        {". NS a.root-servers.net.", ". 0 IN NS a.root-servers.net."},
        {"bob.example SOA ns.bob.example. host.bob.example 2026010100 7200 3600 1209600 300",
         "bob.example. 0 IN SOA ns.bob.example. host.bob.example. 2026010100 7200 3600 1209600 "
         "300"},
        {"example SOA . . 01 002 3 4 5", "example. 0 IN SOA . . 1 2 3 4 5"},
        {"example SOA . . 1 2 3 4 5", "example. 0 IN SOA . . 1 2 3 4 5"},
        {"_mta-sts.bob.example TXT \"v=STSv1; id=1;\" ; not this",
         "_mta-sts.bob.example. 0 IN TXT \"v=STSv1; id=1;\""},
        {"bob.example TXT one two", "bob.example. 0 IN TXT \"onetwo\""},
        {"bob.example TXT \"one \" \"two\"\r\n", "bob.example. 0 IN TXT \"one two\""},
        {"bob.example TXT word\r", "bob.example. 0 IN TXT \"word\""},
        {"bob.example TXT \"\"", "bob.example. 0 IN TXT \"\""},
        // Section 5.1: \X is X, \DDD a byte.
        {"bob.example TXT \"a\\\"b\\\\c\\;\\065\\200\\000\"",
         "bob.example. 0 IN TXT \"a\\\"b\\\\c;A\\200\\000\""},
        {"bob.example TXT a\\;b\\ c", "bob.example. 0 IN TXT \"a;b c\""},
        {"_25._tcp.mx.bob.example. IN TLSA 3 1 1 ABcd 01 ; by hand",
         "_25._tcp.mx.bob.example. 0 IN TLSA 3 1 1 abcd01"},
        {"_25._tcp.mx.bob.example. IN TLSA 255 255 255 00",
         "_25._tcp.mx.bob.example. 0 IN TLSA 255 255 255 00"},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.line) {
            const Result<Record> parsed = parse_record(row.line);
            BOOST_TEST_REQUIRE(parsed.ok());
            const std::string printed = zone_line(parsed.value());
            BOOST_TEST(printed == row.printed);
            const Result<Record> again = parse_record(printed);
            BOOST_TEST_REQUIRE(again.ok());
            BOOST_TEST(again.value().data == parsed.value().data);
            BOOST_TEST(again.value().preference == parsed.value().preference);
            BOOST_TEST(zone_line(again.value()) == printed);
        }
    }
}

// Section 5.1 in the context of a domain: one text, several records.
BOOST_AUTO_TEST_CASE(texts_and_what_they_mean) {
    struct Row {
        std::string_view text, printed;
    };
    const Row rows[] = {
        {"@ 300 IN A 192.0.2.1", "bob.example. 300 IN A 192.0.2.1"},
        {"bob.example. MX 10 @", "bob.example. 0 IN MX 10 bob.example."},
        {"mx.bob.example A 192.0.2.1", "mx.bob.example. 0 IN A 192.0.2.1"},
        {"mx.other.example A 192.0.2.1", "mx.other.example. 0 IN A 192.0.2.1"},
        {"www. A 192.0.2.1", "www. 0 IN A 192.0.2.1"},
        {"localhost. 300 IN A 127.0.0.1", "localhost. 300 IN A 127.0.0.1"},
        {"@ 1h A 192.0.2.1", "bob.example. 3600 IN A 192.0.2.1"},
        {"@ IN 1d2H A 192.0.2.1", "bob.example. 93600 IN A 192.0.2.1"},
        {"@ 1w1d1h1m1s IN A 192.0.2.1", "bob.example. 694861 IN A 192.0.2.1"},
        {"@ 300 CLASS1 TYPE1 192.0.2.1", "bob.example. 300 IN A 192.0.2.1"},
        {"*.bob.example. 60 IN MX 10 mx.bob.example.",
         "*.bob.example. 60 IN MX 10 mx.bob.example."},
        {"\\109x.bob.example. A 192.0.2.1", "mx.bob.example. 0 IN A 192.0.2.1"},
        {"\\m\\x.bob.example. A 192.0.2.1", "mx.bob.example. 0 IN A 192.0.2.1"},
        {"*.b\xc3\xbc\x63her.example. MX 10 mx.b\xc3\xbc\x63her.example.",
         "*.xn--bcher-kva.example. 0 IN MX 10 mx.xn--bcher-kva.example."},
        {"@ SOA ns.bob.example. host.bob.example. (\n  1 ; serial\n  2h 1h 2w\n  300 )",
         "bob.example. 0 IN SOA ns.bob.example. host.bob.example. 1 7200 3600 1209600 300"},
        {"@ TXT ( \"v=STSv1; \"\n \"id=1;\" )", "bob.example. 0 IN TXT \"v=STSv1; id=1;\""},
        {"@ TXT \"a(b)c;d\"", "bob.example. 0 IN TXT \"a(b)c;d\""},
        {"@ TXT a\\(b", "bob.example. 0 IN TXT \"a(b\""},
        {"_25._tcp.mx.bob.example. TLSA ( 3 1 1\n  00 11\n  2233 )",
         "_25._tcp.mx.bob.example. 0 IN TLSA 3 1 1 00112233"},
        {"@ A \\# 4 C0 000201", "bob.example. 0 IN A 192.0.2.1"},
        {"@ MX \\# 18 000A 02 6D78 03 626F62 07 6578616D706C65 00",
         "bob.example. 0 IN MX 10 mx.bob.example."},
        {"@ TXT \\# 3 02 6162", "bob.example. 0 IN TXT \"ab\""},
        {"@ TYPE52 \\# 4 030101ff", "bob.example. 0 IN TLSA 3 1 1 ff"},
        {"; a comment\n@ A 192.0.2.1 ; another\n\n  60 AAAA 2001:db8::1\n\tTXT x",
         "bob.example. 0 IN A 192.0.2.1|bob.example. 60 IN AAAA 2001:db8::1|"
         "bob.example. 0 IN TXT \"x\""},
        {"  mx.bob.example. A 192.0.2.1\n  www.bob.example. A 192.0.2.2",
         "mx.bob.example. 0 IN A 192.0.2.1|www.bob.example. 0 IN A 192.0.2.2"},
        {"", "nothing"},
    };
    for (const Row& row : rows) {
        const Result<std::vector<ZoneRecord>> records = parse_zone(row.text, {"bob.example"});
        std::string printed;
        if (records.ok())
            for (const ZoneRecord& r : records.value())
                printed += (printed.empty() ? "" : "|") + zone_line(r.record);
        if (records.ok() && records.value().empty()) printed = "nothing";
        BOOST_TEST(printed == row.printed,
                   row.text << (records.ok() ? "" : ": " + records.failure().detail));
    }
    BOOST_TEST(parse_zone("@ 0 A 192.0.2.1", {"bob.example"}).value().front().own_ttl);
    BOOST_TEST(!parse_zone("@ A 192.0.2.1", {"bob.example"}).value().front().own_ttl);
}

BOOST_AUTO_TEST_CASE(texts_that_are_refused) {
    struct Row {
        std::string_view text, why;
    };
    const Row rows[] = {
        {"www A 192.0.2.1", "'www' has no last dot: write 'www.bob.example.', or 'www.' if"},
        {"_25._tcp.mx TLSA 3 1 1 00", "write '_25._tcp.mx.bob.example.'"},
        {"@ MX 10 mx", "write 'mx.bob.example.'"},
        {"* A 192.0.2.1", "write '*.bob.example.'"},
        {"a.*.bob.example. A 192.0.2.1", "'a.*.bob.example.' is no name"},
        {"@ CNAME *.bob.example.", "'*.bob.example.' is no name"},
        {"a\\.b.bob.example. A 192.0.2.1", "is no name"},
        {"a\\032b.bob.example. A 192.0.2.1", "is no name"},
        {"\"bob.example.\" A 192.0.2.1", "'bob.example.' is no name"},
        {"b\\195\\188cher.example. A 192.0.2.1", "is no name"},
        {"\xe2\x98\x95.example. A 192.0.2.1", "has U+2615, which is no small"},
        {"-a.bob.example. A 192.0.2.1", "'-a.bob.example.' is no name"},
        {"  A 192.0.2.1", "it begins with a blank, and no record stands before"},
        {"$TTL 300", "$TTL has no place here"},
        {"$ORIGIN bob.example.", "$ORIGIN has no place here"},
        {"@ 300 300 A 192.0.2.1", "got '300'"},
        {"@ IN IN A 192.0.2.1", "got 'IN'"},
        {"@ 2147483648 A 192.0.2.1", "a TTL is 2147483647 s at most, got '2147483648'"},
        {"@ 1y A 192.0.2.1", "got '1y'"},
        {"@ 1h30 A 192.0.2.1", "got '1h30'"},
        {"@ TXT ( \"a\"", "a parenthesis does not close"},
        {"@ TXT \"a\" )", "a parenthesis closes that never opened"},
        {"@ TXT (( \"a\" ))", "parentheses inside parentheses"},
        {"@ TXT \"a\nb\"", "a quoted string does not end"},
        {"@ TXT \"a\"b", "a quoted string is not parted from what follows"},
        {"@ TXT a\"b\"", "a quote inside a word"},
        {"@ TXT a\\25", "'\\25' is no escape"},
        {"@ TXT \\256", "'\\256' is no escape"},
        {"@ A \"192.0.2.1\"", "expected an IPv4 address"},
        {"@ A \\# 3 C00002", "these bytes are no data of A"},
        {"@ A \\# 4 C00002", "\\# needs a length and as many pairs"},
        {"@ MX \\# 17 000A 02 6D78 03 626F62 07 6578616D706C65", "these bytes are no data of MX"},
        {"@ TLSA \\# 2 0301", "these bytes are no data of TLSA"},
        {"@ TYPE65280 \\# 0", "got 'TYPE65280'"},
        {"@ TLSA 3 1 1 \"00\"", "pairs of hexadecimal digits"},
        {"@ CNAME a.example. b.example.", "expected a name"},
    };
    for (const Row& row : rows) {
        const Result<std::vector<ZoneRecord>> records = parse_zone(row.text, {"bob.example"});
        BOOST_TEST_REQUIRE(!records.ok(), row.text);
        BOOST_TEST(records.failure().detail.find(row.why) != std::string::npos,
                   row.text << ": " << records.failure().detail);
        BOOST_TEST(records.failure().detail.starts_with("zone line '"));
    }
    const std::string long_text = "@ TXT " + std::string(256, 'x');
    BOOST_TEST(parse_zone(long_text, {"bob.example"}).failure().detail.find("256 bytes") !=
               std::string::npos);
    BOOST_TEST(parse_zone("@ TXT " + std::string(255, 'x'), {"bob.example"}).ok());
}

// A line that is wrong is quoted, with what was expected.
BOOST_AUTO_TEST_CASE(bad_lines) {
    struct Row {
        std::string_view line, why;
    };
    const Row rows[] = {
        {"", "expected a record, got nothing"},
        {"   ; a comment", "expected a record, got nothing"},
        {"bob..example A 192.0.2.1", "'bob..example' is no name"},
        {"bob@bob.example A 192.0.2.1", "'bob@bob.example' is no name"},
        {"bob.example", "the type is missing"},
        {"bob.example 60 IN", "the type is missing"},
        {"bob.example CH A 192.0.2.1",
         "expected a TTL, IN or one of A, AAAA, CNAME, MX, NS, SOA, TLSA, TXT, got 'CH'"},
        {"bob.example -1 A 192.0.2.1", "got '-1'"},
        {"bob.example 4294967296 A 192.0.2.1", "got '4294967296'"},
        {"bob.example IN PTR a.example", "got 'PTR'"},
        {"bob.example A", "expected an IPv4 address"},
        {"bob.example A 192.0.2", "expected an IPv4 address"},
        {"bob.example A 192.0.2.256", "expected an IPv4 address"},
        {"bob.example A 192.0.2.1 192.0.2.2", "expected an IPv4 address"},
        {"bob.example A 2001:db8::1", "expected an IPv4 address"},
        {"bob.example AAAA 192.0.2.1", "expected an IPv6 address"},
        {"bob.example AAAA 2001:db8:::1", "expected an IPv6 address"},
        {"bob.example MX mx.bob.example", "MX needs a preference from 0 to 65535 and a name"},
        {"bob.example MX 10", "MX needs a preference"},
        {"bob.example MX 65536 mx.bob.example", "MX needs a preference"},
        {"bob.example MX -1 mx.bob.example", "MX needs a preference"},
        {"bob.example MX 10 mx.bob.example more", "MX needs a preference"},
        {"bob.example MX 10 m x", "MX needs a preference"},
        {"bob.example CNAME", "expected a name"},
        {"bob.example CNAME a.example b.example", "expected a name"},
        {"bob.example NS n$", "expected a name"},
        {"bob.example TXT", "expected a string"},
        {"bob.example TXT ; none", "expected a string"},
        {"bob.example TXT \"open", "a quoted string does not end"},
        {"bob.example TXT \"open\\\"", "a quoted string does not end"},
        {"bob.example SOA ns.bob.example 1 2 3 4 5", "SOA needs two names and five numbers"},
        {"bob.example SOA a.example b.example 1 2 3 4", "SOA needs two names and five numbers"},
        {"bob.example SOA a.example b.example 1 2 3 4 x", "expected a number, got 'x'"},
        {"bob.example SOA a.example b.example 1 2 3 4 4294967296", "got '4294967296'"},
        {"bob.example TLSA 3 1", "TLSA needs usage, selector, matching type and data"},
        {"bob.example TLSA 3 1 1", "TLSA needs usage, selector, matching type and data"},
        {"bob.example TLSA 256 1 1 00", "expected a number from 0 to 255, got '256'"},
        {"bob.example TLSA 3 x 1 00", "expected a number from 0 to 255, got 'x'"},
        {"bob.example TLSA 3 1 1 0", "pairs of hexadecimal digits"},
        {"bob.example TLSA 3 1 1 0g", "pairs of hexadecimal digits"},
        {"bob.example TLSA 3 1 1 -1", "pairs of hexadecimal digits"},
        {"bob.example TLSA 3 1 1 0x00", "pairs of hexadecimal digits"},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.line) {
            const Result<Record> parsed = parse_record(row.line);
            BOOST_TEST_REQUIRE(!parsed.ok());
            const std::string& detail = parsed.failure().detail;
            BOOST_TEST((parsed.failure().reason == Reason::dns_failure));
            BOOST_TEST(detail.starts_with("zone line '" + std::string(row.line) + "': "));
            BOOST_TEST(detail.find(row.why) != std::string::npos, detail);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_quoted_in_part) {
    const Result<Record> parsed = parse_record("bob.example A " + std::string(10'000, 'x'));
    BOOST_TEST_REQUIRE(!parsed.ok());
    BOOST_TEST(parsed.failure().detail.size() < 200u);
}

BOOST_AUTO_TEST_CASE(a_long_text_is_printed_as_several_strings) {
    Record r;
    r.name = "bob.example";
    r.type = Type::TXT;
    r.data = std::string(255, 'x') + std::string(255, '"') + "y";
    const std::string line = zone_line(r);
    BOOST_TEST(line.size() == 22u + 257 + 1 + 2 * 255 + 2 + 1 + 3);
    BOOST_TEST(record(line).data == r.data);
}

// RFC 4291 section 2.2 for what is read, RFC 5952 section 4 for what is written.
BOOST_AUTO_TEST_CASE(addresses) {
    struct Row {
        std::string_view text, canonical;  // none: no address
    };
    const Row rows[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"192.0.2.1.", ""},
        {"192.0.2.1.5", ""},
        {"192.0..1", ""},
        {".0.2.1", ""},
        {" 192.0.2.1", ""},
        {"192.0.2.0001", ""},
        {"192.0.2.-1", ""},
        {"", ""},
        {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"},
        {"FF01:0:0:0:0:0:0:101", "ff01::101"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"1::", "1::"},
        {"2001:0db8::0001", "2001:db8::1"},               // 4.1
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},        // 4.2.1
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // 4.2.2: not one group alone
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          // 4.2.3: the longest
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    // 4.2.3: the first
        {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"0:0:0:0:0:1:192.0.2.1", "::1:c000:201"},
        {"192.0.2.1::1", ""},
        {"::192.0.2.1:1", ""},
        {"::192.0.2.256", ""},
        {"1:2:3:4:5:6:7", ""},
        {"1:2:3:4:5:6:7:8:9", ""},
        {"1:2:3:4::5:6:7:8", ""},
        {"1::2::3", ""},
        {":1:2:3:4:5:6:7", ""},
        {"1:2:3:4:5:6:7:", ""},
        {"1:::2", ""},
        {":", ""},
        {"12345::", ""},
        {"g::", ""},
        {"fe80::1%eth0", ""},
        {"-1::", ""},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT("'" << row.text << "'") {
            const auto bytes = address_bytes(row.text);
            BOOST_TEST(bytes.has_value() == !row.canonical.empty());
            if (!bytes) continue;
            const std::size_t size = row.text.find(':') == std::string_view::npos ? 4 : 16;
            BOOST_TEST(bytes->size() == size);
            BOOST_TEST(address_text(*bytes) == row.canonical);
            BOOST_TEST((address_bytes(row.canonical) == bytes));
        }
    }
}

// RFC 6698 section 2.1: one byte each, then the association data. DANE-30: unknown values are kept,
// policy judges them.
BOOST_AUTO_TEST_CASE(tlsa_taken_apart) {
    const Record r = record("_25._tcp.mx.bob.example TLSA 3 1 2 00fe");
    BOOST_TEST(digits(r.data) == "03010200fe");
    const auto tlsa = parse_tlsa(r.data);
    BOOST_TEST_REQUIRE(tlsa.has_value());
    BOOST_TEST(tlsa->usage == 3u);
    BOOST_TEST(tlsa->selector == 1u);
    BOOST_TEST(tlsa->matching == 2u);
    BOOST_TEST(digits(tlsa->data) == "00fe");
    BOOST_TEST(digits(tlsa_bytes({255, 128, 7, "\xff"})) == "ff8007ff");
    BOOST_TEST(parse_tlsa("123").has_value());
    BOOST_TEST(!parse_tlsa("12").has_value());
    BOOST_TEST(!parse_tlsa("").has_value());
}

BOOST_AUTO_TEST_CASE(words_of_types) {
    for (const Type type :
         {Type::A, Type::NS, Type::CNAME, Type::SOA, Type::MX, Type::TXT, Type::AAAA, Type::TLSA})
        BOOST_TEST((type_of(word(type)) == type));
    BOOST_TEST((type_of("tlsa") == Type::TLSA));
    BOOST_TEST(!type_of("").has_value());
    BOOST_TEST(!type_of("TYPE?").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
