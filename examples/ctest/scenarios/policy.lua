-- What this organisation demands: mail to its partners crosses authenticated, or not at all.
local policy = { default = "may", ["partner.example"] = "secure" }

scenario("mail to a partner crosses authenticated", { tags = { "partner" } }, function()
  local alice   = sender   "mail.alice.example" { tls = policy }
  local partner = receiver "mx.partner.example" {}

  local mail = alice:sends { to = "bob@partner.example" }

  expect(mail).finally "delivered"
  expect(mail).reached(partner)
  expect(mail).crossed "authenticated"
end)

scenario("a partner without TLS gets no mail; it comes back", { tags = { "partner" } }, function()
  local alice = sender "mail.alice.example" { tls = policy, gives_up_after = "1 day" }
  receiver "mx.partner.example" { starttls = "absent" }

  local mail = alice:sends { to = "bob@partner.example" }

  expect(mail).finally "bounced"
  expect(mail).because "starttls-not-supported"
  expect(mail).crossed "not at all"
end)

scenario("everyone else gets mail, if need be in clear text; really?", function()
  local alice = sender "mail.alice.example" { tls = policy }
  receiver "mx.carol.example" { starttls = "absent" }

  local mail = alice:sends { to = "carol@carol.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)
