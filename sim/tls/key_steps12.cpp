// From a premaster secret to the keys of TLS 1.2 (RFC 5246 sections 6.3 and 8.1, RFC 7627), with
// the values of one handshake.
#include "sim/tls/key_steps.hpp"

namespace tls {

using trace::Way;

namespace {

constexpr unsigned client_key_exchange_type = 16, finished_message = 20;

class Path12 : public KeySteps {
  public:
    using KeySteps::KeySteps;
    std::vector<KeyStep> steps() {
        add_randoms("RFC 5246 section 7.4.1");
        if (hellos_.version != 0x0303) return take();  // no keys are made here of older versions
        session_.suite = hellos_.suite;
        session_.client_random = hellos_.client_random;
        session_.server_random = hellos_.server_random;
        session_.encrypt_then_mac = hellos_.encrypt_then_mac;
        session_.master = exported("CLIENT_RANDOM");
        const std::size_t master = hellos_.has_certificate ? full() : resumed();
        if (master != 0) keys(master);
        return take();
    }

  private:
    std::size_t full() {
        const bool rsa = has_rsa_key_exchange(hellos_.suite);
        const std::size_t premaster =
            rsa ? sealed_premaster()
                : add_agreement("premaster secret", hellos_.group == 0 ? "RFC 5246 section 8.1.2"
                                                                       : "RFC 8422 section 5.10");
        if (hellos_.client_share.empty() && hellos_.encrypted_premaster.empty()) return 0;
        const std::string& secret = value(premaster);
        const std::string messages =
            transcript(client_key_exchange_type, Way::to_server, Last::included);
        std::string found;
        if (!secret.empty())
            found = hellos_.extended_master ? extended_master12(session_, secret, messages)
                                            : master12(session_, secret);
        if (found != session_.master || found.empty()) at(premaster).value.clear();
        std::size_t hash = 0;
        if (hellos_.extended_master)
            hash = add({"tls.keys.session_hash",
                        "hash of ClientHello to ClientKeyExchange",
                        messages.empty() ? "" : suite_digest(hellos_.suite, messages),
                        "session_hash",
                        {},
                        {client_random, server_random},
                        "RFC 7627 section 3",
                        Knower::everybody});
        KeyStep step{"tls.keys.master_secret12",
                     "master secret",
                     session_.master,
                     "PRF",
                     hellos_.extended_master ? "extended master secret" : "master secret",
                     {},
                     hellos_.extended_master ? "RFC 7627 section 4" : "RFC 5246 section 8.1",
                     Knower::both};
        step.from = {premaster};
        if (hellos_.extended_master)
            step.from.push_back(hash);
        else
            step.from.insert(step.from.end(), {client_random, server_random});
        step.confirmed = !session_.master.empty();
        return add(std::move(step));
    }
    std::size_t sealed_premaster() {
        constexpr std::string_view clause = "RFC 5246 section 7.4.7.1";
        const std::size_t sealed =
            add_sent("tls.keys.encrypted_premaster", "premaster secret, sealed for the server",
                     hellos_.encrypted_premaster, "ClientKeyExchange", clause);
        const std::size_t key = add({"tls.keys.certificate_key",
                                     "private key of the certificate",
                                     exchange_.stolen_key,
                                     "made with the certificate",
                                     {},
                                     {},
                                     clause,
                                     Knower::server});
        return add({"tls.keys.premaster_secret",
                    "premaster secret",
                    exchange_.premaster,
                    "RSA",
                    {},
                    {sealed, key},
                    clause,
                    Knower::both});
    }
    std::size_t resumed() {
        KeyStep step{"tls.keys.earlier_master_secret",
                     "master secret of the earlier session",
                     session_.master,
                     "kept",
                     {},
                     {},
                     "RFC 5246 section 7.3",
                     Knower::both};
        step.confirmed = !session_.master.empty();
        return add(std::move(step));
    }

    void keys(std::size_t master) {
        constexpr std::string_view clause = "RFC 5246 section 6.3";
        const KeyBlock block = session_.master.empty() ? KeyBlock() : key_block12(session_);
        const std::size_t all = add({"tls.keys.key_block",
                                     "key block",
                                     block.whole,
                                     "PRF",
                                     "key expansion",
                                     {master, server_random, client_random},
                                     clause,
                                     Knower::both});
        const auto cut = [&](std::string_view id, const std::string& name,
                             const std::string(&parts)[2]) {
            for (int i = 0; i < 2; ++i) {
                if (parts[i].empty()) continue;
                add({id,
                     (i == 0 ? "client " : "server ") + name,
                     parts[i],
                     "cut out",
                     {},
                     {all},
                     clause,
                     Knower::both});
            }
        };
        cut("tls.keys.write_mac_key", "MAC key", block.mac_keys);
        cut("tls.keys.write_key", "key", block.keys);
        cut("tls.keys.write_iv12", "iv", block.vectors);
        finished("client Finished", "client finished", Writer::client, master,
                 hellos_.client_finished);
        finished("server Finished", "server finished", Writer::server, master,
                 hellos_.server_finished);
    }
    void finished(std::string_view name, std::string_view label, Writer writer, std::size_t master,
                  const std::string& said) {
        if (said.empty()) return;
        const Way way = writer == Writer::client ? Way::to_server : Way::to_client;
        const std::string before = transcript(finished_message, way, Last::left_out);
        KeyStep step{"tls.keys.verify_data",   std::string(name), said, "PRF", label, {master},
                     "RFC 5246 section 7.4.9", Knower::both};
        step.confirmed =
            !session_.master.empty() && verify_data12(session_, writer, before) == said;
        add(std::move(step));
    }
    Session12 session_;
};

}  // namespace

std::vector<KeyStep> steps12(const Exchange& exchange, const Hellos& hellos) {
    return Path12(exchange, hellos).steps();
}

}  // namespace tls
