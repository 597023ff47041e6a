#include "sim/trace/encode.hpp"

#include <type_traits>

#include <fmt/core.h>

#include "sim/core/json.hpp"
#include "sim/core/printable.hpp"

namespace trace {
namespace {

void append_value(std::string& out, std::string_view text) { append_json_text(out, text); }
void append_value(std::string& out, OptionalText value) { append_json_text(out, value.text); }
void append_value(std::string& out, Reason reason) { append_json_text(out, core::word(reason)); }
void append_value(std::string& out, Instant at) { out += std::to_string(at.ns); }
template <class T>
requires std::is_integral_v<T>
void append_value(std::string& out, T number) { out += std::to_string(number); }
template <class T>
requires std::is_enum_v<T>
void append_value(std::string& out, T value) {
    if constexpr (std::is_same_v<T, HostId>) {
        out += value == HostId::nobody ? std::string("null")
                                       : std::to_string(static_cast<unsigned>(value));
    } else if constexpr (std::is_same_v<T, ConnectionId> || std::is_same_v<T, MailId>) {
        out += std::to_string(static_cast<std::uint32_t>(value));
    } else {
        append_json_text(out, word(value));
    }
}

bool left_out(const auto&) { return false; }
bool left_out(OptionalText value) { return value.text.empty(); }

// For people: one line, short, control characters shown as a dot, long bytes cut with their length.
std::string for_people(std::string_view text) {
    constexpr std::size_t most = 160;
    std::string out;
    const bool readable = core::is_utf8(text);
    for (const char c : text.substr(0, most)) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (u < 0x20 || u == 0x7F || (u >= 0x80 && !readable))
            out += '.';
        else
            out += c;
    }
    if (text.size() > most) out += fmt::format("… ({} bytes)", text.size());
    return out;
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    if (core::is_utf8(text)) {
        core::append_json_string(out, text);
        return;
    }
    static constexpr char digits[] = "0123456789abcdef";
    out += "{\"hex\":\"";
    for (const char c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    out += "\"}";
}

std::string_view kind(const Event& event) {
    return event.body.visit([](const auto& body) { return std::decay_t<decltype(body)>::name; });
}

std::string json_line(const Event& event) {
    std::string out = fmt::format(R"({{"id":{},"at":{},"host":)", event.id, event.at.ns);
    append_value(out, event.host);
    out += fmt::format(R"(,"cause":{},"event":"{}")", event.cause, kind(event));
    const auto field = [&](std::string_view name, const auto& value) {
        if (left_out(value)) return;
        out += ",\"";
        out += name;
        out += "\":";
        append_value(out, value);
    };
    event.body.visit([&](const auto& body) { body.fields(field); });
    out += '}';
    return out;
}

std::string json_lines(const Trace& trace, std::string_view title, std::uint64_t seed) {
    std::string out = fmt::format(R"({{"schema":"mailtls.trace/{}","seed":{},"events":{},"title":)",
                                  encoding_version, seed, trace.size());
    append_json_text(out, title);
    out += "}\n";
    trace.each([&](const Event& event) {
        out += json_line(event);
        out += '\n';
    });
    return out;
}

std::string_view host_title(const Trace& trace, HostId host) {
    if (host == HostId::nobody) return "nobody";
    for (EventId id = 1; id <= trace.size(); ++id) {
        const auto* const joined = trace.at(id).as<HostJoined>();
        if (joined != nullptr && joined->host == host) return joined->title;
    }
    return "nobody";
}

std::string text_line(const Trace& trace, const Event& event) {
    std::string out =
        fmt::format("#{:<5} {:>12}  {:<22} {}", event.id, readable(event.at - trace.begins()),
                    host_title(trace, event.host), kind(event));
    const auto field = [&](std::string_view name, const auto& value) {
        if (left_out(value)) return;
        std::string text;
        if constexpr (std::is_convertible_v<decltype(value), std::string_view>) {
            text = for_people(value);
        } else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, OptionalText>) {
            text = for_people(value.text);
        } else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, HostId>) {
            text = host_title(trace, value);
        } else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Instant>) {
            text = readable(value - trace.begins());
        } else {
            append_value(text, value);
        }
        out += fmt::format("  {}={}", name, text);
    };
    event.body.visit([&](const auto& body) { body.fields(field); });
    return core::printable_line(out);
}

}  // namespace trace
