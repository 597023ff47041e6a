#include "visualize/svg.hpp"

#include <fmt/core.h>

#include "visualize/labels.hpp"

namespace visualize {
namespace {

constexpr Shade all_shades[] = {
    {"white", "#12181f"},    // the page, and what hides a line behind a label
    {"#ffffff", "#12181f"},  // the middle of a double line, a sealed dot
    {"#1f2933", "#e6ebf0"},  // ink
    {"#5b6672", "#aab6c2"},  // muted ink
    {"#c3ccd5", "#4a5763"},  // lifelines
    {"#8a96a3", "#76838f"},  // frames
    {"#b3470d", "#ff9d5c"},  // clear
    {"#0b7a5b", "#4fd1a5"},  // encrypted
    {"#a3165f", "#ff7ab8"},  // altered
    {"#eef1f4", "#232c36"},  // phases
    {"#e8eef6", "#22303f"},  // heads: sender
    {"#e6f3ee", "#1f3830"},  // receiver
    {"#eef0f2", "#2a3138"},  // resolver
    {"#eef0fa", "#282c45"},  // policy host, collector of reports
    {"#f6f0e0", "#3b3420"},  // watcher
    {"#f9e6ef", "#40222f"},  // attacker
    {"#f3f5f7", "#252d36"},  // notes: neutral
    {"#e9f6ef", "#1e3a2c"},  // good
    {"#fff4dc", "#3d3215"},  // bad
    {"#aeb8c2", "#5f6c79"}, {"#7fb89c", "#3f8a64"}, {"#d9a441", "#a87c2b"},
};

std::string style() {
    std::string out = "<style>@media (prefers-color-scheme: dark) {\n";
    for (const Shade& s : all_shades)
        out += fmt::format("[fill=\"{0}\"]{{fill:{1}}}[stroke=\"{0}\"]{{stroke:{1}}}\n", s.light,
                           s.dark);
    return out + fmt::format("text[fill=\"{}\"]{{fill:{}}}\n}}</style>\n", shade_on_marks().light,
                             shade_on_marks().dark);
}

std::string head(const Caption& caption) {
    return fmt::format(
        "<title id=\"picture_title\">{}</title>\n<desc id=\"picture_desc\">{}</desc>\n",
        label_text(caption.title), label_text(caption.description));
}

}  // namespace

std::span<const Shade> shades() { return all_shades; }
Shade shade_on_marks() { return {"#ffffff", "#12181f"}; }

std::string accessible(const std::string& svg, const Caption& caption) {
    constexpr std::string_view open = "<title>", close = "</title>\n", group = "<g id=\"";
    const std::size_t root = svg.find("<svg ");
    const std::size_t begin = root == svg.npos ? root : svg.find(">\n", root);
    if (begin == svg.npos) return svg;
    std::string out = svg.substr(0, begin) +
                      " role=\"img\" aria-labelledby=\"picture_title picture_desc\">\n" +
                      head(caption) + style();
    std::size_t last = begin + 2;
    // Text is escaped: a tag is a tag, and each title stands behind its group's id.
    for (std::size_t at; (at = svg.find(open, last)) != svg.npos;) {
        const std::size_t end = svg.find(close, at), id = svg.rfind(group, at);
        if (end == svg.npos || id == svg.npos) break;
        out.append(svg, last, at - last);
        const std::size_t from = id + group.size();
        const auto words = caption.groups.find(svg.substr(from, svg.find('"', from) - from));
        if (words != caption.groups.end())
            out += fmt::format("<title>{}</title>\n", label_text(words->second));
        last = end + close.size();
    }
    return out + svg.substr(last);
}

}  // namespace visualize
