// Where mail goes: RFC 5321 section 5.1, RFC 7505.
#include "sim/mta/routing.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/mta/village.hpp"

using namespace core;
using trace::MailBounced;
using trace::MailDeferred;
using trace::MailDelivered;

BOOST_AUTO_TEST_SUITE(routing)

// SMTP-23.
BOOST_AUTO_TEST_CASE(the_lower_preference_goes_first) {
    Village v;
    v.receiver("mx2.bob.example", "bob.example", 20);
    v.receiver("mx1.bob.example", "bob.example", 10);
    v.send({"bob@bob.example"});
    const auto delivered = v.events<MailDelivered>();
    BOOST_TEST_REQUIRE(delivered.size() == 1u);
    BOOST_TEST(delivered[0].server == "mx1.bob.example");
}

BOOST_AUTO_TEST_CASE(equal_preferences_are_shuffled_by_the_seed) {
    std::set<std::string> first;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Village v(seed);
        for (const char* host : {"mx1.bob.example", "mx2.bob.example", "mx3.bob.example"})
            v.receiver(host, "bob.example", 10);
        v.send({"bob@bob.example"});
        BOOST_TEST_REQUIRE(v.events<MailDelivered>().size() == 1u);
        first.emplace(v.events<MailDelivered>()[0].server);
    }
    BOOST_TEST(first.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_dead_host_and_a_silent_one_leave_the_mail_to_the_next) {
    Village v;
    v.receiver("mx1.bob.example", "bob.example", 10).inbound->listen(false);
    sim::Gateway& silent = v.receiver("mx2.bob.example", "bob.example", 20);
    silent.inbound->listen(false);
    v.world.network().host(silent.host).manner = net::Manner::ignores;
    v.receiver("mx3.bob.example", "bob.example", 30);
    v.send({"bob@bob.example"});
    BOOST_TEST(v.addresses_tried().size() == 3u);
    BOOST_TEST_REQUIRE(v.events<MailDelivered>().size() == 1u);
    BOOST_TEST(v.events<MailDelivered>()[0].server == "mx3.bob.example");
    const auto failed = v.events<trace::ConnectionFailed>();
    BOOST_TEST_REQUIRE(failed.size() == 2u);
    BOOST_TEST((failed[0].reason == Reason::connection_refused));
    BOOST_TEST((failed[1].reason == Reason::timeout));
}

BOOST_AUTO_TEST_CASE(every_address_of_a_host_is_tried_up_to_five) {
    Village v;
    v.mx("bob.example", "mx.bob.example", 10);
    for (int i = 1; i <= 7; ++i)
        v.record("mx.bob.example IN A 198.51.100." + std::to_string(i));  // nobody's
    v.send({"bob@bob.example"}, minutes(4));                              // 30 seconds each
    BOOST_TEST(v.addresses_tried().size() == 5u);
}

