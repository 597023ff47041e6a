// What a client finds wrong with a chain, beside what openssl says of the same one (A13, RFC 5280
// section 6).
#include <boost/test/unit_test.hpp>

#include <cstdio>

#include "tests/tls/lab.hpp"
#include "tests/tls/program.hpp"

using namespace core;

namespace {

using tls::AnchorTrial;
using tls::CertificateWish;
using tls::FullData;
using tls::ShownCertificate;

constexpr const char* no_root = "the chain leads to no trusted root";
constexpr const char* expired = "a certificate has expired";
constexpr const char* too_early = "a certificate is not yet valid";
constexpr const char* weak = "a signature uses a weak digest";
constexpr const char* no_server = "the certificate is not for servers";

// `errors` are OpenSSL's X509_V_ERR numbers, in the order it finds them; at some it stops.
struct Case {
    const char* name;
    void (*how)(CertificateWish&);
    const char* errors;
    std::string trouble;
    bool trusted = false, expired = false, not_yet_valid = false, weakly_signed = false;
};

void untrusted_ca(CertificateWish& w) { w.authority = "Eve's CA"; }
void self_signed(CertificateWish& w) { w.authority.clear(); }
void through_middle(CertificateWish& w) { w.via = {"Lab Middle CA"}; }
void leaf_alone(CertificateWish& w) { w.chain = tls::Chain::incomplete; }
void with_sha1(CertificateWish& w) { w.digest = tls::Digest::sha1; }
void for_clients(CertificateWish& w) { w.usage = tls::Usage::client; }
void ended(CertificateWish& w) { w.valid_until = world_begins - seconds(1); }
void to_begin(CertificateWish& w) { w.valid_from = world_begins + seconds(1); }
template <void (*... How)(CertificateWish&)>
void all(CertificateWish& w) {
    (How(w), ...);
}

const Case cases[] = {
    {"good", [](CertificateWish&) {}, "", "", true},
    {"through an intermediate", through_middle, "", "", true},
    {"the leaf alone, from a root", leaf_alone, "", "", true},
    {"RSA, 2048 bits", [](CertificateWish& w) { w.key = tls::KeyKind::rsa_2048; }, "", "", true},
    {"RSA, 1024 bits", [](CertificateWish& w) { w.key = tls::KeyKind::rsa_1024; }, "", "", true},
    {"another name", [](CertificateWish& w) { w.names = {"mx.eve.example"}; }, "", "", true},
    {"valid since now", [](CertificateWish& w) { w.valid_from = world_begins; }, "", "", true},
    {"valid for a second", [](CertificateWish& w) { w.valid_until = world_begins + seconds(1); },
     "", "", true},
    {"missing intermediate", all<through_middle, leaf_alone>, "20", no_root},
    {"self-signed", self_signed, "18", no_root},
    {"unknown CA", untrusted_ca, "19", no_root},
    {"unknown CA, the leaf alone", all<untrusted_ca, leaf_alone>, "20", no_root},
    {"unknown CA and intermediate", all<untrusted_ca, through_middle>, "19", no_root},
    {"expired", ended, "10", expired, true, true},
    {"expired, through an intermediate", all<ended, through_middle>, "10", expired, true, true},
    {"not yet valid", to_begin, "9", too_early, true, false, true},
    {"expired and self-signed", all<ended, self_signed>, "18 10",
     std::string(no_root) + "; " + expired, false, true},
    {"expired, unknown CA", all<ended, untrusted_ca>, "19", std::string(no_root) + "; " + expired,
     false, true},
    {"SHA-1", with_sha1, "68", weak, false, false, false, true},
    {"SHA-1, expired", all<with_sha1, ended>, "68", std::string(expired) + "; " + weak, false, true,
     false, true},
    {"SHA-1, unknown CA", all<with_sha1, untrusted_ca>, "19", std::string(no_root) + "; " + weak},
    {"for clients", for_clients, "26", no_server},
    {"for clients, unknown CA", all<for_clients, untrusted_ca>, "19",
     std::string(no_root) + "; " + no_server},
};

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
        out += two;
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chain)

