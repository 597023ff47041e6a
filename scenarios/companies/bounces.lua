-- A mail from one company to another fails at the last hop: the gateway before it reports, and the
-- report comes home through all of the other company's hops.
local refusals = {
  { "the store knows no such user", to = "nobody@bell.example", code = "5.1.1", by = "gateway" },
  { "the scanner refuses", scanner = { finds = { "million" } }, code = "5.7.1", by = "gateway",
    crosses = true },
  { "behind the scanner the store knows no such user", scanner = { finds = { "EICAR" } },
    to = "nobody@bell.example", code = "5.1.1", by = "scanner", crosses = true },
  { "the store answers 552 to the content", code = "5.3.4", by = "gateway", crosses = true,
    inside = { replies = { ["end of data"] = "552 5.3.4 Too big" } } },
  { "the store is busy until the mail expires", code = "4.2.0", by = "gateway",
    inside = { replies = { RCPT = "450 4.2.0 Busy" } } },
  { "inside, TLS is demanded and not there", code = "4.7.4", by = "gateway",
    at_bell = { tls = { default = "may", ["store.bell.example"] = "encrypt" } } },
}

for _, case in ipairs(refusals) do
  scenario(case[1] .. ": the report comes home, and each watcher knows what was clear",
    { tags = { "company", "report" }, cites = "SMTP-29, RFC 5321 section 6.1" }, function()
    local at_bell = case.at_bell or {}
    at_bell.gives_up_after = "3 hours"
    local acme = company "acme.example" { users = "ann" }
    local bell = company "bell.example" { users = "bea", gateway = at_bell, inside = case.inside,
                                          scanner = case.scanner }
    local peter = eavesdropper "peter" { between = { acme.ann, acme.gateway } }
    local eve = eavesdropper "eve" { between = { acme.gateway, bell.gateway } }
    local next_host = case.scanner and bell.scanner or bell.store
    local ines = eavesdropper "ines" { between = { bell.gateway, next_host } }
    local iris = eavesdropper "iris" { between = { acme.gateway, acme.store } }
    local mail = acme.ann:writes { to = case.to or bell.bea, subject = "Of the third quarter",
                                   body = "Eleven million, and not one more." }
    expect(mail).finally "bounced"
    expect(mail).code(case.code)
    after "1 minute"
    expect(bell[case.by]).bounced(mail) { status = (case.code:gsub("^4", "5")) }
    expect(acme.store).kept { count = 1, from = "", to = "ann@acme.example" }
    expect(bell.bea).never_got(mail)
    expect(peter).never_read(mail)
    expect(eve).never_read(mail)
    expect(eve).never_knows "Of the third quarter"
    if case.crosses then expect(ines).read(mail) else expect(ines).never_read(mail) end
    -- The report quotes the headers, and is in clear text behind the gateway of Acme.
    expect(iris).knows "Of the third quarter"
    expect(iris).never_read(mail)
  end)
end

for _, case in ipairs {
  { "takes no mail", "5.1.0" }, { "does not exist", "5.4.4" },
} do
  scenario("a company that " .. case[1] .. ": the writer's own gateway reports",
    { tags = { "company", "report" }, cites = "RFC 7505" }, function()
    local acme = company "acme.example" { users = "ann" }
    if case[1] == "takes no mail" then domain "bell.example" { null_mx = true } end
    local mail = acme.ann:writes { to = "bea@bell.example" }
    expect(mail).finally "bounced"
    expect(mail).code(case[2])
    expect(mail).hop(1).crossed "encrypted"
    expect(mail).hop(2).crossed "not at all"
    expect(acme.gateway).bounced(mail) { status = case[2], to = "bea@bell.example" }
    after "1 minute"
    expect(acme.store).kept { count = 1, from = "", to = "ann@acme.example" }
  end)
end

scenario("the writer's own store takes no report: it ends there", { tags = { "company", "report" },
  cites = "SMTP-29, RFC 5321 section 6.1" }, function()
  local acme = company "acme.example" { users = "ann",
    inside = { replies = { ["end of data"] = "552 5.2.2 Mailbox full" } } }
  local bell = company "bell.example" { users = "bea" }
  local mail = acme.ann:writes { to = "nobody@bell.example" }
  expect(mail).finally "bounced"
  after "6 days"
  expect(bell.gateway).bounced(mail) { status = "5.1.1" }
  expect(acme.gateway).sent_no_report(mail)
  expect(acme.store).kept { count = 0 }
  expect(bell.store).kept { count = 0 }
end)
