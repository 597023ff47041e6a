#pragma once
#include <string_view>

namespace program {

/// What was checked out when the program was built, by 12 digits, with "-dirty" where files
/// differed. Empty: built from a tarball. For `mailtls version` alone: evidence does not depend on
/// it.
extern const std::string_view commit;

}  // namespace program
