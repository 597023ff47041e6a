#include "tests/tidy/code.hpp"

#include <algorithm>
#include <cctype>

namespace tidy {

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

namespace {

// Where the literal or comment that begins at `at` ends, or `at` itself when none begins there.
class Opaque {
  public:
    explicit Opaque(std::string_view text) : text_(text) {}

    std::size_t end_at(std::size_t at) const {
        const std::string_view rest = text_.substr(at);
        if (rest.starts_with("//")) return until("\n", at + 2) - 1;
        if (rest.starts_with("/*")) return until("*/", at + 2);
        if (rest.starts_with("R\"") && !is_inside_word(at)) return raw_end(at);
        if (rest.starts_with('"')) return quoted_end(at, '"');
        if (rest.starts_with('\'') && !is_inside_word(at)) return quoted_end(at, '\'');
        return at;
    }

  private:
    // Behind the next `mark`; one past the end of the text when there is none.
    std::size_t until(std::string_view mark, std::size_t from) const {
        const auto found = text_.find(mark, from);
        return found == text_.npos ? text_.size() + (mark == "\n") : found + mark.size();
    }
    std::size_t raw_end(std::size_t at) const {
        const auto open = text_.find('(', at);
        if (open == text_.npos) return text_.size();
        const std::string close = ")" + std::string(text_.substr(at + 2, open - at - 2)) + "\"";
        return until(close, open);
    }
    std::size_t quoted_end(std::size_t at, char quote) const {
        for (++at; at < text_.size() && text_[at] != quote && text_[at] != '\n'; ++at) {
            if (text_[at] == '\\') ++at;
        }
        return std::min(at + 1, text_.size());
    }
    // As the quote of 1'000, the R of FOR"".
    bool is_inside_word(std::size_t at) const { return at > 0 && is_word_character(text_[at - 1]); }

    std::string_view text_;
};

std::size_t line_at(std::string_view text, std::size_t at) {
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n'));
}

}  // namespace

std::string code_of(std::string_view text) {
    std::string code(text);
    const Opaque opaque(text);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = opaque.end_at(at);
        if (end == at) {
            ++at;
            continue;
        }
        const bool is_comment = text[at] == '/';
        // A string keeps its quotes, so that it is still an operand.
        const std::size_t first = is_comment ? at : text.find_first_of("\"'", at) + 1;
        const std::size_t last = is_comment ? end : std::max(first, end - 1);
        for (std::size_t i = first; i < last; ++i) {
            if (code[i] != '\n') code[i] = ' ';
        }
        at = end;
    }
    return code;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<Token> tokens_of(std::string_view code) {
    std::vector<Token> tokens;
    std::size_t line = 1;
    for (std::size_t at = 0; at < code.size();) {
        std::size_t end = at + 1;
        if (is_word_character(code[at])) {
            while (end < code.size() && is_word_character(code[end])) ++end;
        }
        if (code[at] == '\n') ++line;
        if (std::isspace(static_cast<unsigned char>(code[at])) == 0) {
            tokens.push_back({code.substr(at, end - at), line});
        }
        at = end;
    }
    return tokens;
}

namespace {

enum class Brace { scope, function, other };

class FunctionReader {
  public:
    explicit FunctionReader(std::string_view code) : code_(code) { blank_directives(); }

    std::vector<Function> read() {
        for (at_ = 0; at_ < code_.size(); ++at_) step();
        return std::move(functions_);
    }

  private:
    void step() {
        switch (code_[at_]) {
            case '(': ++parens_; break;
            case ')': --parens_; break;
            case '{': open(); break;
            case ';':
            case '}':
                if (parens_ == 0) head_ = at_ + 1;
                break;
            case ':':
                if (is_access_specifier()) head_ = at_ + 1;
                break;
            case '\n':
                // A head has no blank line in it; a macro without a semicolon stands before one.
                if (parens_ == 0 && at_ > 0 && code_[at_ - 1] == '\n') head_ = at_ + 1;
                break;
            default: break;
        }
    }

