#pragma once
// What Graphviz leaves out of an SVG: words for who cannot see it, colours for who reads in the
// dark.
#include <span>
#include <string>
#include <string_view>

#include "visualize/caption.hpp"

namespace visualize {

/// A colour of our pictures, and the one in its place where the reader's system is dark.
struct Shade {
    std::string_view light, dark;
};
std::span<const Shade> shades();
/// Text on a filled mark: white, and in the dark as dark as the page.
Shade shade_on_marks();

/// Graphviz's SVG with the caption as titles and a description, and with a dark dress. Groups
/// without words lose the titles that Graphviz made up.
std::string accessible(const std::string& svg, const Caption& caption);

}  // namespace visualize
