#include "sim/core/field_reader.hpp"

#include <fmt/core.h>

namespace core {

std::string hex_text(std::string_view bytes, std::size_t most) {
    std::string out;
    for (const char c : bytes.substr(0, most))
        out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return bytes.size() > most ? out + "…" : out;
}

std::string plain_text(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto u = static_cast<unsigned char>(c);
        out += u < 0x20 || u >= 0x7F ? fmt::format("\\x{:02x}", u) : std::string(1, c);
    }
    return out;
}

std::optional<std::uint64_t> FieldReader::peek(std::size_t size) const {
    if (!ok_ || left() < size) return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i)
        number = number << 8 | static_cast<unsigned char>(bytes_[at_ + i]);
    return number;
}

Field& FieldReader::note(std::string_view id, std::size_t size) {
    Field& field = out_->emplace_back();
    field.id = id;
    field.offset = base_ + at_;
    field.length = size;
    at_ += size;
    return field;
}

bool FieldReader::has(std::string_view id, std::size_t size) {
    if (!ok_) return false;
    if (left() >= size) return true;
    give_up(fmt::format("{}: expected {} bytes, got {}", id, size, left()));
    return false;
}

std::uint64_t FieldReader::number(std::string_view id, std::size_t size) {
    if (!has(id, size)) return 0;
    const std::uint64_t number = *peek(size);
    note(id, size).value = std::to_string(number);
    return number;
}

std::uint64_t FieldReader::number(std::string_view id, std::size_t size, NameOf name_of) {
    if (!has(id, size)) return 0;
    const std::uint64_t number = *peek(size);
    const std::string_view name = name_of(number);
    const std::string digits = fmt::format("0x{:0{}x}", number, size * 2);
    note(id, size).value = name.empty() ? digits : fmt::format("{} ({})", name, digits);
    return number;
}

std::string_view FieldReader::bytes(std::string_view id, std::size_t size) {
    if (!has(id, size)) return {};
    const std::string_view found = bytes_.substr(at_, size);
    note(id, size).value = hex_text(found);
    return found;
}

std::string_view FieldReader::text(std::string_view id, std::size_t size) {
    if (!has(id, size)) return {};
    const std::string_view found = bytes_.substr(at_, size);
    note(id, size).value = plain_text(found);
    return found;
}

FieldReader FieldReader::inside(std::string_view id, std::size_t size) {
    if (!has(id, size)) {
        FieldReader nothing({}, 0, *out_, ids_);
        nothing.ok_ = false;
        return nothing;
    }
    const std::size_t begins = at_;
    Field& field = note(id, size);
    return {bytes_.substr(begins, size), base_ + begins, field.parts, ids_};
}

FieldReader FieldReader::vector(std::string_view id, std::size_t size) {
    const std::optional<std::uint64_t> length = peek(size);
    if (!length) {
        has(id, size);
        FieldReader nothing({}, 0, *out_, ids_);
        nothing.ok_ = false;
        return nothing;
    }
    const bool whole = left() - size >= *length;
    FieldReader out = inside(id, whole ? size + static_cast<std::size_t>(*length) : left());
    out.length(size);
    if (whole) return out;
    out.give_up(fmt::format("{}: expected {} bytes, got {}", id, *length, out.left()));
    ok_ = false;
    return out;
}

void FieldReader::say(std::string value) {
    if (!out_->empty()) out_->back().value = std::move(value);
}

void FieldReader::give_up(std::string why) {
    if (!ok_) return;
    note(ids_.not_understood, left()).value = std::move(why);
    ok_ = false;
}

void FieldReader::finish() {
    if (ok_ && left() > 0) give_up("more bytes than expected");
}

std::string bytes_of_hex(std::string_view hex) {
    const auto digit = [](char c) {
        return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10) & 15u;
    };
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
    return out;
}

}  // namespace core
