-- The resolver a sender asks is part of DANE (RFC 7672 section 2.1.1). One that does not validate
-- proves nothing: to a sound sender all is insecure then, so nothing is protected and nothing is
-- held up. A sender that takes "not proven" for "forged" holds all its mail until it bounces.

local function leaf(of) return { usage = 3, selector = 1, matching = 1, of = of or "leaf" } end

local function village(options, of, signed)
  local alice = sender "mail.alice.example" (options)
  local bob   = receiver "mx.bob.example" { certificate = self_signed }
  domain "bob.example" { signed = signed or "yes", tlsa = { leaf(of) } }
  return alice, bob
end
local plain = "not validating"

for _, case in ipairs {
  { "the records fit", "leaf", validating = "authenticated", plain = "encrypted" },
  { "the records do not fit", "another key", validating = false, plain = "encrypted" },
} do
  for _, resolver in ipairs { "validating", plain } do
    local crossed = case[resolver == plain and "plain" or resolver]
    scenario(("level dane, %s, a resolver that is %s: %s"):format(case[1], resolver,
               crossed or "the mail waits"),
      { tags = { "dane" }, cites = "DANE-01, DANE-05, DANE-11, A20" }, function()
      local alice = village({ tls = "dane", resolver = resolver }, case[2])
      local mail = alice:sends { to = "bob@bob.example" }
      after "1 minute"
      expect(mail).is(crossed and "delivered" or "deferred")
      expect(mail).because(not crossed and "tlsa-invalid" or nil)
      expect(mail).crossed(crossed or "not at all")
    end)
  end
end

-- A20: who clears AD on the way, or sees to it that nobody validates, has switched DANE off.
for _, resolver in ipairs { "validating", plain } do
  local reads = resolver == plain
  scenario("STARTTLS is stripped, level dane, a resolver that is " .. resolver
             .. (reads and ": Mallory reads the mail" or ": Mallory learns nothing"),
    { tags = { "dane", "attack" }, cites = "A01, A20, DANE-01, DANE-09" }, function()
    local alice, bob = village { tls = "dane", resolver = resolver }
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:strips "STARTTLS"
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    if reads then
      expect(mallory).read(mail)
    else
      expect(mail).because "starttls-not-supported"
      expect(mallory).never_read(mail)
    end
  end)
end

scenario("a zone whose signatures are broken: a resolver that does not validate sees nothing wrong",
  { tags = { "dane" }, cites = "A20, DANE-01, DANE-02" }, function()
  local alice = village({ tls = "dane", resolver = plain }, "leaf", "bogus")
  local dave = sender "mail.dave.example" { tls = "dane" }
  local from_alice = alice:sends { to = "bob@bob.example" }
  local from_dave = dave:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(from_alice).crossed "encrypted"
  expect(from_dave).is "deferred"
  expect(from_dave).because "dns-failure"
end)

scenario("level dane-only and a resolver that does not validate: nothing is proven, all mail waits",
  { tags = { "dane" }, cites = "DANE-01, DANE-26" }, function()
  local alice = village { tls = "dane-only", resolver = plain }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "dane-required"
  alice:changes { resolver = "validating" }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)

-- The queue of a real server stood still in this way, for every domain.
for _, flawed in ipairs { true, false } do
  for _, signed in ipairs { "yes", "no" } do
    scenario(("%s, the zone is %s: %s"):format(flawed and "flawed" or "sound",
               signed == "yes" and "signed" or "not signed",
               flawed and "what is not proven is taken for forged, and mail waits until it bounces"
                       or "what is not proven is opportunistic TLS, and mail goes"),
      { tags = { "dane", "flaw", "time" }, cites = "DANE-01, DANE-03, DANE-11" }, function()
      local alice = village({ tls = "dane", resolver = plain,
        flaws = flawed and { "takes unproven DNS for forged" } or {} }, "leaf", signed)
      local mail = alice:sends { to = "bob@bob.example" }
      expect(mail).finally(flawed and "bounced" or "delivered")
      expect(mail).crossed(flawed and "not at all" or "encrypted")
      if flawed then
        expect(mail).because "dnssec-invalid"
        expect(alice).bounced(mail) { status = "5.7.5" }
      end
    end)
  end
end
