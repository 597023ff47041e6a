-- Every level of Exim against every receiver: sets of options of its smtp transport, as a real Exim
-- 4.96 was measured with them (tests/vectors/mtas/README.md).

local receivers = shared "receivers.lua"

matrix("every level against every receiver, as Exim decides", {
  rows    = { state = receivers.states },
  columns = { level = { "avoid", "default", "default-noad", "no-clear", "require", "verify",
                        "try-dane", "require-dane" } },
  play    = function(state, level)
    receivers.build(state)
    local alice = sender "mail.alice.example" { behaves_like = "Exim 4.96", tls = level }
    return alice:sends { to = "bob@dest.example" }
  end,
})
