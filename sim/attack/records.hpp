#pragma once
// Acts on TLS records, without a key to them (RFC 8446 section 5).
#include "sim/attack/filter.hpp"
#include "sim/tls/records.hpp"

namespace attack {

enum class RecordKind : std::uint8_t {
    any,
    client_hello,
    server_hello,
    handshake,
    change_cipher_spec,
    alert,
    application_data,
};

/// The records of one way, each with its kind.
class RecordReader {
  public:
    struct Record {
        RecordKind kind;  ///< client_hello and server_hello before handshake.
        std::string bytes;
    };
    struct Found {
        std::string clear;            ///< Text before the first record.
        std::vector<Record> records;  ///< Those that are whole now.
    };
    Found add(std::string_view bytes);
    /// What has come of a record that is not whole.
    const std::string& rest() const { return splitter_.rest(); }
    std::string take_rest() { return splitter_.take_rest(); }

  private:
    tls::RecordSplitter splitter_;
    int hellos_ = 0;  ///< Records before this one that were no alert.
};
bool fits(RecordKind wanted, RecordKind is);

/// Changes one record of a kind (A26), or does it over (A27).
class Tampers final : public Act {
  public:
    enum class How : std::uint8_t { flips, doubles, swaps, drops };
    /// The `number`-th of its kind, from 1. `byte`: offset from the record's first byte, from its
    /// last one when negative; `bit` 0 to 7.
    Tampers(RecordKind kind, int number, How how, int byte, int bit)
        : kind_(kind), number_(number), how_(how), byte_(byte), bit_(bit) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;

  private:
    friend class TampersFilter;
    RecordKind kind_;
    int number_;
    How how_;
    int byte_, bit_;
};

/// Edits the ClientHello, so that the two settle for less (A22, A23).
class Downgrades final : public Act {
  public:
    /// No version above `version` (0x0303 is TLS 1.2); or, when it is 0, `ciphers` alone.
    Downgrades(int version, std::vector<int> ciphers)
        : version_(version), ciphers_(std::move(ciphers)) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;

  private:
    friend class DowngradesFilter;
    int version_;
    std::vector<int> ciphers_;
};

/// A ClientHello record with the versions above `version` taken away, or with `ciphers` alone; as
/// it was when it cannot be read.
std::string lowered_hello(const std::string& record, int version, const std::vector<int>& ciphers);

}  // namespace attack
