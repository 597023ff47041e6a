-- Two companies exchange mail as most do: the users write and read, the gateways protect it. Each
-- arrow from workstation to store is a hop, with a protection of its own.

local function house(options)
  local acme = company "acme.example" { users = { "ann", "bo" }, gateway = options.acme }
  local bell = company "bell.example" { users = { "bea" }, gateway = options.bell,
                                        inside = options.inside_bell }
  local watchers = {
    at_ann = eavesdropper "peter" { between = { acme.ann, acme.gateway } },
    outside = eavesdropper "eve" { between = { acme.gateway, bell.gateway } },
    inside = eavesdropper "ines" { between = { bell.gateway, bell.store } },
  }
  return acme, bell, watchers
end

scenario("both gateways speak TLS: who listens between them reads nothing",
  { tags = { "company" }, cites = "RFC 3207" }, function()
  local acme, bell, who = house {}
  local mail = acme.ann:writes { to = bell.bea, subject = "Q3", body = "Eleven million." }
  expect(mail).finally "delivered"
  expect(mail).reached(bell.store)
  expect(mail).hop(1).crossed "encrypted"
  expect(mail).hop(2).crossed "encrypted"
  expect(bell.bea).got(mail)
  expect(acme.bo).never_got(mail)
  expect(who.at_ann).never_read(mail)
  expect(who.outside).never_read(mail)
  expect(who.outside).never_knows "Subject: Q3"
end)

scenario("TLS ends at each gateway: behind it the mail is readable, and the weakest hop says so",
  { tags = { "company" } }, function()
  local acme, bell, who = house { acme = { tls = "secure" } }
  local mail = acme.ann:writes { to = bell.bea, body = "Eleven million." }
  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "authenticated"
  expect(mail).hop(3).crossed "in clear text"
  expect(mail).crossed "in clear text"
  expect(who.outside).never_read(mail)
  expect(who.inside).read(mail)
end)

scenario("TLS inside Bell, too", { tags = { "company" } }, function()
  local acme, bell, who = house { inside_bell = { starttls = "offered" } }
  local mail = acme.ann:writes { to = bell.bea }
  expect(mail).finally "delivered"
  expect(mail).hop(3).crossed "encrypted"
  expect(mail).crossed "encrypted"
  expect(who.inside).never_read(mail)
end)

scenario("Bell has no TLS: the mail goes all the same, in clear text, and nobody is asked",
  { tags = { "company" } }, function()
  local acme, bell, who = house { bell = { starttls = "absent" } }
  local mail = acme.ann:writes { to = bell.bea, body = "Eleven million." }
  expect(mail).finally "delivered"
  expect(bell.bea).got(mail)
  expect(mail).hop(2).crossed "in clear text"
  expect(who.outside).read(mail)
  expect(bell).needs { server_certificates = 0 }
end)

scenario("Acme demands TLS of Bell, and of Bell alone: the mail waits rather than go in clear text",
  { tags = { "company", "enforced" } }, function()
  local acme, bell, who = house {
    acme = { tls = { default = "may", ["bell.example"] = "secure" } },
    bell = { starttls = "absent" },
  }
  local carl = company "carl.example" { users = "cleo", gateway = { starttls = "absent" } }
  local waits = acme.ann:writes { to = bell.bea, body = "Eleven million." }
  local goes = acme.ann:writes { to = carl.cleo }
  expect(goes).finally "delivered"
  expect(goes).hop(2).crossed "in clear text"
  after "1 hour"
  expect(waits).hop(2).is "deferred"
  expect(waits).hop(2).because "starttls-not-supported"
  expect(bell.bea).never_got(waits)
  expect(who.outside).never_read(waits)
end)

scenario("when Bell turns TLS on, what waited goes, authenticated", { tags = { "company" } },
  function()
  local acme, bell = house { acme = { tls = "secure" }, bell = { starttls = "absent" } }
  local mail = acme.ann:writes { to = bell.bea }
  after "1 hour"
  expect(mail).is "deferred"
  bell:changes { gateway = { starttls = "offered" } }
  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "authenticated"
  expect(bell.bea).got(mail)
end)

scenario("colleagues write to each other: it never leaves the house", { tags = { "company" } },
  function()
  local acme, _, who = house {}
  local mail = acme.ann:writes { to = { acme.bo, acme.ann }, body = "Lunch?" }
  expect(mail).finally "delivered"
  expect(mail).reached(acme.store)
  expect(acme.bo).got(mail)
  expect(acme.ann).got(mail)
  expect(who.outside).never_knows "Lunch?"
end)

scenario("a mail to nobody comes back to who wrote it", { tags = { "company", "bounce" },
  cites = "RFC 3461" }, function()
  local acme, bell = house {}
  local mail = acme.ann:writes { to = "nobody@bell.example" }
  expect(mail).finally "bounced"
  expect(mail).code "5.1.1"
  expect(bell.gateway).bounced(mail) { status = "5.1.1" }
  after "1 minute"
  expect(acme.store).kept { count = 1, from = "", to = "ann@acme.example" }
end)

scenario("what Mallory altered is not what Ann wrote", { tags = { "company", "attack" } },
  function()
  local acme, bell = house {}
  local mallory = attacker "mallory" { between = { bell.gateway, bell.store } }
  mallory:alters { text = "Eleven", with = "Twelve" }
  local mail = acme.ann:writes { to = bell.bea, body = "Eleven million." }
  expect(mail).finally "delivered"
  expect(mallory).altered(mail)
  expect(bell.store).kept { count = 1, says = "Twelve million." }
end)

scenario("the store is no way in: while the gateway does not listen, mail waits",
  { tags = { "company" } }, function()
  local acme, bell = house {}
  bell.gateway:changes { listens = false }
  local mail = acme.ann:writes { to = bell.bea }
  after "10 minutes"
  expect(mail).is "deferred"
  expect(bell.bea).not_yet_got(mail)
  bell.gateway:changes { listens = true }
  expect(mail).finally "delivered"
  expect(bell.bea).got(mail)
end)
