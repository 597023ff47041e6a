#include "sim/policy/demand.hpp"

#include "sim/policy/words.hpp"

namespace policy {
namespace {

constexpr std::array<std::string_view, 4> fallback_words{"later", "reconnect", "same connection",
                                                         "never"};
constexpr std::array<std::string_view, 3> failure_words{"handshake", "loss", "certificate"};

}  // namespace

Requirement at_most_opportunistic(const Requirement& requirement) {
    Requirement out;
    const bool none = requirement.demand == Demand::clear && requirement.dane == Dane::not_asked;
    out.word = none ? requirement.word : requirement.lenient;
    out.lenient = requirement.lenient;
    out.strict = requirement.strict;
    out.demand = none ? Demand::clear : Demand::opportunistic;
    out.clear_text = requirement.clear_text;
    return out;
}

std::string_view word(ClearFallback fallback) {
    return fallback_words[static_cast<std::size_t>(fallback)];
}
std::optional<ClearFallback> clear_fallback_of(std::string_view word) {
    return enumerator_of<ClearFallback>(fallback_words, word);
}
std::optional<TlsFailure> tls_failure_of(std::string_view word) {
    return enumerator_of<TlsFailure>(failure_words, word);
}

}  // namespace policy
