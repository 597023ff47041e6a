-- A24: Mallory ends the connection at a byte of his choice. A mail is taken whole or not at all; a
-- reply that is lost makes it come twice, never vanish (RFC 5321 section 4.5.3.2.6).
local body = "First line.\r\nSecond line.\r\nThird line."
for _, how in ipairs { "resets", "ends", "falls silent" } do
  for where, cut in pairs {
    ["in the middle of the content"] = { after = "Second" },
    ["before the final dot"]         = { after = "Third line.\r\n" },
    ["within the final dot"]         = { after = "Third line.\r\n." },
    ["behind the DATA command"]      = { after = "DATA\r\n" },
  } do
    scenario(("in clear text, the connection %s %s: nothing is kept of it"):format(how, where),
      { tags = { "attack" }, cites = "A24, SMTP-15, SMTP-16" }, function()
      local alice = sender "mail.alice.example" { tls = "none" }
      local bob   = receiver "mx.bob.example" {}
      local mallory = attacker "mallory" { between = { alice, bob } }
      mallory:cuts { after = cut.after, how = how, towards = bob, times = 1 }
      local mail = alice:sends { to = "bob@bob.example", body = body }
      after "2 minutes"
      expect(bob).kept { count = 0 }
      expect(mail).finally "delivered"
      expect(mail).attempts(2)
      expect(bob).kept { count = 1, says = body }
    end)
  end
  scenario("the connection " .. how .. " before the last 250: the mail comes twice",
    { tags = { "attack" }, cites = "A24, SMTP-16, RFC 5321 section 4.5.3.2.6" }, function()
    local alice = sender "mail.alice.example" { tls = "none" }
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:cuts { before = "250 2.0.0 Ok: queued", how = how, towards = alice, times = 1 }
    local mail = alice:sends { to = "bob@bob.example", body = body }
    expect(mail).finally "delivered"
    expect(bob).kept { count = 2, says = body }
  end)
  for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
    for _, bytes in ipairs { 900, 1500, 2500 } do
      scenario(("inside %s the connection %s after %d bytes: nothing is kept of it"):format(version,
        how, bytes),
        { tags = { "attack" }, cites = "A24, TLSV-13, RFC 8446 section 6.1" }, function()
        local alice = sender "mail.alice.example" { tls = "encrypt" }
        local bob   = receiver "mx.bob.example" { versions = { version } }
        local mallory = attacker "mallory" { between = { alice, bob } }
        mallory:cuts { after_bytes = bytes, how = how, towards = bob, times = 1 }
        local mail = alice:sends { to = "bob@bob.example", body = ("All or nothing. "):rep(150) }
        expect(mail).finally "delivered"
        expect(mail).attempts(2)
        expect(bob).kept { count = 1 }
      end)
    end
  end
end
