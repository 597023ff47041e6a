-- S12. "Only the servers have to be changed, which takes days." Twenty companies turn TLS on, four
-- on each day of a week, while their people go on writing. No workstation is touched.

local function day_of_mail(all)
  local mails = {}
  for i, company in ipairs(all) do mails[i] = company.pat:writes { to = all[i % #all + 1].pat } end
  after "24 hours"
  for i, mail in ipairs(mails) do expect(all[i % #all + 1].pat).got(mail) end
end

scenario("S12: twenty companies turn TLS on within a week", { tags = { "article", "rollout" } },
  function()
  local all = {}
  for i = 1, 20 do
    all[i] = company(("c%02d.example"):format(i)) {
      users = "pat", gateway = { starttls = "absent" },
    }
  end

  day_of_mail(all)
  share { ["in clear text"] = 1 }
  for day = 1, 5 do
    for i = 4 * day - 3, 4 * day do all[i]:changes { gateway = { starttls = "offered" } } end
    day_of_mail(all)
    share { encrypted = day / 5, ["in clear text"] = 1 - day / 5 }
  end

  for _, company in ipairs(all) do expect(company).changed { gateways = 1, workstations = 0 } end
end)

-- Half true: from then on mail is encrypted, and still to whoever answers. That it reaches the
-- right one has to be demanded, and that is another change at each gateway.
scenario("S12: a second change, and what was encrypted is authenticated",
  { tags = { "article", "rollout" } }, function()
  local all = {}
  for i = 1, 4 do all[i] = company(("c%02d.example"):format(i)) { users = "pat" } end

  day_of_mail(all)
  share { encrypted = 1 }
  for _, company in ipairs(all) do company:changes { gateway = { tls = "secure" } } end
  day_of_mail(all)
  share { authenticated = 1 }

  for _, company in ipairs(all) do expect(company).changed { gateways = 1, workstations = 0 } end
end)
