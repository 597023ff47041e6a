#include "sim/policy/exim_routers.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::exim {
namespace {

using VerdictKind = Verdict::Kind;

Verdict undecidable(std::string_view option, std::string why) {
    return {VerdictKind::unknown, std::string(option), std::move(why), {}, {}, 0};
}
Verdict skipped() { return {}; }
Verdict declined() { return {VerdictKind::declined, {}, {}, {}, {}, 0}; }
Verdict ended(std::string why) { return {VerdictKind::ended, {}, std::move(why), {}, {}, 0}; }

// Up to a blank, or in quotes: string_dequote() of string.c.
std::string quoted_word(std::string_view& text) {
    text = without_blanks(text);
    std::string out;
    if (!text.starts_with('"')) {
        const auto* const end = std::find_if(text.begin(), text.end(), is_blank);
        out.assign(text.begin(), end);
        text.remove_prefix(out.size());
        return out;
    }
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        out += text[at];
    }
    text.remove_prefix(std::min(text.size(), at + 1));
    return out;
}

}  // namespace

std::optional<std::uint16_t> port_of(std::string_view word) {
    if (word == "smtp") return std::uint16_t{25};
    if (word == "smtps" || word == "submissions" || word == "ssmtp") return std::uint16_t{465};
    if (word == "submission") return std::uint16_t{587};
    if (word == "lmtp") return std::uint16_t{24};
    std::uint16_t out = 0;
    const char* const end = word.data() + word.size();
    const auto [at, wrong] = std::from_chars(word.data(), end, out);
    if (word.empty() || wrong != std::errc{} || at != end || out == 0) return std::nullopt;
    return out;
}

// host_build_hostlist() and host_item_get_port() of host.c.
std::vector<Hop> hops_of(std::string_view list) {
    std::vector<Hop> out;
    for (const std::string& item : list_items(list)) {
        std::string host = core::lower(item);
        if (host.empty() || host == "+") continue;
        Hop hop;
        if (host.ends_with("/mx")) {
            hop.by_mx = true;
            host.resize(host.size() - 3);
        }
        const std::size_t close = host.starts_with('[') ? host.find(']') : std::string::npos;
        const std::size_t colon = is_network(host)
                                      ? std::string::npos
                                      : host.find(':', close == std::string::npos ? 0 : close);
        if (colon != std::string::npos) {
            hop.port = port_of(std::string_view(host).substr(colon + 1)).value_or(0);
            host.resize(colon);
        }
        if (close != std::string::npos) host = host.substr(1, close - 1);
        hop.by_name = is_network(host);
        hop.host = std::move(host);
        out.push_back(std::move(hop));
    }
    return out;
}

Routers::Routers(Sections sections, std::shared_ptr<const Known> known)
    : sections_(std::move(sections)), known_(std::move(known)) {}

// check_router_conditions() of route.c. Nothing: the router takes it.
std::optional<Verdict> Routers::preconditions(const Asked& a) const {
    const Driver& r = *a.router;
    if (truth_of(r.value("verify_only")) == Answer::yes) return skipped();
    // No recipient here has a prefix or suffix.
    for (const std::string affix : {"local_part_prefix", "local_part_suffix"})
        if (r.is_set(affix) && truth_of(r.value(affix + "_optional")) != Answer::yes)
            return skipped();
    if (r.is_set("domains")) {
        const Found found = a.evaluator->in_list(ListOf::domains, r.value("domains"), *a.domain);
        if (found.answer == Answer::no) return skipped();
        if (found.answer == Answer::unknown) return undecidable("domains", found.why);
        a.evaluator->set_domain_data(found.value);
    }
    if (auto verdict = who_and_what(a)) return verdict;
    if (auto verdict = files_are_there(a)) return verdict;
    return conditions_hold(a);
}

