// Scenario files of strangers: what they say is listed and played within a small budget, and says
// the same twice.
#include <cstdlib>

#include "harness/script/file.hpp"
#include "harness/script/stage.hpp"
#include "tests/fuzz/input.hpp"

// Where ENSURE ends in a program with the harness: a fuzzer must see it (-Wl,--wrap).
extern "C" [[noreturn]] void __wrap__Exit(int) { std::abort(); }

namespace {

constexpr std::size_t most_scenarios = 3;

script::Budget small_budget() {
    script::Budget budget;
    budget.instructions = 2'000'000;
    budget.memory = 8u << 20;
    budget.turns = 20'000;
    return budget;
}

// The only text that there is.
class OneText : public script::Library {
  public:
    explicit OneText(std::string text) : text_(std::move(text)) {}
    core::Result<std::string> read(const std::string&) const override { return text_; }
    core::Result<std::string> read_beside(const std::string&, const std::string&) const override {
        return text_;
    }

  private:
    std::string text_;
};

std::string told(const std::optional<script::Mistake>& mistake) {
    if (!mistake) return "passed";
    ENSURE(!mistake->message.empty());
    return mistake->text();
}

std::string told_of(const OneText& text) {
    const std::string path = "fuzz.lua";
    const script::Terms terms(text, small_budget());
    const script::Listing listing = list_scenarios(path, 1, terms);
    ENSURE(listing.scenarios.empty() || !listing.mistake);
    std::string out = told(listing.mistake);
    for (std::size_t i = 0; i < std::min(most_scenarios, listing.scenarios.size()); ++i) {
        const script::ScenarioEntry& entry = listing.scenarios[i];
        const script::Performance played = play(path, entry.title, entry.seed.value_or(1), terms);
        ENSURE((played.ending == script::Ending::passed) == !played.mistake.has_value());
        out += "\n" + entry.id() + ": " + told(played.mistake) + played.stage->printed();
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const OneText text(std::string(fuzz::Input(data, size).text()));
    const std::string once = told_of(text);
    ENSURE(once == told_of(text));
    return 0;
}
