-- Keys that leak later. Eve has recorded all that passed her, and gets hold of Bob's private key.
-- With RSA key exchange the key opens every session, those of long ago as well; with an ephemeral
-- one it opens none. So RFC 9325 section 4.1 wants no static RSA.

local static = "TLS_RSA_WITH_AES_128_GCM_SHA256"
local ephemeral = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
local words = "The safe is behind the painting."

-- Bob has an RSA key, without which there is no RSA key exchange.
local function stage(bob, alice)
  bob.certificate = bob.certificate or signed_by "Lab Root CA" { key = "rsa-2048" }
  local a = sender "mail.alice.example" (alice or { tls = "secure" })
  local b = receiver "mx.bob.example" (bob)
  return a, b, eavesdropper "eve" { between = { a, b } }
end
local function sent(alice, body)
  local mail = alice:sends { to = "bob@bob.example", subject = "The safe", body = body or words }
  after "1 minute"
  expect(mail).is "delivered"
  expect(mail).crossed "authenticated"
  return mail
end

for _, cipher in ipairs { static, "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CCM_8",
                          "TLS_RSA_WITH_AES_256_CBC_SHA256" } do
  scenario(cipher .. ": recorded in winter, opened in spring", function()
    cites "TLSV-08, RFC 5246 section 7.4.7.1, RFC 9325 section 4.1"

    local alice, bob, eve = stage { versions = { "TLSv1.2" }, ciphers = { cipher } }
    local mail = sent(alice)
    expect(mail).tls { version = "TLSv1.2", cipher = cipher, verified = true }
    at "2026-03-20 12:00 UTC"
    expect(eve).not_yet_read(mail)
    expect(eve).not_yet_knows "bob@bob.example"

    eve:steals_key(bob)
    expect(eve).read(mail)
    expect(eve).knows(words)
    expect(eve).knows "RCPT TO:<bob@bob.example>"
    expect(eve).knows "Subject: The safe"
    expect(eve).never_altered(mail)
  end)
end

scenario("RSA key exchange, and the key was stolen before: Eve reads it as it comes", function()
  cites "TLSV-08, RFC 5246 section 7.4.7.1"

  local alice, bob, eve = stage { versions = { "TLSv1.2" }, ciphers = { static } }
  eve:steals_key(bob)
  local mail = sent(alice)
  expect(mail).tls { cipher = static }
  expect(eve).read(mail)
  expect(eve).knows(words)
end)

scenario("ephemeral key exchange with the same key: what was recorded stays shut", function()
  cites "TLSV-08, RFC 9325 section 4.1, RFC 8422 section 5.4"

  local alice, bob, eve = stage { versions = { "TLSv1.2" }, ciphers = { ephemeral, static } }
  local before = sent(alice)
  expect(before).tls { version = "TLSv1.2", cipher = ephemeral }
  eve:steals_key(bob)
  local behind = sent(alice)
  for _, mail in ipairs { before, behind } do expect(eve).never_read(mail) end
  expect(eve).never_knows(words)
  expect(eve).never_knows "bob@bob.example"
end)

scenario("TLS 1.3 with the same key: what was recorded stays shut", function()
  cites "TLSV-08, RFC 8446 section 1.2"

  local alice, bob, eve = stage {}
  local before = sent(alice)
  expect(before).tls { version = "TLSv1.3" }
  eve:steals_key(bob)
  local behind = sent(alice)
  for _, mail in ipairs { before, behind } do expect(eve).never_read(mail) end
  expect(eve).never_knows(words)
end)

scenario("senders offer RSA key exchange by default, and take it last", function()
  cites "TLSV-08"

  local alice, bob, eve = stage { versions = { "TLSv1.2" } }
  local mail = sent(alice)
  eve:steals_key(bob)
  expect(eve).never_read(mail)

  bob:changes { ciphers = { static } }
  expect(eve).read(sent(alice, "The key is under the mat."))
end)

scenario("another key than the one that was stolen opens nothing", function()
  cites "RFC 5246 section 7.4.7.1"

  local alice, bob, eve = stage { versions = { "TLSv1.2" }, ciphers = { static } }
  local first = sent(alice, "This was written with the first key.")
  eve:steals_key(bob)
  bob:changes { certificate = signed_by "Lab Root CA" { key = "rsa-2048", key_name = "second" } }
  local second = sent(alice, "This was written with the second key.")
  expect(eve).read(first)
  expect(eve).not_yet_read(second)
  expect(eve).not_yet_knows "the second key"

  eve:steals_key(bob)
  expect(eve).read(second)
end)

scenario("a key that is no RSA key decrypts nothing", function()
  cites "TLSV-08, RFC 8422 section 2.2"

  local alice, bob, eve = stage {
    versions = { "TLSv1.2" },
    certificate = signed_by "Lab Root CA" { key = "ecdsa-p256" },
  }
  local mail = sent(alice)
  eve:steals_key(bob)
  expect(eve).never_read(mail)
end)

scenario("sessions that go on from one with RSA key exchange are opened with it", function()
  cites "TLSV-08, RFC 5077 section 3.1, RFC 5246 section 7.3"

  local alice, bob, eve = stage(
    { versions = { "TLSv1.2" }, ciphers = { static }, tickets = true },
    { tls = "secure", resumes = true })
  local first = sent(alice, "This is the first of three mails.")
  local second = sent(alice, "This is the second of three mails.")
  expect(first).tls { resumed = false }
  expect(second).tls { resumed = true }
  eve:steals_key(bob)
  expect(eve).read(first)
  expect(eve).read(second)
  local third = sent(alice, "This is the third of three mails.")
  expect(third).tls { resumed = true }
  expect(eve).read(third)
end)

scenario("who did not record the session in which a ticket was given opens none that go on from it",
         function()
  cites "RFC 5077 section 3.1"

  local alice = sender "mail.alice.example" { tls = "secure", resumes = true }
  local bob = receiver "mx.bob.example" {
    versions = { "TLSv1.2" }, ciphers = { static }, tickets = true,
    certificate = signed_by "Lab Root CA" { key = "rsa-2048" },
  }
  sent(alice, "This is the first of two mails.")
  local eve = eavesdropper "eve" { between = { alice, bob } }
  local second = sent(alice, "This is the second of two mails.")
  expect(second).tls { resumed = true }
  eve:steals_key(bob)
  expect(eve).never_read(second)
  expect(eve).never_knows "the second of two mails"
end)

scenario("an attacker on the path who holds the key needs no false certificate to read", function()
  cites "TLSV-08"

  local alice = sender "mail.alice.example" { tls = "secure" }
  local bob = receiver "mx.bob.example" {
    versions = { "TLSv1.2" }, ciphers = { static },
    certificate = signed_by "Lab Root CA" { key = "rsa-2048" },
  }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:splits(100)
  local mail = sent(alice)
  expect(mallory).not_yet_read(mail)
  mallory:steals_key(bob)
  expect(mallory).read(mail)
  expect(mallory).never_altered(mail)
end)
