-- Commands that are sent together (RFC 2920), and a server that offers that and does not understand
-- it: what comes in one segment behind the first command is gone, as some firewalls and balancers
-- have it.

local flaw = { "loses pipelined commands" }

for _, offer in ipairs { "absent", "offered" } do
  scenario("commands get lost, STARTTLS " .. offer .. ": the limit of the step decides",
    { tags = { "pipelining" }, cites = "EXT-01, RFC 5321 section 4.5.3.2.3" }, function()
    local alice = sender   "mail.alice.example" {}
    local bob   = receiver "mx.bob.example" { starttls = offer, flaws = flaw }
    local mail = alice:sends { to = "bob@bob.example" }
    after "4 minutes"
    expect(mail).is "queued"
    after "2 minutes"
    expect(mail).is "deferred"
    expect(mail).because "timeout"
    expect(mail).code "4.4.2"
    expect(mail).crossed "not at all"
    expect(bob).kept { count = 0 }
  end)
end

scenario("it waits for ever, and comes back after five days", { tags = { "pipelining" },
  cites = "SMTP-22" }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "mx.bob.example" { starttls = "absent", flaws = flaw }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).because "timeout"
  expect(alice).bounced(mail) { diagnostic = "sending RCPT TO" }
end)

scenario("a sender that takes PIPELINING for absent gets through", { tags = { "pipelining" },
  cites = "EXT-01" }, function()
  local alice = sender   "mail.alice.example" { discards = { "pipelining" } }
  local bob   = receiver "mx.bob.example" { flaws = flaw }
  local mail = alice:sends { to = { "bob@bob.example", "carol@bob.example" } }
  expect(mail).finally "delivered"
  expect(mail).attempts(1)
  expect(bob).kept { count = 1 }
end)

scenario("the next host gets the mail, in the same attempt", { tags = { "pipelining" },
  cites = "SMTP-23" }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "mx1.bob.example" { preference = 10, flaws = flaw }
  receiver "mx2.bob.example" { preference = 20 }
  local mail = alice:sends { to = "bob@bob.example" }
  after "6 minutes"
  expect(mail).is "delivered"
  expect(mail).attempts(1)
  expect(mail).reached "mx2.bob.example"
end)

scenario("who takes PIPELINING out of the offer on the way heals it", { tags = { "pipelining" } },
  function()
  local alice   = sender   "mail.alice.example" {}
  local bob     = receiver "mx.bob.example" { starttls = "absent", flaws = flaw }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:rewrites(function(line) return line ~= "250-PIPELINING" and line or "250-X-NOTHING" end)
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
end)
