#include "sim/tls/floor.hpp"

#include <cstring>

#include "sim/tls/shared_config.hpp"

namespace tls {
namespace {

// One direction: what is written and not yet read.
struct Pipe {
    std::string bytes;
    std::size_t taken = 0;
};

struct End {
    End(const SharedConfig& config, Pipe& reads, Pipe& writes) : in(reads), out(writes) {
        mbedtls_ssl_init(&ssl);
        ENSURE(mbedtls_ssl_setup(&ssl, &config.config) == 0);
        mbedtls_ssl_set_bio(&ssl, this, send, receive, nullptr);
        if (config.client) ENSURE(mbedtls_ssl_set_hostname(&ssl, nullptr) == 0);
    }
    End(const End&) = delete;
    ~End() { mbedtls_ssl_free(&ssl); }

    static int send(void* self, const unsigned char* bytes, std::size_t count) {
        static_cast<End*>(self)->out.bytes.append(reinterpret_cast<const char*>(bytes), count);
        return static_cast<int>(count);
    }
    static int receive(void* self, unsigned char* out, std::size_t room) {
        Pipe& in = static_cast<End*>(self)->in;
        const std::size_t count = std::min(room, in.bytes.size() - in.taken);
        if (count == 0) return MBEDTLS_ERR_SSL_WANT_READ;
        std::memcpy(out, in.bytes.data() + in.taken, count);
        in.taken += count;
        return static_cast<int>(count);
    }
    /// True when the handshake is over.
    bool shake_hands() {
        const int status = mbedtls_ssl_handshake(&ssl);
        ENSURE(status == 0 || status == MBEDTLS_ERR_SSL_WANT_READ);
        return status == 0;
    }
    void pass(std::size_t payload, End& peer) {
        unsigned char bytes[16384];
        ENSURE(payload <= sizeof bytes);
        std::memset(bytes, 'x', payload);
        // A record of TLS 1.3 also holds its own type: it may take less than all.
        for (std::size_t sent = 0; sent < payload;) {
            const int count = mbedtls_ssl_write(&ssl, bytes + sent, payload - sent);
            ENSURE(count > 0);
            sent += static_cast<std::size_t>(count);
        }
        for (std::size_t got = 0; got < payload;) {
            const int count = mbedtls_ssl_read(&peer.ssl, bytes, sizeof bytes);
            const bool ticket = count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
            ENSURE(count > 0 || ticket);
            if (count > 0) got += static_cast<std::size_t>(count);
        }
    }

    Pipe& in;
    Pipe& out;
    mbedtls_ssl_context ssl;
};

}  // namespace

struct Floor::Pair {
    Pair(const SharedConfig& server_config, const SharedConfig& client_config)
        : server(server_config, to_server, to_client),
          client(client_config, to_client, to_server) {}
    Pipe to_server, to_client;
    End server, client;
};

Floor::Floor(Library& library, std::shared_ptr<const SharedConfig> server,
             std::shared_ptr<const SharedConfig> client)
    : library_(library),
      server_(std::move(server)),
      client_(std::move(client)),
      chance_(library.chance("floor")) {}

Floor::~Floor() { release(); }

std::unique_ptr<Floor::Pair> Floor::shake_hands() {
    auto pair = std::make_unique<Pair>(*server_, *client_);
    bool client_done = false;
    bool server_done = false;
    while (!client_done || !server_done) {
        client_done = client_done || pair->client.shake_hands();
        server_done = server_done || pair->server.shake_hands();
    }
    return pair;
}

void Floor::exchange(std::size_t payload) {
    const Library::Use use(library_, chance_);
    const std::unique_ptr<Pair> pair = shake_hands();
    pair->client.pass(payload, pair->server);
    pair->server.pass(payload, pair->client);
}

void Floor::hold() {
    const Library::Use use(library_, chance_);
    held_.push_back(shake_hands());
}

void Floor::release() {
    const Library::Use use(library_, chance_);
    held_.clear();
}

}  // namespace tls
