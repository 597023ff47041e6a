// Every parameter of Postfix has one class (sim/policy/postfix_settings.cpp).
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>

#include "sim/policy/postfix_main.hpp"
#include "sim/policy/postfix_settings.hpp"

using namespace policy::postfix;
using Class = SettingFacts::Class;

namespace {

std::set<std::string> names_of(const std::string& version) {
    std::ifstream in(MAILTLS_TESTS "/vectors/postfix/parameters-" + version + ".txt");
    std::set<std::string> out;
    for (std::string name; std::getline(in, name);) out.insert(name);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(postfix_settings)

BOOST_AUTO_TEST_CASE(each_name_has_a_class) {
    for (const char* const version : {"3.7", "3.10"}) {
        const std::set<std::string> names = names_of(version);
        BOOST_TEST(names.size() > 800u);
        for (const std::string& name : names) {
            const auto facts = setting_facts(name);
            BOOST_TEST_REQUIRE(facts.has_value(), name << " of Postfix " << version);
            BOOST_TEST((facts->kind == Class::refused) == !facts->why.empty(), name);
        }
    }
    BOOST_TEST(!setting_facts("smtp_tls_protocol").has_value());
}

// A name that is played, and that nobody reads, would be a promise not kept.
BOOST_AUTO_TEST_CASE(no_other_names) {
    std::set<std::string> names = names_of("3.7");
    names.merge(names_of("3.10"));
    for (const std::string_view name : played_settings())
        BOOST_TEST(names.contains(std::string(name)), name);
}

// What is refused is played with the value that says so, and no other.
BOOST_AUTO_TEST_CASE(refused_with_a_reason) {
    for (const std::string& name : names_of("3.10")) {
        const auto facts = setting_facts(name);
        if (!facts || facts->kind != Class::refused) continue;
        const auto unsupported = [&](const std::string& value) {
            std::string out;
            const std::string text = "smtp_tls_security_level = may\n" + name + " = " + value;
            for (const Remark& remark : read_main(text, "main.cf").remarks)
                if (remark.kind == Remark::Kind::unsupported) out += remark.text();
            return out;
        };
        BOOST_TEST(unsupported(std::string(facts->value)) == "", name);
        BOOST_TEST(unsupported("else") ==
                   "main.cf:2: " + name + " = 'else' cannot be played: " + std::string(facts->why));
    }
}

BOOST_AUTO_TEST_SUITE_END()
