// Options of Exim's smtp transport: what each makes of the decisions, alone and together. The facts
// are those of tests/vectors/mtas/README.md, which the matrix plays; here is why.
#include "sim/policy/exim_level.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/policy/judge.hpp"
#include "sim/policy/smtpd_level.hpp"

using namespace policy;
using core::Reason;
using exim::Options;

namespace {

const TlsaRecord good{3, 1, 1, std::string(32, 'k')}, stale{3, 1, 2, std::string(64, 's')},
    for_web{1, 1, 1, std::string(32, 'k')}, cut_short{3, 1, 1, std::string(31, 'k')};

DnsFacts secure(std::vector<TlsaRecord> records) {
    const TlsaLookup lookup = records.empty() ? TlsaLookup::absent : TlsaLookup::found;
    return {NamedBy::secure_mx, lookup, std::move(records), "mx.bob.example"};
}

CertificateFacts shown(bool trusted) {
    CertificateFacts facts;
    facts.trusted = trusted;
    facts.own_dates_hold = true;
    facts.names.dns_names = {"mx.bob.example"};
    facts.chain.resize(1);
    facts.chain[0].key_sha256 = std::string(32, 'k');
    return facts;
}

// "to be delivered", or the code of the refusal.
std::string judged(const Requirement& wanted, const DnsFacts& dns, const CertificateFacts& facts) {
    const Plan plan = plan_session(wanted, dns, "mx.bob.example");
    if (plan.refusal) return plan.refusal->code;
    const Judgement out =
        judge_certificate(wanted, plan, facts, {"mx.bob.example", "bob.example", dns.named, {}});
    return out.accepted ? "to be delivered" : out.code;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exim_level)

BOOST_AUTO_TEST_CASE(options_make_a_demand) {
    struct Case {
        const char* what;
        Options options;
        Demand demand;
        Begins begins;
        std::optional<ClearFallback> fallback;  ///< Where a certificate proves nothing.
    };
    const Case cases[] = {
        {"the defaults", {}, Demand::opportunistic, Begins::where_wanted, std::nullopt},
        {"avoided", {.hosts_avoid_tls = true}, Demand::clear, Begins::never, std::nullopt},
        {"avoided and required",
         {.hosts_avoid_tls = true, .hosts_require_tls = true},
         Demand::encrypted,
         Begins::never,
         std::nullopt},
        {"required",
         {.hosts_require_tls = true},
         Demand::encrypted,
         Begins::where_wanted,
         std::nullopt},
        {"verified, not required",
         {.tls_verify_hosts = true},
         Demand::opportunistic,
         Begins::where_wanted,
         ClearFallback::reconnect},
        {"verified, not required, and no clear text",
         {.tls_verify_hosts = true, .tls_tempfail_tryclear = false},
         Demand::opportunistic,
         Begins::where_wanted,
         ClearFallback::never},
    };
    for (const Case& c : cases) {
        const Requirement r = exim::requirement_of(c.options);
        BOOST_TEST((r.demand == c.demand), c.what);
        BOOST_TEST((r.begins == c.begins), c.what);
        BOOST_TEST_REQUIRE(r.clear_text.has_value());
        const bool by_certificate = r.clear_text->causes.contains(TlsFailure::certificate);
        BOOST_TEST(by_certificate == c.fallback.has_value(), c.what);
        if (c.fallback) BOOST_TEST((r.clear_text->fallback == *c.fallback), c.what);
    }
}

BOOST_AUTO_TEST_CASE(a_refused_starttls) {
    const Requirement lenient = exim::requirement_of(Options{}),
                      firm = exim::requirement_of(Options{.tls_tempfail_tryclear = false}),
                      strict = exim::requirement_of(Options{.hosts_require_tls = true});
    const auto clear = [](const Requirement& r, NoTls how) {
        return judge_absence(r, r.demand, how).accepted;
    };
    BOOST_TEST(clear(lenient, NoTls::refused_for_now));
    BOOST_TEST(!clear(firm, NoTls::refused_for_now));
    BOOST_TEST(clear(firm, NoTls::refused), "a 5yz is not tls_tempfail_tryclear's");
    BOOST_TEST(clear(firm, NoTls::not_offered));
    BOOST_TEST(!clear(strict, NoTls::refused));
    BOOST_TEST(!clear(strict, NoTls::not_begun));
}

BOOST_AUTO_TEST_CASE(tlsa_records) {
    const Requirement usual = exim::requirement_of(Options{}),
                      verify = exim::requirement_of(
                          Options{.hosts_require_tls = true, .tls_verify_hosts = true}),
                      must = exim::requirement_of(Options{.hosts_require_dane = true}),
                      unbelieving = exim::requirement_of(
                          Options{.hosts_require_dane = true, .dnssec = false});
    struct Case {
        const char* what;
        const Requirement& wanted;
        std::vector<TlsaRecord> records;
        bool trusted;
        std::string outcome;
    };
    const std::string well = "to be delivered";
    const Case cases[] = {
        {"no digest agility: the weaker one matches", usual, {stale, good}, false, well},
        {"none matches", usual, {stale}, true, "4.7.5"},
        {"DANE in the place of PKIX", verify, {good}, false, well},
        {"no records: PKIX", verify, {}, false, "4.7.5"},
        {"no records: PKIX", verify, {}, true, well},
        {"unusable records: PKIX", verify, {for_web}, false, "4.7.5"},
        {"unusable records prove nothing", usual, {for_web}, false, well},
        {"a digest that is too short is unusable", must, {cut_short}, false, well},
        {"DANE is demanded, and there is none", must, {}, true, "5.7.5"},
        {"DANE is demanded, and DNSSEC not believed", unbelieving, {good}, true, "5.7.5"},
    };
    for (const Case& c : cases) {
        DnsFacts dns = secure(c.records);
        if (c.wanted.dnssec == Dnssec::ignored) dns = {NamedBy::insecure_mx, {}, {}, {}};
        BOOST_TEST(judged(c.wanted, dns, shown(c.trusted)) == c.outcome, c.what);
    }
    BOOST_TEST((plan_session(usual, secure({for_web}), "mx").demand == Demand::encrypted));
}

// RFC 5280: what GnuTLS and OpenSSL's lowest level let pass, and what not.
BOOST_AUTO_TEST_CASE(chains_that_break_a_rule) {
    const Requirement exim = exim::requirement_of(
                          Options{.hosts_require_tls = true, .tls_verify_hosts = true}),
                      smtpd = smtpd::requirement_of(smtpd::Tls::verified);
    const auto accepted = [](const Requirement& r, bool CertificateFacts::*broken) {
        CertificateFacts facts = shown(false);
        facts.*broken = true;
        return judged(r, {NamedBy::insecure_mx, {}, {}, {}}, facts) == "to be delivered";
    };
    BOOST_TEST(!accepted(exim, &CertificateFacts::weakly_signed));
    BOOST_TEST(accepted(exim, &CertificateFacts::for_no_server));
    BOOST_TEST(!accepted(exim, &CertificateFacts::weak_and_for_no_server));
    BOOST_TEST(accepted(smtpd, &CertificateFacts::weakly_signed));
    BOOST_TEST(accepted(smtpd, &CertificateFacts::for_no_server));
    BOOST_TEST(accepted(smtpd, &CertificateFacts::weak_and_for_no_server));
}

// tls_verify_cert_hostnames empty: a trusted chain is enough.
BOOST_AUTO_TEST_CASE(names_that_are_not_looked_at) {
    CertificateFacts facts = shown(true);
    facts.names.dns_names = {"other.example"};
    Options options{.hosts_require_tls = true, .tls_verify_hosts = true};
    const DnsFacts dns{NamedBy::insecure_mx, {}, {}, {}};
    BOOST_TEST(judged(exim::requirement_of(options), dns, facts) == "4.7.5");
    options.tls_verify_cert_hostnames = false;
    BOOST_TEST(judged(exim::requirement_of(options), dns, facts) == "to be delivered");
}

BOOST_AUTO_TEST_SUITE_END()
