#include "sim/policy/exim_lines.hpp"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/exim_macros.hpp"

namespace policy::exim {
namespace {

constexpr std::size_t longest_line = 1 << 20;
// The line of its template that update-exim4.conf(8) puts its macros in the place of.
constexpr std::string_view macros_of_debian = "UPEX4CmacrosUPEX4C";
constexpr std::size_t most_text = std::size_t{32} << 20;  // Of all lines, macros expanded.
constexpr std::size_t most_includes = 200;
constexpr std::size_t deepest_include = 20;
constexpr std::size_t deepest_condition = 10;  // CSTATE_STACK_SIZE

// Of one text that is being read.
struct Source {
    std::string text;
    std::shared_ptr<const std::string> name;
    std::size_t at = 0;
    int number = 0;
};

// What of a condition's parts counts.
enum class State : std::uint8_t {
    counts,
    waits,  ///< A later part may count.
    over,   ///< No later part counts.
};

class LineReader {
  public:
    explicit LineReader(const Beside& beside) : beside_(beside) {}
    Lines read(std::string_view text, std::string_view file);

  private:
    void mistake(int number, std::string sentence, Remark::Kind kind = Remark::Kind::mistake);
    void stop(std::string sentence);
    void settle_debian();
    std::optional<std::string_view> physical_line();
    void take(std::string text, bool expanded);
    bool condition(std::string_view text, bool expanded);
    void push(State now);
    bool include(std::string_view text);
    void open(std::string_view path, bool if_exists);
    void finish();
    void begin_section(std::string_view word);

