// The vocabulary: each word has a meaning, stands on the reference page, and does something.
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "harness/files/disk.hpp"
#include "harness/script/stage.hpp"
#include "tests/script/cases.hpp"
#include "tests/script/vocabulary.hpp"

namespace {

// Where options stand, and the name of the place in titles of tests/vectors/script/options.txt.
const std::map<std::string, std::string> places{
    {"sender", "builders.sender.options"},
    {"receiver", "builders.receiver.options"},
    {"domain", "builders.domain.options"},
    {"eavesdropper", "builders.eavesdropper.options"},
    {"attacker", "builders.attacker.options"},
    {"network", "builders.network.options"},
    {"link", "builders.link.options"},
    {"signed_by", "builders.signed_by.options"},
    {"ca", "builders.ca.options"},
    {"sends", "acts.sends.options"},
    {"answers", "acts.answers.options"},
    {"injects", "acts.injects.options"},
    {"alters", "acts.alters.options"},
    {"rewrites", "acts.rewrites.options"},
    {"cuts", "acts.cuts.options"},
    {"delays", "acts.delays.options"},
    {"blocks", "acts.blocks.options"},
    {"downgrades", "acts.downgrades.options"},
    {"answers_dns", "acts.answers_dns.options"},
    {"speaks", "acts.speaks.options"},
    {"rule", "rule_options"},
    {"exim_rule", "exim_rule_options"},
    {"opensmtpd_rule", "opensmtpd_rule_options"},
    {"postfix_table", "builders.postfix_table.options"},
    {"postfix_main", "builders.postfix_main.options"},
    {"exim_config", "builders.exim_config.options"},
    {"smtpd_config", "builders.smtpd_config.options"},
    {"tlsa", "tlsa_options"},
    {"fault", "fault_options"},
    {"mta_sts", "mta_sts_options"},
    {"tls_rpt", "tls_rpt_options"},
    {"tickets", "ticket_options"},
    {"company", "builders.company.options"},
    {"share", "acts.share.options"},
    {"scanner", "scanner_options"},
};

std::string page() {
    std::ifstream in(MAILTLS_ROOT "/docs/language.md");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

bool is_on(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<Case> option_cases() {
    std::vector<Case> out = cases_of("options");
    for (const char* const more : {"acts", "companies"})
        for (Case& c : cases_of(more)) out.push_back(std::move(c));
    return out;
}

// The snippet without the lines that end in `--!`.
Case without_the_option(Case c) {
    std::istringstream in(std::exchange(c.snippet, {}));
    for (std::string line; std::getline(in, line);)
        if (!line.ends_with(" --!")) c.snippet += line + "\n";
    return c;
}

// How a word that is not built yet would be written, by the place it stands in.
std::string with_option(const std::string& place, const std::string& option) {
    const std::string braces = " { " + option + " = true }";
    if (place == "sends") return "alice:sends" + braces;
    return place + " \"new.alice.example\"" + braces;
}

std::string cast_plays(const std::string& snippet) {
    return outcome_of(whole_file({"cast", "", snippet, "", 0}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(words)

BOOST_AUTO_TEST_CASE(the_shipped_page_is_the_vocabulary) {
    BOOST_TEST(page() == script::language_reference());
}

BOOST_AUTO_TEST_CASE(each_option_has_a_meaning_and_stands_on_the_page) {
    const Vocabulary vocabulary;
    const std::string text = page();
    std::map<std::string, std::string> all = places;
    all["scenario"] = "scenario_facts";
    all["self_signed"] = "builders.self_signed.options";
    all["writes"] = "acts.writes.options";
    all["prices"] = "acts.prices.options";
    all["needs"] = "need_facts";
    for (const auto& [place, path] : all)
        for (const std::string& name : vocabulary.keys(path)) {
            const std::string meaning = vocabulary.text(path + "." + name + ".meaning");
            const bool later = vocabulary.is_true(path + "." + name + ".later");
            BOOST_TEST(!meaning.empty(), place << "." << name);
            BOOST_TEST(!vocabulary.text(path + "." + name + ".kind").empty(), place << "." << name);
            BOOST_TEST(is_on(text, "| `" + name + "` | "), place << "." << name);
            BOOST_TEST(is_on(text, " | " + meaning + (later ? " (not built yet) |" : " |")),
                       place << "." << name << ": " << meaning);
        }
    for (const std::string& name : vocabulary.keys("matrix_options"))
        BOOST_TEST(!vocabulary.text("matrix_options." + name + ".meaning").empty(), name);
    for (const std::string& name : vocabulary.keys("sweep_options"))
        BOOST_TEST(!vocabulary.text("sweep_options." + name + ".meaning").empty(), name);
}

BOOST_AUTO_TEST_CASE(each_word_has_a_meaning_and_stands_on_the_page) {
    const Vocabulary vocabulary;
    const std::string text = page();
    for (const char* const list : {"builders", "acts"})
        for (const std::string& name : vocabulary.keys(list)) {
            const std::string meaning =
                vocabulary.text(std::string(list) + "." + name + ".meaning");
            BOOST_TEST(!meaning.empty(), name);
            BOOST_TEST(is_on(text, name), name);
            BOOST_TEST(is_on(text, meaning), name << ": " << meaning);
        }
    for (const char* const list : {"mail_verbs", "watcher_verbs", "host_verbs", "domain_verbs",
                                   "user_verbs", "company_verbs", "scanner_verbs"})
        for (const std::string& name : vocabulary.keys(list)) {
            const std::string meaning = vocabulary.text(std::string(list) + "." + name);
            BOOST_TEST(meaning.starts_with(name), meaning);
            BOOST_TEST(is_on(text, "- `" + meaning + "`\n"), meaning);
        }
    for (const char* const list : {"levels", "fates", "crossings"})
        for (const std::string& word : vocabulary.keys(list))
            BOOST_TEST(is_on(text, "`" + word + "`"), word);
}

// Each case passes with its option and is unmet without it.
BOOST_AUTO_TEST_CASE(each_option_does_something) {
    for (const Case& c : option_cases()) BOOST_TEST_CONTEXT(c.title << ", line " << c.line) {
            BOOST_TEST(outcome_of(whole_file(c)) == "passes");
            const std::string less = outcome_of(whole_file(without_the_option(c)));
            BOOST_TEST(less.starts_with("failed "), "without it: " << less);
        }
}

BOOST_AUTO_TEST_CASE(each_option_that_is_built_has_a_case) {
    const Vocabulary vocabulary;
    std::map<std::string, std::string> snippets;
    for (const Case& c : option_cases()) snippets[c.title] = c.snippet;
    for (const auto& [place, path] : places)
        for (const std::string& name : vocabulary.keys(path)) {
            const bool later = vocabulary.is_true(path + "." + name + ".later");
            const std::string& snippet = snippets[place + "." + name];
            const bool there = is_on(snippet, name + " = ") || is_on(snippet, name + "\"] = ");
            BOOST_TEST(there != later, place << "." << name);
        }
}

BOOST_AUTO_TEST_CASE(each_option_that_is_not_built_is_refused) {
    const Vocabulary vocabulary;
    for (const auto& [place, path] : places)
        for (const std::string& name : vocabulary.keys(path)) {
            if (!vocabulary.is_true(path + "." + name + ".later")) continue;
            BOOST_TEST(cast_plays(with_option(place, name)) ==
                       "broken 1: " + place + ": the option '" + name + "' is not built yet");
        }
}

BOOST_AUTO_TEST_CASE(each_word_that_is_not_built_is_refused) {
    const Vocabulary vocabulary;
    for (const std::string& word : vocabulary.keys("later_words"))
        BOOST_TEST(cast_plays(word + " 'x'") ==
                   "broken 1: the word '" + word + "' is not built yet");
}

// Each value that an option allows is taken, in the gallery's words or here.
BOOST_AUTO_TEST_CASE(each_value_of_an_option_is_taken) {
    const Vocabulary vocabulary;
    for (const char* const place : {"sender", "receiver", "domain"})
        for (const std::string& name : vocabulary.keys(places.at(place))) {
            const std::string path = places.at(place) + "." + name;
            const std::string kind = vocabulary.text(path + ".kind");
            if (kind != "choice" && kind != "choices") continue;
            for (const std::string& value : vocabulary.keys(path + ".allowed"))
                BOOST_TEST(cast_plays(std::string(place) + " \"new.alice.example\" { " + name +
                                      " = \"" + value + "\" }\nafter \"1 second\"") == "passes",
                           path << " = " << value);
        }
    for (const std::string& level : vocabulary.keys("levels"))
        if (level != "fingerprint")
            BOOST_TEST(cast_plays("alice:changes { tls = \"" + level + "\" }") == "passes", level);
}

BOOST_AUTO_TEST_CASE(the_facts_of_a_scenario_are_kept) {
    const ScenarioFile file(
        "scenario('plain', function() end)\n\n"
        "scenario('with facts', { tags = { 'tls', 'slow' }, cites = 'TLS-03', seed = 7 },\n"
        "  function() cites 'RFC 3207' end)\n");
    const script::Listing listing = script::list_scenarios(file.path(), 1, files::disk());
    BOOST_TEST_REQUIRE(listing.scenarios.size() == 2u);
    const script::ScenarioEntry& plain = listing.scenarios[0];
    BOOST_TEST(plain.title == "plain");
    BOOST_TEST(plain.line == 1);
    BOOST_TEST((plain.tags.empty() && plain.cites.empty() && !plain.seed));
    const script::ScenarioEntry& facts = listing.scenarios[1];
    BOOST_TEST(facts.id() == file.path() + "::with facts");
    BOOST_TEST(facts.line == 3);
    BOOST_TEST((facts.tags == std::vector<std::string>{"tls", "slow"}));
    BOOST_TEST(facts.cites == "TLS-03");
    BOOST_TEST((facts.seed == 7u));
    const script::Performance p = script::play(file.path(), "with facts", 7, files::disk());
    BOOST_TEST((p.stage->cited() == std::vector<std::string>{"RFC 3207"}));
}

BOOST_AUTO_TEST_SUITE_END()
