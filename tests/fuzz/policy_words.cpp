// Words of the sender's policy that come as text: levels, names, durations, dates, TLS-Required.
#include "sim/core/text.hpp"
#include "sim/core/units.hpp"
#include "sim/policy/judge.hpp"
#include "sim/policy/postfix_level.hpp"
#include "sim/policy/requiretls.hpp"
#include "tests/fuzz/input.hpp"

using namespace policy;

namespace {

void check_words(std::string_view text) {
    if (const auto level = level_of(text)) ENSURE(word(*level) == text);
    if (const auto fallback = clear_fallback_of(text)) ENSURE(word(*fallback) == text);
    if (const auto rules = name_rules_of(text)) ENSURE(word(*rules) == text);
    if (const auto reason = core::reason_of(text)) ENSURE(core::word(*reason) == text);
}

void check_times(std::string_view text) {
    if (const auto duration = core::parse_duration(text)) {
        ENSURE(*duration >= core::seconds(0));
        ENSURE(*duration <= core::days(36500));
        ENSURE(!core::readable(*duration).empty());
    }
    if (const auto date = core::parse_calendar_date(text))
        ENSURE(core::parse_calendar_date(core::calendar_date(*date)) == date);
}

// ID-01 to ID-04: a certificate's name and a reference, one a line each.
void check_names(std::string_view presented, std::string_view wanted) {
    const ReferenceName reference = reference_names({"hostname"}, wanted, "").front();
    ENSURE(reference.name == core::lower(reference.name));
    const bool fit = fits(presented, reference);
    ENSURE(fit == fits(core::upper(presented), reference));
    // CVE-2009-2408: nothing is read behind a NUL.
    const auto has_nul = [](std::string_view text) { return text.find('\0') != text.npos; };
    if (has_nul(presented) && !has_nul(reference.name)) ENSURE(!fit);
    if (!fit || reference.name.starts_with('.')) return;
    const std::string name = core::lower(presented);
    if (name == reference.name) return;
    // One label, whole: as many dots, the same text behind the first.
    ENSURE(name.starts_with("*.") && std::count(name.begin(), name.end(), '*') == 1);
    ENSURE(std::count(name.begin(), name.end(), '.') ==
           std::count(reference.name.begin(), reference.name.end(), '.'));
    ENSURE(reference.name.ends_with(name.substr(1)));
}

// RFC 8689 section 3: another mail has the same header when a body follows.
void check_tls_required(std::string_view mail) {
    const bool optional = requiretls::tls_is_optional(mail);
    const std::string_view header = mail.substr(0, mail.find("\r\n\r\n"));
    if (core::lower(header).find("tls-required:") == std::string::npos) ENSURE(!optional);
    const std::string twice = "TLS-Required: No\r\n" + std::string(mail);
    if (optional) ENSURE(!requiretls::tls_is_optional(twice));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::Input(data, size).text();
    const std::vector<std::string> lines = fuzz::split(text, "\n");
    check_words(text);
    check_times(text);
    if (lines.size() == 2) check_names(lines[0], lines[1]);
    check_tls_required(text);
    return 0;
}
