-- Every level against every receiver, attacker and state of DNS: what each level promises must hold
-- in every combination. Played by `mailtls sweep`; with `-D flaw="ignores certificate names"` the
-- sender has that bug, and the promise of some cells is broken.

local function set(list)
  local out = {}
  for _, word in ipairs(list) do out[word] = true end
  return out
end

-- A listener learns nothing from these: the mail is sealed, or it waits.
local never_in_clear = set { "encrypt", "fingerprint", "verify", "secure", "dane-only" }
-- Nor does whoever puts himself in the receiver's place. Level verify takes the host's name from
-- DNS, so that forged DNS names a host of the forger's (ID-07).
local never_to_others = set { "fingerprint", "secure", "dane-only" }

local flaw = given("flaw", "")
local flaws = flaw ~= "" and { flaw } or nil

local receivers = {
  ["good"]           = {},
  ["no STARTTLS"]    = { starttls = "absent" },
  ["refuses"]        = { starttls = "refused 454" },
  ["drops"]          = { starttls = "drops" },
  ["alerts"]         = { starttls = "alerts" },
  ["talks garbage"]  = { starttls = "talks garbage" },
  ["self-signed"]    = { certificate = self_signed },
  ["unknown CA"]     = { certificate = signed_by "Unknown CA" },
  ["expired"]        = { certificate = signed_by "Lab Root CA" { expired = true } },
  ["another's name"] = { certificate = signed_by "Lab Root CA" { names = { "www.bob.example" } } },
  ["old TLS"]        = { versions = { "TLSv1.0" } },
}

local leaf = { usage = 3, selector = 1, matching = 1, of = "leaf" }
local dns = {
  ["plain"]            = {},
  ["signed"]           = { signed = "yes" },
  ["signed, TLSA"]     = { signed = "yes", tlsa = { leaf } },
  ["signed, old TLSA"] = { signed = "yes", tlsa = {
    { usage = 3, selector = 1, matching = 1, of = "another key" } } },
  ["TLSA, not signed"] = { tlsa = { leaf } },
  ["bogus"]            = { signed = "bogus", tlsa = { leaf } },
}

local attackers = {
  ["listens"]      = function() end,
  ["strips"]       = function(mallory) mallory:strips "STARTTLS" end,
  ["downgrades"]   = function(mallory) mallory:downgrades "TLSv1.0" end,
  ["is bob"]       = function(mallory, bob) mallory:impersonates(bob, self_signed) end,
  ["is herself"]   = function(mallory, bob)
    mallory:impersonates(bob, signed_by "Lab Root CA" { names = { "mx.mallory.example" } })
  end,
  ["forges MX"]    = function(mallory)
    receiver "mx.mallory.example" { serves = { "bob.example", "mallory.example" } }
    mallory:answers_dns { name = "bob.example", type = "MX", answer = "10 mx.mallory.example." }
  end,
  ["blocks DNS"]   = function(mallory) mallory:blocks "dns" end,
}

sweep("levels, receivers, attackers and DNS", {
  over = {
    level = { "none", "may", "encrypt", "fingerprint", "verify", "secure", "dane", "dane-only" },
    receiver = receivers, attacker = attackers, dns = dns,
  },
  play = function(cell)
    local bob = receiver "mx.bob.example" (cell.receiver)
    domain "bob.example" (cell.dns)
    local level = cell.level
    if level == "fingerprint" then level = { level = level, fingerprints = { bob } } end
    local alice = sender "mail.alice.example" { tls = { ["bob.example"] = level }, flaws = flaws }
    local eve = eavesdropper "eve" { between = { alice, bob } }
    local mallory = attacker "mallory" { between = { alice, bob } }
    cell.attacker(mallory, bob)

    local mail = alice:sends { to = "bob@bob.example", body = "Eleven million." }
    after "10 minutes"

    if never_in_clear[cell.level] then expect(eve).never_read(mail) end
    if never_to_others[cell.level] then
      expect(mallory).never_read(mail)
      expect(mallory).never_altered(mail)
    end
  end,
})
