#pragma once
// What is to be told of an administrator's file of rules, whichever MTA reads it.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"

namespace policy {

/// What whoever reads the rules must know, with its place.
struct Remark {
    enum class Kind : std::uint8_t {
        mistake,      ///< The MTA itself does not begin with it, or nobody can tell what is meant.
        harm,         ///< It is played; the MTA holds all such mail back, or begins no handshake.
        unsupported,  ///< The MTA does it, and mailtls cannot play it.
        note,         ///< It is played; this is how.
    } kind = Kind::note;
    std::string file;
    int line = 0;         ///< From 1; 0: the file as a whole.
    std::string subject;  ///< What it is about, as "tafile": unsupported ones are named by it.
    std::string sentence;
    /// "tls_policy:7: sentence".
    std::string text() const;
    bool operator==(const Remark&) const = default;
};

/// A file in which more than so much is to be remarked on is not read to its end.
inline constexpr std::size_t most_remarks = 100;

/// Gives the text of a file beside the one that names it, or says why not.
using Beside = std::function<core::Result<std::string>(const std::string& name)>;

/// "; did you mean 'secure'?", where one of the known words is near, else empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);
/// "a, b or c".
std::string one_of(const std::vector<std::string_view>& words);
/// What a file says, in quotes, and never too long.
std::string shown(std::string_view text);

}  // namespace policy
