-- MTA-STS: what becomes of a policy, against what becomes of a receiver. A real Postfix with a
-- policy daemon was measured in these cells (tests/vectors/postfix). Where that daemon departs from
-- RFC 8461, we follow the RFC: mta_sts_known_differences.csv names each such cell.

local dest, mx, other = "dest.example", "mx.dest.example", "some-other-host.example"

local function listed(names) return signed_by "Lab Root CA" { names = names } end

-- The receiver: its host's name, its options, the MX patterns of the policy, its TLSA records.
local receivers = {
  trusted_ok      = {},
  no_starttls     = { with = function() return { starttls = "absent" } end },
  starttls_454    = { with = function() return { starttls = "refused 454" } end },
  handshake_alert = { with = function() return { starttls = "alerts" } end },
  tls10_only      = { with = function() return { versions = { "TLSv1.0" } } end },
  self_signed     = { with = function() return { certificate = self_signed {} } end },
  untrusted_ca    = { with = function() return { certificate = signed_by "Unknown CA" {} } end },
  expired         = {
    with = function() return { certificate = signed_by "Lab Root CA" { expired = true } } end,
  },
  wrong_name      = { with = function() return { certificate = listed { other } } end },
  cn_only         = {
    with = function()
      return { certificate = signed_by "Lab Root CA" { names = {}, common_name = mx } }
    end,
  },
  -- The policy names another host. The certificate names that one, or the MX host.
  mx_not_listed_cert_names_listed = {
    mx = { other }, with = function() return { certificate = listed { other } } end,
  },
  mx_not_listed_cert_names_mx = { mx = { other } },
  -- Both are listed; the certificate is the other's.
  mx_listed_cert_names_other_listed = {
    mx = { mx, other }, with = function() return { certificate = listed { other } } end,
  },
  policy_wildcard_ok = { mx = { "*." .. dest } },
  policy_wildcard_mx_two_labels = { host = "mx.a." .. dest, mx = { "*." .. dest } },
  policy_wildcard_cert_wildcard = {
    mx = { "*." .. dest }, with = function() return { certificate = listed { "*." .. dest } } end,
  },
  policy_exact_cert_wildcard = {
    with = function() return { certificate = listed { "*." .. dest } } end,
  },
  tlsa_match_pkix_ok = { of = "leaf" },
  tlsa_mismatch_pkix_ok = { of = "another key" },
  tlsa_match_self_signed = {
    of = "leaf", with = function() return { certificate = self_signed {} } end,
  },
}

