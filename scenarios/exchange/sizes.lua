-- How large a mail may be: the limit that a receiver tells by SIZE (RFC 1870), and what becomes of
-- a mail beyond it.

local long = ("The committee meets again on Thursday.\n"):rep(100)

scenario("a mail beyond the limit that was told goes back at once, and no word of it leaves",
  { tags = { "size" }, cites = "EXT-05, RFC 1870 section 6.1" }, function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { starttls = "absent", size_limit = 2000 }
  local eve   = eavesdropper "eve" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example", body = long }
  expect(mail).finally "bounced"
  expect(mail).because "smtp-refused"
  expect(mail).code "5.3.4"
  expect(mail).attempts(1)
  expect(mail).crossed "not at all"
  expect(mail).dialogue [[
    S: 220 mx.bob.example ESMTP
    C: EHLO mail.alice.example
    S: 250-mx.bob.example
    S: 250-PIPELINING
    S: 250-SIZE 2000
    S: 250-ENHANCEDSTATUSCODES
    S: 250 8BITMIME
    C: QUIT
    S: 221 2.0.0 Bye
  ]]
  expect(eve).never_knows "alice@alice.example"
  expect(alice).bounced(mail) { status = "5.3.4", diagnostic = "exceeds size limit 2000 of server" }
end)

scenario("a mail below the limit goes, and tells its size", { cites = "EXT-05" }, function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { size_limit = 5000 }
  local mail = alice:sends { to = "bob@bob.example", body = long }
  expect(mail).finally "delivered"
  expect(mail).dialogue [[
    ...
    C: MAIL FROM:<alice@alice.example> SIZE=...
    S: 250 2.1.0 Ok
    ...
  ]]
end)

scenario("a server without a limit says SIZE 0", { cites = "RFC 1870 section 4" }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "mx.bob.example" { size_limit = 0 }
  local mail = alice:sends { to = "bob@bob.example", body = long }
  expect(mail).finally "delivered"
  expect(mail).dialogue [[
    ...
    S: 250-SIZE 0
    ...
  ]]
end)

-- SIZE may stand there without a number (RFC 1870 section 4): the sender tells its size, and is
-- refused before the content goes.
scenario("a limit that was not told: MAIL is refused by the size alone",
  { cites = "EXT-05, RFC 1870 section 6.2" }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "mx.bob.example" { starttls = "absent", size_limit = 2000,
    replies = { EHLO = "250-mx.bob.example\n250-SIZE\n250 8BITMIME" } }
  local mail = alice:sends { to = "bob@bob.example", body = long }
  expect(mail).finally "bounced"
  expect(mail).code "5.3.4"
  expect(mail).crossed "not at all"
  expect(mail).dialogue [[
    ...
    S: 250-SIZE
    S: 250 8BITMIME
    C: MAIL FROM:<alice@alice.example> SIZE=...
    S: 552 5.3.4 ...
    C: QUIT
    S: 221 2.0.0 Bye
  ]]
end)

scenario("SIZE is not offered: all of the mail crosses, and is refused behind its end",
  { cites = "EXT-05, RFC 1870 section 6.3" }, function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { starttls = "absent", size_limit = 2000,
    replies = { EHLO = "250 mx.bob.example" } }
  local eve   = eavesdropper "eve" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example", body = long }
  expect(mail).finally "bounced"
  expect(mail).code "5.3.4"
  expect(mail).crossed "in clear text"
  expect(bob).kept { count = 0 }
  expect(eve).read(mail)
end)

-- RFC 3207 section 4.2: what was learnt in clear text is forgotten, so a lie told there bounces
-- nothing.
scenario("Mallory lowers the limit in clear text; inside TLS the true one counts",
  { tags = { "size", "attack" }, cites = "A08, TLS-14" }, function()
  local alice   = sender   "mail.alice.example" {}
  local bob     = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:alters { text = "SIZE 10240000", with = "SIZE 10" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)

scenario("Mallory strips TLS and lowers the limit: the mail bounces",
  { tags = { "size", "attack" }, cites = "A08" }, function()
  local alice   = sender   "mail.alice.example" {}
  local bob     = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  mallory:alters { text = "SIZE 10240000", with = "SIZE 10" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).code "5.3.4"
end)

scenario("a relay takes what its next hop does not: the report goes back as mail",
  { tags = { "size", "relay" }, cites = "EXT-05, DSN-01" }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "mail.alice.example" {}
  local mx    = receiver "mx.bob.example"    { relays_to = "store.bob.example" }
  receiver "store.bob.example" { serves = "bob.example", preference = 90, size_limit = 2000 }
  domain "bob.example" { mx = "mx.bob.example" }
  local mail = alice:sends { to = "bob@bob.example", body = long }
  expect(mail).finally "bounced"
  expect(mail).hop(1).is "delivered"
  expect(mail).hop(2).is "bounced"
  expect(mail).code "5.3.4"
  expect(mx).bounced(mail) { status = "5.3.4", to = "bob@bob.example" }
end)

scenario("the limit is raised while the mail waits", { tags = { "size" } }, function()
  local alice = sender   "mail.alice.example" { soft_bounce = true }
  local bob   = receiver "mx.bob.example" { size_limit = 2000 }
  local mail = alice:sends { to = "bob@bob.example", body = long }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).code "4.3.4"
  bob:changes { size_limit = 20000 }
  expect(mail).finally "delivered"
end)
