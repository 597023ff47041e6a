// Chains of CAs that are like no other, beside what openssl says of the same ones (RFC 5280 section
// 6). What a leaf alone may have wrong stands in chain.cpp.
#include <boost/test/unit_test.hpp>

#include <span>

#include "tests/tls/lab.hpp"
#include "tests/tls/program.hpp"

using namespace core;

namespace {

using tls::CertificateWish;
using Change = void (*)(CertificateWish&);

constexpr const char* no_root = "the chain leads to no trusted root";
constexpr const char* too_many = "the chain has too many certificates";
constexpr const char* expired = "a certificate has expired";
constexpr const char* too_early = "a certificate is not yet valid";
constexpr const char* weak = "a signature uses a weak digest";
constexpr const char* too_short = "a key is too short";
constexpr const char* no_server = "the certificate is not for servers";
constexpr const char* no_server_ca = "a CA is not one for servers";
constexpr const char* no_ca = "a certificate that signed another is no CA's";
constexpr const char* too_deep = "there are more CAs below a CA than it allows";
constexpr const char* no_name = "a CA may not vouch for a name below it";

struct Authority {
    const char* name;
    Change how;
};
// `errors` are OpenSSL's X509_V_ERR numbers, in the order it finds them.
struct Case {
    const char* name;
    std::vector<Authority> authorities;
    Change how;
    const char* errors;
    const char* trouble;
    bool trusted = false;
};

void usual(CertificateWish&) {}
void through_one(CertificateWish& w) { w.via = {"A"}; }
void through_two(CertificateWish& w) { w.via = {"A", "B"}; }
void ended(CertificateWish& w) { w.valid_until = world_begins - seconds(1); }
void to_begin(CertificateWish& w) { w.valid_from = world_begins + seconds(1); }
void no_authority(CertificateWish& w) { w.is_ca = false; }
void with_sha1(CertificateWish& w) { w.digest = tls::Digest::sha1; }
void version_1(CertificateWish& w) {
    w.version = tls::X509Version::v1;
    w.names.clear();
    w.common_name = "mx.bob.example";
}
void for_clients(CertificateWish& w) { w.usage = tls::Usage::client; }
void signs_no_certificates(CertificateWish& w) { w.key_usage = tls::digital_signature; }
template <unsigned length>
void path_length(CertificateWish& w) {
    w.path_length = length;
}
template <std::size_t count>
void through_many(CertificateWish& w) {
    for (std::size_t i = 0; i < count; ++i) w.via.push_back("CA " + std::to_string(i));
}

const Case dates_and_roles[] = {
    {"an expired root", {{"Lab Root CA", ended}}, usual, "10", expired, true},
    {"an expired CA between", {{"A", ended}}, through_one, "10", expired, true},
    {"a CA between that is to come", {{"A", to_begin}}, through_one, "9", too_early, true},
    {"two of them, one expired", {{"B", ended}}, through_two, "10", expired, true},
    {"a CA between that is none", {{"A", no_authority}}, through_one, "79 26", no_ca},
    {"a root that is no CA", {{"Lab Root CA", no_authority}}, usual, "79 26", no_ca},
    {"a root of version 1", {{"Lab Root CA", version_1}}, usual, "", "", true},
    {"a CA between of version 1", {{"A", version_1}}, through_one, "79 26", no_ca},
    {"a leaf of version 1", {}, version_1, "", "", true},
    {"a CA for clients", {{"A", for_clients}}, through_one, "26", no_server_ca},
    {"a root for clients", {{"Lab Root CA", for_clients}}, usual, "26", no_server_ca},
    {"a CA whose key signs no certificates",
     {{"A", signs_no_certificates}},
     through_one,
     "79 26 32",
     no_ca},
    {"no path below", {{"A", path_length<0>}}, through_one, "", "", true},
    {"a path that is too long", {{"A", path_length<0>}}, through_two, "25", too_deep},
    {"a path that is just right", {{"A", path_length<1>}}, through_two, "", "", true},
    {"a root's path that is too long",
     {{"Lab Root CA", path_length<1>}},
     through_two,
     "25",
     too_deep},
};

const Case strengths[] = {
    {"P-384", {}, [](CertificateWish& w) { w.key = tls::KeyKind::ecdsa_p384; }, "", "", true},
    {"P-521", {}, [](CertificateWish& w) { w.key = tls::KeyKind::ecdsa_p521; }, "", "", true},
    {"RSA, 4096 bits",
     {},
     [](CertificateWish& w) { w.key = tls::KeyKind::rsa_4096; },
     "",
     "",
     true},
    {"SHA-384", {}, [](CertificateWish& w) { w.digest = tls::Digest::sha384; }, "", "", true},
    {"SHA-512", {}, [](CertificateWish& w) { w.digest = tls::Digest::sha512; }, "", "", true},
    {"a CA of P-521",
     {{"A", [](CertificateWish& w) { w.key = tls::KeyKind::ecdsa_p521; }}},
     through_one,
     "",
     "",
     true},
    {"a CA of RSA",
     {{"A", [](CertificateWish& w) { w.key = tls::KeyKind::rsa_2048; }}},
     through_one,
     "",
     "",
     true},
    {"a root of RSA",
     {{"Lab Root CA", [](CertificateWish& w) { w.key = tls::KeyKind::rsa_1024; }}},
     usual,
     "",
     "",
     true},
    {"a CA of a short key",
     {{"A", [](CertificateWish& w) { w.key = tls::KeyKind::rsa_512; }}},
     through_one,
     "67",
     too_short},
    {"a CA that is signed with SHA-1", {{"A", with_sha1}}, through_one, "68", weak},
    {"a root that is signed with SHA-1", {{"Lab Root CA", with_sha1}}, usual, "", "", true},
};

const Case purposes[] = {
    {"no extended key usage",
     {},
     [](CertificateWish& w) { w.usage = tls::Usage::none; },
     "",
     "",
     true},
    {"any extended key usage",
     {},
     [](CertificateWish& w) { w.usage = tls::Usage::any; },
     "26",
     no_server},
    {"for mail", {}, [](CertificateWish& w) { w.usage = tls::Usage::mail; }, "26", no_server},
    {"no key usage", {}, [](CertificateWish& w) { w.key_usage = 0; }, "", "", true},
    {"a key that signs certificates alone",
     {},
     [](CertificateWish& w) { w.key_usage = tls::cert_sign; },
     "26",
     no_server},
    {"a key for encipherment",
     {},
     [](CertificateWish& w) { w.key_usage = tls::key_encipherment; },
     "",
     "",
     true},
    {"a CA's certificate shown as a server's",
     {},
     [](CertificateWish& w) { w.is_ca = true; },
     "",
     "",
     true},
};

const Case orders[] = {
    {"no root sent",
     {},
     [](CertificateWish& w) {
         through_two(w);
         w.chain = tls::Chain::without_root;
     },
     "",
     "",
     true},
    {"the other way round",
     {},
     [](CertificateWish& w) {
         through_two(w);
         w.chain = tls::Chain::listed;
         w.sent = {"Lab Root CA", "A", "B"};
     },
     "",
     "",
     true},
    {"each twice",
     {},
     [](CertificateWish& w) {
         through_two(w);
         w.chain = tls::Chain::listed;
         w.sent = {"A", "A", "B", "B"};
     },
     "",
     "",
     true},
    {"one is missing",
     {},
     [](CertificateWish& w) {
         through_two(w);
         w.chain = tls::Chain::listed;
         w.sent = {"B"};
     },
     "20",
     no_root},
    {"strangers among them",
     {},
     [](CertificateWish& w) {
         through_two(w);
         w.chain = tls::Chain::listed;
         w.sent = {"Eve's CA", "A", "Mallory's CA", "B"};
     },
     "",
     "",
     true},
    {"ten CAs between", {}, through_many<10>, "", "", true},
    {"eleven CAs between", {}, through_many<11>, "22", too_many},
};

struct NameCase {
    const char* name;
    std::vector<std::string> permits, excludes, names;
    const char* common_name;
    const char* errors;  ///< 47: not permitted; 48: excluded.
};
const NameCase name_cases[] = {
    {"its own domain", {"bob.example"}, {}, {"mx.bob.example"}, "", ""},
    {"the name itself", {"mx.bob.example"}, {}, {"mx.bob.example"}, "", ""},
    {"without case", {"BOB.example"}, {}, {"mx.Bob.EXAMPLE"}, "", ""},
    {"another domain", {"eve.example"}, {}, {"mx.bob.example"}, "", "47"},
    {"the same letters at the end", {"ob.example"}, {}, {"mx.bob.example"}, "", "47"},
    {"below a dot", {".bob.example"}, {}, {"mx.bob.example"}, "", ""},
    {"at a dot", {".mx.bob.example"}, {}, {"mx.bob.example"}, "", "47"},
    {"one of two domains", {"eve.example", "bob.example"}, {}, {"mx.bob.example"}, "", ""},
    {"one of two names outside", {"bob.example"}, {}, {"mx.bob.example", "eve.example"}, "", "47"},
    {"a wildcard inside", {"bob.example"}, {}, {"*.bob.example"}, "", ""},
    {"excluded", {}, {"bob.example"}, {"mx.bob.example"}, "", "48"},
    {"another one excluded", {}, {"eve.example"}, {"mx.bob.example"}, "", ""},
    {"permitted, a part excluded",
     {"bob.example"},
     {"mx.bob.example"},
     {"mx.bob.example"},
     "",
     "48"},
    {"a common name outside, no names", {"eve.example"}, {}, {}, "mx.bob.example", "47"},
    {"a common name inside, no names", {"bob.example"}, {}, {}, "mx.bob.example", ""},
    {"a common name outside, beside a name",
     {"bob.example"},
     {},
     {"mx.bob.example"},
     "eve.example",
     ""},
    {"a common name outside, beside an address",
     {"bob.example"},
     {},
     {"192.0.2.7"},
     "eve.example",
     "47"},
    {"a common name of one label", {"bob.example"}, {}, {}, "localhost", ""},
    {"a common name of words", {"bob.example"}, {}, {}, "Bob's server", ""},
    {"a network", {"192.0.2.0/24"}, {}, {"192.0.2.7", "mx.bob.example"}, "", ""},
    {"another network", {"192.0.3.0/24"}, {}, {"192.0.2.7"}, "", "47"},
    {"an IPv6 network", {"2001:db8::/32"}, {}, {"2001:db8:1::7"}, "", ""},
    {"another IPv6 network", {"2001:db8::/32"}, {}, {"2001:db9::7"}, "", "47"},
    {"an IPv6 address below an IPv4 network", {"192.0.2.0/24"}, {}, {"2001:db8::7"}, "", "47"},
    {"an excluded network", {}, {"192.0.2.0/24"}, {"192.0.2.7"}, "", "48"},
    {"mail of the host", {"@bob.example"}, {}, {"a@bob.example", "mx.bob.example"}, "", ""},
    {"mail of another host", {"@bob.example"}, {}, {"a@mx.bob.example"}, "", "47"},
    {"mail of hosts below", {"@.bob.example"}, {}, {"a@mx.bob.example"}, "", ""},
    {"one mailbox", {"a@bob.example"}, {}, {"b@bob.example"}, "", "47"},
    {"mail is not held to domains", {"bob.example"}, {}, {"a@eve.example"}, "", ""},
    {"a URI is not held to domains", {"bob.example"}, {}, {"https://eve.example/"}, "", ""},
};

void judge(Lab& lab, const CertificateWish& wish, const char* name, const std::string& wanted,
           const std::string& trouble, bool trusted) {
    const auto identity = lab.mint.issue(wish);
    const std::string root = tls::roots_der(*lab.client().trust)[0];
    const std::string errors = openssl_errors(tls::chain_der(*identity), root, world_begins);
    BOOST_TEST(errors == wanted, name << ": openssl says " << errors);
    for (const tls::Version version : {tls::Version::tls12, tls::Version::tls13}) {
        tls::Settings client = lab.client();
        client.highest = version;
        Session s(lab, lab.server(wish), std::move(client));
        BOOST_TEST_CONTEXT(name << ", " << word(version)) {
            BOOST_TEST_REQUIRE(s.shake_hands());
            BOOST_TEST(s.client.peer().trouble == trouble);
            BOOST_TEST(s.client.peer().trusted == trusted);
        }
    }
}

void judge_all(std::span<const Case> cases) {
    for (const Case& row : cases) {
        Lab lab;
        for (const Authority& authority : row.authorities) {
            CertificateWish wish = lab.mint.usual_authority();
            authority.how(wish);
            BOOST_TEST_REQUIRE(lab.mint.describe(authority.name, wish), row.name);
        }
        CertificateWish wish = lab.wish();
        row.how(wish);
        judge(lab, wish, row.name, row.errors, row.trouble, row.trusted);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chain_kinds)

BOOST_AUTO_TEST_CASE(dates_and_roles_of_authorities) { judge_all(dates_and_roles); }
BOOST_AUTO_TEST_CASE(keys_and_digests) { judge_all(strengths); }
BOOST_AUTO_TEST_CASE(what_a_key_is_for) { judge_all(purposes); }
// RFC 8446 section 4.4.2: a client is prepared for any order, and for more than it needs.
BOOST_AUTO_TEST_CASE(order_and_number_of_what_is_sent) { judge_all(orders); }

// RFC 5280 section 4.2.1.10. Constraints of the root count as well.
BOOST_AUTO_TEST_CASE(names_that_a_ca_may_vouch_for) {
    for (const char* const constrained : {"A", "Lab Root CA"}) {
        for (const NameCase& row : name_cases) {
            Lab lab;
            CertificateWish authority = lab.mint.usual_authority();
            authority.permits = row.permits;
            authority.excludes = row.excludes;
            BOOST_TEST_REQUIRE(lab.mint.describe(constrained, authority));
            CertificateWish wish = lab.wish();
            wish.via = {"A"};
            wish.names = row.names;
            wish.common_name = row.common_name;
            const bool holds = std::string_view(row.errors).empty();
            judge(lab, wish, row.name, row.errors, holds ? "" : no_name, holds);
        }
    }
}

// What is dated wrongly: the server's own certificate, or an issuer's?
BOOST_AUTO_TEST_CASE(whose_date_it_is) {
    for (const bool own : {true, false}) {
        Lab lab;
        CertificateWish authority = lab.mint.usual_authority();
        ended(authority);
        BOOST_TEST_REQUIRE(lab.mint.describe("A", authority));
        CertificateWish wish = lab.wish();
        through_one(wish);
        if (own) ended(wish);
        Session s(lab, lab.server(wish), lab.client());
        BOOST_TEST_REQUIRE(s.shake_hands());
        BOOST_TEST(s.client.peer().expired);
        BOOST_TEST(s.client.peer().own_dates_hold == !own);
    }
}

// A certificate that is trusted itself needs no root; one that another signed is no anchor.
BOOST_AUTO_TEST_CASE(a_store_may_hold_the_certificate_itself) {
    for (const bool self_signed : {true, false}) {
        Lab lab;
        CertificateWish wish = lab.wish();
        if (self_signed) wish.authority.clear();
        const std::string der = tls::leaf_of(*lab.mint.issue(wish)).certificate;
        tls::Settings client;
        client.trust = lab.mint.trust({}, {der});
        Session s(lab, lab.server(wish), std::move(client));
        BOOST_TEST_REQUIRE(s.shake_hands());
        BOOST_TEST(s.client.peer().trusted == self_signed);
        BOOST_TEST(
            openssl_errors(tls::chain_der(*lab.mint.issue(wish)), der, world_begins).empty() ==
            self_signed);
    }
}

// Who is described once stays so, and not after it was seen.
BOOST_AUTO_TEST_CASE(an_authority_is_described_once_and_first) {
    Lab lab;
    BOOST_TEST(lab.mint.describe("A", lab.mint.usual_authority()));
    BOOST_TEST(!lab.mint.describe("A", lab.mint.usual_authority()));
    lab.client();
    BOOST_TEST(!lab.mint.describe("Lab Root CA", lab.mint.usual_authority()));
    CertificateWish wish = lab.wish();
    wish.via = {"B"};
    lab.server(wish);
    BOOST_TEST(!lab.mint.describe("B", lab.mint.usual_authority()));
}

// Worlds that share a cache do not share what only one of them says of a CA.
BOOST_AUTO_TEST_CASE(worlds_of_one_cache_have_authorities_of_their_own) {
    tls::KeyCache cache;
    const auto chain_of = [&](bool changed, tls::KeyCache* keys) {
        Lab lab(1, tls::Curves::fast, keys);
        CertificateWish authority = lab.mint.usual_authority();
        authority.key = tls::KeyKind::rsa_1024;
        if (changed) lab.mint.describe("A", authority);
        CertificateWish wish = lab.wish();
        wish.via = {"A"};
        return tls::chain_der(*lab.mint.issue(wish));
    };
    const auto usual_chain = chain_of(false, nullptr), changed = chain_of(true, nullptr);
    BOOST_TEST((usual_chain != changed));
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST((chain_of(false, &cache) == usual_chain));
        BOOST_TEST((chain_of(true, &cache) == changed));
    }
}

// RFC 8446 section 5.1: a message of 2^14 bytes is one record's.
BOOST_AUTO_TEST_CASE(a_certificate_may_be_as_long_as_a_message) {
    for (const tls::Version version : {tls::Version::tls12, tls::Version::tls13}) {
        Lab lab;
        CertificateWish wish = lab.wish();
        while (wish.names.size() < 200)
            wish.names.push_back(std::to_string(wish.names.size()) + std::string(60, 'x'));
        for (std::size_t name = 1; name < wish.names.size(); ++name) {
            const std::size_t size = tls::certificate_message_size(*lab.mint.issue(wish));
            if (size >= tls::longest_certificate_message) break;
            wish.names[name] += std::string(
                std::min<std::size_t>(tls::longest_certificate_message - size, 50), 'y');
        }
        const auto identity = lab.mint.issue(wish);
        BOOST_TEST(tls::certificate_message_size(*identity) == tls::longest_certificate_message);
        tls::Settings client = lab.client();
        client.highest = version;
        Session s(lab, lab.server(wish), std::move(client));
        BOOST_TEST_REQUIRE(s.shake_hands());
        BOOST_TEST(s.client.peer().trusted);
        BOOST_TEST((s.client.peer().dns_names == wish.names));
        wish.names[0] += 'z';
        Session longer(lab, lab.server(wish), lab.client());
        BOOST_TEST(!longer.shake_hands());
    }
}

// What is longer is a certificate all the same.
BOOST_AUTO_TEST_CASE(openssl_reads_a_certificate_of_any_length) {
    Lab lab;
    const Folder folder;
    CertificateWish wish = lab.wish();
    for (std::size_t i = 0; i < 5000; ++i)
        wish.names.push_back(std::to_string(i) + ".customer.example");
    const std::string root = tls::roots_der(*lab.client().trust)[0];
    const auto chain = tls::chain_der(*lab.mint.issue(wish));
    BOOST_TEST(chain[0].size() > 100'000u);
    BOOST_TEST(openssl_errors(chain, root, world_begins) == "");
}

BOOST_AUTO_TEST_SUITE_END()
