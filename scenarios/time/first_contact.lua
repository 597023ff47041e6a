-- First contact. MTA-STS is trust on first use: before a sender has fetched a policy, it has none
-- to hold against an attacker (RFC 8461 section 10.2). What that gives him, for how long, and what
-- DANE, which asks anew each time and has no first use, does in his place.

local no_dns = { name = "_mta-sts.bob.example", type = "TXT", how = "nxdomain" }
local over   = { name = "_mta-sts.bob.example", type = "TXT", how = "none" }

local function village(options)
  local alice = sender "mail.alice.example" (options or { mta_sts = true })
  local bob   = receiver "mx.bob.example" {}
  local zone  = domain "bob.example" { signed = "yes", mta_sts = {},
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  return alice, bob, zone
end
local function attacked(alice, bob, zone)
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  zone:changes { fails = no_dns }
  return mallory
end
local function mail_now(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "10 seconds"
  return mail
end
local function stopped(mail, mallory)
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mallory).never_read(mail)
end

scenario("an attacker at first contact reads every mail, for as long as he never looks away",
  { tags = { "mta-sts", "time", "attack" }, cites = "A16, STS-14, RFC 8461 section 10.2" },
  function()
  local alice, bob, zone = village()
  local mallory = attacked(alice, bob, zone)
  for _ = 1, 14 do
    expect(mallory).read(mail_now(alice))
    after "12 hours"
  end
end)

scenario("one mail while he looks away, and what he reads ends for good",
  { tags = { "mta-sts", "time", "attack" }, cites = "A16, STS-14, STS-15, STS-23" }, function()
  local alice, bob, zone = village()
  local mallory = attacked(alice, bob, zone)
  expect(mallory).read(mail_now(alice))
  after "1 week"
  zone:changes { fails = over }              -- DNS alone; STARTTLS is still stripped
  local held = mail_now(alice)
  stopped(held, mallory)
  zone:changes { fails = no_dns }            -- he is back, and too late
  after "3 days"
  stopped(mail_now(alice), mallory)
  stopped(held, mallory)
end)

scenario("he hides the policy and leaves STARTTLS: the mail that he cannot read gives no policy",
  { tags = { "mta-sts", "time", "attack" }, cites = "A16, STS-14" }, function()
  local alice, bob, zone = village()
  zone:changes { fails = no_dns }
  local first = mail_now(alice)
  expect(first).crossed "encrypted"          -- not proven: a false certificate would do
  bob:changes { certificate = self_signed }
  expect(mail_now(alice)).crossed "encrypted"
  zone:changes { fails = over }
  local held = mail_now(alice)
  expect(held).because "certificate-not-trusted"
end)

scenario("each sender has a first contact of its own: what one has learnt protects no other",
  { tags = { "mta-sts", "time", "attack" }, cites = "A16, STS-14, STS-15" }, function()
  local alice, bob, zone = village()
  local dave = sender "mail.dave.example" { mta_sts = true }
  expect(mail_now(alice)).crossed "authenticated"
  zone:changes { fails = no_dns }
  bob:changes { starttls = "absent" }
  local from_alice, from_dave = mail_now(alice), mail_now(dave)
  expect(from_alice).is "deferred"
  expect(from_dave).is "delivered"
  expect(from_dave).crossed "in clear text"
end)

-- max_age is how long a silence may be. One mail a month, and a policy host that was not to be had
-- meanwhile: with a week each mail is a first contact, with a year none is.
for max_age, kept in pairs { ["1 week"] = false, ["360 days"] = true } do
  scenario(("one mail a month, no refreshing, max_age %s: the attacker %s"):format(max_age,
             kept and "comes too late" or "has a first contact each month"),
    { tags = { "mta-sts", "time", "attack" }, cites = "A16, STS-13, STS-15" }, function()
    local alice, bob, zone = village()
    zone:changes { mta_sts = { max_age = max_age } }
    expect(mail_now(alice)).crossed "authenticated"
    zone:changes { mta_sts = { https = "refused" } }
    after "30 days"
    local mallory = attacked(alice, bob, zone)
    local mail = mail_now(alice)
    if kept then
      stopped(mail, mallory)
    else
      expect(mallory).read(mail)
    end
  end)
end

scenario("DANE has no first contact: the very first mail is held, and the attacker learns nothing",
  { tags = { "dane", "time", "attack" }, cites = "A01, DANE-09" }, function()
  local alice, bob, zone = village { tls = "dane" }
  local mallory = attacked(alice, bob, zone)
  local held = mail_now(alice)
  stopped(held, mallory)
  mallory:leaves()
  expect(held).finally "delivered"
  expect(held).crossed "authenticated"
  expect(mallory).never_read(held)
end)

-- An attacker who answers for DNS must forge signatures to hide TLSA records; to a validating
-- resolver that is a failure, and no proof that there are none.
for _, case in ipairs {
  { "dane", "a TLSA look-up that is forged holds the mail", "deferred", "dnssec-invalid" },
  { "may", "MTA-STS alone does not even ask", "delivered" },
} do
  scenario("first contact, and TLSA answers are forged; level " .. case[1] .. ": " .. case[2],
    { tags = { "dane", "mta-sts", "time", "attack" }, cites = "A16, DANE-03, DANE-12, STS-14" },
    function()
    local alice, bob, zone = village { tls = case[1], mta_sts = true }
    local mallory = attacked(alice, bob, zone)
    zone:changes { fails = { name = "_25._tcp.mx.bob.example", type = "TLSA", how = "bogus" } }
    local mail = mail_now(alice)
    expect(mail).is(case[3])
    expect(mail).because(case[4])
    if case[4] then
      expect(mallory).never_read(mail)
    else
      expect(mallory).read(mail)
    end
  end)
end
