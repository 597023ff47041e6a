#pragma once
// What goes between Lua and C++: nil, true or false, a number, a text, a list, or a table whose
// keys are texts. Included nearly everywhere, so with light headers alone.
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace script {

/// Thrown where a value is not what it must be. What an author gives was checked before
/// (kinds.lua); what slipped through ends as a mistake at his line (Stage::call).
struct Unfit {
    std::string why;  ///< "expected a text"
};

/// Asking a value for what it is not throws Unfit.
class Value {
  public:
    enum class Kind : std::uint8_t { nil, boolean, integer, number, text, list, table };
    struct Member;
    using List = std::vector<Value>;
    using Table = std::vector<Member>;  ///< In the order of the keys, bytewise; each stands once.

    Value() {}
    Value(std::nullptr_t) {}
    template <std::integral T>
    Value(T value) {
        if constexpr (std::same_as<T, bool>) {
            kind_ = Kind::boolean;
            boolean_ = value;
        } else {
            kind_ = Kind::integer;
            integer_ = static_cast<std::int64_t>(value);
        }
    }
    Value(double value) : kind_(Kind::number), number_(value) {}
    Value(std::string text);
    Value(std::string_view text) : Value(std::string(text)) {}
    Value(const char* text) : Value(std::string(text)) {}
    explicit Value(const std::vector<std::string>& texts);
    Value(const Value& other);
    Value(Value&& other) noexcept;
    Value& operator=(Value other) noexcept;
    ~Value();

    static Value list();
    static Value list(std::initializer_list<Value> items);
    static Value list_of(List items);
    static Value table();
    static Value table(std::initializer_list<Member> members);
    /// In any order; no key may stand twice.
    static Value table_of(Table members);

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::nil; }
    bool is_text() const { return kind_ == Kind::text; }
    bool is_table() const { return kind_ == Kind::table; }

    bool boolean() const;
    std::int64_t integer() const;  ///< Of a number without a fraction too.
    double number() const;         ///< Of an integer too.
    const std::string& text() const;
    /// The texts of a list, in its order.
    std::vector<std::string> texts() const;
    /// The same by type. A number that is too large for the type is Unfit.
    template <class T>
    T get() const {
        if constexpr (std::same_as<T, bool>)
            return boolean();
        else if constexpr (std::same_as<T, double>)
            return number();
        else
            return narrowed<T>();
    }

    /// Of a list or a table; 0 of nil.
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    /// An item of a list, from 0; nil behind its end.
    const Value& operator[](std::size_t index) const;
    /// The items of a list; none of nil and of an empty table, which is how Lua writes an empty
    /// list.
    const Value* begin() const;
    const Value* end() const;
    /// Is the text one of the list's items?
    bool holds(std::string_view text) const;
    /// Nil becomes a list.
    void push_back(Value item);

    /// Has this table the key? Nil has none.
    bool contains(std::string_view key) const { return find(key) != nullptr; }
    /// What stands at the key of a table, or nil.
    const Value& operator[](std::string_view key) const;
    /// The same to be written: a key that is not there comes to be, and nil becomes a table.
    Value& operator[](std::string_view key);
    /// What stands at the key, or `otherwise`.
    template <std::integral T>
    T value(std::string_view key, T otherwise) const {
        const Value* const found = find(key);
        return found == nullptr ? otherwise : found->get<T>();
    }
    /// All members; none of nil.
    const Table& items() const;
    void erase(std::string_view key);
    /// Takes over all members of another table. Nil becomes a table.
    void update(const Value& changes);

    /// Nothing is equal to a value of another kind.
    friend bool operator==(const Value& one, const Value& other) { return one.equals(other); }
    template <std::convertible_to<std::string_view> T>
    friend bool operator==(const Value& one, const T& text) {
        return one.kind_ == Kind::text && one.text_ == std::string_view(text);
    }

  private:
    template <std::integral T>
    T narrowed() const {
        const std::int64_t whole = integer();
        if (!std::in_range<T>(whole)) throw_out_of_range(whole);
        return static_cast<T>(whole);
    }
    [[noreturn]] static void throw_out_of_range(std::int64_t number);
    void expect(Kind kind, const char* what) const {
        if (kind_ != kind) throw_expected(what);
    }
    [[noreturn]] static void throw_expected(const char* what);
    const Value* find(std::string_view key) const;
    bool equals(const Value& other) const;
    void become(Kind kind);

    Kind kind_ = Kind::nil;
    union {
        bool boolean_;
        std::int64_t integer_;
        double number_;
        std::string text_;
        List list_;
        Table table_;
    };
};

struct Value::Member {
    std::string key;
    Value value;
};

/// As an author would write it, on one line; keys in order. For people, and any bytes may be in it.
std::string as_lua(const Value& value);
/// As JSON (RFC 8259), on one line. A number keeps its point ("1.0"), and is as short as it can be
/// read back from. What is not UTF-8 becomes U+FFFD.
std::string as_json(const Value& value);

}  // namespace script
