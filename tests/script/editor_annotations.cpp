// What editors are told of the language: `mailtls api --meta` against the vocabulary.
#include <boost/test/unit_test.hpp>

#include <sstream>

#include "harness/script/file.hpp"
#include "sim/core/reason.hpp"
#include "tests/script/vocabulary.hpp"

namespace {

const std::string& annotations() {
    static const std::string text = script::editor_annotations();
    return text;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// "answers_dns_options" -> "AnswersDnsOptions".
std::string camel(const std::string& name) {
    std::string out;
    bool first = true;
    for (const char c : name) {
        if (c != '_') out += first ? static_cast<char>(std::toupper(c)) : c;
        first = c == '_';
    }
    return out;
}

// The lines of a class, up to the empty line.
std::string class_of(const std::string& name) {
    for (const std::string head : {"---@class (exact) mailtls.", "---@class mailtls."}) {
        const std::size_t at = annotations().find(head + name + "\n");
        if (at == std::string::npos) continue;
        return annotations().substr(at, annotations().find("\n\n", at) + 1 - at);
    }
    BOOST_TEST(false, "there is no class mailtls." << name);
    return {};
}

std::string line_with(const std::string& text, const std::string& begin) {
    const std::size_t at = text.find("\n" + begin);
    if (at == std::string::npos) return {};
    return text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

// Tables of options, by the path in the vocabulary, and the class made of each.
std::vector<std::pair<std::string, std::string>> option_tables(const Vocabulary& vocabulary) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const std::string& name : vocabulary.keys(""))
        if (name.ends_with("_options") || name.ends_with("_facts"))
            out.emplace_back(name, camel(name));
    for (const std::string& name : vocabulary.keys("builders"))
        if (vocabulary.has_table("builders." + name + ".options"))
            out.emplace_back("builders." + name + ".options", camel(name) + "Options");
    for (const std::string& name : vocabulary.keys("acts"))
        if (vocabulary.has_table("acts." + name + ".options"))
            out.emplace_back("acts." + name + ".options", camel(name) + "Options");
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(editor_annotations)

BOOST_AUTO_TEST_CASE(they_are_lua_that_loads_and_does_nothing) {
    lua_State* const lua = luaL_newstate();
    const std::string& text = annotations();
    BOOST_TEST(luaL_loadbufferx(lua, text.data(), text.size(), "=meta", "t") == LUA_OK);
    BOOST_TEST(lua_pcall(lua, 0, 0, 0) == LUA_OK);
    lua_close(lua);
    BOOST_TEST(text.starts_with("---@meta\n"));
}

BOOST_AUTO_TEST_CASE(every_option_stands_in_its_class_with_its_meaning_and_values) {
    const Vocabulary vocabulary;
    std::size_t options = 0;
    for (const auto& [path, name] : option_tables(vocabulary)) {
        const std::string lines = class_of(name);
        for (const std::string& option : vocabulary.keys(path)) {
            ++options;
            const std::string at = path + "." + option;
            const bool plain = option.find(' ') == option.npos;
            const std::string line =
                line_with(lines, "---@field " + (plain ? option : "[\"" + option + "\"]") + "? ");
            BOOST_TEST(!line.empty(), at << " is missing");
            BOOST_TEST(has(line, vocabulary.text(at + ".meaning")), at);
            std::string allowed = at + ".allowed";
            if (const std::string list = vocabulary.text(allowed); !list.empty())
                allowed = "lists." + list;
            if (!vocabulary.has_table(allowed)) continue;
            for (const std::string& value : vocabulary.keys(allowed))
                BOOST_TEST(has(line, "\"" + value + "\""), at << " lacks " << value);
        }
    }
    BOOST_TEST(options > 100);
}

BOOST_AUTO_TEST_CASE(every_word_is_a_function_with_its_meaning) {
    const Vocabulary vocabulary;
    for (const std::string& name : vocabulary.keys("acts")) {
        const bool known =
            has(annotations(), "\nfunction " + name + "(") || has(annotations(), ":" + name + "(");
        BOOST_TEST(known, name);
        BOOST_TEST(has(annotations(), "\n---" + vocabulary.text("acts." + name + ".meaning")));
    }
    for (const std::string& name : vocabulary.keys("builders")) {
        const bool known = has(annotations(), "\nfunction " + name + "(") ||
                           has(annotations(), "\n" + name + " = ");
        BOOST_TEST(known, name);
        BOOST_TEST(has(annotations(), "\n---" + vocabulary.text("builders." + name + ".meaning")));
    }
    for (const std::string name : {"scenario", "matrix", "expect"})
        BOOST_TEST(has(annotations(), "\nfunction " + name + "("));
}

BOOST_AUTO_TEST_CASE(every_verb_stands_with_its_subject) {
    const Vocabulary vocabulary;
    for (const std::string& section : vocabulary.keys("")) {
        if (!section.ends_with("_verbs") || section == "reply_verbs") continue;
        const std::string subject = section.substr(0, section.size() - 6);
        const std::string lines = class_of(camel(subject) + "Expectation");
        for (const std::string& verb : vocabulary.keys(section)) {
            const std::string line = line_with(lines, "---@field " + verb + " fun(");
            BOOST_TEST(has(line, vocabulary.text(section + "." + verb)), section << "." << verb);
        }
    }
}

BOOST_AUTO_TEST_CASE(lists_of_values_are_whole) {
    const Vocabulary vocabulary;
    for (const std::string list : {"levels", "fates", "final_fates", "crossings", "reply_verbs"})
        for (const std::string& value : vocabulary.keys(list))
            BOOST_TEST(has(annotations(), "\n---| \"" + value + "\"\n"), value);
    for (std::size_t i = 0; !core::reason_word_at(i).empty(); ++i) {
        const std::string word(core::reason_word_at(i));
        BOOST_TEST(has(annotations(), "\n---| \"" + word + "\"\n"), word);
    }
}

// A class that is named must be there: an editor says nothing of one that is not.
BOOST_AUTO_TEST_CASE(every_type_that_is_named_is_declared) {
    const std::string& text = annotations();
    for (std::size_t at = text.find("mailtls."); at != std::string::npos;
         at = text.find("mailtls.", at + 1)) {
        const std::size_t begin = at + 8;
        std::size_t end = begin;
        while (std::isalpha(static_cast<unsigned char>(text[end])) != 0) ++end;
        const std::string name = text.substr(begin, end - begin);
        const bool declared = has(text, "---@alias mailtls." + name + "\n") ||
                              has(text, "---@alias mailtls." + name + " ") ||
                              has(text, "---@class mailtls." + name + "\n") ||
                              has(text, "---@class mailtls." + name + ":") ||
                              has(text, "---@class (exact) mailtls." + name + "\n");
        BOOST_TEST(declared, "mailtls." << name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
