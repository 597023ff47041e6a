// Every parameter of Postfix has one class (sim/policy/postfix_settings.cpp).
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <optional>
#include <set>

#include "sim/policy/postfix_main.hpp"
#include "sim/policy/postfix_settings.hpp"
#include "sim/policy/postfix_table.hpp"

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

// The attributes of a table's line, as postconf(5) has them under smtp_tls_policy_maps, and those
// of a policy server (TLSRPT_README of 3.10). None is a word that nobody knows.
BOOST_AUTO_TEST_CASE(each_attribute_has_a_class) {
    const struct {
        const char* attribute;
        std::optional<Remark::Kind> told;
    } rows[] = {
        {"match=nexthop", {}},
        {"protocols=>=TLSv1.2", {}},
        {"ciphers=high", {}},
        {"exclude=aNULL", {}},
        {"servername=hostname", {}},
        {"tafile=/etc/ssl/ta.pem", {}},
        {"connection_reuse=no", {}},
        {"connection_reuse=yes", Remark::Kind::note},
        {"enable_rpk=no", {}},
        {"enable_rpk=yes", Remark::Kind::unsupported},
        {"policy_ttl=3600", Remark::Kind::note},
        {"policy_type=sts", Remark::Kind::note},
        {"policy_domain=bob.example", Remark::Kind::note},
        {"policy_string=mode: enforce", Remark::Kind::note},
        {"mx_host_pattern=mx.bob.example", Remark::Kind::note},
        {"policy_failure=sts-policy-invalid", Remark::Kind::note},
        {"matches=nexthop", Remark::Kind::harm},
    };
    for (const auto& row : rows) {
        const std::string line = std::string("bob.example secure { ") + row.attribute + " }";
        const Table table = read_table(line, "tls", Defaults(), TableKind::compiled);
        BOOST_TEST(table.entries.size() == 1u, row.attribute);
        BOOST_TEST(table.remarks.size() == (row.told ? 1u : 0u), row.attribute);
        for (const Remark& remark : table.remarks)
            BOOST_TEST((remark.kind == row.told), remark.text());
    }
}

BOOST_AUTO_TEST_SUITE_END()
