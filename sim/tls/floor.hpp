#pragma once
// What TLS itself costs: the yardstick of `mailtls bench`.
#include <memory>

#include "sim/tls/channel.hpp"

namespace tls {

/// Two Mbed TLS contexts joined by memory, and nothing else: no loop, no network, no trace.
class Floor {
  public:
    Floor(Library& library, std::shared_ptr<const SharedConfig> server,
          std::shared_ptr<const SharedConfig> client);
    ~Floor();
    /// A whole handshake, then `payload` bytes (at most 16 KiB) each way, then both are freed.
    void exchange(std::size_t payload);
    /// A handshake; the two contexts stay until `release`.
    void hold();
    void release();

  private:
    struct Pair;
    std::unique_ptr<Pair> shake_hands();
    Library& library_;
    std::shared_ptr<const SharedConfig> server_, client_;
    Chance chance_;
    std::vector<std::unique_ptr<Pair>> held_;
};

}  // namespace tls
