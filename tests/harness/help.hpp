#pragma once
// What `--help` says there is.
#include <string>
#include <vector>

/// Each command that the program's help lists.
std::vector<std::string> commands_in(const std::string& help);
/// Each switch, as "-k" and "--filter".
std::vector<std::string> switches_in(const std::string& help);
