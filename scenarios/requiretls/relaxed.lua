-- Few servers offer REQUIRETLS. `requiretls = "relaxed"` asks the next host for TLS and a proven
-- name, and for no more: the demand does not go along (RFC 8689 section 4.2.1 wants it strict).

local function one_mail(way, host, policy)
  local alice = sender "mail.alice.example" { mta_sts = true, requiretls = way }
  local bob = receiver "mx.bob.example" (host)
  domain "bob.example" { mta_sts = policy }
  return alice:sends { to = "bob@bob.example", require_tls = true }, alice, bob
end

scenario("Strict: a server that has never heard of REQUIRETLS gets nothing",
  { cites = "REQ-04, REQ-05" }, function()
  local mail = one_mail("strict", { requiretls = false }, {})
  expect(mail).finally "bounced"
  expect(mail).code "5.7.30"
end)

scenario("Relaxed: TLS and a proven host are enough", { cites = "REQ-02, REQ-03, REQ-04" },
  function()
  local mail = one_mail("relaxed", { requiretls = false }, {})
  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
  expect(mail).attempts(1)
  expect(mail).dialogue [[
    ...
    S: 220 2.0.0 ...
    ...
    C: MAIL FROM:<alice@alice.example> SIZE=...
    C: RCPT TO:<bob@bob.example>
    ...
  ]]
end)

scenario("Relaxed: who offers REQUIRETLS is told of it", { cites = "REQ-04" }, function()
  local mail = one_mail("relaxed", {}, {})
  expect(mail).finally "delivered"
  expect(mail).dialogue [[
    ...
    C: MAIL FROM:<alice@alice.example> SIZE=... REQUIRETLS
    ...
  ]]
end)

for _, case in ipairs {
  { "no STARTTLS", { requiretls = false, starttls = "absent" }, {} },
  { "a certificate that nobody vouches for", { requiretls = false, certificate = self_signed },
    {} },
  { "a certificate of another name",
    { requiretls = false,
      certificate = signed_by "Lab Root CA" { names = { "mx.other.example" } } }, {} },
  { "nobody to vouch for the MX host", { requiretls = false } },
} do
  scenario("Relaxed: " .. case[1] .. " sends the mail back all the same",
    { cites = "REQ-02, REQ-03, REQ-05" }, function()
    local mail, alice = one_mail("relaxed", case[2], case[3])
    expect(mail).finally "bounced"
    expect(mail).code "5.7.10"
    expect(mail).crossed "not at all"
    expect(alice).bounced(mail) { status = "5.7.10" }
  end)
end

-- What it costs: who was not told sends the mail on as it likes.
for _, way in ipairs { "strict", "relaxed" } do
  scenario(way .. ": the hop behind has no TLS, and the one before does not know REQUIRETLS",
    { cites = "REQ-06, A32" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true, requiretls = way }
    local mx = receiver "mx.bob.example" { relays_to = "store.bob.example", requiretls = false }
    local store = receiver "store.bob.example" { serves = "bob.example", starttls = "absent" }
    domain "bob.example" { mx = "mx.bob.example", mta_sts = {} }
    local eve = eavesdropper "eve" { between = { mx, store } }
    local mail = alice:sends { to = "bob@bob.example", require_tls = true }
    if way == "strict" then
      expect(mail).finally "bounced"
      expect(eve).never_read(mail)
    else
      expect(mail).finally "delivered"
      expect(mail).hop(1).crossed "authenticated"
      expect(mail).hop(2).crossed "in clear text"
      expect(eve).read(mail)
    end
  end)
end

-- A relay may be the relaxed one: it took the demand over, and keeps it for its own hop.
scenario("A relaxed relay: the last hop is proven, and was not told", { cites = "REQ-06" },
  function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  local mx = receiver "mx.bob.example" { relays_to = "store.bob.example" }
  sender "mx.bob.example" { requiretls = "relaxed" }
  local store = receiver "store.bob.example" { serves = "bob.example", requiretls = false }
  domain "bob.example" { mx = mx, mta_sts = {} }
  local mail = alice:sends { to = "bob@bob.example", require_tls = true }
  expect(mail).finally "delivered"
  expect(mail).reached(store)
  expect(mail).hop(2).crossed "authenticated"
end)
