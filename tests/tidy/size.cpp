// The measure of tidiness is the tail: the longest line, function and file.

#include <boost/test/unit_test.hpp>

#include "tests/tidy/code.hpp"
#include "tests/tidy/findings.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>

namespace {

using namespace tidy;

constexpr std::size_t longest_line = 100;
constexpr std::size_t longest_function = 60;
constexpr std::size_t longest_file = 450;

// `rule` is "line", "file", or "function NAME".
constexpr Exemption exemptions[] = {
    {"harness/script/mtas.lua", "line", "a row of the vocabulary, too"},
    {"harness/script/company_words.lua", "line", "a row of the vocabulary, too"},
    {"harness/script/vocabulary.lua", "line",
     "the words of the language are a table, one row a word: wrapped, it cannot be read down"},
};

// As a reader counts: a character of several bytes is one.
std::size_t width_of(std::string_view line) {
    return static_cast<std::size_t>(
        std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string too_many(std::size_t count, std::size_t limit) {
    return std::to_string(count) + " > " + std::to_string(limit);
}

Findings long_lines(const File& file) {
    Findings findings;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t width = width_of(lines[i]);
        if (width <= longest_line) continue;
        findings.push_back(
            {file.path, i + 1, "line", too_many(width, longest_line) + " characters"});
    }
    return findings;
}

Findings long_file(const File& file) {
    const std::size_t count = lines_of(file.text).size();
    if (count <= longest_file) return {};
    return {
        {file.path, count, "file", too_many(count, longest_file) + " lines: divide it by theme"}};
}

Findings long_functions(const File& file) {
    Findings findings;
    for (const Function& function : functions_of(code_of(file.text))) {
        const std::size_t count = function.last - function.first + 1;
        if (count <= longest_function) continue;
        findings.push_back({file.path, function.first, "function " + function.name,
                            too_many(count, longest_function) + " lines: give its steps names"});
    }
    return findings;
}

std::string repeated(std::size_t times, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

// What the reader makes of a text, as "name first-last, ...".
std::string functions_in(std::string_view text) {
    std::string out;
    for (const Function& function : functions_of(code_of(text))) {
        out += (out.empty() ? "" : ", ") + function.name + " " + std::to_string(function.first) +
               "-" + std::to_string(function.last);
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(size)

BOOST_AUTO_TEST_CASE(no_line_function_or_file_is_too_long) {
    Findings findings;
    for (const File& file : source_tree()) {
        append(findings, long_lines(file));
        append(findings, long_file(file));
        if (is_cpp(file)) append(findings, long_functions(file));
    }
    const Findings left = judged(std::move(findings), exemptions);
    BOOST_CHECK_MESSAGE(left.empty(), listing(left));
}

BOOST_AUTO_TEST_CASE(a_line_has_at_most_a_hundred_characters) {
    const auto verdict = [](const std::string& text) {
        return rules_of(long_lines({"sim/x.cpp", text}));
    };
    BOOST_TEST(verdict(repeated(100, "x")) == "");
    BOOST_TEST(verdict(repeated(100, "x") + "\n" + repeated(100, "y") + "\n") == "");
    BOOST_TEST(verdict(repeated(101, "x")) == "line");
    BOOST_TEST(verdict("short\n" + repeated(101, "x") + "\nshort\n") == "line");
    BOOST_TEST(verdict(repeated(100, "…")) == "");
    BOOST_TEST(verdict(repeated(101, "…")) == "line");
}

BOOST_AUTO_TEST_CASE(a_file_has_at_most_450_lines) {
    BOOST_TEST(rules_of(long_file({"sim/x.cpp", repeated(450, "x\n")})) == "");
    BOOST_TEST(rules_of(long_file({"sim/x.cpp", repeated(451, "x\n")})) == "file");
}

BOOST_AUTO_TEST_CASE(a_function_has_at_most_sixty_lines) {
    const auto of_lines = [](std::size_t count) {
        return "namespace a {\n\nint f() {\n" + repeated(count - 2, "    step();\n") + "}\n\n}\n";
    };
    BOOST_TEST(rules_of(long_functions({"sim/x.cpp", of_lines(60)})) == "");
    BOOST_TEST(rules_of(long_functions({"sim/x.cpp", of_lines(61)})) == "function f");
}

BOOST_AUTO_TEST_CASE(long_classes_namespaces_and_tables_are_no_functions) {
    const std::string rows = repeated(80, "    {\"a\", [](int x) {\n        return x;\n    }},\n");
    for (const std::string& text :
         {"namespace a {\n" + repeated(80, "int x;\n") + "}\n",
          "class A : public B {\n" + repeated(80, "    int f() { return 1; }\n") + "};\n",
          "struct A {\n" + repeated(80, "    int x;\n") + "};\n",
          "enum class E {\n" + repeated(80, "    a,\n") + "};\n",
          "const std::map<int, F> table{\n" + rows + "};\n",
          "const std::vector<F> table = {\n" + rows + "};\n", "int f();\n" + repeated(80, "\n")}) {
        BOOST_TEST(rules_of(long_functions({"sim/x.cpp", text})) == "", text);
    }
}

BOOST_AUTO_TEST_CASE(the_reader_of_functions_finds_each_with_its_name_and_lines) {
    BOOST_TEST(functions_in("int f() { return 1; }\n") == "f 1-1");
    BOOST_TEST(functions_in("// a comment {\nvoid f(int a,\n       int b) {\n    g();\n}\n") ==
               "f 2-5");
    BOOST_TEST(functions_in("namespace a {\nclass B {\n  public:\n    int f() const {\n"
                            "        return 1;\n    }\n    int g();\n};\nint B::g() {\n}\n}\n") ==
               "f 4-6, B::g 9-10");
    BOOST_TEST(functions_in("A::A(int x)\n    : a_{x}, b_(x), c_{} {\n    run();\n}\n"
                            "A::~A() {\n}\n") == "A::A 1-4, A::~A 5-6");
    BOOST_TEST(functions_in("template <typename T = int>\nT f(T t) {\n    return t;\n}\n") ==
               "f 1-4");
    BOOST_TEST(
        functions_in("void f() {\n    const auto g = [](int x) {\n        return x;\n    };\n"
                     "    if (a) {\n    }\n}\nvoid h() {\n}\n") == "f 1-7, h 8-9");
    BOOST_TEST(functions_in("BOOST_AUTO_TEST_SUITE(s)\n\nBOOST_AUTO_TEST_CASE(one_two) {\n}\n") ==
               "one_two 3-4");
    BOOST_TEST(functions_in("bool operator==(A a, B b) {\n    return true;\n}\n") ==
               "operator== 1-3");
    BOOST_TEST(functions_in("A& operator*(A a) {\n}\n") == "operator* 1-2");
    BOOST_TEST(functions_in("#define F(x) \\\n    {\nvoid f(A a = {}) {\n    \"}\"; '}';\n}\n") ==
               "f 3-5");
    BOOST_TEST(functions_in("extern \"C\" {\nint f() {\n    return 1'000;\n}\n}\n") == "f 2-4");
    BOOST_TEST(functions_in("const T t = R\"(void f() {\n}\n)\";\nT* f() {\n}\n") == "f 4-5");
}

BOOST_AUTO_TEST_SUITE_END()
