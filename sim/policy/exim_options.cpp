#include "sim/policy/exim_options.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::exim {
namespace {

using Kind = Remark::Kind;
using Class = SettingFacts::Class;

constexpr std::size_t most_drivers = 500;

bool is_word_character(char c) { return is_letter_or_digit(c) || c == '_'; }

std::string_view take_word(std::string_view& text) {
    text = without_blanks(text);
    const auto* const end = std::find_if_not(text.begin(), text.end(), is_word_character);
    const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text = without_blanks(text.substr(word.size()));
    return word;
}

// string_dequote() of string.c. What is wrong, or nothing.
std::string unquoted(std::string_view text, std::string& out) {
    static constexpr std::string_view letters = "bfnrtv", meant = "\b\f\n\r\t\v";
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            out += text[at];
            continue;
        }
        const char c = text[++at];
        const std::size_t known = letters.find(c);
        out += known == letters.npos ? c : meant[known];
    }
    if (at >= text.size()) return "the quote at the end is missing";
    const std::string_view behind = without_blanks(text.substr(at + 1));
    if (behind.empty()) return {};
    return fmt::format("nothing may stand behind the quote, got {}", shown(behind));
}

// These may be set more than once.
bool repeats(std::string_view name) {
    return name == "condition" || name == "headers_add" || name == "headers_remove" ||
           name == "set";
}

class OptionReader {
  public:
    Sections read(std::string_view text, std::string_view file, const Beside& beside);

  private:
    void remark(Kind kind, const Place& place, std::string_view subject, std::string sentence);
    void take_main(const Line& line);
    bool take_list(const Line& line);
    void take_driver(const Line& line, std::vector<Driver>& drivers, Scope common);
    bool begins_driver(const Line& line, std::vector<Driver>& drivers);
    void take_option(const Line& line, Settings& into, std::string_view of,
                     const std::vector<Scope>& scopes);
    bool read_value(std::string_view name, std::string_view rest, bool boolean, bool negated,
                    const Place& place, std::string& value);
    void name_driver(Driver& driver, Scope common);
    void others(std::string_view file);
    void add(Settings& into, std::string_view name, Setting setting);

    Sections out_;
    std::set<std::string> others_;
    bool fragment_ = false;
};

void OptionReader::remark(Kind kind, const Place& place, std::string_view subject,
                          std::string sentence) {
    if (out_.remarks.size() <= most_remarks)
        out_.remarks.push_back(
            {kind, *place.file, place.line, std::string(subject), std::move(sentence)});
}

// read_named_list() of readconf.c. False: no list stands here.
bool OptionReader::take_list(const Line& line) {
    std::string_view rest = line.text;
    const Place place{line.file, line.number};
    std::string_view word = take_word(rest);
    if (word == "hide") word = take_word(rest);
    if (word.ends_with("_cache")) word.remove_suffix(6);
    static const std::set<std::string_view> words{"domainlist", "hostlist", "addresslist",
                                                  "localpartlist"};
    if (!words.contains(word)) return false;
    const std::string name(take_word(rest));
    if (name.empty() || !rest.starts_with('=')) {
        remark(Kind::mistake, place, word, fmt::format("expected {} NAME = items", word));
        return true;
    }
    rest = without_blanks(rest.substr(1));
    NamedList list{std::string(rest), *line.file, line.number};
    if (rest.starts_with('"')) {
        list.text.clear();
        const std::string wrong = unquoted(rest, list.text);
        if (!wrong.empty())
            remark(Kind::mistake, place, word, fmt::format("{} {}: {}", word, name, wrong));
    }
    if (word != "domainlist" && word != "hostlist") return true;
    auto& lists = word == "hostlist" ? out_.hosts : out_.domains;
    const int before = lists.contains(name) ? lists.find(name)->second.line : 0;
    if (!lists.emplace(name, std::move(list)).second)
        remark(Kind::mistake, place, word,
               fmt::format("the {} {} stands in line {} already", word, name, before));
    return true;
}

