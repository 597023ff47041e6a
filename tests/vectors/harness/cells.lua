-- Cells that would see what another one left: each is played alone, and among the others.
local function from_alice() return sender "mail.alice.example" { mta_sts = true, tls = "dane" } end
local shapes = {
  a_report_url = function()
    receiver "mx.bob.example" {}
    domain "bob.example" { tls_rpt = { rua = { "https://reports.bob.example/tls" } } }
  end,
  b_report_host = function()
    receiver "reports.bob.example" { serves = "bob.example" }
    domain "bob.example" { tls_rpt = { https = "500" } }
  end,
  c_policy = function()
    receiver "mx.bob.example" {}
    domain "bob.example" { mta_sts = { mode = "enforce", mx = { "mx.carol.example" } } }
  end,
  d_signed = function()
    receiver "mx.bob.example" {}
    domain "bob.example" { signed = "yes",
      tlsa = { { usage = 3, selector = 1, matching = 1, of = "another key" } } }
  end,
  e_null_mx = function() domain "bob.example" { null_mx = true } end,
  f_slow = function()
    network { latency = "40 s" }
    receiver "mx.bob.example" {}
  end,
  g_in_clear = function()
    receiver "mx.bob.example" { starttls = "absent" }
  end,
  h_attacked = function()
    local alice, bob = from_alice(), receiver "mx.bob.example" {}
    attacker "mallory" { between = { alice, bob } }:strips "STARTTLS"
    return alice
  end,
  i_plain = function() receiver "mx.bob.example" {} end,
}
local only = given("only", "")
if only ~= "" then shapes = { [only] = shapes[only] } end

matrix("cells share nothing", { rows = { sender = { "dane" } }, columns = { shape = shapes },
  play = function(_, shape)
    local alice = shape() or from_alice()
    return alice:sends { to = "bob@bob.example" }
  end })
