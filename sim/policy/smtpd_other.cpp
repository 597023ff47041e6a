#include "sim/policy/smtpd_other.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"

namespace policy::smtpd {
namespace {

using Kind = Remark::Kind;

void note_left_out(Statement& s, std::string_view name) { s.known().left_out.emplace(name); }

// table NAME {…} or table NAME TYPE:PATH (table_create of table.c).
void read_table(Statement& s) {
    Table out;
    out.line = s.line();
    out.name = s.string("a table's name");
    Known& known = s.known();
    if (known.named.contains(out.name))
        s.fail(fmt::format("there is a table {} already", shown(out.name)));
    if (s.mark("{")) {
        s.braced({}, &out);
    } else {
        const std::string from = s.string("{ or a type and a path such as file:/etc/mail/domains");
        const std::size_t colon = from.find(':');
        const bool bare = from.starts_with('/');
        out.backend = bare ? "static" : from.substr(0, colon);
        if (out.backend == "file") out.backend = "static";
        out.path = bare ? from : colon == from.npos ? std::string() : from.substr(colon + 1);
        out.is_read = out.backend != "static";
        if (!s.failed() && !out.path.starts_with('/') && (colon != from.npos || !out.is_read))
            s.fail(fmt::format("table {}: expected a path from / on, got {}", shown(out.name),
                               shown(from)));
        if (out.is_read)
            out.wrong = fmt::format("{} is a table that only OpenSMTPD can ask", shown(from));
    }
    if (s.failed()) return;
    known.named.emplace(out.name, known.tables.size());
    known.tables.push_back(std::move(out));
}

// "*", or a name: compared without case.
std::string certificate_name(Statement& s) {
    std::string out = core::lower(s.string("a host's name or '*'"));
    if (!s.failed() && out != "*" && !is_domain(out))
        s.fail(fmt::format("expected a host's name or '*', got {}", shown(out)));
    return out;
}

void read_ca(Statement& s) {
    const std::string name = certificate_name(s);
    s.must("cert");
    const std::string file = s.string("a file of certificates");
    if (!s.failed()) s.known().cas[name] = file;
}

void read_pki(Statement& s) {
    const std::string name = certificate_name(s);
    Known::Pki& pki = s.known().pkis[name];
    if (pki.file.empty()) pki.file = s.file();
    if (pki.line == 0) pki.line = s.first_line();
    while (!s.at_end()) {
        if (s.keyword("cert")) {
            pki.has_certificate = true;
            s.string("a file");
        } else if (s.keyword("key")) {
            pki.has_key = true;
            s.string("a file");
        } else if (s.keyword("dhe")) {
            const std::string how = core::lower(s.string("none, auto or legacy"));
            if (how != "none" && how != "auto" && how != "legacy")
                s.fail(fmt::format("expected none, auto or legacy, got {}", shown(how)));
        } else {
            s.expected_one({"cert", "key", "dhe"});
        }
    }
}

void read_process(Statement& s) {
    while (!s.at_end()) {
        if (s.keyword("user") || s.keyword("group") || s.keyword("chroot"))
            s.string("a name");
        else
            s.expected_one({"user", "group", "chroot"});
    }
}

// Behind "match": one condition, then what is done.
void read_phase(Statement& s) {
    static const Words phases{"connect",   "helo",    "ehlo", "auth",
                              "mail-from", "rcpt-to", "data", "commit"};
    if (std::none_of(phases.begin(), phases.end(),
                     [&](std::string_view phase) { return s.keyword(phase); }))
        s.expected_one(phases);
    s.must("match");
    s.mark("!");
    static const Words conditions{"fcrdns", "rdns", "src", "helo", "auth", "mail-from", "rcpt-to"};
    const auto which = std::find_if(conditions.begin(), conditions.end(),
                                    [&](std::string_view one) { return s.keyword(one); });
    if (which == conditions.end()) return s.expected_one(conditions);
    const bool alone = *which == "fcrdns" || *which == "rdns" || *which == "auth";
    if (*which != "fcrdns" && (s.keyword("regex") || !alone || s.is_table())) s.table("a value");
    if (s.keyword("junk") || s.keyword("bypass")) return;
    if (s.keyword("reject") || s.keyword("disconnect") || s.keyword("rewrite") ||
        s.keyword("report")) {
        s.string("a text");
        return;
    }
    s.expected_one({"reject", "disconnect", "rewrite", "report", "junk", "bypass"});
}

void check_filter(Statement& s, const std::string& name) {
    const Known& known = s.known();
    if (!known.filters.contains(name) && !known.chains.contains(name))
        s.fail(fmt::format("there is no filter {} before this line", shown(name)));
}

void read_filter(Statement& s) {
    Known& known = s.known();
    const std::string name = s.string("a filter's name");
    if (known.filters.contains(name) || known.chains.contains(name))
        s.fail(fmt::format("there is a filter {} already", shown(name)));
    if (s.keyword("proc")) {
        const std::string proc = s.string("a process's name");
        if (!s.failed() && !known.procs.contains(proc))
            s.fail(fmt::format("there is no proc {} before this line", shown(proc)));
    } else if (s.keyword("proc-exec")) {
        s.string("a command");
        read_process(s);
    } else if (s.keyword("phase")) {
        read_phase(s);
    } else if (s.keyword("chain")) {
        if (!s.mark("{")) return s.expected("{");
        s.braced([&](const std::string& one) { check_filter(s, one); }, nullptr);
        if (!s.failed()) known.chains.insert(name);
        return;
    } else {
        s.expected_one({"proc", "proc-exec", "phase", "chain"});
    }
    if (!s.failed()) known.filters.insert(name);
}

void read_proc(Statement& s) {
    const std::string name = s.string("a process's name");
    s.string("a command");
    read_process(s);
    if (!s.failed()) s.known().procs.insert(name);
}

// A limit of a name, and its number.
void read_limit(Statement& s, const Words& known) {
    const std::string what = fmt::format("a limit such as {}", known.front());
    const std::string name = s.string(what);
    if (!s.failed() && std::find(known.begin(), known.end(), name) == known.end())
        return s.fail(
            fmt::format("expected {}, got {}{}", what, shown(name), did_you_mean(name, known)));
    s.number("a number");
}

void read_limits(Statement& s, const Words& known) {
    while (!s.at_end()) read_limit(s, known);
}

void read_mda(Statement& s) {
    if (s.keyword("wrapper")) {
        const std::string name = s.string("a wrapper's name");
        s.string("a command");
        if (!s.failed()) s.known().wrappers.insert(name);
        return;
    }
    if (!s.keyword("limit")) return s.expected_one({"limit", "wrapper"});
    read_limits(
        s, {"max-session", "max-session-per-user", "task-lowat", "task-hiwat", "task-release"});
}

// Limits of sessions and how many mails wait for a host: none changes where a mail goes.
void read_mta(Statement& s) {
    static const Words limits{"max-conn-per-host",
                              "max-conn-per-route",
                              "max-conn-per-source",
                              "max-conn-per-connector",
                              "max-conn-per-relay",
                              "max-conn-per-domain",
                              "conn-delay-host",
                              "conn-delay-route",
                              "conn-delay-source",
                              "conn-delay-connector",
                              "conn-delay-relay",
                              "conn-delay-domain",
                              "reconn-delay-route",
                              "session-mail-max",
                              "session-transaction-delay",
                              "session-keepalive",
                              "max-failures-per-session",
                              "task-hiwat",
                              "task-lowat",
                              "task-release"};
    if (s.keyword("max-deferred")) return s.number("a number");
    if (!s.keyword("limit")) return s.expected_one({"max-deferred", "limit"});
    if (s.keyword("for")) {
        s.must("domain");
        s.string("a domain");
    }
    while (!s.at_end()) {
        if (s.keyword("inet4")) continue;
        if (s.keyword("inet6"))
            s.remark(Kind::unsupported, "inet6",
                     "mta limit inet6 cannot be played: hosts have addresses of IPv4 here");
        else
            read_limit(s, limits);
    }
}

void read_queue(Statement& s) {
    if (s.keyword("ttl")) return s.delay();
    if (s.keyword("compression")) return;
    if (!s.keyword("encryption")) return s.expected_one({"ttl", "compression", "encryption"});
    if (!s.at_end()) s.string("a key");
}

// A cipher or a group of them that mailtls, whose suites are all strong, lacks anyway.
bool is_lacking(std::string_view word) {
    static const std::set<std::string_view> lacking{
        "anull", "enull", "null", "md5",    "des",   "3des",   "rc4",  "rc2",
        "idea",  "seed",  "exp",  "export", "low",   "medium", "adh",  "aecdh",
        "psk",   "srp",   "dss",  "dsa",    "sslv2", "sslv3",  "krb5", "gost"};
    return lacking.contains(core::lower(word));
}

// smtp ciphers: a list for SSL_CTX_set_cipher_list.
void read_ciphers(Statement& s) {
    const std::string list = s.string("a list of ciphers");
    static const std::set<std::string_view> groups{"high", "all", "default", "secure", "@strength"};
    for (std::string_view rest = list; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find_first_of(": ,"));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        const bool without = one.starts_with('!') || one.starts_with('-');
        const bool plain =
            one.empty() || (without ? is_lacking(one.substr(1))
                                    : groups.contains(core::lower(one)) || is_lacking(one));
        if (!plain)
            return s.remark(Kind::unsupported, "ciphers",
                            fmt::format("smtp ciphers: {} cannot be played: the suites are those "
                                        "of HIGH:!aNULL:!MD5",
                                        shown(one)));
    }
}

void read_smtp(Statement& s) {
    if (s.keyword("ciphers")) return read_ciphers(s);
    note_left_out(s, "smtp");
    if (s.keyword("limit")) return read_limits(s, {"max-rcpt", "max-mails"});
    if (s.keyword("max-message-size")) {
        if (s.is_number())
            s.number("a size");
        else
            s.string("a size");
    } else if (s.keyword("sub-addr-delim")) {
        s.string("a character");
    } else {
        s.expected_one({"ciphers", "limit", "max-message-size", "sub-addr-delim"});
    }
}

void read_srs(Statement& s) {
    if (s.keyword("ttl")) return s.delay();
    if (!s.keyword("key")) return s.expected_one({"key", "ttl"});
    const bool backup = s.keyword("backup");
    s.string("a secret");
    if (!backup && !s.failed()) s.known().has_srs_key = true;
}

void read_bounce(Statement& s) {
    s.must("warn-interval");
    s.delay();
    while (s.mark(",")) s.delay();
}

using Seen = std::set<std::string_view>;

// Takes an option, of which there is one of its kind.
bool once(Statement& s, std::string_view option, std::string_view kind, Seen& seen) {
    if (!s.keyword(option)) return false;
    if (!seen.insert(kind).second) s.fail(fmt::format("{} stands here twice", kind));
    return true;
}
bool once(Statement& s, std::string_view option, Seen& seen) {
    return once(s, option, option, seen);
}

bool read_socket_option(Statement& s, Seen& seen, std::string* tag) {
    if (once(s, "filter", seen)) {
        read_filters(s);
    } else if (once(s, "tag", seen)) {
        const std::string name = s.string("a tag");
        if (tag != nullptr) *tag = core::lower(name);
    } else if (!once(s, "mask-src", seen)) {
        return false;
    }
    return true;
}

void read_port(Statement& s) {
    if (s.keyword("smtp") || s.keyword("smtps")) return;
    if (!s.is_number()) {
        s.string("a port");
        return;
    }
    if (!s.is_port()) return s.expected("a port from 1 to 65535");
    s.number("a port");
}

bool read_listen_option(Statement& s, Seen& seen) {
    if (once(s, "inet4", "a family", seen) || once(s, "inet6", "a family", seen) ||
        once(s, "tls", "TLS", seen) || once(s, "received-auth", seen) || once(s, "no-dsn", seen) ||
        once(s, "proxy-v2", seen))
        return true;
    if (once(s, "smtps", "TLS", seen) || once(s, "tls-require", "TLS", seen)) {
        s.keyword("verify");
    } else if (once(s, "port", seen)) {
        read_port(s);
    } else if (once(s, "ca", seen)) {
        s.known().used_cas.insert(s.string("a CA's name"));
    } else if (once(s, "pki", seen) || once(s, "hostname", seen)) {
        s.string("a name");
    } else if (once(s, "auth", seen) || once(s, "auth-optional", "auth", seen)) {
        if (s.is_table()) read_mapping(s, "auth");
    } else if (once(s, "hostnames", seen)) {
        read_mapping(s, "hostnames");
    } else if (once(s, "senders", seen)) {
        read_mapping(s, "senders");
        s.keyword("masquerade");
    } else {
        return read_socket_option(s, seen, nullptr);
    }
    return true;
}

void read_listen(Statement& s) {
    Seen seen;
    s.must("on");
    if (s.keyword("socket")) {
        Known& known = s.known();
        if (known.has_socket) s.fail("there is a listen on socket already");
        known.has_socket = true;
        while (!s.at_end())
            if (!read_socket_option(s, seen, &known.socket_tag))
                s.expected_one({"filter", "tag", "mask-src"});
        return;
    }
    s.string("an interface, an address or socket");
    while (!s.at_end()) {
        if (!read_listen_option(s, seen))
            s.expected_one({"inet4", "inet6", "port", "filter", "smtps", "tls", "tls-require",
                            "pki", "ca", "auth", "auth-optional", "tag", "hostname", "hostnames",
                            "mask-src", "received-auth", "no-dsn", "proxy-v2", "senders"});
    }
}

void read_scheduler(Statement& s) {
    s.must("limit");
    read_limits(s, {"max-inflight", "max-evp-batch-size", "max-msg-batch-size", "max-schedule"});
}

void read_admd(Statement& s) { s.string("a name"); }

struct Reader {
    std::string_view name;
    void (*read)(Statement&);
    bool is_left_out;  ///< It is about something else than outgoing mail.
};
constexpr Reader readers[] = {
    {"admd", read_admd, true},
    {"bounce", read_bounce, true},
    {"ca", read_ca, false},
    {"filter", read_filter, true},
    {"listen", read_listen, true},
    {"mda", read_mda, true},
    {"mta", read_mta, false},
    {"pki", read_pki, false},
    {"proc", read_proc, true},
    {"queue", read_queue, false},
    {"scheduler", read_scheduler, true},
    {"smtp", read_smtp, false},
    {"srs", read_srs, true},
    {"table", read_table, false},
};

}  // namespace

void read_filters(Statement& s) {
    const auto check = [&](const std::string& name) { check_filter(s, name); };
    if (s.mark("{")) return s.braced(check, nullptr);
    const std::string name = s.string("a filter's name or {");
    if (!s.failed()) check(name);
}

void read_mapping(Statement& s, std::string_view option) {
    const std::optional<std::size_t> which = s.table("<table>");
    if (!which) return;
    const Table& table = s.known().tables[*which];
    if (table.is_read && table.wrong.empty() && !table.is_mapping)
        s.fail(fmt::format("{}: expected a table with a value for each key, got a list", option));
}

bool read_other(Statement& s, std::string_view name) {
    for (const Reader& one : readers) {
        if (one.name != name) continue;
        one.read(s);
        if (one.is_left_out) note_left_out(s, name);
        return true;
    }
    return false;
}

const Words& other_statements() {
    static const Words names = [] {
        Words out;
        for (const Reader& one : readers) out.push_back(one.name);
        return out;
    }();
    return names;
}

}  // namespace policy::smtpd
