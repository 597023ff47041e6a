// Plays scenario files and writes the trace of each, as `mailtls run --trace` does: the lab without
// files, processes and threads makes the same bytes. Files are this program's own affair.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/play/play.hpp"
#include "sim/trace/encode.hpp"
#include "sim/world.hpp"

namespace {

namespace fs = std::filesystem;

core::Result<std::string> text_at(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!(text << in.rdbuf())) return core::Failure(core::Reason::none, path.string());
    return text.str();
}

class Folder : public script::Library {
  public:
    core::Result<std::string> read(const std::string& path) const override { return text_at(path); }
    core::Result<std::string> read_beside(const std::string& path,
                                          const std::string& name) const override {
        return text_at(fs::path(path).parent_path() / name);
    }
};

// All traces of a file in one, in order.
bool write_traces(const fs::path& file, const fs::path& out) {
    const Folder folder;
    play::How how;
    how.terms = script::Terms(folder);
    play::Kept kept;
    const script::Listing listing =
        script::list_scenarios(file.string(), play::default_seed, how.terms);
    std::ofstream traces(out, std::ios::binary | std::ios::app);
    for (const script::ScenarioEntry& entry : listing.scenarios) {
        const play::Outcome outcome =
            play::once(entry, how, kept, [&](const sim::World& world, const play::Outcome& its) {
                traces << trace::json_lines(world.trace(), entry.id(), its.seed);
            });
        if (play::is_bad(outcome)) std::printf("%s: not passed\n", entry.id().c_str());
        if (play::is_bad(outcome)) return false;
    }
    return !listing.mistake && traces.flush();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: %s OUT FILE.lua ...   all traces of the files into OUT\n",
                     argv[0]);
        return 2;
    }
    fs::remove(argv[1]);
    bool well = true;
    for (int i = 2; i < argc; ++i) well = write_traces(argv[i], argv[1]) && well;
    return well ? 0 : 1;
}
