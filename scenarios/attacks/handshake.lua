-- Mallory disturbs the handshake. Nobody is deceived: the two either agree on what they would have
-- agreed on without him, or on nothing. What nothing means is the sender's policy.

-- A04. `tls = "may"` falls back to clear text once the mail is older than five minutes, as Postfix.
local ways = {
  ["resets the connection after the ClientHello"] = function(m)
    m:cuts { after_record = "client hello" }
  end,
  ["ends it in order"] = function(m) m:cuts { after_record = "client hello", how = "ends" } end,
  ["lets nothing pass after the ClientHello"] = function(m)
    m:cuts { after_record = "client hello", how = "falls silent" }
  end,
  ["sends a fatal alert in Bob's place"] = function(m, alice)
    m:injects { after_record = "client hello", towards = alice, bytes = "\21\3\3\0\2\2\40" }
  end,
  ["talks garbage to Alice"] = function(m, alice)
    m:injects { after_record = "client hello", towards = alice, bytes = "I speak no TLS.\r\n" }
  end,
  ["talks garbage to Bob"] = function(m, _, bob)
    m:injects { before = "\22\3", towards = bob, bytes = "I speak no TLS.\r\n" }
  end,
  ["drops the ServerHello"] = function(m) m:alters { of = "server hello", how = "drops" } end,
  ["flips a bit of the ServerHello"] = function(m) m:alters { of = "server hello", byte = 20 } end,
}
for how, act in pairs(ways) do
  scenario("Mallory " .. how .. ": enforced mail waits until he has gone",
    { tags = { "attack" }, cites = "A04, TLS-07, RFC 8446 section 6" }, function()
    local alice = sender "mail.alice.example" {
      tls = { default = "may", ["bob.example"] = "secure" },
    }
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    act(mallory, alice, bob)
    local mail = alice:sends { to = "bob@bob.example" }
    after "2 hours"
    expect(mail).is "deferred"
    expect(mallory).never_read(mail)
    expect(mallory).never_knows "bob@bob.example"
    mallory:leaves()
    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
  end)
  scenario("Mallory " .. how .. ": opportunistic mail goes in clear text in the end",
    { tags = { "attack" }, cites = "A04, RFC 7672 section 2.2" }, function()
    local alice = sender "mail.alice.example" { tls = "may" }
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    act(mallory, alice, bob)
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
    expect(mallory).read(mail)
  end)
end

-- A22: the transcript of the handshake is signed, and a server that could do better says so in its
-- random (RFC 8446 section 4.1.3).
for _, version in ipairs { "TLSv1.2", "TLSv1.1", "TLSv1.0" } do
  scenario("Mallory takes all versions above " .. version .. " out of the ClientHello",
    { tags = { "attack" }, cites = "A22, TLSV-01, TLSV-03, TLSV-11" }, function()
    local alice = sender "mail.alice.example" { tls = "encrypt" }
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:downgrades(version)
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 hour"
    expect(mail).is "deferred"
    expect(mail).because "validation-failure"
    expect(mallory).never_read(mail)
    mallory:leaves()
    expect(mail).finally "delivered"
    expect(mail).tls { version = "TLSv1.3" }
  end)
end

-- A23: weaker suites than both know.
scenario("Mallory leaves the weakest suite alone in the ClientHello: the handshake fails",
  { tags = { "attack" }, cites = "A23, TLSV-08, RFC 8446 section 4.4.4" }, function()
  local alice = sender "mail.alice.example" { tls = "encrypt", versions = { "TLSv1.2" } }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:downgrades { ciphers = { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
  expect(mallory).never_read(mail)
end)
scenario("a server that knows no suite that Alice takes: enforced mail waits",
  { tags = { "attack" }, cites = "A23, TLSV-08" }, function()
  local alice = sender "mail.alice.example" { tls = "encrypt", versions = { "TLSv1.2" },
    ciphers = { "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" } }
  local bob   = receiver "mx.bob.example" { versions = { "TLSv1.2" },
    ciphers = { "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
end)
