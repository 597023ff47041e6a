#pragma once
// Bytes taken apart for people: a tree of fields, whichever protocol they belong to.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// A part of some bytes. `id` names it for explanations, after the RFC's own words:
/// "tls.client_hello.random".
struct Field {
    std::string_view id;
    std::size_t offset = 0, length = 0;  ///< Within the bytes that are taken apart.
    std::string value;                   ///< For people; empty where the parts say it all.
    std::vector<Field> parts;
};

/// Bytes, and what they mean.
struct Layer {
    std::string bytes;
    std::vector<Field> fields;
};

/// What stands in a piece of a stream. A line that the piece's end cuts is told as a part that goes
/// on; the piece that ends it has its last part, and `whole_line` tells the line.
struct Passage {
    std::vector<Field> fields;
    std::optional<Layer> whole_line;
};

/// Moves fields, with their parts, behind `by` bytes.
inline void shift(std::vector<Field>& fields, std::size_t by) {
    for (Field& field : fields) {
        field.offset += by;
        shift(field.parts, by);
    }
}

}  // namespace core
