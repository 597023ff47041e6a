// Postfix's tables and main.cf: postconf(5), TLS_README. What is not of the grammar, and what
// cannot be played, is named with its file and line.
#include <boost/test/unit_test.hpp>

#include "sim/policy/postfix_main.hpp"

using namespace policy;
using namespace policy::postfix;
using Kind = Remark::Kind;

namespace {

std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& item : list) out += (out.empty() ? "" : ",") + item;
    return out;
}

// An entry in one line, without what goes without saying.
std::string told(const Entry& e) {
    std::string out = e.destination + " " + std::string(word(e.rule.level));
    if (!e.rule.match.empty()) out += " match=" + joined(e.rule.match);
    if (!e.rule.fingerprints.empty())
        out += " fingerprints=" + std::to_string(e.rule.fingerprints.size());
    if (!e.rule.server_name.empty()) out += " sni=" + e.rule.server_name;
    if (!e.rule.held.empty()) return out + " held";
    if (!e.rule.no_handshake.empty()) out += " no handshake";
    if (e.asked != e.rule.level) out += " asked=" + std::string(word(e.asked));
    if (!e.anchor_files.empty()) out += " anchors=" + joined(e.anchor_files);
    if (e.versions.size() != 2) out += " versions=" + joined(e.versions);
    if (uses_dane(e.rule.level) && e.rule.insecure_mx != Rule::InsecureMx::may)
        out += " insecure-mx=" + std::string(word(e.rule.insecure_mx));
    return out;
}

std::string told(const Remark& r) {
    const char* const kind = r.kind == Kind::mistake       ? "mistake "
                             : r.kind == Kind::unsupported ? "unsupported "
                             : r.kind == Kind::harm        ? "harm "
                                                           : "note ";
    return kind + r.text();
}

std::string told(const Table& table) {
    std::string out;
    for (const Entry& e : table.entries) out += told(e) + "\n";
    for (const Remark& r : table.remarks) out += told(r) + "\n";
    return out;
}

std::string read(std::string_view text) { return told(read_table(text, "tls", Defaults())); }

const std::string digest =
    "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:"
    "99";

