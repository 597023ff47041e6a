-- Partitions: nothing gets through, both ways or one way, before a session or in its midst.

local levels = { may = "encrypted", verify = "authenticated" }
for level, crossed in pairs(levels) do
  scenario(("no way to the host: the attempt times out, the next one succeeds, level %s")
    :format(level), { cites = "SMTP-22, SMTP-23" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    local line = link { between = { alice, bob }, down = "both ways" }
    local mail = alice:sends { to = "bob@bob.example" }

    after "29 seconds"
    expect(mail).is "queued"
    after "2 seconds"
    expect(mail).is "deferred"
    expect(mail).because "timeout"
    expect(mail).code "4.4.1"
    line:changes { down = "no" }
    expect(mail).finally "delivered"
    expect(mail).attempts(2)
    expect(mail).crossed(crossed)
  end)

  scenario(("no way to the first MX: the second takes the mail, level %s"):format(level),
    { cites = "SMTP-23" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local one   = receiver "mx1.bob.example"    { preference = 10 }
    local two   = receiver "mx2.bob.example"    { preference = 20 }
    link { between = { alice, one }, down = "both ways" }
    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "delivered"
    expect(mail).reached(two)
    expect(mail).attempts(1)
    expect(mail).crossed(crossed)
  end)

  scenario(("the path breaks and comes back in time: the session goes on, level %s")
    :format(level), { cites = "SMTP-21" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    local line = link { between = { alice, bob }, latency = "1 second" }
    local mail = alice:sends { to = "bob@bob.example" }

    after "10500 ms"
    line:changes { down = "both ways" }
    after "4 minutes"
    line:changes { down = "no" }
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
    expect(mail).crossed(crossed)
    expect(bob).kept { count = 1 }
  end)
end

-- With a second of latency a session has its greeting at 1 s, the handshake from 6 to 8 s, the
-- group of MAIL, RCPT and DATA at 10 s, the content at 12 s. What was on its way arrives. A limit
-- strikes some time after the first four minutes; `kept` is what the receiver holds then.
local rows = {
  { when = "during the handshake", at = "7 seconds", down = "both ways", waits = "2 minutes",
    because = "timeout", kept = 0 },
  { when = "during the handshake", at = "7 seconds", down = "client", waits = "2 minutes",
    because = "timeout", kept = 0 },
  -- The server's five minutes began before the client's: it hangs up.
  { when = "during the handshake", at = "7 seconds", down = "server", waits = "2 minutes",
    because = "connection-lost", kept = 0 },
  { when = "behind the group", at = "10500 ms", down = "both ways", waits = "2 minutes",
    because = "timeout", kept = 0 },
  { when = "behind the group", at = "10500 ms", down = "client", waits = "2 minutes",
    because = "timeout", kept = 0 },
  -- The server's five minutes end before the client's ten.
  { when = "behind the group", at = "10500 ms", down = "server", waits = "2 minutes",
    because = "smtp-deferred", kept = 0 },
  -- RFC 5321 section 4.5.3.2.6: the mail comes twice, and none is lost.
  { when = "behind the final dot", at = "12500 ms", down = "both ways", waits = "7 minutes",
    because = "timeout", kept = 1 },
  { when = "behind the final dot", at = "12500 ms", down = "client", waits = "7 minutes",
    because = "timeout", kept = 1 },
}
for level, crossed in pairs(levels) do
  for _, row in ipairs(rows) do
    local lost = row.down == "both ways" and "nothing passes" or "nothing gets to the " .. row.down
    scenario(("%s %s, level %s: a limit strikes, and the mail comes later"):format(row.when, lost,
      level), { cites = "SMTP-15, SMTP-16, SMTP-21" }, function()
      local alice = sender   "mail.alice.example" { tls = level }
      local bob   = receiver "mx.bob.example"     {}
      local eve   = eavesdropper "eve" { between = { alice, bob } }
      local line = link { between = { alice, bob }, latency = "1 second" }
      local mail = alice:sends { to = "bob@bob.example" }

      after(row.at)
      line:changes { down = ({ client = alice, server = bob })[row.down] or row.down }
      after "4 minutes"
      expect(mail).is "queued"
      expect(bob).kept { count = row.kept }
      after(row.waits)
      expect(mail).is "deferred"
      expect(mail).because(row.because)
      expect(bob).kept { count = row.kept }

      line:changes { latency = "10 ms", down = "no" }
      expect(mail).finally "delivered"
      expect(mail).attempts(2)
      expect(mail).crossed(crossed)
      expect(bob).kept { count = row.kept + 1 }
      expect(eve).never_read(mail)
    end)
  end

  scenario(("nothing gets to the server behind the final dot, level %s: only QUIT is lost"):format(
    level), { cites = "SMTP-21" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    local line = link { between = { alice, bob }, latency = "1 second" }
    local mail = alice:sends { to = "bob@bob.example" }

    after "12500 ms"
    line:changes { down = bob }
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
    expect(mail).crossed(crossed)
    expect(bob).kept { count = 1 }
  end)
end

scenario("a path that is down one way answers nobody, either way", { cites = "SMTP-22" },
  function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     {}
  local line = link { between = { alice, bob }, down = alice }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).because "timeout"
  expect(mail).code "4.4.1"
  line:changes { down = bob }
  alice:flushes()
  after "1 minute"
  expect(mail).attempts(2)
  expect(mail).because "timeout"
  line:changes { down = "no" }
  expect(mail).finally "delivered"
  expect(mail).attempts(3)
end)

scenario("a path that never comes back: the mail bounces after five days", { cites = "SMTP-22" },
  function()
  local alice = sender   "mail.alice.example" { tls = "verify" }
  local bob   = receiver "mx.bob.example"     {}
  link { between = { alice, bob }, down = "both ways" }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "bounced"
  expect(mail).because "timeout"
  expect(mail).crossed "not at all"
end)
