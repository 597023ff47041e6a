#pragma once
// What the paths of TLS 1.2 and 1.3 are built with.
#include "sim/tls/negotiation.hpp"
#include "sim/tls/record_keys.hpp"

namespace tls {

class KeySteps {
  public:
    KeySteps(const Exchange& exchange, const Hellos& hellos)
        : exchange_(exchange), hellos_(hellos) {}
    std::vector<KeyStep> take() { return std::move(steps_); }

    std::size_t add(KeyStep step);
    const std::string& value(std::size_t step) const { return steps_[step].value; }
    KeyStep& at(std::size_t step) { return steps_[step]; }
    /// Something that a message says.
    std::size_t add_sent(std::string_view id, std::string name, const std::string& value,
                         std::string_view message, std::string_view clause);
    /// Randoms.
    void add_randoms(std::string_view clause);
    /// Shares, their private keys, and what both ends make of them; which step that is.
    std::size_t add_agreement(std::string_view name, std::string_view clause);
    /// The messages so far that count, as the transcript has them: those before the first one of
    /// `type` that goes `way`, or with it (RFC 8446 section 4.4.1).
    enum class Last : std::uint8_t { left_out, included };
    std::string transcript(unsigned type, trace::Way way, Last last) const;
    /// What Mbed TLS told under `label`; empty: nothing.
    std::string exported(std::string_view label) const;

    std::size_t client_random = 0, server_random = 0;

  protected:
    const Exchange& exchange_;
    const Hellos& hellos_;

  private:
    std::vector<KeyStep> steps_;
};

}  // namespace tls
