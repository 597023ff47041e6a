-- What a policy host calls the policy (RFC 8461 section 3.2): text/plain, with whatever parameters.
-- Another type is no policy: web servers show what strangers put there.

local function play(media_type, https)
  local alice = sender "mail.alice.example" { mta_sts = true }
  receiver "mx.bob.example" { starttls = "absent" }
  receiver "mail.alice.example" {}
  domain "bob.example" { tls_rpt = "mailto:reports@carol.example",
                         mta_sts = { media_type = media_type, https = https } }
  local mail = alice:sends { to = "bob@bob.example" }
  after "1 minute"
  return mail, alice
end

for _, media_type in ipairs {
  "text/plain", "text/plain; charset=utf-8", "text/plain;charset=us-ascii", "Text/PLAIN",
  "text/plain ; charset=\"utf-8\"; x=y",
} do
  scenario(("'%s' is a policy"):format(media_type), { tags = { "sts" }, cites = "STS-09" },
    function()
    local mail = play(media_type)
    expect(mail).is "deferred"
    expect(mail).because "starttls-not-supported"
  end)
end

scenario("in chunks, too", { tags = { "sts" }, cites = "STS-09" }, function()
  expect((play("text/plain; charset=utf-8", "in chunks"))).is "deferred"
end)

for _, media_type in ipairs {
  "text/html", "text/markdown", "application/octet-stream", "text/plainer", "plain/text",
  "text", "charset=utf-8; text/plain", "",
} do
  scenario(("'%s' is none: as without a policy, and it is reported"):format(media_type),
    { tags = { "sts" }, cites = "STS-09, RPT-06" }, function()
    local mail, alice = play(media_type)
    expect(mail).is "delivered"
    expect(mail).crossed "in clear text"
    at "2026-01-02 12:00 UTC"
    expect(alice).reported { domain = "bob.example", says = { "media type" },
      failures = { ["sts-policy-invalid"] = 1, ["starttls-not-supported"] = 1 } }
  end)
end
