-- A reply, and behind it the end of the connection: what was read counts, and that nobody is there
-- any more takes nothing of it back (RFC 5321 section 4.2.1).

local function session(options, host, hold)
  local alice = sender "mail.alice.example" (options)
  local bob = receiver "mx.bob.example" (host)
  local eve = eavesdropper "eve" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example", held_for = hold }
  after "15 minutes"
  return mail, bob, eve
end

-- The reply is the mail's fate at each step, and no QUIT follows: nobody would answer it.
for _, row in ipairs {
  { "greeting", "421 4.3.2 going down", "deferred", "4.3.2" },
  { "greeting", "554 5.3.2 takes no mail", "deferred", "4.3.2" },
  { "EHLO", "421 4.3.2 going down", "deferred", "4.3.2" },
  { "MAIL", "421 4.3.2 going down", "deferred", "4.3.2" },
  { "MAIL", "550 5.7.1 not you", "bounced", "5.7.1" },
  { "RCPT", "421 4.7.0 too many of you", "deferred", "4.7.0" },
  { "RCPT", "550 5.7.1 not here", "bounced", "5.7.1" },
  { "DATA", "421 4.3.2 going down", "deferred", "4.3.2" },
  { "DATA", "554 5.7.1 no", "bounced", "5.7.1" },
  { "end of data", "451 4.7.1 later", "deferred", "4.7.1" },
  { "end of data", "550 5.7.1 spam", "bounced", "5.7.1" },
} do
  for _, where in ipairs { "replies", "replies_in_tls" } do
    if where == "replies" or row[1] ~= "greeting" then
      scenario(("%s to %s and gone, %s: it counts as read"):format(row[2], row[1],
          where == "replies" and "in clear text" or "inside TLS"),
        { cites = "SMTP-16, SMTP-18, RFC 5321 section 4.2.1" }, function()
        local mail, bob, eve = session({ gives_up_after = "1 day" }, {
          starttls = where == "replies" and "absent" or "offered",
          [where] = { [row[1]] = { row[2], "drops" } },
        }, "10 minutes")
        expect(mail).is(row[3])
        expect(mail).code(row[4])
        expect(mail).dialogue("...\nS: " .. row[2])
        expect(bob).kept { count = 0 }
        if where == "replies_in_tls" then expect(eve).never_read(mail) end
      end)
    end
  end
end

scenario("250 to the end of data and gone: the mail is there, and comes once",
  { cites = "SMTP-16, SMTP-28" }, function()
  local mail, bob = session({}, { replies = { ["end of data"] = { "250 2.0.0 Ok", "drops" } } })
  expect(mail).is "delivered"
  expect(mail).attempts(1)
  expect(bob).kept { count = 1 }
end)

scenario("354 to DATA and gone: nobody has the mail, and it waits", { cites = "SMTP-12, SMTP-15" },
  function()
  local mail, bob = session({ clear_fallback = "never" },
    { replies = { DATA = { "354 go on", "drops" } } })
  expect(mail).is "deferred"
  expect(mail).because "connection-lost"
  expect(bob).kept { count = 0 }
end)

-- 220 promises TLS, and no handshake follows; 4yz or 5yz is no offer.
scenario("220 to STARTTLS and gone: TLS failed", { cites = "TLS-07, A04" }, function()
  local mail = session({ tls = "encrypt" },
    { replies = { STARTTLS = { "220 2.0.0 go on", "drops" } } })
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
  expect(mail).crossed "not at all"
end)
scenario("454 to STARTTLS and gone: TLS was refused", { cites = "TLS-03, A02" }, function()
  local mail = session({ tls = "encrypt" },
    { replies = { STARTTLS = { "454 4.7.0 not now", "drops" } } })
  expect(mail).because "starttls-not-supported"
  expect(mail).code "4.7.0"
end)
scenario("454 to STARTTLS and gone: clear text has nowhere to go, and the mail waits",
  { cites = "TLS-03, A02" }, function()
  local mail = session({ tls = "may" },
    { replies = { STARTTLS = { "454 4.7.0 not now", "drops" } } })
  expect(mail).is "deferred"
  expect(mail).because "connection-lost"
end)

scenario("550 to one recipient and gone: the others are asked for again", { cites = "SMTP-18" },
  function()
  local alice = sender "mail.alice.example" { tls = "none" }
  local bob = receiver "mx.bob.example" {
    replies = { RCPT = { "550 5.1.1 no such user", "drops" } },
  }
  local mail = alice:sends { to = { "carol@bob.example", "bob@bob.example" } }
  after "1 minute"
  expect(mail).to("carol@bob.example").code "5.1.1"
  expect(mail).to("bob@bob.example").is "deferred"
  bob:changes { replies = {} }
  expect(mail).to("bob@bob.example").finally "delivered"
  expect(mail).to("carol@bob.example").is "bounced"
end)
