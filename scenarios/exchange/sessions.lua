-- SMTP itself: groups of commands, several recipients, servers that refuse.

scenario("a pipelined session: MAIL, RCPT and DATA leave together", function()
  cites "EXT-01, EXT-02, SMTP-12"

  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example", cc = "carol@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).dialogue [[
    ...
    S: 250-PIPELINING
    ...
    C: MAIL FROM:<alice@alice.example> ...
    C: RCPT TO:<bob@bob.example>
    C: RCPT TO:<carol@bob.example>
    C: DATA
    S: 250 2.1.0 Ok
    S: 250 2.1.5 Ok
    S: 250 2.1.5 Ok
    S: 354 ...
    ...
  ]]
end)

scenario("a server without extensions: HELO, one command at a time, no TLS", function()
  cites "SMTP-07"

  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     { replies = { EHLO = "502 5.5.1 never heard of it" } }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mail).dialogue [[
    ...
    C: EHLO mail.alice.example
    S: 502 5.5.1 never heard of it
    C: HELO mail.alice.example
    S: 250 mx.bob.example
    C: MAIL FROM:<alice@alice.example>
    S: 250 2.1.0 Ok
    C: RCPT TO:<bob@bob.example>
    S: 250 2.1.5 Ok
    C: DATA
    S: 354 ...
    ...
  ]]
end)

scenario("a server without EHLO and a sender that must have TLS: no fall-back", function()
  cites "SMTP-07, A03"

  local alice = sender   "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example"     { replies = { EHLO = "502 5.5.1 never heard of it" } }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mail).crossed "not at all"
end)

scenario("several recipients, one refused: each has a fate of its own", function()
  cites "SMTP-18, SMTP-29"

  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     { users = { "bob", "carol" } }
  local mail = alice:sends {
    to = { "bob@bob.example", "nobody@bob.example" },
    cc = "carol@bob.example",
  }

  expect(mail).finally "bounced"
  expect(mail).to("bob@bob.example").is "delivered"
  expect(mail).to("carol@bob.example").is "delivered"
  expect(mail).to("nobody@bob.example").is "bounced"
  expect(mail).to("nobody@bob.example").code "5.1.1"
  expect(mail).to("nobody@bob.example").because "smtp-refused"
  expect(mail).to("nobody@bob.example").crossed "not at all"
  expect(mail).to("bob@bob.example").crossed "encrypted"
end)

scenario("a busy server: the mail waits five minutes and is taken then", function()
  cites "SMTP-18, SMTP-22"

  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     { replies = { RCPT = "450 4.2.0 mailbox busy" } }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "smtp-deferred"
  expect(mail).code "4.2.0"

  bob:changes { replies = {} }
  expect(mail).finally "delivered"
  expect(mail).attempts(2)
end)

scenario("a domain that takes no mail says so in DNS", function()
  cites "SMTP-31"

  local alice = sender "mail.alice.example" {}
  domain "nowhere.example" { null_mx = true }
  local mail = alice:sends { to = "bob@nowhere.example" }

  expect(mail).finally "bounced"
  expect(mail).because "null-mx"
  expect(mail).code "5.1.0"
end)

scenario("the first MX does not listen: the second takes the mail", function()
  cites "SMTP-23"

  local alice = sender   "mail.alice.example" {}
  local one   = receiver "mx1.bob.example"    { preference = 10, listens = false }
  local two   = receiver "mx2.bob.example"    { preference = 20 }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).reached(two)
  expect(mail).attempts(1)
end)

-- Nothing waits for anything: `mailtls show` and the ladder number the connections.
scenario("two mails at once, to one host: each has its session", function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     {}
  local one   = alice:sends { to = "bob@bob.example", subject = "One" }
  after "80 milliseconds"
  local two   = alice:sends { to = "bob@bob.example", subject = "Two" }

  for _, mail in ipairs { one, two } do
    expect(mail).finally "delivered"
    expect(mail).crossed "encrypted"
    expect(mail).attempts(1)
  end
end)
