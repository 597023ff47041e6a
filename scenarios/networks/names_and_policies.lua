-- Bad paths beside the path of the mail: to the resolver, and to the host of a policy.

local levels = { may = "encrypted", verify = "authenticated" }
for level, crossed in pairs(levels) do
  scenario(("a black hole for DNS: no answer is no answer, and the mail waits, level %s")
    :format(level), { cites = "SMTP-25, SMTP-22" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    local names = link { between = { alice, "dns" }, down = "both ways" }
    local mail = alice:sends { to = "bob@bob.example" }

    after "9 seconds"
    expect(mail).is "queued"
    after "2 seconds"
    expect(mail).is "deferred"
    expect(mail).because "dns-failure"
    expect(mail).code "4.4.3"
    names:changes { down = "no" }
    expect(mail).finally "delivered"
    expect(mail).attempts(2)
    expect(mail).crossed(crossed)
  end)

  scenario(("questions arrive and answers do not, level %s"):format(level),
    { cites = "SMTP-25" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    local names = link { between = { alice, "dns" }, down = alice }
    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).because "dns-failure"
    names:changes { down = "no" }
    expect(mail).finally "delivered"
    expect(mail).crossed(crossed)
  end)
end

scenario("a lost question is asked once more after five seconds", { cites = "SMTP-25" }, function()
  local alice = sender   "mail.alice.example" { tls = "verify" }
  local bob   = receiver "mx.bob.example"     {}
  local names = link { between = { alice, "dns" }, down = "both ways" }
  local mail = alice:sends { to = "bob@bob.example" }

  after "4 seconds"
  names:changes { down = "no" }
  after "2 seconds"
  expect(mail).is "delivered"
  expect(mail).attempts(1)
  expect(mail).crossed "authenticated"
end)

scenario("half of all datagrams are lost: the mail comes all the same", { cites = "SMTP-25" },
  function()
  local alice = sender   "mail.alice.example" { tls = "verify" }
  local bob   = receiver "mx.bob.example"     {}
  link { between = { alice, "dns" }, loss = 50 }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)

scenario("a policy host behind a slow link is waited for", { cites = "STS-10" }, function()
  local alice = sender   "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example"     {}
  local zone  = domain "bob.example" { mta_sts = { mode = "enforce" } }
  link { between = { alice, zone }, latency = "3 seconds" }
  local mail = alice:sends { to = "bob@bob.example" }

  after "10 seconds"
  expect(mail).is "queued"
  expect(mail).finally "delivered"
  expect(mail).attempts(1)
  expect(mail).crossed "authenticated"
end)

scenario("a policy host that is too slow: there is no policy, unless the sender has his own",
  { cites = "STS-10, A16" }, function()
  local alice = sender   "mail.alice.example" { mta_sts = true }
  local carol = sender   "mail.carol.example" { mta_sts = true, tls = "verify" }
  local bob   = receiver "mx.bob.example"     { starttls = "absent" }
  local zone  = domain "bob.example" { mta_sts = { mode = "enforce" } }
  for _, who in ipairs { alice, carol } do
    link { between = { who, zone }, bandwidth = "20 B/s" }
  end
  local one   = alice:sends { to = "bob@bob.example" }
  local other = carol:sends { to = "bob@bob.example" }

  after "2 minutes"
  expect(one).is "delivered"
  expect(one).crossed "in clear text"
  expect(other).is "deferred"
  expect(other).because "starttls-not-supported"
  expect(other).crossed "not at all"
end)

scenario("a policy that is in the cache needs no policy host", { cites = "STS-10, A16" }, function()
  local alice = sender   "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example"     {}
  local zone  = domain "bob.example" { mta_sts = { mode = "enforce" } }
  local way = link { between = { alice, zone } }
  local first = alice:sends { to = "bob@bob.example" }
  expect(first).finally "delivered"

  way:changes { down = "both ways" }
  bob:changes { starttls = "absent" }
  local second = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(second).is "deferred"
  expect(second).because "starttls-not-supported"
  expect(second).crossed "not at all"
end)
