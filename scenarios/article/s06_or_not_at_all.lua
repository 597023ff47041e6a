-- S6. "Some partners want their mail encrypted, or not sent at all." Then it waits at the gateway
-- that must not send it, and comes back to who wrote it when its time is up.

scenario("S6: encrypted or not at all: the mail waits, and comes back after five days",
  { tags = { "article" }, cites = "RFC 5321 section 4.5.4.1" }, function()
  local acme = company "acme.example" { users = "ann", gateway = { tls = "encrypt" } }
  local bell = company "bell.example" { users = "bea", gateway = { starttls = "absent" } }
  local eve = eavesdropper "eve" { between = { acme.gateway, bell.gateway } }

  local mail = acme.ann:writes { to = bell.bea, subject = "Q3", body = "Eleven million." }

  after "1 hour"
  expect(mail).hop(2).is "deferred"
  expect(mail).hop(2).because "starttls-not-supported"
  after "6 days"
  expect(mail).is "bounced"
  expect(bell.bea).never_got(mail)
  expect(acme.store).kept { count = 1, from = "", to = "ann@acme.example" }
  expect(eve).never_read(mail)
end)

scenario("S6: when the partner turns TLS on, what waited goes", { tags = { "article" } }, function()
  local acme = sender   "mail.acme.example" { tls = "encrypt" }
  local bell = receiver "mail.bell.example" { starttls = "absent" }

  local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"

  bell:changes { starttls = "offered" }
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)
