#include "sim/policy/smtpd_action.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/smtpd_other.hpp"

namespace policy::smtpd {
namespace {

using Kind = Remark::Kind;

const Words relay_options{"host", "domain",   "tls",       "ca",     "auth",   "pki", "src",
                          "helo", "helo-src", "mail-from", "backup", "filter", "srs", "ttl"};

// Options of relay, as they stand; each may stand once.
class RelayReader {
  public:
    RelayReader(Statement& s, Action& action) : s_(s), action_(action) {}
    void read();

  private:
    bool once(std::string_view option);
    bool read_harmless();
    bool read_refused();
    void read_host();
    void read_domain();
    void read_ca();
    void take_hosts(const Table& table);
    void apply(Hop& hop);
    void tell(const Hop& hop);
    void finish();

    Statement& s_;
    Action& action_;
    std::set<std::string_view> seen_;
    std::set<std::string> told_;
    bool tls_ = false, verifies_ = true;
    std::string unread_;  // why its table of hosts is not known
};

// True, too, where it is a mistake: then the statement ends.
bool RelayReader::once(std::string_view option) {
    if (!s_.keyword(option)) return false;
    if (!seen_.insert(option).second) s_.fail(fmt::format("{} stands here twice", option));
    return true;
}

void RelayReader::take_hosts(const Table& table) {
    if (!table.wrong.empty()) {
        unread_ = table.wrong;
        return;
    }
    for (const auto& [key, value] : table.entries) action_.hops.push_back(read_url(key));
}

void RelayReader::read_host() {
    if (seen_.contains("backup")) return s_.fail("backup and host exclude each other");
    if (!seen_.insert("host or domain").second) return s_.fail("a host stands here already");
    const std::optional<std::size_t> which = s_.table("a relay URL or <table>");
    if (!which) return;
    const Table& table = s_.known().looked_into(*which);
    if (table.wrong.empty() && table.is_mapping)
        return s_.fail(fmt::format(
            "host: table {} has keys with values, and a list is wanted: a file that begins with "
            "the line '# @list' is one, whatever colons are in it",
            shown(table.name)));
    take_hosts(table);
}

void RelayReader::read_domain() {
    if (seen_.contains("backup")) return s_.fail("backup and domain exclude each other");
    if (!seen_.insert("host or domain").second) return s_.fail("a host stands here already");
    const std::optional<std::size_t> which = s_.table("<table>");
    if (!which) return;
    const Table& table = s_.known().looked_into(*which);
    if (table.wrong.empty() && !table.is_mapping)
        return s_.fail("domain: expected a table with a relay URL for each domain, got a list");
    action_.asks_by_domain = true;
    unread_ = table.wrong;
    if (!unread_.empty()) return;
    for (const auto& [key, value] : table.entries) action_.by_domain[key] = read_url(value);
}

void RelayReader::read_ca() {
    action_.ca_file = s_.string("a CA's name");
    s_.known().used_cas.insert(action_.ca_file);
}

// What changes nothing of where and how mail goes.
bool RelayReader::read_harmless() {
    if (once("helo")) {
        s_.string("a name");
    } else if (once("helo-src")) {
        read_mapping(s_, "helo-src");
    } else if (once("src")) {
        s_.table("an address or <table>");
    } else if (once("mail-from")) {
        s_.string("an address");
    } else if (once("filter")) {
        read_filters(s_);
    } else if (once("srs")) {
        if (!s_.known().has_srs_key) s_.fail("srs needs an srs key before this line");
    } else {
        return false;
    }
    return true;
}

bool RelayReader::read_refused() {
    if (once("backup")) {
        if (seen_.contains("host or domain")) s_.fail("backup and host exclude each other");
        if (s_.keyword("mx")) s_.string("a host's name");
        s_.remark(Kind::unsupported, "backup",
                  "backup cannot be played: that no MX but better ones than a host of one's own is "
                  "tried");
    } else if (once("pki")) {
        const std::string name = s_.string("a certificate's name");
        if (!s_.failed() && !s_.known().pkis.contains(name))
            s_.remark(Kind::unsupported, "pki",
                      fmt::format("pki {} is declared nowhere before: OpenSMTPD ends each session "
                                  "at STARTTLS, which cannot be played",
                                  shown(name)));
    } else if (once("ciphers") || s_.is_string()) {
        const std::string name = s_.is_string() ? s_.string("an option") : "ciphers";
        if (name != "ciphers" && name != "protocols")
            s_.fail(fmt::format("expected an option of relay, got {}{}", shown(name),
                                did_you_mean(name, relay_options)));
        s_.string("a list");
        s_.remark(Kind::unsupported, name,
                  fmt::format("{} is an option of OpenSMTPD 7, and cannot be played", name));
    } else {
        return false;
    }
    return true;
}

// mta_handle_envelope() and mta_relay() of mta.c: what the option tls makes of a URL.
void RelayReader::apply(Hop& hop) {
    if (!hop.held.empty()) return;
    if (!hop.label.empty() && !seen_.contains("auth"))
        hop.held = fmt::format("{} has a label, and the action no table: auth <table>",
                               shown(hop.label + "@" + hop.host));
    else if (tls_ && hop.tls == Tls::none)
        hop.held = fmt::format("tls is demanded, and {} is to have none", shown(hop.host));
    else if (tls_ && hop.tls == Tls::opportunistic)
        hop.tls = Tls::verified;
    if (hop.tls == Tls::verified && !verifies_) hop.tls = Tls::unverified;
}

void RelayReader::tell(const Hop& hop) {
    if (told_.size() > 3) return;
    if (!hop.held.empty() && told_.insert(hop.held).second)
        s_.remark(Kind::harm, action_.name,
                  fmt::format("action {}: {}: OpenSMTPD holds all such mail back",
                              shown(action_.name), hop.held));
    else if (hop.immediate && told_.insert("smtps").second)
        s_.remark(Kind::unsupported, "smtps",
                  fmt::format("action {}: smtps:// to {} cannot be played: TLS from the first byte "
                              "is not spoken",
                              shown(action_.name), shown(hop.host)));
}

void RelayReader::finish() {
    const bool named = seen_.contains("host or domain");
    if (!named) action_.hops.emplace_back();
    if (!unread_.empty()) {
        Hop hop;
        hop.held = unread_;
        if (!action_.asks_by_domain) action_.hops.push_back(hop);
    }
    for (Hop& hop : action_.hops) apply(hop);
    for (auto& [domain, hop] : action_.by_domain) apply(hop);
    for (const Hop& hop : action_.hops) tell(hop);
    for (const auto& [domain, hop] : action_.by_domain) tell(hop);
    const auto differs = [&](const Hop& hop) {
        return hop.tls != action_.hops.front().tls || hop.held != action_.hops.front().held;
    };
    if (std::any_of(action_.hops.begin(), action_.hops.end(), differs))
        s_.remark(Kind::unsupported, "host",
                  fmt::format("action {}: its hosts are not alike, and each mail goes to the next "
                              "of them: the first alone is played",
                              shown(action_.name)));
    const bool logs_in = std::any_of(action_.hops.begin(), action_.hops.end(),
                                     [](const Hop& hop) { return !hop.label.empty(); });
    if (seen_.contains("auth") && !logs_in && unread_.empty() && !action_.asks_by_domain)
        s_.remark(Kind::note, action_.name,
                  fmt::format("action {}: auth counts for a URL with a label alone, as "
                              "smtp+tls://label@host: nobody logs in",
                              shown(action_.name)));
}

void RelayReader::read() {
    while (!s_.at_end() && !s_.is_keyword("ttl")) {
        if (once("host")) {
            read_host();
        } else if (once("domain")) {
            read_domain();
        } else if (once("tls")) {
            tls_ = true;
            verifies_ = !s_.keyword("no-verify");
        } else if (once("ca")) {
            read_ca();
        } else if (once("auth")) {
            if (!seen_.contains("host or domain"))
                s_.fail("auth has no host before it to log in at");
            else
                read_mapping(s_, "auth");
        } else if (!read_harmless() && !read_refused()) {
            s_.expected_one(relay_options);
        }
    }
    if (!s_.failed()) finish();
}

void read_local_option(Statement& s, std::string_view method, std::set<std::string_view>& seen) {
    static const Words options{"user", "alias", "virtual", "userbase", "wrapper"};
    const auto which = std::find_if(options.begin(), options.end(),
                                    [&](std::string_view one) { return s.keyword(one); });
    if (which == options.end())
        return s.expected_one({"user", "alias", "virtual", "userbase", "wrapper", "ttl"});
    if (!seen.insert(*which).second) return s.fail(fmt::format("{} stands here twice", *which));
    const bool aliased = *which == "alias" || *which == "virtual";
    if (aliased && !seen.insert("alias or virtual").second)
        return s.fail("alias and virtual exclude each other");
    if (*which == "user") {
        if (method == "mbox" || method == "forward-only" || method == "expand-only")
            return s.fail(fmt::format("{} has no user", method));
        s.string("a user's name");
    } else if (*which == "wrapper") {
        const std::string name = s.string("a wrapper's name");
        if (!s.failed() && !s.known().wrappers.contains(name))
            s.fail(fmt::format("there is no mda wrapper {} before this line", shown(name)));
    } else {
        read_mapping(s, *which);
    }
}

// Methods that deliver here.
bool read_local(Statement& s, Action& action) {
    static const Words methods{"mbox", "maildir", "lmtp", "mda", "forward-only", "expand-only"};
    const auto which = std::find_if(methods.begin(), methods.end(),
                                    [&](std::string_view one) { return s.keyword(one); });
    if (which == methods.end()) return false;
    action.method = *which;
    if (*which == "maildir") {
        if (s.is_string()) s.string("a folder");
        s.keyword("junk");
    } else if (*which == "lmtp") {
        s.string("a place");
        s.keyword("rcpt-to");
    } else if (*which == "mda") {
        s.string("a command");
    }
    std::set<std::string_view> seen;
    while (!s.at_end() && !s.is_keyword("ttl")) read_local_option(s, *which, seen);
    return true;
}

}  // namespace

void read_action(Statement& s, Config& into) {
    Action action;
    action.file = s.file();
    action.line = s.first_line();
    action.name = s.string("an action's name");
    auto& actions = s.known().actions;
    if (actions.contains(action.name))
        s.fail(fmt::format("there is an action {} already", shown(action.name)));
    if (s.keyword("relay")) {
        action.relays = true;
        action.method = "relay";
        RelayReader(s, action).read();
    } else if (!read_local(s, action)) {
        s.expected_one({"relay", "mbox", "maildir", "lmtp", "mda", "forward-only", "expand-only"});
    }
    if (s.keyword("ttl")) s.delay();
    s.finish();
    if (s.failed()) return;
    actions.emplace(action.name, into.actions.size());
    into.actions.push_back(std::move(action));
}

// load_pki_tree() of smtpd.c.
void settle_certificates(Known& known) {
    for (const auto& [name, pki] : known.pkis)
        if (!pki.has_certificate || !pki.has_key)
            known.remark(Kind::mistake, pki.file, pki.line, "pki",
                         fmt::format("pki {} has no {}, and OpenSMTPD does not begin", shown(name),
                                     pki.has_certificate ? "key" : "cert"));
}

// mta_cert_verify() of mta_session.c: the CA that the action names; else that of this host's own
// name; else that of all ("*"); else the system's bundle.
void settle_actions(Known& known, Config& into) {
    std::string usual, own;
    const auto star = known.cas.find("*");
    if (star != known.cas.end()) usual = star->second;
    for (const auto& [name, file] : known.cas)
        if (name != "*" && own.empty() && !known.used_cas.contains(name)) own = name;
    if (!own.empty()) {
        usual = known.cas[own];
        known.remark(Kind::note, {}, 0, {},
                     fmt::format("ca {} is taken for that of this host's own name, and so for that "
                                 "of all actions that name none",
                                 shown(own)));
    }
    for (Action& action : into.actions) {
        const std::string name = std::exchange(action.ca_file, std::string());
        const auto found = known.cas.find(name);
        if (!action.relays) continue;
        if (name.empty()) {
            action.ca_file = usual;
        } else if (found != known.cas.end()) {
            action.ca_file = found->second;
        } else {
            action.trusts_nobody = true;
            known.remark(Kind::harm, action.file, action.line, action.name,
                         fmt::format("action {}: ca {} is declared nowhere: no certificate is "
                                     "good, and mail that needs one is held back",
                                     shown(action.name), shown(name)));
        }
    }
}

}  // namespace policy::smtpd
