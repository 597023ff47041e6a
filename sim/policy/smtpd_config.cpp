#include "sim/policy/smtpd_config.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/smtpd_action.hpp"
#include "sim/policy/smtpd_other.hpp"

namespace policy::smtpd {
namespace {

using Kind = Remark::Kind;

constexpr std::size_t deepest_include = 16, most_includes = 1000;

class ConfigReader {
  public:
    explicit ConfigReader(const Beside& beside) : known_(beside) {}
    Config read(std::string_view text, std::string_view file);

  private:
    bool read_file(std::string_view text, const std::string& file);
    bool read_statement(Statement& s);
    bool include(Statement& s);
    void read_macro(Statement& s);
    void tell_left_out(std::string_view file);

    Known known_;
    Config out_;
    std::vector<std::string> open_;  // the files that include each other
    std::size_t includes_ = 0;
};

// name = value: what is a word to OpenSMTPD, and no number.
void ConfigReader::read_macro(Statement& s) {
    const std::string name = s.string("a statement");
    if (s.failed()) return;
    if (!s.mark("=")) {
        Words statements{"action", "match", "include"};
        const Words& others = other_statements();
        statements.insert(statements.end(), others.begin(), others.end());
        return s.fail(
            fmt::format("expected a statement such as action or match, or name = value, "
                        "got {}{}",
                        shown(name), did_you_mean(name, statements)));
    }
    if (name.find_first_of(" \t") != name.npos)
        return s.fail(fmt::format("a macro's name has no blanks, got {}", shown(name)));
    std::string value = s.string("a macro's value");
    s.finish();
    if (!s.failed()) known_.macros[name] = std::move(value);
}

// False: nothing more is to be read.
bool ConfigReader::include(Statement& s) {
    const std::string path = s.string("a file's path");
    s.finish();
    if (s.failed()) return true;
    const auto refuse = [&](std::string sentence) {
        known_.remark(Kind::mistake, s.file(), s.first_line(), "include", std::move(sentence));
        return true;
    };
    if (std::find(open_.begin(), open_.end(), path) != open_.end())
        return refuse(fmt::format("{} includes itself", shown(path)));
    if (open_.size() >= deepest_include || ++includes_ > most_includes)
        return refuse(
            fmt::format("{} is not read: there are more than {} files, or {} that include "
                        "each other",
                        shown(path), most_includes, deepest_include));
    std::string why;
    const std::optional<std::string> text = known_.text_of(path, why);
    if (!text) return refuse(fmt::format("include {}: {}", shown(path), why));
    return read_file(*text, path);
}

bool ConfigReader::read_statement(Statement& s) {
    if (s.keyword("include")) return include(s);
    if (s.keyword("action")) {
        read_action(s, out_);
    } else if (s.keyword("match")) {
        read_match(s, out_);
    } else {
        const Words& others = other_statements();
        const auto which = std::find_if(others.begin(), others.end(),
                                        [&](std::string_view one) { return s.keyword(one); });
        if (which != others.end())
            read_other(s, *which);
        else
            read_macro(s);
    }
    s.finish();
    return true;
}

bool ConfigReader::read_file(std::string_view text, const std::string& file) {
    open_.push_back(file);
    Lexer lexer(text, known_.macros, known_.expanded);
    Statement s(lexer, file, known_);
    bool goes_on = true;
    while (goes_on && s.begin()) {
        goes_on = read_statement(s);
        if (goes_on && known_.mistakes > most_remarks) {
            known_.remarks.push_back({Kind::mistake,
                                      file,
                                      s.first_line(),
                                      {},
                                      "too much is wrong before: the rest is not read"});
            goes_on = false;
        }
    }
    open_.pop_back();
    return goes_on;
}

void ConfigReader::tell_left_out(std::string_view file) {
    if (known_.notes > most_remarks)
        out_.remarks.push_back(
            {Kind::note,
             std::string(file),
             0,
             {},
             fmt::format("{} more notes of this kind", known_.notes - most_remarks)});
    if (known_.left_out.empty()) return;
    std::string names;
    for (const std::string& one : known_.left_out) names += (names.empty() ? "" : ", ") + one;
    out_.remarks.push_back({Kind::note, std::string(file), 0, "others",
                            fmt::format("left out, as about other things than where mail goes and "
                                        "its TLS: {}",
                                        names)});
}

Config ConfigReader::read(std::string_view text, std::string_view file) {
    Table local;
    local.entries["localhost"] = {};
    out_.domains.emplace_back(local);  // local_names
    const std::string name(file);
    const bool whole = read_file(text, name);
    settle_rules(known_, out_);
    settle_certificates(known_);
    const bool sound = whole && !known_.broken;
    if (sound && !known_.has_match)
        known_.remark(Kind::mistake, name, 0, "match",
                      "there is no match statement, and OpenSMTPD does not begin");
    else if (sound && out_.rules.empty())
        known_.remark(Kind::harm, name, 0, "match",
                      "no match statement is about mail of this host itself: none goes out");
    settle_actions(known_, out_);
    for (Remark& one : known_.remarks)
        if (one.file.empty()) one.file = name;
    out_.remarks = std::move(known_.remarks);
    tell_left_out(name);
    return std::move(out_);
}

// What rules ask of a domain, once for each list.
class Answers {
  public:
    Answers(const Config& config, std::string_view domain)
        : config_(config), domain_(domain), known_(config.domains.size()) {}
    bool all_of(const Rule& rule) {
        return std::all_of(rule.conditions.begin(), rule.conditions.end(),
                           [&](const Rule::Condition& one) {
                               std::optional<bool>& has = known_[one.domains];
                               if (!has) has = config_.domains[one.domains].has(domain_);
                               return *has != one.negated;
                           });
    }

