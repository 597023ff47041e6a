-- DANE: the recipient's signed DNS says which certificate its mail server must show. No authority
-- has to be trusted, and an attacker cannot strip what DNS promises.

local function tlsa(usage, selector, matching, of)
  return { usage = usage, selector = selector, matching = matching, of = of }
end
local stranger = signed_by "Stranger CA"
local other_name = { names = { "other.example" }, common_name = "other.example" }

-- What the records say, what the server shows, and what level dane makes of it.
local delivered = { fate = "delivered", crossed = "authenticated" }
local unproven  = { fate = "delivered", crossed = "encrypted" }
local function refused(reason)
  return { fate = "bounced", crossed = "not at all", because = reason }
end

for _, case in ipairs {
  -- DANE-16: usage 3 is the certificate itself; neither its name nor its dates count.
  { "3 1 1 matches", cites = "DANE-16, DANE-09",
    shows = self_signed, tlsa = { tlsa(3, 1, 1, "leaf") }, want = delivered },
  { "3 0 1 matches", cites = "DANE-16",
    shows = self_signed, tlsa = { tlsa(3, 0, 1, "leaf") }, want = delivered },
  { "3 1 2 matches", cites = "DANE-16",
    shows = self_signed, tlsa = { tlsa(3, 1, 2, "leaf") }, want = delivered },
  { "3 1 0 holds the whole key", cites = "DANE-16, DANE-30",
    shows = self_signed, tlsa = { tlsa(3, 1, 0, "leaf") }, want = delivered },
  { "3 1 1 matches an expired certificate", cites = "DANE-16",
    shows = self_signed { expired = true }, tlsa = { tlsa(3, 1, 1, "leaf") }, want = delivered },
  { "3 1 1 matches a certificate of another name", cites = "DANE-16, DANE-20",
    shows = self_signed(other_name), tlsa = { tlsa(3, 1, 1, "leaf") }, want = delivered },
  { "3 1 1 names another key", cites = "DANE-09",
    shows = signed_by "Lab Root CA", tlsa = { tlsa(3, 1, 1, "another key") },
    want = refused "tlsa-invalid" },

  -- DANE-17, DANE-18: usage 2 is an authority of the domain's choice; it must be sent.
  { "2 1 1 matches the anchor", cites = "DANE-17, DANE-18",
    shows = stranger {}, tlsa = { tlsa(2, 1, 1, "trust anchor") }, want = delivered },
  { "2 0 1 matches the anchor", cites = "DANE-17",
    shows = stranger {}, tlsa = { tlsa(2, 0, 1, "trust anchor") }, want = delivered },
  { "2 1 1 names the certificate itself, which is no authority", cites = "DANE-17, DANE-18",
    shows = stranger {}, tlsa = { tlsa(2, 1, 1, "leaf") }, want = refused "tlsa-invalid" },
  { "2 1 1 with an intermediate", cites = "DANE-17, DANE-18",
    shows = stranger { via = "Stranger Office CA" }, tlsa = { tlsa(2, 1, 1, "trust anchor") },
    want = delivered },
  { "2 1 1, and the anchor is not sent", cites = "DANE-18",
    shows = stranger { chain = "incomplete" }, tlsa = { tlsa(2, 1, 1, "trust anchor") },
    want = refused "tlsa-invalid" },
  { "2 1 1 matches an authority that is sent, but signed nothing", cites = "DANE-17, DANE-18",
    shows = stranger { beside = "Honest CA" },
    tlsa = { { usage = 2, selector = 1, matching = 1, of = signed_by "Honest CA" } },
    want = refused "tlsa-invalid" },
  { "2 1 1 and a certificate that is for clients", cites = "DANE-17",
    shows = stranger { usage = "client" }, tlsa = { tlsa(2, 1, 1, "trust anchor") },
    want = refused "tlsa-invalid" },
  { "2 1 1 and a wrong name", cites = "DANE-17, DANE-20",
    shows = stranger { names = { "other.example" } }, tlsa = { tlsa(2, 1, 1, "trust anchor") },
    want = refused "certificate-host-mismatch" },
  { "2 1 1 and the recipient domain as the name", cites = "DANE-17",
    shows = stranger { names = { "bob.example" } }, tlsa = { tlsa(2, 1, 1, "trust anchor") },
    want = delivered },
  { "2 1 1 and a wildcard", cites = "DANE-20",
    shows = stranger { names = { "*.bob.example" } }, tlsa = { tlsa(2, 1, 1, "trust anchor") },
    want = delivered },
  { "2 1 1 and an expired certificate", cites = "DANE-17",
    shows = stranger { expired = true }, tlsa = { tlsa(2, 1, 1, "trust anchor") },
    want = refused "certificate-expired" },

  -- RFC 7671 sections 5.2.2 and 5.2.3: an anchor that stands in DNS in full need not be sent.
  { "2 0 0, and the anchor is not sent", cites = "RFC 7671 5.2.2, DANE-17",
    shows = stranger { chain = "incomplete" }, tlsa = { tlsa(2, 0, 0, "trust anchor") },
    want = delivered },
  { "2 1 0, and the anchor is not sent", cites = "RFC 7671 5.2.3, DANE-17",
    shows = stranger { chain = "incomplete" }, tlsa = { tlsa(2, 1, 0, "trust anchor") },
    want = delivered },
  { "2 1 0 is the key above an intermediate", cites = "RFC 7671 5.2.3",
    shows = stranger { via = "Stranger Office CA" }, tlsa = { tlsa(2, 1, 0, "trust anchor") },
    want = delivered },
  { "2 0 0, and what lies between is not sent", cites = "RFC 7671 5.2.2",
    shows = stranger { via = "Stranger Office CA", chain = "incomplete" },
    tlsa = { tlsa(2, 0, 0, "trust anchor") }, want = refused "tlsa-invalid" },
  { "2 1 0 of a key that signed nothing", cites = "RFC 7671 5.2.3",
    shows = stranger {}, tlsa = { tlsa(2, 1, 0, "another key") }, want = refused "tlsa-invalid" },
  { "2 0 0, not sent, and a wrong name", cites = "RFC 7671 5.2.2, DANE-17",
    shows = stranger { chain = "incomplete", names = { "other.example" } },
    tlsa = { tlsa(2, 0, 0, "trust anchor") }, want = refused "certificate-host-mismatch" },
  { "2 1 0, not sent, and an expired certificate", cites = "RFC 7671 5.2.3, DANE-17",
    shows = stranger { chain = "incomplete", expired = true },
    tlsa = { tlsa(2, 1, 0, "trust anchor") }, want = refused "certificate-expired" },
  { "2 1 0, not sent, and a certificate that is for clients", cites = "RFC 7671 5.2.3",
    shows = stranger { chain = "incomplete", usage = "client" },
    tlsa = { tlsa(2, 1, 0, "trust anchor") }, want = refused "tlsa-invalid" },

  -- RFC 7671 section 10.3: full data that is no key and no certificate is of no use.
  { "3 1 0 of no key", cites = "RFC 7671 10.3, DANE-23",
    shows = self_signed, tlsa = { tlsa(3, 1, 0, "short") }, want = unproven },
  { "3 0 0 of no certificate", cites = "RFC 7671 10.3, DANE-23",
    shows = self_signed, tlsa = { tlsa(3, 0, 0, "short") }, want = unproven },
  { "2 0 0 of no certificate", cites = "RFC 7671 10.3, DANE-23",
    shows = stranger {}, tlsa = { tlsa(2, 0, 0, "short") }, want = unproven },
  { "2 1 0 of no key", cites = "RFC 7671 10.3, DANE-23",
    shows = stranger {}, tlsa = { tlsa(2, 1, 0, "short") }, want = unproven },
  { "3 0 0 of another certificate", cites = "DANE-09",
    shows = self_signed, tlsa = { tlsa(3, 0, 0, "another key") }, want = refused "tlsa-invalid" },
  { "3 1 0 of no key beside a stale 3 1 1", cites = "RFC 7671 10.3, DANE-09",
    shows = self_signed, tlsa = { tlsa(3, 1, 0, "short"), tlsa(3, 1, 1, "another key") },
    want = refused "tlsa-invalid" },

  -- DANE-10, DANE-19, DANE-23, DANE-30: records of no use demand TLS, and no proof.
  { "1 1 1 alone", cites = "DANE-10, DANE-19, DANE-23",
    shows = self_signed, tlsa = { tlsa(1, 1, 1, "leaf") }, want = unproven },
  { "an unknown selector", cites = "DANE-30, DANE-23",
    shows = self_signed, tlsa = { tlsa(3, 9, 1, "leaf") }, want = unproven },
  { "an unknown matching type", cites = "DANE-30, DANE-23",
    shows = self_signed, tlsa = { tlsa(3, 1, 255, "leaf") }, want = unproven },
  { "a digest that lacks a byte", cites = "DANE-30",
    shows = self_signed, tlsa = { tlsa(3, 1, 1, "short") }, want = unproven },
  { "one usable record among others counts alone", cites = "DANE-09, DANE-19",
    shows = signed_by "Lab Root CA",
    tlsa = { tlsa(1, 1, 1, "leaf"), tlsa(3, 1, 1, "another key") },
    want = refused "tlsa-invalid" },

  -- DANE-22: a weaker digest does not count beside a stronger one.
  { "a stale 3 1 2 beside a good 3 1 1", cites = "DANE-22",
    shows = self_signed, tlsa = { tlsa(3, 1, 2, "another key"), tlsa(3, 1, 1, "leaf") },
    want = refused "tlsa-invalid" },
  -- DANE-24, DANE-25: while keys roll over, the old and the new one are both published.
  { "the old and the new key are published", cites = "DANE-24, DANE-25",
    shows = self_signed, tlsa = { tlsa(3, 1, 1, "another key"), tlsa(3, 1, 1, "leaf") },
    want = delivered },
  { "a stale 3 1 1 beside a good 2 1 1", cites = "DANE-22, DANE-24",
    shows = stranger {}, tlsa = { tlsa(3, 1, 1, "another key"), tlsa(2, 1, 1, "trust anchor") },
    want = delivered },
} do
  scenario("dane: " .. case[1], { tags = { "dane" }, cites = case.cites }, function()
    local alice = sender "mail.alice.example" { tls = "dane", gives_up_after = "1 hour" }
    receiver "mx.bob.example" { certificate = case.shows }
    domain "bob.example" { signed = "yes", tlsa = case.tlsa }

    local mail = alice:sends { to = "bob@bob.example" }

    expect(mail).finally(case.want.fate)
    expect(mail).crossed(case.want.crossed)
    expect(mail).because(case.want.because)
  end)
end
