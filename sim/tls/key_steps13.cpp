// The key schedule of TLS 1.3 (RFC 8446 section 7.1), with the values of one handshake.
#include "sim/tls/dissect_parts.hpp"
#include "sim/tls/key_steps.hpp"

namespace tls {

using trace::Way;

namespace {

constexpr std::string_view schedule_clause = "RFC 8446 section 7.1",
                           traffic_clause = "RFC 8446 section 7.3",
                           confirmation_clause = "RFC 8446 section 4.4.4",
                           hashes_clause = "RFC 8446 section 4.4.1",
                           binders_clause = "RFC 8446 section 4.2.11.2",
                           tickets_clause = "RFC 8446 section 4.6.1";
constexpr std::string_view expand_words = "HKDF-Expand-Label", extract_words = "HKDF-Extract";
constexpr unsigned server_hello_type = 2, finished_type = 20;

class Schedule13 : public KeySteps {
  public:
    using KeySteps::KeySteps;
    std::vector<KeyStep> steps() {
        add_randoms("RFC 8446 section 4.1.2");
        shared_ = add_agreement("shared secret", "RFC 8446 section 7.4");
        proven_ = leads_to_what_was_told();
        if (!proven_) at(shared_).value.clear();
        early();
        of_the_handshake();
        of_the_application();
        return take();
    }

  private:
    struct Traffic {
        std::string_view id, name, label, exported;
    };
    std::string digest(std::string_view messages) const {
        return messages.empty() ? std::string() : suite_digest(hellos_.suite, messages);
    }
    std::string zeros() const { return std::string(suite_digest(hellos_.suite, {}).size(), '\0'); }
    std::string expanded(const std::string& secret, std::string_view label,
                         std::string_view context, std::size_t size) const {
        return secret.empty() ? std::string()
                              : hkdf_expand_label(hellos_.suite, secret, label, context, size);
    }
    std::string derived(const std::string& secret, std::string_view label,
                        std::string_view context) const {
        if (context.empty()) return {};
        return expanded(secret, label, context, context.size());
    }
    std::string extracted(const std::string& salt, const std::string& secret) const {
        if (salt.empty() || secret.empty()) return {};
        return hkdf_extract(hellos_.suite, salt, secret);
    }
    bool with_psk() const { return !hellos_.psk_identity.empty(); }
    std::string early_secret() const {
        if (with_psk() && exchange_.earlier.empty()) return {};
        return hkdf_extract(hellos_.suite, zeros(), with_psk() ? exchange_.earlier : zeros());
    }
    // Is what would be computed what Mbed TLS computed?
    bool leads_to_what_was_told() const {
        const std::string salt = derived(early_secret(), "derived", digest_of_nothing());
        const std::string found =
            derived(extracted(salt, value(shared_)), "c hs traffic", digest(to_server_hello()));
        return !found.empty() && found == exported("CLIENT_HANDSHAKE_TRAFFIC_SECRET");
    }
    std::string digest_of_nothing() const { return suite_digest(hellos_.suite, {}); }
    std::string to_server_hello() const {
        return transcript(server_hello_type, Way::to_client, Last::included);
    }

    void early() {
        if (with_psk()) {
            psk_ = add({"tls.keys.psk",
                        "PSK of the ticket",
                        proven_ ? exchange_.earlier : "",
                        expand_words,
                        "resumption",
                        {},
                        tickets_clause,
                        Knower::both});
            early_ = add({"tls.keys.early_secret",
                          "early secret",
                          proven_ ? early_secret() : std::string(),
                          extract_words,
                          {},
                          {*psk_},
                          schedule_clause,
                          Knower::both});
            binder();
        } else {
            early_ = add({"tls.keys.early_secret",
                          "early secret",
                          early_secret(),
                          extract_words,
                          {},
                          {},
                          schedule_clause,
                          Knower::everybody});
        }
        derived_ = add({"tls.keys.derived",
                        "salt of the handshake secret",
                        derived(value(early_), "derived", digest_of_nothing()),
                        expand_words,
                        "derived",
                        {early_},
                        schedule_clause,
                        with_psk() ? Knower::both : Knower::everybody});
    }
    // The client proves with the hello that it has the PSK.
    void binder() {
        const std::string key = derived(value(early_), "res binder", digest_of_nothing());
        const std::size_t base = add({"tls.keys.binder_key",
                                      "binder key",
                                      key,
                                      expand_words,
                                      "res binder",
                                      {early_},
                                      schedule_clause,
                                      Knower::both});
        const std::string finished = expanded(key, "finished", {}, key.size());
        std::string hello = transcript(1, Way::to_server, Last::included);
        hello.resize(std::min(hello.size(), hellos_.size_without_binders));
        KeyStep sent{"tls.keys.binder", "binder",         hellos_.binder, "ClientHello", {}, {base},
                     binders_clause,    Knower::everybody};
        sent.confirmed = !finished.empty() && !hellos_.retried &&
                         suite_hmac(hellos_.suite, finished, digest(hello)) == hellos_.binder;
        add(std::move(sent));
    }

    std::size_t add_hash(std::string_view id, std::string name, std::string bytes,
                         std::vector<std::size_t> from, Knower knower) {
        return add({id,
                    std::move(name),
                    std::move(bytes),
                    "Transcript-Hash",
                    {},
                    std::move(from),
                    hashes_clause,
                    knower});
    }

