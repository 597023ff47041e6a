// SMTP replies, line by line: RFC 5321 section 4.2, RFC 2034 section 4.
#include "sim/core/text.hpp"
#include "sim/smtp/command.hpp"
#include "sim/smtp/reply.hpp"
#include "tests/fuzz/input.hpp"

using namespace smtp;

namespace {

void check_enhanced(const Reply& reply) {
    const std::string code = reply.enhanced();
    if (code.empty()) return;
    const std::vector<std::string> parts = fuzz::split(code, ".");
    ENSURE(parts.size() == 3 && reply.digit() != 3);
    ENSURE(parts[0] == std::to_string(reply.digit()));
    for (const std::string& part : parts)
        ENSURE(fuzz::all(part, fuzz::is_digit) && part.size() <= 3);
}

Reply read_wire(std::string_view wire) {
    std::vector<std::string> lines = fuzz::split(wire, "\r\n");
    ENSURE(lines.size() >= 2 && lines.back().empty());
    lines.pop_back();
    ReplyParser parser;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Result<bool> complete = parser.add(lines[i]);
        ENSURE(complete.ok() && complete.value() == (i + 1 == lines.size()));
    }
    return parser.take();
}

void check(const Reply& reply) {
    ENSURE(reply.code >= 200 && reply.code <= 599);
    ENSURE(!reply.lines.empty() && reply.lines.size() <= 200);
    check_enhanced(reply);
    const Reply again = read_wire(reply.wire());
    ENSURE(again.code == reply.code && again.lines == reply.lines);
    // The trace tells lines by their LF; a server may say a bare one all the same.
    const bool plain = std::all_of(reply.lines.begin(), reply.lines.end(), [](const auto& line) {
        return line.find('\n') == std::string::npos;
    });
    if (plain) {
        const Result<Reply> told = parse_reply(reply.text());
        ENSURE(told.ok() && told.value().code == reply.code && told.value().lines == reply.lines);
    }
    const Extensions offered = extensions_of(reply);
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        const std::string word = upper(fuzz::split(reply.lines[i], " ").front());
        ENSURE(word.empty() || offered.offers(word));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ReplyParser parser;
    for (const std::string& line : fuzz::split(fuzz::Input(data, size).text(), "\r\n")) {
        const Result<bool> complete = parser.add(line);
        if (!complete.ok()) {
            ENSURE(complete.failure().reason == Reason::smtp_syntax);
            ENSURE(complete.failure().code == "4.5.0");
            ENSURE(complete.failure().detail.size() < 200);
            break;
        }
        if (!complete.value()) continue;
        check(parser.take());
        break;
    }
    return 0;
}
