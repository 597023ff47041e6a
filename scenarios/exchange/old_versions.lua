-- What was spoken before TLS 1.2. Who still has nothing else is refused, whichever side he is on:
-- SSL 2.0 by RFC 6176, SSL 3.0 by RFC 7568, TLS 1.0 and 1.1 by RFC 8996.

-- What today's server says to them. Mbed TLS reads the version in the hello; of SSL 2.0's hello it
-- knows nothing, and there the answer is OpenSSL's.
for _, case in ipairs {
  { offers = { "SSLv2" },                     nothing_above = "SSL 2.0" },
  { offers = { "SSLv3" },                     nothing_above = "SSL 3.0" },
  { offers = { "TLSv1.0" },                   nothing_above = "TLS 1.0" },
  { offers = { "TLSv1.1" },                   nothing_above = "TLS 1.1" },
  { offers = { "SSLv2", "SSLv3", "TLSv1.0" }, nothing_above = "TLS 1.0" },
} do
  scenario("a server of today refuses a sender that offers " .. table.concat(case.offers, ", "),
           function()
    cites "TLSV-01, RFC 6176, RFC 7568, RFC 8996"

    local alice = sender   "mail.alice.example" { tls = "encrypt", versions = case.offers }
    local bob   = receiver "mx.bob.example"     {}
    local mail = alice:sends { to = "bob@bob.example" }

    after "10 minutes"
    expect(mail).is "deferred"
    expect(mail).because "validation-failure"
    expect(mail).code "4.7.5"
    expect(mail).crossed "not at all"
  end)
end

for _, version in ipairs { "SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1" } do
  scenario("a sender of today gives no mail to a server that speaks " .. version .. " alone",
           function()
    cites "TLSV-01, RFC 6176, RFC 7568, RFC 8996"

    local alice = sender   "mail.alice.example" { tls = "encrypt" }
    local bob   = receiver "mx.bob.example"     { versions = { version } }
    local mail = alice:sends { to = "bob@bob.example" }

    after "10 minutes"
    expect(mail).is "deferred"
    expect(mail).because "validation-failure"
    expect(mail).code "4.7.5"
    expect(mail).crossed "not at all"
  end)
end

-- An opportunistic sender takes no TLS for better than none, once it has failed: the old peer gets
-- the mail in clear text. An eavesdropper is the one who gains.
for _, case in ipairs {
  { who = "sender",   mine = { "SSLv3" } }, { who = "sender",   mine = { "SSLv2" } },
  { who = "receiver", mine = { "SSLv3" } }, { who = "receiver", mine = { "SSLv2" } },
} do
  scenario("a " .. case.who .. " that has only " .. case.mine[1] .. " ends up in clear text",
           function()
    cites "TLSV-01, TLS-07"

    local alice = sender   "mail.alice.example" {
      tls = "may", clear_fallback = "reconnect",
      versions = case.who == "sender" and case.mine or nil }
    local bob   = receiver "mx.bob.example"     {
      versions = case.who == "receiver" and case.mine or nil }
    local eve   = eavesdropper "eve"            { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example", body = "Eleven million." }

    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
    expect(eve).read(mail)
  end)
end

-- Beside today's versions the old ones do no harm: both sides take the best that they share.
for _, who in ipairs { "sender", "receiver" } do
  scenario("a " .. who .. " that kept SSL 3.0 beside TLS 1.2 speaks TLS 1.2", function()
    cites "TLSV-02"

    local both = { "SSLv2", "SSLv3", "TLSv1.2" }
    local alice = sender   "mail.alice.example" {
      tls = "verify", versions = who == "sender" and both or nil }
    local bob   = receiver "mx.bob.example"     { versions = who == "receiver" and both or nil }
    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
    expect(mail).tls { version = "TLSv1.2" }
  end)
end

-- Two that are old alike would go on, and did. The lab plays them as far as the hellos: in that of
-- the server of SSL 2.0 stands its certificate, which RSA keys alone could be of.
for _, version in ipairs { "SSLv2", "SSLv3" } do
  scenario("two that have only " .. version .. " agree, and the lab goes no further", function()
    local alice = sender   "mail.alice.example" { tls = "encrypt", versions = { version } }
    local bob   = receiver "mx.bob.example"     {
      versions = { version }, certificate = signed_by "Lab Root CA" { key = "rsa-2048" } }
    local eve   = eavesdropper "eve"            { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is "deferred"
    expect(mail).because "validation-failure"
    expect(eve).never_read(mail)
  end)
end
