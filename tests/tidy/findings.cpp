#include "tests/tidy/findings.hpp"

#include <iterator>

namespace tidy {

Findings judged(Findings findings, std::span<const Exemption> exemptions) {
    Findings left;
    for (const Exemption& exemption : exemptions) {
        const auto covered = std::erase_if(findings, [&](const Finding& finding) {
            return finding.path == exemption.path && finding.rule == exemption.rule;
        });
        const std::string path(exemption.path), rule(exemption.rule);
        if (covered == 0) {
            left.push_back(
                {path, 0, "exemption", "'" + rule + "' is not needed any more: delete it"});
        } else if (exemption.reason.empty()) {
            left.push_back({path, 0, "exemption", "'" + rule + "' gives no reason"});
        }
    }
    append(left, std::move(findings));
    return left;
}

std::string listing(const Findings& findings) {
    std::string out;
    for (const Finding& finding : findings) {
        out += "\n" + finding.path + ":" + std::to_string(finding.line) + ": " + finding.rule +
               ": " + finding.message;
    }
    return out;
}

std::string rules_of(const Findings& findings) {
    std::string out;
    for (const Finding& finding : findings) out += (out.empty() ? "" : ", ") + finding.rule;
    return out;
}

void append(Findings& all, Findings more) {
    all.insert(all.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

}  // namespace tidy
