-- The MTAs that a sender may behave like: each with its own words for what it demands, and what it
-- does not have. Data, which vocabulary.lua takes in; one row a word, however wide.

local versions = { kind = "choices", allowed = { "TLSv1.2", "TLSv1.3" }, meaning = "TLS versions for this destination" }
local trusts = { kind = "trusts", meaning = "the same for this destination" }
local level = { kind = "level", meaning = "one of the levels" }

local postfix = {
  levels = { "none", "may", "encrypt", "fingerprint", "verify", "secure", "dane", "dane-only" },
  default = "may",
  lacks = {},
  rule = {
    level        = level,
    match        = { kind = "texts", meaning = "names that verify and secure accept: hostname, nexthop, dot-nexthop, or names; default hostname (verify), nexthop and dot-nexthop (secure)" },
    names        = { kind = "choice", allowed = { "postfix", "rfc9525" }, meaning = "postfix: CN counts where there is no DNS name (default); rfc9525: never" },
    fingerprints = { kind = "fingerprints", meaning = "for level fingerprint: SHA-256 of a certificate or key in hexadecimal, or a receiver whose certificate is meant" },
    protocols    = versions,
    trusts       = trusts,
    insecure_mx  = { kind = "choice", allowed = { "dane", "may", "encrypt" }, meaning = "what level dane is where the MX records are not signed; default dane where that is the level for all, else may (Postfix 3.10: dane)" },
    held         = { kind = "text", meaning = "the rule itself is wrong, and its mail waits before any host is tried (4.7.5), as Postfix does with a line that it cannot read; the reason" },
    no_handshake = { kind = "text", meaning = "TLS is asked for and no handshake begins (4.7.5), as where a list of versions or ciphers is wrong; the reason" },
    servername   = { kind = "text", meaning = "what is sent as SNI: hostname, nexthop or a name; default: nothing, for dane the TLSA base domain" },
  },
}

-- What neither of the others has.
local of_postfix = {}
for _, option in ipairs { "asks_mx", "clear_after", "clear_fallback", "discards", "mta_sts", "mx_must_be",
    "remembers_protection", "requiretls", "soft_bounce", "tls_reports" } do
  of_postfix[option] = true
end

local function of_host(meaning, default)
  return { kind = "yes_no", meaning = ("%s; default %s, or as the level has it"):format(meaning, default) }
end
local exim = {
  levels = { "default", "avoid", "default-noad", "no-clear", "require", "verify", "try-dane", "require-dane" },
  default = "default",
  lacks = of_postfix,
  rule = {
    level                     = level,
    hosts_avoid_tls           = of_host("TLS is begun with no host of this destination", "false"),
    hosts_require_tls         = of_host("no mail goes to them without TLS", "false"),
    tls_verify_hosts          = of_host("their certificates must hold; without hosts_require_tls one that does not is a failure of TLS, and clear text follows", "false"),
    tls_verify_cert_hostnames = of_host("and bear the host's name", "true"),
    tls_tempfail_tryclear     = of_host("clear text follows where TLS failed, or STARTTLS was refused for now", "true"),
    hosts_try_dane            = of_host("TLSA records decide where there are secure ones", "true"),
    hosts_require_dane        = of_host("who has none gets no mail: it bounces", "false"),
    dnssec                    = of_host("DNSSEC is asked for (dnssec_request_domains) and the resolver believed (trust-ad)", "true"),
    protocols                 = versions,
    trusts                    = trusts,
  },
}

local opensmtpd = {
  levels = { "default", "tls", "no-verify", "notls" },
  default = "default",
  lacks = of_postfix,
  rule = { level = level, protocols = versions, trusts = trusts },
}

return {
  usual = "Postfix 3.7",
  names = { "Postfix 3.7", "Postfix 3.10", "Exim 4.96", "OpenSMTPD 6.8" },
  ["Postfix 3.7"] = postfix,
  ["Postfix 3.10"] = postfix,
  ["Exim 4.96"] = exim,
  ["OpenSMTPD 6.8"] = opensmtpd,
}
