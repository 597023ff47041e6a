-- What the author writes about a domain counts, whatever receivers publish, and in any order.

for _, order in ipairs { "before", "after" } do
  scenario("a null MX written " .. order .. " the receiver refuses all mail", function()
    cites "SMTP-31"
    local alice = sender "mail.alice.example"
    if order == "before" then domain "bob.example" { null_mx = true } end
    receiver "mx.bob.example" {}
    if order == "after" then domain "bob.example" { null_mx = true } end

    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "bounced"
    expect(mail).because "null-mx"
  end)

  scenario("an MX list written " .. order .. " the receivers alone counts", function()
    cites "SMTP-23, SMTP-24"
    local alice = sender "mail.alice.example"
    if order == "before" then domain "bob.example" { mx = { "mx2.bob.example" } } end
    receiver "mx1.bob.example" { preference = 5 }
    local second = receiver "mx2.bob.example" { preference = 50 }
    if order == "after" then domain "bob.example" { mx = { second } } end

    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "delivered"
    expect(mail).reached(second)
  end)
end

scenario("postmaster is there in every domain, whoever else is", function()
  cites "RFC 5321 §4.5.1"
  local alice = sender "mail.alice.example"
  receiver "mx.bob.example" { users = { "bob" } }

  local mail = alice:sends { to = "Postmaster@bob.example" }

  expect(mail).finally "delivered"
end)

scenario("refusals that came before the connection was lost are not asked for again", function()
  cites "SMTP-16, SMTP-18"
  local alice = sender "mail.alice.example"
  receiver "mx.bob.example" { users = { "u30" } }
  local to = {}
  for i = 1, 40 do to[i] = ("u%d@bob.example"):format(i) end

  local mail = alice:sends { to = to }

  after "1 minute"
  expect(mail).to("u1@bob.example").is "bounced"
  expect(mail).to("u1@bob.example").code "5.1.1"
  expect(mail).to("u30@bob.example").is "deferred"
  expect(mail).to("u30@bob.example").because "connection-lost"
  expect(mail).to("u30@bob.example").finally "delivered"
end)

scenario("a comma in a quoted address is part of it", function()
  cites "RFC 5321 §4.1.2"
  local alice = sender "mail.alice.example"
  receiver "mx.bob.example" {}

  local mail = alice:sends { to = { '"Bob, at home"@bob.example', "carol@bob.example" } }

  expect(mail).finally "delivered"
  expect(mail).to('"Bob, at home"@bob.example').is "delivered"
end)

-- RFC 7505 section 3 forbids it; Postfix takes it for a null MX, in whichever order they come.
for _, preferences in ipairs { { 0, 10 }, { 10, 0 }, { 10, 10 } } do
  scenario(("a null MX of preference %d beside a host of %d: the domain takes no mail"):format(
    preferences[1], preferences[2]), { cites = "SMTP-31" }, function()
    local alice = sender "mail.alice.example"
    local bob = receiver "mx.bob.example"
    domain "bob.example" { records = { ("@ IN MX %d ."):format(preferences[1]),
                                       ("@ IN MX %d mx.bob.example."):format(preferences[2]) } }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "bounced"
    expect(mail).because "null-mx"
    expect(mail).code "5.1.0"
    expect(bob).kept { count = 0 }
  end)
end
