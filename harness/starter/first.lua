-- A first scenario. Play it:     mailtls run
-- Read it as a conversation:     mailtls show 'scenarios/first.lua::a mail crosses encrypted'
scenario("a mail crosses encrypted", function()
  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     { starttls = "offered" }

  local mail = alice:sends { to = "bob@bob.example", subject = "Lunch?" }

  expect(mail).finally "delivered"
  expect(mail).reached(bob)
  expect(mail).crossed "encrypted"
end)

-- What if Bob's certificate is not one that Alice believes? At this level the mail waits, and comes
-- back after a day. Try another level: "may", "encrypt", "secure", "dane".
scenario("an unknown CA: a sender that verifies does not deliver", function()
  local alice = sender   "mail.alice.example" { tls = "verify", gives_up_after = "1 day" }
  local bob   = receiver "mx.bob.example"     { certificate = signed_by "Unknown CA" }

  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "bounced"
  expect(mail).because "certificate-not-trusted"
  expect(mail).crossed "not at all"
  expect(bob).kept { count = 0 }
end)
