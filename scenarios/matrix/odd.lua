-- Odd receivers: many hosts, and replies that no standard has. A real Postfix was measured in these
-- cells (tests/vectors/postfix/README.md). What a state's host lacks below, it has as a good
-- receiver would.

-- A reply to EHLO in clear text; inside TLS it is an ordinary one.
local function ehlo(text, on_path)
  return { on_path = on_path,
           { replies = { EHLO = text }, replies_in_tls = { EHLO = "250-{host}\n250 8BITMIME" } } }
end

local states = {
  -- Several hosts
  m_expired_untrusted = {
    { certificate = { "Lab Root CA", expired = true } }, { certificate = { "Unknown CA" } },
  },
  m_untrusted_expired = {
    { certificate = { "Unknown CA" } }, { certificate = { "Lab Root CA", expired = true } },
  },
  m_garbage_ok = { { starttls = "talks garbage" }, {} },
  m_ok_garbage = { {}, { starttls = "talks garbage" } },
  m_wrongname_plain = {
    { certificate = { "Lab Root CA", names = { "some-other-host.example" } } },
    { starttls = "absent" },
  },
  m_rcpt450tls_plain = {
    { replies_in_tls = { RCPT = "450 4.2.0 busy" } }, { starttls = "absent" },
  },
  m_rcpt450tls_ok = { { replies_in_tls = { RCPT = "450 4.2.0 busy" } }, {} },
  m3_rcpt450_rcpt450_ok = {
    { replies_in_tls = { RCPT = "450 4.2.0 busy" } },
    { replies_in_tls = { RCPT = "450 4.2.0 busy" } }, {},
  },
  m3_mail421_plain_ok = {
    { replies_in_tls = { MAIL = "421 4.3.2 later" } }, { starttls = "absent" }, {},
  },
  m3_greet421_greet421_ok = {
    { replies = { greeting = "421 4.3.2 {host} busy" } },
    { replies = { greeting = "421 4.3.2 {host} busy" } }, {},
  },
  m3_greet554_greet554_ok = {
    { replies = { greeting = "554 5.3.2 {host} no service" } },
    { replies = { greeting = "554 5.3.2 {host} no service" } }, {},
  },
  m3_greetdrop_greetdrop_ok = {
    { replies = { greeting = "drops" } }, { replies = { greeting = "drops" } }, {},
  },
  m3_ehlodrop_ehlodrop_ok = {
    { replies = { EHLO = "drops" } }, { replies = { EHLO = "drops" } }, {},
  },
  m3_ehlo421_ehlo421_ok = {
    { replies = { EHLO = "421 4.3.2 busy" } }, { replies = { EHLO = "421 4.3.2 busy" } }, {},
  },
  m3_tlsehlo421_x2_ok = {
    { replies_in_tls = { EHLO = "421 4.3.2 busy" } },
    { replies_in_tls = { EHLO = "421 4.3.2 busy" } }, {},
  },
  m3_tlsehlodrop_x2_ok = {
    { replies_in_tls = { EHLO = "drops" } }, { replies_in_tls = { EHLO = "drops" } }, {},
  },
  m3_untrusted_rcpt450_rcpt450 = {
    { certificate = { "Unknown CA" } }, { replies_in_tls = { RCPT = "450 4.2.0 busy" } },
    { replies_in_tls = { RCPT = "450 4.2.0 busy" } },
  },
  m_greet554_ok = { { replies = { greeting = "554 5.3.2 no" } }, {} },
  m_mail550tls_ok = { { replies_in_tls = { MAIL = "550 5.7.1 not you" } }, {} },
  m_data454tls_ok = { { replies_in_tls = { DATA = "454 4.7.0 not now" } }, {} },
  m_data554tls_ok = { { replies_in_tls = { DATA = "554 5.6.0 no" } }, {} },
  m_eod450tls_plain = {
    { replies_in_tls = { ["end of data"] = "450 4.3.0 disk" } }, { starttls = "absent" },
  },
  m_eoddroptls_ok = { { replies_in_tls = { ["end of data"] = "drops" } }, {} },
  m_454_alert = { { starttls = "refused 454" }, { starttls = "alerts" } },
  m_alert_454 = { { starttls = "alerts" }, { starttls = "refused 454" } },
  m3_garbage_expired_ok = {
    { starttls = "talks garbage" }, { certificate = { "Lab Root CA", expired = true } }, {},
  },
  m_helo_only_ok = { { replies = { EHLO = "502 5.5.1 no" } }, {} },
  m_mail421clear_plain = {
    { replies = { MAIL = "421 4.3.2 no" }, starttls = "absent" }, { starttls = "absent" },
  },
  m_ehlo450_ok = { { replies = { EHLO = "450 4.3.0 later" } }, {} },
  m_starttls250_ok = { { replies = { STARTTLS = "250 ok" } }, {} },
  m_starttls421_ok = { { replies = { STARTTLS = "421 4.3.2 bye" } }, {} },
  m_tlsehlo502_ok = { { replies_in_tls = { EHLO = "502 5.5.1 no" } }, {} },
  m_rcpt552_ok = { { replies_in_tls = { RCPT = "552 5.2.2 full" } }, {} },
  m4_untrusted3_ok = {
    { certificate = { "Unknown CA" } }, { certificate = { "Lab Root CA", expired = true } },
    { certificate = { "Lab Root CA", names = { "some-other-host.example" } } }, {},
  },
  m6_plain5_ok = {
    { starttls = "absent" }, { starttls = "absent" }, { starttls = "absent" },
    { starttls = "absent" }, { starttls = "absent" }, {},
  },
  m_pref_equal_names = {
    { certificate = { "Lab Root CA", names = { "some-other-host.example" } } },
    { certificate = { "Lab Root CA", names = { "{domain}" } } },
  },

  -- Answers to EHLO
  ehlo_lower = ehlo("250-{host}\n250-starttls\n250 8BITMIME"),
  ehlo_params = ehlo("250-{host}\n250-STARTTLS foo bar\n250 8BITMIME"),
  ehlo_trailing_space = ehlo("250-{host}\n250-STARTTLS  \n250 8BITMIME"),
  ehlo_trailing_tab = ehlo("250-{host}\n250-STARTTLS\t\n250 8BITMIME"),
  ehlo_only_line = ehlo("250 STARTTLS"),
  ehlo_first_line = ehlo("250-STARTTLS\n250 8BITMIME"),
  ehlo_first_line_with_host = ehlo("250 {host} STARTTLS"),
  ehlo_no_text = ehlo("250"),
  ehlo_empty_first = ehlo("250-\n250-STARTTLS\n250 8BITMIME"),
  ehlo_empty_middle = ehlo("250-{host}\n250-\n250-STARTTLS\n250 "),
  ehlo_twice = ehlo("250-{host}\n250-STARTTLS\n250-STARTTLS\n250 8BITMIME"),
  ehlo_equals = ehlo("250-{host}\n250-STARTTLS=yes\n250 8BITMIME"),
  ehlo_lead_space = ehlo("250-{host}\n250- STARTTLS\n250 8BITMIME"),
  ehlo_dash = ehlo("250-{host}\n250--STARTTLS\n250 8BITMIME"),
  ehlo_x_starttls = ehlo("250-{host}\n250-X-STARTTLS\n250 8BITMIME"),
  ehlo_starttlsx = ehlo("250-{host}\n250-STARTTLSX\n250 8BITMIME"),
  ehlo_code_251 = ehlo("251-{host}\n251-STARTTLS\n251 8BITMIME"),
  ehlo_mixed_codes = ehlo("250-{host}\n250-STARTTLS\n250 8BITMIME",
    { "rewrites", { "^250%-STARTTLS", "220-STARTTLS" } }),
  ehlo_no_space = ehlo("250-{host}\n250-STARTTLS\n250 8BITMIME",
    { "rewrites", { "^250%-STARTTLS", "250STARTTLS" } }),
  ehlo_garbage_line = ehlo("250-{host}\n250-XGARBAGE\n250-STARTTLS\n250 8BITMIME",
    { "rewrites", { "^250%-XGARBAGE", "hello there" } }),
  ehlo_bare_lf = ehlo("250-{host}\n250-STARTTLS\n250 8BITMIME",
    { "alters", { text = "\r\n", towards = "sender", with = "\n" } }),
  ehlo_split3 = ehlo("250-{host}\n250-STARTTLS\n250 8BITMIME", { "splits", 3 }),
  ehlo_long_list = ehlo("250-{host}\n" .. ("250-X" .. ("y"):rep(58) .. "\n"):rep(60) ..
    "250-STARTTLS\n250 8BITMIME"),
  ehlo_long_line = ehlo("250-{host}\n250-X" .. ("y"):rep(3000) .. "\n250-STARTTLS\n250 8BITMIME"),
  ehlo_starttls_last = ehlo("250-{host}\n250 STARTTLS"),

  -- Answers to STARTTLS
  starttls_220_bare = { { replies = { STARTTLS = "220" } } },
  starttls_220_multi = { { replies = { STARTTLS = "220-ready\n220-garbage here\n220 go ahead" } } },
  starttls_220_split = { on_path = { "splits", 1 }, { replies = { STARTTLS = "220 2.0.0 go" } } },
  starttls_250_no_tls = { { replies = { STARTTLS = "250 2.0.0 Ok" } } },
  starttls_250_then_tls = {
    on_path = { "rewrites", { "^220 2.0.0 Ready", "250 2.0.0 Ready" }, { towards = "sender" } }, {},
  },
  starttls_354 = { { replies = { STARTTLS = "354 go on" } } },
  starttls_500 = { { replies = { STARTTLS = "500 5.5.1 unknown" } } },
  starttls_530 = { { replies = { STARTTLS = "530 5.7.0 no" } } },
  starttls_554 = { { replies = { STARTTLS = "554 5.5.1 no" } } },
  starttls_421 = { { replies = { STARTTLS = "421 4.3.2 bye" } } },
  starttls_450_dsn5 = { { replies = { STARTTLS = "450 5.7.1 odd" } } },
  starttls_550_dsn4 = { { replies = { STARTTLS = "550 4.7.1 odd" } } },

  -- Greetings and replies
  r_greet_421 = { { replies = { greeting = "421 4.3.2 busy" } } },
  r_greet_450 = { { replies = { greeting = "450 4.3.2 busy" } } },
  r_greet_554 = { { replies = { greeting = "554 5.7.1 you are blocked" } } },
  r_greet_drop = { { replies = { greeting = "drops" } } },
  r_greet_multi = { { replies = { greeting = "220-welcome\n220-STARTTLS\n220 {host} ESMTP" } } },
  r_greet_bare_220 = { { replies = { greeting = "220" } } },
  r_greet_250 = { { replies = { greeting = "250 {host} ESMTP" } } },
  r_greet_354 = { { replies = { greeting = "354 {host} ESMTP" } } },
  r_greet_garbage_first = {
    on_path = { "rewrites", { "^220%-hello", "hello" } },
    { replies = { greeting = "220-hello\n220 {host} ESMTP" } },
  },
  r_greet_220_tab = {
    on_path = { "rewrites", { "^220 ", "220\t" } }, { replies = { greeting = "220 {host} ESMTP" } },
  },
  r_ehlo_450_helo_ok = { { replies = { EHLO = "450 4.3.0 not now" } } },
  r_ehlo_421 = { { replies = { EHLO = "421 4.3.2 bye" } } },
  r_ehlo_554_helo_554 = { { replies = { EHLO = "554 5.7.1 no", HELO = "554 5.7.1 no" } } },
  r_ehlo_500_helo_450 = { { replies = { EHLO = "500 5.5.1 no", HELO = "450 4.3.0 later" } } },
  r_ehlo_354 = { { replies = { EHLO = "354 what" } } },
  r_tls_ehlo_502 = { { replies_in_tls = { EHLO = "502 5.5.1 no" } } },
  r_tls_ehlo_554_helo_554 = {
    { replies_in_tls = { EHLO = "554 5.7.1 no", HELO = "554 5.7.1 no" } },
  },
  r_tls_ehlo_450 = { { replies_in_tls = { EHLO = "450 4.3.0 no" } } },
  r_tls_ehlo_drop = { { replies_in_tls = { EHLO = "drops" } } },
  r_tls_ehlo_offers_starttls_again = {
    { replies_in_tls = { EHLO = "250-{host}\n250-STARTTLS\n250 8BITMIME" } },
  },
  r_mail_454_clear = { { replies = { MAIL = "454 4.7.0 no" }, starttls = "absent" } },
  r_mail_530_clear = {
    { replies = { MAIL = "530 5.7.0 Must issue a STARTTLS command first" }, starttls = "absent" },
  },
  r_mail_550_tls = { { replies_in_tls = { MAIL = "550 5.7.1 no" } } },
  r_mail_454_tls = { { replies_in_tls = { MAIL = "454 4.7.0 no" } } },
  r_mail_421_tls = { { replies_in_tls = { MAIL = "421 4.3.2 no" } } },
  r_mail_354_tls = { { replies_in_tls = { MAIL = "354 odd" } } },
  r_mail_251_tls = { { replies_in_tls = { MAIL = "251 fine" } } },
  r_rcpt_530_clear = {
    { replies = { RCPT = "530 5.7.0 Must issue a STARTTLS command first" }, starttls = "absent" },
  },
  r_rcpt_530_tls = {
    { replies_in_tls = { RCPT = "530 5.7.0 Must issue a STARTTLS command first" } },
  },
  r_rcpt_552_tls = { { replies_in_tls = { RCPT = "552 5.2.2 too many" } } },
  r_rcpt_552_bare = { { replies_in_tls = { RCPT = "552 too many" } } },
  r_rcpt_251_tls = { { replies_in_tls = { RCPT = "251 will forward" } } },
  r_rcpt_drop_tls = { { replies_in_tls = { RCPT = "drops" } } },
  r_rcpt_421_tls = { { replies_in_tls = { RCPT = "421 4.3.2 bye" } } },
  r_rcpt_450_dsn5 = { { replies_in_tls = { RCPT = "450 5.1.1 odd" } } },
  r_rcpt_550_bare = { { replies_in_tls = { RCPT = "550 no" } } },
  r_rcpt_550_dsn_long = { { replies_in_tls = { RCPT = "550 5.1.1000 no" } } },
  r_rcpt_550_multi = { { replies_in_tls = { RCPT = "550-5.1.1 no such\n550 5.1.1 user" } } },
  r_data_454_tls = { { replies_in_tls = { DATA = "454 4.7.0 no" } } },
  r_data_554_tls = { { replies_in_tls = { DATA = "554 5.5.0 no" } } },
  r_data_250_tls = { { replies_in_tls = { DATA = "250 odd" } } },
  r_data_350_tls = { { replies_in_tls = { DATA = "350 go" } } },
  r_eod_450_tls = { { replies_in_tls = { ["end of data"] = "450 4.2.0 full" } } },
  r_eod_552_tls = { { replies_in_tls = { ["end of data"] = "552 5.3.4 too big" } } },
  r_eod_drop_tls = { { replies_in_tls = { ["end of data"] = "drops" } } },
  r_eod_354_tls = { { replies_in_tls = { ["end of data"] = "354 odd" } } },
  r_eod_250_multi = {
    { replies_in_tls = { ["end of data"] = "250-2.6.0 thanks\n250 2.6.0 kept" } },
  },
  r_eod_421_tls = { { replies_in_tls = { ["end of data"] = "421 4.3.2 bye" } } },
  r_greet_stars = { { replies = { greeting = "220 ************************" } } },
  r_greet_noesmtp = { { replies = { greeting = "220 {host} ready" } } },
  r_mail550_then_close_clear = {
    on_path = { "cuts", { after = "550 5.7.1 no\r\n", how = "ends" } },
    { replies = { MAIL = "550 5.7.1 no" }, starttls = "absent" },
  },
  r_rcpt550_then_close_clear = {
    on_path = { "cuts", { after = "550 5.1.1 no\r\n", how = "ends" } },
    { replies = { RCPT = "550 5.1.1 no" }, starttls = "absent" },
  },

  -- Sizes, own names, addresses
  x_size_10 = {
    { replies = { EHLO = "250-{host}\n250-SIZE 10\n250 STARTTLS" },
      replies_in_tls = { EHLO = "250-{host}\n250 SIZE 10" } },
  },
  x_size_10_clear_only = ehlo("250-{host}\n250-SIZE 10\n250 STARTTLS"),
  x_size_0 = { { replies = { EHLO = "250-{host}\n250 SIZE 0" }, starttls = "absent" } },
  x_size_bare = { { replies = { EHLO = "250-{host}\n250 SIZE" }, starttls = "absent" } },
  x_size_word = { { replies = { EHLO = "250-{host}\n250 SIZE lots" }, starttls = "absent" } },
  x_own_name_in_tls_ehlo = {
    { replies_in_tls = { EHLO = "250-mail.alice.example\n250 8BITMIME" } },
  },
  x_own_name_in_ehlo = {
    { replies = { EHLO = "250-mail.alice.example\n250-STARTTLS\n250 8BITMIME" } },
  },
  x_m_size_10_ok = { { replies = { EHLO = "250-{host}\n250 SIZE 10" }, starttls = "absent" }, {} },
  x_quit_drop = { { replies = { QUIT = "drops" } } },
  x_quit_500 = { { replies = { QUIT = "500 5.5.2 what" } } },
  x_data_421_tls_m_ok = { { replies_in_tls = { DATA = "421 4.3.2 bye" } }, {} },
  x_rcpt_421_tls_m_plain = {
    { replies_in_tls = { RCPT = "421 4.3.2 bye" } }, { starttls = "absent" },
  },
  x_mail_drop_tls_m_plain = { { replies_in_tls = { MAIL = "drops" } }, { starttls = "absent" } },
  x_data_drop_tls_m_ok = { { replies_in_tls = { DATA = "drops" } }, {} },
  x_rcpt_550_m_ok = { { replies = { RCPT = "550 5.1.1 no" } }, {} },
  x_m_1st_no_address_ok = {
    fails = { { how = "nxdomain", name = "mx1.{domain}", type = "A" } }, {}, {},
  },
  x_m_both_no_address = {
    fails = { { how = "nxdomain", name = "mx1.{domain}", type = "A" },
              { how = "nxdomain", name = "mx2.{domain}", type = "A" } },
    {}, {},
  },
  x_m_1st_address_bogus_ok = {
    signed = true, fails = { { how = "bogus", name = "mx1.{domain}", type = "A" } }, {}, {},
  },
  x_m_1st_address_bogus_plain = {
    signed = true, tlsa = { { 1, 3, 1, 1, "leaf" } },
    fails = { { how = "bogus", name = "mx1.{domain}", type = "A" } }, { certificate = { "self" } },
    { starttls = "absent" },
  },
  x_m_one_address_bogus_one_none = {
    signed = true,
    fails = { { how = "bogus", name = "mx1.{domain}", type = "A" },
              { how = "nxdomain", name = "mx2.{domain}", type = "A" } },
    {}, {},
  },
  x_helo_only_250_multi = { { replies = { EHLO = "500 no", HELO = "250-{host}\n250 STARTTLS" } } },
  x_helo_only_then_encrypt = {
    { replies = { EHLO = "500 no", HELO = "250-{host}\n250 STARTTLS" } },
  },
  x_ehlo_503_dsn = { { replies = { EHLO = "503 5.5.1 bad order" } } },
  x_rcpt_452 = { { replies_in_tls = { RCPT = "452 4.5.3 too many recipients" } } },
  x_mail_552_size = { { replies_in_tls = { MAIL = "552 5.3.4 too big" } } },
  x_mail_452_m_ok = { { replies_in_tls = { MAIL = "452 4.3.1 full" } }, {} },
  x_eod_550_m_ok = { { replies_in_tls = { ["end of data"] = "550 5.7.1 spam" } }, {} },
  x_eod_421_m_plain = {
    { replies_in_tls = { ["end of data"] = "421 4.3.2 bye" } }, { starttls = "absent" },
  },
}

