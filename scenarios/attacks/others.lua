-- A28: another protocol at port 25. SMTP answers nothing that a browser would show as a page.
scenario("a browser at port 25: every line of HTTP is refused, and no mail is taken",
  { tags = { "attack" }, cites = "A28" }, function()
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  local headers = {}
  for i = 1, 30 do headers[i] = "X-" .. i .. ": MAIL FROM:<mallory@evil.example>\r\n" end
  mallory:speaks { to = bob, says = { "POST / HTTP/1.1\r\n", table.concat(headers),
    "\r\nEHLO evil.example\r\nMAIL FROM:<mallory@evil.example>\r\n" } }
  after "10 minutes"
  expect(bob).kept { count = 0 }
  expect(mallory).knows "500 5.5.2 Error: command not recognized"
  expect(mallory).knows "421 4.7.0 mx.bob.example Error: too many errors"
end)

-- A34: STARTTLS for acquaintances alone.
for _, level in ipairs { "may", "dane" } do
  local dane = level == "dane"
  scenario("a Bob who hides STARTTLS from strangers, level " .. level .. (dane
      and ": they stay strangers" or ": the second attempt is encrypted"),
    { tags = { "attack", "flaw" }, cites = "A34, RFC 7672 section 9.2" }, function()
    local alice = sender "mail.alice.example" { tls = level }
    receiver "mx.bob.example" { flaws = { "hides STARTTLS from strangers" } }
    domain "bob.example" { signed = "yes",
      tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
    domain "mx.bob.example" { signed = "yes" }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally(dane and "bounced" or "delivered")
    expect(mail).crossed(dane and "not at all" or "encrypted")
  end)
end

-- A35: the name in SNI decides nothing here: one host, one chain.
for what, name in pairs { ["no name"] = false, ["another name"] = "other.example",
                          ["the domain's name"] = "nexthop", ["the host's name"] = "hostname" } do
  scenario("SNI with " .. what .. ": Bob shows his chain, and refuses nobody",
    { tags = { "attack" }, cites = "A35, STS-21, DANE-21" }, function()
    local alice = sender "mail.alice.example" {
      tls = { default = "may", ["bob.example"] = { level = "verify", servername = name or nil } },
    }
    receiver "mx.bob.example" {}
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
  end)
end

-- Two on the path, one behind the other.
scenario("Eve sits behind Mallory: she sees what he let through",
  { tags = { "attack" }, cites = "A01" }, function()
  local alice = sender "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  local eve     = eavesdropper "eve" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mallory).read(mail)
  expect(eve).read(mail)
  expect(eve).knows "250-STARTTLS"
end)

-- However the bytes are parted, both sides understand the same.
for _, size in ipairs { 1, 2, 3, 7, 100 } do
  for _, level in ipairs { "none", "encrypt" } do
    scenario(("segments of %d bytes, level %s"):format(size, level),
      { tags = { "attack" }, cites = "SMTP-02, TLS-18" }, function()
      local alice = sender "mail.alice.example" { tls = level }
      local bob   = receiver "mx.bob.example" {}
      local mallory = attacker "mallory" { between = { alice, bob } }
      mallory:splits(size)
      local mail = alice:sends { to = "bob@bob.example", body = ".\r\n..\r\n.dot\r\nend." }
      expect(mail).finally "delivered"
      expect(mail).attempts(1)
      expect(bob).kept { count = 1, says = "\r\n\r\n.\r\n..\r\n.dot\r\nend.\r\n" }
    end)
  end
end
scenario("a command and its content joined into one segment",
  { tags = { "attack" }, cites = "EXT-01, SMTP-12" }, function()
  local alice = sender "mail.alice.example" { tls = "none" }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:joins "\r\n"
  mallory:delays { by = "1 second" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(bob).kept { count = 1 }
end)
