-- A small heat map for the browser tests.
matrix("levels against receivers", {
  rows    = { starttls = { "offered", "absent" } },
  columns = { level = { "none", "may", "secure" } },
  play    = function(starttls, level)
    local alice = sender   "mail.alice.example" { tls = level, gives_up_after = "1 hour" }
    local bob   = receiver "mx.bob.example"     { starttls = starttls }
    return alice:sends { to = "bob@bob.example" }
  end,
})
