-- Kinds of values: what an author wrote is checked here, and a mistake is raised at the author's
-- line. Nothing is checked a second time in C++ but what only C++ knows.
local stage, vocabulary, internal = ...
internal.is_subtree = stage.is_subtree
local mistake, author_line = internal.mistake, internal.author_line
local in_a_labels, in_uri = internal.in_a_labels, internal.uri_in_a_labels

local function sorted_keys(t)
  local keys = {}
  for key in next, t do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end
internal.sorted_keys = sorted_keys

-- Edit distance, for "did you mean": at most a third of the word may differ.
function internal.nearest(word, known)
  local best, best_distance
  for _, candidate in ipairs(known) do
    local row = {}
    for j = 0, #candidate do row[j] = j end
    for i = 1, #word do
      local corner = row[0]
      row[0] = i
      for j = 1, #candidate do
        local above = row[j]
        local same = word:sub(i, i):lower() == candidate:sub(j, j):lower()
        row[j] = math.min(row[j] + 1, row[j - 1] + 1, corner + (same and 0 or 1))
        corner = above
      end
    end
    local distance = row[#candidate]
    if distance <= math.max(2, #word // 3) and (not best or distance < best_distance) then
      best, best_distance = candidate, distance
    end
  end
  return best
end
local function suggestion(word, known)
  local near = #word <= 60 and internal.nearest(word, known)
  if near then return ("; did you mean '%s'?"):format(near) end
  if #known == 0 then return "" end
  return "; known are: " .. table.concat(known, ", ")
end
internal.suggestion = suggestion

local function shown(value)
  if type(value) == "string" then
    return "'" .. (#value > 60 and value:sub(1, 60) .. "…" or value) .. "'"
  end
  if value == nil then return "nothing" end
  local thing = internal.thing_of(value)
  if thing and thing.name then return ("%s '%s'"):format(thing.kind, thing.name) end
  if thing then return "a " .. thing.kind end
  if type(value) == "table" or type(value) == "function" then return "a " .. type(value) end
  return tostring(value)
end
internal.shown = shown

local function ask(what, ...)
  local ok, value = stage[what](...)
  if not ok then mistake("%s", value) end
  return value
end
internal.ask = ask

-- ---- kinds of values

local check = {}
internal.check = check
local function wrong(where, expected, got)
  mistake("%s: expected %s, got %s", where, expected, shown(got))
end
internal.wrong = wrong

function check.text(where, v)
  if type(v) ~= "string" then wrong(where, "a text", v) end
  return v
end
function check.line(where, v)
  check.text(where, v)
  if v:find "[\r\n%z]" then
    mistake("%s: expected one line of text, got a line end or a NUL inside it", where)
  end
  return v
end
function check.number(where, v)
  if math.type(v) ~= "integer" or v < 0 then wrong(where, "a whole number from 0", v) end
  return v
end
function check.yes_no(where, v)
  if type(v) ~= "boolean" then wrong(where, "true or false", v) end
  return v
end
function check.name(where, v)
  v = in_a_labels(where, v)
  if type(v) ~= "string" or not stage.is_name(v) then wrong(where, "a host or domain name", v) end
  return v
end
function check.address(where, v)
  local user = internal.thing_of_kind(v, "user")
  if user then return user.address end
  local who, at = (type(v) == "string" and v or ""):match "^(.*)@(.*)$"
  if who and who:find "[\128-\255]" then
    mistake("%s: expected ASCII before the @, got %s; other letters need SMTPUTF8 (RFC 6531), "
      .. "which no gateway here speaks", where, shown(v))
  end
  if who then v = who .. "@" .. in_a_labels(where, at) end
  if type(v) ~= "string" or not stage.is_address(v) then wrong(where, "a mail address", v) end
  return v
end
-- One field of HTTP.
function check.media_type(where, v)
  if type(v) ~= "string" or not v:find "^[\x20-\x7E]*$" then
    wrong(where, "a media type such as \"text/plain\", in printable ASCII", v)
  end
  return v
end
-- The sender of an envelope; "<>" is nobody (RFC 5321 section 4.5.5).
function check.return_path(where, v)
  return v == "<>" and v or check.address(where, v)
end
local function list_of(kind, expected)
  return function(where, v, spec)
    if type(v) ~= "table" or internal.thing_of(v) then v = { v } end
    local out = {}
    if #v == 0 and next(v) ~= nil then wrong(where, expected, v) end
    for i, item in ipairs(v) do out[i] = check[kind](where, item, spec) end
    for key in next, v do
      if math.type(key) ~= "integer" or key < 1 or key > #out then
        mistake("%s: expected a list, got the key %s", where, shown(key))
      end
    end
    return out
  end
end
check.texts = list_of("text", "a list of texts")
check.names = list_of("name", "a name or a list of names")
check.addresses = list_of("address", "an address or a list of addresses")
function check.choice(where, v, spec)
  if type(spec.allowed) == "string" then spec = { allowed = vocabulary.lists[spec.allowed] } end
  for _, allowed in ipairs(spec.allowed) do if v == allowed then return v end end
  if type(v) ~= "string" then wrong(where, "one of " .. table.concat(spec.allowed, ", "), v) end
  mistake("%s has no value '%s'%s", where, v, suggestion(v, spec.allowed))
end
check.choices = list_of("choice", "a list")
function check.duration(where, v)
  if type(v) == "number" then v = tostring(v) end
  if type(v) ~= "string" or not stage.is_duration(v) then
    wrong(where, "a duration such as \"5 minutes\", of at most 36500 days", v)
  end
  return v
end
function check.date(where, v)
  if type(v) ~= "string" or not stage.is_date(v) then
    wrong(where, "a date such as \"2026-01-31\" or \"2026-01-31 12:00 UTC\", from 1678 to 2261", v)
  end
  return v
end
-- The MTA of the sender whose options are looked at.
internal.mta = vocabulary.mtas[vocabulary.mtas.usual]
function check.level(where, v)
  return check.choice(where, v, { allowed = internal.mta.levels })
end
function check.levels(where, v)
  if type(v) ~= "table" then
    if v == "fingerprint" then
      mistake("%s: the level fingerprint needs fingerprints: give { default = { level =, … } }",
        where)
    end
    return { default = { level = check.level(where, v) }, rules = {} }
  end
  local out = { default = { level = internal.mta.default }, rules = {} }
  for _, key in ipairs(sorted_keys(v)) do
    local rule, at = v[key], where .. "[" .. shown(key) .. "]"
    if rule == nil then mistake("%s: expected domain names as keys, got %s", where, key) end
    if type(rule) ~= "table" then rule = { level = rule } end
    if rule.level == nil then mistake("%s names no level", at) end
    local clean = internal.clean(at, internal.mta.rule, rule)
    if clean.level == "fingerprint" and not clean.fingerprints then
      mistake("%s: the level fingerprint needs fingerprints", at)
    end
    for i, name in ipairs(clean.match or {}) do
      name = in_a_labels(at .. ".match", name)
      clean.match[i] = name
      local bare = name:match "^%.(.+)$" or name
      if name ~= "hostname" and name ~= "nexthop" and name ~= "dot-nexthop"
        and not stage.is_name((bare:gsub("_", "-"):gsub("%.$", ""))) then
        mistake("%s.match: expected hostname, nexthop, dot-nexthop or a name, got %s", at,
          shown(name))
      end
    end
    if key == "default" then
      out.default = clean
    else
      out.rules[check.name(at, key):lower()] = clean
    end
  end
  return out
end
function check.certificate(where, v)
  return internal.certificate_of(v)
    or wrong(where, "self_signed {…} or signed_by \"CA\" {…}", v)
end
-- A CA, by name or as `ca` gives it.
function check.authority(where, v)
  local known = internal.thing_of_kind(v, "ca")
  if known then return known.name end
  if check.line(where, v) == "" then wrong(where, "the name of a CA", v) end
  return v
end
check.authorities = list_of("authority", "the name of a CA or a list of names")
-- A word, or the CAs that are sent, in that order.
function check.chain(where, v, spec)
  if type(v) == "table" and not internal.thing_of(v) then return check.authorities(where, v) end
  return check.choice(where, v, spec)
end
-- A CA, or a receiver whose own certificate is believed.
function check.believed(where, v)
  local host = internal.thing_of_kind(v, "receiver")
  return host and { host = host.name } or check.authority(where, v)
end
check.trusts = list_of("believed", "a list of CAs and receivers")
-- A word, or a certificate to make records of.
function check.tlsa_source(where, v, spec)
  if type(v) == "table" then return check.certificate(where, v) end
  return check.choice(where, v, spec)
end
-- A reply, or one behind which the connection ends: { REPLY, "drops" }.
local function scripted_reply(where, v)
  local drops = type(v) == "table" and not internal.thing_of(v)
  if drops then
    for key in next, v do
      if key ~= 1 and key ~= 2 then
        mistake("%s: expected { REPLY, \"drops\" }, got the key %s", where, shown(key))
      end
    end
    if v[2] ~= "drops" then
      mistake("%s: expected \"drops\" behind the reply, got %s", where, shown(v[2]))
    end
    if v[1] == "drops" then mistake("%s: expected a reply before \"drops\"", where) end
  end
  local ok, why = stage.is_reply(check.text(where, drops and v[1] or v))
  if not ok then mistake("%s: not a reply: %s", where, why) end
  return drops and { v[1], "drops" } or v
end
function check.replies(where, v)
  if type(v) ~= "table" then wrong(where, "a table such as { RCPT = \"450 4.2.0 busy\" }", v) end
  local known, out = {}, {}
  for _, verb in ipairs(vocabulary.reply_verbs) do known[verb] = true end
  for _, verb in ipairs(sorted_keys(v)) do
    if not known[verb] then
      mistake("%s has no command '%s'%s", where, verb, suggestion(verb, vocabulary.reply_verbs))
    end
    out[verb] = scripted_reply(where .. "." .. verb, v[verb])
  end
  return out
end
function check.mx(where, v)
  if type(v) ~= "table" or internal.thing_of(v) then v = { v } end
  local out = {}
  for i, entry in ipairs(v) do
    if type(entry) == "string" or internal.thing_of(entry) then
      entry = { host = check.host(where, entry) }
    end
    internal.closed(where, { host = { kind = "name" }, preference = { kind = "number" } }, entry)
    if entry.host == nil then mistake("%s: entry %d names no host", where, i) end
    local host = check.name(where, entry.host)
    local preference = entry.preference and check.number(where, entry.preference) or 10 * i
    out[i] = { host = host, preference = preference }
    if preference > 65535 then wrong(where, "a preference up to 65535", preference) end
  end
  return out
end

function check.byte(where, v)
  if math.type(v) ~= "integer" or v < 0 or v > 255 then
    wrong(where, "a number from 0 to 255", v)
  end
  return v
end
function check.zone_name(where, v)
  v = in_a_labels(where, v)
  if type(v) ~= "string" or not stage.is_name(v) then wrong(where, "a name", v) end
  return v
end
-- A list of tables with known options; each of `needed` must be there.
local function table_of(spec, needed)
  return function(where, v)
    if type(v) ~= "table" then wrong(where, "a list of tables", v) end
    if #v == 0 and next(v) ~= nil then v = { v } end
    local out = {}
    for i, entry in ipairs(v) do
      local at = ("%s[%d]"):format(where, i)
      out[i] = internal.clean(at, spec, entry)
      for _, key in ipairs(needed) do
        if out[i][key] == nil then mistake("%s: expected %s, got nothing", at, key) end
      end
    end
    return out
  end
end
function check.bytes(where, v)
  if check.text(where, v) == "" then mistake("%s: expected bytes, got an empty text", where) end
  return v
end
function check.offset(where, v)
  if math.type(v) ~= "integer" then wrong(where, "a whole number", v) end
  return v
end
function check.command(where, v)
  check.line(where, v)
  if not v:find "^%a+$" then wrong(where, "one SMTP command", v) end
  return v
end
function check.reply(where, v)
  local ok, why = stage.is_reply(check.text(where, v))
  if not ok or v == "drops" then mistake("%s: not a reply: %s", where, why or shown(v)) end
  return v
end
-- A host of the scenario, or its name.
function check.host(where, v)
  local host = internal.thing_of_kind(v, "sender", "receiver", "domain")
  return host and host.name or check.name(where, v)
end
-- A host, perhaps with a port; or as rules spell one, in brackets.
local services = { smtp = 25, smtps = 465, submission = 587, submissions = 465 }
function check.next_hop(where, v)
  if type(v) ~= "string" or not v:find "[%[%]:]" then return check.host(where, v) end
  local host, port = v:match "^%[([^%[%]]+)%](.*)$"
  if not host then host, port = v:match "^([^%[%]:]+)(:.*)$" end
  if not host or port ~= "" and port:sub(1, 1) ~= ":" then
    wrong(where, "a host, \"host:port\", \"[host]\" or \"[host]:port\"", v)
  end
  if not (v:find "^%[" and stage.is_address("postmaster@[" .. host .. "]")) then
    local name = check.name(where, host)
    v = v:match "^%[?" .. name .. (v:match "%].*$" or port)
  end
  local number = port:match "^:([1-9]%d*)$"
  if port == "" or services[port:sub(2)] or number and tonumber(number) <= 65535 then return v end
  wrong(where, "a port from 1 to 65535, smtp, submission, submissions or smtps", port:sub(2))
end
function check.port(where, v)
  if math.type(v) ~= "integer" or v < 1 or v > 65535 then
    wrong(where, "a port from 1 to 65535", v)
  end
  return v
end
check.ports = list_of("port", "a port or a list of ports")
-- Result types of RFC 8460 with how often each came.
function check.counts(where, v)
  if type(v) ~= "table" then
    wrong(where, "a table such as { [\"starttls-not-supported\"] = 3 }", v)
  end
  local out = {}
  for _, reason in ipairs(sorted_keys(v)) do
    check.choice(where, reason, { allowed = stage.reasons() })
    out[reason] = check.number(where .. "." .. reason, v[reason])
  end
  return out
end
function check.tls_rpt(where, v)
  if type(v) == "string" then
    check.line(where, v)
    v = v:find "^v=" and { txt = { v } } or { rua = { v } }
  end
  local out = internal.clean(where, vocabulary.tls_rpt_options, v)
  for i, uri in ipairs(out.rua or {}) do out.rua[i] = in_uri(where .. ".rua", uri) end
  return out
end
-- What postfix_table and the like have read.
function check.policy(where, v)
  return v ~= nil and internal.policy_of(v)
    or wrong(where, "postfix_table, postfix_main, exim_config or smtpd_config \"FILE\"", v)
end
function check.mta_sts(where, v)
  local of_file = type(v) == "table" and internal.sts_policy_of(v)
  if of_file then return of_file end
  local out = internal.clean(where, vocabulary.mta_sts_options, v)
  for i, name in ipairs(out.mx or {}) do out.mx[i] = in_a_labels(where .. ".mx", name) end
  return out
end
check.tlsa = table_of(vocabulary.tlsa_options, { "usage", "selector", "matching", "of" })
check.faults = table_of(vocabulary.fault_options, { "name", "type", "how" })
-- They are read where the domain is known: "@" is its name.
function check.records(where, v) return check.texts(where, v) end
function check.fingerprints(where, v)
  if type(v) ~= "table" or internal.thing_of(v) then v = { v } end
  local out = {}
  for i, entry in ipairs(v) do
    local host = internal.thing_of_kind(entry, "sender", "receiver")
    out[i] = host and host.name or check.text(where, entry)
  end
  return out
end
-- Names of application protocols, best first (RFC 7301 section 3.1). A ClientHello is one record
-- here: what is offered must leave room in it.
function check.protocols(where, v)
  if type(v) ~= "table" then v = { v } end
  local out, seen, size = check.texts(where, v), {}, 0
  if #out == 0 then
    mistake("%s: expected at least one name, got an empty list; leave the word out to say nothing",
      where)
  end
  for _, name in ipairs(out) do
    if #name > 255 or not name:find "^[\x20-\x7E]+$" then
      mistake("%s: expected 1 to 255 printable ASCII characters (RFC 7301 section 3.1), got %s",
        where, #name > 255 and ("a name of %d bytes"):format(#name) or shown(name))
    end
    if seen[name] then mistake("%s: %s stands twice", where, shown(name)) end
    seen[name], size = true, size + 1 + #name
  end
  if size > 8192 then
    mistake("%s: expected up to 8192 bytes of names, one more for each, got %d", where, size)
  end
  return out
end

-- Only known options, each of its kind.
function internal.closed(what, spec, given)
  if type(given) ~= "table" then wrong(what, "a table of options", given) end
  for key in next, given do
    if type(key) ~= "string" then
      mistake("%s: expected option names as keys, got %s", what, shown(key))
    end
  end
  for _, key in ipairs(sorted_keys(given)) do
    local option = spec[key]
    if not option then
      mistake("%s has no option '%s'%s", what, key, suggestion(key, sorted_keys(spec)))
    end
    if option.later then mistake("%s: the option '%s' is not built yet", what, key) end
  end
end
local function clean(what, spec, given)
  internal.closed(what, spec, given)
  local out = {}
  for _, key in ipairs(sorted_keys(given)) do
    out[key] = check[spec[key].kind](what .. "." .. key, given[key], spec[key])
  end
  return out
end
internal.clean = clean

return internal
