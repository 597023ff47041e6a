#pragma once
// What somebody on a path reads with a stolen private key.
#include <map>
#include <string>

#include "sim/attack/interception.hpp"
#include "sim/tls/overheard.hpp"

namespace attack {

/// One key in a watcher's hands. He has recorded all that passed him: the trace.
class KeyTheft {
  public:
    KeyTheft(const Lab& lab, HostId thief, HostId whose, const std::string& key);
    KeyTheft(const KeyTheft&) = delete;
    const std::string& key() const { return der_; }
    /// Reads the bytes that passed him since, or all of them at first, and tells what he could open
    /// of them, each time when the bytes stand in the trace.
    void read_on();

  private:
    void hear(trace::ConnectionId connection, Way way, std::string_view bytes);
    void tell(trace::ConnectionId connection, Way way, const std::string& text);

    Lab lab_;
    HostId thief_;
    std::string_view owner_;  ///< Its title, as the trace has it.
    std::string der_;
    tls::DecryptionKey key_;
    tls::MasterSecrets masters_;
    std::map<trace::ConnectionId, tls::Overheard> connections_;
    trace::EventId read_ = 0;
};

}  // namespace attack
