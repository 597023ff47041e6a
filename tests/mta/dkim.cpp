// DKIM (RFC 6376) against dkimpy, both ways, and against tampering.
#include "sim/mta/dkim.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/core/base64.hpp"
#include "sim/tls/certificate.hpp"
#include "tests/python.hpp"

using namespace core;
using namespace mta;

namespace {

struct Desk {
    Loop loop{world_begins};
    tls::Library library{loop, Chance(1)};
    tls::Mint mint{library};
    tls::SigningKey key = mint.signing_key("alice.example");
    std::string record = dkim::key_record(key);
    std::string name = "tlsrpt._domainkey.alice.example";

    std::string signed_mail(const std::string& message) const {
        return dkim::sign(message, {"alice.example", "tlsrpt", key, world_begins});
    }
    dkim::KeyLookup keys(std::vector<std::string> texts) const {
        return [this, texts](const std::string& asked) {
            return asked == name ? texts : std::vector<std::string>();
        };
    }
    /// The domain, or what is wrong.
    std::string verdict(const std::string& message, std::vector<std::string> texts) const {
        const auto out = dkim::verify(message, keys(std::move(texts)));
        if (out.ok()) return out.value();
        BOOST_TEST((out.failure().reason == Reason::report_invalid));
        return out.failure().detail;
    }
    std::string verdict(const std::string& message) const { return verdict(message, {record}); }
};

// One desk for all: an RSA key takes a while.
const Desk& desk() {
    static const Desk it;
    return it;
}

const std::string mail =
    "From: <tlsrpt@alice.example>\r\nTo: <reports@bob.example>\r\n"
    "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@alice.example>\r\n"
    "Subject: Report Domain: bob.example\r\n\tSubmitter:  alice.example\r\n"
    "TLS-Report-Domain: bob.example\r\nTLS-Report-Submitter: alice.example\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nX-Other: unsigned\r\n\r\n"
    "Two  words \t and\tmore. \r\n\r\n.. \r\n \r\n\r\n";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    BOOST_TEST_REQUIRE(at != std::string::npos, what);
    return text.replace(at, what.size(), by);
}

// In Python's words.
std::string dkimpy_says(const std::string& message, const std::string& record,
                        const std::string& tlsrpt = "'strict'") {
    return python("import dkim, sys\nrecord = b'" + record + "'\n" +
                      "names = []\n"
                      "def dns(name, timeout=5):\n"
                      "    names.append(name.decode())\n"
                      "    return record\n"
                      "ok = dkim.verify(open(sys.argv[1], 'rb').read(), dnsfunc=dns, tlsrpt=" +
                      tlsrpt + ")\nprint(ok, *names, end='')\n",
                  message);
}

// Made by the openssl program: 2048 bits, for dkimpy to sign with.
constexpr const char* signer = R"(
import dkim, subprocess, sys
def openssl(*words, **more):
    return subprocess.run(('openssl',) + words, capture_output=True, check=True, **more).stdout
key = openssl('genrsa', 'BITS')
der = openssl('rsa', '-pubout', '-outform', 'DER', input=key)
import base64
mail = open(sys.argv[1], 'rb').read()
field = dkim.sign(mail, b'tlsrpt', b'alice.example', key, canonicalize=(b'HEADER', b'BODY'),
                  MORE)
print(base64.b64encode(der).decode())
sys.stdout.flush()
sys.stdout.buffer.write(field + mail)
)";

// The key's base64, and the signed mail.
std::pair<std::string, std::string> signed_by_dkimpy(const std::string& header,
                                                     const std::string& body,
                                                     const std::string& bits = "2048",
                                                     const std::string& more = "tlsrpt=True") {
    std::string program = signer;
    for (const auto& [what, by] : {std::pair{"BITS", bits}, std::pair{"HEADER", header},
                                   std::pair{"BODY", body}, std::pair{"MORE", more}})
        program = replaced(program, what, by);
    const std::string out = python(program, mail);
    const std::size_t end = std::min(out.find('\n'), out.size());
    return {out.substr(0, end), out.substr(std::min(end + 1, out.size()))};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dkim)

