#include <cstdio>

#include "harness/files/output.hpp"
#include "harness/main/command.hpp"
#include "harness/main/told.hpp"
#include "harness/report/dissection.hpp"
#include "visualize/capture.hpp"

namespace program {
namespace {

struct ExportOptions {
    std::string id, pcapng, pcap, key_log, fields;
    std::optional<std::uint64_t> seed;
    Definitions given;
};

int export_command(const ExportOptions& o) {
    if (o.pcapng.empty() && o.pcap.empty() && o.key_log.empty() && o.fields.empty()) {
        complain(
            "export: expected where to write: --pcapng FILE, --pcap FILE and --keylog FILE, or "
            "--fields FILE");
        return usage;
    }
    const Told told = told_of(o.id, o.seed, o.given);
    if (told.exit != all_passed) return told.exit;
    if (told.trace() == nullptr) {
        complain(told.performance.mistake->text());
        return broke;
    }
    const trace::Trace& trace = *told.trace();
    bool written = true;
    const auto write = [&](const std::string& file, const std::string& content) {
        if (file == "-") {
            std::fwrite(content.data(), 1, content.size(), stdout);
            return;
        }
        const std::string wrong = files::write_file(file, content);
        if (!wrong.empty()) complain(wrong);
        written = wrong.empty();
    };
    // Only what is asked for is made, and nothing after what could not be written.
    if (!o.pcapng.empty() || !o.pcap.empty() || !o.key_log.empty()) {
        const visualize::Capture capture = visualize::capture_of(trace);
        if (!o.pcapng.empty()) write(o.pcapng, as_pcapng(capture, told.title));
        if (!o.pcap.empty() && written) write(o.pcap, as_pcap(capture));
        if (!o.key_log.empty() && written) write(o.key_log, capture.key_log);
    }
    if (!o.fields.empty() && written) write(o.fields, report::fields_json(trace, told.title));
    // What was played before the script broke is written all the same.
    const bool is_broken = told.performance.ending == script::Ending::broken;
    if (is_broken) complain(told.performance.mistake->text());
    return unless_bugs(told.bugs, !written ? environment : is_broken ? broke : all_passed);
}

const Registered export_row{
    50, [](Commands& all) {
        Command command =
            all.add("export",
                    "Writes a scenario as a capture that Wireshark opens.\n\n"
                    "  mailtls export 'file.lua::title' --pcapng run.pcapng\n"
                    "  mailtls export 'file.lua::title' --pcap run.pcap --keylog keys.log");
        auto o = std::make_shared<ExportOptions>();
        command.option("id", o->id, "file.lua::title, or the file of a trace (*.jsonl)").required();
        command.option("--pcapng", o->pcapng,
                       "The capture, with the secrets of TLS and comments inside; - is stdout");
        command.option("--pcap", o->pcap, "The capture in tcpdump's format, for older tools");
        command.option("--keylog", o->key_log,
                       "The secrets of TLS as NSS writes them, for a capture that has none");
        command.option(
            "--fields", o->fields,
            "Every byte taken apart: TLS records, what was sealed in them, SMTP, HTTP and "
            "DNS, and their fields (JSON lines, mailtls.fields/1)");
        add_seed(command, o->seed, "the world");
        add_definitions(command, o->given);
        command.runs([o] { return export_command(*o); });
    }};

}  // namespace

}  // namespace program
