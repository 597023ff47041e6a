-- Mallory takes STARTTLS out of the conversation before TLS has begun. What happens next is the
-- sender's policy alone: RFC 3207 section 6.

-- Who sends, and what becomes of the mail. `reads`: does Mallory?
local senders = {
  opportunistic = { options = { tls = "may" }, reads = true },
  encrypting    = { options = { tls = "encrypt" } },
  securing      = { options = { tls = { default = "may", ["bob.example"] = "secure" } } },
  ["obeying MTA-STS"] = { options = { mta_sts = true }, policy = true },
  ["using DANE"] = { options = { tls = "dane" }, dane = true },
}
local function village(who)
  local alice = sender "mail.alice.example" (who.options)
  local bob   = receiver "mx.bob.example" {}
  domain "bob.example" {
    signed = who.dane and "yes" or "no",
    tlsa = who.dane and { { usage = 3, selector = 1, matching = 1, of = "leaf" } } or nil,
    mta_sts = who.policy and { mode = "enforce", mx = { "mx.bob.example" } } or nil,
  }
  domain "mx.bob.example" { signed = who.dane and "yes" or "no" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  return alice, bob, mallory
end
local function outcome(who, mail, mallory)
  if who.reads then
    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
    expect(mallory).read(mail)
    expect(mallory).knows "bob@bob.example"
    return
  end
  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mail).code "4.7.4"
  expect(mallory).never_read(mail)
  expect(mallory).never_knows "bob@bob.example"
  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mallory).never_read(mail)
end

-- A01: the word is deleted, or spelled otherwise; in the middle of the answer, or at its end.
local ways = {
  ["deletes it"] = function(mallory) mallory:strips "STARTTLS" end,
  ["spells it XSTARTTLS"] = function(mallory)
    mallory:rewrites(function(line) return (line:gsub("^(250.)STARTTLS", "%1XSTARTTLS")) end)
  end,
  ["writes XXXXXXXX over it"] = function(mallory)
    mallory:alters { text = "STARTTLS", with = "XXXXXXXX" }
  end,
}
for how, act in pairs(ways) do
  for who, case in pairs(senders) do
    for place, replies in pairs {
      ["in the middle"] = {},
      ["at the end"] = { EHLO = "250-mx.bob.example\n250-SIZE 1000000\n250 STARTTLS" },
    } do
      scenario(("STARTTLS %s: Mallory %s, the sender is %s"):format(place, how, who),
        { tags = { "attack" }, cites = "A01, TLS-19, RFC 3207 section 6" }, function()
        local alice, bob, mallory = village(case)
        if next(replies) then bob:changes { replies = replies } end
        act(mallory)
        local mail = alice:sends { to = "bob@bob.example" }
        outcome(case, mail, mallory)
      end)
    end
  end
end

-- A02: Mallory says no in Bob's place. No code is a licence for clear text.
local refusals = { "454 4.7.0 TLS not available", "500 5.5.1 what?", "502 5.5.1 no such command",
                   "503 5.5.1 not now", "354 go on" }
for _, refusal in ipairs(refusals) do
  for who, case in pairs(senders) do
    scenario(("STARTTLS answered %s in Bob's place, the sender is %s"):format(refusal:sub(1, 3),
        who),
      { tags = { "attack" }, cites = "A02, TLS-02, TLS-03" }, function()
      local alice, bob, mallory = village(case)
      mallory:answers { to = "STARTTLS", with = refusal }
      local mail = alice:sends { to = "bob@bob.example" }
      if case.reads then
        expect(mail).finally "delivered"
        expect(mail).crossed "in clear text"
        expect(mallory).read(mail)
        return
      end
      after "1 minute"
      expect(mail).because "starttls-not-supported"
      expect(mallory).never_read(mail)
      expect(mallory).never_knows "bob@bob.example"
    end)
  end
end

scenario("Mallory says 220 and there is no TLS behind it: enforced mail waits",
  { tags = { "attack" }, cites = "A02, A04, TLS-06, TLS-07" }, function()
  local alice = sender "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example" { starttls = "absent" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:rewrites(function(line)
    return (line:gsub("^250 8BITMIME", "250-8BITMIME\r\n250 STARTTLS"))
  end)
  mallory:answers { to = "STARTTLS", with = "220 2.0.0 Ready" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "10 minutes"
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
  expect(mallory).never_read(mail)
end)

scenario("the real answer comes as well: a reply too many, and no word of the mail leaks",
  { tags = { "attack" }, cites = "A02, TLS-21" }, function()
  local alice = sender "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:answers { to = "STARTTLS", with = "454 4.7.0 not now", passes_on = true }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mallory).never_read(mail)
end)

-- CVE-2016-0772: a client library that took any answer to STARTTLS for a yes, and went on.
scenario("flaw: a sender that goes on when STARTTLS is refused shows Mallory the mail",
  { tags = { "attack", "flaw" }, cites = "A02" }, function()
  local alice = sender "mail.alice.example" {
    tls = "encrypt", flaws = { "falls back to clear text under enforce" },
  }
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:answers { to = "STARTTLS", with = "454 4.7.0 TLS not available" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)

-- A03: without EHLO there are no extensions, hence no STARTTLS.
for who, case in pairs(senders) do
  scenario("EHLO is refused, and HELO knows no STARTTLS: the sender is " .. who,
    { tags = { "attack" }, cites = "A03, SMTP-07" }, function()
    local alice, bob, mallory = village(case)
    mallory:answers { to = "EHLO", with = "500 5.5.1 what?" }
    local mail = alice:sends { to = "bob@bob.example" }
    if case.reads then
      expect(mail).finally "delivered"
      expect(mail).crossed "in clear text"
      expect(mallory).read(mail)
    else
      after "1 hour"
      expect(mail).is "deferred"
      expect(mail).because "starttls-not-supported"
      expect(mallory).never_read(mail)
      expect(mallory).never_knows "bob@bob.example"
    end
  end)
end
