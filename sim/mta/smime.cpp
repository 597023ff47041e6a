#include "sim/mta/smime.hpp"

#include <algorithm>

#include "sim/core/base64.hpp"
#include "sim/core/text.hpp"
#include "sim/mta/mime.hpp"

namespace mta::smime {
namespace {

constexpr std::size_t line_width = 64;  // RFC 2045 section 6.8 allows 76

// The MIME entity that is sealed (RFC 8551 section 3.1).
std::string entity_of(std::string_view body) {
    const bool ascii = std::all_of(body.begin(), body.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 128; });
    const std::string_view head =
        ascii
            ? "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
            : "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    return std::string(head).append(body);
}

}  // namespace

std::string sealed(tls::Library& library, core::Chance& chance, std::string_view message,
                   const std::vector<std::string>& certificates) {
    const std::size_t end = message.find("\r\n\r\n");
    const std::size_t head = end == std::string_view::npos ? message.size() : end + 2;
    const std::string_view body = message.substr(std::min(head + 2, message.size()));
    return std::string(message.substr(0, head)) +
           "MIME-Version: 1.0\r\n"
           "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\r\n"
           "Content-Transfer-Encoding: base64\r\n"
           "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n" +
           core::base64_lines(tls::sealed_for(library, chance, certificates, entity_of(body)),
                              line_width, "\r\n");
}

std::optional<std::string> opened(tls::Library& library, std::string_view message,
                                  const tls::Identity& reader) {
    const dkim::Parts parts = dkim::parts_of(message);
    const std::string type = mime::media_type(mime::field_value(parts, "content-type"));
    if (type != "application/pkcs7-mime") return std::nullopt;
    const std::string encoding =
        core::lower(core::trimmed(mime::field_value(parts, "content-transfer-encoding")));
    const core::Result<std::string> der = mime::decoded(parts.body, encoding);
    if (!der.ok()) return std::nullopt;
    const std::optional<std::string> entity = tls::open_sealed(library, reader, der.value());
    if (!entity) return std::nullopt;
    return std::string(dkim::parts_of(*entity).body);
}

}  // namespace mta::smime
