// master.cf, next hops, files of CAs: master(5), transport(5).
#include <boost/test/unit_test.hpp>

#include "sim/policy/postfix_master.hpp"
#include "sim/policy/postfix_ways.hpp"

using namespace policy::postfix;

namespace {

core::Result<std::string> nothing_beside(const std::string& name) {
    return core::Failure(core::Reason::none, name + ": there is no such file");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(postfix_ways)

BOOST_AUTO_TEST_CASE(services_of_master_cf) {
    const Master master = read_master(
        "# a remark\nsmtp inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n"
        "smtp unix - - y - - smtp\nrelay unix - - y - - smtp\n  -o smtp_tls_security_level=none\n"
        "  -o { smtp_tls_policy_maps = inline:{ a=b, c=d } }\n  -v\n"
        "maildrop unix - n n - - pipe\n  flags=DRXhu argv=/usr/bin/maildrop\nhalf unix -\n",
        "master.cf");
    BOOST_TEST(master.smtp.size() == 2u);
    const std::vector<Override>& own = master.smtp.at("relay").overrides;
    BOOST_TEST_REQUIRE(own.size() == 2u);
    BOOST_TEST(own[0].name + "=" + own[0].value == "smtp_tls_security_level=none");
    BOOST_TEST(own[1].value == "inline:{ a=b, c=d }");
    BOOST_TEST(own[1].line == 7);
    BOOST_TEST_REQUIRE(master.remarks.size() == 1u);
    BOOST_TEST(master.remarks[0].text().starts_with("master.cf:11: expected a service: name, "));
    const Main main = read_main("smtp_tls_security_level = may\n", "main.cf", own);
    BOOST_TEST((main.usual.rule.level == policy::Level::none));
}

BOOST_AUTO_TEST_CASE(where_mail_goes) {
    const Main main = read_main(
        "relayhost = [mx.hub.example]:587, [192.0.2.7]\n"
        "transport_maps = inline:{ bob.example=smtp:[mx.bob.example], .bob.example=slow:, "
        "carol.example=local:, dave.example=: }\n"
        "sender_dependent_relayhost_maps = inline:{ a@alice.example=[mx.erin.example]:25 }\n",
        "main.cf");
    std::vector<Remark> remarks;
    const Routing routing(main.ways, nothing_beside, {}, remarks);
    const std::pair<const char*, const char*> rows[] = {
        {"bob.example", "smtp [mx.bob.example] transport_maps"},
        {"a.bob.example", "slow a.bob.example transport_maps"},
        {"dave.example", "smtp [mx.hub.example]:587 relayhost"},
        {"else.example", "smtp [mx.hub.example]:587 relayhost"},
        {"[mx.frank.example]:25", "smtp [mx.hub.example]:587 relayhost"},
        {"carol.example", "local"}};
    for (const auto& [domain, expected] : rows) {
        std::string not_smtp;
        const std::optional<Way> way = routing.way_of(domain, not_smtp);
        BOOST_TEST((way ? way->service + " " + way->next_hop + " " + way->setting : not_smtp) ==
                   expected);
    }
    std::string relays;
    for (const Way& way : routing.relays()) relays += way.next_hop + " ";
    BOOST_TEST(relays == "[mx.hub.example]:587 [192.0.2.7] [mx.erin.example]:25 [mx.bob.example] ");
}

// Several settings have tables that cannot be asked: each finds its own answers.
BOOST_AUTO_TEST_CASE(answers_for_several_settings) {
    const Main main = read_main(
        "smtp_tls_policy_maps = mysql:/a\ntransport_maps = ldap:/b\n"
        "sender_dependent_relayhost_maps = mysql:/c\n",
        "main.cf");
    const std::string said =
        "# of any\n.dave.example smtp:[mx.hub.example]\ntransport_maps:\n"
        "bob.example smtp:[mx.bob.example]\nsender_dependent_relayhost_maps:\n"
        "@alice.example [mx.erin.example]:587\n"
        "smtp_tls_policy_maps:\n[mx.bob.example] secure\n";
    const Answers answers{&said, "answers"};
    std::vector<Remark> remarks;
    std::string relays;
    for (const Pair& pair : read_pairs(main.ways.transports, nothing_beside, answers, remarks))
        relays += pair.key + " " + pair.value + " " + std::to_string(pair.line) + "\n";
    BOOST_TEST(relays ==
               ".dave.example smtp:[mx.hub.example] 2\nbob.example "
               "smtp:[mx.bob.example] 4\n");
    relays.clear();
    for (const Pair& p : read_pairs(main.ways.sender_relayhosts, nothing_beside, answers, remarks))
        relays += p.key + " " + std::to_string(p.line) + "\n";
    BOOST_TEST(relays == ".dave.example 2\n@alice.example 6\n");
    const std::string wrong = "transport_map:\nbob.example smtp:\n";
    remarks.clear();
    BOOST_TEST(
        read_pairs(main.ways.transports, nothing_beside, {&wrong, "answers"}, remarks).empty());
    BOOST_TEST_REQUIRE(remarks.size() == 1u);
    BOOST_TEST(remarks[0].text() ==
               "answers:1: expected smtp_tls_policy_maps, transport_maps or "
               "sender_dependent_relayhost_maps, and a colon, got 'transport_map'; did you mean "
               "'transport_maps'?");
}

BOOST_AUTO_TEST_CASE(what_a_file_of_cas_holds) {
    const std::pair<const char*, const char*> rows[] = {
        {"/etc/ssl/certs/ca-certificates.crt", ""}, {"cacert.pem", ""},
        {"/etc/postfix/other.pem", "Other CA"},     {"/etc/lab-root.pem", "Lab Root CA"},
        {"unknown_ca.crt", "Unknown CA"},
    };
    for (const auto& [file, expected] : rows) BOOST_TEST(authority_in(file) == expected, file);
}

BOOST_AUTO_TEST_SUITE_END()
