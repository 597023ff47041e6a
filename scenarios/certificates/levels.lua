-- Each certificate before each level: who believes what. A refused mail waits; nothing crosses.

local good, wait = "delivered", "deferred"
local cases = {
  { "trusted",        function() return signed_by "Lab Root CA" end, verify = good, secure = good },
  { "self-signed",    function() return self_signed end, because = "certificate-not-trusted" },
  { "unknown CA",     function() return signed_by "Unknown CA" end, because = "certificate-not-trusted" },
  { "expired",        function() return signed_by "Lab Root CA" { expired = true } end, because = "certificate-expired" },
  { "not yet valid",  function() return signed_by "Lab Root CA" { not_yet_valid = true } end, because = "certificate-not-trusted" },
  { "wrong name",     function() return signed_by "Lab Root CA" { names = { "mx.mallory.example" } } end, because = "certificate-host-mismatch" },
  { "CN alone",       function() return signed_by "Lab Root CA" { names = {}, common_name = "mx.bob.example" } end, verify = good, secure = good },
  { "CN beside a name that does not fit", function() return signed_by "Lab Root CA" { names = { "www.bob.example" }, common_name = "mx.bob.example" } end,
    because = "certificate-host-mismatch", secure = good },
  { "wildcard",       function() return signed_by "Lab Root CA" { names = { "*.bob.example" } } end, verify = good, secure = good },
  { "upper case",     function() return signed_by "Lab Root CA" { names = { "MX.BOB.EXAMPLE" } } end, verify = good, secure = good },
  { "the domain's name", function() return signed_by "Lab Root CA" { names = { "bob.example" } } end, because = "certificate-host-mismatch", secure = good },
  { "intermediate sent", function() return signed_by "Lab Root CA" { via = "Lab Issuing CA" } end, verify = good, secure = good },
  { "intermediate not sent", function() return signed_by "Lab Root CA" { via = "Lab Issuing CA", chain = "incomplete" } end, because = "certificate-not-trusted" },
  { "RSA key",        function() return signed_by "Lab Root CA" { key = "rsa-2048" } end, verify = good, secure = good },
  { "SHA-1 signature", function() return signed_by "Lab Root CA" { signature = "sha1" } end, because = "certificate-not-trusted" },
  { "made for clients", function() return signed_by "Lab Root CA" { usage = "client" } end, because = "certificate-not-trusted" },
}

for _, case in ipairs(cases) do
  for _, level in ipairs { "may", "encrypt", "verify", "secure" } do
    local proof = level == "verify" or level == "secure"
    local fate = proof and (case[level] or wait) or good
    scenario(("certificate: %s, level %s: %s"):format(case[1], level, fate), { tags = { "certificates" } }, function()
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
