// The ladder for a terminal, a mail or a log: lifelines, arrows told apart by their strokes.
#include <algorithm>

#include <fmt/core.h>

#include "visualize/ladder.hpp"
#include "visualize/ladder_words.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

constexpr std::size_t clock_width = 14, least_width = 100, least_columns = 8;

struct Strokes {
    std::string_view life, watched, heading, readable, sealed, to_right, to_left, ellipsis;
    std::string_view clear, encrypted, altered;
};
constexpr Strokes boxes{"│", "┊", "━", "●", "○", "▶", "◀", "⋯", "─", "═", "╌"};
constexpr Strokes plain{"|", ":", "=", "*", "o", ">", "<", "...", "-", "=", "~"};

// East Asian letters and pictures take two columns, as terminals draw them.
bool is_wide(const std::string& character) {
    if (character.size() < 3) return false;
    const auto at = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(character[i]) & 0x3Fu);
    };
    if (character.size() == 4) return true;
    const std::uint32_t code = (at(0) & 0x0Fu) << 12 | at(1) << 6 | at(2);
    return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
           (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60);
}

class TextPage {
  public:
    TextPage(const Ladder& ladder, Letters letters)
        : ladder_(ladder), letters_(letters), s_(letters == Letters::utf8 ? boxes : plain) {}
    std::string write() {
        place_lanes();
        put_text(line_, 0, cells(title_of(ladder_)));
        flush();
        flush();
        heads();
        for (const Row& row : ladder_.rows) tell(row);
        start_line();
        flush();
        heads();
        flush();
        legend();
        return std::move(out_);
    }

  private:
    using Cells = std::vector<std::string>;  // an empty one is the right half of a wide one

