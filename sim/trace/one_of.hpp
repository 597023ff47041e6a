#pragma once
// A value of one of many types that are all plain data. It is what std::variant is, without its
// union of unions: of sixty types that one is made two thousand times in each file that records or
// reads them, a tenth of our build.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <type_traits>

namespace trace {

/// Never without a value: at first it is one of the first type.
template <class First, class... Rest>
class OneOf {
    static_assert(sizeof...(Rest) < 255);
    static_assert(std::is_trivially_copyable_v<First> &&
                      (std::is_trivially_copyable_v<Rest> && ...),
                  "they are copied byte by byte, and nothing is destroyed");

    template <class T>
    static constexpr std::size_t index_of() {
        constexpr std::array<bool, sizeof...(Rest) + 1> same{std::is_same_v<T, First>,
                                                             std::is_same_v<T, Rest>...};
        std::size_t i = 0;
        while (i < same.size() && !same[i]) ++i;
        return i;
    }
    template <class T>
    static constexpr bool has = index_of<T>() <= sizeof...(Rest);

  public:
    OneOf() : OneOf(First{}) {}
    template <class T>
    requires has<T> OneOf(const T& value) : index_(static_cast<std::uint8_t>(index_of<T>())) {
        new (bytes_) T(value);
    }
    template <class T>
    requires has<T> OneOf& operator=(const T& value) {
        new (bytes_) T(value);
        index_ = static_cast<std::uint8_t>(index_of<T>());
        return *this;
    }

    /// Null when it is of another type.
    template <class T>
    requires has<T>
    const T* as() const { return index_ == index_of<T>() ? value<T>() : nullptr; }
    /// Calls `visitor` with the value; gives what that returns, the same type for each.
    template <class Visitor>
    auto visit(Visitor&& visitor) const {
        using Result = std::invoke_result_t<Visitor&, const First&>;
        using Called = Result (*)(const OneOf&, Visitor&);
        static constexpr Called called[] = {&call<First, Result, Visitor>,
                                            &call<Rest, Result, Visitor>...};
        return called[index_](*this, visitor);
    }

  private:
    template <class T>
    const T* value() const {
        return std::launder(reinterpret_cast<const T*>(bytes_));
    }
    template <class T, class Result, class Visitor>
    static Result call(const OneOf& of, Visitor& visitor) {
        return visitor(*of.value<T>());
    }
    alignas(First) alignas(Rest...) std::byte bytes_[std::max({sizeof(First), sizeof(Rest)...})];
    std::uint8_t index_;
};

/// Calls `look(std::type_identity<T>())` for each type T that a OneOf can hold, in order.
template <class... Types, class Look>
void each_type(std::type_identity<OneOf<Types...>>, Look&& look) {
    (look(std::type_identity<Types>()), ...);
}

}  // namespace trace
