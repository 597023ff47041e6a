#pragma once
#include <string>
#include <vector>

#include "harness/play/outcome.hpp"

namespace report {

/// Colour and symbols of the output: flag > NO_COLOR > FORCE_COLOR > terminal.
struct Look {
    bool colour = false;
    std::string paint(std::string_view code, std::string_view text) const;
};
enum class Colour : std::uint8_t { automatic, always, never };
Look look_of(int file_descriptor, Colour colour = Colour::automatic);

/// As one word of a command line.
std::string shell_quoted(const std::string& text);
/// A path, or an id, which no command takes for an option.
std::string path_quoted(const std::string& path);
/// What went wrong, in words, without colours; its first line says it.
std::string story_of(const play::Outcome& outcome);
/// The command that plays this one again.
std::string repeat_command(const play::Outcome& outcome);
/// One scenario's lines.
std::string scenario_lines(const play::Outcome& outcome, const Look& look);

}  // namespace report
