-- S1. "TLS is set up at the mail gateway of each company." Ann and Bea have a workstation each and
-- do nothing; the two gateways protect what goes between them.

scenario("S1: two companies, and TLS at the gateway of each", { tags = { "article" } }, function()
  local acme = company "acme.example" { users = "ann" }
  local bell = company "bell.example" { users = "bea" }
  local eve = eavesdropper "eve" { between = { acme.gateway, bell.gateway } }

  local mail = acme.ann:writes { to = bell.bea, subject = "Q3", body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "encrypted"
  expect(bell.bea).got(mail)
  expect(eve).never_read(mail)
end)

-- Half true: it is set up on one side only. The other side has nothing to speak it with.
scenario("S1: TLS at one gateway alone protects nothing", { tags = { "article" } }, function()
  local acme = company "acme.example" { users = "ann" }
  local bell = company "bell.example" { users = "bea", gateway = { starttls = "absent" } }
  local eve = eavesdropper "eve" { between = { acme.gateway, bell.gateway } }

  local mail = acme.ann:writes { to = bell.bea, body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "in clear text"
  expect(eve).read(mail)
end)
