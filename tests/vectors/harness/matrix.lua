matrix("levels against receivers", {
  rows = { state = { "absent", "offered", "alerts" } },
  columns = { level = { "none", "may", "encrypt" } },
  play = function(state, level)
    local alice = sender "mail.alice.example" { tls = level }
    receiver "mx.bob.example" { starttls = state }
    return alice:sends { to = "bob@bob.example" }
  end,
})
