#include "visualize/labels.hpp"

#include "sim/core/json.hpp"

namespace visualize {

std::string label_text(std::string_view text) {
    std::string out;
    const bool readable = core::is_utf8(text);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto u = static_cast<unsigned char>(c);
        const std::string_view three = text.substr(i, 3);
        if (readable && (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF")) {
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
        else if (u < 0x20 || u == 0x7F || (u >= 0x80 && !readable))
            out += "·";
        else
            out += c;
    }
    return out;
}

}  // namespace visualize
