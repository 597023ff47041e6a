#include "sim/policy/smtpd_level.hpp"

#include "sim/policy/words.hpp"

namespace policy::smtpd {
namespace {

constexpr std::array<std::string_view, 4> tls_words{"notls", "default", "no-verify", "tls"};

Demand demand_of(Tls tls) {
    switch (tls) {
        case Tls::opportunistic: return Demand::opportunistic;
        case Tls::verified: return Demand::pkix;
        case Tls::unverified: return Demand::encrypted;
        case Tls::none: break;
    }
    return Demand::clear;
}

}  // namespace

std::string_view word(Tls tls) { return tls_words[static_cast<std::size_t>(tls)]; }
std::optional<Tls> tls_of(std::string_view word) { return enumerator_of<Tls>(tls_words, word); }
std::string_view source(Tls tls) {
    switch (tls) {
        case Tls::opportunistic: return "RFC 7435 section 3; RFC 3207 section 4";
        case Tls::verified: return "RFC 9525 section 6";
        case Tls::unverified: return "RFC 3207 section 4.1";
        case Tls::none: break;
    }
    return "RFC 5321 section 3";
}

Requirement requirement_of(Tls tls) {
    Requirement out;
    out.word = word(tls);
    out.lenient = word(Tls::opportunistic);
    out.strict = word(Tls::verified);
    out.demand = demand_of(tls);
    out.match = {"hostname"};
    // ca.c, ssl_verify.c: OpenSSL's lowest security level, and no purpose is asked for.
    out.tolerated = {Tolerated::weakness, Tolerated::purpose};
    out.sts = Sts::ignored;
    return out;
}

}  // namespace policy::smtpd
