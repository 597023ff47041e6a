#include "sim/core/task.hpp"

#include <boost/test/unit_test.hpp>

using namespace core;

namespace {

Task<int> gives(int value) {
    co_await Sleep(seconds(1));
    co_return value;
}

Task<int> fails(Reason reason) {
    co_await Sleep(seconds(1));
    co_return Failure(reason, "so it is", "4.4.2");
}

Task<int> adds() {
    const int one = co_await gives(20);
    const int other = co_await gives(22);
    co_return one + other;
}

Task<int> is_ended(bool& reached) {
    const int value = co_await fails(Reason::connection_lost);
    reached = true;
    co_return value;
}

Task<int> looks() {
    const Result<int> outcome = co_await attempt(fails(Reason::timeout));
    if (outcome.ok()) co_return 0;
    co_return static_cast<int>(outcome.failure().reason);
}

// Says when it is destroyed.
struct Witness {
    explicit Witness(bool& f) : gone(f) {}
    Witness(const Witness&) = delete;
    ~Witness() { gone = true; }
    bool& gone;
};

Task<Unit> sleeps(Duration how_long, bool& gone) {
    Witness witness(gone);
    co_await Sleep(how_long);
    co_return Unit{};
}

Task<Unit> limited(Duration limit, Duration how_long, bool& gone) {
    co_await within(limit, "napping", sleeps(how_long, gone));
    co_return Unit{};
}

// Runs a task in a world of its own; keeps its outcome and when it came.
template <class T>
struct Run {
    std::optional<Result<T>> outcome;
    Duration took;
};
template <class T>
Task<Unit> keep(Task<T> task, Run<T>& run, Loop& loop) {
    Result<T> outcome = co_await attempt(std::move(task));
    run.took = loop.now() - world_begins;
    run.outcome.emplace(std::move(outcome));
    co_return Unit{};
}
template <class T>
Run<T> play(Task<T> task) {
    Loop loop{world_begins};
    Run<T> run;
    Nursery nursery(loop);
    nursery.start(keep(std::move(task), run, loop));
    while (loop.step()) {
    }
    BOOST_TEST(nursery.size() == 0u);
    BOOST_TEST_REQUIRE(run.outcome.has_value());
    return run;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task)

BOOST_AUTO_TEST_CASE(a_task_gives_its_value_in_virtual_time) {
    const Run<int> run = play(adds());
    BOOST_TEST(run.outcome->value() == 42);
    BOOST_TEST(run.took.ns == seconds(2).ns);
}

BOOST_AUTO_TEST_CASE(a_failure_ends_the_task_that_awaits_it_with_the_same_failure) {
    bool reached = false;
    const Run<int> run = play(is_ended(reached));
    BOOST_TEST(!reached);
    BOOST_TEST((run.outcome->failure().reason == Reason::connection_lost));
    BOOST_TEST(run.outcome->failure().detail == "so it is");
}

BOOST_AUTO_TEST_CASE(attempt_looks_at_the_outcome_instead) {
    BOOST_TEST(play(looks()).outcome->value() == static_cast<int>(Reason::timeout));
}

BOOST_AUTO_TEST_CASE(within_its_limit_nothing_is_noticed) {
    bool gone = false;
    const Run<Unit> run = play(limited(seconds(3), seconds(2), gone));
    BOOST_TEST(run.outcome->ok());
    BOOST_TEST(run.took.ns == seconds(2).ns);
}

BOOST_AUTO_TEST_CASE(past_its_limit_the_loser_is_destroyed_and_the_step_is_named) {
    bool gone = false;
    const Run<Unit> run = play(limited(seconds(3), hours(1), gone));
    BOOST_TEST(gone);
    BOOST_TEST_REQUIRE(!run.outcome->ok());
    BOOST_TEST((run.outcome->failure().reason == Reason::timeout));
    BOOST_TEST(run.outcome->failure().detail.starts_with("napping"));
    BOOST_TEST(run.took.ns == seconds(3).ns);
}

BOOST_AUTO_TEST_CASE(a_nursery_ends_its_tasks_when_it_ends) {
    Loop loop{world_begins};
    bool gone = false;
    {
        Nursery nursery(loop);
        nursery.start(sleeps(days(1), gone));
        loop.run_until(loop.now() + hours(1));
        BOOST_TEST(nursery.size() == 1u);
        BOOST_TEST(!gone);
    }
    BOOST_TEST(gone);
    BOOST_TEST(loop.idle());
}

BOOST_AUTO_TEST_CASE(a_failure_with_a_code_is_permanent_by_its_first_digit) {
    BOOST_TEST(Failure(Reason::smtp_refused, "no", "5.1.1").permanent());
    BOOST_TEST(!Failure(Reason::smtp_refused, "busy", "4.2.0").permanent());
    BOOST_TEST(Failure(Reason::no_such_domain, "gone").permanent());
    BOOST_TEST(!Failure(Reason::timeout, "late").permanent());
}

BOOST_AUTO_TEST_SUITE_END()
