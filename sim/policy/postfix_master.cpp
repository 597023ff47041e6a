#include "sim/policy/postfix_master.hpp"

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace policy::postfix {
namespace {

using core::trimmed;
using Kind = Remark::Kind;

// Words parted by space; what stands in braces is one.
std::vector<std::string_view> words_of(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\v\f";
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        at = text.find_first_not_of(blanks, at);
        if (at == text.npos) break;
        const std::size_t begin = at;
        int depth = 0;
        while (at < text.size() && (depth > 0 || blanks.find(text[at]) == text.npos)) {
            if (text[at] == '{') ++depth;
            if (text[at] == '}' && depth > 0) --depth;
            ++at;
        }
        out.push_back(text.substr(begin, at - begin));
    }
    return out;
}

constexpr std::size_t fields = 8;  // name, type, private, unprivileged, chroot, wakeup, …, command

}  // namespace

Master read_master(std::string_view text, std::string_view file) {
    Master out;
    const auto remark = [&](Kind kind, int line, std::string sentence) {
        if (out.remarks.size() <= most_remarks)
            out.remarks.push_back({kind, std::string(file), line, {}, std::move(sentence)});
    };
    std::vector<int> stray;
    const std::vector<Line> lines = logical_lines(text, stray);
    for (const int number : stray)
        remark(Kind::note, number, "there is no service that this line could continue");
    for (const Line& line : lines) {
        const std::vector<std::string_view> words = words_of(line.text);
        if (words.size() < fields) {
            remark(Kind::mistake, line.number(),
                   fmt::format("expected a service: name, type, private, unprivileged, chroot, "
                               "wakeup, processes and command, got {}",
                               shown(line.text)));
            continue;
        }
        if (words[1] != "unix" || words[7] != "smtp") continue;
        Service service{{}, line.number()};
        for (std::size_t i = fields; i < words.size(); ++i) {
            if (!words[i].starts_with("-o")) continue;
            std::string_view setting = words[i].substr(2);
            if (setting.empty() && i + 1 < words.size()) setting = words[++i];
            setting = unbraced(setting);
            const std::size_t equals = setting.find('=');
            if (equals == setting.npos || equals == 0) {
                remark(Kind::mistake, line.number_of(words[i]),
                       fmt::format("expected -o name=value, got {}", shown(setting)));
                continue;
            }
            service.overrides.push_back({std::string(trimmed(setting.substr(0, equals))),
                                         std::string(trimmed(setting.substr(equals + 1))),
                                         line.number_of(words[i])});
        }
        out.smtp.insert_or_assign(std::string(words[0]), std::move(service));
    }
    return out;
}

}  // namespace policy::postfix
