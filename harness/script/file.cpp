#include "harness/script/file.hpp"

#include <map>
#include <utility>

#include <fmt/core.h>

#include "harness/script/interpreter.hpp"
#include "harness/script/setting.hpp"
#include "harness/script/stage.hpp"

namespace script {

std::string Mistake::text() const {
    return line > 0 ? fmt::format("{}:{}: {}", file, line, message)
                    : fmt::format("{}: {}", file, message);
}

namespace {

// Runs the file, plays nothing of it, and takes from it what is asked for.
template <class Listed, class Take>
Listed list(const std::string& path, std::uint64_t seed, const Terms& terms, const Take& take) {
    const Guarded guarded(terms.guard, path);
    Stage stage(Setting{seed, terms, {}, nullptr, {}});
    Interpreter interpreter(stage);
    Listed listing;
    if (interpreter.load(path))
        take(interpreter, listing);
    else
        listing.mistake = interpreter.mistake();
    listing.asked = stage.asked();
    return listing;
}

}  // namespace

Listing list_scenarios(const std::string& path, std::uint64_t seed, const Terms& terms) {
    return list<Listing>(path, seed, terms, [](Interpreter& from, Listing& listing) {
        listing.scenarios = from.entries();
    });
}

MatrixListing list_matrices(const std::string& path, std::uint64_t seed, const Terms& terms) {
    return list<MatrixListing>(path, seed, terms, [](Interpreter& from, MatrixListing& listing) {
        listing.matrices = from.matrices();
    });
}

SweepListing list_sweeps(const std::string& path, std::uint64_t seed, const Terms& terms) {
    return list<SweepListing>(path, seed, terms, [](Interpreter& from, SweepListing& listing) {
        listing.sweeps = from.sweeps();
    });
}

Performance::Performance() = default;
Performance::Performance(Performance&&) noexcept = default;
Performance& Performance::operator=(Performance&&) noexcept = default;
Performance::~Performance() = default;

void Performance::finish() {
    if (!stage->playing()) return;
    stage->finish_sessions();
    if (ending != Ending::passed) return;
    mistake = stage->broken_promise();
    if (mistake) ending = Ending::failed;
}

struct Cells::Inside {
    Inside(const std::string& path, std::uint64_t seed, const Terms& terms, tls::KeyCache* keys)
        : stage(Setting{seed, terms, {}, keys, {}}), interpreter(stage) {
        const Guarded guarded(terms.guard, path);
        loaded = interpreter.load(path);
    }
    Stage stage;
    Interpreter interpreter;
    bool loaded = false;
};

Cells::Cells(const std::string& path, std::uint64_t seed, const Terms& terms, tls::KeyCache* keys)
    : inside_(std::make_unique<Inside>(path, seed, terms, keys)) {}
Cells::~Cells() = default;

sim::World& Cells::world() { return inside_->stage.world(); }

std::optional<Mistake> Cells::broken_promise() { return inside_->stage.broken_promise(); }

const std::set<std::string>& Cells::asked() const { return inside_->stage.asked(); }

Cells::Played Cells::play(std::size_t matrix, const std::vector<std::size_t>& at) {
    const Guarded guarded(inside_->stage.setting().terms.guard, "a cell of a matrix");
    const std::optional<std::size_t> index =
        inside_->loaded ? inside_->interpreter.play_cell(matrix, at) : std::nullopt;
    if (!index) return {inside_->interpreter.mistake(), trace::MailId::none};
    return {std::nullopt, inside_->stage.mail(*index)};
}

namespace {

// Who plays, and what came of it.
template <class What>
Performance perform(std::unique_ptr<Stage> stage, Interpreter& interpreter, const What& what) {
    const Guarded guarded(stage->setting().terms.guard, stage->file());
    Performance performance;
    performance.stage = std::move(stage);
    if (what(interpreter)) return performance;
    performance.ending = interpreter.unmet() ? Ending::failed : Ending::broken;
    performance.mistake = interpreter.mistake();
    return performance;
}

// On a stage and by an interpreter of its own.
template <class What>
Performance perform(const Setting& setting, const What& what) {
    auto stage = std::make_unique<Stage>(setting);
    Interpreter interpreter(*stage);
    return perform(std::move(stage), interpreter, what);
}

}  // namespace

Performance play(const std::string& path, const std::string& title, const Setting& setting) {
    return perform(setting, [&](Interpreter& interpreter) {
        return interpreter.load(path) && interpreter.play(title);
    });
}

Performance play(const std::string& path, const std::string& title, std::uint64_t seed,
                 const Terms& terms, const Twist& twist, tls::KeyCache* keys) {
    return play(path, title, Setting{seed, terms, twist, keys, {}});
}

Performance play_text(const std::string& text, const std::string& name, const std::string& title,
                      const Setting& setting) {
    return perform(setting, [&](Interpreter& interpreter) {
        return interpreter.load(name, text) && interpreter.play(title);
    });
}

struct Script::Inside {
    Inside(const std::string& its_path, const std::string& its_text, const Setting& setting)
        : path(its_path), text(its_text), stage(setting), interpreter(stage) {
        const Guarded guarded(setting.terms.guard, path);
        loaded = interpreter.load(path, text);
        if (!loaded) return;
        for (const ScenarioEntry& entry : interpreter.entries())
            numbers.emplace(entry.title, numbers.size());
    }
    /// A copy is worth its while where there is more to play.
    enum class More : std::uint8_t { none, expected };
    template <class What>
    Performance play(More more, const What& what) {
        if (!loaded) return perform(stage.again(), interpreter, [](Interpreter&) { return false; });
        const bool fresh = std::exchange(untouched, false);
        if (fresh && more == More::expected) marked = interpreter.mark();
        if (!fresh && !marked)
            return perform(stage.setting(),
                           [&](Interpreter& by) { return by.load(path, text) && what(by); });
        if (!fresh) interpreter.rewind();
        std::unique_ptr<Stage> next = stage.again();
        interpreter.serve(*next);
        Performance performance = perform(std::move(next), interpreter, what);
        interpreter.serve(stage);
        return performance;
    }
    std::string path, text;
    Stage stage;  ///< As the file has left it.
    Interpreter interpreter;
    std::map<std::string, std::size_t> numbers;  ///< Of scenarios, by title.
    bool loaded = false, untouched = true, marked = false;
};

Script::Script(const std::string& path, const std::string& text, const Setting& setting)
    : inside_(std::make_unique<Inside>(path, text, setting)) {}
Script::~Script() = default;

Performance Script::play(const std::string& title) {
    const std::map<std::string, std::size_t>& all = inside_->numbers;
    const auto found = all.find(title);
    const auto more = all.size() > 1 ? Inside::More::expected : Inside::More::none;
    return inside_->play(more, [&](Interpreter& interpreter) {
        return found == all.end() ? interpreter.play(title) : interpreter.play(found->second);
    });
}

Performance Script::play_sweep(std::size_t sweep, const std::vector<std::size_t>& at) {
    return inside_->play(Inside::More::expected, [&](Interpreter& interpreter) {
        return interpreter.play_sweep(sweep, at);
    });
}

// Strikers cannot be compared: with one, none is the same.
bool Script::is_of(std::string_view path, const Setting& setting) const {
    const Setting& its = inside_->stage.setting();
    return path == inside_->path && setting.seed == its.seed && setting.terms == its.terms &&
           setting.twist == its.twist && setting.keys == its.keys && !setting.striker &&
           !its.striker;
}

}  // namespace script
