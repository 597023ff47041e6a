#include "harness/run/processes.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace run {
namespace {

using Work = std::function<std::string(std::size_t)>;

// Every n-th piece, in order.
[[noreturn]] void serve(std::size_t count, std::size_t first, std::size_t step, const Work& work,
                        int out) {
    std::FILE* const pipe = fdopen(out, "w");
    for (std::size_t i = first; i < count; i += step) {
        const std::string line = work(i) + "\n";
        std::fwrite(line.data(), 1, line.size(), pipe);
        std::fflush(pipe);
    }
    std::fclose(pipe);
    _exit(0);
}

struct Worker {
    pid_t process = -1;
    std::FILE* pipe = nullptr;
};

Worker start(std::size_t count, std::size_t first, std::size_t step, const Work& work) {
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0) return {};
    const pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        serve(count, first, step, work, ends[1]);
    }
    close(ends[1]);
    return {process, fdopen(ends[0], "r")};
}

std::string read_line(std::FILE* pipe) {
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        if (c == '\n') return line;
        line += static_cast<char>(c);
    }
    return {};
}

}  // namespace

void in_processes(std::size_t count, int jobs, const Work& work,
                  const std::function<bool(std::size_t, const std::string&)>& done) {
    const std::size_t processes =
        std::min<std::size_t>(jobs > 0 ? static_cast<std::size_t>(jobs) : 1, count);
    if (processes < 2) {
        for (std::size_t i = 0; i < count; ++i)
            if (!done(i, work(i))) return;
        return;
    }
    std::fflush(nullptr);
    std::vector<Worker> workers;
    for (std::size_t i = 0; i < processes; ++i) workers.push_back(start(count, i, processes, work));
    for (std::size_t i = 0; i < count; ++i) {
        std::FILE* const pipe = workers[i % processes].pipe;
        if (!done(i, pipe != nullptr ? read_line(pipe) : std::string())) break;
    }
    for (const Worker& worker : workers) {
        if (worker.pipe != nullptr) std::fclose(worker.pipe);
        if (worker.process > 0) waitpid(worker.process, nullptr, 0);
    }
}

void Home::send(const std::string& line) const {
    const std::string whole = line + "\n";
    for (std::size_t at = 0; at < whole.size();) {
        const ssize_t sent = write(out_, whole.data() + at, whole.size() - at);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
    }
    _exit(0);
}

std::optional<Home> branch(std::string& line) {
    int ends[2] = {-1, -1};
    line.clear();
    if (pipe(ends) != 0) return std::nullopt;
    std::fflush(nullptr);
    const pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        return Home(ends[1]);
    }
    close(ends[1]);
    std::FILE* const pipe = fdopen(ends[0], "r");
    line = read_line(pipe);
    std::fclose(pipe);
    if (process > 0) waitpid(process, nullptr, 0);
    return std::nullopt;
}

}  // namespace run
