// What `mailtls show` says of telling scenarios: tests/golden/README.md.
#include <boost/test/unit_test.hpp>

#include "harness/files/disk.hpp"
#include "harness/script/file.hpp"
#include "harness/script/stage.hpp"
#include "sim/world.hpp"
#include "tests/visualize/files.hpp"
#include "visualize/conversation.hpp"
#include "visualize/ladder_view.hpp"

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

// The first line that differs, with what stands there in both.
std::string first_difference(const std::string& kept, const std::string& now) {
    const std::vector<std::string> a = lines_of(kept), b = lines_of(now);
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const std::string was = i < a.size() ? a[i] : "(the end)";
        const std::string is = i < b.size() ? b[i] : "(the end)";
        if (was != is)
            return "line " + std::to_string(i + 1) + "\n  kept: " + was + "\n  now:  " + is;
    }
    return {};
}

std::pair<std::string, std::string> split(const std::string& line) {
    const std::size_t space = line.find(' ');
    return {line.substr(0, space), line.substr(space + 1)};
}

script::Performance played_to_its_end(const std::string& id) {
    const std::string file = std::string(MAILTLS_ROOT) + "/" + id.substr(0, id.find("::"));
    script::Performance played = script::play(file, id.substr(id.find("::") + 2), 1, files::disk());
    BOOST_TEST_REQUIRE(played.stage->playing(), id);
    // `mailtls show` plays the curtain's second as well.
    sim::World& world = played.stage->world();
    world.loop().run_until(world.loop().now() + core::seconds(1));
    return played;
}

void compare(const std::string& name, const std::string& now) {
    const std::string difference =
        first_difference(project_file("tests/golden/" + name + ".txt"), now);
    BOOST_TEST(difference.empty(), name << ": " << difference);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden)

BOOST_AUTO_TEST_CASE(conversations_are_as_they_were_read) {
    const std::vector<std::string> index = lines_of(project_file("tests/golden/index.txt"));
    BOOST_TEST(index.size() >= 12u);
    for (const std::string& line : index) {
        const auto& [name, id] = split(line);
        const script::Performance played = played_to_its_end(id);
        compare(name, visualize::conversation(played.stage->world().trace()));
    }
}

BOOST_AUTO_TEST_CASE(parties_saw_what_was_read) {
    const std::vector<std::string> index = lines_of(project_file("tests/golden/parties.txt"));
    BOOST_TEST(index.size() >= 6u);
    for (const std::string& line : index) {
        const auto& [name, rest] = split(line);
        const auto& [party, id] = split(rest);
        const script::Performance played = played_to_its_end(id);
        const trace::Trace& trace = played.stage->world().trace();
        const bool role = party == "sender" || party == "receiver";
        compare("parties/" + name,
                visualize::conversation_as(trace, visualize::viewers_of(trace, party).value(),
                                           (role ? "the " : "") + party));
    }
}

BOOST_AUTO_TEST_SUITE_END()
