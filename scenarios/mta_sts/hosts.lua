-- MTA-STS: what a policy makes of each host that mail may go to. Under `enforce` a host that fails
-- is passed over like one that cannot be reached, and the next one is tried (RFC 8461 sections 5.1
-- and 8.4). Under `testing` and `none` mail goes on as if there were no policy.

local function names(...) return signed_by "Lab Root CA" { names = { ... } } end

-- What is wrong with mx1.bob.example; why `enforce` refuses it; what level may makes of it.
local faults = {
  { "all is well", crossed = "encrypted" },
  { "the policy does not list it", mx = { "mx2.bob.example" },
    because = "validation-failure", code = "4.7.5", crossed = "encrypted", cites = "STS-19" },
  { "it offers no STARTTLS", host = { starttls = "absent" },
    because = "starttls-not-supported", code = "4.7.4", crossed = "in clear text" },
  { "it refuses STARTTLS for now", host = { starttls = "refused 454" },
    because = "starttls-not-supported", code = "4.7.0", crossed = "in clear text" },
  { "it refuses STARTTLS for good", host = { starttls = "refused 502" },
    because = "starttls-not-supported", code = "4.7.4", crossed = "in clear text",
    cites = "STS-26" },
  { "its handshake fails", host = { starttls = "alerts" },
    because = "validation-failure", code = "4.7.5", crossed = "in clear text" },
  { "its certificate is signed by itself", host = { certificate = self_signed {} },
    because = "certificate-not-trusted", code = "4.7.5", crossed = "encrypted" },
  { "its certificate is of an unknown authority",
    host = { certificate = signed_by "Unknown CA" {} },
    because = "certificate-not-trusted", code = "4.7.5", crossed = "encrypted" },
  { "its certificate lacks the one between", host = {
      certificate = signed_by "Lab Root CA" { via = "Lab Office CA", chain = "incomplete" } },
    because = "certificate-not-trusted", code = "4.7.5", crossed = "encrypted" },
  { "its certificate has expired",
    host = { certificate = signed_by "Lab Root CA" { expired = true } },
    because = "certificate-expired", code = "4.7.5", crossed = "encrypted" },
  { "its certificate is not yet valid",
    host = { certificate = signed_by "Lab Root CA" { not_yet_valid = true } },
    because = "certificate-not-trusted", code = "4.7.5", crossed = "encrypted" },
  { "its certificate names the domain and not the host",
    host = { certificate = names "bob.example" },
    because = "certificate-host-mismatch", code = "4.7.5", crossed = "encrypted" },
  { "its certificate names the other host of the policy",
    host = { certificate = names "mx2.bob.example" },
    because = "certificate-host-mismatch", code = "4.7.5", crossed = "encrypted" },
  { "its certificate has the name as a CN alone",
    host = { certificate = signed_by "Lab Root CA" { names = {},
                                                     common_name = "mx1.bob.example" } },
    because = "certificate-host-mismatch", code = "4.7.5", crossed = "encrypted" },
}

local function world(mode, fault)
  local alice = sender "mail.alice.example" { mta_sts = true, clear_fallback = "reconnect" }
  local options = { preference = 10 }
  for key, value in pairs(fault.host or {}) do options[key] = value end
  receiver "mx1.bob.example" (options)
  domain "bob.example" { mta_sts = {
    mode = mode, mx = fault.mx or { "mx1.bob.example", "mx2.bob.example" } } }
  return alice
end

