-- The other end of TLS reports (RFC 8460): who takes them, by mail or by HTTPS, and which ones
-- nobody may believe.

local function world(rpt, alice_options)
  alice_options = alice_options or {}
  alice_options.mta_sts = true
  local alice = sender "mail.alice.example" (alice_options)
  local bob = receiver "mx.bob.example" {}
  local home = domain "bob.example" { mta_sts = {}, tls_rpt = rpt }
  alice:sends { to = "bob@bob.example" }
  return alice, home, bob
end
local by_mail, by_https = "mailto:reports@bob.example", "https://reports.bob.example/v1/tlsrpt"

for _, rua in ipairs { by_mail, by_https } do
  scenario("a report is taken: " .. rua, { tags = { "reports" },
    cites = "RPT-01, RPT-12, RPT-13, RPT-14" }, function()
    local alice, home = world(rua)
    at "2026-01-02 05:00 UTC"
    expect(alice).reported { domain = "bob.example", successes = 1, failures = {} }
    expect(home).took_report { from = "alice.example", successes = 1, failures = {} }
  end)
end

scenario("two places take the same report, each for itself", { cites = "RPT-01, RPT-14" },
  function()
  local alice, home = world { rua = { by_mail, by_https } }
  at "2026-01-02 05:00 UTC"
  expect(home).took_report { from = "alice.example", successes = 2 }
end)

scenario("failures arrive as they were counted", { cites = "RPT-08, RPT-14" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx.bob.example" { starttls = "absent" }
  local home = domain "bob.example" { mta_sts = {}, tls_rpt = by_https }
  at "2026-01-01 23:58 UTC"
  alice:sends { to = "bob@bob.example" }
  at "2026-01-02 05:00 UTC"
  expect(home).took_report { successes = 0, failures = { ["starttls-not-supported"] = 1 } }
end)

scenario("a report on DANE is about the host whose records they are", { cites = "RPT-09, RPT-14" },
  function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.bob.example" {}
  local home = domain "bob.example" { signed = "yes", tls_rpt = by_mail,
    tlsa = { usage = 3, selector = 1, matching = 1, of = "leaf" } }
  alice:sends { to = "bob@bob.example" }
  at "2026-01-02 05:00 UTC"
  expect(home).took_report { from = "alice.example", successes = 1 }
end)

scenario("a report may be taken by somebody else", { cites = "RPT-01" }, function()
  local alice = sender "mail.alice.example" {}
  receiver "mx.bob.example" {}
  receiver "mx.watch.example" {}
  local home = domain "bob.example" { tls_rpt = "mailto:bob@watch.example" }
  alice:sends { to = "bob@bob.example" }
  at "2026-01-02 05:00 UTC"
  expect(home).took_report { from = "alice.example", successes = 1 }
end)

-- A POST that fails is tried again for a day, and less and less often (section 5.5).
for _, https in ipairs { "refused", "stalls", "redirect", "404", "503" } do
  scenario("a collector that is ill is asked again: " .. https,
    { tags = { "reports", "time" }, cites = "RPT-14, RPT-15" }, function()
    local alice, home = world { rua = { by_https }, https = https }
    at "2026-01-02 12:00 UTC"
    expect(home).took_no_report()
    home:changes { tls_rpt = { https = "ok" } }
    at "2026-01-02 17:00 UTC"
    expect(home).took_report { from = "alice.example", successes = 1 }
  end)
end

scenario("after a day a report that nobody takes is given up",
  { tags = { "reports", "time" }, cites = "RPT-15" }, function()
  local alice, home = world { rua = { by_https }, https = "500" }
  at "2026-01-03 06:00 UTC"
  home:changes { tls_rpt = { https = "ok" } }
  after "3 days"
  expect(home).took_no_report()
end)

-- Reports that nobody may believe (A33): the sender does each on purpose.
for flaw, because in pairs {
  ["sends TLS reports unsigned"] = "there is no signature",
  ["signs TLS reports with another key"] = "the signature is wrong",
  ["reports on another domain"] = "it is about 'another.example', which is not ours",
  ["sends zip bombs as TLS reports"] = "more than 4194304 bytes",
  ["leaves policy-domain out of TLS reports"] = "policies[0].policy.policy-domain is not a text",
} do
  scenario("a report that nobody may believe: a gateway that " .. flaw,
    { tags = { "reports", "flaws" }, cites = "A33, RPT-04" }, function()
    local alice, home = world(by_mail, { flaws = { flaw } })
    at "2026-01-02 05:00 UTC"
    expect(alice).reported { domain = "bob.example", successes = 1 }
    expect(home).took_no_report()
    expect(home).refused_report { from = "alice.example", because = because }
  end)
end

for flaw, because in pairs {
  ["reports on another domain"] = "it is about 'another.example', which is not ours",
  ["sends zip bombs as TLS reports"] = "more than 4194304 bytes",
} do
  scenario("the same by HTTPS: a gateway that " .. flaw,
    { tags = { "reports", "flaws" }, cites = "A33, RPT-14" }, function()
    local alice, home = world(by_https, { flaws = { flaw } })
    at "2026-01-02 05:00 UTC"
    expect(home).took_no_report()
    expect(home).refused_report { because = because }
  end)
end

scenario("a letter is no report, and a forged one is nobody's", { cites = "A33, RPT-04" },
  function()
  local mallory = sender "mail.mallory.example" {}
  receiver "mx.bob.example" {}
  local home = domain "bob.example" { tls_rpt = by_mail }
  mallory:sends { to = "reports@bob.example", subject = "Report Domain: bob.example",
                  body = "All is well. Believe me." }
  after "1 minute"
  expect(home).refused_report { from = "mallory.example", because = "there is no signature" }
  expect(home).took_no_report()
end)
