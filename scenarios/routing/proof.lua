-- MX records that nobody signed name whatever hosts he likes who answers in their place.
-- `mx_must_be` says who has to vouch for them (RFC 8461 section 1, RFC 7672 section 1.3.2).

local states = {
  nothing = {}, signed = { signed = "yes" }, enforced = { mta_sts = { mode = "enforce" } },
  tested = { mta_sts = { mode = "testing" } },
}
local enough = {
  anything = { nothing = true, signed = true, enforced = true, tested = true },
  signed = { signed = true }, sts = { enforced = true },
  ["signed or sts"] = { signed = true, enforced = true },
}

for _, wanted in ipairs { "anything", "signed", "sts", "signed or sts" } do
  for _, state in ipairs { "nothing", "signed", "enforced", "tested" } do
    local goes = enough[wanted][state] or false
    scenario(("mx_must_be %s, the domain %s: %s"):format(wanted,
        ({ nothing = "proves nothing", signed = "is signed", enforced = "enforces MTA-STS",
           tested = "tests MTA-STS" })[state], goes and "it goes" or "it waits"),
      { cites = "STS-19, STS-23, DANE-14" }, function()
      local alice = sender "mail.alice.example" { mx_must_be = wanted }
      local bob = receiver "mx.bob.example" {}
      domain "bob.example" (states[state])
      local mail = alice:sends { to = "bob@bob.example" }
      after "1 minute"
      if goes then
        expect(mail).reached(bob)
      else
        expect(mail).is "deferred"
        expect(mail).because "mx-not-proven"
        expect(mail).code "4.7.0"
        expect(mail).crossed "not at all"
      end
    end)
  end
end

-- Verifying the certificate of a forged host proves that the forged host is itself.
for _, wanted in ipairs { "anything", "signed or sts" } do
  local proven = wanted ~= "anything"
  scenario(("A forged MX record with a good certificate behind it, mx_must_be %s: %s"):format(
      wanted, proven and "the mail waits for the true one" or "Mallory has the mail"),
    { cites = "A14, ID-01" }, function()
    local alice = sender "mail.alice.example" { tls = "verify", mx_must_be = wanted }
    local bob = receiver "mx.bob.example" {}
    local evil = receiver "mx.evil.example" { serves = { "bob.example" }, preference = 90 }
    domain "bob.example" { mx = { bob } }
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:answers_dns { name = "bob.example", type = "MX", answer = "10 mx.evil.example." }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    if proven then
      expect(mail).because "mx-not-proven"
      mallory:leaves()
      domain "bob.example" { signed = "yes" }
      expect(mail).finally "delivered"
      expect(mail).reached(bob)
    else
      expect(mail).reached(evil)
      expect(mail).crossed "authenticated"
    end
  end)
end

scenario("mx_must_be signed, no MX record: the signed address will do", { cites = "DANE-01" },
  function()
  local alice = sender "mail.alice.example" { mx_must_be = "signed" }
  local bob = receiver "bob.example" { serves = { "bob.example" }, implicit_mx = true }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).because "mx-not-proven"
  domain "bob.example" { signed = "yes" }
  expect(mail).finally "delivered"
  expect(mail).reached(bob)
end)

scenario("mx_must_be signed, a resolver that checks nothing: nothing is proven",
  { cites = "DANE-01" }, function()
  local alice = sender "mail.alice.example" { mx_must_be = "signed",
                                              resolver = "not validating" }
  receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).because "mx-not-proven"
end)

-- What the administrator wrote down needs no other witness.
scenario("mx_must_be signed: a smart host and a domain with a rule of its own are not asked",
  { cites = "REQ-02" }, function()
  local ruled = sender "mail.alice.example" {
    mx_must_be = "signed", tls = { ["bob.example"] = "encrypt" },
  }
  local relayed = sender "mail.carol.example" { mx_must_be = "signed",
                                                relays_to = "mx.bob.example" }
  receiver "mx.bob.example" {}
  local one = ruled:sends { to = "bob@bob.example" }
  local other = relayed:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(one).is "delivered"
  expect(other).is "delivered"
end)

scenario("mx_must_be signed: TLS-Required: No goes all the same", { cites = "REQ-08" }, function()
  local alice = sender "mail.alice.example" { mx_must_be = "signed" }
  receiver "mx.bob.example" {}
  local mail = alice:sends { to = "bob@bob.example", tls_required = "no" }
  expect(mail).finally "delivered"
end)
