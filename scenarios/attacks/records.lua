-- Mallory has no key. Whatever he does to sealed records, the receiver notices (RFC 8446 section
-- 5.2), keeps nothing that is not whole, and the mail goes again.
local ways = {
  ["flips a bit of the sealed bytes"] = { byte = 20 },
  ["flips a bit of the tag"]          = { byte = -1 },
  ["flips a bit of the content type"] = { byte = 0, bit = 1 },
  ["flips a bit of the length"]       = { byte = 4, bit = 0 },
  ["makes the length enormous"]       = { byte = 3, bit = 7 },
  ["sends a record twice"]            = { how = "doubles" },
  ["sends a record behind the next"]  = { how = "swaps" },
  ["drops a record"]                  = { how = "drops" },
}
for how, change in pairs(ways) do
  for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
    -- TLS 1.3 seals the Finished of its handshake as application data, too.
    local before = version == "TLSv1.3" and 1 or 0
    for name, record in pairs { ["the commands"] = before + 1, ["the content"] = before + 3 } do
      scenario(("Mallory %s in %s, %s: Bob notices, and the mail goes again"):format(
        how, name, version),
        { tags = { "attack" }, cites = "A26, A27, TLSV-12, SMTP-16" }, function()
        local alice = sender "mail.alice.example" { tls = "encrypt" }
        local bob   = receiver "mx.bob.example" { versions = { version } }
        local mallory = attacker "mallory" { between = { alice, bob } }
        local tampering = { of = "application data", record = record, towards = bob, times = 1 }
        for key, value in pairs(change) do tampering[key] = value end
        mallory:alters(tampering)
        local mail = alice:sends { to = "bob@bob.example", body = "Eleven million." }
        expect(mail).finally "delivered"
        expect(mail).attempts(2)
        -- The first of the two is a whole mail; that the second breaks the session hides it from
        -- Alice, who sends it again (RFC 5321 section 4.5.3.2.6).
        local twice = how == "sends a record twice" and name == "the content"
        expect(bob).kept { count = twice and 2 or 1, says = "Eleven million." }
        expect(mallory).never_read(mail)
        expect(mallory).never_altered(mail)
      end)
    end
  end
end

-- A27: a whole session again. The server's random is another one, so its answer fits nothing that
-- was recorded.
for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
  scenario("Mallory sends a captured session again, " .. version .. ": Bob keeps one mail",
    { tags = { "attack" }, cites = "A27, TLSV-15, RFC 8446 section 8" }, function()
    local alice = sender "mail.alice.example" { tls = "encrypt" }
    local bob   = receiver "mx.bob.example" { versions = { version } }
    local mallory = attacker "mallory" { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    mallory:replays(bob)
    after "1 hour"
    expect(bob).kept { count = 1 }
    expect(mallory).never_read(mail)
  end)
end
scenario("without TLS a captured session is taken once more",
  { tags = { "attack" }, cites = "A27" }, function()
  local alice = sender "mail.alice.example" { tls = "none" }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example", body = "Pay again." }
  expect(mail).finally "delivered"
  mallory:replays(bob)
  after "1 hour"
  expect(bob).kept { count = 2, says = "Pay again." }
end)
