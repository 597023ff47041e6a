// What each party saw, and nothing else.
#include "visualize/ladder_view.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>

#include "harness/files/disk.hpp"
#include "harness/script/file.hpp"
#include "harness/script/stage.hpp"
#include "sim/world.hpp"
#include "tests/visualize/files.hpp"
#include "tests/visualize/play.hpp"
#include "visualize/ladder.hpp"

using namespace visualize;

namespace {

const char* const stripped_title =
    "a stripped STARTTLS, enforced: the mail waits and nothing leaks";

Ladder seen_by(const trace::Trace& trace, const std::string& word) {
    const std::optional<Viewers> viewers = viewers_of(trace, word);
    BOOST_TEST_REQUIRE(viewers.has_value(), word);
    return ladder_of(trace, "t", *viewers);
}

// All that a picture says.
std::string words_of(const Ladder& ladder) {
    std::string out;
    for (const Lane& lane : ladder.lanes) out += lane.title + "\n";
    for (const Row& row : ladder.rows) {
        out += row.head + "\n" + row.detail + "\n";
        for (const Glance& glance : row.glances) out += glance.words + "\n";
    }
    return out;
}

bool says(const Ladder& ladder, std::string_view words) {
    return words_of(ladder).find(words) != std::string::npos;
}

std::size_t sealed_rows(const Ladder& ladder) {
    return static_cast<std::size_t>(
        std::count_if(ladder.rows.begin(), ladder.rows.end(), [](const Row& row) {
            return row.kind == Row::Kind::message && row.style == Style::encrypted;
        }));
}

bool only_records(const std::string& head) {
    return head.starts_with("{") && head.find(" sealed record") != std::string::npos;
}

std::vector<trace::HostId> on_the_path(const trace::Trace& trace) {
    std::vector<trace::HostId> out;
    trace.each_of<trace::HostJoined>([&](const auto&, const trace::HostJoined& e) {
        if (e.role == trace::Role::watcher || e.role == trace::Role::attacker)
            out.push_back(e.host);
    });
    return out;
}

// The first scenarios of each file: those of a matrix are alike.
void each_play(const std::string& folder, const std::function<void(const trace::Trace&)>& look) {
    namespace fs = std::filesystem;
    for (const auto& entry : fs::directory_iterator(std::string(MAILTLS_ROOT) + "/" + folder)) {
        const std::string file = entry.path().string();
        if (!file.ends_with(".lua")) continue;
        const script::Listing listing = script::list_scenarios(file, 1, files::disk());
        for (std::size_t i = 0; i < std::min<std::size_t>(listing.scenarios.size(), 6); ++i) {
            const script::Performance played =
                script::play(file, listing.scenarios[i].title, 1, files::disk());
            look(played.stage->world().trace());
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(view)

BOOST_AUTO_TEST_CASE(a_word_names_parties) {
    const Play play("watchers/stripping.lua", stripped_title);
    BOOST_TEST(viewers_of(play.trace(), "all")->empty());
    for (const char* word : {"sender", "receiver", "mallory", "mail.alice.example"})
        BOOST_TEST(viewers_of(play.trace(), word)->size() == 1u, word);
    for (const char* word : {"", "eve", "attacker", "mail.alice", "MALLORY"})
        BOOST_TEST(!viewers_of(play.trace(), word), word);
    BOOST_TEST(parties_of(play.trace()) ==
               "all, sender, receiver, resolver.example, mail.alice.example, mx.bob.example, "
               "mallory");
}

BOOST_AUTO_TEST_CASE(gateways_know_nobody_on_the_path) {
    const Play play("watchers/stripping.lua", stripped_title);
    const Ladder alice = seen_by(play.trace(), "sender"), bob = seen_by(play.trace(), "receiver");
    for (const Ladder* ladder : {&alice, &bob}) {
        BOOST_TEST(!says(*ladder, "mallory"));
        BOOST_TEST(!says(*ladder, "capability deleted"));
        BOOST_TEST(std::none_of(ladder->rows.begin(), ladder->rows.end(), [](const Row& row) {
            return row.style == Style::altered || !row.glances.empty();
        }));
        BOOST_TEST(says(*ladder, "{Subject: Merger}"));
    }
    // Bob offered what Alice never heard; DNS and the policy are hers alone.
    const auto first_greeting = [](const Ladder& ladder) {
        return std::find_if(
                   ladder.rows.begin(), ladder.rows.end(),
                   [](const Row& row) { return row.head.find("PIPELINING") != std::string::npos; })
            ->head;
    };
    BOOST_TEST(first_greeting(bob).find("STARTTLS") != std::string::npos);
    BOOST_TEST(first_greeting(alice).find("STARTTLS") == std::string::npos);
    BOOST_TEST(says(alice, "MX? bob.example"));
    BOOST_TEST(says(alice, "policy secure"));
    BOOST_TEST(!says(bob, "MX? bob.example"));
    BOOST_TEST(!says(bob, "policy secure"));
}

BOOST_AUTO_TEST_CASE(what_is_sealed_stays_sealed_for_who_has_no_keys) {
    const Play play("watchers/stripping.lua", stripped_title);
    const Ladder mallory = seen_by(play.trace(), "mallory");
    BOOST_TEST(sealed_rows(mallory) >= 8u);
    for (const char* secret : {"Merger", "MAIL FROM", "queued as", "policy"})
        BOOST_TEST(!says(mallory, secret), secret);
    BOOST_TEST(says(mallory, "EHLO mail.alice.example"));
    BOOST_TEST(says(mallory, "213 bytes"));
    BOOST_TEST(says(mallory, "capability deleted"));
}

BOOST_AUTO_TEST_CASE(who_has_keys_says_so_in_notes) {
    const Play play("attacks/impersonation.lua",
                    "Mallory shows a certificate of his own making, level may: he reads the mail");
    const Ladder mallory = seen_by(play.trace(), "mallory"),
                 bob = seen_by(play.trace(), "receiver");
    BOOST_TEST(says(mallory, "reads inside TLS: MAIL FROM:<alice@alice.example>"));
    for (const Row& row : mallory.rows)
        if (row.kind == Row::Kind::message && row.style == Style::encrypted)
            BOOST_TEST(only_records(row.head), row.head);
    BOOST_TEST(!says(bob, "in another's place"));
    BOOST_TEST(!says(bob, "mallory"));
}

// In every scenario with somebody on the path: a sealed message shows its records, to each of them.
BOOST_AUTO_TEST_CASE(no_view_of_the_gallery_opens_what_is_sealed) {
    std::size_t views = 0;
    for (const char* folder : {"scenarios/watchers", "scenarios/attacks"})
        each_play(folder, [&](const trace::Trace& trace) {
            for (const trace::HostId watcher : on_the_path(trace)) {
                ++views;
                for (const Row& row : ladder_of(trace, "t", {watcher}).rows) {
                    // Some attackers are clients, too.
                    if (row.ends.from == watcher || row.ends.to == watcher) continue;
                    if (row.kind == Row::Kind::message && row.style == Style::encrypted)
                        BOOST_TEST(only_records(row.head), row.head);
                }
            }
        });
    BOOST_TEST(views > 20u);
}

// Two datagrams pass Eve, one is dropped by Mallory behind her.
BOOST_AUTO_TEST_CASE(datagrams_that_pass_are_questions_and_answers_seen) {
    using namespace trace;
    core::Loop loop{core::world_begins};
    Trace t(loop);
    const HostId resolver{0}, alice{1}, eve{2}, mallory{3};
    t.add(resolver, HostJoined{resolver, "resolver.example", "192.0.2.1", Role::resolver, {}});
    t.add(alice, HostJoined{alice, "mail.alice.example", "192.0.2.2", Role::sender, {}});
    t.add(eve, HostJoined{eve, "eve", "", Role::watcher, {}});
    t.add(mallory, HostJoined{mallory, "mallory", "", Role::attacker, {}});
    const std::string name("\3bob\7example\0\0\1\0\1", 17);
    const std::string_view asked = t.keep(std::string("\0\7\1\0\0\1\0\0\0\0\0\0", 12) + name);
    const std::string_view answer = t.keep(std::string("\0\7\x81\x83\0\1\0\0\0\0\0\0", 12) + name);
    t.add(alice, DnsAsked{resolver, "bob.example", "A"});
    t.add(alice, DatagramSent{resolver, 5000, 53, asked});
    t.add(eve, DatagramPassed{alice, resolver, asked});
    t.add(resolver, DatagramArrived{alice, 53, asked});
    t.add(resolver, DatagramSent{alice, 53, 5000, answer});
    t.add(eve, DatagramPassed{resolver, alice, answer});
    const auto passed = static_cast<EventId>(t.size());
    t.add(mallory, DatagramDropped{alice, answer});
    loop.set_cause(passed);
    t.add(alice, DatagramArrived{resolver, 5000, answer});
    t.add(alice, DnsAnswered{resolver, "bob.example", "A", "NXDOMAIN", "insecure", ""});

    const Ladder all = ladder_of(t, "t"), hers = ladder_of(t, "t", {eve}),
                 his = ladder_of(t, "t", {mallory}), ours = ladder_of(t, "t", {alice});
    BOOST_TEST_REQUIRE(hers.rows.size() == 2u);
    BOOST_TEST(hers.rows[0].head == "A? bob.example");
    BOOST_TEST(hers.rows[1].head == "A bob.example: NXDOMAIN");
    BOOST_TEST((hers.rows[1].from == resolver && hers.rows[1].to == alice));
    BOOST_TEST_REQUIRE(his.rows.size() == 1u);
    BOOST_TEST(his.rows[0].head == "dropped: A bob.example: NXDOMAIN");
    BOOST_TEST(says(ours, "NXDOMAIN, insecure"));
    BOOST_TEST(!says(ours, "A bob.example: NXDOMAIN"));
    // In the whole picture each message is there once, with an eye on it.
    BOOST_TEST_REQUIRE(all.rows.size() == 3u);
    BOOST_TEST(all.rows[0].glances.size() == 1u);
    BOOST_TEST(all.rows[2].glances.size() == 1u);
    BOOST_TEST(all.lanes[1].title == "eve");
}

// Lanes of a mail that goes on from host to host are read from left to right.
BOOST_AUTO_TEST_CASE(watchers_stand_between_the_ends_of_their_paths) {
    const Play play("companies/mail.lua",
                    "TLS ends at each gateway: behind it the mail is readable, and the weakest hop "
                    "says so");
    std::vector<std::string> titles;
    for (const Lane& lane : ladder_of(play.trace(), "t").lanes) titles.push_back(lane.title);
    const std::vector<std::string> expected{
        "ann.acme.example",  "peter", "mail.acme.example",  "eve",
        "mail.bell.example", "ines",  "store.bell.example", "resolver.example"};
    BOOST_TEST(titles == expected, boost::test_tools::per_element());
}

// A party that saw nothing is there all the same.
BOOST_AUTO_TEST_CASE(an_idle_party_has_a_lane) {
    const Play play("watchers/stripping.lua", stripped_title);
    trace::HostId idle{};
    play.trace().each_of<trace::HostJoined>([&](const auto&, const trace::HostJoined& e) {
        if (e.role == trace::Role::resolver) idle = e.host;
    });
    const Ladder ladder = ladder_of(play.trace(), "t", {idle});
    BOOST_TEST(std::any_of(ladder.lanes.begin(), ladder.lanes.end(),
                           [&](const Lane& lane) { return lane.host == idle; }));
    BOOST_TEST(!says(ladder, "EHLO"));
}

BOOST_AUTO_TEST_SUITE_END()