  private:
    const Config& config_;
    std::string_view domain_;
    std::vector<std::optional<bool>> known_;
};

// Where an action sends mail for a domain; null: nowhere.
const Hop* hop_of(const Action& action, std::string_view domain) {
    if (!action.asks_by_domain) return action.hops.empty() ? nullptr : &action.hops.front();
    const auto found = action.by_domain.find(domain);
    return found == action.by_domain.end() ? nullptr : &found->second;
}

std::optional<Way> way_by(const Action& action, std::string_view domain, std::string& why_not) {
    if (!action.relays) {
        why_not =
            fmt::format("the action {} delivers here ({})", shown(action.name), action.method);
        return std::nullopt;
    }
    const Hop* const hop = hop_of(action, domain);
    if (hop == nullptr) {
        why_not = fmt::format("the action {} has {}: its mail waits", shown(action.name),
                              action.asks_by_domain ? "no relay URL for this domain"
                                                    : "a table of hosts without any");
        return std::nullopt;
    }
    const Way out{&action, *hop};
    if (!out.hop.held.empty())
        why_not =
            fmt::format("the action {} holds all mail back: {}", shown(action.name), out.hop.held);
    else if (out.hop.lmtp)
        why_not = fmt::format("the action {} speaks LMTP", shown(action.name));
    else
        return out;
    return std::nullopt;
}

}  // namespace

std::optional<Way> Config::way_of(std::string_view domain, std::string& why_not) const {
    const std::string name = core::lower(domain);
    Answers answers(*this, name);
    for (const Rule& rule : rules) {
        if (!answers.all_of(rule)) continue;
        if (!rule.asks_tls && rule.action) return way_by(actions[*rule.action], name, why_not);
        why_not = fmt::format(
            "the rule of {}:{} {}", rule.file, rule.line,
            rule.asks_tls ? "asks for tls, and tells all mail to come later" : "rejects it");
        return std::nullopt;
    }
    why_not = "no rule matches: OpenSMTPD rejects it";
    return std::nullopt;
}

bool Config::holds(std::string_view domain) const {
    const std::string name = core::lower(domain);
    Answers answers(*this, name);
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const Rule& one) { return answers.all_of(one); });
    if (rule == rules.end() || rule->asks_tls || !rule->action) return false;
    const Hop* const hop = hop_of(actions[*rule->action], name);
    return actions[*rule->action].relays && hop != nullptr && !hop->held.empty();
}

std::vector<std::string> Config::named_domains() const {
    std::vector<std::string> out;
    std::set<std::string> known;
    const auto add = [&](const std::string& name) {
        if (known.insert(name).second) out.push_back(name);
    };
    std::set<std::size_t> told, asked;
    for (const Rule& rule : rules) {
        if (!rule.action || !actions[*rule.action].relays) continue;
        for (const Rule::Condition& one : rule.conditions)
            if (!one.negated && one.domains != local_names && told.insert(one.domains).second)
                for (const std::string& name : domains[one.domains].names()) add(name);
        if (!asked.insert(*rule.action).second) continue;
        for (const auto& [name, hop] : actions[*rule.action].by_domain) add(name);
    }
    return out;
}

Config read_config(std::string_view text, std::string_view file, const Beside& beside) {
    return ConfigReader(beside).read(text, file);
}

}  // namespace policy::smtpd
