// RFC 7672 section 2.2 and 3.1, table 5.4 of the standards list.
#include "sim/policy/dane.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/policy/judge.hpp"
#include "sim/policy/postfix_level.hpp"

using namespace policy;
using core::Reason;

namespace {

const std::string leaf_key(32, 'k'), leaf_cert(32, 'l'), anchor_key(32, 'a'), other(32, 'o');
const std::string leaf_key512(64, 'K');

SessionPeer bob(NamedBy named = NamedBy::secure_mx) {
    return {"mx.bob.example", "bob.example", named, {}};
}

Requirement rule(Level level) { return requirement_of(level); }

DnsFacts found(std::vector<TlsaRecord> records, NamedBy named = NamedBy::secure_mx) {
    return {named, TlsaLookup::found, std::move(records), "mx.bob.example"};
}

// An untrusted chain of a leaf and its anchor.
CertificateFacts chain() {
    CertificateFacts facts;
    facts.names.dns_names = {"mx.bob.example"};
    facts.chain.resize(2);
    facts.chain[0].certificate_sha256 = leaf_cert;
    facts.chain[0].key_sha256 = leaf_key;
    facts.chain[0].key_sha512 = leaf_key512;
    facts.chain[0].key = "the key itself";
    facts.chain[1].key_sha256 = anchor_key;
    facts.chain[1].anchors_leaf = true;
    facts.chain[1].dates_hold = true;
    return facts;
}

Judgement judge(Level level, std::vector<TlsaRecord> records, const CertificateFacts& facts,
                NamedBy named = NamedBy::secure_mx) {
    const Requirement r = rule(level);
    const Plan plan = plan_session(r, found(std::move(records), named), "mx.bob.example");
    if (plan.refusal) return *plan.refusal;
    return judge_certificate(r, plan, facts, bob(named));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dane)

// DANE-19, DANE-30.
BOOST_AUTO_TEST_CASE(which_records_are_usable) {
    struct Case {
        unsigned usage, selector, matching;
        bool usable;
    };
    for (const Case& c :
         {Case{3, 1, 1, true}, Case{3, 0, 1, true}, Case{3, 1, 2, true}, Case{3, 0, 0, true},
          Case{2, 0, 1, true}, Case{2, 1, 1, true}, Case{0, 1, 1, false}, Case{1, 1, 1, false},
          Case{4, 1, 1, false}, Case{255, 1, 1, false}, Case{3, 2, 1, false}, Case{3, 1, 3, false}})
        BOOST_TEST(is_usable({c.usage, c.selector, c.matching, other}) == c.usable,
                   c.usage << ' ' << c.selector << ' ' << c.matching);
    BOOST_TEST(is_well_formed({3, 1, 1, std::string(32, 'x')}));
    BOOST_TEST(!is_well_formed({3, 1, 1, std::string(31, 'x')}));
    BOOST_TEST(is_well_formed({3, 1, 2, std::string(64, 'x')}));
    BOOST_TEST(!is_well_formed({3, 1, 2, std::string(32, 'x')}));
    BOOST_TEST(!is_well_formed({3, 0, 0, ""}));
    // RFC 7671 section 10.3: full data that is no certificate, no key.
    BOOST_TEST(!is_well_formed({3, 0, 0, "x", false}));
    BOOST_TEST(is_well_formed({3, 0, 0, "x", true}));
    BOOST_TEST(is_well_formed({3, 1, 1, std::string(32, 'x'), true}));
}

// DANE-22: the weaker digest does not count beside the stronger one of the same usage and selector.
BOOST_AUTO_TEST_CASE(digest_agility) {
    const std::vector<TlsaRecord> all{
        {3, 1, 1, leaf_key}, {3, 1, 2, leaf_key512}, {3, 1, 0, "k"}, {3, 0, 1, leaf_cert}};
    const auto kept = strongest(all);
    BOOST_TEST_REQUIRE(kept.size() == 3u);
    for (const TlsaRecord& r : kept) BOOST_TEST(!(r.selector == 1 && r.matching == 1));
    BOOST_TEST(!judge(Level::dane, {{3, 1, 2, std::string(64, 'x')}, {3, 1, 1, leaf_key}}, chain())
                    .accepted);
}

// Table 5.4, line by line.
BOOST_AUTO_TEST_CASE(plans_from_what_dns_says) {
    struct Case {
        const char* name;
        DnsFacts facts;
        Demand dane;          ///< At level dane.
        Reason refused;       ///< At level dane; none: not refused.
        Reason refused_only;  ///< At level dane-only.
    };
    const TlsaRecord good{3, 1, 1, leaf_key};
    const TlsaRecord useless{1, 1, 1, leaf_key};
    const Case cases[] = {
        {"insecure address",
         {NamedBy::secure_mx, TlsaLookup::not_asked, {}, ""},
         Demand::opportunistic,
         Reason::none,
         Reason::dane_required},
        {"proven absent",
         {NamedBy::secure_mx, TlsaLookup::absent, {}, ""},
         Demand::opportunistic,
         Reason::none,
         Reason::dane_required},
        {"look-up failed",
         {NamedBy::secure_mx, TlsaLookup::failed, {}, ""},
         Demand::dane,
         Reason::dnssec_invalid,
         Reason::dnssec_invalid},
        {"usable", found({good}), Demand::dane, Reason::none, Reason::none},
        {"all unusable", found({useless}), Demand::encrypted, Reason::none, Reason::dane_required},
        {"one usable among them", found({useless, good}), Demand::dane, Reason::none, Reason::none},
        {"no MX, usable", found({good}, NamedBy::no_mx), Demand::dane, Reason::none, Reason::none},
        {"no MX, insecure address",
         {NamedBy::no_mx, TlsaLookup::not_asked, {}, ""},
         Demand::opportunistic,
         Reason::none,
         Reason::dane_required},
        {"insecure MX, usable", found({good}, NamedBy::insecure_mx), Demand::dane, Reason::none,
         Reason::dane_required},
    };
    for (const Case& c : cases) {
        const Plan plan = plan_session(rule(Level::dane), c.facts, "mx.bob.example");
        BOOST_TEST((plan.demand == c.dane), c.name);
        BOOST_TEST(plan.refusal.has_value() == (c.refused != Reason::none), c.name);
        if (plan.refusal) BOOST_TEST((plan.refusal->reason == c.refused), c.name);
        const Plan only = plan_session(rule(Level::dane_only), c.facts, "mx.bob.example");
        BOOST_TEST(only.refusal.has_value() == (c.refused_only != Reason::none), c.name);
        if (only.refusal) BOOST_TEST((only.refusal->reason == c.refused_only), c.name);
        if (only.refusal) BOOST_TEST(only.refusal->code == "4.7.5", c.name);
    }
}

// docs/decisions/0009-personalities.md, "insecure MX records": with may for all it makes dane as
// may.
BOOST_AUTO_TEST_CASE(an_insecure_mx_under_may_for_all) {
    Requirement r = rule(Level::dane);
    r.insecure_mx = InsecureMx::opportunistic;
    const DnsFacts facts = found({{3, 1, 1, other}}, NamedBy::insecure_mx);
    BOOST_TEST((plan_session(r, facts, "mx.bob.example").demand == Demand::opportunistic));
}

// DANE-16: usage 3 looks at the leaf alone; names and dates do not count.
BOOST_AUTO_TEST_CASE(the_certificate_itself) {
    CertificateFacts facts = chain();
    facts.expired = true;
    facts.names.dns_names = {"other.example"};
    for (const TlsaRecord& r :
         {TlsaRecord{3, 1, 1, leaf_key}, TlsaRecord{3, 0, 1, leaf_cert},
          TlsaRecord{3, 1, 2, leaf_key512}, TlsaRecord{3, 1, 0, "the key itself"}}) {
        const Judgement j = judge(Level::dane, {r}, facts);
        BOOST_TEST(j.accepted, parameters(r));
        BOOST_TEST((j.standing == Standing::verified));
    }
    const Judgement j = judge(Level::dane, {{3, 1, 1, other}}, facts);
    BOOST_TEST(!j.accepted);
    BOOST_TEST((j.reason == Reason::tlsa_invalid));
    BOOST_TEST(!judge(Level::dane, {{3, 1, 1, anchor_key}}, facts).accepted);
}

// DANE-17, DANE-18: usage 2 needs the anchor in the chain, the dates and a name.
BOOST_AUTO_TEST_CASE(a_trust_anchor) {
    const TlsaRecord record{2, 1, 1, anchor_key};
    BOOST_TEST(judge(Level::dane, {record}, chain()).accepted);
    CertificateFacts facts = chain();
    facts.names.dns_names = {"bob.example"};
    BOOST_TEST(judge(Level::dane, {record}, facts).accepted, "the next-hop domain is a name, too");
    BOOST_TEST(!judge(Level::dane, {record}, facts, NamedBy::insecure_mx).accepted,
               "but not where the MX record is insecure");
    facts.names.dns_names = {"mx.eve.example"};
    BOOST_TEST((judge(Level::dane, {record}, facts).reason == Reason::certificate_host_mismatch));
    facts = chain();
    facts.chain[1].dates_hold = false;
    BOOST_TEST((judge(Level::dane, {record}, facts).reason == Reason::certificate_expired));
    facts = chain();
    facts.chain.resize(1);
    BOOST_TEST(!judge(Level::dane, {record}, facts).accepted, "the anchor is not sent");
    facts = chain();
    facts.chain[1].anchors_leaf = false;
    BOOST_TEST(!judge(Level::dane, {record}, facts).accepted, "the anchor signed something else");
}

// DANE-17: where the records were found at the end of an alias, that name is the first reference.
BOOST_AUTO_TEST_CASE(a_trust_anchor_and_the_base_domain_of_its_records) {
    const TlsaRecord record{2, 1, 1, anchor_key};
    const Requirement r = rule(Level::dane);
    DnsFacts dns = found({record});
    dns.base = "real.host.example";
    const Plan plan = plan_session(r, dns, "mx.bob.example");
    BOOST_TEST(plan.base == "real.host.example");
    CertificateFacts facts = chain();
    facts.names.dns_names = {"real.host.example"};
    BOOST_TEST(judge_certificate(r, plan, facts, bob()).accepted);
    facts.names.dns_names = {"other.host.example"};
    BOOST_TEST(!judge_certificate(r, plan, facts, bob()).accepted);
}

// RFC 7671 sections 5.2.2 and 5.2.3: full data of usage 2 is an anchor by itself, sent or not.
BOOST_AUTO_TEST_CASE(a_trust_anchor_that_stands_in_dns) {
    struct Case {
        const char* name;
        TlsaRecord record;
        PublishedAnchor anchor;
        Reason refused;
    };
    for (const Case& c : {
             Case{"a certificate", {2, 0, 0, "c"}, {0, "c", true, true}, Reason::none},
             Case{"a key", {2, 1, 0, "k"}, {1, "k", true, true}, Reason::none},
             Case{"signed nothing", {2, 1, 0, "k"}, {1, "k", false, true}, Reason::tlsa_invalid},
             Case{"a date", {2, 0, 0, "c"}, {0, "c", true, false}, Reason::certificate_expired},
             Case{"another selector", {2, 1, 0, "c"}, {0, "c", true, true}, Reason::tlsa_invalid},
             Case{"a digest names none in DNS",
                  {2, 1, 1, other},
                  {1, other, true, true},
                  Reason::tlsa_invalid},
         }) {
        CertificateFacts facts = chain();
        facts.chain.resize(1);
        facts.published = {c.anchor};
        const Judgement j = judge(Level::dane, {c.record}, facts);
        BOOST_TEST((j.reason == c.refused), c.name << ": " << j.why);
        BOOST_TEST(j.accepted == (c.refused == Reason::none), c.name);
    }
}

// RFC 7672 section 3.2.2, and section 2.2.2 for a host that no MX record names.
BOOST_AUTO_TEST_CASE(the_names_beside_a_trust_anchor) {
    struct Case {
        const char* shown;
        bool secure_mx, no_mx, insecure_mx;
    };
    for (const Case& c :
         {Case{"mx.bob.example", true, true, true}, Case{"shop.example", true, true, false},
          Case{"bob.example", true, true, false}, Case{"middle.example", false, false, false}}) {
        CertificateFacts facts = chain();
        facts.names.dns_names = {c.shown};
        const std::pair<NamedBy, bool> ways[] = {{NamedBy::secure_mx, c.secure_mx},
                                                 {NamedBy::no_mx, c.no_mx},
                                                 {NamedBy::insecure_mx, c.insecure_mx}};
        for (const auto& [named, accepted] : ways) {
            const Requirement r = rule(Level::dane);
            const Plan plan =
                plan_session(r, found({{2, 1, 1, anchor_key}}, named), "mx.bob.example");
            const SessionPeer to{"mx.bob.example", "shop.example", named, "bob.example"};
            BOOST_TEST(judge_certificate(r, plan, facts, to).accepted == accepted, c.shown);
        }
    }
}

// DANE-24: during a roll-over one record that matches is enough, in any order.
BOOST_AUTO_TEST_CASE(one_match_is_enough) {
    const TlsaRecord match{3, 1, 1, leaf_key}, stale{3, 1, 1, other};
    BOOST_TEST(judge(Level::dane, {stale, match}, chain()).accepted);
    BOOST_TEST(judge(Level::dane, {match, stale}, chain()).accepted);
    BOOST_TEST(judge(Level::dane, {stale, {2, 1, 1, anchor_key}}, chain()).accepted);
    CertificateFacts facts = chain();
    facts.names.dns_names = {"mx.eve.example"};
    BOOST_TEST(judge(Level::dane, {{2, 1, 1, anchor_key}, match}, facts).accepted);
}

// DANE-10, DANE-23: a digest of the wrong length is noticed after the handshake.
BOOST_AUTO_TEST_CASE(only_malformed_records) {
    const TlsaRecord cut{3, 1, 1, std::string(31, 'k')};
    BOOST_TEST(judge(Level::dane, {cut}, chain()).accepted);
    BOOST_TEST((judge(Level::dane, {cut}, chain()).standing == Standing::untrusted));
    BOOST_TEST(!judge(Level::dane_only, {cut}, chain()).accepted);
}

// DANE-14.
BOOST_AUTO_TEST_CASE(an_insecure_mx_never_verifies_the_domain) {
    const Judgement j = judge(Level::dane, {{3, 1, 1, leaf_key}}, chain(), NamedBy::insecure_mx);
    BOOST_TEST(j.accepted);
    BOOST_TEST((j.standing == Standing::trusted));
    BOOST_TEST(!judge(Level::dane, {{3, 1, 1, other}}, chain(), NamedBy::insecure_mx).accepted);
}

BOOST_AUTO_TEST_SUITE_END()
