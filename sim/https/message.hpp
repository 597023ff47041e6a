#pragma once
// Just enough HTTP/1.1 for a policy host and for reports: RFC 9110, RFC 9112.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/result.hpp"

namespace https {

using namespace core;

/// Field names in lower case. Of two alike the first counts; but lengths or codings that differ are
/// a failure (RFC 9112 section 6.3).
using Fields = std::map<std::string, std::string>;

struct Request {
    std::string method = "GET";
    std::string target = "/";
    Fields fields;
    std::string body;
};

struct Response {
    int status = 200;
    std::string phrase = "OK";
    Fields fields;
    std::string body;

    /// The media type without its parameters, in lower case; empty when none is named.
    std::string media_type() const;
};

/// An answer of that status with nothing to read in it; the usual phrase (RFC 9110 section 15).
Response plain_answer(int status);
std::string phrase_of(int status);

/// "https://host:port/path?query": RFC 3986 section 3, as far as a server is told of it.
struct Url {
    std::string host;  ///< Lower case.
    std::uint16_t port = 443;
    std::string target = "/";

    /// As text; the usual port is left out.
    std::string text() const;
};
/// Nothing when it is no https URL.
std::optional<Url> parse_url(std::string_view text);

/// As on the wire; Content-Length is added.
std::string encode(const Request& request);
std::string encode(const Response& response);

/// Has the peer ended its side? Then a message without a length is complete (RFC 9112 section 6.3).
enum class End : std::uint8_t { open, ended };

/// The message at the front of `bytes`; nothing while it is incomplete. Failure when it is no HTTP,
/// or when its body is longer than `largest` bytes.
Result<std::optional<Response>> read_response(std::string_view bytes, End end, std::size_t largest);
Result<std::optional<Request>> read_request(std::string_view bytes, End end, std::size_t largest);

}  // namespace https