    Cells cells(std::string_view text) const {
        Cells out;
        for (std::string& c : characters(text)) {
            if (letters_ == Letters::ascii && c.size() > 1) {
                if (c == "…" || c == "⋯")
                    out.insert(out.end(), 3, ".");
                else
                    out.emplace_back(c == "·" ? "." : "?");
                continue;
            }
            const bool wide = is_wide(c);
            out.push_back(std::move(c));
            if (wide) out.emplace_back();
        }
        return out;
    }
    // Lines of words, none longer than `width`.
    std::vector<Cells> wrapped(std::string_view text, std::size_t width) const {
        std::vector<Cells> out;
        for (Cells rest = cells(text); !rest.empty();) {
            std::size_t cut = std::min(rest.size(), width);
            if (cut < rest.size()) {
                std::size_t space = cut;
                while (space > width / 2 && rest[space] != " ") --space;
                if (rest[space] == " ") cut = space;
                if (rest[cut].empty()) --cut;  // not inside a wide one
            }
            out.emplace_back(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(cut));
            while (cut < rest.size() && rest[cut] == " ") ++cut;
            rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(cut));
        }
        return out;
    }
    static void put_text(Cells& line, std::size_t at, const Cells& text) {
        if (line.size() < at + text.size()) line.resize(at + text.size(), " ");
        std::copy(text.begin(), text.end(), line.begin() + static_cast<std::ptrdiff_t>(at));
    }
    void put(std::size_t at, std::string_view text) { put_text(line_, at, cells_of_mark(text)); }
    static Cells cells_of_mark(std::string_view mark) { return characters(mark); }
    void flush() {
        while (!line_.empty() && line_.back() == " ") line_.pop_back();
        for (const std::string& c : line_) out_ += c;
        out_ += "\n";
        line_.clear();
    }

    std::size_t head_width(std::size_t lane) const {
        const Lane& l = ladder_.lanes[lane];
        return std::max(cells(l.title).size(), cells(l.subtitle).size());
    }
    // As far apart as the heads demand, and as the page allows.
    void place_lanes() {
        if (ladder_.lanes.empty()) return;
        std::size_t x = clock_width + head_width(0) / 2 + 1;
        x_.push_back(x);
        for (std::size_t i = 1; i < ladder_.lanes.size(); ++i) {
            x += std::max(least_columns, (head_width(i - 1) + head_width(i)) / 2 + 3);
            x_.push_back(x);
        }
        const std::size_t end = x + head_width(ladder_.lanes.size() - 1) / 2 + 2;
        width_ = std::max(least_width, end);
        for (std::size_t i = 1; i < x_.size(); ++i) x_[i] += (width_ - end) * i / (x_.size() - 1);
    }
    std::size_t lane(HostId host) const {
        for (std::size_t i = 0; i < ladder_.lanes.size(); ++i)
            if (ladder_.lanes[i].host == host) return i;
        return 0;
    }
    std::size_t place(HostId host) const { return x_.empty() ? clock_width : x_[lane(host)]; }
    void start_line() {
        line_.assign(width_, " ");
        for (std::size_t i = 0; i < x_.size(); ++i) {
            const Role role = ladder_.lanes[i].role;
            put(x_[i], role == Role::watcher || role == Role::attacker ? s_.watched : s_.life);
        }
    }
    void heads() {
        for (const auto part : {&Lane::title, &Lane::subtitle}) {
            line_.assign(width_, " ");
            for (std::size_t i = 0; i < x_.size(); ++i) {
                const Cells text = cells(ladder_.lanes[i].*part);
                put_text(line_, x_[i] - std::min(x_[i], text.size() / 2), text);
            }
            flush();
        }
    }
    // Text over the lifelines, one column free on both sides, from `at` on or as far left as it
    // must.
    void say(std::size_t at, std::string_view text, std::string_view margin = {}) {
        std::string before(margin);
        for (const Cells& part : wrapped(text, width_ - clock_width - 2)) {
            start_line();
            put_text(line_, 0, cells(before));
            const std::size_t from =
                std::max(clock_width + 1, std::min(at, width_ - part.size() - 1));
            put_text(line_, from - 1, {" "});
            put_text(line_, from, part);
            put_text(line_, from + part.size(), {" "});
            flush();
            before.clear();
        }
    }
    void tell(const Row& row) {
        switch (row.kind) {
            case Row::Kind::phase: return phase(row);
            case Row::Kind::gap: return gap(row);
            case Row::Kind::note: return note(row);
            case Row::Kind::message: return message(row);
        }
    }
    void phase(const Row& row) {
        start_line();
        flush();
        line_.assign(width_, std::string(s_.heading));
        put_text(line_, 2, cells(fmt::format(" {}   {} ", ++phases_, row.head)));
        flush();
    }
    void gap(const Row& row) {
        start_line();
        flush();
        const Cells text = cells(fmt::format("{0} {1} {0}", s_.ellipsis, row.head));
        line_.assign(width_, " ");
        const std::size_t middle = (width_ + clock_width - std::min(width_, text.size())) / 2;
        put_text(line_, middle, text);
        flush();
    }
    void note(const Row& row) {
        const char mark = row.tone == Tone::bad ? '!' : row.tone == Tone::good ? '+' : ' ';
        say(place(row.from) - 1, fmt::format("[{} {} ]", mark, row.head),
            fmt::format("{:>10}", clock_text(row.at)));
    }
    void message(const Row& row) {
        const std::size_t from = place(row.from), to = place(row.to);
        const std::size_t left = std::min(from, to), right = std::max(from, to);
        const auto label = [&](const std::string& text) {
            const std::size_t size = cells(text).size();
            const std::size_t room = right - left;
            say(left + (size + 2 < room ? (room - size) / 2 + 1 : 2), text);
        };
        start_line();
        flush();
        label(row.head);
        if (!row.detail.empty()) label(row.detail);
        start_line();
        put_text(line_, 0, cells(fmt::format("{:>10}", clock_text(row.at))));
        const std::string_view stroke = row.style == Style::clear       ? s_.clear
                                        : row.style == Style::encrypted ? s_.encrypted
                                                                        : s_.altered;
        for (std::size_t x = left + 1; x < right; ++x) put(x, stroke);
        if (right > left) put(to > from ? to - 1 : to + 1, to > from ? s_.to_right : s_.to_left);
        for (const Glance& g : row.glances)
            if (g.watcher != row.from && g.watcher != row.to)
                put(place(g.watcher), g.sight == Glance::Sight::readable ? s_.readable : s_.sealed);
        flush();
    }
    void legend() {
        const auto three = [](std::string_view stroke) {
            return fmt::format("{0}{0}{0}{0}", stroke);
        };
        out_ += fmt::format("{}{} clear text: anyone on the path can read it\n", three(s_.clear),
                            s_.to_right);
        out_ += fmt::format("{}{} encrypted, inside TLS\n", three(s_.encrypted), s_.to_right);
        out_ += fmt::format("{}{} altered on the way\n", three(s_.altered), s_.to_right);
        out_ += fmt::format("  {}   readable on the path    {} sealed on the path\n", s_.readable,
                            s_.sealed);
        out_ += "[!    a failure or less protection    [+ as it should be\n";
    }

    const Ladder& ladder_;
    const Letters letters_;
    const Strokes& s_;
    std::vector<std::size_t> x_;
    std::size_t width_ = least_width;
    Cells line_;
    std::string out_;
    int phases_ = 0;
};

}  // namespace

std::string ladder_text(const Ladder& ladder, Letters letters) {
    return TextPage(ladder, letters).write();
}

}  // namespace visualize
