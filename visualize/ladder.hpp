#pragma once
// The message-flow diagram: who said what to whom, when, how well protected, and what policy made
// of it.
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"
#include "visualize/labels.hpp"

namespace visualize {

/// One column.
struct Lane {
    trace::HostId host{};
    trace::Role role{};
    std::string title, subtitle;
};

/// How an arrow is drawn: by shape as well as by colour.
enum class Style : std::uint8_t { clear, encrypted, altered };
enum class Tone : std::uint8_t { neutral, good, bad };

/// What somebody on the path could make of a message.
struct Glance {
    trace::HostId watcher{};
    enum class Sight : std::uint8_t { readable, sealed } sight = Sight::readable;
    std::string words;      ///< What stood in the bytes, as far as it was no secret.
    std::size_t bytes = 0;  ///< How many there were.
};

/// How a message looks to those at its ends, who know of nobody between them.
struct Ends {
    trace::HostId from = trace::HostId::nobody, to = trace::HostId::nobody;
    Style style = Style::clear;
    std::string detail;
    bool arrived = false;
};

struct Row {
    enum class Kind : std::uint8_t { phase, message, note, gap } kind = Kind::message;
    core::Duration at;  ///< Since the clock of the trace began.
    trace::HostId from{}, to{};
    Style style = Style::clear;
    Tone tone = Tone::neutral;
    std::string head, detail;
    std::vector<Glance> glances;
    trace::EventId event = 0;
    std::vector<trace::EventId> carries;  ///< Where its bytes left, passed and arrived.
    bool stands_alone = false;            ///< Belongs to no attempt: the world changed.
    Ends ends;
    trace::ConnectionId
        connection{};               ///< On which it happens; none for most of what is no message.
    std::optional<Glance> stopped;  ///< By whom, on a message that went no further.
    /// Who knows of a note or a phase; of a message, who alone has it in his picture.
    trace::HostId witness = trace::HostId::nobody;
    bool is_sealed_rest = false;  ///< Of the flight whose readable front is the row before.
    bool in_datagrams = false;    ///< Told by its ends; on the path each datagram is told.
};

struct Ladder {
    std::string title;
    std::vector<Lane> lanes;
    std::vector<Row> rows;
    std::string story;  ///< Which mails there were, and their fates; empty for one party's view.
};

/// Whose eyes a picture is seen through; nobody's: all that happened.
using Viewers = std::vector<trace::HostId>;

/// Reads the ladder from a trace. Attempts that are all alike are folded: the first and the last
/// stay.
Ladder ladder_of(const trace::Trace& trace, const std::string& title,
                 const Viewers& viewers = Viewers());

/// DOT with every position pinned: the layout is ours, and whoever renders it has measured the
/// labels. The same ladder and the same measure give the same DOT, byte for byte.
std::string ladder_dot(const Ladder& ladder, const Measure& measure);

/// A sequence diagram for Mermaid, to be pasted into Markdown.
std::string ladder_mermaid(const Ladder& ladder);
/// A sequence diagram for PlantUML.
std::string ladder_plantuml(const Ladder& ladder);

/// Which characters a picture made of text is drawn with.
enum class Letters : std::uint8_t { utf8, ascii };
/// The ladder as text for a terminal or a mail: 100 columns, or as many as it must have.
std::string ladder_text(const Ladder& ladder, Letters letters = Letters::utf8);

}  // namespace visualize
