-- What `records` says stands in DNS as an administrator wrote it for his name server: beside what
-- words publish, and in all the forms of a zone file (RFC 1035 section 5.1).

local policy = '_mta-sts.bob.example. 300 IN TXT "v=STSv1; id=1;"'

-- The same name and type by a word and by a line, in one call: both stand.
for _, case in ipairs {
  { "a line is the only record, for the words say none", txt = {}, line = policy,
    crossed = "authenticated" },
  { "a second policy record: two, so none", line = policy, crossed = "encrypted" },
  { "the same record again is one (RFC 2181 section 5)", txt = { "v=STSv1; id=1;" }, line = policy,
    crossed = "authenticated" },
  { "SPF is passed over", line = '_mta-sts.bob.example. 300 IN TXT "v=spf1 -all"',
    crossed = "authenticated" },
} do
  scenario("lines beside words: " .. case[1],
    { tags = { "dns", "mta-sts" }, cites = "STS-01, RFC 8461 3.1" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true }
    receiver "mx.bob.example" {}
    domain "bob.example" { mta_sts = { txt = case.txt }, records = { case.line } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).crossed(case.crossed)
  end)
end

scenario("lines beside words: an MX line beside mx, and the better one takes the mail",
  { tags = { "dns" }, cites = "SMTP-23" }, function()
  local alice = sender "mail.alice.example" {}
  receiver "mx1.bob.example" {}
  receiver "mx2.bob.example" {}
  domain "bob.example" { mx = { { host = "mx1.bob.example", preference = 20 } },
                         records = { "bob.example. 300 IN MX 10 mx2.bob.example." } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).reached "mx2.bob.example"
end)

scenario("lines beside words: a TLSA line beside tlsa, one of both matches",
  { tags = { "dns", "dane" }, cites = "DANE-24" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.bob.example" { certificate = self_signed }
  domain "bob.example" { signed = "yes",
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } },
    records = { "_25._tcp.mx.bob.example. 300 IN TLSA 3 1 1 " .. ("00"):rep(32) } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "authenticated"
end)

scenario("lines go before what a host publishes of itself, whichever was written first",
  { tags = { "dns" }, cites = "SMTP-23" }, function()
  local alice = sender "mail.alice.example" {}
  domain "bob.example" { records = { "@ 300 IN MX 10 mail.carol.example." } }
  receiver "mx.bob.example" {}
  receiver "mail.carol.example" { serves = "bob.example" }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).reached "mail.carol.example"
end)

-- A block as it stands in a zone file: comments, "@", a TTL with units, the owner of the line
-- before,
-- parentheses, escapes, a type by its number (RFC 3597 section 5).
local block = [[
; mail
@                 1h    IN  MX   ( 10        ; preference
                                   mx.bob.example. )
_mta-sts.bob.example.  1d2h  IN  TXT  ( "v=STSv1; "
                                   "id=\049;" )
_25._tcp.mx.bob.example. 300 IN  TLSA 3 1 1 ( 0000000000000000 0000000000000000
                                   0000000000000000 0000000000000000 )
                         300 IN  TYPE52 \# 35 ( 030101 ffffffffffffffffffffffffffffffff
                                   ffffffffffffffffffffffffffffffff )
]]
scenario("a block of a zone file: the records are what they say",
  { tags = { "dns", "dane" }, cites = "DANE-09, DANE-30, RFC 1035 5.1, RFC 6698 2.2" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx.bob.example" { certificate = self_signed }
  domain "bob.example" { signed = "yes", records = { block } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because "tlsa-invalid"
end)

scenario("a block of a zone file: its policy is found",
  { tags = { "dns", "mta-sts" }, cites = "STS-03, RFC 1035 5.1" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx.bob.example" {}
  domain "bob.example" { mta_sts = { txt = {} }, records = { block } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "authenticated"
end)

scenario("a TTL of 0 that is written is 0, whatever the zone's is",
  { tags = { "dns" }, cites = "RFC 1035 3.2.1" }, function()
  local alice = sender "mail.alice.example" {}
  receiver "mx1.bob.example" {}
  receiver "mx2.bob.example" {}
  local home = domain "bob.example" { ttl = "1 day",
    records = { "@ 0 IN MX 10 mx1.bob.example." } }
  local first = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  home:changes { records = { "@ 0 IN MX 10 mx2.bob.example." } }
  local second = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(first).reached "mx1.bob.example"
  expect(second).reached "mx2.bob.example"
end)

-- A zone that was declared exists, with its SOA record: no data is not NXDOMAIN (RFC 2308 section
-- 2).
for signed, security in pairs { yes = "secure", no = "insecure" } do
  scenario(("a zone without records of its own name, signed: %s; no such host, the domain is there")
    :format(signed), { tags = { "dns" }, cites = "SMTP-24, RFC 2308 2.2" }, function()
    local alice = sender "mail.alice.example" {}
    domain "bob.example" { signed = signed }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is "bounced"
    expect(mail).because "no-such-host"
  end)
end
