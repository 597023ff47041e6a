-- What Postfix 3.10 does otherwise than 3.7.

scenario("dane in a table is dane, whatever the level for all is", {
  tags = { "mtas", "postfix", "dane" }, cites = "DANE-14, RFC 7672 section 2.2.1" }, function()
  local tls = { default = "may", ["bob.example"] = "dane" }
  local old   = sender "mail.old.example" { behaves_like = "Postfix 3.7", tls = tls }
  local young = sender "mail.young.example" { behaves_like = "Postfix 3.10", tls = tls }
  receiver "mx.hosting.example" { serves = "bob.example", starttls = "absent" }
  domain "hosting.example" { signed = "yes", tlsa = {
    { host = "mx.hosting.example", usage = 3, selector = 1, matching = 1, of = "leaf" },
  } }
  local sent = old:sends { to = "bob@bob.example" }
  local held = young:sends { to = "bob@bob.example" }
  after "1 minute"
  expect(sent).crossed "in clear text"
  expect(held).is "deferred"
end)

scenario("TLS-Required: No turns every level into may", {
  tags = { "mtas", "postfix", "requiretls" }, cites = "RFC 8689 section 4.2.2, REQ-08" }, function()
  receiver "mx.bob.example" { starttls = "absent" }
  for _, level in ipairs { "encrypt", "verify", "secure", "dane", "dane-only" } do
    local alice = sender("mail." .. level .. ".example") {
      behaves_like = "Postfix 3.10", tls = level,
    }
    local mail = alice:sends { to = "bob@bob.example", tls_required = "no" }
    expect(mail).finally "delivered"
    expect(mail).crossed "in clear text"
  end
end)
