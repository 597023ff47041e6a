#pragma once
// How Postfix's files are written: logical lines, lists, versions of TLS.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/policy/remark.hpp"

namespace policy::postfix {

using policy::did_you_mean;
using policy::most_remarks;
using policy::one_of;
using policy::Remark;
using policy::shown;

/// A line with those that continue it, without comments (postconf(5), main.cf; texthash in
/// DATABASE_README).
struct Line {
    std::string text;
    std::vector<std::pair<std::size_t, int>> starts;  ///< Offsets and numbers of its lines.
    int number() const { return starts.front().second; }
    /// The number of the line in which `part`, a piece of `text`, begins.
    int number_of(std::string_view part) const;
};
/// A line that continues none is left out; its number is put into `stray`.
std::vector<Line> logical_lines(std::string_view text, std::vector<int>& stray);

/// What stands between the separators; nothing is empty.
std::vector<std::string_view> split(std::string_view text, std::string_view separators);
/// Postfix's separators of lists.
inline constexpr std::string_view comma_or_space = ", \t\r\n";

/// Words parted by commas or space; what stands in braces stays whole. Nothing: a brace is not
/// closed.
std::optional<std::vector<std::string_view>> split_braced(std::string_view text);
/// What stands inside a pair of braces that encloses all of it, else the text itself.
std::string_view unbraced(std::string_view text);

/// The versions that a list such as ">=TLSv1.2" or "!SSLv3 !TLSv1" leaves (smtp_tls_protocols).
struct Versions {
    std::vector<std::string> played;  ///< Of TLSv1.2 and TLSv1.3, which mailtls speaks.
    bool older = false;               ///< Versions before them are left, too.
    std::string wrong;                ///< What is not of the grammar, or empty: then no handshake.
};
Versions versions_of(std::string_view list);

}  // namespace policy::postfix
