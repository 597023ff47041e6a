// Reports of others: RFC 8460's own example, what we write, and what nobody may believe (A33).
#include "sim/policy/tls_report_read.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

#include "tests/python.hpp"

using namespace policy::tls_report;
using core::Reason;

namespace {

const std::string vectors = std::string(MAILTLS_TESTS) + "/vectors/tlsrpt/";

std::string file(const std::string& name) {
    std::ifstream in(vectors + name, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

// What is wrong with it; empty: nothing.
std::string trouble(const std::string& json) {
    const core::Result<Report> read = read_json(json);
    if (read.ok()) return {};
    BOOST_TEST((read.failure().reason == Reason::report_invalid));
    return read.failure().detail;
}

struct Change {
    std::string member;   ///< A Python path, as r["policies"][0].
    std::string value;    ///< In Python; empty: it is deleted.
    std::string trouble;  ///< What we say.
};
const std::vector<Change> changes{
    {R"(r["organization-name"])", "7", "the report's organization-name is not a text"},
    {R"(r["contact-info"])", "['a']", "the report's contact-info is not a text"},
    {R"(r["report-id"])", "[]", "the report's report-id is not a text"},
    {R"(r["date-range"])", "", "the report's date-range is not an object"},
    {R"(r["date-range"])", "'today'", "the report's date-range is not an object"},
    {R"(r["date-range"]["start-datetime"])", "",
     "the report's date-range.start-datetime is not a text"},
    {R"(r["date-range"]["end-datetime"])", "5",
     "the report's date-range.end-datetime is not a text"},
    {R"(r["policies"])", "", "the report's policies is not an array"},
    {R"(r["policies"])", "r['policies'][0]", "the report's policies is not an array"},
    {R"(r["policies"][0])", "'sts'", "the report's policies[0] is not an object"},
    {R"(r["policies"][0]["policy"])", "", "the report's policies[0].policy is not an object"},
    {R"(r["policies"][0]["policy"]["policy-type"])", "'dane'",
     "the report's policies[0].policy.policy-type is not tlsa, sts or no-policy-found"},
    {R"(r["policies"][0]["policy"]["policy-domain"])", "",
     "the report's policies[0].policy.policy-domain is not a text"},
    {R"(r["policies"][0]["policy"]["policy-domain"])", "'bob example'",
     "the report's policies[0].policy.policy-domain is not a domain"},
    {R"(r["policies"][0]["summary"])", "", "the report's policies[0].summary is not an object"},
    {R"(r["policies"][0]["summary"]["total-successful-session-count"])", "-1",
     "the report's policies[0].summary.total-successful-session-count is not a count"},
    {R"(r["policies"][0]["summary"]["total-successful-session-count"])", "'5'",
     "the report's policies[0].summary.total-successful-session-count is not a count"},
    {R"(r["policies"][0]["summary"]["total-failure-session-count"])", "0.5",
     "the report's policies[0].summary.total-failure-session-count is not a count"},
    {R"(r["policies"][0]["failure-details"])", "{}",
     "the report's policies[0].failure-details is not an array"},
    {R"(r["policies"][0]["failure-details"][1]["result-type"])", "",
     "the report's policies[0].failure-details[1].result-type is not a text"},
    {R"(r["policies"][0]["failure-details"][1]["result-type"])", R"('a\nb=1')",
     "the report's policies[0].failure-details[1].result-type is not a result type"},
    {R"(r["policies"][0]["failure-details"][2]["failed-session-count"])", "''",
     "the report's policies[0].failure-details[2].failed-session-count is not a count"},
};

// What real senders write: null where they have nothing to say, or nothing at all. It is no report
// of section 4.4, and is read all the same, with a note.
const std::vector<Change> noted{
    {R"(r["contact-info"])", "None", "contact-info is null"},
    {R"(r["contact-info"])", "", "contact-info is missing"},
    {R"(r["organization-name"])", "", "organization-name is missing"},
    {R"(r["organization-name"])", "None", "organization-name is null"},
    {R"(r["report-id"])", "None", "report-id is null"},
    {R"(r["policies"][0]["failure-details"])", "None", "policies[0].failure-details is null"},
    {R"(r["policies"][0]["policy"])", "{'policy-type': 'no-policy-found'}",
     "policies[0].policy.policy-domain is missing"},
    {R"(r["policies"][0]["summary"]["total-failure-session-count"])", "None",
     "policies[0].summary.total-failure-session-count is null"},
    {R"(r["policies"][0]["failure-details"][0]["failed-session-count"])", "None",
     "policies[0].failure-details[0].failed-session-count is null"},
};

// Python makes each change of the RFC's example, and the schema judges it as well.
std::string changed(const Change& change) {
    const std::string statement =
        change.value.empty() ? "del " + change.member : change.member + " = " + change.value;
    return python("import json, jsonschema, sys\nr = json.load(open(sys.argv[1]))\n" + statement +
                      "\nschema = json.load(open('" + vectors +
                      "schema.json'))\n"
                      "assert not jsonschema.Draft202012Validator(schema).is_valid(r)\n"
                      "print(json.dumps(r), end='')\n",
                  file("rfc8460-b.json"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_report_read)

BOOST_AUTO_TEST_CASE(the_example_of_rfc_8460) {
    const core::Result<Report> read = read_json(file("rfc8460-b.json"));
    BOOST_TEST_REQUIRE(read.ok());
    const Report& report = read.value();
    BOOST_TEST(report.reporter.organization == "Company-X");
    BOOST_TEST(report.reporter.contact == "sts-reporting@company-x.example");
    BOOST_TEST(report.id == "5065427c-23d3-47ca-b6e0-946ea0e8c4be");
    BOOST_TEST(report.begins == "2016-04-01T00:00:00Z");
    BOOST_TEST(report.ends == "2016-04-01T23:59:59Z");
    BOOST_TEST_REQUIRE(report.policies.size() == 1u);
    const Report::Policy& policy = report.policies.front();
    BOOST_TEST((policy.type == PolicyType::sts));
    BOOST_TEST(policy.domain == "company-y.example");
    BOOST_TEST(policy.successes == 5326u);
    BOOST_TEST(policy.failures == 303u);
    BOOST_TEST(policy.details.size() == 3u);
    BOOST_TEST(policy.details.at("certificate-expired") == 100u);
    BOOST_TEST(policy.details.at("starttls-not-supported") == 200u);
    BOOST_TEST(policy.details.at("validation-failure") == 3u);
}

BOOST_AUTO_TEST_CASE(what_is_not_as_table_5_2_has_it) {
    BOOST_TEST(trouble(file("rfc8460-b.json")).empty());
    for (const Change& change : changes)
        BOOST_TEST(trouble(changed(change)) == change.trouble, change.member);
}

BOOST_AUTO_TEST_CASE(what_real_senders_leave_out_is_noted) {
    for (const Change& change : noted) {
        const core::Result<Report> read = read_json(changed(change));
        BOOST_TEST_REQUIRE(read.ok(), change.member);
        BOOST_TEST_REQUIRE(read.value().notes.size() == 1u, change.member);
        BOOST_TEST(read.value().notes.front() == change.trouble);
    }
    const core::Result<Report> marked = read_json("\xEF\xBB\xBF" + file("rfc8460-b.json"));
    BOOST_TEST_REQUIRE(marked.ok());
    BOOST_TEST(marked.value().notes.front() == "a byte order mark stands before it");
    BOOST_TEST(read_json(file("rfc8460-b.json")).value().notes.empty());
}

// parsedmarc#575, dmarc-report-viewer#71: null for a contact, and empty lists; tlsrpt-reporter#51:
// no policy and no domain of it; dmarc-report-viewer#57: no address of the sender, no
// policy-string.
BOOST_AUTO_TEST_CASE(reports_as_they_were_seen) {
    struct Case {
        const char* policy;
        const char* contact;
        std::size_t notes;
    };
    const char* const summary = R"("summary":{"total-successful-session-count":1,)"
                                R"("total-failure-session-count":0})";
    for (const Case& c : {
             Case{R"("policy-type":"no-policy-found","policy-string":[],)"
                  R"("policy-domain":"bob.example","mx-host":[])",
                  R"("contact-info":null,)", 1},
             Case{R"("policy-type":"no-policy-found")", R"("contact-info":"a@alice.example",)", 1},
             Case{R"("policy-type":"no-policy-found","policy-domain":null)", "", 2},
             Case{R"("policy-type":"sts","policy-domain":"bob.example.")",
                  R"("contact-info":"a@alice.example",)", 1},
             Case{R"("policy-type":"tlsa","policy-domain":"mx_1.bob.example","policy-string":null)",
                  R"("contact-info":"a@alice.example",)", 0},
         }) {
        const std::string json =
            std::string(R"({"organization-name":"mx.filter.example","date-range":)"
                        R"({"start-datetime":"2024-10-31T00:00:00Z",)"
                        R"("end-datetime":"2024-11-01T00:00:00Z"},)") +
            c.contact + R"("report-id":"1730332800_1","policies":[{"policy":{)" + c.policy + "}," +
            summary + R"(,"failure-details":[]}]})";
        const core::Result<Report> read = read_json(json);
        BOOST_TEST_REQUIRE(read.ok(), json);
        BOOST_TEST(read.value().notes.size() == c.notes, json);
        BOOST_TEST(read.value().policies.front().successes == 1u);
        BOOST_TEST(!read.value().policies.front().domain.ends_with('.'));
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_json) {
    for (const char* text : {"", "{", "nil", "{\"a\":1,}", "\xFF\xFE", "{} {}"})
        BOOST_TEST(trouble(text) == "the report is no JSON", text);
    for (const char* text : {"null", "[]", "7", "\"text\""})
        BOOST_TEST(trouble(text) == "the report's JSON is not an object", text);
}

// What would cost memory or time: as much as may come at all, as nested as it can be.
BOOST_AUTO_TEST_CASE(reports_that_are_too_much) {
    BOOST_TEST(trouble(std::string(largest_report + 1, ' ')) ==
               "the report is longer than 4194304 bytes");
    BOOST_TEST(trouble(std::string(largest_report, '[')) == "the report is no JSON");
    const std::string deep(1'000'000, '[');
    std::string nested = file("rfc8460-b.json");
    nested.insert(1, "\"extra\":" + deep + std::string(1'000'000, ']') + ",");
    BOOST_TEST(trouble(nested).empty());
    std::string many = "{\"policies\":[";
    while (many.size() < 1'000'000) many += "1,";
    BOOST_TEST(!trouble(many + "1]}").empty());
}

// Counts that would overflow a sum.
BOOST_AUTO_TEST_CASE(counts_that_no_day_holds) {
    std::string json = file("rfc8460-b.json");
    const std::string count = "5326";
    const std::size_t at = json.find(count);
    for (const char* huge : {"18446744073709551615", "18446744073709551616", "1e300"}) {
        std::string bad = json;
        BOOST_TEST(trouble(bad.replace(at, count.size(), huge)) ==
                   "the report's policies[0].summary.total-successful-session-count is not a "
                   "count");
    }
}

BOOST_AUTO_TEST_SUITE_END()
