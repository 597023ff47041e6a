#include "sim/https/message.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sim/core/text.hpp"

namespace https {
namespace {

constexpr std::size_t largest_head = 16 * 1024;

Failure bad(std::string_view why) {
    return {Reason::sts_policy_fetch_error, fmt::format("HTTP: {}", why), "4.7.5"};
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7F &&
               std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
    });
}

template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
    T value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

struct Head {
    std::string_view first;  ///< The request or status line.
    Fields fields;
    std::string_view rest;  ///< What follows the empty line.
};

// Nothing while the empty line has not come.
Result<std::optional<Head>> read_head(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > largest_head) return bad("the head is too long");
        return std::optional<Head>();
    }
    if (end > largest_head) return bad("the head is too long");
    Head head;
    head.rest = bytes.substr(end + 4);
    std::string_view lines = bytes.substr(0, end);
    head.first = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(std::min(lines.size(), head.first.size() + 2));
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find("\r\n"));
        lines.remove_prefix(std::min(lines.size(), line.size() + 2));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return bad(fmt::format("a field that is none: '{}'", line.substr(0, 40)));
        if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            return bad("a control character in a field");
        head.fields.emplace(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    }
    return std::optional<Head>(std::move(head));
}

// RFC 9112 section 7.1: nothing while the last chunk has not come.
Result<std::optional<std::string>> read_chunks(std::string_view bytes, std::size_t largest) {
    std::string body;
    for (;;) {
        const std::size_t end = bytes.find("\r\n");
        if (end == std::string_view::npos) {
            if (bytes.size() > 64) return bad("a chunk without a size");
            return std::optional<std::string>();
        }
        const std::string_view size_line = bytes.substr(0, end);
        const auto size =
            number<std::size_t>(trimmed(size_line.substr(0, size_line.find(';'))), 16);
        if (!size) return bad("a chunk without a size");
        if (*size > largest - body.size()) return bad("the body is too long");
        bytes.remove_prefix(end + 2);
        if (*size == 0) {
            if (bytes.starts_with("\r\n") || bytes.find("\r\n\r\n") != std::string_view::npos)
                return std::optional<std::string>(std::move(body));
            if (bytes.size() > largest_head) return bad("the trailer is too long");
            return std::optional<std::string>();
        }
        if (bytes.size() < *size + 2) return std::optional<std::string>();
        if (bytes.substr(*size, 2) != "\r\n") return bad("a chunk that does not end where it says");
        body += bytes.substr(0, *size);
        bytes.remove_prefix(*size + 2);
    }
}

enum class WithoutLength : std::uint8_t { until_the_end, empty };

// RFC 9112 section 6.3.
Result<std::optional<std::string>> read_body(const Head& head, End end, std::size_t largest,
                                             WithoutLength otherwise) {
    using Body = std::optional<std::string>;
    const auto coding = head.fields.find("transfer-encoding");
    const auto length = head.fields.find("content-length");
    if (coding != head.fields.end()) {
        if (lower(coding->second) != "chunked") return bad("a transfer coding that is not known");
        Result<Body> chunks = read_chunks(head.rest, largest);
        if (chunks.ok() && !chunks.value() && end == End::ended)
            return bad("the message ends too early");
        return chunks;
    }
    if (length != head.fields.end()) {
        const auto size = number<std::size_t>(length->second);
        if (!size) return bad("a length that is no number");
        if (*size > largest) return bad(fmt::format("the body of {} bytes is too long", *size));
        if (head.rest.size() >= *size) return Body(std::string(head.rest.substr(0, *size)));
        if (end == End::ended) return bad("the message ends too early");
        return Body();
    }
    if (otherwise == WithoutLength::empty) return Body(std::string());
    if (head.rest.size() > largest) return bad("the body is too long");
    if (end == End::open) return Body();
    return Body(std::string(head.rest));
}

std::string encode(std::string first, const Fields& fields, std::string_view body) {
    std::string out = std::move(first) + "\r\n";
    for (const auto& [name, value] : fields) out += fmt::format("{}: {}\r\n", name, value);
    if (!fields.contains("content-length"))
        out += fmt::format("content-length: {}\r\n", body.size());
    return (out += "\r\n") += body;
}

}  // namespace

std::string Response::media_type() const {
    const auto found = fields.find("content-type");
    if (found == fields.end()) return {};
    const std::string_view value = found->second;
    return lower(trimmed(value.substr(0, value.find(';'))));
}

std::string encode(const Request& r) {
    return encode(fmt::format("{} {} HTTP/1.1", r.method, r.target), r.fields, r.body);
}
std::string encode(const Response& r) {
    return encode(fmt::format("HTTP/1.1 {} {}", r.status, r.phrase), r.fields, r.body);
}

Result<std::optional<Response>> read_response(std::string_view bytes, End end,
                                              std::size_t largest) {
    // What is no HTTP is known at once, and not after a minute of waiting.
    constexpr std::string_view version = "HTTP/1.";
    const std::size_t known = std::min(bytes.size(), version.size());
    if (bytes.substr(0, known) != version.substr(0, known)) return bad("the answer is no HTTP/1.1");
    Result<std::optional<Head>> head = read_head(bytes);
    if (!head.ok()) return head.take_failure();
    if (!head.value()) {
        if (end == End::ended) return bad("the answer ends too early");
        return std::optional<Response>();
    }
    const std::string_view first = head.value()->first;
    const auto status = first.size() >= 12 ? number<int>(first.substr(9, 3)) : std::nullopt;
    if (!status || *status < 100 || first[8] != ' ' || (first.size() > 12 && first[12] != ' '))
        return bad(fmt::format("a status line that is none: '{}'", first.substr(0, 40)));
    Result<std::optional<std::string>> body =
        read_body(*head.value(), end, largest, WithoutLength::until_the_end);
    if (!body.ok()) return body.take_failure();
    if (!body.value()) return std::optional<Response>();
    Response out;
    out.status = *status;
    out.phrase = first.size() > 13 ? first.substr(13) : std::string_view();
    out.fields = std::move(head.value()->fields);
    out.body = std::move(*body.value());
    return std::optional<Response>(std::move(out));
}

Result<std::optional<Request>> read_request(std::string_view bytes, End end, std::size_t largest) {
    Result<std::optional<Head>> head = read_head(bytes);
    if (!head.ok()) return head.take_failure();
    if (!head.value()) {
        if (end == End::ended) return bad("the request ends too early");
        return std::optional<Request>();
    }
    const std::string_view first = head.value()->first;
    const std::size_t one = first.find(' ');
    const std::size_t two = first.rfind(' ');
    if (one == std::string_view::npos || two <= one + 1 || first.substr(two + 1) != "HTTP/1.1" ||
        !is_token(first.substr(0, one)))
        return bad(fmt::format("a request line that is none: '{}'", first.substr(0, 40)));
    Result<std::optional<std::string>> body =
        read_body(*head.value(), end, largest, WithoutLength::empty);
    if (!body.ok()) return body.take_failure();
    if (!body.value()) return std::optional<Request>();
    Request out;
    out.method = first.substr(0, one);
    out.target = first.substr(one + 1, two - one - 1);
    out.fields = std::move(head.value()->fields);
    out.body = std::move(*body.value());
    return std::optional<Request>(std::move(out));
}

}  // namespace https
