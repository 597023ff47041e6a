#pragma once
// What all drawings have alike: letters and colours. Their dark twins stand in svg.cpp.
#include <string>
#include <string_view>

#include "sim/trace/ids.hpp"

namespace visualize {

// Fallbacks are named so that a machine without our fonts still finds letters.
constexpr std::string_view font = "Inter,Helvetica,Arial,sans-serif";
constexpr std::string_view mono = "JetBrains Mono,DejaVu Sans Mono,monospace";
constexpr std::string_view ink = "#1f2933", muted = "#5b6672", lifeline = "#c3ccd5";
constexpr std::string_view clear_shade = "#b3470d", encrypted_shade = "#0b7a5b";
constexpr std::string_view altered_shade = "#a3165f", frame_shade = "#8a96a3";

/// The ground of a host's name.
std::string_view fill(trace::Role role);
/// Text in an HTML-like label of Graphviz; it is data, never markup.
std::string styled(std::string_view face, double size, std::string_view shade,
                   std::string_view text);

}  // namespace visualize
