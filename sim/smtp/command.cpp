#include "sim/smtp/command.hpp"

#include <algorithm>
#include <cstring>

#include "sim/core/text.hpp"

namespace smtp {
namespace {

// RFC 5321 §4.1.2, esmtp-keyword.
bool is_keyword(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '-';
    };
    return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), fits);
}

// RFC 5321 §4.1.2, esmtp-value.
bool is_value(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return c > ' ' && c < 0x7F && c != '='; });
}

// RFC 5321 §4.1.2, Quoted-string: printable characters, with a backslash before '"' and itself.
bool is_quoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') return false;
        if (text[i] == '\\' && ++i == text.size()) return false;
        if (static_cast<unsigned char>(text[i]) < ' ' || text[i] == 0x7F) return false;
    }
    return true;
}

bool needs_quotes(char c) {
    switch (c) {
        case '<':
        case '>':
        case '(':
        case ')':
        case '@':
        case ',':
        case ';':
        case '\\':
        case '"':
        case 0x7F: return true;
        default: return static_cast<unsigned char>(c) <= ' ';
    }
}

// Words parted by single dots, of anything that needs no quotes: a local part, a domain, an address
// literal.
bool is_atoms(std::string_view text) {
    if (std::any_of(text.begin(), text.end(), needs_quotes)) return false;
    return !text.empty() && text.front() != '.' && text.back() != '.' &&
           text.find("..") == std::string_view::npos;
}

Failure syntax(std::string why) { return {Reason::smtp_syntax, std::move(why), "5.5.4"}; }

}  // namespace

std::size_t closing_bracket(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (quoted && text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && text[i] == '>')
            return i;
    }
    return std::string_view::npos;
}

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
    const std::size_t end = closing_bracket(rest);
    if (end == std::string_view::npos) return syntax("the address has no closing bracket");
    Path path;
    path.address = rest.substr(1, end - 1);
    // Source routes are accepted and ignored (RFC 5321 appendix C).
    if (path.address.starts_with('@') && path.address.find(':') != std::string::npos)
        path.address.erase(0, path.address.find(':') + 1);
    if (path.address.empty() && keyword == "TO") return syntax("a recipient must not be empty");
    // RFC 5321 §4.1.1.3: the one recipient that needs no domain.
    const bool known = path.address.empty() || (keyword == "TO" && is_postmaster(path.address));
    if (!known && (!is_address(path.address) || has_eight_bits(path.address)))
        return syntax("not an address: " + path.address);
    rest = rest.substr(end + 1);
    if (!rest.empty() && rest.front() != ' ') return syntax("a space must follow the address");
    while (!(rest = trimmed(rest)).empty()) {
        const std::string_view word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(word.size());
        const std::size_t equals = word.find('=');
        const std::string value(equals == std::string_view::npos ? std::string_view()
                                                                 : word.substr(equals + 1));
        if (!is_keyword(word.substr(0, equals)))
            return syntax("a parameter needs a keyword: " + std::string(word));
        if (equals != std::string_view::npos && !is_value(value))
            return syntax("a parameter has no good value: " + std::string(word));
        if (!path.parameters.emplace(upper(word.substr(0, equals)), value).second)
            return syntax("a parameter is given twice: " + std::string(word));
    }
    return path;
}

bool is_address(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return false;
    const std::string_view local = address.substr(0, at);
    const std::string_view domain = address.substr(at + 1);
    return (is_quoted(local) || is_atoms(local)) && is_atoms(domain);
}

bool is_postmaster(std::string_view address) { return upper(address) == "POSTMASTER"; }

bool has_eight_bits(std::string_view text) {
    unsigned all = 0;  // no early exit: so the compiler takes many bytes at a time
    for (const char c : text) all |= static_cast<unsigned char>(c);
    return all >= 0x80;
}

std::string domain_of(std::string_view address) {
    return lower(address.substr(address.rfind('@') + 1));
}

namespace {

// The line from its first word on.
std::string_view from_first_word(std::string_view line, HelloWords words) {
    const std::string_view before = words == HelloWords::loose ? " \t=" : "";
    return line.substr(std::min(line.find_first_not_of(before), line.size()));
}

std::string_view first_word(std::string_view line, HelloWords words) {
    return line.substr(0, line.find_first_of(words == HelloWords::loose ? " \t=" : " "));
}

// Where the line is that names the server; the number of lines where none does.
std::size_t naming_line(const Reply& reply, HelloWords words) {
    std::size_t i = 0;
    while (words == HelloWords::loose && i < reply.lines.size() &&
           from_first_word(reply.lines[i], words).empty())
        ++i;
    return i;
}

}  // namespace

void Extensions::add(std::string_view line, HelloWords words) {
    const std::string_view text = from_first_word(line, words);
    const std::string_view keyword = first_word(text, words);
    if (keyword.empty()) return;
    const std::string_view rest = text.substr(std::min(keyword.size() + 1, text.size()));
    offered_.emplace(upper(keyword), trimmed(rest));
}

std::string Extensions::parameters(std::string_view keyword) const {
    const auto found = offered_.find(std::string(keyword));
    return found == offered_.end() ? std::string() : found->second;
}

Extensions extensions_of(const Reply& reply, HelloWords words) {
    Extensions out;
    for (std::size_t i = naming_line(reply, words) + 1; i < reply.lines.size(); ++i)
        out.add(reply.lines[i], words);
    return out;
}

std::string name_in_hello(const Reply& reply, HelloWords words) {
    const std::size_t i = naming_line(reply, words);
    if (i == reply.lines.size()) return {};
    return std::string(first_word(from_first_word(reply.lines[i], words), words));
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
    // Line by line it would grow in steps; doubled, so that many pieces cost what they are long.
    if (content_.size() + bytes.size() > content_.capacity())
        content_.reserve(std::max(content_.size() + bytes.size(), 2 * content_.capacity()));
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
        const std::size_t inside = content_.size() - scanned_ - (crlf ? 2 : 1);
        if (!crlf || std::memchr(content_.data() + scanned_, '\r', inside) != nullptr) bare_ = true;
        if (crlf || ends_ == LineEnds::bare_lf_too) complete_ = end_line(crlf ? 2 : 1);
        scanned_ = content_.size();
    }
    return at;
}

// Carriage returns, and then another byte than one of them.
void KindDataReader::end_carriage_returns(char next) {
    const std::size_t count = std::exchange(carriage_returns_, 0);
    if (next == '\n' && is(Kindness::drops_cr_before_line_end)) {
        reader_.add("\r");
        return;
    }
    for (std::size_t i = 0; i < count && !reader_.complete(); ++i) {
        const bool before_line_feed = next == '\n' && i + 1 == count;
        const bool ends = is(Kindness::ends_lines_at_cr) && !before_line_feed;
        reader_.add(ends ? "\r\n" : "\r");
    }
}

std::size_t KindDataReader::add(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (c == '\0' && is(Kindness::drops_nul)) continue;
        if (c == '\r') {
            ++carriage_returns_;
            continue;
        }
        if (carriage_returns_ > 0) end_carriage_returns(c);
        if (complete()) return i;  // the byte that showed it is not of the message
        reader_.add(bytes.substr(i, 1));
        if (complete()) return i + 1;
    }
    return bytes.size();
}

}  // namespace smtp
