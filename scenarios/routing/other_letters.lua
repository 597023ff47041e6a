-- Names of other letters. An author writes U-labels; DNS, certificates, policies and SMTP have
-- their A-labels, and compare those (RFC 5890 section 2.3.2.1, RFC 9525 section 6.3).

local function sent(options, host, dns, to)
  local alice = sender "mail.alice.example" (options)
  local bob = receiver "mx.bücher.example" (host)
  if dns then domain "bücher.example" (dns) end
  local mail = alice:sends { to = to or "bob@bücher.example" }
  after "1 minute"
  return mail, bob
end

for _, to in ipairs { "bob@bücher.example", "bob@Bücher.example", "bob@xn--bcher-kva.example" } do
  scenario("Mail to " .. to .. " reaches the host whose name its certificate proves",
    { cites = "ID-04" }, function()
    local mail, bob = sent({ tls = "verify" }, {}, nil, to)
    expect(mail).reached(bob)
    expect(mail).reached "mx.bücher.example"
    expect(mail).crossed "authenticated"
    expect(bob).kept { to = "bob@bücher.example" }
    expect(mail).dialogue [[
      S: 220 mx.xn--bcher-kva.example ...
      ...
      C: RCPT TO:<bob@xn--bcher-kva.example>
      ...
    ]]
  end)
end

for name, fits in pairs {
  ["mx.bücher.example"] = true, ["*.bücher.example"] = true,
  ["mx.xn--bcher-kva.example"] = true, ["mx.bucher.example"] = false,
  ["mx.büchen.example"] = false,
} do
  scenario("A certificate for " .. name .. (fits and " names the host" or " names another host"),
    { cites = "ID-04, A11" }, function()
    local mail = sent({ tls = "verify" },
      { certificate = signed_by "Lab Root CA" { names = { name } } })
    if fits then
      expect(mail).crossed "authenticated"
    else
      expect(mail).because "certificate-host-mismatch"
    end
  end)
end

scenario("MTA-STS of a domain of other letters", { cites = "ID-04, STS-19" }, function()
  local mail, bob = sent({ mta_sts = true }, {}, { mta_sts = { mx = { "*.bücher.example" } } })
  expect(mail).crossed "authenticated"
  bob:changes { starttls = "absent" }
  local alice = sender "mail.carol.example" { mta_sts = true }
  local held = alice:sends { to = "bob@bücher.example" }
  after "1 minute"
  expect(held).because "starttls-not-supported"
end)

scenario("DANE of a domain of other letters", { cites = "ID-04, DANE-16" }, function()
  local mail = sent({ tls = "dane" }, { certificate = self_signed }, {
    signed = "yes", tlsa = { usage = 3, selector = 1, matching = 1, of = "leaf" } })
  expect(mail).crossed "authenticated"
end)

scenario("A rule for a domain of other letters, and a smart host", { cites = "ID-04" }, function()
  receiver "mx.почта.example" { serves = { "bücher.example" }, starttls = "absent" }
  local ruled = sender "mail.alice.example" { tls = { ["bücher.example"] = "encrypt" } }
  local relayed = sender "mail.carol.example" { relays_to = "[mx.почта.example]:25" }
  local one = ruled:sends { to = "bob@bücher.example" }
  local other = relayed:sends { to = "bob@bücher.example" }
  after "1 minute"
  expect(one).because "starttls-not-supported"
  expect(other).reached "mx.почта.example"
end)

for _, uri in ipairs { "mailto:tls@bücher.example", "https://tls.bücher.example/v1" } do
  scenario("TLS reports to " .. uri, { cites = "ID-04, RPT-01, RPT-09" }, function()
    local alice = sender "mail.alice.example"
    receiver "mx.bücher.example"
    local zone = domain "bücher.example" { tls_rpt = { rua = { uri } } }
    alice:sends { to = "bob@bücher.example" }
    after "2 days"
    expect(alice).reported { domain = "bücher.example", successes = 1 }
    expect(zone).took_report { from = "alice.example" }
  end)
end
