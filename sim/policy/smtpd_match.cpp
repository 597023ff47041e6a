#include <algorithm>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/smtpd_action.hpp"

namespace policy::smtpd {
namespace {

using Kind = Remark::Kind;

// One match statement, asked for mail that this host itself hands in (ruleset.c): from the socket,
// in clear text, by nobody who logged in. What else it asks, of the sender, of HELO and the like,
// is not known here.
class MatchReader {
  public:
    MatchReader(Statement& s, Config& into) : s_(s), into_(into) {}
    void read();

  private:
    bool once(std::string_view group);
    void never_unless(bool holds) { never_ = never_ || !holds; }
    void unknown(std::string_view option) {
        if (unknown_.empty()) unknown_ = option;
    }
    std::optional<std::size_t> list(std::string_view what);
    void take_domains(bool negated, bool email, std::string_view option);
    void read_from(bool negated);
    void read_for(bool negated);
    bool read_transaction(bool negated);
    void read_auth(bool negated);
    void read_tag(bool negated);
    void ask_unknown(std::string_view option);
    void add_local(bool negated) { rule_.conditions.push_back({local_names, negated}); }
    void read_end();
    void keep();

    Statement& s_;
    Config& into_;
    Rule rule_;
    std::set<std::string_view> seen_;
    std::string unknown_;  // the first option that cannot be told
    std::string unread_;   // a table that cannot be looked into, and why
    bool never_ = false;   // it is not about such mail
};

// False: it is a mistake.
bool MatchReader::once(std::string_view group) {
    if (!seen_.insert(group).second) s_.fail(fmt::format("{} stands here twice", group));
    return !s_.failed();
}

std::optional<std::size_t> MatchReader::list(std::string_view what) {
    const std::optional<std::size_t> out = s_.table(what);
    if (!out) return out;
    const Table& table = s_.known().tables[*out];
    if (table.is_read && table.wrong.empty() && table.is_mapping)
        s_.fail(
            fmt::format("expected a list, and table {} has keys with values", shown(table.name)));
    return out;
}

void MatchReader::take_domains(bool negated, bool email, std::string_view option) {
    if (s_.keyword("regex")) {
        list("an expression or <table>");
        return unknown("regex");
    }
    const std::optional<std::size_t> which =
        list(email ? "an address or <table>" : "a domain or <table>");
    if (!which || never_) return;
    const Table& table = s_.known().looked_into(*which);
    if (!table.wrong.empty()) {
        if (unread_.empty()) unread_ = table.name;
        return;
    }
    if (table.is_mapping)
        return s_.fail(fmt::format("{}: expected a list, and table {} has keys with values", option,
                                   shown(table.name)));
    const auto [known, fresh] =
        s_.known().domains.emplace(std::pair(*which, email), into_.domains.size());
    if (fresh) into_.domains.emplace_back(table, email);
    const Domains& domains = into_.domains[known->second];
    if (domains.users()) unknown(option);
    for (const std::string& odd : domains.odd())
        if (fresh)
            s_.remark(
                Kind::note, option,
                fmt::format("{}: no domain is spelled {}: it never counts", option, shown(odd)));
    rule_.conditions.push_back({known->second, negated});
}

void MatchReader::ask_unknown(std::string_view option) {
    s_.keyword("regex");
    list("a value or <table>");
    unknown(option);
}

void MatchReader::read_auth(bool negated) {
    never_unless(negated);
    if (s_.keyword("regex") || s_.is_table()) list("a user or <table>");
}

void MatchReader::read_from(bool negated) {
    if (s_.keyword("auth")) {
        seen_.insert("auth");
        if (once("from")) read_auth(negated);
        return;
    }
    if (s_.keyword("mail-from")) {
        if (once("from") && once("mail-from")) ask_unknown("mail-from");
        return;
    }
    if (!once("from")) return;
    if (s_.keyword("any") || s_.keyword("local") || s_.keyword("socket")) {
        never_unless(!negated);
    } else if (s_.keyword("src")) {
        if (s_.keyword("regex")) unknown("regex");
        list("an address or <table>");
        never_unless(negated || !unknown_.empty());
    } else if (s_.keyword("rdns")) {
        unknown("rdns");
        if (s_.keyword("regex") || s_.is_table()) list("a name or <table>");
    } else {
        s_.expected_one({"any", "local", "socket", "src", "rdns", "auth", "mail-from"});
    }
}

void MatchReader::read_for(bool negated) {
    if (!once("for")) return;
    if (s_.keyword("any")) {
        never_unless(!negated);
    } else if (s_.keyword("local")) {
        add_local(negated);
    } else if (s_.keyword("domain")) {
        take_domains(negated, false, "domain");
    } else if (s_.keyword("rcpt-to")) {
        if (once("rcpt-to")) take_domains(negated, true, "rcpt-to");
    } else {
        s_.expected_one({"any", "local", "domain", "rcpt-to"});
    }
}

void MatchReader::read_tag(bool negated) {
    if (!once("tag")) return;
    if (s_.keyword("regex")) {
        list("an expression or <table>");
        return unknown("regex");
    }
    rule_.tags = list("a tag or <table>");
    rule_.tags_negated = negated;
    if (!rule_.tags) return;
    const Table& table = s_.known().looked_into(*rule_.tags);
    if (!table.wrong.empty() && unread_.empty()) unread_ = table.name;
}

// What is asked of a mail, beside where from and where to.
bool MatchReader::read_transaction(bool negated) {
    if (s_.keyword("auth")) {
        if (once("auth")) read_auth(negated);
    } else if (s_.keyword("tls")) {
        if (once("tls")) rule_.asks_tls = true;
    } else if (s_.keyword("tag")) {
        read_tag(negated);
    } else if (s_.keyword("helo")) {
        if (once("helo")) ask_unknown("helo");
    } else if (s_.keyword("mail-from")) {
        if (once("mail-from")) ask_unknown("mail-from");
    } else if (s_.keyword("rcpt-to")) {
        if (once("rcpt-to")) take_domains(negated, true, "rcpt-to");
    } else {
        return false;
    }
    return true;
}

void MatchReader::read_end() {
    if (s_.keyword("reject")) return s_.finish();
    if (!s_.keyword("action"))
        return s_.expected_one({"from", "for", "auth", "tls", "tag", "helo", "mail-from", "rcpt-to",
                                "action", "reject"});
    const std::string name = s_.string("an action's name");
    s_.finish();
    if (s_.failed()) return;
    const auto& actions = s_.known().actions;
    const auto found = actions.find(name);
    if (found != actions.end()) {
        rule_.action = found->second;
        return;
    }
    Words names;
    for (const auto& [one, index] : actions)
        if (names.size() < most_remarks) names.push_back(one);
    s_.fail(fmt::format("there is no action {} before this line{}", shown(name),
                        did_you_mean(name, names)));
}

// What cannot be told is left out, as if it did not match.
void MatchReader::keep() {
    if (never_) return;
    if (!unread_.empty()) {
        const Table& table = s_.known().tables[s_.known().named[unread_]];
        const bool file = table.backend == "static";
        return s_.remark(file ? Kind::mistake : Kind::unsupported, unread_,
                         fmt::format("table {}: {}", shown(unread_), table.wrong));
    }
    if (!unknown_.empty())
        return s_.remark(
            Kind::unsupported, unknown_,
            unknown_ == "regex"
                ? "regex cannot be played: no expression is compared here, and the rule is passed "
                  "over"
            : unknown_ == "rcpt-to"
                ? "rcpt-to with single users cannot be played: rules are played for whole "
                  "domains, and this one is passed over"
                : fmt::format("{} cannot be played: it asks what is not known of a mail here, "
                              "and the rule is passed over",
                              unknown_));
    if (rule_.asks_tls)
        s_.remark(Kind::harm, "tls",
                  "tls: OpenSMTPD 6.8 cannot tell it of a mail: whatever comes as far as this rule "
                  "is told to come later");
    into_.rules.push_back(std::move(rule_));
}

void MatchReader::read() {
    rule_.file = s_.file();
    rule_.line = s_.first_line();
    while (!s_.at_end() && !s_.is_keyword("action") && !s_.is_keyword("reject")) {
        const bool negated = s_.mark("!");
        if (s_.keyword("from"))
            read_from(negated);
        else if (s_.keyword("for"))
            read_for(negated);
        else if (!read_transaction(negated))
            s_.expected_one({"from", "for", "auth", "tls", "tag", "helo", "mail-from", "rcpt-to",
                             "action", "reject"});
    }
    read_end();
    if (s_.failed()) return;
    s_.known().has_match = true;
    if (!seen_.contains("for")) add_local(false);
    keep();
}

}  // namespace

void read_match(Statement& s, Config& into) { MatchReader(s, into).read(); }

void settle_rules(Known& known, Config& into) {
    std::erase_if(into.rules, [&](const Rule& rule) {
        if (!rule.tags) return false;
        const bool has = known.tables[*rule.tags].entries.contains(known.socket_tag);
        return has == rule.tags_negated;
    });
}

}  // namespace policy::smtpd
