#pragma once
// TLS taken apart for people: every byte of a connection, with what it means and what was sealed in
// it (RFC 8446, RFC 5246). Whatever bytes come, it says how far it understood them.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/field.hpp"
#include "sim/trace/ids.hpp"

namespace tls {

using core::Field;
using core::Layer;

/// The id of bytes that could not be understood; `value` says why.
inline constexpr std::string_view not_understood = "tls.not_understood";

/// One record, or clear text before TLS begins.
struct Piece {
    enum class Kind : std::uint8_t { clear, record } kind = Kind::record;
    trace::Way way = trace::Way::to_server;
    std::uint64_t offset = 0;  ///< In all that went this way.
    Layer wire;                ///< As it passed. Of clear text TLS knows no fields.
    /// What was sealed in the record, where the secrets for it are known.
    std::optional<Layer> opened;
    /// A handshake message that this record completes, and earlier ones began.
    std::optional<Layer> whole_message;
};

/// The secrets of sessions by client random (lower-case hex), then by label of the NSS key log.
using Secrets = std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>;

/// Takes one connection apart, as its bytes pass. TLS begins with a record at the beginning of a
/// line, and the other way's with a record at the beginning of a segment.
class Dissector {
  public:
    explicit Dissector(const Secrets& secrets);
    Dissector(const Dissector&) = delete;
    ~Dissector();

    /// What is whole now.
    std::vector<Piece> add(trace::Way way, std::string_view bytes);
    /// What has come of a record that is not whole, for both ways.
    std::vector<Piece> rest();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tls
