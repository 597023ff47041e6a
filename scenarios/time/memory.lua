-- A sender that remembers how well it reached a domain, and sends nothing there with less. It needs
-- no policy and no DNSSEC, and has the weakness of all that begins with the first contact (RFC 7435
-- section 3): who was there before has won.

local function stage(options)
  local alice = sender "mail.alice.example" {
    remembers_protection = options.remembers, clear_fallback = options.clear_fallback,
  }
  local bob = receiver "mx.bob.example" (options.bob or {})
  local mallory = attacker "mallory" { between = { alice, bob } }
  return alice, bob, mallory
end
local function sent(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  return mail
end

scenario("STARTTLS is stripped after the first contact: the mail waits until Mallory is gone",
  { cites = "A01, TLS-03" }, function()
  local alice, _, mallory = stage { remembers = true }
  expect(sent(alice)).crossed "encrypted"
  mallory:strips "STARTTLS"
  local mail = sent(alice)
  expect(mail).is "deferred"
  expect(mail).because "protection-lost"
  expect(mail).code "4.7.10"
  expect(mallory).never_read(mail)
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)

scenario("STARTTLS is stripped after the first contact, nothing is remembered: Mallory reads it",
  { cites = "A01, TLS-03" }, function()
  local alice, _, mallory = stage {}
  expect(sent(alice)).crossed "encrypted"
  mallory:strips "STARTTLS"
  local mail = sent(alice)
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)

scenario("Mallory was there first: there is nothing to remember",
  { cites = "A01, RFC 7435 section 3" },
  function()
  local alice, _, mallory = stage { remembers = true }
  mallory:strips "STARTTLS"
  for _ = 1, 3 do
    local mail = sent(alice)
    expect(mail).crossed "in clear text"
    expect(mallory).read(mail)
  end
  -- One good day is enough.
  mallory:leaves()
  expect(sent(alice)).crossed "encrypted"
  mallory:strips "STARTTLS"
  expect(sent(alice)).because "protection-lost"
end)

scenario("It is remembered for years, and over a change of settings", { cites = "A01" }, function()
  local alice, _, mallory = stage { remembers = true }
  expect(sent(alice)).crossed "encrypted"
  after "1000 days"
  alice:changes { retries_every = "10 minutes" }
  mallory:strips "STARTTLS"
  expect(sent(alice)).because "protection-lost"
end)

-- Three levels: clear text, TLS with whomever, TLS with a certificate that names the host.
local proven, anybody = signed_by "Lab Root CA", self_signed
for _, row in ipairs {
  { "TLS, then a proven host", anybody, proven, true },
  { "a proven host, then TLS alone", proven, anybody, false },
  { "a proven host, and again", proven, proven, true },
  { "TLS, and again", anybody, anybody, true },
} do
  scenario("Remembered: " .. row[1] .. (row[4] and " goes" or " waits"), { cites = "A11" },
    function()
    local alice, bob = stage { remembers = true, bob = { certificate = row[2] } }
    expect(sent(alice)).is "delivered"
    bob:changes { certificate = row[3] }
    local mail = sent(alice)
    if row[4] then
      expect(mail).is "delivered"
    else
      expect(mail).because "protection-lost"
      expect(mail).code "4.7.10"
      bob:changes { certificate = row[2] }
      expect(mail).finally "delivered"
    end
  end)
end

scenario("Somebody else in Bob's place, after Bob has proven himself: waits", { cites = "A11" },
  function()
  local alice, bob, mallory = stage { remembers = true }
  expect(sent(alice)).is "delivered"
  mallory:impersonates(bob, self_signed)
  local mail = sent(alice)
  expect(mail).because "protection-lost"
  expect(mallory).never_read(mail)
end)

scenario("A handshake that fails does not lead to clear text any more", { cites = "A04, TLS-07" },
  function()
  local alice, bob = stage { remembers = true, clear_fallback = "reconnect" }
  expect(sent(alice)).crossed "encrypted"
  bob:changes { starttls = "alerts" }
  local mail = sent(alice)
  expect(mail).because "protection-lost"
  expect(mail).crossed "not at all"
end)

scenario("One domain's protection says nothing of another's", { cites = "A01" }, function()
  local alice = stage { remembers = true }
  receiver "mx.carol.example" { starttls = "absent" }
  expect(sent(alice)).crossed "encrypted"
  local mail = alice:sends { to = "carol@carol.example" }
  after "1 minute"
  expect(mail).crossed "in clear text"
end)

scenario("TLS-Required: No goes in clear text, and lowers nothing", { cites = "REQ-08" }, function()
  local alice, bob = stage { remembers = true }
  expect(sent(alice)).crossed "encrypted"
  bob:changes { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example", tls_required = "no" }
  after "1 minute"
  expect(mail).crossed "in clear text"
  expect(sent(alice)).because "protection-lost"
end)

scenario("Of two MX hosts the one that gives what was there before has the mail",
  { cites = "SMTP-23, A01" }, function()
  local alice = sender "mail.alice.example" { remembers_protection = true }
  local one = receiver "mx1.bob.example" { preference = 10 }
  local two = receiver "mx2.bob.example" { preference = 20 }
  expect(sent(alice)).reached(one)
  one:changes { starttls = "absent" }
  expect(sent(alice)).reached(two)
end)
