-- Runs that the browser tests look at: the report has to bear whatever strangers say.
local img = [[</script></noscript><img src=x onerror="document.title='broken out'">]]

scenario("markup " .. img, function()
  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example" { starttls = "absent",
    replies = { greeting = "220 " .. img, EHLO = "250 <b>" .. img, RCPT = "250 2.1.5 " .. img } }
  local eve   = eavesdropper "eve" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example", subject = img, body = img .. " & <i>more</i>" }
  print(img)
  expect(mail).finally "delivered"
  expect(eve).read(mail)
end)

scenario("an expectation fails", function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     {}
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
end)

scenario("TLS is turned on after the first day", function()
  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     { starttls = "absent" }
  for day = 1, 3 do
    for _ = 1, 10 do alice:sends { to = "bob@bob.example" } end
    after "1 day"
    bob:changes { starttls = "offered" }
  end
end)

scenario("nothing happens", function()
end)

scenario("sealed for Eve", function()
  local alice = sender   "mail.alice.example" { tls = "secure" }
  local bob   = receiver "mx.bob.example"     {}
  local eve   = eavesdropper "eve" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example", subject = "Merger", body = "Eleven million." }
  expect(mail).finally "delivered"
  expect(eve).never_read(mail)
end)

scenario("Mallory strips a word", function()
  local alice   = sender   "mail.alice.example" { tls = "secure" }
  local bob     = receiver "mx.bob.example"     {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  mallory:leaves()
  expect(mail).finally "delivered"
end)

scenario("three hops, the last one readable", function()
  local acme = company "acme.example" { users = "ann", gateway = { tls = "secure" } }
  local bell = company "bell.example" { users = "bea" }
  local ines = eavesdropper "ines" { between = { bell.gateway, bell.store } }
  local mail = acme.ann:writes { to = bell.bea, body = "Eleven million." }
  expect(mail).finally "delivered"
  expect(ines).read(mail)
end)
