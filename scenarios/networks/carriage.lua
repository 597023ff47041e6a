-- Slow, unsteady and lossy paths: TCP delivers each byte once and in order, only later.

for _, level in ipairs { "may", "verify" } do
  scenario(("latency and jitter keep the order of bytes, level %s"):format(level),
    { cites = "RFC 9293 section 3.4" }, function()
    network { latency = "300 ms", jitter = "200 ms" }
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    local body = ("Line upon line, in their order.\r\n"):rep(500)
    local mail = alice:sends { to = "bob@bob.example", body = body }

    after "3 seconds"
    expect(mail).is "queued"
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
    expect(mail).crossed(level == "may" and "encrypted" or "authenticated")
    expect(bob).kept { count = 1, says = body }
  end)

  scenario(("lost segments are sent again: what is seen is a delay, level %s"):format(level),
    { cites = "RFC 6298 section 5" }, function()
    local alice = sender   "mail.alice.example" { tls = level }
    local bob   = receiver "mx.bob.example"     {}
    link { between = { alice, bob }, loss = 30 }
    local body = ("Nothing is missing.\r\n"):rep(2000)
    local mail = alice:sends { to = "bob@bob.example", body = body }

    after "1 second"
    expect(mail).is "queued"
    expect(mail).finally "delivered"
    expect(mail).attempts(1)
    expect(mail).crossed(level == "may" and "encrypted" or "authenticated")
    expect(bob).kept { count = 1, says = body }
  end)
end

scenario("half a percent of loss is hardly seen", { cites = "RFC 6298 section 5" }, function()
  network { loss = 0.5 }
  local alice = sender   "mail.alice.example" { tls = "verify" }
  local bob   = receiver "mx.bob.example"     {}
  local mail = alice:sends { to = "bob@bob.example" }

  after "5 seconds"
  expect(mail).is "delivered"
  expect(mail).attempts(1)
end)

scenario("a link of its own keeps what it says, whatever the network does", function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     {}
  local carol = receiver "mx.carol.example"   {}
  link { between = { alice, bob }, latency = "20 ms" }
  network { latency = "2 seconds" }
  local near = alice:sends { to = "bob@bob.example" }
  local far  = alice:sends { to = "carol@carol.example" }

  after "15 seconds"
  expect(near).is "delivered"
  expect(far).is "queued"
  expect(far).finally "delivered"
end)