BOOST_AUTO_TEST_CASE(openssl_says_what_we_meant) {
    Lab lab;
    const std::string root = tls::roots_der(*lab.client().trust)[0];
    for (const Case& row : cases) {
        CertificateWish wish = lab.wish();
        row.how(wish);
        const std::string errors =
            openssl_errors(tls::chain_der(*lab.mint.issue(wish)), root, world_begins);
        BOOST_TEST(errors == row.errors, row.name << ": " << errors);
    }
}

// The handshake ends whatever the certificate says; what it says is a list of facts (RFC 3207
// section 4.1, TLS-09).
BOOST_AUTO_TEST_CASE(the_client_learns_what_is_wrong) {
    for (const tls::Version version : {tls::Version::tls12, tls::Version::tls13}) {
        for (const Case& row : cases) {
            Lab lab;
            CertificateWish wish = lab.wish();
            row.how(wish);
            tls::Settings client = lab.client();
            client.highest = version;
            Session s(lab, lab.server(wish), std::move(client));
            BOOST_TEST_CONTEXT(row.name << ", " << word(version)) {
                BOOST_TEST_REQUIRE(s.shake_hands());
                const tls::PeerCertificate& peer = s.client.peer();
                BOOST_TEST(peer.trouble == row.trouble);
                BOOST_TEST(peer.trusted == row.trusted);
                BOOST_TEST(peer.expired == row.expired);
                BOOST_TEST(peer.not_yet_valid == row.not_yet_valid);
                BOOST_TEST(peer.weakly_signed == row.weakly_signed);
                const auto seen = lab.events<trace::CertificateSeen>();
                BOOST_TEST_REQUIRE(seen.size() == 1u);
                BOOST_TEST(seen[0].trust == (row.trouble.empty() ? "trusted" : row.trouble));
            }
        }
    }
}

// One bit of a signature, and openssl must say so: it does look at what we show it.
BOOST_AUTO_TEST_CASE(openssl_notices_an_altered_certificate) {
    Lab lab;
    const std::string root = tls::roots_der(*lab.client().trust)[0];
    std::vector<std::string> chain = tls::chain_der(*lab.mint.issue(lab.wish()));
    chain[0].back() ^= 1;
    BOOST_TEST(openssl_errors(chain, root, world_begins) == "7");
}

BOOST_AUTO_TEST_CASE(without_a_root_nothing_is_trusted) {
    Lab lab;
    Session s(lab, lab.server(), tls::Settings{});
    BOOST_TEST_REQUIRE(s.shake_hands());
    BOOST_TEST(!s.client.peer().trusted);
    BOOST_TEST(s.client.peer().trouble == no_root);
}

// RFC 5280 section 4.1.2.5: the period includes its last second. OpenSSL ends it a second sooner.
BOOST_AUTO_TEST_CASE(a_certificate_expires_as_virtual_time_passes) {
    Lab lab;
    const CertificateWish wish = lab.wish();
    const auto is_expired = [&] {
        Session s(lab, lab.server(wish), lab.client());
        BOOST_TEST_REQUIRE(s.shake_hands());
        return s.client.peer().expired;
    };
    const std::string root = tls::roots_der(*lab.client().trust)[0];
    const auto chain = tls::chain_der(*lab.mint.issue(wish));
    lab.loop.run_until(wish.valid_until - seconds(1));
    BOOST_TEST(!is_expired());
    BOOST_TEST(openssl_errors(chain, root, lab.loop.now()) == "");
    lab.loop.run_until(wish.valid_until);
    BOOST_TEST(!is_expired());
    lab.loop.run_until(wish.valid_until + seconds(1));
    BOOST_TEST(is_expired());
    BOOST_TEST(openssl_errors(chain, root, lab.loop.now()) == "10");
}