-- "{host}", "{HOST}" and "{domain}" stand for names, wherever they are.
local function put(value, names)
  if type(value) == "string" then return (value:gsub("{(%a+)}", names)) end
  if type(value) ~= "table" then return value end
  local out = {}
  for key, inner in pairs(value) do out[key] = put(inner, names) end
  return out
end

local function certificate_of(words)
  if not words then return nil end
  local options = {}
  for key, value in pairs(words) do
    if key ~= 1 then options[key] = value end
  end
  return words[1] == "self" and self_signed(options) or signed_by(words[1])(options)
end

-- Builds a state's hosts and its zone; gives back its domain and its first host.
local function build(state)
  if state.signed then domain "sec.example" { signed = "yes" } end
  local to = state.signed and "dest.sec.example" or "dest.plain.example"
  local first
  local zone = put({ signed = state.signed and "yes" or nil, mx = state.mx, fails = state.fails },
    { domain = to })
  local hosts = {}
  for i, host in ipairs(state) do
    local name = put(host.name or (#state == 1 and "mx" or "mx" .. i) .. ".{domain}",
      { domain = to })
    local options = put(host, { host = name, HOST = name:upper(), domain = to,
                                DOMAIN = to:upper() })
    options.name, options.serves = nil, to
    options.preference = host.preference or 10 * i
    options.certificate = certificate_of(options.certificate)
    hosts[i] = name
    first = first or receiver(name)(options)
    if i > 1 then receiver(name)(options) end
  end
  for _, t in ipairs(state.tlsa or {}) do
    zone.tlsa = zone.tlsa or {}
    table.insert(zone.tlsa, { host = hosts[t[1]], usage = t[2], selector = t[3], matching = t[4],
      of = type(t[5]) == "table" and certificate_of(t[5]) or t[5] })
  end
  if next(zone) then domain(to)(zone) end
  return to, first
end

-- What somebody on the path makes of the server's words, where no receiver would say them.
local function act(mallory, what, alice)
  local how, of = what[1], what[2]
  if how == "rewrites" then
    mallory:rewrites(function(line) return (line:gsub(of[1], of[2])) end, { towards = alice })
  elseif how == "alters" then
    mallory:alters { text = of.text, with = of.with, towards = alice }
  else
    mallory[how](mallory, of)
  end
end

-- Mail that is older than five minutes at its first attempt (-D aged=yes), or new.
local aged = given("aged", "no") == "yes"

matrix("odd hosts and odd replies, as Postfix decides", {
  rows     = { state = states },
  columns  = { level = { "none", "may", "encrypt", "verify", "secure", "dane", "dane-only" } },
  attempts = aged and 1 or 2,
  play     = function(state, level)
    local to, bob = build(state)
    local alice = sender "mail.alice.example" { tls = level }
    if state.on_path then
      act(attacker "mallory" { between = { alice, bob } }, state.on_path, alice)
    end
    return alice:sends { to = "bob@" .. to, held_for = aged and "10 minutes" or nil }
  end,
})
