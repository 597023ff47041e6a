#include <cstdio>

#include "harness/main/command.hpp"
#include "harness/report/dissection.hpp"
#include "visualize/capture.hpp"

namespace program {
namespace {

struct Options {
    std::string id, pcapng, pcap, key_log, fields;
    std::uint64_t seed = 0;
};

int export_command(const Options& o) {
    if (o.pcapng.empty() && o.pcap.empty() && o.key_log.empty() && o.fields.empty()) {
        complain(
            "export: expected where to write: --pcapng FILE, --pcap FILE and --keylog FILE, or "
            "--fields FILE");
        return usage;
    }
    const Played played = play_one(o.id, o.seed);
    if (played.exit != all_passed) return played.exit;
    if (!played.performance.stage->playing()) {
        complain(played.performance.mistake->text());
        return broke;
    }
    const trace::Trace& trace = played.performance.stage->world().trace();
    const visualize::Capture capture = visualize::capture_of(trace);
    const auto write = [](const std::string& file, const std::string& content) {
        if (file.empty()) return true;
        if (file == "-") {
            std::fwrite(content.data(), 1, content.size(), stdout);
            return true;
        }
        const std::string wrong = run::write_file(file, content);
        if (!wrong.empty()) complain(wrong);
        return wrong.empty();
    };
    const bool written = write(o.pcapng, as_pcapng(capture, o.id)) &&
                         write(o.pcap, as_pcap(capture)) && write(o.key_log, capture.key_log) &&
                         (o.fields.empty() || write(o.fields, report::fields_json(trace, o.id)));
    // What was played before the script broke is written all the same.
    const bool is_broken = played.performance.ending == script::Ending::broken;
    if (is_broken) complain(played.performance.mistake->text());
    return unless_bugs(played.bugs, !written ? environment : is_broken ? broke : all_passed);
}

}  // namespace

void add_export(CLI::App& app, Choice& choice) {
    CLI::App* const command =
        app.add_subcommand("export",
                           "Writes a scenario as a capture that Wireshark opens.\n\n"
                           "  mailtls export 'file.lua::title' --pcapng run.pcapng\n"
                           "  mailtls export 'file.lua::title' --pcap run.pcap --keylog keys.log");
    auto o = std::make_shared<Options>();
    command->add_option("id", o->id, "file.lua::title")->required();
    command->add_option("--pcapng", o->pcapng,
                        "The capture, with the secrets of TLS and comments inside; - is stdout");
    command->add_option("--pcap", o->pcap, "The capture in tcpdump's format, for older tools");
    command->add_option("--keylog", o->key_log,
                        "The secrets of TLS as NSS writes them, for a capture that has none");
    command->add_option(
        "--fields", o->fields,
        "Every byte taken apart: TLS records, what was sealed in them, SMTP, HTTP and "
        "DNS, and their fields (JSON lines, mailtls.fields/1)");
    command->add_option("--seed", o->seed, "The seed of the world")->check(seed_numbers());
    command->callback([o, &choice] { choice.action = [o] { return export_command(*o); }; });
}

}  // namespace program
