// Configurations as distributions and providers write them, taken down to their constructs.
#include <boost/test/unit_test.hpp>

#include "tests/policy/exim_told.hpp"

using namespace eximtest;

namespace {

// Debian's configuration, with each of its constructs and without its words.
const std::string like_debian =
    "CONFDIR = /etc/exim4\n"
    ".ifndef MAIN_LOCAL_DOMAINS\nMAIN_LOCAL_DOMAINS=@:localhost:alice.example\n.endif\n"
    ".ifndef DCsmarthost\nDCsmarthost=smtp.hub.example::587\n.endif\n"
    "domainlist local_domains = MAIN_LOCAL_DOMAINS\n"
    "domainlist relay_to_domains = erin.example\n"
    "hostlist relay_from_hosts = 127.0.0.1 : ::::1\n"
    ".ifndef MAIN_LOG_SELECTOR\nMAIN_LOG_SELECTOR = +tls_peerdn\n.endif\n"
    ".ifdef _OPT_MAIN_SMTPUTF8_ADVERTISE_HOSTS\nsmtputf8_advertise_hosts =\n.endif\n"
    ".ifdef MAIN_TLS_ENABLE\ntls_certificate = CONFDIR/exim.crt\n.endif\n"
    "dns_dnssec_ok = 1\nprdr_enable = true\nlog_selector = MAIN_LOG_SELECTOR\n"
    "acl_smtp_rcpt = acl_check\nlocal_from_check = false\n"
    "begin acl\nacl_check:\n  accept\n    hosts = :\n"
    "begin routers\n"
    "hubbed_hosts:\n"
    "  debug_print = \"R: hubbed_hosts for $domain\"\n"
    "  driver = manualroute\n"
    "  domains = \"${if exists{CONFDIR/hubs}\\\n"
    "                   {partial-lsearch;CONFDIR/hubs}\\\n              fail}\"\n"
    "  route_data = ${lookup{$domain}partial-lsearch{CONFDIR/hubs}}\n"
    "  transport = remote_smtp\n"
    ".ifdef DCconfig_internet\n"
    "dnslookup_relay:\n  driver = dnslookup\n  domains = ! +local_domains : +relay_to_domains\n"
    "  transport = remote_smtp\n  same_domain_copy_routing = yes\n  no_more\n"
    ".ifndef IGNORED\nIGNORED = <; 0.0.0.0 ; 127.0.0.0/8 ; ::1/128\n.endif\n"
    "dnslookup:\n  driver = dnslookup\n  domains = ! +local_domains\n  transport = remote_smtp\n"
    "  ignore_target_hosts = IGNORED\n  no_more\n"
    ".endif\n"
    ".ifdef DCconfig_local\n"
    "nonlocal:\n  driver = redirect\n  domains = ! +local_domains\n  allow_fail\n"
    "  data = :fail: not supported\n  no_more\n"
    ".endif\n"
    ".ifdef DCconfig_smarthost DCconfig_satellite\n"
    "smarthost:\n  driver = manualroute\n  domains = ! +local_domains\n"
    "  transport = remote_smtp_smarthost\n  route_list = * DCsmarthost byname\n"
    "  host_find_failed = ignore\n  no_more\n"
    ".endif\n"
    "COND_LOCAL = \"\\\n  ${if match_ip{$sender_host_address}{:@[]}{1}{0}}\"\n"
    "real_local:\n  driver = accept\n  domains = +local_domains\n  condition = COND_LOCAL\n"
    "  local_part_prefix = real-\n  check_local_user\n  transport = mail_spool\n"
    "local_user:\n  driver = accept\n  domains = +local_domains\n  check_local_user\n"
    "  local_parts = ! root\n  transport = mail_spool\n"
    "begin transports\n"
    ".ifndef TLS_VERIFY\n  TLS_VERIFY = *\n.endif\n"
    "mail_spool:\n  driver = appendfile\n  file = /var/mail/$local_part_data\n  mode = 0660\n"
    "remote_smtp:\n  driver = smtp\n"
    ".ifdef REQUIRE_TLS\n  hosts_require_tls = REQUIRE_TLS\n.endif\n"
    ".ifdef DKIM_DOMAIN\ndkim_domain = DKIM_DOMAIN\n.endif\n"
    "remote_smtp_smarthost:\n  driver = smtp\n  multi_domain\n"
    "  hosts_try_auth = <; ${if exists{CONFDIR/passwd.client} \\\n"
    "        {${lookup{$host}nwildlsearch{CONFDIR/passwd.client}{$host_address}}}\\\n        {} }\n"
    ".ifdef TLS_VERIFY\n  tls_verify_hosts = TLS_VERIFY\n.endif\n"
    "begin retry\n* * F,2h,15m; G,16h,1h,1.5; F,4d,6h\n"
    "begin rewrite\n*@+local_domains \"${lookup{$1}lsearch{/etc/email-addresses}{$value}fail}\" "
    "Ff\n";

const std::string like_cpanel =
    "hostlist loopback = <; @[]; 127.0.0.0/8 ; 0.0.0.0 ; ::1\n"
    "domainlist local_domains = lsearch;/etc/localdomains\n"
    "domainlist relay_domains = lsearch;/etc/localdomains : lsearch;/etc/secondarymx\n"
    "perl_startup = do '/etc/exim.pl'\n"
    "openssl_options = +no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1\n"
    "begin routers\n"
    "democheck:\n  driver = redirect\n  require_files = \"+/etc/demouids\"\n"
    "  condition = \"${if eq{$originator_uid}{1}{true}{false}}\"\n  data = :fail: no\n"
    "backup:\n  driver = dnslookup\n  domains = !+local_domains : lsearch;/etc/secondarymx\n"
    "  transport = remote_smtp\n  self = pass\n"
    "dkim_lookuphost:\n  driver = dnslookup\n  domains = !+local_domains\n"
    "  condition = ${if exists{/var/keys/$sender_address_domain}}\n"
    "  ignore_target_hosts = +loopback : 198.51.100.0/24\n  transport = dkim_remote_smtp\n"
    "lookuphost:\n  driver = dnslookup\n  domains = !+local_domains\n"
    "  ignore_target_hosts = +loopback\n  transport = remote_smtp\n"
    "virtual_aliases:\n  driver = redirect\n  domains = lsearch;/etc/localdomains\n"
    "  data = ${lookup{$local_part@$domain}lsearch{/etc/valiases/$domain}}\n"
    "begin transports\n"
    "remote_smtp:\n  driver = smtp\n"
    "  interface = ${lookup{$sender_address_domain}lsearch*{/etc/mailips}}\n"
    "  helo_data = ${if exists{/etc/mailhelo}{x}{$primary_hostname}}\n"
    "  message_linelength_limit = 2048\n  hosts_require_tls = lsearch;/etc/secondarymx\n"
    "dkim_remote_smtp:\n  driver = smtp\n  dkim_domain = $sender_address_domain\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(exim_examples)

BOOST_AUTO_TEST_CASE(as_debian_writes_it) {
    const struct {
        const char *macros, *domain, *expected;
    } rows[] = {
        {"DCconfig_internet=1\n", "dave.example", "dnslookup remote_smtp"},
        {"UPEX4CmacrosUPEX4C = 1\n", "dave.example", "dnslookup remote_smtp"},
        {"DCconfig_internet=1\n", "erin.example", "dnslookup_relay remote_smtp"},
        {"DCconfig_internet=1\n", "bob.example",
         "hubbed_hosts remote_smtp mx1.hub.example= mx2.hub.example="},
        {"DCconfig_smarthost=1\n", "dave.example",
         "smarthost remote_smtp_smarthost smtp.hub.example:587="},
        {"DCconfig_satellite=1\nDCsmarthost = hub.example\n", "dave.example",
         "smarthost remote_smtp_smarthost hub.example="},
        {"DCconfig_local=1\n", "dave.example",
         "- the router nonlocal sends it nowhere: ':fail: not supported'"},
        {"DCconfig_local=1\n", "alice.example",
         "- local_parts of the router local_user cannot be decided here: it is for some recipients "
         "of a domain alone"},
    };
    for (const auto& row : rows) {
        const Config config = read_config(row.macros + like_debian, "exim4.conf", files);
        BOOST_TEST(told(config.remarks) == "", row.macros);
        BOOST_TEST(way(config, row.domain) == row.expected);
        BOOST_TEST_REQUIRE(config.transports.size() == 2u);
        BOOST_TEST(told(config.transports[0]) == "remote_smtp");
        BOOST_TEST(told(config.transports[1]) == "remote_smtp_smarthost verify=*");
    }
    const Config config =
        read_config("DCconfig_internet = 1\nREQUIRE_TLS = *\n" + like_debian, "exim4.conf", files);
    BOOST_TEST(told(config.transports[0]) == "remote_smtp require=*");
    std::string why_not;
    const std::optional<Way> found = config.way_of("dave.example", why_not);
    BOOST_TEST(found->ignored.matches("mx.dave.example", "127.0.0.5"));
    BOOST_TEST(!found->ignored.matches("mx.dave.example", "192.0.2.5"));
    std::string named;
    for (const std::string& domain : config.named_domains()) named += domain + " ";
    BOOST_TEST(named == "any.carol.example bob.example empty.example erin.example ");
    BOOST_TEST(told(config.relays()) ==
               " hub.carol.example:2525 mx1.hub.example= mx2.hub.example=");
}

BOOST_AUTO_TEST_CASE(as_cpanel_writes_it) {
    const Config config = read_config(like_cpanel, "exim.conf", files);
    BOOST_TEST(told(config.remarks) ==
               "unsupported condition exim.conf:20: condition of the router dkim_lookuphost cannot "
               "be decided here: $sender_address_domain is not known here; the router is passed "
               "over\n");
    BOOST_TEST(way(config, "bob.example") == "lookuphost remote_smtp");
    BOOST_TEST(way(config, "erin.example") == "backup remote_smtp");
    BOOST_TEST(config.transports[0].hosts_require_tls.matches("erin.example", "192.0.2.1"));
    BOOST_TEST(!config.transports[0].hosts_require_tls.matches("mx.bob.example", "192.0.2.1"));
}

BOOST_AUTO_TEST_SUITE_END()
