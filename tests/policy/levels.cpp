// What each level makes of each fact. The table is Postfix's (truth table, states of group offer
// and cert); RFC 3207 section 4.1 asks that somebody decides.
#include <boost/test/unit_test.hpp>

#include "sim/policy/judge.hpp"
#include "sim/policy/postfix_level.hpp"

using namespace policy;
using core::Reason;

namespace {

const SessionPeer bob{"mx.bob.example", "bob.example", NamedBy::insecure_mx, {}};

CertificateFacts good() {
    CertificateFacts facts;
    facts.trusted = true;
    facts.names.dns_names = {"mx.bob.example"};
    return facts;
}

Requirement rule(Level level) { return requirement_of(level); }

Judgement judge(Level level, const CertificateFacts& facts) {
    const Requirement r = rule(level);
    return judge_certificate(r, plan_session(r, {}, bob.host), facts, bob);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(levels)

BOOST_AUTO_TEST_CASE(each_word_leads_back_to_its_level) {
    for (const char* name :
         {"none", "may", "encrypt", "fingerprint", "verify", "secure", "dane", "dane-only"}) {
        BOOST_TEST_REQUIRE(level_of(name).has_value(), name);
        BOOST_TEST(word(*level_of(name)) == name);
    }
    BOOST_TEST(!level_of("verified").has_value());
    BOOST_TEST(!level_of("").has_value());
    BOOST_TEST(!level_of("May").has_value());
    for (const char* name : {"later", "reconnect", "same connection", "never"}) {
        BOOST_TEST_REQUIRE(clear_fallback_of(name).has_value(), name);
        BOOST_TEST(word(*clear_fallback_of(name)) == name);
    }
    BOOST_TEST((clear_fallback_of("same connection") == ClearFallback::same_connection));
    BOOST_TEST(!clear_fallback_of("sometimes").has_value());
    BOOST_TEST((tls_failure_of("handshake") == TlsFailure::handshake));
    BOOST_TEST((tls_failure_of("loss") == TlsFailure::lost));
    BOOST_TEST((tls_failure_of("certificate") == TlsFailure::certificate));
    BOOST_TEST(!tls_failure_of("lost").has_value());
    for (const NameRules rules : {NameRules::with_common_name, NameRules::rfc9525})
        BOOST_TEST((name_rules_of(word(rules)) == rules));
    BOOST_TEST(!name_rules_of("").has_value());
}

BOOST_AUTO_TEST_CASE(what_a_level_demands) {
    struct Case {
        Level level;
        Demand demand;
    };
    for (const Case& c :
         {Case{Level::none, Demand::clear}, Case{Level::may, Demand::opportunistic},
          Case{Level::encrypt, Demand::encrypted}, Case{Level::fingerprint, Demand::fingerprint},
          Case{Level::verify, Demand::pkix}, Case{Level::secure, Demand::pkix}}) {
        const Plan plan = plan_session(rule(c.level), {}, bob.host);
        BOOST_TEST((plan.demand == c.demand), word(c.level));
        BOOST_TEST(!plan.refusal.has_value());
    }
}

// Level by level, what the front end makes of it.
BOOST_AUTO_TEST_CASE(what_a_level_requires) {
    for (const Level level : {Level::none, Level::may, Level::encrypt, Level::fingerprint,
                              Level::verify, Level::secure, Level::dane, Level::dane_only}) {
        const Requirement r = requirement_of(level);
        BOOST_TEST(r.word == word(level));
        BOOST_TEST(r.lenient == "may");
        BOOST_TEST((r.dane != Dane::not_asked) == uses_dane(level), r.word);
        BOOST_TEST((r.sts == Sts::followed) == follows_mta_sts(level), r.word);
        BOOST_TEST((r.refusal == Refusal::as_it_is_read), r.word);
        const Requirement least = at_most_opportunistic(r);
        BOOST_TEST(least.word == (level == Level::none ? "none" : "may"));
        BOOST_TEST(!demands_tls(plan_session(least, {}, bob.host).demand), r.word);
        BOOST_TEST(least.match.empty());
    }
}

// An MTA with words of its own: the decisions speak them.
BOOST_AUTO_TEST_CASE(a_requirement_of_another_vocabulary) {
    Requirement r;
    r.word = "hosts_require_tls";
    r.lenient = "default";
    r.demand = Demand::encrypted;
    BOOST_TEST(judge_absence(r, r.demand, NoTls::refused).why ==
               "hosts_require_tls: STARTTLS is refused, and TLS is required");
    r.dane = Dane::where_found;
    r.insecure_mx = InsecureMx::opportunistic;
    BOOST_TEST(plan_session(r, {}, bob.host).why ==
               "hosts_require_tls: the MX record is insecure, so as hosts_require_tls");
    r.demand = Demand::opportunistic;
    BOOST_TEST(plan_session(r, {}, bob.host).why ==
               "hosts_require_tls: the MX record is insecure, so as default");
    BOOST_TEST(at_most_opportunistic(r).word == "default");
}

// TLS-03, TLS-19: without TLS, only levels that do not demand it go on.
BOOST_AUTO_TEST_CASE(without_tls) {
    for (const NoTls how : {NoTls::not_offered, NoTls::refused}) {
        for (const Demand d : {Demand::clear, Demand::opportunistic})
            BOOST_TEST(judge_absence(rule(Level::may), d, how).accepted);
        for (const Demand d :
             {Demand::encrypted, Demand::fingerprint, Demand::pkix, Demand::dane}) {
            const Judgement j = judge_absence(rule(Level::encrypt), d, how);
            BOOST_TEST(!j.accepted);
            BOOST_TEST((j.reason == Reason::starttls_not_supported));
            BOOST_TEST(j.code == "4.7.4");
        }
    }
}

// An issuer's date is not the server's.
BOOST_AUTO_TEST_CASE(whose_date_does_not_hold) {
    for (const bool own : {true, false}) {
        CertificateFacts facts = good();
        facts.own_dates_hold = !own;
        facts.expired = true;
        const std::string whose = own ? "server" : "an issuer's";
        BOOST_TEST(judge(Level::verify, facts).why ==
                   "verify: " + whose + " certificate has expired");
        facts.expired = false;
        facts.not_yet_valid = true;
        BOOST_TEST(judge(Level::verify, facts).why ==
                   "verify: " + whose + " certificate is not yet valid");
    }
}

BOOST_AUTO_TEST_CASE(certificates_against_levels) {
    struct Case {
        const char* name;
        void (*spoil)(CertificateFacts&);
        Reason reason;      ///< Of verify.
        Standing standing;  ///< At may and encrypt.
    };
    const Case cases[] = {
        {"good", [](CertificateFacts&) {}, Reason::none, Standing::trusted},
        {"untrusted", [](CertificateFacts& f) { f.trusted = false; },
         Reason::certificate_not_trusted, Standing::untrusted},
        {"SHA-1",
         [](CertificateFacts& f) {
             f.trusted = false;
             f.weakly_signed = true;
         },
         Reason::certificate_not_trusted, Standing::trusted},
        {"expired", [](CertificateFacts& f) { f.expired = true; }, Reason::certificate_expired,
         Standing::untrusted},
        {"not yet valid", [](CertificateFacts& f) { f.not_yet_valid = true; },
         Reason::certificate_not_trusted, Standing::untrusted},
        {"wrong name", [](CertificateFacts& f) { f.names.dns_names = {"mx.eve.example"}; },
         Reason::certificate_host_mismatch, Standing::trusted},
        {"untrusted, expired and of another name",
         [](CertificateFacts& f) {
             f.trusted = false;
             f.expired = true;
             f.names.dns_names = {"mx.eve.example"};
         },
         Reason::certificate_not_trusted, Standing::untrusted},
    };
    for (const Case& c : cases) {
        CertificateFacts facts = good();
        c.spoil(facts);
        for (const Level level : {Level::may, Level::encrypt}) {
            const Judgement j = judge(level, facts);
            BOOST_TEST(j.accepted, c.name);
            BOOST_TEST((j.standing == c.standing), c.name);
        }
        for (const Level level : {Level::verify, Level::secure}) {
            const Judgement j = judge(level, facts);
            BOOST_TEST(j.accepted == (c.reason == Reason::none), c.name);
            BOOST_TEST((j.reason == c.reason), c.name);
            BOOST_TEST(j.code == (j.accepted ? "" : "4.7.5"), c.name);
            BOOST_TEST((j.standing == Standing::verified) == j.accepted, c.name);
        }
    }
}

// docs/decisions/0009-personalities.md, "names": verify looks for the MX host, secure for the
// recipient domain.
BOOST_AUTO_TEST_CASE(verify_and_secure_look_for_other_names) {
    struct Case {
        const char* name;
        bool verify, secure;
    };
    const SessionPeer foreign{"mx.hosting.example", "bob.example", NamedBy::insecure_mx, {}};
    for (const Case& c :
         {Case{"mx.hosting.example", true, false}, Case{"bob.example", false, true},
          Case{"any.bob.example", false, true}, Case{"*.bob.example", false, true},
          Case{"a.b.bob.example", false, true}, Case{"notbob.example", false, false}}) {
        CertificateFacts facts = good();
        facts.names.dns_names = {c.name};
        const Requirement verify = rule(Level::verify), secure = rule(Level::secure);
        BOOST_TEST(
            judge_certificate(verify, plan_session(verify, {}, ""), facts, foreign).accepted ==
                c.verify,
            c.name);
        BOOST_TEST(
            judge_certificate(secure, plan_session(secure, {}, ""), facts, foreign).accepted ==
                c.secure,
            c.name);
    }
}

BOOST_AUTO_TEST_CASE(a_match_list_takes_the_place_of_the_level_s_own) {
    Requirement r = rule(Level::secure);
    r.match = {"mx.hosting.example"};
    CertificateFacts facts = good();
    const Plan plan = plan_session(r, {}, bob.host);
    BOOST_TEST(!judge_certificate(r, plan, facts, bob).accepted);
    facts.names.dns_names = {"mx.hosting.example"};
    BOOST_TEST(judge_certificate(r, plan, facts, bob).accepted);
}

BOOST_AUTO_TEST_CASE(a_fingerprint_is_of_the_certificate_or_of_its_key) {
    Requirement r = rule(Level::fingerprint);
    r.fingerprints = {std::string(32, 'c')};
    const Plan plan = plan_session(r, {}, bob.host);
    CertificateFacts facts;  // untrusted, of no name: it does not matter
    facts.chain.resize(1);
    facts.chain[0].certificate_sha256 = std::string(32, 'a');
    facts.chain[0].key_sha256 = std::string(32, 'b');
    BOOST_TEST(!judge_certificate(r, plan, facts, bob).accepted);
    facts.chain[0].key_sha256 = std::string(32, 'c');
    BOOST_TEST(judge_certificate(r, plan, facts, bob).accepted);
    facts.chain[0].certificate_sha256.swap(facts.chain[0].key_sha256);
    BOOST_TEST((judge_certificate(r, plan, facts, bob).standing == Standing::verified));
    facts.chain.clear();
    BOOST_TEST(!judge_certificate(r, plan, facts, bob).accepted);
}

// docs/decisions/0009-personalities.md, "clear text": the age of the mail counts, to the second.
BOOST_AUTO_TEST_CASE(clear_text_after_a_failed_handshake) {
    const std::set<TlsFailure> causes{TlsFailure::handshake};
    const auto fallback = [&](Demand d, ClearFallback p, core::Duration age) {
        return fallback_after(TlsFailure::handshake, d, {p, core::minutes(5), causes}, age);
    };
    const core::Duration young = core::seconds(300) - core::nanoseconds(1);
    const core::Duration old = core::seconds(300);
    using F = Fallback;
    BOOST_TEST((fallback(Demand::opportunistic, ClearFallback::later, young) == F::none));
    BOOST_TEST((fallback(Demand::opportunistic, ClearFallback::later, old) == F::new_connection));
    BOOST_TEST(
        (fallback(Demand::opportunistic, ClearFallback::reconnect, young) == F::new_connection));
    BOOST_TEST((fallback(Demand::opportunistic, ClearFallback::same_connection, young) ==
                F::same_connection));
    BOOST_TEST((fallback(Demand::opportunistic, ClearFallback::never, old) == F::none));
    for (const Demand d :
         {Demand::clear, Demand::encrypted, Demand::fingerprint, Demand::pkix, Demand::dane})
        for (const ClearFallback p : {ClearFallback::later, ClearFallback::reconnect,
                                      ClearFallback::same_connection, ClearFallback::never})
            BOOST_TEST((fallback(d, p, core::days(1)) == F::none));
    const ClearText at_once{ClearFallback::reconnect, {}, causes};
    BOOST_TEST((fallback_after(TlsFailure::lost, Demand::opportunistic, at_once, old) == F::none),
               "no reason for this MTA");
    for (const ClearFallback p : {ClearFallback::reconnect, ClearFallback::same_connection})
        BOOST_TEST((fallback_after(TlsFailure::certificate, Demand::opportunistic,
                                   {p, {}, {TlsFailure::certificate}}, young) == F::new_connection),
                   "inside TLS there is no way back");
}

BOOST_AUTO_TEST_SUITE_END()
