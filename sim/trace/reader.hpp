#pragma once
// Readers of events: each says by name what it leaves out, so that a new event does not compile
// until every reader has decided.
#include <cstddef>
#include <type_traits>

#include "sim/trace/one_of.hpp"

namespace trace {

namespace detail {
template <class Event>
struct Named {};
}  // namespace detail

/// Events by name. One that is named twice does not compile.
template <class... All>
struct Events : detail::Named<All>... {
    static constexpr std::size_t count = sizeof...(All);
};

/// Is there a handler for it in `Handler`, which is called with an event?
template <class Handler, class Event>
inline constexpr bool handles = std::is_invocable_v<Handler&, const Event&>;
/// Is it one of `Others`, which are Events?
template <class Others, class Event>
inline constexpr bool names = std::is_base_of_v<detail::Named<Event>, Others>;

namespace detail {

// The compiler tells of which event.
template <class Event, bool is_handled, bool is_named>
struct Decision {
    static_assert(is_handled || is_named,
                  "a reader neither handles this event nor names it as left out");
    static_assert(!is_handled || !is_named,
                  "a reader both handles this event and names it as left out");
    static constexpr bool made = is_handled != is_named;
};

}  // namespace detail

/// Calls `handler` with the event, unless it is one of `Others`: is it handled? Does not compile
/// where an event is undecided.
template <class... Bodies, class Others, class Handler>
bool read(const OneOf<Bodies...>& body, Others, Handler&& handler) {
    static_assert(
        (detail::Decision<Bodies, handles<Handler, Bodies>, names<Others, Bodies>>::made && ...));
    static_assert(((names<Others, Bodies> ? 1u : 0u) + ...) == Others::count,
                  "a reader leaves out what is no event");
    return body.visit([&]<class Event>(const Event& event) {
        if constexpr (handles<Handler, Event>) handler(event);
        return handles<Handler, Event>;
    });
}

}  // namespace trace
