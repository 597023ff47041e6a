// mailtls check-policy for Exim and OpenSMTPD: configurations as they are met, and what comes of
// mail under them.
#include <boost/test/unit_test.hpp>

#include <map>

#include <nlohmann/json.hpp>

#include "tests/harness/program.hpp"

using nlohmann::json;

namespace {

// Debian's configuration, taken down to what decides about outgoing mail.
const std::string debian =
    "CONFDIR = /etc/exim4\n"
    ".ifndef MAIN_LOCAL_DOMAINS\nMAIN_LOCAL_DOMAINS=@:localhost:alice.example\n.endif\n"
    "domainlist local_domains = MAIN_LOCAL_DOMAINS\n"
    "dns_dnssec_ok = 1\nacl_smtp_rcpt = acl_check\n"
    "begin acl\nacl_check:\n  accept\n    hosts = :\n"
    "begin routers\n"
    ".ifdef DCconfig_internet\n"
    "dnslookup:\n  driver = dnslookup\n  domains = ! +local_domains\n  transport = remote_smtp\n"
    "  ignore_target_hosts = <; 0.0.0.0 ; 127.0.0.0/8 ; ::1/128\n  no_more\n"
    ".endif\n"
    ".ifdef DCconfig_smarthost\n"
    "smarthost:\n  driver = manualroute\n  domains = ! +local_domains\n"
    "  transport = remote_smtp_smarthost\n  route_list = * smtp.hub.example::587 byname\n"
    "  no_more\n"
    ".endif\n"
    "begin transports\n"
    "mail_spool:\n  driver = appendfile\n  file = /var/mail/$local_part_data\n"
    "remote_smtp:\n  driver = smtp\n"
    "remote_smtp_smarthost:\n  driver = smtp\n  multi_domain\n"
    ".ifdef REQUIRE_TLS\n  hosts_require_tls = REQUIRE_TLS\n.endif\n"
    ".ifdef VERIFY_TLS\n  tls_verify_hosts = VERIFY_TLS\n.endif\n";
const std::string to_the_net = "DCconfig_internet=1\n" + debian;
const std::string to_a_hub = "DCconfig_smarthost=1\nVERIFY_TLS=*\n" + debian;
const std::string safely_to_a_hub = "REQUIRE_TLS=*\n" + to_a_hub;

const std::string cpanel =
    "domainlist local_domains = lsearch;/etc/localdomains\n"
    "openssl_options = +no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1\n"
    "begin routers\n"
    "backup:\n  driver = dnslookup\n  domains = !+local_domains : lsearch;/etc/secondarymx\n"
    "  transport = remote_smtp\n  self = pass\n"
    "dkim_lookuphost:\n  driver = dnslookup\n  domains = !+local_domains\n"
    "  condition = ${if exists{/var/keys/$sender_address_domain}}\n  transport = remote_smtp\n"
    "lookuphost:\n  driver = dnslookup\n  domains = !+local_domains\n  transport = remote_smtp\n"
    "begin transports\n"
    "remote_smtp:\n  driver = smtp\n  hosts_require_tls = lsearch;/etc/secondarymx\n";

// An smtp transport alone; its lists name hosts.
const std::string by_hosts =
    "begin transports\n"
    "out:\n"
    "  driver = smtp\n"
    "  hosts_require_tls = *.bob.example : mail.carol.example : \\\n"
    "     ${lookup{$domain}lsearch{/etc/exim4/partners}{*}}\n"
    "  tls_verify_hosts = *.bob.example\n";

const std::string smtpd_stock =
    "action \"local\" maildir\naction \"relay\" relay\nmatch for local action \"local\"\n"
    "match from local for any action \"relay\"\n";
const std::string smtpd_hub =
    "action \"hub\" relay host smtp+tls://mail.hub.example:587\n"
    "action \"dumb\" relay host smtp+notls://printer.alice.example\n"
    "match for domain \"printer.alice.example\" action \"dumb\"\nmatch for any action \"hub\"\n";
const std::string smtpd_partners =
    "table partners file:/etc/mail/sure\n"
    "ca \"lab\" cert \"/etc/mail/lab-root.pem\"\n"
    "action \"sure\" relay tls ca \"lab\"\naction \"some\" relay tls no-verify\n"
    "action \"lost\" relay tls ca \"nobody\"\naction \"out\" relay\n"
    "match for domain <partners> action \"sure\"\n"
    "match for domain \"*.self.example\" action \"some\"\n"
    "match for domain \"lost.example\" action \"lost\"\n"
    "match for any action \"out\"\n";

struct WrongFile {
    std::string arguments, text;
    int code;
    std::string err;
};

const std::string only_smtp = "begin transports\nt:\n driver = smtp\n",
                  to_relay = "action out relay\n", for_all = "match for any action out\n";

const WrongFile wrong_files[] = {
    {"", "", 2,
     "mailtls: check-policy: expected --postfix FILE, --main FILE or both, --exim FILE or "
     "--opensmtpd FILE, got none\n"},
    {"--exim t --opensmtpd t", only_smtp, 2,
     "mailtls: check-policy: --exim and --opensmtpd exclude each other: one MTA at a time\n"},
    {"--exim t --main t", only_smtp, 2,
     "mailtls: check-policy: --main is for Postfix, and does not go with --exim\n"},
    {"--opensmtpd t --mta-sts", to_relay + for_all, 2,
     "mailtls: check-policy: --mta-sts is for Postfix, and does not go with --opensmtpd\n"},
    {"--exim nowhere", "", 3, "mailtls: nowhere: there is no such file\n"},
    {"--exim t", std::string("a\0b", 3), 3,
     "mailtls: t: expected a text, got bytes that are none\n"},
    {"--exim t", only_smtp + " hosts_require_tl = *\n", 3,
     "mailtls: t:4: 'hosts_require_tl' is no option of a transport with driver smtp; did you "
     "mean 'hosts_require_tls'?\n"
     "mailtls: note: t: no routers stand here: all mail goes by the transport t\n"},
    {"--exim t", only_smtp + " protocol = smtps\n", 3,
     "mailtls: t:4: protocol = smtps cannot be played: TLS from the first byte is not spoken; "
     "--ignore-unsupported protocol plays the rest\n"
     "mailtls: note: t: no routers stand here: all mail goes by the transport t\n"
     "mailtls: note: t:2: elsewhere.example is left out: the transport t speaks smtps\n"},
    {"--exim t --ignore-unsupported protocol", only_smtp + " protocol = smtps\n", 5,
     "mailtls: t:4: protocol = smtps cannot be played: TLS from the first byte is not spoken; "
     "it is left out\n"
     "mailtls: note: t: no routers stand here: all mail goes by the transport t\n"
     "mailtls: note: t:2: elsewhere.example is left out: the transport t speaks smtps\n"
     "mailtls: nobody is left to play: no mail goes out by SMTP under these rules\n"},
    {"--exim t --ignore-unsupported x",
     only_smtp + " hosts_require_tls = *\n tls_verify_hosts = *\n"
                 " hosts = 127.0.0.1\n",
     5,
     "mailtls: note: t: no routers stand here: all mail goes by the transport t\n"
     "mailtls: note: t: elsewhere.example is left out: mail goes to [127.0.0.1], which is the "
     "machine itself\n"
     "mailtls: note: --ignore-unsupported x: nothing of that name is there\n"
     "mailtls: nobody is left to play: no mail goes out by SMTP under these rules\n"},
    {"--opensmtpd t", to_relay, 3,
     "mailtls: t: there is no match statement, and OpenSMTPD does not begin\n"},
    {"--opensmtpd t", to_relay + "match for any action oot\n", 3,
     "mailtls: t:2: there is no action 'oot' before this line; did you mean 'out'?\n"},
    {"--opensmtpd t", "action out relay host smtps://h.example\n" + for_all, 3,
     "mailtls: t:1: action 'out': smtps:// to 'h.example' cannot be played: TLS from the first "
     "byte is not spoken; --ignore-unsupported smtps plays the rest\n"
     "mailtls: note: t:1: elsewhere.example is left out: mail goes by smtps://\n"},
    {"--opensmtpd t --ignore-unsupported smtps",
     "action out relay host smtps://h.example\n" + for_all, 5,
     "mailtls: t:1: action 'out': smtps:// to 'h.example' cannot be played: TLS from the first "
     "byte is not spoken; it is left out\n"
     "mailtls: note: t:1: elsewhere.example is left out: mail goes by smtps://\n"
     "mailtls: nobody is left to play: no mail goes out by SMTP under these rules\n"},
    {"--opensmtpd t", "action out relay host nope://h.example\n" + for_all, 1,
     "mailtls: warning: t:1: action 'out': 'nope://h.example' is no relay URL: smtp://, "
     "smtp+tls://, smtp+notls://, smtps:// and lmtp:// are known: OpenSMTPD holds all such "
     "mail back\n"
     "mailtls: note: t: elsewhere.example is left out: the action 'out' holds all mail back: "
     "'nope://h.example' is no relay URL: smtp://, smtp+tls://, smtp+notls://, smtps:// and "
     "lmtp:// are known\n"
     "mailtls: nobody is left to play: no mail goes out by SMTP under these rules\n"},
    {"--opensmtpd t",
     "action out relay host nope://h.example\naction hub relay host smtp+tls://hub.example\n"
     "match for domain \"bob.example\" action out\nmatch for any action hub\n",
     1,
     "mailtls: warning: t:1: action 'out': 'nope://h.example' is no relay URL: smtp://, "
     "smtp+tls://, smtp+notls://, smtps:// and lmtp:// are known: OpenSMTPD holds all such "
     "mail back\n"
     "mailtls: note: t: bob.example is left out: the action 'out' holds all mail back: "
     "'nope://h.example' is no relay URL: smtp://, smtp+tls://, smtp+notls://, smtps:// and "
     "lmtp:// are known\n"},
    {"--opensmtpd t", "action out relay protocols \"TLSv1.3\"\n" + for_all, 3,
     "mailtls: t:1: protocols is an option of OpenSMTPD 7, and cannot be played; "
     "--ignore-unsupported protocols plays the rest\n"},
    {"--opensmtpd t", "include \"/etc/mail/none\"\n" + to_relay + for_all, 3,
     "mailtls: t:1: include '/etc/mail/none': none: there is no such file\n"},
};

void lay_out(Folder& folder) {
    folder.write("localdomains", "alice.example\n");
    folder.write("secondarymx", "erin.example\n");
    folder.write("partners", "dave.example: yes\n");
    folder.write("sure", "bob.example\n*.bob.example\n");
    folder.write("lab-root.pem", "");
    folder.write("internet.conf", to_the_net);
    folder.write("hub.conf", to_a_hub);
    folder.write("safe.conf", safely_to_a_hub);
    folder.write("cpanel.conf", cpanel);
    folder.write("lists.conf", by_hosts);
    folder.write("stock.conf", smtpd_stock);
    folder.write("smtpd-hub.conf", smtpd_hub);
    folder.write("smtpd-partners.conf", smtpd_partners);
}

std::string first_lines(const std::string& text) { return text.substr(0, text.find("\n\n")); }

// A line for each partner: level, cases, and in how many of them mail is lost.
std::string in_short(const json& all) {
    std::string out;
    for (const json& p : all["partners"])
        out += p["destination"].get<std::string>() + " " + p["next_hop"].get<std::string>() + ": " +
               p["level"].get<std::string>() + ", " + std::to_string(p["cases"].size()) +
               " cases, clear " + p["in_clear_text"].dump() + ", read " + p["read"].dump() +
               ", taken " + p["to_impostor"].dump() + ", ordinary " +
               p["ordinary"].get<std::string>() + (p["safe"].get<bool>() ? ", safe\n" : "\n");
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_policy_mtas)

// As they are, at the first try.
BOOST_AUTO_TEST_CASE(what_comes_of_each) {
    const std::string ignoring = " --ignore-unsupported condition";
    const struct {
        std::string arguments;
        int code;
        std::string expected;
    } rows[] = {
        {"--exim internet.conf", 1,
         "elsewhere.example elsewhere.example: default, 46 cases, clear 11, read 11, taken 6, "
         "ordinary yes\n"},
        {"--exim hub.conf", 1,
         "elsewhere.example [smtp.hub.example]:587: tls_verify_hosts, no DNSSEC, 19 cases, clear "
         "18, read 17, taken 1, ordinary yes\n"},
        {"--exim safe.conf", 0,
         "elsewhere.example [smtp.hub.example]:587: hosts_require_tls, tls_verify_hosts, no "
         "DNSSEC, 19 cases, clear 0, read 0, taken 0, ordinary yes, safe\n"},
        {"--exim cpanel.conf" + ignoring, 1,
         "erin.example erin.example: default, 46 cases, clear 11, read 11, taken 6, ordinary yes\n"
         "elsewhere.example elsewhere.example: default, 46 cases, clear 11, read 11, taken 6, "
         "ordinary yes\n"},
        {"--exim lists.conf", 1,
         "dave.example dave.example: hosts_require_tls, 46 cases, clear 0, read 0, taken 6, "
         "ordinary yes\n"
         "bob.example bob.example: hosts_require_tls, tls_verify_hosts, 46 cases, clear 0, read 0, "
         "taken 1, ordinary yes\n"
         "carol.example carol.example: hosts_require_tls, 46 cases, clear 0, read 0, taken 6, "
         "ordinary yes\n"
         "elsewhere.example elsewhere.example: default, 46 cases, clear 11, read 11, taken 6, "
         "ordinary yes\n"},
        {"--opensmtpd stock.conf", 1,
         "elsewhere.example elsewhere.example: relay, 21 cases, clear 9, read 9, taken 6, ordinary "
         "yes\n"},
        {"--opensmtpd smtpd-hub.conf", 1,
         "printer.alice.example [printer.alice.example]: smtp+notls, 18 cases, clear 18, read 17, "
         "taken 1, ordinary yes\n"
         "elsewhere.example [mail.hub.example]:587: relay tls, 19 cases, clear 0, read 0, taken 0, "
         "ordinary yes, safe\n"},
        {"--opensmtpd smtpd-partners.conf", 1,
         "bob.example bob.example: relay tls, 21 cases, clear 0, read 0, taken 1, ordinary yes\n"
         ".bob.example .bob.example: relay tls, 21 cases, clear 0, read 0, taken 1, ordinary yes\n"
         ".self.example .self.example: relay tls no-verify, 21 cases, clear 0, read 0, taken 6, "
         "ordinary yes\n"
         "lost.example lost.example: relay tls, 21 cases, clear 0, read 0, taken 0, ordinary no, "
         "safe\n"
         "elsewhere.example elsewhere.example: relay, 21 cases, clear 9, read 9, taken 6, ordinary "
         "yes\n"},
    };
    Folder folder;
    lay_out(folder);
    for (const auto& row : rows) {
        const Said said = mailtls(folder, "check-policy " + row.arguments + " --json -j 2");
        BOOST_TEST_CONTEXT(row.arguments << ": " << said.err) {
            BOOST_TEST(said.code == row.code);
            BOOST_TEST(in_short(json::parse(said.out)) == row.expected);
        }
    }
}

// One line says what is risked, from what happened.
BOOST_AUTO_TEST_CASE(in_one_line) {
    Folder folder;
    lay_out(folder);
    const std::pair<const char*, const char*> rows[] = {
        {"--exim internet.conf",
         "elsewhere.example: mail goes in clear text where STARTTLS is missing or refused, at once "
         "where TLS fails, and to any certificate; an attacker on the path reads all of it; not so "
         "where the receiver has TLSA records"},
        {"--exim hub.conf",
         "elsewhere.example: mail goes in clear text where STARTTLS is missing or refused, at once "
         "where TLS fails, and where a certificate is not trusted; an attacker on the path reads "
         "all of it"},
        {"--exim safe.conf", "elsewhere.example: nobody reads or takes mail in any case"},
        {"--opensmtpd stock.conf",
         "elsewhere.example: mail goes in clear text where STARTTLS is missing or refused, at once "
         "where TLS fails, and to any certificate; an attacker on the path reads all of it"},
    };
    for (const auto& [arguments, expected] : rows) {
        const Said said = mailtls(folder, std::string("check-policy ") + arguments);
        BOOST_TEST(first_lines(said.out) == expected);
    }
    const Said page = mailtls(folder, "check-policy --exim internet.conf --html page.html");
    BOOST_TEST(has(folder.read("page.html"), "<p>In short: mail goes in clear text where"));
    BOOST_TEST(page.code == 1);
}

// A rule for hosts is seen at work at a host of that name, and who is on no list is told.
BOOST_AUTO_TEST_CASE(lists_of_hosts) {
    Folder folder;
    lay_out(folder);
    const Said said = mailtls(folder, "check-policy --exim lists.conf --write all.lua");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(
        said.err ==
        "mailtls: note: lists.conf:4: hosts_require_tls: mail.carol.example stands for a host of "
        "that name; Exim compares addresses, of which this name may have others\n"
        "mailtls: note: lists.conf: no routers stand here: all mail goes by the transport out\n"
        "mailtls: note: lists.conf:2: bob.example: lists of out have hosts below it "
        "(hosts_require_tls, tls_verify_hosts), and none of other names: default\n"
        "mailtls: note: lists.conf: mail.carol.example of hosts_require_tls is taken for an MX of "
        "carol.example\n"
        "mailtls: note: lists.conf:2: carol.example: mail.carol.example is played as its MX, which "
        "lists of out name (hosts_require_tls); for hosts of other names: default\n"
        "mailtls: note: lists.conf: DANE is played as with a resolver whose AD bit is believed "
        "(trust-ad in resolv.conf): without that, or without DNSSEC, there is none\n");
    const std::string lua = folder.read("all.lua");
    BOOST_TEST(has(lua,
                   "local bob = receiver \"mail.carol.example\" { serves = "
                   "\"carol.example\","));
    const Said shown =
        mailtls(folder, "check-policy --exim lists.conf --show 'bob.example: a forged MX record'");
    BOOST_TEST(shown.code == 1);
}

// The scenarios that are written fail where the table says that mail is lost.
BOOST_AUTO_TEST_CASE(written_scenarios) {
    Folder folder;
    lay_out(folder);
    for (const std::string arguments :
         {"--exim lists.conf", "--exim hub.conf", "--opensmtpd smtpd-partners.conf"}) {
        const Said told = mailtls(folder, "check-policy " + arguments + " --json");
        const json all = json::parse(told.out);
        std::map<std::string, bool> lost;
        for (const json& partner : all["partners"])
            for (const json& c : partner["cases"])
                lost[c["title"].get<std::string>()] = c["crossed"] == "in clear text" ||
                                                      c["read"] == true || c["to_impostor"] == true;
        BOOST_TEST(mailtls(folder, "check-policy " + arguments + " --write all.lua").code == 0);
        const Said played = mailtls(folder, "run all.lua -F json -j 2");
        BOOST_TEST(played.code == 1, played.err);
        const json results = json::parse(played.out);
        BOOST_TEST(results["scenarios"].size() == lost.size());
        for (const json& s : results["scenarios"]) {
            const std::string title = s["title"].get<std::string>();
            BOOST_TEST((s["status"] == (lost.at(title) ? "failed" : "passed")), title);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named) {
    for (const WrongFile& row : wrong_files) {
        Folder folder;
        folder.write("t", row.text);
        const Said said = mailtls(folder, "check-policy " + row.arguments);
        BOOST_TEST_CONTEXT(row.arguments << ": " << row.text) {
            BOOST_TEST(said.code == row.code);
            BOOST_TEST(said.err == row.err);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
