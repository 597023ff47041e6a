-- S3. "In a handshake the server shows its certificate." Who the server is stands in it, signed by
-- a certificate authority (RFC 8446 section 4.4.2).

local function shown(certificate, version)
  local acme = sender "mail.acme.example" { tls = { ["bell.example"] = "secure" } }
  local bell = receiver "mail.bell.example" { certificate = certificate, versions = { version } }
  local eve = eavesdropper "eve" { between = { acme, bell } }
  local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3" }
  return mail, eve
end

scenario("S3: the server shows its certificate in the handshake",
  { tags = { "article" }, cites = "RFC 8446 section 4.4.2" }, function()
  local mail, eve = shown(signed_by "Lab Root CA" {}, "TLSv1.3")

  expect(mail).finally "delivered"
  expect(mail).tls { version = "TLSv1.3", verified = true }
  expect(eve).never_read(mail)
end)

-- In TLS 1.2 everybody on the path can read the certificate; since TLS 1.3 nobody can.
scenario("S3: in TLS 1.2 the certificate passes in clear text",
  { tags = { "article" }, cites = "RFC 5246 section 7.4.2" }, function()
  local mail, eve = shown(signed_by "Lab Root CA" {}, "TLSv1.2")

  expect(mail).finally "delivered"
  expect(mail).tls { version = "TLSv1.2", verified = true }
  expect(eve).knows "Lab Root CA"
  expect(eve).never_read(mail)
end)