// SMTP-24: no MX is an implicit one; an MX that is of no use is an error, and the domain's own
// address is not used.
BOOST_AUTO_TEST_CASE(the_implicit_mx) {
    Village v;
    v.receiver("bob.example", "bob.example", 0);
    v.send({"bob@bob.example"});
    BOOST_TEST(v.events<MailDelivered>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_mx_without_an_address_does_not_fall_back_to_the_domain_s) {
    Village v;
    v.receiver("bob.example", "bob.example", 0);
    v.mx("bob.example", "mx.bob.example", 10);
    v.send({"bob@bob.example"});
    BOOST_TEST(v.addresses_tried().empty());
    BOOST_TEST_REQUIRE(v.events<MailBounced>().size() == 1u);
    BOOST_TEST(v.events<MailBounced>()[0].code == "5.4.4");
}

// RFC 5321 section 5.1: an alias is followed, with MX records behind it or without.
BOOST_AUTO_TEST_CASE(a_domain_that_is_an_alias) {
    for (const bool implicit : {false, true}) {
        Village v;
        v.receiver(implicit ? "real.example" : "mx.real.example", "bob.example", 0);
        if (!implicit) v.mx("real.example", "mx.real.example", 10);
        v.record("bob.example IN CNAME real.example");
        v.send({"bob@bob.example"});
        BOOST_TEST(v.events<MailDelivered>().size() == 1u, (implicit ? "implicit MX" : "MX"));
    }
}

// SMTP-26: RFC 5321 section 5.1. Whoever finds itself there must not go on to worse ones: they
// would send the mail back.
BOOST_AUTO_TEST_CASE(a_gateway_that_finds_itself_in_the_list_drops_what_is_worse) {
    Village v;
    sim::Gateway& better = v.receiver("mx1.bob.example", "bob.example", 10);
    better.inbound->listen(false);
    v.mx("bob.example", "mail.alice.example", 20);
    v.receiver("mx2.bob.example", "bob.example", 20);
    v.receiver("mx3.bob.example", "bob.example", 30);
    v.send({"bob@bob.example"}, minutes(1));
    const std::vector<std::string> wanted{v.world.network().host(better.host).address};
    BOOST_TEST(v.addresses_tried() == wanted, boost::test_tools::per_element());
}

// RFC 7505 section 3 forbids others beside a null MX, and does not say what then: Postfix takes the
// domain's word that it accepts no mail (dns_lookup.c).
BOOST_AUTO_TEST_CASE(a_null_mx_counts_beside_others) {
    Village v;
    v.record("bob.example IN MX 0 .");
    v.receiver("mx.bob.example", "bob.example", 10);
    v.send({"bob@bob.example"});
    BOOST_TEST(v.events<MailDelivered>().empty());
    BOOST_TEST_REQUIRE(v.events<MailBounced>().size() == 1u);
    BOOST_TEST(v.events<MailBounced>()[0].code == "5.1.0");
}

struct Fate {
    const char* name;
    void (*spoil)(Village&);
    bool bounces;
    Reason reason;
    const char* code;
};
const Fate fates[] = {
    {"null MX (SMTP-31)", [](Village& v) { v.record("bob.example IN MX 0 ."); }, true,
     Reason::null_mx, "5.1.0"},
    {"no such domain (SMTP-25)", [](Village&) {}, true, Reason::no_such_domain, "5.4.4"},
    {"SERVFAIL of MX (SMTP-25)",
     [](Village& v) {
         v.receiver("mx.bob.example", "bob.example");
         v.world.zones().fail("bob.example", dns::Type::MX, dns::Fault::server_failure);
     },
     false, Reason::dns_failure, "4.4.3"},
    {"bogus MX (DANE-02)",
     [](Village& v) {
         v.receiver("mx.bob.example", "bob.example");
         v.world.zones().declare("bob.example", dns::Signing::bogus);
     },
     false, Reason::dns_failure, "4.4.3"},
    {"no answer for MX",
     [](Village& v) {
         v.receiver("mx.bob.example", "bob.example");
         v.world.zones().fail("bob.example", dns::Type::MX, dns::Fault::timeout);
     },
     false, Reason::dns_failure, "4.4.3"},
    {"SERVFAIL of the only address",
     [](Village& v) {
         v.receiver("mx.bob.example", "bob.example");
         v.world.zones().fail("mx.bob.example", dns::Type::A, dns::Fault::server_failure);
     },
     false, Reason::dns_failure, "4.4.3"},
    {"refused",
     [](Village& v) { v.receiver("mx.bob.example", "bob.example").inbound->listen(false); }, false,
     Reason::connection_refused, "4.4.1"},
};

BOOST_AUTO_TEST_CASE(what_dns_and_the_network_refuse) {
    for (const Fate& f : fates) {
        Village v;
        f.spoil(v);
        v.send({"bob@bob.example"}, minutes(2));
        const auto bounced = v.events<MailBounced>();
        const auto deferred = v.events<MailDeferred>();
        BOOST_TEST(bounced.size() == (f.bounces ? 1u : 0u), f.name);
        BOOST_TEST(deferred.size() == (f.bounces ? 0u : 1u), f.name);
        BOOST_TEST(((f.bounces ? bounced[0].reason : deferred[0].reason) == f.reason), f.name);
        BOOST_TEST((f.bounces ? bounced[0].code : deferred[0].code) == f.code, f.name);
    }
}

// The class of the code in the sender's table says if the mail waits.
BOOST_AUTO_TEST_CASE(where_there_is_no_way_the_table_says_if_the_mail_waits) {
    Village v;
    mta::OutboundSettings settings;
    settings.habits.no_ways.null_mx = {Reason::null_mx, "4.1.2", "nothing goes to {}"};
    v.sender(std::move(settings));
    v.record("bob.example IN MX 0 .");
    v.send({"bob@bob.example"}, minutes(2));
    BOOST_TEST(v.events<MailBounced>().empty());
    const auto deferred = v.events<MailDeferred>();
    BOOST_TEST_REQUIRE(deferred.size() == 1u);
    BOOST_TEST(deferred[0].code == "4.1.2");
    BOOST_TEST(deferred[0].detail == "nothing goes to bob.example");
}

// DANE-02: an error for one host's address leaves the others.
BOOST_AUTO_TEST_CASE(an_error_for_one_host_leaves_the_others) {
    Village v;
    v.receiver("mx1.bob.example", "bob.example", 10);
    v.receiver("mx2.bob.example", "bob.example", 20);
    v.world.zones().fail("mx1.bob.example", dns::Type::A, dns::Fault::bogus);
    v.send({"bob@bob.example"});
    BOOST_TEST_REQUIRE(v.events<MailDelivered>().size() == 1u);
    BOOST_TEST(v.events<MailDelivered>()[0].server == "mx2.bob.example");
}

// DANE-05 to DANE-07: where TLSA records are asked for, and where not.
BOOST_AUTO_TEST_CASE(where_tlsa_records_are_looked_for) {
    struct Case {
        const char* name;
        std::vector<const char*> records, signed_zones;
        std::vector<std::string> asked;
    };
    const Case cases[] = {
        {"all signed",
         {"bob.example IN MX 10 mx.bob.example", "mx.bob.example IN A 192.0.2.77"},
         {"bob.example"},
         {"_25._tcp.mx.bob.example"}},
        {"insecure address",
         {"bob.example IN MX 10 mx.host.example", "mx.host.example IN A 192.0.2.77"},
         {"bob.example"},
         {}},
        {"secure alias: the end first, then the name",
         {"bob.example IN MX 10 mx.bob.example", "mx.bob.example IN CNAME real.host.example",
          "real.host.example IN A 192.0.2.77"},
         {"bob.example", "host.example"},
         {"_25._tcp.real.host.example", "_25._tcp.mx.bob.example"}},
        {"alias into an unsigned zone: the alias itself is signed",
         {"bob.example IN MX 10 mx.bob.example", "mx.bob.example IN CNAME real.host.example",
          "real.host.example IN A 192.0.2.77"},
         {"bob.example"},
         {"_25._tcp.mx.bob.example"}},
        {"an unsigned alias into a signed zone",
         {"bob.example IN MX 10 mx.alias.example", "mx.alias.example IN CNAME real.host.example",
          "real.host.example IN A 192.0.2.77"},
         {"bob.example", "host.example"},
         {}},
        {"two aliases, the second one unsigned",
         {"bob.example IN MX 10 mx.bob.example", "mx.bob.example IN CNAME mx.alias.example",
          "mx.alias.example IN CNAME real.host.example", "real.host.example IN A 192.0.2.77"},
         {"bob.example", "host.example"},
         {"_25._tcp.mx.bob.example"}},
        {"no MX record",
         {"bob.example IN A 192.0.2.77"},
         {"bob.example"},
         {"_25._tcp.bob.example"}},
    };
    for (const Case& c : cases) {
        Village v;
        for (const char* line : c.records) v.record(line);
        for (const char* zone : c.signed_zones) v.world.zones().declare(zone, dns::Signing::yes);
        mta::OutboundSettings settings;
        settings.usual.wanted = policy::requirement_of(policy::Level::dane);
        v.sender(std::move(settings));
        v.send({"bob@bob.example"}, minutes(1));
        std::vector<std::string> asked;
        for (const trace::DnsAsked& e : v.events<trace::DnsAsked>())
            if (e.type == "TLSA") asked.emplace_back(e.question);
        BOOST_TEST(asked == c.asked, boost::test_tools::per_element());
    }
}

// RFC 5321 section 4.1.3.
BOOST_AUTO_TEST_CASE(address_literals) {
    const std::pair<const char*, const char*> cases[] = {
        {"[192.0.2.1]", "192.0.2.1"},
        {"[IPv6:2001:DB8::1]", "2001:db8::1"},
        {"[ipv6:2001:db8:0:0:0:0:0:1]", "2001:db8::1"},
        {"[IPv6:::1]", "::1"},
        {"[2001:db8::1]", nullptr},
        {"[IPv6:192.0.2.1]", nullptr},
        {"[192.0.2]", nullptr},
        {"[192.0.2.256]", nullptr},
        {"[192.0.2.1", nullptr},
        {"192.0.2.1", nullptr},
        {"[192.0.2.1]]", nullptr},
        {"[x400:bob]", nullptr},
        {"[]", nullptr},
        {"[", nullptr},
        {"", nullptr},
    };
    for (const auto& [literal, address] : cases) {
        const std::optional<std::string> got = mta::address_in(literal);
        BOOST_TEST(got.value_or("none") == (address == nullptr ? "none" : address), literal);
    }
}

BOOST_AUTO_TEST_CASE(ipv6_is_asked_for_where_the_gateway_has_it) {
    for (const bool both : {false, true}) {
        Village v;
        sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
        BOOST_TEST(v.world.network().add_address(bob.host, "2001:db8::25"));
        v.record("mx.bob.example IN AAAA 2001:db8::25");
        mta::OutboundSettings settings;
        settings.addresses = both ? mta::Addresses::both : mta::Addresses::ipv4;
        v.sender(std::move(settings));
        v.send({"bob@bob.example"});
        BOOST_TEST_REQUIRE(v.addresses_tried().size() == 1u);
        BOOST_TEST((v.addresses_tried()[0] == "2001:db8::25") == both);
    }
}

BOOST_AUTO_TEST_SUITE_END()
