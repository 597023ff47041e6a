-- The queue: 5 minutes, doubling up to 4000 seconds, for five days.

scenario("attempts at 0, 5, 15, 35 and 75 minutes", function()
  cites "SMTP-22"

  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     { listens = false }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).attempts(1)
  expect(mail).because "connection-refused"
  expect(mail).code "4.4.1"
  after "5 minutes"
  expect(mail).attempts(2)
  after "10 minutes"
  expect(mail).attempts(3)
  after "20 minutes"
  expect(mail).attempts(4)
  after "40 minutes"
  expect(mail).attempts(5)
end)

scenario("a queue that is flushed does not wait", function()
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     { listens = false }
  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).is "deferred"
  bob:changes { listens = true }
  alice:flushes()
  after "1 second"
  expect(mail).is "delivered"
  expect(mail).attempts(2)
end)

scenario("a queue with a shorter patience", function()
  cites "SMTP-22"

  local alice = sender   "mail.alice.example" { retries_every = "1 hour", gives_up_after = "1 day" }
  local bob   = receiver "mx.bob.example"     { listens = false }
  local mail = alice:sends { to = "bob@bob.example" }

  after "23 hours"
  expect(mail).is "deferred"
  after "1 hour"
  after "1 second"
  expect(mail).is "bounced"
  expect(mail).because "connection-refused"
end)

scenario("a domain that does not exist bounces at once", function()
  cites "SMTP-25"

  local alice = sender "mail.alice.example" {}
  local mail = alice:sends { to = "bob@nowhere.example" }

  expect(mail).finally "bounced"
  expect(mail).because "no-such-domain"
  expect(mail).attempts(1)
end)
