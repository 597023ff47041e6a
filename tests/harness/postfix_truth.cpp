// What a real Postfix made of settings and of whole configurations (tests/vectors/postfix).
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "sim/core/csv.hpp"
#include "tests/harness/program.hpp"

using nlohmann::json;

namespace {

const std::string vectors = MAILTLS_ROOT "/tests/vectors/postfix/";

std::string text_of(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

core::CsvTable table_of(const std::string& text, const std::vector<std::string>& keys) {
    std::string wrong;
    core::CsvTable out = core::parse_csv(text, keys, wrong);
    BOOST_TEST(wrong == "");
    return out;
}

// A deferral that soft_bounce makes has a word of its own in the measured table.
std::string outcome(std::string word) { return word == "SOFTBOUNCE" ? "deferred" : word; }

// What --answers would hand in, and what cannot be asked here without.
const std::map<std::string, std::string> asks{
    {"12-mysystems", "'mysql:/etc/postfix/sql/tls-policy.cf' cannot be asked here"},
    {"19-tlspol", "'socketmap:inet:127.0.0.1:8642:query' cannot be asked here"}};

json checked(const Folder& folder, const std::string& name, const std::string& more = {}) {
    const Said said = mailtls(folder, "check-policy --json -j 2 --main '" + vectors +
                                          "configurations/" + name + "/main.cf' --partners '" +
                                          vectors + "configurations/partners.txt'" + more);
    BOOST_TEST((said.code == 0 || said.code == 1), name << ": " << said.err);
    return json::parse(said.out);
}

// "good", or "dane+good" where his zone holds TLSA records.
std::string case_name(const json& one) {
    const bool dane = has(one["title"].get<std::string>(), ", with DANE: ");
    return (dane ? "dane+" : "") + one["case"].get<std::string>();
}

std::string first_crossing(const json& one) {
    if (one["first_attempt"] != "delivered") return "not at all";
    return one["crossed"] == "in clear text" ? "in clear text" : "tls";
}

void compare(const json& all, const core::CsvTable::Row& row) {
    bool found = false;
    for (const json& partner : all["partners"]) {
        if (partner["destination"] != row.key[1]) continue;
        for (const json& one : partner["cases"]) {
            if (case_name(one) != row.key[2]) continue;
            found = true;
            BOOST_TEST(one["first_attempt"] == row.values.at("outcome"));
            BOOST_TEST(first_crossing(one) == row.values.at("crossed"));
        }
    }
    BOOST_TEST(found);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(postfix_truth)

BOOST_AUTO_TEST_CASE(each_setting_is_played_or_refused) {
    Folder folder;
    const Said said =
        mailtls(folder, "matrix '" + vectors + "settings/settings.lua' --csv played.csv -q -j 2");
    const core::CsvTable played = table_of(folder.read("played.csv"), {"state", "level"});
    const core::CsvTable measured =
        table_of(text_of(vectors + "settings/measured.csv"), {"state", "level"});
    BOOST_TEST(measured.rows.size() == 65u);
    for (const core::CsvTable::Row& row : measured.rows) {
        const core::CsvTable::Row* const ours = played.find(row.key);
        BOOST_TEST_CONTEXT(row.key[0]) {
            BOOST_TEST_REQUIRE(ours != nullptr);
            if (ours->values.at("outcome") == "broken") {
                BOOST_TEST(row.key[0] == "f_encrypt_not12_on_12");
                BOOST_TEST(has(said.err,
                               "TLSv1.2 is left out and older versions are not, which "
                               "mailtls cannot speak"));
                continue;
            }
            BOOST_TEST(ours->values.at("outcome") == outcome(row.values.at("outcome")));
            for (const char* const column : {"wire", "dsn", "mx_took"})
                BOOST_TEST(ours->values.at(column) == row.values.at(column), column);
        }
    }
}

BOOST_AUTO_TEST_CASE(each_configuration_is_played_or_says_what_to_hand_in) {
    Folder folder;
    const core::CsvTable measured = table_of(text_of(vectors + "configurations/measured.csv"),
                                             {"configuration", "partner", "case"});
    std::map<std::string, json> played;
    for (const char* const name :
         {"01-debian-default", "03-docker-mailserver", "05-iredmail", "07-csware-policy",
          "09-gmail-relay-no-level", "10b-zoho-brackets", "11-partner-bank-star", "11x",
          "13-tls-readme-table", "14-eff-starttls", "15-verify-match-none", "17-securedrop",
          "21-partner-dane-no-dnssec", "23-sendgrid-fallback", "25-fp-md5-default",
          "27-dane-match"})
        played[name] = checked(folder, name);
    for (const core::CsvTable::Row& row : measured.rows)
        BOOST_TEST_CONTEXT(row.key[0] << ", " << row.key[1] << ": " << row.key[2])
    compare(played.at(row.key[0]), row);
    folder.write("answers", "partner.example secure\n");
    for (const auto& [name, sentence] : asks) {
        const Said said = mailtls(
            folder, "check-policy --main '" + vectors + "configurations/" + name + "/main.cf'");
        BOOST_TEST(said.code == 3);
        BOOST_TEST(has(said.err, sentence), said.err);
        BOOST_TEST(has(said.err, "hand in what it answers (--answers FILE: "), said.err);
        const json all = checked(folder, name, " --answers answers");
        BOOST_TEST(all["partners"][0]["destination"] == "partner.example");
        BOOST_TEST(all["partners"][0]["level"] == "secure");
    }
}

BOOST_AUTO_TEST_SUITE_END()
