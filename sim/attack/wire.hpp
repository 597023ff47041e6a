#pragma once
// Acts on bytes, whatever they mean: injected, cut, split, held back, late.
#include "sim/attack/filter.hpp"
#include "sim/attack/records.hpp"

namespace attack {

/// Where something is to happen: behind or before a text, or behind a TLS record.
struct Place {
    std::string text;
    bool before = false;
    std::optional<RecordKind> record;
};

/// Finds a place as bytes pass, over the borders of segments.
class PlaceFinder {
  public:
    explicit PlaceFinder(const Place& place) : place_(place) {}
    struct Look {
        bool found = false;
        std::string front;   ///< What passes before the place, or while it is not there.
        std::string behind;  ///< What comes after it.
    };
    /// Bytes that may be the beginning of a text are held back when the place is before it, unless
    /// they are the last ones.
    Look look(std::string_view bytes, bool last);
    /// What is held back.
    std::string let_go() { return std::exchange(held_, {}); }

  private:
    std::size_t may_begin(const std::string& seen) const;
    Look look_for_record(std::string_view bytes);
    const Place& place_;
    RecordReader records_;
    std::string tail_;  ///< The last bytes that passed.
    std::string held_;
};

/// Puts bytes into the stream (A05, A06).
class Injects final : public Act {
  public:
    enum class Segment : std::uint8_t { same, next };
    /// A text is looked for on the way of `towards`. A record may pass on the other one: then the
    /// bytes go out at once.
    Injects(Place at, std::string bytes, Segment segment)
        : place_(std::move(at)), bytes_(std::move(bytes)), segment_(segment) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;

  private:
    friend class InjectsFilter;
    Place place_;
    std::string bytes_;
    Segment segment_;
};

/// Ends a connection at a byte (A24).
class Cuts final : public Act {
  public:
    enum class How : std::uint8_t { resets, ends, falls_silent };
    /// After so many bytes of one way, or at a place.
    Cuts(std::optional<std::uint64_t> after_bytes, Place at, How how)
        : after_bytes_(after_bytes), place_(std::move(at)), how_(how) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;
    /// The most bytes that passed, for a cut that never came.
    std::uint64_t most = 0;
    std::optional<std::uint64_t> after_bytes() const { return after_bytes_; }

  private:
    friend class CutsFilter;
    std::optional<std::uint64_t> after_bytes_;
    Place place_;
    How how_;
};

/// Cuts the stream into segments of another size.
class Splits final : public Act {
  public:
    explicit Splits(std::uint64_t size) : size_(size) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;
    std::uint64_t size() const { return size_; }

  private:
    std::uint64_t size_;
};

/// Holds segments back until a text has come, and sends them as one.
class Joins final : public Act {
  public:
    explicit Joins(std::string until) : until_(std::move(until)) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;
    const std::string& until() const { return until_; }

  private:
    std::string until_;
};

/// Lets bytes wait.
class Delays final : public Act {
  public:
    explicit Delays(Duration by) : by_(by) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;
    Duration by() const { return by_; }

  private:
    Duration by_;
};

/// Lets nothing of a service through.
class Blocks final : public Act {
  public:
    enum class How : std::uint8_t { falls_silent, resets };
    explicit Blocks(How how) : how_(how) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;
    net::Gate opens(const net::Opening& opening) override;

  private:
    How how_;
};

}  // namespace attack
