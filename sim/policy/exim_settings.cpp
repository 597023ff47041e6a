// Each option of Exim 4.96 with its class. A test (tests/policy/exim_settings.cpp) holds the list
// of names against this one. A question mark is behind those that need no value.
#include "sim/policy/exim_settings.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace policy::exim {
namespace {

using Class = SettingFacts::Class;

struct Played {
    std::string_view name;
    Scope scope;
    std::string_view value;
};
struct Refused {
    std::string_view name;
    Scope scope;
    std::string_view value, why;
};
struct List {
    Scope scope;
    std::string_view names;
};

// With their defaults.
constexpr Played played[] = {
    {"dns_dnssec_ok", Scope::main, "-1"},
    {"dns_use_edns0", Scope::main, "-1"},
    {"openssl_options", Scope::main, ""},
    {"primary_hostname", Scope::main, ""},
    {"qualify_domain", Scope::main, ""},
    {"qualify_recipient", Scope::main, ""},
    {"check_local_user?", Scope::router, ""},
    {"condition", Scope::router, ""},
    {"dnssec_request_domains", Scope::router, "*"},
    {"domains", Scope::router, ""},
    {"driver", Scope::router, ""},
    {"fallback_hosts", Scope::router, ""},
    {"ignore_target_hosts", Scope::router, ""},
    {"local_part_prefix", Scope::router, ""},
    {"local_part_prefix_optional?", Scope::router, ""},
    {"local_part_suffix", Scope::router, ""},
    {"local_part_suffix_optional?", Scope::router, ""},
    {"local_parts", Scope::router, ""},
    {"more?", Scope::router, "true"},
    {"require_files", Scope::router, ""},
    {"senders", Scope::router, ""},
    {"transport", Scope::router, ""},
    {"unseen?", Scope::router, ""},
    {"verify_only?", Scope::router, ""},
    {"hosts_randomize?", Scope::manualroute, ""},
    {"route_data", Scope::manualroute, ""},
    {"route_list", Scope::manualroute, ""},
    {"data", Scope::redirect, ""},
    {"file", Scope::redirect, ""},
    {"driver", Scope::transport, ""},
    {"dnssec_request_domains", Scope::smtp, "*"},
    {"fallback_hosts", Scope::smtp, ""},
    {"gethostbyname?", Scope::smtp, "false"},
    {"hosts", Scope::smtp, ""},
    {"hosts_avoid_tls", Scope::smtp, ""},
    {"hosts_max_try", Scope::smtp, "5"},
    {"hosts_override?", Scope::smtp, ""},
    {"hosts_randomize?", Scope::smtp, ""},
    {"hosts_require_dane", Scope::smtp, ""},
    {"hosts_require_tls", Scope::smtp, ""},
    {"hosts_try_dane", Scope::smtp, "*"},
    {"multi_domain?", Scope::smtp, ""},
    {"port", Scope::smtp, "smtp"},
    {"protocol", Scope::smtp, "smtp"},
    {"tls_require_ciphers", Scope::smtp, ""},
    {"tls_sni", Scope::smtp, ""},
    {"tls_tempfail_tryclear?", Scope::smtp, "true"},
    {"tls_try_verify_hosts", Scope::smtp, "*"},
    {"tls_verify_cert_hostnames", Scope::smtp, "*"},
    {"tls_verify_certificates", Scope::smtp, "system"},
    {"tls_verify_hosts", Scope::smtp, ""},
};

// With the one value under which all is as it is played, and why not with another.
constexpr Refused refused[] = {
    {"allow_mx_to_ip?", Scope::main, "false", "MX records that name an address are not followed"},
    {"dns_again_means_nonexist", Scope::main, "",
     "a failure of DNS never means that there is no such domain"},
    {"dns_trust_aa", Scope::main, "",
     "an answer is secure where the resolver says so, and not else"},
    {"hold_domains", Scope::main, "", "mail for these domains would wait for an administrator"},
    {"mua_wrapper?", Scope::main, "false", "there is no queue then, and one attempt only"},
    {"dnssec_require_domains", Scope::router, "", "no route is refused for want of DNSSEC"},
    {"translate_ip_address", Scope::router, "", "addresses of hosts are not exchanged for others"},
    {"check_secondary_mx?", Scope::dnslookup, "false", "the sender is no MX host of other domains"},
    {"check_srv", Scope::dnslookup, "", "SRV records are not asked for"},
    {"mx_domains", Scope::dnslookup, "", "a domain without MX records is its own host"},
    {"search_parents?", Scope::dnslookup, "false", "a domain is never sought below others"},
    {"widen_domains", Scope::dnslookup, "", "a domain is never sought below others"},
    {"event_action", Scope::transport, "", "what it runs may refuse any certificate"},
    {"dnssec_require_domains", Scope::smtp, "", "no host is refused for want of DNSSEC"},
    {"hosts_avoid_esmtp", Scope::smtp, "", "without EHLO nobody offers STARTTLS"},
    {"hosts_require_alpn", Scope::smtp, "", "a server that says nothing of ALPN is never refused"},
    {"hosts_require_ocsp", Scope::smtp, "",
     "OCSP responses (RFC 6066 section 8) are not asked for"},
    {"socks_proxy", Scope::smtp, "", "there is nothing between a sender and its network"},
    {"tls_crl", Scope::smtp, "", "lists of revoked certificates are not looked at"},
};

// They change nothing of what is told here: limits, time-outs, what is said behind TLS, keys of
// the client's own, what becomes of a host that is not found.
constexpr List harmless[] = {
    {Scope::main,
     "allow_domain_literals? allow_utf8_domains? auto_thaw deliver_queue_load_max "
     "disable_ipv6? dns_check_names_pattern dns_ipv4_lookup dns_retrans dns_retry "
     "event_action extra_local_interfaces gnutls_allow_auto_pkcs11? gnutls_compat_mode? "
     "hosts_treat_as_local local_interfaces queue_domains queue_only? queue_only_file "
     "queue_only_load queue_only_load_latch? queue_only_override? queue_run_in_order? "
     "queue_run_max queue_smtp_domains remote_max_parallel remote_sort_domains "
     "retry_data_expire retry_interval_max timeout_frozen_after"},
    {Scope::router,
     "address_data address_test? expn? fail_verify? fail_verify_recipient? "
     "fail_verify_sender? pass_on_timeout? pass_router redirect_router retry_use_local_part? "
     "self set verify? verify_recipient? verify_sender?"},
    {Scope::dnslookup,
     "fail_defer_domains ipv4_only ipv4_prefer mx_fail_domains qualify_single? "
     "rewrite_headers? same_domain_copy_routing? srv_fail_domains"},
    {Scope::manualroute, "host_all_ignored host_find_failed same_domain_copy_routing?"},
    {Scope::transport, "max_parallel retry_use_local_part?"},
    {Scope::smtp,
     "address_retry_include_sender? allow_localhost? authenticated_sender "
     "authenticated_sender_force? command_timeout connect_timeout connection_max_messages "
     "dane_require_tls_ciphers data_timeout delay_after_cutoff? dns_qualify_single? "
     "dns_search_parents? final_timeout host_name_extract "
     "hosts_avoid_pipelining hosts_max_try_hardlimit hosts_nopass_tls hosts_noproxy_tls "
     "hosts_pipe_connect hosts_request_ocsp hosts_require_auth hosts_try_auth "
     "hosts_try_chunking hosts_try_fastopen hosts_try_prdr hosts_verify_avoid_tls interface "
     "max_rcpt retry_include_ip_address? serialize_hosts tls_alpn tls_certificate "
     "tls_dh_min_bits tls_privatekey tls_resumption_hosts"},
};

// About other things than TLS for outgoing mail.
constexpr List unrelated[] = {
    {Scope::main,
     "accept_8bitmime? acl_not_smtp acl_not_smtp_mime acl_not_smtp_start acl_smtp_auth "
     "acl_smtp_connect acl_smtp_data acl_smtp_data_prdr acl_smtp_dkim acl_smtp_etrn "
     "acl_smtp_expn acl_smtp_helo acl_smtp_mail acl_smtp_mailauth acl_smtp_mime "
     "acl_smtp_notquit acl_smtp_predata acl_smtp_quit acl_smtp_rcpt acl_smtp_starttls "
     "acl_smtp_vrfy add_environment admin_groups auth_advertise_hosts av_scanner bi_command "
     "bmi_config_file bounce_message_file bounce_message_text bounce_return_body? "
     "bounce_return_linesize_limit bounce_return_message? bounce_return_size_limit "
     "bounce_sender_authentication callout_domain_negative_expire "
     "callout_domain_positive_expire callout_negative_expire callout_positive_expire "
     "callout_random_local_part check_log_inodes check_log_space check_rfc2047_length? "
     "check_spool_inodes check_spool_space chunking_advertise_hosts "
     "commandline_checks_require_admin? daemon_smtp_port daemon_smtp_ports "
     "daemon_startup_retries daemon_startup_sleep dcc_direct_add_header? dccifd_address "
     "dccifd_options debug_store? delay_warning delay_warning_condition "
     "deliver_drop_privilege? delivery_date_remove? disable_fsync? dkim_verify_hashes "
     "dkim_verify_keytypes dkim_verify_min_keysizes dkim_verify_minimal? dkim_verify_signers "
     "dmarc_forensic_sender dmarc_history_file dmarc_tld_file dns_cname_loops "
     "dns_csa_search_limit dns_csa_use_reverse? drop_cr? dsn_advertise_hosts dsn_from "
     "envelope_to_remove? errors_copy errors_reply_to exim_group exim_path exim_user "
     "exim_version extract_addresses_remove_arguments? finduser_retries freeze_tell "
     "gecos_name gecos_pattern header_line_maxsize header_maxsize headers_charset "
     "helo_accept_junk_hosts helo_allow_chars helo_lookup_domains helo_try_verify_hosts "
     "helo_verify_hosts host_lookup host_lookup_order host_reject_connection "
     "hosts_connection_nolog hosts_proxy hosts_require_alpn hosts_require_helo ibase_servers "
     "ignore_bounce_errors_after ignore_fromline_hosts ignore_fromline_local? "
     "keep_environment keep_malformed ldap_ca_cert_dir ldap_ca_cert_file ldap_cert_file "
     "ldap_cert_key ldap_cipher_suite ldap_default_servers ldap_require_cert ldap_start_tls? "
     "ldap_version limits_advertise_hosts local_from_check? local_from_prefix "
     "local_from_suffix local_scan_timeout local_sender_retain? localhost_number "
     "log_file_path log_selector log_timezone? lookup_open_max max_username_length "
     "message_body_newlines? message_body_visible message_id_header_domain "
     "message_id_header_text message_logs? message_size_limit move_frozen_messages? "
     "mysql_servers never_users notifier_socket oracle_servers percent_hack_domains "
     "perl_at_start? perl_startup perl_taintmode? pgsql_servers pid_file_path "
     "pipelining_advertise_hosts pipelining_connect_advertise_hosts prdr_enable? "
     "preserve_message_logs? print_topbitchars? process_log_path prod_requires_admin? "
     "proxy_protocol_timeout queue_fast_ramp? queue_list_requires_admin? receive_timeout "
     "received_header_text received_headers_max recipient_unqualified_hosts recipients_max "
     "recipients_max_reject? redis_servers return_path_remove? return_size_limit "
     "rfc1413_hosts rfc1413_query_timeout sender_unqualified_hosts slow_lookup_log "
     "smtp_accept_keepalive? smtp_accept_max smtp_accept_max_nonmail "
     "smtp_accept_max_nonmail_hosts smtp_accept_max_per_connection smtp_accept_max_per_host "
     "smtp_accept_queue smtp_accept_queue_per_connection smtp_accept_reserve "
     "smtp_active_hostname smtp_backlog_monitor smtp_banner smtp_check_spool_space? "
     "smtp_connect_backlog smtp_enforce_sync? smtp_etrn_command smtp_etrn_serialize? "
     "smtp_load_reserve smtp_max_synprot_errors smtp_max_unknown_commands "
     "smtp_ratelimit_hosts smtp_ratelimit_mail smtp_ratelimit_rcpt smtp_receive_timeout "
     "smtp_reserve_hosts smtp_return_error_details? smtputf8_advertise_hosts spamd_address "
     "spf_guess spf_smtp_comment_template split_spool_directory? spool_directory "
     "spool_wireformat? sqlite_dbfile sqlite_lock_timeout strict_acl_vars? "
     "strip_excess_angle_brackets? strip_trailing_dot? syslog_duplication? syslog_facility "
     "syslog_pid? syslog_processname syslog_timestamp? system_filter "
     "system_filter_directory_transport system_filter_file_transport system_filter_group "
     "system_filter_pipe_transport system_filter_reply_transport system_filter_user "
     "tcp_nodelay? tcp_wrappers_daemon_name timezone tls_advertise_hosts tls_alpn "
     "tls_certificate tls_crl tls_dh_max_bits tls_dhparam tls_eccurve tls_ocsp_file "
     "tls_on_connect_ports tls_privatekey tls_remember_esmtp? tls_require_ciphers "
     "tls_resumption_hosts tls_try_verify_hosts tls_verify_certificates tls_verify_hosts "
     "trusted_groups trusted_users unknown_login unknown_username untrusted_set_sender "
     "uucp_from_pattern uucp_from_sender warn_message_file write_rejectlog?"},
    {Scope::router,
     "bmi_deliver_alternate? bmi_deliver_default? bmi_dont_deliver? bmi_rule "
     "cannot_route_message caseful_local_part? debug_print disable_logging? dsn_lasthop? "
     "errors_to group headers_add headers_remove initgroups? log_as_local? "
     "router_home_directory transport_current_directory transport_home_directory user"},
    {Scope::redirect,
     "allow_defer? allow_fail? allow_filter? allow_freeze? check_ancestor? check_group? "
     "check_owner? directory_transport file_transport filter_prepend_home? forbid_blackhole? "
     "forbid_exim_filter? forbid_file? forbid_filter_dlfunc? forbid_filter_existstest? "
     "forbid_filter_logwrite? forbid_filter_lookup? forbid_filter_perl? "
     "forbid_filter_readfile? forbid_filter_readsocket? forbid_filter_reply? "
     "forbid_filter_run? forbid_include? forbid_pipe? forbid_sieve_filter? forbid_smtp_code? "
     "hide_child_in_errmsg? ignore_eacces? ignore_enotdir? include_directory modemask "
     "one_time? owners owngroups pipe_transport qualify_domain qualify_preserve_domain? "
     "repeat_use? reply_transport rewrite? sieve_enotify_mailto_owner sieve_subaddress "
     "sieve_useraddress sieve_vacation_directory skip_syntax_errors? syntax_errors_text "
     "syntax_errors_to"},
    {Scope::queryprogram, "command command_group command_user current_directory timeout"},
    {Scope::iplookup, "hosts optional? port protocol query reroute response_pattern timeout"},
    {Scope::transport,
     "body_only? current_directory debug_print delivery_date_add? disable_logging? "
     "envelope_to_add? group headers_add headers_only? headers_remove headers_rewrite "
     "home_directory initgroups? message_size_limit rcpt_include_affixes? return_path "
     "return_path_add? shadow_condition shadow_transport transport_filter "
     "transport_filter_timeout user"},
    {Scope::smtp,
     "arc_sign dkim_canon dkim_domain dkim_hash dkim_identity dkim_private_key dkim_selector "
     "dkim_sign_headers dkim_strict dkim_timestamps dscp helo_data keepalive? "
     "lmtp_ignore_quota? message_linelength_limit size_addition utf8_downconvert"},
    {Scope::appendfile,
     "allow_fifo? allow_symlink? batch_id batch_max check_group? check_owner? check_string "
     "create_directory? create_file directory directory_file directory_mode escape_string "
     "file file_format file_must_exist? lock_fcntl_timeout lock_flock_timeout lock_interval "
     "lock_retries lockfile_mode lockfile_timeout mailbox_filecount mailbox_size "
     "maildir_format? maildir_quota_directory_regex maildir_retries maildir_tag "
     "maildir_use_size_file? maildirfolder_create_regex mailstore_format? mailstore_prefix "
     "mailstore_suffix mbx_format? message_prefix message_suffix mode mode_fail_narrower? "
     "notify_comsat? quota quota_directory quota_filecount quota_is_inclusive? "
     "quota_size_regex quota_warn_message quota_warn_threshold use_bsmtp? use_crlf? "
     "use_fcntl_lock? use_flock_lock? use_lockfile? use_mbx_lock?"},
    {Scope::autoreply,
     "bcc cc file file_expand? file_optional? from headers log mode never_mail once "
     "once_file_size once_repeat reply_to return_message? subject text to"},
    {Scope::lmtp, "batch_id batch_max command ignore_quota? socket timeout"},
    {Scope::pipe,
     "allow_commands batch_id batch_max check_string command environment escape_string "
     "force_command? freeze_exec_fail? freeze_signal? ignore_status? log_defer_output? "
     "log_fail_output? log_output? max_output message_prefix message_suffix path "
     "permit_coredump? pipe_as_creator? restrict_to_path? return_fail_output? return_output? "
     "temp_errors timeout timeout_defer? umask use_bsmtp? use_classresources? use_crlf? "
     "use_shell?"},
    {Scope::queuefile, "directory"},
};

using Rows = std::map<std::pair<Scope, std::string_view>, SettingFacts>;

void add(Rows& rows, Scope scope, std::string_view name, SettingFacts facts) {
    facts.boolean = name.ends_with('?');
    if (facts.boolean) name.remove_suffix(1);
    facts.name = name;
    rows.emplace(std::pair(scope, name), facts);
}

void add_all(Rows& rows, const List& list, Class kind) {
    for (std::string_view left = list.names; !left.empty();) {
        const std::string_view name = left.substr(0, left.find(' '));
        left.remove_prefix(std::min(left.size(), name.size() + 1));
        add(rows, list.scope, name, {{}, kind, false, {}, {}});
    }
}

const Rows& all_rows() {
    static const Rows rows = [] {
        Rows out;
        for (const Played& p : played)
            add(out, p.scope, p.name, {{}, Class::played, false, p.value, {}});
        for (const Refused& r : refused)
            add(out, r.scope, r.name, {{}, Class::refused, false, r.value, r.why});
        for (const List& list : harmless) add_all(out, list, Class::harmless);
        for (const List& list : unrelated) add_all(out, list, Class::unrelated);
        return out;
    }();
    return rows;
}

constexpr std::array<std::string_view, 14> scope_words{
    "main",      "router", "dnslookup",  "manualroute", "redirect", "queryprogram", "iplookup",
    "transport", "smtp",   "appendfile", "autoreply",   "lmtp",     "pipe",         "queuefile"};

}  // namespace

