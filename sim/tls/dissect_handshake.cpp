// Handshake messages of TLS 1.2 and 1.3, field by field (RFC 8446 section 4, RFC 5246 section 7.4).
#include <fmt/core.h>

#include "sim/tls/dissect_parts.hpp"
#include "sim/tls/names.hpp"

namespace tls {
namespace {

// ---- extensions (RFC 8446 section 4.2)

void list_of(FieldReader& in, std::string_view list, std::size_t length_size, std::string_view item,
             std::size_t size, NameOf name_of) {
    FieldReader items = in.vector(list, length_size);
    while (!items.empty()) items.number(item, size, name_of);
}

void server_names(FieldReader& in) {
    if (in.empty()) return;  // a server's answer
    FieldReader names = in.vector("tls.server_name.list", 2);
    while (!names.empty()) {
        names.number("tls.server_name.type", 1);
        const std::uint64_t size = names.length(2);
        names.text("tls.server_name.name", static_cast<std::size_t>(size));
    }
}

void key_share_entry(FieldReader& in) {
    in.number("tls.key_share.group", 2, group_name);
    const std::uint64_t size = in.length(2);
    in.bytes("tls.key_share.key", static_cast<std::size_t>(size));
}

void key_shares(FieldReader& in, Sender sender) {
    if (sender == Sender::server) {
        if (in.left() == 2)  // HelloRetryRequest
            in.number("tls.key_share.group", 2, group_name);
        else
            key_share_entry(in);
        return;
    }
    FieldReader shares = in.vector("tls.key_share.list", 2);
    while (!shares.empty()) key_share_entry(shares);
}

void protocols(FieldReader& in) {
    FieldReader names = in.vector("tls.alpn.list", 2);
    while (!names.empty()) {
        const std::uint64_t size = names.length(1);
        names.text("tls.alpn.protocol", static_cast<std::size_t>(size));
    }
}

// Section 4.2.11.
void pre_shared_keys(FieldReader& in, Sender sender) {
    if (sender == Sender::server) {
        in.number("tls.psk.selected_identity", 2);
        return;
    }
    FieldReader identities = in.vector("tls.psk.identities", 2);
    while (!identities.empty()) {
        const std::uint64_t size = identities.length(2);
        identities.bytes("tls.psk.identity", static_cast<std::size_t>(size));
        identities.number("tls.psk.obfuscated_ticket_age", 4);
    }
    FieldReader binders = in.vector("tls.psk.binders", 2);
    while (!binders.empty()) {
        const std::uint64_t size = binders.length(1);
        binders.bytes("tls.psk.binder", static_cast<std::size_t>(size));
    }
}

void versions(FieldReader& in, Sender sender) {
    if (sender == Sender::server)
        in.number("tls.supported_versions.version", 2, version_name);
    else
        list_of(in, "tls.supported_versions.list", 1, "tls.supported_versions.version", 2,
                version_name);
}

void extension_data(FieldReader& in, std::uint64_t type, Sender sender) {
    switch (type) {
        case 0: server_names(in); break;
        case 10:
            list_of(in, "tls.supported_groups.list", 2, "tls.supported_groups.group", 2,
                    group_name);
            break;
        case 11:
            list_of(in, "tls.ec_point_formats.list", 1, "tls.ec_point_formats.format", 1,
                    point_format_name);
            break;
        case 13:
        case 50:
            list_of(in, "tls.signature_algorithms.list", 2, "tls.signature_algorithms.scheme", 2,
                    signature_name);
            break;
        case 16: protocols(in); break;
        case 28: in.number("tls.record_size_limit", 2); break;
        case 35:
            if (!in.empty()) in.bytes("tls.session_ticket");
            break;
        case 41: pre_shared_keys(in, sender); break;
        case 43: versions(in, sender); break;
        case 45:
            list_of(in, "tls.psk_key_exchange_modes.list", 1, "tls.psk_key_exchange_modes.mode", 1,
                    psk_mode_name);
            break;
        case 51: key_shares(in, sender); break;
        case 0xFF01: {
            FieldReader info = in.vector("tls.renegotiation_info.connection", 1);
            if (!info.empty()) info.bytes("tls.renegotiation_info.verify_data");
            break;
        }
        default:
            if (!in.empty()) in.bytes("tls.extension.data");
    }
}

}  // namespace

void dissect_extensions(FieldReader& in, Sender sender) {
    if (in.empty()) return;
    FieldReader all = in.vector("tls.extensions", 2);
    while (!all.empty()) {
        const std::string_view seen = all.rest();
        if (seen.size() < 4) return all.give_up("an extension needs four bytes at least");
        const auto octet = [&](std::size_t i) {
            return std::size_t{static_cast<unsigned char>(seen[i])};
        };
        const std::uint64_t type = octet(0) << 8 | octet(1);
        const std::size_t size = octet(2) << 8 | octet(3);
        if (seen.size() < 4 + size)
            return all.give_up(
                fmt::format("an extension of {} bytes, and {} are left", size, seen.size() - 4));
        FieldReader one = all.inside("tls.extension", 4 + size);
        one.number("tls.extension.type", 2, extension_name);
        one.length(2);
        extension_data(one, type, sender);
        one.finish();
        all.say(std::string(extension_name(type)));
    }
}

namespace {

// ---- messages

void cipher_suites(FieldReader& in) {
    list_of(in, "tls.client_hello.cipher_suites", 2, "tls.cipher_suite", 2, cipher_suite_name);
}

void session_id(FieldReader& in) {
    FieldReader id = in.vector("tls.session_id", 1);
    if (!id.empty()) id.bytes("tls.session_id.value");
}

void client_hello(FieldReader& in) {
    in.number("tls.legacy_version", 2, version_name);
    in.bytes("tls.client_hello.random", 32);
    session_id(in);
    cipher_suites(in);
    list_of(in, "tls.client_hello.compression_methods", 1, "tls.compression_method", 1,
            compression_name);
    dissect_extensions(in, Sender::client);
}

void server_hello(FieldReader& in) {
    in.number("tls.legacy_version", 2, version_name);
    const std::string_view random = in.bytes("tls.server_hello.random", 32);
    if (random == hello_retry_random) in.say("HelloRetryRequest (RFC 8446 section 4.1.3)");
    session_id(in);
    in.number("tls.cipher_suite", 2, cipher_suite_name);
    in.number("tls.compression_method", 1, compression_name);
    dissect_extensions(in, Sender::server);
}

void signature(FieldReader& in) {
    in.number("tls.signature.scheme", 2, signature_name);
    const std::uint64_t size = in.length(2);
    in.bytes("tls.signature.value", static_cast<std::size_t>(size));
}

// RFC 8422 section 5.4; RFC 5246 section 7.4.3.
void server_key_exchange(FieldReader& in) {
    const std::string_view rest = in.rest();
    if (rest.empty() || rest.front() != 3) {
        for (const std::string_view id : {"tls.dh.p", "tls.dh.g", "tls.dh.public"}) {
            FieldReader one = in.vector(id, 2);
            if (!one.empty()) one.bytes("tls.dh.value");
        }
        return signature(in);
    }
    in.number("tls.ecdh.curve_type", 1, curve_type_name);
    in.number("tls.ecdh.named_curve", 2, group_name);
    const std::uint64_t size = in.length(1);
    in.bytes("tls.ecdh.public", static_cast<std::size_t>(size));
    signature(in);
}

// RFC 5246 section 7.4.4; in TLS 1.3 all of it is in extensions (RFC 8446 section 4.3.2).
void certificate_request(FieldReader& in, Version13 version) {
    if (version == Version13::yes) {
        FieldReader context = in.vector("tls.certificate.request_context", 1);
        if (!context.empty()) context.bytes("tls.certificate.request_context_value");
        return dissect_extensions(in, Sender::server);
    }
    list_of(in, "tls.certificate_request.types", 1, "tls.certificate_request.type", 1,
            client_certificate_type_name);
    list_of(in, "tls.signature_algorithms.list", 2, "tls.signature_algorithms.scheme", 2,
            signature_name);
    FieldReader authorities = in.vector("tls.certificate_request.authorities", 2);
    while (!authorities.empty()) {
        FieldReader one = authorities.vector("tls.certificate_request.authority", 2);
        if (!one.empty()) one.bytes("tls.certificate_request.authority_name");
    }
}

void client_key_exchange(FieldReader& in) {
    const std::string_view rest = in.rest();
    const std::size_t first = rest.empty() ? 0 : static_cast<unsigned char>(rest.front());
    if (first + 1 == rest.size()) {
        in.length(1);
        in.bytes("tls.ecdh.public");
    } else {
        in.bytes("tls.client_key_exchange.value");
    }
}

// TLS 1.3 has a context in front, and extensions behind each (RFC 8446 section 4.4.2).
void certificates(FieldReader& in, Version13 version) {
    if (version == Version13::yes) {
        FieldReader context = in.vector("tls.certificate.request_context", 1);
        if (!context.empty()) context.bytes("tls.certificate.request_context_value");
    }
    FieldReader list = in.vector("tls.certificate.list", 3);
    while (!list.empty()) {
        FieldReader one = list.vector("tls.certificate.entry", 3);
        dissect_certificate(one);
        if (version == Version13::yes && list.ok()) dissect_extensions(list, Sender::server);
    }
}

void new_session_ticket(FieldReader& in, Version13 version) {
    in.number("tls.ticket.lifetime", 4);
    if (version == Version13::yes) {
        in.number("tls.ticket.age_add", 4);
        FieldReader nonce = in.vector("tls.ticket.nonce", 1);
        if (!nonce.empty()) nonce.bytes("tls.ticket.nonce_value");
    }
    FieldReader ticket = in.vector("tls.ticket", 2);
    if (!ticket.empty()) ticket.bytes("tls.ticket.value");
    if (version == Version13::yes) dissect_extensions(in, Sender::server);
}

void message(FieldReader& in, std::uint64_t type, Version13 version) {
    switch (type) {
        case 1: return client_hello(in);
        case 2: return server_hello(in);
        case 4: return new_session_ticket(in, version);
        case 8: return dissect_extensions(in, Sender::server);
        case 11: return certificates(in, version);
        case 12: return server_key_exchange(in);
        case 13: return certificate_request(in, version);
        case 15: return signature(in);
        case 16: return client_key_exchange(in);
        case 24: in.number("tls.key_update.request", 1, key_update_name); return;
        case 20: in.bytes("tls.finished.verify_data"); return;
        default:
            if (!in.empty()) in.bytes("tls.handshake.body");
    }
}

}  // namespace

std::vector<Field> dissect_handshake(std::string_view bytes, Version13 version) {
    std::vector<Field> out;
    FieldReader all(bytes, 0, out, ids);
    while (!all.empty()) {
        const std::string_view seen = all.rest();
        if (seen.size() < handshake_header_size) {
            all.give_up("the beginning of a handshake message");
            break;
        }
        const std::size_t size = handshake_size(seen);
        if (seen.size() < size) {
            all.give_up(fmt::format("a handshake message of {} bytes, of which {} are here", size,
                                    seen.size()));
            break;
        }
        const std::uint64_t type = static_cast<unsigned char>(seen.front());
        FieldReader one = all.inside("tls.handshake", size);
        one.number("tls.handshake.type", 1, handshake_name);
        one.number("tls.handshake.length", 3);
        message(one, type, version);
        one.finish();
        const std::string_view name = handshake_name(type);
        all.say(name.empty() ? fmt::format("message of type {}", type) : std::string(name));
    }
    return out;
}

}  // namespace tls
