#pragma once
// The files that a configuration of Exim asks for: chapter 9 of its specification.
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/remark.hpp"

namespace policy::exim {

enum class Answer : std::uint8_t { no, yes, unknown };

/// What a lookup or a list says.
struct Found {
    Answer answer = Answer::no;
    std::string value;  ///< What stands beside the key, or the item that fits.
    std::string why;    ///< Answer::unknown: what nobody can know here.
};

/// Keys and values of a text file (lsearch).
struct KeyFile {
    std::vector<std::pair<std::string, std::string>> pairs;  ///< In their order, keys as written.
    std::map<std::string, std::size_t, std::less<>> first;   ///< By keys in lower case.
};

/// Files by name, without their folders. Each is asked for once.
class Files {
  public:
    explicit Files(Beside beside) : beside_(std::move(beside)) {}
    /// Nothing: it is not handed in.
    const std::string* text(std::string_view path);
    /// Asks for each file whose path stands in a string.
    void ask_for_all_in(std::string_view string);
    /// What was not asked for until now is not handed in.
    void close() { beside_ = nullptr; }
    /// Is it there? A bundle of public CAs is, and what is handed in; all else is taken for absent.
    bool exists(std::string_view path);
    /// What exists() took for absent, in the order of their names.
    const std::set<std::string>& absent() const { return absent_; }
    /// "partial-lsearch*@": a lookup by one key (section 9.3). `address`: the key is no name.
    Found look_up(std::string_view type, std::string_view path, std::string_view key);
    /// The keys of a text file; nothing: it is not handed in.
    const KeyFile* keys(std::string_view path);

  private:
    Found find_once(std::string_view type, const KeyFile& file, std::string_view key);
    Found find_partial(std::string_view type, const KeyFile& file, std::string_view key,
                       std::size_t parts, const std::string& affix);

    Beside beside_;
    std::map<std::string, std::optional<std::string>, std::less<>> texts_;
    std::map<std::string, KeyFile, std::less<>> key_files_;
    std::set<std::string> absent_;
};

/// Does a text fit an expression? Unknown: it is more than text, "^", "$", "\." and ".*" at an end.
Answer fits_expression(std::string_view expression, std::string_view text, bool caseless);

}  // namespace policy::exim
