// SMTP, HTTP and DNS taken apart, whatever the bytes: no field leaves its bytes or its parent, each
// byte stands in a field, and how a stream was cut changes nothing of the lines that are told.
#include "sim/dns/dissect.hpp"
#include "sim/https/dissect.hpp"
#include "sim/smtp/dissect.hpp"
#include "tests/core/fields.hpp"
#include "tests/fuzz/input.hpp"

using core::Field;
using trace::Way;

namespace {

// Fields that tell how much came at once, and where a body was cut.
constexpr std::string_view by_piece[] = {"smtp.part",
                                         "smtp.reply",
                                         "smtp.content",
                                         "smtp.content.body",
                                         "smtp.content.bare_line_end",
                                         "http.part",
                                         "http.body",
                                         "http.tls_report",
                                         "smtp.content.stuffed_dot"};

void tell(const std::vector<Field>& fields, std::vector<std::string>& out) {
    for (const Field& field : fields) {
        const bool counts =
            std::find(std::begin(by_piece), std::end(by_piece), field.id) == std::end(by_piece);
        if (counts) out.push_back(std::string(field.id) + '=' + field.value);
        tell(field.parts, out);
    }
}

void check(const std::vector<Field>& fields, std::size_t size) {
    ENSURE(misplaced(fields, 0, size).empty());
    std::size_t at = 0;
    for (const Field& field : fields) {
        ENSURE(field.offset == at);
        at += field.length;
    }
    ENSURE(at == size);
}

// Turns are parted by NUL; the server has the first one.
template <class Dissector>
std::vector<std::string> dissected(Dissector& dissector, std::string_view text,
                                   const std::vector<std::size_t>& places) {
    std::vector<std::string> out;
    Way way = Way::to_server;
    for (const std::string& turn : fuzz::split(text, std::string_view("\0", 1))) {
        way = opposite(way);
        std::vector<std::size_t> here = places;
        for (std::size_t& place : here) place %= turn.size() + 1;
        std::sort(here.begin(), here.end());
        for (const std::string_view piece : fuzz::cut(turn, here)) {
            const core::Passage passage = dissector.add(way, piece);
            check(passage.fields, piece.size());
            if (passage.whole_line) {
                check(passage.whole_line->fields, passage.whole_line->bytes.size());
                tell(passage.whole_line->fields, out);
            }
            tell(passage.fields, out);
        }
    }
    return out;
}

void check_smtp(std::string_view text, const std::vector<std::size_t>& places,
                smtp::Dissector::Begins begins) {
    smtp::Dissector at_once(begins), in_pieces(begins);
    const auto whole = dissected(at_once, text, {});
    const auto cut = dissected(in_pieces, text, places);
    ENSURE(whole == cut);
}

// A chunk's size and a line of a policy may both end in one piece: so their order may differ.
void check_http(std::string_view text, const std::vector<std::size_t>& places) {
    https::Dissector at_once, in_pieces;
    auto whole = dissected(at_once, text, {});
    auto cut = dissected(in_pieces, text, places);
    std::sort(whole.begin(), whole.end());
    std::sort(cut.begin(), cut.end());
    ENSURE(whole == cut);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const unsigned kind = input.byte() % 4;
    const std::vector<std::size_t> places = input.places();
    const std::string_view text = input.text();
    switch (kind) {
        case 0: check_smtp(text, places, smtp::Dissector::Begins::with_greeting); break;
        case 1: check_smtp(text, places, smtp::Dissector::Begins::behind_starttls); break;
        case 2: check_http(text, places); break;
        default: check(dns::dissect(text), text.size());
    }
    return 0;
}
