#include "sim/smtp/command.hpp"

#include <cstring>

namespace smtp {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
    return s;
}

Failure syntax(std::string why) { return {Reason::smtp_syntax, std::move(why), "5.5.4"}; }

}  // namespace

Command parse_command(std::string_view line) {
    const std::size_t space = line.find(' ');
    Command command;
    command.verb = upper(line.substr(0, space));
    if (space != std::string_view::npos) command.argument = trimmed(line.substr(space));
    return command;
}

Result<Path> parse_path(std::string_view argument, std::string_view keyword) {
    const std::size_t colon = argument.find(':');
    if (colon == std::string_view::npos || upper(trimmed(argument.substr(0, colon))) != keyword)
        return syntax("expected " + std::string(keyword) + ":<address>");
    std::string_view rest = trimmed(argument.substr(colon + 1));
    if (!rest.starts_with('<')) return syntax("the address must stand in angle brackets");
    const std::size_t end = rest.find('>');
    if (end == std::string_view::npos) return syntax("the address has no closing bracket");
    Path path;
    path.address = rest.substr(1, end - 1);
    // Source routes are accepted and ignored (RFC 5321 appendix C).
    if (path.address.starts_with('@') && path.address.find(':') != std::string::npos)
        path.address.erase(0, path.address.find(':') + 1);
    if (!path.address.empty() && !is_address(path.address))
        return syntax("not an address: " + path.address);
    if (path.address.empty() && keyword == "TO") return syntax("a recipient must not be empty");
    rest = rest.substr(end + 1);
    while (!(rest = trimmed(rest)).empty()) {
        const std::string_view word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(word.size());
        const std::size_t equals = word.find('=');
        const std::string value(equals == std::string_view::npos ? std::string_view()
                                                                 : word.substr(equals + 1));
        if (!path.parameters.emplace(upper(word.substr(0, equals)), value).second)
            return syntax("a parameter is given twice: " + std::string(word));
    }
    return path;
}

bool is_address(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return false;
    for (const char c : address)
        if (static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == 0x7F) return false;
    const std::string_view domain = address.substr(at + 1);
    return domain.front() != '.' && domain.back() != '.' &&
           domain.find("..") == std::string_view::npos;
}

std::string domain_of(std::string_view address) {
    std::string out(address.substr(address.rfind('@') + 1));
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

void Extensions::add(std::string_view line) {
    const std::size_t space = line.find(' ');
    const std::string_view rest =
        space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    offered_.emplace(upper(line.substr(0, space)), trimmed(rest));
}

std::string Extensions::parameters(std::string_view keyword) const {
    const auto found = offered_.find(std::string(keyword));
    return found == offered_.end() ? std::string() : found->second;
}

Extensions extensions_of(const Reply& reply) {
    Extensions out;
    for (std::size_t i = 1; i < reply.lines.size(); ++i) out.add(reply.lines[i]);
    return out;
}

std::string stuffed(std::string_view content) {
    std::string out;
    out.reserve(content.size() + 16);
    bool line_begins = true;
    while (!content.empty()) {
        if (line_begins && content.front() == '.') out += '.';
        const std::size_t end = content.find("\r\n");
        const std::size_t size = end == std::string_view::npos ? content.size() : end + 2;
        out += content.substr(0, size);
        line_begins = end != std::string_view::npos;
        content.remove_prefix(size);
    }
    if (!line_begins) out += "\r\n";
    return out += ".\r\n";
}

// Called with the line end already in `content_`. True when the line was the final dot.
bool DataReader::end_line(std::size_t end_size) {
    const std::size_t size = content_.size() - line_start_ - end_size;
    if (size > 0 && content_[line_start_] == '.') {
        if (size == 1) {
            content_.resize(line_start_);
            return true;
        }
        content_.erase(line_start_, 1);
    }
    line_start_ = content_.size();
    return false;
}

std::size_t DataReader::add(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && !complete_) {
        const char* const found =
            static_cast<const char*>(std::memchr(bytes.data() + at, '\n', bytes.size() - at));
        const std::size_t end =
            found == nullptr ? bytes.size() : static_cast<std::size_t>(found - bytes.data()) + 1;
        content_.append(bytes.substr(at, end - at));
        at = end;
        if (found == nullptr) break;
        const bool crlf =
            content_.size() >= line_start_ + 2 && content_[content_.size() - 2] == '\r';
        if (!crlf) bare_ = true;
        if (crlf || ends_ == LineEnds::bare_lf_too) complete_ = end_line(crlf ? 2 : 1);
    }
    return at;
}

}  // namespace smtp
