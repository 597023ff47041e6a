#pragma once
// Where scripts come from. Only the program knows files (harness/files); here there are names and
// texts.
#include <string>

#include "sim/core/result.hpp"

namespace script {

/// Gives texts by name. A Failure says in one sentence what is wrong.
class Library {
  public:
    virtual ~Library() = default;
    /// The text of a scenario file. Its Failure has no path in it: a Mistake has that beside.
    virtual core::Result<std::string> read(const std::string& path) const = 0;
    /// The text of `name`, which stands beside the scenario file at `path`, or below. Its Failure
    /// names it.
    virtual core::Result<std::string> read_beside(const std::string& path,
                                                  const std::string& name) const = 0;
};

/// It has nothing: what is played has its text with it.
const Library& no_library();

}  // namespace script
