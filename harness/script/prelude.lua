-- The words of the scenario language, in plain Lua. They check what the author wrote, raise at the
-- author's line, and hand clean tables to the stage. Nothing is checked a second time in C++ but
-- what only C++ knows.
local stage, vocabulary = ...
local getinfo = debug.getinfo
local words, internal = {}, {}

-- ---- raising at the author's line

-- File and line of the nearest function of the author's on the stack: its chunk name is a file
-- name, "@...".
local function author_line()
  for level = 2, 60 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.source:sub(1, 1) == "@" and info.currentline > 0 then
      return info.source:sub(2), info.currentline
    end
  end
  return "?", 0
end

function internal.raise(kind, message)
  local file, line = author_line()
  error({ mailtls = kind, file = file, line = line, message = message }, 0)
end
local function mistake(format, ...)
  internal.raise("mistake", select("#", ...) > 0 and format:format(...) or format)
end
internal.mistake = mistake

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
  return "; known are: " .. table.concat(known, ", ")
end
internal.suggestion = suggestion

local function shown(value)
  if type(value) == "string" then
    return "'" .. (#value > 60 and value:sub(1, 60) .. "…" or value) .. "'"
  end
  if value == nil then return "nothing" end
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
  if type(v) ~= "string" or not stage.is_name(v) then wrong(where, "a host or domain name", v) end
  return v
end
function check.address(where, v)
  if type(v) ~= "string" or not stage.is_address(v) then wrong(where, "a mail address", v) end
  return v
end
local function list_of(kind, expected)
  return function(where, v, spec)
    if type(v) ~= "table" then v = { v } end
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
  for _, allowed in ipairs(spec.allowed) do if v == allowed then return v end end
  if type(v) ~= "string" then wrong(where, "one of " .. table.concat(spec.allowed, ", "), v) end
  mistake("%s has no value '%s'%s", where, v, suggestion(v, spec.allowed))
end
check.choices = list_of("choice", "a list")
function check.duration(where, v)
  if type(v) == "number" then v = tostring(v) end
  if type(v) ~= "string" or not stage.is_duration(v) then
    wrong(where, "a duration such as \"5 minutes\"", v)
  end
  return v
end
function check.date(where, v)
  if type(v) ~= "string" or not stage.is_date(v) then
    wrong(where, "a date such as \"2026-01-31\" or \"2026-01-31 12:00 UTC\"", v)
  end
  return v
end
function check.level(where, v)
  for _, later in ipairs(vocabulary.later_levels) do
    if v == later then
      mistake("%s: the level '%s' is not built yet; this version plays %s", where, v,
        table.concat(vocabulary.levels, ", "))
    end
  end
  return check.choice(where, v, { allowed = vocabulary.levels })
end
function check.levels(where, v)
  if type(v) ~= "table" then
    return { default = { level = check.level(where, v) }, rules = {} }
  end
  local out = { default = { level = "may" }, rules = {} }
  for _, key in ipairs(sorted_keys(v)) do
    local rule, at = v[key], where .. "[" .. shown(key) .. "]"
    if rule == nil then mistake("%s: expected domain names as keys, got %s", where, key) end
    if type(rule) ~= "table" then rule = { level = rule } end
    internal.closed(at, { level = { kind = "level" }, match = { kind = "texts" },
      fingerprints = { later = true }, protocols = { later = true } }, rule)
    if rule.level == nil then mistake("%s names no level", at) end
    local clean = { level = check.level(at, rule.level),
      match = rule.match and check.texts(at .. ".match", rule.match) }
    for _, name in ipairs(clean.match or {}) do
      local bare = name:match "^%.(.+)$" or name
      if name ~= "hostname" and name ~= "nexthop" and name ~= "dot-nexthop"
        and not stage.is_name(bare) then
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
  local mark = type(v) == "table" and rawget(v, "certificate")
  if not mark then wrong(where, "self_signed {…} or signed_by \"CA\" {…}", v) end
  return mark
end
function check.replies(where, v)
  if type(v) ~= "table" then wrong(where, "a table such as { RCPT = \"450 4.2.0 busy\" }", v) end
  local known = {}
  for _, verb in ipairs(vocabulary.reply_verbs) do known[verb] = true end
  for _, verb in ipairs(sorted_keys(v)) do
    if not known[verb] then
      mistake("%s has no command '%s'%s", where, verb, suggestion(verb, vocabulary.reply_verbs))
    end
    check.text(where .. "." .. verb, v[verb])
    local ok, why = stage.is_reply(v[verb])
    if not ok then mistake("%s.%s: not a reply: %s", where, verb, why) end
  end
  return v
end
function check.mx(where, v)
  if type(v) ~= "table" then v = { v } end
  local out = {}
  for i, entry in ipairs(v) do
    if type(entry) == "string" then entry = { host = entry } end
    internal.closed(where, { host = { kind = "name" }, preference = { kind = "number" } }, entry)
    if entry.host == nil then mistake("%s: entry %d names no host", where, i) end
    local host = check.name(where, entry.host)
    local preference = entry.preference and check.number(where, entry.preference) or 10 * i
    out[i] = { host = host, preference = preference }
    if preference > 65535 then wrong(where, "a preference up to 65535", preference) end
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

-- ---- things of the world

local unfinished = {}
-- Hosts written without braces are built with their defaults as soon as anything happens.
local function finish_all()
  local list = unfinished
  unfinished = {}
  for _, finish in ipairs(list) do finish() end
end
internal.finish_all = finish_all

local function in_play(word)
  if not stage.playing() then mistake("%s belongs inside a scenario", word) end
end

local methods = { sender = {}, receiver = {}, domain = {}, eavesdropper = {}, attacker = {} }
local function handle(kind, name, index)
  return setmetatable({ kind = kind, name = name, index = index }, {
    __index = function(_, word)
      local method = methods[kind][word]
      if method then return method end
      if kind == "attacker" then
        for _, later in ipairs(vocabulary.later_acts) do
          if word == later then mistake("attacker: the act '%s' is not built yet", word) end
        end
      end
      mistake("%s '%s' has no word '%s'%s", kind, name, tostring(word),
        suggestion(tostring(word), sorted_keys(methods[kind])))
    end,
    __newindex = function()
      mistake("%s '%s' cannot be changed so; use :changes {…}", kind, name)
    end,
    __tostring = function() return name end,
    __metatable = false,
  })
end
function internal.is_handle(v, ...)
  if type(v) ~= "table" then return false end
  local kind = rawget(v, "kind")
  for _, wanted in ipairs { ... } do if kind == wanted then return true end end
  return false
end

-- word NAME {…}: the braces may be left out.
local function builder(kind, build)
  local spec = vocabulary.builders[kind].options
  words[kind] = function(name)
    in_play(kind)
    check.name(kind, name)
    local built
    local function make(options)
      if built then mistake("%s '%s' is built already; use :changes {…}", kind, name) end
      built = build(name, clean(kind, spec, options or {}))
      return built
    end
    unfinished[#unfinished + 1] = function() if not built then make {} end end
    local waiting = { kind = kind .. " without braces" }
    return setmetatable(waiting, {
      __call = function(_, options) return make(options) end,
      __index = function(_, word) if not built then make {} end return built[word] end,
      __metatable = false,
    })
  end
end

-- A host may be handed over before its braces were seen.
function internal.host_of(v)
  local kind = type(v) == "table" and rawget(v, "kind")
  if type(kind) == "string" and kind:find " without braces$" then
    local _ = v.index
    return { kind = v.kind, index = v.index, name = v.name }
  end
  return v
end

local function parent_domain(name) return name:match "^[^.]+%.(.+)$" or name end

builder("sender", function(name, o)
  o.domain = o.domain or parent_domain(name)
  o.tls = o.tls or { default = { level = "may" }, rules = {} }
  return handle("sender", name, ask("sender", name, o))
end)
builder("receiver", function(name, o)
  o.serves = o.serves or { parent_domain(name) }
  return handle("receiver", name, ask("receiver", name, o))
end)
builder("domain", function(name, o)
  return handle("domain", name, ask("domain", name, o))
end)

local function watcher(kind)
  local spec = vocabulary.builders[kind].options
  words[kind] = function(name)
    in_play(kind)
    check.line(kind, name)
    return function(options)
      finish_all()
      internal.closed(kind, spec, options)
      local ends = options.between
      if type(ends) ~= "table" or #ends ~= 2 then
        wrong(kind .. ".between", "two hosts, as { alice, bob }", ends)
      end
      for i = 1, 2 do
        if not internal.is_handle(internal.host_of(ends[i]), "sender", "receiver") then
          wrong(kind .. ".between", "two hosts, as { alice, bob }", ends[i])
        end
      end
      local one, other = ends[1].name, ends[2].name
      if one == other then
        mistake("%s.between: there is no path from '%s' to itself", kind, one)
      end
      return handle(kind, name, ask("watcher", name, kind, one, other))
    end
  end
end
watcher "eavesdropper"
watcher "attacker"

-- ---- certificates

local function certificate(word, authority)
  local spec = vocabulary.builders[word].options
  return setmetatable({ certificate = { authority = authority } }, {
    __call = function(_, options)
      local o = clean(word, spec, options)
      if o.expired and o.not_yet_valid then
        mistake("%s: expired and not_yet_valid contradict each other", word)
      end
      if o.expired and o.valid_until or o.not_yet_valid and o.valid_from then
        mistake("%s: a date and its opposite word contradict each other", word)
      end
      if o.chain == "incomplete" and not o.via then
        mistake("%s: an incomplete chain needs a CA between: give via", word)
      end
      if not authority and o.via then
        mistake("%s: a self-signed certificate has no CA between", word)
      end
      o.authority = authority
      return setmetatable({ certificate = o }, { __metatable = false })
    end,
    __metatable = false,
  })
end
words.self_signed = certificate("self_signed", nil)
function words.signed_by(authority)
  return certificate("signed_by", check.line("signed_by", authority))
end

-- ---- words that act

function words.after(duration)
  in_play "after"
  finish_all()
  ask("after", check.duration("after", duration))
end
function words.cites(text)
  in_play "cites"
  ask("cites", check.text("cites", text))
end

local mail_meta = {
  __metatable = false,
  __tostring = function(m) return "mail " .. m.index end,
  __index = function(_, word)
    mistake("a mail has no word '%s'; judge it by expect(mail)", tostring(word))
  end,
  __newindex = function() mistake("a mail cannot be changed") end,
}

function methods.sender.sends(self, options)
  in_play "sends"
  finish_all()
  local o = clean("sends", vocabulary.acts.sends.options, options)
  if not o.to or #o.to == 0 then
    mistake("sends: expected to = an address or a list, got nothing")
  end
  if o.subject then check.line("sends.subject", o.subject) end
  return setmetatable({ kind = "mail", index = ask("send", self.index, o) }, mail_meta)
end
function methods.sender.flushes(self)
  finish_all()
  ask("flush", self.index)
end
local function changes(kind, act)
  methods[kind].changes = function(self, options)
    in_play "changes"
    finish_all()
    ask(act, self.index, clean(kind, vocabulary.builders[kind].options, options))
  end
end
changes("sender", "change_sender")
changes("receiver", "change_receiver")
changes("domain", "change_domain")
function methods.attacker.strips(self, keyword)
  check.line("strips", keyword)
  if not keyword:find "^[%w-]+$" then wrong("strips", "one EHLO keyword", keyword) end
  ask("strip", self.index, keyword)
end
function methods.attacker.leaves(self) ask("leave", self.index) end

-- ---- scenario

local scenarios, titles = {}, {}
internal.scenarios = scenarios
function words.scenario(title, facts, play)
  if stage.playing() then mistake("a scenario cannot stand inside another") end
  if play == nil then facts, play = {}, facts end
  check.line("scenario", title)
  if title == "" then mistake("scenario: expected a title, got an empty text") end
  if type(play) ~= "function" then
    wrong("scenario '" .. title .. "'", "a function that plays it", play)
  end
  local file, line = author_line()
  if titles[title] then
    mistake("two scenarios are called '%s'; the first is in line %d", title, titles[title])
  end
  titles[title] = line
  local clean_facts = clean("scenario", vocabulary.scenario_facts, facts)
  scenarios[#scenarios + 1] = { title = title, line = line, file = file,
    tags = clean_facts.tags or {}, cites = clean_facts.cites or "", seed = clean_facts.seed,
    play = play }
end

return words, internal
