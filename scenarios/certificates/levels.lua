-- Each certificate before each level: who believes what. A refused mail waits; nothing crosses.

local good, wait = "delivered", "deferred"
local untrusted, mismatch = "certificate-not-trusted", "certificate-host-mismatch"
-- Signed by the CA that everybody trusts.
local function lab(options)
  return function() return signed_by "Lab Root CA" (options) end
end
local cases = {
  { "trusted",               lab {}, verify = good, secure = good },
  { "self-signed",           function() return self_signed end, because = untrusted },
  { "unknown CA",            function() return signed_by "Unknown CA" end, because = untrusted },
  { "expired",               lab { expired = true }, because = "certificate-expired" },
  { "not yet valid",         lab { not_yet_valid = true }, because = untrusted },
  { "wrong name",            lab { names = { "mx.mallory.example" } }, because = mismatch },
  { "CN alone",              lab { names = {}, common_name = "mx.bob.example" },
                             verify = good, secure = good },
  { "CN beside a name that does not fit",
                             lab { names = { "www.bob.example" }, common_name = "mx.bob.example" },
                             because = mismatch, secure = good },
  { "wildcard",              lab { names = { "*.bob.example" } }, verify = good, secure = good },
  { "upper case",            lab { names = { "MX.BOB.EXAMPLE" } }, verify = good, secure = good },
  { "the domain's name",     lab { names = { "bob.example" } }, because = mismatch, secure = good },
  { "intermediate sent",     lab { via = "Lab Issuing CA" }, verify = good, secure = good },
  { "intermediate not sent", lab { via = "Lab Issuing CA", chain = "incomplete" },
                             because = untrusted },
  { "RSA key",               lab { key = "rsa-2048" }, verify = good, secure = good },
  { "SHA-1 signature",       lab { signature = "sha1" }, because = untrusted },
  { "made for clients",      lab { usage = "client" }, because = untrusted },
}

for _, case in ipairs(cases) do
  for _, level in ipairs { "may", "encrypt", "verify", "secure" } do
    local proof = level == "verify" or level == "secure"
    local fate = proof and (case[level] or wait) or good
    local title = ("certificate: %s, level %s: %s"):format(case[1], level, fate)
    scenario(title, { tags = { "certificates" } }, function()
      cites "TLS-09, TLS-10, A10, A11, A13, ID-02, ID-03, ID-04"

      local alice = sender   "mail.alice.example" { tls = level }
      local bob   = receiver "mx.bob.example"     { certificate = case[2]() }
      local mail = alice:sends { to = "bob@bob.example" }

      after "1 minute"
      expect(mail).is(fate)
      if fate == wait then
        expect(mail).because(case.because)
        expect(mail).code "4.7.5"
        expect(mail).crossed "not at all"
      else
        expect(mail).crossed(proof and "authenticated" or "encrypted")
      end
    end)
  end
end
