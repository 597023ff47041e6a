-- S5. "If one party has no TLS the mail goes all the same, in clear text." So it is by default
-- (RFC 7435): mail that arrives counts more than mail that is secret.

scenario("S5: Bell has no TLS: the mail goes in clear text, and whoever listens reads it",
  { tags = { "article" }, cites = "RFC 7435 section 1" }, function()
  local acme = company "acme.example" { users = "ann" }
  local bell = company "bell.example" { users = "bea", gateway = { starttls = "absent" } }
  local eve = eavesdropper "eve" { between = { acme.gateway, bell.gateway } }

  local mail = acme.ann:writes { to = bell.bea, subject = "Q3", body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "in clear text"
  expect(bell.bea).got(mail)
  expect(eve).read(mail)
  expect(eve).knows "Eleven million."
end)
