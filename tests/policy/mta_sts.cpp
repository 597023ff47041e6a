// MTA-STS: what records and policies mean, and what an enforced one makes of a host. RFC 8461.
#include "sim/policy/mta_sts.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "sim/policy/judge.hpp"
#include "sim/policy/postfix_level.hpp"
#include "tests/smtp/vectors.hpp"

namespace sts = policy::mta_sts;
using namespace policy;
using core::Reason;
using sts::Mode;
using sts::Policy;

namespace {

std::vector<Case> table(const std::string& file) { return cases_of("../mta_sts/" + file); }

std::string record_means(const std::string& left) {
    std::vector<std::string> texts;
    if (left != "none")
        for (const std::string& text : split(left, " | ")) texts.push_back(unescaped(text));
    const sts::Discovery found = sts::discover(texts);
    BOOST_TEST(found.id.empty() != found.why.empty(), left);
    return found.id.empty() ? "no " + found.why : "id " + found.id;
}

std::string file_of(std::string_view left) {
    const bool open = left.ends_with("\\c");
    if (open) left.remove_suffix(2);
    std::string out;
    for (const std::string& line : split(left, " | "))
        out += (out.empty() ? "" : "\r\n") + unescaped(line);
    return open ? out : out + "\r\n";
}

std::string policy_means(const std::string& left) {
    const core::Result<Policy> policy = sts::parse(file_of(left));
    if (!policy.ok()) {
        BOOST_TEST((policy.failure().reason == Reason::sts_policy_invalid), left);
        return "bad " + policy.failure().detail;
    }
    std::string out = fmt::format("{} {}", sts::word(policy.value().mode),
                                  policy.value().max_age.ns / core::seconds(1).ns);
    for (const std::string& mx : policy.value().mx) out += " " + mx;
    return out;
}

// "no" or "bad" and a part of the reason; else all of it.
bool fits(const std::string& got, const std::string& wanted) {
    for (const std::string word : {"no ", "bad "})
        if (wanted.starts_with(word))
            return got.starts_with(word) &&
                   got.find(wanted.substr(word.size()), word.size()) != std::string::npos;
    return got == wanted;
}

Policy policy_of(std::vector<std::string> mx) {
    return {Mode::enforce, std::move(mx), core::days(7)};
}

CertificateFacts naming(std::vector<std::string> names) {
    CertificateFacts facts;
    facts.trusted = true;
    facts.names.dns_names = std::move(names);
    return facts;
}

// What becomes of a session with mx.bob.example, a host of the policy.
Judgement judge(const CertificateFacts& facts) {
    const Plan plan = plan_mta_sts(policy_of({"mx.bob.example", "mx2.bob.example"}),  //
                                   "mx.bob.example");
    BOOST_TEST(!plan.refusal.has_value());
    return judge_certificate(mta_sts_requirement({}), plan, facts,
                             {"mx.bob.example", "bob.example", NamedBy::insecure_mx, {}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mta_sts)

BOOST_AUTO_TEST_CASE(what_txt_records_say) {
    for (const Case& c : table("records.txt")) {
        const std::string got = record_means(c.left);
        BOOST_TEST(fits(got, unescaped(c.right)), c.where << ": " << escaped(got));
    }
}

BOOST_AUTO_TEST_CASE(what_a_policy_file_says) {
    for (const Case& c : table("policies.txt")) {
        const std::string got = policy_means(c.left);
        BOOST_TEST(fits(got, unescaped(c.right)), c.where << ": " << escaped(got));
    }
}

BOOST_AUTO_TEST_CASE(whom_a_policy_names) {
    for (const Case& c : table("names.txt")) {
        const auto words = split(c.left, " ");
        BOOST_TEST_REQUIRE(words.size() == 2u, c.where);
        BOOST_TEST(sts::names(policy_of({words[0]}), words[1]) == (c.right == "yes"), c.where);
        // Beside others the answer is the same.
        const Policy more = policy_of({"other.example", words[0], "*.other.example"});
        BOOST_TEST(sts::names(more, words[1]) == (c.right == "yes"), c.where);
    }
    BOOST_TEST(!sts::names(policy_of({}), "mx.bob.example"));
}

BOOST_AUTO_TEST_CASE(lines_lead_back_to_the_policy) {
    int good = 0;
    for (const Case& c : table("policies.txt")) {
        const core::Result<Policy> policy = sts::parse(file_of(c.left));
        if (!policy.ok()) continue;
        ++good;
        std::string body;
        for (const std::string& line : sts::lines(policy.value())) body += line + "\n";
        const core::Result<Policy> again = sts::parse(body);
        BOOST_TEST_REQUIRE(again.ok(), c.where);
        BOOST_TEST((again.value() == policy.value()), c.where);
    }
    BOOST_TEST(good > 20);
}

BOOST_AUTO_TEST_CASE(each_mode_has_its_word) {
    for (const Mode mode : {Mode::none, Mode::testing, Mode::enforce})
        BOOST_TEST((sts::mode_of(sts::word(mode)) == mode));
    BOOST_TEST(!sts::mode_of("").has_value());
    BOOST_TEST(!sts::mode_of("Enforce").has_value());
}

// STS-19, STS-23: a host that is not listed is refused before it is connected, and for now.
BOOST_AUTO_TEST_CASE(a_host_that_is_not_listed_is_refused) {
    const Plan plan = plan_mta_sts(policy_of({"*.bob.example"}), "mx.a.bob.example");
    BOOST_TEST_REQUIRE(plan.refusal.has_value());
    BOOST_TEST(!plan.refusal->accepted);
    BOOST_TEST((plan.refusal->reason == Reason::validation_failure));
    BOOST_TEST(plan.refusal->code == "4.7.5");
    BOOST_TEST(plan.why.find("mx.a.bob.example") != std::string::npos);
}

// STS-20, STS-21: whatever the author's rule, this is what an enforced policy asks for.
BOOST_AUTO_TEST_CASE(an_enforced_policy_demands_a_trusted_chain_and_sends_the_host_as_sni) {
    const Plan plan = plan_mta_sts(policy_of({"*.bob.example"}), "MX.Bob.example");
    BOOST_TEST(!plan.refusal.has_value());
    BOOST_TEST((plan.demand == Demand::pkix));
    const Requirement rule = mta_sts_requirement(requirement_of(Level::encrypt));
    BOOST_TEST(rule.word == word(Level::mta_sts));
    BOOST_TEST(rule.lenient == "may");
    BOOST_TEST((rule.refusal == Refusal::for_now));
    BOOST_TEST((rule.names == NameRules::rfc9525));
    BOOST_TEST(rule.server_name == "hostname");
    const std::set<TlsFailure> causes{TlsFailure::handshake};
    const ClearText at_once{ClearFallback::reconnect, {}, causes};
    BOOST_TEST((fallback_after(TlsFailure::handshake, plan.demand, at_once, core::days(1)) ==
                Fallback::none));
    const Judgement without = judge_absence(rule, plan.demand, NoTls::not_offered);
    BOOST_TEST(!without.accepted);
    BOOST_TEST(without.code == "4.7.4");
}

// STS-20: the certificate names the MX host; not the domain, not the pattern, not another host.
BOOST_AUTO_TEST_CASE(which_names_prove_the_host) {
    struct Names {
        std::vector<std::string> names;
        bool accepted;
    };
    const Names cases[] = {
        {{"mx.bob.example"}, true},
        {{"MX.BOB.EXAMPLE"}, true},
        {{"other.example", "mx.bob.example"}, true},
        {{"*.bob.example"}, true},
        {{"mx2.bob.example"}, false},  // listed by the policy, but another host
        {{"bob.example"}, false},
        {{"*.example"}, false},
        {{"*.mx.bob.example"}, false},
        {{"m*.bob.example"}, false},
        {{"mx.*.example"}, false},
        {{"a.mx.bob.example"}, false},
        {{"mx.bob.example.eve.example"}, false},
        {{"192.0.2.1"}, false},
        {{std::string("mx.bob.example\0", 15)}, false},
        {{}, false},
    };
    for (const Names& c : cases) {
        const Judgement j = judge(naming(c.names));
        const std::string shown = c.names.empty() ? "no name" : c.names.front();
        BOOST_TEST(j.accepted == c.accepted, shown);
        if (c.accepted)
            BOOST_TEST((j.standing == Standing::verified), shown);
        else
            BOOST_TEST((j.reason == Reason::certificate_host_mismatch), shown);
    }
    // A CN never counts (section 4.2: a DNS-ID), alone or beside other names.
    for (std::vector<std::string> names : {std::vector<std::string>{}, {"other.example"}}) {
        CertificateFacts facts = naming(std::move(names));
        facts.names.common_name = "mx.bob.example";
        BOOST_TEST((judge(facts).reason == Reason::certificate_host_mismatch));
    }
}

BOOST_AUTO_TEST_CASE(a_chain_that_is_not_trusted_proves_nothing) {
    struct Spoiled {
        const char* name;
        void (*spoil)(CertificateFacts&);
        Reason reason;
    };
    const Spoiled cases[] = {
        {"untrusted", [](CertificateFacts& f) { f.trusted = false; },
         Reason::certificate_not_trusted},
        {"SHA-1",
         [](CertificateFacts& f) {
             f.trusted = false;
             f.weakly_signed = true;
         },
         Reason::certificate_not_trusted},
        {"expired", [](CertificateFacts& f) { f.expired = true; }, Reason::certificate_expired},
        {"not yet valid", [](CertificateFacts& f) { f.not_yet_valid = true; },
         Reason::certificate_not_trusted},
    };
    for (const Spoiled& c : cases) {
        CertificateFacts facts = naming({"mx.bob.example"});
        BOOST_TEST(judge(facts).accepted);
        c.spoil(facts);
        const Judgement j = judge(facts);
        BOOST_TEST(!j.accepted, c.name);
        BOOST_TEST((j.reason == c.reason), c.name);
        BOOST_TEST(j.code == "4.7.5", c.name);
    }
}

// A stronger rule of the author's own stands; so does one that wants no TLS.
BOOST_AUTO_TEST_CASE(where_mta_sts_has_a_say) {
    for (const Level level : {Level::may, Level::encrypt, Level::dane})
        BOOST_TEST(follows_mta_sts(level), word(level));
    for (const Level level :
         {Level::none, Level::fingerprint, Level::verify, Level::secure, Level::dane_only})
        BOOST_TEST(!follows_mta_sts(level), word(level));
}

BOOST_AUTO_TEST_SUITE_END()
