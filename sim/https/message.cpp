#include "sim/https/message.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace https {
namespace {

constexpr std::size_t largest_head = 16 * 1024;
constexpr std::size_t longest_size_line = 1024;  // of a chunk, with its extensions

Failure bad(std::string_view why) {
    return {Reason::sts_policy_fetch_error, fmt::format("HTTP: {}", why), "4.7.5"};
}

// Where `mark` begins; nothing while it has not come. Failure once it is too late for it: the same
// whether the bytes come one by one or all at once.
Result<std::optional<std::size_t>> find_within(std::string_view bytes, std::string_view mark,
                                               std::size_t limit, std::string_view what) {
    const std::size_t at = bytes.find(mark);
    const bool came = at != std::string_view::npos;
    if (came ? at > limit : bytes.size() >= limit + mark.size())
        return bad(fmt::format("{} is too long", what));
    return came ? std::optional(at) : std::nullopt;
}

bool has_control(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
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
    const Result<std::optional<std::size_t>> found =
        find_within(bytes, "\r\n\r\n", largest_head, "the head");
    if (!found.ok()) return found.failure();
    if (!found.value()) return std::optional<Head>();
    const std::size_t end = *found.value();
    Head head;
    head.rest = bytes.substr(end + 4);
    std::string_view lines = bytes.substr(0, end);
    head.first = lines.substr(0, lines.find("\r\n"));
    if (has_control(head.first)) return bad("a control character in the first line");
    lines.remove_prefix(std::min(lines.size(), head.first.size() + 2));
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find("\r\n"));
        lines.remove_prefix(std::min(lines.size(), line.size() + 2));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return bad(fmt::format("a field that is none: '{}'", line.substr(0, 40)));
        if (has_control(line)) return bad("a control character in a field");
        const std::string name = lower(line.substr(0, colon));
        const std::string_view value = trimmed(line.substr(colon + 1));
        const auto [kept, is_first] = head.fields.emplace(name, value);
        // RFC 9112 section 6.3: nobody knows where such a message ends.
        const bool frames = name == "content-length" || name == "transfer-encoding";
        if (frames && !is_first && kept->second != value)
            return bad(fmt::format("two of {} that differ", name));
    }
    return std::optional<Head>(std::move(head));
}

// RFC 9112 section 7.1: nothing while the last chunk has not come.
Result<std::optional<std::string>> read_chunks(std::string_view bytes, std::size_t largest) {
    std::string body;
    for (;;) {
        const Result<std::optional<std::size_t>> found =
            find_within(bytes, "\r\n", longest_size_line, "the size of a chunk");
        if (!found.ok()) return found.failure();
        if (!found.value()) return std::optional<std::string>();
        const std::size_t end = *found.value();
        const std::string_view size_line = bytes.substr(0, end);
        const auto size =
            number<std::uint64_t>(trimmed(size_line.substr(0, size_line.find(';'))), 16);
        if (!size) return bad("a chunk without a size");
        if (*size > largest - body.size()) return bad("the body is too long");
        bytes.remove_prefix(end + 2);
        const auto count = static_cast<std::size_t>(*size);
        if (count == 0) {
            if (bytes.starts_with("\r\n")) return std::optional<std::string>(std::move(body));
            const Result<std::optional<std::size_t>> last =
                find_within(bytes, "\r\n\r\n", largest_head, "the trailer");
            if (!last.ok()) return last.failure();
            if (!last.value()) return std::optional<std::string>();
            return std::optional<std::string>(std::move(body));
        }
        if (bytes.size() < count + 2) return std::optional<std::string>();
        if (bytes.substr(count, 2) != "\r\n") return bad("a chunk that does not end where it says");
        body += bytes.substr(0, count);
        bytes.remove_prefix(count + 2);
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
        const auto size = number<std::uint64_t>(length->second);
        if (!size) return bad("a length that is no number");
        if (*size > largest) return bad(fmt::format("the body of {} bytes is too long", *size));
        const auto count = static_cast<std::size_t>(*size);
        if (head.rest.size() >= count) return Body(std::string(head.rest.substr(0, count)));
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
    const bool version_holds = first.size() >= 9 && first[7] >= '0' && first[7] <= '9';
    if (!status || *status < 100 || !version_holds || first[8] != ' ' ||
        (first.size() > 12 && first[12] != ' '))
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
    const std::size_t two = first.find(' ', one + 1);
    if (one == std::string_view::npos || two == std::string_view::npos || two == one + 1 ||
        first.substr(two + 1) != "HTTP/1.1" || !is_token(first.substr(0, one)))
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

std::string phrase_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 410: return "Gone";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        default: return "Other";
    }
}

Response plain_answer(int status) {
    Response out;
    out.status = status;
    out.phrase = phrase_of(status);
    return out;
}

std::string Url::text() const {
    return fmt::format("https://{}{}{}", host, port == 443 ? "" : fmt::format(":{}", port), target);
}

std::optional<Url> parse_url(std::string_view text) {
    constexpr std::string_view front = "https://";
    if (lower(text.substr(0, front.size())) != front) return std::nullopt;
    text.remove_prefix(front.size());
    text = text.substr(0, text.find('#'));
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    std::string_view host = text.substr(0, end);
    Url out;
    const std::size_t colon = host.find(':');
    if (colon != std::string_view::npos) {
        const auto given = number<std::uint16_t>(host.substr(colon + 1));
        if (!given || *given == 0) return std::nullopt;
        out.port = *given;
        host = host.substr(0, colon);
    }
    if (host.empty() || has_control(text)) return std::nullopt;
    out.host = lower(host);
    out.target = std::string(text.substr(end));
    if (!out.target.starts_with('/')) out.target.insert(0, "/");
    return out;
}

}  // namespace https