// Who sends and who receives is not known.
std::optional<Verdict> Routers::who_and_what(const Asked& a) const {
    const Driver& r = *a.router;
    if (r.is_set("local_parts") && without_blanks(r.value("local_parts")) != "*")
        return undecidable("local_parts", "it is for some recipients of a domain alone");
    if (truth_of(r.value("check_local_user")) == Answer::yes)
        return undecidable("check_local_user", "no user of this machine is known here");
    const std::string_view senders = without_blanks(r.value("senders"));
    if (r.is_set("senders") && senders == ":") return skipped();
    if (r.is_set("senders") && senders != "*" && senders != "!:" && senders != "! :")
        return undecidable("senders", "it is for mail of some senders alone");
    return std::nullopt;
}

std::optional<Verdict> Routers::files_are_there(const Asked& a) const {
    if (!a.router->is_set("require_files")) return std::nullopt;
    const Expanded made = a.evaluator->expand(a.router->value("require_files"));
    if (made.state == Expanded::State::forced_failure) return skipped();
    if (!made.known()) return undecidable("require_files", made.why);
    for (const std::string& item : list_items(made.text)) {
        std::string_view path = item;
        const bool absent = path.starts_with('!');
        if (absent || path.starts_with('+')) path = without_blanks(path.substr(1));
        if (!path.starts_with('/')) continue;  // Whose eyes it is looked at with.
        if (known_->files.exists(path) == absent) return skipped();
    }
    return std::nullopt;
}

std::optional<Verdict> Routers::conditions_hold(const Asked& a) const {
    const auto set = a.router->settings.find("condition");
    if (set == a.router->settings.end()) return std::nullopt;
    std::vector<std::string> all = set->second.more;
    all.insert(all.begin(), set->second.value);
    std::optional<Verdict> unknown;
    for (const std::string& condition : all) {
        const Expanded made = a.evaluator->expand(condition);
        if (made.state == Expanded::State::forced_failure) return skipped();
        const std::string word = core::lower(without_blanks(made.text));
        if (!made.known())
            unknown = undecidable("condition", made.why);
        else if (word.empty() || word == "0" || word == "no" || word == "false")
            return skipped();
    }
    return unknown;
}

Verdict Routers::ask(const Driver& router, const std::string& domain) const {
    Evaluator evaluator(*known_, {domain, {}, {}});
    evaluator.set_domain_data({});  // Where there is no `domains`.
    const Asked asked{&router, &evaluator, &domain};
    const std::optional<Verdict> before = preconditions(asked);
    Verdict out = before ? *before : take(asked);
    out.steps = evaluator.steps();
    return out;
}

Verdict Routers::take(const Asked& a) const {
    const std::string& driver = a.router->driver;
    const bool literal = a.domain->starts_with('[') && a.domain->ends_with(']');
    Verdict sent{VerdictKind::sent, {}, {}, {}, {}, 0};
    if (driver == "dnslookup") return literal ? declined() : handed_over(a, sent);
    if (driver == "manualroute") return a.router->is_set("route_list") ? by_list(a) : by_data(a);
    if (driver == "redirect") return redirected(a);
    if (driver == "accept") return handed_over(a, sent);
    if (driver == "queryprogram" || driver == "iplookup")
        return undecidable("driver", fmt::format("a router of driver {} asks others", driver));
    if (driver != "ipliteral") return skipped();  // A remark has named it.
    if (!literal) return declined();
    std::string address = core::lower(a.domain->substr(1, a.domain->size() - 2));
    if (address.starts_with("ipv6:")) address.erase(0, 5);
    if (!is_network(address) || address.find('/') != address.npos) return declined();
    sent.hops.push_back({address, 0, false, true});
    return handed_over(a, sent);
}

