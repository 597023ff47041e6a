#include "visualize/labels.hpp"

#include "sim/core/printable.hpp"

namespace visualize {

std::string label_text(std::string_view strange) {
    const std::string text = core::printable_line(strange);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const std::string_view three = std::string_view(text).substr(i, 3);
        if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
            out += "·";  // UTF-8, and yet no character of XML
            i += 2;
        } else if (c == '\\')
            out += "&#92;";  // an escape of Graphviz else
        else if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == ']')
            out += "&#93;";  // a syntax error of Graphviz's own where it stands alone
        else
            out += c;
    }
    return out;
}

}  // namespace visualize
