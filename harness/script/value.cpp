#include "harness/script/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <utility>

#include <fmt/core.h>

#include "sim/core/ensure.hpp"

namespace script {
namespace {

const Value nothing;
const Value::Table no_members;

bool comes_before(const Value::Member& member, std::string_view key) { return member.key < key; }

auto place_of(auto& table, std::string_view key) {
    return std::lower_bound(table.begin(), table.end(), key, comes_before);
}

}  // namespace

Value::Value(std::string text) : kind_(Kind::text), text_(std::move(text)) {}

Value::Value(const std::vector<std::string>& texts)
    : Value(list_of(List(texts.begin(), texts.end()))) {}

Value::Value(const Value& other) : kind_(other.kind_) {
    switch (kind_) {
        case Kind::nil: break;
        case Kind::boolean: boolean_ = other.boolean_; break;
        case Kind::integer: integer_ = other.integer_; break;
        case Kind::number: number_ = other.number_; break;
        case Kind::text: std::construct_at(&text_, other.text_); break;
        case Kind::list: std::construct_at(&list_, other.list_); break;
        case Kind::table: std::construct_at(&table_, other.table_); break;
    }
}

Value::Value(Value&& other) noexcept : kind_(other.kind_) {
    switch (kind_) {
        case Kind::nil: break;
        case Kind::boolean: boolean_ = other.boolean_; break;
        case Kind::integer: integer_ = other.integer_; break;
        case Kind::number: number_ = other.number_; break;
        case Kind::text: std::construct_at(&text_, std::move(other.text_)); break;
        case Kind::list: std::construct_at(&list_, std::move(other.list_)); break;
        case Kind::table: std::construct_at(&table_, std::move(other.table_)); break;
    }
}

Value& Value::operator=(Value other) noexcept {
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
}

Value::~Value() {
    if (kind_ == Kind::text) std::destroy_at(&text_);
    if (kind_ == Kind::list) std::destroy_at(&list_);
    if (kind_ == Kind::table) std::destroy_at(&table_);
}

Value Value::list() { return list_of(List()); }
Value Value::list(std::initializer_list<Value> items) { return list_of(List(items)); }
Value Value::list_of(List items) {
    Value out;
    std::construct_at(&out.list_, std::move(items));
    out.kind_ = Kind::list;
    return out;
}

Value Value::table() { return table_of(Table()); }
Value Value::table(std::initializer_list<Member> members) { return table_of(Table(members)); }
Value Value::table_of(Table members) {
    std::sort(members.begin(), members.end(),
              [](const Member& one, const Member& other) { return one.key < other.key; });
    Value out;
    std::construct_at(&out.table_, std::move(members));
    out.kind_ = Kind::table;
    return out;
}

// From nil to an empty list or table; what it is already stays.
void Value::become(Kind kind) {
    if (kind_ == Kind::nil) *this = kind == Kind::list ? list() : table();
    expect(kind, kind == Kind::list ? "a list" : "a table");
}

void Value::throw_expected(const char* what) { throw Unfit{fmt::format("expected {}", what)}; }
void Value::throw_out_of_range(std::int64_t number) {
    throw Unfit{fmt::format("{} is beyond what can stand here", number)};
}

bool Value::boolean() const {
    expect(Kind::boolean, "true or false");
    return boolean_;
}

std::int64_t Value::integer() const {
    if (kind_ == Kind::number) {  // 3.0 is 3, as in Lua
        if (number_ != std::floor(number_) || std::abs(number_) >= 0x1p63)
            throw_expected("a whole number");
        return static_cast<std::int64_t>(number_);
    }
    expect(Kind::integer, "a whole number");
    return integer_;
}

double Value::number() const {
    if (kind_ == Kind::integer) return static_cast<double>(integer_);
    expect(Kind::number, "a number");
    return number_;
}

const std::string& Value::text() const {
    expect(Kind::text, "a text");
    return text_;
}

std::vector<std::string> Value::texts() const {
    std::vector<std::string> out;
    out.reserve(size());
    for (const Value& item : *this) out.push_back(item.text());
    return out;
}

std::size_t Value::size() const {
    if (kind_ == Kind::nil) return 0;
    if (kind_ == Kind::list) return list_.size();
    expect(Kind::table, "a list or a table");
    return table_.size();
}

const Value& Value::operator[](std::size_t index) const {
    return index < size() ? begin()[index] : nothing;
}

const Value* Value::begin() const {
    if (kind_ == Kind::list) return list_.data();
    if (size() != 0) throw_expected("a list");
    return nullptr;
}

const Value* Value::end() const {
    return kind_ == Kind::list ? list_.data() + list_.size() : nullptr;
}

bool Value::holds(std::string_view text) const { return std::find(begin(), end(), text) != end(); }

void Value::push_back(Value item) {
    become(Kind::list);
    list_.push_back(std::move(item));
}

const Value* Value::find(std::string_view key) const {
    const Table& members = items();
    const auto at = place_of(members, key);
    return at != members.end() && at->key == key ? &at->value : nullptr;
}

const Value& Value::operator[](std::string_view key) const {
    const Value* const found = find(key);
    return found == nullptr ? nothing : *found;
}

Value& Value::operator[](std::string_view key) {
    become(Kind::table);
    auto at = place_of(table_, key);
    if (at == table_.end() || at->key != key)
        at = table_.insert(at, Member{std::string(key), Value()});
    return at->value;
}

const Value::Table& Value::items() const {
    if (kind_ == Kind::nil) return no_members;
    expect(Kind::table, "a table");
    return table_;
}

void Value::erase(std::string_view key) {
    expect(Kind::table, "a table");
    const auto at = place_of(table_, key);
    if (at != table_.end() && at->key == key) table_.erase(at);
}

void Value::update(const Value& changes) {
    become(Kind::table);
    for (const Member& member : changes.items()) (*this)[member.key] = member.value;
}

bool Value::equals(const Value& other) const {
    if (kind_ != other.kind_) return false;
    const auto same = [](const Member& one, const Member& two) {
        return one.key == two.key && one.value == two.value;
    };
    switch (kind_) {
        case Kind::nil: return true;
        case Kind::boolean: return boolean_ == other.boolean_;
        case Kind::integer: return integer_ == other.integer_;
        case Kind::number: return number_ == other.number_;
        case Kind::text: return text_ == other.text_;
        case Kind::list: return list_ == other.list_;
        case Kind::table:
            return std::equal(table_.begin(), table_.end(), other.table_.begin(),
                              other.table_.end(), same);
    }
    return false;
}

namespace {

// As the reference manual of Lua writes a literal string (section 3.1).
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n' || c == '\r')
            out += c == '\n' ? "\\n" : "\\r";
        else if (u < 0x20 || u == 0x7F)
            out += fmt::format("\\x{:02X}", u);
        else
            out += c;
    }
    return out + '"';
}

