#include "sim/policy/least.hpp"

#include <boost/test/unit_test.hpp>

using namespace policy;
using core::Reason;

BOOST_AUTO_TEST_SUITE(least)

BOOST_AUTO_TEST_CASE(who_has_to_name_a_host) {
    struct Case {
        const char* word;
        bool by_nobody, by_dnssec, by_mta_sts;
        const char* why;
    };
    for (const Case& c :
         {Case{"anything", true, true, true, ""},
          Case{"signed", false, true, false,
               "DNSSEC does not vouch for the MX host mx.bob.example"},
          Case{"sts", false, false, true,
               "no enforced MTA-STS policy vouches for the MX host mx.bob.example"},
          Case{"signed or sts", false, true, true,
               "neither DNSSEC nor an enforced MTA-STS policy vouches for the MX host "
               "mx.bob.example"}}) {
        const std::optional<MxProof> wanted = mx_proof_of(c.word);
        BOOST_TEST_REQUIRE(wanted.has_value());
        const auto goes = [&](MxNamedBy found) {
            return !refuse_mx(*wanted, found, "mx.bob.example");
        };
        BOOST_TEST(goes({false, false}) == c.by_nobody, c.word);
        BOOST_TEST(goes({true, false}) == c.by_dnssec, c.word);
        BOOST_TEST(goes({false, true}) == c.by_mta_sts, c.word);
        BOOST_TEST(goes({true, true}), c.word);
        if (c.by_nobody) continue;
        const Judgement refusal = *refuse_mx(*wanted, {}, "mx.bob.example");
        BOOST_TEST(!refusal.accepted);
        BOOST_TEST((refusal.reason == Reason::mx_not_proven));
        BOOST_TEST(refusal.code == "4.7.0");
        BOOST_TEST(refusal.why == c.why);
    }
    BOOST_TEST(!mx_proof_of("").has_value());
    BOOST_TEST(!mx_proof_of("Signed").has_value());
}

BOOST_AUTO_TEST_CASE(no_less_than_there_was) {
    constexpr Protected all[] = {Protected::not_at_all, Protected::encrypted,
                                 Protected::authenticated};
    for (const Protected once : all)
        for (const Protected now : all)
            BOOST_TEST(refuse_less(once, now, "bob.example").has_value() == (now < once));
    const Judgement refusal =
        *refuse_less(Protected::authenticated, Protected::not_at_all, "bob.example");
    BOOST_TEST((refusal.reason == Reason::protection_lost));
    BOOST_TEST(refusal.code == "4.7.10");
    BOOST_TEST(refusal.why ==
               "bob.example was reached with authenticated TLS before, and this is clear text");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_counts_where_none_is_demanded) {
    Requirement usual;
    usual.word = "strange";
    usual.lenient = "opportunistic";
    usual.names = NameRules::rfc9525;
    const Requirement r = lenient_requirement(usual);
    BOOST_TEST(r.word == "opportunistic");
    BOOST_TEST((r.demand == Demand::pkix));
    BOOST_TEST((r.names == NameRules::rfc9525));
    BOOST_TEST(r.match == std::vector<std::string>{"hostname"});
    BOOST_TEST(r.server_name == "", "nothing else is sent than at the level itself");
}

BOOST_AUTO_TEST_SUITE_END()
