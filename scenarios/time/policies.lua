-- MTA-STS policies that change: a new mail host, a first policy, a farewell. RFC 8461 section 8.
-- DNS answers are kept for an hour here, so a new id is not seen at once either.

local hour = "1 hour"

local function village(sts, ttl)
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" {}
  local zone  = domain "bob.example" { ttl = ttl or hour, mx = "mx.bob.example", mta_sts = sts }
  return alice, zone, bob
end
local function new_host(options)
  local all = { serves = "bob.example" }
  for key, value in pairs(options or {}) do all[key] = value end
  return receiver "mx.hosting.example" (all)
end
local function arrives(alice, host)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 second"
  expect(mail).is "delivered"
  expect(mail).crossed "authenticated"
  expect(mail).reached(host)
end
local function waits(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 second"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
  return mail
end
local old, new = "mx.bob.example", "mx.hosting.example"

-- ---- another host

scenario("to another host by the book: first the policy names both, an hour later the MX changes",
  { tags = { "mta-sts", "time" }, cites = "STS-18, STS-19, STS-30, RFC 8461 section 8.1" },
  function()
  local alice, zone = village { id = "1", mx = { old } }
  new_host()
  arrives(alice, old)
  zone:changes { mta_sts = { id = "2", mx = { old, new } } }
  arrives(alice, old)        -- by the cached policy, which will do
  after(hour)
  zone:changes { mx = new }
  arrives(alice, new)        -- the MX record is as old as the id, and both are asked for now
  zone:changes { mta_sts = { id = "3", mx = { new } } }
  for _ = 1, 24 do
    after(hour)
    arrives(alice, new)
  end
end)

scenario("to another host, MX first: mail waits until the policy names it, and is not lost",
  { tags = { "mta-sts", "time" }, cites = "STS-19, STS-26, RFC 8461 section 5.1" }, function()
  local alice, zone = village { id = "1", mx = { old } }
  new_host()
  arrives(alice, old)
  zone:changes { mx = new }
  arrives(alice, old)        -- the resolver still keeps the old MX record
  after(hour)
  local mail = waits(alice)
  after "2 days"
  expect(mail).is "deferred"
  zone:changes { mta_sts = { id = "2", mx = { new } } }
  expect(mail).finally "delivered"
  expect(mail).reached(new)
end)

-- Both at once: then it depends on what resolvers keep longer, the MX record or the id.
local function record_of(id, ttl)
  return { ('_mta-sts.bob.example. %d IN TXT "v=STSv1; id=%s;"'):format(ttl, id) }
end
for _, case in ipairs {
  { "the id is kept as long as the MX record: no mail waits", ttl = 300 },
  { "the id is kept an hour longer: mail waits for that hour", ttl = 3900 },
} do
  scenario("to another host, policy and MX record change at once; " .. case[1],
    { tags = { "mta-sts", "time" }, cites = "STS-18, STS-19, STS-26" }, function()
    local alice, zone = village({ id = "1", mx = { old } }, "5 minutes")
    zone:changes { records = record_of("1", case.ttl) }
    new_host()
    arrives(alice, old)      -- from now on both are kept
    zone:changes { mx = new, mta_sts = { id = "2", mx = { new } } }
    zone:changes { records = record_of("2", case.ttl) }
    arrives(alice, old)
    after "5 minutes"
    if case.ttl == 300 then
      arrives(alice, new)
    else
      local mail = waits(alice)
      after "55 minutes"
      expect(mail).is "deferred"
      expect(mail).finally "delivered"
      expect(mail).reached(new)
    end
  end)
end

scenario("the new host is named, and the id is forgotten: mail waits for the daily refresh",
  { tags = { "mta-sts", "time" }, cites = "STS-16, STS-18, STS-30" }, function()
  local alice, zone = village({ id = "1", mx = { old } }, "0 s")
  new_host()
  arrives(alice, old)
  zone:changes { mx = new, mta_sts = { id = "1", mx = { new } } }
  local mail = waits(alice)
  after "22 hours"
  expect(mail).is "deferred"
  after "4 hours"
  expect(mail).is "delivered"
  expect(mail).reached(new)
end)

-- ---- from testing to enforcing

scenario("testing finds what enforcing would have stopped, and stops nothing meanwhile",
  { tags = { "mta-sts", "time", "reports" }, cites = "STS-23, STS-24, RPT-07, RPT-08" }, function()
  local alice, zone, bob = village({ id = "1", mode = "testing", mx = { old } }, "0 s")
  zone:changes { tls_rpt = "mailto:reports@bob.example",
                 mx = { { host = old, preference = 10 }, { host = new, preference = 20 } } }
  local forgotten = new_host { certificate = self_signed }
  bob:changes { listens = false }         -- for a day, mail goes to the host nobody thought of
  at "2026-01-01 23:57 UTC"
  local mail = alice:sends { to = "bob@bob.example" }
  at "2026-01-02"
  expect(mail).is "delivered"
  expect(mail).reached(new)
  expect(alice).reported { domain = "bob.example", day = "2026-01-01", successes = 0,
                           failures = { ["validation-failure"] = 1 } }
  -- The report has told Bob. He mends both faults, and enforces.
  forgotten:changes { certificate = signed_by "Lab Root CA" }
  zone:changes { mta_sts = { id = "2", mode = "enforce", mx = { old, new } } }
  arrives(alice, new)
end)

-- ---- the end of a policy (section 8.3)

-- `none_for`: how long mode none was shown before record and policy host went. Alice's refreshing
-- is out of order that day, as any network may be.
for _, case in ipairs {
  { "for as long as the old policy could live", "1 week", "delivered" },
  { "for half a day alone", "12 hours", "deferred" },
} do
  scenario("a farewell: mode none is shown " .. case[1] .. ", then all goes, and TLS with it",
    { tags = { "mta-sts", "time" }, cites = "STS-25, STS-30, RFC 8461 section 8.3" }, function()
    local alice, zone, bob = village({ id = "1", mx = { old }, max_age = "1 week" }, "0 s")
    arrives(alice, old)
    zone:changes { mta_sts = { id = "2", mode = "none", max_age = "1 day", https = "refused" } }
    after "13 hours"       -- Alice cannot reach the policy host in this time
    if case[2] == "1 week" then
      zone:changes { mta_sts = { https = "ok" } }
      after "1 week"
    end
    zone:changes { mta_sts = { txt = {}, https = "refused" } }
    bob:changes { starttls = "absent" }
    local mail = alice:sends { to = "bob@bob.example" }
    after "10 seconds"
    expect(mail).is(case[3])
    expect(mail).because(case[3] == "deferred" and "starttls-not-supported" or nil)
  end)
end

scenario("a policy host that is gone by accident: the policy protects for the rest of its max_age",
  { tags = { "mta-sts", "time" }, cites = "STS-15, STS-17, A16, A19" }, function()
  local alice, zone, bob = village({ id = "1", mx = { old }, max_age = "2 weeks" }, "0 s")
  arrives(alice, old)
  zone:changes { mta_sts = { https = "refused" } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  at "2026-01-14 12:00 UTC"
  local held = alice:sends { to = "bob@bob.example" }
  after "10 seconds"
  expect(held).because "starttls-not-supported"
  expect(mallory).not_yet_read(held)
  -- Nobody has mended it in two weeks: now the policy is forgotten, and what waited goes as well.
  after "3 days"
  expect(held).is "delivered"
  expect(held).crossed "in clear text"
  expect(mallory).read(held)
end)
