// `mailtls run --baseline`: what changed since the verdicts were kept.
#include <filesystem>

#include <fmt/core.h>

#include "harness/files/output.hpp"
#include "harness/files/paths.hpp"
#include "harness/files/whole.hpp"
#include "harness/main/run.hpp"
#include "harness/play/play.hpp"
#include "harness/suite/suite.hpp"
#include "sim/core/text.hpp"

namespace program {

namespace fs = std::filesystem;

KeptVerdicts::KeptVerdicts(const RunOptions& o) : options_(o) {
    if (o.baseline.empty()) {
        if (o.update) wrong_ = "--update: expected --baseline FILE, which it writes";
        return;
    }
    std::error_code error;
    if (o.repeat > 1)
        wrong_ = "--baseline: keeps one verdict of each scenario, and --repeat makes several";
    else if (!o.flaws.empty())
        wrong_ = "--baseline: keeps the verdicts of the suite as it is, and --flaw changes it";
    else if (fs::is_directory(o.baseline, error))
        wrong_ = o.baseline + ": expected a baseline, got a directory";
    else if (fs::exists(o.baseline, error) && !files::is_plain(o.baseline))
        wrong_ = o.baseline + ": expected a baseline, got a device or a pipe";
    else if (fs::exists(o.baseline, error))
        before_ = suite::parse_baseline(files::read_file(o.baseline), o.baseline, wrong_);
    else if (!o.update)
        wrong_ = o.baseline + ": there is no such baseline; --update writes it";
}

namespace {

bool is_below(const fs::path& file, const fs::path& path) {
    const fs::path inside = file.lexically_normal().lexically_relative(path.lexically_normal());
    return !inside.empty() && *inside.begin() != "..";
}

}  // namespace

// In the baseline and below the paths, but no scenario any more. A file that does not load has
// taken none away.
std::vector<std::string> KeptVerdicts::gone(const suite::Found& found) const {
    std::vector<std::string> out;
    std::set<std::string> there;
    for (const script::ScenarioEntry& entry : found.scenarios)
        there.insert(suite::baseline_id(entry.id()));
    for (const auto& [id, kept] : before_) {
        const std::string file = id.substr(0, files::title_at(id));
        bool meant = false;
        for (const std::string& path : options_.paths) meant = meant || is_below(file, path);
        for (const script::Mistake& mistake : found.mistakes) meant = meant && mistake.file != file;
        if (meant && !there.contains(id)) out.push_back(id);
    }
    return out;
}

bool KeptVerdicts::judge(const std::vector<play::Outcome>& outcomes, const suite::Found& found,
                         Extent extent, std::FILE* out) {
    const std::string& file = options_.baseline;
    if (file.empty()) return true;
    const suite::Baseline played = suite::baseline_of(outcomes);
    const std::vector<std::string> none_left = gone(found);
    const suite::BaselineChange change = suite::changes(before_, played, none_left);
    if (!change.lines.empty()) std::fputc('\n', out);
    for (const std::string& line : change.lines) std::fprintf(out, "%s\n", line.c_str());
    if (!options_.update) {
        if (change.scenarios == 0) return true;
        complain(
            fmt::format("{}: the verdicts of {} are not what they were; --update "
                        "takes the change over",
                        file, core::counted(change.scenarios, "scenario")));
        return false;
    }
    if (extent == Extent::cut_off) {
        complain(file + ": is left as it was: not all was played that was asked for");
        return true;
    }
    suite::Baseline now = before_;
    for (const std::string& id : none_left) now.erase(id);
    for (const auto& [id, kept] : played) now[id] = kept;
    const std::string wrong = files::write_file(file, suite::baseline_text(now));
    wrote_ = wrong.empty();
    const std::string changed =
        before_.empty() ? ""
                        : fmt::format("; {} changed", core::counted(change.scenarios, "scenario"));
    complain(wrote_ ? fmt::format("{}: {} kept{}", file,
                                  now.size() == 1 ? "1 verdict is"
                                                  : fmt::format("{} verdicts are", now.size()),
                                  changed)
                    : wrong);
    return true;
}

}  // namespace program
