-- Five days in the queue. Each attempt is told 4yz, or nobody answers; at the end the sender is
-- told 5: a report is final (RFC 3464 section 2.3.4), with the reason of the last attempt.

-- What is wrong with Bob for five days; what each attempt says; what the report says.
local certificates = {
  untrusted = self_signed {},
  expired   = signed_by "Lab Root CA" { expired = true },
  misnamed  = signed_by "Lab Root CA" { names = { "mx.other.example" } },
}
local troubles = {
  { "nobody listens", host = { listens = false }, because = "connection-refused", code = "4.4.1" },
  { "nobody answers", host = { unreachable = true }, because = "timeout", code = "4.4.1" },
  { "DNS fails", zone = { fails = { name = "bob.example", type = "MX", how = "servfail" } },
    because = "dns-failure", code = "4.4.3" },
  { "the host is busy", host = { replies = { MAIL = "451 4.3.2 try again later" } },
    because = "smtp-deferred", code = "4.3.2", says = "smtp; 451 4.3.2 try again later" },
  { "STARTTLS is stripped, level encrypt", tls = "encrypt", host = { starttls = "absent" },
    because = "starttls-not-supported", code = "4.7.4" },
  { "the certificate is not trusted, level verify", tls = "verify",
    host = { certificate = certificates.untrusted }, because = "certificate-not-trusted",
    code = "4.7.5" },
  { "the certificate has expired, policy enforced", sts = {},
    host = { certificate = certificates.expired }, because = "certificate-expired",
    code = "4.7.5" },
  { "the certificate is another's, policy enforced", sts = {},
    host = { certificate = certificates.misnamed }, because = "certificate-host-mismatch",
    code = "4.7.5" },
  { "the policy lists another host", sts = { mx = { "mx.other.example" } },
    because = "validation-failure", code = "4.7.5" },
  { "no TLS, policy enforced", sts = {}, host = { starttls = "absent" },
    because = "starttls-not-supported", code = "4.7.4" },
  { "the TLSA records are of another key", tls = "dane", tlsa = "another key",
    because = "tlsa-invalid", code = "4.7.5" },
  { "the TLSA records cannot be had", tls = "dane", tlsa = "leaf",
    zone = { fails = { name = "_25._tcp.mx.bob.example", type = "TLSA", how = "servfail" } },
    because = "dnssec-invalid", code = "4.7.5" },
  { "there are no TLSA records, level dane-only", tls = "dane-only", signed = true,
    because = "dane-required", code = "4.7.5" },
}

local function world(t)
  local alice = sender "mail.alice.example" { tls = t.tls or "may", mta_sts = t.sts ~= nil }
  local bob = receiver "mx.bob.example" (t.host or {})
  local zone = domain "bob.example" { signed = (t.tlsa or t.signed) and "yes" or "no",
    mta_sts = t.sts,
    tlsa = t.tlsa and { { usage = 3, selector = 1, matching = 1, of = t.tlsa } } or {} }
  if t.zone then zone:changes(t.zone) end
  return alice, bob, zone
end

for _, t in ipairs(troubles) do
  scenario("five days: " .. t[1],
    { tags = { "time", "queue" }, cites = "SMTP-18, SMTP-22, SMTP-29, DSN-03, DSN-07" }, function()
    local alice = world(t)
    local mail = alice:sends { to = "bob@bob.example" }
    at "2026-01-05 23:00 UTC"
    expect(mail).is "deferred"
    expect(mail).because(t.because)
    expect(mail).code(t.code)
    expect(mail).crossed "not at all"
    at "2026-01-06 00:02 UTC"
    expect(mail).is "bounced"
    expect(mail).because(t.because)
    expect(alice).bounced(mail) { status = t.code:gsub("^4", "5"), to = "bob@bob.example",
                                  diagnostic = t.says or "x-mailtls; " }
  end)
end

-- How often that is: at 0, 5, 15, 35 and 75 minutes, then every 4000 seconds, and once more at the
-- very end.
scenario("five days are 112 attempts", { tags = { "time", "queue" }, cites = "SMTP-22" },
  function()
  local alice = world { host = { listens = false } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).attempts(112)
end)

-- The last attempt decides: what was wrong before is not what the report tells.
scenario("the trouble changes on the last day, and the report tells the last one",
  { tags = { "time", "queue" }, cites = "SMTP-22, DSN-07" }, function()
  local alice, bob = world { host = { listens = false } }
  local mail = alice:sends { to = "bob@bob.example" }
  at "2026-01-05 12:00 UTC"
  bob:changes { listens = true, replies = { RCPT = "450 4.2.0 mailbox is locked" } }
  expect(mail).finally "bounced"
  expect(alice).bounced(mail) { status = "5.2.0", diagnostic = "smtp; 450 4.2.0" }
end)

-- The very last attempt is made when the five days are over, not an hour before.
for _, case in ipairs {
  { "a second before the five days are over", "2026-01-05 23:59:59 UTC", "delivered" },
  { "a second after the five days are over", "2026-01-06 00:00:01 UTC", "bounced" },
} do
  scenario("the host is mended " .. case[1] .. ": " .. case[3],
    { tags = { "time", "queue" }, cites = "SMTP-22" }, function()
    local alice, bob = world { host = { listens = false } }
    local mail = alice:sends { to = "bob@bob.example" }
    at(case[2])
    bob:changes { listens = true }
    expect(mail).finally(case[3])
  end)
end

-- One recipient arrives, one is refused for good, one waits: three fates, and two reports.
scenario("three recipients, three fates, and a report for each that failed when it failed",
  { tags = { "time", "queue" }, cites = "SMTP-18, SMTP-22, DSN-01, DSN-03" }, function()
  local alice = sender "mail.alice.example" {}
  receiver "mx.bob.example" { users = { "bob" } }
  receiver "mx.carol.example" { listens = false }
  local mail = alice:sends { to = { "bob@bob.example", "nobody@bob.example",
                                    "carol@carol.example" } }
  after "1 minute"
  expect(mail).to("bob@bob.example").is "delivered"
  expect(mail).to("nobody@bob.example").is "bounced"
  expect(mail).to("carol@carol.example").is "deferred"
  expect(alice).bounced(mail) { to = "nobody@bob.example", status = "5.1.1" }
  at "2026-01-06 00:00:31 UTC"
  expect(mail).to("carol@carol.example").is "bounced"
  expect(alice).bounced(mail) { to = "carol@carol.example", status = "5.4.1" }
end)

-- A relay has taken the mail, so it must tell the sender, by mail; and that report waits five days
-- of its own if the sender's host is gone. Then all is silent: never a report about a report.
scenario("a relay gives up, its report cannot be delivered either, and there it ends",
  { tags = { "time", "queue" }, cites = "SMTP-29, DSN-01, SMTP-22" }, function()
  local relay = receiver "relay.alice.example" { serves = "relay.example" }
  local alice = sender "mail.alice.example" { relays_to = relay }
  local home  = receiver "mx.alice.example" { listens = false }
  local bob   = receiver "mx.bob.example" { listens = false }
  local eve   = eavesdropper "eve" { between = { relay, home } }
  local mail  = alice:sends { to = "bob@bob.example" }
  at "2026-01-06 00:01 UTC"
  expect(mail).is "bounced"
  expect(relay).bounced(mail) { status = "5.4.1", to = "bob@bob.example" }
  at "2026-01-12"
  home:changes { listens = true, starttls = "absent" }
  bob:changes { listens = true }
  at "2026-01-20"
  expect(eve).never_knows "multipart/report"  -- it was given up on the eleventh, and not reported
end)
