// What a scanner finds in mail, and what it says it could not look into.
#include "sim/mta/scanner.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

#include "sim/mta/mime.hpp"

namespace {

const std::vector<std::string> wanted{"Wanted: the words of no other mail."};

// "where; unread, unread", as a row of a table says it.
std::string said_of(std::string_view message, const std::vector<std::string>& finds = wanted) {
    const mta::Scan scan = mta::scan(message, finds);
    std::string out = scan.found ? scan.found->where : "";
    for (const std::string& what : scan.unread) out += "; " + what;
    return out;
}

std::string mail_of(const std::string& name) {
    std::ifstream in(MAILTLS_ROOT "/tests/vectors/mime/" + name + ".eml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    BOOST_TEST_REQUIRE(!text.str().empty(), name);
    return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scanner)

BOOST_AUTO_TEST_CASE(mails_made_by_another_program) {
    const std::pair<std::string, std::string> table[] = {
        {"plain", "the body (text/plain, 7bit)"},
        {"quoted", "the body (text/plain, quoted-printable)"},
        {"base64", "the body (text/plain, base64)"},
        {"attached", "part 2 (application/octet-stream, base64)"},
        {"alternative", "part 2 (text/html, quoted-printable)"},
        {"forwarded", "part 2.1.2 (application/octet-stream, base64)"},
        {"zip", "; part 2 is an archive (ZIP), which is not opened"},
        {"sealed", "; the body is sealed (S/MIME)"},
        {"cut_off", "part 2 (application/octet-stream, base64)"},
    };
    for (const auto& [name, said] : table) BOOST_TEST(said_of(mail_of(name)) == said, name);
}

BOOST_AUTO_TEST_CASE(odd_mails) {
    const std::string words = wanted[0] + "\r\n";
    const std::string mixed = "Content-Type: multipart/mixed; boundary=";
    const std::pair<std::string, std::string> table[] = {
        {"", ""},
        {words, ""},  // a header, if anything
        {"\r\n" + words, "the body (text/plain)"},
        {"Content-Transfer-Encoding: BASE64\r\n\r\n****\r\n", "; the body is no base64"},
        {"Content-Transfer-Encoding: x-mine\r\n\r\n" + words,
         "the body (text/plain, x-mine); the body comes in the encoding 'x-mine'"},
        {"Content-Transfer-Encoding: quoted-printable\r\n\r\nWanted: the wor=  \r\nds of no"
         "=20other=\r\n mail=2E",
         "the body (text/plain, quoted-printable)"},
        {"Content-Transfer-Encoding: quoted-printable\r\n\r\n=\r\n=4\r\n=XY=\r\n", ""},
        {mixed + "\"a;b\\\"c\"\r\n\r\n--a;b\"c\r\n\r\n" + words + "--a;b\"c--\r\n",
         "part 1 (text/plain)"},
        {"content-type: MULTIPART/Mixed;\r\n charset=x;\r\n\tBoundary = \"b\" \r\n\r\n--b "
         "\r\n\r\n" +
             words + "\r\n--b--\r\n",
         "part 1 (text/plain)"},
        // The boundary of an outer one begins like that of an inner one.
        {mixed + "b\r\n\r\n--b\r\n" + mixed + "b2\r\n\r\n--b2\r\n\r\n" + words +
             "\r\n--b2--\r\n--b--\r\n",
         "part 1.1 (text/plain)"},
        {mixed + "b\r\n\r\n" + words, ""},  // before the first part: nobody shows that
        {"Content-Type: multipart/mixed\r\n\r\n" + words, "the body (multipart/mixed)"},
        {"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n" + words,
         "the body (application/pkcs7-mime)"},
        {"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\n" + words,
         "; the body is sealed (OpenPGP)"},
        {"\r\n-----BEGIN PGP MESSAGE-----\r\n", "; the body is sealed (OpenPGP)"},
    };
    for (const auto& [mail, said] : table) BOOST_TEST(said_of(mail) == said, mail);
}

// A bomb of parts costs no more than a mail of its size.
BOOST_AUTO_TEST_CASE(bombs) {
    std::string nested, wide = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 2000; ++i) {
        nested += "Content-Type: message/rfc822\r\n\r\n";
        wide += "--b\r\n\r\nx\r\n";
    }
    BOOST_TEST(said_of(nested).find("is nested too deep") != std::string::npos);
    BOOST_TEST(said_of(wide) == "; it has more than 1000 parts");
}

BOOST_AUTO_TEST_CASE(eicar_is_the_known_file) {
    const std::string test_file = mta::eicar();
    BOOST_TEST(test_file.size() == 68u);
    BOOST_TEST(said_of("\r\n" + test_file, {"EICAR"}) == "the body (text/plain)");
    BOOST_TEST(said_of("\r\nEICAR", {"EICAR"}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
