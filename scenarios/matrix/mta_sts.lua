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

local function play(policy, state, level, mode)
  local alice = sender "mail.alice.example" { mta_sts = true, tls = level }
  local bob = receiver(state.host or mx) { serves = dest }
  local at_dest = domain(dest) { signed = state.of and "yes" or "no",
                                 mta_sts = { mode = mode, mx = state.mx } }
  if policy.first then
    at_dest:changes { mta_sts = policy.first }
    local earlier = alice:sends { to = "carol@" .. dest }
    after "1 second"
    expect(earlier).is "delivered"
  end
  bob:changes(state.with and state.with() or {})
  if state.of then
    at_dest:changes { tlsa = { usage = 3, selector = 1, matching = 1, of = state.of } }
  end
  local now = policy.now or {}
  at_dest:changes { mta_sts = type(now) == "function" and now() or now }
  if policy.fails then
    at_dest:changes { fails = { name = "_mta-sts." .. dest, type = "TXT", how = policy.fails } }
  end
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

matrix("a good policy against every receiver", {
  rows    = { policy_state = only(policies, { "policy_ok" }), state = without(receivers, tlsa) },
  columns = { base_level = { "may" }, mode = { "enforce", "testing", "none" } },
  play    = play,
})
matrix("every fault of a policy, and what the cache makes of it", {
  rows    = { policy_state = without(policies, { "policy_ok", table.unpack(with_dane) }),
              state = only(receivers, { "trusted_ok", "no_starttls", "self_signed" }) },
  columns = { base_level = { "may" }, mode = { "enforce" } },
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
