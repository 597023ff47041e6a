-- The scanner behind the gateway: TLS ends before it, so it can look into all mail that comes.

-- The test file that every scanner knows, put together here.
local eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" .. "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

local function houses(scanner)
  local acme = company "acme.example" { users = "ann", gateway = { tls = "secure" } }
  local bell = company "bell.example" { users = "bea", scanner = scanner }
  return acme, bell
end

scenario("behind TLS the scanner reads all mail, and what is clean goes on",
  { tags = { "company", "scanner" } }, function()
  local acme, bell = houses {}
  local eve = eavesdropper "eve" { between = { acme.gateway, bell.gateway } }
  local mail = acme.ann:writes { to = bell.bea, body = "Eleven million." }
  expect(mail).finally "delivered"
  expect(mail).hop(2).crossed "authenticated"
  expect(mail).hop(3).reached(bell.scanner)
  expect(mail).hop(4).reached(bell.store)
  expect(bell.scanner).passed(mail)
  expect(bell.bea).got(mail)
  expect(eve).never_read(mail)
end)

scenario("refuses: Bea gets nothing, and Ann hears of it", { tags = { "company", "scanner" } },
  function()
  local acme, bell = houses {}
  local mail = acme.ann:writes { to = bell.bea, body = "Look:\r\n" .. eicar }
  expect(mail).finally "bounced"
  expect(mail).code "5.7.1"
  expect(bell.scanner).found(mail)
  expect(bell.bea).never_got(mail)
  expect(bell.gateway).bounced(mail) { status = "5.7.1", diagnostic = "EICAR" }
  after "1 minute"
  expect(acme.store).kept { count = 1, from = "", to = "ann@acme.example" }
end)

scenario("quarantines: it was delivered, and stays at the scanner",
  { tags = { "company", "scanner" } }, function()
  local acme, bell = houses { on_find = "quarantines" }
  local mail = acme.ann:writes { to = bell.bea, body = eicar }
  expect(mail).finally "delivered"
  expect(mail).reached(bell.scanner)
  expect(bell.scanner).found(mail)
  expect(bell.scanner).kept { count = 1, says = eicar }
  expect(bell.bea).never_got(mail)
  expect(bell.store).kept { count = 0 }
end)

scenario("marks: it goes on, and says what it is", { tags = { "company", "scanner" } }, function()
  local acme, bell = houses { on_find = "marks" }
  local bad = acme.ann:writes { to = bell.bea, body = eicar }
  local good = acme.ann:writes { to = bell.bea, body = "Eleven million." }
  expect(bad).finally "delivered"
  expect(good).finally "delivered"
  expect(bell.scanner).found(bad)
  expect(bell.bea).got(bad)
  expect(bell.store).kept { count = 1, says = "X-Scanner: found EICAR" }
end)

scenario("a scanner finds what it was told to find", { tags = { "company", "scanner" } }, function()
  local acme, bell = houses { finds = { "wire the money" } }
  local fraud = acme.ann:writes { to = bell.bea, body = "Please wire the money today." }
  local test = acme.ann:writes { to = bell.bea, body = eicar }
  expect(fraud).finally "bounced"
  expect(test).finally "delivered"
  bell:changes { scanner = { finds = { "EICAR" }, on_find = "quarantines" } }
  local again = acme.ann:writes { to = bell.bea, body = eicar }
  expect(again).finally "delivered"
  expect(bell.scanner).found(again)
  expect(bell.bea).never_got(again)
end)

scenario("what the body itself seals with OpenPGP no scanner reads, and it says so",
  { tags = { "company", "scanner" } }, function()
  local acme, bell = houses {}
  local mail = acme.ann:writes { to = bell.bea,
    body = "-----BEGIN PGP MESSAGE-----\r\n\r\nwcBMA0tH\r\n-----END PGP MESSAGE-----" }
  expect(mail).finally "delivered"
  expect(bell.scanner).could_not_inspect(mail)
  expect(bell.scanner).passed(mail)
end)

scenario("mail between colleagues is looked into, too", { tags = { "company", "scanner" } },
  function()
  local bell = company "bell.example" { users = { "bea", "ben" }, scanner = {} }
  local mail = bell.ben:writes { to = bell.bea, body = eicar }
  expect(mail).finally "bounced"
  expect(bell.scanner).found(mail)
end)
