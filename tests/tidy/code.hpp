#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

/// C++ with its comments and the insides of its strings and characters blanked: what is left
/// stands where it stood.
std::string code_of(std::string_view text);

std::vector<std::string_view> lines_of(std::string_view text);

/// A name, a keyword or a number of `code`, or one sign.
struct Token {
    std::string_view text;
    std::size_t line;
};
std::vector<Token> tokens_of(std::string_view code);

/// What a file includes: "sim/core/loop.hpp" in quotes, or <vector>; `name` is without them.
struct Include {
    std::string_view name;
    bool in_quotes;
    std::size_t line;
};
/// Those of `text`, in order, but none that stands in a comment or a string.
std::vector<Include> includes_of(std::string_view text);

bool is_word_character(char c);

/// A function with a body, by its first and last line.
struct Function {
    std::string name;
    std::size_t first;
    std::size_t last;
};
/// The functions of namespaces and classes. A lambda belongs to the function it stands in; those
/// that fill a table are part of the table.
std::vector<Function> functions_of(std::string_view code);

}  // namespace tidy
