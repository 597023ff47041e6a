#include "harness/suite/last_run.hpp"
#include "harness/files/output.hpp"
#include "harness/files/paths.hpp"
#include "harness/files/whole.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "harness/suite/suite.hpp"

namespace suite {

std::string failed_file() {
    const auto set = [](const char* name) {
        const char* const value = std::getenv(name);
        return std::string(value == nullptr ? "" : value);
    };
    std::string cache = set("XDG_CACHE_HOME");
    if (cache.empty() && !set("HOME").empty()) cache = set("HOME") + "/.cache";
    std::error_code error;
    const std::string here = std::filesystem::current_path(error).string();
    if (cache.empty() || error) return {};
    return cache + "/mailtls/failed-" + files::file_name_of(here);
}

std::set<std::string> read_failed() {
    std::set<std::string> out;
    std::istringstream text(files::read_file(failed_file()));
    for (std::string line; std::getline(text, line);)
        if (!line.empty()) out.insert(line);
    return out;
}

std::string note_failed(const std::vector<play::Outcome>& outcomes,
                        const std::function<bool(const play::Outcome&)>& fails) {
    const std::set<std::string> before = read_failed();
    std::set<std::string> now = before;
    for (const play::Outcome& o : outcomes) {
        if (fails(o))
            now.insert(o.entry.id());
        else
            now.erase(o.entry.id());
    }
    const std::string file = failed_file();
    if (now == before || file.empty()) return {};
    std::string text;
    for (const std::string& id : now) text += id + "\n";
    return files::write_file(file, text);
}

}  // namespace suite
