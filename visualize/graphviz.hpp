#pragma once
#include <string>
#include <vector>

namespace visualize {

/// Points, 1/72 inch.
struct Size {
    double width = 0, height = 0;
};

/// How large Graphviz draws each label (HTML-like markup, without its angle brackets). Throws
/// std::runtime_error, as render() does.
std::vector<Size> measure(const std::vector<std::string>& labels);

/// Whose positions: those in the DOT, or those that Graphviz finds.
enum class Layout { pinned, found };
/// Renders DOT. `format` is a name of Graphviz: svg, png, pdf. Empty where a plugin for it is
/// missing. Throws std::runtime_error with Graphviz's own words where it finds another error, even
/// if it would draw what is left.
std::string render(const std::string& dot, const std::string& format,
                   Layout layout = Layout::pinned);

/// Text as it may stand in an HTML-like label: peers' bytes are never markup, and control
/// characters show as dots.
std::string label_text(std::string_view text);

}  // namespace visualize
