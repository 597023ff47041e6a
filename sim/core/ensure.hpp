#pragma once
// ENSURE is for our own bugs only. It is always on. What a peer or an author can cause is a
// Failure, never this.

namespace core {

/// Called when a promise of ours does not hold. The program that links `sim` defines it: `sim`
/// prints nothing.
[[noreturn]] void ensure_failed(const char* what, const char* file, int line);

}  // namespace core

#define ENSURE(condition) \
    ((condition) ? static_cast<void>(0) : ::core::ensure_failed(#condition, __FILE__, __LINE__))
