-- The words of the scenario language, in plain Lua. They hand what the author wrote to kinds.lua
-- for checking, and clean tables to the stage.
local stage, vocabulary, internal = ...
local words = {}
local mistake, sorted_keys, suggestion = internal.mistake, internal.sorted_keys, internal.suggestion
local shown, ask, check, wrong = internal.shown, internal.ask, internal.check, internal.wrong
local clean, author_line = internal.clean, internal.author_line

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

internal.in_play = in_play
local methods, handle = internal.methods, internal.handle

-- The options of a sender, in the words of its MTA.
local function clean_sender(kind, spec, options, mta)
  internal.closed(kind, spec, options)
  local named = rawget(options, "behaves_like")
  if named ~= nil then check.choice("sender.behaves_like", named, spec.behaves_like) end
  if named and mta and named ~= mta then
    mistake("sender.behaves_like: expected %s, which it is, got %s", mta, named)
  end
  local readers = internal.readers_of_policy(rawget(options, "policy"))
  mta = mta or named or readers and readers[1] or vocabulary.mtas.usual
  if readers and readers[1] ~= mta and readers[2] ~= mta then
    mistake("sender.policy: %s is for %s, and this is %s", readers.word, readers[1], mta)
  end
  internal.mta = vocabulary.mtas[mta]
  for _, option in ipairs(sorted_keys(options)) do
    if internal.mta.lacks[option] then mistake("sender: %s has no option '%s'", mta, option) end
  end
  local out = clean(kind, spec, options)
  if readers then out.behaves_like = mta end
  return out, mta
end
local cleaners = { sender = clean_sender }

