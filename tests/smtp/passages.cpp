#include "tests/smtp/passages.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include "tests/core/fields.hpp"
#include "tests/smtp/vectors.hpp"

namespace {

std::string passage_told(const core::Passage& passage, std::size_t size) {
    BOOST_TEST(misplaced(passage.fields, 0, size) == "");
    std::string out = told(passage.fields);
    if (!passage.whole_line) return out;
    const core::Layer& whole = *passage.whole_line;
    BOOST_TEST(misplaced(whole.fields, 0, whole.bytes.size()) == "");
    return out + "whole\n" + told(whole.fields);
}

// What was said last, and what is to be told of it.
struct Piece {
    std::string where, told, wanted;
    void check() const {
        if (!where.empty()) BOOST_TEST(told == wanted, where << "\n" << told);
    }
};

}  // namespace

void check_passages(const std::string& file, const std::function<Adder(std::string_view)>& begin) {
    std::ifstream in(MAILTLS_TESTS "/vectors/" + file);
    BOOST_TEST_REQUIRE(in.good());
    Adder adder;
    Piece piece;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        std::string_view rest = line;
        const bool title = take_word(rest, "==");
        const bool client = !title && take_word(rest, "C:");
        const bool server = !title && !client && take_word(rest, "S:");
        if (title || client || server) piece.check();
        if (title) {
            adder = begin(rest);
            piece = {};
        } else if (client || server) {
            const std::string bytes = unescaped(rest);
            const trace::Way way = client ? trace::Way::to_server : trace::Way::to_client;
            const std::string told_now = passage_told(adder(way, bytes), bytes.size());
            piece = {file + ":" + std::to_string(number), told_now, {}};
        } else if (!line.empty() && line.front() != '#') {
            piece.wanted += line + "\n";
        }
    }
    piece.check();
}
