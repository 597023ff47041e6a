-- A mail that would go round in a circle comes back at once (RFC 5321 sections 5.1 and 6.3).

local function bounces(title, cites, build)
  scenario(title, { cites = cites }, function()
    local mail = build()
    after "1 hour"
    expect(mail).is "bounced"
    expect(mail).because "mail-loop"
    expect(mail).code "5.4.6"
  end)
end

local function by_records(records)
  return function()
    local alice = sender "mail.alice.example" {}
    domain "bob.example" { records = records }
    return alice:sends { to = "bob@bob.example" }
  end
end
bounces("the MX record names localhost", "SMTP-26, OpenSMTPD/OpenSMTPD#1190",
  by_records { "bob.example. 300 IN MX 10 localhost.", "localhost. 300 IN A 127.0.0.1" })
bounces("an MX host whose address is a loopback address", "SMTP-26",
  by_records { "bob.example. 300 IN MX 10 here.bob.example.",
               "here.bob.example. 300 IN A 127.0.0.53" })
bounces("a domain without MX whose own address is a loopback address", "SMTP-24, SMTP-26",
  by_records { "bob.example. 300 IN A 127.0.0.1" })

bounces("the loopback address of IPv6", "SMTP-26, RFC 4291 section 2.5.3", function()
  local alice = sender "mail.alice.example" { ipv6 = true }
  domain "bob.example" { records = { "bob.example. 300 IN MX 10 here.bob.example.",
                                     "here.bob.example. 300 IN AAAA ::1" } }
  return alice:sends { to = "bob@bob.example" }
end)

bounces("a gateway that is the best MX of another's domain itself", "SMTP-26", function()
  local alice = sender "mail.alice.example" {}
  receiver "mx.bob.example" { preference = 20 }
  domain "bob.example" { mx = { { host = "mail.alice.example", preference = 10 },
                                { host = "mx.bob.example", preference = 20 } } }
  return alice:sends { to = "bob@bob.example" }
end)

-- Who is met there says our own name in the answer to EHLO: the address was somebody else's door to
-- ourselves.
for _, inside in ipairs { false, true } do
  bounces("the best host answers EHLO with our own name" .. (inside and ", inside TLS" or ""),
    "SMTP-26", function()
    local alice = sender "mail.alice.example" {}
    local own = { EHLO = "250-mail.alice.example\n250 STARTTLS" }
    receiver "mx.bob.example" { replies = not inside and own or nil,
                                replies_in_tls = inside and own or nil }
    return alice:sends { to = "bob@bob.example" }
  end)
end

scenario("a worse host may bear our name: no loop is proven", { cites = "SMTP-26" }, function()
  local alice = sender "mail.alice.example" {}
  receiver "mx1.bob.example" { serves = "bob.example", preference = 10, listens = false }
  receiver "mx2.bob.example" { serves = "bob.example", preference = 20,
                               replies = { EHLO = "250-mail.alice.example\n250 STARTTLS" } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).is "delivered"
end)

scenario("an alias of the loopback address behind a good host is left out", { cites = "SMTP-26" },
  function()
  local alice = sender "mail.alice.example" {}
  receiver "mx.bob.example" { preference = 10 }
  domain "bob.example" { mx = { { host = "mx.bob.example", preference = 10 },
                                { host = "here.bob.example", preference = 20 } },
                         records = { "here.bob.example. 300 IN A 127.0.0.1" } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 hour"
  expect(mail).reached "mx.bob.example"
end)
