// Work over several processes: order, whoever ends too early, whoever is late.
#include <boost/test/unit_test.hpp>

#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "harness/suite/processes.hpp"

namespace {

// "number" a piece; "-" where it was lost, "late" where it was late.
std::vector<std::string> done_by(std::size_t count, const suite::Crew& crew,
                                 const std::function<std::string(std::size_t)>& work) {
    std::vector<std::string> out;
    suite::in_processes(count, crew, work, [&](std::size_t i, const suite::Returned& returned) {
        BOOST_TEST(i == out.size());
        out.push_back(returned.late ? "late" : returned.line.empty() ? "-" : returned.line);
        return true;
    });
    return out;
}

std::vector<std::string> numbers(std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(std::to_string(i));
    return out;
}

std::string number(std::size_t i) { return std::to_string(i); }

}  // namespace

BOOST_AUTO_TEST_SUITE(processes)

BOOST_AUTO_TEST_CASE(all_come_home_in_order_from_any_crew) {
    for (const int jobs : {0, 1, 2, 3, 16})
        for (const std::size_t count : {0u, 1u, 2u, 5u, 700u})
            BOOST_TEST(done_by(count, {jobs, {}}, number) == numbers(count),
                       jobs << " jobs, " << count << " pieces");
}

BOOST_AUTO_TEST_CASE(a_slow_piece_holds_nobody_up_and_still_comes_in_its_turn) {
    const auto work = [](std::size_t i) {
        if (i == 0) usleep(200'000);
        return number(i);
    };
    BOOST_TEST(done_by(300, {2, {}}, work) == numbers(300));
}

BOOST_AUTO_TEST_CASE(lines_of_megabytes_come_whole) {
    const auto work = [](std::size_t i) {
        return std::string(1'000'000 + i, static_cast<char>('a' + i));
    };
    const std::vector<std::string> all = done_by(6, {3, {}}, work);
    for (std::size_t i = 0; i < all.size(); ++i) BOOST_TEST((all[i] == work(i)), i);
}

BOOST_AUTO_TEST_CASE(a_process_that_ends_loses_its_piece_and_no_other) {
    const auto work = [](std::size_t i) {
        if (i % 7 == 3) _exit(0);
        if (i % 7 == 5) raise(SIGKILL);
        return number(i);
    };
    std::vector<std::string> expected = numbers(40);
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (i % 7 == 3 || i % 7 == 5) expected[i] = "-";
    BOOST_TEST(done_by(40, {2, {}}, work) == expected);
}

// One alone plays here, where the watchdog counts: tests/harness/watchdog.cpp.
BOOST_AUTO_TEST_CASE(who_is_late_is_ended) {
    const auto work = [](std::size_t i) {
        while (i == 2) pause();
        return number(i);
    };
    std::vector<std::string> expected = numbers(6);
    expected[2] = "late";
    BOOST_TEST(done_by(6, {2, std::chrono::seconds(1)}, work) == expected);
}

BOOST_AUTO_TEST_CASE(who_is_not_needed_any_more_is_not_waited_for) {
    const auto work = [](std::size_t i) {
        while (i == 1) pause();
        return number(i);
    };
    std::vector<std::string> told;
    suite::in_processes(3, {2, {}}, work, [&](std::size_t, const suite::Returned& returned) {
        told.push_back(returned.line);
        return false;
    });
    // That it comes back at all is the point.
    BOOST_TEST(told == std::vector<std::string>{"0"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_more_means_no_more) {
    std::size_t told = 0;
    suite::in_processes(1'000'000, {2, {}}, number,
                        [&](std::size_t, const suite::Returned&) { return ++told < 10; });
    BOOST_TEST(told == 10u);
}

BOOST_AUTO_TEST_SUITE_END()
