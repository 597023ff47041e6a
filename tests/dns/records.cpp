#include "tests/dns/records.hpp"

#include <fmt/format.h>

#include "sim/dns/zone_file.hpp"

std::string wire(std::string_view text) {
    std::string dense;
    for (const char c : text)
        if (c != ' ' && c != '\n') dense += c;
    const auto bytes = dns::from_hex(dense);
    ENSURE(bytes.has_value());
    return *bytes;
}

std::string digits(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

dns::Record record(std::string_view line) {
    core::Result<dns::Record> parsed = dns::parse_record(line);
    ENSURE(parsed.ok());
    return std::move(parsed.value());
}

dns::Message response(std::string_view name, dns::Type type,
                      std::initializer_list<std::string_view> lines) {
    dns::Message m;
    m.response = true;
    m.question.name = name;
    m.question.type = type;
    for (const std::string_view line : lines) m.answers.push_back(record(line));
    return m;
}

std::string summary(const dns::Message& m) {
    std::string out = fmt::format("{} {}", word(m.status), word(m.security));
    for (std::size_t i = 0; i < m.answers.size(); ++i)
        out += fmt::format("{} {} {}", i == 0 ? ":" : ";", word(m.answers[i].type),
                           data_text(m.answers[i]));
    return out;
}

std::string summary(const core::Result<dns::Message>& m) {
    if (m.ok()) return summary(m.value());
    return "failure: " + std::string(word(m.failure().reason));
}
