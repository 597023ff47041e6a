#pragma once
// Lines of a stream that segments or records cut anywhere.
#include <fmt/core.h>

#include "sim/core/field_reader.hpp"

namespace core {

/// What ends a line: CRLF alone (RFC 5321 section 2.3.8); a line feed, too; or the last byte given,
/// as well (RFC 8461 section 3.2).
enum class LineEnd : std::uint8_t { crlf, lf_too, last_byte_too };

class CutLine {
  public:
    /// Has a line begun that has not ended?
    bool begun() const { return !line_.empty(); }

    /// Takes the line that begins or goes on at `at`, and returns how many bytes it took of it. A
    /// whole line is told by `tell(line, base, fields)`, where it has its line end and `base` is
    /// its offset in its layer. Of a line that is cut, each part becomes a field `part`, and the
    /// last part adds it to `out.whole_line`.
    template <class Tell>
    std::size_t take(std::string_view bytes, std::size_t at, LineEnd end, std::string_view part,
                     Passage& out, Tell&& tell) {
        const std::size_t known = line_.size();
        const std::size_t here = find_end(bytes.substr(at), end);
        line_ += bytes.substr(at, here);
        const bool is_whole = ends(end);
        if (is_whole && known == 0) {
            tell(std::string_view(line_), at, out.fields);
        } else {
            Field& field = out.fields.emplace_back();
            field.id = part;
            field.offset = at;
            field.length = here;
            field.value = fmt::format("{}: {}",
                                      is_whole     ? "the end of a line that began before"
                                      : known == 0 ? "a line that goes on"
                                                   : "the middle of a line",
                                      plain_text(bytes.substr(at, here)));
        }
        if (is_whole && known > 0) {
            if (!out.whole_line) out.whole_line.emplace();
            Layer& whole = *out.whole_line;
            const std::size_t base = whole.bytes.size();
            whole.bytes += line_;
            tell(std::string_view(line_), base, whole.fields);
        }
        if (is_whole) line_.clear();
        return here;
    }

  private:
    bool ends(LineEnd end) const {
        return end == LineEnd::last_byte_too ||
               line_.ends_with(end == LineEnd::crlf ? "\r\n" : "\n");
    }
    // Behind the first line end in `bytes`; all of them where there is none.
    std::size_t find_end(std::string_view bytes, LineEnd end) const {
        for (std::size_t from = 0;;) {
            const std::size_t found = bytes.find('\n', from);
            if (found == std::string_view::npos) return bytes.size();
            const char before = found > 0 ? bytes[found - 1] : line_.empty() ? '\0' : line_.back();
            if (before == '\r' || end != LineEnd::crlf) return found + 1;
            from = found + 1;
        }
    }
    std::string line_;
};

/// Without its line end.
constexpr std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace core