// ID-02: names are in the SAN alone; the common name is told apart from them.
BOOST_AUTO_TEST_CASE(the_client_learns_the_names) {
    struct Named {
        std::vector<std::string> names, dns;
        std::string common_name, seen;
    };
    const Named rows[] = {
        {{"mx.bob.example"}, {"mx.bob.example"}, "", "mx.bob.example"},
        {{"*.Bob.example", "192.0.2.7", "b.example"},
         {"*.Bob.example", "b.example"},
         "bob",
         "*.Bob.example b.example"},
        {{}, {}, "mx.bob.example", "CN=mx.bob.example"},
        {{"192.0.2.7"}, {}, "a, b", "CN=a, b"},
        {{}, {}, "", ""},
    };
    for (const Named& row : rows) {
        Lab lab;
        CertificateWish wish = lab.wish();
        wish.names = row.names;
        wish.common_name = row.common_name;
        wish.via = {"Lab Middle CA"};
        Session s(lab, lab.server(wish), lab.client());
        BOOST_TEST_REQUIRE(s.shake_hands());
        BOOST_TEST(s.client.peer().dns_names == row.dns, boost::test_tools::per_element());
        BOOST_TEST(s.client.peer().common_name == row.common_name);
        BOOST_TEST(s.client.peer().issuer == "Lab Middle CA");
        const auto seen = lab.events<trace::CertificateSeen>();
        BOOST_TEST_REQUIRE(seen.size() == 1u);
        BOOST_TEST(seen[0].names == row.seen);
        BOOST_TEST(seen[0].issuer == "Lab Middle CA");
    }
}

// What TLSA records of each selector and matching type are made of: RFC 6698 section 2.1.
BOOST_AUTO_TEST_CASE(digests_are_openssls) {
    Lab lab;
    const auto identity = lab.mint.issue(lab.wish());
    const Folder folder;
    Session s(lab, lab.server(), lab.client());
    BOOST_TEST_REQUIRE(s.shake_hands());
    const auto& print = s.client.peer().fingerprint;
    const std::string fingerprint(print.begin(), print.end());
    for (const tls::ShownCertificate& c : {tls::leaf_of(*identity), tls::anchor_of(*identity)}) {
        const std::string cert = folder.file("c.der", c.certificate);
        openssl(folder,
                "x509 -inform DER -noout -pubkey -out " + folder.name("k.pem") + " -in " + cert);
        const std::string key = folder.name("k.der");
        openssl(folder, "pkey -pubin -outform DER -out " + key + " -in " + folder.name("k.pem"));
        BOOST_TEST((folder.read("k.der") == c.key));
        const auto digest = [&](const char* name, const std::string& file) {
            const std::string text =
                openssl(folder, std::string("dgst -r -") + name + " " + file).text;
            return text.substr(0, text.find(' '));
        };
        BOOST_TEST(hex(c.certificate_sha256) == digest("sha256", cert));
        BOOST_TEST(hex(c.certificate_sha512) == digest("sha512", cert));
        BOOST_TEST(hex(c.key_sha256) == digest("sha256", key));
        BOOST_TEST(hex(c.key_sha512) == digest("sha512", key));
    }
    BOOST_TEST(hex(fingerprint) == hex(tls::leaf_of(*identity).certificate_sha256));
    BOOST_TEST((tls::anchor_of(*identity).certificate == tls::roots_der(*lab.client().trust)[0]));
}

