-- MTA-STS: which names count, and where they are seen.

local function sent(sts, host, options)
  local alice = sender "mail.alice.example" { mta_sts = true }
  local all = { serves = "bob.example" }
  for key, value in pairs(options or {}) do all[key] = value end
  receiver(host)(all)
  domain "bob.example" { mta_sts = sts }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  return mail
end

-- Patterns stand for the name of the MX host, and "*" for one label of it (section 4.1).
for _, case in ipairs {
  { "mx.bob.example", "mx.bob.example", true, "itself" },
  { "MX.bob.EXAMPLE", "mx.bob.example", true, "itself in other letters" },
  { "*.bob.example", "mx.bob.example", true, "one label" },
  { "*.bob.example", "bob.example", false, "the domain itself" },
  { "*.bob.example", "mx.eu.bob.example", false, "two labels" },
  { "*.mx.microsoft", "bob-example.x-v1.mx.microsoft", false, "two labels, as once seen" },
  { "*.x-v1.mx.microsoft", "bob-example.x-v1.mx.microsoft", true, "one label of a long name" },
  { "bob.example", "mx.bob.example", false, "a host below it" },
  { "xn--mx-xka.bob.example", "xn--mx-xka.bob.example", true, "an internationalized name" },
} do
  scenario(("mx: %s %s %s, %s"):format(case[1], case[3] and "allows" or "does not allow", case[2],
                                       case[4]),
    { tags = { "mta-sts" }, cites = "STS-13, STS-19, RFC 8461 section 4.1" }, function()
    local mail = sent({ mx = { case[1] } }, case[2])
    expect(mail).is(case[3] and "delivered" or "deferred")
    expect(mail).because(not case[3] and "validation-failure" or nil)
    expect(mail).crossed(case[3] and "authenticated" or "not at all")
  end)
end

-- An address is no MX host, so it allows nobody. It must not spoil the rest, either.
scenario("an IP address in the policy allows no host",
  { tags = { "mta-sts" }, cites = "STS-13, STS-19" }, function()
  local mail = sent({ mx = { "192.0.2.99" } }, "mx.bob.example", { addresses = { "192.0.2.99" } })
  expect(mail).is "deferred"
  expect(mail).because "validation-failure"
end)
scenario("an IP address in the policy does no harm to the host beside it",
  { tags = { "mta-sts" }, cites = "STS-13, STS-19" }, function()
  local mail = sent({ mx = { "192.0.2.99", "mx.bob.example" } }, "mx.bob.example")
  expect(mail).is "delivered"
  expect(mail).crossed "authenticated"
end)
scenario("an address literal makes the policy a bad one, so there is none",
  { tags = { "mta-sts" }, cites = "STS-13, STS-14" }, function()
  local mail = sent({ mx = { "[192.0.2.99]", "mx.bob.example" } }, "mx.bob.example",
                    { starttls = "absent" })
  expect(mail).is "delivered"
  expect(mail).crossed "in clear text"
end)

-- The certificate may have a wildcard of its own; it has nothing to do with the policy's.
for _, case in ipairs {
  { "*.bob.example", "mx.bob.example", "authenticated" },
  { "mx.bob.example", "*.bob.example", "authenticated" },
  { "*.bob.example", "*.bob.example", "authenticated" },
  { "*.bob.example", "mx2.bob.example", false },
  { "*.bob.example", "*.mx.bob.example", false },
  { "*.bob.example", "*.example", false },
} do
  scenario(("the policy says %s, the certificate %s, for mx.bob.example: %s"):format(case[1],
             case[2], case[3] and "good" or "refused"),
    { tags = { "mta-sts" }, cites = "STS-20, RFC 8461 section 4.2" }, function()
    local mail = sent({ mx = { case[1] } }, "mx.bob.example",
                      { certificate = signed_by "Lab Root CA" { names = { case[2] } } })
    expect(mail).is(case[3] and "delivered" or "deferred")
    expect(mail).because(not case[3] and "certificate-host-mismatch" or nil)
    expect(mail).crossed(case[3] or "not at all")
  end)
end

