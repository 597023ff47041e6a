-- Names are compared as OpenSSL compares them, which Postfix asks: nothing is stripped from what a
-- certificate shows, and a star is a whole label with two labels behind it (ID-03, RFC 9525 section
-- 6.3). All pairs of tests/vectors/names are a test of their own.

for _, row in ipairs {
  -- level, host, the name shown, does it do?
  { "verify", "mx.bob.example", "mx.bob.example", true },
  { "verify", "mx.bob.example", "MX.Bob.Example", true },
  { "verify", "mx.bob.example", "mx.bob.example.", false },
  { "verify", "mx.bob.example", "*.bob.example.", false },
  { "verify", "mx.bob.example", "*.bob.example", true },
  { "verify", "mx.a.bob.example", "*.bob.example", false },
  { "verify", "mx.tldtest", "*.tldtest", false },
  { "verify", "mx.bob.example", "*", false },
  { "verify", "mx.bob.example", "m*.bob.example", false },
  { "verify", "mx.bob.example", "*.*.example", false },
  { "verify", "mx-1.bob.example", "*.bob.example", true },
  { "secure", "mx.bob.example", "bob.example", true },
  { "secure", "mx.bob.example", "bob.example.", false },
  { "secure", "mx.bob.example", "*.example", false },
  -- ".bob.example" is a plain suffix, whatever stands before it.
  { "secure", "mx.bob.example", "*x.bob.example", true },
  { "secure", "mx.bob.example", "*.*.bob.example", true },
  { "secure", "mx.bob.example", "notbob.example", false },
} do
  local level, host, name, good = table.unpack(row)
  scenario(("%s, host %s: a certificate for '%s' %s"):format(level, host, name,
      good and "will do" or "is another's"), { cites = "ID-03, ID-04" }, function()
    local alice = sender "mail.alice.example" { tls = level }
    receiver(host) { serves = "bob.example",
                     certificate = signed_by "Lab Root CA" { names = { name } } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(good and "delivered" or "deferred")
    expect(mail).because(not good and "certificate-host-mismatch" or nil)
  end)
end

for _, where in ipairs { "mx.bob.example", "mta-sts.bob.example" } do
  scenario("MTA-STS: a name that ends in a dot is none of " .. where, { cites = "ID-03, STS-14" },
    function()
    local shown = signed_by "Lab Root CA" { names = { where .. "." } }
    local alice = sender "mail.alice.example" { mta_sts = true }
    local at_mx = where == "mx.bob.example"
    receiver "mx.bob.example" { certificate = at_mx and shown or nil }
    domain "bob.example" { mta_sts = { certificate = not at_mx and shown or nil } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    if at_mx then
      expect(mail).because "certificate-host-mismatch"
    else
      expect(mail).crossed "encrypted" -- no policy was to be had
    end
  end)
end
