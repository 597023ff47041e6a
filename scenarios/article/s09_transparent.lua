-- S9. "It is transparent to both users: nobody decides mail by mail." They write and read as ever,
-- whatever the gateways agree on. With S/MIME the writer decides, for each reader of each mail.

scenario("S9: the gateways protect the mail; Ann and Bea were asked nothing",
  { tags = { "article" } }, function()
  local acme = company "acme.example" { users = { "ann", "al" }, gateway = { tls = "secure" } }
  local bell = company "bell.example" { users = { "bea", "bob" }, gateway = { tls = "secure" } }

  local mails = {
    acme.ann:writes { to = { bell.bea, bell.bob } }, acme.al:writes { to = bell.bea },
    bell.bea:writes { to = acme.ann }, bell.bob:writes { to = acme.al },
  }

  for _, mail in ipairs(mails) do expect(mail).finally "delivered" end
  expect(bell.bea).got(mails[1])
  expect(bell.bob).got(mails[1])
  expect(acme.ann).got(mails[3])
  for _, user in ipairs { acme.ann, acme.al, bell.bea, bell.bob } do expect(user).decided(0) end
end)

scenario("S9: with S/MIME Ann chooses a certificate for each reader", { tags = { "article" } },
  function()
  local acme = company "acme.example" { users = "ann", user_certificates = true }
  local bell = company "bell.example" { users = { "bea", "bob" }, user_certificates = true }

  local mail = acme.ann:writes { to = { bell.bea, bell.bob }, sealed = "S/MIME" }

  expect(mail).finally "delivered"
  expect(acme.ann).decided(2)
end)

-- Half true: that nobody notices holds for the bad cases as well. Ann is not told that this one
-- went in clear text.
scenario("S9: nor does anybody notice when the mail goes in clear text", { tags = { "article" } },
  function()
  local acme = company "acme.example" { users = "ann" }
  local bell = company "bell.example" { users = "bea", gateway = { starttls = "absent" } }

  local mail = acme.ann:writes { to = bell.bea }

  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "in clear text"
  expect(bell.bea).got(mail)
  expect(acme.ann).decided(0)
end)
