-- Host names with underscores: RFC 5321 knows none, DNS has them, and MTAs deliver to them. One
-- rule
-- for all of them here: docs/decisions/0012-names.md.

scenario("underscores: a DANE report about such a host is believed",
  { tags = { "dns", "dane", "reports" }, cites = "RPT-09" }, function()
  local alice = sender "mail.alice.example" { tls = "dane" }
  receiver "mx_1.bob.example" {}
  local home = domain "bob.example" { signed = "yes", tls_rpt = "mailto:reports@bob.example",
    tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  at "2026-01-02 05:00 UTC"
  expect(mail).crossed "authenticated"
  expect(home).took_report { from = "alice.example", successes = 1 }
end)

scenario("underscores: such a domain asks for reports, and such a sender makes them",
  { tags = { "dns", "reports" }, cites = "RPT-02" }, function()
  local alice = sender "mail.my_office.example" {}
  receiver "mx.bob.example" { serves = "my_shop.example" }
  local home = domain "my_shop.example" { tls_rpt = "mailto:reports@my_shop.example" }
  alice:sends { to = "bob@my_shop.example" }
  at "2026-01-02 05:00 UTC"
  expect(home).took_report { from = "my_office.example", successes = 1 }
end)

for words, mx in pairs { ["by its name"] = "mx_1.bob.example", ["by a star"] = "*.bob.example",
                         ["by a star of such a domain"] = "*.b_b.example" } do
  local host = mx:match "b_b" and "mx.b_b.example" or "mx_1.bob.example"
  scenario("underscores: a policy of MTA-STS names the host " .. words,
    { tags = { "dns", "mta-sts" }, cites = "STS-13, STS-19" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true }
    receiver(host) { serves = "bob.example" }
    domain "bob.example" { mta_sts = { mx = { mx } } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).crossed "authenticated"
    expect(mail).reached(host)
  end)
end

scenario("underscores: a wildcard certificate covers such a host",
  { tags = { "dns", "certificates" }, cites = "ID-03" }, function()
  local alice = sender "mail.alice.example" { tls = "secure" }
  receiver "mx_1.bob.example" {
    certificate = signed_by "Lab Root CA" { names = { "*.bob.example" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(mail).crossed "authenticated"
end)
