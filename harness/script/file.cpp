#include "harness/script/file.hpp"

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

struct Cells::Inside {
    Inside(const std::string& path, std::uint64_t seed, const Terms& terms, tls::KeyCache* keys)
        : stage(Setting{seed, terms, {}, keys, {}}), interpreter(stage) {
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

const std::set<std::string>& Cells::asked() const { return inside_->stage.asked(); }

Cells::Played Cells::play(std::size_t matrix, const std::vector<std::size_t>& at) {
    const std::optional<std::size_t> index =
        inside_->loaded ? inside_->interpreter.play_cell(matrix, at) : std::nullopt;
    if (!index) return {inside_->interpreter.mistake(), trace::MailId::none};
    return {std::nullopt, inside_->stage.mail(*index)};
}

namespace {

// A stage, and an interpreter that does `what` on it.
template <class What>
Performance perform(const Setting& setting, const What& what) {
    Performance performance;
    performance.stage = std::make_unique<Stage>(setting);
    Interpreter interpreter(*performance.stage);
    if (what(interpreter)) return performance;
    performance.ending = interpreter.unmet() ? Ending::failed : Ending::broken;
    performance.mistake = interpreter.mistake();
    return performance;
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

Performance play_sweep(const std::string& path, const std::string& source, std::size_t sweep,
                       const std::vector<std::size_t>& at, const Setting& setting) {
    return perform(setting, [&](Interpreter& interpreter) {
        return interpreter.load(path, source) && interpreter.play_sweep(sweep, at);
    });
}

}  // namespace script
