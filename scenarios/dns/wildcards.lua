-- A star in a zone answers for names that are not there, and for no others (RFC 4592).

-- One provider, many shops: the star has MX records.
for _, case in ipairs {
  { "a name that is not there", to = "shop.bob.example", reaches = true },
  { "a name below one that is not there", to = "big.shop.bob.example", reaches = true },
  { "a name that has another record of its own", to = "www.bob.example", reaches = false },
  { "a name with others below it: an empty non-terminal", to = "office.bob.example",
    reaches = false },
  { "below a name that is there: the star is not the closest encloser's", to = "x.www.bob.example",
    reaches = false },
  { "the domain itself", to = "bob.example", reaches = false },
} do
  scenario("a star with MX records: " .. case[1],
    { tags = { "dns" }, cites = "RFC 4592 2.2.1, RFC 4592 3.3.1" }, function()
    local alice = sender "mail.alice.example" {}
    receiver "mx.isp.example" { serves = { case.to } , implicit_mx = true }
    domain "bob.example" { records = {
      "*.bob.example. 300 IN MX 10 mx.isp.example.",
      "www.bob.example. 300 IN TXT here",
      "_smtp._tls.office.bob.example. 300 IN TXT here" } }
    local mail = alice:sends { to = "shop@" .. case.to }
    after "1 minute"
    expect(mail).is(case.reaches and "delivered" or "bounced")
  end)
end

-- What a star makes is as good as its zone: signed or not (RFC 4035 section 5.3.4).
for signed, fate in pairs { yes = "deferred", no = "delivered", bogus = "deferred" } do
  scenario(("a star with TLSA records for all ports of a host, signed: %s"):format(signed),
    { tags = { "dns", "dane" }, cites = "RFC 4035 5.3.4, DANE-09, DANE-11" }, function()
    local alice = sender "mail.alice.example" { tls = "dane" }
    receiver "mx.bob.example" {}
    domain "bob.example" { signed = signed,
      records = { "*._tcp.mx.bob.example. 300 IN TLSA 3 1 1 " .. ("00"):rep(32) } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(fate)
  end)
end

scenario("a star that is an alias: of MX hosts, and their TLSA records stand at its end",
  { tags = { "dns", "dane" }, cites = "RFC 4592 3.3.3, DANE-07" }, function()
  local alice = sender "mail.alice.example" { tls = "dane-only" }
  receiver "mx.isp.example" { serves = "bob.example", implicit_mx = true,
                              certificate = self_signed }
  domain "bob.example" { signed = "yes", mx = "mx7.hosts.bob.example",
    records = { "*.hosts.bob.example. 300 IN CNAME mx.isp.example." } }
  domain "isp.example" { signed = "yes", tlsa = { { host = "mx.isp.example", usage = 3,
                                                    selector = 1, matching = 1, of = "leaf" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "authenticated"
end)

scenario("a star with a text finds no policy of MTA-STS for a domain that has no policy host",
  { tags = { "dns", "mta-sts" }, cites = "STS-01, RFC 8461 3.1" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx.bob.example" { starttls = "absent" }
  domain "bob.example" { records = { '*.bob.example. 300 IN TXT "v=STSv1; id=1;"' } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "in clear text"
end)
