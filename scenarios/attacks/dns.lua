-- Mallory answers for DNS. Where a zone is signed, that shows; where it is not, nothing proves who
-- answered, and TLS with a name out of DNS proves nothing either (RFC 7672 section 1.3.2).
local function village(options)
  local alice = sender "mail.alice.example" (options.sender or {})
  local bob   = receiver "mx.bob.example" {}
  local evil  = receiver "mx.mallory.example" { serves = { "mallory.example", "bob.example" } }
  domain "bob.example" {
    mx = "mx.bob.example", signed = options.signed and "yes" or "no",
    tlsa = options.tlsa and { { host = bob, usage = 3, selector = 1, matching = 1, of = "leaf" } },
    mta_sts = options.mta_sts,
  }
  domain "mx.bob.example" { signed = options.signed and "yes" or "no" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  return alice, mallory, bob, evil
end
local false_mx = { name = "bob.example", type = "MX", answer = "10 mx.mallory.example." }

-- A14: whose host is it?
for _, level in ipairs { "may", "encrypt", "verify" } do
  scenario("a false MX record, level " .. level .. ": Mallory's own host takes the mail",
    { tags = { "attack" }, cites = "A14, ID-07, RFC 7672 section 1.3.2" }, function()
    local alice, mallory, _, evil = village { sender = { tls = level } }
    mallory:answers_dns(false_mx)
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    expect(mail).reached "mx.mallory.example"
    expect(evil).kept { count = 1 }
  end)
end
scenario("a false MX record, level secure: Mallory's host is not of Bob's domain",
  { tags = { "attack" }, cites = "A14, ID-01" }, function()
  local alice, mallory = village {
    sender = { tls = { default = "may", ["bob.example"] = "secure" } } }
  mallory:answers_dns(false_mx)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "certificate-host-mismatch"
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).reached "mx.bob.example"
end)
scenario("a false MX record in a signed zone is bogus, and the mail waits",
  { tags = { "attack" }, cites = "A14, DANE-03, RFC 7672 section 2.2.1" }, function()
  local alice, mallory = village { sender = { tls = "dane" }, signed = true, tlsa = true }
  mallory:answers_dns(false_mx)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)
