#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/script/budget.hpp"
#include "harness/script/file.hpp"
#include "harness/script/stage.hpp"

namespace script {

// A Lua with the words of the language in it. C++ objects live here, so no Lua error may pass
// through these methods: every call into Lua that can raise is a protected one.
class Interpreter {
  public:
    explicit Interpreter(Stage& stage)
        : stage_(&stage), state_(stage.setting().terms.budget, stage.setting().terms.guard) {
        serve(stage);
    }
    ~Interpreter() { stage_->set_rewriter({}); }
    Interpreter(const Interpreter&) = delete;
    /// Works for this stage from now on, and for no other.
    void serve(Stage& stage);

    /// Loads the language and runs the file. True when all went well.
    bool load(const std::string& path);
    /// The same with a text that stands in no file; `path` is its name.
    bool load(const std::string& path, const std::string& source);
    /// After `load`, once: from now on `rewind` forgets all that has happened since. False: what
    /// the file has made is too large for that.
    bool mark() { return state_.mark(); }
    void rewind();
    /// Calls the play of the scenario with this title, or of this number, from 0.
    bool play(const std::string& title);
    bool play(std::size_t scenario);
    std::vector<ScenarioEntry> entries();
    std::vector<MatrixEntry> matrices();
    /// Plays one cell; the index of its mail, or nothing.
    std::optional<std::size_t> play_cell(std::size_t matrix, const std::vector<std::size_t>& at);
    std::vector<SweepEntry> sweeps();
    /// Plays one cell of a sweep. True when all went well.
    bool play_sweep(std::size_t sweep, const std::vector<std::size_t>& at);
    /// After false: what went wrong, and whether it was an expectation.
    const Mistake& mistake() const { return mistake_; }
    bool unmet() const { return kind_ == "expectation"; }

  private:
    bool prepare();
    bool affords(const char* list);
    Value list(const char* name);
    bool call(const char* function, std::size_t which, const std::vector<std::size_t>& at,
              int results);
    enum class Whose : std::uint8_t { ours, authors };
    /// What is an author's may be cut off.
    bool run_protected(int arguments, int results, Whose whose = Whose::authors);
    bool cut_off();
    void blame(int status);
    Rewritten rewrite(std::size_t number, const std::string& line, const std::string& reader);
    std::string field(int index, const char* name);
    Stage* stage_;
    BudgetedState state_;
    std::string path_;
    Mistake mistake_;
    std::string kind_;
    bool cut_ = false;  ///< In the middle of something: Lua must not be asked for anything more.
};

}  // namespace script
