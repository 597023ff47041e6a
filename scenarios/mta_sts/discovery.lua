-- MTA-STS (RFC 8461): a domain says in DNS that it has a policy, and shows the policy on a web
-- server. Whatever goes wrong on the way there, only two ends are right: a policy that was fetched
-- before and has not expired is obeyed; without one, mail goes as if there were no MTA-STS.
--
-- The receiver here offers no TLS. So a mail that waits was stopped by an enforced policy, and a
-- mail that crossed in clear text met none.

local function file(lines) return table.concat(lines, "\r\n") .. "\r\n" end
local function txt_fails(how)
  return { fails = { name = "_mta-sts.bob.example", type = "TXT", how = how } }
end
local function no_address(how)
  return { fails = { name = "mta-sts.bob.example", type = "A", how = how } }
end
local function shows(certificate) return { sts = { certificate = certificate } } end
local function says(https) return { sts = { https = https } } end
local function body(make) return { body = make } end
local mx, age = "mx: mx.bob.example", "max_age: 3600"

-- No policy is to be had from DNS: F1 to F6.
local in_dns = {
  { "F1, F2", "there is no TXT record", sts = { txt = {} } },
  { "F1, F2", "the name has other records", txt_fails "no data" },
  { "F3, F4", "DNS fails", txt_fails "servfail" },
  { "F3, F4", "DNS does not answer", txt_fails "timeout" },
  { "F3, F4", "DNS is forged", txt_fails "bogus" },
  { "F5, F6", "two records", sts = { txt = { "v=STSv1; id=2;", "v=STSv1; id=3;" } } },
  { "F5, F6", "a record without id", sts = { txt = { "v=STSv1;" } } },
  { "F5, F6", "an id with a hyphen", sts = { txt = { "v=STSv1; id=2026-01-01;" } } },
  { "F5, F6", "a record of another version", sts = { txt = { "v=STSv2; id=2;" } } },
}

-- A record is there, and the policy is not to be had: F9 to F16. `body` makes what is sent.
local at_the_policy_host = {
  { "F9, F10", "the policy host has no address", no_address "nxdomain" },
  { "F9, F10", "DNS fails for the policy host", no_address "servfail" },
  { "F9, F10", "the policy host refuses connections", says "refused" },
  { "F9, F10", "the policy host never answers", says "stalls" },
  { "F9, F10", "the policy host talks garbage", says "garbage" },
  { "F11", "its certificate has expired", shows(signed_by "Lab Root CA" { expired = true }) },
  { "F11", "its certificate is not yet valid",
    shows(signed_by "Lab Root CA" { not_yet_valid = true }) },
  { "F11", "its certificate is of an unknown authority", shows(signed_by "Unknown CA" {}) },
  { "F11", "its certificate is signed by itself", shows(self_signed {}) },
  { "F11", "its certificate names the domain alone",
    shows(signed_by "Lab Root CA" { names = { "bob.example" } }) },
  { "F11", "its certificate has a wildcard of two labels",
    shows(signed_by "Lab Root CA" { names = { "*.example" } }) },
  { "F11", "its certificate has the name as a CN alone",
    shows(signed_by "Lab Root CA" { names = {}, common_name = "mta-sts.bob.example" }) },
  { "F11", "its certificate is for clients", shows(signed_by "Lab Root CA" { usage = "client" }) },
  { "F14", "the policy is called HTML", says "html" },
  { "F15", "the policy is longer than 64 KiB", says "too long" },
  { "F15", "the policy is longer than 64 KiB, and comes in chunks", says "too long, in chunks" },
  { "F9, F10", "the answer breaks off: who says that this is all?", says "breaks off" },
  { "F16", "the policy has no version", body(function(mode) return { mode, mx, age } end) },
  { "F16", "the policy has another version",
    body(function(mode) return { "version: STSv2", mode, mx, age } end) },
  { "F16", "the policy has no mode", body(function() return { "version: STSv1", mx, age } end) },
  { "F16", "the policy has an unknown mode",
    body(function() return { "version: STSv1", "mode: off", mx, age } end) },
  { "F16", "the policy has no max_age",
    body(function(mode) return { "version: STSv1", mode, mx } end) },
  { "F16", "the policy has a max_age of more than a year",
    body(function(mode) return { "version: STSv1", mode, mx, "max_age: 31557601" } end) },
  { "F16", "the policy enforces and names no host",
    body(function() return { "version: STSv1", "mode: enforce", age } end) },
  { "F16", "one host of the policy is none",
    body(function(mode) return { "version: STSv1", mode, mx, "mx: *.*.example", age } end) },
}
for _, status in ipairs { "redirect", "302", "307", "308" } do
  table.insert(at_the_policy_host,
    { "F12", "the answer leads elsewhere: " .. status, says(status) })
end
for _, status in ipairs { "204", "206", "404", "410", "500", "503" } do
  table.insert(at_the_policy_host, { "F13", "the answer is " .. status, says(status) })
end

-- Builds the world, has the policy cached as `cache` says, and plays the change that is judged.
local function play(cache, first, change)
  local alice = sender "mail.alice.example" { mta_sts = true }
  local bob   = receiver "mx.bob.example" {}
  local zone  = domain "bob.example"
  if cache ~= "none" then
    first.id, first.mx, first.max_age = "1", { "mx.bob.example" }, "1 hour"
    zone:changes { mta_sts = first }
    local before = alice:sends { to = "carol@bob.example" }
    after "1 second"
    expect(before).is "delivered"
  end
  if cache == "expired" then
    -- It cannot be refreshed meanwhile, and is too old by less than a second when all is well.
    zone:changes { mta_sts = { https = "refused" } }
    after "3600 seconds"
    zone:changes { mta_sts = { https = "ok" } }
  end
  bob:changes { starttls = "absent" }
  change(zone)
  local mail = alice:sends { to = "bob@bob.example" }
  after "90 seconds"
  return mail
