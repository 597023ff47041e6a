#include "sim/policy/identity.hpp"

#include <fstream>
#include <sstream>

#include <boost/test/unit_test.hpp>

#include "sim/core/text.hpp"
#include "sim/policy/judge.hpp"
#include "sim/policy/postfix_level.hpp"

using namespace policy;

BOOST_AUTO_TEST_SUITE(identity)

// ID-03, ID-04, ID-05, DANE-20: RFC 9525 section 6.3.
BOOST_AUTO_TEST_CASE(presented_names_against_references) {
    struct Case {
        const char* presented;
        const char* reference;
        bool fits;
    };
    const Case cases[] = {
        {"mx.bob.example", "mx.bob.example", true},
        {"MX.Bob.EXAMPLE", "mx.bob.example", true},
        {"mx.bob.example.", "mx.bob.example", false},
        {"mx.bob.example", "bob.example", false},
        {"bob.example", "mx.bob.example", false},
        {"*.bob.example", "mx.bob.example", true},
        {"*.bob.example", "bob.example", false},
        {"*.bob.example", "a.mx.bob.example", false},
        {"m*.bob.example", "mx.bob.example", false},
        {"*x.bob.example", "mx.bob.example", false},
        {"mx.*.example", "mx.bob.example", false},
        {"*.*.example", "mx.bob.example", false},
        {"*.*.bob.example", ".bob.example", true},
        {"*x.bob.example", ".bob.example", true},
        {"*", "mx", false},
        {"*.example", "bob.example", false},
        {"*.bob.example.", "mx.bob.example", false},
        {"*.bob.example", "mx_1.bob.example", false},
        {"*.bob-.example", "mx.bob-.example", false},
        {"*.bob.example", "b\xC3\xBC.bob.example", false},
        {"*.bob.example", "xn--bcher-kva.bob.example", true},
        {"xn--bcher-kva.example", "xn--bcher-kva.example", true},
        {"XN--BCHER-KVA.example", "xn--bcher-kva.example", true},
        {"*.xn--bcher-kva.example", "mx.xn--bcher-kva.example", true},
        {"xn--bcher-*.example", "xn--bcher-kva.example", false},
        {"b\xC3\xBC"
         "cher.example",
         "xn--bcher-kva.example", false},
        {"mx.bob.example.eve.example", "mx.bob.example", false},
        {"", "mx.bob.example", false},
        {"mx.bob.example .eve.example", "mx.bob.example", false},
        // ".domain" is any name below it, and not the domain (Postfix's dot-nexthop).
        {"mx.bob.example", ".bob.example", true},
        {"a.b.bob.example", ".bob.example", true},
        {"bob.example", ".bob.example", false},
        {"evilbob.example", ".bob.example", false},
        {"*.bob.example", ".bob.example", true},
        {"*.mx.bob.example", ".bob.example", true},
        {".bob.example", ".bob.example", true},
        {"*.notbob.example", ".bob.example", false},
    };
    for (const Case& c : cases)
        BOOST_TEST(fits(c.presented, ReferenceName{c.reference}) == c.fits,
                   c.presented << " for " << c.reference);
}

// "%00" as the byte that it names.
std::string decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
    }
    return out;
}

// What OpenSSL 3.0 answers, which Postfix asks: kind, presented, reference, answer. The pairs are
// those of the name tests of OpenSSL, Go, curl, Node and webpki.
BOOST_AUTO_TEST_CASE(names_are_compared_as_openssl_compares_them) {
    std::ifstream in(MAILTLS_TESTS "/vectors/names/openssl-3.0.tsv");
    std::string line;
    std::getline(in, line);
    int pairs = 0;
    while (std::getline(in, line)) {
        std::istringstream fields(line);
        std::string kind, presented, reference, answer;
        std::getline(fields, kind, '\t');
        std::getline(fields, presented, '\t');
        std::getline(fields, reference, '\t');
        std::getline(fields, answer, '\t');
        const bool same = fits(decoded(presented), {core::lower(decoded(reference))});
        BOOST_TEST(same == (answer == "1"), line);
        ++pairs;
    }
    BOOST_TEST(pairs > 3000);
}

// CVE-2009-2408: what stands behind a NUL must not be cut off.
BOOST_AUTO_TEST_CASE(a_name_with_a_nul_fits_nothing) {
    const std::string sly("mx.bob.example\0.eve.example", 27);
    BOOST_TEST(!fits(sly, ReferenceName{"mx.bob.example"}));
    BOOST_TEST(!fits(sly, ReferenceName{".eve.example"}));
}

