-- S7. "TLS can be enforced between named partners." Acme demands it of Bell, with a certificate
-- that is trusted and names Bell; of all others it takes what they have.

scenario("S7: demanded of Bell, not of Carl: one mail waits, the other goes",
  { tags = { "article" } }, function()
  local acme = company "acme.example" {
    users = "ann", gateway = { tls = { default = "may", ["bell.example"] = "secure" } },
  }
  local bell = company "bell.example" { users = "bea", gateway = { starttls = "absent" } }
  local carl = company "carl.example" { users = "cleo", gateway = { starttls = "absent" } }
  local eve = eavesdropper "eve" { between = { acme.gateway, bell.gateway } }

  local to_bell = acme.ann:writes { to = bell.bea, body = "Eleven million." }
  local to_carl = acme.ann:writes { to = carl.cleo, body = "See you at noon." }

  after "1 hour"
  expect(to_carl).is "delivered"
  expect(to_carl).hop(2).crossed "in clear text"
  expect(to_bell).hop(2).is "deferred"
  expect(to_bell).hop(2).because "starttls-not-supported"
  expect(eve).never_read(to_bell)
end)

scenario("S7: demanded of Bell, and Bell has it: authenticated", { tags = { "article" } },
  function()
  local acme = company "acme.example" {
    users = "ann", gateway = { tls = { default = "may", ["bell.example"] = "secure" } },
  }
  local bell = company "bell.example" { users = "bea" }

  local mail = acme.ann:writes { to = bell.bea, body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "authenticated"
end)
