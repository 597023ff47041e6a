-- A25: two servers that disagree on where a mail ends. What the first passes on as text, the second
-- takes for an end, and what stands behind it for commands. Each sequence is one of those that
-- worked between real servers in 2023; only CR LF . CR LF ends a mail (RFC 5321 section 4.1.1.4).
local smuggled = "MAIL FROM:<ceo@bob.example>\r\nRCPT TO:<bob@bob.example>\r\nDATA\r\n"
  .. "From: <ceo@bob.example>\r\nSubject: smuggled\r\n\r\nPay Mallory.\r\n"

local lf, cr = "accepts bare LF as end of data", "accepts bare CR as end of data"
local nul, crs = "drops NUL bytes", "drops CRs before a line end"
-- Title, bytes, and the flaws that together take it for an end.
local sequences = {
  { "LF . LF", "\n.\n", { lf } },
  { "LF . CR LF", "\n.\r\n", { lf } },
  { "CR LF . LF", "\r\n.\n", { lf } },
  { "CR . CR", "\r.\r", { cr } },
  { "CR . CR LF", "\r.\r\n", { cr } },
  { "CR . LF", "\r.\n", { cr, lf } },
  { "LF . CR", "\n.\r", { cr, lf } },
  { "CR LF . CR", "\r\n.\r", { cr } },
  { "CR LF NUL . CR LF", "\r\n\0.\r\n", { nul } },
  { "CR LF . NUL CR LF", "\r\n.\0\r\n", { nul } },
  { "CR LF . CR CR LF", "\r\n.\r\r\n", { crs } },
  { "CR CR LF . CR CR LF", "\r\r\n.\r\r\n", { crs } },
}
for _, sequence in ipairs(sequences) do
  local title, bytes, flaws = table.unpack(sequence)
  local said = { "EHLO evil.example\r\n", "MAIL FROM:<mallory@evil.example>\r\n",
    "RCPT TO:<bob@bob.example>\r\n", "DATA\r\n",
    "Subject: one\r\n\r\nOne mail." .. bytes .. smuggled .. ".\r\n", "QUIT\r\n" }
  scenario(title .. " is no end of a mail: Bob takes one, or none",
    { tags = { "attack" }, cites = "A25, SMTP-02, SMTP-03" }, function()
    local alice = sender "mail.alice.example" {}
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:speaks { to = bob, says = said }
    after "10 minutes"
    expect(bob).kept { count = 0, from = "ceo@bob.example" }
  end)
  scenario("flaw: a Bob who takes " .. title .. " for an end takes a forged mail",
    { tags = { "attack", "flaw" }, cites = "A25" }, function()
    local alice = sender "mail.alice.example" {}
    local bob   = receiver "mx.bob.example" { flaws = flaws }
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:speaks { to = bob, says = said }
    after "10 minutes"
    expect(bob).kept { count = 1, from = "ceo@bob.example", says = "Pay Mallory." }
  end)
  -- The other side: whoever sends makes lines of what its user wrote.
  scenario("a user writes " .. title .. ": Alice's gateway sends one mail, even to a flawed Bob",
    { tags = { "attack", "flaw" }, cites = "A25, SMTP-01, SMTP-05" }, function()
    local alice = sender "mail.alice.example" {}
    local bob   = receiver "mx.bob.example" { flaws = flaws }
    local mail = alice:sends { to = "bob@bob.example", body = "One mail." .. bytes .. smuggled }
    after "1 hour"
    expect(bob).kept { count = 0, from = "ceo@bob.example" }
  end)
  -- A dot that begins a line is doubled even there.
  local dotted = bytes:find "\r\n%." ~= nil
  scenario(("flaw: a gateway that sends bare line ends %s %s"):format(
      dotted and "cannot smuggle" or "smuggles", title), { tags = { "attack", "flaw" },
      cites = "A25, SMTP-01, SMTP-05" }, function()
    local alice = sender "mail.alice.example" { flaws = { "sends bare line ends" } }
    local bob   = receiver "mx.bob.example" { flaws = flaws }
    local mail = alice:sends { to = "bob@bob.example", body = "One mail." .. bytes .. smuggled }
    after "1 hour"
    expect(bob).kept { count = dotted and 0 or 1, from = "ceo@bob.example" }
  end)
end
scenario("CR LF . x is dotted by any correct client: no smuggling",
  { tags = { "attack" }, cites = "A25, SMTP-05" }, function()
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" {}
  local mail = alice:sends { to = "bob@bob.example", body = "One.\r\n.x\r\n.\r\n" .. smuggled }
  expect(mail).finally "delivered"
  expect(bob).kept { count = 1, says = "\r\n.x\r\n" }
end)
scenario("header lines that end with a bare LF: a strict Bob refuses them for good",
  { tags = { "attack", "flaw" }, cites = "SMTP-01, SMTP-03" }, function()
  local alice = sender "mail.alice.example" { flaws = { "ends header lines with bare LF" } }
  receiver "mx.bob.example" {}
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).code "5.5.2"
end)
