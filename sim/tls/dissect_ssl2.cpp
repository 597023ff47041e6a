// SSL 2.0, field by field: the hello is RFC 6101 appendix E's, the rest as Netscape wrote it down
// in 1995.
#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "sim/tls/dissect_parts.hpp"
#include "sim/tls/names.hpp"

namespace tls {
namespace {

struct Ssl2Name {
    unsigned number;
    std::string_view name;
};

template <std::size_t N>
std::string_view ssl2_name_in(const Ssl2Name (&names)[N], std::uint64_t number) {
    const auto found = std::find_if(std::begin(names), std::end(names),
                                    [&](const Ssl2Name& n) { return n.number == number; });
    return found == std::end(names) ? std::string_view() : found->name;
}

constexpr Ssl2Name ssl2_messages[] = {
    {0, "error"},           {1, "client_hello"},        {2, "client_master_key"},
    {3, "client_finished"}, {4, "server_hello"},        {5, "server_verify"},
    {6, "server_finished"}, {7, "request_certificate"}, {8, "client_certificate"}};
constexpr Ssl2Name ssl2_ciphers_named[] = {{0x010080, "SSL_CK_RC4_128_WITH_MD5"},
                                           {0x020080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5"},
                                           {0x030080, "SSL_CK_RC2_128_CBC_WITH_MD5"},
                                           {0x040080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"},
                                           {0x050080, "SSL_CK_IDEA_128_CBC_WITH_MD5"},
                                           {0x060040, "SSL_CK_DES_64_CBC_WITH_MD5"},
                                           {0x0700C0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"}};
constexpr Ssl2Name ssl2_errors[] = {{1, "no_cipher"},
                                    {2, "no_certificate"},
                                    {4, "bad_certificate"},
                                    {6, "unsupported_certificate_type"}};

std::string_view certificate_type_name(std::uint64_t type) { return type == 1 ? "x509" : ""; }

void ssl2_cipher_list(FieldReader& in, std::size_t size) {
    FieldReader list = in.inside("ssl2.ciphers", size);
    while (!list.empty()) list.number("ssl2.cipher", 3, ssl2_cipher_name);
}

void ssl2_client_hello(FieldReader& in) {
    in.number("ssl2.version", 2, version_name);
    const auto ciphers = static_cast<std::size_t>(in.number("ssl2.ciphers.length", 2));
    const auto session = static_cast<std::size_t>(in.number("ssl2.session_id.length", 2));
    const auto challenge = static_cast<std::size_t>(in.number("ssl2.challenge.length", 2));
    ssl2_cipher_list(in, ciphers);
    if (session > 0) in.bytes("ssl2.session_id", session);
    in.bytes("ssl2.challenge", challenge);
}

void ssl2_server_hello(FieldReader& in) {
    in.number("ssl2.session_id_hit", 1);
    in.number("ssl2.certificate.type", 1, certificate_type_name);
    in.number("ssl2.version", 2, version_name);
    const auto certificate = static_cast<std::size_t>(in.number("ssl2.certificate.length", 2));
    const auto ciphers = static_cast<std::size_t>(in.number("ssl2.ciphers.length", 2));
    const auto connection = static_cast<std::size_t>(in.number("ssl2.connection_id.length", 2));
    if (certificate > 0 && in.ok()) {
        FieldReader one = in.inside("ssl2.certificate", certificate);
        if (!one.empty()) dissect_certificate(one);
    }
    ssl2_cipher_list(in, ciphers);
    in.bytes("ssl2.connection_id", connection);
}

}  // namespace

std::string_view ssl2_cipher_name(std::uint64_t cipher) {
    return cipher <= 0xFFFF ? cipher_suite_name(cipher) : ssl2_name_in(ssl2_ciphers_named, cipher);
}
std::string_view ssl2_message_name(std::uint64_t type) { return ssl2_name_in(ssl2_messages, type); }
std::string_view ssl2_error_name(std::uint64_t error) { return ssl2_name_in(ssl2_errors, error); }

void dissect_ssl2(std::string_view record, std::vector<Field>& out) {
    FieldReader in(record, 0, out, ids);
    FieldReader whole = in.inside("ssl2.record", record.size());
    whole.number("ssl2.record.length", 2);
    whole.say(fmt::format("{} (with the highest bit set: no padding)", record.size() - 2));
    const std::uint64_t type = whole.number("ssl2.message.type", 1, ssl2_message_name);
    switch (type) {
        case 0: whole.number("ssl2.error", 2, ssl2_error_name); break;
        case 1: ssl2_client_hello(whole); break;
        case 4: ssl2_server_hello(whole); break;
        default:
            if (!whole.empty()) whole.bytes("ssl2.message.body");
    }
    whole.finish();
    const std::string_view name = ssl2_message_name(type);
    in.say(fmt::format("{} of SSL 2.0", name.empty() ? "a message" : name));
}

}  // namespace tls
