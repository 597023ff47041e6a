#include "sim/smtp/dissect.hpp"

#include <array>
#include <deque>

#include <fmt/core.h>

#include "sim/core/cut_line.hpp"
#include "sim/smtp/command.hpp"
#include "sim/smtp/dissect_lines.hpp"

namespace smtp {

using core::CutLine;
using core::Field;
using core::FieldReader;
using core::LineEnd;
using core::Passage;
using trace::Way;

namespace {

constexpr std::string_view part_of_line = "smtp.part";

// A field that goes on at `base`: the last one, if it is of that kind, or a new one.
Field& group(std::vector<Field>& fields, std::string_view id, std::size_t base) {
    const bool goes_on = !fields.empty() && fields.back().id == id &&
                         fields.back().offset + fields.back().length == base;
    if (goes_on) return fields.back();
    Field& field = fields.emplace_back();
    field.id = id;
    field.offset = base;
    return field;
}

}  // namespace

struct Dissector::State {
    enum class Mode : std::uint8_t { commands, header, body };

    void command(std::string_view line, std::size_t base, std::vector<Field>& out);
    void reply(std::string_view line, std::size_t base, std::vector<Field>& out);
    void content(std::string_view line, std::size_t base, std::vector<Field>& out);
    std::size_t body(std::string_view bytes, std::size_t at, Passage& out);
    void note_body(std::string_view bytes, std::size_t base, std::vector<Field>& out);
    void begin_content();

    std::array<CutLine, 2> lines;
    Mode mode = Mode::commands;
    bool in_line = false;                ///< Has a line of the body begun that was told already?
    char last = '\n';                    ///< The last byte of the body.
    std::deque<std::string> unanswered;  ///< Verbs; "." is the end of content.
    std::string last_verb;
    std::size_t reply_lines = 0;  ///< Of the reply that goes on.
};

Dissector::Dissector(Begins begins) : state_(std::make_unique<State>()) {
    if (begins == Begins::with_greeting) state_->unanswered.emplace_back();
}
Dissector::~Dissector() = default;

Passage Dissector::add(Way way, std::string_view bytes) {
    State& s = *state_;
    Passage out;
    CutLine& line = s.lines[way == Way::to_server ? 0 : 1];
    for (std::size_t at = 0; at < bytes.size();) {
        const bool dot = !s.in_line && bytes[at] == '.';
        if (way == Way::to_server && s.mode == State::Mode::body && !line.begun() && !dot) {
            at += s.body(bytes, at, out);
            continue;
        }
        at += line.take(bytes, at, LineEnd::crlf, part_of_line, out,
                        [&](std::string_view text, std::size_t base, std::vector<Field>& fields) {
                            if (way == Way::to_client)
                                s.reply(text, base, fields);
                            else if (s.mode == State::Mode::commands)
                                s.command(text, base, fields);
                            else
                                s.content(text, base, fields);
                        });
    }
    return out;
}

void Dissector::State::command(std::string_view line, std::size_t base, std::vector<Field>& out) {
    dissect_command(line, base, out);
    last_verb = parse_command(core::without_line_end(line)).verb;
    unanswered.push_back(last_verb);
}

void Dissector::State::reply(std::string_view line, std::size_t base, std::vector<Field>& out) {
    const std::string_view text = core::without_line_end(line);
    const bool good = ReplyParser().add(text).ok();
    const Answers to =
        !unanswered.empty() && unanswered.front() == "EHLO" ? Answers::ehlo : Answers::other;
    if (!good) return dissect_reply_line(line, base, to, reply_lines, out);
    // A group is one reply: the last one may have ended just here.
    std::vector<Field> alone;
    const bool goes_on = reply_lines > 0;
    Field& whole = group(goes_on ? out : alone, "smtp.reply", base);
    dissect_reply_line(line, base, to, reply_lines++, whole.parts);
    whole.length += line.size();
    whole.value = whole.parts.size() == 1
                      ? core::plain_text(text)
                      : fmt::format("{}, {} lines", text.substr(0, 3), whole.parts.size());
    if (!goes_on) out.push_back(std::move(alone.front()));
    const bool is_last = text.size() == 3 || text[3] == ' ';
    if (!is_last) return;
    reply_lines = 0;
    if (text.starts_with('3') && last_verb == "DATA") begin_content();  // 354, or what is read so
    if (!unanswered.empty()) unanswered.pop_front();
}

// RFC 5321 section 4.1.1.4.
void Dissector::State::begin_content() {
    mode = Mode::header;
    in_line = false;
    last = '\n';
    last_verb.clear();
}

// A line of the header, or one of the body that begins with a dot.
void Dissector::State::content(std::string_view line, std::size_t base, std::vector<Field>& out) {
    const std::string_view text = core::without_line_end(line);
    const bool ends = text == ".";
    const bool folded = text.starts_with(' ') || text.starts_with('\t');
    if (!ends && mode == Mode::header && !text.empty() && !folded && !is_header_line(text))
        mode = Mode::body;
    if (!ends && mode == Mode::body) return note_body(line, base, out);
    Field& whole = group(out, "smtp.content", base);
    whole.length += line.size();
    if (!ends && !text.empty()) return dissect_header_line(line, base, whole.parts);
    FieldReader in(line, base, whole.parts, ids);
    in.bytes(ends ? "smtp.content.end" : "smtp.content.separator");
    in.say(ends ? "the end of the content" : "the header ends, the body begins");
    mode = ends ? Mode::commands : Mode::body;
    if (!ends) return;
    unanswered.emplace_back(".");
}

// To the end of the bytes, or up to a line that begins with a dot.
std::size_t Dissector::State::body(std::string_view bytes, std::size_t at, Passage& out) {
    const auto behind_line = [&](std::size_t i) {
        return bytes[i] == '\n' && (i > at ? bytes[i - 1] : last) == '\r';
    };
    std::size_t end = at;
    while (end < bytes.size() && !(end > at && bytes[end] == '.' && behind_line(end - 1))) ++end;
    note_body(bytes.substr(at, end - at), at, out.fields);
    return end - at;
}

// RFC 5321 section 4.5.2: a dot that begins a line has been doubled. Section 2.3.8: a line feed or
// carriage return alone ends no line, and some servers think that it does (A25).
void Dissector::State::note_body(std::string_view bytes, std::size_t base,
                                 std::vector<Field>& out) {
    Field& whole = group(out, "smtp.content", base);
    whole.length += bytes.size();
    Field& run = group(whole.parts, "smtp.content.body", base);
    run.length += bytes.size();
    run.value = fmt::format("{} byte{} of the body", run.length, run.length == 1 ? "" : "s");
    const auto part = [&](std::string_view id, std::size_t at, const char* value) {
        run.parts.push_back({id, base + at, 1, value, {}});
    };
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const bool begins = !in_line;
        in_line = true;
        if (begins && bytes[i] == '.')
            part("smtp.content.stuffed_dot", i, "this dot is taken away again");
        if (bytes[i] == '\n' && last == '\r') in_line = false;
        if (bytes[i] == '\n' && last != '\r')
            part("smtp.content.bare_line_end", i, "a line feed alone");
        if (last == '\r' && bytes[i] != '\n' && i > 0)
            part("smtp.content.bare_line_end", i - 1, "a carriage return alone");
        last = bytes[i];
    }
}

}  // namespace smtp
