// The memory of a Lua is put back as it was: what one scenario leaves, no other one finds.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <functional>

#include "harness/files/disk.hpp"
#include "harness/script/arena.hpp"
#include "harness/script/budget.hpp"
#include "harness/script/setting.hpp"
#include "harness/script/stage.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/trace/encode.hpp"
#include "sim/world.hpp"
#include "tests/script/cases.hpp"

namespace {

// Each tries to leave something behind; what the sandbox refuses is refused.
constexpr const char* dirty[] = {
    "string.upper = function() return 'changed' end",
    "table.concat = nil",
    "math.floor, math.random = nil, nil",
    "pcall(function() getmetatable('').__index = {} end)",
    "pcall(rawset, _G, 'left', 'behind')",
    "pcall(function() left = 'behind' end)",
    "local t = {} for i = 1, 100000 do t[i] = 'x' .. i end",
    "local s = ('x'):rep(3000000) local t = { s:upper(), s .. 'y' }",
    "local c = coroutine.wrap(function() coroutine.yield() end) c()",
    "math.random(1, 1000)",
    "error('ends too early')",
    "error(setmetatable({}, { __tostring = error }))",
    "local function f() return f() end f()",
    "local s = 'x' while true do s = s .. s end",
    "local a = sender 'mail.alice.example' {} a:sends { to = 'bob@bob.example' } error 'x'",
    "expect(1)",
    "receiver 'mx.bob.example'",
};

constexpr const char* clean =
    "print(('a'):upper(), table.concat({ 1, 2 }, '-'), math.floor(2.5), math.random(1, 1000000))\n"
    "local keys = {} for name in pairs(string) do keys[#keys + 1] = name end\n"
    "print(table.concat(keys, ' '), rawget(_G, 'left'))\n"
    "local alice = sender 'mail.alice.example' {} receiver 'mx.bob.example' {}\n"
    "expect(alice:sends { to = 'bob@bob.example' }).finally 'delivered'\n";

std::string scenario(const std::string& play) {
    return "scenario('s', function()\n" + play + "\nend)\n";
}

// What it said, and, of one that played, what happened.
std::string told(const script::Performance& performance) {
    std::string out = performance.ending == script::Ending::passed ? "passed: " : "did not pass: ";
    out += performance.stage->printed();
    if (performance.mistake) out += performance.mistake->text();
    if (performance.stage->playing())
        out += trace::json_lines(performance.stage->world().trace(), "s", 7);
    return out;
}

std::string told_of(const std::string& play) {
    const ScenarioFile file(scenario(play));
    return told(script::play(file.path(), "s", 7, files::disk()));
}

script::Budget small() {
    script::Budget out;
    out.instructions = 3'000'000;
    out.memory = 32u << 20;
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(arena)

BOOST_AUTO_TEST_CASE(a_dirty_neighbour_changes_nothing) {
    const std::string alone = told_of(clean);
    BOOST_TEST(alone.starts_with("passed: A\t1-2\t2\t"), alone);
    for (const char* const play : dirty) {
        outcome_of(scenario(play), small());
        BOOST_TEST(told_of(clean) == alone, play);
    }
}

// In a file that is read once for all of its scenarios, too.
BOOST_AUTO_TEST_CASE(a_dirty_neighbour_in_the_same_file_changes_nothing) {
    const script::Setting setting{7, {files::disk(), small()}, {}, nullptr, {}};
    for (const char* const play : dirty) {
        const std::string text =
            "local shared = {}\n" + scenario(clean) +
            "scenario('dirty', function() shared[1] = 1\n" + play +
            "\nend)\nscenario('looks', function() print(shared[1] == nil) end)\n";
        const ScenarioFile file(text);
        const script::Performance alone = script::play(file.path(), "s", setting);
        BOOST_TEST((alone.ending == script::Ending::passed), play);
        script::Script script(file.path(), text, setting);
        for (int round = 0; round < 2; ++round) {
            BOOST_TEST(told(script.play("dirty")) ==
                       told(script::play(file.path(), "dirty", setting)));
            BOOST_TEST(told(script.play("s")) == told(alone), play);
            BOOST_TEST(script.play("looks").stage->printed() == "true\n", play);
        }
    }
}

// What is too large to be copied, or does not load, is read again, or tells why.
BOOST_AUTO_TEST_CASE(a_script_is_what_its_file_is) {
    const script::Setting setting{7, files::disk(), {}, nullptr, {}};
    for (const char* const front :
         {"", "local large = ('x'):rep(3000000)\n", "print(given 'a')\n", "error 'does not load'\n",
          "local = 1\n", "local many = {} for i = 1, 3000 do many[i] = 'x' .. i end\n"}) {
        for (const char* const back : {"", "scenario('other', function() end)\n"}) {
            const std::string text = front + scenario(clean) + back;
            const ScenarioFile file(text);
            script::Script script(file.path(), text, setting);
            for (const char* const title : {"s", "s", "no such scenario", "s"}) {
                const script::Performance alone = script::play(file.path(), title, setting);
                const script::Performance played = script.play(title);
                BOOST_TEST(told(played) == told(alone), front);
                BOOST_TEST((played.stage->asked() == alone.stage->asked()), front);
            }
        }
    }
}

// Whatever a script could see of how it is played makes it another one.
BOOST_AUTO_TEST_CASE(a_script_is_of_its_file_and_its_setting) {
    const script::Setting setting{7, files::disk(), {}, nullptr, {}};
    const std::string text = scenario(clean);
    const ScenarioFile file(text);
    const script::Script script(file.path(), text, setting);
    BOOST_TEST(script.is_of(file.path(), setting));
    BOOST_TEST(!script.is_of(file.path() + "x", setting));
    tls::KeyCache keys;
    const std::vector<std::function<void(script::Setting&)>> changes{
        [](auto& s) { s.seed = 8; },
        [](auto& s) { s.terms.given["a"] = "b"; },
        [](auto& s) { s.terms.budget.turns = 5; },
        [](auto& s) { s.terms.budget.memory = 5; },
        [](auto& s) { s.terms.budget.instructions = 5; },
        [](auto& s) { s.terms.library = &script::no_library(); },
        [](auto& s) { s.twist.flaws = {"sends TLS reports unsigned"}; },
        [](auto& s) { s.twist.level = "may"; },
        [&](auto& s) { s.keys = &keys; },
        [](auto& s) { s.striker = [](std::uint64_t) { return nullptr; }; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        script::Setting other = setting;
        changes[i](other);
        BOOST_TEST(!script.is_of(file.path(), other), i);
    }
}

// Two at the same time have a memory each.
BOOST_AUTO_TEST_CASE(states_that_live_together_share_nothing) {
    const script::Budget budget;
    script::BudgetedState one(budget), other(budget);
    BOOST_TEST_REQUIRE(one.lua() != nullptr);
    BOOST_TEST(one.lua() != other.lua());
    lua_pushinteger(one.lua(), 1);
    lua_setglobal(one.lua(), "n");
    BOOST_TEST(lua_getglobal(other.lua(), "n") == LUA_TNIL);
}

BOOST_AUTO_TEST_CASE(what_was_kept_comes_back) {
    script::Arena arena;
    char* const small = static_cast<char*>(arena.take(20));
    char* const large = static_cast<char*>(arena.take(5000));
    std::memset(small, 'a', 20);
    std::memset(large, 'b', 5000);
    BOOST_TEST_REQUIRE(arena.keep());
    for (int round = 0; round < 3; ++round) {
        std::memset(small, 'x', 20);
        arena.give_back(large, 5000);
        for (int i = 0; i < 3000; ++i) std::memset(arena.take(1000), 'y', 1000);
        void* grown = arena.take(2000);
        grown = arena.resize(grown, 2000, 200'000);
        arena.resize(grown, 200'000, 24);
        arena.restore();
        BOOST_TEST(std::string(small, 20) == std::string(20, 'a'));
        BOOST_TEST(std::string(large, 5000) == std::string(5000, 'b'));
    }
}

// Where a large block was is room for the next one of about its size, of any size.
BOOST_AUTO_TEST_CASE(a_hole_is_filled) {
    for (const bool kept : {false, true}) {
        script::Arena arena;
        if (kept) BOOST_TEST_REQUIRE(arena.keep());
        for (std::size_t size = 1025; size < 50'000; size += size / 9 + 1) {
            char* const block = static_cast<char*>(arena.take(size));
            char* const other = static_cast<char*>(arena.take(size));
            BOOST_TEST(static_cast<void*>(other) != block);
            std::memset(block, 'a', size);
            std::memset(other, 'b', size);
            arena.give_back(block, size);
            BOOST_TEST(arena.take(size) == static_cast<void*>(block), size);
            BOOST_TEST(std::string(other, size) == std::string(size, 'b'), size);
            BOOST_TEST(arena.resize(other, size, size) == static_cast<void*>(other), size);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_block_keeps_its_bytes_in_another_size) {
    script::Arena arena;
    for (const bool kept : {false, true}) {
        if (kept) BOOST_TEST_REQUIRE(arena.keep());
        for (const std::size_t before : {1u, 16u, 17u, 1000u, 1024u, 1025u, 4000u})
            for (const std::size_t after : {1u, 16u, 17u, 1000u, 1024u, 1025u, 4000u}) {
                char* const block = static_cast<char*>(arena.take(before));
                std::memset(block, 'z', before);
                char* const moved = static_cast<char*>(arena.resize(block, before, after));
                const std::size_t both = std::min(before, after);
                BOOST_TEST(std::string(moved, both) == std::string(both, 'z'));
                arena.give_back(moved, after);
            }
    }
}

// One moment upon the other.
BOOST_AUTO_TEST_CASE(what_was_kept_last_comes_back_until_it_is_forgotten) {
    script::Arena arena;
    char* const below = static_cast<char*>(arena.take(20));
    std::memset(below, 'a', 20);
    BOOST_TEST_REQUIRE(arena.keep());
    char* const above = static_cast<char*>(arena.take(5000));
    std::memset(below, 'b', 20);
    std::memset(above, 'b', 5000);
    BOOST_TEST_REQUIRE(arena.keep());
    BOOST_TEST(arena.kept() == 2u);
    for (int round = 0; round < 2; ++round) {
        std::memset(below, 'x', 20);
        std::memset(above, 'x', 5000);
        arena.restore();
        BOOST_TEST(std::string(below, 20) == std::string(20, 'b'));
        BOOST_TEST(std::string(above, 5000) == std::string(5000, 'b'));
    }
    arena.forget();
    arena.restore();
    BOOST_TEST(arena.kept() == 1u);
    BOOST_TEST(std::string(below, 20) == std::string(20, 'a'));
    BOOST_TEST(static_cast<char*>(arena.take(5000)) == above);
}

// A block of its own lies outside of what a copy brings back.
BOOST_AUTO_TEST_CASE(what_is_too_much_is_not_kept) {
    script::Arena arena;
    BOOST_TEST(arena.take(2u << 20) != nullptr);
    BOOST_TEST(!arena.keep());
    arena.clear();
    BOOST_TEST(arena.keep());
}

BOOST_AUTO_TEST_SUITE_END()
