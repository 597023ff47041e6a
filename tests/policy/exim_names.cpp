// Whom lists name, so far as they are text.
#include <boost/test/unit_test.hpp>

#include "tests/policy/exim_told.hpp"

using namespace eximtest;

BOOST_AUTO_TEST_SUITE(exim_names)

// Whom a list of hosts names: for whoever asks about each of them.
BOOST_AUTO_TEST_CASE(names_of_a_list) {
    const struct {
        const char *list, *hosts, *domains;
    } rows[] = {
        {"*", "", ""},
        {"mx.bob.example : *.Carol.example : 192.0.2.1 : localhost",
         "*.carol.example mx.bob.example", ""},
        {"! mx.bob.example : *", "", ""},
        {"+partners", "mx.dave.example", ""},
        {"lsearch;/etc/secondarymx", "erin.example", ""},
        {"${lookup{$domain}lsearch{/etc/secondarymx}{*}}", "", "erin.example"},
        {"${if match_domain{$domain}{+sure}{*}}", "", "any.carol.example bob.example"},
        {"/etc/domains", "*.carol.example bob.example", ""},
    };
    for (const auto& row : rows) {
        const Config config = read_config(
            "hostlist partners = mx.dave.example\ndomainlist sure = bob.example : "
            "*.carol.example\nbegin transports\nt:\n driver = smtp\n hosts_require_tls = " +
                std::string(row.list) + "\n",
            "conf", files);
        const auto joined = [](const std::vector<std::string>& names) {
            std::string out;
            for (const std::string& name : names) out += (out.empty() ? "" : " ") + name;
            return out;
        };
        BOOST_TEST_REQUIRE(config.transports.size() == 1u);
        const HostList& list = config.transports[0].hosts_require_tls;
        BOOST_TEST(joined(list.hosts()) == row.hosts, row.list);
        BOOST_TEST(joined(list.domains()) == row.domains, row.list);
    }
}

// Lists that name each other often come to an end.
BOOST_AUTO_TEST_CASE(lists_of_lists) {
    std::string text, all;
    for (int i = 0; i < 40; ++i) all += (i == 0 ? "+l" : " : +l") + std::to_string(i);
    for (int i = 0; i < 40; ++i)
        text += "hostlist l" + std::to_string(i) + " = mx" + std::to_string(i) +
                ".bob.example : " + all + "\n";
    const Config config = read_config(
        text + "begin transports\nt:\n driver = smtp\n hosts_require_tls = +l0\n", "conf", files);
    BOOST_TEST_REQUIRE(config.transports.size() == 1u);
    BOOST_TEST(config.transports[0].hosts_require_tls.hosts().size() == 40u);
}

BOOST_AUTO_TEST_SUITE_END()
