-- A roll-out that a manager can follow. Each day one of twenty companies turns TLS on, each second
-- day every company writes to the next one. A gateway needs one certificate, and nobody at a desk
-- changes anything. See the curve:
--
--   mailtls diagram 'twenty.lua::twenty companies turn TLS on, one each day' --kind share -o s.svg
local many = 20

scenario("twenty companies turn TLS on, one each day", { tags = { "company", "rollout" },
  cites = "TLS-19" }, function()
  prices { server_certificate = 90, currency = "EUR" }
  local all = {}
  for i = 1, many do
    all[i] = company(("firm%d.example"):format(i)) { users = "pat",
      gateway = { starttls = "absent" } }
  end

  -- A gateway that offers TLS gets its mail encrypted, from old and new ones alike (RFC 7435:
  -- opportunistic).
  local function everybody_writes()
    for i = 1, many do all[i].pat:writes { to = all[i % many + 1].pat } end
    after "1 day"
  end

  everybody_writes()
  share { ["in clear text"] = 1, encrypted = 0, authenticated = 0 }

  for day = 1, many do
    all[day]:changes { gateway = { starttls = "offered" } }
    if day % 2 == 1 then
      after "1 day"
    else
      everybody_writes()
      share { encrypted = day / many, ["in clear text"] = 1 - day / many }
    end
    if day == many // 2 then
      expect(all[1]).pays(90)
      expect(all[many]).pays(0)
    end
  end

  -- What is encrypted is not proven yet. When each has seen that all others offer TLS, they ask
  -- for proof, half of them before the rest.
  for i = 1, many // 2 do all[i].gateway:changes { tls = "secure" } end
  after "1 day"
  everybody_writes()
  share { authenticated = 0.5, encrypted = 0.5, ["in clear text"] = 0 }
  for i = many // 2 + 1, many do all[i].gateway:changes { tls = "secure" } end
  after "1 day"
  everybody_writes()
  share { authenticated = 1 }

  for i = 1, many do
    expect(all[i]).needs { server_certificates = 1, user_certificates = 0 }
    expect(all[i]).pays(90)
  end
end)

-- One that never joins is seen, and nobody who asks for proof writes to it in clear text.
scenario("all but one: who stays behind keeps a share in clear text, until others ask for proof",
  { tags = { "company", "rollout" }, cites = "TLS-19" }, function()
  local all = {}
  for i = 1, 10 do
    all[i] = company(("firm%d.example"):format(i)) { users = "pat",
      gateway = { starttls = i == 10 and "absent" or "offered" } }
  end
  local function day()
    local last
    for i = 1, 10 do last = all[i].pat:writes { to = all[i % 10 + 1].pat } end
    after "1 day"
    return last
  end
  for _ = 1, 3 do
    day()
    share { ["in clear text"] = 0.1, encrypted = 0.9 }
  end
  for i = 1, 9 do all[i].gateway:changes { tls = "secure" } end
  local eve = eavesdropper "eve" { between = { all[9].gateway, all[10].gateway } }
  local refused = all[9].pat:writes { to = all[10].pat, body = "Nobody reads this." }
  day()
  expect(refused).is "deferred"
  expect(refused).because "starttls-not-supported"
  expect(eve).never_read(refused)
  -- What firm10 itself sends is encrypted: it only offers nothing to others.
  share { authenticated = 8/9, encrypted = 1/9, ["in clear text"] = 0 }
end)
