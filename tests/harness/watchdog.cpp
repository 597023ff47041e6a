// Scripts that do not come to their end, cut off in their middle.
#include "harness/suite/watchdog.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "harness/files/disk.hpp"
#include "harness/play/play.hpp"
#include "harness/script/file.hpp"
#include "harness/script/setting.hpp"
#include "harness/script/stage.hpp"
#include "tests/harness/program.hpp"

namespace {

bool nobody() { return false; }

constexpr const char* hang = "string.find(('a'):rep(60000), '.-b')";

std::string scenario(const std::string& body) {
    return "scenario('s', function() " + body + " end)\nscenario('t', function() end)\n";
}

struct Ended {
    script::Ending ending;
    std::string message;
};
Ended ended(const script::Performance& p) {
    return {p.ending, p.mistake ? p.mistake->message : std::string()};
}

struct Patience {
    suite::Watchdog dog{std::chrono::seconds(1), nobody};
    script::Setting setting() {
        script::Terms terms;
        terms.guard = &dog;
        return {1, terms, {}, nullptr, {}};
    }
};

constexpr const char* late = "it took more than 1 s of processor time and was stopped (--timeout)";

// The time is up when the script has been read and played.
class UpAtTheEnd : public script::Guard {
  public:
    void begin(const std::string&) override { ++begun_; }
    void end() override { ++ended_; }
    void renew() override {}
    bool run(void (*body)(void*), void* what) override {
        body(what);
        return true;
    }
    void cut() override { std::abort(); }
    const char* expired() const noexcept override { return ended_ >= 2 ? "it is late" : nullptr; }
    bool over() const { return begun_ == ended_; }

  private:
    int begun_ = 0, ended_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(watchdog)

BOOST_AUTO_TEST_CASE(what_is_judged_is_watched_too) {
    const Folder folder;
    folder.write("a.lua",
                 "scenario('s', function() sender 'mail.a.example' {}:sends "
                 "{ to = 'b@b.example' } end)\n");
    UpAtTheEnd guard;
    play::How how;
    how.terms = files::disk();
    how.terms.guard = &guard;
    play::Kept kept;
    const auto listing = script::list_scenarios(folder.path() + "/a.lua", 1, files::disk());
    const play::Outcome outcome = play::once(listing.scenarios.at(0), how, kept);
    BOOST_TEST((outcome.status == play::Status::broken));
    BOOST_TEST_REQUIRE(outcome.failures.size() == 1u);
    BOOST_TEST(outcome.failures[0].message == "it is late");
    BOOST_TEST(guard.over());
}

BOOST_FIXTURE_TEST_CASE(a_function_of_the_library_is_left_in_its_middle, Patience) {
    for (const std::string& body :
         {std::string(hang), "pcall(function() " + std::string(hang) + " end) error('on')",
          "local ok = coroutine.wrap(function() " + std::string(hang) + " end)()"}) {
        const Ended end = ended(script::play_text(scenario(body), "a.lua", "s", setting()));
        BOOST_TEST((end.ending == script::Ending::broken));
        BOOST_TEST(end.message == late, body);
    }
}

BOOST_FIXTURE_TEST_CASE(who_comes_next_has_a_time_of_his_own, Patience) {
    script::Script script("a.lua", scenario(hang), setting());
    BOOST_TEST(ended(script.play("s")).message == late);
    BOOST_TEST((ended(script.play("t")).ending == script::Ending::passed));
    BOOST_TEST(ended(script.play("s")).message == late);
    BOOST_TEST((ended(script.play("t")).ending == script::Ending::passed));
}

BOOST_FIXTURE_TEST_CASE(a_file_is_left_while_it_is_read, Patience) {
    const script::Performance p =
        script::play_text(std::string(hang) + "\n" + scenario(""), "a.lua", "t", setting());
    BOOST_TEST(ended(p).message == late);
}

// Between the function and the script stands a turn of the world, which comes to its end.
BOOST_FIXTURE_TEST_CASE(a_function_that_rewrites_lines_is_left, Patience) {
    const std::string body =
        "local a, b = sender 'mail.a.example' {}, receiver 'mx.b.example' {}\n"
        "local m = attacker 'm' { between = { a, b } }\n"
        "m:rewrites(function(line) " +
        std::string(hang) +
        " return line end)\n"
        "a:sends { to = 'b@b.example' }\n"
        "pcall(after, '1 hour') after '1 hour'";
    const Ended end = ended(script::play_text(scenario(body), "a.lua", "s", setting()));
    BOOST_TEST((end.ending == script::Ending::broken));
    BOOST_TEST(end.message == late);
}

BOOST_FIXTURE_TEST_CASE(who_is_in_time_notices_nothing, Patience) {
    for (int i = 0; i < 3; ++i)
        BOOST_TEST((ended(script::play_text(scenario("local t = {} for i = 1, 1e6 do t[i] = i end"),
                                            "a.lua", "s", setting()))
                        .ending == script::Ending::passed));
}

BOOST_AUTO_TEST_SUITE_END()
