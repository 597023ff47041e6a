#pragma once
// The way back from an encoding: the events of a trace that was recorded elsewhere.
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/trace/event.hpp"
#include "sim/trace/trace.hpp"

namespace trace {

/// Is there an event of this kind ("reply-received")? Its body is then made, and each of its fields
/// is set by `set(name, field)`, in the order of the encoding. Nothing when there is none.
template <class Set>
std::optional<Body> body_of(std::string_view kind, Set&& set);

/// The words that an enum of the trace is spelled with, in order.
template <class Enum>
std::vector<std::string_view> words_of();
/// The value that is spelled so, or nothing.
template <class Enum>
std::optional<Enum> from_word(std::string_view text);

/// A trace filled with events as they were recorded, with their own times and causes. It has a
/// clock of its own, on which nothing ever waits; it begins with the first event.
class Restored {
  public:
    const Trace& trace() const { return trace_; }
    std::string_view keep(std::string_view bytes) { return trace_.keep(bytes); }
    /// Adds the next event; its views come from `keep`. Empty when it may stand here; else why not:
    /// ids count from 1, a cause comes before what it leads to, time does not go back, and hosts
    /// and connections begin before something happens to them.
    std::string add(const Event& event);

  private:
    std::string why_not(const Event& event) const;
    Loop loop_{Instant{}};
    Trace trace_{loop_};
    std::uint32_t hosts_ = 0, connections_ = 0;
};

// ---- what templates need

namespace detail {

// `fields` shows each field of a body that is ours, and not const: so it may be set.
template <class T, class Set>
T filled(Set& set) {
    T body{};
    std::as_const(body).fields([&](std::string_view name, const auto& field) {
        set(name, const_cast<std::decay_t<decltype(field)>&>(field));
    });
    return body;
}

}  // namespace detail

template <class Set>
std::optional<Body> body_of(std::string_view kind, Set&& set) {
    std::optional<Body> out;
    each_type(std::type_identity<Body>(), [&]<class T>(std::type_identity<T>) {
        if (kind == T::name) out = detail::filled<T>(set);
    });
    return out;
}

template <class Enum>
std::vector<std::string_view> words_of() {
    std::vector<std::string_view> out;
    for (std::underlying_type_t<Enum> i = 0;; ++i) {
        std::string_view next;
        if constexpr (std::is_same_v<Enum, Reason>)
            next = i == 0 ? word(Reason::none) : reason_word_at(i - 1u);
        else
            next = word(static_cast<Enum>(i));
        // What is past the last value has no word, or that of another.
        if (next.empty()) return out;
        for (const std::string_view known : out)
            if (known == next) return out;
        out.push_back(next);
    }
}

template <class Enum>
std::optional<Enum> from_word(std::string_view text) {
    using Number = std::underlying_type_t<Enum>;
    const std::vector<std::string_view> words = words_of<Enum>();
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words[i] == text) return static_cast<Enum>(static_cast<Number>(i));
    return std::nullopt;
}

}  // namespace trace
