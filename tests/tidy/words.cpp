// Words that the simulated world and the readers of its trace must not use, and notes to ourselves
// that nobody may leave behind.

#include <boost/test/unit_test.hpp>

#include "tests/tidy/code.hpp"
#include "tests/tidy/findings.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <span>

namespace {

using namespace tidy;

// A word that is common as a name of one's own is banned only as the call of a free function.
enum class Use { any, call };
struct Word {
    std::string_view word;
    Use use;
    std::string_view instead;
};

constexpr std::string_view no_clock = "time is virtual: Loop::now(), Duration and Instant of core";
constexpr std::string_view no_chance = "chance is seeded: core::Chance";
constexpr std::string_view sorted =
    "hash order differs between runs: std::map, std::set or a vector";
constexpr std::string_view no_print = "sim/ prints nothing: record an event, or fmt::format a text";
constexpr std::string_view whole =
    "rounding differs between machines: whole numbers, in a unit's type";
constexpr std::string_view no_files = "sim/ opens no files: take and give text";
constexpr std::string_view no_env = "sim/ has no environment: the scenario or an option says it";
constexpr std::string_view no_throw = "the world said no: Failure; we are wrong: ENSURE";
constexpr std::string_view no_jump = "give the steps names and return early";
constexpr std::string_view asks_the_clock =
    "Loop::begins() and Trace::begins() know: a world may begin at any time";

constexpr Word banned_in_sim[] = {
    {"chrono", Use::any, no_clock},
    {"system_clock", Use::any, no_clock},
    {"steady_clock", Use::any, no_clock},
    {"time", Use::call, no_clock},
    {"clock", Use::call, no_clock},
    {"gettimeofday", Use::any, no_clock},
    {"clock_gettime", Use::any, no_clock},
    {"timespec_get", Use::any, no_clock},
    {"localtime", Use::any, no_clock},
    {"gmtime", Use::any, no_clock},
    {"sleep", Use::call, no_clock},
    {"rand", Use::call, no_chance},
    {"srand", Use::call, no_chance},
    {"random_device", Use::any, no_chance},
    {"mt19937", Use::any, no_chance},
    {"mt19937_64", Use::any, no_chance},
    {"default_random_engine", Use::any, no_chance},
    {"uniform_int_distribution", Use::any, no_chance},
    {"getrandom", Use::any, no_chance},
    {"getentropy", Use::any, no_chance},
    {"unordered_map", Use::any, sorted},
    {"unordered_set", Use::any, sorted},
    {"unordered_multimap", Use::any, sorted},
    {"unordered_multiset", Use::any, sorted},
    {"printf", Use::any, no_print},
    {"fprintf", Use::any, no_print},
    {"puts", Use::any, no_print},
    {"fputs", Use::any, no_print},
    {"putchar", Use::any, no_print},
    {"cout", Use::any, no_print},
    {"cerr", Use::any, no_print},
    {"clog", Use::any, no_print},
    {"print", Use::call, no_print},
    {"double", Use::any, whole},
    {"float", Use::any, whole},
    {"fopen", Use::any, no_files},
    {"fwrite", Use::any, no_files},
    {"ifstream", Use::any, no_files},
    {"ofstream", Use::any, no_files},
    {"getenv", Use::any, no_env},
    {"secure_getenv", Use::any, no_env},
    {"setenv", Use::any, no_env},
    {"system", Use::call, no_env},
    {"throw", Use::any, no_throw},
    {"goto", Use::any, no_jump},
    {"world_begins", Use::any, asks_the_clock},
};

// Of harness/ and visualize/. A visitor may end in a handler of anything: a new event is lost
// there.
constexpr Word banned_in_readers[] = {
    {"visit", Use::any, "an event is read by trace::read, with the names of what is left out"},
    {"world_begins", Use::any, asks_the_clock},
};

// In two halves, so that this file is not guilty of them itself.
constexpr std::string_view notes_to_ourselves[] = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "XX"
    "X",
    "HA"
    "CK"};

constexpr Exemption exemptions[] = {
    {"sim/tls/library.cpp", "thread_local",
     "Mbed TLS's hooks take no argument of ours: the world in use is found by the thread"},
    {"sim/core/units.hpp", "world_begins", "it is told there"},
    {"sim/world.hpp", "world_begins", "a world that is told nothing else begins then"},
    {"harness/bench/bare.hpp", "world_begins", "makes a clock of its own"},
    {"harness/bench/memory.cpp", "world_begins", "makes a clock of its own"},
    {"harness/bench/wire.cpp", "world_begins", "makes a clock of its own"},
};

bool is_name(std::string_view text) { return is_word_character(text.front()); }

