#include "sim/trace/reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

struct Said {
    std::string_view words;
};
struct Done {};
struct Passed {};
using Body = trace::OneOf<Said, Done, Passed>;

}  // namespace

BOOST_AUTO_TEST_SUITE(reader)

BOOST_AUTO_TEST_CASE(a_handler_gets_what_it_handles_and_nothing_else) {
    std::vector<std::string> heard;
    struct Handler {
        std::vector<std::string>& heard;
        void operator()(const Said& e) const { heard.emplace_back(e.words); }
        void operator()(const Done&) const { heard.emplace_back("done"); }
    };
    const auto read = [&](const Body& body) {
        return trace::read(body, trace::Events<Passed>(), Handler{heard});
    };
    BOOST_TEST(read(Said{"hello"}));
    BOOST_TEST(!read(Passed()));
    BOOST_TEST(read(Done()));
    BOOST_TEST((heard == std::vector<std::string>{"hello", "done"}));
}

BOOST_AUTO_TEST_SUITE_END()
