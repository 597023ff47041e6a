#pragma once
// Inside sim/tls only: elements of DER (X.690), of one byte of tag and a definite length.
#include <optional>
#include <string>
#include <string_view>

namespace tls {

inline constexpr unsigned char der_sequence = 0x30, der_context = 0x80, der_constructed = 0x20;

inline std::string der_element(unsigned char tag, std::string_view content) {
    std::string length;
    for (std::size_t rest = content.size(); rest > 0; rest >>= 8)
        length.insert(length.begin(), static_cast<char>(rest & 0xFF));
    std::string out(1, static_cast<char>(tag));
    if (content.size() < 128)
        out += static_cast<char>(content.size());
    else
        out += static_cast<char>(0x80 | length.size()) + length;
    return out.append(content);
}

struct DerElement {
    unsigned char tag;
    std::string_view content;
};
/// Takes the first one off; nothing where the bytes are none.
inline std::optional<DerElement> take_der_element(std::string_view& in) {
    if (in.size() < 2) return std::nullopt;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(in[at]); };
    const unsigned char tag = byte(0);
    std::size_t size = byte(1), begin = 2;
    if (size >= 0x80) {
        const std::size_t count = size & 0x7F;
        if (count == 0 || count > 4 || in.size() < 2 + count) return std::nullopt;
        size = 0;
        for (std::size_t i = 0; i < count; ++i) size = size << 8 | byte(2 + i);
        begin += count;
    }
    if (in.size() - begin < size) return std::nullopt;
    const DerElement out{tag, in.substr(begin, size)};
    in.remove_prefix(begin + size);
    return out;
}

}  // namespace tls
