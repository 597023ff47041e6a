// The handshakes of a run, found in its trace.
#include <algorithm>
#include <memory>
#include <set>

#include <fmt/core.h>

#include "sim/core/field_reader.hpp"
#include "sim/tls/agreement.hpp"
#include "sim/tls/dissect.hpp"
#include "sim/tls/names.hpp"
#include "sim/tls/negotiation.hpp"
#include "sim/tls/overheard.hpp"
#include "sim/tls/record_keys.hpp"

namespace tls {

using trace::ConnectionAsked;
using trace::ConnectionId;
using trace::Event;
using trace::EventId;
using trace::HandshakeStarted;
using trace::HostId;
using trace::HostJoined;
using trace::KeyStolen;
using trace::Role;
using trace::SecretMade;
using trace::SegmentAltered;
using trace::SegmentArrived;
using trace::SegmentDropped;
using trace::SegmentInjected;
using trace::SegmentPassed;
using trace::SegmentSent;
using trace::Trace;
using trace::Way;

bool Negotiation::knows(const KeyWatcher& watcher, std::size_t step) const {
    switch (steps[step].knower) {
        case Knower::everybody: return true;
        case Knower::client: return false;
        case Knower::server: return watcher.holds == step;
        case Knower::both: return watcher.holds.has_value() || watcher.opened_earlier;
    }
    return false;
}

namespace {

std::string_view version_word(std::uint64_t version) {
    switch (version) {
        case 0x0300: return "SSLv3";
        case 0x0301: return "TLSv1.0";
        case 0x0302: return "TLSv1.1";
        case 0x0303: return "TLSv1.2";
        case 0x0304: return "TLSv1.3";
        default: return "an unknown version";
    }
}

/// A connection: its ends, and whom else it met.
struct Route {
    HostId client{}, server{};
    std::uint16_t port = 0;
    bool changed = false;                        ///< By somebody on the way.
    std::vector<HostId> met;                     ///< Who saw bytes of it, in that order.
    std::optional<HostId> as_server, as_client;  ///< Attackers who end TLS themselves.
};

struct TicketTold {
    std::string ticket, nonce;
};

/// The messages of one handshake, as one end of a connection has them.
class Listener {
  public:
    explicit Listener(const Secrets& secrets) : dissector_(secrets) {}
    /// Nothing more is to be learnt: the application speaks.
    bool done() const { return done_; }
    void add(const Event& event, Way its, std::string_view bytes) {
        for (const Piece& piece : dissector_.add(its, bytes)) take(event, piece);
    }
    std::vector<Exchange::Message> messages;
    std::vector<TicketTold> tickets;  ///< Of TLS 1.3, behind the handshake; in TLS 1.2 within.
    EventId begins = 0, ends = 0;
    Way way{};
    std::uint64_t offset = 0;
    int finished = 0;

  private:
    void take(const Event& event, const Piece& piece) {
        if (piece.kind == Piece::Kind::clear || done_) return;
        const bool over = finished >= 2;
        if (!over) ends = event.id, way = piece.way, offset = piece.offset;
        const Layer& layer = piece.whole_message ? *piece.whole_message
                             : piece.opened      ? *piece.opened
                                                 : piece.wire;
        walk(event, piece, layer, layer.fields);
        if (over && piece.way == Way::to_client && says_more(layer)) done_ = true;
    }
    static bool says_more(const Layer& layer) {
        return std::ranges::any_of(
            layer.fields, [](const Field& field) { return field.id == "tls.application_data"; });
    }
    void walk(const Event& event, const Piece& piece, const Layer& layer,
              const std::vector<Field>& fields) {
        for (const Field& field : fields) {
            if (field.id == "tls.record") walk(event, piece, layer, field.parts);
            if (field.id != "tls.handshake") continue;
            note(event, piece.way, layer, field);
        }
    }
    void note(const Event& event, Way its, const Layer& layer, const Field& field) {
        std::string bytes = layer.bytes.substr(field.offset, field.length);
        constexpr unsigned ticket = 4, finish = 20;
        const auto type = static_cast<unsigned char>(bytes[0]);
        if (begins == 0) begins = event.id;
        if (type == ticket) note_ticket(layer, field);
        if (finished >= 2) return;
        if (type == finish) ++finished;
        messages.push_back({its, std::move(bytes)});
    }
    void note_ticket(const Layer& layer, const Field& field) {
        TicketTold told;
        const auto look = [&](const auto& self, const std::vector<Field>& parts) -> void {
            for (const Field& part : parts) {
                const std::string value = layer.bytes.substr(part.offset, part.length);
                if (part.id == "tls.ticket.nonce_value") told.nonce = value;
                if (part.id == "tls.ticket.value") told.ticket = value;
                self(self, part.parts);
            }
        };
        look(look, field.parts);
        tickets.push_back(std::move(told));
    }
    Dissector dissector_;
    bool done_ = false;
};

/// A session that may go on later.
struct Resumable {
    ConnectionId connection{};
    std::string secret;  ///< The PSK, or the master secret; empty: not known.
};

class Finder {
  public:
    Finder(const Trace& trace, std::optional<std::uint64_t> seed)
        : trace_(trace), seed_(seed), library_(loop_, Chance(seed.value_or(0)).child("tls")) {}