// manualroute_router_entry(): rules parted by semicolons; the first whose pattern fits.
Verdict Routers::by_list(const Asked& a) const {
    for (const std::string& rule : list_items(a.router->value("route_list"), ';')) {
        std::string_view rest = rule;
        const std::string pattern = quoted_word(rest);
        if (pattern.empty()) continue;
        const Found found = a.evaluator->fits_item(ListOf::domains, pattern, *a.domain);
        if (found.answer == Answer::unknown) return undecidable("route_list", found.why);
        if (found.answer == Answer::no) continue;
        a.evaluator->set_variable("value", found.value);
        if (pattern.starts_with('*') && a.domain->size() >= pattern.size() - 1)
            a.evaluator->set_variable("1",
                                      a.domain->substr(0, a.domain->size() - pattern.size() + 1));
        const std::string hosts = quoted_word(rest);
        const Expanded made = a.evaluator->expand(hosts);
        if (made.state == Expanded::State::forced_failure) return declined();
        if (!made.known()) return undecidable("route_list", made.why);
        return to_hosts(a, made.text, rest);
    }
    return declined();
}

Verdict Routers::by_data(const Asked& a) const {
    const Expanded made = a.evaluator->expand(a.router->value("route_data"));
    if (made.state == Expanded::State::forced_failure) return declined();
    if (!made.known()) return undecidable("route_data", made.why);
    std::string_view rest = made.text;
    const std::string hosts = quoted_word(rest);
    const Expanded again = a.evaluator->expand(hosts);
    if (!again.known()) return undecidable("route_data", again.why);
    return again.text.empty() ? declined() : to_hosts(a, again.text, rest);
}

// Words behind the hosts say how they are looked for, or which transport takes the mail.
Verdict Routers::to_hosts(const Asked& a, std::string_view hosts, std::string_view words) const {
    static const std::set<std::string_view> ways{"byname",       "bydns",       "randomize",
                                                 "no_randomize", "ipv4_prefer", "ipv4_only"};
    Verdict out{VerdictKind::sent, {}, {}, {}, hops_of(hosts), 0};
    for (std::string word = quoted_word(words); !word.empty(); word = quoted_word(words)) {
        if (!ways.contains(word)) out.transport = word;
        if (word != "byname") continue;
        for (Hop& hop : out.hops) hop.by_name = !hop.by_mx;
    }
    if (out.hops.empty()) return ended(fmt::format("the router {} names no host", a.router->name));
    return handed_over(a, std::move(out));
}

Verdict Routers::redirected(const Asked& a) const {
    const Driver& r = *a.router;
    if (r.is_set("file")) return undecidable("file", "what users' files say is not known here");
    const Expanded made = a.evaluator->expand(r.value("data"));
    if (made.state == Expanded::State::forced_failure) return declined();
    if (!made.known()) return undecidable("data", made.why);
    const std::string_view to = without_blanks(made.text);
    if (to.empty() || to.starts_with(":unknown:")) return declined();
    const bool kept = to.starts_with(":fail:") || to.starts_with(":defer:");
    return ended(fmt::format("the router {} {} {}", r.name,
                             kept                            ? "sends it nowhere:"
                             : to.starts_with(":blackhole:") ? "throws it away:"
                                                             : "redirects it to",
                             shown(to)));
}

Verdict Routers::handed_over(const Asked& a, Verdict verdict) const {
    const Driver& r = *a.router;
    if (verdict.transport.empty()) {
        const Expanded made = a.evaluator->expand(r.value("transport"));
        if (!made.known() && made.state != Expanded::State::forced_failure)
            return undecidable("transport", made.why);
        verdict.transport = without_blanks(made.text);
    }
    const auto is_it = [&](const Driver& t) { return t.name == verdict.transport; };
    const auto found =
        std::find_if(sections_.transports.begin(), sections_.transports.end(), is_it);
    if (verdict.transport.empty())
        return ended(fmt::format("the router {} names no transport", r.name));
    if (found == sections_.transports.end())
        return ended(fmt::format("the router {} names the transport {}, which there is not", r.name,
                                 shown(verdict.transport)));
    if (found->driver == "smtp") return verdict;
    Verdict out =
        ended(fmt::format("the router {} hands it to the transport {}, whose driver is {}", r.name,
                          found->name, found->driver));
    if (truth_of(r.value("unseen")) == Answer::yes) out.kind = VerdictKind::copied;
    return out;
}

}  // namespace policy::exim
