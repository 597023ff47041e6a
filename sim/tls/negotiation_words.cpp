// The path to the keys in words, for pictures and texts alike.
#include <algorithm>

#include <fmt/format.h>

#include "sim/tls/negotiation.hpp"
#include "sim/trace/encode.hpp"

namespace tls {

namespace {

constexpr std::string_view in_brackets[] = {"HKDF-Extract", "HKDF-Expand-Label", "PRF", "HMAC"};

bool is_function(std::string_view how) {
    return std::ranges::find(in_brackets, how) != std::end(in_brackets);
}

}  // namespace

std::string recipe(const std::vector<KeyStep>& steps, std::size_t step) {
    const KeyStep& its = steps[step];
    const auto name = [&](std::size_t i) { return steps[its.from[i]].name; };
    if (its.id == "tls.keys.shared_secret")
        return fmt::format("{0}({1}, {2}) = {0}({3}, {4})", its.how, name(0), name(1), name(2),
                           name(3));
    if (its.how == "RSA") return fmt::format("RSA({}, {})", name(1), name(0));
    if (its.how == "drawn") return "drawn at random, never sent";
    if (its.how == "cut out") return "cut out of the key block";
    if (its.id == "tls.keys.psk")
        return "HKDF-Expand-Label(the earlier resumption master secret, \"resumption\", nonce)";
    if (its.how == "kept") return "kept from the earlier session";
    if (its.how == "Transcript-Hash" || its.how == "session_hash")
        return fmt::format("{}(messages so far)", its.how);
    if (!is_function(its.how)) return std::string(its.how);
    std::vector<std::string> inputs;
    const bool extracts = its.how == "HKDF-Extract";
    if (extracts && its.id == "tls.keys.early_secret") inputs.emplace_back("zeros");
    for (std::size_t i = 0; i < its.from.size(); ++i) {
        inputs.push_back(name(i));
        if (i == 0 && !its.label.empty()) inputs.push_back(fmt::format("\"{}\"", its.label));
    }
    if (extracts && inputs.size() < 2) inputs.emplace_back("zeros");
    if (its.id == "tls.keys.verify_data") inputs.emplace_back("hash of the messages before it");
    return fmt::format("{}({})", its.how, fmt::join(inputs, ", "));
}

std::string knowers(const trace::Trace& trace, const Negotiation& negotiation, std::size_t step) {
    std::string out;
    switch (negotiation.steps[step].knower) {
        case Knower::everybody: return "everybody on the path";
        case Knower::client:
            out = fmt::format("{} alone", trace::host_title(trace, negotiation.client));
            break;
        case Knower::server:
            out = fmt::format("{} alone", trace::host_title(trace, negotiation.server));
            break;
        case Knower::both:
            out = negotiation.finished ? "both ends" : "the ends, as far as they came";
            break;
    }
    for (const KeyWatcher& watcher : negotiation.watchers)
        if (negotiation.knows(watcher, step))
            out += fmt::format(", and {}", trace::host_title(trace, watcher.who));
    return out;
}

std::string_view why_unknown(const Negotiation& negotiation, std::size_t step) {
    const KeyStep& its = negotiation.steps[step];
    if (!its.value.empty()) return {};
    if (its.knower == Knower::everybody) return "was not sent";
    if (its.how == "drawn" || its.id == "tls.keys.certificate_key") return "never leaves the host";
    if (!negotiation.finished) return "the handshake broke off: never told";
    return "never leaves the two hosts";
}

std::string verdict(const trace::Trace& trace, const Negotiation& negotiation,
                    const KeyWatcher& watcher) {
    const std::string who(trace::host_title(trace, watcher.who));
    std::size_t known = 0, secrets = 0;
    for (std::size_t i = 0; i < negotiation.steps.size(); ++i) {
        if (negotiation.steps[i].knower == Knower::everybody) continue;
        ++secrets;
        if (negotiation.knows(watcher, i)) ++known;
    }
    const std::string_view server = trace::host_title(trace, negotiation.server);
    if (watcher.holds)
        return fmt::format(
            "{} holds the key of {}'s certificate, for which the premaster secret was sealed: with "
            "it {} of the {} secrets are open",
            who, server, known, secrets);
    if (watcher.opened_earlier)
        return fmt::format(
            "{} knows the master secret of the session that goes on here: {} of the {} secrets are "
            "open",
            who, known, secrets);
    const std::string nothing =
        fmt::format("{} saw all that was sent, and knows none of the {} secrets", who, secrets);
    if (watcher.stole_key)
        return nothing + fmt::format(
                             "; the stolen key of {}'s certificate is of no use here: no "
                             "secret was sealed for it",
                             server);
    return nothing;
}

std::string summary(const Negotiation& negotiation) {
    std::string out(negotiation.version);
    out += ", " + std::string(negotiation.suite);
    if (!negotiation.group.empty()) out += ", " + std::string(negotiation.group);
    if (negotiation.resumes != trace::ConnectionId::none)
        out += fmt::format(", goes on with the session of connection {}",
                           static_cast<std::uint32_t>(negotiation.resumes));
    if (!negotiation.finished) out += ", broken off";
    return out;
}

}  // namespace tls
