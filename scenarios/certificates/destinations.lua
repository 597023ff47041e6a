-- One gateway, a rule of its own for each destination: fingerprints, authorities, versions, names.

scenario("a listed fingerprint proves the peer, whatever the certificate says of itself",
  { cites = "TLS-19" }, function()
  local bob   = receiver "mx.bob.example"   { certificate = self_signed { expired = true } }
  local carol = receiver "mx.carol.example" { certificate = signed_by "Lab Root CA" }
  local alice = sender "mail.alice.example" { tls = {
    default = "may",
    ["bob.example"]   = { level = "fingerprint", fingerprints = { bob } },
    ["carol.example"] = { level = "fingerprint", fingerprints = { ("ab"):rep(32) } },
  } }

  local to_bob   = alice:sends { to = "bob@bob.example" }
  local to_carol = alice:sends { to = "carol@carol.example" }

  after "1 minute"
  expect(to_bob).is "delivered"
  expect(to_bob).crossed "authenticated"
  expect(to_carol).is "deferred"
  expect(to_carol).because "certificate-not-trusted"
end)

scenario("a new certificate without a new fingerprint stops the mail", function()
  local bob   = receiver "mx.bob.example"   { certificate = self_signed }
  local alice = sender "mail.alice.example" { tls = {
    default = { level = "fingerprint", fingerprints = { bob } } } }
  local first = alice:sends { to = "bob@bob.example" }
  expect(first).finally "delivered"

  bob:changes { certificate = self_signed { key = "rsa-2048" } }
  local second = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(second).is "deferred"
end)

scenario("an authority that counts for one partner alone", { cites = "A10" }, function()
  local alice = sender "mail.alice.example" { tls = {
    default = "verify",
    ["bob.example"] = { level = "verify", trusts = { "Bob's Own CA" } },
  } }
  receiver "mx.bob.example"   { certificate = signed_by "Bob's Own CA" }
  receiver "mx.carol.example" { certificate = signed_by "Bob's Own CA" }
  local to_bob   = alice:sends { to = "bob@bob.example" }
  local to_carol = alice:sends { to = "carol@carol.example" }
  after "1 minute"
  expect(to_bob).is "delivered"
  expect(to_carol).is "deferred"
  expect(to_carol).because "certificate-not-trusted"
end)

scenario("TLS 1.3 is demanded of one partner alone", function()
  local alice = sender "mail.alice.example" { tls = {
    default = "encrypt",
    ["bob.example"] = { level = "encrypt", protocols = { "TLSv1.3" } },
  } }
  receiver "mx.bob.example"   { versions = { "TLSv1.2" } }
  receiver "mx.carol.example" { versions = { "TLSv1.2" } }
  local to_bob   = alice:sends { to = "bob@bob.example" }
  local to_carol = alice:sends { to = "carol@carol.example" }
  after "1 minute"
  expect(to_bob).is "deferred"
  expect(to_bob).because "validation-failure"
  expect(to_carol).is "delivered"
  expect(to_carol).tls { version = "TLSv1.2" }
end)

scenario("a name in the CN alone: Postfix takes it, RFC 9525 does not", { cites = "ID-02" },
  function()
  local shows = signed_by "Lab Root CA" { names = {}, common_name = "mx.bob.example" }
  local alice = sender "mail.alice.example" { tls = "verify" }
  local carol = sender "mail.carol.example" { tls = {
    default = { level = "verify", names = "rfc9525" } } }
  receiver "mx.bob.example" { certificate = shows }
  local from_alice = alice:sends { to = "bob@bob.example" }
  local from_carol = carol:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(from_alice).is "delivered"
  expect(from_carol).is "deferred"
  expect(from_carol).because "certificate-host-mismatch"
end)

scenario("the name that is sent ahead (SNI) is the author's choice; an eavesdropper reads it",
  { cites = "DANE-21" }, function()
  local alice = sender "mail.alice.example" { tls = {
    default = { level = "encrypt", servername = "tenant.hosting.example" } } }
  local bob   = receiver "mx.bob.example" {}
  local eve   = eavesdropper "eve" { between = { alice, bob } }
  local mail  = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(eve).knows "tenant.hosting.example"
  expect(eve).never_read(mail)
end)

scenario("an address in a certificate is no DNS name", { cites = "ID-05" }, function()
  local alice = sender "mail.alice.example" { tls = "verify" }
  receiver "mx.bob.example" {
    certificate = signed_by "Lab Root CA" { names = { "192.0.2.3" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "certificate-host-mismatch"
end)
