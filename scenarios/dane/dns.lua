-- DANE stands on signed DNS: what is proven, what is not, and what must stop the mail.

local leaf = { usage = 3, selector = 1, matching = 1, of = "leaf" }
local other = { usage = 3, selector = 1, matching = 1, of = "another key" }

scenario("dane: no TLSA record, so opportunistic TLS will do",
  { tags = { "dane" }, cites = "DANE-11" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.bob.example" { certificate = self_signed }
  domain "bob.example" { signed = "yes" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)

scenario("dane-only: no TLSA record, so the mail waits",
  { tags = { "dane" }, cites = "DANE-26" }, function()
  local alice = sender "mail.alice.example" { tls = "dane-only" }
  receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "dane-required"
  expect(mail).crossed "not at all"
end)

scenario("dane-only: the records of a signed host prove nothing where the MX record is unsigned",
  { tags = { "dane" }, cites = "DANE-14, DANE-26" }, function()
  receiver "mx.bob.example" {}
  domain "bob.example" { tlsa = { leaf } }
  domain "mx.bob.example" { signed = "yes" }
  local strict = sender "mail.alice.example" { tls = "dane-only" }
  local usual  = sender "mail.carol.example" { tls = "dane" }
  local held = strict:sends { to = "bob@bob.example" }
  local sent = usual:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(held).is "deferred"
  expect(held).because "dane-required"
  expect(held).crossed "not at all"
  expect(sent).is "delivered"
end)

scenario("dane-only: no TLSA record means anything in mail, so the mail waits",
  { tags = { "dane" }, cites = "DANE-10, DANE-26" }, function()
  local alice = sender "mail.alice.example" { tls = "dane-only" }
  receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes",
    tlsa = { { usage = 1, selector = 1, matching = 1, of = "leaf" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "dane-required"
  expect(mail).crossed "not at all"
end)

scenario("dane: a TLSA record that an alias finds in an unsigned zone has no effect",
  { tags = { "dane" }, cites = "DANE-05, DANE-11" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes",
    records = { "_25._tcp.mx.bob.example. 300 IN CNAME tlsa.carol.example." } }
  local record = "tlsa.carol.example. 300 IN TLSA 3 1 1 " .. ("00"):rep(32)
  domain "carol.example" { records = { record } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)

scenario("dane: TLSA records in an unsigned zone have no effect",
  { tags = { "dane" }, cites = "DANE-05, DANE-11" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.bob.example" { starttls = "absent" }
  domain "bob.example" { signed = "no", tlsa = { other } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)

scenario("dane: a TLSA look-up that fails stops the mail, for DNS may be under attack",
  { tags = { "dane" }, cites = "DANE-03, DANE-12" }, function()
  for _, how in ipairs { "bogus", "servfail", "timeout" } do
    local host = how .. ".example"
    receiver("mx." .. host) {}
    domain(host) { signed = "yes",
      fails = { { name = "_25._tcp.mx." .. host, type = "TLSA", how = how } } }
  end
  local alice = sender "mail.alice.example" { tls = "dane" }
  local mails = {}
  for _, how in ipairs { "bogus", "servfail", "timeout" } do
    mails[how] = alice:sends { to = "bob@" .. how .. ".example" }
  end
  after "1 minute"
  for _, mail in pairs(mails) do
    expect(mail).is "deferred"
    expect(mail).because "dnssec-invalid"
    expect(mail).crossed "not at all"
  end
end)

scenario("dane: the zone's signatures are broken, so nothing of it can be believed",
  { tags = { "dane" }, cites = "DANE-01, DANE-02" }, function()
  local alice = sender "mail.alice.example" { tls = "may" }
  receiver "mx.bob.example" {}
  local bob = domain "bob.example" { signed = "bogus" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "dns-failure"
  bob:changes { signed = "yes" }
  expect(mail).finally "delivered"
end)

scenario("dane: one host cannot be looked up, so the next one takes the mail",
  { tags = { "dane" }, cites = "DANE-02, DANE-12, DANE-13" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx1.bob.example" { preference = 10 }
  receiver "mx2.bob.example" { preference = 20, certificate = self_signed }
  domain "bob.example" { signed = "yes", tlsa = { leaf },
    fails = { { name = "_25._tcp.mx1.bob.example", type = "TLSA", how = "bogus" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).reached "mx2.bob.example"
  expect(mail).crossed "authenticated"
end)

scenario("dane: preference goes before security",
  { tags = { "dane" }, cites = "DANE-13, DANE-11" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.hosting.example" { serves = "bob.example", preference = 10,
                                  certificate = self_signed }
  receiver "mx2.bob.example" { preference = 20 }
  domain "bob.example" { signed = "yes",
    tlsa = { { host = "mx2.bob.example", usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).reached "mx.hosting.example"
  expect(mail).crossed "encrypted"
end)

scenario("dane: an insecure MX record proves nothing about the domain, yet TLSA counts",
  { tags = { "dane" }, cites = "DANE-14, ID-07" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.secure.example" { serves = { "bob.example" }, certificate = self_signed }
  domain "secure.example" { signed = "yes",
    tlsa = { { host = "mx.secure.example", usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
  expect(mail).tls { verified = false }
end)

scenario("dane: an insecure MX record where the level for all is may: as may",
  { tags = { "dane" }, cites = "DANE-14" }, function()
  local alice = sender "mail.alice.example" {
    tls = { default = "may", ["bob.example"] = "dane" } }
  receiver "mx.secure.example" { serves = { "bob.example" }, starttls = "absent" }
  domain "secure.example" { signed = "yes",
    tlsa = { { host = "mx.secure.example", usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)

scenario("dane: the MX host is an alias; the records stand at its end",
  { tags = { "dane" }, cites = "DANE-07, DANE-21" }, function()
  local alice = sender "mail.alice.example" { tls = "dane-only" }
  local eve = receiver "real.bob.example" { serves = "bob.example", known_as = "mx.bob.example",
                                            certificate = self_signed }
  domain "bob.example" { signed = "yes", tlsa = { leaf } }
  local listener = eavesdropper "eve" { between = { alice, eve } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
  expect(listener).knows "real.bob.example"  -- the TLSA base domain is sent as SNI
end)

scenario("dane: the name of the TLSA records may be an alias; the base domain stays",
  { tags = { "dane" }, cites = "DANE-08, DANE-06" }, function()
  local alice = sender   "mail.alice.example" { tls = "dane" }
  local bob   = receiver "mx.bob.example"     { certificate = self_signed }
  domain "bob.example" { signed = "yes", records = {
    "_25._tcp.mx.bob.example. IN CNAME keys.bob.example.",
    "keys.bob.example. IN TLSA 3 1 1 " .. ("00"):rep(32) } }
  local eve = eavesdropper "eve" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "tlsa-invalid"
  expect(eve).knows "mx.bob.example"
  expect(eve).never_knows "keys.bob.example"
end)

scenario("dane: an address where the name of an MX host belongs is no host",
  { tags = { "dane" }, cites = "DANE-15" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes", mx = { "192.0.2.3" } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).because "no-such-host"
end)

scenario("dane: TLSA promises TLS, so a stripped STARTTLS delays the mail and leaks nothing",
  { tags = { "dane" }, cites = "DANE-09, DANE-27, DANE-29, TLS-19" }, function()
  local alice   = sender   "mail.alice.example" { tls = "dane" }
  local bob     = receiver "mx.bob.example"     { certificate = self_signed }
  domain "bob.example" { signed = "yes", tlsa = { leaf } }
  local mallory = attacker "mallory"            { between = { alice, bob } }
  mallory:strips "STARTTLS"

  local mail = alice:sends { to = "bob@bob.example" }

  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mallory).never_read(mail)
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)

scenario("dane: a new key without a new record stops the mail; the TTL decides how long",
  { tags = { "dane", "time" }, cites = "DANE-24, DANE-25" }, function()
  local alice = sender   "mail.alice.example" { tls = "dane" }
  local bob   = receiver "mx.bob.example"     { certificate = self_signed }
  local zone  = domain "bob.example" { signed = "yes", ttl = "1 hour", tlsa = { leaf } }
  local first = alice:sends { to = "bob@bob.example" }
  expect(first).finally "delivered"

  bob:changes { certificate = self_signed { key = "rsa-2048" } }
  zone:changes { tlsa = { leaf } }
  local second = alice:sends { to = "bob@bob.example" }
  after "50 minutes"
  expect(second).is "deferred"  -- the resolver still keeps the old record
  expect(second).because "tlsa-invalid"
  after "90 minutes"
  expect(second).is "delivered"
  expect(second).crossed "authenticated"
end)
