// TLSRPT (RFC 8460): records as data; reports as Python's json reads them and a JSON Schema judges
// them.
#include "sim/policy/tls_report.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/python.hpp"

using namespace policy::tls_report;
using core::Reason;

namespace {

const std::string vectors = std::string(MAILTLS_TESTS) + "/vectors/tlsrpt/";

std::string told(const Record& record) {
    std::string out;
    for (const Destination& d : record.destinations)
        out += (d.way == Destination::Way::mail ? "mail " : "https ") + d.where + "\n";
    BOOST_TEST(out.empty() == !record.why.empty());
    return out + record.why;
}

const core::Instant noon{1'767'225'600'000'000'000 + 12LL * 3600 * 1'000'000'000};

Counter one_of_each() {
    Counter counter(noon);
    const policy::mta_sts::Policy sts{
        policy::mta_sts::Mode::enforce, {"mx.bob.example", "*.bob.example"}, core::days(7)};
    const PolicyKey tlsa = tlsa_policy("mx.bob.example", {{3, 1, 1, "\xAB\x01"}, {2, 0, 1, "z"}});
    counter.succeeded(no_policy("bob.example"));
    counter.succeeded(sts_policy("bob.example", sts));
    counter.succeeded(tlsa);
    for (auto i = static_cast<int>(Reason::none); i <= static_cast<int>(Reason::report_invalid);
         ++i) {
        FailureKey key{
            static_cast<Reason>(i), "192.0.2.1", "mx.bob.example", {}, "192.0.2.2", {}, {}};
        if (is_result_type(key.result)) counter.failed(tlsa, {key});
    }
    return counter;
}

std::string report(const Counter& counter) {
    return json({"Alice", "postmaster@alice.example"}, "1.bob.example@alice.example", counter);
}

// Judges what is read, then prints what the expression `wanted` makes of the report r.
std::string read(const std::string& text, const std::string& wanted) {
    return python(
        "import json, jsonschema, sys\n"
        "r = json.load(open(sys.argv[1], encoding='utf-8'))\n"
        "schema = json.load(open('" +
            vectors +
            "schema.json'))\n"
            "jsonschema.Draft202012Validator.check_schema(schema)\n"
            "jsonschema.validate(r, schema, cls=jsonschema.Draft202012Validator)\n"
            "print(" +
            wanted + ", end='')\n",
        text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_report)

// RPT-01, RPT-02.
BOOST_AUTO_TEST_CASE(records_that_say_where_reports_go) {
    struct Case {
        std::vector<std::string> texts;
        const char* told;
    };
    for (const Case& c : {
             Case{{"v=TLSRPTv1;rua=mailto:reports@bob.example"}, "mail reports@bob.example\n"},
             Case{{"v=TLSRPTv1; rua=https://bob.example/v1/tls?a=b"},
                  "https https://bob.example/v1/tls?a=b\n"},
             Case{{"v=TLSRPTv1; rua=mailto:a@bob.example , https://bob.example:8443/x ;"},
                  "mail a@bob.example\nhttps https://bob.example:8443/x\n"},
             Case{{"v=spf1 -all", "v=TLSRPTv1;rua=mailto:a@bob.example", "v=TLSRPTv2;rua=x:y"},
                  "mail a@bob.example\n"},
             Case{{"v=TLSRPTv1; new=thing; rua=mailto:a@bob.example; x-y.z=1"},
                  "mail a@bob.example\n"},
             // field-delim: blanks before the semicolon, too
             Case{{"v=TLSRPTv1 ; rua=mailto:a@bob.example"}, "mail a@bob.example\n"},
             Case{{"v=TLSRPTv1\t;\trua=mailto:a@bob.example \t;"}, "mail a@bob.example\n"},
             Case{{"v=TLSRPTv1; rua=mailto:a@my_shop.example"}, "mail a@my_shop.example\n"},
             Case{{"v=TLSRPTv1; rua=ftp://bob.example/, MAILTO:a@bob.example"},
                  "mail a@bob.example\n"},
             Case{{"v=TLSRPTv1; rua=mailto:a%21b@bob.example?subject=x"}, "mail a!b@bob.example\n"},
         })
        BOOST_TEST(told(parse_record(c.texts)) == c.told);
    BOOST_TEST(record_name("bob.example") == "_smtp._tls.bob.example");
}

BOOST_AUTO_TEST_CASE(records_that_do_not) {
    struct Case {
        std::vector<std::string> texts;
        const char* why;
    };
    const char* const good = "v=TLSRPTv1;rua=mailto:a@bob.example";
    const char* const none = "there is no TXT record that begins with v=TLSRPTv1;";
    for (const Case& c : {
             Case{{}, none},
             Case{{"v=spf1 -all"}, none},
             Case{{"v=TLSRPTv2;rua=mailto:a@bob.example"}, none},
             Case{{"V=TLSRPTv1;rua=mailto:a@bob.example"}, none},
             Case{{" v=TLSRPTv1;rua=mailto:a@bob.example"}, none},
             Case{{"v=TLSRPTv1"}, none},
             Case{{"v=TLSRPTv1 "}, none},
             Case{{"v=TLSRPTv1x; rua=mailto:a@bob.example"}, none},
             Case{{"v=TLSRPTv1 ;rua=mailto:a@bob.example", good},
                  "2 TXT records begin with v=TLSRPTv1;"},
             Case{{good, good}, "2 TXT records begin with v=TLSRPTv1;"},
             Case{{"v=TLSRPTv1;"}, "the TXT record has no rua"},
             Case{{"v=TLSRPTv1; ruf=mailto:a"}, "the TXT record has no rua"},
             Case{{"v=TLSRPTv1;; rua=mailto:a@bob.example"}, "the TXT record has an empty field"},
             Case{{"v=TLSRPTv1; rua"}, "the TXT record has a field that is no key=value: 'rua'"},
             Case{{"v=TLSRPTv1; rua="}, "the TXT record's rua is no URI: ''"},
             Case{{"v=TLSRPTv1; rua=a@bob.example"},
                  "the TXT record's rua is no URI: 'a@bob.example'"},
             Case{{"v=TLSRPTv1; rua=mailto:a@bob.example,"}, "the TXT record's rua is no URI: ''"},
             Case{{"v=TLSRPTv1; rua=ftp://bob.example/"},
                  "the TXT record's rua names neither mailto: nor https:"},
             Case{{"v=TLSRPTv1; rua=http://bob.example/"},
                  "the TXT record's rua names neither mailto: nor https:"},
             Case{{"v=TLSRPTv1; rua=mailto:a@bob.example; x=a b"},
                  "the TXT record has no good value for 'x': 'a b'"},
         })
        BOOST_TEST(told(parse_record(c.texts)) == c.why);
}

// An address goes into a header and a command, a URL into a request: nothing may break out of them.
BOOST_AUTO_TEST_CASE(a_destination_stays_a_destination) {
    for (const char* uri :
         {"mailto:a", "mailto:@bob.example", "mailto:a@", "mailto:a@bob.example@eve.example",
          "mailto:a%0D%0ABcc:%20eve@bob.example", "mailto:a%@bob.example", "mailto:a%2@bob.example",
          "mailto:a%2Cb@bob.example", "mailto:a%00@bob.example", "mailto:a..b@bob.example",
          "mailto:a>@bob.example", "mailto:a@-bob.example", "mailto:a@[192.0.2.1]"})
        BOOST_TEST(told(parse_record({std::string("v=TLSRPTv1; rua=") + uri})) ==
                   "the TXT record's rua has no mail address: '" + std::string(uri) + "'");
    for (const char* uri :
         {"https:", "https:bob.example/", "https://", "https:///x", "https://bob.example:/",
          "https://bob.example:0/", "https://bob.example:65536/", "https://bob.example:8o/",
          "https://a@bob.example/", "https://bob.example/a b", "https://bob.example/\r\nHost:x",
          "https://bob.example/\xC3\xB6"})
        BOOST_TEST(told(parse_record({std::string("v=TLSRPTv1; rua=") + uri})) ==
                   "the TXT record's rua has no URL: '" + std::string(uri) + "'");
}

// RPT-06, RPT-11.
BOOST_AUTO_TEST_CASE(a_day_is_a_utc_day) {
    const Counter counter(noon);
    BOOST_TEST(core::internet_date(counter.begins()) == "2026-01-01T00:00:00Z");
    BOOST_TEST(core::internet_date(counter.ends()) == "2026-01-01T23:59:59Z");
    BOOST_TEST(counter.covers(core::world_begins));
    BOOST_TEST(counter.covers(core::world_begins + core::days(1) - core::Duration{1}));
    BOOST_TEST(!counter.covers(core::world_begins + core::days(1)));
    BOOST_TEST(!counter.covers(core::world_begins - core::Duration{1}));
    BOOST_TEST(file_name("mail.alice.example", "bob.example", counter, Packing::gzip) ==
               "mail.alice.example!bob.example!1767225600!1767311999.json.gz");
    BOOST_TEST(file_name("a.example", "b.example", counter, Packing::none) ==
               "a.example!b.example!1767225600!1767311999.json");
    BOOST_TEST(report_id("alice.example", "bob.example", counter.begins()) ==
               "20260101.bob.example@alice.example");
}

// Appendix B, but for the order of failures, which is ours.
BOOST_AUTO_TEST_CASE(the_example_of_rfc_8460) {
    Counter counter(*core::parse_calendar_date("2016-04-01 15:00"));
    const PolicyKey key =
        sts_policy("company-y.example",
                   {policy::mta_sts::Mode::testing, {"*.mail.company-y.example"}, core::days(1)});
    for (int i = 0; i < 5326; ++i) counter.succeeded(key);
    const std::string more =
        "https://reports.company-x.example/report_info?id=5065427c-23d3#StarttlsNotSupported";
    const FailureKey expired{Reason::certificate_expired,
                             "2001:db8:abcd:0012::1",
                             "mx1.mail.company-y.example",
                             {},
                             {},
                             {},
                             {}};
    const FailureKey clear{Reason::starttls_not_supported,
                           "2001:db8:abcd:0013::1",
                           "mx2.mail.company-y.example",
                           {},
                           "203.0.113.56",
                           more,
                           {}};
    const FailureKey broken{Reason::validation_failure,
                            "198.51.100.62",
                            "mx-backup.mail.company-y.example",
                            {},
                            "203.0.113.58",
                            {},
                            "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED"};
    for (int i = 0; i < 100; ++i) counter.failed(key, {expired});
    for (int i = 0; i < 200; ++i) counter.failed(key, {clear});
    for (int i = 0; i < 3; ++i) counter.failed(key, {broken});
    const std::string ours = json({"Company-X", "sts-reporting@company-x.example"},
                                  "5065427c-23d3-47ca-b6e0-946ea0e8c4be", counter);
    const std::string example = "json.load(open('" + vectors + "rfc8460-b.json'))";
    const std::string sorted =
        "[x['policies'][0]['failure-details'].sort(key=str) for x in (r, e)]";
    BOOST_TEST(read(ours, "[(" + sorted + ", r == e)[1] for e in [" + example + "]]") == "[True]");
    const std::string other = json({"Company-Z", "sts-reporting@company-x.example"},
                                   "5065427c-23d3-47ca-b6e0-946ea0e8c4be", counter);
    BOOST_TEST(read(other, "r == " + example) == "False");
}

// RPT-05, RPT-07, RPT-09, RPT-10.
BOOST_AUTO_TEST_CASE(a_report_keeps_to_the_schema) {
    const std::string text = report(one_of_each());
    BOOST_TEST(text == report(one_of_each()));
    BOOST_TEST(read(text, "[p['policy']['policy-type'] for p in r['policies']]") ==
               "['tlsa', 'sts', 'no-policy-found']");
    BOOST_TEST(read(text, "r['policies'][0]['policy']['policy-string']") ==
               "['2 0 1 7A', '3 1 1 AB01']");
    BOOST_TEST(read(text, "r['policies'][1]['policy']['policy-string']") ==
               "['version: STSv1', 'mode: enforce', 'mx: mx.bob.example', 'mx: *.bob.example', "
               "'max_age: 604800']");
    BOOST_TEST(read(text, "r['policies'][0]['summary']") ==
               "{'total-successful-session-count': 1, 'total-failure-session-count': 11}");
    BOOST_TEST(read(text, "len(r['policies'][0]['failure-details'])") == "11");
    Counter one(noon);
    one.succeeded(no_policy("bob.example"));
    BOOST_TEST(read(report(one), "type(r['policies']).__name__, len(r['policies'])") == "list 1");
}

// The schema is a judge only if it says no, too: each member that is required is missed, and what
// is of a wrong kind is found.
BOOST_AUTO_TEST_CASE(the_schema_refuses_what_is_no_report) {
    const std::string judge = R"(
import copy, json, jsonschema, sys
good = json.load(open(sys.argv[1]))
judge = jsonschema.Draft202012Validator(json.load(open(')" +
                              vectors + R"(schema.json')))
def refused(change):
    bad = copy.deepcopy(good)
    change(bad)
    return not judge.is_valid(bad)
assert judge.is_valid(good)
def put(*path):
    *way, last, value = path
    def change(r):
        for step in way: r = r[step]
        if value is None: del r[last]
        else: r[last] = value
    return change
changes = [put(name, None) for name in good]
changes += [
    put('organization-name', 1), put('contact-info', 'nobody'), put('extra', 1),
    put('policies', {}), put('policies', []), put('date-range', 'start-datetime', None),
    put('date-range', 'start-datetime', '2026-01-01T00:00:01Z'),
    put('date-range', 'end-datetime', '2026-01-02T00:00:00Z'),
    put('policies', 0, 'summary', None), put('policies', 0, 'policy', None),
    put('policies', 0, 'policy', 'policy-domain', None),
    put('policies', 0, 'policy', 'policy-type', 'dane'),
    put('policies', 0, 'policy', 'policy-string', 'a string'),
    put('policies', 0, 'policy', 'policy-string', ['3 1 1 xyz']),
    put('policies', 0, 'policy', 'mx-host', ['mx.bob.example']),
    put('policies', 1, 'policy', 'mx-host', None),
    put('policies', 1, 'policy', 'mx-host', 'mx.bob.example'),
    put('policies', 0, 'summary', 'total-failure-session-count', '1'),
    put('policies', 0, 'failure-details', 0, 'result-type', 'timeout'),
    put('policies', 0, 'failure-details', 0, 'receiving-ip', 'bob'),
    put('policies', 0, 'failure-details', 0, 'failed-session-count', 0),
]
print(len(changes), [i for i, change in enumerate(changes) if not refused(change)], end='')
)";
    BOOST_TEST(python(judge, report(one_of_each())) == "26 []");
}

// RPT-08: a session can fail in two ways, and is one session.
BOOST_AUTO_TEST_CASE(failures_are_not_exclusive) {
    Counter counter(noon);
    const PolicyKey key = no_policy("bob.example");
    const FailureKey name{Reason::certificate_host_mismatch, {}, {}, {}, {}, {}, {}};
    const FailureKey date{Reason::certificate_expired, {}, {}, {}, {}, {}, {}};
    counter.failed(key, {name, date});
    counter.failed(key, {date});
    const std::string text = report(counter);
    BOOST_TEST(read(text, "r['policies'][0]['summary']['total-failure-session-count']") == "2");
    BOOST_TEST(read(text,
                    "[(d['result-type'], d['failed-session-count'])"
                    " for d in r['policies'][0]['failure-details']]") ==
               "[('certificate-host-mismatch', 1), ('certificate-expired', 2)]");
}

// RPT-16: the network's troubles, and SMTP's, are no result types.
BOOST_AUTO_TEST_CASE(what_is_a_result_type) {
    for (const Reason reason : {Reason::none, Reason::timeout, Reason::connection_lost,
                                Reason::connection_refused, Reason::smtp_refused})
        BOOST_TEST(!is_result_type(reason), core::word(reason));
    for (const Reason reason : {Reason::starttls_not_supported, Reason::sts_webpki_invalid})
        BOOST_TEST(is_result_type(reason), core::word(reason));
}

// What a peer or an author says stays a text: quotes, control characters, bytes that are not UTF-8.
BOOST_AUTO_TEST_CASE(hostile_texts_stay_texts) {
    Counter counter(noon);
    FailureKey key{Reason::validation_failure, {}, {}, {}, {}, {}, {}};
    key.failure_reason_code = "a\"},{\"b\\\x01\x7F\r\n\t\xC3\xB6 \xFF\xC0\x80";
    counter.failed(no_policy("bob.example"), {key});
    BOOST_TEST(read(report(counter),
                    "ascii(r['policies'][0]['failure-details'][0]['failure-reason-code'])") ==
               R"('a"},{"b\\\x01\x7f\r\n\t\xf6 \ufffd\ufffd\ufffd')");
}

BOOST_AUTO_TEST_SUITE_END()
