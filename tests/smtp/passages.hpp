#pragma once
// Dialogues that are taken apart, as files: `== title`, then the pieces, `C: ...` or `S: ...`, each
// with its fields below it as `told` writes them (tests/core/fields.hpp), and behind `whole` those
// of a line that it ends. No line end is added to a piece.
#include <functional>
#include <string>

#include "sim/core/field.hpp"
#include "sim/trace/ids.hpp"

using Adder = std::function<core::Passage(trace::Way way, std::string_view bytes)>;

/// Checks each dialogue of tests/vectors/`file`; `begin(title)` makes what takes it apart.
void check_passages(const std::string& file, const std::function<Adder(std::string_view)>& begin);