-- The policy is that of the recipient domain, and of no other (section 3.4).
scenario("a subdomain does not have the policy of the domain above it",
  { tags = { "mta-sts" }, cites = "STS-28, RFC 8461 section 3.4" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx.bob.example" { serves = { "bob.example", "sub.bob.example" }, starttls = "absent" }
  domain "bob.example" { mta_sts = {} }
  local above = alice:sends { to = "bob@bob.example" }
  local below = alice:sends { to = "bob@sub.bob.example" }
  after "1 minute"
  expect(above).is "deferred"
  expect(above).because "starttls-not-supported"
  expect(below).is "delivered"
  expect(below).crossed "in clear text"
end)
scenario("a subdomain with a policy does not bind the domain above it",
  { tags = { "mta-sts" }, cites = "STS-28" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx.bob.example" { serves = { "bob.example", "sub.bob.example" }, starttls = "absent" }
  domain "sub.bob.example" { mta_sts = {} }
  local mail = alice:sends { to = { "bob@bob.example", "bob@sub.bob.example" } }
  after "1 minute"
  expect(mail).to("bob@bob.example").is "delivered"
  expect(mail).to("bob@sub.bob.example").is "deferred"
end)
scenario("the MX host's domain has a policy; that of the recipient counts",
  { tags = { "mta-sts" }, cites = "STS-28" }, function()
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx.hosting.example" { serves = { "bob.example" }, starttls = "absent" }
  domain "hosting.example" { mta_sts = { mx = { "mx.hosting.example" } } }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
  expect(mail).crossed "in clear text"
end)

-- STS-31: the record and the policy host may be aliases of a provider's; the policy host must still
-- show the name that was asked for (section 8.2).
for words, case in pairs {
  ["shows the customer's name too"] = { "mta-sts.hosting.example", "mta-sts.bob.example" },
  ["shows its own name alone"]      = { "mta-sts.hosting.example" },
} do
  local obeyed = #case == 2
  scenario(("F22: the policy is delegated to a provider whose web server %s: %s"):format(words,
             obeyed and "obeyed" or "no policy"),
    { tags = { "mta-sts" }, cites = "STS-04, STS-31, RFC 8461 section 8.2" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true }
    receiver "mx.hosting.example" { serves = { "hosting.example", "bob.example" },
                                    starttls = "absent" }
    domain "hosting.example" { mta_sts = {
      mx = { "mx.hosting.example" }, certificate = signed_by "Lab Root CA" { names = case } } }
    domain "bob.example" { records = {
      "_mta-sts.bob.example. IN CNAME _mta-sts.hosting.example.",
      "mta-sts.bob.example. IN CNAME mta-sts.hosting.example." } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(obeyed and "deferred" or "delivered")
    expect(mail).because(obeyed and "starttls-not-supported" or nil)
    expect(mail).crossed(obeyed and "not at all" or "in clear text")
  end)
end
for _, obeyed in ipairs { true, false } do
  scenario("F22: a customer's own policy is cached, and the provider's web server "
             .. (obeyed and "is down" or "says none, with the customer's name"),
    { tags = { "mta-sts" }, cites = "STS-15, STS-31" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true }
    local mx = receiver "mx.hosting.example" { serves = { "hosting.example", "bob.example" } }
    local provider = domain "hosting.example" { mta_sts = { id = "1",
      mx = { "mx.hosting.example" }, certificate = signed_by "Lab Root CA" {
        names = { "mta-sts.hosting.example", "mta-sts.bob.example" } } } }
    domain "bob.example" { records = {
      "_mta-sts.bob.example. IN CNAME _mta-sts.hosting.example.",
      "mta-sts.bob.example. IN CNAME mta-sts.hosting.example." } }
    local first = alice:sends { to = "bob@bob.example" }
    after "1 second"
    expect(first).is "delivered"
    provider:changes { mta_sts = { id = "2", mode = "none", https = obeyed and "404" or "ok" } }
    mx:changes { starttls = "absent" }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(obeyed and "deferred" or "delivered")
  end)
end

-- STS-03: the parts of a record are joined without anything between them.
for words, case in pairs {
  ["joined, they are a record"]     = { [["v=STSv1; i" "d=1;"]], "deferred" },
  ["without their space, they are"] = { [["v=STSv1;" "id=1;"]], "deferred" },
  ["joined, a field is empty"]      = { [["v=STSv1; " "; id=1;"]], "delivered" },
} do
  scenario("a TXT record in two parts: " .. words, { tags = { "mta-sts" }, cites = "STS-03" },
    function()
    local alice = sender "mail.alice.example" { mta_sts = true }
    receiver "mx.bob.example" { starttls = "absent" }
    local zone = domain "bob.example" { mta_sts = {} }
    zone:changes { records = { "_mta-sts.bob.example. IN TXT " .. case[1] } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is(case[2])
  end)
end

-- STS-21: under a policy the MX host's name, as the MX record has it, goes out in clear as SNI. The
-- host calls itself otherwise, so it can be seen nowhere else.
for mode, seen in pairs { enforce = true, none = false } do
  scenario(("the name of the MX host is %s by an eavesdropper; mode %s"):format(
             seen and "read" or "not read", mode),
    { tags = { "mta-sts" }, cites = "STS-21, RFC 8461 section 7.1" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true }
    local bob   = receiver "real.hosting.example" { serves = "bob.example",
      known_as = "mx.bob.example",
      certificate = signed_by "Lab Root CA" { names = { "mx.bob.example" } } }
    domain "bob.example" { mta_sts = { mode = mode, mx = { "mx.bob.example" } } }
    local eve = eavesdropper "eve" { between = { alice, bob } }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
    expect(mail).crossed(seen and "authenticated" or "encrypted")
    if seen then
      expect(eve).knows "mx.bob.example"
    else
      expect(eve).never_knows "mx.bob.example"
    end
    expect(eve).never_read(mail)
  end)
end
scenario("an alias as MX: the end of the alias is neither in the policy nor in the certificate",
  { tags = { "mta-sts" }, cites = "STS-19, STS-20" }, function()
  local mail = sent({ mx = { "mx.bob.example" } }, "real.hosting.example", {
    known_as = "mx.bob.example",
    certificate = signed_by "Lab Root CA" { names = { "real.hosting.example" } } })
  expect(mail).is "deferred"
  expect(mail).because "certificate-host-mismatch"
end)
