#include "harness/suite/trace_file.hpp"

#include <concepts>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

#include <fmt/ranges.h>

#include "harness/files/whole.hpp"
#include "harness/play/json_text.hpp"
#include "sim/trace/encode.hpp"

namespace suite {

using namespace trace;

namespace {

// What stands in a file is data: a complaint shows a little of it, and no control characters.
std::string shown(std::string_view text) {
    constexpr std::size_t most = 40;
    std::string out;
    for (const char c : text.substr(0, most)) {
        const auto u = static_cast<unsigned char>(c);
        out += u < 0x20 || u >= 0x7F ? '.' : c;
    }
    return "'" + out + (text.size() > most ? "…'" : "'");
}

/// A value as it stands in a line.
struct Value {
    enum class Kind : std::uint8_t { null, number, text, hex, other } kind = Kind::other;
    std::uint64_t number = 0;
    std::string text;
    std::string told() const {
        switch (kind) {
            case Kind::null: return "null";
            case Kind::number: return std::to_string(number);
            case Kind::text: return shown(text);
            case Kind::hex: return "hexadecimal bytes";
            case Kind::other: break;
        }
        return "something else";
    }
};

/// The members of a line's object in their order: an event may have two of one name, its own first.
/// A tree would keep one of them.
class Members : private play::JsonParts {
  public:
    std::string twice;  ///< A name that stands there a second time.

    /// False when the line is no JSON object, holds deeper ones than a trace does, or has a name
    /// twice.
    bool read(const std::string& line) {
        twice.clear();
        all_.clear();
        depth_ = 0;
        return play::read_parts(line, *this) && depth_ == 0 && !all_.empty();
    }
    /// Null where there is none of that name. Members that nobody asks for are of a later time, and
    /// may be there (docs/trace.md).
    const Value* find(std::string_view name) const {
        for (const Member& member : all_)
            if (member.name == name) return &member.value;
        return nullptr;
    }

  private:
    bool null() override { return add({Value::Kind::null, 0, {}}); }
    bool number(std::uint64_t number) override { return add({Value::Kind::number, number, {}}); }
    bool text(std::string& text) override { return add({Value::Kind::text, 0, std::move(text)}); }
    bool other() override { return add({}); }
    bool begin_object() override {
        if (depth_ == 1) inner_ = {};
        return ++depth_ <= 2;
    }
    bool name(std::string& name) override {
        if (depth_ == 1 && find(name) != nullptr) {
            twice = name;
            return false;
        }
        if (depth_ == 1)
            all_.push_back({std::move(name), Value()});
        else
            inner_name_ = std::move(name);
        return true;
    }
    bool end_object() override {
        --depth_;
        if (depth_ == 1) all_.back().value = std::move(inner_);
        return true;
    }
    bool begin_array() override { return false; }
    bool end_array() override { return false; }

    bool add(Value value) {
        if (depth_ == 0) return false;
        if (depth_ == 1)
            all_.back().value = std::move(value);
        else if (inner_name_ == "hex" && value.kind == Value::Kind::text)
            inner_ = {Value::Kind::hex, 0, std::move(value.text)};
        return true;
    }
    struct Member {
        std::string name;
        Value value;
    };
    std::vector<Member> all_;
    Value inner_;
    std::string inner_name_;
    int depth_ = 0;
};

std::optional<std::string> bytes_of(const std::string& hex) {
    const auto digit = [](char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        if (digit(hex[i]) < 0 || digit(hex[i + 1]) < 0) return std::nullopt;
        out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    }
    return out;
}

class Reader {
  public:
    std::unique_ptr<TraceFile> file = std::make_unique<TraceFile>();

    /// Each gives what is wrong with a line, or nothing.
    std::string header(const std::string& line) {
        const std::string ours = fmt::format("mailtls.trace/{}", encoding_version);
        wrong_.clear();
        const Value* const schema = members_.read(line) ? members_.find("schema") : nullptr;
        if (schema == nullptr || schema->kind != Value::Kind::text ||
            !schema->text.starts_with("mailtls.trace/"))
            return "expected a trace, whose first line says the schema " + ours;
        if (schema->text != ours)
            return fmt::format("expected the schema {}, got {}, of another version of mailtls",
                               ours, shown(schema->text));
        std::string_view title;
        get("seed", file->seed);
        get("title", title);
        // Those of before have no number of events.
        if (members_.find("events") != nullptr) get("events", promised_.emplace());
        file->title = title;
        return std::move(wrong_);
    }
    /// After all: a file that was cut off at the end of a line looks whole.
    std::string end() const {
        const std::uint64_t there = file->events.trace().size();
        if (!promised_ || *promised_ == there) return {};
        return fmt::format(
            "expected {} events, as the first line says, got {}: it was cut off or "
            "put together",
            *promised_, there);
    }
    std::string event(const std::string& line) {
        wrong_.clear();
        if (!members_.read(line))
            return members_.twice.empty() ? "expected an event, one JSON object"
                                          : fmt::format("'{}' stands twice", members_.twice);
        Event event;
        std::string_view kind;
        get("id", event.id);
        get("at", event.at);
        get("host", event.host);
        get("cause", event.cause);
        get("event", kind);
        if (!wrong_.empty()) return std::move(wrong_);
        const std::optional<Body> body =
            body_of(kind, [this](std::string_view name, auto& field) { get(name, field); });
        if (!body) return fmt::format("there is no event {}", shown(kind));
        if (!wrong_.empty()) return fmt::format("{}: {}", kind, wrong_);
        event.body = *body;
        return file->events.add(event);
    }

