// Every option of Exim 4.96 has one class (sim/policy/exim_settings.cpp).
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>
#include <sstream>

#include "sim/policy/exim_config.hpp"
#include "sim/policy/exim_settings.hpp"

using namespace policy;
using namespace policy::exim;
using Class = SettingFacts::Class;

namespace {

struct Option {
    std::string scope, name;
    bool boolean = false;
};

// A line is "scope name", and "boolean" where it needs no value.
std::vector<Option> all_options_of_exim() {
    std::ifstream in(MAILTLS_TESTS "/vectors/exim/options-4.96.txt");
    std::vector<Option> out;
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        Option option;
        std::string type;
        words >> option.scope >> option.name >> type;
        option.boolean = type == "boolean";
        out.push_back(option);
    }
    return out;
}

core::Result<std::string> nothing_beside(const std::string& name) {
    return core::Failure(core::Reason::none, name + ": there is no such file");
}

// A configuration in which the option stands where it may.
std::string with(const Option& option, const std::string& value) {
    const std::string set = option.name + " = " + value + "\n";
    const auto in = [&](const std::string& scope) { return option.scope == scope ? set : ""; };
    const std::string router =
        option.scope == "main" || option.scope == "router" ? "dnslookup" : option.scope;
    const bool routes = router_driver(router).has_value();
    std::string out = in("main") + "begin routers\nr:\n  driver = " +
                      (routes ? router : std::string("dnslookup")) + "\n";
    if (routes && option.scope != "main") out += set;
    out +=
        "  transport = t\nbegin transports\nt:\n  driver = smtp\n" + in("transport") + in("smtp");
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exim_settings)

BOOST_AUTO_TEST_CASE(each_option_has_a_class) {
    const std::vector<Option> options = all_options_of_exim();
    BOOST_TEST(options.size() > 600u);
    std::set<std::string> names;
    for (const Option& option : options) {
        const auto scope = scope_of(option.scope);
        BOOST_TEST_REQUIRE(scope.has_value(), option.scope);
        const auto facts = setting_facts(*scope, option.name);
        BOOST_TEST_REQUIRE(facts.has_value(), option.scope << " " << option.name);
        BOOST_TEST(facts->boolean == option.boolean, option.name);
        BOOST_TEST((facts->kind == Class::refused) == !facts->why.empty(), option.name);
        names.insert(option.scope + " " + option.name);
    }
    // What is told of must be an option of Exim's.
    for (const std::string scope :
         {"main", "router", "dnslookup", "manualroute", "redirect", "transport", "smtp"})
        for (const std::string_view name : settings_of(*scope_of(scope)))
            BOOST_TEST(names.contains(scope + " " + std::string(name)), name);
    BOOST_TEST(!setting_facts(Scope::smtp, "hosts_require_tl").has_value());
}

// What is refused is played with the value that says so, and no other.
BOOST_AUTO_TEST_CASE(refused_with_a_reason) {
    std::size_t refused = 0;
    for (const Option& option : all_options_of_exim()) {
        const auto facts = setting_facts(*scope_of(option.scope), option.name);
        if (!facts || facts->kind != Class::refused) continue;
        ++refused;
        const auto unsupported = [&](const std::string& value) {
            std::string out;
            for (const Remark& r : read_config(with(option, value), "conf", nothing_beside).remarks)
                if (r.kind != Remark::Kind::note) out += r.subject + ": " + r.sentence;
            return out;
        };
        const std::string other = option.boolean ? "true" : "else";
        BOOST_TEST(unsupported(std::string(facts->value)) == "", option.name);
        BOOST_TEST(unsupported(other) == option.name + ": " + option.name + " = '" + other +
                                             "' cannot be played: " + std::string(facts->why));
    }
    BOOST_TEST(refused > 15u);
}

BOOST_AUTO_TEST_SUITE_END()
