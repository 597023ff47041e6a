#pragma once
// Sessions of TLS 1.2 as somebody reads them who has recorded their bytes and holds the server's
// private key. With RSA key exchange (RFC 5246 section 7.4.7.1) that is enough; with an ephemeral
// one, and so in TLS 1.3, it is not (RFC 9325 section 4.1).
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sim/tls/record_keys.hpp"
#include "sim/tls/records.hpp"

namespace tls {

/// A private key that reads what was encrypted with its public one.
class DecryptionKey {
  public:
    /// DER. A key that is none of RSA decrypts nothing.
    explicit DecryptionKey(std::string_view der);
    DecryptionKey(const DecryptionKey&) = delete;
    ~DecryptionKey();
    /// RSAES-PKCS1-v1_5 (RFC 8017 section 7.2.2). Empty where the bytes are not for this key. It
    /// draws nothing: whoever recorded the bytes hides from nobody how long it takes.
    std::string decrypt(std::string_view encrypted) const;

  private:
    struct Numbers;
    std::unique_ptr<Numbers> numbers_;
};

/// Master secrets by what a later session names them by: a ticket (RFC 5077) or a session's id.
using MasterSecrets = std::map<std::string, std::string, std::less<>>;

/// What each side said inside TLS.
struct SaidInside {
    std::string by_client, by_server;
    bool empty() const { return by_client.empty() && by_server.empty(); }
};

/// One connection, from its beginning, in clear text too. What he finds out goes into `masters`,
/// and sessions that are resumed are read by what is there. Both are borrowed.
class Overheard {
  public:
    Overheard(const DecryptionKey& key, MasterSecrets& masters) : key_(key), masters_(masters) {}
    /// The next bytes of one side, in whichever order the sides are told; what can be read now, of
    /// either side. Records that do not open, and those behind them, are left out.
    SaidInside add(Writer writer, std::string_view bytes);

  private:
    struct Side {
        RecordSplitter records;
        std::string messages;    ///< Of the handshake, not whole yet.
        std::string transcript;  ///< Messages up to ClientKeyExchange and ServerHelloDone.
        bool sealed = false;     ///< Behind ChangeCipherSpec.
        std::string waiting;     ///< Sealed records, while there are no keys.
        std::unique_ptr<RecordKeys> keys;
    };
    void take(Writer writer, std::string_view record);
    void note_client(std::string_view message);
    void note_server(std::string_view message);
    void note_client_hello(std::string_view body);
    void note_server_hello(std::string_view body);
    void find_master();
    void remember();
    std::string open(Side& side);
    void give_up();

    const DecryptionKey& key_;
    MasterSecrets& masters_;
    Side client_, server_;
    Session12 session_;
    std::string hello_;  ///< The ClientHello, whole.
    std::string offered_version_, offered_id_, offered_ticket_, session_id_, ticket_, encrypted_;
    bool extended_master_ = false;  ///< RFC 7627.
    bool full_ = false;             ///< A certificate was shown: nothing was resumed.
    bool server_done_ = false;
    bool given_up_ = false;
};

}  // namespace tls
