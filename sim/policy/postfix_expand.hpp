#pragma once
// $name in main.cf: postconf(5), "MACRO EXPANSION" of mac_expand.c.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace policy::postfix {

/// The value of a setting as it is written, or nothing where nobody knows it.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// "$x", "${x}", "$(x)", "${x?y}", "${x:y}", "${x?{a}:{b}}", "${{a} == {b} ? {c} : {d}}", with
/// <level and its like for compatibility levels; "$$" is a dollar. A value may name others; that
/// ends, whatever they name.
class Expansion {
  public:
    explicit Expansion(Lookup lookup) : lookup_(std::move(lookup)) {}
    std::string of(std::string_view text);
    /// Postfix itself stops here: why, in its terms. Empty: all went well.
    const std::string& wrong() const { return wrong_; }
    /// "$name" that nobody knows, the first; nothing stands in its place. Empty: none.
    const std::string& unknown() const { return unknown_; }

  private:
    void parse(std::string_view text, int depth);
    void expression(std::string_view inside, int depth);
    void branches(std::string_view rest, bool holds, int depth);
    std::string aside(std::string_view text, int depth);
    std::optional<bool> relation(std::string_view& rest, int depth);
    std::optional<std::string_view> braced(std::string_view& rest);
    void fail(std::string why);

    Lookup lookup_;
    std::string out_, wrong_, unknown_;
    int steps_ = 0;
};

}  // namespace policy::postfix
