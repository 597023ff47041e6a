// The end of data: RFC 5321 sections 4.1.1.4 and 4.5.2 (SMTP-02 to SMTP-05).
#include "sim/smtp/command.hpp"
#include "tests/fuzz/input.hpp"

using smtp::DataReader;
using smtp::KindDataReader;
using smtp::Kindness;
using smtp::LineEnds;

namespace {

struct Outcome {
    std::size_t taken = 0;
    bool complete = false, bare = false;
    std::string content;
    bool operator==(const Outcome&) const = default;
};

template <class Reader>
Outcome read_by(Reader& reader, const std::vector<std::string_view>& pieces) {
    Outcome out;
    for (const std::string_view piece : pieces) {
        if (reader.complete()) break;
        const std::size_t taken = reader.add(piece);
        ENSURE(taken == piece.size() || reader.complete());
        out.taken += taken;
    }
    out.complete = reader.complete();
    out.content = reader.take();
    return out;
}

Outcome read(const std::vector<std::string_view>& pieces, LineEnds ends) {
    DataReader reader(ends);
    Outcome out = read_by(reader, pieces);
    out.bare = reader.bare_line_end();
    return out;
}

Outcome read_kindly(const std::vector<std::string_view>& pieces, LineEnds ends, unsigned kinds) {
    std::set<Kindness> kindness;
    for (unsigned i = 0; i < 3; ++i)
        if ((kinds >> i & 1) != 0) kindness.insert(static_cast<Kindness>(i));
    KindDataReader reader(std::move(kindness), ends);
    return read_by(reader, pieces);
}

// The historic servers (A25): the same however the bytes are cut; and as the others where they are
// kind to nothing.
void check_kind(const std::string_view text, const std::vector<std::string_view>& pieces) {
    for (const LineEnds ends : {LineEnds::strict, LineEnds::bare_lf_too}) {
        for (unsigned kinds = 0; kinds < 8; ++kinds)
            ENSURE(read_kindly({text}, ends, kinds) == read_kindly(pieces, ends, kinds));
        const Outcome kind = read_kindly({text}, ends, 0), usual = read({text}, ends);
        ENSURE(kind.complete == usual.complete);
        if (usual.complete) ENSURE(kind.content == usual.content && kind.taken == usual.taken);
    }
}

// Dots doubled at the front of a line, taken away one by one.
std::string unstuffed(std::string text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '.') text.erase(at, 1);
        const std::size_t end = text.find("\r\n", at);
        at = end == std::string::npos ? text.size() : end + 2;
    }
    return text;
}

// By its words alone: data end at the first line, ended by CRLF, that is a dot.
void check_strict(std::string_view bytes, const Outcome& out) {
    const std::size_t end =
        bytes.starts_with(".\r\n") ? 0 : std::min(bytes.find("\r\n.\r\n"), bytes.size());
    const bool complete = end < bytes.size() || (end == 0 && bytes.starts_with(".\r\n"));
    ENSURE(out.complete == complete);
    if (!complete) return;
    const std::size_t content = end == 0 && bytes.starts_with(".\r\n") ? 0 : end + 2;
    ENSURE(out.taken == content + 3);
    ENSURE(out.content == unstuffed(std::string(bytes.substr(0, content))));
    std::string rest(bytes.substr(0, out.taken));
    for (std::size_t at; (at = rest.find("\r\n")) != std::string::npos;) rest.replace(at, 2, "|");
    const bool bare = rest.find_first_of("\r\n") != std::string::npos;
    ENSURE(out.bare == bare);
}

// What was stuffed comes out as it was, its last line ended.
void check_round_trip(std::string_view content) {
    const std::string wire = smtp::stuffed(content);
    const Outcome out = read({wire}, LineEnds::strict);
    ENSURE(out.complete && out.taken == wire.size());
    const bool ended = content.empty() || content.ends_with("\r\n");
    ENSURE(out.content == std::string(content) + (ended ? "" : "\r\n"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::vector<std::size_t> places = input.places();
    const std::vector<std::string_view> pieces = fuzz::cut(input.text(), places);
    for (const LineEnds ends : {LineEnds::strict, LineEnds::bare_lf_too})
        ENSURE(read({input.text()}, ends) == read(pieces, ends));
    check_strict(input.text(), read({input.text()}, LineEnds::strict));
    check_round_trip(input.text());
    check_kind(input.text(), pieces);
    return 0;
}
