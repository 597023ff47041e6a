-- Mallory writes before TLS begins what he wants to be read inside it. The defence is one line on
-- each side: what came before the handshake is thrown away (RFC 3207 sections 4.2 and 6).
local smuggled_mail = "RSET\r\nMAIL FROM:<mallory@evil.example>\r\nRCPT TO:<bob@bob.example>\r\n"
  .. "DATA\r\nSubject: forged\r\n\r\nI am from inside TLS.\r\n.\r\n"

-- A05: commands. CVE-2011-0411 and its many kin.
local places = {
  ["in the segment of STARTTLS"] = { after = "STARTTLS\r\n" },
  ["in a segment of its own"]    = { after = "STARTTLS\r\n", segment = "next" },
}
for where, place in pairs(places) do
  for _, flawed in ipairs { false, true } do
    -- Those that come on their own meet a handshake, which they break.
    local obeyed = flawed and not place.segment
    scenario(("commands %s: %s Bob %s"):format(where, flawed and "a flawed" or "a good",
        obeyed and "obeys them inside TLS" or "never obeys them"),
      { tags = flawed and { "attack", "flaw" } or { "attack" },
        cites = "A05, TLS-18, TLS-20, RFC 3207 section 6" }, function()
      local alice = sender "mail.alice.example" { tls = "encrypt" }
      local bob   = receiver "mx.bob.example" {
        flaws = flawed and { "keeps commands sent before TLS" } or {},
      }
      local mallory = attacker "mallory" { between = { alice, bob } }
      local injection = { bytes = "NOOP injected\r\nVRFY mallory\r\n", towards = bob, times = 1 }
      for key, value in pairs(place) do injection[key] = value end
      mallory:injects(injection)
      local mail = alice:sends { to = "bob@bob.example" }
      expect(mail).finally(obeyed and "bounced" or "delivered")
      expect(bob).kept { count = obeyed and 0 or 1 }
      if place.segment then
        expect(mail).attempts(2)
      elseif flawed then
        -- Alice takes the answer to Mallory's NOOP for the one to her EHLO, and so on: from here
        -- on no answer fits its command. A 250 to DATA breaks the protocol, and Postfix bounces.
        expect(mail).code "5.5.0"
      else
        expect(mail).attempts(1)
        expect(mail).dialogue [[
          ...
          C: STARTTLS
          S: 220 2.0.0 Ready to start TLS
          C: EHLO mail.alice.example
          S: 250-mx.bob.example
          ...
        ]]
      end
    end)
  end
