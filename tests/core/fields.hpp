#pragma once
// Trees of fields, for tests and fuzzers.
#include <string>
#include <vector>

#include "sim/core/field.hpp"

/// "0+5 id: value" of all fields, a line each, deeper ones indented.
inline std::string told(const std::vector<core::Field>& fields, const std::string& indent = " ") {
    std::string out;
    for (const core::Field& field : fields) {
        out += indent + std::to_string(field.offset) + "+" + std::to_string(field.length) + " " +
               std::string(field.id) + (field.value.empty() ? "" : ": " + field.value) + "\n" +
               told(field.parts, indent + "  ");
    }
    return out;
}

/// Where fields leave their bytes or their parent, or are not in order; empty: nowhere. Fields over
/// the same bytes may follow each other: DNS has flags so.
inline std::string misplaced(const std::vector<core::Field>& fields, std::size_t from,
                             std::size_t to) {
    const core::Field* before = nullptr;
    for (const core::Field& field : fields) {
        const bool same = before != nullptr && before->offset == field.offset &&
                          before->length == field.length && before->length > 0;
        if (!same && (field.offset < from || field.offset > to || field.length > to - field.offset))
            return told({field});
        const std::string within =
            misplaced(field.parts, field.offset, field.offset + field.length);
        if (!within.empty()) return within;
        from = field.offset + field.length;
        before = &field;
    }
    return {};
}
