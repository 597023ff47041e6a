#pragma once
#include <string>
#include <vector>

#include "visualize/labels.hpp"

namespace visualize {

/// A Measure: how large Graphviz draws each label. Throws std::runtime_error, as render() does.
std::vector<Size> measure(const std::vector<std::string>& labels);

/// Whose positions: those in the DOT, or those that Graphviz finds.
enum class Layout { pinned, found };
/// Renders DOT. `format` is a name of Graphviz: svg, png, pdf. Empty where a plugin for it is
/// missing. Throws std::runtime_error with Graphviz's own words where it finds another error, even
/// if it would draw what is left.
std::string render(const std::string& dot, const std::string& format,
                   Layout layout = Layout::pinned);

}  // namespace visualize
