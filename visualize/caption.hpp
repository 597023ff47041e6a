#pragma once
// A picture in words, for who cannot see it.
#include <map>
#include <string>

namespace visualize {

struct Caption {
    std::string title, description;
    /// What a group says, by its id.
    std::map<std::string, std::string> groups;
};

/// A graph whose positions Graphviz finds, and its caption.
struct Drawn {
    std::string dot;
    Caption caption;
};

}  // namespace visualize
