// Scenario files of strangers: what they say is listed and played within a small budget, and says
// the same twice.
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "harness/script/file.hpp"
#include "tests/fuzz/input.hpp"

// Where ENSURE ends in a program with the harness: a fuzzer must see it (-Wl,--wrap).
extern "C" [[noreturn]] void __wrap__exit(int) { std::abort(); }

namespace {

constexpr std::size_t most_scenarios = 3;

script::Budget small_budget() {
    script::Budget budget;
    budget.instructions = 2'000'000;
    budget.memory = 8u << 20;
    budget.turns = 20'000;
    return budget;
}

// A file of this process's own, gone at its end.
class File {
  public:
    File() {
        const int opened = mkstemps(path_, 4);
        ENSURE(opened >= 0);
        close(opened);
    }
    File(const File&) = delete;
    ~File() { unlink(path_); }
    std::string path() const { return path_; }

  private:
    char path_[40] = "/tmp/mailtls-fuzz-XXXXXX.lua";
};

std::string told(const std::optional<script::Mistake>& mistake) {
    if (!mistake) return "passed";
    ENSURE(!mistake->message.empty());
    return mistake->text();
}

std::string told_of(const std::string& path) {
    const script::Budget budget = small_budget();
    const script::Listing listing = list_scenarios(path, 1, budget);
    ENSURE(listing.scenarios.empty() || !listing.mistake);
    std::string out = told(listing.mistake);
    for (std::size_t i = 0; i < std::min(most_scenarios, listing.scenarios.size()); ++i) {
        const script::ScenarioEntry& entry = listing.scenarios[i];
        const script::Performance played = play(path, entry.title, entry.seed.value_or(1), budget);
        ENSURE((played.ending == script::Ending::passed) == !played.mistake.has_value());
        out += "\n" + entry.id() + ": " + told(played.mistake) + played.stage->printed();
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const File file;
    std::ofstream(file.path(), std::ios::binary) << fuzz::Input(data, size).text();
    const std::string once = told_of(file.path());
    ENSURE(once == told_of(file.path()));
    return 0;
}
