// Messages that are as they should be: RFC 1035 section 4.
#include "sim/dns/message.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "tests/dns/records.hpp"

using namespace dns;

namespace {

// Header, question bob.example/MX, and the EDNS record that follows all answers (RFC 6891 section
// 6.1.2: 1232 bytes, DO set).
constexpr std::string_view question = " 03626f62 076578616d706c65 00 000f 0001";
constexpr std::string_view edns = " 00 0029 04d0 00008000 0000";

}  // namespace

BOOST_AUTO_TEST_SUITE(message)

// RFC 1035 section 4.1.1; AD in a question: "tell me what you know" (RFC 6840 section 5.7).
BOOST_AUTO_TEST_CASE(a_question_byte_by_byte) {
    Message m;
    m.id = 0x1234;
    m.question = {"bob.example", Type::MX};
    const std::string bytes =
        wire("1234 0120 0001 0000 0000 0001" + std::string(question) + std::string(edns));
    BOOST_TEST(digits(encode(m)) == digits(bytes));
    const Result<Message> back = decode(bytes);
    BOOST_TEST_REQUIRE(back.ok());
    BOOST_TEST(back.value().id == 0x1234);
    BOOST_TEST(!back.value().response);
    BOOST_TEST(back.value().question.name == "bob.example");
    BOOST_TEST((back.value().question.type == Type::MX));
    BOOST_TEST(back.value().answers.empty());
}

BOOST_AUTO_TEST_CASE(an_answer_byte_by_byte) {
    Message m = response("bob.example", Type::MX, {"bob.example 3600 IN MX 10 mx.bob.example"});
    m.id = 0xBEEF;
    m.security = Security::secure;
    const std::string bytes = wire("beef 81a0 0001 0001 0000 0001" + std::string(question) +
                                   " 03626f62 076578616d706c65 00 000f 0001 00000e10 0012"
                                   " 000a 026d78 03626f62 076578616d706c65 00" +
                                   std::string(edns));
    BOOST_TEST(digits(encode(m)) == digits(bytes));
    const Result<Message> back = decode(bytes);
    BOOST_TEST_REQUIRE(back.ok());
    BOOST_TEST(summary(back) == "NOERROR secure: MX 10 mx.bob.example.");
    BOOST_TEST(back.value().answers[0].name == "bob.example");
    BOOST_TEST(back.value().answers[0].ttl == 3600u);
}

// The flags and the extended error (RFC 8914 section 4.7) of each outcome.
BOOST_AUTO_TEST_CASE(status_and_security_on_the_wire) {
    struct Row {
        Status status;
        Security security;
        std::string_view flags;
        std::string_view options;
    };
    const Row rows[] = {
        {Status::no_error, Security::insecure, "8180", "0000"},
        {Status::no_error, Security::secure, "81a0", "0000"},
        {Status::name_error, Security::insecure, "8183", "0000"},
        {Status::name_error, Security::secure, "81a3", "0000"},
        {Status::server_failure, Security::insecure, "8182", "0000"},
        {Status::server_failure, Security::bogus, "8182", "0006 000f 0002 0006"},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(word(row.status) << " " << word(row.security)) {
            Message m = response("bob.example", Type::MX);
            m.status = row.status;
            m.security = row.security;
            const std::string bytes =
                wire(fmt::format("0000 {} 0001 0000 0000 0001 {} 00 0029 04d0 00008000 {}",
                                 row.flags, question, row.options));
            BOOST_TEST(digits(encode(m)) == digits(bytes));
            BOOST_TEST(summary(decode(bytes)) ==
                       fmt::format("{} {}", word(row.status), word(row.security)));
        }
    }
}

// RFC 1035 section 4.1.1: what is neither "yes" nor "no such name" is of no use to who asks.
BOOST_AUTO_TEST_CASE(other_response_codes_are_failures_of_the_server) {
    for (unsigned code = 0; code < 16; ++code) {
        std::string bytes = wire("0000 8180 0001 0000 0000 0000" + std::string(question));
        bytes[3] = static_cast<char>(0x80 | code);
        const std::string_view wanted = code == 0 ? "NOERROR" : code == 3 ? "NXDOMAIN" : "SERVFAIL";
        BOOST_TEST(summary(decode(bytes)) == fmt::format("{} insecure", wanted));
    }
}

