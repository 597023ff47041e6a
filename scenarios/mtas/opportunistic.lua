-- "Opportunistic" is one word, and three MTAs mean three things by it. Each scenario sends the same
-- mail from all of them to the same broken host.

-- The mails of Postfix, Exim and OpenSMTPD to bob@bob.example.
local function from_each()
  local postfix = sender "mail.postfix.example" { behaves_like = "Postfix 3.7" }
  local exim    = sender "mail.exim.example" { behaves_like = "Exim 4.96" }
  local smtpd   = sender "mail.smtpd.example" { behaves_like = "OpenSMTPD 6.8" }
  local to = { to = "bob@bob.example" }
  return postfix:sends(to), exim:sends(to), smtpd:sends(to)
end

scenario("TLS breaks off: Postfix waits five minutes for better times, the others do not wait",
  { tags = { "mtas", "opportunistic" }, cites = "TLS-07, RFC 7435 section 3" }, function()
  receiver "mx.bob.example" { starttls = "drops after hello" }
  local postfix, exim, smtpd = from_each()
  after "1 minute"
  expect(postfix).is "deferred"
  expect(exim).crossed "in clear text"
  expect(smtpd).crossed "in clear text"
  after "10 minutes"
  expect(postfix).crossed "in clear text"
end)

scenario("a good second MX: Postfix takes it, the others go back to the first in clear text",
  { tags = { "mtas", "opportunistic", "mx" }, cites = "RFC 5321 section 5.1" }, function()
  local broken = receiver "mx1.bob.example" { starttls = "alerts", preference = 10 }
  local good   = receiver "mx2.bob.example" { preference = 20 }
  local postfix, exim, smtpd = from_each()
  after "1 minute"
  expect(postfix).reached(good)
  expect(postfix).crossed "encrypted"
  for _, mail in ipairs { exim, smtpd } do
    expect(mail).reached(broken)
    expect(mail).crossed "in clear text"
  end
end)

scenario("STARTTLS refused for now: all three go on in clear text, on the same connection",
  { tags = { "mtas", "opportunistic" }, cites = "TLS-03, RFC 3207 section 4" }, function()
  receiver "mx.bob.example" { starttls = "refused 454" }
  for _, mail in ipairs { from_each() } do
    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
  end
end)

scenario("one line behind the 220: Postfix drops it, Exim and OpenSMTPD drop TLS",
  { tags = { "mtas", "opportunistic", "injection" }, cites = "TLS-21, RFC 3207 section 6" },
  function()
  receiver "mx.bob.example" { starttls = "injects a reply" }
  local postfix, exim, smtpd = from_each()
  after "1 minute"
  expect(postfix).crossed "encrypted"
  expect(exim).crossed "in clear text"
  expect(smtpd).crossed "in clear text"  -- a real OpenSMTPD 6.8 ends here, and sends nothing more
end)

scenario("no certificate is looked at: whoever answers gets the mail of all three",
  { tags = { "mtas", "opportunistic", "certificates" }, cites = "RFC 7435 section 3" }, function()
  receiver "mx.bob.example" { certificate = self_signed { expired = true } }
  for _, mail in ipairs { from_each() } do
    expect(mail).finally "delivered"
    expect(mail).crossed "encrypted"
  end
end)

scenario("TLSA records of another key: Exim alone asks for them by default, and waits",
  { tags = { "mtas", "opportunistic", "dane" }, cites = "DANE-16, RFC 7672 section 2.2" },
  function()
  local bob = receiver "mx.bob.example" {}
  domain "bob.example" { signed = "yes", mx = bob,
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "another key" } } }
  local postfix, exim, smtpd = from_each()
  after "1 hour"
  expect(postfix).crossed "encrypted"
  expect(smtpd).crossed "encrypted"
  expect(exim).is "deferred"
  expect(exim).because "tlsa-invalid"
end)
