-- One sender for each setting, whose main.cf and table lie beside: what Postfix 3.7.11 made of them
-- is in measured.csv.
local configurations = {}


local function tlsa(host, of)
  return { { host = host, usage = 3, selector = 1, matching = 1, of = of } }
end


configurations["f_attr_unknown"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_attr_unknown.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_cafile_other"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, certificate = signed_by "Other CA" {} }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_cafile_other.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_cafile_other_ok_cert"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_cafile_other_ok_cert.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_comment_behind"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_comment_behind.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_dane_global_disable_dns"] = function()
  local dom = "dest.sec.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx.dest.sec.example"
  local mx1 = receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { signed = "yes", tlsa = tlsa("mx.dest.sec.example", "another key") }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_dane_global_disable_dns.cf", relays_to = mx1,
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_dane_global_mismatch"] = function()
  local dom = "dest.sec.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx.dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { signed = "yes", tlsa = tlsa("mx.dest.sec.example", "another key") }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_dane_global_mismatch.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_dane_match"] = function()
  local dom = "dest.sec.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx.dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { signed = "yes", tlsa = tlsa("mx.dest.sec.example", "leaf") }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_dane_match.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_dane_tafile_absent"] = function()
  local dom = "dest.sec.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx.dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { signed = "yes", tlsa = tlsa("mx.dest.sec.example", "leaf") }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_dane_tafile_absent.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_daneonly_native"] = function()
  local dom = "dest.sec.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx.dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { signed = "yes", tlsa = tlsa("mx.dest.sec.example", "leaf") }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_daneonly_native.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_daneonly_no_dnssec"] = function()
  local dom = "dest.sec.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx.dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { signed = "yes", tlsa = tlsa("mx.dest.sec.example", "leaf") }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_daneonly_no_dnssec.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_discard_starttls"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_discard_starttls.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_13_on_13"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, versions = { "TLSv1.3" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_13_on_13.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_ciphers_bad"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_ciphers_bad.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_ciphers_empty"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_ciphers_empty.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_exclude"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_exclude.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_le12_on_13"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, versions = { "TLSv1.3" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_le12_on_13.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_not12_on_12"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, versions = { "TLSv1.2" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_not12_on_12.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_not13_on_13"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, versions = { "TLSv1.3" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_not13_on_13.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_protocols_bad"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_protocols_bad.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_protocols_colon"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_protocols_colon.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_protocols_empty"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_protocols_empty.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_encrypt_protocols_twice"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_encrypt_protocols_twice.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_fp_cert_md5"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  local mx1 = receiver(host) { serves = dom, certificate = self_signed {} }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_fp_cert_md5.cf" { fingerprints = { mx1 } },
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_fp_cert_sha1"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  local mx1 = receiver(host) { serves = dom, certificate = self_signed {} }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_fp_cert_sha1.cf" { fingerprints = { mx1 } },
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_fp_cert_sha256_nocolon"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  local mx1 = receiver(host) { serves = dom, certificate = self_signed {} }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_fp_cert_sha256_nocolon.cf" { fingerprints = { mx1 } },
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_fp_of_issuer"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, certificate = signed_by "Unknown CA" {} }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_fp_of_issuer.cf" { fingerprints = {} },
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_fp_two_one_right"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  local mx1 = receiver(host) { serves = dom, certificate = self_signed {} }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_fp_two_one_right.cf" { fingerprints = { mx1 } },
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_insecure_mx_dane_mismatch"] = function()
  local dom = "dest.plain.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx-dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { tlsa = tlsa("mx-dest.sec.example", "another key"), mx = { "mx-dest.sec.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_insecure_mx_dane_mismatch.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_insecure_mx_encrypt_mismatch"] = function()
  local dom = "dest.plain.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx-dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { tlsa = tlsa("mx-dest.sec.example", "another key"), mx = { "mx-dest.sec.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_insecure_mx_encrypt_mismatch.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_insecure_mx_encrypt_plain"] = function()
  local dom = "dest.plain.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx-dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {}, starttls = "absent" }
  domain(dom) { tlsa = tlsa("mx-dest.sec.example", "leaf"), mx = { "mx-dest.sec.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_insecure_mx_encrypt_plain.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_insecure_mx_may_mismatch"] = function()
  local dom = "dest.plain.example"
  domain "sec.example" { signed = "yes" }
  local host = "mx-dest.sec.example"
  receiver(host) { serves = dom, certificate = self_signed {} }
  domain(dom) { tlsa = tlsa("mx-dest.sec.example", "another key"), mx = { "mx-dest.sec.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_insecure_mx_may_mismatch.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_key_dup_last"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_key_dup_last.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_key_parent_and_own"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_key_parent_and_own.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_key_parent_nodot"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_key_parent_nodot.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_key_trailing_dot"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_key_trailing_dot.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_level_empty"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_level_empty.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_level_empty_map_encrypt"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_level_empty_map_encrypt.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_level_unknown"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_level_unknown.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_level_upper"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_level_upper.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_map_maponly_star_texthash"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_map_maponly_star_texthash.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_comma"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_comma.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_dot_hosting"] = function()
  local dom = "dest.plain.example"
  local host = "mx-dest.hosting.example"
  receiver(host) { serves = dom }
  domain(dom) { mx = { "mx-dest.hosting.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_dot_hosting.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_dot_nexthop"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, certificate = signed_by "Lab Root CA" { names = { dom } } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_dot_nexthop.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_hosting_exact"] = function()
  local dom = "dest.plain.example"
  local host = "mx-dest.hosting.example"
  receiver(host) { serves = dom }
  domain(dom) { mx = { "mx-dest.hosting.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_hosting_exact.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_nexthop"] = function()
  local dom = "dest.plain.example"
  local host = "mx-dest.hosting.example"
  receiver(host) { serves = dom, certificate = signed_by "Lab Root CA" { names = { dom } } }
  domain(dom) { mx = { "mx-dest.hosting.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_nexthop.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_nexthop_only_host_cert"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_nexthop_only_host_cert.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_trailing_dot"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, certificate = signed_by "Lab Root CA" { names = { dom } } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_trailing_dot.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_twice"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_twice.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_match_upper"] = function()
  local dom = "dest.plain.example"
  local host = "mx-dest.hosting.example"
  receiver(host) { serves = dom }
  domain(dom) { mx = { "mx-dest.hosting.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_match_upper.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_may_13_on_12"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, versions = { "TLSv1.2" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_may_13_on_12.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_may_match"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_may_match.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_nexthop_bracket"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  local mx1 = receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_nexthop_bracket.cf", relays_to = mx1,
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_nexthop_bracket_noport_key"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  local mx1 = receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_nexthop_bracket_noport_key.cf", relays_to = mx1,
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_nexthop_secure_default_match"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  local mx1 = receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_nexthop_secure_default_match.cf", relays_to = mx1,
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_protocols_list_old"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_protocols_list_old.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_secure_cert_match_hostname"] = function()
  local dom = "dest.plain.example"
  local host = "mx-dest.hosting.example"
  receiver(host) { serves = dom }
  domain(dom) { mx = { "mx-dest.hosting.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_secure_cert_match_hostname.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_secure_cert_match_in_map"] = function()
  local dom = "dest.plain.example"
  local host = "mx-dest.hosting.example"
  receiver(host) { serves = dom }
  domain(dom) { mx = { "mx-dest.hosting.example" } }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_secure_cert_match_in_map.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_secure_global_none_map"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_secure_global_none_map.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_servername_bad"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_servername_bad.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_servername_hostname"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_servername_hostname.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_soft_bounce_502"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, starttls = "refused 502" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_soft_bounce_502.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_tafile_bad"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_tafile_bad.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_tafile_good"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, certificate = signed_by "Other CA" {} }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_tafile_good.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_use_tls_beside_level"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom, starttls = "absent" }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_use_tls_beside_level.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end

configurations["f_value_empty"] = function()
  local dom = "dest.plain.example"
  local host = "mx.dest.plain.example"
  receiver(host) { serves = dom }
  local alice = sender "mail.alice.example" {
    policy = postfix_main "f_value_empty.cf",
  }
  return alice:sends { to = "bob@" .. dom }
end


matrix("settings", { rows = { state = configurations }, columns = { level = { "conf" } },
  attempts = 2, play = function(play) return play() end })
