// What a run says: the lines on the terminal, and mailtls.results/1 key by key.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/play/outcome_json.hpp"
#include "tests/harness/program.hpp"

using nlohmann::ordered_json;

namespace {

ordered_json results_of(const Folder& folder, const std::string& options) {
    const Said said = mailtls(folder, "run -F json " + options);
    const ordered_json out = ordered_json::parse(said.out, nullptr, false);
    BOOST_TEST_REQUIRE(out.is_object(), said.out);
    return out;
}

// A mail that was relayed, to two, one of whom it did not reach: every field says something.
play::Outcome full_outcome() {
    const judge::TlsVerdict tls{"TLSv1.3", "TLS_AES_128_GCM_SHA256", trace::Peer::trusted, "smtp"};
    const judge::Hop hop{"mx.a.example",
                         "mx.b.example",
                         judge::Fate::bounced,
                         judge::Crossing::encrypted,
                         core::Reason::certificate_expired,
                         "5.7.5",
                         "expired",
                         tls,
                         0,
                         trace::MailId{8},
                         trace::ConnectionId{9},
                         "mx.b.example",
                         4,
                         {"eve"},
                         {"mallory"}};
    judge::RecipientVerdict bob;
    bob.address = "bob@bob.example";
    bob.fate = judge::Fate::bounced;
    bob.crossed = judge::Crossing::encrypted;
    bob.reason = core::Reason::certificate_expired;
    bob.code = "5.7.5";
    bob.detail = "expired";
    bob.reached = "mx.b.example";
    bob.tls = tls;
    bob.hops = {hop, hop};
    judge::RecipientVerdict carol;
    carol.address = "carol@bob.example";
    judge::MailVerdict mail;
    mail.kind = judge::MailVerdict::Kind::report;
    mail.mail = trace::MailId{7};
    mail.about = trace::MailId{6};
    mail.from = "alice@alice.example";
    mail.to = "bob@bob.example, carol@bob.example";
    mail.message_id = "<1@alice.example>";
    mail.attempts = 3;
    mail.all = bob;
    mail.recipients = {bob, carol};
    mail.read_by = {"eve"};
    mail.altered_by = {"mallory", "trent"};
    mail.stolen_keys = {{"eve", "mx.bob.example"}};
    play::Outcome out;
    out.entry = {"a.lua", "one", 3, {"tls"}, "RFC 3207", 5};
    out.status = play::Status::broken;
    out.seed = 5;
    out.failures = {{"a.lua", 4, "it is not so"}};
    out.deterministic = out.wrote_files = false;
    out.bugs = {"a bug"};
    out.cites = "RFC 3207, RFC 8461";
    out.printed = "words\n";
    out.asked = {"name"};
    out.virtual_ns = 17;
    out.took_ns = 18;
    out.mails = {mail, mail};
    out.notices = {mail};
    out.page = "<p>";
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(results)

BOOST_AUTO_TEST_CASE(an_outcome_comes_home_from_a_worker_as_it_was) {
    const std::string line = play::line_of(full_outcome());
    const std::optional<play::Outcome> home = play::outcome_of_line(line);
    BOOST_TEST_REQUIRE(home.has_value());
    BOOST_TEST(play::line_of(*home) == line);
    BOOST_TEST(play::json_of(home->mails) == play::json_of(full_outcome().mails));
    const judge::MailVerdict& mail = home->mails.at(1);
    BOOST_TEST((mail.kind == judge::MailVerdict::Kind::report));
    BOOST_TEST(mail.message_id == "<1@alice.example>");
    BOOST_TEST(mail.altered_by.size() == 2u);
    BOOST_TEST_REQUIRE(mail.recipients.size() == 2u);
    BOOST_TEST_REQUIRE(mail.recipients[0].hops.size() == 2u);
    const judge::Hop& hop = mail.recipients[0].hops[1];
    BOOST_TEST((hop.tls.value().peer == trace::Peer::trusted));
    BOOST_TEST((hop.mail == trace::MailId{8} && hop.connection == trace::ConnectionId{9}));
    BOOST_TEST((hop.tried == "mx.b.example" && hop.attempts == 4u));
    BOOST_TEST((hop.read_by.size() == 1u && hop.altered_by.size() == 1u));
    BOOST_TEST(!mail.recipients[1].tls.has_value());
    BOOST_TEST(!play::outcome_of_line("").has_value());
    BOOST_TEST(!play::outcome_of_line("{\"entry\"").has_value());
}

BOOST_AUTO_TEST_CASE(the_document_and_its_totals) {
    const Folder folder;
    folder.copy("mixed.lua");
    const ordered_json r = results_of(folder, "mixed.lua");
    BOOST_TEST(keys(r) == "schema version seed totals scenarios");
    BOOST_TEST(r["schema"] == "mailtls.results/1");
    BOOST_TEST(r["version"] == MAILTLS_VERSION);
    BOOST_TEST(r["seed"] == 1);
    BOOST_TEST(r["totals"] ==
               ordered_json({{"passed", 2}, {"failed", 1}, {"skipped", 0}, {"broken", 1}}));
    BOOST_TEST(keys(r["totals"]) == "passed failed skipped broken");
    BOOST_TEST(r["scenarios"].size() == 4u);
    for (const ordered_json& s : r["scenarios"])
        BOOST_TEST(keys(s) ==
                   "id file title tags cites status seed failures virtual_seconds mails");
}

BOOST_AUTO_TEST_CASE(a_scenario_that_passes) {
    const Folder folder;
    folder.copy("mixed.lua");
    const ordered_json r = results_of(folder, "mixed.lua");
    const ordered_json& s = r["scenarios"][0];
    BOOST_TEST(s["id"] == "mixed.lua::passes");
    BOOST_TEST(s["file"] == "mixed.lua");
    BOOST_TEST(s["title"] == "passes");
    BOOST_TEST(s["tags"] == ordered_json({"tls", "quick"}));
    BOOST_TEST(s["cites"] == "TLS-03, RFC 3207");
    BOOST_TEST(s["status"] == "passed");
    BOOST_TEST(s["seed"] == 1);
    BOOST_TEST(s["failures"] == ordered_json::array());
    BOOST_TEST(s["virtual_seconds"].is_number_float());
    BOOST_TEST(s["mails"].size() == 2u);
    BOOST_TEST(
        s["mails"][0] ==
        ordered_json(
            {{"id", 1},
             {"from", "alice@alice.example"},
             {"to", "bob@bob.example"},
             {"fate", "delivered"},
             {"crossed", "encrypted"},
             {"reason", nullptr},
             {"code", "2.0.0"},
             {"attempts", 1},
             {"reached", "mx.bob.example"},
             {"tls",
              {{"version", "TLSv1.3"}, {"cipher", "TLS_AES_256_GCM_SHA384"}, {"verified", false}}},
             {"read_by", ordered_json::array()},
             {"altered_by", ordered_json::array()}}));
    BOOST_TEST(keys(s["mails"][0]) ==
               "id from to fate crossed reason code attempts reached tls read_by altered_by");
}

BOOST_AUTO_TEST_CASE(a_mail_with_several_recipients) {
    const Folder folder;
    folder.copy("mixed.lua");
    const ordered_json r = results_of(folder, "mixed.lua -k passes");
    const ordered_json& mail = r["scenarios"][0]["mails"][1];
    BOOST_TEST(keys(mail) ==
               "id from to fate crossed reason code attempts reached tls read_by altered_by "
               "recipients");
    BOOST_TEST(mail["fate"] == "bounced");
    BOOST_TEST(mail["reason"] == "smtp-refused");
    BOOST_TEST(mail["reached"] == nullptr);
    BOOST_TEST(mail["tls"] == nullptr);
    BOOST_TEST(mail["read_by"] == ordered_json({"eve"}));
    BOOST_TEST(mail["recipients"].size() == 2u);
    for (const ordered_json& one : mail["recipients"])
        BOOST_TEST(keys(one) == "to fate crossed reason code reached tls");
    BOOST_TEST(mail["recipients"][0]["fate"] == "delivered");
    BOOST_TEST(mail["recipients"][0]["reached"] == "mx.bob.example");
    BOOST_TEST(mail["recipients"][1]["to"] == "carol@bob.example");
    BOOST_TEST(mail["recipients"][1]["fate"] == "bounced");
}

// Alice's desk, gateway and, on the internet, in clear text, Bob's; then Carol's in another way.
constexpr const char* relayed = R"(
scenario("hop by hop", function()
  local desk = sender "desk.alice.example" { domain = "alice.example", tls = "encrypt",
                                             relays_to = "mail.alice.example" }
  local out = sender "mail.alice.example" {}
  receiver "mail.alice.example" { users = { "alice" } }
  local bob = receiver "mx.bob.example" { starttls = "absent" }
  receiver "mx.carol.example" { users = { "carol" } }
  local eve = eavesdropper "eve" { between = { out, bob } }
  local mallory = attacker "mallory" { between = { out, bob } }
  mallory:alters { text = "Eleven", with = "Twelve" }
  local mail = desk:sends { to = { "bob@bob.example", "nobody@carol.example" },
                            body = "Eleven million." }
  expect(mail).to("bob@bob.example").finally "delivered"
  expect(mail).finally(given("fate", "bounced"))
end))";

BOOST_AUTO_TEST_CASE(each_hop_of_a_mail_says_what_became_of_it_there) {
    const Folder folder;
    folder.write("relayed.lua", relayed);
    const ordered_json mail = results_of(folder, "relayed.lua")["scenarios"][0]["mails"][0];
    BOOST_TEST(keys(mail) ==
               "id from to fate crossed reason code attempts reached tls read_by altered_by hops "
               "weakest_hop recipients");
    BOOST_TEST(mail["fate"] == "bounced");
    BOOST_TEST(mail["crossed"] == "in clear text");
    // The session of the weakest crossing, and that one had none.
    BOOST_TEST(mail["tls"] == nullptr);
    BOOST_TEST(mail["weakest_hop"] == ordered_json({{"number", 2},
                                                    {"recipient", "bob@bob.example"},
                                                    {"from", "mail.alice.example"},
                                                    {"to", "mx.bob.example"},
                                                    {"crossed", "in clear text"}}));
    const ordered_json& bob = mail["recipients"][0]["hops"];
    const ordered_json& nobody = mail["recipients"][1]["hops"];
    BOOST_TEST(mail["hops"] == nobody);  // of whom it was furthest from reaching
    BOOST_TEST_REQUIRE((bob.size() == 2u && nobody.size() == 2u));
    BOOST_TEST(keys(bob[0]) ==
               "from to tried fate crossed reason code attempts tls mail connection read_by "
               "altered_by");
    BOOST_TEST(bob[0]["crossed"] == "encrypted");
    BOOST_TEST(bob[0]["read_by"].empty());
    BOOST_TEST(bob[1]["crossed"] == "in clear text");
    BOOST_TEST(bob[1]["tls"] == nullptr);
    BOOST_TEST(bob[1]["read_by"] == ordered_json({"eve", "mallory"}));
    BOOST_TEST(bob[1]["altered_by"] == ordered_json({"mallory"}));
    BOOST_TEST(nobody[1]["fate"] == "bounced");
    BOOST_TEST(nobody[1]["crossed"] == "not at all");
    BOOST_TEST(nobody[1]["to"] == nullptr);
    BOOST_TEST(nobody[1]["tried"] == "mx.carol.example");
    BOOST_TEST(nobody[1]["code"] == "5.1.1");
    BOOST_TEST(nobody[1]["read_by"].empty());
}

BOOST_AUTO_TEST_CASE(show_junit_and_a_failure_name_the_weakest_hop) {
    const Folder folder;
    folder.write("relayed.lua", relayed);
    const std::string bob =
        "to bob@bob.example, hop 2: mail.alice.example → mx.bob.example: "
        "delivered, crossed in clear text, read by eve, mallory, altered by "
        "mallory";
    const std::string nobody =
        "to nobody@carol.example, hop 2: mail.alice.example → "
        "mx.carol.example: bounced (smtp-refused, 5.1.1), did not cross";
    const std::string weakest =
        "weakest hop: 2, mail.alice.example → mx.bob.example, in clear "
        "text, to bob@bob.example";
    const std::string shown = mailtls(folder, "show 'relayed.lua::hop by hop'").out;
    const std::string failed = mailtls(folder, "run relayed.lua -D fate=delivered").out;
    const std::string tap = mailtls(folder, "run relayed.lua -D fate=delivered -F tap").out;
    mailtls(folder, "run relayed.lua -F quiet --report-junit j.xml");
    for (const std::string& text : {shown, failed, tap, folder.read("j.xml")})
        for (const std::string& line : {bob, nobody, weakest})
            BOOST_TEST(text.find(line) != std::string::npos, text << "\nlacks\n" << line);
    // What was said last belongs to the hop whose fate is told.
    BOOST_TEST(failed.find("the last exchanges on hop 2:") != std::string::npos);
    BOOST_TEST(failed.find("S: 550 5.1.1 <nobody@carol.example>") != std::string::npos);
    // A mail of one hop is told as ever.
    folder.copy("mixed.lua");
    BOOST_TEST(mailtls(folder, "show mixed.lua::passes").out.find("op by hop") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_mail_that_was_read_with_a_stolen_key) {
    const Folder folder;
    folder.write("keys.lua", R"(
scenario("a leak", function()
  local alice = sender "mail.alice.example" {}
  local bob = receiver "mx.bob.example" {
    versions = { "TLSv1.2" }, ciphers = { "TLS_RSA_WITH_AES_128_GCM_SHA256" },
    certificate = signed_by "Lab Root CA" { key = "rsa-2048" },
  }
  local eve = eavesdropper "eve" { between = { alice, bob } }
  expect(alice:sends { to = "bob@bob.example" }).finally "delivered"
  eve:steals_key(bob)
end))");
    const ordered_json r = results_of(folder, "keys.lua");
    const ordered_json& mail = r["scenarios"][0]["mails"][0];
    BOOST_TEST(mail["read_by"] == ordered_json({"eve"}));
    BOOST_TEST(mail["stolen_keys"] ==
               ordered_json::array({{{"by", "eve"}, {"of", "mx.bob.example"}}}));
    BOOST_TEST(mail["crossed"] == "encrypted");
}

BOOST_AUTO_TEST_CASE(a_scenario_that_fails_and_one_that_breaks) {
    const Folder folder;
    folder.copy("mixed.lua");
    const ordered_json r = results_of(folder, "mixed.lua");
    const ordered_json& failed = r["scenarios"][1];
    BOOST_TEST(failed["status"] == "failed");
    BOOST_TEST(failed["seed"] == 7);
    BOOST_TEST_REQUIRE(failed["failures"].size() == 1u);
    BOOST_TEST(keys(failed["failures"][0]) == "file line message");
    BOOST_TEST(failed["failures"][0]["file"] == "mixed.lua");
    BOOST_TEST(failed["failures"][0]["line"] == 18);
    BOOST_TEST(failed["failures"][0]["message"].get<std::string>().starts_with(
        "expected the mail is finally 'bounced', but it is finally 'delivered'\n"));
    const ordered_json& broken = r["scenarios"][2];
    BOOST_TEST(broken["status"] == "broken");
    BOOST_TEST(
        broken["failures"] ==
        ordered_json::array({{{"file", "mixed.lua"},
                              {"line", 22},
                              {"message", "no such word: 'sendr'; did you mean 'sender'?"}}}));
}

BOOST_AUTO_TEST_CASE(a_seed_of_the_run_goes_over_the_scenarios_own) {
    const Folder folder;
    folder.copy("mixed.lua");
    const ordered_json r = results_of(folder, "--seed 9 mixed.lua");
    BOOST_TEST(r["seed"] == 9);
    for (const ordered_json& s : r["scenarios"]) BOOST_TEST(s["seed"] == 9);
    const Said nine = mailtls(folder, "show --seed 9 mixed.lua::passes");
    BOOST_TEST(nine.out != mailtls(folder, "show mixed.lua::passes").out);
}

BOOST_AUTO_TEST_CASE(the_file_holds_what_json_prints) {
    const Folder folder;
    folder.copy("mixed.lua");
    const Said said = mailtls(folder, "run mixed.lua -F json --report-json r.json");
    BOOST_TEST((folder.read("r.json") == said.out));
    BOOST_TEST(said.err == "2 passed, 2 failed\n");
    BOOST_TEST(said.code == 4);
}

BOOST_AUTO_TEST_CASE(pretty_tells_each_and_what_printed) {
    const Folder folder;
    folder.copy("mixed.lua");
    const Said said = mailtls(folder, "run mixed.lua");
    BOOST_TEST(said.err == "");
    BOOST_TEST(said.out.starts_with("mixed.lua\n  ok     passes ("), said.out);
    for (const char* const part :
         {"\n  FAIL   fails\n      mixed.lua:18: expected the mail is finally 'bounced'",
          "\n      it printed:\n        the mail is\t12\n",
          "\n      repeat: mailtls run --seed 7 --only 'mixed.lua::fails' 'mixed.lua'\n",
          "\n  BROKEN breaks\n      mixed.lua:22: no such word: 'sendr'; did you mean 'sender'?\n",
          "\n  ok     is 'quoted' (0.000 s)\n"})
        BOOST_TEST(has(said.out, part), part << " is not in " << said.out);
    BOOST_TEST(said.out.ends_with("\n\n2 passed, 2 failed\n"), said.out);
}

BOOST_AUTO_TEST_CASE(quiet_says_the_last_line_alone) {
    const Folder folder;
    folder.copy("mixed.lua");
    const Said said = mailtls(folder, "run mixed.lua -F quiet");
    BOOST_TEST(last_line(said.out) == "2 passed, 2 failed");
    BOOST_TEST(std::count(said.out.begin(), said.out.end(), '\n') <= 2);
    BOOST_TEST(said.err == "");
}

BOOST_AUTO_TEST_CASE(colour_comes_when_it_is_asked_for) {
    const Folder folder;
    folder.copy("mixed.lua");
    folder.copy("matrix.lua");
    const auto coloured = [&](const char* arguments, const char* environment) {
        return has(mailtls(folder, arguments, environment).out, "\x1b[");
    };
    for (const char* const arguments : {"run mixed.lua", "matrix matrix.lua"}) {
        BOOST_TEST(!coloured(arguments, ""), arguments);
        BOOST_TEST(coloured(arguments, "FORCE_COLOR=1"), arguments);
        BOOST_TEST(!coloured(arguments, "NO_COLOR=1 FORCE_COLOR=1"), arguments);
        BOOST_TEST(coloured(arguments, "NO_COLOR= FORCE_COLOR=1"), arguments);
    }
    BOOST_TEST(!coloured("run mixed.lua -F json", "FORCE_COLOR=1"));
}

BOOST_AUTO_TEST_CASE(list_as_json) {
    const Folder folder;
    folder.copy("mixed.lua");
    const ordered_json r = ordered_json::parse(mailtls(folder, "list -F json mixed.lua").out);
    BOOST_TEST(keys(r) == "schema scenarios");
    BOOST_TEST(r["schema"] == "mailtls.list/1");
    BOOST_TEST(r["scenarios"].size() == 4u);
    BOOST_TEST(r["scenarios"][0] == ordered_json({{"id", "mixed.lua::passes"},
                                                  {"file", "mixed.lua"},
                                                  {"line", 1},
                                                  {"title", "passes"},
                                                  {"tags", {"tls", "quick"}},
                                                  {"cites", "TLS-03"}}));
}

BOOST_AUTO_TEST_CASE(a_list_of_lines_has_the_title_last_and_what_does_not_load) {
    Folder folder;
    folder.write("a.lua",
                 "scenario('tab\\tand \\\\1', { tags = { 'x', 'y\\tz' } }, function() end)\n");
    folder.write("b.lua", "scenario(\n");
    const Said said = mailtls(folder, "list -F lines a.lua b.lua");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(said.out == "a.lua\tx;y z\ttab\tand \\1\nb.lua\t\t(does not load)\n");
    BOOST_TEST(mailtls(folder, "run b.lua --only 'b.lua::(does not load)'").code == 3);
    folder.write("c.lua", "");
    BOOST_TEST(mailtls(folder, "list -F lines c.lua").out == "c.lua\t\t(no scenario)\n");
    BOOST_TEST(mailtls(folder, "run c.lua --only 'c.lua::(no scenario)'").code == 5);
}

BOOST_AUTO_TEST_SUITE_END()
