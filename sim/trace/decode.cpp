#include "sim/trace/decode.hpp"

#include <fmt/core.h>

namespace trace {

std::string Restored::why_not(const Event& event) const {
    const std::size_t next = trace_.size() + 1;
    if (event.id != next) return fmt::format("expected event {}, got {}", next, event.id);
    if (event.cause >= event.id)
        return fmt::format("expected a cause before event {}, got {}", next, event.cause);
    if (next > 1 && event.at < loop_.now())
        return fmt::format("expected a time from {} on, got {}", loop_.now().ns, event.at.ns);
    std::string wrong;
    const auto known = [&](std::string_view what, std::uint32_t number, std::uint32_t count) {
        if (number >= count && wrong.empty())
            wrong = fmt::format("there is no {} {} yet", what, number);
    };
    const auto next_one = [&](std::string_view what, std::uint32_t number, std::uint32_t expected) {
        if (number != expected && wrong.empty())
            wrong = fmt::format("expected {} {} to begin, got {}", what, expected, number);
    };
    std::uint32_t hosts = hosts_, connections = connections_;
    if (const auto* joined = event.as<HostJoined>())
        next_one("host", static_cast<std::uint32_t>(joined->host), hosts++);
    if (const auto* asked = event.as<ConnectionAsked>())
        next_one("connection", static_cast<std::uint32_t>(asked->connection), ++connections);
    const auto field = [&](std::string_view, const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, HostId>) {
            if (value != HostId::nobody) known("host", static_cast<std::uint32_t>(value), hosts);
        } else if constexpr (std::is_same_v<T, ConnectionId>) {
            known("connection", static_cast<std::uint32_t>(value), connections + 1);
        }
    };
    field("host", event.host);
    event.body.visit([&](const auto& body) { body.fields(field); });
    return wrong;
}

std::string Restored::add(const Event& event) {
    std::string wrong = why_not(event);
    if (!wrong.empty()) return wrong;
    if (event.as<HostJoined>() != nullptr) ++hosts_;
    if (event.as<ConnectionAsked>() != nullptr) ++connections_;
    if (trace_.size() == 0) loop_.begin_at(event.at);
    loop_.run_until(event.at);
    loop_.set_cause(event.cause);
    event.body.visit([&](const auto& body) { trace_.add(event.host, body); });
    return {};
}

}  // namespace trace
