-- Companies turn TLS on one by one: what each needs, what it pays, and what share of the mail is
-- protected.

scenario("one certificate a gateway, however many users", { tags = { "company" } }, function()
  prices { server_certificate = 90, user_certificate = 30, currency = "EUR" }
  local users = {}
  for i = 1, 40 do users[i] = "user" .. i end
  local acme = company "acme.example" { users = users }
  local bell = company "bell.example" { users = "bea", gateway = { starttls = "absent" } }
  expect(acme).needs { server_certificates = 1, user_certificates = 0 }
  expect(acme).pays(90)
  expect(bell).pays(0)
  bell:changes { gateway = { starttls = "offered" } }
  expect(bell).needs { server_certificates = 1 }
  expect(bell).pays(90)
end)

scenario("twelve companies turn TLS on, three at a time: the share of protected mail grows",
  { tags = { "company", "rollout" } }, function()
  local all = {}
  for i = 1, 12 do
    all[i] = company(("c%d.example"):format(i)) { users = "pat", gateway = { starttls = "absent" } }
  end
  local function day()
    local mails = {}
    for i = 1, 12 do mails[i] = all[i].pat:writes { to = all[i % 12 + 1].pat } end
    after "1 hour"
    for i, mail in ipairs(mails) do expect(all[i % 12 + 1].pat).got(mail) end
  end
  day()
  share { ["in clear text"] = 1, encrypted = 0 }
  for step = 1, 4 do
    for i = 3 * step - 2, 3 * step do all[i]:changes { gateway = { starttls = "offered" } } end
    day()
    share { encrypted = step / 4, ["in clear text"] = 1 - step / 4 }
  end
  for i = 1, 12 do all[i].gateway:changes { tls = "secure" } end
  day()
  share { authenticated = 1 }
end)

-- What it took: one setting of each gateway, and nobody's workstation.
scenario("twelve companies turn TLS on: each changes its gateway, and no user changes anything",
  { tags = { "company", "rollout" } }, function()
  local all = {}
  for i = 1, 12 do
    all[i] = company(("c%d.example"):format(i)) { users = { "pat", "pia", "pim" },
                                                  gateway = { starttls = "absent" } }
  end
  for i = 1, 12 do
    expect(all[i]).changed { gateways = 0 }
    all[i]:changes { gateway = { starttls = "offered" } }
  end
  local mail = all[1].pat:writes { to = all[12].pia }
  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "encrypted"
  for i = 1, 12 do
    expect(all[i]).changed { gateways = 1, stores = 0, workstations = 0 }
  end
end)

scenario("a gateway that is set back is as it was, and the path is as open as it was",
  { tags = { "company", "rollout" } }, function()
  local acme = company "acme.example" { users = "ann" }
  local bell = company "bell.example" { users = "bea", gateway = { starttls = "absent" } }
  bell:changes { gateway = { starttls = "offered" }, inside = { starttls = "offered" } }
  local sealed = acme.ann:writes { to = bell.bea }
  expect(sealed).finally "delivered"
  expect(sealed).crossed "encrypted"
  expect(bell).changed { gateways = 1, stores = 1 }
  bell:changes { gateway = { starttls = "absent" }, inside = { starttls = "absent" } }
  local open = acme.ann:writes { to = bell.bea }
  expect(open).finally "delivered"
  expect(open).hop(2).crossed "in clear text"
  expect(bell).changed { gateways = 0, stores = 0 }
end)
