#pragma once
// Memory that can be put back as it was.
#include <cstddef>
#include <memory>

namespace script {

/// Some memory at one place.
class Pages {
  public:
    virtual ~Pages() = default;
    virtual char* begin() = 0;
    virtual std::size_t size() const = 0;
    /// From now on `restore` puts the first `used` bytes back as they are; what it costs then
    /// depends on how much of them was changed, not on how many they are. False: that cannot be
    /// done here.
    virtual bool keep(std::size_t used) = 0;
    virtual void restore() = 0;
    /// Keeps no more. What the memory holds then is anything.
    virtual void forget() = 0;
};

/// Who makes them, from now on and for all threads: whoever has an operating system. At first they
/// are a mebibyte of the heap, which cannot be kept; and where `make` gives null.
void make_pages_by(std::unique_ptr<Pages> (*make)());

}  // namespace script