// May it stand as a key without brackets? Reserved words (section 3.1) may not; no option is one.
bool is_name(std::string_view text) {
    static constexpr std::string_view reserved[] = {
        "and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
        "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
        "repeat",   "return", "then", "true", "until",  "while"};
    return !text.empty() &&
           std::find(std::begin(reserved), std::end(reserved), text) == std::end(reserved) &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

// The shortest digits that read back the same: with a point from 0.0001 up to 15 digits before it,
// else with an exponent of two digits at least.
std::string shortest(double number) {
    if (!std::isfinite(number)) return "null";  // RFC 8259 section 6 has no other word
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(number),
                                   std::chars_format::scientific);
    const std::string_view written(buffer, static_cast<std::size_t>(end.ptr - buffer));
    const std::size_t e = written.find('e');
    std::string digits(written.substr(0, e));
    std::erase(digits, '.');
    int exponent = 0;
    std::from_chars(written.data() + e + (written[e + 1] == '+' ? 2 : 1), end.ptr, exponent);
    const auto size = static_cast<int>(digits.size());
    const std::string sign = std::signbit(number) ? "-" : "";
    if (number == 0) return sign + "0.0";
    if (exponent < -4 || exponent > 14) {
        if (size > 1) digits.insert(1, ".");
        return fmt::format("{}{}e{}{:02}", sign, digits, exponent < 0 ? '-' : '+',
                           std::abs(exponent));
    }
    if (exponent < 0)
        return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    if (size <= exponent + 1)
        return sign + digits + std::string(static_cast<std::size_t>(exponent + 1 - size), '0') +
               ".0";
    return sign + digits.insert(static_cast<std::size_t>(exponent + 1), ".");
}

