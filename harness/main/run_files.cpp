#include <cstdlib>
#include <filesystem>

#include <fmt/core.h>

#include "harness/files/output.hpp"
#include "harness/files/paths.hpp"
#include "harness/main/run.hpp"
#include "harness/main/told.hpp"
#include "harness/play/play.hpp"
#include "harness/report/github.hpp"
#include "harness/report/html.hpp"
#include "harness/suite/suite.hpp"

namespace program {

namespace fs = std::filesystem;

std::optional<suite::Shard> shard_of(const RunOptions& o, std::string& wrong) {
    if (o.shard.empty()) return std::nullopt;
    if (o.shard == "auto")
        return suite::shard_of([](const char* name) { return std::getenv(name); }, wrong);
    const auto shard = suite::parse_shard(o.shard);
    if (!shard) wrong = "--shard: expected a part such as 1/4, or auto, got '" + o.shard + "'";
    return shard;
}

std::string prepare_files(RunOptions& o, suite::Plan& plan) {
    if (!o.out.empty()) {
        const auto unless_named = [&](std::string& target, std::string_view name) {
            if (target.empty()) target = fmt::format("{}/{}", o.out, name);
        };
        for (const report::Format& format : report::formats())
            unless_named(o.reports[format.name], format.file);
        unless_named(o.traces, below_out::traces);
        unless_named(o.diagrams, below_out::diagrams);
        unless_named(o.captures, below_out::captures);
        unless_named(o.tls_reports, below_out::tls_reports);
    }
    for (const std::string& folder : {o.out, o.traces, o.diagrams, o.captures, o.tls_reports}) {
        std::string wrong = folder.empty() ? std::string() : prepare_folder(folder);
        if (!wrong.empty()) return wrong;
    }
    for (const report::Format& format : report::formats()) {
        if (format.text == nullptr) continue;  // its writer looks by itself
        const std::string file = o.report(format.name);
        const fs::path parent = fs::path(file).parent_path();
        std::string wrong = parent.empty() ? std::string() : prepare_folder(parent.string());
        if (!wrong.empty()) return wrong;
        if (!file.empty() && files::is_directory(file))
            return file + ": expected a file to write, got a directory";
    }
    plan.artifacts.traces = o.traces;
    plan.artifacts.diagrams = o.diagrams;
    plan.artifacts.captures = o.captures;
    plan.artifacts.tls_reports = o.tls_reports;
    plan.artifacts.write = files::write_file;
    plan.artifacts.draw = [](const trace::Trace& trace, const std::string& title) {
        return draw(trace, title, Picture());
    };
    if (!o.report("html").empty()) plan.artifacts.page = report::html_part;
    return {};
}

bool write_reports(const std::function<std::string(std::string_view)>& file_of,
                   const report::Results& results) {
    bool well = true;
    for (const report::Format& format : report::formats()) {
        const std::string file = file_of(format.name);
        if (format.text == nullptr || file.empty()) continue;
        const std::string wrong = files::write_file(file, format.text(results));
        if (wrong.empty()) continue;
        complain(wrong);
        well = false;
    }
    return well;
}

// GitHub gives each step a file for its summary, to which a step adds.
bool write_summary(const std::vector<play::Outcome>& outcomes) {
    const char* const file = std::getenv("GITHUB_STEP_SUMMARY");
    if (file == nullptr || *file == '\0') return true;
    const std::string wrong = files::add_to_file(file, report::github_summary(outcomes));
    if (!wrong.empty()) complain(wrong);
    return wrong.empty();
}

}  // namespace program