-- All other single hosts of postfix.lua, in its words: what its zone and its certificate are, and
-- `opts`, what the receiver has besides.
local singles = {
  requires_starttls = { opts = { starttls = "required" } },
  starttls_501 = { opts = { starttls = "refused 501" } },
  starttls_502 = { opts = { starttls = "refused 502" } },
  starttls_drop = { opts = { starttls = "drops" } },
  starttls_drop_after_hello = { opts = { starttls = "drops after hello" } },
  handshake_garbage = { opts = { starttls = "talks garbage" } },
  reply_injected = { opts = { starttls = "injects a reply" } },
  reply_injected_ehlo = { opts = { starttls = "injects an EHLO answer" } },
  reply_injected_late = { opts = { starttls = "injects a reply late" } },
  ehlo_rejected = { opts = { replies = { EHLO = "502 5.5.1 Command not implemented" } } },
  ehlo_drop = { opts = { replies = { EHLO = "drops" } } },
  tls_ok_then_ehlo_421 = {
    opts = { replies_in_tls = { EHLO = "421 4.3.2 service shutting down" } } },
  tls_ok_then_drop_at_mail = { opts = { replies_in_tls = { MAIL = "drops" } } },
  rcpt_450 = { opts = { replies = { RCPT = "450 4.2.0 mailbox busy" } } },
  rcpt_550 = { opts = { replies = { RCPT = "550 5.1.1 no such user" } } },
  starttls_ok_trusted = {},
  ok_trusted_foreign_mx = { host = "@hosting" },
  not_yet_valid = { cert = "not_yet_valid" },
  cn_match_san_other = { cert = "cn_match_san_other" },
  san_uppercase = { cert = "san_upper" },
  wildcard_san = { cert = "wildcard" },
  wildcard_san_two_labels = { host = "mx.a", cert = "wildcard" },
  san_is_nexthop_domain = { cert = "san_nexthop" },
  san_is_nexthop_foreign_mx = { host = "@hosting", cert = "san_nexthop" },
  incomplete_chain = { cert = "incomplete_chain" },
  via_intermediate = { cert = "via_intermediate" },
  rsa1024_cert = { cert = "rsa1024" },
  sha1_signed_cert = { cert = "sha1" },
  client_auth_eku_only = { cert = "client_eku" },
  tls11_only = { opts = { versions = { "TLSv1.1" } } },
  tls12_only = { opts = { versions = { "TLSv1.2" } } },
  tls13_only = { opts = { versions = { "TLSv1.3" } } },
  null_cipher_only = {
    opts = { versions = { "TLSv1.2" },
             ciphers = { "TLS_ECDHE_ECDSA_WITH_NULL_SHA" } } },
  anon_cipher_only = {
    opts = { versions = { "TLSv1.2" },
             ciphers = { "TLS_ECDH_anon_WITH_AES_256_CBC_SHA" } } },
  anon_or_cert_cipher = { opts = { versions = { "TLSv1.2" } } },
  cbc_sha1_cipher_only = {
    opts = { versions = { "TLSv1.2" },
             ciphers = { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" } } },
  no_mx_a_only = { implicit = true },
  null_mx = { null_mx = true },
  mx_host_nxdomain = { nx = true },
  mx_lookup_bogus = { signed = true, bogus = "MX" },
  connection_refused = { opts = { listens = false } },
  signed_no_tlsa_ok = { signed = true },
  signed_no_tlsa_self_signed = { signed = true, cert = "self_signed" },
  signed_no_tlsa_no_starttls = { signed = true, opts = { starttls = "absent" } },
  signed_no_tlsa_handshake_alert = { signed = true, opts = { starttls = "alerts" } },
  tlsa_311_match = { signed = true, cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  tlsa_311_match_pkix_ok_cert = { signed = true, tlsa = { { 3, 1, 1, "leaf" } } },
  tlsa_311_mismatch = { signed = true, cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
  tlsa_311_mismatch_pkix_ok_cert = { signed = true, tlsa = { { 3, 1, 1, "other" } } },
  tlsa_301_match = { signed = true, cert = "self_signed", tlsa = { { 3, 0, 1, "leaf" } } },
  tlsa_312_match = { signed = true, cert = "self_signed", tlsa = { { 3, 1, 2, "leaf" } } },
  tlsa_310_match = { signed = true, cert = "self_signed", tlsa = { { 3, 1, 0, "leaf" } } },
  tlsa_211_match = { signed = true, cert = "ta", tlsa = { { 2, 1, 1, "ta" } } },
  tlsa_201_match = { signed = true, cert = "ta", tlsa = { { 2, 0, 1, "ta" } } },
  tlsa_211_mismatch = { signed = true, cert = "ta", tlsa = { { 2, 1, 1, "other" } } },
  tlsa_211_match_wrong_name = { signed = true, cert = "ta_wrong_name",
    tlsa = { { 2, 1, 1, "ta" } } },
  tlsa_211_match_nexthop_name = { signed = true, cert = "ta_nexthop",
    tlsa = { { 2, 1, 1, "ta" } } },
  tlsa_211_match_expired = { signed = true, cert = "ta_expired", tlsa = { { 2, 1, 1, "ta" } } },
  tlsa_211_match_ta_not_sent = { signed = true, cert = "ta_not_sent",
    tlsa = { { 2, 1, 1, "ta" } } },
  tlsa_usage0_only = { signed = true, tlsa = { { 0, 1, 1, "root" } } },
  tlsa_usage1_only = { signed = true, tlsa = { { 1, 1, 1, "leaf" } } },
  tlsa_usage1_only_self_signed = { signed = true, cert = "self_signed",
    tlsa = { { 1, 1, 1, "leaf" } } },
  tlsa_usage1_only_no_starttls = { signed = true, tlsa = { { 1, 1, 1, "leaf" } },
    opts = { starttls = "absent" } },
  tlsa_usage1_plus_311_mismatch = { signed = true,
    tlsa = { { 1, 1, 1, "leaf" }, { 3, 1, 1, "other" } } },
  tlsa_usage1_plus_311_match = { signed = true, cert = "self_signed",
    tlsa = { { 1, 1, 1, "other" }, { 3, 1, 1, "leaf" } } },
  tlsa_unsupported_matching = { signed = true, cert = "self_signed",
    tlsa = { { 3, 1, 255, "leaf" } } },
  tlsa_unsupported_selector = { signed = true, cert = "self_signed",
    tlsa = { { 3, 9, 1, "leaf" } } },
  tlsa_malformed_short_digest = { signed = true, cert = "self_signed",
    tlsa = { { 3, 1, 1, "short" } } },
  tlsa_match_but_no_starttls = { signed = true, tlsa = { { 3, 1, 1, "leaf" } },
    opts = { starttls = "absent" } },
  tlsa_match_starttls_454 = { signed = true, tlsa = { { 3, 1, 1, "leaf" } },
    opts = { starttls = "refused 454" } },
  tlsa_match_starttls_502 = { signed = true, tlsa = { { 3, 1, 1, "leaf" } },
    opts = { starttls = "refused 502" } },
  tlsa_match_ehlo_rejected = { signed = true, tlsa = { { 3, 1, 1, "leaf" } },
    opts = { replies = { EHLO = "502 5.5.1 Command not implemented" } } },
  tlsa_match_reply_injected = { signed = true, cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } },
    opts = { starttls = "injects a reply" } },
  tlsa_match_handshake_alert = { signed = true, tlsa = { { 3, 1, 1, "leaf" } },
    opts = { starttls = "alerts" } },
  tlsa_match_expired_selfsigned = { signed = true, cert = "self_signed_expired",
    tlsa = { { 3, 1, 1, "leaf" } } },
  tlsa_match_wrong_name = { signed = true, cert = "self_signed_wrong_name",
    tlsa = { { 3, 1, 1, "leaf" } } },
  tlsa_match_tls10_only = { signed = true, cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } },
    opts = { versions = { "TLSv1.0" } } },
  tlsa_rollover = { signed = true, cert = "self_signed",
    tlsa = { { 3, 1, 1, "other" }, { 3, 1, 1, "leaf" } } },
  tlsa_311_stale_plus_211_match = { signed = true, cert = "ta",
    tlsa = { { 3, 1, 1, "other" }, { 2, 1, 1, "ta" } } },
  tlsa_sha512_stale_sha256_match = { signed = true, cert = "self_signed",
    tlsa = { { 3, 1, 2, "other" }, { 3, 1, 1, "leaf" } } },
  tlsa_in_unsigned_zone_match = { cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  tlsa_in_unsigned_zone_mismatch = { cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
  tlsa_in_unsigned_zone_no_starttls = { tlsa = { { 3, 1, 1, "leaf" } },
    opts = { starttls = "absent" } },
  tlsa_lookup_servfail = { signed = true, tlsa = { { 3, 1, 1, "leaf" } }, bogus = "TLSA" },
  mx_host_a_lookup_bogus = { signed = true, tlsa = { { 3, 1, 1, "leaf" } }, bogus = "A" },
  mx_unsigned_host_signed_match = { host = "@sec", cert = "self_signed",
    tlsa = { { 3, 1, 1, "leaf" } } },
  mx_unsigned_host_signed_mismatch = { host = "@sec", cert = "self_signed",
    tlsa = { { 3, 1, 1, "other" } } },
  mx_unsigned_host_signed_no_starttls = { host = "@sec", tlsa = { { 3, 1, 1, "leaf" } },
    opts = { starttls = "absent" } },
  mx_signed_host_unsigned_mismatch = { signed = true, host = "@hosting", cert = "self_signed",
    tlsa = { { 3, 1, 1, "other" } } },
  tlsa_at_cname_target = { signed = true, cert = "self_signed",
    tlsa = { { 3, 1, 1, "leaf" } }, alias = true },
  implicit_mx_tlsa_match = { signed = true, cert = "self_signed",
    tlsa = { { 3, 1, 1, "leaf" } }, implicit = true },
}

local function body(lines) return table.concat(lines, "\r\n") .. "\r\n" end

-- The policy before the mail that is judged: `first` is what an earlier mail found, `now` what
-- there has been since, `wait` for how long.
local policies = {
  policy_ok       = {},
  policy_enforce  = {},
  policy_testing  = {},
  policy_absent   = { now = { txt = {}, https = "refused" } },
  -- Nobody answers the question for a policy.
  policy_daemon_down = { fails = "servfail" },
  txt_missing     = { now = { txt = {} } },
  txt_two_records = { now = { txt = { "v=STSv1; id=1;", "v=STSv1; id=2;" } } },
  txt_without_id  = { now = { txt = { "v=STSv1;" } } },
  txt_other_plus_sts = { now = { txt = { "something else", "v=STSv1; id=1;" } } },
  https_404       = { now = { https = "404" } },
  https_500       = { now = { https = "500" } },
  https_refused   = { now = { https = "refused" } },
  https_stalls    = { now = { https = "stalls" } },
  redirect_301    = { now = { https = "redirect" } },
  content_type_html = { now = { https = "html" } },
  https_cert_untrusted = {
    now = function() return { certificate = signed_by "Unknown CA" {} } end,
  },
  https_cert_wrong_name = { now = function() return { certificate = listed { other } } end },
  https_cert_expired = {
    now = function() return { certificate = signed_by "Lab Root CA" { expired = true } } end,
  },
  malformed_garbage = { now = { body = "this is no policy\r\n" } },
  malformed_no_version = {
    now = { body = body { "mode: enforce", "mx: " .. mx, "max_age: 86400" } },
  },
  malformed_bad_mode = {
    now = { body = body { "version: STSv1", "mode: strict", "mx: " .. mx, "max_age: 86400" } },
  },
  malformed_no_mx = {
    now = { body = body { "version: STSv1", "mode: enforce", "max_age: 86400" } },
  },
  malformed_no_max_age = {
    now = { body = body { "version: STSv1", "mode: enforce", "mx: " .. mx } },
  },
  lf_line_endings = {
    now = { body = "version: STSv1\nmode: enforce\nmx: *." .. dest .. "\nmax_age: 86400\n" },
  },
  max_age_zero = { now = { max_age = "0 s" } },
  cached_then_https_404_same_id = { first = { id = "1" }, now = { id = "1", https = "404" } },
  cached_then_https_404_new_id = { first = { id = "1" }, now = { id = "2", https = "404" } },
  cached_then_txt_removed = { first = {}, now = { txt = {} } },
  cached_then_mode_none_new_id = { first = { id = "1" }, now = { id = "2", mode = "none" } },
  cached_then_mode_none_same_id = { first = { id = "1" }, now = { id = "1", mode = "none" } },
  cached_expired_same_id = {
    first = { id = "1", max_age = "1 minute" }, wait = "2 minutes", now = {},
  },
  cached_expired_then_https_404 = {
    first = { id = "1", max_age = "1 minute" }, wait = "2 minutes", now = { https = "404" },
  },
}

local measured = shared "receivers.lua"

-- A single host, as `play` takes a receiver: its host, its options, and what its zone has.
local function single(words)
  local zone = ({ ["@hosting"] = "hosting.example", ["@sec"] = "secure.example" })[words.host]
  local shown = words.implicit and dest or zone and "mx." .. zone or
    (words.host or "mx") .. "." .. dest
  local host = words.alias and "real." .. shown or shown
  local tlsa = {}
  for _, t in ipairs(words.tlsa or {}) do
    tlsa[#tlsa + 1] = { host = host, usage = t[1], selector = t[2], matching = t[3],
                        of = measured.made_of[t[4]] }
  end
  local owner = ({ MX = dest, TLSA = "_25._tcp." .. host, A = host })[words.bogus]
  return {
    host = host, implicit = words.implicit, alias = words.alias and shown or nil,
    signed = words.signed, mx = { shown },
    with = function()
      local options = { certificate = words.cert and measured.certificates[words.cert](mx, dest)
        or nil }
      for key, value in pairs(words.opts or {}) do options[key] = value end
      return options
    end,
    zone = { tlsa = tlsa, null_mx = words.null_mx, mx = words.nx and { "nx." .. dest } or nil },
    fails = owner and { name = owner, type = words.bogus, how = "bogus" } or nil,
  }
end
for name, words in pairs(singles) do receivers[name] = single(words) end

local function play(policy, state, level, mode)
  local alice = sender "mail.alice.example" { mta_sts = true, tls = level }
  domain "secure.example" { signed = "yes" }
  local bob = receiver(state.host or mx) { serves = dest, implicit_mx = state.implicit,
                                           known_as = state.alias }
  local at_dest = domain(dest) { signed = (state.of or state.signed) and "yes" or "no",
                                 mta_sts = { mode = mode, mx = state.mx } }
  if policy.first then
    at_dest:changes { mta_sts = policy.first }
    local earlier = alice:sends { to = "carol@" .. dest }
    after "1 second"
    expect(earlier).attempts(1) -- with it the policy was fetched, whatever became of the mail
  end
  bob:changes(state.with and state.with() or {})
  if state.of then
    at_dest:changes { tlsa = { usage = 3, selector = 1, matching = 1, of = state.of } }
  end
  if state.zone then at_dest:changes(state.zone) end
  local now = policy.now or {}
  at_dest:changes { mta_sts = type(now) == "function" and now() or now }
  local fails = { state.fails }
  if policy.fails then
    table.insert(fails, { name = "_mta-sts." .. dest, type = "TXT", how = policy.fails })
  end
  if #fails > 0 then at_dest:changes { fails = fails } end
  if policy.wait then after(policy.wait) end
  return alice:sends { to = "bob@" .. dest }
end

local function only(all, names)
  local out = {}
  for _, name in ipairs(names) do out[name] = all[name] end
  return out
end
local function without(all, names)
  local out = {}
  for name, value in pairs(all) do out[name] = value end
  for _, name in ipairs(names) do out[name] = nil end
  return out
end
local tlsa = { "tlsa_match_pkix_ok", "tlsa_mismatch_pkix_ok", "tlsa_match_self_signed" }
local with_dane = { "policy_enforce", "policy_testing", "policy_absent" }

local modes = { "enforce", "testing", "none" }
matrix("every policy, and what the cache makes of it, against every receiver", {
  rows    = { policy_state = without(policies, with_dane), state = without(receivers, tlsa) },
  columns = { base_level = { "may" }, mode = modes },
  play    = play,
})
for _, case in ipairs { { "policy_enforce", "enforce" }, { "policy_testing", "testing" },
                        { "policy_absent", "enforce" } } do
  matrix("beside DANE: " .. case[1], {
    rows    = { policy_state = only(policies, { case[1] }), state = only(receivers, tlsa) },
    columns = { base_level = { "dane" }, mode = { case[2] } },
    play    = play,
  })
end
