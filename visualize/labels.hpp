#pragma once
// Labels of drawings: HTML-like markup of Graphviz, and how large it will be drawn. Who draws is
// not known here.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace visualize {

/// Points, 1/72 inch.
struct Size {
    double width = 0, height = 0;
};
/// How large each label is drawn (without its angle brackets), in their order.
using Measure = std::function<std::vector<Size>(const std::vector<std::string>& labels)>;

/// Text as it may stand in a label: peers' bytes are never markup, and control characters show as
/// dots.
std::string label_text(std::string_view text);

}  // namespace visualize
