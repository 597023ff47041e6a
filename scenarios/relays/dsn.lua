-- Reports on request (RFC 3461): who is told what of a mail, by whom, and how much of the mail
-- the report carries back, over wires that may be less protected than the mail's own.

-- Alice's desk sends by a gateway of another domain, so that reports travel home as mail.
local function houses(options)
  options = options or {}
  local house = {
    desk = sender "desk.alice.example" { domain = "alice.example", relays_to = "out.isp.example" },
    out  = sender "out.isp.example" {},
    gate = receiver "mx.bob.example" { dsn = options.gate ~= false, relays_to = "store.bob.example",
                                       starttls = options.at_gate },
    store = receiver "store.bob.example" { serves = "bob.example", preference = 90,
                                           dsn = options.store ~= false, users = { "bob" } },
    home = receiver "mail.alice.example" { starttls = options.at_home },
  }
  receiver "out.isp.example" { dsn = options.out ~= false }
  domain "bob.example" { mx = house.gate }
  return house
end

scenario("nobody asked: nothing is said of reports, and none comes",
  { tags = { "report" }, cites = "RFC 3461 section 5.2.2" }, function()
  local house = houses()
  local mail = house.desk:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).dialogue [[
    ...
    S: 250 DSN
    C: MAIL FROM:<alice@alice.example> SIZE=...
    C: RCPT TO:<bob@bob.example>
    ...
  ]]
  after "1 minute"
  for _, host in ipairs { house.desk, house.out, house.gate, house.store } do
    expect(host).sent_no_report(mail)
  end
end)

scenario("a success is reported by the host that keeps the mail, and by no other",
  { tags = { "report", "relay" }, cites = "DSN-01, DSN-03, RFC 3461 sections 5.2.1 and 5.2.3" },
  function()
  local house = houses()
  local mail = house.desk:sends { to = "bob@bob.example", notify = "success",
                                  envid = "letter 7+" }
  expect(mail).finally "delivered"
  after "1 minute"
  expect(house.store).reported_delivery(mail) { action = "delivered", to = "bob@bob.example",
    says = "Original-Recipient: rfc822; bob@bob.example" }
  expect(house.store).reported_delivery(mail) { says = "Original-Envelope-Id: letter 7+" }
  for _, host in ipairs { house.desk, house.out, house.gate } do
    expect(host).sent_no_report(mail)
  end
  expect(house.home).kept { count = 1, from = "", to = "alice@alice.example",
                            says = "Action: delivered" }
end)

scenario("the parameters go along as they came, inside TLS too",
  { tags = { "report" }, cites = "RFC 3461 sections 4 and 5.2.1, TLS-14" }, function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { dsn = true }
  local mail = alice:sends { to = "bob+lists@bob.example", notify = { "success", "failure" },
                             ret = "headers", envid = "QQ314159" }
  expect(mail).finally "delivered"
  expect(mail).dialogue [[
    ...
    C: STARTTLS
    ...
    S: 250 DSN
    C: MAIL FROM:<alice@alice.example> SIZE=... RET=HDRS ENVID=QQ314159
    C: RCPT TO:<bob+lists@bob.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob+2Blists@bob.example
    ...
  ]]
  expect(bob).reported_delivery(mail) { says = "Original-Recipient: rfc822; bob+lists@bob.example" }
end)

for _, row in ipairs {
  { "the gateway",  { gate = false },  "out" },
  { "the store", { store = false }, "gate" },
} do
  scenario(row[1] .. " sends no reports: the host before it says that the mail went on",
    { tags = { "report", "relay" }, cites = "DSN-03, DSN-04, RFC 3461 section 5.2.2" }, function()
    local house = houses(row[2])
    local mail = house.desk:sends { to = "bob@bob.example", notify = "success" }
    expect(mail).finally "delivered"
    after "1 minute"
    expect(house[row[3]]).reported_delivery(mail) { action = "relayed", to = "bob@bob.example" }
    expect(house.store).sent_no_report(mail)
    expect(house.home).kept { count = 1, from = "", says = "Action: relayed" }
  end)
end

