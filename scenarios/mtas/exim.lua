-- What surprises people about Exim 4.96, each beside the Postfix that does otherwise. A real Exim
-- was measured in these cells (scenarios/matrix/exim.lua).

local function exim(tls)
  return sender "mail.exim.example" { behaves_like = "Exim 4.96", tls = tls }
end
local function postfix(tls) return sender "mail.postfix.example" { tls = tls } end
local to_bob = { to = "bob@bob.example" }

scenario("tls_verify_hosts without hosts_require_tls: a bad certificate means clear text",
  { tags = { "mtas", "exim", "certificates" }, cites = "RFC 3207 section 4.1, TLS-09" }, function()
  local alice, carol = exim { default = { level = "default", tls_verify_hosts = true } },
                       postfix "verify"
  local bob = receiver "mx.bob.example" { certificate = signed_by "Unknown CA" {} }
  local eve = eavesdropper "eve" { between = { alice, bob } }
  local verified, held = alice:sends(to_bob), carol:sends(to_bob)
  after "1 hour"
  expect(verified).crossed "in clear text"
  expect(eve).read(verified)
  expect(held).is "deferred"
end)

scenario("both of them: who cannot prove his name gets nothing",
  { tags = { "mtas", "exim", "certificates" }, cites = "RFC 3207 section 4.1" }, function()
  local alice = exim "verify"
  receiver "mx.bob.example" { certificate = signed_by "Unknown CA" {} }
  local mail = alice:sends(to_bob)
  after "3 days"
  expect(mail).is "deferred"
  expect(mail).because "certificate-not-trusted"
end)

scenario("tls_tempfail_tryclear = false is no promise: a 502 to STARTTLS still means clear text",
  { tags = { "mtas", "exim" }, cites = "TLS-03, RFC 3207 section 4" }, function()
  local alice, carol = exim "no-clear", postfix "encrypt"
  receiver "mx.bob.example" { starttls = "refused 502" }
  local mail, strict = alice:sends(to_bob), carol:sends(to_bob)
  after "1 minute"
  expect(mail).crossed "in clear text"
  expect(strict).is "bounced"
end)

scenario("it keeps a broken handshake out of clear text, and a 454",
  { tags = { "mtas", "exim" }, cites = "TLS-07" }, function()
  local alice = exim "no-clear"
  receiver "mx.bob.example" { starttls = "alerts" }
  receiver "mx.dave.example" { starttls = "refused 454" }
  local broken = alice:sends(to_bob)
  local refused = alice:sends { to = "dave@dave.example" }
  after "2 days"
  expect(broken).is "deferred"
  expect(refused).is "deferred"
end)

scenario("a 5yz to STARTTLS never bounces: the next MX is asked, where Postfix gives up",
  { tags = { "mtas", "exim", "mx" }, cites = "TLS-03, RFC 3207 section 4" }, function()
  local alice, carol = exim "require", postfix "encrypt"
  receiver "mx1.bob.example" { starttls = "refused 502", preference = 10 }
  local good = receiver "mx2.bob.example" { preference = 20 }
  local mail, lost = alice:sends(to_bob), carol:sends(to_bob)
  after "1 minute"
  expect(mail).reached(good)
  expect(mail).crossed "encrypted"
  expect(lost).is "bounced"
end)

scenario("hosts_avoid_tls does not avoid DANE: TLSA records demand TLS, and there is none",
  { tags = { "mtas", "exim", "dane" }, cites = "RFC 7672 section 2.2" }, function()
  local alice, carol = exim "avoid", postfix "none"
  local bob = receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes", mx = bob,
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  local mail, clear = alice:sends(to_bob), carol:sends(to_bob)
  after "1 hour"
  expect(mail).is "deferred"
  expect(clear).crossed "in clear text"
end)

scenario("DANE takes the place of tls_verify_hosts: for better", {
  tags = { "mtas", "exim", "dane" }, cites = "DANE-16, RFC 7672 section 3.1.1" }, function()
  local alice, carol = exim "verify", postfix "verify"
  local bob = receiver "mx.bob.example" { certificate = self_signed { expired = true } }
  domain "bob.example" { signed = "yes", mx = bob,
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  local mail, held = alice:sends(to_bob), carol:sends(to_bob)
  after "1 hour"
  expect(mail).crossed "authenticated"
  expect(held).is "deferred"
end)

scenario("and for worse: a good certificate and a stale TLSA record", {
  tags = { "mtas", "exim", "dane" }, cites = "DANE-16, RFC 7672 section 8.1" }, function()
  local alice, carol = exim "verify", postfix "verify"
  local bob = receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes", mx = bob,
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "another key" } } }
  local mail, good = alice:sends(to_bob), carol:sends(to_bob)
  after "1 hour"
  expect(mail).is "deferred"
  expect(good).crossed "authenticated"
