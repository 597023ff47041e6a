// A project to begin with: scenarios, and what editors and CI need.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/core.h>

#include "harness/main/command.hpp"
#include "harness/report/console.hpp"
#include "harness/script/file.hpp"
#include "harness/script/sources.hpp"

namespace program {
namespace {

struct File {
    std::string name, text;
};

std::vector<File> starter() {
    namespace from = script::sources;
    return {{"scenarios/first.lua", std::string(from::starter_first)},
            {"scenarios/watcher.lua", std::string(from::starter_watcher)},
            {"mailtls.toml", std::string(from::starter_options)},
            {".luarc.json", std::string(from::starter_luarc)},
            {".mailtls/mailtls.lua", script::editor_annotations()},
            {".github/workflows/mail.yml", std::string(from::starter_workflow)},
            {".gitignore", std::string(from::starter_gitignore)}};
}

enum class Written { fresh, kept, not_at_all };

// Never over what is there, whatever it is: the system is asked to make a new file or none.
Written write_new(const std::string& path, const std::string& text) {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    std::FILE* const file = std::fopen(path.c_str(), "wxb");
    if (file == nullptr) {
        if (errno == EEXIST) return Written::kept;
        complain(fmt::format("{}: expected a file to write, got: {}", path, std::strerror(errno)));
        return Written::not_at_all;
    }
    const bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (std::fclose(file) == 0 && whole) return Written::fresh;
    complain(fmt::format("{}: could not be written whole: {}", path, std::strerror(errno)));
    return Written::not_at_all;
}

int init(const std::string& folder) {
    const std::string wrong = prepare_folder(folder);
    if (!wrong.empty()) {
        complain(wrong);
        return environment;
    }
    const std::string below = folder == "." ? "" : folder + (folder.ends_with('/') ? "" : "/");
    for (const File& file : starter()) {
        const Written written = write_new(folder + "/" + file.name, file.text);
        if (written == Written::not_at_all) return environment;
        std::printf("%s %s%s\n", written == Written::fresh ? "wrote" : "kept ", below.c_str(),
                    file.name.c_str());
    }
    const std::string change =
        below.empty() ? "" : fmt::format("  cd {}\n", report::shell_quoted(folder));
    std::printf(
        "\nNext:\n%s"
        "  mailtls run                  play the scenarios\n"
        "  mailtls run --out out        the same, with a report: open out/report.html\n"
        "  mailtls show 'scenarios/watcher.lua::without TLS eve reads the mail' --as eve\n"
        "  mailtls api                  every word of the language\n"
        "Your editor completes the words where lua-language-server runs. The CI file says where\n"
        "mailtls comes from: look at .github/workflows/mail.yml.\n",
        change.c_str());
    return all_passed;
}

const Registered init_row{
    150, [](Commands& all) {
        Command command = all.add("init",
                                  "Makes a project to begin with: two files of scenarios, options, "
                                  "settings for editors, a "
                                  "workflow for CI. Files that are there already are kept.\n\n"
                                  "  mailtls init\n"
                                  "  mailtls init my-mail");
        auto folder = std::make_shared<std::string>(".");
        command.option("folder", *folder, "Where; it is made if it is not there").shows_default();
        command.runs([=] { return init(*folder); });
    }};

}  // namespace

}  // namespace program