-- word NAME {…}: the braces may be left out.
local function builder(kind, build)
  local spec, clean = vocabulary.builders[kind].options, cleaners[kind] or clean
  words[kind] = function(name)
    in_play(kind)
    name = check.name(kind, name)
    local built
    local function make(options)
      if built then mistake("%s '%s' is built already; use :changes {…}", kind, name) end
      built = build(name, clean(kind, spec, options or {}))
      return built
    end
    local file, line = author_line()
    unfinished[#unfinished + 1] = function()
      if built then return end
      internal.written_at = { file = file, line = line }
      local made, why = internal.pcall(make, {})
      internal.written_at = nil
      if not made then error(why, 0) end
    end
    local function in_any_case() return built or make {} end
    local waiting = setmetatable({}, {
      __call = function(_, options) return make(options) end,
      __index = function(_, word) return in_any_case()[word] end,
      __newindex = function(_, word, value) in_any_case()[word] = value end,
      __tostring = function() return name end,
      __metatable = false,
    })
    internal.promise(waiting, in_any_case)
    return waiting
  end
end

internal.builder = builder

local function parent_domain(name) return name:match "^[^.]+%.(.+)$" or name end

-- The author's flaws, and those that this run gives to every gateway of the kind.
local function with_flaws(kind, given)
  local out = given or {}
  for _, flaw in ipairs(stage.added_flaws()) do
    for _, allowed in ipairs(vocabulary.builders[kind].options.flaws.allowed) do
      if flaw == allowed then out[#out + 1] = flaw end
    end
  end
  return #out > 0 and out or given
end

internal.with_flaws = with_flaws

-- The author's levels, or the one that every sender is given in this run.
local function with_level(given)
  local level = stage.what_if_level()
  for _, known in ipairs(internal.mta.levels) do
    if known == level then return { default = { level = level }, rules = {} } end
  end
  return given
end

-- Postfix's files say what `tls` would.
local function with_policy(o)
  local policy = o.policy
  o.policy = nil
  if not policy then return end
  if policy.file then
    if o.tls or o.relays_to then
      mistake("sender: policy and %s contradict each other: the file says it", o.tls and "tls"
        or "relays_to")
    end
    o.rule_file, o.tls = policy.file, { default = { level = internal.mta.default }, rules = {} }
    return
  end
  if o.tls and (policy.default or next(o.tls.rules)) then
    mistake("sender: policy and tls contradict each other%s",
      policy.default and "" or "; beside a table, tls is a level alone")
  end
  local default = policy.default or (o.tls or {}).default or { level = "may" }
  o.tls = { default = default, rules = policy.rules }
  for key, value in next, policy.sender or {} do
    if o[key] == nil then o[key] = value end
  end
end

builder("sender", function(name, o, mta)
  with_policy(o)
  o.flaws = with_flaws("sender", o.flaws)
  o.domain = o.domain or parent_domain(name)
  o.tls = with_level(o.tls or { default = { level = internal.mta.default }, rules = {} })
  return handle("sender", name, ask("sender", name, o), mta)
end)
builder("receiver", function(name, o)
  o.flaws = with_flaws("receiver", o.flaws)
  o.serves = o.serves or { parent_domain(name) }
  return handle("receiver", name, ask("receiver", name, o))
end)
-- What is published and means nothing to a sender is noted at the author's line, for `check`.
local function look_over(name, o)
  local sts, rpt = o.mta_sts or {}, o.tls_rpt or {}
  local file, line = internal.author_line()
  stage.look_over(file, line, name, { body = sts.body, mx = sts.mx, sts_txt = sts.txt,
    rpt_txt = rpt.txt, records = o.records })
end

builder("domain", function(name, o)
  local made = handle("domain", name, ask("domain", name, o))
  look_over(name, o)
  return made
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
      local function name_of(v)
        local host = internal.thing_of_kind(v, "sender", "receiver")
        return host and host.name or wrong(kind .. ".between", "two hosts, as { alice, bob }", v)
      end
      local one, other = name_of(ends[1]), name_of(ends[2])
      if one == other then
        mistake("%s.between: there is no path from '%s' to itself", kind, one)
      end
      return handle(kind, name, ask("watcher", name, kind, one, other))
    end
  end
end
watcher "eavesdropper"
watcher "attacker"

-- ---- words that act

function words.after(duration)
  in_play "after"
  finish_all()
  ask("after", check.duration("after", duration))
end
function words.at(date)
  in_play "at"
  finish_all()
  ask("at", check.date("at", date))
end
function words.given(name, default)
  check.line("given", name)
  if not name:find "^[%a_][%w_]*$" then
    wrong("given", "a name of letters, digits and _", name)
  end
  if default ~= nil then check.text("given", default) end
  local value = stage.given(name)
  if value == nil then value = default end
  if value == nil then
    mistake("given: there is no value for '%s'; run with -D %s=VALUE, or write a default", name,
      name)
  end
  return value
end
function words.cites(text)
  in_play "cites"
  ask("cites", check.text("cites", text))
end

-- What was written for `word` leaves the host: gives the mail.
function internal.send(word, host, o)
  if not o.to or #o.to == 0 then
    mistake("%s: expected to = an address or a list, got nothing", word)
  end
  if o.subject then check.line(word .. ".subject", o.subject) end
  if o.require_tls and host.mta and vocabulary.mtas[host.mta].lacks.requiretls then
    mistake("%s.require_tls: %s does not speak REQUIRETLS (RFC 8689)", word, host.mta)
  end
  return internal.mail(ask("send", host.index, o))
end
function methods.sender.sends(self, options)
  in_play "sends"
  finish_all()
  return internal.send("sends", self, clean("sends", vocabulary.acts.sends.options, options))
end
function methods.sender.flushes(self)
  finish_all()
  ask("flush", self.index)
end
local function changes(kind, act)
  methods[kind].changes = function(self, options)
    in_play "changes"
    finish_all()
    local o = (cleaners[kind] or clean)(kind, vocabulary.builders[kind].options, options, self.mta)
    if kind == "sender" then with_policy(o) end
    if o.flaws then o.flaws = with_flaws(kind, o.flaws) end
    if kind == "sender" and o.tls then o.tls = with_level(o.tls) end
    ask(act, self.index, o)
    if kind == "domain" then look_over(self.name, o) end
  end
end
changes("sender", "change_sender")
changes("receiver", "change_receiver")
changes("domain", "change_domain")

-- ---- scenario

local scenarios, titles = {}, {}
internal.scenarios = scenarios
function words.scenario(title, facts, play)
  if stage.playing() then mistake("a scenario cannot stand inside another") end
  if play == nil then facts, play = {}, facts end
  check.line("scenario", title)
  if not utf8.len(title) then mistake("scenario: expected a title in UTF-8") end
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
    play = function()
      play()
      internal.none_unjudged()
      internal.no_act_missed()
    end }
end

-- ---- matrix

-- A word of a table's head: it is printed, and stands in files.
function check.label(where, v)
  check.line(where, v)
  if v:find "%c" or not utf8.len(v) then
    mistake("%s: expected printable characters (UTF-8), got %s", where, ("%q"):format(v))
  end
  return v
end
-- { name = { "a", "b" } } or { name = { a = value, b = value } }: names in order, each with its
-- keys in order and the values that play is given.
function check.axes(where, v)
  if type(v) ~= "table" or next(v) == nil then wrong(where, "a table of names and values", v) end
  local out = {}
  for _, name in ipairs(sorted_keys(v)) do
    local given = v[name]
    if type(given) ~= "table" or next(given) == nil then
      wrong(where .. "." .. name, "a list of values, or a table of them", given)
    end
    check.label(where, name)
    local axis = { name = name, keys = {}, values = {} }
    if #given > 0 then
      local odd
      for key in next, given do
        if math.type(key) ~= "integer" and (not odd or tostring(key) < odd) then
          odd = tostring(key)
        end
      end
      if odd then mistake("%s.%s: a list, and '%s' beside it", where, name, odd) end
      local seen = {}
      for i, value in ipairs(given) do
        axis.keys[i] = check.label(where .. "." .. name, value)
        if seen[value] then mistake("%s.%s: '%s' stands there twice", where, name, value) end
        seen[value] = true
        axis.values[i] = value
      end
    else
      axis.keys = sorted_keys(given)
      for i, key in ipairs(axis.keys) do
        axis.values[i] = given[check.label(where .. "." .. name, key)]
      end
    end
    out[#out + 1] = axis
  end
  return out
end
function check.plays(where, v) return check.play(where, v) end
function check.play(where, v)
  if type(v) ~= "function" then wrong(where, "a function that plays a cell", v) end
  return v
end

local matrices = {}
internal.matrices = matrices
-- What stands at the top of a file beside scenarios, with all that it needs.
local function generated(word, title, options, needed, spec)
  if stage.playing() then mistake("a %s cannot stand inside a scenario", word) end
  check.line(word, title)
  local file, line = author_line()
  if titles[title] then
    mistake("two scenarios are called '%s'; the first is in line %d", title, titles[title])
  end
  titles[title] = line
  local out = clean(word, options, spec)
  for _, key in ipairs(needed) do
    if out[key] == nil then mistake("%s '%s': expected %s, got nothing", word, title, key) end
  end
  out.title, out.file, out.line, out.play_cell = title, file, line, out.play
  return out
end

function words.matrix(title, spec)
  local m = generated("matrix", title, vocabulary.matrix_options, { "rows", "columns", "play" },
    spec)
  if m.attempts and (m.attempts < 1 or m.attempts > 3) then
    wrong("matrix.attempts", "1, 2 or 3", m.attempts)
  end
  matrices[#matrices + 1] = m
end

-- Plays one cell: the index of the matrix, then one index for each name, rows first. Gives the
-- index of the mail.
function internal.play_cell(matrix, ...)
  local m, values = matrices[matrix], {}
  for i, at in ipairs { ... } do
    local axis = m.rows[i] or m.columns[i - #m.rows]
    values[i] = axis.values[at]
  end
  local given = m.play_cell(table.unpack(values))
  finish_all()
  local mail = internal.thing_of_kind(given, "mail")
  if not mail then
    mistake("matrix '%s': expected play to give back a mail, got %s", m.title, shown(given))
  end
  return mail.index
end

-- ---- sweep

local sweeps = {}
internal.sweeps = sweeps
function words.sweep(title, spec)
  sweeps[#sweeps + 1] = generated("sweep", title, vocabulary.sweep_options, { "over", "play" },
    spec)
end

-- Plays one cell as a scenario is played: the index of the sweep, then one index for each name.
function internal.play_sweep(sweep, ...)
  local s, cell = sweeps[sweep], {}
  for i, at in ipairs { ... } do cell[s.over[i].name] = s.over[i].values[at] end
  s.play_cell(cell)
  finish_all()
  internal.none_unjudged()
  internal.no_act_missed()
end

return words
