#include "sim/tls/key_steps.hpp"

#include "sim/tls/dissect_parts.hpp"
#include "sim/tls/names.hpp"

namespace tls {

using trace::Way;

namespace {

enum Messages : unsigned {
    hello_of_client = 1,
    hello_of_server = 2,
    certificate_chain = 11,
};

unsigned type_of_message(std::string_view message) {
    return static_cast<unsigned char>(message[0]);
}

// RFC 8446 section 4.1.3: a ServerHello in form.
bool is_retry(std::string_view message) {
    constexpr std::size_t version_size = 2;
    return message.size() >= handshake_header_size + version_size &&
           type_of_message(message) == hello_of_server &&
           message.substr(handshake_header_size + version_size).starts_with(hello_retry_random);
}

std::uint64_t number_of(std::string_view bytes) {
    std::uint64_t out = 0;
    for (const char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
    return out;
}

/// Calls `f(id, bytes, field)` for each field, and then for its parts.
template <class F>
void each_field(const std::vector<Field>& fields, std::string_view message, F& f) {
    for (const Field& field : fields) {
        f(field.id, message.substr(field.offset, field.length), field);
        each_field(field.parts, message, f);
    }
}

/// What one message says of the handshake.
class HelloReader {
  public:
    explicit HelloReader(Hellos& out) : out_(out) {}
    void read(const Exchange::Message& message) {
        const std::string_view bytes = message.bytes;
        if (bytes.size() < handshake_header_size) return;
        from_client_ = message.way == Way::to_server;
        const unsigned type = type_of_message(bytes);
        if (type == hello_of_client && from_client_) shares_.clear();
        if (type == certificate_chain && !from_client_) out_.has_certificate = true;
        if (is_retry(bytes)) {
            out_.retried = true;
            return;
        }
        hello_ = type == hello_of_client || type == hello_of_server;
        if (type == hello_of_server) out_.answered = true;
        const auto note = [this](std::string_view id, std::string_view value, const Field& field) {
            this->note(id, value, field);
        };
        const auto fields = dissect_handshake(bytes, out_.is_13 ? Version13::yes : Version13::no);
        each_field(fields, bytes, note);
        if (type == hello_of_server) choose();
    }

  private:
    void note(std::string_view id, std::string_view value, const Field& field) {
        if (hello_) note_hello(id, value, field);
        if (id == "tls.ecdh.named_curve") out_.group = number_of(value);
        if (id == "tls.ecdh.public") (from_client_ ? out_.client_share : out_.server_share) = value;
        // Behind its length: what is sealed for the server, or the client's share (RFC 5246 section
        // 7.4.7).
        if (id == "tls.client_key_exchange.value" && value.size() > 2)
            (has_rsa_key_exchange(out_.suite) ? out_.encrypted_premaster : out_.client_share) =
                value.substr(2);
        if (id == "tls.dh.value") out_.server_share = value;  // the last: p and g come before it
        if (id == "tls.finished.verify_data")
            (from_client_ ? out_.client_finished : out_.server_finished) = value;
    }
    void note_hello(std::string_view id, std::string_view value, const Field& field) {
        if (id == "tls.legacy_version" && from_client_) out_.offered_version = value;
        if (id == "tls.legacy_version" && !from_client_) out_.version = number_of(value);
        if (id == "tls.client_hello.random") out_.client_random = value;
        if (id == "tls.server_hello.random") out_.server_random = value;
        if (id == "tls.session_id.value" && !from_client_) out_.session_id = value;
        if (id == "tls.session_ticket" && from_client_) out_.offered_ticket = value;
        if (id == "tls.cipher_suite" && !from_client_) out_.suite = number_of(value);
        if (id == "tls.supported_versions.version" && !from_client_) {
            out_.version = number_of(value);
            out_.is_13 = out_.version == 0x0304;
        }
        if (id == "tls.key_share.group") group_ = number_of(value);
        if (id == "tls.key_share.key") {
            if (from_client_)
                shares_[group_] = value;
            else
                out_.group = group_, out_.server_share = value;
        }
        note_extension(id, value, field);
    }
    void note_extension(std::string_view id, std::string_view value, const Field& field) {
        if (id == "tls.psk.identity") identities_.emplace_back(value);
        if (id == "tls.psk.binder") binders_.emplace_back(value);
        if (id == "tls.psk.binders") out_.size_without_binders = field.offset;
        if (id == "tls.psk.selected_identity" && !from_client_) selected_ = number_of(value);
        if (id == "tls.extension.type" && !from_client_) {
            if (number_of(value) == 22) out_.encrypt_then_mac = true;
            if (number_of(value) == 23) out_.extended_master = true;
        }
    }
    // What the server took of what the client offered.
    void choose() {
        if (shares_.contains(out_.group)) out_.client_share = shares_[out_.group];
        if (selected_ && *selected_ < identities_.size() && *selected_ < binders_.size()) {
            out_.psk_identity = identities_[*selected_];
            out_.binder = binders_[*selected_];
        }
    }
    Hellos& out_;
    bool from_client_ = false, hello_ = false;
    std::uint64_t group_ = 0;
    std::map<std::uint64_t, std::string> shares_;
    std::vector<std::string> identities_, binders_;
    std::optional<std::uint64_t> selected_;
};

}  // namespace

Hellos hellos_of(const std::vector<Exchange::Message>& messages) {
    Hellos out;
    HelloReader reader(out);
    for (const Exchange::Message& message : messages) reader.read(message);
    return out;
}

std::size_t KeySteps::add(KeyStep step) {
    steps_.push_back(std::move(step));
    return steps_.size() - 1;
}

std::size_t KeySteps::add_sent(std::string_view id, std::string name, const std::string& bytes,
                               std::string_view message, std::string_view clause) {
    return add({id, std::move(name), bytes, message, {}, {}, clause, Knower::everybody});
}

void KeySteps::add_randoms(std::string_view clause) {
    client_random = add_sent("tls.keys.client_random", "client random", hellos_.client_random,
                             "ClientHello", clause);
    server_random = add_sent("tls.keys.server_random", "server random", hellos_.server_random,
                             "ServerHello", clause);
}

std::size_t KeySteps::add_agreement(std::string_view name, std::string_view clause) {
    const bool is_13 = hellos_.is_13;
    const std::size_t mine = add_sent("tls.keys.client_share", "client share", hellos_.client_share,
                                      is_13 ? "ClientHello" : "ClientKeyExchange", clause);
    const std::size_t its = add_sent("tls.keys.server_share", "server share", hellos_.server_share,
                                     is_13 ? "ServerHello" : "ServerKeyExchange", clause);
    const std::size_t client_key = add({"tls.keys.client_private",
                                        "client private key",
                                        exchange_.client_private,
                                        "drawn",
                                        {},
                                        {},
                                        clause,
                                        Knower::client});
    const std::size_t server_key = add({"tls.keys.server_private",
                                        "server private key",
                                        exchange_.server_private,
                                        "drawn",
                                        {},
                                        {},
                                        clause,
                                        Knower::server});
    const std::string_view group = group_name(hellos_.group);
    return add({"tls.keys.shared_secret",
                std::string(name),
                exchange_.agreed,
                group.starts_with("ffdhe") || group.empty() ? "Diffie-Hellman" : "ECDH",
                {},
                {client_key, its, server_key, mine},
                clause,
                Knower::both});
}

std::string KeySteps::transcript(unsigned type, Way way, Last last) const {
    std::string out;
    for (const Exchange::Message& message : exchange_.messages) {
        const std::string_view bytes = message.bytes;
        if (bytes.size() < handshake_header_size) continue;
        const bool ends = type_of_message(bytes) == type && message.way == way;
        const bool retry = is_retry(bytes);
        if (retry) {  // the hash stands for the first ClientHello
            const std::string digest = suite_digest(hellos_.suite, out);
            out = std::string("\xFE\0\0", 3) + static_cast<char>(digest.size()) + digest;
        }
        if (ends && !retry && last == Last::left_out) return out;
        out += bytes;
        if (ends && !retry) return out;
    }
    return {};
}

std::string KeySteps::exported(std::string_view label) const {
    const auto found = exchange_.exported.find(label);
    return found == exchange_.exported.end() ? std::string() : found->second;
}

}  // namespace tls
