-- The day of a TLS report is a UTC day, from 00:00:00 to 23:59:59 (RFC 8460 section 4.1). A session
-- belongs to the day in which it is counted, to the second; a mail that waits for days leaves its
-- tries in the reports of all of them.

local function village(options, zone)
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" (options or {})
  local all   = { mta_sts = {}, tls_rpt = "mailto:reports@bob.example" }
  for key, value in pairs(zone or {}) do all[key] = value end
  return alice, bob, domain "bob.example" (all)
end
local function reported(alice, day, successes, failures)
  expect(alice).reported { domain = "bob.example", day = day, successes = successes,
                           failures = failures or {} }
end

scenario("a session at 23:59:59 and one at 00:00:01 stand in two reports",
  { tags = { "time", "reports" }, cites = "RPT-06, RPT-07" }, function()
  local alice = village()
  at "2026-01-01 23:59:59 UTC"
  alice:sends { to = "bob@bob.example" }
  at "2026-01-02 00:00:01 UTC"
  alice:sends { to = "bob@bob.example" }
  reported(alice, "2026-01-01", 1)
  at "2026-01-03"
  reported(alice, "2026-01-01", 1)
  reported(alice, "2026-01-02", 1)
  expect(alice).reported { domain = "bob.example", day = "2026-01-01", says = {
    '"start-datetime":"2026-01-01T00:00:00Z"', '"end-datetime":"2026-01-01T23:59:59Z"' } }
  expect(alice).reported { domain = "bob.example", day = "2026-01-02", says = {
    '"start-datetime":"2026-01-02T00:00:00Z"', '"end-datetime":"2026-01-02T23:59:59Z"' } }
end)

-- RFC 8460 does not say which moment of a session counts. Here it is the one at which the session
-- is over.
scenario("a session that is begun before midnight and over after it counts for the new day",
  { tags = { "time", "reports" }, cites = "RPT-06" }, function()
  local alice = village()
  at "2026-01-01 12:00 UTC"
  alice:sends { to = "bob@bob.example" }
  at "2026-01-01 23:59:59 UTC"
  after "990 ms"
  alice:sends { to = "bob@bob.example" }
  at "2026-01-03"
  reported(alice, "2026-01-01", 1)
  reported(alice, "2026-01-02", 1)
end)

scenario("a mail that waits past midnight, from one month into the next: each day has its tries",
  { tags = { "time", "reports", "queue" }, cites = "RPT-06, RPT-07, RPT-08, SMTP-22" }, function()
  local alice, bob = village { starttls = "absent" }
  at "2026-02-28 23:00 UTC"
  alice:sends { to = "bob@bob.example" }           -- tried at 23:00, 23:05, 23:15, 23:35
  at "2026-03-01 00:14:59 UTC"
  bob:changes { starttls = "offered" }
  at "2026-03-02"                                  -- and taken at 00:15
  reported(alice, "2026-02-28", 0, { ["starttls-not-supported"] = 4 })
  reported(alice, "2026-03-01", 1)
end)

scenario("a day without sessions has no report",
  { tags = { "time", "reports" }, cites = "RPT-06" }, function()
  local alice = village()
  at "2026-01-01 12:00 UTC"
  alice:sends { to = "bob@bob.example" }
  at "2026-01-03 12:00 UTC"
  alice:sends { to = "bob@bob.example" }
  at "2026-01-04"
  reported(alice, "2026-01-01", 1)
  reported(alice, "2026-01-03", 1)
  expect(alice).reported { domain = "bob.example", successes = 2,
                           lacks = { '"start-datetime":"2026-01-02' } }
end)

scenario("a policy that changes at noon: one report, two policies in it",
  { tags = { "time", "reports", "mta-sts" }, cites = "RPT-05, RPT-07, RPT-10, STS-18" }, function()
  local alice, bob, zone = village({}, { mta_sts = { id = "1", mode = "testing" } })
  alice:sends { to = "bob@bob.example" }
  at "2026-01-01 12:00 UTC"
  zone:changes { mta_sts = { id = "2", mode = "enforce" } }
  alice:sends { to = "bob@bob.example" }
  at "2026-01-02"
  expect(alice).reported { domain = "bob.example", day = "2026-01-01", successes = 2,
    says = { '"mode: testing"', '"mode: enforce"' } }
end)

scenario("keys roll over at noon: one report, and each set of TLSA records in it",
  { tags = { "time", "reports", "dane" }, cites = "RPT-05, RPT-08, RPT-10, DANE-24" }, function()
  local first, second = self_signed { key_name = "first" }, self_signed { key_name = "second" }
  local function record(of) return { usage = 3, selector = 1, matching = 1, of = of } end
  local alice = sender "mail.alice.example" { tls = "dane" }
  local bob   = receiver "mx.bob.example" { certificate = first }
  local zone  = domain "bob.example" { signed = "yes", tlsa = { record(first) },
                                       tls_rpt = "mailto:reports@bob.example" }
  alice:sends { to = "bob@bob.example" }
  at "2026-01-01 11:58 UTC"
  bob:changes { certificate = second }             -- two minutes too early
  alice:sends { to = "bob@bob.example" }
  at "2026-01-01 12:00 UTC"
  zone:changes { tlsa = { record(second) } }
  at "2026-01-02"
  reported(alice, "2026-01-01", 2, { ["tlsa-invalid"] = 1 })
  expect(alice).reported { domain = "bob.example", says = { '"policy-type":"tlsa"',
    '"policy-domain":"mx.bob.example"', '"policy-string":["3 1 1 ' } }
end)

-- The flaw of a real sender: whoever reads the report cannot tell what it is about.
for _, flawed in ipairs { true, false } do
  scenario((flawed and "flawed: the report does not say whose policy it is about"
                    or "sound: the report says whose policy it is about"),
    { tags = { "reports", "flaw" }, cites = "RPT-09, RFC 8460 section 4.4" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true,
      flaws = flawed and { "leaves policy-domain out of TLS reports" } or {} }
    receiver "mx.bob.example" {}
    domain "bob.example" { mta_sts = {}, tls_rpt = "mailto:reports@bob.example" }
    at "2026-01-01 12:00 UTC"
    alice:sends { to = "bob@bob.example" }
    at "2026-01-02"
    local words = '"policy-domain":"bob.example"'
    expect(alice).reported { domain = "bob.example", successes = 1,
      says = { '"policy-type":"sts"', not flawed and words or nil },
      lacks = flawed and { '"policy-domain"' } or {} }
  end)
end
