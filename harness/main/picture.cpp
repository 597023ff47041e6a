// Formats of pictures, and who draws each.
#include <algorithm>

#include "harness/main/command.hpp"
#include "harness/main/told.hpp"
#include "harness/report/shares.hpp"
#include "visualize/decision.hpp"
#include "visualize/graphviz.hpp"
#include "visualize/keys.hpp"
#include "visualize/ladder.hpp"
#include "visualize/ladder_words.hpp"
#include "visualize/svg.hpp"
#include "visualize/topology.hpp"

namespace program {
namespace {

using visualize::Ladder;

std::string as_text(const Ladder& ladder, const Picture& picture) {
    return visualize::ladder_text(
        ladder, picture.ascii ? visualize::Letters::ascii : visualize::Letters::utf8);
}

// A format: all that the program knows of it. Without a writer of ladders it is Graphviz's, which
// draws each kind of picture.
struct Format {
    const char *name, *ending;
    std::string (*ladder)(const Ladder& ladder, const Picture& picture) = nullptr;
};
constexpr Format formats[] = {
    {"svg", ".svg"},
    {"png", ".png"},
    {"pdf", ".pdf"},
    {"dot", ".dot"},
    {"mermaid", ".mmd",
     [](const Ladder& l, const Picture&) { return visualize::ladder_mermaid(l); }},
    {"plantuml", ".puml",
     [](const Ladder& l, const Picture&) { return visualize::ladder_plantuml(l); }},
    {"text", ".txt", as_text},
};

const Format& format_of(const std::string& name) {
    const auto* const found = std::find_if(std::begin(formats), std::end(formats),
                                           [&](const Format& f) { return f.name == name; });
    ENSURE(found != std::end(formats));
    return *found;
}

}  // namespace

std::vector<std::string> picture_formats() {
    std::vector<std::string> out;
    for (const Format& f : formats) out.emplace_back(f.name);
    return out;
}

std::string picture_endings() {
    std::string out;
    for (const Format& f : formats) {
        if (!out.empty()) out += &f == std::end(formats) - 1 ? " or " : ", ";
        out += f.ending;
    }
    return out;
}

bool draws_each_kind(const std::string& format) { return format_of(format).ladder == nullptr; }

std::optional<std::string> picture_format(const std::string& file) {
    const auto format = std::find_if(std::begin(formats), std::end(formats),
                                     [&](const Format& f) { return file.ends_with(f.ending); });
    return format == std::end(formats) ? std::nullopt : std::optional<std::string>(format->name);
}

namespace {

std::string by_graphviz(const std::string& dot, const std::string& format,
                        const visualize::Caption& caption, visualize::Layout layout) {
    if (format == "dot") return dot;
    const std::string drawn = visualize::render(dot, format, layout);
    return format != "svg" || drawn.empty() ? drawn : visualize::accessible(drawn, caption);
}

}  // namespace

std::string draw(const trace::Trace& trace, const std::string& title, const Picture& picture) {
    if (picture.kind == "share") {
        const visualize::Drawn drawn =
            visualize::share_dot(visualize::share_chart(report::share_of(trace, title)));
        return by_graphviz(drawn.dot, picture.format, drawn.caption, visualize::Layout::pinned);
    }
    if (picture.kind == "topology" || picture.kind == "decision") {
        const visualize::Drawn drawn = picture.kind == "topology"
                                           ? visualize::topology_of(trace, title)
                                           : visualize::decisions_of(trace, title);
        return by_graphviz(drawn.dot, picture.format, drawn.caption, visualize::Layout::found);
    }
    if (picture.kind == "keys") {
        const auto drawn = visualize::keys_of(trace, picture.seed, title, picture.connection);
        ENSURE(drawn.has_value());  // who asks for a connection has asked `tls::negotiations_of`
        return by_graphviz(drawn->dot, picture.format, drawn->caption, visualize::Layout::found);
    }
    const visualize::Ladder ladder = visualize::ladder_of(trace, title, picture.viewers);
    const Format& format = format_of(picture.format);
    if (format.ladder != nullptr) return format.ladder(ladder, picture);
    return by_graphviz(visualize::ladder_dot(ladder, visualize::measure), picture.format,
                       visualize::ladder_caption(ladder), visualize::Layout::pinned);
}

}  // namespace program
