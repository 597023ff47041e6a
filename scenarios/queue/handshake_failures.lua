-- STARTTLS is granted, and then TLS does not come about.
-- What an opportunistic sender does next is a choice.

for _, breakage in ipairs { "drops", "drops after hello", "alerts", "talks garbage" } do
  scenario("the server " .. breakage
           .. ": young mail waits, older mail goes in clear text, as Postfix does", function()
    cites "A04, TLS-07, SMTP-22"

    local alice = sender   "mail.alice.example" { tls = "may" }
    local bob   = receiver "mx.bob.example"     { starttls = breakage }
    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is "deferred"
    expect(mail).because "validation-failure"
    expect(mail).code "4.7.5"
    expect(mail).crossed "not at all"

    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
    expect(mail).attempts(2)
  end)

  scenario("the server " .. breakage .. ": a sender that must have TLS never falls back", function()
    cites "A04, TLS-07"

    local alice = sender   "mail.alice.example" { tls = "encrypt", gives_up_after = "1 day" }
    local bob   = receiver "mx.bob.example"     { starttls = breakage }
    local eve   = eavesdropper "eve"            { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally "bounced"
    expect(mail).because "validation-failure"
    expect(mail).crossed "not at all"
    expect(eve).never_read(mail)
  end)
end

scenario("clear_fallback reconnect: in clear text at once", function()
  cites "A04"

  local alice = sender   "mail.alice.example" { tls = "may", clear_fallback = "reconnect" }
  local bob   = receiver "mx.bob.example"     { starttls = "alerts" }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mail).attempts(1)
end)

scenario("clear_fallback never: the mail waits until it bounces", function()
  cites "A04"

  local alice = sender   "mail.alice.example" { tls = "may", clear_fallback = "never" }
  local bob   = receiver "mx.bob.example"     { starttls = "alerts" }
  local mail = alice:sends { to = "bob@bob.example" }

  expect(mail).finally "bounced"
  expect(mail).crossed "not at all"
end)
