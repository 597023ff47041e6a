-- Mail to an address literal, "bob@[192.0.2.80]": straight to that address, by no MX record and no
-- DNS at all (RFC 5321 section 4.1.3).

local function at_an_address(title, cites, alice_options, bob_options, judge)
  scenario(title, { tags = { "literal" }, cites = cites }, function()
    local alice = sender "mail.alice.example" (alice_options)
    bob_options.addresses = bob_options.addresses or { "192.0.2.80" }
    local bob = receiver "mx.bob.example" (bob_options)
    judge(alice, bob)
  end)
end

at_an_address("no MX record, and no DNS at all", "RFC 5321 section 4.1.3", {}, {},
  function(alice, bob)
    link { between = { alice, "dns" }, down = "both ways" }
    local mail = alice:sends { to = "bob@[192.0.2.80]" }
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
    expect(mail).reached "[192.0.2.80]"
    expect(mail).crossed "encrypted"
    expect(bob).kept { count = 1, to = "bob@[192.0.2.80]" }
  end)

at_an_address("the MX records of the host's domain say nothing", "RFC 5321 section 4.1.3", {}, {},
  function(alice, bob)
    receiver "mx2.bob.example" { serves = "bob.example", preference = 1 }
    local mail = alice:sends { to = { "bob@[192.0.2.80]", "bob@bob.example" } }
    expect(mail).finally "delivered"
    expect(mail).to("bob@[192.0.2.80]").reached "[192.0.2.80]"
    expect(mail).to("bob@bob.example").reached "mx2.bob.example"
  end)

at_an_address("IPv6, in any spelling", "RFC 5321 section 4.1.3", { ipv6 = true },
  { addresses = { "192.0.2.80", "2001:db8::25" } }, function(alice, bob)
    for _, literal in ipairs { "[IPv6:2001:db8::25]", "[ipv6:2001:DB8:0:0:0:0:0:25]" } do
      local mail = alice:sends { to = "bob@" .. literal }
      expect(mail).finally "delivered"
      expect(mail).reached "[IPv6:2001:db8::25]"
    end
  end)

at_an_address("a sender without IPv6 cannot reach such an address", "RFC 5321 section 4.1.3", {},
  { addresses = { "2001:db8::25" } }, function(alice)
    local mail = alice:sends { to = "bob@[IPv6:2001:db8::25]" }
    expect(mail).finally "bounced"
    expect(mail).because "no-such-host"
    expect(mail).code "5.4.4"
  end)

