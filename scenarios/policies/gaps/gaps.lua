-- Files of Postfix that look as if all were well, and what comes of that. They stand beside this
-- file.

local function company() return sender "mail.alice.example" { policy = postfix_main "main.cf" } end

scenario("a dot too much: the rule is for what lies below the domain, not for the domain",
  { tags = { "postfix", "attack" } }, function()
  cites "A01, TLS-19"
  local alice = company()
  local carol = receiver "mx.carol.example" { serves = { "carol.example", "sales.carol.example" } }
  local mallory = attacker "mallory" { between = { alice, carol } }
  mallory:strips "STARTTLS"
  local below = alice:sends { to = "carol@sales.carol.example" }
  local mail  = alice:sends { to = "carol@carol.example" }
  after "1 hour"
  expect(below).because "starttls-not-supported"
  expect(mallory).never_read(below)
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)

scenario("level verify takes the name that DNS gives: a forged MX record names Mallory's own host",
  { tags = { "postfix", "attack" } }, function()
  cites "A14, ID-07"
  local alice = company()
  local dave  = receiver "mx.dave.example" {}
  local evil  = receiver "mx.mallory.example" { serves = "dave.example" }
  domain "dave.example" { mx = "mx.dave.example" }
  local mallory = attacker "mallory" { between = { alice, dave } }
  mallory:answers_dns { name = "dave.example", type = "MX", answer = "10 mx.mallory.example." }
  local mail = alice:sends { to = "dave@dave.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
  expect(mail).reached(evil)
end)

scenario("level dane without smtp_dns_support_level = dnssec is level may",
  { tags = { "postfix", "dane", "attack" } }, function()
  cites "A01, DANE-09"
  local alice = company()
  local erin  = receiver "mx.erin.example" {}
  domain "erin.example" {
    signed = "yes", tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } },
  }
  local mallory = attacker "mallory" { between = { alice, erin } }
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "erin@erin.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)

scenario("a policy file in mode testing holds nothing back", { tags = { "mta-sts", "attack" } },
  function()
  cites "A01, STS-19"
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" {}
  domain "bob.example" { mta_sts = mta_sts_policy "mta-sts.txt" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)
