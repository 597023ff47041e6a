#include "sim/policy/least.hpp"

#include <fmt/core.h>

#include "sim/policy/words.hpp"

namespace policy {
namespace {

using core::Reason;

constexpr std::array<std::string_view, 4> proof_words{"anything", "signed", "sts", "signed or sts"};
constexpr std::array<std::string_view, 3> protected_words{"clear text", "TLS", "authenticated TLS"};

bool is_enough(MxProof wanted, MxNamedBy found) {
    switch (wanted) {
        case MxProof::nothing: return true;
        case MxProof::dnssec: return found.dnssec;
        case MxProof::mta_sts: return found.mta_sts;
        case MxProof::either: return found.dnssec || found.mta_sts;
    }
    return false;
}

std::string_view who_does_not(MxProof wanted) {
    switch (wanted) {
        case MxProof::nothing: break;
        case MxProof::dnssec: return "DNSSEC does not vouch";
        case MxProof::mta_sts: return "no enforced MTA-STS policy vouches";
        case MxProof::either: return "neither DNSSEC nor an enforced MTA-STS policy vouches";
    }
    return {};
}

}  // namespace

std::optional<MxProof> mx_proof_of(std::string_view word) {
    return enumerator_of<MxProof>(proof_words, word);
}

std::optional<Judgement> refuse_mx(MxProof wanted, MxNamedBy found, std::string_view host) {
    if (is_enough(wanted, found)) return std::nullopt;
    return Judgement{false, Standing::untrusted, Reason::mx_not_proven, "4.7.0",
                     fmt::format("{} for the MX host {}", who_does_not(wanted), host)};
}

std::string_view word(Protected session) {
    return protected_words[static_cast<std::size_t>(session)];
}

std::optional<Judgement> refuse_less(Protected once, Protected now, std::string_view domain) {
    if (now >= once) return std::nullopt;
    return Judgement{false, Standing::untrusted, Reason::protection_lost, "4.7.10",
                     fmt::format("{} was reached with {} before, and this is {}", domain,
                                 word(once), word(now))};
}

Requirement lenient_requirement(const Requirement& usual) {
    Requirement out;
    out.word = usual.lenient;
    out.lenient = usual.lenient;
    out.strict = usual.strict;
    out.demand = Demand::pkix;
    out.match = {"hostname"};
    out.names = usual.names;
    out.tolerated = usual.tolerated;
    return out;
}

}  // namespace policy
