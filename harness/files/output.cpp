#include "harness/files/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fmt/core.h>

namespace files {
namespace {

namespace fs = std::filesystem;

// The files that are being written, for the handler of a signal: so without memory that could be in
// flux. Where there are more of them at once, one may be left.
struct Unfinished {
    volatile std::sig_atomic_t taken = 0;
    char path[4096] = {};
};
Unfinished unfinished[4];

void note(const std::string& path) {
    for (Unfinished& one : unfinished) {
        if (one.taken != 0 || path.size() >= sizeof one.path) continue;
        std::memcpy(one.path, path.c_str(), path.size() + 1);
        one.taken = 1;
        return;
    }
}

void forget(const std::string& path) {
    for (Unfinished& one : unfinished)
        if (one.taken != 0 && path == one.path) one.taken = 0;
}

// As many links as Linux follows.
constexpr int longest_way = 40;

// Where links lead; a link to nothing leads to where something will be. Empty: they lead nowhere.
std::string end_of_links(const std::string& path) {
    fs::path at(path);
    std::error_code error;
    for (int i = 0; i < longest_way; ++i) {
        if (!fs::is_symlink(at, error)) return at.string();
        const fs::path next = fs::read_symlink(at, error);
        if (error) return {};
        at = next.is_absolute() ? next : at.parent_path() / next;
    }
    return {};
}

// The open file that a name stands for, such as 1 for /dev/stdout: what was written there before
// must stay, wherever it leads.
std::optional<int> inherited(std::string_view path) {
    if (path == "/dev/stdout") return STDOUT_FILENO;
    if (path == "/dev/stderr") return STDERR_FILENO;
    for (const std::string_view front : {"/dev/fd/", "/proc/self/fd/"}) {
        if (!path.starts_with(front)) continue;
        path.remove_prefix(front.size());
        int number = -1;
        const auto [end, wrong] = std::from_chars(path.data(), path.data() + path.size(), number);
        if (wrong == std::errc() && end == path.data() + path.size()) return number;
    }
    return std::nullopt;
}

std::string sentence_of(int error) {
    const std::string why = std::generic_category().message(error);
    return fmt::format("cannot be written: {}", why);
}

}  // namespace

void drop_unfinished() noexcept {
    for (const Unfinished& one : unfinished)
        if (one.taken != 0) unlink(one.path);
}

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Output::Output(const std::string& path) : path_(path), maker_(getpid()) {
    if (path.empty())
        wrong_ = "expected the name of a file to write, got an empty text";
    else
        open();
}

Output::~Output() { let_go(); }

void Output::let_go() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
    if (!partial_.empty() && getpid() == maker_) unlink(partial_.c_str());
    forget(partial_);
    partial_.clear();
}

void Output::fail(const std::string& what) {
    if (wrong_.empty()) wrong_ = fmt::format("{}: {}", path_, what);
    let_go();
}

void Output::fail_by_errno() { fail(sentence_of(errno)); }

void Output::open() {
    if (const std::optional<int> open_already = inherited(path_)) {
        fd_ = fcntl(*open_already, F_DUPFD_CLOEXEC, 3);
        if (fd_ < 0) fail_by_errno();
        return;
    }
    target_ = end_of_links(path_);
    if (target_.empty()) return fail("cannot be written: its links lead nowhere");
    struct stat facts;
    const bool there = stat(target_.c_str(), &facts) == 0;
    if (!there || S_ISREG(facts.st_mode)) return open_beside();
    if (S_ISDIR(facts.st_mode)) return fail("expected a file to write, got a directory");
    fd_ = ::open(target_.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (fd_ < 0) fail_by_errno();
}

void Output::open_beside() {
    const fs::path target(target_);
    std::error_code error;
    if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
    if (error)
        return fail(fmt::format("the folder '{}' cannot be made: {}", target.parent_path().string(),
                                error.message()));
    if (access(target_.c_str(), F_OK) == 0 && access(target_.c_str(), W_OK) != 0)
        return fail_by_errno();
    static int number = 0;
    while (fd_ < 0) {
        // A name may have 255 bytes: what is too long for the target is told of the target.
        const std::string name = fmt::format(
            ".{}.{}-{}.partial", target.filename().string().substr(0, 200), getpid(), ++number);
        partial_ = (target.parent_path() / name).string();
        fd_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd_ >= 0) note(partial_);
        if (fd_ >= 0 || errno == EEXIST) continue;
        partial_.clear();
        return fail_by_errno();
    }
    // Who may read and write it stays as it was.
    struct stat facts;
    if (stat(target_.c_str(), &facts) != 0) return;
    if (fchown(fd_, facts.st_uid, facts.st_gid) != 0 || fchmod(fd_, facts.st_mode & 07777) != 0)
        fchmod(fd_, facts.st_mode & 0777);  // another's file, in a folder that is ours
}

void Output::add(std::string_view bytes) {
    if (wrong_.empty() && !write_all(fd_, bytes)) fail_by_errno();
}

std::string Output::finish() {
    if (!wrong_.empty()) return wrong_;
    const int closed = close(fd_);
    fd_ = -1;
    if (closed != 0) {
        fail_by_errno();
        return wrong_;
    }
    if (partial_.empty()) return {};
    if (rename(partial_.c_str(), target_.c_str()) != 0) {
        fail_by_errno();
        return wrong_;
    }
    forget(partial_);
    partial_.clear();
    return {};
}

Scratch::Scratch(const std::string& neighbour) {
    std::error_code error;
    for (const fs::path& folder :
         {fs::path(neighbour).parent_path(), fs::temp_directory_path(error)}) {
        std::string name = ((folder.empty() ? fs::path(".") : folder) / ".mailtls-XXXXXX").string();
        fd_ = mkostemp(name.data(), O_CLOEXEC);
        error_ = fd_ < 0 ? errno : 0;
        if (fd_ < 0) continue;
        unlink(name.c_str());
        return;
    }
}

Scratch::~Scratch() {
    if (fd_ >= 0) close(fd_);
}

void Scratch::add(std::string_view bytes) {
    if (error_ == 0 && !write_all(fd_, bytes)) error_ = errno;
}

std::string Scratch::copy_to(Output& out) {
    if (error_ == 0 && lseek(fd_, 0, SEEK_SET) != 0) error_ = errno;
    std::string piece(1 << 16, '\0');
    while (error_ == 0) {
        const ssize_t got = read(fd_, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) error_ = errno;
        if (got <= 0) break;
        out.add(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    }
    return error_ == 0 ? std::string() : sentence_of(error_);
}

std::string write_file(const std::string& path, std::string_view content) {
    Output out(path);
    out.add(content);
    return out.finish();
}

std::string add_to_file(const std::string& path, std::string_view content) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC, 0666);
    if (file < 0) return fmt::format("{}: {}", path, sentence_of(errno));
    const bool whole = write_all(file, content);
    const int why = errno;
    const bool closed = close(file) == 0;
    if (whole && closed) return {};
    return fmt::format("{}: {}", path, sentence_of(whole ? errno : why));
}

}  // namespace files
