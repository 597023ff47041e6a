-- What somebody on the path learns, with TLS and without.

scenario("without TLS Eve reads everything", function()
  cites "TLS-19"

  local alice = sender   "mail.alice.example" { tls = "none" }
  local bob   = receiver "mx.bob.example"     {}
  local eve   = eavesdropper "eve"            { between = { alice, bob } }
  local mail = alice:sends {
    to = "bob@bob.example",
    subject = "Salaries",
    body = "Carol earns more than Bob.",
  }

  expect(mail).finally "delivered"
  expect(eve).read(mail)
  expect(eve).knows "Carol earns more than Bob."
  expect(eve).knows "Salaries"
  expect(eve).knows "alice@alice.example"
end)

for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
  scenario("with " .. version .. " Eve sees who talks to whom, and no word of the mail", function()
    cites "TLS-18"

    local alice = sender   "mail.alice.example" { tls = "encrypt" }
    local bob   = receiver "mx.bob.example"     { versions = { version } }
    local eve   = eavesdropper "eve"            { between = { alice, bob } }
    local mail = alice:sends {
      to = "bob@bob.example",
      subject = "Salaries",
      body = "Carol earns more than Bob.",
    }

    expect(mail).finally "delivered"
    expect(eve).never_read(mail)
    expect(eve).never_knows "Carol"
    expect(eve).never_knows "alice@alice.example"
    expect(eve).knows "EHLO mail.alice.example"
  end)
end

scenario("Eve on one path learns nothing of the other", function()
  local alice = sender   "mail.alice.example" { tls = "none" }
  local bob   = receiver "mx.bob.example"     {}
  local carol = receiver "mx.carol.example"   {}
  local eve   = eavesdropper "eve"            { between = { alice, carol } }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(eve).never_read(mail)
end)

scenario("Eve has not read the mail yet: the clear path comes later", function()
  cites "TLS-19"

  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     { unreachable = true }
  local eve   = eavesdropper "eve"            { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example", body = "Carol earns more than Bob." }

  after "1 minute"
  expect(mail).is "deferred"
  expect(eve).not_yet_read(mail)
  expect(eve).not_yet_knows "alice@alice.example"
  expect(eve).never_altered(mail)

  bob:changes { unreachable = false, starttls = "absent" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(eve).read(mail)
  expect(eve).knows "alice@alice.example"
end)

scenario("what Eve never reads she has not read when the last session ends", function()
  cites "TLS-18"

  local alice = sender   "mail.alice.example" { tls = "encrypt" }
  local bob   = receiver "mx.bob.example"     {}
  local eve   = eavesdropper "eve"            { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example" }

  -- Nothing has passed yet: these are judged again at the end.
  expect(eve).never_read(mail)
  expect(eve).never_knows "alice@alice.example"
  expect(mail).is "queued"
  expect(mail).finally "delivered"
end)

scenario("Mallory has not altered the mail yet: he does once it passes in clear text",
         { tags = { "attacks" } }, function()
  cites "TLS-19"

  local alice   = sender   "mail.alice.example" { tls = "none" }
  local bob     = receiver "mx.bob.example"     {}
  local mallory = attacker "mallory"            { between = { alice, bob } }
  local eve     = eavesdropper "eve"            { between = { alice, bob } }
  mallory:rewrites(function(line) return (line:gsub("noon", "midnight")) end)
  local mail = alice:sends { to = "bob@bob.example", body = "We meet at noon." }

  expect(mallory).not_yet_altered(mail)
  expect(eve).never_altered(mail)
  expect(mail).finally "delivered"
  expect(mallory).altered(mail)
  expect(bob).kept { says = "We meet at midnight." }
end)
