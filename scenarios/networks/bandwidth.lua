-- Narrow lines: how long a big mail may take is the server's and the client's patience, not a clock
-- over the whole session (RFC 5321 section 4.5.3.2).

-- About 100 KiB.
local body = ("A big picture, in many lines of text.\r\n"):rep(2700)

for _, level in ipairs { "may", "verify" } do
  scenario(("a slow line: a big mail takes minutes, and no limit strikes, level %s"):format(level),
    { cites = "SMTP-21, RFC 5321 section 4.5.3.2.5" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    link { between = { alice, bob }, bandwidth = "9.6 kbit/s" }
    local mail = alice:sends { to = "bob@bob.example", body = body }

    after "80 seconds"
    expect(mail).is "queued"
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
    expect(mail).crossed(level == "may" and "encrypted" or "authenticated")
    expect(bob).kept { count = 1, says = body }
  end)

  -- What was under way arrives all the same: the mail comes twice, and none is lost.
  scenario(("a slower line: ten minutes after the end of data the client gives up, level %s")
    :format(level), { cites = "SMTP-21, SMTP-16, RFC 5321 section 4.5.3.2.6" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    local line = link { between = { alice, bob }, bandwidth = "100 B/s" }
    local eve = eavesdropper "eve" { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example", body = body }

    after "11 minutes"
    expect(mail).is "deferred"
    expect(mail).because "timeout"
    expect(mail).code "4.4.2"
    expect(bob).kept { count = 0 }

    line:changes { bandwidth = "2 Mbit/s" }
    expect(mail).finally "delivered"
    expect(mail).crossed(level == "may" and "encrypted" or "authenticated")
    expect(bob).kept { count = 2, says = body }
    expect(eve).never_read(mail)
  end)
end
