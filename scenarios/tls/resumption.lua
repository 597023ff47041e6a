-- A TLS session that goes on from an earlier one by a ticket: the host shows no certificate again
-- (RFC 8446 section 2.2, RFC 5077). What it showed at first is judged anew, by the policy and the
-- date of now. So resumption saves work, and hides nothing (A29).

local function stage(version, options, bob)
  options.versions, options.resumes = { version }, true
  bob.tickets = bob.tickets == nil and { lifetime = "7 days" } or bob.tickets
  return sender "mail.alice.example" (options), receiver "mx.bob.example" (bob)
end
local function sent(alice)
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  return mail
end
-- Refused where the session went on, delivered when the host has shown itself anew.
local function refused_then_whole(mail, reason, attempts)
  expect(mail).is "deferred"
  expect(mail).because(reason)
  expect(mail).finally "delivered"
  expect(mail).attempts(attempts or 2)
  expect(mail).tls { resumed = false }
end

for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
  scenario(version .. ": later mails go on with the session of the first",
    { tags = { "resumption" }, cites = "RFC 8446 section 2.2; RFC 5077" }, function()
    local alice, bob = stage(version, { tls = "secure" }, { tickets = true })
    local eve = eavesdropper "eve" { between = { alice, bob } }
    expect(sent(alice)).tls { resumed = false, verified = true, version = version }
    for _ = 1, 3 do
      local mail = sent(alice)
      expect(mail).tls { resumed = true, verified = true, version = version }
      expect(mail).crossed "authenticated"
      expect(eve).never_read(mail)
    end
  end)

  scenario(version .. ": a host that gives no tickets, and a sender that takes none",
    { tags = { "resumption" }, cites = "RFC 8446 section 4.6.1; RFC 5077 section 3.2" }, function()
    local alice, bob = stage(version, {}, { tickets = false })
    for _ = 1, 2 do expect(sent(alice)).tls { resumed = false } end
    bob:changes { tickets = true }
    sent(alice)
    expect(sent(alice)).tls { resumed = true }
    alice:changes { resumes = false }
    for _ = 1, 2 do expect(sent(alice)).tls { resumed = false } end
  end)

  scenario(version .. ": a ticket that is too old is not offered",
    { tags = { "resumption" }, cites = "RFC 8446 sections 4.6.1, 4.2.11.1; RFC 5077 section 3.3" },
    function()
    local alice = stage(version, {}, { tickets = { lifetime = "1 hour" } })
    sent(alice)
    after "58 minutes"
    expect(sent(alice)).tls { resumed = true }
    after "61 minutes"
    expect(sent(alice)).tls { resumed = false }
    expect(sent(alice)).tls { resumed = true }
  end)

  scenario(version .. ": the host no longer takes a ticket of that age: a whole handshake follows",
    { tags = { "resumption" }, cites = "RFC 8446 section 4.6.1; RFC 5077 section 3.3" }, function()
    local alice, bob = stage(version, { tls = "secure" }, {})
    sent(alice)
    after "1 hour"
    bob:changes { tickets = { lifetime = "10 minutes" } }
    local mail = sent(alice)
    expect(mail).tls { resumed = false, verified = true }
    expect(mail).attempts(1)
    expect(sent(alice)).tls { resumed = true }
  end)

  scenario(version .. ": the host has lost its ticket key: a whole handshake follows",
    { tags = { "resumption" }, cites = "RFC 8446 section 4.2.11; RFC 5077 section 3.4" }, function()
    local alice, bob = stage(version, { tls = "secure" }, {})
    sent(alice)
    bob:changes { tickets = { lifetime = "7 days", key = "second" } }
    local mail = sent(alice)
    expect(mail).tls { resumed = false, verified = true }
    expect(mail).attempts(1)
    expect(sent(alice)).tls { resumed = true }
  end)

  scenario(version .. ": no session goes on for more than seven days without a certificate",
    { tags = { "resumption" }, cites = "RFC 8446 section 4.6.1" }, function()
    local alice = stage(version, {}, {})
    sent(alice)
    for _ = 1, 2 do
      after "3 days"
      expect(sent(alice)).tls { resumed = true }
    end
    after "3 days"
    expect(sent(alice)).tls { resumed = false }
  end)

  scenario(version .. ": the policy has become stricter: a good ticket, and the mail waits",
    { tags = { "resumption" }, cites = "A29, RFC 8446 section 4.6.1" }, function()
    local alice, bob = stage(version, { tls = "may" }, { certificate = self_signed })
    expect(sent(alice)).crossed "encrypted"
    alice:changes { tls = "secure" }
    bob:changes { certificate = signed_by "Lab Root CA" }  -- which a session that goes on hides
    refused_then_whole(sent(alice), "certificate-not-trusted")
    expect(sent(alice)).tls { resumed = true, verified = true }
  end)

  scenario(version .. ": the certificate has expired meanwhile: a good ticket, and the mail waits",
    { tags = { "resumption" }, cites = "A29, CERT-08" }, function()
    local alice, bob = stage(version, { tls = "secure" }, {
      certificate = signed_by "Lab Root CA" { valid_until = "2026-01-02" },
    })
    expect(sent(alice)).crossed "authenticated"
    after "12 hours"
    expect(sent(alice)).tls { resumed = true, verified = true }
    after "1 day"
    bob:changes { certificate = signed_by "Lab Root CA" }
    refused_then_whole(sent(alice), "certificate-expired")
  end)

  scenario(version .. ": the CA is believed no more: a good ticket, and the mail waits",
    { tags = { "resumption" }, cites = "A29" }, function()
    local alice, bob = stage(version, { tls = "secure", trusts = { "Old CA", "New CA" } },
      { certificate = signed_by "Old CA" })
    expect(sent(alice)).crossed "authenticated"
    alice:changes { trusts = { "New CA" } }
    bob:changes { certificate = signed_by "New CA" }
    refused_then_whole(sent(alice), "certificate-not-trusted")
  end)

  scenario(version .. ": another TLSA record: a good ticket, and the mail waits",
    { tags = { "resumption", "dane" }, cites = "A29, RFC 7672 section 2.1" }, function()
    local leaf = { usage = 3, selector = 1, matching = 1, of = "leaf" }
    local alice, bob = stage(version, { tls = "dane-only" }, { certificate = self_signed })
    local zone = domain "bob.example" { signed = "yes", tlsa = { leaf } }
    expect(sent(alice)).crossed "authenticated"
    expect(sent(alice)).tls { resumed = true, verified = true }
    bob:changes { certificate = self_signed { key_name = "second" } }
    zone:changes { tlsa = { leaf } }
    after "1 day"
    refused_then_whole(sent(alice), "tlsa-invalid")
  end)

  scenario(version .. ": a session goes on under the same name alone",
    { tags = { "resumption" }, cites = "A29, RFC 8446 section 4.6.1; RFC 6066 section 3" },
    function()
    local alice = stage(version, {}, {})
    sent(alice)
    local named = { level = "may", servername = "hostname" }
    alice:changes { tls = { default = named } }
    expect(sent(alice)).tls { resumed = false }
    expect(sent(alice)).tls { resumed = true }
    alice:changes { tls = "may" }
    expect(sent(alice)).tls { resumed = true }
  end)

  scenario(version .. ": a session goes on with the same host alone",
    { tags = { "resumption" }, cites = "A29, RFC 8446 section 4.6.1" }, function()
    local alice, bob = stage(version, {}, { preference = 10 })
    receiver "mx2.bob.example" { serves = "bob.example", preference = 20, tickets = true }
    sent(alice)
    bob:changes { listens = false }
    local mail = sent(alice)
    expect(mail).reached "mx2.bob.example"
    expect(mail).tls { resumed = false }
    bob:changes { listens = true }
    mail = sent(alice)
    expect(mail).reached "mx.bob.example"
    expect(mail).tls { resumed = true }
  end)

  scenario(version .. ": Mallory ends TLS in the host's place: the ticket is worth nothing to him",
    { tags = { "resumption" }, cites = "A29, RFC 8446 section 4.2.11" }, function()
    local alice, bob = stage(version, { tls = "secure" }, {})
    local mallory = attacker "mallory" { between = { alice, bob } }
    sent(alice)
    mallory:impersonates(bob, self_signed)
    local mail = sent(alice)
    expect(mail).is "deferred"
    expect(mail).because "certificate-not-trusted"
    expect(mallory).never_read(mail)
    mallory:leaves()
    expect(mail).finally "delivered"
    expect(mail).crossed "authenticated"
  end)
end

scenario("a session of a version that is not spoken any more does not go on",
  { tags = { "resumption" }, cites = "RFC 8446 section 4.6.1" }, function()
  local alice = stage("TLSv1.2", {}, {})
  sent(alice)
  alice:changes { versions = { "TLSv1.2", "TLSv1.3" } }
  expect(sent(alice)).tls { resumed = true, version = "TLSv1.2" }
  alice:changes { versions = { "TLSv1.3" } }
  expect(sent(alice)).tls { resumed = false, version = "TLSv1.3" }
end)
