-- Where mail goes: MX records, their order, and what is done when a host is not there.

scenario("equal preferences share the load by the seed", { cites = "SMTP-23" }, function()
  local alice = sender "mail.alice.example" {}
  for i = 1, 3 do receiver("mx" .. i .. ".bob.example") { preference = 10 } end
  for _ = 1, 5 do
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
  end
end)

scenario("a domain without MX records is its own mail host", { cites = "SMTP-24" }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "bob.example" { serves = "bob.example", implicit_mx = true }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).reached "bob.example"
end)

scenario("an MX host that does not exist: the domain's own address is not used",
  { cites = "SMTP-24, SMTP-25" }, function()
  local alice = sender   "mail.alice.example" {}
  receiver "bob.example" { serves = "bob.example", implicit_mx = true }
  domain "bob.example" { mx = { "gone.bob.example" } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).because "no-such-host"
  expect(mail).code "5.4.4"
end)

scenario("a host that never answers: after thirty seconds the next one is tried",
  { cites = "SMTP-23, SMTP-21" }, function()
  local alice = sender "mail.alice.example" {}
  receiver "mx1.bob.example" { preference = 10, unreachable = true }
  receiver "mx2.bob.example" { preference = 20 }
  local mail = alice:sends { to = "bob@bob.example" }
  after "35 seconds"
  expect(mail).is "delivered"
  expect(mail).reached "mx2.bob.example"
end)

scenario("a domain that takes no mail (null MX): nobody is connected", { cites = "SMTP-31" },
  function()
  local alice = sender "mail.alice.example" {}
  receiver "bob.example" { serves = "bob.example", implicit_mx = true }
  domain "bob.example" { null_mx = true }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).because "null-mx"
  expect(mail).attempts(1)
end)

scenario("DNS is out of order: the mail waits for it", { cites = "SMTP-25" }, function()
  local alice = sender "mail.alice.example" {}
  receiver "mx.bob.example" {}
  local zone = domain "bob.example" {
    fails = { { name = "bob.example", type = "MX", how = "servfail" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "10 minutes"
  expect(mail).is "deferred"
  expect(mail).because "dns-failure"
  zone:changes { fails = { { name = "bob.example", type = "MX", how = "none" } } }
  expect(mail).finally "delivered"
end)

scenario("a host of two addresses, and a gateway with IPv6", { cites = "SMTP-23" }, function()
  local alice = sender   "mail.alice.example" { ipv6 = true }
  receiver "mx.bob.example" { addresses = { "198.51.100.25", "2001:db8::25" } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
end)

-- RFC 5321 section 4.5.3.1.10; Postfix takes 552 for what every 5yz is.
scenario("552 to a recipient bounces at a Postfix", { cites = "SMTP-27" }, function()
  local alice = sender "mail.alice.example" {}
  receiver "mx.bob.example" { replies = { RCPT = "552 5.2.2 full" } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).code "5.2.2"
end)

scenario("552 to a recipient says too many, so the mail is tried again", { cites = "SMTP-27" },
  function()
  local alice = sender   "mail.alice.example" { reads_replies = "strictly" }
  local bob   = receiver "mx.bob.example"     { replies = { RCPT = "552 5.5.3 too many" } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).code "4.5.3"
  bob:changes { replies = {} }
  expect(mail).finally "delivered"
end)

scenario("a host that takes no mail at all says so in its greeting", { cites = "SMTP-30" },
  function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     { replies = { greeting = "554 5.3.2 no mail here" } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).dialogue [[
    S: 554 5.3.2 no mail here
    ...
  ]]
end)
