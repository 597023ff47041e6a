#pragma once
// Snippets of scenarios with what must come of them: tests/vectors/script/README.md.
#include <string>
#include <vector>

#include "harness/script/file.hpp"

struct Case {
    std::string form, title, snippet, expected;
    int line = 0;  ///< In its file of vectors.
};
/// The cases of tests/vectors/script/NAME.txt.
std::vector<Case> cases_of(const std::string& name);

/// A scenario file in a folder of its own, both gone afterwards.
class ScenarioFile {
  public:
    explicit ScenarioFile(const std::string& text);
    ScenarioFile(const ScenarioFile&) = delete;
    ~ScenarioFile();
    const std::string& path() const { return path_; }

  private:
    std::string folder_, path_;
};

/// The snippet as a whole scenario file; its first line is line 1 of the file.
std::string whole_file(const Case& c);
/// What came of the first scenario that did not pass, as "broken 3: message"; else "passes".
std::string outcome_of(const std::string& text, const script::Budget& budget = script::Budget());
/// The same as the vectors have it: without what explains an unmet expectation.
std::string told(const std::string& outcome);

/// Plays each case of a file of vectors.
void check_cases(const std::string& name);
