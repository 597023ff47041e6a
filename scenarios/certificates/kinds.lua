-- Certificates as the field has them: long ones, names of other kinds, other keys, other purposes.

-- A handshake up to what a message of TLS holds (RFC 8446 section 5.1); a longer one is a mistake
-- at the line that asks for it.
for _, case in ipairs {
  { "hundreds of names", function()
      local names = { "mx.bob.example" }
      for i = 2, 400 do names[i] = ("customer-%05d.hosting.example"):format(i) end
      return signed_by "Lab Root CA" { names = names }
    end },
  { "few names that are long", function()
      local names = { "mx.bob.example" }
      local host = ("x"):rep(63) .. ("." .. ("y"):rep(63)):rep(2)
      for i = 2, 60 do names[i] = host .. "." .. i .. ".example" end
      return signed_by "Lab Root CA" { names = names }
    end },
  { "a long chain of long names", function()
      local via = {}
      for i = 1, 9 do via[i] = ("Authority with a long name "):rep(2) .. i end
      return signed_by "Lab Root CA" { via = via, key = "rsa-4096" }
    end },
  { "hundreds of addresses", function()
      local names = { "mx.bob.example" }
      for i = 2, 600 do names[i] = ("2001:db8::%x"):format(i) end
      return signed_by "Lab Root CA" { names = names }
    end },
} do
  for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
    scenario(("a long certificate, %s, %s"):format(case[1], version), function()
      cites "RFC 8446 §4.4.2, RFC 5246 §7.4.2"

      local alice = sender "mail.alice.example" { tls = "verify" }
      receiver "mx.bob.example" { certificate = case[2](), versions = { version } }

      local mail = alice:sends { to = "bob@bob.example" }

      after "1 minute"
      expect(mail).is "delivered"
      expect(mail).crossed "authenticated"
      expect(mail).tls { version = version }
    end)
  end
end

-- A CN counts where there is no DNS name; names of other kinds are none.
for _, case in ipairs {
  { "a mail address", { "ps@mx.bob.example" }, "delivered" },
  { "an IPv4 address", { "192.0.2.7" }, "delivered" },
  { "an IPv6 address", { "2001:db8::7" }, "delivered" },
  { "a URI", { "smtp://mx.bob.example" }, "delivered" },
  { "a mail address and another host", { "ps@mx.bob.example", "www.bob.example" }, "deferred" },
} do
  scenario(("CN is the host, the only names are %s: %s"):format(case[1], case[3]), function()
    cites "RFC 5280 §4.2.1.6, RFC 6125 §6.4.4"

    local alice = sender "mail.alice.example" { tls = "verify" }
    receiver "mx.bob.example" {
      certificate = signed_by "Lab Root CA" { common_name = "mx.bob.example", names = case[2] },
    }

    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is(case[3])
  end)
end

local kinds = {
  { "P-384", { key = "ecdsa-p384" } },
  { "P-521", { key = "ecdsa-p521", signature = "sha512" } },
  { "RSA of 4096 bits", { key = "rsa-4096" } },
  { "a signature with SHA-384", { signature = "sha384" } },
  { "version 1 of X.509", { version = "v1" } },
  { "no extended key usage", { usage = "none" } },
  { "any extended key usage", { usage = "any" }, "certificate-not-trusted" },
  { "made for mail users", { usage = "mail" }, "certificate-not-trusted" },
  { "a key that signs certificates alone", { key_usage = { "certificate signing" } },
    "certificate-not-trusted" },
  { "a key without usage", { key_usage = {} } },
  { "a CA's certificate", { is_ca = true, path_length = 0 } },
}
for _, case in ipairs(kinds) do
  local fate = case[3] and "deferred" or "delivered"
  scenario(("a certificate of another kind, %s: %s"):format(case[1], fate), function()
    cites "A13, RFC 5280 §4.2.1.3, RFC 5280 §4.2.1.12"

    local alice = sender "mail.alice.example" { tls = "verify" }
    receiver "mx.bob.example" { certificate = signed_by "Lab Root CA" (case[2]) }

    local mail = alice:sends { to = "bob@bob.example" }

    after "1 minute"
    expect(mail).is(fate)
    expect(mail).because(case[3])
  end)
end

-- No handshake: RSA of 512 bits has no room for a signature of TLS 1.3 (RFC 8017 section 9.1.1),
-- and no sender here speaks Ed25519.
for _, key in ipairs { "rsa-512", "ed25519" } do
  for _, level in ipairs { "may", "verify" } do
    scenario(("a key %s, level %s: no handshake"):format(key, level), function()
      cites "RFC 8446 §4.2.3, RFC 8446 §4.4.3"

      local alice = sender "mail.alice.example" { tls = level }
      receiver "mx.bob.example" { certificate = signed_by "Lab Root CA" { key = key } }

      local mail = alice:sends { to = "bob@bob.example" }

      after "1 minute"
      expect(mail).is "deferred"
      expect(mail).because "validation-failure"
    end)
  end
end

-- Mail servers seldom have certificates as clients.
for _, version in ipairs { "TLSv1.2", "TLSv1.3" } do
  for _, case in ipairs { { "asked for", "delivered" }, { "required", "deferred" } } do
    scenario(("a client certificate is %s, %s: %s"):format(case[1], version, case[2]), function()
      cites "RFC 8446 §4.3.2, RFC 5246 §7.4.4"

      local alice = sender "mail.alice.example" { tls = "verify" }
      receiver "mx.bob.example" { client_certificate = case[1], versions = { version } }

      local mail = alice:sends { to = "bob@bob.example" }

      after "1 minute"
      expect(mail).is(case[2])
    end)
  end
end
