#pragma once
// What master.cf says of the services that send mail: master(5).
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/postfix_main.hpp"

namespace policy::postfix {

/// A service that runs smtp(8), and the settings that it has of its own.
struct Service {
    std::vector<Override> overrides;
    int line = 0;
};
struct Master {
    std::map<std::string, Service, std::less<>> smtp;  ///< By name: "smtp", "relay", …
    std::vector<Remark> remarks;
};

/// `file` is its name, for remarks.
Master read_master(std::string_view text, std::string_view file);

}  // namespace policy::postfix
