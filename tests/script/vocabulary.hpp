#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <lua.hpp>

/// harness/script/vocabulary.lua as the program has it, read by Lua.
class Vocabulary {
  public:
    Vocabulary();
    Vocabulary(const Vocabulary&) = delete;
    ~Vocabulary();
    /// The keys of the table at a path such as "builders.sender.options"; of a list its texts.
    std::vector<std::string> keys(const std::string& path) const;
    /// The text at a path, or nothing.
    std::string text(const std::string& path) const;
    bool is_true(const std::string& path) const;
    bool has_table(const std::string& path) const;

  private:
    void push(const std::string& path) const;
    lua_State* lua_;
};
