-- Every level of OpenSMTPD against every receiver: what a relay action says of TLS, as a real
-- OpenSMTPD 6.8 was measured with it (tests/vectors/mtas/README.md).

local receivers = shared "receivers.lua"

-- notls stands in a URL, which names one host: it was measured where there is one MX.
local function one_host(state)
  local host = state[1]
  return #state == 1 and not state.null_mx and not host.no_address and receivers.mx_of(host) or nil
end

matrix("every level against every receiver, as OpenSMTPD decides", {
  rows    = { state = receivers.states },
  columns = { level = { "default", "tls", "no-verify", "notls" } },
  play    = function(state, level)
    receivers.build(state)
    local alice = sender "mail.alice.example" {
      behaves_like = "OpenSMTPD 6.8", tls = level,
      relays_to = level == "notls" and one_host(state) or nil,
    }
    return alice:sends { to = "bob@dest.example" }
  end,
})
