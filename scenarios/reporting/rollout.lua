-- From testing to enforce, by the book: a domain announces its policy while it is only tested,
-- waits for the reports, mends what they name, and enforces it when a whole day was clean.

scenario("testing, a report names a weak host, it is mended, a clean report, enforce",
  { tags = { "mta-sts", "reports", "rollout" },
    cites = "STS-18, STS-23, STS-24, RPT-07, RPT-08, RPT-14" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  local carol = sender "mail.carol.example" { mta_sts = true }
  -- Everybody forgot the certificate of the old host: it ran out.
  local old = receiver "mx1.bob.example" { preference = 10,
    certificate = signed_by "Lab Root CA" { expired = true } }
  local other = receiver "mx2.bob.example" { preference = 20 }
  local home = domain "bob.example" { tls_rpt = "mailto:reports@bob.example",
    mta_sts = { mode = "testing", id = "20260101", max_age = "1 day" } }

  local function a_day_of_mail()
    local mails = {}
    for _ = 1, 6 do
      for _, from in ipairs { alice, carol } do
        mails[#mails + 1] = from:sends { to = "bob@bob.example" }
      end
      after "1 hour"
    end
    for _, mail in ipairs(mails) do expect(mail).is "delivered" end
    return mails
  end

  -- 1 January: testing. All mail arrives, for nothing is refused (RFC 8461 section 5).
  a_day_of_mail()
  at "2026-01-02 05:00 UTC"
  -- Both reports name the host and why.
  for _, from in ipairs { alice, carol } do
    expect(from).reported { domain = "bob.example", day = "2026-01-01",
      successes = 0,
      failures = { ["certificate-expired"] = 6 }, says = { "mx1.bob.example", "mode: testing" } }
  end
  expect(home).took_report { from = "alice.example", failures = { ["certificate-expired"] = 6 } }

  -- 2 January, early in the morning: it is mended, and the day's report is clean.
  old:changes { certificate = signed_by "Lab Root CA" }
  a_day_of_mail()
  at "2026-01-03 05:00 UTC"
  for _, from in ipairs { alice, carol } do
    expect(from).reported { domain = "bob.example", day = "2026-01-02", successes = 6,
      failures = {} }
  end

  -- 3 January: a clean day is over. The new policy comes to its host first, then the new id into
  -- the record (section 8.1), and with a longer life, for it is to stay.
  home:changes { mta_sts = { id = "20260101", mode = "enforce", max_age = "4 weeks" } }
  home:changes { mta_sts = { id = "20260103" } }
  for _, mail in ipairs(a_day_of_mail()) do expect(mail).crossed "authenticated" end
  at "2026-01-04 05:00 UTC"
  for _, from in ipairs { alice, carol } do
    expect(from).reported { domain = "bob.example", day = "2026-01-03", successes = 6,
      failures = {}, says = { "mode: enforce" } }
  end

  -- 4 January: an impostor stands in the old host's place, with a certificate of his own. He gets
  -- nothing: the mail takes the other host, and waits where there is none.
  local mallory = attacker "mallory" { between = { alice, old } }
  mallory:impersonates(old, self_signed { names = { "mx1.bob.example" } })
  local secret = alice:sends { to = "bob@bob.example", body = "The figures: eleven million." }
  after "1 minute"
  expect(secret).is "delivered"
  expect(secret).reached "mx2.bob.example"
  other:changes { listens = false }
  local waiting = alice:sends { to = "bob@bob.example", body = "Twelve, to be exact." }
  after "2 hours"
  expect(waiting).is "deferred"
  expect(mallory).never_read(secret)
  expect(mallory).never_read(waiting)
  mallory:leaves()
  expect(waiting).finally "delivered"
  for _, mail in ipairs { secret, waiting } do expect(mail).crossed "authenticated" end
  at "2026-01-05 05:00 UTC"
  expect(alice).reported { domain = "bob.example", day = "2026-01-04",
    says = { "certificate-not-trusted", "mx1.bob.example" } }
end)

-- What testing does not do: the same impostor reads the mail, and only the report tells of him.
scenario("while the policy is only tested the impostor reads the mail, and the report tells of it",
  { tags = { "mta-sts", "reports", "rollout" }, cites = "STS-24, RPT-08" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob = receiver "mx.bob.example" {}
  local home = domain "bob.example" { tls_rpt = "mailto:reports@bob.example",
    mta_sts = { mode = "testing" } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(bob, self_signed { names = { "mx.bob.example" } })
  local mail = alice:sends { to = "bob@bob.example", body = "The figures: eleven million." }
  expect(mail).finally "delivered"
  expect(mallory).read(mail)
  mallory:leaves()
  at "2026-01-02 05:00 UTC"
  expect(home).took_report { from = "alice.example",
    failures = { ["certificate-not-trusted"] = 1 } }
end)

-- Against the book: the new id without the new text. Who fetches in between keeps the old policy
-- under the new id, and hears of enforce only when it refreshes, a day later.
scenario("the id before the policy: who asks in between is bound a day later than the owner thinks",
  { tags = { "mta-sts", "rollout" }, cites = "STS-16, STS-18" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob = receiver "mx.bob.example" {}
  local home = domain "bob.example" { mta_sts = { mode = "testing", id = "1" } }
  alice:sends { to = "bob@bob.example" }
  after "1 minute"
  home:changes { mta_sts = { id = "2" } }
  alice:sends { to = "bob@bob.example" }
  after "10 minutes"
  home:changes { mta_sts = { mode = "enforce", id = "2" } }
  bob:changes { certificate = self_signed }
  local early = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(early).is "delivered"
  expect(early).crossed "encrypted"
  after "2 days"
  local late = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(late).is "deferred"
  expect(late).because "certificate-not-trusted"
end)
