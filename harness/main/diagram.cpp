#include <cstdio>

#include <fmt/format.h>

#include "harness/files/output.hpp"
#include "harness/main/command.hpp"
#include "harness/main/told.hpp"
#include "sim/tls/negotiation.hpp"
#include "visualize/ladder_view.hpp"

namespace program {
namespace {

struct Wish {
    std::string id, target, format, view = "all", kind = "ladder";
    std::optional<std::uint64_t> seed, connection;
    Definitions given;
    bool ascii = false;
};

// A connection whose keys cannot be drawn: why, and what can be asked for.
std::string why_no_keys(const trace::Trace& trace, std::uint64_t connection) {
    std::vector<std::uint64_t> known;
    for (const tls::Negotiation& one : tls::negotiations_of(trace, std::nullopt)) {
        known.push_back(static_cast<std::uint32_t>(one.connection));
        if (known.back() == connection) return {};
    }
    return fmt::format("--connection {}: no server answered a TLS handshake there; expected {}",
                       connection,
                       known.empty() ? "none: this run has no TLS"
                                     : fmt::format("one of {}", fmt::join(known, ", ")));
}

// What is asked for that does not go together; empty: `picture` says how it is drawn.
std::string why_not(const Wish& wish, Picture& picture) {
    if (!wish.format.empty()) {
        picture.format = wish.format;
    } else if (wish.target.rfind('.') != std::string::npos) {
        const std::optional<std::string> format = picture_format(wish.target);
        if (!format)
            return fmt::format("-o {}: expected a name ending in {}, or --format", wish.target,
                               picture_endings());
        picture.format = *format;
    }
    picture.ascii = wish.ascii;
    picture.kind = wish.kind;
    if (wish.kind != "ladder" && (!draws_each_kind(picture.format) || wish.view != "all"))
        return fmt::format("--kind {}: expected svg, png, pdf or dot, and no --view", wish.kind);
    if (wish.connection && wish.kind != "keys") return "--connection: expected --kind keys";
    if (picture.ascii && picture.format != "text")
        return fmt::format("--ascii: expected the format text, got {}", picture.format);
    return {};
}

int diagram(const Wish& wish) {
    const std::string& target = wish.target;
    Picture picture;
    if (const std::string why = why_not(wish, picture); !why.empty()) {
        complain(why);
        return usage;
    }
    const Told told = told_of(wish.id, wish.seed, wish.given);
    if (told.exit != all_passed) return told.exit;
    if (told.trace() == nullptr) {
        complain(told.performance.mistake->text());
        return broke;
    }
    const trace::Trace& trace = *told.trace();
    const std::optional<visualize::Viewers> viewers = visualize::viewers_of(trace, wish.view);
    if (!viewers) {
        complain(fmt::format("--view {}: nobody is called so; expected one of {}", wish.view,
                             visualize::parties_of(trace)));
        return usage;
    }
    picture.viewers = *viewers;
    picture.seed = told.seed();
    if (wish.connection) {
        picture.connection = trace::ConnectionId{static_cast<std::uint32_t>(*wish.connection)};
        const std::string wrong = why_no_keys(trace, *wish.connection);
        if (!wrong.empty()) {
            complain(wrong);
            return usage;
        }
    }
    const std::string title =
        viewers->empty() ? told.title : fmt::format("{} (what {} saw)", told.title, wish.view);
    const std::string drawn = draw(trace, title, picture);
    if (drawn.empty()) {
        complain("Graphviz cannot draw here; is its plugin package installed?");
        return environment;
    }
    if (target.empty() || target == "-") {
        std::fwrite(drawn.data(), 1, drawn.size(), stdout);
        return unless_bugs(told.bugs, all_passed);
    }
    const std::string wrong = files::write_file(target, drawn);
    if (!wrong.empty()) complain(wrong);
    return unless_bugs(told.bugs, wrong.empty() ? all_passed : environment);
}

const Registered diagram_row{
    40, [](Commands& all) {
        Command command = all.add("diagram",
                                  "Draws a scenario as a message-flow diagram.\n\n"
                                  "  mailtls diagram 'file.lua::title' -o picture.svg\n"
                                  "  mailtls diagram 'file.lua::title' -o picture.png");
        auto wish = std::make_shared<Wish>();
        command.option("id", wish->id, "file.lua::title, or the file of a trace (*.jsonl)")
            .required();
        command.option(
            "-o,--output", wish->target,
            fmt::format("File to write ({}); default: SVG on stdout", picture_endings()));
        command.option("--format", wish->format, "What it is drawn as, whatever the file is called")
            .check(one_of(picture_formats()));
        command
            .option(
                "--kind", wish->kind,
                "ladder (default): who says what to whom; topology: who is where, and how "
                "sessions were protected; decision: why policy decided so; keys: how the keys of a "
                "TLS session came about, and who knows which; share: how much of the mail was "
                "protected, over time")
            .check(one_of({"ladder", "topology", "decision", "keys", "share"}));
        command.option("--connection", wish->connection,
                       "With --kind keys: the connection whose handshake is drawn, as `show "
                       "--bytes` numbers it; default: the first mail session's");
        command.option("--view", wish->view,
                       "What one party saw: sender, receiver, or a host by its name (eve, "
                       "mx.bob.example); default: all");
        command.flag("--ascii", wish->ascii, "With text: no characters but ASCII");
        add_seed(command, wish->seed, "the world");
        add_definitions(command, wish->given);
        command.runs([=] { return diagram(*wish); });
    }};

}  // namespace

}  // namespace program
