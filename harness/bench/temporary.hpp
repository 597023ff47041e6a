#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

#include "sim/core/ensure.hpp"

namespace bench {

/// A folder that is gone afterwards, with all that is in it.
class Temporary {
  public:
    Temporary() { ENSURE(mkdtemp(path_) != nullptr); }
    Temporary(const Temporary&) = delete;
    ~Temporary() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    std::string file(const std::string& name) const { return std::string(path_) + "/" + name; }

  private:
    char path_[32] = "/tmp/mailtls-bench-XXXXXX";
};

}  // namespace bench
