#pragma once
// An expected outcome is a value: what was asked for, or why it could not be had.
#include <string>
#include <utility>
#include <variant>

#include "sim/core/ensure.hpp"
#include "sim/core/reason.hpp"

namespace core {

/// Why the world said no. `code` is the enhanced status code (RFC 3463) where one is known, else
/// empty.
struct Failure {
    Reason reason;
    std::string detail;
    std::string code;
    std::string said;  ///< A peer's own words where it refused; else empty.
    Failure(Reason why, std::string words, std::string status = {})
        : reason(why), detail(std::move(words)), code(std::move(status)) {}
    /// The class digit of the code decides (RFC 3463 section 2); without a code, the reason does.
    bool permanent() const {
        return code.empty() ? facts(reason).lasting == Lasting::permanent : code.front() == '5';
    }
};

/// Nothing to say beyond "it went well".
struct Unit {};

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

    bool ok() const { return state_.index() == 0; }
    T& value() {
        ENSURE(ok());
        return *std::get_if<0>(&state_);
    }
    const T& value() const {
        ENSURE(ok());
        return *std::get_if<0>(&state_);
    }
    const Failure& failure() const {
        ENSURE(!ok());
        return *std::get_if<1>(&state_);
    }
    Failure take_failure() {
        ENSURE(!ok());
        return std::move(*std::get_if<1>(&state_));
    }

  private:
    std::variant<T, Failure> state_;
};

}  // namespace core