    void open() {
        const Brace brace = parens_ == 0 ? kind() : Brace::other;
        if (brace == Brace::scope) {
            head_ = at_ + 1;
            return;
        }
        const std::size_t first = code_.find_first_not_of(" \n", head_);
        const std::string name = brace == Brace::function ? name_of_head() : "";
        skip_braces();
        if (brace == Brace::function) {
            while (is_member_list()) skip_to_braces_and_over();
            functions_.push_back({name, line_at(code_, first), line_at(code_, at_)});
            head_ = at_ + 1;
        }
    }

    // From an opening brace to its closing one.
    void skip_braces() {
        int depth = 0;
        for (; at_ < code_.size(); ++at_) {
            if (code_[at_] == '{') ++depth;
            if (code_[at_] == '}' && --depth == 0) return;
        }
        at_ = code_.size() - 1;
    }
    void skip_to_braces_and_over() {
        at_ = std::min(code_.find('{', at_ + 1), code_.size() - 1);
        skip_braces();
    }
    // Closed so far is only a member's initializer, `: a_{1}, b_(2) {…}`.
    bool is_member_list() const {
        const auto next = code_.find_first_not_of(" \n", at_ + 1);
        return next != code_.npos && (code_[next] == ',' || code_[next] == '{');
    }

    std::string_view head() const {
        std::string_view head = std::string_view(code_).substr(head_, at_ - head_);
        head.remove_prefix(std::min(head.find_first_not_of(" \n"), head.size()));
        if (!head.starts_with("template")) return head;
        int depth = 0;
        for (std::size_t i = 0; i < head.size(); ++i) {
            if (head[i] == '<') ++depth;
            if (head[i] == '>' && --depth == 0) return head.substr(i + 1);
        }
        return head;
    }

    Brace kind() const {
        int depth = 0;
        bool has_list = false, has_scope_word = false, is_operator = false;
        for (const Token& token : tokens_of(head())) {
            const auto word = token.text;
            if (word == "(" && depth++ == 0) has_list = true;
            if (word == ")") --depth;
            if (word == "enum") return Brace::other;
            if (word == "operator") is_operator = true;
            if (word == "=" && depth == 0 && !is_operator) return Brace::other;
            if (word == "namespace" || word == "class" || word == "struct" || word == "union" ||
                word == "extern") {
                has_scope_word = true;
            }
        }
        if (has_list) return Brace::function;
        return has_scope_word ? Brace::scope : Brace::other;
    }

    // A test case is called by what stands in its macro.
    std::string name_of_head() const {
        std::string_view name = head();
        const auto list = name.find('(');
        const auto sign = name.find("operator");  // its `*` and `&` are of its name
        const auto begin = sign < list ? sign : name.find_last_of(" \n*&", list - 1) + 1;
        const std::string_view before = name.substr(begin, list - begin);
        if (!before.starts_with("BOOST_")) return std::string(before);
        name.remove_prefix(list + 1);
        return std::string(name.substr(0, name.find_first_of(",)")));
    }

    bool is_access_specifier() const {
        const auto word = head();
        return word == "public" || word == "private" || word == "protected";
    }

    void blank_directives() {
        bool inside = false;
        std::size_t begin = 0;
        const std::string before = code_;
        for (const auto line : lines_of(before)) {
            const bool starts = !inside && line.find_first_not_of(' ') != line.npos &&
                                line[line.find_first_not_of(' ')] == '#';
            inside = (inside || starts);
            if (inside) {
                code_.replace(begin, line.size(), line.size(), ' ');
                inside = line.ends_with('\\');
            }
            begin += line.size() + 1;
        }
    }

    std::string code_;
    std::size_t at_ = 0;
    std::size_t head_ = 0;
    int parens_ = 0;
    std::vector<Function> functions_;
};

}  // namespace

std::vector<Function> functions_of(std::string_view code) { return FunctionReader(code).read(); }

std::vector<Include> includes_of(std::string_view text) {
    std::vector<Include> out;
    const std::string code = code_of(text);
    const auto bare = lines_of(code), lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!bare[i].starts_with("#include")) continue;
        const auto open = lines[i].find_first_of("<\"");
        if (open == std::string_view::npos) continue;
        const bool in_quotes = lines[i][open] == '"';
        const auto close = lines[i].find_first_of(in_quotes ? '"' : '>', open + 1);
        out.push_back({lines[i].substr(open + 1, close - open - 1), in_quotes, i + 1});
    }
    return out;
}

}  // namespace tidy