    const Beside& beside_;
    Lines out_;
    Macros macros_;
    std::vector<Source> sources_;
    std::size_t includes_ = 0, all_text_ = 0;
    std::vector<State> outer_;
    State state_ = State::counts;
    Line now_;
    bool continues_ = false, stopped_ = false;
    Section section_ = Section::main;
    bool has_macros_ = true;  // Rules of rewriting and retrying may begin with a capital.
};

void LineReader::mistake(int number, std::string sentence, Remark::Kind kind) {
    out_.remarks.push_back({kind, *sources_.back().name, number, {}, std::move(sentence)});
    if (out_.remarks.size() > most_remarks) stop("too much is wrong before: the rest is not read");
}

void LineReader::stop(std::string sentence) {
    if (stopped_) return;
    stopped_ = true;
    out_.remarks.push_back({Remark::Kind::mistake,
                            *sources_.back().name,
                            sources_.back().number,
                            {},
                            std::move(sentence)});
}

std::optional<std::string_view> LineReader::physical_line() {
    while (sources_.back().at >= sources_.back().text.size()) {
        if (sources_.size() == 1) return std::nullopt;
        sources_.pop_back();
    }
    Source& source = sources_.back();
    const std::string_view left = std::string_view(source.text).substr(source.at);
    const std::string_view line = left.substr(0, left.find('\n'));
    source.at += line.size() + 1;
    ++source.number;
    return without_blanks(line);
}

void LineReader::push(State now) {
    if (outer_.size() >= deepest_condition)
        return stop(fmt::format("more than {} .ifdef stand in each other", deepest_condition));
    outer_.push_back(state_);
    state_ = now;
}

// Of ".ifdef TEXT" it counts whether a macro was found in it.
bool LineReader::condition(std::string_view text, bool expanded) {
    static constexpr std::string_view words[] = {".ifdef",    ".ifndef", ".elifdef",
                                                 ".elifndef", ".else",   ".endif"};
    const std::string_view word = text.substr(0, text.find_first_of(" \t\r\v\f"));
    const auto* const found = std::find(std::begin(words), std::end(words), word);
    if (found == std::end(words)) return false;
    const auto which = found - std::begin(words);
    const bool holds = which % 2 == 0 ? expanded : !expanded;
    if (text.size() > word.size() && text[word.size()] == '\t') {
        mistake(sources_.back().number,
                fmt::format("a tab stands behind {}, and Exim 4.96 passes over such a line: put a "
                            "space there",
                            word),
                Remark::Kind::note);
        return true;
    }
    if (which < 2) {
        push(state_ != State::counts ? State::over : holds ? State::counts : State::waits);
    } else if (outer_.empty()) {
        mistake(sources_.back().number, fmt::format("{} without .ifdef before it", word));
    } else if (word == ".endif") {
        state_ = outer_.back();
        outer_.pop_back();
    } else if (state_ == State::counts) {
        state_ = State::over;
    } else if (state_ == State::waits && (word == ".else" || holds)) {
        state_ = State::counts;
    }
    return true;
}

void LineReader::open(std::string_view path, bool if_exists) {
    const int number = sources_.back().number;
    const std::string name(base_name(path));
    const auto is_same = [&](const Source& s) { return base_name(*s.name) == name; };
    if (std::any_of(sources_.begin(), sources_.end(), is_same))
        return stop(fmt::format("{} includes itself", shown(name)));
    if (sources_.size() >= deepest_include || ++includes_ > most_includes)
        return stop(fmt::format("more than {} files are included, or more than {} in each other",
                                most_includes, deepest_include));
    core::Result<std::string> text = beside_(name);
    if (!text.ok() && if_exists)
        return mistake(number,
                       fmt::format("{} is not handed in, and is taken for absent", shown(path)),
                       Remark::Kind::note);
    if (!text.ok()) return mistake(number, text.failure().detail);
    if (text.value().find('\0') != std::string::npos)
        return mistake(number, fmt::format("expected text in {}, got a byte 0", shown(name)));
    sources_.push_back({std::move(text.value()), std::make_shared<const std::string>(name), 0, 0});
}

bool LineReader::include(std::string_view text) {
    static constexpr std::string_view plain = ".include", if_exists = ".include_if_exists";
    const std::string_view word = text.substr(0, text.find_first_of(" \t\r\v\f"));
    if ((word != plain && word != if_exists) || word.size() == text.size()) return false;
    std::string_view path = without_blanks(text.substr(word.size()));
    if (path.size() > 1 && path.starts_with('"') && path.ends_with('"'))
        path = path.substr(1, path.size() - 2);
    if (word == if_exists && !path.starts_with('/'))
        mistake(sources_.back().number,
                fmt::format(".include_if_exists: expected a path from /, got {}", shown(path)));
    else
        open(path, word == if_exists);
    return true;
}

// readconf_rest(): a letter s at the end may be left out.
void LineReader::begin_section(std::string_view word) {
    static const std::vector<std::string_view> words{
        "acl", "authenticators", "local_scan", "retry", "rewrite", "routers", "transports"};
    out_.has_sections = true;
    const std::string name = core::lower(word);
    std::string_view known;
    for (const std::string_view one : words)
        if (one == name || one == name + "s" || std::string(one) + "s" == name) known = one;
    section_ = known == "routers"      ? Section::routers
               : known == "transports" ? Section::transports
                                       : Section::other;
    has_macros_ = known != "rewrite" && known != "retry";
    if (known.empty())
        mistake(now_.number, fmt::format("expected a section ({}), got {}{}", one_of(words),
                                         shown(word), did_you_mean(name, words)));
}

// Where that line still stands nobody has said what kind of site this is.
void LineReader::settle_debian() {
    macros_.define("DCconfig_internet = 1");
    mistake(now_.number,
            "Debian's update-exim4.conf puts its macros here: without them it is played as for "
            "dc_eximconfig_configtype='internet'; what Exim reads is "
            "/var/lib/exim4/config.autogenerated",
            Remark::Kind::note);
}

void LineReader::finish() {
    const std::string_view text = now_.text;
    all_text_ += text.size();
    if (all_text_ > most_text)
        return stop(fmt::format("more than {} characters are not read", most_text));
    if (core::lower(text.substr(0, 6)) == "begin ") {
        begin_section(without_blanks(text.substr(6)));
    } else if (has_macros_ && defines_macro(text)) {
        const std::string wrong = macros_.define(text);
        if (!wrong.empty()) mistake(now_.number, wrong);
        if (text.starts_with(macros_of_debian)) settle_debian();
    } else if (section_ != Section::other) {
        now_.section = section_;
        out_.lines.push_back(std::move(now_));
    }
    now_ = {};
    continues_ = false;
}

void LineReader::take(std::string text, bool expanded) {
    const std::string_view line = without_blanks(text);
    if (line.starts_with('#')) return;
    if (line.starts_with('.') && condition(line, expanded)) return;
    if (state_ != State::counts) return;
    if (line.starts_with(".include") && include(line)) return;
    if (!continues_) {
        now_.number = sources_.back().number;
        now_.file = sources_.back().name;
    }
    now_.text += line;
    if (now_.text.size() > longest_line)
        return stop(fmt::format("a line of more than {} characters is not read", longest_line));
    const std::string_view whole = now_.text;
    const std::size_t last = whole.find_last_not_of(" \t\n\v\f\r");
    now_.text.resize(last == whole.npos ? 0 : last + 1);
    if (now_.text.empty()) return;
    continues_ = now_.text.ends_with('\\');
    if (!continues_) return finish();
    now_.text.pop_back();
}

Lines LineReader::read(std::string_view text, std::string_view file) {
    sources_.push_back({std::string(text), std::make_shared<const std::string>(file), 0, 0});
    if (text.find('\0') != text.npos)
        stop("expected a configuration's text, got a byte 0");
    else if (text.starts_with("\xef\xbb\xbf"))
        stop(
            "a mark of byte order stands at the beginning, and Exim does not begin: save the "
            "file without");
    while (!stopped_) {
        const std::optional<std::string_view> line = physical_line();
        if (!line) break;
        if (line->empty() && !continues_) continue;
        bool expanded = false;
        std::string made = macros_.expanded(*line, !continues_, expanded);
        if (macros_.exhausted())
            stop("macros expand to more than can be read: does one make the next longer?");
        else
            take(std::move(made), expanded);
    }
    if (!stopped_ && !now_.text.empty()) finish();
    if (!stopped_ && !outer_.empty())
        out_.remarks.push_back({Remark::Kind::mistake,
                                *sources_.front().name,
                                sources_.front().number,
                                {},
                                ".endif is missing at the end"});
    return std::move(out_);
}

}  // namespace

std::string_view base_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return path.substr(slash == path.npos ? 0 : slash + 1);
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

Lines read_lines(std::string_view text, std::string_view file, const Beside& beside) {
    return LineReader(beside).read(text, file);
}

}  // namespace policy::exim
