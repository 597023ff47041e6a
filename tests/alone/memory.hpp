#pragma once
// Scenario files that stand nowhere but in memory.
#include <map>
#include <string>

#include "harness/script/library.hpp"

class Memory : public script::Library {
  public:
    explicit Memory(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}
    core::Result<std::string> read(const std::string& path) const override {
        const auto found = texts_.find(path);
        if (found == texts_.end())
            return core::Failure(core::Reason::none, "there is no such text");
        return found->second;
    }
    core::Result<std::string> read_beside(const std::string& path,
                                          const std::string& name) const override {
        const std::string beside = path.substr(0, path.rfind('/') + 1) + name;
        const auto found = texts_.find(beside);
        if (found == texts_.end())
            return core::Failure(core::Reason::none, beside + ": there is no such text");
        return found->second;
    }

  private:
    std::map<std::string, std::string> texts_;
};
