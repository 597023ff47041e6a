#include "sim/https/dissect.hpp"

#include <array>
#include <charconv>
#include <deque>
#include <limits>

#include <fmt/core.h>

#include "sim/core/cut_line.hpp"
#include "sim/core/text.hpp"

namespace https {

using core::CutLine;
using core::Field;
using core::FieldReader;
using core::LineEnd;
using core::Passage;
using core::plain_text;
using trace::Way;

namespace {

constexpr core::CommonIds ids{not_understood, {}};
constexpr std::string_view part_of_line = "http.part";
constexpr std::uint64_t to_the_end = std::numeric_limits<std::uint64_t>::max();

/// What a body is, as far as it is of interest here.
enum class Meaning : std::uint8_t { any, sts_policy, tls_report };

/// One way of the connection.
struct Side {
    enum class Mode : std::uint8_t { first, fields, chunk, body, chunk_end, trailer } mode;
    CutLine line, policy_line;
    std::uint64_t left = 0;  ///< Of the body, or of the chunk.
    std::uint64_t length = 0;
    bool chunked = false, has_length = false;
    bool has_body = false;  ///< Is there one where no length is told? (RFC 9112 section 6.3)
    std::string type;       ///< The media type.
    Meaning meaning = Meaning::any;
};

struct Asked {
    std::string method, target;
};

void line_end(std::string_view line, std::size_t base, std::vector<Field>& parts) {
    const std::size_t size = core::without_line_end(line).size();
    if (size == line.size()) return;
    FieldReader in(line.substr(size), base + size, parts, ids);
    in.text("http.line_end");
}

// `words`: the ids of what stands in the line, parted by spaces; the last one is all the rest.
void dissect_words(FieldReader& all, std::string_view line, std::string_view id,
                   std::initializer_list<std::string_view> words) {
    const std::size_t base = all.offset();
    const std::string_view text = core::without_line_end(line);
    all.inside(id, line.size());
    Field& field = all.last();
    field.value = plain_text(text);
    FieldReader in(text, base, field.parts, ids);
    for (const std::string_view& word : words) {
        const bool last = &word == words.end() - 1;
        const std::size_t size = last ? in.left() : std::min(in.rest().find(' '), in.left());
        if (size > 0) in.text(word, size);
        in.skip(1);
    }
    line_end(line, base, field.parts);
}

// A name and a value that are parted by a colon.
void dissect_pair(FieldReader& all, std::string_view line, std::string_view id,
                  std::string_view name, std::string_view value) {
    const std::size_t base = all.offset();
    const std::string_view text = core::without_line_end(line);
    all.inside(id, line.size());
    Field& field = all.last();
    field.value = plain_text(text);
    FieldReader in(text, base, field.parts, ids);
    const std::size_t colon = text.find(':');
    if (colon > 0) in.text(name, colon);
    in.skip(1);
    in.skip(std::min(in.rest().find_first_not_of(" \t"), in.left()));
    if (!in.empty()) in.text(value);
    line_end(line, base, field.parts);
}

// RFC 8461 section 3.2: "key: value".
void dissect_policy_line(std::string_view line, std::size_t base, std::vector<Field>& out) {
    FieldReader in(line, base, out, ids);
    const std::string_view text = core::without_line_end(line);
    const std::size_t colon = text.find(':');
    if (text.empty()) {
        in.text("http.line_end");
    } else if (colon == std::string_view::npos || colon == 0) {
        in.give_up("a line of a policy without a key: " + plain_text(text));
    } else {
        dissect_pair(in, line, "sts.line", "sts.key", "sts.value");
    }
}

template <class T>
std::optional<T> number_in(std::string_view text, int base) {
    T value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

struct Dissector::State {
    void line(Way way, std::string_view text, std::size_t base, std::vector<Field>& out);
    void first(Way way, std::string_view line, FieldReader& in);
    void field(Side& side, std::string_view line, FieldReader& in);
    void head_ends(Way way, FieldReader& in);
    void chunk(Side& side, std::string_view line, FieldReader& in);
    std::size_t body(Side& side, std::string_view bytes, std::size_t at, Passage& out);
    std::size_t policy(Side& side, std::string_view bytes, std::size_t at, Passage& out);
    static void body_ends(Side& side);

    std::array<Side, 2> sides{};
    std::deque<Asked> asked;
};

Dissector::Dissector() : state_(std::make_unique<State>()) {}
Dissector::~Dissector() = default;

Passage Dissector::add(Way way, std::string_view bytes) {
    State& s = *state_;
    Side& side = s.sides[way == Way::to_server ? 0 : 1];
    Passage out;
    for (std::size_t at = 0; at < bytes.size();) {
        if (side.mode == Side::Mode::body) {
            at += side.meaning == Meaning::sts_policy ? s.policy(side, bytes, at, out)
                                                      : s.body(side, bytes, at, out);
            continue;
        }
        at += side.line.take(bytes, at, LineEnd::crlf, part_of_line, out,
                             [&](std::string_view text, std::size_t base,
                                 std::vector<Field>& fields) { s.line(way, text, base, fields); });
    }
    return out;
}

void Dissector::State::line(Way way, std::string_view text, std::size_t base,
                            std::vector<Field>& out) {
    Side& side = sides[way == Way::to_server ? 0 : 1];
    FieldReader in(text, base, out, ids);
    const bool empty = core::without_line_end(text).empty();
    switch (side.mode) {
        case Side::Mode::first: return first(way, text, in);
        case Side::Mode::fields: return empty ? head_ends(way, in) : field(side, text, in);
        case Side::Mode::chunk: return chunk(side, text, in);
        case Side::Mode::body: return;  // is not read by lines of HTTP
        case Side::Mode::chunk_end:
            side.mode = Side::Mode::chunk;
            if (!empty) return in.give_up("a chunk that does not end where it says");
            in.text("http.line_end");
            return;
        case Side::Mode::trailer:
            if (!empty) return field(side, text, in);
            in.text("http.head_end");
            in.say("the trailer ends");
            side.mode = Side::Mode::first;
            return;
    }
}

// RFC 9112 sections 3 and 4.
void Dissector::State::first(Way way, std::string_view line, FieldReader& in) {
    const std::string_view text = core::without_line_end(line);
    Side& side = sides[way == Way::to_server ? 0 : 1];
    const std::size_t one = std::min(text.find(' '), text.size());
    const std::size_t two = std::min(text.find(' ', std::min(one + 1, text.size())), text.size());
    const bool fits = way == Way::to_server
                          ? text.substr(std::min(two + 1, text.size())).starts_with("HTTP/")
                          : text.starts_with("HTTP/") && two > one + 1;
    if (!fits)
        return in.give_up((way == Way::to_server ? "no request line: " : "no status line: ") +
                          plain_text(text));
    side.mode = Side::Mode::fields;
    side.chunked = side.has_length = false;
    side.type.clear();
    side.meaning = Meaning::any;
    side.policy_line = {};
    if (way == Way::to_server) {
        side.has_body = false;
        asked.push_back(
            {std::string(text.substr(0, one)), std::string(text.substr(one + 1, two - one - 1))});
        return dissect_words(in, line, "http.request_line",
                             {"http.method", "http.target", "http.version"});
    }
    const std::string_view status = text.substr(one + 1, two - one - 1);
    const bool policy =
        status == "200" && !asked.empty() && asked.front().target == "/.well-known/mta-sts.txt";
    if (policy) side.meaning = Meaning::sts_policy;
    const bool none = status == "204" || status == "304" || status.starts_with('1');
    side.has_body = !none;
    if (!asked.empty() && !status.starts_with('1')) asked.pop_front();
    dissect_words(in, line, "http.status_line", {"http.version", "http.status", "http.phrase"});
}

// RFC 9112 section 5.
void Dissector::State::field(Side& side, std::string_view line, FieldReader& in) {
    const std::string_view text = core::without_line_end(line);
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return in.give_up("a field without a name: " + plain_text(text));
    dissect_pair(in, line, "http.field", "http.field.name", "http.field.value");
    if (side.mode == Side::Mode::trailer) return;
    const std::string name = core::lower(text.substr(0, colon));
    const std::string value = core::lower(core::trimmed(text.substr(colon + 1)));
    if (name == "transfer-encoding") side.chunked = value == "chunked";
    if (name == "content-type") side.type = value.substr(0, value.find(';'));
    if (name != "content-length" || side.has_length) return;
    const std::optional<std::uint64_t> length = number_in<std::uint64_t>(value, 10);
    side.has_length = length.has_value();
    side.length = length.value_or(0);
}

// RFC 9112 section 6.3.
void Dissector::State::head_ends(Way way, FieldReader& in) {
    Side& side = sides[way == Way::to_server ? 0 : 1];
    in.text("http.head_end");
    in.say("the head ends");
    if (side.type.starts_with("application/tlsrpt")) side.meaning = Meaning::tls_report;
    side.mode = Side::Mode::body;
    side.left = side.has_length ? side.length : to_the_end;
    if (side.chunked) {
        side.mode = Side::Mode::chunk;
    } else if (side.has_length ? side.length == 0 : !side.has_body) {
        side.mode = Side::Mode::first;
    }
}

// RFC 9112 section 7.1.
void Dissector::State::chunk(Side& side, std::string_view line, FieldReader& in) {
    const std::string_view text = core::without_line_end(line);
    const std::string_view digits = core::trimmed(text.substr(0, text.find(';')));
    const std::optional<std::uint64_t> size = number_in<std::uint64_t>(digits, 16);
    if (!size || *size == to_the_end)
        return in.give_up("a chunk without a size: " + plain_text(text));
    in.inside("http.chunk_size", line.size());
    in.say(*size == 0 ? std::string("the last chunk")
                      : fmt::format("{} byte{} of the body", *size, *size == 1 ? "" : "s"));
    line_end(line, in.offset() - line.size(), in.last().parts);
    side.left = *size;
    side.mode = *size == 0 ? Side::Mode::trailer : Side::Mode::body;
}

void Dissector::State::body_ends(Side& side) {
    side.mode = side.chunked ? Side::Mode::chunk_end : Side::Mode::first;
}

std::size_t Dissector::State::body(Side& side, std::string_view bytes, std::size_t at,
                                   Passage& out) {
    const auto here =
        static_cast<std::size_t>(std::min<std::uint64_t>(side.left, bytes.size() - at));
    const bool report = side.meaning == Meaning::tls_report;
    FieldReader in(bytes.substr(at, here), at, out.fields, ids);
    in.bytes(report ? "http.tls_report" : "http.body");
    in.say(fmt::format("{} byte{} of {}", here, here == 1 ? "" : "s",
                       report ? "a TLS report, " + plain_text(side.type) : "the body"));
    if (side.left == to_the_end) return here;
    side.left -= here;
    if (side.left == 0) body_ends(side);
    return here;
}

// RFC 8461 section 3.2. A chunk may end within a line; the whole body ends its last one.
std::size_t Dissector::State::policy(Side& side, std::string_view bytes, std::size_t at,
                                     Passage& out) {
    const bool ends = side.left <= bytes.size() - at;
    const std::size_t end = ends ? at + static_cast<std::size_t>(side.left) : bytes.size();
    const std::string_view text = bytes.substr(0, end);
    const std::size_t here = side.policy_line.take(
        text, at, ends && !side.chunked ? LineEnd::last_byte_too : LineEnd::lf_too, part_of_line,
        out, dissect_policy_line);
    if (side.left == to_the_end) return here;
    side.left -= here;
    if (side.left == 0) body_ends(side);
    return here;
}

}  // namespace https
