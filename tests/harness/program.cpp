#include "tests/harness/program.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace fs = std::filesystem;

namespace {

std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    BOOST_TEST_REQUIRE(in.good(), "there is no " << path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

Folder::Folder() {
    char name[] = "/tmp/mailtls-harness-XXXXXX";
    BOOST_TEST_REQUIRE(mkdtemp(name) != nullptr);
    path_ = name;
}

Folder::~Folder() {
    std::error_code error;
    fs::remove_all(path_, error);
    fs::remove_all(path_ + ".cache", error);
}

void Folder::write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(path_ + "/" + name).parent_path());
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
}

void Folder::copy(const std::string& vector, const std::string& name) const {
    write(name.empty() ? vector : name,
          content_of(MAILTLS_ROOT "/tests/vectors/harness/" + vector));
}

std::string Folder::read(const std::string& name) const { return content_of(path_ + "/" + name); }

std::vector<std::string> Folder::names() const {
    std::vector<std::string> out;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_))
        out.push_back(fs::relative(entry.path(), path_).string() +
                      (entry.is_directory() ? "/" : ""));
    std::sort(out.begin(), out.end());
    return out;
}

Said mailtls(const Folder& folder, const std::string& arguments, const std::string& environment) {
    return shell(folder, "XDG_CACHE_HOME=" + folder.path() +
                             ".cache env -u NO_COLOR -u FORCE_COLOR -u CLICOLOR " + environment +
                             " '" MAILTLS_PROGRAM "' " + arguments);
}

Said shell(const Folder& folder, const std::string& command) {
    // Elsewhere, so that the folder holds what the program has written and nothing more.
    const Folder streams;
    const std::string all = "cd " + folder.path() + " && " + command + " >" + streams.path() +
                            "/out 2>" + streams.path() + "/err </dev/null";
    const int status = std::system(all.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, streams.read("out"), streams.read("err")};
}

std::string last_line(const std::string& text) {
    if (!text.ends_with('\n')) return "(no line end)";
    const std::string body = text.substr(0, text.size() - 1);
    return body.substr(body.rfind('\n') + 1);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string keys(const nlohmann::ordered_json& object) {
    std::string out;
    for (const auto& [key, value] : object.items()) out += (out.empty() ? "" : " ") + key;
    return out;
}
