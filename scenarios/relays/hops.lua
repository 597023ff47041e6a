-- A mail crosses inside, internet, inside: each hop has a protection of its own, and the whole is
-- as strong as its weakest.

local function house(options)
  local desk = sender "desk.alice.example" {
    domain = "alice.example", relays_to = "mail.alice.example", tls = options.inside,
  }
  local out  = sender "mail.alice.example" { tls = options.internet }
  receiver "mail.alice.example" { starttls = options.at_out, users = { "alice" } }
  local mx   = receiver "mx.bob.example" { relays_to = "store.bob.example",
                                           starttls = options.at_mx, replies = options.mx_says }
  local store = receiver "store.bob.example" { serves = "bob.example", preference = 90,
                                               listens = options.store_listens,
                                               starttls = options.at_store, users = { "bob" } }
  domain "bob.example" { mx = "mx.bob.example" }
  return desk, out, mx, store
end

scenario("three hops, each encrypted; the names are checked on the internet", function()
  local desk, _, _, store = house { inside = "encrypt", internet = "verify" }

  local mail = desk:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).reached(store)
  expect(mail).hop(1).crossed "encrypted"
  expect(mail).hop(2).crossed "authenticated"
  expect(mail).hop(3).crossed "encrypted"
  expect(mail).crossed "encrypted"
end)

scenario("the weakest hop decides: inside Bob's house there is no TLS", function()
  local desk, out, mx, store = house { internet = "verify", at_store = "absent" }
  local eve     = eavesdropper "eve"     { between = { out, mx } }
  local insider = eavesdropper "insider" { between = { mx, store } }

  local mail = desk:sends { to = "bob@bob.example", body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "authenticated"
  expect(mail).hop(3).crossed "in clear text"
  expect(mail).crossed "in clear text"
  expect(eve).never_read(mail)
  expect(insider).read(mail)
end)

scenario("a mail that fails on a later hop is reported to the first sender, as mail", function()
  cites "DSN-01, DSN-02, DSN-03, DSN-04, SMTP-29"
  local desk, _, mx = house { internet = "may" }

  local mail = desk:sends { to = "nobody@bob.example" }

  expect(mail).finally "bounced"
  expect(mail).code "5.1.1"
  expect(mail).hop(1).is "delivered"
  expect(mail).hop(3).is "bounced"
  expect(mx).bounced(mail) { status = "5.1.1", diagnostic = "User unknown",
                             to = "nobody@bob.example" }
end)

scenario("a mail waits where it is stuck: the store is down for two hours", function()
  local desk, _, _, store = house { internet = "may", store_listens = false }

  local mail = desk:sends { to = "bob@bob.example" }

  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).hop(2).is "delivered"
  expect(mail).hop(3).is "deferred"
  after "1 hour"
  store:changes { listens = true }
  expect(mail).finally "delivered"
end)

scenario("a host relays for its own people alone", function()
  local stranger = sender "mail.eve.example" { relays_to = "mx.bob.example" }
  receiver "mx.bob.example" {}
  local carol = receiver "mx.carol.example" {}
  local eve = sender "desk.eve.example" { domain = "eve.example" }
  domain "carol.example" { mx = "mx.bob.example" }

  local trusted = stranger:sends { to = "carol@carol.example" }
  local refused = eve:sends { to = "carol@carol.example" }

  expect(refused).finally "bounced"
  expect(refused).code "5.7.1"
  expect(trusted).finally "bounced"
  expect(trusted).because "mail-loop"
end)

scenario("two relays that send everything to each other: after a hundred hops it ends",
  { tags = { "relay" }, cites = "RFC 5321 section 6.3" }, function()
  local alice = sender "mail.alice.example" {}
  local one = receiver "mx.bob.example" { relays_to = "store.bob.example" }
  receiver "store.bob.example" { serves = "bob.example", relays_to = "mx.bob.example",
    preference = 20 }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).because "smtp-refused"
  expect(mail).code "5.4.6"
end)
