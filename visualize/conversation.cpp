#include "visualize/conversation.hpp"

#include <algorithm>

#include "visualize/teller.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

// What one side said at once: a command, a reply, the content of a mail.
struct Said {
    enum class What : std::uint8_t { command, reply, content } what;
    std::vector<std::string> lines;
};

std::vector<Said> said_on(const Trace& trace, ConnectionId connection) {
    std::vector<Said> out;
    trace.each([&](const Event& event) {
        if (const auto* command = event.as<CommandSent>();
            command && command->connection == connection) {
            out.push_back({Said::What::command, {"C: " + std::string(command->line)}});
        } else if (const auto* reply = event.as<ReplySent>();
                   reply && reply->connection == connection) {
            out.push_back({Said::What::reply, {}});
            for (const std::string& line : lines_of(reply->text, "\n"))
                out.back().lines.push_back("S: " + line);
        } else if (const auto* content = event.as<ContentSent>();
                   content && content->connection == connection) {
            out.push_back({Said::What::content, {}});
            for (const std::string& line : lines_of(content->bytes, "\r\n"))
                out.back().lines.push_back("C: " + line);
            out.back().lines.push_back("C: .");
        }
    });
    return out;
}

// A group of commands, and as many replies behind it: by turns.
std::vector<Said> in_turns(std::vector<Said> all) {
    std::vector<Said> out;
    const auto run = [&](std::size_t from, Said::What what) {
        std::size_t end = from;
        while (end < all.size() && all[end].what == what) ++end;
        return end - from;
    };
    for (std::size_t i = 0; i < all.size();) {
        const std::size_t commands = run(i, Said::What::command);
        const std::size_t pairs = std::min(commands, run(i + commands, Said::What::reply));
        for (std::size_t k = 0; commands > 1 && pairs == commands && k < pairs; ++k) {
            out.push_back(std::move(all[i + k]));
            out.push_back(std::move(all[i + commands + k]));
        }
        if (commands > 1 && pairs == commands)
            i += 2 * commands;
        else
            out.push_back(std::move(all[i++]));
    }
    return out;
}

}  // namespace

std::vector<std::string> dialogue(const Trace& trace, ConnectionId connection, Order order) {
    std::vector<Said> all = said_on(trace, connection);
    if (order == Order::in_turns) all = in_turns(std::move(all));
    std::vector<std::string> out;
    for (Said& said : all)
        for (std::string& line : said.lines) out.push_back(std::move(line));
    return out;
}

std::string conversation(const Trace& trace) {
    Teller teller(trace);
    trace.each([&](const Event& event) { teller.write(event); });
    std::string out = told_as_text(
        "Margin: = inside TLS, ~ touched by an attacker, ! less protection or a failure, * a "
        "decision.\n",
        teller.lines);
    if (teller.lines.empty()) out += "Nothing was said and nothing was decided.\n";
    return out;
}

std::vector<std::string> last_exchanges(const Trace& trace, ConnectionId connection,
                                        std::size_t most) {
    Teller teller(trace);
    trace.each([&](const Event& event) { teller.write(event); });
    std::vector<std::string> out;
    for (const Teller::Line& line : teller.lines)
        if (line.connection == connection) out.push_back(line.text);
    if (out.size() > most) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(most));
    return out;
}

}  // namespace visualize
