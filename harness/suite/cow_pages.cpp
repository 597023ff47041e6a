#include "harness/suite/cow_pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "sim/core/ensure.hpp"

namespace suite {
namespace {

// Of addresses; memory is taken as it is used.
constexpr std::size_t most = std::size_t{1} << 29;
// What lies lowest is written to by each scenario, for it is the language itself: to copy so many
// bytes costs less than what the system asks for each page that is written to.
constexpr std::size_t copied = std::size_t{1} << 19;

class CowPages : public script::Pages {
  public:
    explicit CowPages(char* begin) : begin_(begin) {}
    ~CowPages() override { munmap(begin_, most); }
    char* begin() override { return begin_; }
    std::size_t size() const override { return most; }

    bool keep(std::size_t used) override {
        ENSURE(kept_ == 0);
#ifdef MFD_CLOEXEC
        if (used <= copied) return false;
        const int file = memfd_create("mailtls", MFD_CLOEXEC);
        if (file < 0) return false;
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        const std::size_t rest = (used - copied + page - 1) / page * page;
        const bool kept =
            write_rest(file, rest) && mmap(begin_ + copied, rest, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_FIXED, file, 0) == begin_ + copied;
        close(file);
        if (!kept) return false;
        kept_ = rest;
        lowest_.assign(begin_, begin_ + copied);
        return true;
#else
        return used == 0;
#endif
    }
    void restore() override {
        if (kept_ == 0) return;
        std::memcpy(begin_, lowest_.data(), copied);
        ENSURE(madvise(begin_ + copied, kept_, MADV_DONTNEED) == 0);
    }
    void forget() override {
        const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
        ENSURE(mmap(begin_, most, PROT_READ | PROT_WRITE, flags, -1, 0) == begin_);
        kept_ = 0;
    }

  private:
    bool write_rest(int file, std::size_t size) const {
        for (std::size_t at = 0; at < size;) {
            const ssize_t written = write(file, begin_ + copied + at, size - at);
            if (written <= 0) return false;
            at += static_cast<std::size_t>(written);
        }
        return true;
    }
    char* begin_;
    std::size_t kept_ = 0;  ///< Beyond what is copied.
    std::vector<char> lowest_;
};

}  // namespace

std::unique_ptr<script::Pages> cow_pages() {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const memory = mmap(nullptr, most, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    return std::make_unique<CowPages>(static_cast<char*>(memory));
}

}  // namespace suite