    /// A traffic secret, with the keys that follow.
    std::size_t add_traffic(const Traffic& its, std::size_t secret, std::size_t hash) {
        const std::string told = exported(its.exported);
        const std::string found = derived(value(secret), its.label, value(hash));
        KeyStep step{its.id,
                     std::string(its.name),
                     told.empty() ? found : told,
                     expand_words,
                     its.label,
                     {secret, hash},
                     schedule_clause,
                     Knower::both};
        step.confirmed = !told.empty();
        const std::size_t at = add(std::move(step));
        add_key("tls.keys.write_key", "key", at, "key", write_key_size(hellos_.suite));
        add_key("tls.keys.write_iv", "iv", at, "iv", 12);
        return at;
    }
    void add_key(std::string_view id, std::string name, std::size_t secret, std::string_view label,
                 std::size_t size) {
        add({id,
             std::move(name),
             expanded(value(secret), label, {}, size),
             expand_words,
             label,
             {secret},
             traffic_clause,
             Knower::both});
    }
    /// The key of a Finished, and what it says.
    void add_finished(std::string_view whose, std::size_t secret, Way way,
                      const std::string& said) {
        const std::string key = expanded(value(secret), "finished", {}, digest_of_nothing().size());
        const std::size_t base = add({"tls.keys.finished_key",
                                      "finished key",
                                      key,
                                      expand_words,
                                      "finished",
                                      {secret},
                                      confirmation_clause,
                                      Knower::both});
        if (said.empty()) return;
        const std::string before = transcript(finished_type, way, Last::left_out);
        KeyStep step{"tls.keys.verify_data", std::string(whose), said, "HMAC", {}, {base},
                     confirmation_clause,    Knower::both};
        step.confirmed = !key.empty() && suite_hmac(hellos_.suite, key, digest(before)) == said;
        add(std::move(step));
    }

    void of_the_handshake() {
        handshake_ = add({"tls.keys.handshake_secret",
                          "handshake secret",
                          extracted(value(derived_), value(shared_)),
                          extract_words,
                          {},
                          {derived_, shared_},
                          schedule_clause,
                          Knower::both});
        const std::size_t hash =
            add_hash("tls.keys.hello_hash", "hash of ClientHello to ServerHello",
                     digest(to_server_hello()), {client_random, server_random}, Knower::everybody);
        const std::size_t client = add_traffic(
            {"tls.keys.client_handshake_traffic_secret", "client handshake traffic secret",
             "c hs traffic", "CLIENT_HANDSHAKE_TRAFFIC_SECRET"},
            handshake_, hash);
        add_finished("client Finished", client, Way::to_server, hellos_.client_finished);
        const std::size_t server = add_traffic(
            {"tls.keys.server_handshake_traffic_secret", "server handshake traffic secret",
             "s hs traffic", "SERVER_HANDSHAKE_TRAFFIC_SECRET"},
            handshake_, hash);
        add_finished("server Finished", server, Way::to_client, hellos_.server_finished);
    }

    void of_the_application() {
        const std::string whole = transcript(finished_type, Way::to_client, Last::included);
        if (whole.empty()) return;
        const std::size_t salt = add({"tls.keys.derived",
                                      "salt of the master secret",
                                      derived(value(handshake_), "derived", digest_of_nothing()),
                                      expand_words,
                                      "derived",
                                      {handshake_},
                                      schedule_clause,
                                      Knower::both});
        const std::size_t master = add({"tls.keys.master_secret13",
                                        "master secret",
                                        extracted(value(salt), zeros()),
                                        extract_words,
                                        {},
                                        {salt},
                                        schedule_clause,
                                        Knower::both});
        const std::size_t hash =
            add_hash("tls.keys.finished_hash", "hash of ClientHello to server Finished",
                     digest(whole), {}, Knower::both);
        add_traffic(
            {"tls.keys.client_application_traffic_secret", "client application traffic secret",
             "c ap traffic", "CLIENT_TRAFFIC_SECRET_0"},
            master, hash);
        add_traffic(
            {"tls.keys.server_application_traffic_secret", "server application traffic secret",
             "s ap traffic", "SERVER_TRAFFIC_SECRET_0"},
            master, hash);
        add({"tls.keys.exporter_master_secret",
             "exporter master secret",
             derived(value(master), "exp master", value(hash)),
             expand_words,
             "exp master",
             {master, hash},
             schedule_clause,
             Knower::both});
        const std::string all = transcript(finished_type, Way::to_server, Last::included);
        if (all.empty()) return;
        const std::size_t last =
            add_hash("tls.keys.whole_hash", "hash of ClientHello to client Finished", digest(all),
                     {}, Knower::both);
        add({"tls.keys.resumption_master_secret",
             "resumption master secret",
             derived(value(master), "res master", value(last)),
             expand_words,
             "res master",
             {master, last},
             schedule_clause,
             Knower::both});
    }

    bool proven_ = false;
    std::optional<std::size_t> psk_;
    std::size_t shared_ = 0, early_ = 0, derived_ = 0, handshake_ = 0;
};

}  // namespace

std::vector<KeyStep> steps13(const Exchange& exchange, const Hellos& hellos) {
    return Schedule13(exchange, hellos).steps();
}

std::string psk_of_ticket(const std::vector<KeyStep>& steps, std::uint64_t suite,
                          std::string_view nonce) {
    for (const KeyStep& step : steps)
        if (step.id == "tls.keys.resumption_master_secret" && !step.value.empty())
            return hkdf_expand_label(suite, step.value, "resumption", nonce, step.value.size());
    return {};
}

}  // namespace tls
