#include "visualize/dress.hpp"

#include <fmt/core.h>

#include "visualize/labels.hpp"

namespace visualize {

using namespace trace;

std::string_view fill(Role role) {
    switch (role) {
        case Role::sender: return "#e8eef6";
        case Role::receiver: return "#e6f3ee";
        case Role::resolver: return "#eef0f2";
        case Role::policy_host: return "#eef0fa";
        case Role::report_collector: return "#eef0fa";
        case Role::watcher: return "#f6f0e0";
        case Role::attacker: return "#f9e6ef";
    }
    return "#ffffff";
}

std::string styled(std::string_view face, double size, std::string_view shade,
                   std::string_view text) {
    return fmt::format(R"(<font face="{}" point-size="{}" color="{}">{}</font>)", face, size, shade,
                       text.empty() ? " " : label_text(text));
}

}  // namespace visualize
