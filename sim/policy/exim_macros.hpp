#pragma once
// Macros of a configuration of Exim: chapter 6.4 to 6.7 of its specification.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace policy::exim {

class Macros {
  public:
    /// Each macro in turn, in the order of their definitions, wherever its name stands, be it
    /// inside a word. `begins`: the text begins a logical line, where a name that is defined is
    /// left alone. `found`: was there any?
    std::string expanded(std::string_view text, bool begins, bool& found);
    /// "NAME = text" or "NAME == text". What is wrong with it, or nothing.
    std::string define(std::string_view line);
    /// More was to be done than any configuration needs: nothing is expanded any more.
    bool exhausted() const { return exhausted_; }

  private:
    struct Macro {
        std::string name, text;
    };
    bool replace(std::string& text, std::size_t from, const Macro& macro);

    std::vector<Macro> all_;
    std::size_t work_ = 0;
    bool exhausted_ = false;
};

/// Does a macro's definition stand here?
bool defines_macro(std::string_view line);

}  // namespace policy::exim
