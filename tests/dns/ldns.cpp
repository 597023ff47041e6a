// The same records and messages by another hand: NLnet Labs' ldns reads what we write, and writes
// what we read.
#include <stdbool.h>  // else ldns makes macros of bool, true and false

#include <ldns/ldns.h>

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "sim/dns/zone_file.hpp"
#include "tests/dns/records.hpp"

using namespace dns;

namespace {

struct Frees {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
    void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
    void operator()(ldns_rdf* rdf) const { ldns_rdf_deep_free(rdf); }
    void operator()(char* text) const { std::free(text); }
    void operator()(std::uint8_t* bytes) const { std::free(bytes); }
};
template <class T>
using Owned = std::unique_ptr<T, Frees>;

// Each type, in the form in which both print it.
constexpr std::string_view lines[] = {
    "bob.example. 0 IN A 192.0.2.1",
    "bob.example. 2147483647 IN A 255.0.255.0",  // the longest TTL: RFC 2181 section 8
    "bob.example. 1 IN AAAA 2001:db8::1",
    "bob.example. 1 IN AAAA ::",
    "bob.example. 1 IN AAAA 2001:db8:0:1:1:1:1:1",
    "bob.example. 1 IN AAAA 1:0:0:2::3",
    "bob.example. 1 IN MX 0 .",
    "bob.example. 1 IN MX 65535 mx.bob.example.",
    "_a-b.bob.example. 1 IN CNAME real.example.",
    "bob.example. 1 IN NS ns.bob.example.",
    ". 1 IN NS a.root-servers.net.",
    "bob.example. 1 IN SOA ns.bob.example. host.bob.example. 2026010100 7200 3600 1209600 300",
    "example. 1 IN SOA . . 0 0 0 0 4294967295",
    "bob.example. 1 IN TXT \"\"",
    "_mta-sts.bob.example. 1 IN TXT \"v=STSv1; id=20260101;\"",
    "bob.example. 1 IN TXT \"a\\\"b\\\\c\\000\\200\\255 \"",
    "_25._tcp.mx.bob.example. 1 IN TLSA 3 1 1 "
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "_25._tcp.mx.bob.example. 1 IN TLSA 255 254 253 00",
};

// As it stands in a zone file: ldns has tabs between the fields.
std::string printed(const ldns_rr* rr) {
    const Owned<char> text(ldns_rr2str(rr));
    std::string out(text.get());
    for (char& c : out)
        if (c == '\t') c = ' ';
    while (out.ends_with('\n') || out.ends_with(' ')) out.pop_back();
    return out;
}

Owned<ldns_rr> ldns_record(std::string_view line) {
    ldns_rr* rr = nullptr;
    if (ldns_rr_new_frm_str(&rr, std::string(line).c_str(), 0, nullptr, nullptr) != LDNS_STATUS_OK)
        return nullptr;
    return Owned<ldns_rr>(rr);
}

Owned<ldns_pkt> ldns_packet(const std::string& bytes) {
    ldns_pkt* packet = nullptr;
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (ldns_wire2pkt(&packet, data, bytes.size()) != LDNS_STATUS_OK) return nullptr;
    return Owned<ldns_pkt>(packet);
}

std::string ldns_bytes(const ldns_pkt& packet) {
    std::uint8_t* data = nullptr;
    std::size_t size = 0;
    ENSURE(ldns_pkt2wire(&data, &packet, &size) == LDNS_STATUS_OK);
    const Owned<std::uint8_t> owner(data);
    return {reinterpret_cast<const char*>(data), size};
}

std::string answer_at(const ldns_pkt& packet, std::size_t i) {
    return printed(ldns_rr_list_rr(ldns_pkt_answer(&packet), i));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ldns)

BOOST_AUTO_TEST_CASE(both_print_the_same_line) {
    for (const std::string_view line : lines) {
        BOOST_TEST(zone_line(record(line)) == line);
        const Owned<ldns_rr> theirs = ldns_record(line);
        BOOST_TEST_REQUIRE(theirs.get() != nullptr, line);
        BOOST_TEST(printed(theirs.get()) == line);
    }
}

BOOST_AUTO_TEST_CASE(ldns_reads_what_we_encode) {
    for (const std::string_view line : lines) {
        BOOST_TEST_CONTEXT(line) {
            Message m = response("bob.example", Type::MX, {line, lines[0]});
            m.id = 4711;
            const Owned<ldns_pkt> packet = ldns_packet(encode(m));
            BOOST_TEST_REQUIRE(packet.get() != nullptr);
            BOOST_TEST(ldns_pkt_id(packet.get()) == 4711);
            BOOST_TEST_REQUIRE(ldns_pkt_ancount(packet.get()) == 2);
            BOOST_TEST(answer_at(*packet, 0) == line);
            BOOST_TEST(answer_at(*packet, 1) == lines[0]);
            BOOST_TEST(printed(ldns_rr_list_rr(ldns_pkt_question(packet.get()), 0)) ==
                       "bob.example. IN MX");
        }
    }
}

// ldns compresses names (RFC 1035 section 4.1.4); we do not.
BOOST_AUTO_TEST_CASE(we_read_what_ldns_encodes) {
    const Owned<ldns_pkt> packet(ldns_pkt_query_new(ldns_dname_new_frm_str("bob.example."),
                                                    LDNS_RR_TYPE_MX, LDNS_RR_CLASS_IN, LDNS_RD));
    ldns_pkt_set_qr(packet.get(), true);
    ldns_pkt_set_ra(packet.get(), true);
    ldns_pkt_set_ad(packet.get(), true);
    ldns_pkt_set_id(packet.get(), 815);
    std::size_t plain = 0;
    for (const std::string_view line : lines) {
        ldns_pkt_push_rr(packet.get(), LDNS_SECTION_ANSWER, ldns_record(line).release());
        plain +=
            encode(response("", Type::A, {line})).size() - encode(response("", Type::A)).size();
    }
    const std::string bytes = ldns_bytes(*packet);
    BOOST_TEST(bytes.size() < plain);
    const Result<Message> m = decode(bytes);
    BOOST_TEST_REQUIRE(m.ok());
    BOOST_TEST(m.value().id == 815);
    BOOST_TEST(m.value().response);
    BOOST_TEST((m.value().security == Security::secure));
    BOOST_TEST(m.value().question.name == "bob.example");
    BOOST_TEST((m.value().question.type == Type::MX));
    BOOST_TEST_REQUIRE(m.value().answers.size() == std::size(lines));
    for (std::size_t i = 0; i < std::size(lines); ++i)
        BOOST_TEST(zone_line(m.value().answers[i]) == lines[i]);
}

BOOST_AUTO_TEST_CASE(a_question_of_ours) {
    Message m;
    m.id = 1;
    m.question = {"_25._tcp.mx.bob.example", Type::TLSA};
    const Owned<ldns_pkt> packet = ldns_packet(encode(m));
    BOOST_TEST_REQUIRE(packet.get() != nullptr);
    BOOST_TEST(!ldns_pkt_qr(packet.get()));
    BOOST_TEST(ldns_pkt_rd(packet.get()));
    BOOST_TEST(ldns_pkt_ad(packet.get()));
    BOOST_TEST(ldns_pkt_edns(packet.get()));
    BOOST_TEST(ldns_pkt_edns_do(packet.get()));
    BOOST_TEST(ldns_pkt_edns_udp_size(packet.get()) == 1232);
    BOOST_TEST(ldns_pkt_edns_version(packet.get()) == 0);
    BOOST_TEST(printed(ldns_rr_list_rr(ldns_pkt_question(packet.get()), 0)) ==
               "_25._tcp.mx.bob.example. IN TLSA");
}

BOOST_AUTO_TEST_CASE(status_and_security) {
    struct Row {
        Status status;
        Security security;
        ldns_pkt_rcode code;
        bool authentic;
        const char* options;  // as ldns keeps them: RFC 8914 section 2
    };
    const Row rows[] = {
        {Status::no_error, Security::secure, LDNS_RCODE_NOERROR, true, ""},
        {Status::no_error, Security::insecure, LDNS_RCODE_NOERROR, false, ""},
        {Status::name_error, Security::secure, LDNS_RCODE_NXDOMAIN, true, ""},
        {Status::server_failure, Security::insecure, LDNS_RCODE_SERVFAIL, false, ""},
        {Status::server_failure, Security::bogus, LDNS_RCODE_SERVFAIL, false, "000f00020006"},
    };
    for (const Row& row : rows) {
        Message m = response("bob.example", Type::MX);
        m.status = row.status;
        m.security = row.security;
        const Owned<ldns_pkt> packet = ldns_packet(encode(m));
        BOOST_TEST_REQUIRE(packet.get() != nullptr);
        BOOST_TEST(ldns_pkt_qr(packet.get()));
        BOOST_TEST(ldns_pkt_ra(packet.get()));
        BOOST_TEST(ldns_pkt_get_rcode(packet.get()) == row.code);
        BOOST_TEST(ldns_pkt_ad(packet.get()) == row.authentic);
        const ldns_rdf* data = ldns_pkt_edns_data(packet.get());
        const std::string options =
            data == nullptr ? ""
                            : std::string(reinterpret_cast<const char*>(ldns_rdf_data(data)),
                                          ldns_rdf_size(data));
        BOOST_TEST(digits(options) == row.options);
    }
}

// RFC 1035 section 3.3.14: strings of 255 bytes, cut where ldns expects them.
BOOST_AUTO_TEST_CASE(a_long_text) {
    Message m = response("bob.example", Type::TXT, {"bob.example 1 IN TXT x"});
    m.answers[0].data = std::string(255, 'a') + std::string(255, ';') + "\x01";
    const Owned<ldns_pkt> packet = ldns_packet(encode(m));
    BOOST_TEST_REQUIRE(packet.get() != nullptr);
    BOOST_TEST(answer_at(*packet, 0) == zone_line(m.answers[0]));
    BOOST_TEST(ldns_rr_rd_count(ldns_rr_list_rr(ldns_pkt_answer(packet.get()), 0)) == 3u);
    const Result<Message> back = decode(ldns_bytes(*packet));
    BOOST_TEST_REQUIRE(back.ok());
    BOOST_TEST(back.value().answers[0].data == m.answers[0].data);
}

// A whole zone file, as ldns reads it: all that section 5.1 of RFC 1035 allows, and TTLs with
// units.
BOOST_AUTO_TEST_CASE(a_zone_file_read_by_both) {
    const std::string zone =
        "@ 1h IN SOA ns.bob.example. host.bob.example. ( 7 ; serial\n"
        "      2h 30m 2w\n   300 )\n"
        "; hosts\n"
        "mx.bob.example.  1d2h IN A 192.0.2.1\n"
        "\t\t60 IN AAAA 2001:db8::1 ; the same owner\n"
        "\\109x2.bob.example. 60 IN A \\# 4 C0 000202\n"
        "*.bob.example. 60 IN MX 10 mx.bob.example.\n"
        "_mta-sts.bob.example. 60 IN TXT ( \"v=STSv1; \"\n  \"id=1;\" )\n"
        "@ 60 IN TXT \"a(b)c;\\034\\\\\" \\065b\\;c\n"
        "_25._tcp.mx.bob.example. 60 IN TLSA 3 1 1 ( 00112233445566778899AABBCCDDEEFF\n"
        "   00112233445566778899aabbccddeeff )\n"
        "_25._tcp.mx2.bob.example. 60 IN TYPE52 \\# 4 030101ff\n";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        fmemopen(const_cast<char*>(zone.data()), zone.size(), "r"), std::fclose);
    const Owned<ldns_rdf> origin(ldns_dname_new_frm_str("bob.example."));
    ldns_zone* read = nullptr;
    BOOST_TEST_REQUIRE(ldns_zone_new_frm_fp(&read, file.get(), origin.get(), 60,
                                            LDNS_RR_CLASS_IN) == LDNS_STATUS_OK);
    std::vector<std::string> theirs{printed(ldns_zone_soa(read))};
    const ldns_rr_list* const list = ldns_zone_rrs(read);
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i)
        theirs.push_back(printed(ldns_rr_list_rr(list, i)));
    ldns_zone_deep_free(read);
    const Result<std::vector<ZoneRecord>> ours = parse_zone(zone, {"bob.example"});
    BOOST_TEST_REQUIRE(ours.ok());
    std::vector<std::string> lines_of_ours;
    for (const ZoneRecord& r : ours.value()) lines_of_ours.push_back(zone_line(r.record));
    // We join the strings of a text, which is all that mail asks for.
    for (std::string& line : theirs)
        for (std::size_t at = line.find("\" \""); at != line.npos; at = line.find("\" \""))
            line.erase(at, 3);
    BOOST_TEST(lines_of_ours == theirs, boost::test_tools::per_element());
}