// `time(` but neither `loop.time(`, `core::time(` nor the declaration `Instant time(`.
bool is_free_call(std::span<const Token> tokens, std::size_t at) {
    const auto text = [&](std::size_t back) {
        return back <= at ? tokens[at - back].text : std::string_view(";");
    };
    if (at + 1 >= tokens.size() || tokens[at + 1].text != "(") return false;
    if (text(1) == ".") return false;
    if (text(1) == ">") return text(2) != "-";
    if (text(1) == ":" && text(2) == ":") return text(3) == "std" || !is_name(text(3));
    const bool follows_keyword =
        text(1) == "return" || text(1) == "co_return" || text(1) == "co_await" || text(1) == "else";
    return follows_keyword || !is_name(text(1));
}

Findings banned_words(const File& file, std::span<const Token> tokens,
                      std::span<const Word> banned) {
    Findings findings;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const auto word = std::ranges::find(banned, tokens[at].text, &Word::word);
        if (word == banned.end()) continue;
        if (word->use == Use::call && !is_free_call(tokens, at)) continue;
        findings.push_back(
            {file.path, tokens[at].line, std::string(word->word), std::string(word->instead)});
    }
    return findings;
}

// `static int n = 0;` but neither a constant nor a function.
bool declares_mutable_static(std::span<const Token> tokens) {
    for (const Token& token : tokens) {
        const auto text = token.text;
        if (text == "const" || text == "constexpr" || text == "(") return false;
        if (text == ";" || text == "=" || text == "{") return true;
    }
    return false;
}

Findings mutable_statics(const File& file, std::span<const Token> tokens) {
    Findings findings;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const auto text = tokens[at].text;
        if (text != "static" && text != "thread_local") continue;
        if (!declares_mutable_static(tokens.subspan(at + 1))) continue;
        findings.push_back({file.path, tokens[at].line, std::string(text),
                            "sim/ has no static state: make it a member of what the world owns"});
    }
    return findings;
}

Findings words_in_sim(const File& file) {
    const std::string code = code_of(file.text);
    const std::vector<Token> tokens = tokens_of(code);
    Findings findings = banned_words(file, tokens, banned_in_sim);
    append(findings, mutable_statics(file, tokens));
    return findings;
}

Findings words_in_readers(const File& file) {
    const std::string code = code_of(file.text);
    return banned_words(file, tokens_of(code), banned_in_readers);
}

// A coroutine's traps: g++ 12 loses temporaries of a statement that waits twice.
Findings statements_that_wait_twice(const File& file) {
    Findings findings;
    const std::string code = code_of(file.text);
    bool waits = false;
    for (const Token& token : tokens_of(code)) {
        if (token.text == ";" || token.text == "{" || token.text == "}") waits = false;
        if (token.text != "co_await") continue;
        if (waits) {
            findings.push_back({file.path, token.line, "co_await twice",
                                "one co_await a statement, its result bound to a name"});
        }
        waits = true;
    }
    return findings;
}

// These stand in comments, so nothing is stripped.
Findings notes_left_behind(const File& file) {
    Findings findings;
    for (const Token& token : tokens_of(file.text)) {
        if (std::ranges::find(notes_to_ourselves, token.text) == std::end(notes_to_ourselves)) {
            continue;
        }
        findings.push_back({file.path, token.line, std::string(token.text),
                            "do it now, or open an issue and say in a sentence what holds"});
    }
    return findings;
}

