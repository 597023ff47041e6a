-- A company's own files of Postfix, with partners, listeners and attackers: tls_policy and main.cf
-- stand beside this file. Where there is a rule, nobody reads the mail.

local function watched(alice, bob)
  local eve = eavesdropper "eve"    { between = { alice, bob } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  return eve, mallory
end

scenario("a table of Postfix: each partner by its own rule", { tags = { "postfix" } }, function()
  cites "TLS-19"
  local alice = sender "mail.alice.example" { policy = postfix_table "tls_policy" }
  local bob   = receiver "mx.bob.example"   {}
  local hosting = receiver "mx.hosting.example" { serves = "carol.example" }
  local erin  = receiver "mx.erin.example"  { certificate = self_signed }
  local other = receiver "mx.grace.example" { starttls = "absent" }
  local to_bob   = alice:sends { to = "bob@bob.example" }
  local to_carol = alice:sends { to = "carol@carol.example" }
  local to_erin  = alice:sends { to = "erin@erin.example" }
  local to_other = alice:sends { to = "grace@grace.example" }
  after "1 hour"
  expect(to_bob).crossed "authenticated"
  expect(to_carol).crossed "authenticated"
  expect(to_carol).reached(hosting)
  expect(to_erin).crossed "encrypted"
  expect(to_other).crossed "in clear text"
end)

-- What an attacker does to the partner of whom the table says `secure`.
local acts = {
  ["strips STARTTLS"] = function(mallory) mallory:strips "STARTTLS" end,
  ["refuses STARTTLS"] = function(mallory)
    mallory:answers { to = "STARTTLS", with = "454 4.7.0 TLS not available" }
  end,
  ["cuts handshakes"] = function(mallory) mallory:cuts { after_record = "client hello" } end,
  ["shows a certificate of his own making"] = function(mallory, bob)
    mallory:impersonates(bob, self_signed {})
  end,
  ["shows the certificate of his own host"] = function(mallory, bob)
    mallory:impersonates(bob, signed_by "Lab Root CA" { names = { "mx.mallory.example" } })
  end,
  ["forges the MX record"] = function(mallory)
    receiver "mx.mallory.example" { serves = "bob.example" }
    mallory:answers_dns { name = "bob.example", type = "MX", answer = "10 mx.mallory.example." }
  end,
}
for title, act in pairs(acts) do
  scenario("a table of Postfix, level secure: Mallory " .. title .. ", and the mail waits",
    { tags = { "postfix", "attack" } }, function()
    cites "TLS-19, A01"
    local alice = sender "mail.alice.example" { policy = postfix_table "tls_policy" }
    local bob   = receiver "mx.bob.example" {}
    domain "bob.example" { mx = "mx.bob.example" }
    local eve, mallory = watched(alice, bob)
    act(mallory, bob)
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 hour"
    expect(mail).is "deferred"
    expect(eve).never_read(mail)
    expect(mallory).never_read(mail)
    mallory:leaves()
    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
  end)
end

scenario("a fingerprint of the table, and the certificate that it stands for",
  { tags = { "postfix" } }, function()
  local dave  = receiver "mx.dave.example" { certificate = self_signed {} }
  local alice = sender "mail.alice.example" {
    policy = postfix_table "tls_policy" { fingerprints = { dave } },
  }
  local _, mallory = watched(alice, dave)
  local mail = alice:sends { to = "dave@dave.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
  mallory:impersonates(dave, signed_by "Lab Root CA" { names = { "mx.dave.example" } })
  local later = alice:sends { to = "dave@dave.example" }
  after "1 hour"
  expect(later).is "deferred"
  expect(mallory).never_read(later)
end)

scenario("a smart host in brackets has a rule of its own", { tags = { "postfix" } }, function()
  local hub   = receiver "mx.hub.example" { serves = "bob.example" }
  local alice = sender "mail.alice.example" {
    relays_to = hub, policy = postfix_table "tls_policy",
  }
  local eve, mallory = watched(alice, hub)
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
  mallory:strips "STARTTLS"
  local later = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(later).because "starttls-not-supported"
  expect(eve).never_read(later)
end)

scenario("a main.cf with dane for everybody, and a partner with TLSA records",
  { tags = { "postfix", "dane" } }, function()
  cites "DANE-09"
  local alice = sender "mail.alice.example" { policy = postfix_main "main.cf" }
  local grace = receiver "mx.grace.example" { certificate = self_signed {} }
  domain "grace.example" {
    signed = "yes", tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } },
  }
  local eve, mallory = watched(alice, grace)
  mallory:impersonates(grace, self_signed {})
  local mail = alice:sends { to = "grace@grace.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mallory).never_read(mail)
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
  expect(eve).never_read(mail)
end)

scenario("a main.cf whose maps are asked in turn: an exception, then the table",
  { tags = { "postfix" } }, function()
  local alice = sender "mail.alice.example" { policy = postfix_main "main.cf" }
  local frank = receiver "mx.frank.example" {}
  local bob   = receiver "mx.bob.example"   { starttls = "absent" }
  local eve   = eavesdropper "eve" { between = { alice, frank } }
  local to_frank = alice:sends { to = "frank@frank.example" }
  local to_bob   = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(to_frank).crossed "in clear text"
  expect(eve).read(to_frank)
  expect(to_bob).because "starttls-not-supported"
end)

scenario("the policy file that is on the server: Mallory strips STARTTLS, and the mail waits",
  { tags = { "mta-sts", "attack" } }, function()
  cites "STS-19, STS-20"
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" {}
  domain "bob.example" { mta_sts = mta_sts_policy "mta-sts.txt" }
  local _, mallory = watched(alice, bob)
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mallory).never_read(mail)
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)

scenario("the policy file that is on the server, and a new MX host that nobody put into it",
  { tags = { "mta-sts" } }, function()
  cites "STS-19"
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx-new.bob.example" {}
  domain "bob.example" { mta_sts = mta_sts_policy "mta-sts.txt" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
end)

scenario("a rule that Postfix cannot read holds its mail back, and no other",
  { tags = { "postfix" } }, function()
  local alice = sender "mail.alice.example" { policy = postfix_table "mistaken" }
  receiver "mx.bob.example" {}
  receiver "mx.carol.example" {}
  local bob   = alice:sends { to = "bob@bob.example" }
  local carol = alice:sends { to = "carol@carol.example" }
  after "1 hour"
  expect(bob).is "deferred"
  expect(bob).crossed "not at all"
  expect(carol).crossed "authenticated"
end)

scenario("STARTTLS that is taken for absent", { tags = { "postfix" } }, function()
  local alice = sender "mail.alice.example" { tls = "may", discards = { "STARTTLS" } }
  receiver "mx.bob.example" {}
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)

scenario("a refusal for good bounces nothing under soft_bounce", { tags = { "postfix" } },
  function()
  local alice = sender "mail.alice.example" { tls = "encrypt", soft_bounce = true }
  receiver "mx.bob.example" { starttls = "refused 502" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
end)