scenario("a false MX record against an enforced policy names a host that the policy does not",
  { tags = { "attack" }, cites = "A14, STS-19" }, function()
  local alice, mallory, _, evil = village {
    sender = { mta_sts = true }, mta_sts = { mx = { "mx.bob.example" } } }
  mallory:answers_dns(false_mx)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(evil).kept { count = 0 }
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).reached "mx.bob.example"
end)
scenario("a false address leads to Mallory, who has no certificate of Bob's name",
  { tags = { "attack" }, cites = "A11, A14" }, function()
  local alice = sender "mail.alice.example" {
    tls = { default = "may", ["bob.example"] = { level = "verify" } } }
  local bob   = receiver "mx.bob.example" {}
  local evil  = receiver "mx.mallory.example" { serves = { "bob.example" }, preference = 90,
                                                addresses = { "192.0.2.99" } }
  domain "bob.example" { mx = "mx.bob.example" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:answers_dns { name = "mx.bob.example", type = "A", answer = "192.0.2.99" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "certificate-host-mismatch"
  expect(evil).kept { count = 0 }
end)

-- A20: TLSA records hidden. Without a proof that there are none, there may be some.
local hidings = { ["is swallowed"] = "timeout", ["fails"] = "servfail",
                  ["says there is no name"] = "nxdomain", ["says there is no record"] = "no data" }
for how, answer in pairs(hidings) do
  scenario("the TLSA question " .. how .. ", and STARTTLS is stripped: DANE holds the mail back",
    { tags = { "attack" }, cites = "A20, A01, DANE-03, RFC 7672 section 2.1.2" }, function()
    local alice, mallory = village { sender = { tls = "dane" }, signed = true, tlsa = true }
    mallory:answers_dns { name = "_25._tcp.mx.bob.example", type = "TLSA", answer = answer }
    mallory:strips "STARTTLS"
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 hour"
    expect(mail).is "deferred"
    expect(mallory).never_read(mail)
    mallory:leaves()
    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
  end)
end
scenario("flaw: a resolver that does not validate believes Mallory that there is no TLSA record",
  { tags = { "attack" }, cites = "A20, DANE-01" }, function()
  local alice, mallory = village {
    sender = { tls = "dane", resolver = "not validating" }, signed = true, tlsa = true }
  mallory:answers_dns { name = "_25._tcp.mx.bob.example", type = "TLSA", answer = "no data" }
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)

-- A16, with Mallory on the path of DNS and of the policy host.
for _, service in ipairs { "dns", "https" } do
  scenario("Mallory blocks " .. service .. " at the first contact: there is no policy to obey",
    { tags = { "attack" }, cites = "A16, STS-14, RFC 8461 section 10.2" }, function()
    local alice, mallory = village { sender = { mta_sts = true },
                                     mta_sts = { mx = { "mx.bob.example" } } }
    if service == "dns" then
      mallory:answers_dns { name = "_mta-sts.bob.example", type = "TXT", answer = "timeout" }
    else
      mallory:blocks "https"
    end
    mallory:strips "STARTTLS"
    local mail = alice:sends { to = "bob@bob.example" }
    after "10 minutes"
    expect(mail).is "delivered"
    expect(mail).crossed "in clear text"
    expect(mallory).read(mail)
  end)
  scenario("Mallory blocks " .. service .. " at a later contact: the policy of the cache is obeyed",
    { tags = { "attack" }, cites = "A16, STS-15, STS-23" }, function()
    local alice, mallory = village { sender = { mta_sts = true },
                                     mta_sts = { mx = { "mx.bob.example" } } }
    local first = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(first).crossed "authenticated"
    if service == "dns" then
      mallory:blocks "dns"
    else
      mallory:blocks("https", { how = "resets" })
    end
    mallory:strips "STARTTLS"
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 hour"
    expect(mail).is "deferred"
    expect(mallory).never_read(mail)
    mallory:leaves()
    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
  end)
end
scenario("Mallory blocks mail alone, for a day: it arrives when he has gone",
  { tags = { "attack" }, cites = "A04, SMTP-22" }, function()
  local alice, mallory = village { sender = { tls = "may" } }
  mallory:blocks "smtp"
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 day"
  expect(mail).is "deferred"
  expect(mail).because "timeout"
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)

-- A17: Mallory in the place of the policy host.
scenario("Mallory serves mode none with a certificate of his own: it is not a policy",
  { tags = { "attack" }, cites = "A17, STS-07" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" {}
  local zone  = domain "bob.example" { mta_sts = { id = "1" } }
  local first = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(first).crossed "authenticated"
  zone:changes { mta_sts = { id = "2" } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(zone, self_signed {})
  mallory:alters { text = "enforce", with = "none", towards = alice, service = "https" }
  mallory:blocks("smtp", { how = "resets" })
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)
scenario("Mallory serves mode none with a certificate that a trusted CA signed: the policy is gone",
  { tags = { "attack" }, cites = "A12, A17, RFC 8461 section 10.1" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" {}
  local zone  = domain "bob.example" { mta_sts = { id = "1" } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(zone, signed_by "Lab Root CA" {})
  mallory:alters { text = "mode: enforce", with = "mode: testing", towards = alice,
                   service = "https" }
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "bob@bob.example" }
  after "10 minutes"
  expect(mail).is "delivered"
  expect(mallory).read(mail)
end)

-- A21: the owner's own mistakes.
for words, case in pairs {
  ["of usages that mean nothing in mail"] = { usage = 1, fate = "delivered",
                                              crossed = "encrypted" },
  ["of another key"] = { usage = 3, of = "another key", fate = "deferred", crossed = "not at all" },
} do
  scenario("TLSA records " .. words .. ": " .. case.crossed,
    { tags = { "attack" }, cites = "A21, DANE-03" }, function()
    local alice = sender "mail.alice.example" { tls = "dane" }
    local bob   = receiver "mx.bob.example" {}
    domain "bob.example" { signed = "yes", tlsa = {
      { usage = case.usage, selector = 1, matching = 1, of = case.of or "leaf" } } }
    domain "mx.bob.example" { signed = "yes" }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 hour"
    expect(mail).is(case.fate)
    expect(mail).crossed(case.crossed)
  end)
end

-- A31: the good host is silenced.
scenario("DANE: Mallory silences the host with TLSA, and the one without takes the mail",
  { tags = { "attack" }, cites = "A31, RFC 7672 section 2.2.1" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  local good  = receiver "mx1.bob.example" { preference = 10 }
  receiver "mx2.bob.example" { preference = 20 }
  domain "bob.example" { signed = "yes", tlsa = {
    { host = good, usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  domain "mx1.bob.example" { signed = "yes" }
  local mallory = attacker "mallory" { between = { alice, good } }
  mallory:blocks("smtp", { how = "resets" })
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).reached "mx2.bob.example"
  expect(mail).crossed "encrypted"
end)
