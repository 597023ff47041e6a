-- Mallory ends TLS in Bob's place and begins it anew towards Bob. Encryption alone does not help:
-- Alice must ask who it is.
local levels = {
  may       = { tls = "may" },
  encrypt   = { tls = "encrypt" },
  verify    = { tls = "verify" },
  secure    = { tls = { default = "may", ["bob.example"] = "secure" } },
  ["MTA-STS"] = { mta_sts = true },
  dane      = { tls = "dane" },
}
-- What Mallory can show; who is deceived by it; what the others say.
local certificates = {
  { title = "of his own making", shows = self_signed {}, deceives = { "may", "encrypt" },
    because = "certificate-not-trusted", cites = "A10" },
  { title = "of an unknown CA", shows = signed_by "Mallory CA" {}, deceives = { "may", "encrypt" },
    because = "certificate-not-trusted", cites = "A10" },
  { title = "of another name", shows = signed_by "Lab Root CA" { names = { "mx.mallory.example" } },
    deceives = { "may", "encrypt" }, because = "certificate-host-mismatch", cites = "A11, ID-02" },
  { title = "with the name in its CN alone", cites = "A11, ID-02",
    shows = signed_by "Lab Root CA" { names = { "mx.mallory.example" },
                                      common_name = "mx.bob.example" },
    deceives = { "may", "encrypt" }, because = "certificate-host-mismatch" },
  { title = "with two stars", shows = signed_by "Lab Root CA" { names = { "*.*.example" } },
    deceives = { "may", "encrypt" }, because = "certificate-host-mismatch", cites = "A11, ID-03" },
  { title = "that has expired", shows = signed_by "Lab Root CA" { expired = true },
    deceives = { "may", "encrypt" }, because = "certificate-expired", cites = "A13" },
  { title = "for clients alone", shows = signed_by "Lab Root CA" { usage = "client" },
    deceives = { "may", "encrypt" }, because = "certificate-not-trusted", cites = "A13" },
  { title = "signed with SHA-1", shows = signed_by "Lab Root CA" { signature = "sha1" },
    deceives = { "may", "encrypt" }, because = "certificate-not-trusted", cites = "A13, TLSV-09" },
  { title = "without its intermediate", cites = "A13",
    shows = signed_by "Lab Root CA" { via = "Lab Issuing CA", chain = "incomplete" },
    deceives = { "may", "encrypt" }, because = "certificate-not-trusted" },
  { title = "that a trusted CA should not have signed",
    shows = signed_by "Lab Root CA" { names = { "mx.bob.example", "bob.example" } },
    deceives = { "may", "encrypt", "verify", "secure", "MTA-STS" }, cites = "A12" },
}
for _, c in ipairs(certificates) do
  for level, options in pairs(levels) do
    local deceived = false
    for _, name in ipairs(c.deceives) do deceived = deceived or name == level end
    scenario(("Mallory shows a certificate %s, level %s: %s"):format(c.title, level,
        deceived and "he reads the mail" or "the mail waits"),
      { tags = { "attack" }, cites = c.cites .. ", RFC 8461 section 4.2" }, function()
      local alice = sender "mail.alice.example" (options)
      local bob   = receiver "mx.bob.example" {
        certificate = signed_by "Lab Root CA" { names = { "mx.bob.example", "bob.example" } },
      }
      local dane = level == "dane"
      domain "bob.example" {
        signed = dane and "yes" or "no",
        tlsa = dane and { { usage = 3, selector = 1, matching = 1, of = "leaf" } } or nil,
        mta_sts = level == "MTA-STS" and { mx = { "mx.bob.example" } } or nil,
      }
      domain "mx.bob.example" { signed = dane and "yes" or "no" }
      local mallory = attacker "mallory" { between = { alice, bob } }
      mallory:impersonates(bob, c.shows)
      local mail = alice:sends { to = "bob@bob.example", body = "The code is 4711." }
      if deceived then
        expect(mail).finally "delivered"
        expect(mallory).read(mail)
        expect(mallory).knows "The code is 4711."
        expect(mallory).never_altered(mail)
        expect(bob).kept { count = 1, says = "The code is 4711." }
        return
      end
      after "1 hour"
      expect(mail).is "deferred"
      expect(mail).because(dane and "tlsa-invalid" or c.because)
      expect(mallory).never_read(mail)
      expect(mallory).never_knows "bob@bob.example"
      mallory:leaves()
      expect(mail).finally "delivered"
      expect(mail).crossed "authenticated"
    end)
  end
end

scenario("Mallory rewrites a mail inside the TLS that he ends",
  { tags = { "attack" }, cites = "A10" }, function()
  local alice = sender "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(bob, self_signed {})
  mallory:alters { text = "DE89 3704", with = "XX66 6666", towards = bob }
  local mail = alice:sends { to = "bob@bob.example", body = "Pay to DE89 3704, please." }
  expect(mail).finally "delivered"
  expect(mallory).altered(mail)
  expect(bob).kept { says = "Pay to XX66 6666" }
end)

scenario("an authenticated Bob cannot be impersonated: the account number arrives as it was sent",
  { tags = { "attack" }, cites = "A10, TLS-09" }, function()
  local alice = sender "mail.alice.example" {
    tls = { default = "may", ["bob.example"] = "secure" },
  }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(bob, self_signed {})
  mallory:alters { text = "DE89 3704", with = "XX66 6666", towards = bob }
  local mail = alice:sends { to = "bob@bob.example", body = "Pay to DE89 3704, please." }
  after "1 hour"
  expect(bob).kept { count = 0 }
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mallory).never_altered(mail)
  expect(bob).kept { says = "Pay to DE89 3704" }
end)

scenario("flaw: a sender that ignores certificate names hands the mail to Mallory",
  { tags = { "attack", "flaw" }, cites = "A11, ID-07" }, function()
  local alice = sender "mail.alice.example" {
    tls = { default = "may", ["bob.example"] = "secure" }, flaws = { "ignores certificate names" },
  }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(bob, signed_by "Lab Root CA" { names = { "mx.mallory.example" } })
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mallory).read(mail)
end)

scenario("what Eve sees of sealed mail: names, and sizes, and no word",
  { tags = { "attack" }, cites = "A35, RFC 8446 section 5.4" }, function()
  local alice = sender "mail.alice.example" {
    tls = { default = "may", ["bob.example"] = { level = "secure", servername = "hostname" } },
  }
  local bob   = receiver "mx.bob.example" {}
  local eve   = eavesdropper "eve" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example", body = ("Secret words. "):rep(300) }
  expect(mail).finally "delivered"
  expect(eve).never_read(mail)
  expect(eve).knows "mx.bob.example"
  expect(eve).knows "EHLO mail.alice.example"
  expect(eve).never_knows "bob@bob.example"
  expect(eve).sizes(mail)
end)