    std::vector<Negotiation> find() {
        survey();
        listen();
        std::vector<const Key*> order;
        for (const auto& [key, listener] : listeners_)
            if (listener->begins != 0) order.push_back(&key);
        std::ranges::stable_sort(order, {},
                                 [&](const Key* key) { return listeners_.at(*key)->begins; });
        for (const Key* const key : order) note(*key, *listeners_.at(*key));
        return std::move(out_);
    }

  private:
    using End = Negotiation::End;
    using Key = std::pair<ConnectionId, End>;

    void survey() {
        trace_.each([&](const Event& event) {
            if (const auto* asked = event.as<ConnectionAsked>()) {
                Route& route = routes_[asked->connection];
                route.client = event.host;
                route.server = asked->peer;
                route.port = asked->port;
            } else if (const auto* joined = event.as<HostJoined>()) {
                roles_[joined->host] = joined->role;
            } else if (const auto* secret = event.as<SecretMade>()) {
                secrets_[std::string(secret->client_random)][std::string(secret->label)] =
                    std::string(secret->secret);
            } else if (const auto* stolen = event.as<KeyStolen>()) {
                stolen_.push_back({event.host, stolen->whose, stolen->key});
            } else if (const auto* started = event.as<HandshakeStarted>()) {
                if (roles_[event.host] != Role::attacker) return;
                Route& route = routes_[started->connection];
                (started->side == "client" ? route.as_client : route.as_server) = event.host;
            } else {
                survey_path(event);
            }
        });
    }
    void survey_path(const Event& event) {
        if (const auto* passed = event.as<SegmentPassed>()) met(event, passed->connection, false);
        if (const auto* other = event.as<SegmentAltered>()) met(event, other->connection, true);
        if (const auto* other = event.as<SegmentInjected>()) met(event, other->connection, true);
        if (const auto* other = event.as<SegmentDropped>()) met(event, other->connection, true);
    }
    void met(const Event& event, ConnectionId connection, bool changed) {
        Route& route = routes_[connection];
        route.changed = route.changed || changed;
        if (event.host == HostId::nobody) return;
        if (std::ranges::find(route.met, event.host) == route.met.end())
            route.met.push_back(event.host);
    }

    void listen() {
        trace_.each([&](const Event& event) {
            if (const auto* sent = event.as<SegmentSent>())
                hear(event, sent->connection,
                     sent->way == Way::to_server ? End::client : End::server, sent->way,
                     sent->bytes);
            else if (const auto* came = event.as<SegmentArrived>())
                hear(event, came->connection,
                     came->way == Way::to_client ? End::client : End::server, came->way,
                     came->bytes);
        });
    }
    void hear(const Event& event, ConnectionId connection, End end, Way way,
              std::string_view bytes) {
        const auto route = routes_.find(connection);
        if (route == routes_.end() || (end == End::server && !route->second.changed)) return;
        std::unique_ptr<Listener>& listener = listeners_[{connection, end}];
        if (!listener) listener = std::make_unique<Listener>(secrets_);
        if (!listener->done()) listener->add(event, way, bytes);
    }

    void note(const Key& key, const Listener& heard) {
        const Hellos hellos = hellos_of(heard.messages);
        const auto& [connection, end] = key;
        if (!hellos.answered || !known_.insert({connection, hellos.client_random}).second) return;
        const Route& route = routes_.at(connection);
        Negotiation one;
        one.connection = connection;
        one.port = route.port;
        one.end = end;
        one.client = end == End::server ? route.as_client.value_or(route.client) : route.client;
        one.server = end == End::client ? route.as_server.value_or(route.server) : route.server;
        one.event = heard.ends;
        one.way = heard.way;
        one.offset = heard.offset;
        one.finished = heard.finished >= 2;
        one.version = version_word(hellos.version);
        one.suite = cipher_suite_name(hellos.suite);
        one.group = group_name(hellos.group);
        Exchange exchange = exchange_of(one, hellos, heard.messages);
        one.steps = hellos.is_13 ? steps13(exchange, hellos) : steps12(exchange, hellos);
        watchers(one, route, exchange);
        remember(one, hellos, heard, exchange);
        out_.push_back(std::move(one));
    }

