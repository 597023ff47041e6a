#include "sim/tls/overheard.hpp"

#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>

#include "sim/tls/dissect_parts.hpp"
#include "sim/tls/identity.hpp"

namespace tls {
namespace {

enum class RecordType : unsigned char {
    change_cipher_spec = 20,
    handshake = 22,
    application_data = 23,
};
enum class MessageType : unsigned char {
    hello_request = 0,
    client_hello = 1,
    server_hello = 2,
    new_session_ticket = 4,
    certificate = 11,
    server_hello_done = 14,
    client_key_exchange = 16,
};
template <class Type>
Type type_of(std::string_view bytes) {
    return static_cast<Type>(bytes[0]);
}

constexpr std::uint64_t encrypt_then_mac_extension = 22, extended_master_extension = 23,
                        session_ticket_extension = 35;
constexpr std::string_view tls12_on_the_wire = "\x03\x03";

// Reads from the front; past the end, all is empty or 0.
class Front {
  public:
    explicit Front(std::string_view bytes) : rest_(bytes) {}
    std::string_view bytes(std::size_t size) {
        const std::string_view out = rest_.substr(0, size);
        rest_.remove_prefix(out.size());
        return out;
    }
    std::uint64_t number(std::size_t size) {
        std::uint64_t out = 0;
        for (const char c : bytes(size)) out = out << 8 | static_cast<unsigned char>(c);
        return out;
    }
    /// A vector behind its length of so many bytes.
    std::string_view vector(std::size_t size) { return bytes(number(size)); }
    bool empty() const { return rest_.empty(); }