struct Row {
    std::string text, expected;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(postfix)

BOOST_AUTO_TEST_CASE(entries_that_are_right) {
    const Row rows[] = {
        {"", ""},
        {"# nothing\n\n   \n  # indented\n", ""},
        {"bob.example encrypt", "bob.example encrypt\n"},
        {"Bob.Example\tENCRYPT\r\n", "bob.example encrypt\n"},
        {".bob.example secure\n[mx.bob.example]:587 verify\n[mx.bob.example] none\n"
         "bob.example:submission may\n",
         ".bob.example secure\n[mx.bob.example]:587 verify\n[mx.bob.example] none\n"
         "bob.example:submission may\n"},
        {"bob.example secure match=nexthop:.hosting.example match=MX.bob.example",
         "bob.example secure match=nexthop,.hosting.example,mx.bob.example\n"},
        {"bob.example secure\n  # a remark\n\tmatch=.hosting.example\n\n  servername=hostname",
         "bob.example secure match=.hosting.example sni=hostname\n"},
        {"bob.example verify, match=hostname, ciphers=high", "bob.example verify match=hostname\n"},
        {"bob.example fingerprint match=" + digest + "|" + digest + " match=" + digest,
         "bob.example fingerprint fingerprints=3\n"},
        {"bob.example encrypt protocols=>=TLSv1.2 exclude=aNULL:3DES,", "bob.example encrypt\n"},
        {"bob.example encrypt protocols=TLSv1.3", "bob.example encrypt versions=TLSv1.3\n"},
        {"bob.example encrypt protocols=!SSLv2:!SSLv3:!TLSv1:!TLSv1.1:!TLSv1.3",
         "bob.example encrypt versions=TLSv1.2\n"},
        {"bob.example dane-only connection_reuse=no enable_rpk=no", "bob.example dane-only\n"},
        {"bob.example dane match=nexthop",
         "bob.example dane held\nharm tls:1: the attribute match has no meaning at level dane: "
         "Postfix holds all such mail back\n"},
        {"b_o_b.example secure match=mx_1.b_o_b.example servername=a_b.example",
         "b_o_b.example secure match=mx_1.b_o_b.example sni=a_b.example\n"},
        {"bob.example encrypt { protocols = >=TLSv1.3 } ciphers=HIGH",
         "bob.example encrypt versions=TLSv1.3\n"},
        {"bob.example encrypt protocols=>=0x0304", "bob.example encrypt versions=TLSv1.3\n"},
        {"bob.example verify protocols=TLSv1",
         "bob.example verify no handshake\nharm tls:1: protocols: no version of TLS is left: no "
         "handshake begins\n"},
        {"bob.example none match=nexthop",
         "bob.example none\nnote tls:1: attributes say nothing at level none\n"},
        {"bob.example may protocols=!SSLv2",
         "bob.example may\n"
         "note tls:1: protocols: TLSv1 and TLSv1.1 are never spoken here (RFC 8996)\n"},
    };
    for (const Row& row : rows) BOOST_TEST(read(row.text) == row.expected, row.text);
}

const std::vector<Row> mistakes{
    {"\n# six lines\n\n\n\n\nbob.example secur\n",
     "bob.example may held\nharm tls:7: expected a level (none, may, encrypt, fingerprint, verify, "
     "secure, dane or dane-only), got 'secur'; did you mean 'secure'?: Postfix holds all such mail "
     "back\n"},
    {"bob.example",
     "note tls:1: expected a level behind the destination 'bob.example', got nothing: Postfix "
     "passes over the line\n"},
    {"bob.example secure\n  match=nexthop\n  mach=x",
     "bob.example secure match=nexthop held\nharm tls:3: expected one of the attributes match, "
     "protocols, ciphers, exclude, servername, tafile, connection_reuse or enable_rpk, got 'mach'; "
     "did you mean 'match'?: Postfix holds all such mail back\n"},
    {"bob.example secure match",
     "bob.example secure held\nharm tls:1: expected an attribute as name=value, got 'match': "
     "Postfix holds all such mail back\n"},
    {"bob.example secure match=",
     "bob.example secure held\nharm tls:1: the attribute match has no value: Postfix holds all "
     "such mail back\n"},
    {"bob.example secure ciphers=high ciphers=medium",
     "bob.example secure held\nharm tls:1: the attribute ciphers stands here twice: Postfix holds "
     "all such mail back\n"},
    {"bob.example encrypt match=nexthop",
     "bob.example encrypt held\nharm tls:1: the attribute match has no meaning at level encrypt: "
     "Postfix holds all such mail back\n"},
    {"bob.example secure match=b@d",
     "bob.example secure match=b@d\nnote tls:1: match: no certificate names 'b@d': expected "
     "hostname, nexthop, dot-nexthop or names parted by colons\n"},
    {"bob.example encrypt protocols=>=TLSv13",
     "bob.example encrypt no handshake\nharm tls:1: protocols: expected a version of TLS such as "
     ">=TLSv1.2, got '>=TLSv13'; did you mean 'TLSv1'?: no handshake begins\n"},
    {"bob.example encrypt ciphers=hihg",
     "bob.example encrypt no handshake\nharm tls:1: ciphers: expected export, low, medium, high or "
     "null, got 'hihg'; did you mean 'high'?: no handshake begins\n"},
    {"bob.example encrypt enable_rpk=maybe",
     "bob.example encrypt held\nharm tls:1: enable_rpk: expected yes or no, got 'maybe': Postfix "
     "holds all such mail back\n"},
    {"bob.example secure servername=..",
     "bob.example secure held\nharm tls:1: servername: expected hostname, nexthop or a name, got "
     "'..': Postfix holds all such mail back\n"},
    {"bob.example fingerprint",
     "bob.example fingerprint held\nharm tls:1: level fingerprint: expected match=FINGERPRINT, got "
     "none: no certificate would do: Postfix holds all such mail back\n"},
    {"bob.example fingerprint match=AA:BB",
     "bob.example fingerprint\nnote tls:1: match: expected a fingerprint of 32 bytes (sha256), got "
     "2: no certificate has that one\n"},
    {"bob.example fingerprint match=hello",
     "bob.example fingerprint held\nnote tls:1: match: expected a fingerprint in hexadecimal, got "
     "'hello'\nharm tls:1: level fingerprint: expected match=FINGERPRINT, got none: no certificate "
     "would do: Postfix holds all such mail back\n"},
    {"bob.example may tafile=/x",
     "bob.example may held\nharm tls:1: the attribute tafile has no meaning at level may: Postfix "
     "holds all such mail back\n"},
    {"  bob.example may",
     "note tls:1: expected a destination at the line's beginning, got white space: there is no "
     "line to continue, and Postfix passes over it\n"},
    {"bob.example may\nBOB.example encrypt",
     "bob.example may\nnote tls:2: 'BOB.example' stands in line 1 already, which alone counts\n"},
    {"bob@bob.example may",
     "note tls:1: the mail address 'bob@bob.example' is never looked for: Postfix looks for "
     "destinations here\n"},
    {"[mx.bob.example may",
     "note tls:1: expected a domain, .domain, [host], [host]:port or domain:port, got "
     "'[mx.bob.example', whose ] is missing: nobody's next hop is spelled so, and the rule never "
     "counts\n"},
    {"[mx.bob.example]587 may",
     "note tls:1: expected a domain, .domain, [host], [host]:port or domain:port, got "
     "'[mx.bob.example]587': nobody's next hop is spelled so, and the rule never counts\n"},
    {"bob.example: may",
     "note tls:1: expected a domain, .domain, [host], [host]:port or domain:port, got "
     "'bob.example:': nobody's next hop is spelled so, and the rule never counts\n"},
    {"*.bob.example may",
     "note tls:1: expected a domain, .domain, [host], [host]:port or domain:port, got "
     "'*.bob.example': nobody's next hop is spelled so, and the rule never counts\n"},
    {"/bob/ may",
     "note tls:1: expected a domain, .domain, [host], [host]:port or domain:port, got '/bob/': "
     "nobody's next hop is spelled so, and the rule never counts\n"},
    {". may",
     "note tls:1: expected a domain, .domain, [host], [host]:port or domain:port, got '.': "
     "nobody's next hop is spelled so, and the rule never counts\n"},
    {std::string("b\x01.example may"),
     "note tls:1: expected a domain, .domain, [host], [host]:port or domain:port, got "
     "'b?.example': nobody's next hop is spelled so, and the rule never counts\n"},
};

BOOST_AUTO_TEST_CASE(mistakes_are_named_with_their_line) {
    for (const Row& row : mistakes) BOOST_TEST(read(row.text) == row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_played_is_named) {
    const Row rows[] = {
        {"bob.example secure tafile=/etc/ta.pem", "bob.example secure anchors=/etc/ta.pem\n"},
        {"bob.example may connection_reuse=yes",
         "bob.example may\nnote tls:1: connection_reuse=yes: played with a connection for each "
         "mail\n"},
        {"bob.example may enable_rpk=yes",
         "bob.example may\nunsupported tls:1: enable_rpk=yes cannot be played\n"},
        {"bob.example may exclude=aNULL:ECDSA",
         "bob.example may\nunsupported tls:1: exclude: to leave out 'ECDSA' cannot be played\n"},
        {"bob.example may ciphers=null",
         "bob.example may\nunsupported tls:1: ciphers=null, which encrypts nothing, cannot be "
         "played\n"},
        {"bob.example encrypt protocols=TLSv1",
         "bob.example encrypt\nnote tls:1: protocols: TLSv1 and TLSv1.1 are never spoken here (RFC "
         "8996)\nunsupported tls:1: neither TLSv1.2 nor TLSv1.3 is left, and mailtls speaks no "
         "other\n"},
        {std::string(121, 'a').replace(60, 1, ".") + "." + std::string(60, 'b') + "." +
             std::string(60, 'c') + " may",
         "unsupported tls:1: a destination of more than 240 characters cannot be played\n"},
        {"[192.0.2.7]:25 may", "[192.0.2.7]:25 may\n"},
        {"[IPv6:2001:DB8::7] may", "[ipv6:2001:db8::7] may\n"},
    };
    for (const Row& row : rows) BOOST_TEST(read(row.text) == row.expected, row.text);
}

// TLS_README: the destination, then each of its parents with a dot; brackets and ports alone.
BOOST_AUTO_TEST_CASE(looked_up_as_postfix_does) {
    const Table table = read_table(
        "bob.example may\n.bob.example encrypt\n.example none\n[mx.carol.example]:587 secure\n"
        "dave.test:25 verify\n",
        "tls", Defaults());
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"bob.example", "bob.example"},
        {"BOB.EXAMPLE", "bob.example"},
        {"a.bob.example", ".bob.example"},
        {"a.b.bob.example", ".bob.example"},
        {"xbob.example", ".example"},
        {"example", ""},
        {"[mx.carol.example]:587", "[mx.carol.example]:587"},
        {"[mx.carol.example]", ""},
        {"[a.bob.example]", ""},
        {"dave.test:25", "dave.test:25"},
        {"dave.test", ""},
        {"bob.example:25", ""},
        {"", ""},
    };
    for (const auto& [next_hop, expected] : rows) {
        const Entry* const found = Index(table.entries).find(next_hop);
        BOOST_TEST((found == nullptr ? std::string_view() : found->destination) == expected,
                   next_hop);
    }
}

