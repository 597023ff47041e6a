// RFC 1952, against Python's gzip.
#include "sim/mta/gzip.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/python.hpp"

namespace {

std::string varied(std::size_t size) {
    std::string out;
    unsigned state = 1;
    for (std::size_t i = 0; i < size; ++i) {
        state = state * 1664525u + 1013904223u;
        out += static_cast<char>(state >> 24);
    }
    return out;
}

std::string why(std::string_view packed, std::size_t largest = 1000) {
    const auto out = mta::gunzip(packed, largest);
    if (out.ok()) return "nothing: " + std::to_string(out.value().size()) + " bytes came out";
    BOOST_TEST((out.failure().reason == core::Reason::report_invalid));
    return out.failure().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gzip)

BOOST_AUTO_TEST_CASE(python_unpacks_what_we_packed) {
    for (const std::string& text : {std::string(), std::string("{}"), varied(70000),
                                    std::string(100000, 'a'), std::string("a\0b", 3)})
        BOOST_TEST(python("import gzip, sys\n"
                          "sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())\n",
                          mta::gzip(text)) == text);
}

BOOST_AUTO_TEST_CASE(we_unpack_what_python_packed) {
    for (const std::string& text : {std::string(), std::string("{}"), varied(70000)}) {
        const std::string packed = python(
            "import gzip, sys\n"
            "sys.stdout.buffer.write(gzip.compress(open(sys.argv[1], 'rb').read()))\n",
            text);
        const auto out = mta::gunzip(packed, 70000);
        BOOST_TEST_REQUIRE(out.ok());
        BOOST_TEST(out.value() == text);
    }
}

// RFC 1952 section 2.3.1: no flags, no time, operating system unknown.
BOOST_AUTO_TEST_CASE(the_bytes_say_nothing_of_this_machine) {
    const std::string packed = mta::gzip("{}");
    BOOST_TEST(packed == mta::gzip("{}"));
    BOOST_TEST(packed.substr(0, 8) == std::string("\x1F\x8B\x08\0\0\0\0\0", 8));
    BOOST_TEST(static_cast<unsigned char>(packed[9]) == 255u);
}

BOOST_AUTO_TEST_CASE(members_follow_each_other) {
    const auto out = mta::gunzip(mta::gzip("one ") + mta::gzip("") + mta::gzip("two"), 7);
    BOOST_TEST_REQUIRE(out.ok());
    BOOST_TEST(out.value() == "one two");
}

// A33: a hundred million bytes in a hundred thousand.
BOOST_AUTO_TEST_CASE(a_bomb_is_stopped_at_the_limit) {
    const std::string bomb = mta::gzip(std::string(100'000'000, '\0'));
    BOOST_TEST(bomb.size() < 110'000u);
    BOOST_TEST(why(bomb, 1'000'000) == "gzip: more than 1000000 bytes");
    std::string many;
    for (int i = 0; i < 100; ++i) many += mta::gzip(std::string(100, 'a'));
    BOOST_TEST(why(many, 9999) == "gzip: more than 9999 bytes");
    BOOST_TEST(mta::gunzip(many, 10000).ok());
}

BOOST_AUTO_TEST_CASE(damaged_bytes_are_refused) {
    const std::string good = mta::gzip(varied(500));
    BOOST_TEST_REQUIRE(mta::gunzip(good, 500).ok());
    BOOST_TEST(why("") == "gzip: it ends too early");
    for (std::size_t size = 1; size < good.size(); ++size)
        BOOST_TEST(why(good.substr(0, size)) == "gzip: it ends too early", size);
    BOOST_TEST(why("{\"organization-name\":\"x\"}") == "gzip: the bytes are damaged, or no gzip");
    BOOST_TEST(why(good + "rubbish") == "gzip: the bytes are damaged, or no gzip");
    for (std::size_t back = 1; back <= 8; ++back) {  // the checksum and the length
        std::string bad = good;
        bad[bad.size() - back] = static_cast<char>(bad[bad.size() - back] ^ 1);
        BOOST_TEST(why(bad) == "gzip: the bytes are damaged, or no gzip", back);
    }
}

BOOST_AUTO_TEST_SUITE_END()
