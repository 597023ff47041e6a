-- A mail fails behind relays, wherever and however the last hop refuses it. The relay before it
-- reports to the return path; who sits on a hop knows what crossed there in clear text, no more.

-- `crosses`: the last host hears the content before it says no.
local refusals = {
  { "knows no such user", { users = { "carol" } }, code = "5.1.1" },
  { "answers 550 to MAIL", { replies = { MAIL = "550 5.7.1 Not from here" } }, code = "5.7.1" },
  { "says by SIZE that it is too much", { size_limit = 100 }, code = "5.3.4" },
  { "answers 552 to the content", { replies = { ["end of data"] = "552 5.3.4 Too big" } },
    code = "5.3.4", crosses = true },
  { "is full until the mail expires", { replies = { ["end of data"] = "452 4.3.1 Full" } },
    code = "4.3.1", crosses = true },
  { "is busy until the mail expires", { replies = { RCPT = "450 4.2.0 Busy" } }, code = "4.2.0" },
  { "does not listen", { listens = false }, code = "4.4.1" },
  { "has no TLS, which is demanded", { starttls = "absent" }, tls = "encrypt", code = "4.7.4" },
  { "is not proven, as is demanded", { certificate = self_signed {} }, tls = "secure",
    code = "4.7.5" },
}

-- Relays r1 to rN before the store. Every second hop is in clear text.
local function chain(relays, refusal, clear_first, at_home)
  local hosts = { sender "out.alice.example" {} }
  local home = receiver "mail.alice.example" (at_home or { users = { "alice" } })
  local function clear(hop) return hop % 2 == (clear_first and 1 or 0) end
  local function name(n) return n > relays and "store.bob.example" or "r" .. n .. ".bob.example" end
  for i = 1, relays do
    hosts[i + 1] = receiver(name(i)) { serves = "bob.example", preference = 10 * i,
      starttls = clear(i) and "absent" or "offered", relays_to = name(i + 1) }
  end
  sender(name(relays)) { domain = "bob.example", gives_up_after = "3 hours", tls = refusal.tls }
  local last = { serves = "bob.example", preference = 90 }
  for option, value in pairs(refusal[2]) do last[option] = value end
  if not refusal.tls and clear(relays + 1) then last.starttls = "absent" end
  hosts[relays + 2] = receiver "store.bob.example" (last)
  domain "bob.example" { mx = name(1) }
  return hosts, home, clear
end

for relays = 1, 3 do
  for _, clear_first in ipairs { true, false } do
    for _, refusal in ipairs(refusals) do
      scenario(("behind %d relay%s, the first hop %s, the store %s"):format(relays,
        relays > 1 and "s" or "", clear_first and "clear" or "closed", refusal[1]),
        { tags = { "report", "relay" }, cites = "SMTP-29, RFC 5321 section 6.1" }, function()
        local hosts, home, clear = chain(relays, refusal, clear_first)
        local eyes = {}
        for hop = 1, relays + 1 do
          eyes[hop] = eavesdropper("eve" .. hop) { between = { hosts[hop], hosts[hop + 1] } }
        end
        local beside = eavesdropper "beside" { between = { hosts[relays + 1], home } }
        local mail = hosts[1]:sends { to = "bob@bob.example", subject = "Of the third quarter",
                                      body = "Eleven million, and not one more." }
        expect(mail).finally "bounced"
        expect(mail).code(refusal.code)
        after "1 minute"
        expect(hosts[relays + 1]).bounced(mail) { status = (refusal.code:gsub("^4", "5")) }
        expect(home).kept { count = 1, from = "", to = "alice@alice.example" }
        for hop = 1, relays + 1 do
          local heard = hop <= relays or refusal.crosses or false
          local how = not heard and "not at all" or clear(hop) and "in clear text" or "encrypted"
          expect(mail).hop(hop).crossed(how)
          if how == "in clear text" then expect(eyes[hop]).read(mail)
          else expect(eyes[hop]).never_read(mail) end
        end
        -- The report is closed, and quotes the headers alone.
        expect(beside).never_read(mail)
        expect(beside).never_knows "Of the third quarter"
      end)
    end
  end
