-- A host loses its power in the middle of a session: the client's connection is half-open
-- (RFC 9293 section 3.5.1).

local levels = { may = "encrypted", verify = "authenticated" }
for level, crossed in pairs(levels) do
  scenario(("the host comes back soon: the client's next bytes are answered by a reset, level %s")
    :format(level), { cites = "SMTP-16, A24, RFC 9293 section 3.5.1" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    link { between = { alice, bob }, latency = "1 second" }
    local mail = alice:sends { to = "bob@bob.example" }

    after "9500 ms"
    bob:goes_down()
    after "300 ms"
    bob:comes_back()
    after "10 seconds"
    expect(mail).is "deferred"
    expect(mail).because "connection-lost"
    expect(mail).code "4.4.2"
    expect(bob).kept { count = 0 }
    expect(mail).finally "delivered"
    expect(mail).attempts(2)
    expect(mail).crossed(crossed)
    expect(bob).kept { count = 1 }
  end)

  scenario(("the host stays down: the client's limit strikes, level %s"):format(level),
    { cites = "SMTP-16, SMTP-21, SMTP-22" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    link { between = { alice, bob }, latency = "1 second" }
    local mail = alice:sends { to = "bob@bob.example" }

    after "10500 ms"
    bob:goes_down()
    after "4 minutes"
    expect(mail).is "queued"
    after "2 minutes"
    expect(mail).is "deferred"
    expect(mail).because "timeout"
    after "6 minutes"
    expect(mail).attempts(2)
    expect(mail).because "timeout"
    expect(mail).code "4.4.1"
    bob:comes_back()
    expect(mail).finally "delivered"
    expect(mail).attempts(3)
    expect(mail).crossed(crossed)
  end)

  scenario(("the host is down and its twin takes the mail, level %s"):format(level),
    { cites = "SMTP-23" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local one   = receiver "mx1.bob.example"    { preference = 10 }
    local two   = receiver "mx2.bob.example"    { preference = 20 }
    one:goes_down()
    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "delivered"
    expect(mail).reached(two)
    expect(mail).crossed(crossed)
  end)
end

-- A handshake that fails is no proof of an attacker: a power cut is enough to lose TLS where the
-- sender would rather go on in clear text than wait.
for _, row in ipairs {
  { level = "may", fallback = "reconnect", crossed = "in clear text", attempts = 1 },
  { level = "may", fallback = "later", crossed = "encrypted", attempts = 2 },
  { level = "encrypt", fallback = "reconnect", crossed = "encrypted", attempts = 2 },
  { level = "verify", fallback = "reconnect", crossed = "authenticated", attempts = 2 },
} do
  scenario(("power fails during the handshake, level %s, clear text %s: the mail goes %s"):format(
    row.level, row.fallback, row.crossed), { cites = "SMTP-16, RFC 3207 section 4.1" }, function()
    local alice = sender   "mail.alice.example" { tls = row.level, clear_fallback = row.fallback }
    local bob   = receiver "mx.bob.example"     {}
    local eve   = eavesdropper "eve" { between = { alice, bob } }
    link { between = { alice, bob }, latency = "1 second" }
    local mail = alice:sends { to = "bob@bob.example" }

    after "5500 ms"
    bob:goes_down()
    after "300 ms"
    bob:comes_back()
    expect(mail).finally "delivered"
    expect(mail).attempts(row.attempts)
    expect(mail).crossed(row.crossed)
    if row.crossed == "in clear text" then
      expect(eve).read(mail)
    else
      expect(eve).never_read(mail)
    end
  end)
end

scenario("a host comes back with its mailbox", { cites = "SMTP-15" }, function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     {}
  local first = alice:sends { to = "bob@bob.example", body = "before the storm" }
  expect(first).finally "delivered"

  bob:goes_down()
  local second = alice:sends { to = "bob@bob.example", body = "after the storm" }
  after "1 minute"
  expect(second).is "deferred"
  expect(second).because "timeout"
  bob:comes_back()
  expect(second).finally "delivered"
  expect(bob).kept { count = 1, says = "before the storm" }
  expect(bob).kept { count = 1, says = "after the storm" }
end)
