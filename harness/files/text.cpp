#include "harness/files/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

namespace files {
namespace {

namespace fs = std::filesystem;

core::Failure wrong(const std::string& name, const std::string& what) {
    return {core::Reason::none, fmt::format("{}: {}", name, what)};
}

bool is_below(const fs::path& folder, const fs::path& file) {
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return end == folder.end() && rest != file.end();
}

bool is_text(const std::string& bytes) {
    return std::none_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < ' ' && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
    });
}

// A file that is open.
class Opened {
  public:
    // What is no plain file, such as a pipe, must not be waited for.
    explicit Opened(const fs::path& path)
        : fd_(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {}
    Opened(const Opened&) = delete;
    ~Opened() {
        if (fd_ >= 0) close(fd_);
    }
    bool well() const { return fd_ >= 0; }
    bool is_plain() const {
        struct stat facts;
        return fstat(fd_, &facts) == 0 && S_ISREG(facts.st_mode);
    }
    /// At most `most` bytes and one.
    std::string read(std::size_t most) const {
        std::string out;
        char piece[4096];
        while (out.size() <= most) {
            const ssize_t got = ::read(fd_, piece, sizeof piece);
            if (got <= 0) break;
            out.append(piece, static_cast<std::size_t>(got));
        }
        return out;
    }

  private:
    int fd_;
};

core::Result<std::string> text_of(const fs::path& file, const std::string& name,
                                  std::size_t most_bytes) {
    const Opened opened(file);
    if (!opened.well()) return wrong(name, "the file cannot be read");
    if (!opened.is_plain()) return wrong(name, "expected a plain file");
    std::string text = opened.read(most_bytes);
    if (text.size() > most_bytes)
        return wrong(name, fmt::format("expected at most {} bytes, got more", most_bytes));
    if (!is_text(text)) return wrong(name, "expected a text, got bytes that are none");
    return text;
}

}  // namespace

core::Result<std::string> read_beside(const std::string& folder, const std::string& name) {
    const fs::path relative(name);
    if (name.empty() || name.find('\0') != name.npos || name.find('\n') != name.npos)
        return core::Failure(core::Reason::none, "expected the name of a file beside the scenario");
    if (relative.is_absolute() ||
        std::find(relative.begin(), relative.end(), "..") != relative.end())
        return wrong(name, "expected a file in the scenario's own folder, or below it");
    std::error_code error;
    const fs::path home = fs::canonical(folder.empty() ? fs::path(".") : fs::path(folder), error);
    const fs::path file = error ? fs::path() : fs::canonical(home / relative, error);
    if (error) return wrong(name, "there is no such file beside the scenario");
    if (!is_below(home, file)) return wrong(name, "the link leads out of the scenario's folder");
    return text_of(file, name, largest_beside);
}

core::Result<std::string> read_text(const std::string& path, const std::string& name,
                                    std::size_t most_bytes) {
    std::error_code error;
    const fs::path file = fs::canonical(path, error);
    if (error) return wrong(name, "there is no such file");
    return text_of(file, name, most_bytes);
}

}  // namespace files
