#include "sim/core/loop.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

#include "sim/core/chance.hpp"

using namespace core;

namespace {

struct Note final : Due {
    Note(std::string& log, char letter) : log_(log), letter_(letter) {}
    void fire() override { log_ += letter_; }
    std::string& log_;
    char letter_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(loop)

BOOST_AUTO_TEST_CASE(a_clock_begins_where_it_is_told) {
    std::string log;
    const Instant elsewhere = world_begins + days(300);
    Loop world(elsewhere);
    Note a(log, 'a');
    BOOST_TEST((world.begins() == elsewhere && world.now() == elsewhere));
    world.after(seconds(1), a);
    while (world.step()) {
    }
    BOOST_TEST((world.begins() == elsewhere && world.now() == elsewhere + seconds(1)));
    Loop moved(Instant{});
    moved.begin_at(elsewhere);
    BOOST_TEST((moved.begins() == elsewhere && moved.now() == elsewhere));
}

BOOST_AUTO_TEST_CASE(turns_go_by_time_and_then_by_order_of_asking) {
    std::string log;
    Loop world{world_begins};
    Note a(log, 'a'), b(log, 'b'), c(log, 'c'), d(log, 'd'), e(log, 'e');
    world.after(seconds(2), a);
    world.after(seconds(1), b);
    world.soon(c);
    world.after(seconds(1), d);
    world.soon(e);
    world.run_until(world_begins + seconds(1));
    BOOST_TEST(log == "cebd");
    BOOST_TEST((world.now() == world_begins + seconds(1)));
    while (world.step()) {
    }
    BOOST_TEST(log == "cebda");
    BOOST_TEST((world.now() == world_begins + seconds(2)));
    BOOST_TEST(world.idle());
}

BOOST_AUTO_TEST_CASE(a_turn_that_is_asked_for_at_this_instant_waits_behind_those_before_it) {
    std::string log;
    Loop world{world_begins};
    Note last(log, 'z'), late(log, 'b');
    struct Asks final : Due {
        Asks(Loop& l, Due& n, std::string& t) : loop(l), next(n), log(t) {}
        void fire() override {
            log += 'a';
            loop.soon(next);
        }
        Loop& loop;
        Due& next;
        std::string& log;
    } first(world, last, log);
    world.soon(first);
    world.at(world.now(), late);
    while (world.step()) {
    }
    BOOST_TEST(log == "abz");
}

BOOST_AUTO_TEST_CASE(what_ends_while_it_waits_leaves_the_queue) {
    std::string log;
    Loop world{world_begins};
    auto gone = std::make_unique<Note>(log, 'x');
    auto gone_soon = std::make_unique<Note>(log, 'y');
    Note stays(log, 'a'), cancelled(log, 'c');
    world.after(seconds(1), *gone);
    world.soon(*gone_soon);
    world.after(seconds(2), stays);
    world.after(seconds(1), cancelled);
    world.cancel(cancelled);
    BOOST_TEST(!cancelled.waiting());
    gone.reset();
    gone_soon.reset();
    while (world.step()) {
    }
    BOOST_TEST(log == "a");
    BOOST_TEST(world.steps() == 1u);
}

BOOST_AUTO_TEST_CASE(the_cause_travels_with_the_turn) {
    Loop world{world_begins};
    struct Looks final : Due {
        explicit Looks(Loop& l) : loop(l) {}
        void fire() override { seen = loop.cause(); }
        Loop& loop;
        EventId seen = 0;
    } looks(world), other(world);
    world.set_cause(7);
    world.after(seconds(1), looks);
    world.set_cause(9);
    world.soon(other);
    world.set_cause(0);
    while (world.step()) {
    }
    BOOST_TEST(looks.seen == 7u);
    BOOST_TEST(other.seen == 9u);
}

// A thousand turns at seeded times, some of them cancelled, against a sorted list.
BOOST_AUTO_TEST_CASE(many_turns_keep_their_order) {
    struct Mark final : Due {
        void fire() override { order->push_back(number); }
        std::vector<int>* order = nullptr;
        int number = 0;
    };
    Chance chance(42);
    Loop world{world_begins};
    std::vector<int> order;
    std::vector<std::unique_ptr<Mark>> marks;
    std::vector<std::pair<std::int64_t, int>> wanted;
    for (int i = 0; i < 1000; ++i) {
        marks.push_back(std::make_unique<Mark>());
        marks.back()->order = &order;
        marks.back()->number = i;
        const auto when = static_cast<std::int64_t>(chance.below(50));
        world.after(nanoseconds(when), *marks.back());
        wanted.emplace_back(when, i);
    }
    for (int i = 0; i < 1000; i += 7) world.cancel(*marks[static_cast<std::size_t>(i)]);
    std::erase_if(wanted, [](const auto& w) { return w.second % 7 == 0; });
    std::stable_sort(wanted.begin(), wanted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    while (world.step()) {
    }
    BOOST_TEST_REQUIRE(order.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) BOOST_TEST(order[i] == wanted[i].second);
}

BOOST_AUTO_TEST_SUITE_END()
