-- Certificates end, and mail goes on. What an administrator who forgot to renew sees, under each
-- level and policy; and what a renewed certificate does to those who pinned the old one.
--
-- The world begins on 2026-01-01 00:00 UTC. The certificate ends at noon that day, and noon itself
-- is its last moment (RFC 5280 section 4.1.2.5).

local ending = signed_by "Lab Root CA" { valid_until = "2026-01-01 12:00 UTC" }
local renewed = signed_by "Lab Root CA" { valid_from = "2026-01-01 18:00 UTC",
                                          valid_until = "2026-04-01" }

local function tlsa(usage, selector)
  return { usage = usage, selector = selector, matching = 1,
           of = usage == 2 and "trust anchor" or "leaf" }
end

-- `before`: how mail crosses while all is well. `expired`: why it waits once the certificate has
-- ended; nothing: it does not. `after`: why it waits though the certificate was renewed.
local senders = {
  { "level may", tls = "may", crossed = "encrypted" },
  { "level encrypt", tls = "encrypt", crossed = "encrypted" },
  { "level verify", tls = "verify", expired = "certificate-expired", cites = "TLS-09" },
  { "level secure", tls = "secure", match = true, expired = "certificate-expired",
    cites = "TLS-09" },
  { "MTA-STS, mode testing", sts = "testing", crossed = "encrypted", cites = "STS-24" },
  { "MTA-STS, mode enforce", sts = "enforce", expired = "certificate-expired",
    cites = "STS-20, STS-23" },
  { "DANE 3 1 1, which reads no dates", tls = "dane", tlsa = tlsa(3, 1), cites = "DANE-16" },
  { "DANE 3 0 1, which a renewal breaks", tls = "dane", tlsa = tlsa(3, 0), after = "tlsa-invalid",
    cites = "DANE-16, DANE-24, RFC 7671 section 5.1" },
  { "DANE 2 1 1, which reads dates", tls = "dane", tlsa = tlsa(2, 1),
    expired = "certificate-expired", cites = "DANE-17" },
}

local function judged(mail, because, crossed)
  expect(mail).is(because and "deferred" or "delivered")
  expect(mail).because(because)
  expect(mail).crossed(because and "not at all" or crossed or "authenticated")
end

for _, s in ipairs(senders) do
  local cites = "A13" .. (s.cites and ", " .. s.cites or "")
  local function world()
    local level = s.tls or "may"
    if s.match then level = { default = { level = "secure", match = { "hostname" } } } end
    local alice = sender "mail.alice.example" { tls = level, mta_sts = s.sts ~= nil }
    local bob = receiver "mx.bob.example" { certificate = ending }
    domain "bob.example" { signed = s.tlsa and "yes" or "no", tlsa = s.tlsa and { s.tlsa } or {},
                           mta_sts = s.sts and { mode = s.sts } or nil }
    return alice, bob
  end
  local function sent(alice)
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 second"
    return mail
  end

  scenario("the certificate ends: " .. s[1],
    { tags = { "time", "certificates" }, cites = cites }, function()
    local alice, bob = world()
    at "2026-01-01 11:59:58 UTC"
    judged(sent(alice), nil, s.crossed)
    at "2026-01-01 12:00:01 UTC"
    local late = sent(alice)
    judged(late, s.expired, s.crossed)
    at "2026-01-01 18:00 UTC"
    bob:changes { certificate = renewed }
    if s.expired then
      expect(late).finally "delivered"  -- it waited, and is not lost
      expect(late).crossed "authenticated"
    end
    judged(sent(alice), s.after, s.crossed)
  end)
end