end

local function obeyed(mail)
  expect(mail).is "deferred"
  expect(mail).because "starttls-not-supported"
  expect(mail).code "4.7.4"
  expect(mail).crossed "not at all"
end
local function went_without(mail)
  expect(mail).is "delivered"
  expect(mail).because(nil)
  expect(mail).crossed "in clear text"
end

local caches = {
  none    = { "nothing is cached", went_without, "STS-14" },
  live    = { "the cached policy is obeyed", obeyed, "STS-15" },
  expired = { "the cached policy has just expired", went_without, "STS-14, STS-15" },
}

-- What the policy host shows must not count: so with a policy that enforces in the cache it says
-- `none`, and otherwise it says `enforce`.
local function trouble(row, cache)
  return function(zone)
    local facts = row[3] or row
    local mode = cache == "live" and "none" or "enforce"
    local sts = { id = "2", mode = mode, mx = { "mx.bob.example" } }
    if facts.body then
      sts.body = file(facts.body("mode: " .. mode))
    end
    for key, value in pairs(facts.sts or {}) do sts[key] = value end
    zone:changes { mta_sts = sts, fails = facts.fails }
  end
end

for _, rows in ipairs { in_dns, at_the_policy_host } do
  for _, row in ipairs(rows) do
    for cache, case in pairs(caches) do
      local ids = (row[1] == "F12" or row[1] == "F13") and "STS-08, " or ""
      scenario(("%s: %s; %s"):format(row[1], row[2], case[1]),
        { tags = { "mta-sts" }, cites = ids .. case[3] .. ", RFC 8461 section 3.3" }, function()
        case[2](play(cache, {}, trouble(row, cache)))
      end)
    end
  end
end

-- The policy is to be had: F7, F8, F17 to F20. What was cached before counts no more.
for _, row in ipairs {
  { "F7", "a new id, and a policy that enforces", cites = "STS-18", want = obeyed,
    first = { mode = "testing" }, sts = { mode = "enforce" } },
  { "F7", "another TXT record stands beside", cites = "STS-02", want = obeyed,
    first = { mode = "testing" }, sts = { txt = { "v=spf1 -all", "v=STSv1; id=2;" } } },
  { "F7", "lines that end with LF", cites = "STS-12", want = obeyed,
    first = { mode = "testing" },
    sts = { body = ("version: STSv1\nmode: enforce\n%s\n%s\n"):format(mx, age) } },
  { "F17", "of two modes the first counts", cites = "STS-12", want = obeyed,
    first = { mode = "testing" },
    sts = { body = file { "version: STSv1", "mode: enforce", "mode: none", mx, age } } },
  { "F18", "unknown keys do not matter", cites = "STS-12", want = obeyed,
    first = { mode = "testing" },
    sts = { body = file { "color: blue", "version: STSv1", "mode: enforce", mx, age } } },
  { "F19", "mode none, and nothing is enforced", cites = "STS-25", want = went_without,
    first = {}, sts = { mode = "none" } },
  { "F7", "mode testing, and nothing is enforced", cites = "STS-24", want = went_without,
    first = {}, sts = { mode = "testing" } },
  { "F20", "max_age 0 still counts for this very mail", cites = "STS-13", want = obeyed,
    first = { mode = "testing" }, sts = { max_age = "0 s" } },
} do
  for cache, words in pairs { none = "nothing was cached", live = "another policy was cached",
                              expired = "another policy has expired" } do
    scenario(("%s: %s; %s"):format(row[1], row[2], words),
      { tags = { "mta-sts" }, cites = row.cites .. ", RFC 8461 section 3.2" }, function()
      local first, sts = {}, { id = "2", mode = "enforce", mx = { "mx.bob.example" } }
      for key, value in pairs(row.first) do first[key] = value end
      for key, value in pairs(row.sts) do sts[key] = value end
      row.want(play(cache, first, function(zone) zone:changes { mta_sts = sts } end))
    end)
  end
end

-- F8: as long as the id is the same and the policy lives, it is not even fetched.
for cache, want in pairs { live = went_without, expired = obeyed, none = obeyed } do
  local words = { live = "the cached policy counts, and what the host shows now does not",
                  expired = "the old policy has expired, so it is fetched",
                  none = "it was never seen, so it is fetched" }
  scenario("F8: the id is the old one; " .. words[cache],
    { tags = { "mta-sts" }, cites = "STS-18, RFC 8461 section 5.1" }, function()
    want(play(cache, { mode = "testing" }, function(zone)
      zone:changes { mta_sts = { id = "1", mode = "enforce", mx = { "mx.bob.example" } } }
    end))
  end)
end

scenario("a policy that comes in chunks is a policy",
  { tags = { "mta-sts" }, cites = "STS-09, RFC 9112 section 7.1" }, function()
    local alice = sender "mail.alice.example" { mta_sts = true }
    receiver "mx.bob.example" { starttls = "absent" }
    domain "bob.example" { mta_sts = { https = "in chunks" } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "90 seconds"
    obeyed(mail)
  end)
