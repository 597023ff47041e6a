#pragma once
// Names with other letters than ASCII's, as DNS and certificates have them (RFC 5890, RFC 3492).
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/result.hpp"

namespace dns {

using namespace core;

/// RFC 3492 section 6.3, without the mixed-case annotation of its appendix A. Nothing where it
/// would overflow.
std::optional<std::string> punycode(std::u32string_view text);

/// The name with A-labels (RFC 5890 section 2.3.2.1) where it has U-labels, in UTF-8, without the
/// mapping of letters (RFC 5891 section 5.2 leaves it to the user's side). An ASCII label stays as
/// it is, and so does an A-label, which is not decoded. Of Unicode these letters of RFC 5892 are
/// known, all of them small and composed, so that neither normalization nor case is a question:
/// Latin-1, Latin Extended-A, Greek, Cyrillic, Kana, Han, Hangul. What needs a rule of context (RFC
/// 5892 appendix A) or of direction (RFC 5893) is not. A Failure: what is wrong, in words.
Result<std::string> with_a_labels(std::string_view name);

}  // namespace dns
