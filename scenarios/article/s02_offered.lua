-- S2. "The sending server checks whether the other one offers TLS." It reads the list of what the
-- other can do, in which STARTTLS stands or does not (RFC 3207).

local function gateways(bell)
  local a = sender   "mail.acme.example" {}
  local b = receiver "mail.bell.example" (bell)
  return a, b, eavesdropper "eve" { between = { a, b } }
end

scenario("S2: STARTTLS stands in the list, so the sender asks for TLS",
  { tags = { "article" }, cites = "RFC 3207 section 4" }, function()
  local acme, bell, eve = gateways {}

  local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3" }

  expect(mail).finally "delivered"
  expect(mail).dialogue [[
    S: 220 mail.bell.example ...
    C: EHLO mail.acme.example
    ...
    S: 250-STARTTLS
    ...
    C: STARTTLS
    S: 220 ...
    ...
  ]]
  expect(mail).crossed "encrypted"
  expect(eve).never_read(mail)
end)

-- Half true: the list itself comes in clear text. Whoever can alter it decides what is offered.
scenario("S2: the word is taken out on the way, and nobody notices",
  { tags = { "article" }, cites = "RFC 3207 section 6" }, function()
  local acme = sender   "mail.acme.example" {}
  local bell = receiver "mail.bell.example" {}
  local mallory = attacker "mallory" { between = { acme, bell } }
  mallory:strips "STARTTLS"

  local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3" }

  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
  expect(mallory).read(mail)
end)
