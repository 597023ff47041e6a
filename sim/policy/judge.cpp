#include "sim/policy/judge.hpp"

#include <fmt/format.h>

namespace policy {
namespace {

using core::Reason;

Judgement refused(Reason reason, std::string code, std::string why) {
    return {false, false, reason, std::move(code), std::move(why)};
}

std::string listed(const std::vector<ReferenceName>& names) {
    std::string out;
    for (const ReferenceName& n : names) out += (out.empty() ? "" : " or ") + n.name;
    return out;
}

std::string listed(const PresentedNames& presented) {
    std::string out;
    for (const std::string& n : presented.dns_names) out += (out.empty() ? "" : ", ") + n;
    if (out.empty())
        out = presented.common_name.empty() ? "no name" : "CN " + presented.common_name;
    return out;
}

}  // namespace

std::vector<std::string> default_match(Level level) {
    if (level == Level::secure) return {"nexthop", "dot-nexthop"};
    return {"hostname"};
}

// The order is the chain first, then dates, then names: what an untrusted certificate says of
// itself proves nothing.
Judgement judge_certificate(const Rule& rule, const CertificateFacts& facts, std::string_view host,
                            std::string_view nexthop) {
    const std::string_view level = word(rule.level);
    if (!demands_proof(rule.level))
        return {true,
                false,
                Reason::none,
                {},
                fmt::format("{}: encrypted is enough, the certificate is not judged", level)};
    if (!facts.trusted)
        return refused(Reason::certificate_not_trusted, "4.7.5",
                       fmt::format("{}: server certificate not trusted: {}", level, facts.trouble));
    if (facts.expired)
        return refused(Reason::certificate_expired, "4.7.5",
                       fmt::format("{}: server certificate has expired", level));
    if (facts.not_yet_valid)
        return refused(Reason::certificate_not_trusted, "4.7.5",
                       fmt::format("{}: server certificate is not yet valid", level));
    const std::vector<std::string> match =
        rule.match.empty() ? default_match(rule.level) : rule.match;
    const std::vector<ReferenceName> accepted = reference_names(match, host, nexthop);
    if (const auto name = matching_name(facts.names, accepted))
        return {true,
                true,
                Reason::none,
                {},
                fmt::format("{}: trusted chain, and the certificate names {}", level, *name)};
    return refused(Reason::certificate_host_mismatch, "4.7.5",
                   fmt::format("{}: server certificate names {}, not {}", level,
                               listed(facts.names), listed(accepted)));
}

Judgement judge_absence(Level level, NoTls how) {
    const std::string_view what =
        how == NoTls::not_offered ? "STARTTLS is not offered" : "STARTTLS is refused";
    if (!demands_tls(level))
        return {true,
                false,
                Reason::none,
                {},
                fmt::format("{}: {}, so clear text will do", word(level), what)};
    return refused(Reason::starttls_not_supported, "4.7.4",
                   fmt::format("{}: {}, and TLS is required", word(level), what));
}

Fallback fallback_after_failure(Level level, ClearFallback personality, core::Duration mail_age) {
    if (level != Level::may) return Fallback::none;
    switch (personality) {
        case ClearFallback::later:
            return mail_age >= fallback_age ? Fallback::new_connection : Fallback::none;
        case ClearFallback::reconnect: return Fallback::new_connection;
        case ClearFallback::same_connection: return Fallback::same_connection;
        case ClearFallback::never: return Fallback::none;
    }
    return Fallback::none;
}

}  // namespace policy
