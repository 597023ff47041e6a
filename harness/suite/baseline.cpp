#include "harness/suite/baseline.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace suite {

using namespace core;
namespace {

constexpr std::string_view format_name = "mailtls.baseline/", format_version = "1";

// A peer's words, too, are one line.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (u < 0x20 || u == 0x7F || c == '\\')
            out += fmt::format("\\x{:02x}", u);
        else
            out += c;
    }
    return out;
}

std::string or_dash(std::string_view text) { return text.empty() ? "-" : plain(text); }

std::string list_of(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + plain(name);
    return out.empty() ? "nobody" : out;
}

KeptMail recipient_of(const std::string& who, const judge::RecipientVerdict& r) {
    return {who,
            {{"fate", std::string(word(r.fate))},
             {"protection", std::string(word(r.crossed))},
             {"reason", r.reason == Reason::none ? "-" : std::string(word(r.reason))},
             {"reached", or_dash(r.reached)}}};
}

void add_mail(const judge::MailVerdict& mail, std::size_t number, std::vector<KeptMail>& out) {
    const std::string who = fmt::format("mail {} from {}", number, plain(mail.from));
    KeptMail& all =
        out.emplace_back(recipient_of(fmt::format("{} to {}", who, plain(mail.to)), mail.all));
    all.facts.emplace_back("read by", list_of(mail.read_by));
    all.facts.emplace_back("altered by", list_of(mail.altered_by));
    if (mail.recipients.size() < 2) return;
    for (const judge::RecipientVerdict& r : mail.recipients)
        out.push_back(
            recipient_of(fmt::format("{} to its recipient {}", who, plain(r.address)), r));
}

}  // namespace

std::string baseline_id(const std::string& id) { return plain(id); }

Baseline baseline_of(const std::vector<play::Outcome>& outcomes) {
    Baseline out;
    for (const play::Outcome& outcome : outcomes) {
        KeptVerdict& kept = out[baseline_id(outcome.entry.id())];
        kept.status = word(outcome.status);
        std::size_t number = 0;
        for (const judge::MailVerdict& mail : outcome.mails) add_mail(mail, ++number, kept.mails);
    }
    return out;
}

std::string baseline_text(const Baseline& baseline) {
    std::string out = fmt::format("{}{}\n", format_name, format_version);
    for (const auto& [id, kept] : baseline) {
        out += fmt::format("\n{}\n  {}\n", id, kept.status);
        for (const KeptMail& mail : kept.mails) {
            out += fmt::format("  {}\n", mail.who);
            for (const auto& [name, value] : mail.facts)
                out += fmt::format("    {}: {}\n", name, value);
        }
    }
    return out + fmt::format("\n{} scenarios\n", baseline.size());
}

namespace {

// Line by line: an id, its status, its mails, their facts.
class BaselineReader {
  public:
    /// Empty: well; else what was expected.
    std::string line(std::string_view text) {
        if (text.empty()) return {};
        if (text.starts_with("    ")) return fact(text.substr(4));
        if (text.starts_with("  ")) return inside(text.substr(2));
        if (closed_) return "nothing more";
        if (kept_ != nullptr && kept_->status.empty()) return "a status";
        if (text == fmt::format("{} scenarios", out_.size())) {
            closed_ = true;
            return {};
        }
        if (text.find("::") == std::string_view::npos)
            return fmt::format("an id (file.lua::title), or '{} scenarios' as its end",
                               out_.size());
        kept_ = &out_[std::string(text)];
        return kept_->status.empty() ? std::string() : "each id once";
    }
    bool closed() const { return closed_; }
    Baseline take() { return std::move(out_); }

  private:
    std::string inside(std::string_view text) {
        const bool is_mail = text.starts_with("mail ");
        if (kept_ == nullptr || closed_) return "an id before it";
        if (is_mail == kept_->status.empty())
            return is_mail ? "the scenario's status before its mails" : "a mail, or the next id";
        if (is_mail)
            kept_->mails.push_back({std::string(text), {}});
        else if (text == "passed" || text == "failed" || text == "broken")
            kept_->status = text;
        else
            return "passed, failed or broken";
        return {};
    }
    std::string fact(std::string_view text) {
        const std::size_t colon = text.find(": ");
        if (kept_ == nullptr || kept_->mails.empty() || closed_) return "a mail before it";
        if (colon == std::string_view::npos) return "a name, a colon and a value";
        kept_->mails.back().facts.emplace_back(text.substr(0, colon), text.substr(colon + 2));
        return {};
    }
    Baseline out_;
    KeptVerdict* kept_ = nullptr;
    bool closed_ = false;
};

}  // namespace

