#include "sim/dns/zone_text.hpp"

#include <charconv>

#include <fmt/core.h>

namespace dns {
namespace {

using core::Failure;
using core::Result;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Goes through the text once; `at_` is the next character.
class Splitter {
  public:
    explicit Splitter(std::string_view text) : text_(text) {}

    Result<std::vector<ZoneEntry>> run() {
        begin_entry();
        while (at_ < text_.size()) {
            const std::string trouble = step();
            if (!trouble.empty()) return bad_entry(text_.substr(entry_.at), trouble);
        }
        if (depth_ > 0) return bad_entry(text_.substr(entry_.at), "a parenthesis does not close");
        end_entry();
        return std::move(out_);
    }

  private:
    // Empty: all is well.
    std::string step() {
        const char c = text_[at_];
        if (c == '\n' && depth_ == 0) {
            end_entry();
            ++at_;
            begin_entry();
        } else if (c == '\n' || is_blank(c)) {
            ++at_;
        } else if (c == ';') {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (c == '(' || c == ')') {
            depth_ += c == '(' ? 1 : -1;
            ++at_;
            if (depth_ < 0) return "a parenthesis closes that never opened";
            if (depth_ > 1) return "parentheses inside parentheses";
        } else {
            return c == '"' ? take_quoted() : take_word();
        }
        return {};
    }

    std::string take_quoted() {
        const std::size_t from = ++at_;
        while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n')
            at_ += text_[at_] == '\\' ? 2 : 1;
        if (at_ >= text_.size() || text_[at_] == '\n') return "a quoted string does not end";
        entry_.words.push_back({text_.substr(from, at_ - from), true});
        ++at_;
        return ends_here() ? "" : "a quoted string is not parted from what follows";
    }

    std::string take_word() {
        const std::size_t from = at_;
        while (!ends_here()) {
            if (text_[at_] == '"') return "a quote inside a word";
            const bool escape = text_[at_] == '\\' && at_ + 1 < text_.size();
            at_ += escape && text_[at_ + 1] != '\n' ? 2 : 1;
        }
        entry_.words.push_back({text_.substr(from, at_ - from), false});
        return {};
    }

    bool ends_here() const {
        return at_ >= text_.size() || is_blank(text_[at_]) ||
               std::string_view("\n;()").find(text_[at_]) != std::string_view::npos;
    }

    void begin_entry() {
        entry_ = {};
        entry_.at = at_;
        entry_.begins_blank = at_ < text_.size() && is_blank(text_[at_]);
    }
    void end_entry() {
        entry_.text = text_.substr(entry_.at, at_ - entry_.at);
        if (!entry_.words.empty()) out_.push_back(entry_);
    }

    struct Open : ZoneEntry {
        std::size_t at = 0;
    };
    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    Open entry_;
    std::vector<ZoneEntry> out_;
};

}  // namespace

Result<std::vector<ZoneEntry>> zone_entries(std::string_view text) { return Splitter(text).run(); }

Result<std::string> unescaped(const ZoneWord& word) {
    std::string out;
    std::string_view rest = word.raw;
    while (!rest.empty()) {
        const bool escape = rest.front() == '\\';
        if (escape) rest.remove_prefix(1);
        unsigned code = 0;
        if (escape && (rest.empty() || (rest.front() >= '0' && rest.front() <= '9'))) {
            const std::string_view digits = rest.substr(0, 3);
            const char* const end = digits.data() + digits.size();
            const auto r = std::from_chars(digits.data(), end, code);
            if (digits.size() < 3 || r.ptr != end || code > 255)
                return Failure(core::Reason::dns_failure,
                               fmt::format("'\\{}' is no escape: it is \\ and three digits up to "
                                           "255, or \\ and another character",
                                           digits));
            out += static_cast<char>(code);
            rest.remove_prefix(3);
        } else {
            out += rest.front();
            rest.remove_prefix(1);
        }
    }
    return out;
}

Failure bad_entry(std::string_view text, std::string_view why) {
    text = text.substr(0, text.find('\n'));
    return {core::Reason::dns_failure, fmt::format("zone line '{}': {}", text.substr(0, 100), why)};
}

}  // namespace dns
