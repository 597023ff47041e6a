-- What surprises people about OpenSMTPD 6.8, each beside the Postfix that does otherwise. A real
-- one was measured in these cells (scenarios/matrix/opensmtpd.lua).

local function smtpd(tls)
  return sender "mail.smtpd.example" { behaves_like = "OpenSMTPD 6.8", tls = tls }
end
local function postfix(tls) return sender "mail.postfix.example" { tls = tls } end
local to_bob = { to = "bob@bob.example" }

scenario("relay tls verifies: an untrusted first MX is passed over", {
  tags = { "mtas", "opensmtpd", "certificates" }, cites = "RFC 3207 section 4.1" }, function()
  local alice = smtpd "tls"
  receiver "mx1.bob.example" { certificate = self_signed {}, preference = 10 }
  local good = receiver "mx2.bob.example" { preference = 20 }
  local mail = alice:sends(to_bob)
  expect(mail).finally "delivered"
  expect(mail).reached(good)
  expect(mail).crossed "authenticated"
end)

scenario("relay tls no-verify: TLS with whomever", { tags = { "mtas", "opensmtpd", "certificates" },
  cites = "RFC 3207 section 4.1" }, function()
  local alice = smtpd "no-verify"
  receiver "mx.bob.example" { certificate = self_signed {} }
  local mail = alice:sends(to_bob)
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
end)

scenario("a refused STARTTLS never bounces", { tags = { "mtas", "opensmtpd" },
  cites = "TLS-03, RFC 3207 section 4" }, function()
  local alice, carol = smtpd "tls", postfix "verify"
  receiver "mx.bob.example" { starttls = "refused 502" }
  local mail, lost = alice:sends(to_bob), carol:sends(to_bob)
  after "3 days"
  expect(mail).is "deferred"
  expect(lost).is "bounced"
end)

scenario("a certificate signed with SHA-1, or one for clients, is good enough for relay tls",
  { tags = { "mtas", "opensmtpd", "certificates" }, cites = "RFC 5280 section 4.2.1.12" },
  function()
  local alice, carol = smtpd "tls", postfix "verify"
  receiver "mx.bob.example" { certificate = signed_by "Lab Root CA" { signature = "sha1" } }
  receiver "mx.dave.example" { certificate = signed_by "Lab Root CA" { usage = "client" } }
  for _, to in ipairs { "bob@bob.example", "dave@dave.example" } do
    local mail, held = alice:sends { to = to }, carol:sends { to = to }
    after "1 minute"
    expect(mail).crossed "authenticated"
    expect(held).is "deferred"
  end
end)

scenario("there is no DANE: a stale TLSA record stops nothing", {
  tags = { "mtas", "opensmtpd", "dane" }, cites = "RFC 7672 section 2.2" }, function()
  local alice, carol = smtpd "tls", postfix "dane"
  local bob = receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes", mx = bob,
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "another key" } } }
  local mail, held = alice:sends(to_bob), carol:sends(to_bob)
  after "1 hour"
  expect(mail).crossed "authenticated"
  expect(held).is "deferred"
end)

scenario("a domain that takes no mail: it is tried for four days", {
  tags = { "mtas", "opensmtpd", "dns" }, cites = "RFC 7505 section 3, SMTP-31" }, function()
  local alice, carol = smtpd "default", postfix "may"
  domain "bob.example" { null_mx = true }
  local mail, back = alice:sends(to_bob), carol:sends(to_bob)
  after "3 days"
  expect(mail).is "deferred"
  expect(back).is "bounced"
  after "2 days"
  expect(mail).is "bounced"
end)

scenario("the gaps grow with the square of the attempts", { tags = { "mtas", "opensmtpd", "queue" },
  cites = "RFC 5321 section 4.5.4.1, SMTP-22" }, function()
  local alice = smtpd "tls"
  receiver "mx.bob.example" { starttls = "absent" }
  local mail = alice:sends(to_bob)
  after "2 hours"  -- behind the first: 400, 1600, 3600 and 6400 seconds
  expect(mail).attempts(5)
end)