std::string verdict(std::string text) {
    return rules_of(words_in_sim({"sim/mta/x.cpp", std::move(text)}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(words)

BOOST_AUTO_TEST_CASE(the_tree_is_free_of_banned_words) {
    Findings findings;
    for (const File& file : source_tree()) {
        append(findings, notes_left_behind(file));
        if (!is_cpp(file)) continue;
        append(findings, statements_that_wait_twice(file));
        if (is_at(file.path, "sim")) append(findings, words_in_sim(file));
        if (is_at(file.path, "harness") || is_at(file.path, "visualize"))
            append(findings, words_in_readers(file));
    }
    const Findings left = judged(std::move(findings), exemptions);
    BOOST_CHECK_MESSAGE(left.empty(), listing(left));
}

BOOST_AUTO_TEST_CASE(each_banned_word_is_found_where_it_is_used) {
    for (const Word& word : banned_in_sim) {
        const std::string text(word.word);
        BOOST_TEST(verdict("auto x = " + text + "(1);\n") == text);
        BOOST_TEST(verdict("auto x = std::" + text + "(1);\n") == text);
        BOOST_TEST(verdict("    return " + text + "(nullptr);\n") == text);
        BOOST_TEST(!word.instead.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_visitor_of_events_is_found_among_the_readers) {
    const auto judge = [](const std::string& text) {
        return rules_of(words_in_readers({"visualize/x.cpp", text}));
    };
    BOOST_TEST(judge("event.body.visit(tell);\n") == "visit");
    BOOST_TEST(judge("trace::read(event.body, LeftOut(), tell);  // no visit\n") == "");
    BOOST_TEST(judge("visitor(1);\n") == "");
}

BOOST_AUTO_TEST_CASE(no_banned_word_is_found_in_comments_texts_and_longer_words) {
    for (const Word& word : banned_in_sim) {
        const std::string text(word.word);
        BOOST_TEST(verdict("// " + text + "(1)\n") == "");
        BOOST_TEST(verdict("/* a\n " + text + "(1)\n*/\n") == "");
        BOOST_TEST(verdict("auto x = \"" + text + "(1) \\\"" + text + "(2)\";\n") == "");
        BOOST_TEST(verdict("auto x = R\"(" + text + "(1) \" " + text + ")\";\n") == "");
        BOOST_TEST(verdict("auto x = my_" + text + "(" + text + "_of_mine(1));\n") == "");
    }
}

BOOST_AUTO_TEST_CASE(what_comes_after_a_text_is_looked_at_again) {
    BOOST_TEST(verdict("f(\"a\\\\\", getenv(1));\n") == "getenv");
    BOOST_TEST(verdict("f('\"', getenv(1), '\\'', 1'000, rand());\n") == "getenv, rand");
    BOOST_TEST(verdict("f(R\"x(a)\" )x\", getenv(1));  // rand()\nfloat y;\n") == "getenv, float");
    BOOST_TEST(verdict("/* a */ double /* b */ y;\n") == "double");
}

BOOST_AUTO_TEST_CASE(a_word_of_our_own_may_have_the_name_of_a_banned_call) {
    BOOST_TEST(verdict("auto t = loop.time();\n") == "");
    BOOST_TEST(verdict("auto t = loop->time();\n") == "");
    BOOST_TEST(verdict("auto t = core::time(x);\n") == "");
    BOOST_TEST(verdict("Instant time(int x);\n") == "");
    BOOST_TEST(verdict("Instant time = now;\n") == "");
    BOOST_TEST(verdict("auto t = ::time(nullptr);\n") == "time");
    BOOST_TEST(verdict("auto t = std::time(nullptr);\n") == "time");
    BOOST_TEST(verdict("if (a > time(nullptr)) f();\n") == "time");
}

BOOST_AUTO_TEST_CASE(static_state_is_found_and_constants_and_functions_are_not) {
    BOOST_TEST(verdict("void f() {\n    static int count = 0;\n}\n") == "static");
    BOOST_TEST(verdict("static std::map<int, int> seen;\n") == "static");
    BOOST_TEST(verdict("static std::vector<int> seen{1, 2};\n") == "static");
    BOOST_TEST(verdict("thread_local World* current = nullptr;\n") == "thread_local");
    BOOST_TEST(verdict("static const std::map<int, int> table{{1, 2}};\n") == "");
    BOOST_TEST(verdict("static constexpr int most = 3;\n") == "");
    BOOST_TEST(verdict("static int send(void* self);\n") == "");
    BOOST_TEST(verdict("auto x = static_cast<int>(y);\n") == "");
}

BOOST_AUTO_TEST_CASE(a_statement_that_waits_twice_is_found) {
    const auto judge = [](const std::string& text) {
        return rules_of(statements_that_wait_twice({"sim/x.cpp", text}));
    };
    BOOST_TEST(judge("f(co_await a(), co_await b());\n") == "co_await twice");
    BOOST_TEST(judge("auto x = y ? co_await a()\n           : co_await b();\n") ==
               "co_await twice");
    BOOST_TEST(judge("co_await a();\nco_await b();\n") == "");
    BOOST_TEST(judge("if (co_await a()) {\n    co_await b();\n}\n") == "");
    BOOST_TEST(judge("co_await a();  // not co_await b()\n") == "");
}

BOOST_AUTO_TEST_CASE(a_note_to_ourselves_is_found_in_any_file) {
    const auto judge = [](const std::string& text) {
        return rules_of(notes_left_behind({"scenarios/x.lua", text}));
    };
    for (const auto note : notes_to_ourselves) {
        const std::string text(note);
        BOOST_TEST(judge("-- " + text + ": later\n") == text);
        BOOST_TEST(judge("// " + text + "(bob) later\n") == text);
        BOOST_TEST(judge("f();  #" + text + "\n") == text);
        BOOST_TEST(judge("mkdtemp(\"x-" + text + text + "\")\n") == "");
    }
    BOOST_TEST(judge("-- what to do, and how to fix me\n") == "");
}

BOOST_AUTO_TEST_SUITE_END()
