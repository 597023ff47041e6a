// What g++ 12.2 gets wrong in coroutines, in the form that works (docs/traps.md). Each would fail
// or crash if the cure stopped working.
#include <boost/test/unit_test.hpp>

#include <memory>

#include "sim/core/task.hpp"

using namespace core;

namespace {

struct Parts {
    std::string name;
    std::shared_ptr<int> counted;
    Parts(std::string n, std::shared_ptr<int> c) : name(std::move(n)), counted(std::move(c)) {}
};

Task<bool> yes() {
    co_await Sleep(seconds(1));
    co_return true;
}

// A condition on an awaited value, in a coroutine without another local variable.
Task<int> bound_condition() {
    const bool ok = co_await yes();
    if (ok) co_return 1;
    co_return 2;
}

Task<std::string> takes(Parts parts) {
    co_await Sleep(seconds(1));
    co_return parts.name;
}

// A class with a constructor inside the awaited expression, by way of a name.
Task<std::string> named_parts(std::shared_ptr<int> counted) {
    Parts parts("a name long enough to live on the heap", std::move(counted));
    std::string out = co_await takes(std::move(parts));
    co_return std::move(out);
}

template <class F>
Task<int> calls(F f) {
    co_await Sleep(seconds(1));
    co_return f();
}

// A capturing lambda, named first.
Task<int> named_lambda(std::string text) {
    const auto size = [text] { return static_cast<int>(text.size()); };
    const int out = co_await calls(size);
    co_return out;
}

template <class T>
Task<Unit> keep(Task<T> task, std::optional<T>& out) {
    T value = co_await std::move(task);
    out.emplace(std::move(value));
    co_return Unit{};
}
template <class T>
T play(Task<T> task) {
    Loop loop{world_begins};
    std::optional<T> out;
    Nursery nursery(loop);
    nursery.start(keep(std::move(task), out));
    while (loop.step()) {
    }
    BOOST_TEST_REQUIRE(out.has_value());
    return std::move(*out);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(traps)

BOOST_AUTO_TEST_CASE(a_bound_condition_returns_its_value) {
    BOOST_TEST(play(bound_condition()) == 1);
}

BOOST_AUTO_TEST_CASE(a_named_aggregate_is_freed_once) {
    const auto counted = std::make_shared<int>(0);
    BOOST_TEST(play(named_parts(counted)) == "a name long enough to live on the heap");
    BOOST_TEST(counted.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_named_lambda_keeps_what_it_captured) {
    BOOST_TEST(play(named_lambda(std::string(1000, 'x'))) == 1000);
}

BOOST_AUTO_TEST_SUITE_END()
