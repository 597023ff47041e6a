-- What the CAs of a chain are like: dates, roles, paths, names, order. The server's certificate is
-- good in itself.

local not_trusted, expired = "certificate-not-trusted", "certificate-expired"

-- What is said of the CA "Lab Office CA", which stands between the root and the certificate.
local offices = {
  { "a CA like any other", {} },
  { "a CA that has expired", { expired = true }, expired },
  { "a CA that is not yet valid", { not_yet_valid = true }, not_trusted },
  { "a certificate that is no CA's", { is_ca = false }, not_trusted },
  { "a key that may not sign", { key_usage = { "digital signature" } }, not_trusted },
  { "a CA of version 1", { version = "v1" }, not_trusted },
  { "a CA for clients", { usage = "client" }, not_trusted },
  { "a CA signed with SHA-1", { signature = "sha1" }, not_trusted },
  { "a CA of RSA, signed with SHA-384", { key = "rsa-2048", signature = "sha384" } },
  { "a CA of a short key", { key = "rsa-512" }, not_trusted },
  { "a CA for this domain", { permits = "bob.example" } },
  { "a CA for another domain", { permits = "carol.example" }, not_trusted },
  { "a CA for all domains but this", { excludes = "bob.example" }, not_trusted },
  { "a CA for networks alone", { permits = "192.0.2.0/24" } },
}

for _, case in ipairs(offices) do
  local title, office, because = case[1], case[2], case[3]
  for _, level in ipairs { "may", "verify" } do
    local fate = level == "verify" and because and "deferred" or "delivered"
    local whole = ("%s, level %s: %s"):format(title, level, fate)
    scenario(whole, { tags = { "certificates" } }, function()
      cites "A13, TLS-09, RFC 5280 §4.2.1.9, RFC 5280 §4.2.1.10, RFC 5280 §6.1"

      ca "Lab Office CA" (office)
      local alice = sender "mail.alice.example" { tls = level }
      receiver "mx.bob.example" { certificate = signed_by "Lab Root CA" { via = "Lab Office CA" } }

      local mail = alice:sends { to = "bob@bob.example" }

      after "1 minute"
      expect(mail).is(fate)
      if level == "verify" then expect(mail).because(because) end
    end)
  end
end

scenario("a root that has expired ends its chains", { cites = "A13, TLS-19" }, function()
  ca "Lab Root CA" { expired = true }
  local alice = sender "mail.alice.example" { tls = "verify" }
  receiver "mx.bob.example" {}

  local mail = alice:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(mail).is "deferred"
  expect(mail).because(expired)
end)

-- A limit counts the CAs below, not the certificate at the end.
for _, case in ipairs { { 0, "deferred" }, { 1, "delivered" } } do
  scenario(("room for %d more CAs, and one below: %s"):format(case[1], case[2]), function()
    cites "RFC 5280 §4.2.1.9"

    local country = ca "Lab Country CA" { path_length = case[1] }
    local alice = sender "mail.alice.example" { tls = "verify" }
    receiver "mx.bob.example" {
      certificate = signed_by "Lab Root CA" { via = { country, "Lab Office CA" } },
    }

    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is(case[2])
  end)
end

-- What is sent is a bag of certificates: a client finds the chain in it, or does not.
local bags = {
  { "without the root", "without root", "delivered" },
  { "the wrong way round", { "Lab Root CA", "Lab Country CA", "Lab Office CA" }, "delivered" },
  { "each of them twice", { "Lab Office CA", "Lab Office CA", "Lab Country CA", "Lab Country CA" },
    "delivered" },
  { "with strangers among them", { "Bob's Old CA", "Lab Country CA", "Eve's CA", "Lab Office CA" },
    "delivered" },
  { "with one missing", { "Lab Office CA", "Lab Root CA" }, "deferred" },
}
for _, bag in ipairs(bags) do
  scenario(("a chain of four, %s: %s"):format(bag[1], bag[3]), function()
    cites "RFC 8446 §4.4.2, A10"

    local alice = sender "mail.alice.example" { tls = "verify" }
    receiver "mx.bob.example" {
      certificate = signed_by "Lab Root CA" {
        via = { "Lab Country CA", "Lab Office CA" }, chain = bag[2],
      },
    }

    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is(bag[3])
  end)
end

-- Postfix follows ten CAs between (smtp_tls_scert_verifydepth, and one more).
for _, case in ipairs { { 10, "delivered" }, { 11, "deferred" } } do
  scenario(("%d CAs between the root and the certificate: %s"):format(case[1], case[2]), function()
    local via = {}
    for i = 1, case[1] do via[i] = "Lab CA of rank " .. i end
    local alice = sender "mail.alice.example" { tls = "verify" }
    receiver "mx.bob.example" { certificate = signed_by "Lab Root CA" { via = via } }

    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is(case[2])
  end)
end

-- Usage 2 may name any CA of the chain, and what stands above it does not count then.
for _, case in ipairs {
  { "the CA that signed it", "intermediate", {}, "delivered" },
  { "the CA that signed it, below an expired root", "intermediate", { root = true }, "delivered" },
  { "the CA that signed it, which has expired", "intermediate", { office = true }, "deferred" },
  { "the root, above an expired CA", "trust anchor", { office = true }, "deferred" },
} do
  scenario(("DANE names %s: %s"):format(case[1], case[4]), function()
    cites "DANE-17, DANE-18, RFC 7672 §3.1.2"

    ca "Lab Root CA" { expired = case[3].root }
    ca "Lab Office CA" { expired = case[3].office }
    local alice = sender "mail.alice.example" { tls = "dane" }
    receiver "mx.bob.example" { certificate = signed_by "Lab Root CA" { via = "Lab Office CA" } }
    domain "bob.example" {
      signed = "yes",
      tlsa = { { usage = 2, selector = 1, matching = 1, of = case[2] } },
    }

    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is(case[4])
  end)
end

scenario("a self-signed certificate that one sender keeps in his store", function()
  cites "A10"

  local bob   = receiver "mx.bob.example" { certificate = self_signed }
  local alice = sender "mail.alice.example" { tls = { default = "verify",
    ["bob.example"] = { level = "verify", trusts = { bob } } } }
  local carol = sender "mail.carol.example" { tls = "verify" }

  local from_alice = alice:sends { to = "bob@bob.example" }
  local from_carol = carol:sends { to = "bob@bob.example" }

  after "1 minute"
  expect(from_alice).is "delivered"
  expect(from_alice).crossed "authenticated"
  expect(from_carol).is "deferred"
end)