end)

scenario("hosts_require_dane bounces where Postfix waits for the records to come",
  { tags = { "mtas", "exim", "dane" }, cites = "RFC 7672 section 2.2" }, function()
  local alice, carol = exim "require-dane", postfix "dane-only"
  receiver "mx.bob.example" {}
  local mail, held = alice:sends(to_bob), carol:sends(to_bob)
  after "1 minute"
  expect(mail).is "bounced"
  expect(mail).because "dane-required"
  expect(held).is "deferred"
end)

scenario("records that mail does not use are enough for hosts_require_dane, and prove nothing",
  { tags = { "mtas", "exim", "dane" }, cites = "DANE-19, RFC 7672 section 3.1.3" }, function()
  local alice, carol = exim "require-dane", postfix "dane-only"
  local bob = receiver "mx.bob.example" { certificate = self_signed {} }
  domain "bob.example" { signed = "yes", mx = bob,
    tlsa = { { usage = 1, selector = 1, matching = 1, of = "leaf" } } }
  local mail, held = alice:sends(to_bob), carol:sends(to_bob)
  after "1 hour"
  expect(mail).crossed "encrypted"
  expect(held).is "deferred"
end)

scenario("a resolver whose AD bit is not believed: DANE is gone, and nobody is told",
  { tags = { "mtas", "exim", "dane" }, cites = "RFC 4035 section 4.9.3, DANE-01" }, function()
  local alice = exim "default-noad"
  local carol = sender "mail.carol.example" { behaves_like = "Exim 4.96",
    tls = { default = { level = "require-dane", dnssec = false } } }
  local bob = receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes", mx = bob,
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  local mail, lost = alice:sends(to_bob), carol:sends(to_bob)
  after "1 minute"
  expect(mail).crossed "encrypted"  -- and not authenticated
  expect(lost).is "bounced"
end)

scenario("digests of several kinds: Exim takes the one that matches, Postfix the strongest alone",
  { tags = { "mtas", "exim", "dane" }, cites = "DANE-22, RFC 7671 section 9" }, function()
  local alice, carol = exim "default", postfix "dane"
  local bob = receiver "mx.bob.example" { certificate = self_signed {} }
  domain "bob.example" { signed = "yes", mx = bob, tlsa = {
    { usage = 3, selector = 1, matching = 2, of = "another key" },
    { usage = 3, selector = 1, matching = 1, of = "leaf" },
  } }
  local mail, held = alice:sends(to_bob), carol:sends(to_bob)
  after "1 hour"
  expect(mail).crossed "authenticated"
  expect(held).is "deferred"
end)

scenario("the greeting says 554: the next MX is asked, and behind the last one the mail comes back",
  { tags = { "mtas", "exim", "mx" }, cites = "RFC 5321 section 4.3.2" }, function()
  local alice, carol = exim "default", postfix "may"
  receiver "mx.bob.example" { replies = { greeting = "554 5.7.1 no" } }
  receiver "mx1.dave.example" { replies = { greeting = "554 5.7.1 no" }, preference = 10 }
  local second = receiver "mx2.dave.example" { preference = 20 }
  local mail, held = alice:sends(to_bob), carol:sends(to_bob)
  local lucky = alice:sends { to = "dave@dave.example" }
  after "1 minute"
  expect(mail).is "bounced"
  expect(held).is "deferred"
  expect(lucky).reached(second)
end)

scenario("the header TLS-Required: No means nothing to it", { tags = { "mtas", "exim" },
  cites = "RFC 8689 section 4.2.2, REQ-08" }, function()
  local alice, carol = exim "require", postfix "encrypt"
  receiver "mx.bob.example" { starttls = "absent" }
  local wish = { to = "bob@bob.example", tls_required = "no" }
  local mail, sent = alice:sends(wish), carol:sends(wish)
  after "1 hour"
  expect(mail).is "deferred"
  expect(sent).crossed "in clear text"
end)

scenario("it comes again every quarter of an hour, then ever more slowly, for four days",
  { tags = { "mtas", "exim", "queue" }, cites = "RFC 5321 section 4.5.4.1, SMTP-22" }, function()
  local alice = exim "require"
  receiver "mx.bob.example" { starttls = "absent" }
  local mail = alice:sends(to_bob)
  after "100 minutes"
  expect(mail).attempts(7)
  after "4 days"
  expect(mail).is "bounced"
end)
