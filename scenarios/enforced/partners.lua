-- Enforced TLS between named partners, opportunistic TLS for everybody else.

local function company()
  return sender "mail.alice.example" { tls = { default = "may", ["bob.example"] = "secure" } }
end

scenario("enforced for the partner, opportunistic for the rest, in one queue",
         { tags = { "first-look" } }, function()
  cites "TLS-19"

  local alice   = company()
  local partner = receiver "mx.bob.example"   {}
  local other   = receiver "mx.carol.example" { starttls = "absent" }

  local enforced      = alice:sends { to = "bob@bob.example" }
  local opportunistic = alice:sends { to = "carol@carol.example" }

  expect(enforced).finally "delivered"
  expect(enforced).crossed "authenticated"
  expect(opportunistic).finally "delivered"
  expect(opportunistic).crossed "in clear text"
end)

scenario("one mail to a partner and a stranger: each recipient by its own rule", function()
  cites "TLS-19"

  local alice   = company()
  local partner = receiver "mx.bob.example"   { starttls = "absent" }
  local other   = receiver "mx.carol.example" { starttls = "absent" }
  local mail = alice:sends { to = { "bob@bob.example", "carol@carol.example" } }

  after "1 minute"
  expect(mail).to("carol@carol.example").is "delivered"
  expect(mail).to("bob@bob.example").is "deferred"
  expect(mail).to("bob@bob.example").because "starttls-not-supported"
end)

scenario("the partner loses TLS: the mail waits five days and then bounces", function()
  cites "TLS-10, SMTP-22, SMTP-29"

  local alice   = company()
  local partner = receiver "mx.bob.example" { starttls = "absent" }
  local eve     = eavesdropper "eve"        { between = { alice, partner } }
  local mail = alice:sends { to = "bob@bob.example" }

  after "4 days"
  expect(mail).is "deferred"
  expect(mail).finally "bounced"
  expect(mail).because "starttls-not-supported"
  expect(mail).code "4.7.4"
  expect(mail).crossed "not at all"
  expect(eve).never_read(mail)
  expect(eve).never_knows "bob@bob.example"
end)

scenario("the first MX of the partner has no TLS: the second takes the mail", function()
  cites "TLS-10, A31"

  local alice = company()
  local one   = receiver "mx1.bob.example" { preference = 10, starttls = "absent" }
  local two   = receiver "mx2.bob.example" { preference = 20 }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).reached(two)
  expect(mail).crossed "authenticated"
end)
