// mailtls check-policy: tables whose answers are known, and files that are wrong.
#include <boost/test/unit_test.hpp>

#include <map>

#include <nlohmann/json.hpp>

#include "harness/many/policy_check.hpp"
#include "tests/harness/program.hpp"

using nlohmann::json;

namespace {

constexpr const char* levels =
    "none.test none\nmay.test may\nencrypt.test encrypt\nverify.test verify\n"
    "secure.test secure\ndane.test dane\nonly.test dane-only\n"
    "print.test fingerprint match=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    "\n";

json checked(const Folder& folder, const std::string& arguments, int code) {
    const Said said = mailtls(folder, "check-policy " + arguments + " --json");
    BOOST_TEST(said.code == code, said.err);
    return json::parse(said.out);
}

// The cases of one partner in which something is so, by their names.
std::vector<std::string> cases_in_which(const json& partner, const std::string& key,
                                        const json& value) {
    std::vector<std::string> out;
    for (const json& c : partner["cases"])
        if (c[key] == value) out.push_back(c["case"].get<std::string>());
    return out;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

struct Wrong {
    std::string arguments, table, main;
    int code;
    std::string err;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(check_policy)

// Postfix's levels, as scenarios/matrix/postfix.txt and scenarios/attacks have them.
BOOST_AUTO_TEST_CASE(each_level_has_its_answers) {
    Folder folder;
    folder.write("tls_policy", levels);
    const json all = checked(folder, "--postfix tls_policy -j 2", 1);
    const std::string impostors =
        "impostor-self-signed impostor-expired impostor-wrong-name impostor-unknown-ca";
    const std::string no_tls =
        "no-starttls refused-now refused stripped refused-by-attacker handshake-cut breaks-off "
        "alert garbage";
    const std::string dane_off = " no-tlsa-stripped unsigned-mx-stripped";
    struct Answer {
        std::string clear, taken;
        bool safe;
    };
    std::map<std::string, Answer> expected{
        {"may.test", {no_tls, impostors + " forged-mx forged-address", false}},
        {"encrypt.test", {"", impostors + " forged-mx forged-address", false}},
        {"verify.test", {"", "forged-mx", false}},
        {"secure.test", {"", "", true}},
        {"dane.test", {no_tls + dane_off, impostors + " forged-mx forged-address", false}},
        {"only.test", {"", "", true}},
        {"print.test", {"", "", true}},
    };
    BOOST_TEST(all["totals"]["partners"] == 8);
    BOOST_TEST(all["totals"]["safe"] == 3);
    for (const json& partner : all["partners"]) {
        const std::string name = partner["destination"].get<std::string>();
        BOOST_TEST_CONTEXT(name) {
            if (name == "none.test") {
                BOOST_TEST(partner["in_clear_text"] == partner["cases"].size());
                continue;
            }
            const Answer& answer = expected.at(name);
            BOOST_TEST(joined(cases_in_which(partner, "crossed", "in clear text")) == answer.clear);
            BOOST_TEST(joined(cases_in_which(partner, "to_impostor", true)) == answer.taken);
            BOOST_TEST(partner["safe"] == answer.safe);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_told) {
    Folder folder;
    folder.write("tls_policy", "bob.example secure\n\n.carol.example encrypt\n");
    const Said said = mailtls(folder, "check-policy --postfix tls_policy");
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.err == "");
    BOOST_TEST(
        said.out.starts_with(
            "partner         level    cases  delivered to an ordinary receiver  in clear text  "
            "read "
            "  to an impostor  waits  bounces\n"
            "bob.example     secure   21     at its own MX alone                never          "
            "never  never           in 19  in 1\n"
            ".carol.example  encrypt  21     yes                                never          "
            "never  in 6            in 8   in 1\n"
            "\nbob.example: secure, tls_policy:1\n  waits, and bounces in the end: a good receiver "
            "whose MX is a hoster's; no STARTTLS;"),
        said.out);
    BOOST_TEST(has(said.out,
                   "\n.carol.example: encrypt, tls_policy:3\n  handed to an impostor: an "
                   "impostor with a self-signed certificate\n      mailtls check-policy "
                   "--postfix 'tls_policy' --show '.carol.example: an impostor with a "
                   "self-signed certificate'\n"));
    BOOST_TEST(mailtls(folder, "check-policy --postfix tls_policy -j 2").out == said.out);
    const Said shown = mailtls(folder,
                               "check-policy --postfix tls_policy --show '.carol.example: an "
                               "impostor with a self-signed certificate'");
    BOOST_TEST(shown.code == 1);
    BOOST_TEST(has(shown.out, "level encrypt"), shown.out);
    const Said none = mailtls(folder, "check-policy --postfix tls_policy --show 'bob.example: no'");
    BOOST_TEST(none.code == 5);
    BOOST_TEST(none.err ==
               "mailtls: --show: there is no case 'bob.example: no'; did you mean "
               "'bob.example: no STARTTLS'?\n");
}

BOOST_AUTO_TEST_CASE(safe_rules_and_partners_without_a_rule) {
    Folder folder;
    folder.write("main.cf",
                 "smtp_tls_CAfile = x\nsmtp_tls_security_level = secure\n"
                 "smtp_tls_policy_maps = hash:/etc/postfix/tls_policy\n");
    folder.write("tls_policy", ".bob.example verify match=nexthop\n");
    folder.write("partners", "# some\nsales.bob.example\nCarol.Example # the other\n\n");
    const json all = checked(folder, "--main main.cf --partners partners", 0);
    BOOST_TEST_REQUIRE(all["partners"].size() == 3u);
    BOOST_TEST(all["partners"][1]["destination"] == "sales.bob.example");
    BOOST_TEST(all["partners"][1]["level"] == "verify");
    BOOST_TEST(all["partners"][1]["line"] == 1);
    BOOST_TEST(all["partners"][2]["destination"] == "carol.example");
    BOOST_TEST(all["partners"][2]["level"] == "secure");
    BOOST_TEST(all["partners"][2]["line"] == nullptr);
    const json again =
        checked(folder, "--main main.cf --partners partners --postfix tls_policy", 0);
    BOOST_TEST(again["partners"] == all["partners"]);
}

// A policy of MTA-STS saves a partner at level may, once his policy is known.
BOOST_AUTO_TEST_CASE(a_resolver_of_mta_sts) {
    Folder folder;
    folder.write("main.cf", "smtp_tls_CAfile = x\nsmtp_tls_security_level = may\n");
    folder.write("partners", "bob.example\n");
    const json all = checked(folder, "--main main.cf --partners partners --mta-sts", 1);
    std::vector<std::string> lost;
    for (const json& c : all["partners"][0]["cases"])
        if (has(c["title"].get<std::string>(), "with MTA-STS") &&
            (c["crossed"] == "in clear text" || c["to_impostor"] == true))
            lost.push_back(c["case"].get<std::string>());
    BOOST_TEST(joined(lost) == "policy-host-blocked");
}

// The scenarios that are written fail where the table says that mail is lost.
BOOST_AUTO_TEST_CASE(written_scenarios_say_the_same) {
    Folder folder;
    folder.write("tls_policy", levels);
    const json all = checked(folder, "--postfix tls_policy", 1);
    std::map<std::string, bool> lost;
    for (const json& partner : all["partners"])
        for (const json& c : partner["cases"])
            lost[c["title"].get<std::string>()] =
                c["crossed"] == "in clear text" || c["read"] == true || c["to_impostor"] == true;
    BOOST_TEST(mailtls(folder, "check-policy --postfix tls_policy --write all.lua").code == 0);
    const Said played = mailtls(folder, "run all.lua -F json -j 2");
    BOOST_TEST(played.code == 1, played.err);
    const json results = json::parse(played.out);
    BOOST_TEST(results["scenarios"].size() == lost.size());
    for (const json& s : results["scenarios"]) {
        const std::string title = s["title"].get<std::string>();
        BOOST_TEST((s["status"] == (lost.at(title) ? "failed" : "passed")), title);
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named) {
    const std::string may = "smtp_tls_CApath = x\nsmtp_tls_security_level = may\n";
    const Wrong wrongs[] = {
        {"--postfix nowhere", "", "", 3, "mailtls: nowhere: there is no such file\n"},
        {"--postfix .", "", "", 3, "mailtls: .: expected a plain file\n"},
        {"--postfix t", std::string("a\0b", 3), "", 3,
         "mailtls: t: expected a text, got bytes that are none\n"},
        {"--postfix t", "# nobody\n", "", 5,
         "mailtls: no partner is named in the table, and none by --partners\n"},
        {"--postfix t", "a.test secure\n\n\n\n\n\nb.test", "", 0,
         "mailtls: note: t:7: expected a level behind the destination 'b.test', got nothing: "
         "Postfix passes over the line\n"},
        {"--postfix t", "a.test secure\nb.test sekure\nc.test may x\n", "", 1,
         "mailtls: warning: t:2: expected a level (none, may, encrypt, fingerprint, verify, "
         "secure, dane or dane-only), got 'sekure'; did you mean 'secure'?: Postfix holds all such "
         "mail "
         "back\n"
         "mailtls: warning: t:3: expected an attribute as name=value, got 'x': Postfix holds all "
         "such mail back\n"},
        {"--postfix t", "a.test secure tafile=/x\n", "", 0,
         "mailtls: note: the anchors in files (tafile, smtp_tls_trust_anchor_file) are taken for "
         "those of the good receiver's CA\n"},
        {"--postfix t", "a.test secure enable_rpk=yes\n", "", 3,
         "mailtls: t:1: enable_rpk=yes cannot be played; --ignore-unsupported enable_rpk plays the "
         "rest\n"},
        {"--postfix t --ignore-unsupported enable_rpk", "a.test secure enable_rpk=yes\n", "", 0,
         "mailtls: t:1: enable_rpk=yes cannot be played; it is left out\n"},
        {"--postfix t --ignore-unsupported tafile", "a.test secure\n", "", 0,
         "mailtls: note: --ignore-unsupported tafile: nothing of that name is there\n"},
        {"--main m", "", may + "smtp_tls_policy_maps = pcre:/etc/postfix/x\n", 3,
         "mailtls: m:3: 'pcre:/etc/postfix/x' cannot be asked here: hand in what it answers "
         "(--answers FILE: a line for each key, as \"partner.example encrypt\"); "
         "--ignore-unsupported smtp_tls_policy_maps plays the rest\n"},
        {"--main m", "", may + "smtp_tls_policy_maps = hash:nowhere\n", 3,
         "mailtls: m:3: nowhere: there is no such file\n"},
        {"--main m --postfix t", "a.test secure\n", may + "smtp_tls_policy_maps = hash:u\n", 1,
         "mailtls: note: m:3: smtp_tls_policy_maps is not read, since --postfix names a table\n"},
        {"--main m --master t", "smtp unix\n", may, 3,
         "mailtls: t:1: expected a service: name, type, private, unprivileged, chroot, wakeup, "
         "processes and command, got 'smtp unix'\n"},
        {"--postfix t --partners t", "a.test may\n", "", 3,
         "mailtls: t:1: expected one domain, got 'a.test may'\n"},
        {"--postfix t -j 0", "a.test may\n", "", 2,
         "mailtls: --jobs: expected a whole number from 1 to 256, got '0'\n"},
        {"--postfix t --seed -1", "a.test may\n", "", 2,
         "mailtls: --seed: expected a whole number from 0, got '-1'\n"},
    };
    for (const Wrong& w : wrongs) {
        Folder folder;
        folder.write("t", w.table);
        folder.write("m", w.main);
        const Said said = mailtls(folder, "check-policy " + w.arguments);
        BOOST_TEST_CONTEXT(w.arguments << ": " << w.table << w.main) {
            BOOST_TEST(said.code == w.code);
            BOOST_TEST(said.err == w.err);
        }
    }
}

// Where mail goes decides which rule counts; master.cf changes what a service makes of main.cf.
BOOST_AUTO_TEST_CASE(relays_and_services) {
    Folder folder;
    folder.write("main.cf",
                 "smtp_tls_CApath = /etc/ssl/certs\nsmtp_tls_security_level = secure\n"
                 "relayhost = [mx.hub.test]:587\n"
                 "transport_maps = inline:{ slow.test=slow:, local.test=local: }\n"
                 "smtp_tls_policy_maps = inline:{ bob.test=none, [mx.hub.test]:587=verify }\n");
    folder.write("master.cf", "slow unix - - n - - smtp -o smtp_tls_security_level=encrypt\n");
    folder.write("partners", "slow.test\nlocal.test\nb_ob.test\n");
    const json all = checked(folder, "--main main.cf --master master.cf --partners partners", 1);
    std::string told;
    for (const json& partner : all["partners"])
        told += partner["destination"].get<std::string>() + " by " +
                partner["next_hop"].get<std::string>() + ": " +
                partner["level"].get<std::string>() + "\n";
    BOOST_TEST(told ==
               "bob.test by [mx.hub.test]:587: verify\n"
               "[mx.hub.test]:587 by [mx.hub.test]:587: verify\n"
               "slow.test by slow.test: encrypt\n"
               "b_ob.test by [mx.hub.test]:587: verify\n");
}

// Partners for whom the same comes of each case are played once, and told together.
// A relay may be named by its address, and several stand in one list; the machine itself is no
// partner.
BOOST_AUTO_TEST_CASE(relays_by_address) {
    Folder folder;
    folder.write("main.cf",
                 "smtp_tls_CApath = /etc/ssl/certs\nsmtp_tls_security_level = secure\n"
                 "relayhost = [192.0.2.25]:587, [2001:db8::25] [ipv6:2001:db8::26]\n"
                 "transport_maps = inline:{ here.test=smtp:[127.0.0.1]:10025 }\n"
                 "smtp_tls_policy_maps = inline:{ { [2001:db8::25] = secure match=.hub.test }, "
                 "{ [ipv6:2001:db8::26] = encrypt } }\n");
    folder.write("partners", "here.test\n");
    const json all = checked(folder, "--main main.cf --partners partners", 1);
    std::string told;
    for (const json& partner : all["partners"])
        told += partner["destination"].get<std::string>() + ": " +
                partner["level"].get<std::string>() + ", " +
                partner["ordinary"].get<std::string>() +
                (partner["broken"].get<bool>() ? ", broken\n" : "\n");
    BOOST_TEST(told ==
               "[2001:db8::25]: secure, yes\n[ipv6:2001:db8::26]: encrypt, yes\n"
               "[192.0.2.25]:587: secure, no\n");
    const Said said = mailtls(folder, "check-policy --main main.cf --partners partners");
    BOOST_TEST(said.err ==
               "mailtls: note: main.cf: here.test is left out: mail goes to [127.0.0.1]:10025, "
               "which is the machine itself\n");
}

BOOST_AUTO_TEST_CASE(alike_and_many) {
    Folder folder;
    std::string table;
    for (int i = 0; i < 30'000; ++i) table += "p" + std::to_string(i) + ".test\tencrypt\r\n";
    folder.write("tls_policy", table);
    const Said said = mailtls(folder, "check-policy --postfix tls_policy");
    BOOST_TEST(said.code == 1);
    BOOST_TEST(has(said.out, "p0.test and 29999 more  encrypt  21     yes"), said.out);
    BOOST_TEST(has(said.out, "alike: p1.test, p2.test"));
}

BOOST_AUTO_TEST_CASE(no_ordinary_receiver_is_said_first) {
    Folder folder;
    folder.write("tls_policy",
                 "a.test secure match=mx.a.tset\nb.test fingerprint match=AA:BB\n"
                 "c.test secure x\nd.test <b>&\n");
    const Said said = mailtls(folder, "check-policy --postfix tls_policy --html page.html");
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.out.starts_with("NO ORDINARY RECEIVER GETS MAIL under 4 rules:\n"
                                    "  a.test (tls_policy:1): only a certificate that names what "
                                    "match lists will do"),
               said.out);
    const std::string page = folder.read("page.html");
    BOOST_TEST(page.starts_with("<!doctype html>\n"));
    BOOST_TEST(has(page, "got &#39;&lt;b&gt;&amp;&#39;"));
    BOOST_TEST(!has(page, "<b>&"));
}

BOOST_AUTO_TEST_SUITE_END()
