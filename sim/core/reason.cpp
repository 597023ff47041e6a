#include "sim/core/reason.hpp"

#include <array>

#include "sim/core/ensure.hpp"

namespace core {
namespace {

using enum Lasting;
constexpr std::array reasons{
    ReasonFacts{Reason::none, "none", "", temporary, "nothing went wrong"},
    ReasonFacts{Reason::starttls_not_supported, "starttls-not-supported", "RFC 8460 §4.3.1",
                temporary, "TLS is required and the server does not offer or grant STARTTLS"},
    ReasonFacts{Reason::certificate_host_mismatch, "certificate-host-mismatch", "RFC 8460 §4.3.1",
                temporary, "no name in the certificate is a name that policy accepts"},
    ReasonFacts{Reason::certificate_expired, "certificate-expired", "RFC 8460 §4.3.1", temporary,
                "a certificate of the chain is past its last day"},
    ReasonFacts{Reason::certificate_not_trusted, "certificate-not-trusted", "RFC 8460 §4.3.1",
                temporary,
                "the chain does not lead to a trusted root, or breaks a rule on the way"},
    ReasonFacts{Reason::validation_failure, "validation-failure", "RFC 8460 §4.3.1", temporary,
                "TLS failed in another way: the handshake broke, or the session ended early"},
    ReasonFacts{Reason::tlsa_invalid, "tlsa-invalid", "RFC 8460 §4.3.2.1", temporary,
                "no TLSA record matches the certificate"},
    ReasonFacts{Reason::dnssec_invalid, "dnssec-invalid", "RFC 8460 §4.3.2.1", temporary,
                "the resolver could not validate the answer"},
    ReasonFacts{Reason::dane_required, "dane-required", "RFC 8460 §4.3.2.1", temporary,
                "DANE is demanded and the host has no usable secure TLSA record"},
    ReasonFacts{Reason::sts_policy_fetch_error, "sts-policy-fetch-error", "RFC 8460 §4.3.2.2",
                temporary, "the MTA-STS policy could not be retrieved"},
    ReasonFacts{Reason::sts_policy_invalid, "sts-policy-invalid", "RFC 8460 §4.3.2.2", temporary,
                "what was retrieved is no MTA-STS policy"},
    ReasonFacts{Reason::sts_webpki_invalid, "sts-webpki-invalid", "RFC 8460 §4.3.2.2", temporary,
                "the policy host's certificate does not prove that it is the policy host"},
    ReasonFacts{Reason::connection_refused, "connection-refused", "RFC 5321 §4.5.4.1", temporary,
                "nothing listens at that address and port"},
    ReasonFacts{Reason::connection_lost, "connection-lost", "RFC 5321 §3.8", temporary,
                "the peer closed or reset the connection in the middle"},
    ReasonFacts{Reason::timeout, "timeout", "RFC 5321 §4.5.3.2", temporary,
                "no answer within the time limit"},
    ReasonFacts{Reason::no_such_host, "no-such-host", "RFC 5321 §5.1", temporary,
                "the MX host has no address"},
    ReasonFacts{Reason::no_such_domain, "no-such-domain", "RFC 5321 §5.1", permanent,
                "the domain does not exist or takes no mail"},
    ReasonFacts{Reason::dns_failure, "dns-failure", "RFC 5321 §5.1", temporary,
                "DNS gave no usable answer"},
    ReasonFacts{Reason::null_mx, "null-mx", "RFC 7505 §3", permanent,
                "the domain says that it takes no mail"},
    ReasonFacts{Reason::mail_loop, "mail-loop", "RFC 5321 §5.1", permanent,
                "the sender itself is the best host for the domain, and does not serve it"},
    ReasonFacts{Reason::requiretls_not_met, "requiretls-not-met", "RFC 8689 §4.2.1", permanent,
                "the mail demands TLS all the way, and no host of the domain can give it"},
    ReasonFacts{Reason::mx_not_proven, "mx-not-proven", "RFC 8461 §1", temporary,
                "nobody whom the sender asks for vouches for the name of the MX host"},
    ReasonFacts{Reason::protection_lost, "protection-lost", "RFC 7435 §3", temporary,
                "the domain was reached with better protection before"},
    ReasonFacts{Reason::smtp_refused, "smtp-refused", "RFC 5321 §4.2.1", permanent,
                "the server answered 5yz"},
    ReasonFacts{Reason::smtp_deferred, "smtp-deferred", "RFC 5321 §4.2.1", temporary,
                "the server answered 4yz"},
    ReasonFacts{Reason::smtp_syntax, "smtp-syntax", "RFC 5321 §4.2", temporary,
                "the peer said something that is not SMTP"},
    ReasonFacts{Reason::unsupported_by_server, "unsupported-by-server", "RFC 6152 §3", permanent,
                "the mail needs an extension that the server does not offer"},
    ReasonFacts{Reason::report_invalid, "report-invalid", "RFC 8460 §5", permanent,
                "a report is not signed, packed or written as it must be"},
};

}  // namespace

const ReasonFacts& facts(Reason reason) {
    const auto index = static_cast<std::size_t>(reason);
    ENSURE(index < reasons.size() && reasons[index].reason == reason);
    return reasons[index];
}

std::string_view word(Reason reason) { return facts(reason).word; }

std::optional<Reason> reason_of(std::string_view word) {
    for (const ReasonFacts& f : reasons)
        if (f.word == word && f.reason != Reason::none) return f.reason;
    return std::nullopt;
}

std::string_view reason_word_at(std::size_t index) {
    return index + 1 < reasons.size() ? reasons[index + 1].word : std::string_view();
}

}  // namespace core
