-- S13. "SSL is the predecessor of TLS." SSL 2.0 and 3.0 came before TLS 1.0; today's servers refuse
-- them, and so they refuse TLS 1.0 and 1.1 (RFC 6176, RFC 7568, RFC 8996).

for _, version in ipairs { "SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1" } do
  scenario(("S13: Bell's old gateway has only %s: no handshake, and no mail where TLS is demanded")
    :format(version), { tags = { "article" } }, function()
    local acme = sender   "mail.acme.example" { tls = "encrypt" }
    local bell = receiver "mail.bell.example" { versions = { version } }
    local eve = eavesdropper "eve" { between = { acme, bell } }
    local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example" }
    after "1 minute"
    expect(mail).is "deferred"
    expect(eve).never_read(mail)
  end)
end

for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
  scenario(("S13: its successor %s is what is spoken today"):format(version),
    { tags = { "article" } }, function()
    local acme = sender   "mail.acme.example" { tls = "secure" }
    local bell = receiver "mail.bell.example" { versions = { version } }
    local mail = acme:sends { from = "ann@acme.example", to = "bea@bell.example" }
    expect(mail).finally "delivered"
    expect(mail).tls { version = version, verified = true }
  end)
end