at_an_address("nobody is at the address: the mail waits", "SMTP-21", {}, {}, function(alice)
  local mail = alice:sends { to = "bob@[192.0.2.99]" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "timeout"
end)

at_an_address("a host takes no mail for another one's address", "SMTP-29",
  { relays_to = "mx.bob.example" }, {}, function()
    local eve = sender "mail.eve.example" {}
    receiver "mx.carol.example" { addresses = { "192.0.2.81" },
      replies = { RCPT = "550 5.1.1 <bob@[192.0.2.81]> is nobody" } }
    local mail = eve:sends { to = "bob@[192.0.2.81]" }
    expect(mail).finally "bounced"
    expect(mail).code "5.1.1"
  end)

at_an_address("what is relayed elsewhere is no mail of the relay", "RFC 5321 section 4.1.3",
  { relays_to = "mx.bob.example" }, {}, function(alice, bob)
    local carol = receiver "mx.carol.example" { addresses = { "192.0.2.81" } }
    local mail = alice:sends { to = { "carol@[192.0.2.81]", "bob@[192.0.2.80]" } }
    expect(mail).finally "delivered"
    expect(carol).kept { count = 1, to = "carol@[192.0.2.81]" }
    expect(mail).to("carol@[192.0.2.81]").hop(2).reached "[192.0.2.81]"
  end)

at_an_address("its users are those of the host's domains", "RFC 5321 section 4.1.3", {},
  { users = { "bob" } }, function(alice)
    local mail = alice:sends { to = { "bob@[192.0.2.80]", "dave@[192.0.2.80]" } }
    expect(mail).to("bob@[192.0.2.80]").finally "delivered"
    expect(mail).to("dave@[192.0.2.80]").code "5.1.1"
  end)

-- RFC 8461 section 3.4, RFC 7672 section 2.2.
at_an_address("no policy of MTA-STS holds", "STS-28", { mta_sts = true }, { starttls = "absent" },
  function(alice)
    domain "bob.example" { mta_sts = { mode = "enforce" } }
    local mail = alice:sends { to = { "bob@[192.0.2.80]", "bob@bob.example" } }
    after "1 minute"
    expect(mail).to("bob@[192.0.2.80]").is "delivered"
    expect(mail).to("bob@[192.0.2.80]").crossed "in clear text"
    expect(mail).to("bob@bob.example").is "deferred"
  end)

for level, fate in pairs { dane = "delivered", ["dane-only"] = "deferred" } do
  at_an_address("DANE has no say: level " .. level, "DANE-15", { tls = level },
    { certificate = self_signed {} }, function(alice)
      domain "bob.example" { signed = "yes",
        tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
      local mail = alice:sends { to = "bob@[192.0.2.80]" }
      local named = alice:sends { to = "bob@bob.example" }
      after "1 minute"
      expect(named).crossed "authenticated"
      expect(mail).is(fate)
      expect(mail).crossed(fate == "delivered" and "encrypted" or "not at all")
    end)
end

-- The certificate must have the address itself (OpenSSL's SSL_add1_host, which Postfix asks). Level
-- secure looks for ".192.0.2.80" besides, which no certificate has.
for _, row in ipairs {
  { "verify", { "192.0.2.80" }, "authenticated" },
  { "verify", { "192.0.2.81" }, "not at all" },
  { "verify", { "mx.bob.example" }, "not at all" },
  { "secure", { "192.0.2.80" }, "not at all" },
  { { default = { level = "secure", match = { "nexthop" } } }, { "192.0.2.80" }, "authenticated" },
  { "encrypt", { "mx.bob.example" }, "encrypted" },
} do
  local level = type(row[1]) == "table" and "secure match=nexthop" or row[1]
  at_an_address(("level %s, a certificate of %s: %s"):format(level, row[2][1], row[3]),
    "RFC 9525 section 6.5", { tls = row[1] },
    { certificate = signed_by "Lab Root CA" { names = row[2] } }, function(alice)
      local mail = alice:sends { to = "bob@[192.0.2.80]" }
      after "1 minute"
      expect(mail).crossed(row[3])
    end)
end

at_an_address("a smart host that is an address", "RFC 5321 section 4.1.3",
  { relays_to = "[192.0.2.80]:587" }, { ports = { 587 } }, function(alice, bob)
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    expect(bob).kept { count = 1 }
  end)

at_an_address("one's own address: the mail goes round in no circle", "SMTP-26", {}, {},
  function(alice)
    receiver "mail.alice.example" { addresses = { "192.0.2.90" } }
    local mail = alice:sends { to = "bob@[192.0.2.90]" }
    expect(mail).finally "bounced"
    expect(mail).because "mail-loop"
  end)

-- RFC 5321 section 4.1.1.1: a client that has no name says its address.
scenario("a client that greets with an address literal is served", { tags = { "literal" },
  cites = "SMTP-06" }, function()
  local alice   = sender   "mail.alice.example" {}
  local bob     = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:speaks { to = bob, says = {
    "EHLO [192.0.2.7]\r\n", "MAIL FROM:<eve@[192.0.2.7]>\r\n", "RCPT TO:<bob@bob.example>\r\n",
    "DATA\r\n", "Subject: hello\r\n\r\nGood day.\r\n.\r\n", "QUIT\r\n" } }
  after "1 minute"
  expect(bob).kept { from = "eve@[192.0.2.7]", says = "from [192.0.2.7]" }
end)