BOOST_AUTO_TEST_CASE(extended_errors_that_do_not_say_bogus) {
    struct Row {
        std::string_view options, security;
    };
    const Row rows[] = {
        {"0006 000f 0002 0006", "bogus"},                     // RFC 8914 section 2
        {"000b 000f 0007 0006 68656c6c6f", "bogus"},          // with a text
        {"000e 000a 0004 01020304 000f 0002 0006", "bogus"},  // behind a cookie (RFC 7873)
        {"0006 000f 0002 0016", "insecure"},                  // 22, no reachable authority
        {"0006 000f 0002 0600", "insecure"},                  // 1536
        {"0006 000a 0002 0006", "insecure"},                  // no extended error
        {"0005 000f 0001 00", "insecure"},
        {"0000", "insecure"},  // cut short
        {"0006 000f 00ff 0006", "insecure"},
        {"0001 00", "insecure"}};
    for (const Row& row : rows) {
        const std::string bytes = wire(fmt::format(
            "0000 8182 0001 0000 0000 0001 {} 00 0029 04d0 00008000 {}", question, row.options));
        BOOST_TEST(summary(decode(bytes)) == fmt::format("SERVFAIL {}", row.security),
                   "options " << row.options);
    }
}

BOOST_AUTO_TEST_CASE(records_of_each_type_come_back_as_they_were) {
    const std::string long_text(600, 'x');
    const std::string_view lines[] = {
        "bob.example 0 IN A 192.0.2.1",
        "bob.example 2147483647 IN A 255.255.255.255",
        "bob.example 1 IN AAAA 2001:db8::1",
        "bob.example 1 IN AAAA ::",
        "bob.example 60 IN MX 0 .",
        "bob.example 60 IN MX 65535 mx.bob.example",
        "bob.example 60 IN CNAME real.example",
        "bob.example 60 IN NS ns.bob.example",
        "bob.example 60 IN SOA ns.bob.example host.bob.example 1 7200 3600 4294967295 0",
        "bob.example 60 IN TXT \"\"",
        "bob.example 60 IN TXT \"v=STSv1; id=\\000\\255\\\"\\\\\"",
        "_25._tcp.mx.bob.example 60 IN TLSA 3 1 1 00ff10",
        ". 60 IN NS a.root-servers.net",
    };
    for (const std::string_view line : lines) {
        const Record before = record(line);
        Message m = response("bob.example", before.type);
        m.answers = {before, before};
        const Result<Message> back = decode(encode(m));
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST_REQUIRE(back.ok());
            BOOST_TEST_REQUIRE(back.value().answers.size() == 2u);
            for (const Record& after : back.value().answers) {
                BOOST_TEST(after.name == before.name);
                BOOST_TEST((after.type == before.type));
                BOOST_TEST(after.ttl == before.ttl);
                BOOST_TEST(after.preference == before.preference);
                BOOST_TEST(after.data == before.data);
            }
        }
    }
}

// RFC 1035 section 3.3.14: strings of at most 255 bytes; together they are the text (RFC 7208
// section 3.3 and others).
BOOST_AUTO_TEST_CASE(a_long_text_is_cut_into_strings) {
    struct Row {
        std::size_t text, data;
    };
    for (const Row row : {Row{0, 1}, {1, 2}, {255, 256}, {256, 258}, {510, 512}, {600, 603}}) {
        Message m = response("bob.example", Type::TXT);
        Record r;
        r.name = "bob.example";
        r.type = Type::TXT;
        for (std::size_t i = 0; i < row.text; ++i) r.data += static_cast<char>(i % 251);
        m.answers = {r};
        const std::string bytes = encode(m);
        const std::size_t before = encode(response("bob.example", Type::TXT)).size();
        BOOST_TEST(bytes.size() == before + 13 + 10 + row.data);
        BOOST_TEST_REQUIRE(decode(bytes).ok());
        BOOST_TEST(decode(bytes).value().answers[0].data == r.data);
    }
}

