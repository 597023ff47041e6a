// The lab in one program without files, processes, threads and Graphviz: a text goes in, and all
// that is shown of a run comes out.
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "harness/play/outcome_json.hpp"
#include "harness/play/play.hpp"
#include "harness/report/page.hpp"
#include "sim/world.hpp"
#include "tests/alone/memory.hpp"
#include "visualize/capture.hpp"
#include "visualize/ladder.hpp"

namespace {

// The first file asks for the second, which stands beside it.
const Memory texts({{"lab/first.lua", R"(
scenario("nobody reads it", { seed = 3 }, function()
  local alice = sender       "mail.alice.example" { policy = postfix_table "partners" }
  local bob   = receiver     "mx.bob.example"     {}
  local eve   = eavesdropper "eve"                { between = { alice, bob } }
  local mail  = alice:sends { to = "bob@bob.example", body = "We meet at the oak at noon." }
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
  expect(eve).never_read(mail)
end)
scenario("the author is wrong", function()
  local alice = sender       "mail.alice.example" { tls = "may" }
  local bob   = receiver     "mx.bob.example"     { starttls = "absent" }
  local eve   = eavesdropper "eve"                { between = { alice, bob } }
  local mail  = alice:sends { to = "bob@bob.example", body = "We meet at the oak at noon." }
  expect(mail).finally "delivered"
  expect(eve).never_read(mail)
end)
)"},
                    {"lab/partners", "bob.example encrypt\n"}});

script::Terms from_memory() { return script::Terms(texts); }

play::How how() {
    play::How out;
    out.terms = from_memory();
    return out;
}

std::vector<script::ScenarioEntry> entries() {
    const script::Listing listing = script::list_scenarios("lab/first.lua", 1, from_memory());
    BOOST_TEST_REQUIRE(!listing.mistake);
    BOOST_TEST_REQUIRE(listing.scenarios.size() == 2u);
    return listing.scenarios;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lab)

BOOST_AUTO_TEST_CASE(a_text_in_memory_becomes_an_outcome) {
    const auto files = entries();
    play::Kept kept;
    const play::Outcome outcome = play::once(files[0], how(), kept);
    BOOST_TEST((outcome.status == play::Status::passed));
    BOOST_TEST(outcome.seed == 3u);
    BOOST_TEST_REQUIRE(outcome.mails.size() == 1u);
    BOOST_TEST((outcome.mails[0].all.fate == judge::Fate::delivered));
    BOOST_TEST((outcome.mails[0].all.crossed == judge::Crossing::encrypted));
    BOOST_TEST(outcome.mails[0].read_by.empty());
    const std::string line = play::line_of(outcome);
    BOOST_TEST_REQUIRE(play::outcome_of_line(line).has_value());
    BOOST_TEST(play::line_of(*play::outcome_of_line(line)) == line);
}

BOOST_AUTO_TEST_CASE(an_unmet_expectation_is_told_at_its_line) {
    play::Kept kept;
    const play::Outcome outcome = play::once(entries()[1], how(), kept);
    BOOST_TEST((outcome.status == play::Status::failed));
    BOOST_TEST_REQUIRE(outcome.failures.size() == 1u);
    BOOST_TEST(outcome.failures[0].text().starts_with("lab/first.lua:17: "),
               outcome.failures[0].text());
    BOOST_TEST_REQUIRE(outcome.mails.size() == 1u);
    BOOST_TEST(outcome.mails[0].read_by == std::vector<std::string>{"eve"});
}

BOOST_AUTO_TEST_CASE(a_text_that_is_not_there_is_a_mistake) {
    const Memory none({});
    const script::Listing listing = script::list_scenarios("lab/first.lua", 1, script::Terms(none));
    BOOST_TEST_REQUIRE(listing.mistake.has_value());
    BOOST_TEST(listing.mistake->message == "there is no such text");
}

// The page has each row of the ladder, and whoever reads text sees the same.
BOOST_AUTO_TEST_CASE(the_page_and_the_pictures_come_from_the_same_trace) {
    const auto files = entries();
    play::Kept kept;
    nlohmann::json page;
    std::string drawn, packets;
    visualize::Ladder ladder;
    play::once(files[0], how(), kept, [&](const sim::World& world, play::Outcome& outcome) {
        outcome.other_levels =
            play::under_other_levels(outcome.entry, outcome.seed, from_memory(), kept.keys);
        page = nlohmann::json::parse(report::page_of(world.trace(), outcome));
        ladder = visualize::ladder_of(world.trace(), outcome.entry.title);
        drawn = visualize::ladder_text(ladder);
        packets = visualize::as_pcapng(visualize::capture_of(world.trace()), outcome.entry.id());
    });
    BOOST_TEST(page.at("rows").size() == ladder.rows.size());
    BOOST_TEST(page.at("lanes").size() == ladder.lanes.size());
    BOOST_TEST(page.at("other_levels").size() == 2u);
    BOOST_TEST(!page.at("pieces").empty());
    BOOST_TEST(drawn.find("STARTTLS") != drawn.npos);
    BOOST_TEST(drawn.find("mx.bob.example") != drawn.npos);
    // The magic number of a section header block (pcapng, section 4.1).
    BOOST_TEST(packets.substr(0, 4) == "\x0A\x0D\x0D\x0A");
    BOOST_TEST(packets.find("oak") == packets.npos);
}

BOOST_AUTO_TEST_SUITE_END()
