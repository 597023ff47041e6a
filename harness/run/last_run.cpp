#include "harness/run/last_run.hpp"

#include <filesystem>
#include <sstream>

namespace run {

std::set<std::string> read_failed() {
    std::set<std::string> out;
    std::istringstream text(read_file(failed_file));
    for (std::string line; std::getline(text, line);)
        if (!line.empty()) out.insert(line);
    return out;
}

std::string note_failed(const std::vector<Outcome>& outcomes,
                        const std::function<bool(const Outcome&)>& fails) {
    const std::set<std::string> before = read_failed();
    std::set<std::string> now = before;
    for (const Outcome& o : outcomes) {
        if (fails(o))
            now.insert(o.entry.id());
        else
            now.erase(o.entry.id());
    }
    if (now == before) return {};  // a folder in which all is well is left as it is
    std::string text;
    for (const std::string& id : now) text += id + "\n";
    return write_file(failed_file, text);
}

}  // namespace run
