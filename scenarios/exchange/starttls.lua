-- The exchange as it should go, and what becomes of it when STARTTLS is missing or refused.

scenario("a mail crosses encrypted: offered, shaken hands, greeted again, sent",
         { tags = { "first-look" } }, function()
  cites "TLS-12, TLS-14, TLS-15, TLS-16, SMTP-06, SMTP-12, SMTP-14, SMTP-28"

  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     {}
  local eve   = eavesdropper "eve"            { between = { alice, bob } }

  local mail = alice:sends {
    to = "bob@bob.example",
    subject = "Lunch",
    body = "The usual place at noon?",
  }

  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
  expect(mail).reached "mx.bob.example"
  expect(mail).code "2.0.0"
  expect(mail).attempts(1)
  expect(mail).because(nil)
  expect(mail).tls { version = "TLSv1.3", verified = false }
  expect(eve).never_read(mail)
  expect(eve).never_altered(mail)
  expect(mail).dialogue [[
    S: 220 mx.bob.example ESMTP
    C: EHLO mail.alice.example
    S: 250-mx.bob.example
    ...
    S: 250-STARTTLS
    ...
    C: STARTTLS
    S: 220 2.0.0 Ready to start TLS
    C: EHLO mail.alice.example
    S: 250-mx.bob.example
    S: 250-PIPELINING
    S: 250-SIZE 10240000
    S: 250-REQUIRETLS
    S: 250-ENHANCEDSTATUSCODES
    S: 250 8BITMIME
    C: MAIL FROM:<alice@alice.example> SIZE=...
    ...
    C: Subject: Lunch
    ...
    C: The usual place at noon?
    C: .
    S: 250 2.0.0 Ok: queued as ...
    C: QUIT
    S: 221 2.0.0 Bye
  ]]
end)

scenario("no STARTTLS offered: opportunistic mail still goes, in clear text",
         { tags = { "first-look" } }, function()
  cites "TLS-03, TLS-19"

  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     { starttls = "absent" }
  local eve   = eavesdropper "eve"            { between = { alice, bob } }

  local mail = alice:sends {
    to = "bob@bob.example",
    subject = "Q3 figures",
    body = "Eleven million.",
  }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(eve).read(mail)
  expect(eve).knows "bob@bob.example"
end)

-- RFC 3207 section 4: what a refusal means is the sender's policy, whatever the code.
for _, starttls in ipairs { "refused 454", "refused 501", "refused 502" } do
  scenario("STARTTLS " .. starttls
           .. ": opportunistic mail goes on in clear text, on the same connection", function()
    cites "TLS-02, TLS-03"

    local alice = sender   "mail.alice.example" { tls = "may" }
    local bob   = receiver "mx.bob.example"     { starttls = starttls }

    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
    expect(mail).attempts(1)
  end)
end

scenario("STARTTLS refused with 454 under encrypt: the mail waits", function()
  cites "TLS-03, SMTP-18"

  local alice = sender   "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example"     { starttls = "refused 454" }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mail).crossed "not at all"
end)

-- A 5yz is the server's last word, so a sender that must have TLS gives up at once,
-- as Postfix does.
scenario("STARTTLS refused with 502 under encrypt: the mail bounces at once", function()
  cites "TLS-03, SMTP-18, SMTP-29"

  local alice = sender   "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example"     { starttls = "refused 502" }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "bounced"
  expect(mail).because "starttls-not-supported"
  expect(mail).code "5.5.1"
  expect(mail).attempts(1)
end)

scenario("the receiver requires TLS: a sender without it is told 530 and gets the mail back",
         function()
  cites "TLS-05, SMTP-18"

  local alice = sender   "mail.alice.example" { tls = "none" }
  local bob   = receiver "mx.bob.example"     { starttls = "required" }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "bounced"
  expect(mail).code "5.7.0"
  expect(mail).because "smtp-refused"
  expect(mail).crossed "not at all"
  expect(mail).dialogue [[
    ...
    C: MAIL FROM:<alice@alice.example> ...
    ...
    S: 530 5.7.0 Must issue a STARTTLS command first
    ...
  ]]
end)

-- Mail of the world is let in however it comes: a public host asks for no TLS.
scenario("a public host offers TLS and does not insist: who has none is served as well", function()
  cites "TLS-04"

  local alice = sender   "mail.alice.example" { tls = "none" }
  local bob   = receiver "mx.bob.example"     {}
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mail).dialogue [[
    ...
    S: 250-STARTTLS
    ...
    C: MAIL FROM:<alice@alice.example> ...
    ...
    S: 250 2.0.0 Ok: queued as ...
    ...
  ]]
end)

-- RFC 3207 section 4.1: a server that is not content with what was negotiated says 554 to all but
-- QUIT, so that no mail crosses and the sender hears why.
scenario("the receiver is not content with this TLS: 554 to all, QUIT, and the mail comes back",
         function()
  cites "TLS-09, TLS-11, SMTP-18"

  local no = "554 5.7.0 Command refused due to lack of security"
  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     {
    replies_in_tls = { EHLO = no, HELO = no, MAIL = no, RCPT = no, DATA = no, RSET = no },
  }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "bounced"
  expect(mail).code "5.7.0"
  expect(mail).because "smtp-refused"
  expect(mail).crossed "not at all"
  expect(alice).bounced(mail) { status = "5.7.0", diagnostic = "lack of security" }
end)

scenario("the receiver requires TLS: an opportunistic sender never notices", function()
  cites "TLS-05"

  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     { starttls = "required" }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)
