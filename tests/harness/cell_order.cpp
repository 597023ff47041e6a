// Which cells of a product are played: every one once, and every pair of values first.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <tuple>

#include "harness/many/cell_order.hpp"

namespace {

using Sizes = std::vector<std::size_t>;

std::vector<std::uint64_t> numbers_of(const many::CellOrder& order) {
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = 0; i < order.size(); ++i) out.push_back(order.number(i));
    return out;
}

// Pairs of values of two names that stand together in these cells.
std::set<std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>> pairs_in(
    const std::vector<many::CellAt>& cells) {
    std::set<std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>> out;
    for (const many::CellAt& cell : cells)
        for (std::size_t one = 0; one < cell.size(); ++one)
            for (std::size_t other = one + 1; other < cell.size(); ++other)
                out.emplace(one, cell[one], other, cell[other]);
    return out;
}

std::size_t all_pairs(const Sizes& sizes) {
    std::size_t out = 0;
    for (std::size_t one = 0; one < sizes.size(); ++one)
        for (std::size_t other = one + 1; other < sizes.size(); ++other)
            out += sizes[one] * sizes[other];
    return out;
}

const Sizes products[] = {{1},
                          {7},
                          {3, 4},
                          {2, 2, 2},
                          {8, 11, 7, 6},
                          {5, 1, 3, 1, 2},
                          {2, 2, 2, 2, 2, 2, 2, 2, 2, 2},
                          {40, 3, 2}};

}  // namespace

BOOST_AUTO_TEST_SUITE(cell_order)

BOOST_AUTO_TEST_CASE(a_shuffle_has_every_number_once_and_knows_where) {
    for (const std::uint64_t size : {1u, 2u, 3u, 4u, 5u, 1000u, 1024u, 1025u}) {
        const many::Shuffle shuffle(size, core::Chance(5));
        std::set<std::uint64_t> seen;
        for (std::uint64_t i = 0; i < size; ++i) {
            BOOST_TEST(shuffle.at(i) < size);
            BOOST_TEST(shuffle.position_of(shuffle.at(i)) == i);
            seen.insert(shuffle.at(i));
        }
        BOOST_TEST(seen.size() == size);
    }
    // No run of neighbours is left as it was.
    const many::Shuffle shuffle(100'000, core::Chance(1));
    std::size_t neighbours = 0;
    for (std::uint64_t i = 1; i < 1000; ++i)
        neighbours += shuffle.at(i) == shuffle.at(i - 1) + 1 ? 1 : 0;
    BOOST_TEST(neighbours < 5u);
}

BOOST_AUTO_TEST_CASE(pairwise_has_every_pair_in_few_cells) {
    for (const Sizes& sizes : products) {
        if (sizes.size() < 2) continue;
        const auto cells = many::pairwise(sizes, 1'000'000, core::Chance(1));
        BOOST_TEST(pairs_in(cells).size() == all_pairs(sizes));
        Sizes sorted = sizes;
        std::sort(sorted.rbegin(), sorted.rend());
        // No fewer than this can do; twice as many would be poor.
        BOOST_TEST(cells.size() >= sorted[0] * sorted[1]);
        BOOST_TEST(cells.size() <= 2 * sorted[0] * sorted[1] + 4);
    }
}

BOOST_AUTO_TEST_CASE(without_a_sample_all_cells_come_in_order) {
    for (const Sizes& sizes : products) {
        const many::CellOrder order(sizes, std::nullopt, 1);
        const auto numbers = numbers_of(order);
        BOOST_TEST(numbers.size() == *many::CellOrder::product(sizes));
        BOOST_TEST(std::is_sorted(numbers.begin(), numbers.end()));
        BOOST_TEST(numbers.back() == numbers.size() - 1);
    }
    const many::CellOrder order({2, 3}, std::nullopt, 1);
    BOOST_TEST((order.at(0) == many::CellAt{0, 0}));
    BOOST_TEST((order.at(1) == many::CellAt{0, 1}));
    BOOST_TEST((order.at(5) == many::CellAt{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_sample_has_no_cell_twice_and_every_pair_first) {
    for (const Sizes& sizes : products) {
        const std::uint64_t all = *many::CellOrder::product(sizes);
        for (const std::uint64_t wanted : {std::uint64_t{1}, all / 2 + 1, all, all + 10}) {
            const many::CellOrder order(sizes, wanted, 3);
            const auto numbers = numbers_of(order);
            BOOST_TEST(numbers.size() == std::min(wanted, all));
            BOOST_TEST(std::set(numbers.begin(), numbers.end()).size() == numbers.size());
            BOOST_TEST(*std::max_element(numbers.begin(), numbers.end()) < all);
            if (order.pairs() == 0 || order.pairs() == order.size()) continue;
            std::vector<many::CellAt> first;
            for (std::uint64_t i = 0; i < order.pairs(); ++i) first.push_back(order.at(numbers[i]));
            BOOST_TEST(pairs_in(first).size() == all_pairs(sizes));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_longer_sample_begins_as_a_shorter_one) {
    const Sizes sizes{8, 11, 7, 6};
    const auto longer = numbers_of(many::CellOrder(sizes, 900, 1));
    const auto shorter = numbers_of(many::CellOrder(sizes, 300, 1));
    BOOST_TEST(std::equal(shorter.begin(), shorter.end(), longer.begin()));
    BOOST_TEST((numbers_of(many::CellOrder(sizes, 300, 2)) != shorter));
}

BOOST_AUTO_TEST_CASE(a_product_that_is_too_large_is_none) {
    BOOST_TEST(*many::CellOrder::product({1'000'000, 1'000'000}) == many::CellOrder::most);
    BOOST_TEST(!many::CellOrder::product({1'000'000, 1'000'001}));
    BOOST_TEST(!many::CellOrder::product(Sizes(70, 2)));
    BOOST_TEST(*many::CellOrder::product({3, 0}) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
