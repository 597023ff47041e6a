-- Mallory deletes one word from the EHLO answer.

scenario("a stripped STARTTLS, opportunistic: the mail goes in clear text and Mallory reads it",
         { tags = { "attacks" } }, function()
  cites "A01, TLS-19"

  local alice   = sender   "mail.alice.example" { tls = "may" }
  local bob     = receiver "mx.bob.example"     {}
  local mallory = attacker "mallory"            { between = { alice, bob } }
  mallory:strips "STARTTLS"

  local mail = alice:sends {
    to = "bob@bob.example",
    subject = "Merger",
    body = "We sign on Friday.",
  }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
  expect(mallory).never_altered(mail)
end)

scenario("a stripped STARTTLS, enforced: the mail waits and nothing leaks",
         { tags = { "attacks" } }, function()
  cites "A01, TLS-19"

  local alice   = sender   "mail.alice.example" {
    tls = { default = "may", ["bob.example"] = "secure" },
  }
  local bob     = receiver "mx.bob.example"     {}
  local mallory = attacker "mallory"            { between = { alice, bob } }
  mallory:strips "STARTTLS"

  local mail = alice:sends {
    to = "bob@bob.example",
    subject = "Merger",
    body = "We sign on Friday.",
  }

  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mail).code "4.7.4"
  expect(mallory).never_read(mail)
  expect(mallory).never_knows "bob@bob.example"

  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)

scenario("STARTTLS as the last word of the answer is stripped as well",
         { tags = { "attacks" } }, function()
  cites "A01"

  local alice   = sender   "mail.alice.example" { tls = "may" }
  local bob     = receiver "mx.bob.example" {
    replies = { EHLO = "250-mx.bob.example\n250-SIZE 1000000\n250 STARTTLS" },
  }
  local mallory = attacker "mallory"            { between = { alice, bob } }
  mallory:strips "STARTTLS"

  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)
