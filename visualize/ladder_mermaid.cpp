// A sequence diagram in Mermaid's language. https://mermaid.js.org/syntax/sequenceDiagram.html
#include <cctype>

#include <fmt/core.h>

#include "visualize/ladder.hpp"
#include "visualize/ladder_words.hpp"

namespace visualize {

using namespace trace;

namespace {

// Letters, digits and what never means anything to Mermaid stand as they are; all else is its
// code, as in #59; for a semicolon.
std::string mermaid_text(std::string_view text) {
    // Nothing is a mistake of syntax in some places.
    if (text.find_first_not_of(' ') == std::string_view::npos) return "(nothing)";
    constexpr std::string_view harmless = " .,-_/()?!'+=@";
    const std::vector<std::string> all = characters(text);
    const auto letter = [&](std::size_t i) {
        return i < all.size() && all[i].size() == 1 &&
               std::isalnum(static_cast<unsigned char>(all[i][0])) != 0;
    };
    const auto is = [&](std::size_t i, char lower) {
        return i < all.size() && all[i].size() == 1 && (all[i][0] | 0x20) == lower;
    };
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string& c = all[i];
        // The word `end` would end a block.
        const bool ends = is(i, 'e') && is(i + 1, 'n') && is(i + 2, 'd') && !letter(i + 3) &&
                          (i == 0 || !letter(i - 1));
        const bool as_it_is =
            c.size() > 1 || letter(i) || harmless.find(c) != std::string_view::npos;
        if (as_it_is && !ends)
            out += c;
        else
            out += fmt::format("#{};", static_cast<unsigned>(static_cast<unsigned char>(c[0])));
    }
    return out;
}

std::string_view mermaid_arrow(Style style) {
    switch (style) {
        case Style::clear: return "->>";
        case Style::encrypted: return "-)";
        case Style::altered: return "-->>";
    }
    return "->>";
}

class MermaidPage {
  public:
    explicit MermaidPage(const Ladder& ladder) : ladder_(ladder) {}
    std::string write() {
        out_ = "sequenceDiagram\n";
        out_ += fmt::format("    title {}\n", mermaid_text(title_of(ladder_)));
        for (std::size_t i = 0; i < ladder_.lanes.size(); ++i)
            out_ += fmt::format("    participant p{} as {}<br/>{}\n", i,
                                mermaid_text(ladder_.lanes[i].title),
                                mermaid_text(ladder_.lanes[i].subtitle));
        if (ladder_.lanes.empty()) out_ += "    participant p0 as nobody\n";
        out_ += over_all("After its time each message says if it is clear, encrypted or altered");
        for (const Row& row : ladder_.rows) tell(row);
        return std::move(out_);
    }

  private:
    std::size_t lane(HostId host) const {
        for (std::size_t i = 0; i < ladder_.lanes.size(); ++i)
            if (ladder_.lanes[i].host == host) return i;
        return 0;
    }
    std::string over_all(const std::string& text) const {
        const std::size_t last = ladder_.lanes.empty() ? 0 : ladder_.lanes.size() - 1;
        return last == 0 ? fmt::format("    Note over p0: {}\n", text)
                         : fmt::format("    Note over p0,p{}: {}\n", last, text);
    }
    void tell(const Row& row) {
        switch (row.kind) {
            case Row::Kind::phase:
                out_ += over_all(fmt::format("{}   {}", ++phases_, mermaid_text(row.head)));
                return;
            case Row::Kind::gap: out_ += over_all("... " + mermaid_text(row.head) + " ..."); return;
            case Row::Kind::note:
                out_ +=
                    fmt::format("    Note over p{}: {}\n", lane(row.from), mermaid_text(row.head));
                return;
            case Row::Kind::message: break;
        }
        out_ +=
            fmt::format("    p{}{}p{}: {}  {}, {}", lane(row.from), mermaid_arrow(row.style),
                        lane(row.to), clock_text(row.at), word(row.style), mermaid_text(row.head));
        if (!row.detail.empty()) out_ += "<br/>" + mermaid_text(row.detail);
        const std::string seen = glances_of(ladder_, row);
        if (!seen.empty()) out_ += "<br/>" + mermaid_text(seen);
        out_ += "\n";
    }

    const Ladder& ladder_;
    std::string out_;
    int phases_ = 0;
};

}  // namespace

std::string ladder_mermaid(const Ladder& ladder) { return MermaidPage(ladder).write(); }

}  // namespace visualize
