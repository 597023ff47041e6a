-- MTA-STS beside DANE: where a domain has TLSA records, DANE decides. A policy that is met does not
-- make up for TLSA records that are not (RFC 8461 section 2).

local function tlsa(of, usage)
  return { usage = usage or 3, selector = 1, matching = 1, of = of }
end
local good, ours = signed_by "Lab Root CA" {}, self_signed {}

for _, case in ipairs {
  { "both hold", of = "leaf", shows = good },
  { "DANE holds, and the certificate is not trusted", of = "leaf", shows = ours },
  { "DANE holds, and the policy lists another host", of = "leaf", shows = good,
    mx = "other.bob.example" },
  { "the policy is met, and DANE fails", of = "another key", shows = good,
    because = "tlsa-invalid" },
  { "both fail", of = "another key", shows = ours, because = "tlsa-invalid" },
  { "no TLSA record, and the policy is met", shows = good },
  { "no TLSA record, and the policy is not met", shows = ours,
    because = "certificate-not-trusted" },
  { "the TLSA records cannot be had, and the policy is met", of = "leaf", shows = good,
    fails = { name = "_25._tcp.mx.bob.example", type = "TLSA", how = "servfail" },
    because = "dnssec-invalid" },
  { "the zone is not signed, and the policy is met", of = "another key", shows = good,
    signed = "no" },
  { "the zone is not signed, and the policy is not met", of = "leaf", shows = ours, signed = "no",
    because = "certificate-not-trusted" },
  { "no TLSA record is usable, and the policy is not met", of = "leaf", usage = 1,
    shows = ours, because = "certificate-not-trusted" },
} do
  scenario("dane and mta-sts: " .. case[1], { tags = { "mta-sts", "dane" },
    cites = "STS-29, RFC 8461 section 2" }, function()
    local alice = sender "mail.alice.example" { tls = "dane", mta_sts = true }
    receiver "mx.bob.example" { certificate = case.shows }
    domain "bob.example" { signed = case.signed or "yes",
      tlsa = case.of and { tlsa(case.of, case.usage) } or {}, fails = case.fails,
      mta_sts = { mx = { case.mx or "mx.bob.example" } } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(case.because and "deferred" or "delivered")
    expect(mail).because(case.because)
    expect(mail).crossed(case.because and "not at all" or "authenticated")
  end)
end

-- Each flaw was found in a real sender. Once with it, and once without.

for _, flawed in ipairs { true, false } do
  local flaws = function(name) return flawed and { name } or {} end
  local as = flawed and "flawed: " or "sound: "

  scenario(as .. (flawed and "a policy that is met makes up for DANE that fails"
                          or "a policy that is met does not make up for DANE that fails"),
    { tags = { "mta-sts", "dane", "flaw" }, cites = "STS-29" }, function()
    local alice = sender "mail.alice.example" { tls = "dane", mta_sts = true,
                                                flaws = flaws "lets MTA-STS override DANE" }
    receiver "mx.bob.example" {}
    domain "bob.example" { signed = "yes", tlsa = { tlsa "another key" }, mta_sts = {} }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(flawed and "delivered" or "deferred")
    expect(mail).because(not flawed and "tlsa-invalid" or nil)
  end)

  -- DNS leads to Mallory. She has no name of the policy, but a certificate that fits its pattern:
  -- that of a guest's host, say.
  scenario(as .. (flawed and "the pattern is held against the certificate, and Mallory has the mail"
                          or "the pattern is held against the MX host, and Mallory has nothing"),
    { tags = { "mta-sts", "flaw", "attack" }, cites = "A14, STS-19, STS-20" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true,
      flaws = flaws "matches the policy against the certificate" }
    receiver "mx.mallory.example" { serves = { "bob.example" },
      certificate = signed_by "Lab Root CA" { names = { "guest.bob.example" } } }
    domain "bob.example" { mta_sts = { mx = { "*.bob.example" } } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(flawed and "delivered" or "deferred")
    expect(mail).reached(flawed and "mx.mallory.example" or nil)
    expect(mail).because(not flawed and "validation-failure" or nil)
  end)

  -- A star stands for one label. A policy "*.mx.microsoft" once met hosts two labels below it:
  -- sound senders held the mail and reported validation-failure. Whoever lets the star stand for
  -- more gives the mail to any guest's host, however deep below (RFC 8461 sections 4.1 and 10.4).
  for pattern, host in pairs { ["*.mx.microsoft"] = "bob-example.x-v1.mx.microsoft",
                               ["*.bob.example"] = "printer.guests.bob.example" } do
    scenario(as .. ("the policy's %s %s %s"):format(pattern,
               flawed and "is taken for" or "does not stand for", host),
      { tags = { "mta-sts", "flaw", "reports" }, cites = "A15, STS-19, RFC 8461 section 4.1" },
      function()
      local alice = sender "mail.alice.example" { mta_sts = true,
        flaws = flaws "lets a star stand for several labels" }
      receiver(host) { serves = "bob.example" }
      domain "bob.example" { mta_sts = { mx = { pattern } }, tls_rpt = "mailto:tls@bob.example" }
      at "2026-01-01 23:57 UTC"
      local mail = alice:sends { to = "bob@bob.example" }
      at "2026-01-02"
      expect(mail).is(flawed and "delivered" or "deferred")
      expect(mail).because(not flawed and "validation-failure" or nil)
      expect(mail).crossed(flawed and "authenticated" or "not at all")
      expect(alice).reported { domain = "bob.example",
        failures = not flawed and { ["validation-failure"] = 1 } or {} }
    end)
  end

  scenario(as .. (flawed and "the first mail goes out before the policy is asked for"
                          or "the policy is asked for before the first mail goes out"),
    { tags = { "mta-sts", "flaw", "attack" }, cites = "STS-14, STS-23" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true,
      flaws = flaws "fetches policies after the first mail" }
    local bob = receiver "mx.bob.example" {}
    domain "bob.example" { mta_sts = {} }
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:strips "STARTTLS"
    local first = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    local second = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(first).is(flawed and "delivered" or "deferred")
    expect(second).is "deferred"
    expect(second).because "starttls-not-supported"
    expect(mallory).never_read(second)
    if flawed then
      expect(mallory).read(first)
    else
      expect(mallory).never_read(first)
    end
  end)

  scenario(as .. (flawed and "a host without TLS gets the mail, though the policy enforces it"
                          or "a host without TLS gets nothing, for the policy enforces it"),
    { tags = { "mta-sts", "flaw" }, cites = "STS-23" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true,
      flaws = flaws "falls back to clear text under enforce" }
    receiver "mx.bob.example" { starttls = "absent" }
    domain "bob.example" { mta_sts = {} }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(flawed and "delivered" or "deferred")
    expect(mail).crossed(flawed and "in clear text" or "not at all")
  end)

  scenario(as .. (flawed and "any trusted certificate will do, whomever it names"
                          or "a trusted certificate of somebody else will not do"),
    { tags = { "mta-sts", "flaw" }, cites = "STS-20" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true,
      flaws = flaws "ignores certificate names" }
    receiver "mx.bob.example" {
      certificate = signed_by "Lab Root CA" { names = { "mx.mallory.example" } } }
    domain "bob.example" { mta_sts = {} }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(flawed and "delivered" or "deferred")
    expect(mail).because(not flawed and "certificate-host-mismatch" or nil)
  end)
end
