-- S14. "Most mail servers have it, and the web uses TLS, too." HTTPS is HTTP inside the same TLS.
-- Mail servers use it themselves: a domain's policy for its mail is fetched over HTTPS (RFC 8461).

scenario("S14: the same TLS carries the web: Acme fetches Bell's policy over HTTPS, then sends",
  { tags = { "article" }, cites = "RFC 8461 section 3.3" }, function()
  local acme = sender   "mail.acme.example" { mta_sts = true }
  local bell = receiver "mail.bell.example" {}
  domain "bell.example" { mta_sts = { mode = "enforce", mx = { "mail.bell.example" } } }
  local eve = eavesdropper "eve" { between = { acme, bell } }

  local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example", subject = "Q3" }

  expect(mail).finally "delivered"
  expect(mail).crossed "authenticated"
  expect(eve).never_read(mail)
end)

-- Half true: most is not all, and one without it is enough to have mail in clear text.
scenario("S14: four partners of five have it", { tags = { "article" } }, function()
  local acme = company "acme.example" { users = "ann" }
  local mails = {}
  for i = 1, 5 do
    local partner = company(("p%d.example"):format(i)) {
      users = "pat", gateway = { starttls = i == 5 and "absent" or "offered" },
    }
    mails[i] = acme.ann:writes { to = partner.pat }
  end
  for _, mail in ipairs(mails) do expect(mail).finally "delivered" end
  share { encrypted = 0.8, ["in clear text"] = 0.2 }
end)
