-- A28, as in ALPACA: a browser means to speak to a web server. Mallory leads its connection to the
-- mail server of the same name and certificate, says EHLO and STARTTLS himself, and hands the
-- handshake on. Here he plays the browser as well. What the browser posts has lines in it that a
-- mail server takes for commands.

local form = "POST / HTTP/1.1\r\nHost: mx.bob.example\r\nContent-Type: text/plain\r\n\r\n"
  .. "EHLO browser.example\r\nMAIL FROM:<victim@bob.example>\r\nRCPT TO:<bob@bob.example>\r\n"
  .. "DATA\r\nSubject: posted\r\n\r\nSaid by a browser.\r\n.\r\nQUIT\r\n"

local function posts(bob_takes, browser_offers)
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { alpn = bob_takes }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:speaks { to = bob, alpn = browser_offers,
    says = { "EHLO evil.example\r\n", "STARTTLS\r\n", "(begins TLS)", form } }
  after "10 minutes"
  return bob, mallory
end

scenario("a browser is led to a mail server that knows no ALPN: what it posts becomes a mail",
  { tags = { "attack" }, cites = "A28" }, function()
  local bob, mallory = posts(nil, { "h2", "http/1.1" })
  expect(bob).kept { count = 1, from = "victim@bob.example", says = "Said by a browser." }
  expect(mallory).knows "500 5.5.2 Error: command not recognized"
end)

scenario("a browser is led to a mail server that takes smtp alone: no session comes about",
  { tags = { "attack" }, cites = "A28, TLSV-07, RFC 7301 section 3.2" }, function()
  local bob, mallory = posts({ "smtp" }, { "h2", "http/1.1" })
  expect(bob).kept { count = 0 }
  expect(mallory).never_knows "500 5.5.2"
end)

-- It guards clients that offer: one that says nothing is served, as most senders of mail are.
scenario("a client that offers nothing is served even where smtp alone is taken",
  { tags = { "attack" }, cites = "A28, TLSV-07" }, function()
  local bob = posts({ "smtp" }, nil)
  expect(bob).kept { count = 1, from = "victim@bob.example" }
end)

-- Nor does it prove anybody: Mallory, who ends TLS himself, need not care what is offered.
scenario("ALPN is no proof: Mallory, who ends TLS in Bob's place, reads what level encrypt sends",
  { tags = { "attack" }, cites = "A10, TLSV-07" }, function()
  local alice = sender "mail.alice.example" { tls = "encrypt", alpn = { "smtp" } }
  local bob   = receiver "mx.bob.example" { alpn = { "smtp" } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(bob, self_signed {})
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).tls { alpn = "", verified = false }
  expect(mallory).read(mail)
end)
