// Who believes which report: RFC 8460 sections 3, 5.3 and 5.6, A33. The mails are written by
// Python's email and signed by dkimpy.
#include "sim/mta/tls_report_mail.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "sim/core/base64.hpp"
#include "tests/mta/village.hpp"
#include "tests/python.hpp"

using namespace core;

namespace {

// A mail of a report, and what a case changes in it.
constexpr const char* writer = R"(
import base64, dkim, gzip, json, sys
from email.message import EmailMessage
from email.policy import SMTP
domain, submitter, packed = 'bob.example', 'alice.example', True
report = {
    'organization-name': 'Alice', 'contact-info': 'postmaster@alice.example', 'report-id': '1',
    'date-range': {'start-datetime': '2026-01-01T00:00:00Z',
                   'end-datetime': '2026-01-01T23:59:59Z'},
    'policies': [{
        'policy': {'policy-type': 'sts', 'policy-domain': 'bob.example',
                   'policy-string': ['version: STSv1', 'mode: enforce', 'max_age: 86400'],
                   'mx-host': ['mx.bob.example']},
        'summary': {'total-successful-session-count': 5, 'total-failure-session-count': 2},
        'failure-details': [{'result-type': 'certificate-expired', 'failed-session-count': 2}]}]}
kind, subtype = 'report', 'tlsrpt'
signer, change = 'alice.example', lambda mail: mail
CASE
text = json.dumps(report).encode()
m = EmailMessage(policy=SMTP)
m['From'] = 'tls-reports@' + submitter
m['To'] = 'reports@bob.example'
m['Date'] = 'Fri, 02 Jan 2026 01:00:00 +0000'
m['Subject'] = f'Report Domain: {domain} Submitter: {submitter} Report-ID: <1@alice.example>'
if domain: m['TLS-Report-Domain'] = domain
if submitter: m['TLS-Report-Submitter'] = submitter
m.set_content('A report.\n')
m.add_attachment(gzip.compress(text, mtime=0) if packed else text, maintype='application',
                 subtype='tlsrpt+gzip' if packed else 'tlsrpt+json', filename='report.json.gz')
m.replace_header('Content-Type', m['Content-Type'].replace('mixed', kind) +
                 f'; report-type="{subtype}"')
mail = bytes(m)
if signer:
    key = open(sys.argv[1], 'rb').read()
    mail = dkim.sign(mail, b'tlsrpt', signer.encode(), key,
                     canonicalize=(b'relaxed', b'relaxed')).replace(b'\r\n', b'\n').replace(
                         b'\n', b'\r\n') + mail
sys.stdout.buffer.write(change(mail))
)";