std::optional<Scope> scope_of(std::string_view word) {
    const auto* const found = std::find(scope_words.begin(), scope_words.end(), word);
    if (found == scope_words.end()) return std::nullopt;
    return static_cast<Scope>(found - scope_words.begin());
}

std::optional<SettingFacts> setting_facts(Scope scope, std::string_view name) {
    const auto found = all_rows().find(std::pair(scope, name));
    if (found == all_rows().end()) return std::nullopt;
    return found->second;
}

std::vector<std::string_view> settings_of(Scope scope) {
    std::vector<std::string_view> out;
    for (const auto& [key, facts] : all_rows())
        if (key.first == scope && facts.kind != Class::unrelated) out.push_back(key.second);
    return out;
}

std::optional<Scope> router_driver(std::string_view word) {
    if (word == "accept" || word == "ipliteral") return Scope::none;
    const std::optional<Scope> scope = scope_of(word);
    const bool fits = scope && *scope >= Scope::dnslookup && *scope <= Scope::iplookup;
    return fits ? scope : std::nullopt;
}

std::optional<Scope> transport_driver(std::string_view word) {
    const std::optional<Scope> scope = scope_of(word);
    return scope && *scope >= Scope::smtp ? scope : std::nullopt;
}

}  // namespace policy::exim
