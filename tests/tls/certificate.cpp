// Certificates as the openssl program reads them: RFC 5280.
#include "sim/tls/certificate.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/tls/lab.hpp"
#include "tests/tls/program.hpp"

using namespace core;

namespace {

using tls::CertificateWish;

CertificateWish change(CertificateWish wish, void (*how)(CertificateWish&)) {
    how(wish);
    return wish;
}

std::string leaf_of(Lab& lab, const CertificateWish& wish) {
    return tls::leaf_of(*lab.mint.issue(wish)).certificate;
}

std::string as_text(std::string_view der) {
    const Folder folder;
    const std::string in = folder.file("leaf.der", der);
    const Answer answer =
        openssl(folder, "x509 -inform DER -noout -text -nameopt RFC2253,-esc_msb,utf8 -in " + in);
    BOOST_TEST(answer.status == 0, answer.text);
    return answer.text;
}

// One option, and the lines that show it.
struct Option {
    const char* name;
    void (*how)(CertificateWish&);
    std::vector<const char*> shown;
    std::vector<const char*> absent;
};
const Option options[] = {
    {"as usual",
     [](CertificateWish&) {},
     {"Version: 3 (0x2)", "Issuer: CN=Lab Root CA,O=mailtls laboratory\n",
      "Subject: O=mailtls laboratory\n", "Signature Algorithm: ecdsa-with-SHA256",
      "NIST CURVE: P-256", "Not Before: Dec 31 00:00:00 2025 GMT",
      "Not After : Apr  1 00:00:00 2026 GMT", "CA:FALSE", "DNS:mx.bob.example\n",
      "Extended Key Usage: critical\n                TLS Web Server Authentication\n",
      "Key Usage: critical\n                Digital Signature\n", "X509v3 Subject Key Identifier",
      "X509v3 Authority Key Identifier"},
     {"TLS Web Client", "CA:TRUE", "Certificate Sign"}},
    {"names",
     [](CertificateWish& w) {
         w.names = {"*.bob.example", "192.0.2.7", "256.1.1.1", "192.0.2", "192.0.2.7.example"};
     },
     {"DNS:*.bob.example, IP Address:192.0.2.7, DNS:256.1.1.1, DNS:192.0.2, "
      "DNS:192.0.2.7.example\n"},
     {}},
    {"no names", [](CertificateWish& w) { w.names.clear(); }, {}, {"Alternative Name"}},
    {"a common name",
     [](CertificateWish& w) { w.common_name = "mx.bob.example"; },
     {"Subject: CN=mx.bob.example,O=mailtls laboratory\n"},
     {}},
    // RFC 4514 section 2.4.
    {"a common name with signs",
     [](CertificateWish& w) { w.common_name = "a,b=c+d<e>#;\"\\f"; },
     {R"(Subject: CN=a\,b=c\+d\<e\>#\;\"\\f,O=mailtls laboratory)"},
     {}},
    // RFC 5280 appendix A.1, ub-common-name.
    {"a long common name",
     [](CertificateWish& w) { w.common_name = std::string(63, 'x') + "yz"; },
     {"xxxy,O=mailtls laboratory\n"},
     {}},
    {"validity",
     [](CertificateWish& w) {
         w.valid_from = Instant{} + seconds(1'709'210'096);
         w.valid_until = Instant{} + seconds(1'709'210'097);
     },
     {"Not Before: Feb 29 12:34:56 2024 GMT", "Not After : Feb 29 12:34:57 2024 GMT"},
     {}},
    {"RSA, 2048 bits",
     [](CertificateWish& w) { w.key = tls::KeyKind::rsa_2048; },
     {"rsaEncryption", "Public-Key: (2048 bit)", "Exponent: 65537",
      "Signature Algorithm: ecdsa-with-SHA256"},
     {}},
    {"RSA, 1024 bits",
     [](CertificateWish& w) { w.key = tls::KeyKind::rsa_1024; },
     {"rsaEncryption", "Public-Key: (1024 bit)"},
     {}},
    {"SHA-1",
     [](CertificateWish& w) { w.digest = tls::Digest::sha1; },
     {"Signature Algorithm: ecdsa-with-SHA1"},
     {"SHA256"}},
    {"usage of a client",
     [](CertificateWish& w) { w.usage = tls::Usage::client; },
     {"TLS Web Client Authentication\n"},
     {"TLS Web Server"}},
    {"an intermediate",
     [](CertificateWish& w) { w.via = {"Lab Middle CA"}; },
     {"Issuer: CN=Lab Middle CA,O=mailtls laboratory\n"},
     {"Lab Root CA"}},
    {"names of other kinds",
     [](CertificateWish& w) {
         w.names = {"ps@bob.example", "2001:db8::7", "smtp://mx.bob.example", "mx.bob.example"};
     },
     {"email:ps@bob.example, IP Address:2001:DB8:0:0:0:0:0:7, URI:smtp://mx.bob.example, "
      "DNS:mx.bob.example\n"},
     {}},
    {"ECDSA on P-384",
     [](CertificateWish& w) { w.key = tls::KeyKind::ecdsa_p384; },
     {"NIST CURVE: P-384"},
     {}},
    {"ECDSA on P-521",
     [](CertificateWish& w) { w.key = tls::KeyKind::ecdsa_p521; },
     {"NIST CURVE: P-521"},
     {}},
    {"RSA, 4096 bits",
     [](CertificateWish& w) { w.key = tls::KeyKind::rsa_4096; },
     {"Public-Key: (4096 bit)"},
     {}},
    {"RSA, 512 bits",
     [](CertificateWish& w) { w.key = tls::KeyKind::rsa_512; },
     {"Public-Key: (512 bit)"},
     {}},
    {"SHA-384",
     [](CertificateWish& w) { w.digest = tls::Digest::sha384; },
     {"Signature Algorithm: ecdsa-with-SHA384"},
     {}},
    {"SHA-512",
     [](CertificateWish& w) { w.digest = tls::Digest::sha512; },
     {"Signature Algorithm: ecdsa-with-SHA512"},
     {}},
    {"no usage", [](CertificateWish& w) { w.usage = tls::Usage::none; }, {}, {"Extended Key"}},
    {"any usage",
     [](CertificateWish& w) { w.usage = tls::Usage::any; },
     {"Any Extended Key Usage\n"},
     {"TLS Web"}},
    {"usage of mail",
     [](CertificateWish& w) { w.usage = tls::Usage::mail; },
     {"E-mail Protection\n"},
     {"TLS Web"}},
    {"usage of a key",
     [](CertificateWish& w) { w.key_usage = tls::key_encipherment | tls::key_agreement; },
     {"Key Usage: critical\n                Key Encipherment, Key Agreement\n"},
     {"Digital Signature"}},
    {"no usage of a key",
     [](CertificateWish& w) { w.key_usage = 0; },
     {"TLS Web Server"},
     {"509v3 Key Usage"}},
    {"a CA with a path",
     [](CertificateWish& w) {
         w.is_ca = true;
         w.path_length = 3;
     },
     {"CA:TRUE, pathlen:3\n"},
     {}},
    {"constraints",
     [](CertificateWish& w) {
         w.permits = {"bob.example", "192.0.2.0/24"};
         w.excludes = {"@eve.example"};
     },
     {"Name Constraints: critical\n", "DNS:bob.example\n", "IP:192.0.2.0/255.255.255.0\n",
      "email:eve.example\n"},
     {}},
    {"version 1",
     [](CertificateWish& w) { w.version = tls::X509Version::v1; },
     {"Version: 1 (0x0)"},
     {"X509v3"}},
    {"self-signed, for servers",
     [](CertificateWish& w) {
         w.authority.clear();
         w.usage = tls::Usage::server;
     },
     {"CA:TRUE", "TLS Web Server"},
     {}},
    {"self-signed, no CA",
     [](CertificateWish& w) {
         w.authority.clear();
         w.is_ca = false;
     },
     {"CA:FALSE"},
     {}},
    {"self-signed",
     [](CertificateWish& w) {
         w.authority.clear();
         w.common_name = "bob";
     },
     {"Issuer: CN=bob,O=mailtls laboratory\n", "Subject: CN=bob,O=mailtls laboratory\n", "CA:TRUE"},
     {"Extended Key Usage"}},
    {"self-signed by RSA",
     [](CertificateWish& w) {
         w.authority.clear();
         w.key = tls::KeyKind::rsa_2048;
     },
     {"Signature Algorithm: sha256WithRSAEncryption", "CA:TRUE"},
     {}},
};

// What openssl says of the names (RFC 9525; ID-02, ID-03, ID-05).
struct Asked {
    const char* name;
    void (*how)(CertificateWish&);
    const char* question;
    int status;
};
const Asked asked[] = {
    {"its name", [](CertificateWish&) {}, "-verify_hostname mx.bob.example", 0},
    {"another name", [](CertificateWish&) {}, "-verify_hostname mx.eve.example", 2},
    {"a wildcard", [](CertificateWish& w) { w.names = {"*.bob.example"}; },
     "-verify_hostname mx.bob.example", 0},
    {"a wildcard two deep", [](CertificateWish& w) { w.names = {"*.bob.example"}; },
     "-verify_hostname a.mx.bob.example", 2},
    {"its second name",
     [](CertificateWish& w) {
         w.names = {"bob.example", "mx2.bob.example"};
     },
     "-verify_hostname mx2.bob.example", 0},
    {"its address", [](CertificateWish& w) { w.names = {"192.0.2.7"}; }, "-verify_ip 192.0.2.7", 0},
    {"another address", [](CertificateWish& w) { w.names = {"192.0.2.7"}; }, "-verify_ip 192.0.2.8",
     2},
    {"an address is no name", [](CertificateWish& w) { w.names = {"192.0.2.7"}; },
     "-verify_hostname 192.0.2.7", 2},
    {"a common name beside names", [](CertificateWish& w) { w.common_name = "mx.eve.example"; },
     "-verify_hostname mx.eve.example", 2},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(certificate)

// RFC 5280 section 4.1.2.2: serial numbers are positive, of at most 20 octets, and unique.
BOOST_AUTO_TEST_CASE(every_option_is_in_the_certificate) {
    Lab lab;
    std::set<std::string> serials;
    for (const Option& option : options) {
        const std::string text = as_text(leaf_of(lab, change(lab.wish(), option.how)));
        const std::size_t line = text.find("Serial Number:\n");
        BOOST_TEST_REQUIRE(line != std::string::npos);
        const std::string serial = text.substr(text.find_first_not_of(' ', line + 15), 3 * 16);
        BOOST_TEST((serial[0] >= '4' && serial[0] <= '7' && serial.back() == '\n'), serial);
        BOOST_TEST(serials.insert(serial).second, option.name);
        for (const char* shown : option.shown)
            BOOST_TEST(text.find(shown) != std::string::npos, option.name << ": no \"" << shown
                                                                          << "\" in\n"
                                                                          << text);
        for (const char* absent : option.absent)
            BOOST_TEST(text.find(absent) == std::string::npos, option.name << ": \"" << absent
                                                                           << "\" in\n"
                                                                           << text);
    }
}

BOOST_AUTO_TEST_CASE(openssl_finds_the_names_that_were_wished_for) {
    Lab lab;
    const Folder folder;
    const std::string root =
        folder.file("root.pem", tls::pem(tls::roots_der(*lab.client().trust)[0]));
    for (const Asked& row : asked) {
        const std::string leaf =
            folder.file("leaf.pem", tls::pem(leaf_of(lab, change(lab.wish(), row.how))));
        const Answer answer =
            openssl(folder, "verify -no-CApath -no-CAstore -attime " +
                                std::to_string(world_begins.unix_seconds()) + " -CAfile " + root +
                                " " + std::string(row.question) + " " + leaf);
        BOOST_TEST(answer.status == row.status, row.name << ": " << answer.text);
    }
}

BOOST_AUTO_TEST_CASE(the_same_wish_is_the_same_certificate) {
    Lab one, same, other(2);
    for (const Option& option : options) {
        const CertificateWish wish = change(one.wish(), option.how);
        const auto identity = one.mint.issue(wish);
        BOOST_TEST((one.mint.issue(wish) == identity));
        const auto chain = tls::chain_der(*identity);
        BOOST_TEST((chain == tls::chain_der(*same.mint.issue(wish))), option.name);
        const auto others = tls::chain_der(*other.mint.issue(wish));
        BOOST_TEST_REQUIRE(others.size() == chain.size());
        for (std::size_t i = 0; i < chain.size(); ++i)
            BOOST_TEST((chain[i] != others[i]), option.name);
    }
}

// Minting more, or in another order, changes nothing in what was minted.
BOOST_AUTO_TEST_CASE(certificates_do_not_depend_on_one_another) {
    Lab one, other;
    for (const Option& option : options) leaf_of(other, change(other.wish(), option.how));
    other.mint.trust({"Eve's CA"});
    const CertificateWish wish = one.wish();
    BOOST_TEST((leaf_of(one, wish) == leaf_of(other, wish)));
}

BOOST_AUTO_TEST_CASE(each_option_makes_another_certificate_and_most_keep_the_key) {
    Lab lab;
    const auto usual = tls::leaf_of(*lab.mint.issue(lab.wish()));
    for (const Option& option : options) {
        const CertificateWish wish = change(lab.wish(), option.how);
        const auto shown = tls::leaf_of(*lab.mint.issue(wish));
        const bool is_usual = std::string_view(option.name) == "as usual";
        BOOST_TEST((shown.certificate == usual.certificate) == is_usual, option.name);
        BOOST_TEST((shown.key == usual.key) == (wish.key == tls::KeyKind::ecdsa_p256), option.name);
    }
    CertificateWish wish = lab.wish();
    wish.owner = "mx.eve.example";
    BOOST_TEST((tls::leaf_of(*lab.mint.issue(wish)).key != usual.key));
}

// An owner may have several keys; each is the same whenever it is asked for.
BOOST_AUTO_TEST_CASE(each_name_of_a_key_is_a_key_of_its_own) {
    Lab lab, other;
    const auto key = [](Lab& of, const std::string& owner, const std::string& name) {
        CertificateWish wish = of.wish();
        wish.owner = owner;
        wish.key_name = name;
        return tls::leaf_of(*of.mint.issue(wish)).key;
    };
    std::set<std::string> keys;
    for (const char* const owner : {"mx.bob.example", "mx.eve.example"})
        for (const char* const name : {"", "first", "second"})
            BOOST_TEST(keys.insert(key(lab, owner, name)).second, owner << " " << name);
    BOOST_TEST((key(other, "mx.bob.example", "second") == key(lab, "mx.bob.example", "second")));
    CertificateWish renewed = lab.wish();
    renewed.owner = "mx.bob.example";
    renewed.key_name = "second";
    renewed.valid_until = renewed.valid_until + days(90);
    BOOST_TEST(
        (tls::leaf_of(*lab.mint.issue(renewed)).key == key(lab, "mx.bob.example", "second")));
}

// RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.
BOOST_AUTO_TEST_CASE(the_kind_of_a_date_depends_on_the_year) {
    Lab lab;
    const Folder folder;
    CertificateWish wish = lab.wish();
    wish.valid_from = *parse_calendar_date("2049-12-31 23:59:59");
    wish.valid_until = *parse_calendar_date("2050-01-01 00:00:00");
    const std::string in = folder.file("leaf.der", leaf_of(lab, wish));
    const Answer answer = openssl(folder, "asn1parse -inform DER -in " + in);
    BOOST_TEST(answer.says("UTCTIME           :491231235959Z"), answer.text);
    BOOST_TEST(answer.says("GENERALIZEDTIME   :20500101000000Z"), answer.text);
}

BOOST_AUTO_TEST_CASE(a_key_fits_its_certificate_and_no_other) {
    const Folder folder;
    Lab lab;
    std::set<std::string> seen;
    for (const tls::KeyKind kind :
         {tls::KeyKind::ecdsa_p256, tls::KeyKind::rsa_2048, tls::KeyKind::rsa_1024,
          tls::KeyKind::ecdsa_p384, tls::KeyKind::ecdsa_p521, tls::KeyKind::rsa_512}) {
        CertificateWish wish = lab.wish();
        wish.key = kind;
        const std::string leaf = folder.file("leaf.der", leaf_of(lab, wish));
        const std::string of_leaf =
            openssl(folder, "x509 -inform DER -noout -pubkey -in " + leaf).text;
        const std::string name = "key " + std::to_string(static_cast<int>(kind)) + " " + wish.owner;
        const std::string key = folder.file("key.der", shared_keys().keys.at({1, name}));
        BOOST_TEST(openssl(folder, "pkey -inform DER -check -noout -in " + key).says("valid"));
        const std::string of_key = openssl(folder, "pkey -inform DER -pubout -in " + key).text;
        BOOST_TEST(of_leaf.starts_with("-----BEGIN PUBLIC KEY-----"));
        BOOST_TEST(of_key == of_leaf);
        BOOST_TEST(seen.insert(of_key).second);
    }
}

BOOST_AUTO_TEST_CASE(pem_is_what_openssl_reads) {
    Lab lab;
    const Folder folder;
    const std::string der = leaf_of(lab, lab.wish());
    const std::string in = folder.file("leaf.pem", tls::pem(der));
    openssl(folder, "x509 -outform DER -out " + folder.name("leaf.der") + " -in " + in);
    BOOST_TEST((folder.read("leaf.der") == der));
    BOOST_TEST(tls::pem(der) == openssl(folder, "x509 -in " + in).text);
}

BOOST_AUTO_TEST_CASE(a_store_holds_the_roots_that_were_named) {
    Lab lab;
    const auto store = lab.mint.trust({"Lab Root CA", "Eve's CA"});
    BOOST_TEST((lab.mint.trust({"Eve's CA", "Lab Root CA"}) == store));
    const auto roots = tls::roots_der(*store);
    BOOST_TEST_REQUIRE(roots.size() == 2u);
    const char* const names[] = {"CN=Eve's CA,O", "CN=Lab Root CA,O"};
    for (std::size_t i = 0; i < 2; ++i) {
        const std::string text = as_text(roots[i]);
        for (const char* side : {"Issuer: ", "Subject: "})
            BOOST_TEST(text.find(side + std::string(names[i])) != std::string::npos, text);
        BOOST_TEST(text.find("CA:TRUE") != std::string::npos);
        BOOST_TEST(text.find("Certificate Sign, CRL Sign\n") != std::string::npos);
    }
    BOOST_TEST(tls::roots_der(*lab.mint.trust({})).empty());
}

BOOST_AUTO_TEST_SUITE_END()
