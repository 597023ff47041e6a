#pragma once
// The one list of reasons: why a mail, a session or a step did not go as it should.
#include <cstdint>
#include <optional>
#include <string_view>

namespace core {

/// RFC 8460 section 4.3 result types where one exists; then the words of SMTP, DNS and the network.
enum class Reason : std::uint8_t {
    none,
    // RFC 8460 section 4.3
    starttls_not_supported,
    certificate_host_mismatch,
    certificate_expired,
    certificate_not_trusted,
    validation_failure,
    tlsa_invalid,
    dnssec_invalid,
    dane_required,
    sts_policy_fetch_error,
    sts_policy_invalid,
    sts_webpki_invalid,
    // Network and DNS
    connection_refused,
    connection_lost,
    timeout,
    no_such_host,
    no_such_domain,
    dns_failure,
    null_mx,
    mail_loop,
    requiretls_not_met,
    mx_not_proven,
    protection_lost,
    // SMTP
    smtp_refused,
    smtp_deferred,
    smtp_syntax,
    unsupported_by_server,
    // Reports
    report_invalid,
};

enum class Lasting : std::uint8_t { temporary, permanent };

struct ReasonFacts {
    Reason reason;
    std::string_view word;    ///< As spelled in Lua, trace, report and tests.
    std::string_view source;  ///< Section of the RFC that names or rules it.
    Lasting lasting;          ///< What a sender makes of it when no reply code says otherwise.
    std::string_view meaning;
};

const ReasonFacts& facts(Reason reason);
std::string_view word(Reason reason);
/// The reason spelled so, or nothing.
std::optional<Reason> reason_of(std::string_view word);
/// For error messages: every word in order, by index; empty past the end.
std::string_view reason_word_at(std::size_t index);

}  // namespace core
