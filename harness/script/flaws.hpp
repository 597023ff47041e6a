#pragma once
// Bugs that gateways have on purpose: each word of the language, and what it makes of one who has
// it. A word that is in no table is a bug of ours (ENSURE): kinds.lua knows the same words.
#include <cstdint>
#include <set>

#include "harness/script/value.hpp"
#include "sim/mta/inbound.hpp"
#include "sim/mta/outbound.hpp"

namespace script {

/// Of whoever writes a mail: they are in its text before it is submitted.
enum class WritingFlaw : std::uint8_t { bare_line_ends, bare_lf_headers };

/// `flaws` is a list of words, or nil.
void add_flaws(mta::OutboundSettings& settings, const Value& flaws);
void add_flaws(mta::InboundSettings& settings, const Value& flaws);
std::set<WritingFlaw> writing_flaws(const Value& flaws);

}  // namespace script