// False: a remark says why.
bool OptionReader::read_value(std::string_view name, std::string_view rest, bool boolean,
                              bool negated, const Place& place, std::string& value) {
    const auto wrong = [&](std::string sentence) {
        remark(Kind::mistake, place, name, fmt::format("{}: {}", name, sentence));
        return false;
    };
    if (negated && !boolean) return wrong("no_ stands before what is yes or no alone");
    if (rest.empty()) {
        if (!boolean) return wrong("expected = and a value, got nothing");
        value = negated ? "false" : "true";
        return true;
    }
    if (!rest.starts_with('=') || negated)
        return wrong(
            fmt::format("expected {}, got {}", negated ? "nothing behind it" : "=", shown(rest)));
    rest = without_blanks(rest.substr(1));
    value = rest;
    if (boolean && truth_of(rest) == Answer::unknown && !rest.starts_with('$'))
        return wrong(fmt::format("expected true or false, got {}", shown(rest)));
    if (!rest.starts_with('"')) return true;
    value.clear();
    const std::string why = unquoted(rest, value);
    return why.empty() || wrong(why);
}

void OptionReader::add(Settings& into, std::string_view name, Setting setting) {
    const auto before = into.find(name);
    if (before == into.end()) {
        into.emplace(name, std::move(setting));
    } else if (!repeats(name)) {
        remark(Kind::mistake, setting.place, name,
               fmt::format("{} stands in line {} already", name, before->second.place.line));
    } else if (name == "condition") {
        before->second.more.push_back(std::move(setting.value));
    }
}

void OptionReader::take_option(const Line& line, Settings& into, std::string_view of,
                               const std::vector<Scope>& scopes) {
    const Place place{line.file, line.number};
    std::string_view rest = line.text;
    std::string_view name = take_word(rest);
    if (name == "hide") name = take_word(rest);
    const bool negated = name.starts_with("no_") || name.starts_with("not_");
    const std::string_view bare = negated ? name.substr(name.find('_') + 1) : name;
    std::optional<SettingFacts> facts;
    std::vector<std::string_view> known;
    for (const Scope scope : scopes) {
        if (!facts) facts = setting_facts(scope, bare);
        const std::vector<std::string_view> more = settings_of(scope);
        known.insert(known.end(), more.begin(), more.end());
    }
    if (name.empty())
        return remark(Kind::mistake, place, {},
                      fmt::format("expected an option, got {}", shown(line.text)));
    if (!facts)
        return remark(
            Kind::mistake, place, name,
            fmt::format("{} is no option {}{}", shown(name), of, did_you_mean(bare, known)));
    Setting setting{{}, place, {}};
    if (!read_value(bare, rest, facts->boolean, negated, place, setting.value)) return;
    if (facts->kind == Class::unrelated) others_.emplace(bare);
    const bool yes_or_no = facts->boolean && truth_of(setting.value) != Answer::unknown;
    const bool same = yes_or_no ? truth_of(setting.value) == truth_of(facts->value)
                                : without_blanks(setting.value) == facts->value;
    if (facts->kind == Class::refused && !same)
        remark(Kind::unsupported, place, bare,
               fmt::format("{} = {} cannot be played: {}", bare, shown(setting.value), facts->why));
    add(into, bare, std::move(setting));
}

void OptionReader::take_main(const Line& line) {
    if (take_list(line)) return;
    take_option(line, out_.main, "of the main section", {Scope::main});
}

// "name:" alone in a line.
bool OptionReader::begins_driver(const Line& line, std::vector<Driver>& drivers) {
    std::string_view rest = line.text;
    const std::string name(take_word(rest));
    if (name.empty() || !rest.starts_with(':')) return false;
    const Place place{line.file, line.number};
    const std::string_view behind = without_blanks(rest.substr(1));
    if (!behind.empty())
        remark(Kind::mistake, place, {},
               fmt::format("nothing may stand behind {}:, got {}", name, shown(behind)));
    const auto is_same = [&](const Driver& d) { return d.name == name; };
    const auto before = std::find_if(drivers.begin(), drivers.end(), is_same);
    if (before != drivers.end())
        remark(Kind::mistake, place, {},
               fmt::format("{} stands in line {} already", name, before->place.line));
    if (drivers.size() < most_drivers)
        drivers.push_back({name, place, {}, Scope::none, {}});
    else
        remark(Kind::mistake, place, {},
               fmt::format("more than {} routers or transports are not read", most_drivers));
    return true;
}

