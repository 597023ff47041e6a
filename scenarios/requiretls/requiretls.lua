-- REQUIRETLS (RFC 8689): the sender of one mail asks for TLS with proven hosts, all the way.

local function proven_by(how, receiver_options, mail_options)
  local alice = sender "mail.alice.example" { mta_sts = how == "MTA-STS",
                                              tls = how == "DANE" and "dane" or "may" }
  local bob = receiver "mx.bob.example" (receiver_options or {})
  domain "bob.example" {
    signed = (how == "DANE" or how == "DNSSEC") and "yes" or "no",
    tlsa = how == "DANE" and { usage = 3, selector = 1, matching = 1, of = "leaf" } or nil,
    mta_sts = how == "MTA-STS" and {} or nil,
  }
  mail_options = mail_options or { require_tls = true }
  mail_options.to = "bob@bob.example"
  return alice:sends(mail_options), alice, bob
end

for _, how in ipairs { "DANE", "DNSSEC", "MTA-STS" } do
  scenario("REQUIRETLS: the MX host is proven by " .. how, function()
    cites "REQ-01, REQ-02, REQ-03, REQ-04"
    local mail = proven_by(how)
    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
    expect(mail).dialogue [[
      ...
      S: 220 2.0.0 ...
      ...
      S: 250-REQUIRETLS
      ...
      C: MAIL FROM:<alice@alice.example> SIZE=... REQUIRETLS
      ...
    ]]
  end)
end

scenario("REQUIRETLS: nothing vouches for the MX host, so the mail comes back", function()
  cites "REQ-02, REQ-05"
  local mail, alice = proven_by "nothing"
  expect(mail).finally "bounced"
  expect(mail).crossed "not at all"
  expect(mail).because "requiretls-not-met"
  expect(mail).code "5.7.10"
  expect(mail).attempts(1)
  expect(alice).bounced(mail) { status = "5.7.10" }
end)

for _, case in ipairs {
  { "a server that has never heard of it", { requiretls = false }, "5.7.30" },
  { "no STARTTLS", { starttls = "absent" }, "5.7.10" },
  { "a certificate that nobody vouches for", { certificate = self_signed }, "5.7.10" },
  { "a certificate of another name",
    { certificate = signed_by "Lab Root CA" { names = { "mx.other.example" } } }, "5.7.10" },
} do
  scenario("REQUIRETLS: " .. case[1] .. " sends the mail back", function()
    cites "REQ-03, REQ-04, REQ-05"
    local mail, alice = proven_by("MTA-STS", case[2])
    expect(mail).finally "bounced"
    expect(mail).code(case[3])
    expect(mail).crossed "not at all"
    expect(alice).bounced(mail) { status = case[3], to = "bob@bob.example" }
  end)
end

scenario("REQUIRETLS: another MX host can do what the first cannot", function()
  cites "REQ-04"
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx1.bob.example" { preference = 10, requiretls = false }
  local second = receiver "mx2.bob.example" { preference = 20 }
  domain "bob.example" { mta_sts = {} }
  local mail = alice:sends { to = "bob@bob.example", require_tls = true }
  expect(mail).finally "delivered"
  expect(mail).reached(second)
end)

scenario("REQUIRETLS: a host that is down is waited for, as ever", function()
  local mail, _, bob = proven_by("MTA-STS", { listens = false })
  after "1 hour"
  expect(mail).is "deferred"
  bob:changes { listens = true }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)

-- Two hops: the demand goes along.
local function relayed(store_options)
  local alice = sender "mail.alice.example" { mta_sts = true }
  local mx = receiver "mx.bob.example" { relays_to = "store.bob.example" }
  store_options.serves = "bob.example"
  local store = receiver "store.bob.example" (store_options)
  local home = receiver "mx.alice.example" {}
  domain "bob.example" { mx = "mx.bob.example", mta_sts = {} }
  domain "alice.example" { signed = "yes" }
  return alice, mx, store, home
end

scenario("REQUIRETLS: the demand goes along to the next hop", function()
  cites "REQ-06"
  local alice, _, store = relayed {}
  local mail = alice:sends { to = "bob@bob.example", require_tls = true }
  expect(mail).finally "delivered"
  expect(mail).reached(store)
  expect(mail).hop(2).crossed "authenticated"
end)

scenario("REQUIRETLS: the next hop has no TLS; the report has headers alone", function()
  cites "REQ-06, REQ-10, REQ-11, A32"
  local alice, mx, _, home = relayed { starttls = "absent" }
  local eve = eavesdropper "eve" { between = { mx, home } }
  local mail = alice:sends { to = "bob@bob.example", require_tls = true, subject = "Merger",
                             body = "Eleven million." }
  expect(mail).finally "bounced"
  expect(mail).code "5.7.10"
  expect(mx).bounced(mail) { status = "5.7.10", diagnostic = "REQUIRETLS" }
  after "1 minute"
  expect(eve).never_knows "Eleven million."
  expect(eve).never_knows "Merger"
end)

scenario("TLS-Required: No goes out though the policy is not met", function()
  cites "REQ-08"
  local mail = proven_by("MTA-STS", { certificate = self_signed }, { tls_required = "no" })
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)

scenario("TLS-Required: No goes out in clear text where DANE would hold it back", function()
  cites "REQ-08"
  local mail = proven_by("DANE", { starttls = "absent" }, { tls_required = "no" })
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)

-- It waives the sender's policies, not the receiver's: who demands TLS and gets none refuses, and
-- the sender is told.
for _, case in ipairs {
  { "STARTTLS is stripped", strips = true },
  { "the sender has no TLS", tls = "none" },
} do
  scenario("TLS-Required: No to a host that demands TLS; " .. case[1] .. ": the mail comes back",
    function()
    cites "REQ-08, REQ-09, TLS-05, RFC 8689 section 4.2.2"
    local alice = sender "mail.alice.example" { tls = case.tls or "may" }
    local bob = receiver "mx.bob.example" { starttls = "required" }
    local mallory = attacker "mallory" { between = { alice, bob } }
    if case.strips then mallory:strips "STARTTLS" end
    local mail = alice:sends { to = "bob@bob.example", tls_required = "no" }
    expect(mail).finally "bounced"
    expect(mail).code "5.7.0"
    expect(mail).crossed "not at all"
    expect(alice).bounced(mail) { status = "5.7.0", diagnostic = "530 5.7.0" }
    expect(mallory).never_read(mail)
  end)
end

scenario("TLS-Required: No beside REQUIRETLS is not looked at", function()
  cites "REQ-07"
  local mail = proven_by("MTA-STS", { starttls = "absent" },
    { tls_required = "no", require_tls = true })
  expect(mail).finally "bounced"
  expect(mail).code "5.7.10"
end)

scenario("REQUIRETLS: what was offered before TLS does not count", function()
  cites "REQ-01, A08"
  local mail = proven_by("MTA-STS", {
    requiretls = false, replies = { EHLO = "250-mx.bob.example\n250-STARTTLS\n250 REQUIRETLS" },
    replies_in_tls = { EHLO = "250 mx.bob.example" } })
  expect(mail).finally "bounced"
  expect(mail).code "5.7.30"
end)
