-- Behind which failures of TLS a sender that wants TLS where it is to be had goes on without it. A
-- certificate that proves nothing is one of them for whoever verifies it first.

local bad = {
  { "self-signed", self_signed, "certificate-not-trusted" },
  { "of another name", signed_by "Lab Root CA" { names = { "mx.other.example" } },
    "certificate-host-mismatch" },
  { "out of date", signed_by "Lab Root CA" { expired = true }, "certificate-expired" },
}
local all = { "handshake", "loss", "certificate" }

for _, row in ipairs(bad) do
  scenario("The certificate is " .. row[1] .. ": none is asked for one, and TLS is kept",
    { cites = "TLS-09, A11" }, function()
    local alice = sender "mail.alice.example" { tls = "may", clear_fallback = "reconnect" }
    receiver "mx.bob.example" { certificate = row[2] }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).crossed "encrypted"
  end)

  scenario("The certificate is " .. row[1] .. ", clear_after has it: in clear text at once",
    { cites = "TLS-09, A11" }, function()
    local alice = sender "mail.alice.example" { tls = "may", clear_after = all,
                                                clear_fallback = "reconnect" }
    local bob = receiver "mx.bob.example" { certificate = row[2] }
    local eve = eavesdropper "eve" { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).crossed "in clear text"
    expect(mail).attempts(1)
    expect(eve).read(mail)
    expect(bob).kept { count = 1 }
  end)

  scenario("The certificate is " .. row[1] .. ", clear_after has it: young mail waits for it",
    { cites = "TLS-09, SMTP-22" }, function()
    local alice = sender "mail.alice.example" { tls = "may", clear_after = { "certificate" } }
    receiver "mx.bob.example" { certificate = row[2] }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is "deferred"
    expect(mail).because(row[3])
    expect(mail).code "4.7.5"
    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
    expect(mail).attempts(2)
  end)
end

scenario("clear_after certificate, clear_fallback never: TLS with a proven host or none",
  { cites = "TLS-09" }, function()
  local alice = sender "mail.alice.example" { clear_after = { "certificate" },
                                              clear_fallback = "never" }
  receiver "mx.bob.example" { certificate = self_signed }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "bounced"
  expect(mail).because "certificate-not-trusted"
  expect(mail).crossed "not at all"
end)

-- Inside TLS there is no way back.
scenario("clear_after certificate, clear_fallback same connection: on a new one",
  { cites = "RFC 3207 section 4.2" }, function()
  local alice = sender "mail.alice.example" { clear_after = all,
                                              clear_fallback = "same connection" }
  receiver "mx.bob.example" { certificate = self_signed }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "in clear text"
  expect(mail).attempts(1)
end)

scenario("clear_after certificate: a good one is worth what it proves", { cites = "TLS-09" },
  function()
  local alice = sender "mail.alice.example" { clear_after = all, clear_fallback = "reconnect" }
  receiver "mx.bob.example" {}
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "authenticated"
end)

scenario("clear_after certificate says nothing of who must have TLS", { cites = "TLS-09" },
  function()
  local alice = sender "mail.alice.example" { tls = "encrypt", clear_after = all,
                                              clear_fallback = "reconnect" }
  receiver "mx.bob.example" { certificate = self_signed }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "encrypted"
end)

for failure, host in pairs {
  handshake = { starttls = "alerts" }, loss = { replies_in_tls = { MAIL = "drops" } },
} do
  scenario("clear_after without " .. failure .. ": what is not named there is no reason",
    { cites = "A04, TLS-07" }, function()
    local others = {}
    for _, word in ipairs(all) do if word ~= failure then others[#others + 1] = word end end
    local alice = sender "mail.alice.example" { clear_after = others, gives_up_after = "1 hour",
                                                clear_fallback = "reconnect" }
    local bob = receiver "mx.bob.example" (host)
    local eve = eavesdropper "eve" { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "bounced"
    expect(mail).crossed "not at all"
    expect(eve).never_read(mail)
  end)
end

-- Whoever goes on in clear text tells everybody what he would have told one.
scenario("Mallory in Bob's place with a certificate of his own: clear_after gives it to Eve, too",
  { cites = "A11" }, function()
  local alice = sender "mail.alice.example" { clear_after = all, clear_fallback = "reconnect" }
  local bob = receiver "mx.bob.example" {}
  local eve = eavesdropper "eve" { between = { alice, bob } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(bob, self_signed)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "in clear text"
  expect(eve).read(mail)
  expect(mallory).read(mail)
end)