BOOST_AUTO_TEST_CASE(dkimpy_believes_what_we_sign) {
    for (const std::string& message :
         {mail, std::string("From: a@alice.example\r\n\r\n"),
          std::string("From: a@alice.example\r\nFrom: twice@alice.example\r\n\r\n\r\n\r\n"),
          std::string("From: a@alice.example\r\nSubject:\r\n \r\n\r\nno line end")}) {
        const std::string sent = desk().signed_mail(message);
        BOOST_TEST(dkimpy_says(sent, desk().record) == "True tlsrpt._domainkey.alice.example.");
        BOOST_TEST(desk().verdict(sent) == "alice.example");
        BOOST_TEST(sent.ends_with(message));
    }
    const std::string sent = desk().signed_mail(mail);
    BOOST_TEST(sent == desk().signed_mail(mail));
    BOOST_TEST(dkimpy_says(replaced(sent, "words", "wards"), desk().record).starts_with("False"));
    BOOST_TEST(dkimpy_says(replaced(sent, "bob.example", "eve.example"), desk().record)
                   .starts_with("False"));
    BOOST_TEST(dkimpy_says(sent, desk().record, "False").starts_with("False"),
               "the key is for reports alone");
}

// RPT-04: no l=; the lines are short.
BOOST_AUTO_TEST_CASE(what_a_signature_looks_like) {
    const std::string sent = desk().signed_mail(mail);
    const std::string field = sent.substr(0, sent.find("From:"));
    BOOST_TEST(
        field.starts_with("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; "
                          "d=alice.example;\r\n\ts=tlsrpt; t=1767225600;\r\n\th=from:from:"
                          "to:to:subject:subject:"));
    BOOST_TEST(field.find("l=") == std::string::npos);
    for (std::size_t at = 0; at < field.size();) {
        const std::size_t end = field.find("\r\n", at);
        BOOST_TEST(end - at <= 78u);
        at = end + 2;
    }
    BOOST_TEST(desk().record.starts_with("v=DKIM1; k=rsa; s=tlsrpt; p=MIIBIjANBgkq"));
    BOOST_TEST((mta::dkim::key_names(sent) == std::vector<std::string>{desk().name}));
}

BOOST_AUTO_TEST_CASE(we_believe_what_dkimpy_signs) {
    for (const char* header : {"relaxed", "simple"})
        for (const char* body : {"relaxed", "simple"}) {
            const auto [key, sent] = signed_by_dkimpy(header, body);
            const std::string record = "v=DKIM1; k=rsa; s=tlsrpt; p=" + key;
            BOOST_TEST(desk().verdict(sent, {record}) == "alice.example", header << '/' << body);
            BOOST_TEST(desk().verdict(sent) == "DKIM: the signature is wrong");
            BOOST_TEST(desk().verdict(replaced(sent, "words", "wards"), {record}) ==
                       "DKIM: the body is not the one that was signed");
        }
}

BOOST_AUTO_TEST_CASE(a_signature_of_a_part_or_by_a_short_key_is_refused) {
    const auto [key, part] = signed_by_dkimpy("relaxed", "relaxed", "2048", "length=True");
    BOOST_TEST(desk().verdict(part, {"v=DKIM1; s=tlsrpt; p=" + key}) ==
               "DKIM: the signature covers part of the body: it has l=");
    const auto [weak, sent] = signed_by_dkimpy("relaxed", "relaxed", "768");
    BOOST_TEST(desk().verdict(sent, {"v=DKIM1; s=tlsrpt; p=" + weak}) ==
               "DKIM: the key is too short");
}

// Relaxed: what a relay may do to a mail on its way changes nothing.
BOOST_AUTO_TEST_CASE(spaces_and_folds_may_change) {
    const std::string sent = desk().signed_mail(mail);
    for (const auto& [what, by] :
         {std::pair{"\r\nTo: <", "\r\ntO  :\t <"}, std::pair{"\r\n\tSubmitter:  ", " Submitter: "},
          std::pair{"Two  words \t", "Two words "}, std::pair{"more. \r\n", "more.\r\n"},
          std::pair{".. \r\n \r\n\r\n", "..\r\n"}, std::pair{"X-Other: unsigned", "X-New: thing"}})
        BOOST_TEST(desk().verdict(replaced(sent, what, by)) == "alice.example", by);
}

