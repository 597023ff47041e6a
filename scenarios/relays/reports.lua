-- Non-delivery reports as mail: from nobody, to whoever the return path names, and never about one
-- another (RFC 5321 sections 4.5.5 and 6.1).

-- Alice's desk and gateway; Bob's gateway, scanner and store, where Bob is unknown.
local function houses(options)
  local house = {
    desk = sender "desk.alice.example" { domain = "alice.example", tls = options.inside,
                                         relays_to = "mail.alice.example" },
    out  = sender "mail.alice.example" {},
    gate = receiver "mx.bob.example" { relays_to = "scan.bob.example",
                                       starttls = options.at_gate },
    scan = receiver "scan.bob.example" { serves = "bob.example", preference = 80,
                                         relays_to = "store.bob.example",
                                         starttls = options.at_scan },
    store = receiver "store.bob.example" { serves = "bob.example", preference = 90,
                                           users = { "carol" } },
  }
  house.home = receiver "mail.alice.example" { users = options.users or { "alice" } }
  domain "bob.example" { mx = house.gate }
  return house
end

scenario("a report has no return path, and comes to the first sender as mail",
  { tags = { "report" }, cites = "DSN-01, SMTP-29, RFC 5321 section 4.5.5" }, function()
  local house = houses {}
  local mail = house.desk:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  after "1 minute"
  expect(house.scan).bounced(mail) { status = "5.1.1" }
  expect(house.home).kept { count = 1, from = "", to = "alice@alice.example",
                            says = "Final-Recipient: rfc822; bob@bob.example" }
end)

scenario("a report that cannot be delivered is the end: nobody reports on it",
  { tags = { "report" }, cites = "SMTP-29, RFC 5321 section 6.1" }, function()
  local house = houses { users = { "somebody else" } }
  local mail = house.desk:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  after "6 days"
  expect(house.home).kept { count = 0, from = "" }
  expect(house.gate).kept { count = 0, from = "" }
  expect(house.store).kept { count = 0, from = "" }
end)

scenario("a mail without a return path goes like any other, and is MAIL FROM:<>",
  { tags = { "report" }, cites = "RFC 5321 section 4.5.5" }, function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example", from = "<>" }
  expect(mail).finally "delivered"
  expect(mail).dialogue [[
    ...
    C: MAIL FROM:<> SIZE=...
    S: 250 2.1.0 Ok
    ...
    C: From: <postmaster@alice.example>
    ...
  ]]
  expect(bob).kept { count = 1, from = "" }
end)

for _, where in ipairs { "at once", "behind a relay" } do
  scenario("a mail without a return path fails " .. where .. ", and nobody is told",
    { tags = { "report" }, cites = "SMTP-29, RFC 5321 section 6.1" }, function()
    local alice = sender   "mail.alice.example" {}
    receiver "mail.alice.example" {}
    local relay = where == "behind a relay"
    local bob   = receiver "mx.bob.example" { users = not relay and {} or nil,
                                              relays_to = relay and "store.bob.example" or nil }
    local store = receiver "store.bob.example" { serves = "bob.example", preference = 90,
                                                 users = {} }
    domain "bob.example" { mx = bob }
    local mail = alice:sends { to = "bob@bob.example", from = "<>" }
    expect(mail).finally "bounced"
    expect(mail).code "5.1.1"
    expect(alice).sent_no_report(mail)
    expect(bob).sent_no_report(mail)
    expect(store).sent_no_report(mail)
  end)
end

scenario("servers that refuse MAIL FROM:<> get no reports",
  { tags = { "report" }, cites = "RFC 5321 section 4.5.5" }, function()
  local alice   = sender   "mail.alice.example" {}
  local bob     = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:strips "STARTTLS"
  mallory:answers { to = "MAIL", with = "550 5.7.1 senders must have a name" }
  local mail = alice:sends { to = "bob@bob.example", from = "<>" }
  expect(mail).finally "bounced"
  expect(mail).code "5.7.1"
  expect(alice).sent_no_report(mail)
end)

-- A report quotes the mail's headers, trace lines and all: who read the mail knows these words.
for _, row in ipairs {
  { "between gate and scanner", { at_scan = "absent" }, "gate", "scan" },
  { "on the internet", { at_gate = "absent" }, "out", "gate" },
  { "on all of Bob's wires", { at_gate = "absent", at_scan = "absent" }, "gate", "scan" },
} do
  scenario("Eve reads the mail " .. row[1] .. ", and so what its report quotes",
    { tags = { "report", "relay" } }, function()
    local house = houses(row[2])
    local eve = eavesdropper "eve" { between = { house[row[3]], house[row[4]] } }
    local mail = house.desk:sends { to = "bob@bob.example" }
    expect(mail).finally "bounced"
    after "1 minute"
    expect(eve).read(mail)
    expect(house.home).kept { count = 1, from = "" }
  end)
end

scenario("two recipients, one unknown: who reads the other's copy knows the words as well",
  { tags = { "report", "relay" } }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "mail.alice.example" {}
  local mx    = receiver "mx.bob.example" { serves = { "bob.example", "carol.example" },
                                            relays_to = "store.bob.example" }
  local store = receiver "store.bob.example" { serves = { "bob.example", "carol.example" },
    preference = 90, starttls = "absent", users = { "carol" } }
  for _, name in ipairs { "bob.example", "carol.example" } do domain(name) { mx = mx } end
  local eve = eavesdropper "eve" { between = { mx, store } }
  local mail = alice:sends { to = { "bob@bob.example", "carol@carol.example" } }
  expect(mail).to("carol@carol.example").finally "delivered"
  expect(mail).to("bob@bob.example").finally "bounced"
  after "1 minute"
  expect(eve).read(mail)
end)

scenario("the gateway is unknown at home: the report waits at the scanner",
  { tags = { "report", "relay" } }, function()
  local alice = sender   "mail.alice.example" {}
  local gate  = receiver "mx.bob.example"    { relays_to = "scan.bob.example" }
  local scan  = receiver "scan.bob.example"  { serves = "bob.example", preference = 80,
    starttls = "absent", relays_to = "store.bob.example" }
  receiver "store.bob.example" { serves = "bob.example", preference = 90, users = { "carol" } }
  domain "bob.example" { mx = gate }
  local insider = eavesdropper "insider" { between = { gate, scan } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(insider).read(mail)
end)