struct Case {
    std::string title, change;
    std::string outcome;  ///< Words of why it is refused, or what is taken.
};
const std::vector<Case> cases{
    {"as it should be", "", "taken bob.example 5 certificate-expired=2"},
    {"not packed", "packed = False", "taken bob.example 5 certificate-expired=2"},
    {"two policies",
     "report['policies'].append({'policy': {'policy-type': 'tlsa', 'policy-domain': "
     "'mx.bob.example', 'policy-string': []}, 'summary': {'total-successful-session-count': 1, "
     "'total-failure-session-count': 0}})",
     "taken bob.example 6 certificate-expired=2"},
    {"no TLS-Report-Submitter: From tells", "change = lambda m: m",
     "taken bob.example 5 certificate-expired=2"},
    // RPT-17: the report counts, not what stands on it.
    {"the envelope names another domain", "domain = 'carol.example'",
     "taken bob.example 5 certificate-expired=2"},
    {"the report names another domain",
     "report['policies'][0]['policy']['policy-domain'] = 'carol.example'",
     "refused it is about 'carol.example', which is not ours"},
    {"it names two domains",
     "report['policies'].append(json.loads(json.dumps(report['policies'][0]).replace('bob', "
     "'carol')))",
     "refused it is about bob.example and carol.example"},
    {"records of TLSA alone: the envelope must do",
     "report['policies'][0]['policy'].update({'policy-type': 'tlsa', 'policy-domain': "
     "'mx.bob.example'})",
     "taken bob.example 5 certificate-expired=2"},
    {"records of TLSA alone, and no envelope",
     "domain = ''\nreport['policies'][0]['policy'].update({'policy-type': 'tlsa'})",
     "refused it is about '', which is not ours"},
    {"no signature", "signer = ''", "refused DKIM: there is no signature"},
    {"signed by somebody else", "signer = 'mallory.example'",
     "refused it is signed by mallory.example, not by alice.example"},
    {"submitter and signer are one house", "submitter = 'mail.alice.example'",
     "taken bob.example 5 certificate-expired=2"},
    {"the submitter is below nobody's name", "submitter = 'malalice.example'",
     "refused it is signed by alice.example, not by malalice.example"},
    {"changed on the way", "change = lambda m: m.replace(b'A report.', b'A rep0rt.')",
     "refused DKIM: the body is not the one that was signed"},
    {"its header was changed",
     "change = lambda m: m.replace(b'Report Domain: bob', b'Report Domain: bab')",
     "refused DKIM: the signature is wrong"},
    {"no report at all", "kind = 'mixed'",
     "refused the mail is no multipart/report of the type tlsrpt"},
    {"a report on something else", "subtype = 'delivery-status'",
     "refused the mail is no multipart/report of the type tlsrpt"},
    {"not JSON", "json.dumps = lambda r: 'well?'", "refused the report is no JSON"},
    {"not gzip", "gzip.compress = lambda t, mtime: t",
     "refused gzip: the bytes are damaged, or no gzip"},
    {"half a gzip", "whole = gzip.compress\ngzip.compress = lambda t, mtime: whole(t)[:-9]",
     "refused gzip: it ends too early"},
    {"a zip bomb",
     "whole = gzip.compress\ngzip.compress = lambda t, mtime: whole(b' ' * (64 << 20))",
     "refused gzip: more than 4194304 bytes"},
};

