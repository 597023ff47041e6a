#include "sim/policy/requiretls.hpp"

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace policy::requiretls {

using core::Reason;
using core::trimmed;

namespace {

constexpr std::string_view no_tls = "4.7.10";

}  // namespace

bool tls_is_optional(std::string_view content) {
    constexpr std::string_view field = "tls-required:";
    int fields = 0;
    bool says_no = false;
    while (!content.empty() && !content.starts_with("\r\n")) {
        const std::string_view line = content.substr(0, content.find("\r\n"));
        content.remove_prefix(std::min(content.size(), line.size() + 2));
        if (core::lower(line.front()) != field.front() ||
            core::lower(line.substr(0, field.size())) != field)
            continue;
        ++fields;
        says_no = core::lower(trimmed(line.substr(field.size()))) == "no";
    }
    return fields == 1 && says_no;
}

Requirement requirement(const Requirement& usual) {
    Requirement out;
    out.word = usual.strict;
    out.lenient = usual.lenient;
    out.strict = usual.strict;
    out.demand = Demand::pkix;
    out.match = {"hostname"};
    out.names = NameRules::rfc9525;
    out.server_name = "hostname";
    return out;
}

Plan plan(bool proven, std::string_view host) {
    if (proven)
        return {Demand::pkix, {}, {}, {}, fmt::format("REQUIRETLS: {} must prove its name", host)};
    std::string why = fmt::format(
        "REQUIRETLS: neither DNSSEC nor an MTA-STS policy vouches for the MX host {}", host);
    Plan out{Demand::pkix, {}, {}, {}, why};
    out.refusal = Judgement{false, Standing::untrusted, Reason::requiretls_not_met,
                            std::string(no_tls), std::move(why)};
    return out;
}

core::Failure unmet(core::Failure failure) {
    switch (failure.reason) {
        case Reason::starttls_not_supported:
        case Reason::certificate_host_mismatch:
        case Reason::certificate_expired:
        case Reason::certificate_not_trusted:
        case Reason::validation_failure:
        case Reason::tlsa_invalid:
            failure.detail = fmt::format("REQUIRETLS: {}", failure.detail);
            failure.code = no_tls;
            break;
        case Reason::requiretls_not_met: break;
        default: return failure;
    }
    failure.reason = Reason::requiretls_not_met;
    return failure;
}

}  // namespace policy::requiretls
