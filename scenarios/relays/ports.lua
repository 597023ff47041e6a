-- A relay that listens elsewhere than on port 25, as submission servers do (RFC 6409).

scenario("a smart host is reached at the port that names it", { tags = { "relay", "port" } },
  function()
  local alice = sender   "mail.alice.example" { relays_to = "mx.bob.example:587" }
  local bob   = receiver "mx.bob.example" { ports = { 587 } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).reached(bob)
  expect(mail).crossed "encrypted"
end)

scenario("nothing answers on port 25 of a host that listens on 587 alone",
  { tags = { "relay", "port" } }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "mx.bob.example" { ports = { 587 } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "connection-refused"
end)

scenario("nothing answers at the port of the smart host, and the mail waits",
  { tags = { "relay", "port" } }, function()
  local alice = sender   "mail.alice.example" { relays_to = "[mx.bob.example]:submission" }
  local bob   = receiver "mx.bob.example" { ports = { 25, 465 } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).because "connection-refused"
  bob:changes { ports = { 25, 587 } }
  expect(mail).finally "delivered"
end)

scenario("who watches reads what crosses port 587 in clear text, too",
  { tags = { "relay", "port" } }, function()
  local alice   = sender   "mail.alice.example" { relays_to = "mx.bob.example:587" }
  local bob     = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)

scenario("inside Bob's house the next hop has a port as well", { tags = { "relay", "port" } },
  function()
  local alice = sender   "mail.alice.example" {}
  local mx    = receiver "mx.bob.example" { relays_to = "store.bob.example:24" }
  local store = receiver "store.bob.example" { serves = "bob.example", preference = 90,
                                               ports = { 24 } }
  domain "bob.example" { mx = mx }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).hop(2).reached(store)
end)

-- RFC 6698 section 3: the port is a part of the name.
scenario("DANE asks for the records of the port", { tags = { "relay", "port", "dane" },
  cites = "DANE-05, RFC 7672 section 2.2.3" }, function()
  local alice = sender   "mail.alice.example" { relays_to = "mx.bob.example:587",
                                                tls = "dane-only" }
  local bob   = receiver "mx.bob.example" { certificate = self_signed {} }
  local zone  = domain "bob.example" { signed = "yes",
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  local good = alice:sends { to = "bob@bob.example" }
  expect(good).finally "delivered"
  expect(good).crossed "authenticated"
  zone:changes { fails = { { name = "_587._tcp.mx.bob.example", type = "TLSA",
                             how = "servfail" } } }
  local held = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(held).is "deferred"
end)

scenario("rules for a smart host are looked up by its name, with the port or without",
  { tags = { "relay", "port" } }, function()
  local alice = sender   "mail.alice.example" {
    relays_to = "mx.bob.example:587", tls = { default = "may", ["mx.bob.example"] = "encrypt" },
  }
  receiver "mx.bob.example" { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).because "starttls-not-supported"
end)
