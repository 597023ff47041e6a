#pragma once
// Reads numbers, texts and what has a length before it (RFC 8446 section 3), and notes what it
// reads as fields.
#include <cstdint>

#include "sim/core/field.hpp"

namespace core {

/// "0x0303 (TLS 1.2)": a number, and its name where it has one.
using NameOf = std::string_view (*)(std::uint64_t number);

/// The ids that a protocol has for what each may have.
struct CommonIds {
    std::string_view not_understood;  ///< Bytes that do not have the form that is expected.
    std::string_view length;          ///< The length before a vector.
};

class FieldReader {
  public:
    /// `base`: the offset of `bytes` within all. Fields are added to `out`, which must stay.
    FieldReader(std::string_view bytes, std::size_t base, std::vector<Field>& out,
                const CommonIds& ids)
        : bytes_(bytes), base_(base), out_(&out), ids_(ids) {}

    bool ok() const { return ok_; }
    bool empty() const { return !ok_ || at_ == bytes_.size(); }
    std::size_t left() const { return ok_ ? bytes_.size() - at_ : 0; }
    std::string_view rest() const { return bytes_.substr(at_); }
    /// Where the rest begins, within all.
    std::size_t offset() const { return base_ + at_; }

    /// A number of `size` bytes, shown decimal, or hexadecimal with its name.
    std::uint64_t number(std::string_view id, std::size_t size);
    std::uint64_t number(std::string_view id, std::size_t size, NameOf name_of);
    /// So many bytes, shown as hex; those that are left.
    std::string_view bytes(std::string_view id, std::size_t size);
    std::string_view bytes(std::string_view id) { return bytes(id, left()); }
    /// So many bytes, shown as text (`plain_text`).
    std::string_view text(std::string_view id, std::size_t size);
    std::string_view text(std::string_view id) { return text(id, left()); }
    /// So many bytes that are no field of their own; fewer where fewer are left.
    void skip(std::size_t size) { at_ += size < left() ? size : left(); }
    /// A field that is read from within; its parts go into it.
    FieldReader inside(std::string_view id, std::size_t size);
    /// A field of a length of `size` bytes and of what it counts: to be read from within, with the
    /// length as its first part.
    FieldReader vector(std::string_view id, std::size_t size);
    std::uint64_t length(std::size_t size) { return number(ids_.length, size); }
    /// Says what the field that was read last means as a whole.
    void say(std::string value);
    /// The field that was read last; there must be one.
    Field& last() { return out_->back(); }
    /// The rest is not understood.
    void give_up(std::string why);
    /// Nothing more can be read: a field that was read has taken what follows.
    void stop() { ok_ = false; }
    /// What is left over is noted.
    void finish();

  private:
    std::optional<std::uint64_t> peek(std::size_t size) const;
    Field& note(std::string_view id, std::size_t size);
    bool has(std::string_view id, std::size_t size);
    std::string_view bytes_;
    std::size_t base_;
    std::vector<Field>* out_;
    CommonIds ids_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

/// "0a0b0c…": at most `most` bytes as hex.
std::string hex_text(std::string_view bytes, std::size_t most = 32);
/// The bytes of hexadecimal digits, as the trace has secrets: nothing else may stand there.
std::string bytes_of_hex(std::string_view hex);
/// Printable ASCII as it is, any other byte as "\x0d".
std::string plain_text(std::string_view bytes);

}  // namespace core
