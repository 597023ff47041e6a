-- As many cells as are asked for by -D thousands=N, each a mail that crosses in clear text.
local function numbers(n)
  local out = {}
  for i = 1, n do out[i] = tostring(i) end
  return out
end

sweep("large", {
  over = { a = numbers(10), b = numbers(100),
    thousand = numbers(tonumber(given("thousands", "1"))) },
  play = function()
    local alice = sender "mail.alice.example" {}
    receiver "mx.bob.example" { starttls = "absent" }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
  end,
})
