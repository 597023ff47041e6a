-- Trust is the sender's: the same certificate, two senders.

scenario("a private CA: who trusts it delivers, who does not waits", function()
  cites "A10, TLS-19"

  local alice = sender   "mail.alice.example" {
    tls = "verify",
    trusts = { "Lab Root CA", "Bob's Own CA" },
  }
  local carol = sender   "mail.carol.example" { tls = "verify" }
  local bob   = receiver "mx.bob.example"     { certificate = signed_by "Bob's Own CA" }

  local from_alice = alice:sends { to = "bob@bob.example" }
  local from_carol = carol:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(from_alice).is "delivered"
  expect(from_alice).crossed "authenticated"
  expect(from_carol).is "deferred"
  expect(from_carol).because "certificate-not-trusted"
end)

-- At level secure any name below the domain will do, whatever its first label looks like.
for level, fate in pairs { verify = "deferred", secure = "delivered" } do
  scenario(("a wildcard stands for a whole label, level %s: %s"):format(level, fate), function()
    cites "ID-03"

    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example" {
      certificate = signed_by "Lab Root CA" { names = { "m*.bob.example" } },
    }
    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is(fate)
    expect(mail).because(fate == "deferred" and "certificate-host-mismatch" or nil)
  end)
end

scenario("a wildcard stands for exactly one label", function()
  cites "ID-03"

  local alice = sender   "mail.alice.example" { tls = "verify" }
  local bob   = receiver "mx.a.bob.example" {
    serves = "bob.example",
    certificate = signed_by "Lab Root CA" { names = { "*.bob.example" } },
  }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "certificate-host-mismatch"
end)

scenario("a hosted domain: the provider's name is accepted where policy names it", function()
  cites "TLS-19, ID-01"

  local alice = sender "mail.alice.example" {
    tls = {
      default = "may",
      ["bob.example"] = { level = "secure", match = { "mx.hosting.example" } },
    },
  }
  local mx    = receiver "mx.hosting.example" { serves = "bob.example" }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)

scenario("a certificate that is mended while the mail waits", function()
  cites "A13, SMTP-22"

  local alice = sender   "mail.alice.example" { tls = "verify" }
  local bob   = receiver "mx.bob.example" {
    certificate = signed_by "Lab Root CA" { expired = true },
  }
  local mail = alice:sends { to = "bob@bob.example" }

  after "2 hours"
  expect(mail).is "deferred"
  expect(mail).because "certificate-expired"

  bob:changes { certificate = signed_by "Lab Root CA" }
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)
