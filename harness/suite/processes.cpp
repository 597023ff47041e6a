#include "harness/suite/processes.hpp"

#include <poll.h>
#include <signal.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <iterator>
#include <map>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace suite {
namespace {

using Work = std::function<std::string(std::size_t)>;
using Clock = std::chrono::steady_clock;

// False: the other end is gone.
bool write_all(int to, const char* bytes, std::size_t size) {
    for (std::size_t at = 0; at < size;) {
        const ssize_t sent = write(to, bytes + at, size - at);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        at += static_cast<std::size_t>(sent);
    }
    return true;
}

// The exit code of a worker that needed more memory than there is.
constexpr int no_memory = 12;

// Whoever is ended by a fault did something wrong itself.
struct Signal {
    int number;
    std::string_view name;
    bool fault;
};
constexpr Signal signals[] = {
    {SIGABRT, "SIGABRT", true},  {SIGBUS, "SIGBUS", true},    {SIGFPE, "SIGFPE", true},
    {SIGHUP, "SIGHUP", false},   {SIGILL, "SIGILL", true},    {SIGINT, "SIGINT", false},
    {SIGKILL, "SIGKILL", false}, {SIGSEGV, "SIGSEGV", true},  {SIGTERM, "SIGTERM", false},
    {SIGTRAP, "SIGTRAP", true},  {SIGXCPU, "SIGXCPU", false},
};

void tell_end(int status, Returned& returned) {
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        const auto is_it = [signal](const auto& known) { return known.number == signal; };
        const auto* const known = std::find_if(std::begin(signals), std::end(signals), is_it);
        const bool is_known = known != std::end(signals);
        returned.end =
            is_known ? fmt::format("by {}", known->name) : fmt::format("by signal {}", signal);
        returned.at_fault = is_known && known->fault;
    } else if (WEXITSTATUS(status) == no_memory) {
        returned.end = "for want of memory";
    } else {
        returned.end = fmt::format("with code {}", WEXITSTATUS(status));
        returned.at_fault = true;
    }
}

// A worker's life: a number comes, a line goes, until nobody is there any more.
[[noreturn]] void serve(int socket, const Work& work) {
    for (;;) {
        std::size_t piece = 0;
        const ssize_t got = recv(socket, &piece, sizeof piece, MSG_WAITALL);
        if (got < 0 && errno == EINTR) continue;
        if (got != sizeof piece) break;
        std::string line;
        try {
            line = work(piece) + "\n";
        } catch (const std::bad_alloc&) {
            _exit(no_memory);
        }
        std::fflush(nullptr);
        if (!write_all(socket, line.data(), line.size())) break;
    }
    _exit(0);
}

struct Worker {
    pid_t process = -1;
    int socket = -1;
    std::deque<std::size_t> given;  ///< The first is being done.
    std::string heard;
    Clock::time_point since;  ///< When the first was begun.
    bool late = false;
};

// Who does what, and what waits for its turn to be told.
class Foreman {
  public:
    Foreman(std::size_t count, const Crew& crew, const Work& work)
        : count_(count), crew_(crew), work_(work), ahead_(64 * jobs()) {
        workers_.resize(std::min(jobs(), count));
        for (Worker& worker : workers_) hire(worker);
    }
    Foreman(const Foreman&) = delete;
    ~Foreman() {
        for (const Worker& worker : workers_)
            if (worker.socket >= 0) close(worker.socket);
        // Who is in the middle of a piece that nobody wants any more may end it, if that is soon.
        const bool soon = crew_.stop();
        const Clock::time_point until = Clock::now() + std::chrono::seconds(soon ? 0 : 2);
        for (const Worker& worker : workers_) {
            if (worker.process <= 0) continue;
            while (waitpid(worker.process, nullptr, WNOHANG) == 0) {
                if (Clock::now() > until) kill(worker.process, SIGKILL);
                usleep(1000);
            }
        }
    }
    /// The next piece in order, waited for; nothing if all is to end.
    std::optional<Returned> next() {
        while (ready_.empty() || ready_.begin()->first != told_) {
            hand_out();
            if (crew_.stop()) return std::nullopt;
            listen();
        }
        ++told_;
        return std::move(ready_.extract(ready_.begin()).mapped());
    }

  private:
    // Many at once, so that nobody waits for us; fewer towards the end, so that nobody has all that
    // is left.
    std::size_t at_once() const {
        return std::clamp<std::size_t>((count_ - fresh_) / (8 * jobs()), 2, 32);
    }
    std::size_t jobs() const { return crew_.jobs > 0 ? static_cast<std::size_t>(crew_.jobs) : 1; }
    void hire(Worker& worker);
    void note_lack();
    void hand_out();
    void listen();
    void hear(Worker& worker);
    void replace(Worker& worker);
    int patience() const;

    std::size_t count_;
    Crew crew_;
    const Work& work_;
    std::size_t ahead_;
    std::vector<Worker> workers_;
    std::deque<std::size_t> again_;  ///< Given to a worker that ended before it began them.
    std::size_t fresh_ = 0, told_ = 0;
    std::map<std::size_t, Returned> ready_;
    std::string lack_;  ///< Why the last worker could not be hired.
};

