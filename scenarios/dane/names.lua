-- RFC 7672 section 2.2.2: which name TLSA records stand for, and who vouches for that name. An
-- alias
-- may lead out of signed DNS, and a host may have no MX record at all.

local zero = ("00"):rep(32)
local function at(name, data) return ("_25._tcp.%s. 300 IN TLSA 3 1 1 %s"):format(name, data) end

-- The four cases of an alias: is its own zone signed, is its target's? Where do the records stand,
-- none of which match, and do they count?
for _, case in ipairs {
  { "all is signed, the records stand at the end", alias = "yes", target = "yes",
    at = "mx.isp.example", counts = true },
  { "all is signed, the records stand at the alias", alias = "yes", target = "yes",
    at = "mx.bob.example", counts = true },
  { "the target is not signed, the records stand at the alias", alias = "yes", target = "no",
    at = "mx.bob.example", counts = true },
  { "the target is not signed, the records stand at its end", alias = "yes", target = "no",
    at = "mx.isp.example", counts = false },
  { "the alias is not signed, the records stand at the end", alias = "no", target = "yes",
    at = "mx.isp.example", counts = false },
  { "nothing is signed", alias = "no", target = "no", at = "mx.bob.example", counts = false },
} do
  scenario("dane: an alias; " .. case[1],
    { tags = { "dane" }, cites = "DANE-05, DANE-07, RFC 7672 2.2.2" }, function()
    local alice = sender "mail.alice.example" { tls = "dane" }
    receiver "mx.isp.example" { serves = "bob.example", known_as = "mx.bob.example" }
    local records = case.at == "mx.bob.example" and { at(case.at, zero) } or {}
    domain "bob.example" { signed = case.alias, records = records }
    records = case.at == "mx.isp.example" and { at(case.at, zero) } or {}
    domain "isp.example" { signed = case.target, records = records }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(case.counts and "deferred" or "delivered")
    expect(mail).crossed(case.counts and "not at all" or "encrypted")
    if case.counts then expect(mail).because "tlsa-invalid" end
  end)
end

scenario("dane-only: the records at the alias are an alias into an unsigned zone themselves",
  { tags = { "dane" }, cites = "RFC 7672 2.2.2, DANE-04" }, function()
  local alice = sender "mail.alice.example" { tls = "dane-only" }
  receiver "mx.isp.example" { serves = "bob.example", known_as = "mx.bob.example",
                              certificate = self_signed }
  domain "isp.example" { tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf",
                                    host = "mx.isp.example" } } }
  domain "bob.example" { signed = "yes",
    records = { "_25._tcp.mx.bob.example. 300 IN CNAME _25._tcp.mx.isp.example." } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "dane-required"
end)

scenario("dane: is the alias itself signed? That look-up fails, so the host is not used",
  { tags = { "dane" }, cites = "DANE-03, RFC 7672 2.1.2" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.isp.example" { serves = "bob.example", known_as = "mx.bob.example" }
  domain "bob.example" { signed = "yes",
    fails = { { name = "mx.bob.example", type = "CNAME", how = "servfail" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "dnssec-invalid"
end)

-- The first bullet: a host that no MX record names counts as one from a secure MX record.
for _, level in ipairs { "dane", "dane-only" } do
  for _, case in ipairs {
    { "a smart host, signed, and a record that matches", signed = "yes", of = "leaf",
      crossed = "authenticated" },
    { "a smart host, signed, and a record of another key", signed = "yes", of = "another key",
      because = "tlsa-invalid" },
    { "a smart host in an unsigned zone", signed = "no", of = "another key",
      crossed = level == "dane" and "encrypted", because = level ~= "dane" and "dane-required" },
  } do
    scenario(("%s: %s"):format(level, case[1]),
      { tags = { "dane" }, cites = "DANE-05, RFC 7672 2.2.2" }, function()
      local alice = sender "mail.alice.example" { tls = level, relays_to = "relay.isp.example" }
      receiver "relay.isp.example" { serves = { "isp.example", "bob.example" },
                                     certificate = self_signed }
      domain "isp.example" { signed = case.signed,
        tlsa = { { usage = 3, selector = 1, matching = 1, of = case.of } } }
      local mail = alice:sends { to = "bob@bob.example" }
      after "1 minute"
      expect(mail).is(case.crossed and "delivered" or "deferred")
      expect(mail).crossed(case.crossed or "not at all")
      if case.because then expect(mail).because(case.because) end
    end)
  end

  scenario(level .. ": a domain without MX records is its own host",
    { tags = { "dane" }, cites = "DANE-05, SMTP-24" }, function()
    local alice = sender "mail.alice.example" { tls = level }
    receiver "bob.example" { serves = "bob.example", implicit_mx = true,
                             certificate = self_signed }
    domain "bob.example" { signed = "yes",
      tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).crossed "authenticated"
  end)
end

-- RFC 7672 section 3.2.2: with usage 2 the certificate may name the host, the next hop, and the
-- next
-- hop at the end of its aliases; but for an insecure MX record only the host.
for _, case in ipairs {
  { "the host", shown = "mx.bob.example", signed = "yes", fits = true },
  { "the next hop as it is written", shown = "shop.example", signed = "yes", fits = true },
  { "the next hop at the end of its aliases", shown = "bob.example", signed = "yes", fits = true },
  { "an alias on the way", shown = "middle.shop.example", signed = "yes", fits = false },
  { "the end of aliases that are not signed", shown = "bob.example", signed = "no", fits = false },
} do
  scenario("dane: 2 1 1, and the certificate names " .. case[1],
    { tags = { "dane" }, cites = "DANE-17, RFC 7672 3.2.2" }, function()
    local alice = sender "mail.alice.example" { tls = "dane" }
    receiver "mx.bob.example" { serves = { "bob.example", "shop.example" },
                                certificate = signed_by "S" { names = { case.shown } } }
    domain "bob.example" { signed = "yes",
      tlsa = { { usage = 2, selector = 1, matching = 1, of = "trust anchor" } } }
    domain "shop.example" { signed = case.signed, mx = {}, records = {
      "shop.example. 300 IN CNAME middle.shop.example.",
      "middle.shop.example. 300 IN CNAME bob.example." } }
    local mail = alice:sends { to = "bob@shop.example" }
    after "1 minute"
    expect(mail).is(case.fits and "delivered" or "deferred")
    if not case.fits then expect(mail).because "certificate-host-mismatch" end
  end)
end