end

-- Who changes what passes changes the copy that fails; its report comes all the same.
for relays = 1, 3 do
  for hop = 1, relays do
    for _, act in ipairs { "in clear text", "in the next host's place" } do
      scenario(("behind %d relay%s, Mallory alters the mail on hop %d, %s, and it bounces"):format(
        relays, relays > 1 and "s" or "", hop, act), { tags = { "report", "relay", "attack" } },
        function()
        local clear = act == "in clear text"
        local hosts, home = chain(relays, refusals[1], clear == (hop % 2 == 1))
        local mallory = attacker "mallory" { between = { hosts[hop], hosts[hop + 1] } }
        if not clear then mallory:impersonates(hosts[hop + 1], self_signed {}) end
        mallory:alters { text = "Eleven", with = "Twelve" }
        local mail = hosts[1]:sends { to = "bob@bob.example", body = "Eleven million." }
        expect(mail).finally "bounced"
        expect(mail).hop(hop).crossed(clear and "in clear text" or "encrypted")
        after "1 minute"
        expect(mallory).read(mail)
        expect(mallory).altered(mail)
        expect(home).kept { count = 1, from = "", to = "alice@alice.example" }
      end)
    end
  end
end

-- A report that nobody takes ends there: nobody reports on it (RFC 5321 section 6.1).
local lost = {
  { "its reader is unknown", { users = {} } },
  { "the home refuses senders without a name", { replies = { MAIL = "550 5.7.1 Who?" } } },
  { "the home refuses its content", { replies = { ["end of data"] = "554 5.7.1 No reports" } } },
  { "the home is busy until it expires", { replies = { RCPT = "450 4.2.0 Busy" } } },
  { "the home does not listen", { listens = false } },
  { "the home takes no mail", {}, null_mx = true },
  { "there is no such home", {}, from = "alice@nowhere.example" },
}
for relays = 1, 3 do
  for _, case in ipairs(lost) do
    scenario(("behind %d relay%s a mail bounces, and %s: one report, and none about it"):format(
      relays, relays > 1 and "s" or "", case[1]), { tags = { "report", "relay" },
      cites = "SMTP-29, RFC 5321 section 6.1" }, function()
      local hosts = chain(relays, refusals[1], true, case[2])
      if case.null_mx then domain "alice.example" { null_mx = true } end
      local mail = hosts[1]:sends { to = "bob@bob.example", from = case.from }
      expect(mail).finally "bounced"
      after "6 days"
      expect(hosts[relays + 1]).bounced(mail) { status = "5.1.1" }
      for i = 2, #hosts do
        expect(hosts[i]).kept { count = 0, from = "" }
        if i ~= relays + 1 then expect(hosts[i]).sent_no_report(mail) end
      end
    end)
  end
end

-- The last hop's own sender finds no way on: what it took is reported, too.
for _, case in ipairs {
  { "takes no mail", function() domain "bob.example" { null_mx = true } end, code = "5.1.0" },
  { "does not exist", function() end, code = "5.4.4" },
} do
  scenario("a smart host takes it, and its domain " .. case[1] .. ": the smart host reports",
    { tags = { "report", "relay" }, cites = "RFC 7505 section 4.2" }, function()
    local desk = sender "desk.alice.example" { domain = "alice.example",
                                               relays_to = "mail.alice.example" }
    sender "mail.alice.example" {}
    local home = receiver "mail.alice.example" { users = { "alice" } }
    case[2]()
    local eve = eavesdropper "eve" { between = { desk, home } }
    local mail = desk:sends { to = "bob@bob.example" }
    expect(mail).finally "bounced"
    expect(mail).code(case.code)
    expect(mail).hop(1).crossed "encrypted"
    expect(mail).hop(2).crossed "not at all"
    expect(home).bounced(mail) { status = case.code, to = "bob@bob.example" }
    expect(desk).sent_no_report(mail)
    expect(eve).never_read(mail)
  end)
end
