#pragma once
// Inside sim/dns only: the text of a zone file taken apart into entries and words (RFC 1035 section
// 5.1).
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"

namespace dns {

/// A word of an entry, its escapes still in it.
struct ZoneWord {
    std::string_view raw;  ///< Without the quotes.
    bool quoted = false;
};

/// What ends with a line end outside parentheses.
struct ZoneEntry {
    std::string_view text;  ///< All of it, for messages.
    bool begins_blank = false;
    std::vector<ZoneWord> words;
};

/// The entries that have words, comments left out. A Failure says where a quote or a parenthesis
/// does not end, or stands where none may.
core::Result<std::vector<ZoneEntry>> zone_entries(std::string_view text);

/// The bytes of a word: \DDD is a byte, \X is X. A Failure: an escape that is neither.
core::Result<std::string> unescaped(const ZoneWord& word);

/// A Failure that quotes the entry: its first line, or as much of it as helps.
core::Failure bad_entry(std::string_view text, std::string_view why);

}  // namespace dns
