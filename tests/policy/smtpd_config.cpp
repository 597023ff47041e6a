// OpenSMTPD's smtpd.conf: smtpd.conf(5), table(5), and what its own parser says of texts
// (tests/vectors/opensmtpd).
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <map>
#include <sstream>

#include "sim/policy/smtpd_config.hpp"

using namespace policy;
using namespace policy::smtpd;

namespace {

const std::string vectors = MAILTLS_TESTS "/vectors/opensmtpd/";

std::string text_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    BOOST_REQUIRE_MESSAGE(in.good(), path);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

core::Result<std::string> beside(const std::string& name) {
    static const std::map<std::string, std::string> files{
        {"/etc/mail/list", "a.example\nb.example\n"},
        {"/etc/mail/map", "a.example smtp://h.example\n"},
        {"/etc/mail/urls", "smtp://h.example\n"},
        {"/etc/mail/urls2", "# @list\nsmtp://h.example\nsmtp+tls://i.example\n"},
        {"/etc/mail/badmap", "novalue:\n"},
        {"/etc/mail/inc.conf", "x = \"1\"\n"},
        {"/etc/mail/inc2.conf", "action \"o\" relay"},
        {"/etc/mail/ring.conf", "include \"/etc/mail/ring2.conf\"\n"},
        {"/etc/mail/ring2.conf", "include \"/etc/mail/ring.conf\"\n"},
        {"/etc/mail/common.conf", text_of(vectors + "common.conf")},
        {"/etc/mail/partners", text_of(vectors + "partners")},
    };
    const auto found = files.find(name);
    if (found != files.end()) return found->second;
    return core::Failure(core::Reason::none, name + ": there is no such file");
}

std::string told(const Remark& r) {
    const char* const kind = r.kind == Remark::Kind::mistake       ? "mistake "
                             : r.kind == Remark::Kind::unsupported ? "unsupported "
                             : r.kind == Remark::Kind::harm        ? "harm "
                                                                   : "note ";
    return kind + r.text() + "\n";
}

std::string told(const std::vector<Remark>& remarks) {
    std::string out;
    for (const Remark& r : remarks) out += told(r);
    return out;
}

const char* word(Tls tls) {
    return tls == Tls::none            ? "none"
           : tls == Tls::opportunistic ? "opportunistic"
           : tls == Tls::unverified    ? "unverified"
                                       : "verified";
}

std::string way(const Config& config, std::string_view domain) {
    std::string why_not;
    const std::optional<Way> out = config.way_of(domain, why_not);
    if (!out) return why_not;
    return out->action->name + " " + word(out->hop.tls) + (out->hop.immediate ? " at once " : " ") +
           (out->hop.host.empty() ? "MX" : out->hop.host) + ":" + std::to_string(out->hop.port) +
           (out->action->ca_file.empty() ? "" : " " + out->action->ca_file) +
           (out->action->trusts_nobody ? " trusts nobody" : "");
}

Config read(std::string_view text) { return read_config(text, "smtpd.conf", beside); }

const std::string out = "action \"out\" relay\nmatch for any action \"out\"\n";

struct Row {
    std::string text, expected;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(smtpd_config)

// What OpenSMTPD does not begin with is a mistake, in the same line.
BOOST_AUTO_TEST_CASE(as_its_own_parser_has_it) {
    std::stringstream all(text_of(vectors + "accepted.txt"));
    std::size_t cases = 0;
    std::string line, verdict, text;
    const auto check = [&] {
        if (verdict.empty()) return;
        ++cases;
        std::string first;
        for (const Remark& r : read(text).remarks)
            if (r.kind == Remark::Kind::mistake && first.empty())
                first = r.file == "smtpd.conf" ? std::to_string(r.line) : "0";
        if (verdict == "0" && !first.empty()) first = "0";
        BOOST_TEST((first.empty() ? "ok" : first) == verdict, text);
    };
    while (std::getline(all, line)) {
        if (line.starts_with("== ")) {
            check();
            verdict = line.substr(3);
            text.clear();
        } else {
            text += line + "\n";
        }
    }
    check();
    BOOST_TEST(cases > 350u);
}

BOOST_AUTO_TEST_CASE(whole_configurations) {
    const struct {
        const char* file;
        std::vector<Row> ways;
        const char *named, *remarks;
    } rows[] = {
        {"stock.conf",
         {{"bob.example", "relay opportunistic MX:25"},
          {"localhost", "the action 'local' delivers here (maildir)"}},
         "",
         "note stock.conf: left out, as about other things than where mail goes and its TLS: "
         "listen\n"},
        {"smart-host.conf",
         {{"bob.example", "outbound verified mail.provider.example:587"},
          {"Printer.Alice.example", "dumb none printer.alice.example:25"},
          {"localhost", "the action 'deliver' delivers here (lmtp)"}},
         "printer.alice.example ",
         "note smart-host.conf: left out, as about other things than where mail goes and its TLS: "
         "bounce, filter, listen, smtp\n"},
        {"partners.conf",
         {{"bob.example", "sure verified MX:25"},
          {"a.bob.example", "sure verified MX:25"},
          {"a.b.bob.example", "outbound opportunistic MX:25"},
          {"self.example", "some unverified MX:25"},
          {"lab.example", "lab verified MX:25 /etc/mail/lab-root.pem"},
          {"hub.example", "routed verified gate.hub.example:25"},
          {"old.example", "routed opportunistic mx.old.example:2525"},
          {"quiet.example", "outbound opportunistic MX:25"},
          {"else.example", "outbound opportunistic MX:25"},
          {"bad.example", "the rule of partners.conf:16 rejects it"}},
         "bob.example carol.example .bob.example self.example .self.example lab.example "
         "hub.example old.example quiet.example ",
         "note partners.conf: left out, as about other things than where mail goes and its TLS: "
         "listen\n"},
    };
    for (const auto& row : rows) {
        const Config config = read_config(text_of(vectors + row.file), row.file, beside);
        BOOST_TEST(told(config.remarks) == row.remarks, row.file);
        for (const Row& one : row.ways) BOOST_TEST(way(config, one.text) == one.expected, one.text);
        std::string named;
        for (const std::string& name : config.named_domains()) named += name + " ";
        BOOST_TEST(named == row.named, row.file);
    }
}

// mta_handle_envelope() of mta.c: what an option and a URL make of each other.
BOOST_AUTO_TEST_CASE(levels_of_tls) {
    const Row rows[] = {
        {"", "out opportunistic MX:25"},
        {"tls", "out verified MX:25"},
        {"tls no-verify", "out unverified MX:25"},
        {"host h.example", "out opportunistic h.example:25"},
        {"host smtp://H.example:587 tls", "out verified h.example:587"},
        {"tls no-verify host smtp://h.example", "out unverified h.example:25"},
        {"host smtp+tls://h.example", "out verified h.example:25"},
        {"host smtp+tls://h.example tls no-verify", "out unverified h.example:25"},
        {"host smtp+notls://h.example", "out none h.example:25"},
        {"host smtps://h.example", "out verified at once h.example:465"},
        {"host smtps://h.example:4650 tls no-verify", "out unverified at once h.example:4650"},
        {"host \"smtp://[2001:DB8::7]:25\"", "out opportunistic [2001:db8::7]:25"},
        {"host smtp://h.example/x", "out opportunistic h.example:25"},
        {"host { b.example, a.example }", "out opportunistic a.example:25"},
        {"host smtp+notls://h.example tls",
         "the action 'out' holds all mail back: tls is demanded, and 'h.example' is to have none"},
        {"host lmtp://h.example:24", "the action 'out' speaks LMTP"},
        {"host smtp+tls://me@h.example auth { me = \"u:p\" }", "out verified h.example:25"},
        {"host smtp+tls://me@h.example",
         "the action 'out' holds all mail back: 'me@h.example' has a label, and the action no "
         "table: auth <table>"},
        {"host nope://h.example",
         "the action 'out' holds all mail back: 'nope://h.example' is no relay URL: smtp://, "
         "smtp+tls://, smtp+notls://, smtps:// and lmtp:// are known"},
        {"host smtp://me@h.example",
         "the action 'out' holds all mail back: 'smtp://me@h.example' is no relay URL: a label@ is "
         "for smtp+tls:// and smtps:// alone"},
        {"host smtp://h.example:0",
         "the action 'out' holds all mail back: 'smtp://h.example:0' is no relay URL: its port is "
         "no number from 1 to 65535"},
        {"host lmtp://h.example",
         "the action 'out' holds all mail back: 'lmtp://h.example' is no relay URL: lmtp:// needs "
         "a port"},
        {"host smtp://",
         "the action 'out' holds all mail back: 'smtp://' is no relay URL: a host's name, or an "
         "address in brackets, is missing"},
        {"domain { \"bob.example\" = smtp+tls://h.example }", "out verified h.example:25"},
        {"domain { \"eve.example\" = smtp+tls://h.example }",
         "the action 'out' has no relay URL for this domain: its mail waits"},
        {"tls ca \"nobody\"", "out verified MX:25 trusts nobody"},
    };
    for (const Row& row : rows)
        BOOST_TEST(
            way(read("action \"out\" relay " + row.text + "\nmatch for any action \"out\"\n"),
                "bob.example") == row.expected,
            row.text);
}

// ruleset.c, for mail that this host hands in itself.
BOOST_AUTO_TEST_CASE(which_rules_match) {
    const std::string none = "no rule matches: OpenSMTPD rejects it",
                      yes = "out opportunistic MX:25";
    const Row rows[] = {
        {"for any", yes},
        {"", none},
        {"for local", none},
        {"! for local", yes},
        {"! for any", none},
        {"for domain \"bob.example\"", yes},
        {"for domain \"*.example\"", yes},
        {"for domain \"*\"", yes},
        {"for domain \"*.bob.example\"", none},
        {"! for domain { x.example }", yes},
        {"for domain BOB.example from any", yes},
        {"for rcpt-to \"@bob.example\"", yes},
        {"for any rcpt-to \"@bob.example\"", yes},
        {"! for rcpt-to \"@bob.example\"", none},
        {"rcpt-to \"@bob.example\"", none},
        {"from local for any", yes},
        {"from socket for any", yes},
        {"! from any for any", none},
        {"from src 192.0.2.1 for any", none},
        {"! from src 192.0.2.1 for any", yes},
        {"from auth for any", none},
        {"! from auth for any", yes},
        {"auth for any", none},
        {"! auth \"bob\" for any", yes},
        {"tag \"in\" for any", none},
        {"! tag \"in\" for any", yes},
        {"tls for any", "the rule of smtpd.conf:2 asks for tls, and tells all mail to come later"},
        {"tls for domain x.example", none},
        {"helo \"x\" for any", none},
        {"mail-from \"a@alice.example\" for any", none},
        {"for domain regex \"bob\"", none},
    };
    for (const Row& row : rows)
        BOOST_TEST(way(read("action \"out\" relay\nmatch " + row.text + " action \"out\"\n"),
                       "bob.example") == row.expected,
                   row.text);
    BOOST_TEST(way(read("listen on socket tag In\naction out relay\nmatch tag in for any action "
                        "out\n"),
                   "bob.example") == yes);
}

BOOST_AUTO_TEST_CASE(what_is_told) {
    const Row rows[] = {
        {"include \"/etc/mail/none.conf\"\n" + out,
         "mistake smtpd.conf:1: include '/etc/mail/none.conf': /etc/mail/none.conf: there is no "
         "such file\n"},
        {"include \"/etc/mail/ring.conf\"\n" + out,
         "mistake /etc/mail/ring2.conf:1: '/etc/mail/ring.conf' includes itself\n"},
        {out + "acton \"x\" relay\n",
         "mistake smtpd.conf:3: expected a statement such as action or match, or name = value, got "
         "'acton'; did you mean 'action'?\n"},
        {out + "action \"x\" relay tlss\n",
         "mistake smtpd.conf:3: expected an option of relay, got 'tlss'; did you mean 'tls'?\n"},
        {out + "match for all action \"out\"\n",
         "mistake smtpd.conf:3: expected any, local, domain or rcpt-to, got 'all'; did you mean "
         "'any'?\n"},
        {out + "match for any action \"oot\"\n",
         "mistake smtpd.conf:3: there is no action 'oot' before this line; did you mean 'out'?\n"},
        {out + "match for domain <t> action \"out\"\n",
         "mistake smtpd.conf:3: there is no table 't' before this line\n"},
        {out + "action local relay\n",
         "mistake smtpd.conf:3: expected an action's name, got the reserved word 'local': put it "
         "in "
         "quotes\n"},
        {out + "action \"x\" relay host $hub\n",
         "mistake smtpd.conf:3: there is no macro 'hub' before this line\n"},
        {"table t { a, b\n" + out,
         "mistake smtpd.conf:2: the brace of line 1 is not closed before this one\n"},
        {out + "table t { a, b",
         "mistake smtpd.conf:3: the brace of line 3 is not closed: the file ends in line 3\n"},
        {out + "table t a }\n", "mistake smtpd.conf:3: expected the end of the line, got '}'\n"},
        {out + "x = \"a\n", "mistake smtpd.conf:3: a quote begins here that nothing ends\n"},
        {out + "table t /etc/mail/x\n",
         "mistake smtpd.conf:3: expected { or a type and a path such as file:/etc/mail/domains, "
         "got "
         "'/': what begins so is put in quotes\n"},
        {out + std::string("x = y\0z\n", 8),
         "mistake smtpd.conf:3: a byte of zero stands here: OpenSMTPD reads no further\n"},
        {"action \"out\" relay\r\n" + out,
         "mistake smtpd.conf:1: expected host, domain, tls, ca, auth, pki, src, helo, helo-src, "
         "mail-from, backup, filter, srs or ttl, got CR: save the file with ends of lines that are "
         "LF alone\n"},
        {"action \"out\" relay\n",
         "mistake smtpd.conf: there is no match statement, and OpenSMTPD does not begin\n"},
        {"pki a.example cert \"/x\"\n" + out,
         "mistake smtpd.conf:1: pki 'a.example' has no key, and OpenSMTPD does not begin\n"},
        {"table t file:/etc/mail/none\naction \"out\" relay\nmatch for domain <t> action \"out\"\n",
         "mistake smtpd.conf:3: table 't': /etc/mail/none: there is no such file\n"},
        {"table t db:/etc/mail/t.db\nmatch for domain <t> reject\n" + out,
         "unsupported smtpd.conf:2: table 't': 'db:/etc/mail/t.db' is a table that only OpenSMTPD "
         "can ask\n"},
        {"table t proc-exec:/etc/mail/t\nmatch for domain <t> reject\n" + out,
         "unsupported smtpd.conf:2: table 't': 'proc-exec:/etc/mail/t' is a table that only "
         "OpenSMTPD can ask\n"},
        {"table a db:/etc/mail/aliases.db\naction \"in\" mbox alias <a>\n" + out, ""},
    };
    for (const Row& row : rows) BOOST_TEST(told(read(row.text).remarks) == row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(what_is_not_played_is_named) {
    const std::string over = ", and the rule is passed over\n";
    const Row rows[] = {
        {"action x relay host smtps://h.example\n" + out,
         "unsupported smtpd.conf:1: action 'x': smtps:// to 'h.example' cannot be played: TLS from "
         "the first byte is not spoken\n"},
        {"action x relay backup mx mx.alice.example\n" + out,
         "unsupported smtpd.conf:1: backup cannot be played: that no MX but better ones than a "
         "host of one's own is tried\n"},
        {"action x relay pki a.example\n" + out,
         "unsupported smtpd.conf:1: pki 'a.example' is declared nowhere before: OpenSMTPD ends "
         "each session at STARTTLS, which cannot be played\n"},
        {"action x relay host { smtp://h.example, smtp+tls://i.example }\n" + out,
         "unsupported smtpd.conf:1: action 'x': its hosts are not alike, and each mail goes to the "
         "next of them: the first alone is played\n"},
        {"action x relay protocols \"TLSv1.3\"\n" + out,
         "unsupported smtpd.conf:1: protocols is an option of OpenSMTPD 7, and cannot be played\n"},
        {"smtp ciphers \"HIGH:!aNULL:!MD5:!3DES\"\n" + out, ""},
        {"smtp ciphers \"HIGH:!SHA256\"\n" + out,
         "unsupported smtpd.conf:1: smtp ciphers: '!SHA256' cannot be played: the suites are those "
         "of HIGH:!aNULL:!MD5\n"},
        {out + "match mail-from \"a@b.example\" for any reject\n",
         "unsupported smtpd.conf:3: mail-from cannot be played: it asks what is not known of a "
         "mail here" +
             over},
        {out + "match from rdns for any reject\n",
         "unsupported smtpd.conf:3: rdns cannot be played: it asks what is not known of a mail "
         "here" +
             over},
        {out + "match auth mail-from \"a@b.example\" for any reject\n", ""},
        {out + "match for domain regex \"b.*\" reject\n",
         "unsupported smtpd.conf:3: regex cannot be played: no expression is compared here" + over},
        {out + "match for rcpt-to \"bob@bob.example\" reject\n",
         "unsupported smtpd.conf:3: rcpt-to with single users cannot be played: rules are played "
         "for whole domains, and this one is passed over\n"},
        {out + "match for domain \"@bob.example\" reject\n",
         "note smtpd.conf:3: domain: no domain is spelled '@bob.example': it never counts\n"},
        {out + "table t {\n a,\n b\n}\n",
         "note smtpd.conf:3: a line that is broken behind {, behind a comma or before } is for "
         "OpenSMTPD 7: 6.8 does not begin with it\n"},
        {"ca mx.alice.example cert \"/etc/mail/root.pem\"\n" + out,
         "note smtpd.conf: ca 'mx.alice.example' is taken for that of this host's own name, and so "
         "for that of all actions that name none\n"},
        {"ca \"*\" cert \"/etc/mail/root.pem\"\n" + out, ""},
    };
    for (const Row& row : rows) {
        const std::vector<Remark> remarks = read(row.text).remarks;
        BOOST_TEST(told(remarks) == row.expected, row.text);
        for (const Remark& r : remarks)
            BOOST_TEST((r.kind != Remark::Kind::unsupported || !r.subject.empty()), r.text());
    }
}

// Stars take as little as they can, and nothing goes back.
BOOST_AUTO_TEST_CASE(stars) {
    const struct {
        const char *name, *pattern;
        bool fits;
    } rows[] = {{"bob.example", "bob.example", true},
                {"bob.example", "bob.exampl", false},
                {"bob.exampl", "bob.example", false},
                {"a.bob.example", "*.bob.example", true},
                {"a.b.bob.example", "*.bob.example", false},
                {"bob.example", "*", true},
                {"bob.example", "bob.*", true},
                {"bob.example", "**.example", true},
                {"", "", true},
                {"", "*", false},
                {"b.b.example", "*b.example", false},
                {"mx1.bob.example", "mx*.bob.example", true}};
    for (const auto& row : rows)
        BOOST_TEST(fits_pattern(row.name, row.pattern) == row.fits, row.name << " " << row.pattern);
}

// Texts that would be endless, or are none, end soon and say so once.
BOOST_AUTO_TEST_CASE(too_much) {
    std::string wrong, macros = "x = \"" + std::string(8000, 'a') + "\"\n", rules = out, noise;
    for (int i = 0; i < 50'000; ++i) {
        wrong += "nothing at all " + std::to_string(i) + "\n";
        macros += "y = $x\n";
        rules += "match for domain d" + std::to_string(i) + ".example action \"out\"\n";
        noise += std::string("\xff\x00\x80\x1b{\"<$\n", 9) + std::to_string(i);
    }
    BOOST_TEST(told(read(wrong).remarks)
                   .ends_with("smtpd.conf:101: too much is wrong before: the "
                              "rest is not read\n"));
    BOOST_TEST(told(read(macros).remarks)
                   .find("macros make more than a million characters of "
                         "this file: the rest is not read") != std::string::npos);
    BOOST_TEST(read(noise).remarks.size() <= 102u);
    const Config many = read(rules);
    BOOST_TEST(many.rules.size() == 50'001u);
    BOOST_TEST(way(many, "d49999.example") == "out opportunistic MX:25");
    BOOST_TEST(told(read(std::string(10 << 20, '{')).remarks).size() < 1000u);
    BOOST_TEST(told(read("x = \"" + std::string(10 << 20, 'a')).remarks) ==
               "mistake smtpd.conf:1: a string is longer than 8094 characters\n");
}

BOOST_AUTO_TEST_CASE(files_that_include_each_other_too_often) {
    const Beside twice = [](const std::string& name) {
        return core::Result<std::string>("include \"" + name + "a\"\ninclude \"" + name + "b\"\n");
    };
    const Config config = read_config("include \"/f\"\n" + out, "smtpd.conf", twice);
    BOOST_TEST(config.remarks.size() <= 102u);
    BOOST_TEST(told(config.remarks).find("is not read: there are more than") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