void OptionReader::name_driver(Driver& driver, Scope common) {
    const Setting& setting = driver.settings.find("driver")->second;
    const bool router = common == Scope::router;
    const auto scope = router ? router_driver(setting.value) : transport_driver(setting.value);
    driver.driver = setting.value;
    driver.scope = scope.value_or(Scope::none);
    if (!scope)
        remark(Kind::mistake, setting.place, "driver",
               fmt::format("{} has no driver {}", router ? "a router" : "a transport",
                           shown(setting.value)));
}

void OptionReader::take_driver(const Line& line, std::vector<Driver>& drivers, Scope common) {
    if (begins_driver(line, drivers)) return;
    const std::string_view what = common == Scope::router ? "router" : "transport";
    if (drivers.empty())
        return remark(
            Kind::mistake, {line.file, line.number}, {},
            fmt::format("expected the name of a {} and a colon, got {}", what, shown(line.text)));
    Driver& driver = drivers.back();
    const std::string of = driver.driver.empty()
                               ? fmt::format("of any {} (driver has to stand before its own)", what)
                               : fmt::format("of a {} with driver {}", what, driver.driver);
    // Of a driver that nobody knows, no option is known either.
    const bool unknown =
        !driver.driver.empty() && driver.scope == Scope::none && !router_driver(driver.driver);
    if (unknown) return;
    take_option(line, driver.settings, of, {common, driver.scope});
    if (driver.driver.empty() && driver.is_set("driver")) name_driver(driver, common);
}

void OptionReader::others(std::string_view file) {
    if (others_.empty()) return;
    std::string names;
    std::size_t count = 0;
    for (const std::string& name : others_)
        if (count++ < most_remarks) names += (count == 1 ? "" : ", ") + name;
    out_.remarks.push_back(
        {Kind::note, std::string(file), 0, "others",
         fmt::format("{} other option{} left out, as about other things than TLS for outgoing "
                     "mail: {}{}",
                     count, count == 1 ? " is" : "s are", names,
                     count > most_remarks ? ", …" : "")});
}

Sections OptionReader::read(std::string_view text, std::string_view file, const Beside& beside) {
    Lines lines = read_lines(text, file, beside);
    out_.remarks = std::move(lines.remarks);
    for (const Line& line : lines.lines) {
        if (out_.remarks.size() > most_remarks) break;
        if (line.section == Section::main && !lines.has_sections && !fragment_) {
            std::string_view rest = line.text;
            fragment_ = !take_word(rest).empty() && rest == ":";
        }
        if (line.section == Section::routers)
            take_driver(line, out_.routers, Scope::router);
        else if (line.section == Section::transports || fragment_)
            take_driver(line, out_.transports, Scope::transport);
        else
            take_main(line);
    }
    const Place whole{std::make_shared<const std::string>(file), 0};
    for (const std::vector<Driver>* drivers : {&out_.routers, &out_.transports})
        for (const Driver& driver : *drivers)
            if (driver.driver.empty())
                remark(Kind::mistake, driver.place, "driver",
                       fmt::format("{} has no driver", driver.name));
    others(file);
    return std::move(out_);
}

}  // namespace

Answer truth_of(std::string_view word) {
    const std::string lower = core::lower(without_blanks(word));
    if (lower == "true" || lower == "yes") return Answer::yes;
    return lower == "false" || lower == "no" ? Answer::no : Answer::unknown;
}

std::string_view Driver::value(std::string_view option) const {
    if (const auto set = settings.find(option); set != settings.end()) return set->second.value;
    for (const Scope one : {scope, Scope::router}) {
        const auto facts = setting_facts(one, option);
        if (facts && facts->kind == Class::played) return facts->value;
    }
    return {};
}

Sections read_sections(std::string_view text, std::string_view file, const Beside& beside) {
    return OptionReader().read(text, file, beside);
}

}  // namespace policy::exim
