-- S4. "If the sender trusts it, a session key is negotiated, and the message is sent." The key is
-- made on both sides from what each keeps to itself; it never crosses (RFC 8446 section 7.1).

scenario("S4: a session key is agreed upon, and the mail is sent under it",
  { tags = { "article" }, cites = "RFC 8446 section 7.1" }, function()
  local acme = sender "mail.acme.example" { tls = { ["bell.example"] = "secure" } }
  local bell = receiver "mail.bell.example" {}
  local eve = eavesdropper "eve" { between = { acme, bell } }

  local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3",
                            body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
  expect(eve).never_read(mail)
end)

-- Half true: by default a sender does not ask whether it trusts the certificate. TLS is used all
-- the same, and the other side may be anybody: encrypted is not authenticated.
scenario("S4: a certificate that nobody vouches for: encrypted, and to an impostor",
  { tags = { "article" }, cites = "RFC 7435 section 3" }, function()
  local acme = sender   "mail.acme.example" {}
  local bell = receiver "mail.bell.example" {}
  local mallory = attacker "mallory" { between = { acme, bell } }
  mallory:impersonates(bell, self_signed {})

  local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3",
                            body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
  expect(mallory).read(mail)
end)

scenario("S4: the sender must trust it, and does not: no mail is sent",
  { tags = { "article" }, cites = "RFC 7525 section 3.2" }, function()
  local acme = sender "mail.acme.example" { tls = { ["bell.example"] = "secure" } }
  local bell = receiver "mail.bell.example" { certificate = self_signed {} }
  local eve = eavesdropper "eve" { between = { acme, bell } }

  local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3" }

  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "certificate-not-trusted"
  expect(eve).never_read(mail)
end)
