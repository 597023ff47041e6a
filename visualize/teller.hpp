#pragma once
// What a run has to say, event by event, as lines for people.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace visualize {

std::vector<std::string> lines_of(std::string_view text, std::string_view end_of_line);
/// "keeps the mail from <> to bob@bob.example as 1CDE45273A".
std::string words_of(const trace::MailKept& e);
std::string words_of(const trace::MailScanned& e);
std::string words_of(const trace::MailSealed& e);

/// Writes the lines of events; the margin shows the time and how well the words were protected.
struct Teller {
    explicit Teller(const trace::Trace& of) : trace(of) {}
    struct Line {
        trace::ConnectionId connection;
        std::string text;
        std::size_t words = 0;  ///< Where they begin, behind the margin.
    };
    const trace::Trace& trace;
    std::vector<Line> lines;
    /// Replies as their servers said them.
    std::map<trace::ConnectionId, std::set<std::string_view>> said;

    /// All that there is to say of an event, as somebody who knows everything.
    void write(const trace::Event& event);
    void add(const trace::Event& event, trace::ConnectionId connection, char margin,
             std::string text);
    bool has_said(trace::ConnectionId connection, std::string_view reply) const;
};

/// What stands above the lines, and they; where several connections are open at once, a line bears
/// the number of its own.
std::string told_as_text(std::string head, const std::vector<Teller::Line>& lines);

}  // namespace visualize
