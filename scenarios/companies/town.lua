-- A day in a town of companies: each writes twice, and every two hours a twelfth of them turns TLS
-- on. With as many as asked for: mailtls run town.lua -D companies=2016
local many = tonumber(given("companies", "72")) or 0
assert(many >= 72 and many % 72 == 0, "companies: expected a multiple of 72")

scenario("a day in a town: every two hours some companies turn TLS on",
  { tags = { "company", "rollout" }, cites = "TLS-19" }, function()
  local all = {}
  for i = 1, many do
    all[i] = company(("c%d.example"):format(i)) { users = "pat", gateway = { starttls = "absent" } }
  end
  local blocks = many // 12
  local function place(block, turn) return block % blocks * 12 + turn + 1 end

  for turn = 0, 11 do
    -- A sixth of the town writes, to as many of those who have TLS already as of each other turn.
    for k = 0, many // 6 - 1 do
      local from, to = place(k, (turn + k // blocks * 6) % 12), place(k + turn, k % 12)
      if from == to then to = place(k + turn + 1, k % 12) end
      all[from].pat:writes { to = all[to].pat }
    end
    after "1 hour"
    share { encrypted = turn / 12, ["in clear text"] = 1 - turn / 12 }
    for block = 0, blocks - 1 do
      all[place(block, turn)]:changes { gateway = { starttls = "offered" } }
    end
    after "1 hour"
  end
end)