void Foreman::hire(Worker& worker) {
    worker = Worker();
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return note_lack();
    std::fflush(nullptr);
    const pid_t foreman = getpid();
    worker.process = fork();
    if (worker.process == 0) {
#ifdef __linux__
        // In the middle of a piece nobody would hear that the foreman is gone.
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != foreman) _exit(0);
#endif
        // Another's socket kept open here would never tell of our end.
        for (const Worker& other : workers_)
            if (other.socket >= 0) close(other.socket);
        close(ends[0]);
        serve(ends[1], work_);
    }
    if (worker.process < 0) note_lack();
    close(ends[1]);
    worker.socket = ends[0];
    if (worker.process < 0) {
        close(worker.socket);
        worker.socket = -1;
    }
}

void Foreman::note_lack() {
    lack_ = fmt::format("no process can be made to play in: {}",
                        std::generic_category().message(errno));
}

void Foreman::hand_out() {
    bool anybody = false;
    for (std::size_t round = 0; round < at_once(); ++round)
        for (Worker& worker : workers_) {
            if (worker.socket < 0) continue;
            anybody = true;
            if (worker.given.size() > round) continue;
            const bool more = fresh_ < count_ && fresh_ < told_ + ahead_;
            if (again_.empty() && !more) return;
            const std::size_t piece = again_.empty() ? fresh_++ : again_.front();
            if (!again_.empty()) again_.pop_front();
            if (worker.given.empty()) worker.since = Clock::now();
            worker.given.push_back(piece);
            // Where that fails, its end is heard of by the next listening.
            while (send(worker.socket, &piece, sizeof piece, MSG_NOSIGNAL) < 0 && errno == EINTR) {
            }
        }
    if (!anybody) throw NoWorker(lack_);
}

// Milliseconds until somebody is late; -1: nobody ever is.
int Foreman::patience() const {
    if (!crew_.limit) return -1;
    auto least = std::chrono::milliseconds(*crew_.limit);
    for (const Worker& worker : workers_) {
        if (worker.given.empty()) continue;
        const auto left = worker.since + *crew_.limit - Clock::now();
        least = std::min(least, std::chrono::ceil<std::chrono::milliseconds>(left));
    }
    return static_cast<int>(std::clamp<std::int64_t>(least.count(), 0, 60'000));
}

void Foreman::listen() {
    if (!ready_.empty() && ready_.begin()->first == told_) return;
    std::vector<pollfd> ears;
    for (const Worker& worker : workers_) ears.push_back({worker.socket, POLLIN, 0});
    if (poll(ears.data(), ears.size(), patience()) < 0) return;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        Worker& worker = workers_[i];
        if (ears[i].revents != 0) {
            hear(worker);
        } else if (crew_.limit && !worker.given.empty() &&
                   Clock::now() >= worker.since + *crew_.limit) {
            worker.late = true;
            kill(worker.process, SIGKILL);
            replace(worker);
        }
    }
}

void Foreman::hear(Worker& worker) {
    std::array<char, 65536> bytes;
    const ssize_t got = recv(worker.socket, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) return replace(worker);
    std::string_view rest(bytes.data(), static_cast<std::size_t>(got));
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        worker.heard += rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (worker.given.empty()) return replace(worker);
        ready_[worker.given.front()].line = std::exchange(worker.heard, {});
        worker.given.pop_front();
        worker.since = Clock::now();
    }
    worker.heard += rest;
}

// What it was doing is lost; what it had not begun is done by another.
void Foreman::replace(Worker& worker) {
    close(worker.socket);
    worker.socket = -1;
    int status = 0;
    while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
    if (!worker.given.empty()) {
        Returned& lost = ready_[worker.given.front()];
        lost.late = worker.late;
        tell_end(status, lost);
        again_.insert(again_.begin(), worker.given.begin() + 1, worker.given.end());
    }
    if (fresh_ < count_ || !again_.empty())
        hire(worker);
    else
        worker = Worker();
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

std::string Returned::why_lost() const {
    return "the process that played it was ended " + end + (at_fault ? ": a bug in mailtls" : "");
}

void in_processes(std::size_t count, const Crew& crew, const Work& work,
                  const std::function<bool(std::size_t, const Returned&)>& done) {
    if (crew.jobs < 2 || count < 2) {
        for (std::size_t i = 0; i < count && !crew.stop(); ++i) {
            Returned returned;
            returned.line = work(i);
            if (crew.stop()) return;  // it may have been left in its middle
            if (!done(i, returned)) return;
        }
        return;
    }
    Foreman foreman(count, crew, work);
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<Returned> returned = foreman.next();
        if (!returned || !done(i, *returned)) return;
    }
}

void Home::send(const std::string& line) const {
    const std::string whole = line + "\n";
    write_all(out_, whole.data(), whole.size());
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

}  // namespace suite
