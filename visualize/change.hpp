#pragma once
// What an attacker made of what somebody said, in a few words.
#include <string>
#include <string_view>

namespace visualize {

/// "250-STARTTLS is taken out", "EHLO a becomes EHLO b", "at 20 of 133 bytes 5a becomes 4a": of
/// lines those that differ, of other bytes where they do. Empty where there is no more to say than
/// that they differ.
std::string what_became(std::string_view before, std::string_view after);
/// The act, and what became of what, where it did more than to cut a stream elsewhere: "capability
/// deleted: 250-STARTTLS is taken out".
std::string act_in_words(std::string_view act, std::string_view before, std::string_view after);

}  // namespace visualize
