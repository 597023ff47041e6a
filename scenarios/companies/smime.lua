-- S/MIME beside TLS: the body is sealed by Ann's mail program for Bea alone (RFC 8551). What TLS
-- does not do it does, and the other way round.

-- The test file that every scanner knows, put together here.
local eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" .. "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

local function houses(gateway)
  local acme = company "acme.example" {
    users = { "ann", "al" }, user_certificates = true, gateway = gateway,
  }
  local bell = company "bell.example" {
    users = { "bea", "bob" }, user_certificates = true, scanner = {},
  }
  return acme, bell, {
    outside = eavesdropper "eve" { between = { acme.gateway, bell.gateway } },
    inside = eavesdropper "ines" { between = { bell.scanner, bell.store } },
  }
end
local facts = { tags = { "company", "s/mime" }, cites = "RFC 8551, RFC 5652" }

scenario("sealed end to end: who listens reads no body, not even inside the company", facts,
  function()
  local acme, bell, who = houses()
  local mail = acme.ann:writes {
    to = bell.bea, subject = "Q3", body = "Eleven million.", sealed = "S/MIME",
  }
  expect(mail).finally "delivered"
  expect(mail).hop(4).crossed "in clear text"
  expect(bell.bea).got(mail)
  expect(who.outside).never_read(mail)
  expect(who.inside).never_read(mail)
end)

scenario("the subject stays readable: without TLS everybody on the path knows it", facts, function()
  local acme, bell, who = houses { tls = "none" }
  local mail = acme.ann:writes {
    to = bell.bea, subject = "We buy Carl Ltd", body = "Eleven million.", sealed = "S/MIME",
  }
  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "in clear text"
  expect(who.outside).knows "Subject: We buy Carl Ltd"
  expect(who.outside).knows "bea@bell.example"
  expect(who.outside).never_read(mail)
  expect(who.outside).never_knows "Eleven million"
end)

scenario("the scanner cannot inspect what is sealed: the virus comes through", facts, function()
  local acme, bell = houses()
  local open = acme.ann:writes { to = bell.bea, body = eicar }
  local sealed = acme.ann:writes { to = bell.bea, body = eicar, sealed = "S/MIME" }
  expect(open).finally "bounced"
  expect(bell.scanner).found(open)
  expect(bell.bea).never_got(open)
  expect(sealed).finally "delivered"
  expect(bell.scanner).passed(sealed)
  expect(bell.scanner).could_not_inspect(sealed)
  expect(bell.bea).got(sealed)
end)

scenario("Ann decides, mail by mail and reader by reader; with TLS nobody does", facts, function()
  local acme, bell = houses()
  acme.al:writes { to = { bell.bea, bell.bob } }
  expect(acme.al).decided(0)
  local mail = acme.ann:writes { to = { bell.bea, bell.bob }, sealed = "S/MIME" }
  expect(mail).finally "delivered"
  acme.ann:writes { to = bell.bob, sealed = "S/MIME" }
  expect(acme.ann).decided(3)
  expect(bell.bea).got(mail)
  expect(bell.bob).got(mail)
  expect(bell.bea).decided(0)
end)

scenario("a certificate for each user, and one more for the gateway", facts, function()
  local acme, bell = houses()
  prices { server_certificate = 90, user_certificate = 30, currency = "EUR" }
  expect(acme).needs { server_certificates = 1, user_certificates = 2 }
  expect(acme).pays(150)
end)

scenario("whoever alters the seal on the way spoils the mail, and reads none of it", facts,
  function()
  local acme, bell = houses { tls = "none" }
  local mallory = attacker "mallory" { between = { acme.gateway, bell.gateway } }
  -- The last line of the seal, which is shorter than the others: what stands in it, not its form.
  mallory:rewrites(function(line)
    local is_last = #line > 8 and #line < 64 and line:find "^[%w+/]+=*$"
    return is_last and (line:sub(1, 1) == "A" and "B" or "A") .. line:sub(2) or line
  end)
  local mail = acme.ann:writes { to = bell.bea, body = "Eleven million.", sealed = "S/MIME" }
  expect(mail).finally "delivered"
  expect(mallory).altered(mail)
  expect(mallory).never_read(mail)
  expect(bell.store).kept { count = 1, from = "ann@acme.example" }
end)
