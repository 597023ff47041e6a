#include <cstdio>

#include <fmt/core.h>

#include "harness/judge/judge.hpp"
#include "harness/main/command.hpp"
#include "harness/main/told.hpp"
#include "harness/report/dissection.hpp"
#include "harness/report/party.hpp"
#include "sim/core/printable.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/conversation.hpp"
#include "visualize/ladder_view.hpp"

namespace program {
namespace {

struct ShowOptions {
    std::string id, as = "all";
    std::optional<std::uint64_t> seed;
    Definitions given;
    bool events = false, bytes = false, keys = false, explain = false;
};

std::string called(const std::string& party) {
    return party == "sender" || party == "receiver" ? "the " + party : party;
}

// The verdicts of mails that were relayed, behind all that was said.
std::string hop_by_hop(const trace::Trace& trace) {
    std::string out;
    for (const judge::MailVerdict& mail : judge::verdicts_of(trace)) {
        const std::vector<std::string> hops = judge::hops_told(mail);
        if (hops.empty()) continue;
        out += fmt::format(
            "\nmail {}, {} to {}: {}, crossed {}\n", static_cast<std::uint32_t>(mail.mail),
            core::printable_line(mail.from.empty() ? "<>" : mail.from),
            core::printable_line(mail.to), word(mail.all.fate), word(mail.all.crossed));
        for (const std::string& hop : hops) out += "  " + hop + "\n";
    }
    return out.empty() ? out : "\nHop by hop:\n" + out.substr(1);
}

int tell(const trace::Trace& trace, std::uint64_t seed, const ShowOptions& o) {
    const std::optional<visualize::Viewers> viewers = visualize::viewers_of(trace, o.as);
    if (!viewers) {
        complain(fmt::format("--as {}: nobody is called so; expected one of {}", o.as,
                             visualize::parties_of(trace)));
        return usage;
    }
    const auto explained = o.explain ? report::Explained::yes : report::Explained::no;
    if (o.keys) {
        const std::string told = report::keys_text(trace, seed, explained);
        std::fputs(told.empty() ? "No server answered a TLS handshake: no key was negotiated.\n"
                                : told.c_str(),
                   stdout);
    } else if (o.bytes) {
        const auto own = viewers->empty() ? nullptr : report::bytes_as(trace, *viewers);
        std::string told = report::fields_text(own ? own->trace() : trace, explained);
        if (o.explain && !own) told += report::keys_text(trace, seed, explained);
        std::fputs(told.empty() ? (own ? "Not a byte.\n" : "No byte crossed.\n") : told.c_str(),
                   stdout);
    } else if (o.events) {
        trace.each([&](const trace::Event& e) {
            std::printf("%s\n", trace::text_line(trace, e).c_str());
        });
    } else if (viewers->empty()) {
        std::fputs((visualize::conversation(trace) + hop_by_hop(trace)).c_str(), stdout);
    } else {
        std::fputs(visualize::conversation_as(trace, *viewers, called(o.as)).c_str(), stdout);
    }
    return all_passed;
}

int show(const ShowOptions& o) {
    if (o.explain && !o.bytes && !o.keys) {
        complain("--explain: expected --bytes or --keys");
        return usage;
    }
    const Told told = told_of(o.id, o.seed, o.given);
    if (told.exit != all_passed) return told.exit;
    if (told.trace() != nullptr && tell(*told.trace(), told.seed(), o) != all_passed) return usage;
    if (!told.performance.mistake) return unless_bugs(told.bugs, all_passed);
    complain(told.performance.mistake->text());
    return unless_bugs(told.bugs,
                       told.performance.ending == script::Ending::failed ? unmet : broke);
}

const Registered show_row{
    30, [](Commands& all) {
        Command command = all.add(
            "show",
            "Tells a scenario as a conversation: who said what, what was encrypted, what policy "
            "decided.\n\n"
            "  mailtls show --as eve 'file.lua::a mail crosses encrypted'\n"
            "  mailtls show --bytes --explain 'file.lua::a mail crosses encrypted'");
        auto o = std::make_shared<ShowOptions>();
        command.option("id", o->id, "file.lua::title, or the file of a trace (*.jsonl)").required();
        add_seed(command, o->seed, "the world");
        add_definitions(command, o->given);
        const Option events =
            command.flag("--events", o->events, "Every event of the trace, a line each");
        Option bytes = command.flag(
            "--bytes", o->bytes,
            "Every byte that crossed, and what TLS sealed, taken apart: TLS, SMTP, HTTP, DNS");
        bytes.excludes(events);
        Option keys = command.flag(
            "--keys", o->keys,
            "How the keys of each TLS session came about, step by step, and who knows which");
        keys.excludes(events).excludes(bytes);
        command
            .option("--as", o->as,
                    "As one party saw it: sender, receiver, or a host by its name (eve, "
                    "mx.bob.example); default: all")
            .excludes(events)
            .excludes(keys);
        command.flag("--explain", o->explain,
                     "With --bytes or --keys: what each field means, and its clause");
        command.runs([o] { return show(*o); });
    }};

}  // namespace

}  // namespace program
