-- What a Postfix makes of replies that no standard has. Each row was measured on a real one
-- (tests/vectors/postfix/README.md) or follows from its parameter; what the RFC says stands beside
-- it, and `reads_replies = "strictly"` plays it (docs/decisions/0009-personalities.md, "replies").

local function one_mail(title, cites, options, host, judge)
  scenario(title, { cites = cites }, function()
    local alice = sender "mail.alice.example" (options)
    local bob = receiver "mx.bob.example" (host)
    local eve = eavesdropper "eve" { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example", held_for = options.held_for }
    after "20 minutes"
    judge(mail, eve, bob)
  end)
end

-- A reply counts as it is read. That the connection goes behind it is no loss of TLS.
for _, row in ipairs {
  { "MAIL", "421 4.3.2 going down", "deferred", "4.3.2" },
  { "RCPT", "421 4.3.2 going down", "deferred", "4.3.2" },
  { "DATA", "421 4.3.2 going down", "deferred", "4.3.2" },
  { "end of data", "421 4.3.2 going down", "deferred", "4.3.2" },
  { "MAIL", "550 5.7.1 not you", "bounced", "5.7.1" },
} do
  scenario(("%s to %s inside TLS: old mail does not go in clear for it"):format(row[2], row[1]),
    { cites = "SMTP-16, SMTP-18, RFC 5321 section 4.2.1" }, function()
    local alice = sender "mail.alice.example" { tls = "may", gives_up_after = "30 minutes" }
    local bob = receiver "mx.bob.example" { replies_in_tls = { [row[1]] = row[2] } }
    local eve = eavesdropper "eve" { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example", held_for = "10 minutes" }
    after "15 minutes"
    expect(mail).is(row[3])
    expect(mail).code(row[4])
    expect(eve).never_read(mail)
  end)
end

scenario("550 to MAIL, then the connection ends: it was refused, not lost",
  { cites = "SMTP-16, SMTP-18" }, function()
  local bob = receiver "mx.bob.example" {
    starttls = "absent", replies = { MAIL = "550 5.7.1 no" },
  }
  local alice = sender "mail.alice.example" { tls = "may" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:cuts { after = "550 5.7.1 no\r\n", how = "ends" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "11 minutes"
  expect(mail).is "bounced"
  expect(mail).code "5.7.1"
end)

-- One recipient is refused for good before the connection goes: only the others go on.
scenario("550 to one recipient, then the session is lost inside TLS: only the other goes again",
  { cites = "SMTP-18, TLS-19" }, function()
  local alice = sender "mail.alice.example" { tls = "may" }
  local bob = receiver "mx.bob.example" {
    users = { "bob" }, replies_in_tls = { DATA = "drops" },
  }
  local mail = alice:sends { to = { "carol@bob.example", "bob@bob.example" },
                             held_for = "10 minutes" }
  after "11 minutes"
  expect(bob).kept { count = 1, to = "bob@bob.example" }
  expect(mail).code "5.1.1"
end)

-- 3yz and 2yz out of turn break the protocol, and bounce.
for _, row in ipairs {
  { "greeting", "354 mx.bob.example" }, { "MAIL", "354 odd" }, { "RCPT", "354 odd" },
  { "DATA", "250 odd" }, { "end of data", "354 odd" },
} do
  one_mail(("%s to %s is no answer: bounced"):format(row[2], row[1]), "SMTP-17",
    { tls = "none" }, { starttls = "absent", replies = { [row[1]] = row[2] } }, function(mail)
    expect(mail).is "bounced"
    expect(mail).code "5.5.0"
  end)
  one_mail(("%s to %s, read strictly: it waits"):format(row[2], row[1]), "SMTP-17",
    { tls = "none", reads_replies = "strictly" },
    { starttls = "absent", replies = { [row[1]] = row[2] } }, function(mail)
    expect(mail).is "deferred"
  end)
end

one_mail("350 to DATA is as good as 354", "SMTP-12", {}, { replies = { DATA = "350 go on" } },
  function(mail) expect(mail).is "delivered" end)

-- What is no TLS for whoever reads EHLO's answer so.
one_mail("450 to EHLO: HELO, and in clear text", "SMTP-07, TLS-19", {},
  { replies = { EHLO = "450 4.3.0 not now" } },
  function(mail) expect(mail).crossed "in clear text" end)
one_mail("450 to EHLO, read strictly: it waits", "SMTP-07", { reads_replies = "strictly" },
  { replies = { EHLO = "450 4.3.0 not now" } }, function(mail) expect(mail).is "deferred" end)
one_mail("450 to EHLO under encrypt: TLS was not offered", "SMTP-07, TLS-19", { tls = "encrypt" },
  { replies = { EHLO = "450 4.3.0 not now" } }, function(mail) expect(mail).code "4.7.4" end)
for _, greeting in ipairs { "220 ************************", "220 **2*********0*", "220" } do
  one_mail(("the greeting '%s' is that of a firewall: HELO, no STARTTLS"):format(greeting),
    "SMTP-07", { tls = "may" }, { replies = { greeting = greeting } }, function(mail)
    expect(mail).crossed "in clear text"
    expect(mail).dialogue [[
      ...
      C: HELO mail.alice.example
      ...
    ]]
  end)
end

-- Keywords, as loosely as Postfix reads them.
for _, row in ipairs {
  { "250-{}\n250-STARTTLS=yes\n250 8BITMIME", true },
  { "250-{}\n250- STARTTLS\n250 8BITMIME", true },
  { "250-{}\n250-\n250-STARTTLS\n250 8BITMIME", true }, { "251-{}\n251 STARTTLS", true },
  { "250-{}\n250--STARTTLS\n250 8BITMIME", false }, { "250-\n250-STARTTLS\n250 8BITMIME", false },
  { "250-STARTTLS\n250 8BITMIME", false }, { "250-{}\n250 STARTTLSX", false },
  { "250-{}\n250-X" .. ("y"):rep(2040) .. "\n250 STARTTLS", false },
} do
  local said = row[1]:gsub("{}", "mx.bob.example")
  one_mail(("'%s' %s TLS"):format(said:sub(1, 60):gsub("\n", "|"),
      row[2] and "offers" or "offers no"),
    "SMTP-09, TLS-01", {},
    { replies = { EHLO = said }, replies_in_tls = { EHLO = "250 mx.bob.example" } },
    function(mail) expect(mail).crossed(row[2] and "encrypted" or "in clear text") end)
end

-- The enhanced code is that of the last line, with blanks before it passed over (RFC 2034 section 4
-- wants one on every line).
for _, row in ipairs {
  { "550-Please read\n550 5.7.1 no", "5.7.1" }, { "550-5.7.1 a\n550 5.1.1 b", "5.1.1" },
  { "550  5.1.1 two blanks", "5.1.1" }, { "550-5.7.1 a\n550 b", "5.0.0" },
  { "550 4.7.1 of another class", "5.0.0" },
} do
  one_mail(("the code of '%s'"):format(row[1]:gsub("\n", "|")), "EXT-08", {},
    { replies = { RCPT = row[1] } }, function(mail)
    expect(mail).is "bounced"
    expect(mail).code(row[2])
  end)
end

-- A size that was told before TLS holds inside, where none is told (RFC 3207 section 4.2 has it
-- forgotten).
for reading, fate in pairs { ["as Postfix"] = "bounced", strictly = "delivered" } do
  one_mail(("SIZE learnt before TLS, read %s: %s"):format(reading, fate), "TLS-14",
    { reads_replies = reading }, {
      replies = { EHLO = "250-mx.bob.example\n250-SIZE 10\n250 STARTTLS" },
      replies_in_tls = { EHLO = "250 mx.bob.example" },
    }, function(mail) expect(mail).is(fate) end)
end

-- Sessions count from MAIL on (smtp_mx_session_limit): hosts that never get there do not use it up.
for _, row in ipairs {
  { "greet with 421", { replies = { greeting = "421 4.3.2 busy" } } },
  { "drop EHLO", { replies = { EHLO = "drops" } } },
  { "say 421 inside TLS", { replies_in_tls = { EHLO = "421 4.3.2 busy" } } },
} do
  scenario("two hosts that " .. row[1] .. ", and the third one takes it", { cites = "SMTP-23" },
    function()
    for i = 1, 2 do
      local options = { serves = "bob.example", preference = 10 * i }
      for key, value in pairs(row[2]) do options[key] = value end
      receiver(("mx%d.bob.example"):format(i))(options)
    end
    receiver "mx3.bob.example" { serves = "bob.example", preference = 30 }
    local mail = sender "mail.alice.example" {}:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).reached "mx3.bob.example"
  end)
end
