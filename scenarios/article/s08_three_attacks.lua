-- S8. "TLS protects from eavesdropping, interception and alteration." From the first always; from
-- the other two where the sender demands a certificate that names the partner.

local function gateways(tls)
  local acme = sender   "mail.acme.example" { tls = tls }
  local bell = receiver "mail.bell.example" {}
  return acme, bell
end
local function sent(acme)
  return acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3",
                      body = "Eleven million." }
end

scenario("S8: eavesdropping: who only listens sees sealed records", { tags = { "article" } },
  function()
  local acme, bell = gateways "may"
  local eve = eavesdropper "eve" { between = { acme, bell } }
  local mail = sent(acme)
  expect(mail).finally "delivered"
  expect(eve).never_read(mail)
  expect(eve).never_knows "bea@bell.example"
end)

scenario("S8: interception: an impostor shows a certificate of his own, and gets nothing",
  { tags = { "article" } }, function()
  local acme, bell = gateways "secure"
  local mallory = attacker "mallory" { between = { acme, bell } }
  mallory:impersonates(bell, self_signed {})
  local mail = sent(acme)
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "certificate-not-trusted"
  expect(mallory).never_read(mail)
end)

scenario("S8: alteration: a changed record ends the session", { tags = { "article" } }, function()
  local acme, bell = gateways "secure"
  local mallory = attacker "mallory" { between = { acme, bell } }
  mallory:alters { of = "application data", record = 3, towards = bell }
  local mail = sent(acme)
  after "1 minute"
  expect(mail).is "deferred"
  expect(mallory).never_read(mail)
  expect(mallory).never_altered(mail)
end)

-- Half true: whoever does not demand it gets none of the last two.
scenario("S8: with the default the impostor reads all of it", { tags = { "article" } }, function()
  local acme, bell = gateways "may"
  local mallory = attacker "mallory" { between = { acme, bell } }
  mallory:impersonates(bell, self_signed {})
  local mail = sent(acme)
  expect(mail).finally "delivered"
  expect(mail).crossed "encrypted"
  expect(mallory).read(mail)
end)
