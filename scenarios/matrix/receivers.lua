-- The receivers that real MTAs were measured against (tests/vectors/postfix/README.md), and how
-- they are built. What a state's host lacks below, it has as a good receiver would.

local states = {
  -- What becomes of STARTTLS
  no_starttls = { { starttls = "absent" } },
  requires_starttls = { { starttls = "required" } },
  starttls_454 = { { starttls = "refused 454" } },
  starttls_501 = { { starttls = "refused 501" } },
  starttls_502 = { { starttls = "refused 502" } },
  starttls_drop = { { starttls = "drops" } },
  starttls_drop_after_hello = { { starttls = "drops after hello" } },
  handshake_alert = { { starttls = "alerts" } },
  handshake_garbage = { { starttls = "talks garbage" } },
  reply_injected = { { starttls = "injects a reply" } },
  reply_injected_ehlo = { { starttls = "injects an EHLO answer" } },
  reply_injected_late = { { starttls = "injects a reply late" } },
  ehlo_rejected = { { replies = { EHLO = "502 5.5.1 Command not implemented" } } },
  ehlo_drop = { { replies = { EHLO = "drops" } } },
  tls_ok_then_ehlo_421 = { { replies_in_tls = { EHLO = "421 4.3.2 service shutting down" } } },
  tls_ok_then_drop_at_mail = { { replies_in_tls = { MAIL = "drops" } } },
  rcpt_450 = { { replies = { RCPT = "450 4.2.0 mailbox busy" } } },
  rcpt_550 = { { replies = { RCPT = "550 5.1.1 no such user" } } },

  -- Certificates
  starttls_ok_trusted = { {} },
  ok_trusted_foreign_mx = { { host = "@hosting" } },
  self_signed = { { cert = "self_signed" } },
  untrusted_ca = { { cert = "untrusted_ca" } },
  expired = { { cert = "expired" } },
  not_yet_valid = { { cert = "not_yet_valid" } },
  wrong_name = { { cert = "wrong_name" } },
  cn_only = { { cert = "cn_only" } },
  cn_match_san_other = { { cert = "cn_match_san_other" } },
  san_uppercase = { { cert = "san_upper" } },
  wildcard_san = { { cert = "wildcard" } },
  wildcard_san_two_labels = { { host = "mx.a", cert = "wildcard" } },
  san_is_nexthop_domain = { { cert = "san_nexthop" } },
  san_is_nexthop_foreign_mx = { { host = "@hosting", cert = "san_nexthop" } },
  incomplete_chain = { { cert = "incomplete_chain" } },
  via_intermediate = { { cert = "via_intermediate" } },
  rsa1024_cert = { { cert = "rsa1024" } },
  sha1_signed_cert = { { cert = "sha1" } },
  client_auth_eku_only = { { cert = "client_eku" } },

  -- Versions and ciphers
  tls10_only = { { versions = { "TLSv1.0" } } },
  tls11_only = { { versions = { "TLSv1.1" } } },
  tls12_only = { { versions = { "TLSv1.2" } } },
  tls13_only = { { versions = { "TLSv1.3" } } },
  null_cipher_only = {
    { versions = { "TLSv1.2" },
      ciphers = { "TLS_ECDHE_ECDSA_WITH_NULL_SHA", "TLS_ECDHE_RSA_WITH_NULL_SHA" } },
  },
  anon_cipher_only = {
    { versions = { "TLSv1.2" },
      ciphers = { "TLS_ECDH_anon_WITH_AES_256_CBC_SHA", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA" } },
  },
  anon_or_cert_cipher = { { versions = { "TLSv1.2" } } },
  cbc_sha1_cipher_only = {
    { versions = { "TLSv1.2" }, ciphers = { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" } },
  },

  -- Routing
  no_mx_a_only = { { implicit_mx = true } },
  null_mx = { null_mx = true, {} },
  mx_host_nxdomain = { { host = "nx", no_address = true } },
  mx_lookup_bogus = { signed = true, bogus_mx = true, {} },
  connection_refused = { { listens = false } },

  -- Several hosts
  multi_1st_no_starttls = { { host = "mx1", starttls = "absent" }, { host = "mx2" } },
  multi_1st_454 = { { host = "mx1", starttls = "refused 454" }, { host = "mx2" } },
  multi_1st_untrusted_ca = { { host = "mx1", cert = "untrusted_ca" }, { host = "mx2" } },
  multi_1st_self_signed = { { host = "mx1", cert = "self_signed" }, { host = "mx2" } },
  multi_1st_wrong_name = { { host = "mx1", cert = "wrong_name" }, { host = "mx2" } },
  multi_1st_expired = { { host = "mx1", cert = "expired" }, { host = "mx2" } },
  multi_1st_handshake_alert = { { host = "mx1", starttls = "alerts" }, { host = "mx2" } },
  multi_1st_starttls_drop = { { host = "mx1", starttls = "drops after hello" }, { host = "mx2" } },
  multi_1st_tls10_only = { { host = "mx1", versions = { "TLSv1.0" } }, { host = "mx2" } },
  multi_1st_refused = { { host = "mx1", listens = false }, { host = "mx2" } },
  multi_1st_refused_2nd_no_starttls = {
    { host = "mx1", listens = false },
    { host = "mx2", starttls = "absent" },
  },
  multi_1st_alert_2nd_no_starttls = {
    { host = "mx1", starttls = "alerts" },
    { host = "mx2", starttls = "absent" },
  },
  multi_both_handshake_alert = {
    { host = "mx1", starttls = "alerts" },
    { host = "mx2", starttls = "alerts" },
  },
  multi_1st_ok_2nd_no_starttls = {
    { host = "mx1", good = true },
    { host = "mx2", starttls = "absent" },
  },
  multi_1st_502 = { { host = "mx1", starttls = "refused 502" }, { host = "mx2" } },
  multi_both_502 = {
    { host = "mx1", starttls = "refused 502" },
    { host = "mx2", starttls = "refused 502" },
  },
  multi_1st_alert_2nd_refused = {
    { host = "mx1", starttls = "alerts" },
    { host = "mx2", listens = false },
  },
  multi_1st_refused_2nd_handshake_alert = {
    { host = "mx1", listens = false },
    { host = "mx2", starttls = "alerts" },
  },
  multi_1st_rcpt_550_over_tls = {
    { host = "mx1", replies = { RCPT = "550 5.1.1 no such user" } },
    { host = "mx2" },
  },
  multi3_no_starttls_no_starttls_ok = {
    { host = "mx1", starttls = "absent" },
    { host = "mx2", starttls = "absent" },
    { host = "mx3" },
  },
  multi3_alert_alert_ok = {
    { host = "mx1", starttls = "alerts" },
    { host = "mx2", starttls = "alerts" },
    { host = "mx3" },
  },
  multi3_untrusted_untrusted_ok = {
    { host = "mx1", cert = "untrusted_ca" },
    { host = "mx2", cert = "untrusted_ca" },
    { host = "mx3" },
  },
  multi3_refused_refused_ok = {
    { host = "mx1", listens = false },
    { host = "mx2", listens = false },
    { host = "mx3" },
  },

  -- DANE
  signed_no_tlsa_ok = { signed = true, {} },
  signed_no_tlsa_self_signed = { signed = true, { cert = "self_signed" } },
  signed_no_tlsa_no_starttls = { signed = true, { starttls = "absent" } },
  signed_no_tlsa_handshake_alert = { signed = true, { starttls = "alerts" } },
  tlsa_311_match = { signed = true, { cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } } },
  tlsa_311_match_pkix_ok_cert = { signed = true, { tlsa = { { 3, 1, 1, "leaf" } } } },
  tlsa_311_mismatch = { signed = true, { cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } } },
  tlsa_311_mismatch_pkix_ok_cert = { signed = true, { tlsa = { { 3, 1, 1, "other" } } } },
  tlsa_301_match = { signed = true, { cert = "self_signed", tlsa = { { 3, 0, 1, "leaf" } } } },
  tlsa_312_match = { signed = true, { cert = "self_signed", tlsa = { { 3, 1, 2, "leaf" } } } },
  tlsa_310_match = { signed = true, { cert = "self_signed", tlsa = { { 3, 1, 0, "leaf" } } } },
  tlsa_211_match = { signed = true, { cert = "ta", tlsa = { { 2, 1, 1, "ta" } } } },
  tlsa_201_match = { signed = true, { cert = "ta", tlsa = { { 2, 0, 1, "ta" } } } },
  tlsa_211_mismatch = { signed = true, { cert = "ta", tlsa = { { 2, 1, 1, "other" } } } },
  tlsa_211_match_wrong_name = { signed = true,
    { cert = "ta_wrong_name", tlsa = { { 2, 1, 1, "ta" } } },
  },
  tlsa_211_match_nexthop_name = { signed = true,
    { cert = "ta_nexthop", tlsa = { { 2, 1, 1, "ta" } } },
  },
  tlsa_211_match_expired = { signed = true, { cert = "ta_expired", tlsa = { { 2, 1, 1, "ta" } } } },
  tlsa_211_match_ta_not_sent = { signed = true,
    { cert = "ta_not_sent", tlsa = { { 2, 1, 1, "ta" } } },
  },
  tlsa_usage0_only = { signed = true, { tlsa = { { 0, 1, 1, "root" } } } },
  tlsa_usage1_only = { signed = true, { tlsa = { { 1, 1, 1, "leaf" } } } },
  tlsa_usage1_only_self_signed = { signed = true,
    { cert = "self_signed", tlsa = { { 1, 1, 1, "leaf" } } },
  },
  tlsa_usage1_only_no_starttls = { signed = true,
    { starttls = "absent", tlsa = { { 1, 1, 1, "leaf" } } },
  },
  tlsa_usage1_plus_311_mismatch = { signed = true,
    { tlsa = { { 1, 1, 1, "leaf" }, { 3, 1, 1, "other" } } },
  },
  tlsa_usage1_plus_311_match = { signed = true,
    { cert = "self_signed", tlsa = { { 1, 1, 1, "other" }, { 3, 1, 1, "leaf" } } },
  },
  tlsa_unsupported_matching = { signed = true,
    { cert = "self_signed", tlsa = { { 3, 1, 255, "leaf" } } },
  },
  tlsa_unsupported_selector = { signed = true,
    { cert = "self_signed", tlsa = { { 3, 9, 1, "leaf" } } },
  },
  tlsa_malformed_short_digest = { signed = true,
    { cert = "self_signed", tlsa = { { 3, 1, 1, "short" } } },
  },
  tlsa_match_but_no_starttls = { signed = true,
    { starttls = "absent", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_match_starttls_454 = { signed = true,
    { starttls = "refused 454", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_match_starttls_502 = { signed = true,
    { starttls = "refused 502", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_match_ehlo_rejected = { signed = true,
    { replies = { EHLO = "502 5.5.1 Command not implemented" }, tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_match_reply_injected = { signed = true,
    { cert = "self_signed", starttls = "injects a reply", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_match_handshake_alert = { signed = true,
    { starttls = "alerts", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_match_expired_selfsigned = { signed = true,
    { cert = "self_signed_expired", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_match_wrong_name = { signed = true,
    { cert = "self_signed_wrong_name", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_match_tls10_only = { signed = true,
    { cert = "self_signed", versions = { "TLSv1.0" }, tlsa = { { 3, 1, 1, "leaf" } } },
  },
  tlsa_rollover = { signed = true,
    { cert = "self_signed", tlsa = { { 3, 1, 1, "other" }, { 3, 1, 1, "leaf" } } },
  },
  tlsa_311_stale_plus_211_match = { signed = true,
    { cert = "ta", tlsa = { { 3, 1, 1, "other" }, { 2, 1, 1, "ta" } } },
  },
  tlsa_sha512_stale_sha256_match = { signed = true,
    { cert = "self_signed", tlsa = { { 3, 1, 2, "other" }, { 3, 1, 1, "leaf" } } },
  },
  tlsa_in_unsigned_zone_match = { { cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } } },
  tlsa_in_unsigned_zone_mismatch = { { cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } } },
  tlsa_in_unsigned_zone_no_starttls = { { starttls = "absent", tlsa = { { 3, 1, 1, "leaf" } } } },
  tlsa_lookup_servfail = { signed = true, { tlsa = { { 3, 1, 1, "leaf" } }, bogus = "TLSA" } },
  mx_host_a_lookup_bogus = { signed = true, { tlsa = { { 3, 1, 1, "leaf" } }, bogus = "A" } },
  mx_unsigned_host_signed_match = {
    { host = "@sec", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  mx_unsigned_host_signed_mismatch = {
    { host = "@sec", cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
  },
  mx_unsigned_host_signed_no_starttls = {
    { host = "@sec", starttls = "absent", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  mx_signed_host_unsigned_mismatch = { signed = true,
    { host = "@hosting", cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
  },
  tlsa_at_cname_target = { signed = true,
    { cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } }, alias = true },
  },
  implicit_mx_tlsa_match = { signed = true,
    { cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } }, implicit_mx = true },
  },

  -- DANE with several hosts
  dmulti_1st_mismatch_2nd_match = { signed = true,
    { host = "mx1", cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
    { host = "mx2", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  dmulti_1st_no_starttls_2nd_match = { signed = true,
    { host = "mx1", starttls = "absent", tlsa = { { 3, 1, 1, "leaf" } } },
    { host = "mx2", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  dmulti_1st_alert_2nd_match = { signed = true,
    { host = "mx1", starttls = "alerts", tlsa = { { 3, 1, 1, "leaf" } } },
    { host = "mx2", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  dmulti_1st_servfail_2nd_match = { signed = true,
    { host = "mx1", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } }, bogus = "TLSA" },
    { host = "mx2", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  dmulti_1st_no_tlsa_2nd_match = { signed = true,
    { host = "mx1", cert = "self_signed" },
    { host = "mx2", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  dmulti_1st_mismatch_2nd_no_tlsa = { signed = true,
    { host = "mx1", cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
    { host = "mx2", cert = "self_signed" },
  },
  dmulti_1st_mismatch_2nd_no_tlsa_no_starttls = { signed = true,
    { host = "mx1", cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
    { host = "mx2", starttls = "absent" },
  },
  dmulti_1st_match_2nd_mismatch = { signed = true,
    { host = "mx1", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } }, good = true },
    { host = "mx2", cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
  },
  dmulti_1st_refused_2nd_match = { signed = true,
    { host = "mx1", cert = "self_signed", listens = false, tlsa = { { 3, 1, 1, "leaf" } } },
    { host = "mx2", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } } },
  },
  dmulti_1st_refused_2nd_no_tlsa = { signed = true,
    { host = "mx1", cert = "self_signed", listens = false, tlsa = { { 3, 1, 1, "leaf" } } },
    { host = "mx2", cert = "self_signed" },
  },
  dmulti_1st_refused_2nd_no_tlsa_no_starttls = { signed = true,
    { host = "mx1", cert = "self_signed", listens = false, tlsa = { { 3, 1, 1, "leaf" } } },
    { host = "mx2", starttls = "absent" },
  },
  dmulti_1st_servfail_2nd_no_tlsa = { signed = true,
    { host = "mx1", cert = "self_signed", tlsa = { { 3, 1, 1, "leaf" } }, bogus = "TLSA" },
    { host = "mx2", cert = "self_signed" },
  },
  dmulti_both_mismatch = { signed = true,
    { host = "mx1", cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
    { host = "mx2", cert = "self_signed", tlsa = { { 3, 1, 1, "other" } } },
  },
}

-- Certificates by the words of the states. `host` is the MX host, `domain` the recipient domain.
local other = "other.example"
local certificates = {
  ok                     = function() return signed_by "Lab Root CA" {} end,
  self_signed            = function() return self_signed {} end,
  self_signed_expired    = function() return self_signed { expired = true } end,
  self_signed_wrong_name = function()
    return self_signed { names = { other }, common_name = other }
  end,
  untrusted_ca           = function() return signed_by "Unknown CA" {} end,
  expired                = function() return signed_by "Lab Root CA" { expired = true } end,
  not_yet_valid          = function() return signed_by "Lab Root CA" { not_yet_valid = true } end,
  wrong_name             = function() return signed_by "Lab Root CA" { names = { other } } end,
  cn_only                = function(host)
    return signed_by "Lab Root CA" { names = {}, common_name = host }
  end,
  cn_match_san_other     = function(host)
    return signed_by "Lab Root CA" { names = { other }, common_name = host }
  end,
  san_upper              = function(host)
    return signed_by "Lab Root CA" { names = { host:upper() } }
  end,
  wildcard               = function(_, domain)
    return signed_by "Lab Root CA" { names = { "*." .. domain } }
  end,
  san_nexthop            = function(_, domain)
    return signed_by "Lab Root CA" { names = { domain } }
  end,
  incomplete_chain       = function()
    return signed_by "Lab Root CA" { via = "Lab Office CA", chain = "incomplete" }
  end,
  via_intermediate       = function() return signed_by "Lab Root CA" { via = "Lab Office CA" } end,
  rsa1024                = function() return signed_by "Lab Root CA" { key = "rsa-1024" } end,
  sha1                   = function() return signed_by "Lab Root CA" { signature = "sha1" } end,
  client_eku             = function() return signed_by "Lab Root CA" { usage = "client" } end,
  ta                     = function() return signed_by "Stranger CA" {} end,
  ta_wrong_name          = function() return signed_by "Stranger CA" { names = { other } } end,
  ta_nexthop             = function(_, domain)
    return signed_by "Stranger CA" { names = { domain } }
  end,
  ta_expired             = function() return signed_by "Stranger CA" { expired = true } end,
  ta_not_sent            = function() return signed_by "Stranger CA" { chain = "incomplete" } end,
}
local made_of = { leaf = "leaf", ta = "trust anchor", root = "trust anchor",
                  other = "another key", short = "short" }

-- The host's own name, and the name that the MX record has.
local function names_of(host, to)
  if host.implicit_mx then return to, to end
  local zone = ({ ["@hosting"] = "hosting.example", ["@sec"] = "secure.example" })[host.host]
  local name = zone and "mx." .. zone or (host.host or "mx") .. "." .. to
  return host.alias and "real." .. name or name, name
end

-- Builds one MX host; gives it back with its TLSA records and what DNS does wrong.
local function build_host(host, to, preference)
  local name, mx = names_of(host, to)
  local built = receiver(name) {
    serves = to, preference = preference, implicit_mx = host.implicit_mx or nil,
    known_as = name ~= mx and mx or nil, listens = host.listens, starttls = host.starttls,
    certificate = certificates[host.cert or "ok"](mx, to), versions = host.versions,
    ciphers = host.ciphers, replies = host.replies, replies_in_tls = host.replies_in_tls,
  }
  local tlsa, fails = {}, {}
  for _, t in ipairs(host.tlsa or {}) do
    tlsa[#tlsa + 1] = { host = name, usage = t[1], selector = t[2], matching = t[3],
                        of = made_of[t[4]] }
  end
  if host.bogus then
    local owner = host.bogus == "TLSA" and "_25._tcp." .. name or name
    fails[1] = { name = owner, type = host.bogus, how = "bogus" }
  end
  return built, tlsa, fails
end

-- Builds the receivers of a state; gives back the host whose certificate fp_good lists.
local function build(state, to)
  local good
  local all = { signed = state.signed and "yes" or "no", tlsa = {}, fails = {} }
  for i, host in ipairs(state) do
    if host.no_address then
      all.mx = { "nx." .. to }
    else
      local built, tlsa, fails = build_host(host, to, 10 * i)
      table.move(tlsa, 1, #tlsa, #all.tlsa + 1, all.tlsa)
      table.move(fails, 1, #fails, #all.fails + 1, all.fails)
      if host.good or not (good and good.listed) then
        good = { host = built, listed = host.good }
      end
    end
  end
  all.null_mx = state.null_mx
  if state.bogus_mx then all.fails[1] = { name = to, type = "MX", how = "bogus" } end
  domain(to)(all)
  return good and good.host
end

-- "dest.example" has the state's receivers; gives back the host whose certificate fp_good lists.
local function play(state)
  domain "secure.example" { signed = "yes" }
  return build(state, "dest.example")
end

-- The name that the MX record of a state's host has.
local function mx_of(host)
  local _, mx = names_of(host, "dest.example")
  return mx
end

return { states = states, certificates = certificates, made_of = made_of, build = play,
         mx_of = mx_of }
