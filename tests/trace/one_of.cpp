#include "sim/trace/one_of.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

struct Bell {};
struct Word {
    std::string_view text;
};
struct Number {
    double value = 0.5;
};
using Sign = trace::OneOf<Bell, Word, Number>;

std::string read(const Sign& sign) {
    struct {
        std::string operator()(const Bell&) const { return "a bell"; }
        std::string operator()(const Word& word) const { return std::string(word.text); }
        std::string operator()(const Number& n) const { return std::to_string(n.value); }
    } reader;
    return sign.visit(reader);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(one_of)

BOOST_AUTO_TEST_CASE(it_is_what_it_was_made_of) {
    const Sign word = Word{"hello"};
    BOOST_REQUIRE(word.as<Word>() != nullptr);
    BOOST_TEST(word.as<Word>()->text == "hello");
    BOOST_TEST(word.as<Bell>() == nullptr);
    BOOST_TEST(word.as<Number>() == nullptr);
}

BOOST_AUTO_TEST_CASE(at_first_it_is_one_of_the_first_type) {
    BOOST_TEST(Sign().as<Bell>() != nullptr);
}

BOOST_AUTO_TEST_CASE(a_visitor_gets_the_value_of_its_type) {
    BOOST_TEST(read(Bell{}) == "a bell");
    BOOST_TEST(read(Word{"hello"}) == "hello");
    BOOST_TEST(read(Number{}) == "0.500000");
}

BOOST_AUTO_TEST_CASE(a_copy_and_a_new_value_take_the_place_of_the_old) {
    Sign sign = Number{2.5};
    const Sign copy = sign;
    sign = Word{"later"};
    BOOST_TEST(read(sign) == "later");
    BOOST_TEST(copy.as<Number>()->value == 2.5);
}

BOOST_AUTO_TEST_CASE(each_type_comes_in_order) {
    std::vector<std::size_t> sizes;
    trace::each_type(std::type_identity<Sign>(),
                     [&]<class T>(std::type_identity<T>) { sizes.push_back(sizeof(T)); });
    BOOST_TEST((sizes == std::vector<std::size_t>{1, sizeof(Word), sizeof(Number)}));
}

BOOST_AUTO_TEST_SUITE_END()
