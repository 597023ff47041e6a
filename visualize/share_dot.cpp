// The share curve for Graphviz: each position is pinned, and y grows upwards.
#include <fmt/format.h>

#include "visualize/dress.hpp"
#include "visualize/share.hpp"

namespace visualize {
namespace {

using Paint = Chart::Paint;
using Shape = Chart::Shape;

std::string_view colour_for(Paint paint) {
    switch (paint) {
        case Paint::authenticated: return encrypted_shade;
        case Paint::encrypted: return "#7fb89c";
        case Paint::clear: return clear_shade;
        case Paint::mails: return frame_shade;
        case Paint::grid: return lifeline;
        case Paint::in_ink: return ink;
        case Paint::in_grey: return muted;
        case Paint::on_dark: return "#ffffff";
    }
    return ink;
}

constexpr double points_an_inch = 72;

std::string box_at(std::size_t i, const Shape& s, double height) {
    const std::string_view c = colour_for(s.paint);
    return fmt::format(
        " b{}[id=\"box_{}\" shape=box style=filled fillcolor=\"{}\" color=\"{}\" penwidth=0 "
        "fixedsize=true width={:.4f} height={:.4f} label=\"\" pos=\"{:.2f},{:.2f}!\"]\n",
        i, i, c, c, s.width / points_an_inch, s.height / points_an_inch, s.x + s.width / 2,
        height - s.y - s.height / 2);
}
std::string line_at(std::size_t i, const Shape& s, double height) {
    std::string out;
    for (const bool last : {false, true})
        out += fmt::format(
            " {}{}[shape=point width=0.01 height=0.01 label=\"\" color=\"{}\" "
            "pos=\"{:.2f},{:.2f}!\"]\n",
            last ? "z" : "a", i, colour_for(s.paint), s.x + (last ? s.width : 0),
            height - s.y - (last ? s.height : 0));
    return out + fmt::format(" a{0}->z{0}[arrowhead=none color=\"{1}\" penwidth={2}]\n", i,
                             colour_for(s.paint), s.paint == Paint::in_ink ? 1.5 : 0.8);
}
// What begins at a place stands in a cell that is wide enough.
std::string words_at(std::size_t i, const Shape& s, double height) {
    constexpr double cell = 240;
    std::string label = styled(font, s.size, colour_for(s.paint), s.words);
    if (s.size > 12) label = "<b>" + label + "</b>";
    if (s.from_left)
        label = fmt::format(
            "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"0\"><tr><td "
            "width=\"{}\" align=\"left\">{}</td></tr></table>",
            cell, label);
    return fmt::format(" t{}[label=<{}> pos=\"{:.2f},{:.2f}!\"]\n", i, label,
                       s.x + (s.from_left ? cell / 2 : 0), height - s.y);
}

}  // namespace

Drawn share_dot(const Chart& chart) {
    Drawn out;
    out.caption = chart.caption;
    out.dot = fmt::format(
        "digraph share {{\n graph[bgcolor=white pad=0.15 splines=line fontname=\"{0}\" "
        "outputorder=nodesfirst]\n node[fontname=\"{0}\" fontsize=10 shape=plain margin=0]\n "
        "edge[fontname=\"{0}\"]\n",
        font);
    for (std::size_t i = 0; i < chart.shapes.size(); ++i) {
        const Shape& s = chart.shapes[i];
        switch (s.kind) {
            case Shape::Kind::box:
                out.dot += box_at(i, s, chart.height);
                if (!s.words.empty()) out.caption.groups[fmt::format("box_{}", i)] = s.words;
                break;
            case Shape::Kind::line: out.dot += line_at(i, s, chart.height); break;
            case Shape::Kind::text: out.dot += words_at(i, s, chart.height); break;
        }
    }
    out.dot += "}\n";
    return out;
}

}  // namespace visualize
