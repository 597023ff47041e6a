-- Who else reads the mail? An eavesdropper sees all bytes of a path; an attacker also changes them.
scenario("without TLS eve reads the mail", function()
  local alice = sender       "mail.alice.example" { tls = "may" }
  local bob   = receiver     "mx.bob.example"     { starttls = "absent" }
  local eve   = eavesdropper "eve"                { between = { alice, bob } }

  local mail = alice:sends { to = "bob@bob.example", body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(eve).read(mail)
end)

-- Mallory deletes one word. A sender that insists on TLS waits until he has left.
scenario("a stripped STARTTLS: the mail waits and nothing leaks", function()
  local alice   = sender   "mail.alice.example" { tls = "secure" }
  local bob     = receiver "mx.bob.example"     {}
  local mallory = attacker "mallory"            { between = { alice, bob } }
  mallory:strips "STARTTLS"

  local mail = alice:sends { to = "bob@bob.example" }

  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mallory).never_read(mail)

  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)