// RFC 1035 section 4.1.4: a name, its tail by a pointer, a pointer alone, and the root.
BOOST_AUTO_TEST_CASE(compressed_names) {
    const std::string bytes = wire(
        "0000 8180 0001 0003 0000 0000"
        " 01 66 03 697369 04 61727061 00 0005 0001"     // 12: f.isi.arpa
        " 03 666f6f c00c 0005 0001 00000001 0002 c00e"  // 28: foo.f.isi.arpa -> isi.arpa
        " c00e 000f 0001 00000001 0004 0001 c01c"       // 46: isi.arpa MX 1 foo.f.isi.arpa
        " 00 0002 0001 00000001 0006 03 6e7331 c012");  // 62: . NS ns1.arpa
    const Result<Message> m = decode(bytes);
    BOOST_TEST_REQUIRE(m.ok());
    BOOST_TEST(m.value().question.name == "f.isi.arpa");
    BOOST_TEST(summary(m) ==
               "NOERROR insecure: CNAME isi.arpa.; MX 1 foo.f.isi.arpa.; NS ns1.arpa.");
    BOOST_TEST(m.value().answers[0].name == "foo.f.isi.arpa");
    BOOST_TEST(m.value().answers[1].name == "isi.arpa");
    BOOST_TEST(m.value().answers[2].name == "");
}

// RFC 4343: no difference between upper and lower case. RFC 4035: signatures (type 46) may stand
// beside what was asked. RFC 1035 section 3.2.4: class 3 is not the Internet.
BOOST_AUTO_TEST_CASE(what_is_of_no_use_is_passed_over) {
    const std::string bytes = wire(
        "0000 8180 0001 0003 0001 0000 03424f42 076558614d704c45 00 0001 0001"
        " c00c 002e 0001 00000001 0003 010203"
        " c00c 0001 0003 00000001 0004 c6336401"
        " c00c 0001 0001 00000001 0004 c0000201"
        " c00c 0001 0001 00000001 0004 cb007101");  // authority
    const Result<Message> m = decode(bytes);
    BOOST_TEST_REQUIRE(m.ok());
    BOOST_TEST(m.value().question.name == "bob.example");
    BOOST_TEST(summary(m) == "NOERROR insecure: A 192.0.2.1");
    BOOST_TEST(m.value().answers[0].name == "bob.example");
}

// RFC 1035 section 2.3.4: 63 bytes a label, 255 a name with lengths and the root.
BOOST_AUTO_TEST_CASE(names) {
    struct Row {
        std::string name;
        bool good;
    };
    const std::string l63(63, 'a'), l61(61, 'a'), l62(62, 'a');
    const std::string three = l63 + "." + l63 + "." + l63 + ".";
    const Row rows[] = {{"a", true},
                        {"bob.example", true},
                        {"bob.example.", true},
                        {"_25._tcp.MX-1.bob.example", true},
                        {"1.2.3.4", true},
                        {l63 + ".example", true},
                        {three + l61, true},
                        {three + l61 + ".", true},
                        {three + l62, false},
                        {l63 + "a.example", false},
                        {"", false},
                        {".", false},
                        {".example", false},
                        {"bob..example", false},
                        {"bob.example..", false},
                        {"b ob.example", false},
                        {"b\xC3\xB6"
                         "b.example",
                         false},
                        {"*.example", false},
                        {"bob@example", false}};
    for (const Row& row : rows) BOOST_TEST(is_name(row.name) == row.good, row.name);
    BOOST_TEST(canonical("BoB.Example.") == "bob.example");
    BOOST_TEST(canonical(".") == "");
    BOOST_TEST(canonical("[@`{-_09") == "[@`{-_09");
}

BOOST_AUTO_TEST_CASE(words_for_people) {
    BOOST_TEST(word(Type::TLSA) == "TLSA");
    BOOST_TEST(word(static_cast<Type>(46)) == "TYPE?");
    BOOST_TEST(word(Security::bogus) == "bogus");
}

BOOST_AUTO_TEST_SUITE_END()