for _, fault in ipairs(faults) do
  local cites = "STS-20, STS-23, " .. (fault.cites and fault.cites .. ", " or "")
  for _, mode in ipairs { "enforce", "testing", "none" } do
    local refused = mode == "enforce" and fault.because
    local about = ("%s: %s"):format(mode, fault[1])
    local tail = refused and ", so the mail waits" or ", and the mail goes"
    scenario(about .. tail, { tags = { "mta-sts" },
      cites = cites .. (mode == "enforce" and "RFC 8461 section 4" or "STS-24, STS-25") },
      function()
      local alice = world(mode, fault)
      local mail = alice:sends { to = "bob@bob.example" }
      after "1 minute"
      expect(mail).because(refused or nil)
      if refused then
        expect(mail).is "deferred"
        expect(mail).code(fault.code)
        expect(mail).crossed "not at all"
      else
        expect(mail).is "delivered"
        expect(mail).crossed(mode == "enforce" and "authenticated" or fault.crossed)
      end
    end)
  end

  if fault.because then
    scenario(("enforce: %s, so the next host takes the mail"):format(fault[1]),
      { tags = { "mta-sts" }, cites = cites .. "STS-27, RFC 8461 section 5.1" }, function()
      local alice = world("enforce", fault)
      receiver "mx2.bob.example" { preference = 20 }
      local mail = alice:sends { to = "bob@bob.example" }
      expect(mail).finally "delivered"
      expect(mail).reached "mx2.bob.example"
      expect(mail).crossed "authenticated"
      expect(mail).attempts(1)
    end)
  end
end

-- Section 7.2: TLS 1.2 or more. Each side of it is met, and what is older is no TLS.
for _, case in ipairs {
  { versions = { "TLSv1.2" }, got = "TLSv1.2" },
  { versions = { "TLSv1.3" }, got = "TLSv1.3" },
  { versions = { "TLSv1.2", "TLSv1.3" }, got = "TLSv1.3" },
  { versions = { "TLSv1.1" } },
} do
  scenario(("enforce: the host speaks %s: %s"):format(table.concat(case.versions, " and "),
             case.got and "the mail goes with " .. case.got or "the mail waits"),
    { tags = { "mta-sts" }, cites = "STS-22, RFC 8461 section 7.2" }, function()
    local alice = world("enforce", { host = { versions = case.versions } })
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(case.got and "delivered" or "deferred")
    expect(mail).because(not case.got and "validation-failure" or nil)
    if case.got then expect(mail).tls { version = case.got, verified = true } end
  end)
end

-- The order of preference stays as it is: no host is taken earlier for being better (section 8.4).
scenario("testing: the first host offers no TLS and still takes the mail before a good one",
  { tags = { "mta-sts" }, cites = "STS-24, STS-27" }, function()
  local alice = world("testing", { host = { starttls = "absent" } })
  receiver "mx2.bob.example" { preference = 20 }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).reached "mx1.bob.example"
  expect(mail).crossed "in clear text"
end)

scenario("enforce: when no host passes, the mail waits, and bounces when its time is over",
  { tags = { "mta-sts", "time" }, cites = "STS-23, STS-26, RFC 8461 section 5.1" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true, gives_up_after = "2 hours" }
  receiver "mx1.bob.example" { preference = 10, starttls = "refused 502" }
  receiver "mx2.bob.example" { preference = 20, certificate = self_signed {} }
  domain "bob.example" { mta_sts = {} }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).finally "bounced"
  expect(mail).because "certificate-not-trusted"
  expect(mail).crossed "not at all"
end)

scenario("a sender that does not follow MTA-STS never asks, and no policy is anything to it",
  { tags = { "mta-sts" }, cites = "RFC 8461 section 5" }, function()
  local alice = sender "mail.alice.example" { mta_sts = false }
  receiver "mx.bob.example" { starttls = "absent" }
  domain "bob.example" { mta_sts = {} }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)

-- A smart host needs no policy where the author's own rule is the stronger one.
scenario("a rule of the sender's own that proves the peer stands before any policy",
  { tags = { "mta-sts" }, cites = "RFC 8461 section 5" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true,
    tls = { default = "may", ["bob.example"] = "verify" } }
  receiver "mx.bob.example" {}
  domain "bob.example" { mta_sts = { mx = { "some.other.example" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)

scenario("level encrypt: an enforced policy asks for more, and gets it",
  { tags = { "mta-sts" }, cites = "STS-20, STS-23" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true, tls = "encrypt" }
  local bob = receiver "mx.bob.example" { certificate = self_signed {} }
  domain "bob.example" { mta_sts = {} }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "certificate-not-trusted"
  bob:changes { certificate = signed_by "Lab Root CA" {} }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)
