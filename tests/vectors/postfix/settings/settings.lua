-- One sender for each setting, whose main.cf and table lie beside: what Postfix 3.7.11 made of them
-- is in measured.csv.
local configurations = {}

-- `zone`, `host`: of the MX; `tlsa`: what its records are made of, in a signed zone; `unsigned_mx`:
-- the MX record is none of it; `relayed`: all mail goes to that host; `pins`: what the digests of
-- the table stand for.
local function setting(name)
  return function(o)
    configurations[name] = function()
      local dom = "dest." .. (o.zone or "plain.example")
      local host = o.host or "mx." .. dom
      local options = o.receiver or {}
      options.serves = dom
      if o.tlsa then domain "sec.example" { signed = "yes" } end
      local mx1 = receiver(host)(options)
      local says = { mx = { host } }
      if o.tlsa then
        says.signed = not o.unsigned_mx and "yes" or nil
        says.tlsa = { { host = host, usage = 3, selector = 1, matching = 1, of = o.tlsa } }
      end
      domain(dom)(says)
      local policy = postfix_main(name .. ".cf")
      if o.pins then policy = policy { fingerprints = o.pins == "receiver" and { mx1 } or {} } end
      local alice = sender "mail.alice.example" {
        policy = policy, relays_to = o.relayed and mx1 or nil,
      }
      return alice:sends { to = "bob@" .. dom }
    end
  end
end

setting "f_attr_unknown" {}
setting "f_cafile_other" { receiver = { certificate = signed_by "Other CA" {} } }
setting "f_cafile_other_ok_cert" {}
setting "f_comment_behind" {}
setting "f_dane_global_disable_dns" {
  zone = "sec.example",
  relayed = true,
  tlsa = "another key",
  receiver = { certificate = self_signed {} },
}
setting "f_dane_global_mismatch" {
  zone = "sec.example",
  tlsa = "another key",
  receiver = { certificate = self_signed {} },
}
setting "f_dane_match" {
  zone = "sec.example",
  tlsa = "leaf",
  receiver = { certificate = self_signed {} },
}
setting "f_dane_tafile_absent" {
  zone = "sec.example",
  tlsa = "leaf",
  receiver = { certificate = self_signed {} },
}
setting "f_daneonly_native" {
  zone = "sec.example",
  tlsa = "leaf",
  receiver = { certificate = self_signed {} },
}
setting "f_daneonly_no_dnssec" {
  zone = "sec.example",
  tlsa = "leaf",
  receiver = { certificate = self_signed {} },
}
setting "f_discard_starttls" {}
setting "f_encrypt_13_on_13" { receiver = { versions = { "TLSv1.3" } } }
setting "f_encrypt_ciphers_bad" {}
setting "f_encrypt_ciphers_empty" {}
setting "f_encrypt_exclude" {}
setting "f_encrypt_le12_on_13" { receiver = { versions = { "TLSv1.3" } } }
setting "f_encrypt_not12_on_12" { receiver = { versions = { "TLSv1.2" } } }
setting "f_encrypt_not13_on_13" { receiver = { versions = { "TLSv1.3" } } }
setting "f_encrypt_protocols_bad" {}
setting "f_encrypt_protocols_colon" {}
setting "f_encrypt_protocols_empty" {}
setting "f_encrypt_protocols_twice" {}
setting "f_fp_cert_md5" { pins = "receiver", receiver = { certificate = self_signed {} } }
setting "f_fp_cert_sha1" { pins = "receiver", receiver = { certificate = self_signed {} } }
setting "f_fp_cert_sha256_nocolon" {
  pins = "receiver",
  receiver = { certificate = self_signed {} },
}
setting "f_fp_of_issuer" {
  pins = "letter",
  receiver = { certificate = signed_by "Unknown CA" {} },
}
setting "f_fp_two_one_right" { pins = "receiver", receiver = { certificate = self_signed {} } }
setting "f_insecure_mx_dane_mismatch" {
  host = "mx-dest.sec.example",
  tlsa = "another key",
  unsigned_mx = true,
  receiver = { certificate = self_signed {} },
}
setting "f_insecure_mx_encrypt_mismatch" {
  host = "mx-dest.sec.example",
  tlsa = "another key",
  unsigned_mx = true,
  receiver = { certificate = self_signed {} },
}
setting "f_insecure_mx_encrypt_plain" {
  host = "mx-dest.sec.example",
  tlsa = "leaf",
  unsigned_mx = true,
  receiver = { certificate = self_signed {}, starttls = "absent" },
}
setting "f_insecure_mx_may_mismatch" {
  host = "mx-dest.sec.example",
  tlsa = "another key",
  unsigned_mx = true,
  receiver = { certificate = self_signed {} },
}
setting "f_key_dup_last" { receiver = { starttls = "absent" } }
setting "f_key_parent_and_own" { receiver = { starttls = "absent" } }
setting "f_key_parent_nodot" { receiver = { starttls = "absent" } }
setting "f_key_trailing_dot" { receiver = { starttls = "absent" } }
setting "f_level_empty" {}
setting "f_level_empty_map_encrypt" { receiver = { starttls = "absent" } }
setting "f_level_unknown" {}
setting "f_level_upper" {}
setting "f_map_maponly_star_texthash" { receiver = { starttls = "absent" } }
setting "f_match_comma" {}
setting "f_match_dot_hosting" { host = "mx-dest.hosting.example" }
setting "f_match_dot_nexthop" {
  receiver = { certificate = signed_by "Lab Root CA" { names = { "dest.plain.example" } } },
}
setting "f_match_hosting_exact" { host = "mx-dest.hosting.example" }
setting "f_match_nexthop" {
  host = "mx-dest.hosting.example",
  receiver = { certificate = signed_by "Lab Root CA" { names = { "dest.plain.example" } } },
}
setting "f_match_nexthop_only_host_cert" {}
setting "f_match_trailing_dot" {
  receiver = { certificate = signed_by "Lab Root CA" { names = { "dest.plain.example" } } },
}
setting "f_match_twice" {}
setting "f_match_upper" { host = "mx-dest.hosting.example" }
setting "f_may_13_on_12" { receiver = { versions = { "TLSv1.2" } } }
setting "f_may_match" {}
setting "f_nexthop_bracket" { relayed = true, receiver = { starttls = "absent" } }
setting "f_nexthop_bracket_noport_key" { relayed = true, receiver = { starttls = "absent" } }
setting "f_nexthop_secure_default_match" { relayed = true }
setting "f_protocols_list_old" {}
setting "f_secure_cert_match_hostname" { host = "mx-dest.hosting.example" }
setting "f_secure_cert_match_in_map" { host = "mx-dest.hosting.example" }
setting "f_secure_global_none_map" {}
setting "f_servername_bad" {}
setting "f_servername_hostname" {}
setting "f_soft_bounce_502" { receiver = { starttls = "refused 502" } }
setting "f_tafile_bad" {}
setting "f_tafile_good" { receiver = { certificate = signed_by "Other CA" {} } }
setting "f_use_tls_beside_level" { receiver = { starttls = "absent" } }
setting "f_value_empty" {}

matrix("settings", { rows = { state = configurations }, columns = { level = { "conf" } },
  attempts = 2, play = function(play) return play() end })
