#pragma once
// Memory that the system puts back page by page.
#include <memory>

#include "harness/script/pages.hpp"

namespace suite {

/// Copy on write: what is kept is a file without a name, mapped privately; to put it back is to
/// drop the pages that were written to. Null where the system has no such memory.
std::unique_ptr<script::Pages> cow_pages();

}  // namespace suite
