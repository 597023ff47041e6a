#pragma once
// What cryptography alone costs: the floor of the measurements.
#include <optional>

#include "sim/tls/certificate.hpp"
#include "sim/tls/floor.hpp"

namespace bench {

/// TLS with the keys, versions and ciphers of a town, joined by memory.
class Bare {
  public:
    explicit Bare(tls::Curves curves);
    /// Handshakes with one kibibyte each way.
    void exchange(std::size_t count);
    /// Signatures as a TLS report has one, over one kibibyte each.
    void sign(std::size_t count);

  private:
    core::Loop loop_{core::world_begins};
    tls::Library library_;
    tls::Mint mint_;
    tls::Floor floor_;
    std::optional<tls::SigningKey> key_;  // made when it first signs: that takes time
};

}  // namespace bench
