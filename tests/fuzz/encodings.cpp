// base64 (RFC 4648) and JSON strings (RFC 8259 section 7).
#include <nlohmann/json.hpp>

#include "sim/core/base64.hpp"
#include "sim/core/json.hpp"
#include "tests/fuzz/input.hpp"

namespace {

void check_base64(std::string_view text) {
    const auto bytes = core::parse_base64(text);
    if (bytes) ENSURE(core::base64(*bytes) == text);  // strict: there is one spelling
    ENSURE(core::parse_base64(core::base64(text)) == text);
    std::string joined;
    for (const std::string& line : fuzz::split(core::base64_lines(text, 72, "\r\n"), "\r\n")) {
        ENSURE(line.size() <= 72);
        joined += line;
    }
    ENSURE(joined == core::base64(text));
}

// Beside a reader that is not ours.
void check_json(std::string_view text) {
    std::string written;
    core::append_json_string(written, text);
    ENSURE(core::is_utf8(written));
    const auto read = nlohmann::json::parse(written, nullptr, false);
    ENSURE(read.is_string());
    if (core::is_utf8(text))
        ENSURE(read.get<std::string>() == text);
    else
        ENSURE(read.get<std::string>().find("\xEF\xBF\xBD") != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::Input(data, size).text();
    check_base64(text);
    check_json(text);
    return 0;
}
