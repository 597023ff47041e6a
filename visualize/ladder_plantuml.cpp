// A sequence diagram in PlantUML's language. https://plantuml.com/sequence-diagram
#include <cctype>

#include <fmt/core.h>

#include "visualize/ladder.hpp"
#include "visualize/ladder_words.hpp"

namespace visualize {

using namespace trace;

namespace {

// Letters and digits stand as they are, and marks that mean something only in pairs or in front;
// all else is its code point, as in <U+007E> for a tilde. The preprocessor sees no % and no $.
std::string plantuml_text(std::string_view text) {
    // Nothing is a mistake of syntax in some places.
    if (text.find_first_not_of(' ') == std::string_view::npos) return "(nothing)";
    constexpr std::string_view harmless = " ,()?+:", harmless_alone = "-_/=.";
    const std::vector<std::string> all = characters(text);
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string& c = all[i];
        const bool alone =
            i > 0 && all[i - 1] != c && i + 1 < all.size() && all[i + 1] != c && all[i - 1] != " ";
        const bool as_it_is = c.size() > 1 || std::isalnum(static_cast<unsigned char>(c[0])) != 0 ||
                              harmless.find(c) != std::string_view::npos ||
                              (alone && harmless_alone.find(c) != std::string_view::npos);
        if (as_it_is)
            out += c;
        else
            out += fmt::format("<U+{:04X}>", static_cast<unsigned char>(c[0]));
    }
    return out;
}

std::string_view plantuml_arrow(Style style) {
    switch (style) {
        case Style::clear: return "-[#b3470d]>";
        case Style::encrypted: return "-[#0b7a5b]>>";
        case Style::altered: return "-[#a3165f,dashed]>";
    }
    return "->";
}

std::string_view plantuml_shape(Role role) {
    switch (role) {
        case Role::watcher:
        case Role::attacker: return "actor";
        case Role::resolver: return "database";
        default: return "participant";
    }
}

class PlantumlPage {
  public:
    explicit PlantumlPage(const Ladder& ladder) : ladder_(ladder) {}
    std::string write() {
        out_ = "@startuml\nhide footbox\n";
        out_ += fmt::format("title {}\n", plantuml_text(title_of(ladder_)));
        for (std::size_t i = 0; i < ladder_.lanes.size(); ++i)
            out_ += fmt::format("{} \"{}\\n{}\" as p{}\n", plantuml_shape(ladder_.lanes[i].role),
                                plantuml_text(ladder_.lanes[i].title),
                                plantuml_text(ladder_.lanes[i].subtitle), i);
        if (ladder_.lanes.empty()) out_ += "participant \"nobody\" as p0\n";
        for (const Row& row : ladder_.rows) tell(row);
        out_ +=
            "legend\nAfter its time each message says if it is clear, encrypted or altered. "
            "Open arrows: encrypted. Dashed: altered.\nend legend\n@enduml\n";
        return std::move(out_);
    }

  private:
    std::size_t lane(HostId host) const {
        for (std::size_t i = 0; i < ladder_.lanes.size(); ++i)
            if (ladder_.lanes[i].host == host) return i;
        return 0;
    }
    void tell(const Row& row) {
        switch (row.kind) {
            case Row::Kind::phase:
                out_ += fmt::format("== {}   {} ==\n", ++phases_, plantuml_text(row.head));
                return;
            case Row::Kind::gap:
                out_ += fmt::format("... {} ...\n", plantuml_text(row.head));
                return;
            case Row::Kind::note:
                out_ +=
                    fmt::format("note over p{} : {}\n", lane(row.from), plantuml_text(row.head));
                return;
            case Row::Kind::message: break;
        }
        out_ +=
            fmt::format("p{} {} p{} : {}  {}, {}", lane(row.from), plantuml_arrow(row.style),
                        lane(row.to), clock_text(row.at), word(row.style), plantuml_text(row.head));
        if (!row.detail.empty()) out_ += "\\n" + plantuml_text(row.detail);
        const std::string seen = glances_of(ladder_, row);
        if (!seen.empty()) out_ += "\\n" + plantuml_text(seen);
        out_ += "\n";
    }

    const Ladder& ladder_;
    std::string out_;
    int phases_ = 0;
};

}  // namespace

std::string ladder_plantuml(const Ladder& ladder) { return PlantumlPage(ladder).write(); }

}  // namespace visualize
