// Policies from files beside the scenario: Postfix's tables and main.cf, MTA-STS policies.
#include <algorithm>

#include <fmt/core.h>

#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "harness/script/postfix_rules.hpp"
#include "harness/script/stage.hpp"

namespace script {

using namespace policy::postfix;

Value rule_as_options(const Entry& entry) {
    Value out =
        Value::table({{"level", std::string(word(entry.rule.level))},
                      {"protocols", Value(entry.versions)},
                      {"insecure_mx",
                       entry.rule.insecure_mx == policy::Rule::InsecureMx::dane ? "dane" : "may"}});
    if (!entry.rule.match.empty()) out["match"] = Value(entry.rule.match);
    if (!entry.rule.server_name.empty()) out["servername"] = entry.rule.server_name;
    for (const std::string& print : entry.rule.fingerprints) {
        std::string digits;
        for (const char c : print) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
        out["fingerprints"].push_back(std::move(digits));
    }
    return out;
}

namespace {

// The first remark that ends the reading, or empty.
std::string trouble(const std::vector<Remark>& remarks, const Value& options) {
    for (const Remark& remark : remarks) {
        if (remark.kind == Remark::Kind::note) continue;
        if (remark.kind == Remark::Kind::unsupported && listed(options, "ignores", remark.subject))
            continue;
        std::string out = remark.text();
        if (remark.kind == Remark::Kind::unsupported)
            out += fmt::format("; ignores = {{ \"{}\" }} plays the rest", remark.subject);
        return out;
    }
    return {};
}

// A table that matches everything stands for the level of all, and what stands behind it is never
// looked at.
Value rules_of(const std::vector<Entry>& entries, Value usual) {
    Value rules = Value::table();
    const bool any = std::any_of(entries.begin(), entries.end(),
                                 [](const Entry& e) { return e.destination == "*"; });
    for (const Entry& entry : entries) {
        if (entry.destination == "*") {
            usual = rule_as_options(entry);
            break;
        }
        if (any && entry.destination.starts_with('.')) continue;
        if (!rules.contains(entry.destination)) rules[entry.destination] = rule_as_options(entry);
    }
    return Value::table({{"default", std::move(usual)}, {"rules", std::move(rules)}});
}

}  // namespace

// A scenario may come from a stranger: what it reads, again and again, has an end.
Result<std::string> Stage::read(const std::string& name) {
    constexpr std::size_t most = 8 << 20;
    std::size_t& bytes = playing() ? bytes_in_play_ : bytes_at_load_;
    if (bytes_at_load_ + bytes_in_play_ > most)
        return Failure(Reason::none, fmt::format("{}: this run has read {} bytes of files, which "
                                                 "is enough",
                                                 name, most));
    Result<std::string> text = setting_.terms.library->read_beside(file_, name);
    bytes += text.ok() ? text.value().size() + 1000 : 1000;
    return text;
}

Value Stage::postfix_table(const Value& a) {
    const std::string name = a[0].text();
    const Result<std::string> text = read(name);
    if (!text.ok()) return ill(text.failure().detail);
    const Table table = read_table(text.value(), name, Defaults());
    if (std::string why = trouble(table.remarks, a[1]); !why.empty()) return ill(std::move(why));
    return well(rules_of(table.entries, nullptr));
}

Value Stage::postfix_main(const Value& a) {
    const std::string name = a[0].text();
    const Result<std::string> text = read(name);
    if (!text.ok()) return ill(text.failure().detail);
    const Main main = read_main(text.value(), name);
    const std::size_t slash = name.rfind('/');
    const std::string before = slash == name.npos ? "" : name.substr(0, slash + 1);
    const Table maps =
        read_maps(main, name, [&](const std::string& other) { return read(before + other); });
    for (const std::vector<Remark>* const remarks : {&main.remarks, &maps.remarks})
        if (std::string why = trouble(*remarks, a[1]); !why.empty()) return ill(std::move(why));
    return well(rules_of(maps.entries, rule_as_options(main.usual)));
}

Value Stage::beside(const Value& a) {
    Result<std::string> text = read(a[0].text());
    return text.ok() ? well(std::move(text.value())) : ill(text.failure().detail);
}

}  // namespace script
