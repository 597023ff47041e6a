#include "visualize/members.hpp"

namespace visualize {

Member member(std::string_view title, std::string_view company) {
    const std::string_view first = title.substr(0, title.size() - company.size());
    return first == "mail."      ? Member::gateway
           : first == "scanner." ? Member::scanner
           : first == "store."   ? Member::store
                                 : Member::workstation;
}

std::string_view word(Member member) {
    switch (member) {
        case Member::workstation: return "workstation";
        case Member::gateway: return "mail gateway";
        case Member::scanner: return "virus scanner";
        case Member::store: return "mail store";
    }
    return "host";
}

std::string_view plural(Member member) {
    switch (member) {
        case Member::workstation: return "workstations";
        case Member::gateway: return "gateways";
        case Member::scanner: return "scanners";
        case Member::store: return "stores";
    }
    return "hosts";
}

}  // namespace visualize