namespace {

core::Result<std::string> beside(const std::string& name) {
    if (name == "tls_policy") return std::string("bob.example secure\ncarol.example encrypt\n");
    if (name == "broken") return std::string("bob.example may\n\nbob.example\n");
    return core::Failure(core::Reason::none, name + ": there is no such file");
}

std::string read_all(std::string_view text) {
    const Main main = read_main(text, "main.cf");
    std::string out = told(main.usual) + "\n";
    for (const Remark& r : main.remarks)
        if (r.subject != "smtp_tls_CAfile") out += told(r) + "\n";
    return out + told(read_maps(main.maps, main.defaults, beside));
}

}  // namespace

BOOST_AUTO_TEST_CASE(main_cf) {
    const Row rows[] = {
        {"smtp_tls_security_level = may\nsmtp_tls_policy_maps = hash:/etc/postfix/tls_policy\n",
         "* may\nbob.example secure\ncarol.example encrypt\n"},
        {"indexed = "
         "${default_database_type}:${config_directory}/"
         "\nsmtp_tls_security_level=may\nsmtp_tls_policy_maps = ${indexed}tls_policy\n",
         "* may\nnote main.cf: 1 other setting is left out, as about other things than TLS for "
         "outgoing mail: indexed\nbob.example secure\ncarol.example encrypt\n"},
        {"smtp_tls_security_level = encrypt\nsmtp_tls_policy_maps = inline:{ dave.example=may,\n  "
         "{bob.example = secure match=.hosting.example}, { erin.example = {verify "
         "servername=hostname} } },\n  proxy:texthash:tls_policy static:{encrypt "
         "protocols=TLSv1.3}\n",
         "* encrypt\ndave.example may\nbob.example secure match=.hosting.example\nerin.example "
         "verify sni=hostname\nbob.example secure\ncarol.example encrypt\n* encrypt "
         "versions=TLSv1.3\n"},
        {"smtp_tls_security_level = dane\nsmtp_dns_support_level = "
         "dnssec\nsmtp_tls_dane_insecure_mx_policy = ${{$smtp_tls_security_level} == {dane} ? "
         "{dane} : {may}}\n",
         "* dane insecure-mx=dane\n"},
        {"smtp_tls_security_level = dane\nsmtp_dns_support_level = "
         "dnssec\nsmtp_tls_dane_insecure_mx_policy = may\n",
         "* dane\n"},
        {"smtp_tls_security_level = dane\n",
         "* may asked=dane\nnote main.cf:1: level dane without smtp_dns_support_level = dnssec is "
         "level may\n"},
        {"smtp_tls_security_level = dane-only\n",
         "* dane-only held\nharm main.cf:1: level dane-only without smtp_dns_support_level = "
         "dnssec: Postfix holds all such mail back\n"},
        {"smtp_tls_security_level = secure\nsmtp_tls_secure_cert_match = nexthop "
         ".hosting.example\nsmtp_tls_mandatory_protocols = >=TLSv1.3\nsmtp_tls_servername = "
         "nexthop\n",
         "* secure match=nexthop,.hosting.example sni=nexthop versions=TLSv1.3\n"},
        {"smtp_tls_security_level = verify\nsmtp_tls_verify_cert_match = nexthop\n",
         "* verify match=nexthop\n"},
        {"myhostname = mail.alice.example\nsmtpd_tls_cert_file = /etc/x.pem\n",
         "* none\nnote main.cf: 2 other settings are left out, as about other things than TLS for "
         "outgoing mail: myhostname, smtpd_tls_cert_file\nnote main.cf: smtp_tls_security_level is "
         "not set: level none for whoever has no rule\n"},
        {"smtp_tls_security_level = may\nsmtp_tls_security_level = encrypt\n",
         "* encrypt\nnote main.cf:2: smtp_tls_security_level stands in line 1 already; the last "
         "one counts\n"},
        {"smtp_use_tls = yes\n", "* may\n"},
        {"smtp_enforce_tls = yes\nsmtp_tls_enforce_peername = no\n", "* encrypt\n"},
        {"smtp_tls_security_level = may\nsmtp_tls_protocols = TLSv1.2 TLSv1.1 TLSv1 !SSLv3 "
         "!SSLv2\n",
         "* may versions=TLSv1.2\nnote main.cf:2: smtp_tls_protocols: TLSv1 and TLSv1.1 are never "
         "spoken here\n"},
        {"smtp_tls_security_level = verify\nsmtp_tls_verify_cert_match = none\n",
         "* verify match=none\nnote main.cf:2: smtp_tls_verify_cert_match: 'none' is a name to "
         "Postfix, that of a host\n"},
    };
    for (const Row& row : rows) BOOST_TEST(read_all(row.text) == row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(mistakes_of_main_cf) {
    const std::string may = "smtp_tls_security_level = may\n";
    const Row rows[] = {
        {may + "smtp_tls_loglevel\n",
         "mistake main.cf:2: expected name = value, got 'smtp_tls_loglevel'\n"},
        {may + "smtp_tls_protocol = TLSv1.3\n",
         "unsupported main.cf:2: smtp_tls_protocol is not known here; did you mean "
         "'smtp_tls_protocols'?\n"},
        {may + "smtp_use_tls = yes\nrelayhost =\ntransport_maps = hash:x\n", ""},
        {may + "smtp_tls_policy_maps = $nowhere/tls_policy\n",
         "note main.cf:2: smtp_tls_policy_maps: '$nowhere' is not set here, and Postfix puts "
         "nothing in its place\nmistake main.cf:2: expected type:table, got '/tls_policy'\n"},
        {may + "a = $b\nb = $a\nsmtp_tls_servername = $a\n",
         "note main.cf: 2 other settings are left out, as about other things than TLS for outgoing "
         "mail: a, b\nmistake main.cf:4: smtp_tls_servername: unreasonable macro call nesting: a "
         "value that leads to itself\n"},
        {may + "smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8461:postfix\n",
         "unsupported main.cf:2: 'socketmap:inet:127.0.0.1:8461:postfix' cannot be asked here: "
         "hand in what it answers (--answers FILE: a line for each key, as \"partner.example "
         "encrypt\")\n"},
        {may + "smtp_tls_policy_maps = hash:/etc/postfix/elsewhere\n",
         "mistake main.cf:2: elsewhere: there is no such file\n"},
        {may + "smtp_tls_policy_maps = hash:broken\n",
         "bob.example may\nnote broken:3: expected a level behind the destination 'bob.example', "
         "got nothing: Postfix passes over the line\n"},
        {may + "smtp_tls_policy_maps = tls_policy\n",
         "mistake main.cf:2: expected type:table, got 'tls_policy'\n"},
        {may + "smtp_tls_policy_maps = inline:{ bob.example=may\n",
         "mistake main.cf:2: smtp_tls_policy_maps: a brace is not closed\n"},
        {may + "smtp_tls_policy_maps = inline:{ bob.example }\n",
         "mistake main.cf:2: inline: expected destination = rule, got 'bob.example'\n"},
        {may + "smtp_tls_dane_insecure_mx_policy = secure\n",
         "mistake main.cf:2: smtp_tls_dane_insecure_mx_policy: expected may, encrypt or dane, got "
         "'secure'\n"},
        {may + "smtp_dns_support_level = dnsec\n",
         "mistake main.cf:2: smtp_dns_support_level: expected disabled, enabled or dnssec, got "
         "'dnsec'; did you mean 'dnssec'?\n"},
        {may + "smtp_tls_fingerprint_digest = md5\n", ""},
        {may + "smtp_tls_mandatory_ciphers = hi\n",
         "harm main.cf:2: smtp_tls_mandatory_ciphers: expected export, low, medium, high or null, "
         "got 'hi'; did you mean 'high'?: no handshake begins\n"},
        {may + "smtp_tls_exclude_ciphers = RC4, SHA256\n",
         "unsupported main.cf:2: smtp_tls_exclude_ciphers: to leave out 'SHA256' cannot be "
         "played\n"},
    };
    for (const Row& row : rows)
        BOOST_TEST(read_all(row.text) == "* may\n" + row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(odd_lines_of_main_cf) {
    const std::string may = "smtp_tls_security_level = may\n";
    const Row rows[] = {
        {may + "smtp_tls_exclude_ciphers = aNULL, MEDIUM, EDH-DSS-DES-CBC3-SHA, "
               "EDH-RSA-DES-CDB3-SHA, KRB5-DES, CBC3-SHA, RC4+RSA\n",
         ""},
        {may + "smtp_tls_exclude_ciphers = RC4, RSA+AES\n",
         "unsupported main.cf:2: smtp_tls_exclude_ciphers: to leave out 'RSA+AES' cannot be "
         "played\n"},
        {may + "smtp_tls_exclude_ciphers = !RC4\n",
         "unsupported main.cf:2: smtp_tls_exclude_ciphers: to leave out '!RC4' cannot be played\n"},
        {may + "127.0.0.1:10040_time_limit = 3600\n",
         "note main.cf: 1 other setting is left out, as about other things than TLS for outgoing "
         "mail: 127.0.0.1:10040_time_limit\n"},
        {may + "two words = 1\n",
         "mistake main.cf:2: expected name = value, got 'two words = 1'\n"},
        {may + "\xef\xbb\xbfsmtp_tls_policy_maps = hash:x\n",
         "mistake main.cf:2: a mark of byte order stands before the name, and Postfix takes it for "
         "a part of it: save the file without\n"},
        {may + "relayhost = smtp:[mx.hub.example]:587, [192.0.2.7]:25 2001:db8::7\n",
         "mistake main.cf:2: relayhost: expected host, host:port, [host] or [host]:port, got "
         "'smtp:[mx.hub.example]:587'\nmistake main.cf:2: relayhost: expected host, host:port, "
         "[host] or [host]:port, got '2001:db8::7'\n"},
        {may + "smtp_tls_dane_insecure_mx_policy =\n",
         "mistake main.cf:2: smtp_tls_dane_insecure_mx_policy: expected may, encrypt or dane, got "
         "''\n"},
    };
    for (const Row& row : rows)
        BOOST_TEST(read_all(row.text) == "* may\n" + row.expected, row.text);
    // What else is made of a value that cannot be had is not complained of.
    BOOST_TEST(read_all("smtp_tls_security_level = ${a?{may\n") ==
               "* none\nmistake main.cf:1: smtp_tls_security_level: truncated macro reference: "
               "'${a?{may'\n");
}

BOOST_AUTO_TEST_CASE(no_handshake_begins) {
    BOOST_TEST(read_all("smtp_tls_security_level = may\nsmtp_tls_protocols = TLS13\n") ==
               "* may no handshake\nharm main.cf:2: smtp_tls_protocols: expected a version of TLS "
               "such as >=TLSv1.2, got 'TLS13'; did you mean 'TLSv1'?: no handshake begins\n");
}

// texthash fails where a key stands twice, and a table that fails holds all mail back.
BOOST_AUTO_TEST_CASE(a_table_that_fails) {
    const Table table = read_table("bob.example may\nBOB.example none\ncarol.example may\n", "tls",
                                   Defaults(), TableKind::texthash);
    BOOST_TEST(told(table) ==
               "* may held\nharm tls:2: 'BOB.example' stands in line 1 already: texthash fails as "
               "a whole, and Postfix holds all mail back\n");
    BOOST_TEST(Index(table.entries).find("dave.example") == &table.entries[0]);
}

BOOST_AUTO_TEST_CASE(a_file_in_which_too_much_is_wrong) {
    std::string lines, words = "bob.example secure";
    for (int i = 0; i < 100'000; ++i) {
        lines += "x" + std::to_string(i) + ".example sekure\n";
        words += "\n x";
    }
    for (const std::string& text : {lines, words}) {
        const Table table = read_table(text, "tls", Defaults());
        BOOST_TEST(table.remarks.size() <= most_remarks + 2);
    }
    BOOST_TEST(read_table(lines, "tls", Defaults()).remarks.back().text() ==
               "tls:102: too much is wrong before: the rest is not read");
}

// Values that refer to each other, again and again, end.
BOOST_AUTO_TEST_CASE(expansion_ends) {
    for (const char* const last : {"a0 = x\n", "a0 =\n"}) {
        std::string text = last;
        for (int i = 1; i < 30; ++i) {
            const std::string before = "$a" + std::to_string(i - 1);
            text += "a" + std::to_string(i) + " = " + before + before + before + before + "\n";
        }
        const Main main = read_main(text + "smtp_tls_policy_maps = $a18\n", "main.cf");
        BOOST_TEST(main.maps.list.size() < 1'000'000u);
    }
}

BOOST_AUTO_TEST_SUITE_END()
