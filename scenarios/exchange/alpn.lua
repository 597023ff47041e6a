-- Which protocol is to be spoken inside TLS (ALPN, RFC 7301): "smtp" by IANA's name. Few mail
-- servers look at it, and few senders offer it: whoever says nothing is served as ever.

for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
  scenario(version .. ": both name smtp, and agree on it", function()
    cites "TLSV-07, RFC 7301 section 3.1"

    local alice = sender   "mail.alice.example" { tls = "secure", alpn = { "smtp" } }
    local bob   = receiver "mx.bob.example"     { alpn = { "smtp" }, versions = { version } }
    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
    expect(mail).tls { version = version, alpn = "smtp" }
  end)

  scenario(version .. ": nothing is in common; a sender that must have TLS keeps its mail",
           function()
    cites "TLSV-07, RFC 7301 section 3.2, TLS-07"

    local alice = sender   "mail.alice.example" { tls = "encrypt", alpn = { "http/1.1" } }
    local bob   = receiver "mx.bob.example"     { alpn = { "smtp" }, versions = { version } }
    local eve   = eavesdropper "eve"            { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example" }

    after "10 minutes"
    expect(mail).is "deferred"
    expect(mail).because "validation-failure"
    expect(mail).code "4.7.5"
    expect(mail).crossed "not at all"

    alice:changes { alpn = { "http/1.1", "smtp" } }
    expect(mail).finally "delivered"
    expect(mail).tls { alpn = "smtp" }
    expect(eve).never_read(mail)
  end)

  scenario(version .. ": nothing is in common; level may falls back as after any failed handshake",
           function()
    cites "TLSV-07, A04"

    local alice = sender   "mail.alice.example" { alpn = { "http/1.1" } }
    local bob   = receiver "mx.bob.example"     { alpn = { "smtp" }, versions = { version } }
    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is "deferred"
    expect(mail).because "validation-failure"

    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
    expect(mail).attempts(2)
  end)
end

scenario("nothing is in common, and stays so: the report to the user says why", function()
  cites "TLSV-07"

  local alice = sender   "mail.alice.example"
    { tls = "encrypt", alpn = { "http/1.1" }, gives_up_after = "1 day" }
  local bob   = receiver "mx.bob.example"     { alpn = { "smtp" } }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "bounced"
  expect(alice).bounced(mail) { diagnostic = "no application protocol in common" }
end)

-- RFC 7301 section 3.2: the server chooses, by an order of its own.
scenario("the server's order decides, not the client's", function()
  cites "TLSV-07, RFC 7301 section 3.2"

  local alice = sender   "mail.alice.example" { tls = "encrypt", alpn = { "esmtp", "smtp" } }
  local bob   = receiver "mx.bob.example"     { alpn = { "smtp", "esmtp" } }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).tls { alpn = "smtp" }
end)

-- A name is its bytes (RFC 7301 section 6).
scenario("SMTP is not smtp", function()
  cites "RFC 7301 section 6"

  local alice = sender   "mail.alice.example" { tls = "encrypt", alpn = { "SMTP" } }
  local bob   = receiver "mx.bob.example"     { alpn = { "smtp" } }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
end)

-- Who does not know the extension ignores it (RFC 8446 section 4.1.2).
for _, side in ipairs { { "the sender alone", { "smtp" }, nil },
                        { "the receiver alone", nil, { "smtp" } } } do
  scenario(side[1] .. " names smtp: they go on without", function()
    cites "TLSV-07, RFC 7301 section 3.1"

    local alice = sender   "mail.alice.example" { tls = "secure", alpn = side[2] }
    local bob   = receiver "mx.bob.example"     { alpn = side[3] }
    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
    expect(mail).tls { alpn = "" }
  end)
end

-- It is part of each session that a gateway begins, not of the mail.
scenario("a mail over two hops: each session agrees on its own", function()
  cites "TLSV-07"

  local alice = sender   "mail.alice.example" { tls = "encrypt", alpn = { "smtp" } }
  local mx    = receiver "mx.bob.example"     { alpn = { "smtp" }, relays_to = "in.bob.example" }
  local inner = receiver "in.bob.example"
    { serves = "bob.example", preference = 90, alpn = { "smtp" } }
  domain "bob.example" { mx = mx }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).reached(inner)
  expect(mail).hop(1).tls { alpn = "smtp" }
  expect(mail).hop(2).tls { alpn = "" }
end)
