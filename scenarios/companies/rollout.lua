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
