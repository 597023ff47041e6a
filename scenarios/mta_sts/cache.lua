-- MTA-STS: a policy that was fetched is kept for max_age, refreshed meanwhile, and forgotten then.
-- The sender has seen it once; an attacker who comes later comes too late (RFC 8461 sections 3.3,
-- 5.1 and 10.2). A mail that crosses in clear text met no policy that enforces.

local function village(sts)
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" {}
  sts.mx = sts.mx or { "mx.bob.example" }
  local zone  = domain "bob.example" { mta_sts = sts }
  return alice, bob, zone
end
local function first_contact(alice)
  local mail = alice:sends { to = "carol@bob.example" }
  after "1 second"
  expect(mail).is "delivered"
end
local gone = { txt = {}, https = "refused" }

local function waits(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "15 seconds"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mail).crossed "not at all"
end
local function goes_in_clear(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "15 seconds"
  expect(mail).is "delivered"
  expect(mail).crossed "in clear text"
end

-- Fetched within the first second, it expires within the 3601st.
for _, case in ipairs {
  { "a second before its max_age is over, a policy is obeyed", "3598 seconds", waits },
  { "a second after its max_age is over, a policy is forgotten", "3600 seconds", goes_in_clear },
} do
  scenario(case[1], { tags = { "mta-sts", "time" }, cites = "STS-14, STS-15" }, function()
    local alice, bob, zone = village { max_age = "1 hour" }
    first_contact(alice)
    zone:changes { mta_sts = gone }
    bob:changes { starttls = "absent" }
    after(case[2])
    case[3](alice)
  end)
end

scenario("a policy with max_age 0 is obeyed once, and not kept",
  { tags = { "mta-sts" }, cites = "STS-13, STS-15" }, function()
  local alice, bob, zone = village { max_age = "0 s" }
  bob:changes { starttls = "absent" }
  waits(alice)
  zone:changes { mta_sts = gone }
  goes_in_clear(alice)
end)

scenario("a policy of a whole year is kept that long though it is never seen again",
  { tags = { "mta-sts", "time" }, cites = "STS-13, STS-15" }, function()
  local alice, bob, zone = village { max_age = "31557600 s" }
  first_contact(alice)
  zone:changes { mta_sts = gone }
  bob:changes { starttls = "absent" }
  after "364 days"
  waits(alice)
  after "2 days"
  goes_in_clear(alice)
end)

-- Refreshing: about once a day, and before it expires.

scenario("with the same id the policy is not fetched for a mail, but within a day by the way",
  { tags = { "mta-sts", "time" }, cites = "STS-16, STS-18" }, function()
  local alice, bob, zone = village { id = "1", mode = "testing" }
  first_contact(alice)
  bob:changes { starttls = "absent" }
  zone:changes { mta_sts = { id = "1", mode = "enforce" } }
  after "23 hours"
  goes_in_clear(alice)
  after "1 hour"
  waits(alice)
end)

scenario("a new id is seen with the next mail",
  { tags = { "mta-sts" }, cites = "STS-18" }, function()
  local alice, bob, zone = village { id = "1", mode = "testing" }
  first_contact(alice)
  bob:changes { starttls = "absent" }
  goes_in_clear(alice)
  zone:changes { mta_sts = { id = "2", mode = "enforce" } }
  waits(alice)
end)

scenario("a policy that can be refreshed never expires, though no mail is sent for a month",
  { tags = { "mta-sts", "time" }, cites = "STS-16, A16" }, function()
  local alice, bob, zone = village { max_age = "2 days" }
  first_contact(alice)
  after "30 days"
  -- An attacker who now blocks DNS and HTTPS does not gain a first contact.
  zone:changes { mta_sts = gone }
  bob:changes { starttls = "absent" }
  waits(alice)
end)

scenario("a policy that lives for an hour is refreshed each half hour",
  { tags = { "mta-sts", "time" }, cites = "STS-16" }, function()
  local alice, bob, zone = village { max_age = "1 hour" }
  first_contact(alice)
  after "40 minutes"
  zone:changes { mta_sts = gone }
  bob:changes { starttls = "absent" }
  after "40 minutes"
  waits(alice)  -- the first fetch was 80 minutes ago
  after "30 minutes"
  goes_in_clear(alice)
end)

scenario("a refresh that fails alerts the administrator, and the old policy stays to its end",
  { tags = { "mta-sts", "time" }, cites = "STS-15, STS-17" }, function()
  local alice, bob, zone = village { max_age = "1 week" }
  first_contact(alice)
  zone:changes { mta_sts = { https = "500" } }
  bob:changes { starttls = "absent" }
  after "6 days"
  waits(alice)
  after "1 day"
  goes_in_clear(alice)
end)

scenario("a policy host that recovers is asked again, and the policy lives on",
  { tags = { "mta-sts", "time" }, cites = "STS-16" }, function()
  local alice, bob, zone = village { max_age = "1 week" }
  first_contact(alice)
  zone:changes { mta_sts = { https = "500" } }
  after "5 days"
  zone:changes { mta_sts = { https = "ok" } }
  after "2 days"
  zone:changes { mta_sts = gone }
  bob:changes { starttls = "absent" }
  after "4 days"
  waits(alice)
end)

-- F21: a fetch that failed is not tried again within five minutes, unless the id is another one.

scenario("F21: a failed fetch is not repeated within five minutes; until then, no policy",
  { tags = { "mta-sts", "time" }, cites = "STS-11, STS-14" }, function()
  local alice, bob, zone = village { id = "1", https = "500" }
  bob:changes { starttls = "absent" }
  goes_in_clear(alice)
  zone:changes { mta_sts = { https = "ok" } }
  after "4 minutes"
  goes_in_clear(alice)
  after "1 minute"
  waits(alice)
end)

scenario("F21: a new id is fetched at once, however lately another one failed",
  { tags = { "mta-sts" }, cites = "STS-11, STS-18" }, function()
  local alice, bob, zone = village { id = "1", https = "500" }
  bob:changes { starttls = "absent" }
  goes_in_clear(alice)
  zone:changes { mta_sts = { id = "2", https = "ok" } }
  waits(alice)
end)

scenario("F21: while a fetch is not repeated, the cached policy is obeyed",
  { tags = { "mta-sts" }, cites = "STS-11, STS-15" }, function()
  local alice, bob, zone = village { id = "1" }
  first_contact(alice)
  bob:changes { starttls = "absent" }
  zone:changes { mta_sts = { id = "2", mode = "none", https = "500" } }
  waits(alice)
  zone:changes { mta_sts = { https = "ok" } }
  after "1 minute"
  waits(alice)  -- mode none is there to be had, but it is not asked for yet
  after "5 minutes"
  goes_in_clear(alice)
end)

scenario("F21: while a fetch is not repeated, a policy that has expired does not come back",
  { tags = { "mta-sts", "time" }, cites = "STS-11, STS-14" }, function()
  local alice, bob, zone = village { id = "1", max_age = "1 hour" }
  first_contact(alice)
  bob:changes { starttls = "absent" }
  zone:changes { mta_sts = { id = "2", https = "500" } }
  after "1 hour"
  goes_in_clear(alice)
  zone:changes { mta_sts = { https = "ok" } }
  after "1 minute"
  goes_in_clear(alice)
end)

-- How a domain gives its policy up.

scenario("mode none under a new id, then silence: the way to give a policy up",
  { tags = { "mta-sts", "time" }, cites = "STS-25, STS-30, RFC 8461 section 8.3" }, function()
  local alice, bob, zone = village { id = "1", max_age = "30 days" }
  first_contact(alice)
  zone:changes { mta_sts = { id = "2", mode = "none", max_age = "1 day" } }
  bob:changes { starttls = "absent" }
  goes_in_clear(alice)
  after "2 days"
  zone:changes { mta_sts = gone }
  goes_in_clear(alice)
  after "2 days"
  goes_in_clear(alice)
end)

scenario("mode none under the old id: senders who have the policy hear of it a day later",
  { tags = { "mta-sts", "time" }, cites = "STS-16, STS-18, STS-30" }, function()
  local alice, bob, zone = village { id = "1", max_age = "30 days" }
  first_contact(alice)
  zone:changes { mta_sts = { id = "1", mode = "none" } }
  bob:changes { starttls = "absent" }
  waits(alice)
  after "1 day"
  goes_in_clear(alice)
end)

scenario("record and policy are just deleted: those who know the policy obey it to its last day",
  { tags = { "mta-sts", "time" }, cites = "STS-15, STS-30, A19" }, function()
  local alice, bob, zone = village { max_age = "30 days" }
  first_contact(alice)
  zone:changes { mta_sts = gone }
  bob:changes { starttls = "absent" }
  after "29 days"
  waits(alice)
  goes_in_clear(sender "mail.dave.example" { mta_sts = true })  -- who never saw it
  after "1 day"
  goes_in_clear(alice)
end)

-- RFC 8461 section 8.1: the policy first, then the record that leads to it.
scenario("the new id comes before the new policy, and the old policy is kept under it for a day",
  { tags = { "mta-sts", "time" }, cites = "STS-18, STS-30" }, function()
  local alice, bob, zone = village { id = "1" }
  first_contact(alice)
  zone:changes { mta_sts = { id = "2" } }
  first_contact(alice)                              -- fetches the old text under the new id
  zone:changes { mta_sts = { id = "2", mode = "none" } }
  bob:changes { starttls = "absent" }
  waits(alice)
  after "1 day"
  goes_in_clear(alice)
end)

scenario("a mail that waits is set free by a better policy under a new id",
  { tags = { "mta-sts" }, cites = "STS-26, RFC 8461 section 5.1" }, function()
  local alice, _, zone = village { id = "1", mx = { "old.bob.example" } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
  zone:changes { mta_sts = { id = "2", mx = { "mx.bob.example" } } }
  expect(mail).finally "delivered"
  expect(mail).attempts(2)
  expect(mail).crossed "authenticated"
end)
