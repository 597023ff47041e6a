#pragma once
// The files of tests/vectors/smtp.
#include <string>
#include <string_view>
#include <vector>

/// `left => right`, one a line. Lines that begin with '#' are notes.
struct Case {
    std::string where;  ///< File and line.
    std::string left, right;
};
std::vector<Case> cases_of(const std::string& file);

/// One line of a dialogue.
struct Line {
    enum class Kind { client, server, act, outcome, setting };
    Kind kind;
    std::string text;   ///< Without its mark; for client and server unescaped, with its CRLF.
    std::string where;  ///< File and line.
};
struct Dialogue {
    std::string title;
    std::vector<Line> lines;
};
/// `== title` begins a dialogue; `C:` and `S:` are lines of the peers, `= ...` is what must have
/// come of it, `with ...` sets the scene, and the rest are acts: `wait 5 minutes`, `C hangs up`.
std::vector<Dialogue> dialogues_of(const std::string& file);
std::vector<Dialogue> parse_dialogues(std::string_view text, const std::string& name);

/// \r \n \0 \t \\, \xFF, and {a*500} for 500 times the letter a.
std::string unescaped(std::string_view text);
/// The other way round, for messages.
std::string escaped(std::string_view bytes);
/// Does `said` look like `wanted`, in which "..." stands for any text?
bool looks_like(std::string_view said, std::string_view wanted);
/// The parts of `text` between `separator`s.
std::vector<std::string> split(std::string_view text, std::string_view separator);
/// If `text` begins with `word` and a space, takes both off and says so.
bool take_word(std::string_view& text, std::string_view word);
