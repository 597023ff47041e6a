-- Odd certificates, names and TLSA records. A real Postfix was measured in these cells
-- (tests/vectors/postfix/README.md). What a state's host lacks below, it has as a good receiver
-- would.
-- A TLSA record: number of the host, usage, selector, matching type, of what.
-- `cas` says what CAs are like, `trusted` that the sender believes the
-- certificate itself.

local states = {
  -- Certificates and their names
  c_san_dot = { { certificate = { "Lab Root CA", names = { "{host}." } } } },
  c_san_nexthop_dot = { { certificate = { "Lab Root CA", names = { "{domain}." } } } },
  c_part_star = { { certificate = { "Lab Root CA", names = { "m*.{domain}" } } } },
  c_bare_star = { { certificate = { "Lab Root CA", names = { "*" } } } },
  c_two_san = {
    { certificate = { "Lab Root CA", names = { "some-other-host.example", "{host}" } } },
  },
  c_cn_star = { { certificate = { "Lab Root CA", common_name = "*.{domain}", names = {} } } },
  c_ip_only = { { certificate = { "Lab Root CA", names = { "10.66.0.9" } } } },
  c_ip_cn = {
    { certificate = { "Lab Root CA", common_name = "{host}", names = { "10.66.0.9" } } },
  },
  c_lead_dot = { { certificate = { "Lab Root CA", names = { ".{domain}" } } } },
  c_upper_wild = { { certificate = { "Lab Root CA", names = { "*.{DOMAIN}" } } } },
  c_cn_upper = { { certificate = { "Lab Root CA", common_name = "{HOST}", names = {} } } },
  c_cn_nexthop = { { certificate = { "Lab Root CA", common_name = "{domain}", names = {} } } },
  c_exp_untrusted = { { certificate = { "Unknown CA", expired = true } } },
  c_ss_nexthop = { { certificate = { "self", names = { "{domain}" } } } },
  c_ss_rsa1024 = { { certificate = { "self", key = "rsa-1024" } } },
  c_sha1_via = { { certificate = { "Lab Root CA", signature = "sha1", via = "Lab Office CA" } } },
  c_rsa1024_via = { { certificate = { "Lab Root CA", key = "rsa-1024", via = "Lab Office CA" } } },
  c_beside_ta = { { certificate = { "Lab Root CA", beside = "Stranger CA" } } },
  c_star_mid = {
    { name = "mx.a.{domain}", certificate = { "Lab Root CA", names = { "mx.*.{domain}" } } },
  },
  c_star_part_xx = {
    { name = "xx.{domain}", certificate = { "Lab Root CA", names = { "*x.{domain}" } } },
  },
  c_two_stars = {
    { name = "mx.a.{domain}", certificate = { "Lab Root CA", names = { "*.*.{domain}" } } },
  },
  c_tld_star = {
    mx = { "mx-dest.tldtest" },
    { name = "mx-dest.tldtest", certificate = { "Lab Root CA", names = { "*.tldtest" } } },
  },
  c_parent_star_foreign_mx = {
    mx = { "mx-dest.hosting.example" },
    { name = "mx-dest.hosting.example",
      certificate = { "Lab Root CA", names = { "*.plain.example" } } },
  },

  -- CAs, and other kinds of certificates
  g_exp_inter = {
    cas = { ["Lab Office CA"] = { expired = true } },
    { certificate = { "Lab Root CA", via = "Lab Office CA" } },
  },
  g_exp_root = { cas = { ["Lab Root CA"] = { expired = true } }, {} },
  g_long_chain = {
    { certificate = { "Lab Root CA", via = { "Lab CA 1", "Lab CA 2", "Lab CA 3", "Lab CA 4" } } },
  },
  g_nc_in = {
    cas = { ["Lab Office CA"] = { permits = "plain.example" } },
    { certificate = { "Lab Root CA", via = "Lab Office CA" } },
  },
  g_nc_out = {
    cas = { ["Lab Office CA"] = { permits = "carol.example" } },
    { certificate = { "Lab Root CA", via = "Lab Office CA" } },
  },
  g_no_eku = { { certificate = { "Lab Root CA", usage = "none" } } },
  g_not_ca = {
    cas = { ["Lab Office CA"] = { is_ca = false } },
    { certificate = { "Lab Root CA", via = "Lab Office CA" } },
  },
  g_p384 = { { certificate = { "Lab Root CA", key = "ecdsa-p384" } } },
  g_p521 = { { certificate = { "Lab Root CA", key = "ecdsa-p521" } } },
  g_pathlen = {
    cas = { ["Lab Country CA"] = { path_length = 0 } },
    { certificate = { "Lab Root CA", via = { "Lab Country CA", "Lab Office CA" } } },
  },
  g_rsa512 = { { certificate = { "Lab Root CA", key = "rsa-512" } } },
  g_sha1_inter = {
    cas = { ["Lab Office CA"] = { signature = "sha1" } },
    { certificate = { "Lab Root CA", via = "Lab Office CA" } },
  },
  g_ss_in_store = { trusted = true, { certificate = { "self" } } },

  -- DANE
  d_g_alias_into_unsigned = {
    signed = true, tlsa = { { 1, 3, 1, 1, "another key" } },
    { name = "host.plain.example", known_as = "mx.{domain}", certificate = { "self" } },
  },
  d_g_alias_tlsa_at_alias = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    { name = "host.plain.example", known_as = "mx.{domain}", certificate = { "self" } },
  },
  d_g_ta_expired_ca_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, "trust anchor" } },
    cas = { ["Stranger CA"] = { expired = true } }, { certificate = { "Stranger CA" } },
  },
  d_g_ta_via_only_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, "intermediate" } },
    { certificate = { "Stranger CA", via = "Stranger Office CA" } },
  },
  d_300_match = { signed = true, tlsa = { { 1, 3, 0, 0, "leaf" } }, { certificate = { "self" } } },
  d_300_mismatch = {
    signed = true, tlsa = { { 1, 3, 0, 0, "another key" } }, { certificate = { "self" } },
  },
  d_211_ta_not_sent_pkix = {
    signed = true, tlsa = { { 1, 2, 0, 1, "trust anchor" } },
    { certificate = { "Stranger CA", chain = "incomplete" } },
  },
  d_200_ta_not_sent = {
    signed = true, tlsa = { { 1, 2, 0, 0, "trust anchor" } },
    { certificate = { "Stranger CA", chain = "incomplete" } },
  },
  d_210_ta_not_sent = {
    signed = true, tlsa = { { 1, 2, 1, 0, "trust anchor" } },
    { certificate = { "Stranger CA", chain = "incomplete" } },
  },
  d_200_ta_sent = {
    signed = true, tlsa = { { 1, 2, 0, 0, "trust anchor" } }, { certificate = { "Stranger CA" } },
  },
  d_210_ta_sent = {
    signed = true, tlsa = { { 1, 2, 1, 0, "trust anchor" } }, { certificate = { "Stranger CA" } },
  },
  d_212_ta = {
    signed = true, tlsa = { { 1, 2, 1, 2, "trust anchor" } }, { certificate = { "Stranger CA" } },
  },
  d_202_ta = {
    signed = true, tlsa = { { 1, 2, 0, 2, "trust anchor" } }, { certificate = { "Stranger CA" } },
  },
  d_211_leaf_as_ta = {
    signed = true, tlsa = { { 1, 2, 1, 1, "leaf" } }, { certificate = { "self" } },
  },
  d_311_of_ta = {
    signed = true, tlsa = { { 1, 3, 1, 1, "trust anchor" } }, { certificate = { "Stranger CA" } },
  },
  d_stale256_good512 = {
    signed = true, tlsa = { { 1, 3, 1, 1, "another key" }, { 1, 3, 1, 2, "leaf" } },
    { certificate = { "self" } },
  },
  d_stale512sel0_good256sel1 = {
    signed = true, tlsa = { { 1, 3, 0, 2, "another key" }, { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" } },
  },
  d_stale512_good0 = {
    signed = true, tlsa = { { 1, 3, 1, 2, "another key" }, { 1, 3, 1, 0, "leaf" } },
    { certificate = { "self" } },
  },
  d_ta512_stale_ee256_good = {
    signed = true, tlsa = { { 1, 2, 1, 2, "another key" }, { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" } },
  },
  d_usage0_and_255 = {
    signed = true, tlsa = { { 1, 0, 1, 1, "leaf" }, { 1, 255, 1, 1, "leaf" } },
    { certificate = { "self" } },
  },
  d_usage255_plain = {
    signed = true, tlsa = { { 1, 255, 1, 1, "leaf" } },
    { certificate = { "self" }, starttls = "absent" },
  },
  d_usage4_and_311_match = {
    signed = true, tlsa = { { 1, 4, 1, 1, "another key" }, { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" } },
  },
  d_usage1_and_211_match = {
    signed = true, tlsa = { { 1, 1, 1, 1, "another key" }, { 1, 2, 1, 1, "trust anchor" } },
    { certificate = { "Stranger CA" } },
  },
  d_short_and_good = {
    signed = true, tlsa = { { 1, 3, 1, 1, "short" }, { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" } },
  },
  d_short512_stale_and_good256 = {
    signed = true, tlsa = { { 1, 3, 1, 2, "short" }, { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" } },
  },
  d_short_only_plain = {
    signed = true, tlsa = { { 1, 3, 1, 1, "short" } },
    { certificate = { "self" }, starttls = "absent" },
  },
  d_three_two_stale = {
    signed = true,
    tlsa = { { 1, 3, 1, 1, "another key" }, { 1, 3, 0, 1, "another key" }, { 1, 3, 0, 1, "leaf" } },
    { certificate = { "self" } },
  },
  d_ss_notyet_311 = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self", not_yet_valid = true } },
  },
  d_ss_client_311 = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self", usage = "client" } },
  },
  d_ss_rsa1024_311 = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self", key = "rsa-1024" } },
  },
  d_ta_client_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, "trust anchor" } },
    { certificate = { "Stranger CA", usage = "client" } },
  },
  d_ta_sha1_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, "trust anchor" } },
    { certificate = { "Stranger CA", signature = "sha1" } },
  },
  d_ta_notyet_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, "trust anchor" } },
    { certificate = { "Stranger CA", not_yet_valid = true } },
  },
  d_ta_san_dot_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, "trust anchor" } },
    { certificate = { "Stranger CA", names = { "{host}." } } },
  },
  d_ta_star_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, "trust anchor" } },
    { certificate = { "Stranger CA", names = { "*.{domain}" } } },
  },
  d_ta_via_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, "trust anchor" } },
    { certificate = { "Stranger CA", via = "Stranger Office CA" } },
  },
  d_beside_ta_211 = {
    signed = true, tlsa = { { 1, 2, 1, 1, { "Stranger CA" } } },
    { certificate = { "Lab Root CA", beside = "Stranger CA" } },
  },
  d_ta_pkix_ok_311_stale_211 = {
    signed = true, tlsa = { { 1, 3, 1, 2, "another key" }, { 1, 2, 1, 1, "trust anchor" } },
    { certificate = { "Stranger CA" } },
  },
  d_m3_mismatch_servfail_match = {
    signed = true,
    tlsa = { { 1, 3, 1, 1, "another key" }, { 2, 3, 1, 1, "leaf" }, { 3, 3, 1, 1, "leaf" } },
    fails = { { how = "bogus", name = "_25._tcp.mx2.{domain}", type = "TLSA" } },
    { certificate = { "self" } }, { certificate = { "self" } }, { certificate = { "self" } },
  },
  d_m_match_rcpt450_plain = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" }, replies_in_tls = { RCPT = "450 4.2.0 busy" } },
    { starttls = "absent" },
  },
  d_m_match_rcpt450_ss = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" }, replies_in_tls = { RCPT = "450 4.2.0 busy" } },
    { certificate = { "self" } },
  },
  d_m_usage0_plain_2nd_match = {
    signed = true, tlsa = { { 1, 0, 1, 1, "leaf" }, { 2, 3, 1, 1, "leaf" } },
    { certificate = { "self" }, starttls = "absent" }, { certificate = { "self" } },
  },
  d_m_served_454_match = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" }, { 2, 3, 1, 1, "leaf" } },
    { certificate = { "self" }, starttls = "refused 454" }, { certificate = { "self" } },
  },
  d_match_tls_ehlo_502 = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" }, replies_in_tls = { EHLO = "502 5.5.1 no" } },
  },
  d_match_ehlo_450 = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    { certificate = { "self" }, replies = { EHLO = "450 4.3.0 no" } },
  },
  d_mx_signed_host_in_other_signed_zone = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } }, mx = { "mx-{domain}" },
    { name = "mx-{domain}", certificate = { "self" } },
  },
  d_mx_signed_host_hosting_plain = {
    signed = true, mx = { "mx-dest.hosting.example" },
    { name = "mx-dest.hosting.example", certificate = { "self" }, starttls = "absent" },
  },
  d_m_tls_fail_then_unusable = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" }, { 2, 0, 1, 1, "leaf" } },
    { certificate = { "self" }, starttls = "alerts" }, { certificate = { "self" } },
  },
  d_no_tlsa_ehlo450 = {
    signed = true, { certificate = { "self" }, replies = { EHLO = "450 4.3.0 no" } },
  },
}