// What both refuse to read as a line. Where we are stricter or laxer is not said here.
BOOST_AUTO_TEST_CASE(lines_that_both_refuse) {
    for (const char* line :
         {"bob.example. 1 IN A 192.0.2", "bob.example. 1 IN A 192.0.2.256",
          "bob.example. 1 IN AAAA 192.0.2.1", "bob.example. 1 IN AAAA 192.0.2.1::1",
          "bob.example. 1 IN AAAA 1::2::3", "bob.example. 1 IN AAAA 1:2:3:4:5:6:7",
          "bob.example. 1 IN MX mx.bob.example.", "bob.example. 1 IN MX 10",
          "bob.example. 1 IN CNAME", "bob..example. 1 IN A 192.0.2.1", "bob.example. 1 IN TXT",
          "bob.example. 1 IN SOA a. b. 1 2 3 4", "bob.example. 1 IN TLSA 3 1 1",
          "bob.example. 1 IN TLSA 3 1 1 0g", "bob.example. 1 IN A \\# 3 C00002",
          "bob.example. 1 IN A \\# 4 C00002"}) {
        BOOST_TEST(!parse_record(line).ok(), "we: " << line);
        BOOST_TEST((ldns_record(line) == nullptr), "ldns: " << line);
    }
}

BOOST_AUTO_TEST_SUITE_END()