end
scenario("commands behind the ClientHello are no TLS: the handshake fails, and the mail goes again",
  { tags = { "attack" }, cites = "A05, TLS-06" }, function()
  local alice = sender "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:injects { after_record = "client hello", bytes = smuggled_mail, times = 1 }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).attempts(2)
  expect(bob).kept { count = 0, from = "mallory@evil.example" }
end)
scenario("a whole mail before TLS: a Bob who keeps commands takes it, with TLS in its trace line",
  { tags = { "attack", "flaw" }, cites = "A05, TLS-18" }, function()
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { flaws = { "keeps commands sent before TLS",
                                                      "keeps the EHLO from before TLS" } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:speaks { to = bob, says = { "EHLO evil.example\r\n",
    "STARTTLS\r\nMAIL FROM:<mallory@evil.example>\r\nRCPT TO:<bob@bob.example>\r\n",
    "(begins TLS)", "DATA\r\n", "Subject: forged\r\n\r\nFrom inside?\r\n.\r\n", "QUIT\r\n" } }
  after "1 minute"
  expect(bob).kept { count = 1, from = "mallory@evil.example", says = "with ESMTPS" }
end)
scenario("a whole mail before TLS: Bob takes none of it",
  { tags = { "attack" }, cites = "A05, TLS-13, TLS-18, TLS-20" }, function()
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:speaks { to = bob, says = { "EHLO evil.example\r\n",
    "STARTTLS\r\nMAIL FROM:<mallory@evil.example>\r\nRCPT TO:<bob@bob.example>\r\n",
    "(begins TLS)", "DATA\r\n", "QUIT\r\n" } }
  after "1 minute"
  expect(bob).kept { count = 0 }
  expect(mallory).knows "503 5.5.1 Error: need MAIL command"
end)

-- A06: replies. What Alice believes of them, she believes of Bob inside TLS.
local answers = {
  ["a whole EHLO answer"] = "250-mx.evil.example\r\n250-SIZE 1\r\n250 AUTH PLAIN\r\n",
  ["half a line"]         = "250-mx.evil.example\r\n250-SIZE 1\r\n250-X",
}
for what, bytes in pairs(answers) do
  scenario(what .. " behind the 220: Alice throws it away",
    { tags = { "attack" }, cites = "A06, TLS-18, TLS-21" }, function()
    local alice = sender "mail.alice.example" { tls = "encrypt" }
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:injects { after = "220 2.0.0 Ready to start TLS\r\n", bytes = bytes }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
    expect(mail).crossed "encrypted"
  end)
  scenario("flaw: a sender that keeps " .. what .. " from before TLS believes it",
    { tags = { "attack", "flaw" }, cites = "A06, TLS-21" }, function()
    local alice = sender "mail.alice.example" {
      tls = "encrypt", flaws = { "keeps replies sent before TLS" },
    }
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:injects { after = "220 2.0.0 Ready to start TLS\r\n", bytes = bytes }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is "bounced"
    expect(mail).because "smtp-refused"
    expect(mail).code "5.3.4"
  end)
end

-- A07: what was said before TLS is forgotten.
local session = { "EHLO evil.example\r\n", "STARTTLS\r\n", "(begins TLS)",
                  "MAIL FROM:<mallory@evil.example>\r\n", "RCPT TO:<bob@bob.example>\r\n",
                  "DATA\r\n", "Subject: fixed\r\n\r\nWho am I?\r\n.\r\n", "QUIT\r\n" }
scenario("MAIL without a new EHLO after TLS: 503, and the old name is forgotten",
  { tags = { "attack" }, cites = "A07, TLS-12, TLS-13, SMTP-06" }, function()
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:speaks { to = bob, says = session }
  after "1 minute"
  expect(bob).kept { count = 0 }
  expect(mallory).knows "503 5.5.1 Error: send HELO/EHLO first"
end)
scenario("flaw: a Bob who keeps the EHLO from before TLS names a host that was never authenticated",
  { tags = { "attack", "flaw" }, cites = "A07, TLS-13" }, function()
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { flaws = { "keeps the EHLO from before TLS" } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:speaks { to = bob, says = session }
  after "1 minute"
  expect(bob).kept { count = 1, says = "from evil.example" }
end)

-- A08: the answer to the first EHLO is anybody's word.
local edits = {
  ["a limit of 1 byte"] = { "SIZE 10240000", "SIZE 1" },
  ["no PIPELINING"]     = { "PIPELINING", "XPIPELINING" },
}
for what, edit in pairs(edits) do
  scenario("Mallory writes " .. what .. " into the answer before TLS: it counts for nothing",
    { tags = { "attack" }, cites = "A08, TLS-14, TLS-15" }, function()
    local alice = sender "mail.alice.example" { tls = "encrypt" }
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:alters { text = edit[1], with = edit[2], towards = alice }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
  end)
end
scenario("flaw: a sender that keeps the EHLO from before TLS bounces a mail for Mallory's limit",
  { tags = { "attack", "flaw" }, cites = "A08, TLS-14" }, function()
  local alice = sender "mail.alice.example" {
    tls = "encrypt", flaws = { "keeps the EHLO from before TLS" },
  }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:alters { text = "SIZE 10240000", with = "SIZE 1", towards = alice }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "bounced"
  expect(mail).code "5.3.4"
end)
scenario("REQUIRETLS that is offered before TLS alone does not count",
  { tags = { "attack" }, cites = "A08, REQ-01, REQ-04, RFC 8689 section 2" }, function()
  local alice = sender "mail.alice.example" { tls = "secure" }
  local bob   = receiver "mx.bob.example" { requiretls = false }
  domain "bob.example" { mta_sts = { mx = { "mx.bob.example" } } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:rewrites(function(line)
    return (line:gsub("^250%-PIPELINING", "250-PIPELINING\r\n250-REQUIRETLS"))
  end)
  local mail = alice:sends { to = "bob@bob.example", require_tls = true }
  expect(mail).finally "bounced"
  expect(mail).because "requiretls-not-met"
  expect(bob).kept { count = 0 }
end)
