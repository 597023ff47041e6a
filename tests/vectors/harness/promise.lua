-- Bob's server has never heard of STARTTLS.
scenario("no TLS offered: opportunistic mail still goes, in clear text", function()
  cites "TLS-03, TLS-19"

  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     { starttls = "absent" }
  local eve   = eavesdropper "eve"            { between = { alice, bob } }

  local mail = alice:sends { to = "bob@bob.example", subject = "Q3 figures", body = "Eleven million." }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(eve).read(mail)
end)

-- Anyone can sign their own name. The question is who believes it.
for _, case in ipairs {
  { tls = "may",    fate = "delivered", crossed = "encrypted" },
  { tls = "verify", fate = "bounced",   crossed = "not at all", because = "certificate-not-trusted" },
} do
  scenario("untrusted certificate, level " .. case.tls, function()
    local alice = sender   "mail.alice.example" { tls = case.tls, gives_up_after = "5 days" }
    local bob   = receiver "mx.bob.example"     { certificate = signed_by "Unknown CA" }

    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally(case.fate)
    expect(mail).crossed(case.crossed)
    expect(mail).because(case.because)
  end)
end

-- Mallory deletes one word. An enforced policy notices.
scenario("enforced mode: a stripped STARTTLS delays the mail and leaks nothing", function()
  local alice   = sender   "mail.alice.example" { tls = { default = "may", ["bob.example"] = "secure" } }
  local bob     = receiver "mx.bob.example"     {}
  local mallory = attacker "mallory"            { between = { alice, bob } }
  mallory:strips "STARTTLS"

  local mail = alice:sends { to = "bob@bob.example" }

  after "1 hour"
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mallory).never_read(mail)

  mallory:leaves()
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
end)
