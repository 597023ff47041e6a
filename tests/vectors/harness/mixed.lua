scenario("passes", { tags = { "tls", "quick" }, cites = "TLS-03" }, function()
  cites "RFC 3207"
  local alice = sender "mail.alice.example" {}
  local bob = receiver "mx.bob.example" { users = { "bob" } }
  local eve = eavesdropper "eve" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  bob:changes { starttls = "absent" }
  alice:sends { to = { "bob@bob.example", "carol@bob.example" } }
  after "1 minute"
end)

scenario("fails", { tags = { "slow" }, seed = 7 }, function()
  print("the mail is", 12)
  local alice = sender "mail.alice.example" {}
  receiver "mx.bob.example" {}
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
end)

scenario("breaks", { tags = { "tls", "slow" } }, function()
  sendr "mail.alice.example" {}
end)

scenario("is 'quoted'", function() end)
