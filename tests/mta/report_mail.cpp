// A mailed report, read by Python: RFC 8460 section 5.3 (RPT-12, RPT-13).
#include "sim/mta/tls_report_mail.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/policy/tls_report.hpp"
#include "sim/tls/certificate.hpp"
#include "tests/python.hpp"

using namespace core;
namespace report = policy::tls_report;

namespace {

struct Office {
    Loop loop{world_begins};
    tls::Library library{loop, Chance(1)};
    tls::Mint mint{library};
    mta::dkim::Signer signer{"alice.example", "tlsrpt", mint.signing_key("alice.example"),
                             world_begins + days(1)};

    std::string write(std::vector<std::string> to) const {
        report::Counter counter(world_begins);
        counter.succeeded(report::no_policy("bob.example"));
        mta::TlsReportMail mail;
        mail.submitter = "alice.example";
        mail.domain = "bob.example";
        mail.from = "tlsrpt@alice.example";
        mail.to = std::move(to);
        mail.report_id = report::report_id(mail.submitter, mail.domain, counter.begins());
        mail.json = report::json({"Alice", "postmaster@alice.example"}, mail.report_id, counter);
        mail.file_name =
            report::file_name(mail.submitter, mail.domain, counter, report::Packing::gzip);
        mail.now = world_begins + days(1);
        return mta::report_message(mail, signer);
    }
};

constexpr const char* reader = R"(
import email, gzip, json, sys
from email import policy
m = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=policy.default)
print(m.get_content_type(), m.get_param('report-type'), len(m.defects))
for name in ('From', 'To', 'Date', 'Subject', 'TLS-Report-Domain', 'TLS-Report-Submitter'):
    print(m[name])
text, packed = m.iter_parts()
print(text.get_content_type(), len(text.defects), text.get_content().strip())
print(packed.get_content_type(), len(packed.defects), packed.get_content_disposition(),
      packed.get_filename())
print(json.loads(gzip.decompress(packed.get_content()))['report-id'])
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(report_mail)

BOOST_AUTO_TEST_CASE(a_mail_program_finds_the_report_in_it) {
    const Office office;
    const std::string mail = office.write({"reports@bob.example", "more@bob.example"});
    BOOST_TEST(python(reader, mail) ==
               "multipart/report tlsrpt 0\n"
               "tlsrpt@alice.example\n"
               "reports@bob.example, more@bob.example\n"
               "Fri, 02 Jan 2026 00:00:00 +0000\n"
               "Report Domain: bob.example Submitter: alice.example "
               "Report-ID: <20260101.bob.example@alice.example>\n"
               "bob.example\n"
               "alice.example\n"
               "text/plain 0 This is an aggregate TLS report from alice.example about "
               "bob.example.\n"
               "application/tlsrpt+gzip 0 attachment "
               "alice.example!bob.example!1767225600!1767311999.json.gz\n"
               "20260101.bob.example@alice.example\n");
    BOOST_TEST(mail == office.write({"reports@bob.example", "more@bob.example"}));
}

// RFC 5322 section 2.1.1: 7 bits, short lines that end by CRLF.
BOOST_AUTO_TEST_CASE(the_lines_are_those_of_mail) {
    const std::string mail = Office().write({"reports@bob.example"});
    BOOST_TEST(mail.ends_with("--\r\n"));
    for (std::size_t at = 0; at < mail.size();) {
        const std::size_t end = mail.find("\r\n", at);
        BOOST_TEST_REQUIRE(end != std::string::npos);
        BOOST_TEST(end - at <= 78u, mail.substr(at, end - at));
        for (; at < end; ++at)
            BOOST_TEST((mail[at] == '\t' || (mail[at] >= ' ' && mail[at] < 0x7F)));
        at = end + 2;
    }
}

// RPT-04.
BOOST_AUTO_TEST_CASE(the_signature_holds_for_dkimpy_and_for_us) {
    const Office office;
    const std::string mail = office.write({"reports@bob.example"});
    const std::string record = mta::dkim::key_record(office.signer.key);
    const std::string program =
        "import dkim, sys\nmail = open(sys.argv[1], 'rb').read()\n"
        "def ok(m): return dkim.verify(m, dnsfunc=lambda name, timeout=5: b'" +
        record +
        "', tlsrpt='strict')\n"
        "print(ok(mail), ok(mail.replace(b'TLS-Report-Domain: bob', b'TLS-Report-Domain: eve')),\n"
        "      ok(mail.replace(b'application/tlsrpt+gzip', b'application/tlsrpt+json')))\n";
    BOOST_TEST(python(program, mail) == "True False False\n");
    const auto ours = mta::dkim::verify(
        mail, [&](const std::string&) { return std::vector<std::string>{record}; });
    BOOST_TEST_REQUIRE(ours.ok());
    BOOST_TEST(ours.value() == "alice.example");
}

BOOST_AUTO_TEST_SUITE_END()