// Bytes at the front that belong together, and whether they are a character: RFC 3629 section 4.
struct Front {
    std::size_t size;
    bool well;
};
Front front_of(std::string_view s) {
    const auto a = static_cast<unsigned char>(s[0]);
    if (a < 0x80) return {1, true};
    const std::size_t whole = a < 0xC2 ? 0 : a < 0xE0 ? 2 : a < 0xF0 ? 3 : a < 0xF5 ? 4 : 0;
    unsigned lowest = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;
    unsigned highest = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;
    std::size_t size = 1;
    while (size < whole && size < s.size()) {
        const auto next = static_cast<unsigned char>(s[size]);
        if (next < lowest || next > highest) break;
        lowest = 0x80, highest = 0xBF;
        ++size;
    }
    return {size, size == whole};
}

// RFC 8259 section 7, as short as it can be.
void append_json(std::string& out, std::string_view text) {
    static constexpr std::pair<char, std::string_view> named[] = {
        {'"', "\\\""}, {'\\', "\\\\"}, {'\b', "\\b"}, {'\f', "\\f"},
        {'\n', "\\n"}, {'\r', "\\r"},  {'\t', "\\t"}};
    out += '"';
    while (!text.empty()) {
        const Front front = front_of(text);
        const char c = text.front();
        const auto* const name = std::find_if(std::begin(named), std::end(named),
                                              [c](const auto& row) { return row.first == c; });
        if (!front.well)
            out += "\xEF\xBF\xBD";
        else if (name != std::end(named))
            out += name->second;
        else if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
            out += text.substr(0, front.size);
        text.remove_prefix(front.size);
    }
    out += '"';
}

}  // namespace

std::string as_json(const Value& value) {
    std::string out;
    switch (value.kind()) {
        case Value::Kind::nil: return "null";
        case Value::Kind::boolean: return value.boolean() ? "true" : "false";
        case Value::Kind::integer: return fmt::format("{}", value.integer());
        case Value::Kind::number: return shortest(value.number());
        case Value::Kind::text: append_json(out, value.text()); return out;
        case Value::Kind::list:
            for (const Value& item : value) out += (out.empty() ? "" : ",") + as_json(item);
            return "[" + out + "]";
        case Value::Kind::table:
            for (const auto& [key, item] : value.items()) {
                out += out.empty() ? "" : ",";
                append_json(out, key);
                out += ":" + as_json(item);
            }
            return "{" + out + "}";
    }
    return out;
}

std::string as_lua(const Value& value) {
    std::string out;
    if (value.is_text()) return quoted(value.text());
    if (value.kind() == Value::Kind::list) {
        for (const Value& item : value) out += (out.empty() ? "" : ", ") + as_lua(item);
    } else if (value.is_table()) {
        for (const auto& [key, item] : value.items()) {
            out += out.empty() ? "" : ", ";
            out += (is_name(key) ? key : "[" + quoted(key) + "]") + " = " + as_lua(item);
        }
    } else {
        return as_json(value);
    }
    return out.empty() ? "{}" : "{ " + out + " }";
}

}  // namespace script
