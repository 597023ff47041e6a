-- TLS reports (RFC 8460): a sender counts its sessions and tells the receiving domain, a day at a
-- time, from midnight to midnight UTC.

local function world(receiver_options, policy, level)
  local alice = sender "mail.alice.example" { mta_sts = true, tls = level or "may" }
  local bob = receiver "mx.bob.example" (receiver_options)
  local home = domain "bob.example" { mta_sts = policy, tls_rpt = "mailto:reports@bob.example" }
  return alice, bob, home
end
local function send(alice, count)
  for i = 1, count do alice:sends { to = "bob@bob.example" } end
end

for _, case in ipairs {
  { "all went well", {}, {}, 3, {} },
  { "no STARTTLS under an enforced policy", { starttls = "absent" }, {}, 0,
    { ["starttls-not-supported"] = 3 } },
  { "no STARTTLS while the policy is tested", { starttls = "absent" }, { mode = "testing" }, 0,
    { ["starttls-not-supported"] = 3 } },
  { "an untrusted certificate while the policy is tested", { certificate = self_signed },
    { mode = "testing" }, 0, { ["certificate-not-trusted"] = 3 } },
  { "an expired certificate", { certificate = signed_by "Lab Root CA" { expired = true } }, {}, 0,
    { ["certificate-expired"] = 3 } },
  { "a certificate of another name",
    { certificate = signed_by "Lab Root CA" { names = { "mx.other.example" } } }, {}, 0,
    { ["certificate-host-mismatch"] = 3 } },
  { "an MX host that the policy does not list", {}, { mx = { "mx.other.example" } }, 0,
    { ["validation-failure"] = 3 } },
  { "a handshake that breaks", { starttls = "alerts" }, {}, 0, { ["validation-failure"] = 3 } },
  { "a policy that cannot be fetched", {}, { https = "404" }, 3,
    { ["sts-policy-fetch-error"] = 3 } },
  { "a policy that is none", {}, { body = "no policy" }, 3, { ["sts-policy-invalid"] = 3 } },
  { "a policy host that nobody vouches for", {}, { certificate = self_signed }, 3,
    { ["sts-webpki-invalid"] = 3 } },
} do
  scenario("a day's report: " .. case[1], function()
    cites "RPT-05, RPT-06, RPT-07, RPT-08"
    local alice = world(case[2], case[3])
    after "23 hours 57 minutes"  -- too late for a second try on this day
    send(alice, 3)
    at "2026-01-02 00:00 UTC"
    expect(alice).reported { domain = "bob.example", successes = case[4], failures = case[5] }
  end)
end

scenario("each try is a session: a mail that waits is counted again and again", function()
  cites "RPT-07"
  local alice = world({ starttls = "absent" }, {})
  send(alice, 1)
  after "1 day"
  -- 0, 5, 15, 35 and 75 minutes, then every 4000 s: 25 tries in 24 hours
  expect(alice).reported { domain = "bob.example", successes = 0,
                           failures = { ["starttls-not-supported"] = 25 } }
end)

scenario("DANE is reported under its own policy, whatever MTA-STS says", function()
  cites "RPT-08, RPT-10"
  local alice = sender "mail.alice.example" { tls = "dane", mta_sts = true }
  receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes", mta_sts = {}, tls_rpt = "mailto:reports@bob.example",
    tlsa = { usage = 3, selector = 1, matching = 1, of = "another key" } }
  at "2026-01-01 23:58 UTC"
  alice:sends { to = "bob@bob.example" }
  at "2026-01-02 00:00 UTC"
  expect(alice).reported { domain = "bob.example", successes = 0,
                           failures = { ["tlsa-invalid"] = 1 } }
end)

scenario("the network's own troubles are not reported", function()
  cites "RPT-16"
  local alice, bob = world({ listens = false }, {})
  send(alice, 1)
  after "1 hour"
  bob:changes { listens = true }
  after "23 hours"
  expect(alice).reported { domain = "bob.example", successes = 1, failures = {} }
end)

scenario("a report goes out though TLS to its domain is broken", function()
  cites "RPT-03, RPT-04, RPT-13"
  local alice, bob = world({ certificate = self_signed }, {})
  local eve = eavesdropper "eve" { between = { alice, bob } }
  at "2026-01-01 23:59 UTC"
  send(alice, 1)
  at "2026-01-02 04:00 UTC"
  bob:changes { starttls = "absent" }
  at "2026-01-03 05:00 UTC"  -- the second day's report goes in clear text, for all to read
  expect(eve).knows "TLS-Report-Domain: bob.example"
  expect(eve).knows "DKIM-Signature: "
end)

scenario("who does not ask for reports gets none; nor does whom a sender will not tell", function()
  cites "RPT-02"
  local quiet = sender "mail.carol.example" { tls_reports = false }
  local alice = world({}, {})
  local other = receiver "mx.dave.example" {}
  local eve = eavesdropper "eve" { between = { alice, other } }
  quiet:sends { to = "bob@bob.example" }
  alice:sends { to = "dave@dave.example" }
  after "2 days"
  expect(eve).never_knows "TLS-Report-Domain"
end)

scenario("a record that is wrong, or two of them: no reports", function()
  cites "RPT-02"
  local alice = sender "mail.alice.example" {}
  local bob = receiver "mx.bob.example" { starttls = "absent" }
  local eve = eavesdropper "eve" { between = { alice, bob } }
  domain "bob.example" { tls_rpt = "v=TLSRPTv2; rua=mailto:reports@bob.example" }
  alice:sends { to = "bob@bob.example" }
  after "2 days"
  expect(eve).never_knows "TLS-Report-Domain"
end)
