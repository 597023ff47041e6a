// What a configuration of Exim says of mail for a domain: chapters 15 to 22 and 30 of its
// specification.
#include <boost/test/unit_test.hpp>

#include "tests/policy/exim_told.hpp"

using namespace eximtest;

namespace {

const std::string to_r = "begin transports\nr:\n driver = smtp\nl:\n driver = appendfile\n";

struct RouterRow {
    std::string routers;
    const char *domain, *expected;
};
const RouterRow router_rows[] = {
    {"a:\n driver = dnslookup\n transport = r\n", "bob.example", "a r"},
    {"a:\n driver = dnslookup\n transport = r\n domains = carol.example\nb:\n driver = "
     "manualroute\n route_list = * hub.example\n transport = r\n",
     "bob.example", "b r hub.example"},
    {"a:\n driver = manualroute\n transport = r\n route_list = carol.example c.example ; "
     "*.bob.example \"h1.example : h2.example::587\" byname ; bob.example $domain/MX\n",
     "x.bob.example", "a r h1.example= h2.example:587="},
    {"a:\n driver = manualroute\n transport = r\n route_list = *.bob.example $1.hub.example\n",
     "x.y.bob.example", "a r x.y.hub.example"},
    {"a:\n driver = manualroute\n transport = l\n route_list = !*.bob.example x r; * y r\n",
     "bob.example", "a r x"},
    {"a:\n driver = manualroute\n transport = r\n route_data = "
     "${lookup{$domain}partial-lsearch{/etc/hubs}}\n",
     "bob.example", "a r mx1.hub.example= mx2.hub.example="},
    {"a:\n driver = manualroute\n transport = r\n route_data = $domain_data\nb:\n driver = "
     "dnslookup\n transport = r\n",
     "bob.example", "b r"},
    {"a:\n driver = manualroute\n transport = r\n domains = partial-lsearch;/etc/hubs\n "
     "route_data = $domain_data\n",
     "x.carol.example", "a r hub.carol.example:2525"},
    {"a:\n driver = manualroute\n transport = r\n route_data = "
     "${lookup{$domain}lsearch{/etc/hubs}}\nb:\n driver = dnslookup\n transport = r\n",
     "dave.example", "b r"},
    {"a:\n driver = manualroute\n transport = r\n no_more\n route_data = "
     "${lookup{$domain}lsearch{/etc/hubs}{$value}fail}\nb:\n driver = dnslookup\n transport = "
     "r\n",
     "dave.example", "- the router a declines, and is the last one (no_more)"},
    {"a:\n driver = ipliteral\n transport = r\nb:\n driver = dnslookup\n transport = r\n",
     "[192.0.2.7]", "a r 192.0.2.7="},
    {"a:\n driver = ipliteral\n transport = r\nb:\n driver = dnslookup\n transport = r\n",
     "[IPv6:2001:db8::1]", "a r 2001:db8::1="},
    {"a:\n driver = dnslookup\n verify_only\n transport = l\nb:\n driver = dnslookup\n "
     "transport = r\n dnssec_request_domains =\n fallback_hosts = x.example\n",
     "bob.example", "b r without DNSSEC or x.example"},
    {"a:\n driver = accept\n unseen\n transport = l\nb:\n driver = dnslookup\n transport = r\n",
     "bob.example", "b r"},
    {"a:\n driver = accept\n transport = l\n", "bob.example",
     "- the router a hands it to the transport l, whose driver is appendfile"},
    {"a:\n driver = redirect\n data = x@y.example\n", "bob.example",
     "- the router a redirects it to 'x@y.example'"},
    {"a:\n driver = redirect\n data = :fail: no\n", "bob.example",
     "- the router a sends it nowhere: ':fail: no'"},
    {"a:\n driver = redirect\n data = ${if eq{$domain}{x}{x@y}}\nb:\n driver = dnslookup\n "
     "transport = r\n",
     "bob.example", "b r"},
    {"a:\n driver = dnslookup\n transport = ${if match_domain{$domain}{*.example}{r}{l}}\n",
     "bob.example", "a r"},
    {"a:\n driver = dnslookup\n transport = r\n condition = ${if eq{$domain}{bob.example}}\n "
     "condition = no\n",
     "bob.example", "- no router takes it"},
    {"a:\n driver = dnslookup\n transport = r\n senders = :\nb:\n driver = dnslookup\n senders "
     "= *\n transport = r\n",
     "bob.example", "b r"},
    {"a:\n driver = dnslookup\n transport = r\n require_files = /etc/domains:!/etc/x\n",
     "bob.example", "a r"},
    {"a:\n driver = dnslookup\n transport = r\n domains = /etc/domains\n", "x.carol.example",
     "a r"},
    {"a:\n driver = accept\n transport = r\n", "bob.example",
     "- neither the router a nor the transport r names a host"},
};

const std::pair<std::string, std::string> mistake_rows[] = {
    {"hosts_require_tl = *\n" + to_r,
     "mistake conf:1: 'hosts_require_tl' is no option of the main section\n"},
    {"begin transports\nt:\n driver = smtp\n hosts_require_tl = *\n",
     "mistake conf:4: 'hosts_require_tl' is no option of a transport with driver smtp; did you "
     "mean 'hosts_require_tls'?\n"},
    {"begin transports\nt:\n hosts_require_tls = *\n driver = smtp\n",
     "mistake conf:3: 'hosts_require_tls' is no option of any transport (driver has to stand "
     "before its own)\n"},
    {"begin transports\nt:\n driver = smtpp\n x = y\nu:\n driver = smtp\n",
     "mistake conf:3: a transport has no driver 'smtpp'\n"},
    {"begin transports\nt:\n driver = smtp\nt:\n driver = smtp\n",
     "mistake conf:4: t stands in line 2 already\n"},
    {"begin transports\nt: x\n driver = smtp\n",
     "mistake conf:2: nothing may stand behind t:, got 'x'\n"},
    {"begin transports\ndriver = smtp\nt:\n driver = smtp\n",
     "mistake conf:2: expected the name of a transport and a colon, got 'driver = smtp'\n"},
    {"begin transports\nt:\n driver = smtp\n port = 25\n port = 26\n",
     "mistake conf:5: port stands in line 4 already\n"},
    {"begin transports\nt:\n driver = smtp\n port = high\n",
     "mistake conf:4: port: expected a port, got 'high'\n"},
    {"begin transports\nt:\n driver = smtp\n no_port\n port\n multi_domain = maybe\n",
     "mistake conf:4: port: no_ stands before what is yes or no alone\n"
     "mistake conf:5: port: expected = and a value, got nothing\n"
     "mistake conf:6: multi_domain: expected true or false, got 'maybe'\n"},
    {"begin transports\nt:\n driver = smtp\n hosts = \"a\n hosts_max_try = x\n",
     "mistake conf:4: hosts: the quote at the end is missing\n"
     "mistake conf:5: hosts_max_try: expected a number, got 'x'\n"},
    {"begin transports\nt:\n driver = smtp\n tls_sni = a b\n ? = 3\n",
     "mistake conf:5: expected an option, got '? = 3'\n"
     "mistake conf:4: tls_sni: expected a name, got 'a b'\n"},
    {"begin transports\nt:\n driver = smtp\n protocol = smtps\n",
     "unsupported protocol conf:4: protocol = smtps cannot be played: TLS from the first byte "
     "is not spoken\n"},
    {"begin transports\nt:\n driver = smtp\n tls_verify_certificates = ${lookup mysql{x}}\n",
     "unsupported tls_verify_certificates conf:4: tls_verify_certificates of the transport t "
     "cannot be decided here: a lookup of type 'mysql' cannot be asked here\n"},
    {"begin transports\nt:\n driver = smtp\n hosts_require_tls = +partners\n",
     "unsupported hosts_require_tls conf:4: hosts_require_tls of the transport t cannot be "
     "decided here: there is no hostlist +partners\n"},
    {"begin transports\nt:\n driver = smtp\n hosts_require_tls = 192.0.2 : *\n",
     "harm conf:4: hosts_require_tls: '192.0.2' is no address: Exim takes the whole list for "
     "one that does not match\n"},
    {"begin transports\nt:\n driver = smtp\n tls_require_ciphers = NONE\n",
     "harm conf:4: no version of TLS is left to the transport t: no handshake begins\n"},
    {"domainlist a\nhostlist b = x\nhostlist b = y\n" + to_r,
     "mistake conf:1: expected domainlist NAME = items\n"
     "mistake conf:3: the hostlist b stands in line 2 already\n"},
    {"begin routers\na:\n driver = manualroute\n transport = x\n" + to_r,
     "mistake conf:4: there is no transport 'x'\n"
     "mistake conf:3: the router a has neither route_list nor route_data\n"},
    {"begin routers\na:\n transport = r\n" + to_r, "mistake conf:2: a has no driver\n"},
    {"begin router\na:\n driver = queryprogram\n command = x\n command_user = y\n transport = "
     "r\n" +
         to_r,
     "unsupported driver conf:3: driver of the router a cannot be decided here: a router of "
     "driver queryprogram asks others; the router is passed over\n"},
    {"begin routers\na:\n driver = dnslookup\n unseen\n transport = r\n" + to_r,
     "unsupported unseen conf:4: unseen of the router a cannot be played: one mail goes one "
     "way\n"},
    {"begin transport\nl:\n driver = pipe\n",
     "mistake conf: no transport of driver smtp stands here: no mail goes out\n"},
    {"begin route\n" + to_r,
     "mistake conf:1: expected a section (acl, authenticators, local_scan, retry, rewrite, "
     "routers or transports), got 'route'; did you mean 'routers'?\n"},
    {"", "mistake conf: no transport of driver smtp stands here: no mail goes out\n"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(exim_config)

BOOST_AUTO_TEST_CASE(a_transport_s_options) {
    const std::pair<const char*, const char*> rows[] = {
        {"", "t"},
        {"hosts_require_tls = *\nhosts_avoid_tls = a.example : 192.0.2.0/24",
         "t avoid=a.example : 192.0.2.0/24 require=*"},
        {"tls_verify_hosts = *\ntls_try_verify_hosts =\ntls_verify_cert_hostnames = !*",
         "t verify=* try_verify= names=!*"},
        {"hosts_require_dane = *\nhosts_try_dane = :\nno_tls_tempfail_tryclear",
         "t try_dane=: require_dane=* clear=no"},
        {"tls_tempfail_tryclear = false\ndnssec_request_domains = :", "t clear=no dnssec=:"},
        {"tls_verify_certificates = /etc/exim4/other.pem", "t ca=/etc/exim4/other.pem"},
        {"tls_verify_certificates = ${if exists{/etc/ssl/certs/ca-certificates.crt}"
         "{/etc/ssl/certs/ca-certificates.crt}{/dev/null}}",
         "t ca=/etc/ssl/certs/ca-certificates.crt"},
        {"tls_verify_certificates =", "t ca="},
        {"tls_sni = $host\nport = 587", "t sni=hostname port=587"},
        {"tls_sni = ${domain}\nport = submission", "t sni=nexthop port=587"},
        {"tls_sni = MX.hub.example", "t sni=mx.hub.example"},
        {"tls_require_ciphers = NORMAL:-VERS-TLS1.2",
         "t ciphers=NORMAL:-VERS-TLS1.2 versions=TLSv1.3"},
        {"tls_require_ciphers = SECURE256:-VERS-ALL:+VERS-TLS1.2",
         "t ciphers=SECURE256:-VERS-ALL:+VERS-TLS1.2 versions=TLSv1.2"},
        {"hosts = mx.hub.example : [192.0.2.7]::587 : other.example/MX : <x\nhosts_override",
         "t hosts= mx.hub.example 192.0.2.7:587= other.example/MX <x override=yes"},
        {"hosts_max_try = 2\nno_multi_domain", "t tries=2 multi=no"},
        {"hide dkim_private_key = \"a\\nb\"\nheaders_add = a\nheaders_add = b", "t"},
    };
    for (const auto& [options, expected] : rows) {
        const Config config =
            read_config(std::string("# one\nt:\n  driver = smtp\n") + options, "conf", files);
        BOOST_TEST(told(config.remarks) == "", options);
        BOOST_TEST_REQUIRE(config.transports.size() == 1u, options);
        BOOST_TEST(told(config.transports[0]) == expected);
        BOOST_TEST(config.transports[0].line == 2);
        BOOST_TEST(way(config, "bob.example").starts_with(" t"));
    }
}

BOOST_AUTO_TEST_CASE(lists_of_a_transport) {
    const Config config = read_config(
        "domainlist partners = bob.example\nhostlist near = 192.0.2.0/24\nbegin transports\n"
        "t:\n  driver = smtp\n  hosts_require_tls = *.bob.example : !+near : *\n"
        "  hosts_avoid_tls = ${if match_domain{$domain}{+partners}{}{*}}\n"
        "  dnssec_request_domains = ! +partners : *\n",
        "conf", files);
    BOOST_TEST(told(config.remarks) == "");
    const Transport& t = config.transports.at(0);
    BOOST_TEST(t.hosts_require_tls.matches("mx.bob.example", "192.0.2.1"));
    BOOST_TEST(!t.hosts_require_tls.matches("mx.carol.example", "192.0.2.1"));
    BOOST_TEST(t.hosts_require_tls.matches("mx.carol.example", "2001:db8::1"));
    BOOST_TEST(!t.hosts_avoid_tls.matches("mx.bob.example", "192.0.2.1", "bob.example"));
    BOOST_TEST(t.hosts_avoid_tls.matches("mx.bob.example", "192.0.2.1", "carol.example"));
    BOOST_TEST(!t.hosts_require_dane.matches("mx.bob.example", "192.0.2.1"));
    BOOST_TEST(t.tls_try_verify_hosts.matches("mx.bob.example", "192.0.2.1"));
    BOOST_TEST(!t.dnssec_request_domains.matches("bob.example"));
    BOOST_TEST(t.dnssec_request_domains.matches("carol.example"));
    BOOST_TEST(!HostList().matches("mx.bob.example", "192.0.2.1"));
}

BOOST_AUTO_TEST_CASE(routers_in_their_order) {
    for (const RouterRow& row : router_rows) {
        const Config config = read_config("begin routers\n" + row.routers + to_r, "conf", files);
        BOOST_TEST(told(config.remarks) == "", row.routers);
        BOOST_TEST(way(config, row.domain) == row.expected, row.routers);
    }
}

// A router that nobody can decide about is named, and then passed over.
BOOST_AUTO_TEST_CASE(what_nobody_knows) {
    const std::pair<std::string, std::string> rows[] = {
        {" condition = ${if eq{$sender_address_domain}{x}{1}{0}}\n",
         "unsupported condition conf:5: condition of the router a cannot be decided here: "
         "$sender_address_domain is not known here; the router is passed over\n"},
        {" local_parts = postmaster\n",
         "unsupported local_parts conf:5: local_parts of the router a cannot be decided here: it "
         "is for some recipients of a domain alone; the router is passed over\n"},
        {" senders = *@alice.example\n",
         "unsupported senders conf:5: senders of the router a cannot be decided here: it is for "
         "mail of some senders alone; the router is passed over\n"},
        {" check_local_user\n",
         "unsupported check_local_user conf:5: check_local_user of the router a cannot be decided "
         "here: no user of this machine is known here; the router is passed over\n"},
        {" domains = ! lsearch;/etc/other\n",
         "unsupported domains conf:5: domains of the router a cannot be decided here: "
         "'/etc/other' is not handed in: put it beside the configuration; the router is passed "
         "over\n"},
        {" domains = bob.example\n condition = $local_part\n",
         "unsupported condition conf:6: condition of the router a cannot be decided here: "
         "$local_part is not known here; the router is passed over\n"},
        {" domains = dave.example\n local_part_prefix = real-\n check_local_user\n", ""},
    };
    for (const auto& [options, expected] : rows) {
        const Config config =
            read_config("begin routers\na:\n driver = dnslookup\n transport = l\n" + options +
                            "b:\n driver = dnslookup\n transport = r\n" + to_r,
                        "conf", files);
        BOOST_TEST(told(config.remarks) == expected, options);
        BOOST_TEST(way(config, "bob.example") == "b r");
    }
    const Config config = read_config(
        "begin routers\na:\n driver = dnslookup\n transport = r\n condition = "
        "${if eq{$domain}{x.example}{$local_part}{yes}}\n" +
            to_r,
        "conf", files);
    BOOST_TEST(told(config.remarks) == "");
    BOOST_TEST(way(config, "bob.example") == "a r");
    BOOST_TEST(way(config, "x.example") ==
               "- condition of the router a cannot be decided here: $local_part is not known here");
}

BOOST_AUTO_TEST_CASE(mistakes) {
    for (const auto& [text, expected] : mistake_rows)
        BOOST_TEST(told(read_config(text, "conf", files).remarks) == expected, text);
}

BOOST_AUTO_TEST_CASE(notes) {
    const Config config = read_config(
        "begin transports\nt:\n driver = smtp\n hosts_require_tls = mx.bob.example\n"
        " tls_require_ciphers = NORMAL\n hosts_avoid_tls = ${if exists{/etc/x}{*}{}}\n"
        " interface = 192.0.2.1\n dscp = ef\n",
        "conf", files);
    BOOST_TEST(told(config.remarks, true) ==
               "note conf: 1 other option is left out, as about other things than TLS for outgoing "
               "mail: dscp\n"
               "note conf:4: hosts_require_tls: mx.bob.example stands for a host of that name; "
               "Exim compares addresses, of which this name may have others\n"
               "note conf:5: tls_require_ciphers: versions of TLS are as it says, suites are "
               "always those of mailtls\n"
               "note conf: no routers stand here: all mail goes by the transport t\n"
               "note conf: '/etc/x' is not handed in, and is taken for absent\n");
}

// What a host is asked for: lists, and what is known of DNSSEC.
BOOST_AUTO_TEST_CASE(options_of_one_host) {
    const Config config = read_config(
        "begin routers\na:\n driver = manualroute\n transport = t\n route_list = bob.example "
        "h.example byname; carol.example h.example:x.example; dave.example d.example/MX "
        "byname\nb:\n"
        " driver = dnslookup\n transport = t\n dnssec_request_domains = !frank.example : "
        "!x.example "
        ": *\n"
        "begin transports\nt:\n driver = smtp\n hosts_require_tls = *.erin.example\n"
        " hosts_avoid_tls = 192.0.2.9\n tls_verify_hosts = !*.erin.example\n"
        " no_tls_tempfail_tryclear\n hosts_require_dane = ${if eq{$domain}{erin.example}{*}}\n",
        "conf", files);
    const auto asked = [&](const std::string& domain, const std::string& host,
                           const std::string& address, bool trusts_ad = true) {
        std::string why_not;
        const std::optional<Way> found = config.way_of(domain, why_not);
        const Options o = options_for(config, *found, {domain, host, address}, trusts_ad);
        return std::string(o.hosts_require_tls ? "require " : "") +
               (o.hosts_avoid_tls ? "avoid " : "") + (o.tls_verify_hosts ? "verify " : "") +
               (o.tls_verify_cert_hostnames ? "" : "no-names ") +
               (o.tls_tempfail_tryclear ? "clear " : "") + (o.hosts_try_dane ? "" : "no-dane ") +
               (o.hosts_require_dane ? "require-dane " : "") + (o.dnssec ? "dnssec" : "");
    };
    BOOST_TEST(told(config.remarks) == "");
    BOOST_TEST(asked("erin.example", "mx.erin.example", "192.0.2.1") ==
               "require require-dane dnssec");
    BOOST_TEST(asked("erin.example", "mx.erin.example", "192.0.2.1", false) ==
               "require require-dane ");
    BOOST_TEST(asked("frank.example", "mx.frank.example", "192.0.2.9") == "avoid verify ");
    BOOST_TEST(asked("bob.example", "h.example", "192.0.2.1") == "verify ");
    BOOST_TEST(asked("carol.example", "h.example", "192.0.2.1") == "verify dnssec");
    BOOST_TEST(asked("carol.example", "x.example", "192.0.2.1") == "verify dnssec");
    BOOST_TEST(asked("dave.example", "mx.d.example", "192.0.2.1") == "verify dnssec");
}

BOOST_AUTO_TEST_CASE(options_of_any_host) {
    const std::pair<const char*, const char*> rows[] = {
        {"", "no"},
        {"*", "yes"},
        {":", "no"},
        {"!*", "no"},
        {"! +none", "yes"},
        {"+every", "yes"},
        {"${if match_domain{$domain}{bob.example}{*}{}}", "yes"},
        {"${if match_domain{$domain}{carol.example}{*}{}}", "no"},
        {"lsearch;/etc/hubs", "hosts_require_tls"},
        {"mx.bob.example", "hosts_require_tls"},
        {"192.0.2.0/24 : *", "hosts_require_tls"},
        {"${if eq{$host}{x}{*}{}}", "hosts_require_tls"},
        {"* : 192.0.2.1", "yes"},
    };
    for (const auto& [list, expected] : rows) {
        const Config config = read_config(
            std::string("hostlist none = :\nhostlist every = *\nbegin transports\nt:\n driver = "
                        "smtp\n hosts_require_tls = ") +
                list + "\n",
            "conf", files);
        std::string why_not, asks_host;
        const std::optional<Way> found = config.way_of("bob.example", why_not);
        const auto options = options_for_any_host(config, *found, "bob.example", asks_host);
        BOOST_TEST((!options                     ? asks_host
                    : options->hosts_require_tls ? "yes"
                                                 : "no") == expected,
                   list);
        BOOST_TEST((!options || (options->hosts_try_dane && options->dnssec)));
    }
}

// Whoever gives the files need not live longer than the reading.
BOOST_AUTO_TEST_CASE(files_are_asked_for_once) {
    std::string asked;
    bool reading = true;
    const auto beside = [&](const std::string& name) {
        BOOST_TEST(reading);
        asked += name + " ";
        return files(name);
    };
    const Config config = read_config(
        "domainlist own = /etc/localdomains\nbegin routers\na:\n driver = manualroute\n transport "
        "= t\n"
        " domains = !+own\n condition = ${if "
        "eq{$domain}{dave.example}{${lookup{x}lsearch{/etc/late}}}"
        "{1}}\n route_data = ${lookup{$domain}lsearch{/etc/hubs}{$value}{h.example}}\n"
        "begin transports\nt:\n driver = smtp\n tls_verify_certificates = /etc/ssl/certs/"
        "ca-certificates.crt\n hosts_require_tls = ${if eq{$domain}{bob.example}"
        "{lsearch;/etc/secondarymx}{}}\n file = /var/mail/x\n",
        "conf", beside);
    reading = false;
    BOOST_TEST(asked == "localdomains late hubs secondarymx ");
    BOOST_TEST(way(config, "carol.example") == "a t h.example");
    BOOST_TEST(way(config, "alice.example") == "- no router takes it");
    BOOST_TEST(way(config, "dave.example").starts_with("- condition of the router a cannot"));
    const Transport& t = config.transports.at(0);
    BOOST_TEST(t.hosts_require_tls.matches("erin.example", "192.0.2.1", "bob.example"));
    BOOST_TEST(!t.hosts_require_tls.matches("mx.erin.example", "192.0.2.1", "bob.example"));
}

BOOST_AUTO_TEST_CASE(dnssec_is_asked_for) {
    const std::pair<const char*, bool> rows[] = {{"", true},
                                                 {"dns_dnssec_ok = 1\n", true},
                                                 {"dns_dnssec_ok = 0\n", false},
                                                 {"dns_use_edns0 = 0\n", false}};
    for (const auto& [main, expected] : rows)
        BOOST_TEST(read_config(main + to_r, "conf", files).asks_dnssec == expected, main);
    const Config older =
        read_config("openssl_options = +no_sslv3 +no_tlsv1_3\n" + to_r, "conf", files);
    BOOST_TEST(told(older.transports[0]) == "r versions=TLSv1.2");
}

// In bounded time and memory, and in few sentences.
BOOST_AUTO_TEST_CASE(what_is_much_too_much) {
    std::string drivers, options, items;
    for (int i = 0; i < 30'000; ++i) drivers += "t" + std::to_string(i) + ":\n driver = smtp\n";
    for (int i = 0; i < 30'000; ++i) options += "nothing_" + std::to_string(i) + " = 1\n";
    for (int i = 0; i < 80'000; ++i) items += "a.example : ";
    std::string many = "hostlist big = " + items + "\nM = " + items + "\nbegin routers\n";
    for (int i = 0; i < 100; ++i)
        many += "r" + std::to_string(i) + ":\n driver = dnslookup\n domains = M\n transport = t0\n";
    many += "begin transports\n";
    for (int i = 0; i < 100; ++i)
        many += "t" + std::to_string(i) + ":\n driver = smtp\n hosts_require_tls = +big\n";
    const std::string texts[] = {
        many,
        drivers,
        options,
        std::string(10'000'000, 'x'),
        std::string(10'000'000, '\n'),
        "begin transports\nt:\n driver = smtp\n hosts_require_tls = " + items + "b\n",
        "domainlist a = " + items +
            "\nbegin routers\nr:\n driver = dnslookup\n domains = +a : +a "
            ": +a\n transport = r\n" +
            to_r};
    for (const std::string& text : texts) {
        const Config config = read_config(text, "conf", files);
        BOOST_TEST(config.remarks.size() <= most_remarks + 5);
        std::string why_not;
        BOOST_TEST((config.way_of("bob.example", why_not) || !why_not.empty()));
        BOOST_TEST(config.transports.size() <= 500u);
    }
}

BOOST_AUTO_TEST_SUITE_END()
