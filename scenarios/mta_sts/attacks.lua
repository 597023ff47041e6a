-- MTA-STS under attack: RFC 8461 section 10. It protects from the second contact on. Who stands on
-- the path, or answers DNS falsely, must be there at the first one, or for as long as max_age.

local bad_certificates = {
  ["of an unknown authority"] = signed_by "Mallory CA" {},
  ["that has expired"]        = signed_by "Lab Root CA" { expired = true },
  ["of another name"]         = signed_by "Lab Root CA" { names = { "mallory.example" } },
  ["that is self-signed"]     = self_signed {},
}

local function village(sts, bob_options)
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" (bob_options or {})
  sts.mx = sts.mx or { "mx.bob.example" }
  local zone  = domain "bob.example" { mx = "mx.bob.example", mta_sts = sts }
  return alice, bob, zone
end
local function first_contact(alice)
  local mail = alice:sends { to = "carol@bob.example" }
  after "1 second"
  expect(mail).is "delivered"
  expect(mail).crossed "authenticated"
end

-- A16: Mallory strips STARTTLS, and hides the policy as well as she can.
local ways = {
  ["answers that there is no record"]  = { type = "TXT", how = "nxdomain" },
  ["makes DNS fail"]                   = { type = "TXT", how = "servfail" },
  ["swallows the question"]            = { type = "TXT", how = "timeout" },
  ["hides the policy host's address"]  = { type = "A", how = "nxdomain" },
}
for what, way in pairs(ways) do
  local fault = { name = (way.type == "TXT" and "_" or "") .. "mta-sts.bob.example",
                  type = way.type, how = way.how }
  scenario("first contact: Mallory " .. what .. ", strips STARTTLS, and reads the mail",
    { tags = { "mta-sts", "attack" }, cites = "A16, STS-14, RFC 8461 section 10.2" }, function()
    local alice, bob, zone = village {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:strips "STARTTLS"
    zone:changes { fails = fault }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is "delivered"
    expect(mail).crossed "in clear text"
    expect(mallory).read(mail)
  end)
  scenario("second contact: Mallory " .. what .. ", strips STARTTLS, and learns nothing",
    { tags = { "mta-sts", "attack" }, cites = "A01, A16, STS-15, STS-23" }, function()
    local alice, bob, zone = village { id = "1" }
    first_contact(alice)
    zone:changes { fails = fault, mta_sts = { id = "2" } }
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:strips "STARTTLS"
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 hour"
    expect(mail).is "deferred"
    expect(mail).because "starttls-not-supported"
    expect(mallory).never_read(mail)
    mallory:leaves()
    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
    expect(mallory).never_read(mail)
  end)
end

scenario("testing: Mallory strips STARTTLS and reads the mail, for nothing is enforced",
  { tags = { "mta-sts", "attack" }, cites = "A01, STS-24" }, function()
  local alice, bob = village { mode = "testing" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)

-- A14: DNS names Mallory's host, which has a good certificate of its own name.
local function mallorys_host()
  return receiver "mx.mallory.example" { serves = { "mallory.example", "bob.example" } }
end
scenario("a false MX record leads to Mallory, where there is no policy",
  { tags = { "mta-sts", "attack" }, cites = "A14" }, function()
  mallorys_host()
  local alice, _, zone = village { txt = {} }
  zone:changes { mx = "mx.mallory.example" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).reached "mx.mallory.example"
end)
scenario("a false MX record leads nowhere, where the policy lists the true one",
  { tags = { "mta-sts", "attack" }, cites = "A14, STS-19, RFC 8461 section 10" }, function()
  mallorys_host()
  local alice, _, zone = village {}
  zone:changes { mx = "mx.mallory.example" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
  expect(mail).code "4.7.5"
  expect(mail).crossed "not at all"
  zone:changes { mx = "mx.bob.example" }
  expect(mail).finally "delivered"
  expect(mail).reached "mx.bob.example"
end)
scenario("a false MX record with a listed name leads to Mallory, who cannot prove that name",
  { tags = { "mta-sts", "attack" }, cites = "A11, STS-20" }, function()
  local alice, bob = village {}
  bob:changes { certificate = signed_by "Lab Root CA" { names = { "mx.mallory.example" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "certificate-host-mismatch"
  expect(mail).crossed "not at all"
end)

-- A15: whoever has any host under a wide pattern, and a certificate for it, may take the mail.
for pattern, wide in pairs { ["*.bob.example"] = true, ["mx.bob.example"] = false } do
  scenario("a guest's host in the domain, named by a false MX record; the policy says " .. pattern,
    { tags = { "mta-sts", "attack" }, cites = "A15, RFC 8461 section 10.4" }, function()
    receiver "dhcp-1.bob.example" { serves = "bob.example" }
    local alice, _, zone = village { mx = { pattern } }
    zone:changes { mx = "dhcp-1.bob.example" }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    if wide then
      expect(mail).is "delivered"
      expect(mail).reached "dhcp-1.bob.example"
      expect(mail).crossed "authenticated"
    else
      expect(mail).is "deferred"
      expect(mail).because "validation-failure"
    end
  end)
end

-- A17: Mallory answers for the policy host, and would like to end the policy.
for words, certificate in pairs(bad_certificates) do
  scenario("a false policy host with a certificate " .. words .. " says mode none, in vain",
    { tags = { "mta-sts", "attack" }, cites = "A17, STS-07, STS-15" }, function()
    local alice, bob, zone = village { id = "1" }
    first_contact(alice)
    zone:changes { mta_sts = { id = "2", mode = "none", certificate = certificate } }
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:strips "STARTTLS"
    local mail = alice:sends { to = "bob@bob.example" }
    after "2 days"
    expect(mail).is "deferred"
    expect(mail).because "starttls-not-supported"
    expect(mallory).never_read(mail)
  end)
end

-- A18: for a short time Mallory holds DNS and a certificate, and leaves a policy for a year.
local function poisoned(change)
  mallorys_host()
  local alice, _, zone = village { id = "1", mx = { "mx.mallory.example" }, max_age = "360 days" }
  zone:changes { mx = "mx.mallory.example" }
  local first = alice:sends { to = "bob@bob.example" }
  after "1 second"
  expect(first).reached "mx.mallory.example"
  zone:changes { mx = "mx.bob.example", mta_sts = change }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  return alice, zone, mail
end
scenario("a poisoned cache: without a new record, no mail arrives for as long as it lives",
  { tags = { "mta-sts", "attack", "time" }, cites = "A18, RFC 8461 section 10.3" }, function()
  local alice, _, mail = poisoned { txt = {}, https = "refused" }
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
  expect(mail).finally "bounced"
  after "300 days"
  local late = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(late).is "deferred"
  after "61 days"
  local free = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(free).is "delivered"
end)
scenario("a poisoned cache: the owner's policy under a new id sets it right at once",
  { tags = { "mta-sts", "attack" }, cites = "A18, STS-18, STS-26" }, function()
  local _, _, mail = poisoned { id = "2", mx = { "mx.bob.example" } }
  expect(mail).is "delivered"
  expect(mail).reached "mx.bob.example"
  expect(mail).crossed "authenticated"
end)
scenario("a poisoned cache: mail that waits is sent when the owner publishes a new id",
  { tags = { "mta-sts", "attack" }, cites = "A18, STS-26" }, function()
  local _, zone, mail = poisoned { txt = {}, https = "refused" }
  expect(mail).is "deferred"
  after "4 days"
  zone:changes { mta_sts = { id = "2", mx = { "mx.bob.example" }, https = "ok",
                             txt = { "v=STSv1; id=2;" } } }
  expect(mail).finally "delivered"
  expect(mail).reached "mx.bob.example"
end)

-- A19: the record vanishes. Only the owner can say `none`, for that needs the policy host's name in
-- a certificate.
scenario("the record vanishes, as if the policy were given up; the policy stays",
  { tags = { "mta-sts", "attack", "time" }, cites = "A19, STS-15" }, function()
  local alice, bob, zone = village { id = "1", max_age = "1 week" }
  first_contact(alice)
  zone:changes { mta_sts = { txt = {} } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  after "6 days"
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mallory).never_read(mail)
end)

-- A31: one host is silenced, so that mail goes to a weaker one.
scenario("Mallory silences the good host, and the weak one is not taken for it",
  { tags = { "mta-sts", "attack" }, cites = "A31, STS-23, STS-27" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  local good  = receiver "mx1.bob.example" { preference = 10 }
  receiver "mx2.bob.example" { preference = 20, starttls = "absent" }
  domain "bob.example" { mta_sts = {} }
  good:changes { unreachable = true }
  local mail = alice:sends { to = "bob@bob.example" }
  after "2 minutes"
  expect(mail).is "deferred"
  expect(mail).crossed "not at all"
  good:changes { unreachable = false }
  expect(mail).finally "delivered"
  expect(mail).reached "mx1.bob.example"
end)
