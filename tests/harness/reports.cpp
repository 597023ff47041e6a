// JUnit, TAP and GitHub: checked by xmllint and prove, not by us.
#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include "harness/report/formats.hpp"
#include "tests/harness/program.hpp"

namespace {

// Titles, mails and replies that would break out of each format.
constexpr const char* strange = R"lua(
scenario("a <b> & \"c\" # d \\ e ]]> %0A::error::x ` | f\x01 \u{FFFE}", function()
  print("\x02 <printed> & ]]>")
  local alice = sender "mail.alice.example" {}
  receiver "mx.bob.example" { replies = { RCPT = "550 5.1.1 <no> & \"never\"" } }
  local mail = alice:sends { to = "bob@bob.example", subject = "</failure><b>" }
  expect(mail).finally "delivered"
end)
)lua";

int exit_code_of(const Folder& folder, const std::string& command) {
    return std::system(("cd " + folder.path() + " && " + command + " >/dev/null 2>&1").c_str());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reports)

BOOST_AUTO_TEST_CASE(each_format_has_its_option_and_its_file_below_out) {
    const Folder folder;
    folder.copy("mixed.lua");
    const std::string help = mailtls(folder, "run --help").out;
    const std::string all = help.substr(help.find("All of them"));
    std::string apart;
    for (const report::Format& format : report::formats()) {
        BOOST_TEST(has(help, "--report-" + std::string(format.name)));
        BOOST_TEST(has(all, std::string(format.file)));
        apart += " --report-" + std::string(format.name) + " one/" + std::string(format.file);
    }
    BOOST_TEST(mailtls(folder, "run mixed.lua -F quiet --out all").code == 4);
    BOOST_TEST(mailtls(folder, "run mixed.lua -F quiet" + apart).code == 4);
    for (const report::Format& format : report::formats()) {
        const std::string file(format.file);
        BOOST_TEST(!folder.read("all/" + file).empty(), file);
        BOOST_TEST(folder.read("all/" + file) == folder.read("one/" + file), file);
    }
}

BOOST_AUTO_TEST_CASE(junit_is_as_its_schema_says) {
    const Folder folder;
    folder.copy("mixed.lua");
    folder.copy("junit.xsd");
    folder.write("strange.lua", strange);
    const Said said = mailtls(folder, "run mixed.lua strange.lua -F quiet --report-junit j.xml");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(exit_code_of(folder, "xmllint --noout --schema junit.xsd j.xml") == 0);
    const std::string xml = folder.read("j.xml");
    BOOST_TEST(has(xml, "<testsuites name=\"mailtls\" tests=\"5\" failures=\"2\" errors=\"1\""));
    BOOST_TEST(has(xml,
                   "<testcase name=\"fails\" classname=\"mixed.lua\" file=\"mixed.lua\" "
                   "line=\"13\""));
    BOOST_TEST(has(xml, "<property name=\"mail 2\" value=\"bounced, crossed in clear text\"/>"));
    BOOST_TEST(has(xml, "<error message=\"mixed.lua:22: no such word: 'sendr'"));
    BOOST_TEST(has(xml, "name=\"a &lt;b&gt; &amp; &quot;c&quot; # d \\ e ]]&gt;"));
    BOOST_TEST(has(xml, "\\x01 \\uFFFE"));
    BOOST_TEST(has(xml, "<system-out>\\x02 &lt;printed&gt; &amp; ]]&gt;"));
}

BOOST_AUTO_TEST_CASE(prove_reads_tap) {
    const Folder folder;
    folder.copy("mixed.lua");
    folder.write("good.lua", "scenario('one # two', function() end)\n");
    folder.write("strange.lua", strange);
    BOOST_TEST(mailtls(folder, "run good.lua -F tap --report-tap good.tap").code == 0);
    // Its TAP::Parser knows versions up to 13, of which 14 is an extension.
    BOOST_TEST(exit_code_of(folder, "sed -i '1s/14/13/' good.tap && prove -e cat good.tap") == 0);
    const Said said = mailtls(folder, "run mixed.lua strange.lua -F tap --report-tap all.tap");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(said.out == folder.read("all.tap"));
    BOOST_TEST(said.err.ends_with("2 passed, 3 failed\n"));
    BOOST_TEST(exit_code_of(folder,
                            "sed -i '1s/14/13/' all.tap; prove -e cat all.tap | "
                            "grep -q 'Failed 3/5 subtests'") == 0);
    BOOST_TEST(has(said.out, "TAP version 14\n1..5\nok 1 - mixed.lua::passes\n"));
}

BOOST_AUTO_TEST_CASE(github_has_annotations_and_a_summary) {
    const Folder folder;
    folder.copy("mixed.lua");
    folder.write("strange.lua", strange);
    folder.write("summary.md", "what another step wrote\n");
    const Said said = mailtls(folder, "run mixed.lua strange.lua -F github",
                              "GITHUB_STEP_SUMMARY=" + folder.path() + "/summary.md");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(has(said.out,
                   "\n::error file=mixed.lua,line=18,title=fails::mixed.lua:18: expected "
                   "the mail is finally 'bounced', but it is finally 'delivered'%0A"));
    // One line an annotation, whatever stands in the title.
    BOOST_TEST(has(said.out, "%250A%3A%3Aerror%3A%3Ax"));
    const std::string summary = folder.read("summary.md");
    BOOST_TEST(summary.starts_with("what another step wrote\n## mailtls: 2 passed, 3 failed\n"));
    BOOST_TEST(has(summary, "### mixed\\.lua::fails\n"));
    BOOST_TEST(has(summary, "Repeat: `mailtls run --seed 7 --only 'mixed.lua::fails'"));
}

BOOST_AUTO_TEST_CASE(results_fit_their_schema) {
    const Folder folder;
    folder.copy("mixed.lua");
    folder.write("strange.lua", strange);
    BOOST_TEST(mailtls(folder, "run mixed.lua strange.lua -F quiet --report-json r.json").code ==
               4);
    BOOST_TEST(mailtls(folder, "run mixed.lua --shard 1/2 -F quiet --report-json s.json").code >=
               0);
    for (const char* const file : {"r.json", "s.json"})
        BOOST_TEST(
            exit_code_of(folder, std::string(MAILTLS_PYTHON
                                             " -c 'import json,sys,jsonschema; "
                                             "jsonschema.validate(json.load(open(sys.argv[2])), "
                                             "json.load(open(sys.argv[1])))' " MAILTLS_ROOT
                                             "/docs/results.schema.json ") +
                                     file) == 0,
            file);
}

BOOST_AUTO_TEST_CASE(the_html_report_is_small_and_whole_or_not_there) {
    const Folder folder;
    folder.write("good.lua", "scenario('one', function() end)\n");
    BOOST_TEST(mailtls(folder, "run good.lua -F quiet --report-html deep/r.html").code == 0);
    BOOST_TEST(folder.read("deep/r.html").size() < 300'000u);
    BOOST_TEST(folder.read("deep/r.html").ends_with("</html>\n"));
    folder.write("taken", "a file\n");
    const std::vector<std::string> before = folder.names();
    for (const auto& [target, sentence] :
         {std::pair{"deep", "deep: expected a file to write, got a directory"},
          std::pair{"taken/r.html",
                    "taken/r.html: the folder 'taken' cannot be made: Not a directory"}}) {
        const Said said =
            mailtls(folder, std::string("run good.lua -F quiet --report-html ") + target);
        BOOST_TEST(said.code == 7);
        BOOST_TEST(said.err.starts_with("mailtls: " + std::string(sentence)), said.err);
        BOOST_TEST(folder.names() == before, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