// RFC 7671 sections 5.2.2 and 5.2.3: the anchor that stands in DNS in full, as a certificate and as
// a bare key. One letter each, as below.
BOOST_AUTO_TEST_CASE(an_anchor_that_is_not_sent) {
    struct Row {
        const char* name;
        void (*how)(CertificateWish&);
        const char* found;
    };
    const Row rows[] = {
        {"from a root", [](CertificateWish&) {}, "dd"},
        {"the leaf alone", leaf_alone, "dd"},
        {"through an intermediate", through_middle, "dd"},
        {"through an intermediate that is not sent", all<leaf_alone, through_middle>, "--"},
        {"from a root that nobody trusts", all<leaf_alone, untrusted_ca>, "dd"},
        {"expired", all<ended, leaf_alone>, "aa"},
        {"not yet valid", to_begin, "aa"},
        {"weakly signed", with_sha1, "--"},
        {"for clients", for_clients, "--"},
    };
    for (const Row& row : rows) {
        Lab lab;
        CertificateWish wish = lab.wish();
        row.how(wish);
        Session s(lab, lab.server(wish), lab.client());
        BOOST_TEST_REQUIRE(s.shake_hands());
        const ShownCertificate anchor = anchor_of(*lab.mint.issue(wish));
        std::string found;
        for (const AnchorTrial& trial :
             {s.client.under_anchor(FullData::certificate, anchor.certificate),
              s.client.under_anchor(FullData::key, anchor.key)})
            found += !trial.anchors_leaf ? '-' : trial.dates_hold ? 'd' : 'a';
        BOOST_TEST(found == row.found, row.name << ": " << found);
        CertificateWish stranger = lab.wish();
        stranger.authority = "Another CA";
        const ShownCertificate other = anchor_of(*lab.mint.issue(stranger));
        BOOST_TEST(!s.client.under_anchor(FullData::certificate, other.certificate).anchors_leaf);
        BOOST_TEST(!s.client.under_anchor(FullData::key, other.key).anchors_leaf);
    }
}

// RFC 7671 section 10.3. A key of a kind that is not built in (Ed25519: RFC 8410 section 10.1) is
// one.
BOOST_AUTO_TEST_CASE(what_full_data_may_be) {
    Lab lab;
    const ShownCertificate leaf = leaf_of(*lab.mint.issue(lab.wish()));
    const std::string zeros(32, '\0');
    const std::string ed25519 =
        std::string("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12) +
        std::string(32, '\x11');
    BOOST_TEST(is_readable(FullData::certificate, leaf.certificate));
    BOOST_TEST(is_readable(FullData::key, leaf.key));
    BOOST_TEST(is_readable(FullData::key, ed25519));
    for (const FullData kind : {FullData::certificate, FullData::key}) {
        const std::string& good = kind == FullData::key ? leaf.key : leaf.certificate;
        BOOST_TEST(!is_readable(kind, kind == FullData::key ? leaf.certificate : leaf.key));
        BOOST_TEST(!is_readable(kind, good.substr(0, good.size() - 1)));
        BOOST_TEST(!is_readable(kind, good + "x"));
        BOOST_TEST(!is_readable(kind, zeros));
        BOOST_TEST(!is_readable(kind, ""));
    }
}

// RFC 7671 section 5.2: a trust anchor is one that the server shows itself.
BOOST_AUTO_TEST_CASE(each_shown_certificate_is_tried_as_an_anchor) {
    struct Shown {
        const char* name;
        void (*how)(CertificateWish&);
        const char* anchors;  ///< One letter each: "-" no, "a" anchors it, "d" and its dates hold.
    };
    const Shown rows[] = {
        {"from a root", [](CertificateWish&) {}, "-d"},
        {"through an intermediate", through_middle, "-dd"},
        {"from a root that nobody trusts", untrusted_ca, "-d"},
        {"expired", all<ended, through_middle>, "-aa"},
        {"not yet valid", to_begin, "-a"},
        {"weakly signed", with_sha1, "--"},
        {"for clients", for_clients, "--"},
        {"the leaf alone", leaf_alone, "-"},
        {"self-signed", self_signed, "-"},
    };
    for (const Shown& row : rows) {
        Lab lab;
        CertificateWish wish = lab.wish();
        row.how(wish);
        Session s(lab, lab.server(wish), lab.client());
        BOOST_TEST_REQUIRE(s.shake_hands());
        const auto chain = s.client.shown_chain();
        const auto sent = tls::chain_der(*lab.mint.issue(wish));
        std::string anchors;
        for (std::size_t i = 0; i < chain.size(); ++i) {
            BOOST_TEST((chain[i].certificate == sent[i]), row.name);
            anchors += !chain[i].anchors_leaf ? '-' : chain[i].dates_hold ? 'd' : 'a';
        }
        BOOST_TEST(anchors == row.anchors, row.name << ": " << anchors);
    }
}

BOOST_AUTO_TEST_SUITE_END()
