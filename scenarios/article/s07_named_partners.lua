-- S7. "TLS can be enforced between named partners." Acme demands it of Bell, with a certificate
-- that is trusted and names Bell; of all others it takes what they have.

scenario("S7: demanded of Bell, not of Carl: one mail waits, the other goes",
  { tags = { "article" } }, function()
  local acme = sender   "mail.acme.example" { tls = { ["bell.example"] = "secure" } }
  local bell = receiver "mail.bell.example" { starttls = "absent" }
  local carl = receiver "mail.carl.example" { starttls = "absent" }
  local eve = eavesdropper "eve" { between = { acme, bell } }

  local to_bell = acme:sends { from = "ann@acme.example", to = "bea@bell.example" }
  local to_carl = acme:sends { from = "ann@acme.example", to = "cleo@carl.example" }

  after "1 minute"
  expect(to_carl).is "delivered"
  expect(to_carl).crossed "in clear text"
  expect(to_bell).is "deferred"
  expect(to_bell).because "starttls-not-supported"
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