  private:
    // The first complaint of a line is the one that is told.
    template <class T>
    void get(std::string_view name, T& out) {
        const Value* const value = members_.find(name);
        std::string expected = value == nullptr ? std::string() : set(*value, out);
        if (!wrong_.empty()) return;
        if (value == nullptr)
            wrong_ = fmt::format("there is no field '{}'", name);
        else if (!expected.empty())
            wrong_ = fmt::format("'{}': expected {}, got {}", name, expected, value->told());
    }

    void get(std::string_view name, OptionalText& out) {
        if (members_.find(name) != nullptr) get(name, out.text);
    }

    // Each gives what was expected, or nothing when it is there.
    std::string set(const Value& value, std::unsigned_integral auto& out) {
        using T = std::remove_cvref_t<decltype(out)>;
        constexpr std::uint64_t most = std::numeric_limits<T>::max();
        if (value.kind != Value::Kind::number || value.number > most)
            return fmt::format("a whole number up to {}", most);
        out = static_cast<T>(value.number);
        return {};
    }
    std::string set(const Value& value, std::string_view& out) {
        if (value.kind == Value::Kind::text) {
            out = file->events.keep(value.text);
            return {};
        }
        const std::optional<std::string> bytes =
            value.kind == Value::Kind::hex ? bytes_of(value.text) : std::nullopt;
        if (!bytes) return "text, or {\"hex\":\"...\"} with digits in pairs";
        out = file->events.keep(*bytes);
        return {};
    }
    std::string set(const Value& value, core::Instant& out) {
        // Times are added and compared: none is near the end of what a number can hold.
        constexpr std::uint64_t most = 9'000'000'000'000'000'000;
        if (value.kind != Value::Kind::number || value.number > most)
            return "nanoseconds since 1970, before the year 2255";
        out.ns = static_cast<std::int64_t>(value.number);
        return {};
    }
    template <class T>
    requires std::is_enum_v<T> std::string set(const Value& value, T& out) {
        if constexpr (std::is_same_v<T, HostId>) {
            out = HostId::nobody;
            if (value.kind == Value::Kind::null) return {};
            std::uint16_t number = 0;
            if (!set(value, number).empty() || HostId{number} == HostId::nobody)
                return "the number of a host, or null";
            out = HostId{number};
            return {};
        } else if constexpr (std::is_same_v<T, ConnectionId> || std::is_same_v<T, MailId>) {
            std::uint32_t number = 0;
            std::string expected = set(value, number);
            out = T{number};
            return expected;
        } else {
            const std::optional<T> known =
                value.kind == Value::Kind::text ? from_word<T>(value.text) : std::nullopt;
            if constexpr (std::is_same_v<T, core::Reason>) {
                if (!known) return "a reason of docs/trace.md";
            } else {
                if (!known) return fmt::format("{}", fmt::join(words_of<T>(), " or "));
            }
            out = *known;
            return {};
        }
    }

    Members members_;
    std::string wrong_;
    std::optional<std::uint64_t> promised_;
};

}  // namespace

ReadTrace read_trace(std::istream& in, const std::string& name) {
    Reader reader;
    std::string line;
    std::size_t number = 0;
    while (std::getline(in, line)) {
        ++number;
        std::string wrong;
        if (in.eof())
            wrong = "the file ends in the middle of a line";
        else if (number == 1)
            wrong = reader.header(line);
        else
            wrong = reader.event(line);
        if (!wrong.empty()) return {nullptr, fmt::format("{}:{}: {}", name, number, wrong)};
    }
    if (in.bad()) return {nullptr, name + ": it cannot be read to its end"};
    if (number == 0) return {nullptr, name + ": expected a trace, but the file is empty"};
    if (const std::string wrong = reader.end(); !wrong.empty())
        return {nullptr, fmt::format("{}: {}", name, wrong)};
    return {std::move(reader.file), {}};
}

ReadTrace read_trace_file(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return {nullptr, path + ": expected a trace file, got a directory"};
    if (!std::filesystem::exists(path, error))
        return {nullptr, path + ": expected a trace file, but there is none"};
    if (!files::is_plain(path))
        return {nullptr, path + ": expected a trace file, got a device or a pipe"};
    std::ifstream in(path, std::ios::binary);
    if (!in) return {nullptr, path + ": expected a trace file, but it cannot be read"};
    return read_trace(in, path);
}

}  // namespace suite
