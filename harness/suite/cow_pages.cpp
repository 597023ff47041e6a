#include "harness/suite/cow_pages.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "sim/core/ensure.hpp"

namespace suite {
namespace {

// Of addresses; memory is taken as it is used.
constexpr std::size_t most = std::size_t{1} << 29;

// Pages, by their numbers from the first that is kept.
struct Run {
    std::size_t first, count;
};

// The pages that nearly everybody writes to: the language's own tables, and Lua's table of strings.
// The system asks more for each page that is written to anew than to copy it costs. Who they are is
// learnt from the first that play; whoever is missed costs a little, and is put back all the same.
class Hot {
  public:
    explicit Hot(std::size_t pages) : written_(pages) {}
    bool knows() const { return rounds_ == lessons; }
    const std::vector<Run>& runs() const { return runs_; }

    /// What stands at `begin` has been played on. Linux's own description: Documentation/
    /// admin-guide/mm/pagemap.rst; a page of its own is none of a file any more.
    void learn(const char* begin, std::size_t page) {
        constexpr std::uint64_t present = std::uint64_t{1} << 63, swapped = std::uint64_t{1} << 62,
                                of_a_file = std::uint64_t{1} << 61;
        std::vector<std::uint64_t> flags(written_.size());
        const std::size_t size = flags.size() * sizeof flags[0];
        const auto at = reinterpret_cast<std::uintptr_t>(begin) / page * sizeof flags[0];
        const int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
        if (file < 0) return finish();
        const bool whole =
            pread(file, flags.data(), size, static_cast<off_t>(at)) == static_cast<ssize_t>(size);
        close(file);
        if (!whole) return finish();
        for (std::size_t i = 0; i < flags.size(); ++i)
            if ((flags[i] & (present | swapped)) != 0 && (flags[i] & of_a_file) == 0) ++written_[i];
        if (++rounds_ == lessons) finish();
    }

  private:
    static constexpr unsigned lessons = 16, often = 3;
    void finish() {
        rounds_ = lessons;
        for (std::size_t i = 0; i < written_.size(); ++i) {
            if (written_[i] < often) continue;
            if (!runs_.empty() && runs_.back().first + runs_.back().count == i)
                ++runs_.back().count;
            else
                runs_.push_back({i, 1});
        }
    }
    std::vector<std::uint8_t> written_;  ///< In how many of the lessons.
    unsigned rounds_ = 0;
    std::vector<Run> runs_;
};

class CowPages : public script::Pages {
  public:
    explicit CowPages(char* begin) : begin_(begin) {}
    ~CowPages() override {
        drop_image();
        munmap(begin_, most);
    }
    char* begin() override { return begin_; }
    std::size_t size() const override { return most; }

    bool keep(std::size_t used) override {
        ENSURE(kept_ == 0);
#ifdef MFD_CLOEXEC
        const int file = memfd_create("mailtls", MFD_CLOEXEC);
        if (file < 0) return false;
        const std::size_t whole = (used + page_ - 1) / page_ * page_;
        const bool kept =
            write_whole(file, whole) && show_image(file, whole) &&
            mmap(begin_, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0) == begin_;
        close(file);
        if (kept) kept_ = whole;
        if (!kept) drop_image();
        hot_ = Hot(kept_ / page_);
        return kept;
#else
        return used == 0;
#endif
    }
    void restore() override {
        if (kept_ == 0) return;
        if (!hot_.knows()) {
            hot_.learn(begin_, page_);
            drop(0, kept_ / page_);
            return;
        }
        std::size_t next = 0;
        for (const Run& run : hot_.runs()) {
            drop(next, run.first);
            next = run.first + run.count;
            std::memcpy(begin_ + run.first * page_, image_ + run.first * page_, run.count * page_);
        }
        drop(next, kept_ / page_);
    }
    void forget() override {
        const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
        ENSURE(mmap(begin_, most, PROT_READ | PROT_WRITE, flags, -1, 0) == begin_);
        drop_image();
        kept_ = 0;
    }

  private:
    bool write_whole(int file, std::size_t size) const {
        for (std::size_t at = 0; at < size;) {
            const ssize_t written = write(file, begin_ + at, size - at);
            if (written <= 0) return false;
            at += static_cast<std::size_t>(written);
        }
        return true;
    }
    bool show_image(int file, std::size_t size) {
        void* const shown = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
        if (shown == MAP_FAILED) return false;
        image_ = static_cast<const char*>(shown);
        image_size_ = size;
        return true;
    }
    void drop_image() {
        if (image_ != nullptr) munmap(const_cast<char*>(image_), image_size_);
        image_ = nullptr;
    }
    // What was written to these pages; they are those of the file again.
    void drop(std::size_t first, std::size_t end) const {
        if (first == end) return;
        ENSURE(madvise(begin_ + first * page_, (end - first) * page_, MADV_DONTNEED) == 0);
    }

    const std::size_t page_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    char* begin_;
    const char* image_ = nullptr;  ///< What was kept.
    std::size_t image_size_ = 0, kept_ = 0;
    Hot hot_{0};
};

}  // namespace

std::unique_ptr<script::Pages> cow_pages() {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const memory = mmap(nullptr, most, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    return std::make_unique<CowPages>(static_cast<char*>(memory));
}

}  // namespace suite