scenario("Mallory strips DSN in clear text: the sender hears of the next hop alone",
  { tags = { "report", "attack" }, cites = "A08, RFC 3461 section 5.2.2" }, function()
  local alice   = sender   "mail.alice.example" {}
  local bob     = receiver "mx.bob.example" { dsn = true, starttls = "absent" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "DSN"
  local mail = alice:sends { to = "bob@bob.example", notify = "success" }
  expect(mail).finally "delivered"
  expect(alice).reported_delivery(mail) { action = "relayed",
    says = "Remote-MTA: dns; mx.bob.example" }
  expect(bob).sent_no_report(mail)
end)

scenario("a failure that nobody wants to hear of stays untold, and the mail is lost all the same",
  { tags = { "report" }, cites = "RFC 3461 sections 4.1 and 5.2.6" }, function()
  local house = houses()
  local quiet = house.desk:sends { to = "nobody@bob.example", notify = "never" }
  local glad  = house.desk:sends { to = "nobody@bob.example", notify = "success" }
  local told  = house.desk:sends { to = "nobody@bob.example", notify = "failure" }
  for _, mail in ipairs { quiet, glad, told } do
    expect(mail).finally "bounced"
    expect(mail).code "5.1.1"
  end
  after "1 minute"
  expect(house.gate).sent_no_report(quiet)
  expect(house.gate).sent_no_report(glad)
  expect(house.gate).bounced(told) { status = "5.1.1",
    says = "Original-Recipient: rfc822; nobody@bob.example" }
  expect(house.home).kept { count = 1, from = "" }
end)

scenario("never, and a server that knows no DSN: the mail has no return path there",
  { tags = { "report" }, cites = "RFC 3461 section 5.2.2" }, function()
  local house = houses { gate = false }
  local mail = house.desk:sends { to = "nobody@bob.example", notify = "never" }
  expect(mail).finally "bounced"
  expect(house.gate).kept { count = 1, from = "" }
  after "6 days"
  for _, host in ipairs { house.desk, house.out, house.gate, house.store } do
    expect(host).sent_no_report(mail)
  end
end)

scenario("nobody is told of a mail without a return path, whatever was asked",
  { tags = { "report" }, cites = "SMTP-29, RFC 5321 section 6.1" }, function()
  local house = houses()
  local mail = house.desk:sends { to = "bob@bob.example", from = "<>",
                                  notify = { "success", "failure" } }
  expect(mail).finally "delivered"
  expect(house.store).sent_no_report(mail)
end)

-- The mail crosses inside TLS, its report does not: what it quotes is what Eve reads.
for _, ret in ipairs { "headers", "full", "nothing said" } do
  local full = ret == "full"
  scenario("the report comes home in clear text, asked to quote " .. ret,
    { tags = { "report", "relay" }, cites = "RFC 3461 section 4.3" }, function()
    local house = houses { at_home = "absent" }
    local inside = eavesdropper "inside" { between = { house.out, house.gate } }
    local eve    = eavesdropper "eve" { between = { house.gate, house.home } }
    local mail = house.desk:sends { to = "nobody@bob.example", subject = "Terms of the offer",
      body = "The price is nineteen thousand.", ret = ret ~= "nothing said" and ret or nil }
    expect(mail).finally "bounced"
    expect(mail).crossed "encrypted"
    after "1 minute"
    expect(house.gate).bounced(mail) { status = "5.1.1", says = "Subject: Terms of the offer",
      lacks = not full and "nineteen thousand" or nil }
    expect(inside).never_read(mail)
    expect(eve).knows "Terms of the offer"
    if full then expect(eve).read(mail) else expect(eve).never_read(mail) end
  end)
end

scenario("a success quotes the headers alone, whatever was asked",
  { tags = { "report" }, cites = "RFC 3461 section 4.3" }, function()
  local house = houses { at_home = "absent" }
  local eve = eavesdropper "eve" { between = { house.store, house.home } }
  local mail = house.desk:sends { to = "bob@bob.example", notify = "success", ret = "full",
                                  subject = "Terms of the offer" }
  expect(mail).finally "delivered"
  after "1 minute"
  expect(eve).knows "Terms of the offer"
  expect(eve).knows "Action: delivered"
  expect(eve).never_read(mail)
end)

scenario("REQUIRETLS goes before RET=FULL: its report quotes headers, and demands TLS as well",
  { tags = { "report", "requiretls" }, cites = "REQ-10, EXT-11, A32, RFC 8689 section 5" },
  function()
  local alice = sender   "out.isp.example" {}
  local bob   = receiver "mx.bob.example" { dsn = true, relays_to = "store.bob.example" }
  local store = receiver "store.bob.example" { serves = "bob.example", preference = 90,
                                               starttls = "absent" }
  local home  = receiver "mail.alice.example" { starttls = "absent" }
  domain "bob.example" { mx = bob, signed = "yes" }
  local eve = eavesdropper "eve" { between = { bob, home } }
  local mail = alice:sends { to = "bob@bob.example", from = "alice@alice.example",
                             require_tls = true, ret = "full",
                             body = "The price is nineteen thousand." }
  expect(mail).finally "bounced"
  expect(bob).bounced(mail) { lacks = "nineteen thousand" }
  after "6 days"
  expect(home).kept { count = 0 }
  expect(eve).never_read(mail)
end)

scenario("Mallory forges parameters: a line end in a name makes no header",
  { tags = { "report", "attack" }, cites = "DSN-06, RFC 3461 section 4" }, function()
  local alice   = sender   "mail.alice.example" {}
  local bob     = receiver "mx.bob.example" { dsn = true }
  local mallory = attacker "mallory" { between = { alice, bob } }
  local home    = receiver "mail.alice.example" {}
  mallory:speaks { to = bob, says = { "EHLO mallory.example\r\n",
    "MAIL FROM:<alice@alice.example> ENVID=a+0D+0AAction:+20failed\r\n",
    "MAIL FROM:<alice@alice.example> ENVID=a RET=HDRS\r\n",
    "RCPT TO:<bob@bob.example> NOTIFY=SUCCESS,NEVER\r\n",
    "RCPT TO:<bob@bob.example> NOTIFY=SUCCESS ORCPT=rfc822;bob+0D+0A+0D+0A\r\n",
    "RCPT TO:<bob@bob.example> NOTIFY=SUCCESS\r\n", "DATA\r\n",
    "Subject: forged\r\n\r\nHi.\r\n.\r\n", "QUIT\r\n" } }
  after "1 minute"
  expect(bob).kept { count = 1, from = "alice@alice.example" }
  expect(home).kept { count = 1, from = "", says = "Original-Envelope-Id: a\r\nReporting-MTA" }
end)