BOOST_AUTO_TEST_CASE(what_is_signed_may_not_change) {
    const std::string sent = desk().signed_mail(mail);
    for (const char* field :
         {"From: <", "To: <", "Date: T", "Message-ID: <", "Subject: R", "TLS-Report-Domain: b",
          "TLS-Report-Submitter: a", "MIME-Version: 1", "Content-Type: t"}) {
        const std::string front = std::string("\r\n") + field;
        const std::string name = front.substr(0, front.find(':'));
        BOOST_TEST(
            desk().verdict(replaced(sent, front, front + "x")) == "DKIM: the signature is wrong",
            field);
        BOOST_TEST(desk().verdict(replaced(sent, front, "\r\nX-" + front.substr(2))) ==
                       "DKIM: the signature is wrong",
                   field);
        for (const bool above : {true, false}) {
            const std::string more = name + ": other";
            const std::string bad = above ? replaced(sent, front, more + front)
                                          : replaced(sent, "\r\n\r\n", more + "\r\n\r\n");
            BOOST_TEST(desk().verdict(bad) == "DKIM: the signature is wrong", field);
        }
    }
    BOOST_TEST(
        desk().verdict(replaced(sent, "\r\nX-Other", "\r\nCc: eve@eve.example\r\nX-Other")) ==
        "DKIM: the signature is wrong");
    for (const auto& [what, by] : {std::pair{"words", "wards"}, std::pair{"more.", "m ore."},
                                   std::pair{"more.", "more.\n"}, std::pair{"more.", "mo\rre."},
                                   std::pair{"..", "..\r\nmore"}, std::pair{"Two", "\r\nTwo"}})
        BOOST_TEST(desk().verdict(replaced(sent, what, by)) ==
                       "DKIM: the body is not the one that was signed",
                   by);
}

BOOST_AUTO_TEST_CASE(the_signature_itself_may_not_change) {
    const std::string sent = desk().signed_mail(mail);
    const std::size_t end = sent.find("From:");
    BOOST_TEST(desk().verdict(mail) == "DKIM: there is no signature");
    BOOST_TEST(desk().verdict("") == "DKIM: there is no signature");
    BOOST_TEST(desk().verdict(mail + sent.substr(0, end)) == "DKIM: there is no signature");
    for (const auto& [what, by, why] : {
             std::tuple{"t=1767225600", "t=1767225601", "the signature is wrong"},
             std::tuple{"h=from:from", "h=from", "the signature is wrong"},
             std::tuple{"h=from:from:", "h=", "the signature does not cover From"},
             std::tuple{"relaxed/relaxed", "simple/relaxed", "the signature is wrong"},
             std::tuple{"relaxed/relaxed", "relaxed", "the body is not the one that was signed"},
             std::tuple{"relaxed/relaxed", "loose/loose",
                        "the signature's canonical form is not known"},
             std::tuple{"v=1", "v=2", "the signature is not of version 1"},
             std::tuple{"rsa-sha256", "rsa-sha1", "the signature is not by rsa-sha256"},
             std::tuple{"rsa-sha256", "ed25519-sha256", "the signature is not by rsa-sha256"},
             std::tuple{"; t=", "; l=10; t=", "the signature covers part of the body: it has l="},
             std::tuple{"; t=", "; q=http; t=", "the signature's key is not to be had from DNS"},
             std::tuple{"; t=", "; i=@eve.example; t=", "the signature's i= is not of its d="},
             std::tuple{"; t=", "; i=@xalice.example; t=", "the signature's i= is not of its d="},
             std::tuple{"; t=", "; s=other; t=", "the signature is no list of tags"},
             std::tuple{"; t=", "; t", "the signature is no list of tags"},
             std::tuple{"d=alice", "e=alice", "the signature has no d="},
             std::tuple{"d=alice.example", "d=eve.example",
                        "there is no key at tlsrpt._domainkey.eve.example"},
             std::tuple{"\tb=", "\tb=!", "the signature is no base64"},
             std::tuple{"\tb=", "\tb=; x=", "the signature has no b="},
         })
        BOOST_TEST(desk().verdict(replaced(sent, what, by)) == std::string("DKIM: ") + why, by);
}