    Exchange exchange_of(Negotiation& one, const Hellos& hellos,
                         std::vector<Exchange::Message> messages) {
        Exchange out;
        out.messages = std::move(messages);
        const auto told =
            secrets_.find(core::hex_text(hellos.client_random, hellos.client_random.size()));
        if (told != secrets_.end())
            for (const auto& [label, secret] : told->second)
                out.exported[label] = core::bytes_of_hex(secret);
        for (const std::string& name :
             {"psk " + hellos.psk_identity, "ticket " + hellos.offered_ticket,
              "id " + hellos.session_id}) {
            const bool is_psk = name.starts_with("psk ");
            if (is_psk != hellos.is_13 || name.ends_with(' ') || hellos.has_certificate) continue;
            const auto known = sessions_.find(name);
            if (known == sessions_.end() || one.resumes != ConnectionId::none) continue;
            one.resumes = known->second.connection;
            out.earlier = known->second.secret;
        }
        if (seed_) draw(out, one, hellos);
        steal(out, one, hellos);
        return out;
    }
    // An attacker has one of his own, whether he is an end of the connection or in another's place.
    Chance stream(const Negotiation& one, HostId host, std::string_view side) const {
        const auto role = roles_.find(host);
        const bool attacks = role != roles_.end() && role->second == Role::attacker;
        const std::string who =
            attacks ? fmt::format("attacker {} ", static_cast<unsigned>(host)) : std::string();
        return library_.chance(
            fmt::format("{}{} {}", who, side, static_cast<std::uint32_t>(one.connection)));
    }
    void draw(Exchange& out, const Negotiation& one, const Hellos& hellos) {
        const Chance client = stream(one, one.client, "client");
        const Chance server = stream(one, one.server, "server");
        out.client_private = drawn_private_key(library_, client, hellos.client_random, hellos.group,
                                               hellos.client_share);
        out.server_private = drawn_private_key(library_, server, hellos.server_random, hellos.group,
                                               hellos.server_share);
        out.agreed =
            agreed_secret(library_, hellos.group,
                          out.client_private.empty() ? out.server_private : out.client_private,
                          out.client_private.empty() ? hellos.client_share : hellos.server_share);
        const auto master = out.exported.find("CLIENT_RANDOM");
        if (hellos.encrypted_premaster.empty() || master == out.exported.end()) return;
        out.premaster = drawn_premaster(
            client, hellos.client_random, hellos.offered_version, [&](const std::string& found) {
                Exchange with = out;
                with.premaster = found;
                return std::ranges::any_of(steps12(with, hellos), [](const KeyStep& step) {
                    return step.id == "tls.keys.premaster_secret" && !step.value.empty();
                });
            });
    }
    void steal(Exchange& out, const Negotiation& one, const Hellos& hellos) const {
        for (const Stolen& theft : stolen_) {
            if (theft.whose != one.server || hellos.encrypted_premaster.empty()) continue;
            const std::string found = DecryptionKey(theft.key).decrypt(hellos.encrypted_premaster);
            if (found.empty()) continue;
            out.stolen_key = theft.key;
            out.premaster = found;
        }
    }

    // Who steals a key later opens what he recorded.
    void watchers(Negotiation& one, const Route& route, const Exchange& exchange) const {
        const auto key = std::ranges::find(one.steps, "tls.keys.certificate_key", &KeyStep::id);
        for (const HostId who : route.met) {
            if (who == one.client || who == one.server) continue;
            KeyWatcher& watcher = one.watchers.emplace_back();
            watcher.who = who;
            bool opens = false;
            for (const Stolen& theft : stolen_) {
                if (theft.thief != who || theft.whose != one.server) continue;
                watcher.stole_key = true;
                opens = opens || theft.key == exchange.stolen_key;
            }
            if (opens && key != one.steps.end())
                watcher.holds = static_cast<std::size_t>(key - one.steps.begin());
            watcher.opened_earlier = opened_.contains({who, one.resumes});
        }
    }
    void remember(const Negotiation& one, const Hellos& hellos, const Listener& heard,
                  const Exchange& exchange) {
        for (const TicketTold& told : heard.tickets) {
            const std::string secret = hellos.is_13
                                           ? psk_of_ticket(one.steps, hellos.suite, told.nonce)
                                           : master_of(exchange);
            sessions_[(hellos.is_13 ? "psk " : "ticket ") + told.ticket] = {one.connection, secret};
        }
        if (!hellos.is_13 && !hellos.session_id.empty() && one.finished)
            sessions_["id " + hellos.session_id] = {one.connection, master_of(exchange)};
        for (const KeyWatcher& watcher : one.watchers)
            if (watcher.holds || watcher.opened_earlier)
                opened_.insert({watcher.who, one.connection});
    }
    static std::string master_of(const Exchange& exchange) {
        const auto found = exchange.exported.find("CLIENT_RANDOM");
        return found == exchange.exported.end() ? std::string() : found->second;
    }

    struct Stolen {
        HostId thief{}, whose{};
        std::string_view key;
    };
    const Trace& trace_;
    std::optional<std::uint64_t> seed_;
    Loop loop_{trace_.begins()};
    Library library_;
    std::map<ConnectionId, Route> routes_;
    std::map<HostId, Role> roles_;
    Secrets secrets_;
    std::vector<Stolen> stolen_;
    std::map<Key, std::unique_ptr<Listener>> listeners_;
    std::set<std::pair<ConnectionId, std::string>> known_;
    std::map<std::string, Resumable> sessions_;
    std::set<std::pair<HostId, ConnectionId>> opened_;
    std::vector<Negotiation> out_;
};

}  // namespace

std::vector<Negotiation> negotiations_of(const Trace& trace, std::optional<std::uint64_t> seed) {
    return Finder(trace, seed).find();
}

}  // namespace tls
