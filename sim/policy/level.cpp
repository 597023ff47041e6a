#include "sim/policy/level.hpp"

#include <array>

namespace policy {
namespace {

constexpr std::array<std::string_view, 9> level_words{
    "none", "may", "encrypt", "fingerprint", "verify", "secure", "dane", "dane-only", "mta-sts"};
constexpr std::array<std::string_view, 4> fallback_words{"later", "reconnect", "same connection",
                                                         "never"};
constexpr std::array<std::string_view, 2> rule_words{"postfix", "rfc9525"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& words, std::string_view word) {
    for (std::size_t i = 0; i < N; ++i)
        if (words[i] == word) return static_cast<Enum>(i);
    return std::nullopt;
}

}  // namespace

std::string_view word(Level level) { return level_words[static_cast<std::size_t>(level)]; }
std::optional<Level> level_of(std::string_view word) { return find<Level>(level_words, word); }
std::string_view source(Level level) {
    switch (level) {
        case Level::none: return "RFC 5321 section 3";
        case Level::may: return "RFC 7435 section 3; RFC 3207 section 4";
        case Level::encrypt: return "RFC 3207 section 4.1; Postfix TLS_README";
        case Level::fingerprint: return "RFC 3207 section 4.1; Postfix TLS_README";
        case Level::verify: return "RFC 9525 section 6; Postfix TLS_README";
        case Level::secure: return "RFC 9525 section 6; Postfix TLS_README";
        case Level::dane: return "RFC 7672 section 2.2";
        case Level::dane_only: return "RFC 7672 section 2.2; Postfix TLS_README";
        case Level::mta_sts: return "RFC 8461 sections 4.1 and 4.2";
    }
    return {};
}
std::string_view word(ClearFallback fallback) {
    return fallback_words[static_cast<std::size_t>(fallback)];
}
std::optional<ClearFallback> clear_fallback_of(std::string_view word) {
    return find<ClearFallback>(fallback_words, word);
}
std::string_view word(NameRules rules) { return rule_words[static_cast<std::size_t>(rules)]; }
std::optional<NameRules> name_rules_of(std::string_view word) {
    return find<NameRules>(rule_words, word);
}

}  // namespace policy
