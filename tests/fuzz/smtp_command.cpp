// SMTP commands, their paths and parameters: RFC 5321 sections 4.1.1 and 4.1.2.
#include "sim/core/text.hpp"
#include "sim/smtp/command.hpp"
#include "tests/fuzz/input.hpp"

using namespace smtp;

namespace {

bool is_atom_character(char c) {
    return fuzz::is_alphanumeric(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Quoted-string, read from the left: what the grammar says, and nothing else.
bool is_quoted_string(std::string_view text) {
    if (text.size() < 2 || text.front() != '"') return false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') return i + 1 == text.size();
        if (text[i] == '\\') ++i;
        if (i == text.size() || text[i] < ' ' || text[i] > '~') return false;
    }
    return false;
}

// What a path may hold once it was taken: nothing that ends it, a line or a command.
void check_address(std::string_view address) {
    const std::size_t at = address.rfind('@');
    ENSURE(at != std::string_view::npos);
    const std::string_view local = address.substr(0, at), domain = address.substr(at + 1);
    if (local.front() == '"')
        ENSURE(is_quoted_string(local));
    else
        for (const std::string& atom : fuzz::split(local, "."))
            ENSURE(fuzz::all(atom, [](char c) {
                // Brackets and colons are more than the grammar has, and end nothing.
                return is_atom_character(c) || c == '[' || c == ']' || c == ':';
            }));
    ENSURE(fuzz::all(domain, fuzz::is_printable));
    ENSURE(domain.find_first_of("<>()@,;\\\"") == std::string_view::npos);
    ENSURE(domain_of(address) == lower(domain));
}

void check_parameters(const Path& path) {
    for (const auto& [keyword, value] : path.parameters) {
        ENSURE(fuzz::all(keyword, [](char c) { return fuzz::is_alphanumeric(c) || c == '-'; }));
        ENSURE(keyword == upper(keyword) && !keyword.starts_with('-'));
        // esmtp-value, where there is one.
        for (const char c : value) ENSURE(fuzz::is_printable(c) && c != '=');
    }
}

void check_path(std::string_view argument, std::string_view keyword) {
    const auto parsed = parse_path(argument, keyword);
    if (!parsed.ok()) {
        ENSURE(parsed.failure().reason == Reason::smtp_syntax);
        ENSURE(parsed.failure().code == "5.5.4" && !parsed.failure().detail.empty());
        return;
    }
    const Path& path = parsed.value();
    if (path.address.empty())
        ENSURE(keyword == "FROM");
    else if (keyword == "FROM" || !is_postmaster(path.address))
        check_address(path.address);
    check_parameters(path);
    std::string again = std::string(keyword) + ":<" + path.address + ">";
    for (const auto& [name, value] : path.parameters)
        again += " " + name + (value.empty() ? "" : "=" + value);
    const auto read = parse_path(again, keyword);
    ENSURE(read.ok() && read.value().address == path.address);
    ENSURE(read.value().parameters == path.parameters);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line = fuzz::Input(data, size).text();
    const Command command = parse_command(line);
    ENSURE(command.verb == upper(command.verb));
    ENSURE(command.verb.find(' ') == std::string::npos);
    ENSURE(command.argument == trimmed(command.argument));
    const Command again = parse_command(command.verb + " " + command.argument);
    ENSURE(again.verb == command.verb && again.argument == command.argument);
    for (const std::string_view keyword : {"FROM", "TO"}) check_path(command.argument, keyword);
    if (is_address(line) && !has_eight_bits(line)) check_address(line);
    return 0;
}
