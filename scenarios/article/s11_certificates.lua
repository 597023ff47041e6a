-- S11. "Certificates for the servers are enough; S/MIME needs one for each person."

local forty = {}
for i = 1, 40 do forty[i] = "user" .. i end

scenario("S11: forty people, one certificate", { tags = { "article" } }, function()
  prices { server_certificate = 90, user_certificate = 30, currency = "EUR" }
  local acme = company "acme.example" { users = forty }
  expect(acme).needs { server_certificates = 1, user_certificates = 0 }
  expect(acme).pays(90)
end)

scenario("S11: with S/MIME, forty-one", { tags = { "article" } }, function()
  prices { server_certificate = 90, user_certificate = 30, currency = "EUR" }
  local acme = company "acme.example" { users = forty, user_certificates = true }
  expect(acme).needs { server_certificates = 1, user_certificates = 40 }
  expect(acme).pays(1290)
end)

scenario("S11: two companies, a certificate each, and all their mail is authenticated",
  { tags = { "article" } }, function()
  local demands = { tls = "secure" }
  local acme = company "acme.example" { users = { "ann", "al", "ada" }, gateway = demands }
  local bell = company "bell.example" { users = { "bea", "bob", "bo" }, gateway = demands }
  for _, mail in ipairs {
    acme.ann:writes { to = bell.bea }, acme.al:writes { to = bell.bob },
    acme.ada:writes { to = bell.bo }, bell.bea:writes { to = acme.ann },
    bell.bob:writes { to = acme.al }, bell.bo:writes { to = acme.ada },
  } do
    expect(mail).finally "delivered"
    expect(mail).hop(2).crossed "authenticated"
  end
  expect(acme).needs { server_certificates = 1, user_certificates = 0 }
  expect(bell).needs { server_certificates = 1, user_certificates = 0 }
end)
