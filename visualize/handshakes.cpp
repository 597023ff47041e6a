#include "visualize/handshakes.hpp"

#include <cctype>
#include <optional>
#include <utility>

#include "sim/tls/dissect.hpp"

namespace visualize {

using namespace trace;

namespace {

constexpr std::string_view secret_of_tls13 = "SERVER_HANDSHAKE_TRAFFIC_SECRET";
constexpr char application_data_record = 23;

// "certificate_verify" as RFC 8446 section 4 spells it in prose.
std::string spelled(std::string_view message) {
    std::string out;
    bool begins = true;
    for (const char c : message) {
        if (c != '_')
            out += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        begins = c == '_';
    }
    return out;
}

// The names that a certificate is for; of the leaf, which comes first.
std::string names_in(const std::vector<tls::Field>& fields) {
    constexpr std::string_view names = "DNS names: ";
    for (const tls::Field& field : fields) {
        if (field.id == "x509.extensions" && std::string_view(field.value).starts_with(names))
            return field.value.substr(names.size());
        if (std::string found = names_in(field.parts); !found.empty()) return found;
    }
    return {};
}

/// One end of a connection: what its network card sees.
class HandshakeEnd {
  public:
    explicit HandshakeEnd(const tls::Secrets& secrets) { dissector_.emplace(secrets); }
    void add(Way way, std::string_view bytes, Handshakes::Sealed& out) {
        if (!dissector_) return;
        bool ends = false;
        for (const tls::Piece& piece : dissector_->add(way, bytes)) {
            const bool sealed = piece.kind == tls::Piece::Kind::record &&
                                piece.wire.bytes.front() == application_data_record;
            if (!sealed) continue;
            if (piece.whole_message) note(piece.whole_message->fields, out);
            if (piece.opened) note(piece.opened->fields, out);
            ends = ends || way == Way::to_server;
        }
        // The client's first sealed flight is its Finished: the handshake is over.
        if (ends) dissector_.reset();
    }

  private:
    static void note(const std::vector<tls::Field>& fields, Handshakes::Sealed& out) {
        for (const tls::Field& field : fields) {
            const bool message = field.id == "tls.handshake", alert = field.id == "tls.alert";
            if (!message && !alert) continue;
            if (!out.messages.empty()) out.messages += ", ";
            out.messages += message ? spelled(field.value) : "alert " + field.value;
            if (out.certificate.empty()) out.certificate = names_in(field.parts);
        }
    }
    std::optional<tls::Dissector> dissector_;
};

}  // namespace

Handshakes::Handshakes(const Trace& trace) {
    tls::Secrets secrets;
    std::map<std::pair<ConnectionId, bool>, HandshakeEnd> ends;  // is it the client's?
    trace.each_of<SecretMade>([&](const Event&, const SecretMade& e) {
        secrets[std::string(e.client_random)][std::string(e.label)] = std::string(e.secret);
    });
    trace.each_of<SecretMade>([&](const Event&, const SecretMade& e) {
        if (e.label != secret_of_tls13) return;
        ends.try_emplace({e.connection, true}, secrets);
        ends.try_emplace({e.connection, false}, secrets);
    });
    if (ends.empty()) return;
    const auto hear = [&](ConnectionId connection, bool client, Way way, std::string_view bytes,
                          EventId event) {
        const auto end = ends.find({connection, client});
        if (end == ends.end()) return;
        Sealed sealed;
        end->second.add(way, bytes, sealed);
        if (!sealed.messages.empty()) sent_.try_emplace(event, std::move(sealed));
    };
    trace.each([&](const Event& event) {
        if (const auto* sent = event.as<SegmentSent>()) {
            hear(sent->connection, sent->way == Way::to_server, sent->way, sent->bytes, event.id);
        } else if (const auto* came = event.as<SegmentArrived>()) {
            // Who sent it: an attacker perhaps, whose session is another.
            EventId from = event.cause;
            while (from != 0 && trace.at(from).as<SegmentPassed>()) from = trace.at(from).cause;
            hear(came->connection, came->way == Way::to_client, came->way, came->bytes, from);
        }
    });
}

const Handshakes::Sealed& Handshakes::sent_in(EventId event) const {
    static const Sealed nothing;
    const auto found = sent_.find(event);
    return found == sent_.end() ? nothing : found->second;
}

}  // namespace visualize