// ID-01: made without a look at the certificate.
BOOST_AUTO_TEST_CASE(match_words_become_names) {
    const auto names = reference_names({"hostname", "nexthop", "dot-nexthop", "MX.Other.example"},
                                       "Mx.Bob.example.", "bob.example");
    BOOST_TEST_REQUIRE(names.size() == 4u);
    BOOST_TEST(names[0].name == "mx.bob.example");
    BOOST_TEST(names[1].name == "bob.example");
    BOOST_TEST(names[2].name == ".bob.example");
    BOOST_TEST(names[3].name == "mx.other.example");
}

// docs/decisions/0009-personalities.md, "names": smtp_tls_verify_cert_match and
// smtp_tls_secure_cert_match.
BOOST_AUTO_TEST_CASE(what_the_levels_look_for_by_themselves) {
    using Words = std::vector<std::string>;
    BOOST_TEST((default_match(Level::verify) == Words{"hostname"}));
    BOOST_TEST((default_match(Level::secure) == Words{"nexthop", "dot-nexthop"}));
}

// ID-05: RFC 9525 section 6.4. A DNS name that looks like an address is none.
BOOST_AUTO_TEST_CASE(an_address_is_no_dns_name) {
    const std::vector<ReferenceName> wanted{{"192.0.2.1"}};
    for (const char* name : {"192.0.2.1", "*.0.2.1"})
        BOOST_TEST(!matching_name({{name}, ""}, wanted, NameRules::rfc9525).has_value(), name);
}

// RFC 9525 section 6.5, and OpenSSL's SSL_add1_host: an address is looked for among addresses, and
// where names are looked for as well, one of them must be there, too.
BOOST_AUTO_TEST_CASE(an_address_fits_an_address_alone) {
    struct Row {
        std::vector<std::string> addresses, dns_names;
        const char* common_name;
        std::vector<ReferenceName> accepted;
        bool fits;
    };
    const std::vector<ReferenceName> address{{"192.0.2.1"}}, ipv6{{"2001:db8::1"}};
    const Row rows[] = {
        {{"192.0.2.1"}, {}, "", address, true},
        {{"192.0.2.2", "192.0.2.1"}, {"mx.bob.example"}, "", address, true},
        {{"192.0.2.2"}, {}, "", address, false},
        {{}, {"192.0.2.1"}, "", address, false},
        {{}, {}, "192.0.2.1", address, false},
        {{"2001:db8::1"}, {}, "", ipv6, true},
        {{"2001:db8::2"}, {}, "", ipv6, false},
        {{"192.0.2.1"}, {}, "", {{"192.0.2.1"}, {".192.0.2.1"}}, false},
        {{"192.0.2.1"}, {"mx.bob.example"}, "", {{"192.0.2.1"}, {"mx.bob.example"}}, true},
        {{"192.0.2.1"}, {}, "", {{"mx.bob.example"}}, false},
    };
    for (const Row& row : rows)
        for (const NameRules rules : {NameRules::with_common_name, NameRules::rfc9525}) {
            const PresentedNames shown{row.dns_names, row.common_name, row.addresses};
            BOOST_TEST(matching_name(shown, row.accepted, rules).has_value() == row.fits,
                       row.accepted[0].name);
        }
}

// ID-02: RFC 9525 never looks at the CN; RFC 7672 section 3.2.3 and Postfix do where there is no
// DNS name.
BOOST_AUTO_TEST_CASE(the_common_name_in_two_sets_of_rules) {
    struct Case {
        std::vector<std::string> dns_names;
        const char* common_name;
        bool postfix, rfc9525;
    };
    const std::vector<ReferenceName> wanted{{"mx.bob.example"}};
    for (const Case& c :
         {Case{{}, "mx.bob.example", true, false},
          Case{{"other.example"}, "mx.bob.example", false, false},
          Case{{"mx.bob.example"}, "other.example", true, true}, Case{{}, "", false, false}}) {
        const PresentedNames shown{c.dns_names, c.common_name};
        BOOST_TEST(matching_name(shown, wanted, NameRules::with_common_name).has_value() ==
                   c.postfix);
        BOOST_TEST(matching_name(shown, wanted, NameRules::rfc9525).has_value() == c.rfc9525);
    }
}

BOOST_AUTO_TEST_SUITE_END()
