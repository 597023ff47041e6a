// Every verb of expect, met and unmet.
#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/script/cases.hpp"
#include "tests/script/vocabulary.hpp"

BOOST_AUTO_TEST_SUITE(judging)

BOOST_AUTO_TEST_CASE(each_verb_says_what_was_expected_and_what_came) { check_cases("judging"); }

BOOST_AUTO_TEST_CASE(each_verb_has_a_case_that_is_met_and_one_that_is_not) {
    std::set<std::string> met, unmet;
    for (const Case& c : cases_of("judging")) {
        const std::string verb = c.title.substr(0, c.title.find(','));
        const bool passes = c.expected == "passes";
        BOOST_TEST((passes || c.expected.starts_with("failed ")), c.title);
        BOOST_TEST(c.title.starts_with(verb + (passes ? ", met" : ", unmet")), c.title);
        (passes ? met : unmet).insert(verb);
    }
    const Vocabulary vocabulary;
    for (const char* const list : {"mail_verbs", "watcher_verbs", "user_verbs", "company_verbs",
                                   "scanner_verbs"})
        for (const std::string& verb : vocabulary.keys(list)) {
            BOOST_TEST(met.contains(verb), verb);
            BOOST_TEST(unmet.contains(verb), verb);
        }
}

BOOST_AUTO_TEST_CASE(an_unmet_expectation_tells_why) {
    const std::string outcome =
        outcome_of(whole_file({"cast", "",
                               "bob:changes { replies = { RCPT = \"450 4.2.1 later\" } }\n"
                               "after \"1 minute\"\n"
                               "expect(mail).is \"delivered\"",
                               "", 0}));
    BOOST_TEST(
        outcome.starts_with("failed 3: expected the mail is 'delivered', but it is 'deferred'\n"
                            "  it is deferred, crossed not at all, after 1 attempt\n"
                            "  why: smtp-deferred (4.2.1): host said: 450 4.2.1 later (in reply to "
                            "RCPT TO command)\n"
                            "  the last exchanges:\n"),
        outcome);
    BOOST_TEST(outcome.find(" = C: RCPT TO:<bob@bob.example>\n") != std::string::npos, outcome);
    BOOST_TEST(outcome.find(" = S: 450 4.2.1 later\n") != std::string::npos, outcome);
}

// What went as it should has no reason to tell.
BOOST_AUTO_TEST_CASE(a_delivered_mail_has_no_why) {
    const std::string outcome =
        outcome_of(whole_file({"cast", "", "expect(mail).finally \"bounced\"", "", 0}));
    BOOST_TEST(outcome.find("\n  it is delivered, crossed encrypted, after 1 attempt\n"
                            "  the last exchanges:\n") != std::string::npos,
               outcome);
    BOOST_TEST(outcome.find("why:") == std::string::npos, outcome);
}

BOOST_AUTO_TEST_SUITE_END()
