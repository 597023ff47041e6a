#include "sim/tls/history.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/tls/names.hpp"
#include "sim/tls/records.hpp"

namespace tls {
namespace {

using namespace core;

constexpr unsigned ssl2_on_the_wire = 0x0002, ssl3_on_the_wire = 0x0300;
constexpr std::size_t challenge_size = 16;

unsigned octet_in(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}
unsigned two_in(std::string_view bytes, std::size_t at) {
    return octet_in(bytes, at) << 8 | octet_in(bytes, at + 1);
}
std::string two_octets(std::size_t number) {
    return {static_cast<char>(number >> 8), static_cast<char>(number & 255)};
}
std::string behind_its_length(std::string_view bytes) {
    return two_octets(bytes.size()) + std::string(bytes);
}

unsigned on_the_wire(OldVersion version) {
    return version == OldVersion::ssl2 ? ssl2_on_the_wire
                                       : ssl3_on_the_wire + static_cast<unsigned>(version) -
                                             static_cast<unsigned>(OldVersion::ssl3);
}

// RFC 6101 appendix A.6 and RFC 3268: RSA with AES, Triple DES and RC4.
constexpr std::string_view rsa_suites("\x00\x35\x00\x2F\x00\x0A\x00\x05\x00\x04", 10);
// RFC 6101 appendix E.1: the ciphers of SSL 2.0.
constexpr std::string_view ssl2_ciphers(
    "\x07\x00\xC0\x05\x00\x80\x03\x00\x80\x01\x00\x80\x06\x00\x40\x04\x00\x80\x02\x00\x80", 21);

// A record of SSL 2.0 without padding (RFC 6101 appendix E).
std::string ssl2_record(const std::string& message) {
    return two_octets(0x8000 | message.size()) + message;
}

// RFC 6101 section 5.6.1: a handshake message in one record.
std::string old_record(unsigned record_version, char type, const std::string& body) {
    const std::string message = std::string{type, '\0'} + behind_its_length(body);
    return '\x16' + two_octets(record_version) + behind_its_length(message);
}

std::string old_alert(unsigned version, char description) {
    return '\x15' + two_octets(version) + std::string{'\0', '\2', '\2', description};
}

// RFC 6101 appendix E.2: the suites of later versions are ciphers with a zero before them.
std::string hello_of_ssl2(unsigned version, std::string_view random) {
    std::string ciphers(ssl2_ciphers);
    for (std::size_t i = 0; version != ssl2_on_the_wire && i < rsa_suites.size(); i += 2)
        ciphers += '\0' + std::string(rsa_suites.substr(i, 2));
    return ssl2_record('\x01' + two_octets(version) + two_octets(ciphers.size()) + two_octets(0) +
                       two_octets(challenge_size) + ciphers +
                       std::string(random.substr(0, challenge_size)));
}

// RFC 6066 section 3.
std::string name_extension(std::string_view name) {
    return two_octets(0) + behind_its_length(behind_its_length('\0' + behind_its_length(name)));
}

// What is offered at most.
unsigned offered_in(std::string_view hello) {
    return ssl2_hello(hello) == Ssl2Hello::yes ? two_in(hello, 3) : two_in(hello, 9);
}

// A certificate of X.509, a cipher, an id of the connection of 16 bytes.
std::string server_hello_of_ssl2(std::string_view certificate) {
    return ssl2_record(std::string("\x04\x00\x01\x00\x02", 5) + two_octets(certificate.size()) +
                       two_octets(3) + two_octets(challenge_size) + std::string(certificate) +
                       std::string(ssl2_ciphers.substr(0, 3)) + std::string(challenge_size, 'I'));
}

std::string words_of_answer(std::string_view answer) {
    const unsigned type = octet_in(answer, 0);
    if (answer.empty()) return "the peer ended the connection in the middle";
    if (type == 0x15 && answer.size() == 7) {
        const unsigned code = octet_in(answer, 6);
        const std::string_view name = alert_name(code);
        return fmt::format("the peer sent the fatal alert {} ({})",
                           name.empty() ? "unknown alert" : name, code);
    }
    const bool ssl2 = type >= 0x80 && octet_in(answer, 2) == 4;
    if (ssl2 || (type == 0x16 && octet_in(answer, 5) == 2))
        return fmt::format("the server takes {}, of which the lab plays no more than the hellos",
                           version_name(two_in(answer, ssl2 ? 5 : 9)));
    return "the answer is neither a ServerHello nor an alert";
}

}  // namespace

std::string forbidden(unsigned version) {
    if (version > 0x0302) return {};
    const std::string_view rfc = version < ssl3_on_the_wire    ? "RFC 6176"
                                 : version == ssl3_on_the_wire ? "RFC 7568"
                                                               : "RFC 8996";
    const std::string_view name = version_name(version);
    return fmt::format("{}, which {} forbids", name.empty() ? "SSL 2.0" : name, rfc);
}

std::string old_client_hello(const std::vector<OldVersion>& versions, std::string_view random,
                             std::string_view server_name) {
    const OldVersion highest = *std::max_element(versions.begin(), versions.end());
    const unsigned version = on_the_wire(highest);
    const bool in_ssl2 =
        std::find(versions.begin(), versions.end(), OldVersion::ssl2) != versions.end();
    if (in_ssl2) return hello_of_ssl2(version, random);
    std::string body = two_octets(version) + std::string(random) + '\0' +
                       behind_its_length(rsa_suites) + std::string("\x01\x00", 2);
    const bool has_extensions = highest > OldVersion::ssl3 && !server_name.empty();
    if (has_extensions) body += behind_its_length(name_extension(server_name));
    // Records of a first hello are of a version that any server knows (RFC 5246 appendix E.1).
    return old_record(std::min(version, 0x0301u), '\1', body);
}

std::string old_server_answer(OldVersion version, std::string_view client_hello,
                              std::string_view certificate) {
    const bool in_ssl2 = ssl2_hello(client_hello) == Ssl2Hello::yes;
    if (version == OldVersion::ssl2) {
        // OpenSSL, as long as it had SSL 2.0: "non sslv2 initial packet", and not a word.
        return in_ssl2 ? server_hello_of_ssl2(certificate) : std::string();
    }
    const unsigned own = on_the_wire(version);
    const unsigned offered = offered_in(client_hello);
    if (offered != 0 && offered < own) return old_alert(own, 70);  // protocol_version
    // RFC 6101 section 5.6.1.3: TLS_RSA_WITH_AES_128_CBC_SHA.
    std::string body = two_octets(own) + std::string(32, 'R') + std::string("\0\0\x2F\0", 4);
    return old_record(own, '\2', body);
}

Task<std::string> next_record(net::Stream& stream) {
    std::size_t size = 0;
    for (;;) {
        const std::string_view seen = stream.available();
        const bool ssl2 = octet_in(seen, 0) >= 0x80;
        if (ssl2 && seen.size() >= 2) size = 2 + (two_in(seen, 0) & 0x7FFF);
        if (!ssl2 && seen.size() >= record_header_size) size = record_header_size + two_in(seen, 3);
        if (size > 0 && seen.size() >= size) break;
        if (stream.state() != net::Stream::State::open) break;
        co_await net::Readable(stream, seen.size());
    }
    const std::string_view all = stream.available();
    std::string record(all.substr(0, size > 0 ? size : all.size()));
    stream.take(record.size());
    co_return std::move(record);
}

Task<std::string> offer_old_versions(net::Stream& stream, const std::vector<OldVersion>& versions,
                                     std::string hello) {
    stream.write(hello);
    co_await net::Readable(stream);
    std::string answer(stream.available());
    const unsigned first = octet_in(answer, 0);
    Task<std::string> whole = next_record(stream);
    if (first >= 0x80 || (first >= 20 && first <= 23)) answer = co_await std::move(whole);
    const OldVersion highest = *std::max_element(versions.begin(), versions.end());
    co_return fmt::format("it offers {} {}: {}", versions.size() == 1 ? "only" : "nothing above",
                          forbidden(on_the_wire(highest)), words_of_answer(answer));
}

}  // namespace tls
