#pragma once
// The program, run in a folder of its own.
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

/// A temporary folder, gone afterwards with all that is in it.
class Folder {
  public:
    Folder();
    Folder(const Folder&) = delete;
    ~Folder();
    const std::string& path() const { return path_; }
    void write(const std::string& name, const std::string& text) const;
    /// A file of tests/vectors/harness, under its own name or another.
    void copy(const std::string& vector, const std::string& name = {}) const;
    std::string read(const std::string& name) const;
    /// All files below it by their paths, in order; a folder ends in "/".
    std::vector<std::string> names() const;

  private:
    std::string path_;
};

struct Said {
    int code = -1;
    std::string out, err;
};
/// Runs the program there. `arguments` are the shell's words; `environment` as "TZ=UTC".
Said mailtls(const Folder& folder, const std::string& arguments,
             const std::string& environment = {});
/// Runs a command of the shell there.
Said shell(const Folder& folder, const std::string& command);

/// The text after its last line end but one.
std::string last_line(const std::string& text);
bool has(const std::string& text, const std::string& part);
/// The names in an object, with a blank between them.
std::string keys(const nlohmann::ordered_json& object);
