#pragma once
// What a picture of all that happened can say of handshake messages that crossed sealed: a trace
// has the secrets of its sessions.
#include <map>
#include <string>

#include "sim/trace/trace.hpp"

namespace visualize {

/// Sealed messages of TLS 1.3 (RFC 8446 section 2), up to the client's Finished.
class Handshakes {
  public:
    struct Sealed {
        std::string messages;  ///< "EncryptedExtensions, Certificate, CertificateVerify, Finished".
        std::string certificate;  ///< The names that one of them is for: "mx.bob.example".
    };
    explicit Handshakes(const trace::Trace& trace);
    /// Of those that are whole with this event, which sent bytes. Empty where there are none, or
    /// where the trace has no keys to them.
    const Sealed& sent_in(trace::EventId event) const;

  private:
    std::map<trace::EventId, Sealed> sent_;
};

}  // namespace visualize