struct Desk : Village {
    Desk() {
        receiver("mx.bob.example", "bob.example");
        world.collect_reports("reports@bob.example", "bob.example");
    }
    // Python's own key: the one it signs with is published for both domains.
    std::string write(const Case& c) {
        static const std::string key = python(
            "import subprocess\nprint(subprocess.run(['openssl', 'genrsa', '-traditional', "
            "'2048'], capture_output=True, text=True).stdout, end='')\n",
            "");
        const std::string pub = python(
            "import subprocess, sys\nprint(subprocess.run(['openssl', 'rsa', '-in', sys.argv[1], "
            "'-pubout', '-outform', 'DER'], capture_output=True).stdout.hex(), end='')\n",
            key);
        std::string bytes;
        for (std::size_t i = 0; i + 1 < pub.size(); i += 2)
            bytes += static_cast<char>(std::stoi(pub.substr(i, 2), nullptr, 16));
        for (const char* domain : {"alice.example", "mallory.example"}) {
            dns::Record record;
            record.name = mta::dkim::key_name("tlsrpt", domain);
            record.type = dns::Type::TXT;
            record.data = "v=DKIM1; s=tlsrpt; p=" + core::base64(bytes);
            world.zones().add(std::move(record));
        }
        std::string program = writer;
        return python(program.replace(program.find("CASE"), 4, c.change), key);
    }
    std::string outcome_of(const std::string& mail) {
        smtp::Message message;
        message.id = world.next_mail();
        message.envelope.sender = "tls-reports@alice.example";
        message.envelope.recipients = {"reports@bob.example"};
        message.content = mail;
        alice->outbound->submit(std::move(message), "<1@alice.example>");
        pass(minutes(1));
        const auto taken = events<trace::TlsReportTaken>();
        const auto refused = events<trace::TlsReportRefused>();
        if (taken.size() + refused.size() != 1) return "neither taken nor refused";
        if (!refused.empty()) return fmt::format("refused {}", refused.front().why);
        return fmt::format("taken {} {} {}", taken.front().domain, taken.front().successes,
                           taken.front().failures);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(report_desk)

BOOST_AUTO_TEST_CASE(reports_by_mail) {
    for (const Case& c : cases) {
        Desk desk;
        BOOST_TEST_CONTEXT(c.title) BOOST_TEST(desk.outcome_of(desk.write(c)) == c.outcome);
    }
}

// RFC 8460 section 3: any certificate will do, for a report must not be held back by the trouble it
// tells of.
BOOST_AUTO_TEST_CASE(a_report_is_posted_whatever_the_collector_shows) {
    Village village;
    mta::OutboundSettings settings;
    settings.reports_for = "alice.example";
    village.sender(std::move(settings));
    village.receiver("mx.bob.example", "bob.example");
    village.record("_smtp._tls.bob.example IN TXT \"v=TLSRPTv1;rua=https://r.example/x?y=z\"");
    village.world.want_tls_reports();
    tls::CertificateWish wish;
    wish.owner = "elsewhere.example";
    wish.names = {wish.owner};
    wish.valid_from = world_begins - days(9);
    wish.valid_until = world_begins - days(8);
    mta::ReportCollectorSettings collector;
    collector.tls.identity = village.world.mint().issue(wish);
    village.world.show_collector("r.example", std::move(collector));
    village.world.collect_reports("https://r.example/x?y=z", "bob.example");
    village.send({"bob@bob.example"});
    village.pass(days(1) + hours(5));
    const auto posted = village.events<trace::TlsReportPosted>();
    BOOST_TEST_REQUIRE(posted.size() == 1u);
    BOOST_TEST(posted.front().status == 201);
    BOOST_TEST_REQUIRE(village.events<trace::TlsReportTaken>().size() == 1u);
    BOOST_TEST(village.events<trace::TlsReportTaken>().front().from == "alice.example");
}

// What a mail of a hostile form does to the reader alone: A33.
BOOST_AUTO_TEST_CASE(mails_that_are_not_well_formed) {
    const std::string head =
        "From: <a@alice.example>\r\nContent-Type: multipart/report; report-type=tlsrpt";
    const std::string part = "Content-Type: application/tlsrpt+json\r\n";
    const std::pair<std::string, std::string> table[] = {
        {"", "the mail is no multipart/report of the type tlsrpt"},
        {"\r\n\r\n", "the mail is no multipart/report of the type tlsrpt"},
        {head + "\r\n\r\n", "the mail names no boundary of its parts"},
        {head + "; boundary\r\n\r\n", "the mail names no boundary of its parts"},
        {head + "; boundary=b\r\n\r\n", "the mail has no part of the type application/tlsrpt"},
        {head + "; boundary=b\r\n\r\n--b\r\n" + part + "\r\n{}",
         "the mail has no part of the type application/tlsrpt"},  // never ended
        {head + "; boundary=b\r\n\r\n--b\r\n--b\r\n--b--\r\n",
         "the mail has no part of the type application/tlsrpt"},
        {head + "; boundary=b\r\n\r\n--b\r\n" + part +
             "Content-Transfer-Encoding: base64\r\n\r\n****\r\n--b--\r\n",
         "the report is no base64"},
        {head + "; boundary=b\r\n\r\n--b\r\n" + part +
             "Content-Transfer-Encoding: x-mine\r\n\r\n{}\r\n--b--\r\n",
         "the report comes in the encoding 'x-mine'"},
        {head + "; boundary=b\r\n\r\n--b\r\n" + part + "\r\n{}\r\n--b--\r\n", ""},
        {head + ";\r\n boundary=\"b c\"\r\n\r\n--b c\r\n" + part + "\r\n{}\r\n--b c--\r\n", ""},
    };
    for (const auto& [mail, why] : table) {
        const auto read = mta::read_report_message(mail);
        BOOST_TEST((read.ok() ? "" : read.failure().detail) == why, mail);
        if (read.ok()) BOOST_TEST(read.value().json == "{}");
    }
}

BOOST_AUTO_TEST_SUITE_END()
