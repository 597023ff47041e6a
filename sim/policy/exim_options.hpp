#pragma once
// What stands in a configuration of Exim, option by option, before anything is made of it.
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/exim_eval.hpp"
#include "sim/policy/exim_lines.hpp"
#include "sim/policy/exim_settings.hpp"

namespace policy::exim {

struct Place {
    std::shared_ptr<const std::string> file;
    int line = 0;
};

/// An option as it is set: "true" or "false" where it stands without a value.
struct Setting {
    std::string value;
    Place place;
    std::vector<std::string> more;  ///< Of `condition`, which may be set again: all must hold.
};
using Settings = std::map<std::string, Setting, std::less<>>;

/// A router or a transport.
struct Driver {
    std::string name;
    Place place;
    std::string driver;  ///< "smtp"; empty: none is named.
    Scope scope = Scope::none;
    Settings settings;
    /// What is set, or the default (exim_settings.hpp).
    std::string_view value(std::string_view option) const;
    bool is_set(std::string_view option) const { return settings.contains(option); }
};

struct Sections {
    Settings main;
    std::vector<Driver> routers, transports;
    std::map<std::string, NamedList, std::less<>> domains, hosts;
    std::vector<Remark> remarks;
};

/// Without a section "begin ...", a name with a colon begins a transport: an smtp transport's text
/// alone is a configuration, too.
Sections read_sections(std::string_view text, std::string_view file, const Beside& beside);

/// What "true", "yes" and their like mean; unknown: neither.
Answer truth_of(std::string_view word);

}  // namespace policy::exim
