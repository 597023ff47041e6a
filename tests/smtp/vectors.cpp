#include "tests/smtp/vectors.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

#include "sim/core/ensure.hpp"

namespace {

std::string content_of(const std::string& file) {
    std::ifstream in(std::string(MAILTLS_TESTS "/vectors/smtp/") + file, std::ios::binary);
    ENSURE(in.good());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Calls f(line, where) for every line that is not empty and no note.
template <class F>
void each_line(std::string_view text, const std::string& name, F f) {
    int number = 0;
    for (const std::string& line : split(text, "\n")) {
        ++number;
        if (!line.empty() && line.front() != '#') f(line, name + ":" + std::to_string(number));
    }
}

int hex(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

// The line of a peer: it ends with CRLF unless it ends with \c.
std::string peer_line(std::string_view text) {
    if (text.starts_with(' ')) text.remove_prefix(1);
    if (text.ends_with("\\c")) return unescaped(text.substr(0, text.size() - 2));
    return unescaped(text) + "\r\n";
}

}  // namespace

std::vector<std::string> split(std::string_view text, std::string_view separator) {
    std::vector<std::string> out;
    for (;;) {
        const std::size_t end = text.find(separator);
        out.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + separator.size());
    }
}

bool take_word(std::string_view& text, std::string_view word) {
    if (text == word) {
        text = {};
        return true;
    }
    if (!text.starts_with(word) || text.size() <= word.size() || text[word.size()] != ' ')
        return false;
    text.remove_prefix(word.size() + 1);
    return true;
}

std::vector<Case> cases_of(const std::string& file) {
    std::vector<Case> out;
    each_line(content_of(file), file, [&](const std::string& line, const std::string& where) {
        const auto sides = split(line, " => ");
        ENSURE(sides.size() == 2);
        out.push_back({where, sides[0], sides[1]});
    });
    ENSURE(!out.empty());
    return out;
}

std::vector<Dialogue> parse_dialogues(std::string_view text, const std::string& name) {
    std::vector<Dialogue> out;
    each_line(text, name, [&](const std::string& line, const std::string& where) {
        std::string_view rest = line;
        if (take_word(rest, "==")) {
            out.push_back({std::string(rest), {}});
            return;
        }
        ENSURE(!out.empty());
        std::vector<Line>& lines = out.back().lines;
        if (rest.starts_with("C:"))
            lines.push_back({Line::Kind::client, peer_line(rest.substr(2)), where});
        else if (rest.starts_with("S:"))
            lines.push_back({Line::Kind::server, peer_line(rest.substr(2)), where});
        else if (take_word(rest, "="))
            lines.push_back({Line::Kind::outcome, std::string(rest), where});
        else if (take_word(rest, "with"))
            lines.push_back({Line::Kind::setting, std::string(rest), where});
        else
            lines.push_back({Line::Kind::act, line, where});
    });
    ENSURE(!out.empty());
    return out;
}

std::vector<Dialogue> dialogues_of(const std::string& file) {
    return parse_dialogues(content_of(file), file);
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t close = text.find('}', i);
        if (text[i] == '{' && text.substr(i + 2, 1) == "*" && close != std::string_view::npos) {
            std::size_t times = 0;
            std::from_chars(text.data() + i + 3, text.data() + close, times);
            out.append(times, text[i + 1]);
            i = close;
        } else if (text[i] != '\\') {
            out += text[i];
        } else {
            ++i;
            ENSURE(i < text.size());
            switch (text[i]) {
                case 'r': out += '\r'; break;
                case 'n': out += '\n'; break;
                case 't': out += '\t'; break;
                case '0': out += '\0'; break;
                case '\\': out += '\\'; break;
                case 'x':
                    ENSURE(i + 2 < text.size());
                    out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
                    i += 2;
                    break;
                default: ENSURE(false);
            }
        }
    }
    return out;
}

std::string escaped(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const char c : bytes.substr(0, 200)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\r')
            out += "\\r";
        else if (c == '\n')
            out += "\\n";
        else if (byte >= ' ' && byte < 0x7F)
            out += c;
        else
            ((out += "\\x") += digits[byte / 16]) += digits[byte % 16];
    }
    return bytes.size() > 200 ? out + " (and more)" : out;
}

bool looks_like(std::string_view said, std::string_view wanted) {
    const std::size_t gap = wanted.find("...");
    if (gap == std::string_view::npos) return said == wanted;
    if (!said.starts_with(wanted.substr(0, gap))) return false;
    said.remove_prefix(gap);
    wanted.remove_prefix(gap + 3);
    for (std::size_t i = 0; i <= said.size(); ++i)
        if (looks_like(said.substr(i), wanted)) return true;
    return false;
}
