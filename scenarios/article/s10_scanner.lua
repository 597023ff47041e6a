-- S10. "The gateway can still inspect mail for viruses, which PGP and S/MIME do not let it." TLS
-- ends at the gateway, so what stands behind it reads all mail. What is sealed end to end it does
-- not.

-- The test file that every scanner knows, put together here.
local eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" .. "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

local function houses()
  local acme = company "acme.example" {
    users = "ann", user_certificates = true, gateway = { tls = "secure" },
  }
  local bell = company "bell.example" {
    users = "bea", user_certificates = true, scanner = { finds = "EICAR" },
  }
  return acme, bell
end

scenario("S10: behind TLS the scanner finds the virus, and refuses it", { tags = { "article" } },
  function()
  local acme, bell = houses()
  local mail = acme.ann:writes { to = bell.bea, subject = "The invoice", body = eicar }
  expect(mail).finally "bounced"
  expect(mail).hop(2).crossed "authenticated"
  expect(bell.scanner).found(mail)
  expect(bell.bea).never_got(mail)
end)

scenario("S10: sealed with S/MIME it passes the scanner, which cannot look inside",
  { tags = { "article" }, cites = "RFC 8551" }, function()
  local acme, bell = houses()
  local mail = acme.ann:writes {
    to = bell.bea, subject = "The invoice", body = eicar, sealed = "S/MIME",
  }
  expect(mail).finally "delivered"
  expect(bell.scanner).could_not_inspect(mail)
  expect(bell.bea).got(mail)
end)

-- Half true: what the scanner can read, others inside can, too.
scenario("S10: TLS ends at the gateway: behind it the mail is readable", { tags = { "article" } },
  function()
  local acme, bell = houses()
  local ines = eavesdropper "ines" { between = { bell.gateway, bell.scanner } }
  local open = acme.ann:writes { to = bell.bea, subject = "Q3", body = "Eleven million." }
  local sealed = acme.ann:writes {
    to = bell.bea, subject = "We buy Carl Ltd", body = "For twelve million.", sealed = "S/MIME",
  }
  expect(open).finally "delivered"
  expect(sealed).finally "delivered"
  expect(open).hop(2).crossed "authenticated"
  expect(ines).read(open)
  expect(ines).never_read(sealed)
  expect(ines).knows "We buy Carl Ltd"
end)
