-- Which TLS two hosts agree on, and what happens when they cannot.

for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
  scenario("a receiver that speaks " .. version .. " alone", function()
    cites "TLSV-02"

    local alice = sender   "mail.alice.example" { tls = "verify" }
    local bob   = receiver "mx.bob.example"     { versions = { version } }
    local eve   = eavesdropper "eve"            { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
    expect(mail).tls { version = version, verified = true }
    expect(eve).never_read(mail)
  end)
end

scenario("a cipher suite of the receiver's choice", function()
  local alice = sender   "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example"     { ciphers = { "TLS_CHACHA20_POLY1305_SHA256" } }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).tls { cipher = "TLS_CHACHA20_POLY1305_SHA256" }
end)

-- RFC 8996: versions below 1.2 are gone. A sender that must have TLS keeps its mail.
scenario("a receiver that speaks TLS 1.0 alone gets no mail from a sender that must have TLS",
         function()
  cites "TLSV-01, TLSV-02"

  local alice = sender   "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example"     { versions = { "TLSv1.0" } }
  local mail = alice:sends { to = "bob@bob.example" }

  after "10 minutes"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
  expect(mail).code "4.7.5"
end)

scenario("one side speaks 1.2 alone and the other 1.3 alone: the handshake fails", function()
  cites "TLS-07"

  local alice = sender   "mail.alice.example" { tls = "encrypt", versions = { "TLSv1.2" } }
  local bob   = receiver "mx.bob.example"     { versions = { "TLSv1.3" } }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
end)