// RFC 6376 section 3.6.1.
BOOST_AUTO_TEST_CASE(a_key_has_to_be_for_this) {
    const std::string sent = desk().signed_mail(mail);
    const std::string p = "p=" + base64(desk().key.public_key_der());
    const std::string missing = "there is no key at " + desk().name;
    const std::string two = "there are 2 records at " + desk().name;
    for (const auto& [texts, why] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{}, missing},
             {{desk().record, desk().record}, two},
             {{"v=DKIM1; s=email; " + p}, "the key's service type is not tlsrpt"},
             {{"v=DKIM1; s=email:other; " + p}, "the key's service type is not tlsrpt"},
             {{"v=DKIM1; s=tlsrpt; p="}, "the key is revoked"},
             {{"v=DKIM1; s=tlsrpt"}, "the key record has no p="},
             {{"v=DKIM1; s=tlsrpt; p=AAAA"}, "the key is not an RSA key"},
             {{"v=DKIM1; s=tlsrpt; p=AAA"}, "the key is no base64"},
             {{"v=DKIM1; k=ed25519; s=tlsrpt; " + p}, "the key is not an RSA key"},
             {{"v=DKIM2; s=tlsrpt; " + p}, "the key record is not of version DKIM1"},
             {{"v=DKIM1; h=sha1; " + p}, "the key is not for SHA-256"},
             {{"rubbish"}, "the key record is no list of tags"},
         })
        BOOST_TEST(desk().verdict(sent, texts) == "DKIM: " + why);
    for (const char* front :
         {"", "v=DKIM1; ", "s=*; ", "s=email : tlsrpt; ", "h=sha1:sha256; t=s:y;"})
        BOOST_TEST(desk().verdict(sent, {front + p}) == "alice.example", front);
}

// RFC 6376 section 6.1: one that holds is enough; too many are not looked at.
BOOST_AUTO_TEST_CASE(a_mail_with_several_signatures) {
    const std::string sent = desk().signed_mail(mail);
    const std::string bad = "DKIM-Signature: v=1\r\n";
    BOOST_TEST(desk().verdict(bad + sent) == "alice.example");
    BOOST_TEST(desk().verdict(bad + bad + bad + sent) == "alice.example");
    BOOST_TEST(desk().verdict(bad + bad + bad + bad + sent) == "DKIM: the signature has no a=");
}

// A key belongs to its owner and its seed.
BOOST_AUTO_TEST_CASE(each_owner_has_a_key_of_its_own) {
    Loop loop{world_begins};
    tls::Library library{loop, Chance(1)};
    tls::KeyCache cache;
    tls::Mint first{library, 1, &cache};
    const std::string made = first.signing_key("alice.example").public_key_der();
    tls::Mint second{library, 1, &cache};
    BOOST_TEST(made == desk().key.public_key_der());
    BOOST_TEST(made == second.signing_key("alice.example").public_key_der());
    BOOST_TEST(made != second.signing_key("bob.example").public_key_der());
}

BOOST_AUTO_TEST_CASE(base64_is_strict) {
    for (const auto& [bytes, text] :
         {std::pair{"", ""}, std::pair{"f", "Zg=="}, std::pair{"fo", "Zm8="},
          std::pair{"foo", "Zm9v"}, std::pair{"foobar", "Zm9vYmFy"}}) {  // RFC 4648 section 10
        BOOST_TEST(base64(bytes) == text);
        BOOST_TEST((parse_base64(text) == std::optional<std::string>(bytes)));
    }
    BOOST_TEST(base64("\xFF\xFE\xFD") == "//79");
    for (const char* text :
         {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9v", "Zm9-"})
        BOOST_TEST(!parse_base64(text).has_value(), text);
    BOOST_TEST(base64_lines("foobar", 4, "\r\n") == "Zm9v\r\nYmFy\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