-- "{host}", "{HOST}" and "{domain}" stand for names, wherever they are.
local function put(value, names)
  if type(value) == "string" then return (value:gsub("{(%a+)}", names)) end
  if type(value) ~= "table" then return value end
  local out = {}
  for key, inner in pairs(value) do out[key] = put(inner, names) end
  return out
end

local function certificate_of(words)
  if not words then return nil end
  local options = {}
  for key, value in pairs(words) do
    if key ~= 1 then options[key] = value end
  end
  return words[1] == "self" and self_signed(options) or signed_by(words[1])(options)
end

-- Builds a state's hosts and its zone; gives back its domain.
local function build(state)
  for name, options in pairs(state.cas or {}) do ca(name)(put(options, {})) end
  if state.signed then domain "sec.example" { signed = "yes" } end
  local to = state.signed and "dest.sec.example" or "dest.plain.example"
  local zone = put({ signed = state.signed and "yes" or nil, mx = state.mx, fails = state.fails },
    { domain = to })
  local hosts, handles = {}, {}
  for i, host in ipairs(state) do
    local name = put(host.name or (#state == 1 and "mx" or "mx" .. i) .. ".{domain}",
      { domain = to })
    local options = put(host, { host = name, HOST = name:upper(), domain = to,
                                DOMAIN = to:upper() })
    options.name, options.serves = nil, to
    options.preference = host.preference or 10 * i
    options.certificate = certificate_of(options.certificate)
    hosts[i] = options.known_as or name
    handles[i] = receiver(name)(options)
  end
  for _, t in ipairs(state.tlsa or {}) do
    zone.tlsa = zone.tlsa or {}
    table.insert(zone.tlsa, { host = hosts[t[1]], usage = t[2], selector = t[3], matching = t[4],
      of = type(t[5]) == "table" and certificate_of(t[5]) or t[5] })
  end
  if next(zone) then domain(to)(zone) end
  return to, handles
end

-- Mail that is older than five minutes at its first attempt (-D aged=yes), or new.
local aged = given("aged", "no") == "yes"

matrix("odd certificates, names and TLSA records, as Postfix decides", {
  rows     = { state = states },
  columns  = { level = { "none", "may", "encrypt", "verify", "secure", "dane", "dane-only" } },
  attempts = aged and 1 or 2,
  play     = function(state, level)
    local to, hosts = build(state)
    local alice = sender "mail.alice.example" {
      tls = level, trusts = state.trusted and hosts or nil,
    }
    return alice:sends { to = "bob@" .. to, held_for = aged and "10 minutes" or nil }
  end,
})