-- Twelve hours of expiry are nothing; a queue that waits for five days forgives a long weekend.
for _, case in ipairs {
  { "on the fourth day", "2026-01-05", "delivered" },
  { "on the sixth day, which is too late", "2026-01-07", "bounced" },
} do
  scenario("an expired certificate under an enforced policy is renewed " .. case[1],
    { tags = { "time", "certificates", "mta-sts" }, cites = "A13, STS-23, STS-26, SMTP-22" },
    function()
    local alice = sender "mail.alice.example" { mta_sts = true }
    local bob = receiver "mx.bob.example" { certificate = ending }
    domain "bob.example" { mta_sts = {} }
    at "2026-01-01 13:00 UTC"
    local mail = alice:sends { to = "bob@bob.example" }
    at(case[2])
    bob:changes { certificate = signed_by "Lab Root CA" }
    expect(mail).finally(case[3])
    if case[3] == "bounced" then
      expect(alice).bounced(mail) { status = "5.7.5", diagnostic = "expired" }
    end
  end)
end

-- The policy host has a certificate of its own. When that ends, the policy cannot be refreshed any
-- more, and lives as long as those who fetched it keep it: max_age is the time to notice.
local function policy_host_ends(max_age)
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" {}
  local zone  = domain "bob.example" { tls_rpt = "mailto:reports@bob.example",
    mta_sts = { id = "1", max_age = max_age, certificate = ending } }
  local first = alice:sends { to = "bob@bob.example" }
  after "1 second"
  expect(first).crossed "authenticated"
  bob:changes { starttls = "absent" }  -- or Mallory strips it: the sender cannot tell
  return alice, bob, zone
end
local function mail_now(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "10 seconds"
  return mail
end

scenario("the policy host's certificate ends: the policy lives on to the end of its max_age",
  { tags = { "time", "certificates", "mta-sts" }, cites = "STS-07, STS-15, STS-16, A17" },
  function()
  local alice = policy_host_ends "3 days"
  at "2026-01-03 23:59:30 UTC"
  judged(mail_now(alice), "starttls-not-supported")
  at "2026-01-04 00:00:30 UTC"
  judged(mail_now(alice), nil, "in clear text")
end)

scenario("the policy host's certificate ends and is renewed in time: nobody notices",
  { tags = { "time", "certificates", "mta-sts" }, cites = "STS-07, STS-16" }, function()
  local alice, _, zone = policy_host_ends "3 days"
  at "2026-01-03"
  zone:changes { mta_sts = { certificate = renewed } }
  at "2026-01-05 12:00 UTC"  -- refreshed meanwhile, once a day
  judged(mail_now(alice), "starttls-not-supported")
end)

scenario("the policy host's certificate has ended: a sender that comes now finds no policy",
  { tags = { "time", "certificates", "mta-sts" }, cites = "STS-07, STS-14, RPT-08" }, function()
  local _, _, zone = policy_host_ends "3 days"
  local dave = sender "mail.dave.example" { mta_sts = true }
  at "2026-01-01 23:57 UTC"
  judged(mail_now(dave), nil, "in clear text")
  at "2026-01-02"
  -- The policy failed, and the session was no better.
  expect(dave).reported { domain = "bob.example", successes = 0,
    failures = { ["sts-webpki-invalid"] = 1, ["starttls-not-supported"] = 1 } }
  zone:changes { mta_sts = { certificate = renewed } }
  at "2026-01-02 00:03 UTC"  -- five minutes after the fetch that failed (STS-11)
  judged(mail_now(dave), "starttls-not-supported")
end)

scenario("the policy host's certificate has ended: a new policy is not learnt until it is renewed",
  { tags = { "time", "certificates", "mta-sts" }, cites = "STS-07, STS-15, STS-18, STS-26" },
  function()
  local alice, bob, zone = policy_host_ends "1 week"
  bob:changes { starttls = "offered" }
  at "2026-01-02"
  zone:changes { mx = "mx.other.example", mta_sts = { id = "2", mx = { "mx.other.example" } } }
  receiver "mx.other.example" { serves = "bob.example" }
  local mail = mail_now(alice)
  judged(mail, "validation-failure")
  zone:changes { mta_sts = { certificate = renewed } }
  expect(mail).finally "delivered"
  expect(mail).reached "mx.other.example"
end)
