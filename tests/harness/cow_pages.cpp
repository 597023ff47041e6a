// A large file is read once for all of its scenarios, and none sees what another left.
#include "harness/suite/cow_pages.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <string>

#include "harness/script/arena.hpp"
#include "harness/script/file.hpp"
#include "harness/script/setting.hpp"
#include "harness/script/stage.hpp"

namespace {

struct Copied {
    Copied() { script::make_pages_by(suite::cow_pages); }
};

// More than is kept as a copy.
constexpr std::size_t large = 3u << 20;

std::string much() {
    std::string out = "local shared = {}\n";
    for (int i = 0; i < 6000; ++i)
        out += "scenario('s" + std::to_string(i) + "', function() print(#shared, '" +
               std::to_string(i) + "') shared[#shared + 1] = {} end)\n";
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cow_pages, Copied)

BOOST_AUTO_TEST_CASE(what_was_written_is_put_back) {
    script::Arena arena;
    BOOST_TEST_REQUIRE(arena.keep());
    char* const block = static_cast<char*>(arena.take(large));
    std::memset(block, 'a', large);
    BOOST_TEST_REQUIRE(arena.keep());
    constexpr std::size_t page = 4096;
    for (std::size_t round = 0; round < 60; ++round) {
        // Some that everybody writes to, one of its own, and now and then very many.
        std::memset(block + large / 3, 'b', 5 * page);
        std::memset(block + round * 97 % (large / page) * page, 'b', page);
        if (round % 20 == 19) std::memset(block + large / 2, 'b', large / 2);
        auto* const other = static_cast<char*>(arena.take(100));
        std::memset(other, 'c', 100);
        arena.restore();
        BOOST_TEST(std::string(block, large) == std::string(large, 'a'));
        BOOST_TEST(static_cast<void*>(other) == arena.take(100));
        arena.restore();
    }
    arena.forget();
    arena.restore();
    BOOST_TEST(static_cast<void*>(block) == arena.take(large));
}

BOOST_AUTO_TEST_CASE(a_scenario_of_a_large_file_sees_what_the_file_left) {
    const script::Setting setting{7, script::Terms(), {}, nullptr, {}};
    script::Script script("a.lua", much(), setting);
    for (const int i : {0, 5999, 17, 0, 17})
        BOOST_TEST(script.play("s" + std::to_string(i)).stage->printed() ==
                   "0\t" + std::to_string(i) + "\n");
}

BOOST_AUTO_TEST_SUITE_END()
