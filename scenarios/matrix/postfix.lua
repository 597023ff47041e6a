-- Every policy level against every receiver. A real Postfix was measured in these cells, with the
-- trusted root "Lab Root CA" and the settings of tests/vectors/postfix/README.md.
-- -D mta="Postfix 3.10" plays the younger one, which decides alike in every cell, and with
-- -D tls_required=no as at level may in all of them (RFC 8689).

local receivers = shared "receivers.lua"
local mta = given("mta", "Postfix 3.7")
local tls_required = given("tls_required", "")

local unlisted = ("d0"):rep(32)
local function level_of(word, good)
  if word == "fp_good" then
    return { level = "fingerprint", fingerprints = { good or unlisted } }
  end
  if word == "fp_bad" then return { level = "fingerprint", fingerprints = { unlisted } } end
  return word
end

local function play(state, level, held_for)
  local good = receivers.build(state)
  local alice = sender "mail.alice.example" {
    behaves_like = mta, tls = { default = level_of(level, good) },
  }
  return alice:sends {
    to = "bob@dest.example", held_for = held_for,
    tls_required = tls_required ~= "" and tls_required or nil,
  }
end

matrix("every level against every receiver, as Postfix decides", {
  rows    = { state = receivers.states },
  columns = { level = { "none", "may", "encrypt", "verify", "secure", "dane", "dane-only",
                        "fp_good", "fp_bad" } },
  play    = function(state, level) return play(state, level) end,
})

matrix("a first attempt of mail that is older than five minutes", {
  rows     = { state = receivers.states },
  columns  = { level = { "may", "dane" } },
  attempts = 1,
  prefix   = "aged_",
  play     = function(state, level) return play(state, level, "10 minutes") end,
})
