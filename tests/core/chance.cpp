#include "sim/core/chance.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace core;

BOOST_AUTO_TEST_SUITE(chance)

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_numbers_and_another_seed_others) {
    Chance a(1), b(1), c(2);
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t number = a.next();
        BOOST_TEST(number == b.next());
        BOOST_TEST(number != c.next());
    }
}

BOOST_AUTO_TEST_CASE(a_child_depends_on_the_names_alone) {
    Chance parent(1);
    Chance early = parent.child("bob");
    parent.next();
    early.child("other").next();
    Chance late = parent.child("bob");
    Chance other = parent.child("alice");
    for (int i = 0; i < 10; ++i) {
        const std::uint64_t number = early.next();
        BOOST_TEST(number == late.next());
        BOOST_TEST(number != other.next());
    }
}

BOOST_AUTO_TEST_CASE(below_reaches_every_number_and_none_beyond) {
    Chance any(3);
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(any.below(7));
    BOOST_TEST(seen.size() == 7u);
    BOOST_TEST(*seen.rbegin() == 6u);
    BOOST_TEST(any.below(1) == 0u);
}

BOOST_AUTO_TEST_CASE(fill_fills_odd_sizes_too) {
    Chance any(4);
    for (std::size_t size : {1u, 7u, 8u, 9u, 33u}) {
        std::vector<unsigned char> bytes(size, 0);
        for (int i = 0; i < 64; ++i) {
            std::vector<unsigned char> more(size);
            any.fill(more);
            for (std::size_t at = 0; at < size; ++at) bytes[at] |= more[at];
        }
        for (const unsigned char byte : bytes) BOOST_TEST(byte == 0xFF);
    }
}

BOOST_AUTO_TEST_SUITE_END()