  private:
    std::string_view rest_;
};

template <class F>
void each_extension(std::string_view list, F f) {
    for (Front in(list); !in.empty();) {
        const std::uint64_t type = in.number(2);
        f(type, in.vector(2));
    }
}

std::string by_ticket(std::string_view ticket) { return "ticket " + std::string(ticket); }
std::string by_id(std::string_view id) { return "id " + std::string(id); }

}  // namespace

// ---- the key

struct DecryptionKey::Numbers {
    Numbers() {
        mbedtls_mpi_init(&modulus);
        mbedtls_mpi_init(&exponent);
    }
    Numbers(const Numbers&) = delete;
    ~Numbers() {
        mbedtls_mpi_free(&modulus);
        mbedtls_mpi_free(&exponent);
    }
    mbedtls_mpi modulus, exponent;
};

DecryptionKey::DecryptionKey(std::string_view der) {
    PrivateKey key;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(der.data());
    if (mbedtls_pk_parse_key(&key.context, bytes, der.size(), nullptr, 0, nullptr, nullptr) != 0 ||
        mbedtls_pk_get_type(&key.context) != MBEDTLS_PK_RSA)
        return;
    auto numbers = std::make_unique<Numbers>();
    if (mbedtls_rsa_export(mbedtls_pk_rsa(key.context), &numbers->modulus, nullptr, nullptr,
                           &numbers->exponent, nullptr) == 0)
        numbers_ = std::move(numbers);
}
DecryptionKey::~DecryptionKey() = default;

std::string DecryptionKey::decrypt(std::string_view encrypted) const {
    if (!numbers_) return {};
    const std::size_t size = mbedtls_mpi_size(&numbers_->modulus);
    if (encrypted.size() != size) return {};
    mbedtls_mpi number;
    mbedtls_mpi_init(&number);
    std::string out(size, '\0');
    const bool done =
        mbedtls_mpi_read_binary(&number, reinterpret_cast<const unsigned char*>(encrypted.data()),
                                size) == 0 &&
        mbedtls_mpi_cmp_mpi(&number, &numbers_->modulus) < 0 &&
        mbedtls_mpi_exp_mod(&number, &number, &numbers_->exponent, &numbers_->modulus, nullptr) ==
            0 &&
        mbedtls_mpi_write_binary(&number, reinterpret_cast<unsigned char*>(out.data()), size) == 0;
    mbedtls_mpi_free(&number);
    // 00 02, at least eight bytes that are not 0, a 0, the message.
    constexpr std::size_t shortest_padding = 8;
    if (!done || !out.starts_with(std::string_view("\0\2", 2))) return {};
    const std::size_t end = out.find('\0', 2);
    if (end == std::string::npos || end < 2 + shortest_padding) return {};
    return out.substr(end + 1);
}

// ---- the handshake

void Overheard::give_up() {
    given_up_ = true;
    for (Side* const side : {&client_, &server_}) {
        side->messages.clear();
        side->transcript.clear();
        side->waiting.clear();
    }
}

void Overheard::note_client_hello(std::string_view body) {
    Front in(body);
    offered_version_ = in.bytes(2);
    session_.client_random = in.bytes(32);
    offered_id_ = in.vector(1);
    in.vector(2);  // cipher suites
    in.vector(1);  // compression
    each_extension(in.vector(2), [&](std::uint64_t type, std::string_view data) {
        if (type == session_ticket_extension) offered_ticket_ = data;
    });
}

void Overheard::note_server_hello(std::string_view body) {
    Front in(body);
    const std::string_view version = in.bytes(2);
    session_.server_random = in.bytes(32);
    session_id_ = in.vector(1);
    session_.suite = in.number(2);
    in.bytes(1);  // compression
    each_extension(in.vector(2), [&](std::uint64_t type, std::string_view) {
        if (type == encrypt_then_mac_extension) session_.encrypt_then_mac = true;
        if (type == extended_master_extension) extended_master_ = true;
    });
    // A ServerHello of TLS 1.3 has the same version, and a suite of its own.
    if (version != tls12_on_the_wire || !has_rsa_key_exchange(session_.suite)) give_up();
}

void Overheard::note_client(std::string_view message) {
    const std::string_view body = message.substr(handshake_header_size);
    switch (type_of<MessageType>(message)) {
        case MessageType::client_hello:
            note_client_hello(body);
            hello_ = message;
            return;
        case MessageType::client_key_exchange: encrypted_ = Front(body).vector(2); break;
        default: break;
    }
    client_.transcript += message;
}

void Overheard::note_server(std::string_view message) {
    const std::string_view body = message.substr(handshake_header_size);
    switch (type_of<MessageType>(message)) {
        case MessageType::hello_request: return;  // in no transcript (RFC 5246 section 7.4.1.1)
        case MessageType::server_hello: note_server_hello(body); break;
        case MessageType::certificate: full_ = true; break;
        case MessageType::server_hello_done: server_done_ = true; break;
        case MessageType::new_session_ticket: {
            Front in(body);
            in.number(4);  // how long it counts
            ticket_ = in.vector(2);
            return;
        }
        default: break;
    }
    server_.transcript += message;
}

void Overheard::take(Writer writer, std::string_view record) {
    Side& side = writer == Writer::client ? client_ : server_;
    if (side.sealed) {
        side.waiting += record;
        return;
    }
    const auto type = type_of<RecordType>(record);
    if (type == RecordType::change_cipher_spec) side.sealed = true;
    if (type != RecordType::handshake) return;
    side.messages += record.substr(record_header_size);
    std::string_view rest = side.messages;
    while (rest.size() >= handshake_header_size && rest.size() >= handshake_size(rest)) {
        const std::string_view message = rest.substr(0, handshake_size(rest));
        rest.remove_prefix(message.size());
        if (writer == Writer::client && encrypted_.empty())
            note_client(message);
        else if (writer == Writer::server)
            note_server(message);
        if (given_up_) return;
    }
    side.messages = std::string(rest);
}

// RFC 5246 section 8.1; of a session that is resumed, section 7.3 and RFC 5077 section 3.1.
void Overheard::find_master() {
    if (!session_.master.empty() || session_.server_random.empty()) return;
    if (full_) {
        if (encrypted_.empty() || !server_done_ || hello_.empty()) return;
        const std::string premaster = key_.decrypt(encrypted_);
        constexpr std::size_t premaster_size = 48;
        // It begins with the version that the client offered.
        if (premaster.size() != premaster_size || !premaster.starts_with(offered_version_))
            return give_up();
        session_.master = extended_master_
                              ? extended_master12(session_, premaster,
                                                  hello_ + server_.transcript + client_.transcript)
                              : master12(session_, premaster);
    } else if (server_.sealed && !hello_.empty()) {
        auto known =
            offered_ticket_.empty() ? masters_.end() : masters_.find(by_ticket(offered_ticket_));
        if (known == masters_.end() && !session_id_.empty() && session_id_ == offered_id_)
            known = masters_.find(by_id(session_id_));
        if (known == masters_.end()) return give_up();
        session_.master = known->second;
    }
    if (session_.master.empty()) return;
    client_.keys = keys12(session_, Writer::client);
    server_.keys = keys12(session_, Writer::server);
    if (!client_.keys || !server_.keys) give_up();
}

void Overheard::remember() {
    if (session_.master.empty()) return;
    if (!ticket_.empty()) masters_[by_ticket(ticket_)] = session_.master;
    if (!session_id_.empty()) masters_[by_id(session_id_)] = session_.master;
}

std::string Overheard::open(Side& side) {
    std::string out;
    if (!side.keys) return out;
    std::string_view rest = side.waiting;
    while (!rest.empty()) {
        const std::string_view record =
            rest.substr(0, record_header_size + Front(rest.substr(3, 2)).number(2));
        rest.remove_prefix(record.size());
        const std::optional<std::string> content = side.keys->open(record);
        if (content && type_of<RecordType>(record) == RecordType::application_data) out += *content;
    }
    side.waiting.clear();
    return out;
}

SaidInside Overheard::add(Writer writer, std::string_view bytes) {
    if (given_up_) return {};
    Side& side = writer == Writer::client ? client_ : server_;
    for (const std::string& record : side.records.add(bytes).records) {
        take(writer, record);
        if (given_up_) return {};
    }
    find_master();
    if (given_up_) return {};
    remember();
    SaidInside out;
    out.by_client = open(client_);
    out.by_server = open(server_);
    return out;
}

}  // namespace tls
