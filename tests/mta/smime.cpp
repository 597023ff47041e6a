// Mail that is sealed for its readers, beside what openssl says of it (RFC 5652, 5753, 8551).
#include "sim/mta/smime.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/core/base64.hpp"
#include "tests/tls/program.hpp"

namespace {

using namespace core;

const std::string head = "From: <ann@acme.example>\r\nTo: bea@bell.example\r\nSubject: Q3\r\n";
const std::string text = "Eleven million.\r\nDie Hälfte geht an Bea.\r\n";

struct House {
    std::shared_ptr<const tls::Identity> user(const std::string& address) {
        tls::CertificateWish wish;
        wish.owner = wish.common_name = address;
        wish.authority = "Lab Mail CA";
        wish.names = {address};
        wish.usage = tls::Usage::mail;
        wish.key_usage = tls::key_agreement;
        wish.valid_from = loop.now() - days(1);
        wish.valid_until = loop.now() + days(90);
        return mint.issue(wish);
    }
    static std::string certificate(const tls::Identity& user) {
        return tls::chain_der(user).front();
    }
    std::string sealed(std::string_view message, const std::vector<std::string>& readers) {
        std::vector<std::string> certificates;
        for (const std::string& reader : readers)
            certificates.push_back(certificate(*user(reader)));
        return mta::smime::sealed(library, seal, message, certificates);
    }
    Loop loop{world_begins};
    Chance chance{1}, seal{2};
    tls::Library library{loop, chance};
    tls::Mint mint{library};
};

// What the reader's openssl makes of the whole message.
Answer opened_by_openssl(const Folder& folder, House& house, const std::string& reader,
                         const std::string& message) {
    const auto user = house.user(reader);
    folder.file("mail.eml", message);
    folder.file("key.der", tls::private_key_der(*user));
    folder.file("certificate.pem", tls::pem(House::certificate(*user)));
    return openssl(folder, "cms -decrypt -in " + folder.name("mail.eml") + " -inkey " +
                               folder.name("key.der") + " -keyform DER -recip " +
                               folder.name("certificate.pem") + " -out " + folder.name("opened"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(smime)

BOOST_AUTO_TEST_CASE(openssl_opens_it_for_each_reader) {
    House house;
    const Folder folder;
    const std::string mail =
        house.sealed(head + "\r\n" + text, {"bea@bell.example", "bob@bell.example"});
    for (const char* const reader : {"bea@bell.example", "bob@bell.example"}) {
        const Answer answer = opened_by_openssl(folder, house, reader, mail);
        BOOST_TEST(answer.status == 0, answer.text);
        BOOST_TEST(folder.read("opened") ==
                   "Content-Type: text/plain; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: 8bit\r\n\r\n" +
                       text);
    }
    BOOST_TEST(opened_by_openssl(folder, house, "eve@evil.example", mail).status != 0);
}

BOOST_AUTO_TEST_CASE(openssl_knows_its_parts) {
    House house;
    const Folder folder;
    const std::string mail = house.sealed(head + "\r\nYes.\r\n", {"bea@bell.example"});
    folder.file("mail.eml", mail);
    const Answer answer = openssl(folder, "cms -cmsout -print -in " + folder.name("mail.eml"));
    BOOST_TEST(answer.status == 0, answer.text);
    for (const char* const part :
         {"pkcs7-envelopedData", "d.kari", "id-ecPublicKey", "dhSinglePass-stdDH-sha256kdf-scheme",
          "aes-256-cbc", "CN=Lab Mail CA"})
        BOOST_TEST(answer.says(part), part << " in " << answer.text);
}

BOOST_AUTO_TEST_CASE(the_subject_stays_and_the_body_does_not) {
    House house;
    const std::string mail = house.sealed(head + "\r\n" + text, {"bea@bell.example"});
    BOOST_TEST(mail.starts_with(head));
    BOOST_TEST(mail.find("million") == std::string::npos);
    BOOST_TEST(mail.find(base64("Eleven million.")) == std::string::npos);
    BOOST_TEST(mail.find("smime-type=enveloped-data") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(its_readers_open_it_and_nobody_else) {
    House house;
    const std::string mail =
        house.sealed(head + "\r\n" + text, {"bea@bell.example", "bob@bell.example"});
    const auto read_by = [&](const std::string& reader, const std::string& message) {
        return mta::smime::opened(house.library, message, *house.user(reader)).value_or("nothing");
    };
    BOOST_TEST(read_by("bea@bell.example", mail) == text);
    BOOST_TEST(read_by("bob@bell.example", mail) == text);
    BOOST_TEST(read_by("bea@bell.example", "Received: by mx\r\n" + mail) == text);
    BOOST_TEST(read_by("eve@evil.example", mail) == "nothing");
    BOOST_TEST(read_by("bea@bell.example", head + "\r\n" + text) == "nothing");
}

// Each length around a block of AES, the empty one too.
BOOST_AUTO_TEST_CASE(any_length) {
    House house;
    const auto bea = house.user("bea@bell.example");
    for (std::size_t size = 0; size < 50; ++size) {
        const std::string content(size, 'x');
        const std::string der =
            tls::sealed_for(house.library, house.seal, {House::certificate(*bea)}, content);
        BOOST_TEST(tls::open_sealed(house.library, *bea, der).value_or("nothing") == content);
    }
}

// What was altered is opened as something else or not at all, and nothing breaks.
BOOST_AUTO_TEST_CASE(altered_or_cut_off) {
    House house;
    const auto bea = house.user("bea@bell.example");
    const std::string content = "Eleven million.";
    const std::string der =
        tls::sealed_for(house.library, house.seal, {House::certificate(*bea)}, content);
    for (std::size_t at = 0; at < der.size(); ++at) {
        std::string altered = der;
        altered[at] = static_cast<char>(altered[at] ^ 0x21);
        const std::optional<std::string> opened = tls::open_sealed(house.library, *bea, altered);
        BOOST_TEST((!opened || *opened != content), at);
        BOOST_TEST(!tls::open_sealed(house.library, *bea, der.substr(0, at)));
    }
}

// A seal is drawn from the seed alone.
BOOST_AUTO_TEST_CASE(the_same_seed_the_same_bytes) {
    House one, other;
    const std::string mail = one.sealed(head + "\r\n" + text, {"bea@bell.example"});
    BOOST_TEST(mail == other.sealed(head + "\r\n" + text, {"bea@bell.example"}));
    BOOST_TEST(mail != other.sealed(head + "\r\n" + text, {"bea@bell.example"}));
}

BOOST_AUTO_TEST_SUITE_END()
