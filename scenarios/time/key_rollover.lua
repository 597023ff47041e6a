-- DANE while keys and TLSA records change (RFC 7671 section 8, RFC 7672 section 4).
-- Resolvers keep a TLSA RRset for its TTL, here an hour. So whoever changes the key must publish
-- the new record beside the old one, wait for that hour, change the key, and then take the old
-- record away.

local hour = "1 hour"
local first  = self_signed { key_name = "first" }
local second = self_signed { key_name = "second" }
local function record(of) return { usage = 3, selector = 1, matching = 1, of = of } end

-- A sender whose resolver has just asked for the records: the worst case.
local function village(certificate, records)
  local alice = sender "mail.alice.example" { tls = "dane" }
  local bob   = receiver "mx.bob.example" { certificate = certificate or first }
  local zone  = domain "bob.example" { signed = "yes", ttl = hour,
                                       tlsa = records or { record(first) } }
  return alice, bob, zone
end
local function arrives(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 second"
  expect(mail).is "delivered"
  expect(mail).crossed "authenticated"
  expect(mail).attempts(1)
end
local function waits(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 second"
  expect(mail).is "deferred"
  expect(mail).because "tlsa-invalid"
  expect(mail).crossed "not at all"
  return mail
end
local function a_day_of_mail(alice)
  for _ = 1, 48 do
    arrives(alice)
    after "30 minutes"
  end
end

scenario("by the book: both records, one TTL later the key, then the old record goes",
  { tags = { "dane", "time" }, cites = "DANE-24, DANE-25, RFC 7671 section 8.1" }, function()
  local alice, bob, zone = village()
  arrives(alice)
  zone:changes { tlsa = { record(first), record(second) } }
  after "59 minutes"
  arrives(alice)
  after(hour)
  bob:changes { certificate = second }
  arrives(alice)
  zone:changes { tlsa = { record(second) } }
  a_day_of_mail(alice)
end)

-- How long the new record was public before the key changed. What a resolver learnt the moment
-- before counts for the rest of the TTL.
for _, case in ipairs {
  { "one second less than the TTL before", "3598 seconds", waits },
  { "one second more than the TTL before", "3600 seconds", arrives },
} do
  scenario("the new record was published " .. case[1] .. " the key changed",
    { tags = { "dane", "time" }, cites = "DANE-24, DANE-25, RFC 7671 section 8.1" }, function()
    local alice, bob, zone = village()
    arrives(alice)
    zone:changes { tlsa = { record(first), record(second) } }
    after(case[2])
    bob:changes { certificate = second }
    case[3](alice)
  end)
end

scenario("the new record comes with the key: mail waits for the rest of the TTL, and is not lost",
  { tags = { "dane", "time" }, cites = "DANE-24, DANE-25, SMTP-22" }, function()
  local alice, bob, zone = village()
  arrives(alice)
  after "20 minutes"
  bob:changes { certificate = second }
  zone:changes { tlsa = { record(first), record(second) } }
  local mail = waits(alice)
  after "39 minutes"
  expect(mail).is "deferred"
  expect(mail).finally "delivered"  -- the attempt after 75 minutes sees the new record
  expect(mail).attempts(5)
  arrives(alice)
end)

scenario("the new record never comes: mail waits for five days, and then it is returned",
  { tags = { "dane", "time" }, cites = "DANE-24, DANE-29, SMTP-22, DSN-07" }, function()
  local alice, bob = village()
  arrives(alice)
  bob:changes { certificate = second }
  local mail = waits(alice)
  expect(mail).finally "bounced"
  expect(mail).because "tlsa-invalid"
  expect(alice).bounced(mail) { status = "5.7.5", diagnostic = "TLSA" }
end)

-- The old record may go as soon as the old key is not shown any more. The other way round it is
-- missed by everybody who asks afresh.
scenario("the old record goes before the key does: whoever asks now finds no key that fits",
  { tags = { "dane", "time" }, cites = "DANE-24, DANE-25, RFC 7671 section 8.1" }, function()
  local alice, bob, zone = village()
  arrives(alice)
  zone:changes { tlsa = { record(second) } }
  arrives(alice)  -- the resolver still keeps the old RRset
  after(hour)
  local mail = waits(alice)
  after "10 minutes"
  bob:changes { certificate = second }
  expect(mail).finally "delivered"
  arrives(alice)
end)
scenario("the old record goes the moment the new key is shown, and nobody misses it",
  { tags = { "dane", "time" }, cites = "DANE-24, DANE-25" }, function()
  local alice, bob, zone = village(first, { record(first), record(second) })
  arrives(alice)
  bob:changes { certificate = second }
  zone:changes { tlsa = { record(second) } }
  a_day_of_mail(alice)
end)

-- Two MX hosts that do not change at once, or a change that is taken back: while both records are
-- there, either key will do.
scenario("a change of keys is taken back while both records stand: no mail waits",
  { tags = { "dane", "time" }, cites = "DANE-24" }, function()
  local alice, bob = village(first, { record(first), record(second) })
  for _, certificate in ipairs { first, second, first } do
    bob:changes { certificate = certificate }
    arrives(alice)
    after "10 minutes"
  end
end)
scenario("a change of keys is taken back after the old record went: mail waits out the TTL",
  { tags = { "dane", "time" }, cites = "DANE-24" }, function()
  local alice, bob, zone = village(second, { record(second) })
  arrives(alice)
  bob:changes { certificate = first }
  zone:changes { tlsa = { record(first), record(second) } }
  local mail = waits(alice)
  expect(mail).finally "delivered"
  expect(mail).attempts(5)
end)

-- A renewed certificate of the same key needs no new record, if the record is of the key alone.
for _, case in ipairs {
  { selector = 1, what = "of the key: nothing has to be published", because = nil },
  { selector = 0, what = "of the whole certificate: it is a roll-over as well",
    because = "tlsa-invalid" },
} do
  scenario("a renewed certificate of the same key; the record is " .. case.what,
    { tags = { "dane", "time", "certificates" }, cites = "DANE-24, RFC 7671 section 5.1" },
    function()
    local alice, bob = village(first, { { usage = 3, selector = case.selector, matching = 1,
                                          of = first } })
    arrives(alice)
    bob:changes { certificate = self_signed { key_name = "first", valid_until = "2028-01-01" } }
    after "2 hours"
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 second"
    expect(mail).because(case.because)
    expect(mail).is(case.because and "deferred" or "delivered")
  end)
end

-- The key of a certificate may change freely below a trust anchor that stays (usage 2); a new
-- anchor is a roll-over like any other.
local function anchor(of) return { usage = 2, selector = 1, matching = 1, of = of } end
local old_ca = signed_by "Bob's Own CA" {}
local new_ca = signed_by "Bob's Next CA" { key_name = "second" }

scenario("a trust anchor is published: a new key below it needs no new record",
  { tags = { "dane", "time" }, cites = "DANE-17, DANE-24, RFC 7671 section 5.2" }, function()
  local alice, bob = village(old_ca, { anchor(old_ca) })
  arrives(alice)
  bob:changes { certificate = signed_by "Bob's Own CA" { key_name = "second" } }
  arrives(alice)
end)
scenario("a new trust anchor by the book: both records first, and the old one last",
  { tags = { "dane", "time" }, cites = "DANE-17, DANE-24, DANE-25" }, function()
  local alice, bob, zone = village(old_ca, { anchor(old_ca) })
  arrives(alice)
  zone:changes { tlsa = { anchor(old_ca), anchor(new_ca) } }
  after(hour)
  bob:changes { certificate = new_ca }
  arrives(alice)
  zone:changes { tlsa = { anchor(new_ca) } }
  after(hour)
  arrives(alice)
end)
scenario("a new trust anchor without a record: mail waits until resolvers see it",
  { tags = { "dane", "time" }, cites = "DANE-17, DANE-24" }, function()
  local alice, bob, zone = village(old_ca, { anchor(old_ca) })
  arrives(alice)
  bob:changes { certificate = new_ca }
  local mail = waits(alice)
  zone:changes { tlsa = { anchor(old_ca), anchor(new_ca) } }
  expect(mail).finally "delivered"
  expect(mail).attempts(5)
end)

-- From the key itself to a trust anchor (RFC 7671 section 8.2): the key of the new certificate has
-- no record of its own, so the anchor must have been public for one TTL.
for _, case in ipairs { { "one TTL", hour, arrives }, { "half a TTL", "30 minutes", waits } } do
  scenario("from usage 3 to usage 2: the anchor's record stands beside the key's for " .. case[1],
    { tags = { "dane", "time" }, cites = "DANE-17, DANE-24, RFC 7671 section 8.2" }, function()
    local alice, bob, zone = village(first, { record(first) })
    arrives(alice)
    zone:changes { tlsa = { record(first), anchor(new_ca) } }
    after(case[2])
    bob:changes { certificate = new_ca }
    case[3](alice)
    if case[1] == "one TTL" then
      zone:changes { tlsa = { anchor(new_ca) } }
      a_day_of_mail(alice)
    end
  end)
end

-- From SHA-256 to SHA-512 (RFC 7671 section 8.3). Digest agility makes the stronger digest the only
-- one that counts (section 9), so a new key needs a record with it as well.
scenario("a second digest, and a new key with a record of the weaker digest alone",
  { tags = { "dane", "time" }, cites = "DANE-22, DANE-24, RFC 7671 section 8.1" }, function()
  local function digest(of, matching)
    return { usage = 3, selector = 1, matching = matching, of = of }
  end
  local alice, bob, zone = village(first, { digest(first, 1), digest(first, 2) })
  zone:changes { tlsa = { digest(first, 1), digest(first, 2), digest(second, 1) } }
  arrives(alice)
  after(hour)
  bob:changes { certificate = second }
  local mail = waits(alice)  -- 3 1 1 fits, and 3 1 2 is stronger
  zone:changes { tlsa = { digest(second, 1), digest(second, 2) } }
  expect(mail).finally "delivered"
end)

-- DANE is introduced and given up. While a resolver keeps "there is none", nothing is protected;
-- while it keeps a record, TLS is promised.
scenario("the first record is seen once the TTL of its absence is over",
  { tags = { "dane", "time" }, cites = "DANE-11, DANE-09, RFC 2308 section 5" }, function()
  local alice, bob, zone = village(first, {})
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  local before = alice:sends { to = "bob@bob.example" }
  after "1 second"
  expect(mallory).read(before)
  zone:changes { tlsa = { record(first) } }
  local early = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mallory).read(early)
  local late = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(late).is "deferred"
  expect(late).because "starttls-not-supported"
  expect(mallory).never_read(late)
end)
scenario("the records go, and one TTL later TLS may go; no mail waits",
  { tags = { "dane", "time" }, cites = "DANE-11, DANE-29" }, function()
  local alice, bob, zone = village()
  arrives(alice)
  zone:changes { tlsa = {} }
  after(hour)
  bob:changes { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 second"
  expect(mail).is "delivered"
  expect(mail).crossed "in clear text"
end)
scenario("TLS goes with the records: mail waits for as long as resolvers keep them",
  { tags = { "dane", "time" }, cites = "DANE-09, DANE-29" }, function()
  local alice, bob, zone = village()
  arrives(alice)
  zone:changes { tlsa = {} }
  bob:changes { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "59 minutes"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)
