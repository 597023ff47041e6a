#pragma once
// Mbed TLS as one world sees it: the world's randomness, the world's clock, nothing of the
// machine's.
#include <memory>
#include <string>

#include "sim/core/chance.hpp"
#include "sim/core/loop.hpp"

namespace tls {

using namespace core;

/// Whose arithmetic multiplies points on P-256 and X25519, and makes and checks signatures. The
/// bytes of a run are the same with either.
enum class Curves : std::uint8_t { stock, fast };

/// Is libcrypto built in (CMake option MAILTLS_FAST_ECC)?
bool fast_curves_built_in();
/// "3.6.2", of the library that is linked.
std::string mbedtls_version();

class Library {
  public:
    Library(Loop& loop, const Chance& chance, Curves curves = Curves::fast);
    Library(const Library&) = delete;

    /// A stream of randomness of its own for `name`.
    Chance chance(std::string_view name) const { return chance_.child(name); }
    Loop& loop() { return loop_; }
    Curves curves() const { return curves_; }

    /// While it lives, Mbed TLS on this thread draws from `chance` and reads this world's clock.
    /// They nest.
    class Use {
      public:
        Use(Library& library, Chance& chance);
        Use(const Use&) = delete;
        ~Use();

      private:
        Library* outer_library_;
        Chance* outer_chance_;
    };

  private:
    friend struct Hooks;
    Loop& loop_;
    Chance chance_;
    Chance blinding_;  // Drawn by some builds and not by others: so nothing else draws from it.
    Curves curves_;
};

/// Mbed TLS's hooks read these; nobody else does.
struct Hooks {
    static int random(void* unused, unsigned char* out, std::size_t size);
    static int blinding(void* unused, unsigned char* out, std::size_t size);
    static Curves curves();
};

}  // namespace tls
