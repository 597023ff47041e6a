// What a validating resolver says of a world's zones: RFC 1034 section 4.3.2, RFC 4035 section 4.3.
#include "sim/dns/zones.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/dns/records.hpp"

using namespace dns;

namespace {

// Three worlds: signed.example, plain.example, bogus.example. Each has a host with an address and
// aliases into all of them.
struct Planet {
    Planet() {
        zones.declare("signed.example", Signing::yes);
        zones.declare("plain.example", Signing::no);
        zones.declare("bogus.example", Signing::bogus);
        for (const std::string zone : {"signed", "plain", "bogus"}) {
            add("host." + zone + ".example 60 IN A 192.0.2.1");
            for (const std::string to : {"signed", "plain", "bogus"}) {
                add("to-" + to + "." + zone + ".example 60 IN CNAME host." + to + ".example");
                add("lost-" + to + "." + zone + ".example 60 IN CNAME none." + to + ".example");
            }
        }
        add("twice.plain.example 60 IN CNAME to-signed.signed.example");
        add("twice.signed.example 60 IN CNAME to-plain.signed.example");
        add("there-and-back.signed.example 60 IN CNAME to-signed.plain.example");
    }
    void add(const std::string& line) { zones.add(record(line)); }
    std::string ask(const std::string& name, Type type = Type::A) const {
        const auto answer = zones.answer({name, type});
        if (!answer) return "timeout";
        BOOST_TEST(answer->response);
        BOOST_TEST(answer->question.name == name);
        return summary(*answer);
    }
    Zones zones;
};

struct Row {
    std::string_view name, answer;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(zones)

BOOST_AUTO_TEST_CASE(a_zone_holds_what_is_below_it_and_in_no_deeper_zone) {
    Zones zones;
    zones.declare("Bob.Example.", Signing::yes);
    zones.declare("deep.bob.example", Signing::no);
    zones.declare("broken.deep.bob.example", Signing::bogus);
    const std::pair<std::string_view, Signing> rows[] = {
        {"bob.example", Signing::yes},
        {"BOB.EXAMPLE.", Signing::yes},
        {"_25._tcp.mx.bob.example", Signing::yes},
        {"deep.bob.example", Signing::no},
        {"a.deep.bob.example", Signing::no},
        {"x.broken.deep.bob.example", Signing::bogus},
        {"notbob.example", Signing::no},
        {"example", Signing::no},
        {"", Signing::no}};
    for (const auto& [name, signing] : rows)
        BOOST_TEST((zones.signing_of(name) == signing), name << " " << word(signing));
    zones.declare("bob.example", Signing::bogus);
    BOOST_TEST((zones.signing_of("mx.bob.example") == Signing::bogus));
}

// DANE-04: RFC 7672 section 2.1.3. The chain is as good as its worst link, wherever that stands.
// Without TYPE that is asked, an alias answers for its name: RFC 1034 section 3.6.2.
BOOST_AUTO_TEST_CASE(security_of_a_chain) {
    const Planet planet;
    const std::string host = "A 192.0.2.1";
    const Row rows[] = {
        {"host.signed.example", "NOERROR secure: A 192.0.2.1"},
        {"host.plain.example", "NOERROR insecure: A 192.0.2.1"},
        {"host.bogus.example", "SERVFAIL bogus"},
        {"to-signed.signed.example", "NOERROR secure: CNAME host.signed.example.; A 192.0.2.1"},
        {"to-plain.signed.example", "NOERROR insecure: CNAME host.plain.example.; A 192.0.2.1"},
        {"to-signed.plain.example", "NOERROR insecure: CNAME host.signed.example.; A 192.0.2.1"},
        {"to-plain.plain.example", "NOERROR insecure: CNAME host.plain.example.; A 192.0.2.1"},
        {"to-bogus.signed.example", "SERVFAIL bogus"},
        {"to-bogus.plain.example", "SERVFAIL bogus"},
        {"to-signed.bogus.example", "SERVFAIL bogus"},
        {"twice.plain.example",
         "NOERROR insecure: CNAME to-signed.signed.example.; CNAME host.signed.example.; A "
         "192.0.2.1"},
        {"twice.signed.example",
         "NOERROR insecure: CNAME to-plain.signed.example.; CNAME host.plain.example.; A "
         "192.0.2.1"},
        {"there-and-back.signed.example",
         "NOERROR insecure: CNAME to-signed.plain.example.; CNAME host.signed.example.; A "
         "192.0.2.1"},
        // RFC 6604 section 3: the status is that of the last name.
        {"lost-signed.signed.example", "NXDOMAIN secure: CNAME none.signed.example."},
        {"lost-plain.signed.example", "NXDOMAIN insecure: CNAME none.plain.example."},
        {"lost-signed.plain.example", "NXDOMAIN insecure: CNAME none.signed.example."},
        {"lost-bogus.signed.example", "SERVFAIL bogus"},
    };
    for (const Row& row : rows) BOOST_TEST(planet.ask(std::string(row.name)) == row.answer);
    BOOST_TEST(planet.ask("TO-signed.SIGNED.example") ==
               "NOERROR secure: CNAME host.signed.example.; A 192.0.2.1");
    BOOST_TEST(planet.ask("to-plain.signed.example", Type::CNAME) ==
               "NOERROR secure: CNAME host.plain.example.");
    BOOST_TEST(planet.ask("to-plain.signed.example", Type::TLSA) ==
               "NOERROR insecure: CNAME host.plain.example.");
}

// DANE-01: without validation nothing is proven and nothing is found forged, so a bogus zone
// answers like any other (RFC 4035 section 4.3).
BOOST_AUTO_TEST_CASE(without_validation_all_is_insecure) {
    Planet planet;
    const auto ask = [&](const char* name) {
        return summary(*planet.zones.answer({name, Type::A}, Validation::left_out));
    };
    const Row rows[] = {
        {"host.signed.example", "NOERROR insecure: A 192.0.2.1"},
        {"host.plain.example", "NOERROR insecure: A 192.0.2.1"},
        {"host.bogus.example", "NOERROR insecure: A 192.0.2.1"},
        {"to-bogus.signed.example", "NOERROR insecure: CNAME host.bogus.example.; A 192.0.2.1"},
        {"none.signed.example", "NXDOMAIN insecure"},
        {"none.bogus.example", "NXDOMAIN insecure"},
    };
    for (const Row& row : rows) BOOST_TEST(ask(row.name.data()) == row.answer, row.name);
    const std::pair<Fault, std::string_view> faults[] = {
        {Fault::bogus, "NOERROR insecure: A 192.0.2.1"},
        {Fault::server_failure, "SERVFAIL insecure"},
        {Fault::name_error, "NXDOMAIN insecure"},
        {Fault::no_data, "NOERROR insecure"}};
    for (const auto& [fault, answer] : faults) {
        planet.zones.fail("host.signed.example", Type::A, fault);
        BOOST_TEST(ask("host.signed.example") == answer, word(fault));
    }
}

// "No such name" is not "no such type" (RFC 2308 section 2); a name with others below it exists
// (RFC 8020 section 2), and so does a zone's own name, which has a SOA record.
BOOST_AUTO_TEST_CASE(no_such_name_and_no_data) {
    Planet planet;
    planet.add("_25._tcp.mx.signed.example 60 IN TLSA 3 1 1 00");
    const Row rows[] = {
        {"mx.signed.example", "NOERROR secure"},      {"_tcp.mx.signed.example", "NOERROR secure"},
        {"host.signed.example", "NOERROR secure"},    {"none.signed.example", "NXDOMAIN secure"},
        {"x.host.signed.example", "NXDOMAIN secure"}, {"cp.mx.signed.example", "NXDOMAIN secure"},
        {"host.plain.example", "NOERROR insecure"},   {"none.plain.example", "NXDOMAIN insecure"},
        {"none.bogus.example", "SERVFAIL bogus"},     {"nowhere.at.all", "NXDOMAIN insecure"},
        {"signed.example", "NOERROR secure"},         {"plain.example", "NOERROR insecure"},
    };
    for (const Row& row : rows)
        BOOST_TEST(planet.ask(std::string(row.name), Type::MX) == row.answer, row.name);
    planet.zones.remove("_25._tcp.mx.signed.example", Type::TLSA);
    BOOST_TEST(planet.ask("mx.signed.example", Type::MX) == "NXDOMAIN secure");
}

// RFC 4592: its own example of section 2.2.1, and what DNSSEC says of such answers.
BOOST_AUTO_TEST_CASE(wildcards) {
    for (const Signing signing : {Signing::yes, Signing::no}) {
        Zones zones;
        zones.declare("example", signing);
        zones.declare("subdel.example", Signing::no);
        Record inside = record("x.example. 3600 TXT \"this is not a wildcard\"");
        inside.name = "sub.*.example";
        zones.add(inside);
        for (const char* line :
             {"*.example. 3600 TXT \"this is a wildcard\"", "*.example. 3600 MX 10 host1.example.",
              "host1.example. 3600 A 192.0.2.1", "_ssh._tcp.host1.example. 3600 TXT x",
              "_ssh._tcp.host2.example. 3600 TXT x", "*.alias.example. 60 CNAME host1.example.",
              "*.deep.alias.example. 60 TXT deep"})
            zones.add(record(line));
        struct Asked {
            const char* name;
            Type type;
            const char* answer;  ///< "S" stands for secure or insecure.
        };
        const Asked rows[] = {
            {"host3.example", Type::MX, "NOERROR S: MX 10 host1.example."},
            {"host3.example", Type::A, "NOERROR S"},
            {"foo.bar.example", Type::TXT, "NOERROR S: TXT \"this is a wildcard\""},
            {"host1.example", Type::MX, "NOERROR S"},
            {"sub.*.example", Type::MX, "NOERROR S"},
            {"_telnet._tcp.host1.example", Type::TXT, "NXDOMAIN S"},
            {"host.subdel.example", Type::A, "NXDOMAIN insecure"},
            {"ghost.*.example", Type::MX, "NXDOMAIN S"},
            {"host2.example", Type::MX, "NOERROR S"},  // an empty non-terminal
            {"*.example", Type::MX, "NOERROR S: MX 10 host1.example."},
            {"a.alias.example", Type::A, "NOERROR S: CNAME host1.example.; A 192.0.2.1"},
            {"b.a.alias.example", Type::A, "NOERROR S: CNAME host1.example.; A 192.0.2.1"},
            {"deep.alias.example", Type::A, "NOERROR S"},  // it exists, with a star below it
            {"x.deep.alias.example", Type::TXT, "NOERROR S: TXT \"deep\""},
            {"X.deep.ALIAS.example", Type::A, "NOERROR S"},
        };
        for (const Asked& row : rows) {
            std::string wanted = row.answer;
            if (const std::size_t at = wanted.find(" S"); at != wanted.npos)
                wanted.replace(at + 1, 1, signing == Signing::yes ? "secure" : "insecure");
            BOOST_TEST(summary(*zones.answer({row.name, row.type})) == wanted,
                       row.name << " " << word(row.type));
        }
        // An answer has the name that was asked for.
        BOOST_TEST(zones.answer({"host3.example", Type::MX})->answers.front().name ==
                   "host3.example");
    }
}

// Lines stand beside words, and go before what hosts publish of themselves.
BOOST_AUTO_TEST_CASE(who_says_it) {
    Zones zones;
    zones.add(record("bob.example TXT host"));
    zones.add(record("bob.example TXT words"), Source::words);
    const auto texts = [&] { return summary(*zones.answer({"bob.example", Type::TXT})); };
    BOOST_TEST(texts() == "NOERROR insecure: TXT \"host\"; TXT \"words\"");
    zones.add(record("bob.example TXT lines"), Source::lines);
    zones.add(record("bob.example TXT words"), Source::lines);  // RFC 2181 section 5: once
    BOOST_TEST(texts() == "NOERROR insecure: TXT \"words\"; TXT \"lines\"");
    zones.remove("bob.example", Type::TXT, Source::words);
    zones.remove("bob.example", Type::TXT, Source::lines);
    BOOST_TEST(texts() == "NOERROR insecure: TXT \"host\"");
    BOOST_TEST(!zones.crowded_alias().has_value());
    zones.add(record("bob.example CNAME real.example"), Source::lines);
    BOOST_TEST(!zones.crowded_alias().has_value());  // what the host publishes is overruled
    zones.add(record("bob.example MX 10 mx.bob.example"), Source::words);
    BOOST_TEST(zones.crowded_alias().value_or("") == "bob.example");
}

// A TTL of 0 that is written is 0; one that is not is the zone's.
BOOST_AUTO_TEST_CASE(whose_ttl) {
    Zones zones;
    zones.declare("bob.example", Signing::no);
    zones.set_ttl("bob.example", 300);
    zones.add(record("a.bob.example A 192.0.2.1"), Source::lines, Ttl::own);
    zones.add(record("b.bob.example A 192.0.2.1"), Source::lines);
    BOOST_TEST(zones.answer({"a.bob.example", Type::A})->answers.front().ttl == 0u);
    BOOST_TEST(zones.answer({"b.bob.example", Type::A})->answers.front().ttl == 300u);
}

BOOST_AUTO_TEST_CASE(records_come_in_the_order_given_and_go_by_name_and_type) {
    Zones zones;
    for (const char* line :
         {"bob.example MX 20 B.example", "bob.example MX 10 a.example.", "bob.example TXT x"})
        zones.add(record(line));
    BOOST_TEST(summary(*zones.answer({"bob.example", Type::MX})) ==
               "NOERROR insecure: MX 20 b.example.; MX 10 a.example.");
    BOOST_TEST(zones.find("BOB.example.", Type::MX).size() == 2u);
    zones.remove("Bob.Example", Type::MX);
    zones.remove("bob.example", Type::MX);
    BOOST_TEST(zones.find("bob.example", Type::MX).empty());
    BOOST_TEST(summary(*zones.answer({"bob.example", Type::MX})) == "NOERROR insecure");
    zones.remove("bob.example", Type::TXT);
    BOOST_TEST(summary(*zones.answer({"bob.example", Type::MX})) == "NXDOMAIN insecure");
}

// RFC 1034 section 3.6.2: a loop is an error, and a chain may not be endless.
BOOST_AUTO_TEST_CASE(loops_and_long_chains) {
    Zones zones;
    zones.declare("example", Signing::yes);
    zones.add(record("self.example CNAME self.example"));
    zones.add(record("a.example CNAME b.example"));
    zones.add(record("b.example CNAME a.example"));
    for (int i = 1; i < 10; ++i)
        zones.add(record("n" + std::to_string(i) + ".example CNAME n" + std::to_string(i - 1) +
                         ".example"));
    zones.add(record("n0.example A 192.0.2.1"));
    for (const char* name : {"self.example", "a.example", "b.example", "n9.example"}) {
        BOOST_TEST(summary(*zones.answer({name, Type::A})) == "SERVFAIL insecure", name);
        BOOST_TEST(zones.answer({name, Type::CNAME})->answers.size() == 1u);
    }
    BOOST_TEST(zones.answer({"n7.example", Type::A})->answers.size() == 8u);
    BOOST_TEST((zones.answer({"n7.example", Type::A})->security == Security::secure));
}

// What goes wrong, by name and type. DANE-03 hangs on the difference between these.
BOOST_AUTO_TEST_CASE(faults) {
    struct Case {
        Fault fault;
        std::string_view in_signed, in_plain, in_bogus;
    };
    const Case rows[] = {
        {Fault::none, "NOERROR secure: A 192.0.2.1", "NOERROR insecure: A 192.0.2.1",
         "SERVFAIL bogus"},
        {Fault::server_failure, "SERVFAIL insecure", "SERVFAIL insecure", "SERVFAIL insecure"},
        {Fault::bogus, "SERVFAIL bogus", "SERVFAIL bogus", "SERVFAIL bogus"},
        {Fault::timeout, "timeout", "timeout", "timeout"},
        {Fault::name_error, "NXDOMAIN secure", "NXDOMAIN insecure", "SERVFAIL bogus"},
        {Fault::no_data, "NOERROR secure", "NOERROR insecure", "SERVFAIL bogus"},
    };
    for (const Case& row : rows) {
        BOOST_TEST_CONTEXT(word(row.fault)) {
            Planet planet;
            const std::pair<std::string, std::string_view> zones[] = {
                {"host.signed.example", row.in_signed},
                {"host.plain.example", row.in_plain},
                {"host.bogus.example", row.in_bogus}};
            for (const auto& [name, wanted] : zones) {
                planet.zones.fail(name + ".", Type::A, row.fault);
                BOOST_TEST(planet.ask(name) == wanted);
            }
            BOOST_TEST(planet.ask("host.signed.example", Type::MX) == "NOERROR secure");
            planet.zones.fail("host.signed.example", Type::A, Fault::none);
            BOOST_TEST(planet.ask("host.signed.example") == "NOERROR secure: A 192.0.2.1");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_fault_behind_an_alias) {
    const std::pair<Fault, std::string_view> rows[] = {
        {Fault::server_failure, "SERVFAIL insecure"},
        {Fault::bogus, "SERVFAIL bogus"},
        {Fault::timeout, "timeout"},
        {Fault::name_error, "NXDOMAIN secure: CNAME host.signed.example."},
        {Fault::no_data, "NOERROR secure: CNAME host.signed.example."},
    };
    for (const auto& [fault, wanted] : rows) {
        Planet planet;
        planet.zones.fail("host.signed.example", Type::A, fault);
        BOOST_TEST(planet.ask("to-signed.signed.example") == wanted, word(fault));
        BOOST_TEST(planet.ask("to-plain.signed.example").starts_with("NOERROR insecure"));
    }
    Planet planet;  // an insecure link keeps a denial behind it insecure
    planet.zones.fail("host.signed.example", Type::A, Fault::no_data);
    BOOST_TEST(planet.ask("to-signed.plain.example") ==
               "NOERROR insecure: CNAME host.signed.example.");
}

// RFC 2308 section 5: what is not there is kept as long as the zone says. Section 7: failures are
// not kept here.
BOOST_AUTO_TEST_CASE(how_long_an_answer_is_kept) {
    Zones zones;
    zones.declare("long.example", Signing::no);
    zones.declare("short.example", Signing::no);
    zones.declare("never.example", Signing::no);
    zones.set_ttl("long.example", 3600);
    zones.set_ttl("short.example", 60);
    for (const char* line :
         {"a.long.example A 192.0.2.1", "b.long.example 30 A 192.0.2.1",
          "c.long.example 30 A 192.0.2.1", "c.long.example 20 A 192.0.2.2",
          "d.long.example CNAME a.short.example", "a.short.example A 192.0.2.1",
          "e.long.example CNAME none.short.example", "f.long.example 10 CNAME none.short.example",
          "g.long.example CNAME none.never.example", "a.never.example A 192.0.2.1"})
        zones.add(record(line));
    zones.fail("z.long.example", Type::A, Fault::server_failure);
    const std::pair<std::string_view, std::uint32_t> rows[] = {
        {"a.long.example", 3600},  {"b.long.example", 30}, {"c.long.example", 20},
        {"d.long.example", 60},    {"e.long.example", 60}, {"f.long.example", 10},
        {"g.long.example", 0},     {"a.never.example", 0}, {"none.long.example", 3600},
        {"none.never.example", 0}, {"none.at.all", 0},     {"z.long.example", 0}};
    for (const auto& [name, seconds] : rows) {
        const auto answer = zones.answer({std::string(name), Type::A});
        BOOST_TEST_REQUIRE(answer.has_value());
        BOOST_TEST(zones.ttl_of(*answer) == seconds, name);
    }
    BOOST_TEST(zones.answer({"a.long.example", Type::A})->answers[0].ttl == 3600u);
}

BOOST_AUTO_TEST_CASE(words_of_faults) {
    for (const char* text : {"servfail", "bogus", "timeout", "nxdomain", "no data"}) {
        BOOST_TEST_REQUIRE(fault_of(text).has_value());
        BOOST_TEST(word(*fault_of(text)) == text);
    }
    BOOST_TEST(!fault_of("refused").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
