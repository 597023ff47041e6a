#include "harness/report/key_path.hpp"

#include <fmt/format.h>

#include "sim/core/field_reader.hpp"
#include "sim/trace/encode.hpp"

namespace report {

using tls::KeyStep;
using tls::Negotiation;

namespace {

std::string proof_of(const KeyStep& step) {
    const bool sent = step.id == "tls.keys.verify_data" || step.id == "tls.keys.binder";
    if (!step.confirmed) return {};
    return sent ? ", as it was sent" : ", as Mbed TLS told it";
}

}  // namespace

core::Layer key_layer(const trace::Trace& trace, const Negotiation& negotiation) {
    core::Layer out;
    for (std::size_t i = 0; i < negotiation.steps.size(); ++i) {
        const KeyStep& step = negotiation.steps[i];
        if (step.value.empty()) continue;
        core::Field& field = out.fields.emplace_back();
        field.id = step.id;
        field.offset = out.bytes.size();
        field.length = step.value.size();
        field.value =
            fmt::format("{}: {}{}; known to {}", step.name, tls::recipe(negotiation.steps, i),
                        proof_of(step), tls::knowers(trace, negotiation, i));
        out.bytes += step.value;
    }
    return out;
}

std::string key_lines(const trace::Trace& trace, const Negotiation& negotiation,
                      const ExplainField& explain) {
    std::string out =
        fmt::format("the keys of connection {}, {} to {}: {}\n",
                    static_cast<std::uint32_t>(negotiation.connection),
                    trace::host_title(trace, negotiation.client),
                    trace::host_title(trace, negotiation.server), tls::summary(negotiation));
    for (std::size_t i = 0; i < negotiation.steps.size(); ++i) {
        const KeyStep& step = negotiation.steps[i];
        out += fmt::format("  {:2}  {}: {}{}; {}\n", i + 1, step.name,
                           tls::recipe(negotiation.steps, i), proof_of(step), step.clause);
        constexpr std::size_t most = 64;  // the longest secret; a stolen key is longer
        out += fmt::format(
            "      {}, known to {}\n",
            step.value.empty()
                ? std::string(tls::why_unknown(negotiation, i))
                : fmt::format("{} ({} bytes)", core::hex_text(step.value, most), step.value.size()),
            tls::knowers(trace, negotiation, i));
        const std::string why = explain(step.id);
        if (!why.empty()) out += fmt::format("      {}\n", why);
    }
    for (const tls::KeyWatcher& watcher : negotiation.watchers)
        out += fmt::format("  {}\n", tls::verdict(trace, negotiation, watcher));
    return out;
}

}  // namespace report