Baseline parse_baseline(std::string_view text, const std::string& name, std::string& wrong) {
    BaselineReader reader;
    int number = 0;
    while (!text.empty() && wrong.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        ++number;
        // An editor may have changed the line ends.
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.find('\r') != line.npos) {
            wrong = fmt::format("{}:{}: expected one line, got a CR inside it: '{}'", name, number,
                                plain(line.substr(0, 60)));
            break;
        }
        if (number == 1 && !line.starts_with(format_name))
            wrong = fmt::format("{}:1: expected a baseline, which begins with '{}{}', got '{}'",
                                name, format_name, format_version, plain(line.substr(0, 60)));
        else if (number == 1 && line.substr(format_name.size()) != format_version)
            wrong = fmt::format(
                "{}:1: expected a baseline of version {}, got version '{}'; remove it, and write "
                "it anew by --update",
                name, format_version, plain(line.substr(format_name.size(), 20)));
        else if (number > 1)
            if (const std::string expected = reader.line(line); !expected.empty())
                wrong = fmt::format("{}:{}: expected {}, got '{}'", name, number, expected,
                                    plain(line.substr(0, 60)));
    }
    if (wrong.empty() && !reader.closed())
        wrong = fmt::format("{}: it ends early: its last line must say how many scenarios it has",
                            name);
    return reader.take();
}

namespace {

const KeptMail* find(const std::vector<KeptMail>& mails, const std::string& who) {
    for (const KeptMail& mail : mails)
        if (mail.who == who) return &mail;
    return nullptr;
}

// Facts in the order of now; what only the other has comes last.
void compare(const KeptMail& before, const KeptMail& now, std::vector<std::string>& out) {
    const auto value_of = [](const KeptMail& mail, const std::string& name) {
        for (const auto& [key, value] : mail.facts)
            if (key == name) return value;
        return std::string("-");
    };
    std::vector<std::string> lines, names;
    for (const KeptMail* const mail : {&now, &before})
        for (const auto& [name, value] : mail->facts)
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    for (const std::string& name : names)
        if (value_of(before, name) != value_of(now, name))
            lines.push_back(fmt::format("    {}: was {}, is {}", name, value_of(before, name),
                                        value_of(now, name)));
    if (lines.empty()) return;
    out.push_back("  " + now.who);
    out.insert(out.end(), lines.begin(), lines.end());
}

std::vector<std::string> compare(const KeptVerdict& before, const KeptVerdict& now) {
    std::vector<std::string> out;
    if (before.status != now.status)
        out.push_back(fmt::format("  was {}, is {}", before.status, now.status));
    for (const KeptMail& mail : now.mails) {
        if (const KeptMail* const then = find(before.mails, mail.who))
            compare(*then, mail, out);
        else
            out.push_back(fmt::format("  {}: is new", mail.who));
    }
    for (const KeptMail& mail : before.mails)
        if (find(now.mails, mail.who) == nullptr)
            out.push_back(fmt::format("  {}: is gone", mail.who));
    return out;
}

}  // namespace

BaselineChange changes(const Baseline& before, const Baseline& played,
                       const std::vector<std::string>& gone) {
    BaselineChange out;
    const auto add = [&](const std::string& id, const std::vector<std::string>& lines) {
        if (lines.empty()) return;
        ++out.scenarios;
        out.lines.push_back(id);
        out.lines.insert(out.lines.end(), lines.begin(), lines.end());
    };
    for (const auto& [id, now] : played) {
        const auto then = before.find(id);
        add(id, then == before.end() ? std::vector<std::string>{"  is new"}
                                     : compare(then->second, now));
    }
    for (const std::string& id : gone) add(id, {"  is gone"});
    return out;
}

}  // namespace suite
