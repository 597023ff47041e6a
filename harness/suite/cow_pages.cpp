#include "harness/suite/cow_pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "sim/core/ensure.hpp"

namespace suite {
namespace {

// Of addresses; memory is taken as it is used.
constexpr std::size_t most_kept = std::size_t{1} << 29;
// What lies lowest is written to by each scenario, for it is the language itself: to copy so many
// bytes costs less than what the system asks for each page that is written to.
constexpr std::size_t copied = std::size_t{1} << 19;

std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

class CowPages : public script::Pages {
  public:
    explicit CowPages(char* begin) : begin_(begin) {}
    ~CowPages() override {
        forget_image();
        munmap(begin_, most_kept);
    }
    char* begin() override { return begin_; }
    std::size_t size() const override { return most_kept; }

    bool keep(std::size_t used) override {
        ENSURE(kept_ == 0);
#ifdef MFD_CLOEXEC
        if (used <= copied) return false;
        const int file = memfd_create("mailtls", MFD_CLOEXEC);
        if (file < 0) return false;
        const std::size_t page = page_size();
        const std::size_t rest = (used - copied + page - 1) / page * page;
        const bool kept = move_to(file, rest) && map_image(file, rest);
        close(file);
        if (!kept) return false;
        kept_ = rest;
        restored_ = 0;
        lowest_.assign(begin_, begin_ + copied);
        return true;
#else
        return used == 0;
#endif
    }
    void restore() override {
        if (kept_ == 0) return;
        std::memcpy(begin_, lowest_.data(), copied);
        // Now and then, and less and less often.
        ++restored_;
        if ((restored_ & (restored_ - 1)) == 0) learn();
        for (const Run& run : runs_)
            if (run.use == Use::written)
                std::memcpy(rest() + run.at, image_ + run.at, run.size);
            else
                ENSURE(madvise(rest() + run.at, run.size, MADV_DONTNEED) == 0);
    }
    void forget() override {
        forget_image();
        const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
        ENSURE(mmap(begin_, most_kept, PROT_READ | PROT_WRITE, flags, -1, 0) == begin_);
        kept_ = 0;
    }

  private:
    /// The pages that each scenario writes to are mostly the same: such are copied back, and stay.
    enum class Use : std::uint8_t { written, rarely_written };
    struct Run {
        Use use;
        std::size_t at, size;  ///< Bytes, of what lies beyond what is copied.
    };

    char* rest() { return begin_ + copied; }

    void learn() {
        runs_.clear();
        const std::size_t page = page_size();
        for (std::size_t at = 0; at < kept_; at += page) {
            const bool same = std::memcmp(rest() + at, image_ + at, page) == 0;
            const Use use = same ? Use::rarely_written : Use::written;
            if (runs_.empty() || runs_.back().use != use) runs_.push_back({use, at, 0});
            runs_.back().size += page;
        }
        // Of what was looked at once, only little is looked at again.
        madvise(const_cast<char*>(image_), image_size_, MADV_DONTNEED);
    }

    bool map_image(int file, std::size_t size) {
        void* const image = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
        if (image == MAP_FAILED) return false;
        image_ = static_cast<const char*>(image);
        image_size_ = size;
        return true;
    }
    void forget_image() {
        if (image_ != nullptr) munmap(const_cast<char*>(image_), image_size_);
        image_ = nullptr;
        runs_.clear();
    }

    // Piece by piece, so that there is never much of it twice. Where that ends early, what stands
    // there is the same.
    bool move_to(int file, std::size_t size) {
        constexpr std::size_t most_at_once = std::size_t{1} << 24;
        for (std::size_t at = 0; at < size; at += most_at_once) {
            const std::size_t piece = std::min(most_at_once, size - at);
            if (!write_piece(file, at, piece)) return false;
            void* const place = rest() + at;
            if (mmap(place, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file,
                     static_cast<off_t>(at)) != place)
                return false;
        }
        return true;
    }
    bool write_piece(int file, std::size_t begin, std::size_t size) {
        for (std::size_t at = begin; at < begin + size;) {
            const ssize_t written = write(file, rest() + at, begin + size - at);
            if (written <= 0) return false;
            at += static_cast<std::size_t>(written);
        }
        return true;
    }
    char* begin_;
    std::size_t kept_ = 0;  ///< Beyond what is copied.
    std::size_t restored_ = 0;
    std::vector<char> lowest_;
    const char* image_ = nullptr;  ///< Of the rest.
    std::size_t image_size_ = 0;
    std::vector<Run> runs_;
};

}  // namespace

std::unique_ptr<script::Pages> cow_pages() {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const memory = mmap(nullptr, most_kept, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    return std::make_unique<CowPages>(static_cast<char*>(memory));
}

}  // namespace suite
