-- What attackers do. Each word makes one act of sim/attack.
local _, internal, stage, vocabulary = ...
local mistake, shown, ask, check = internal.mistake, internal.shown, internal.ask, internal.check
local wrong, clean, author_line = internal.wrong, internal.clean, internal.author_line
local methods, in_play, finish_all = internal.methods, internal.in_play, internal.finish_all

local acted = setmetatable({}, { __mode = "k" })
-- Remembers an act, and refuses two that cannot both be.
local function acts(self, word, key, contradicts)
  in_play(word)
  finish_all()
  local mine = acted[self] or {}
  acted[self] = mine
  for _, other in ipairs(contradicts or {}) do
    if mine[other] then
      mistake("%s: %s contradicts %s: %s", self.name, key or word, other,
        other:find "^blocks" and "nothing of it passes any more" or "there would be no TLS")
    end
  end
  mine[key or word] = true
end
local function exactly_one(word, o, ...)
  local found
  for _, key in ipairs { ... } do
    if o[key] ~= nil then
      if found then mistake("%s: %s and %s contradict each other", word, found, key) end
      found = key
    end
  end
  if not found then
    mistake("%s: expected one of %s, got nothing", word, table.concat({ ... }, ", "))
  end
  return found
end
local function act(self, word, o)
  local file, line = author_line()
  ask("act", self.index, word, o, file, line)
end
local function needs(word, o, ...)
  for _, key in ipairs { ... } do
    if o[key] == nil then mistake("%s: expected %s, got nothing", word, key) end
  end
end
-- Its options, checked; an act that is done no time is none.
local function options_of(word, options)
  local o = clean(word, vocabulary.acts[word].options, options)
  if o.times == 0 then wrong(word .. ".times", "a number from 1", 0) end
  return o
end
local function simple(word, contradicts, examine)
  methods.attacker[word] = function(self, options)
    acts(self, word, nil, contradicts)
    local o = options_of(word, options)
    examine(o)
    act(self, word, o)
  end
end
function methods.attacker.strips(self, keyword)
  check.line("strips", keyword)
  if not keyword:find "^[%w-]+$" then wrong("strips", "one EHLO keyword", keyword) end
  acts(self, "strips", "strips " .. keyword:upper(), keyword:upper() == "STARTTLS" and
    { "blocks smtp", "impersonates a receiver", "downgrades" } or { "blocks smtp" })
  act(self, "strips", { keyword = keyword })
end
simple("answers", { "blocks smtp" }, function(o) needs("answers", o, "to", "with") end)
simple("injects", { "blocks smtp" }, function(o)
  needs("injects", o, "bytes")
  exactly_one("injects", o, "after", "before", "after_record")
end)
simple("alters", { "blocks smtp" }, function(o)
  if o.text then
    needs("alters", o, "with")
    for _, key in ipairs { "record", "of", "how", "byte", "bit" } do
      if o[key] ~= nil then mistake("alters: text and %s contradict each other", key) end
    end
    return
  end
  exactly_one("alters", { text = o.text, record = o.record or o.of }, "text", "record")
  if o.with then mistake("alters: with and record contradict each other") end
  if o.record == 0 then wrong("alters.record", "a number from 1", 0) end
  if (o.bit or 0) > 7 then wrong("alters.bit", "a number from 0 to 7", o.bit) end
end)
simple("cuts", { "blocks smtp" }, function(o)
  exactly_one("cuts", o, "after_bytes", "after", "before", "after_record")
end)
function methods.attacker.splits(self, into)
  acts(self, "splits", nil, { "blocks smtp" })
  if check.number("splits", into) == 0 then wrong("splits", "a number from 1", 0) end
  act(self, "splits", { into = into })
end
function methods.attacker.joins(self, up_to)
  acts(self, "joins", nil, { "blocks smtp" })
  act(self, "joins", { up_to = check.bytes("joins", up_to) })
end
simple("delays", { "blocks smtp" }, function(o) needs("delays", o, "by") end)

local rewriters = {}
function methods.attacker.rewrites(self, rewrite, options)
  acts(self, "rewrites", nil, { "blocks smtp" })
  if type(rewrite) ~= "function" then
    wrong("rewrites", "a function that is given each line", rewrite)
  end
  local o = options_of("rewrites", options or {})
  local _, line = author_line()
  rewriters[#rewriters + 1] = { call = rewrite, line = line }
  o.number = #rewriters
  act(self, "rewrites", o)
end
-- Called for each line, in the middle of a turn of the world.
function internal.rewrite(number, line, reader)
  local rewriter = rewriters[number]
  local ok, value = internal.pcall(rewriter.call, line, reader)
  if not ok then
    local failure = internal.failure_of(value)
    local why = failure and failure.message or type(value) == "string" and value or shown(value)
    error(("rewrites: the function given in line %d failed: %s"):format(rewriter.line,
      (why:gsub("^.-:(%d+): ", "line %1: "))), 0)
  end
  if type(value) ~= "string" then
    error(("rewrites: expected the function given in line %d to give back a line, got %s"):format(
      rewriter.line, shown(value)), 0)
  end
  return value
end

function methods.attacker.blocks(self, service, options)
  check.choice("blocks", service, { allowed = { "smtp", "https", "dns" } })
  local o = clean("blocks", vocabulary.acts.blocks.options, options or {})
  acts(self, "blocks", "blocks " .. service, {})
  if service == "dns" then
    if o.how then mistake("blocks: how is not for dns: questions are lost") end
    return ask("block_dns", self.index)
  end
  o.service = service
  act(self, "blocks", o)
end
function methods.attacker.downgrades(self, to)
  if type(to) == "string" then to = { version = to } end
  local o = clean("downgrades", vocabulary.acts.downgrades.options, to)
  if not o.version and not o.ciphers then
    mistake("downgrades: expected a version or ciphers, got nothing")
  end
  acts(self, "downgrades", nil, { "blocks smtp", "strips STARTTLS" })
  ask("downgrade", self.index, o)
end
function methods.attacker.impersonates(self, victim, certificate)
  victim = internal.thing_of_kind(victim, "receiver", "domain")
    or wrong("impersonates", "a receiver or a domain", victim)
  local what = victim.kind == "domain" and "a policy host" or "a receiver"
  acts(self, "impersonates", "impersonates " .. what,
    what == "a receiver" and { "blocks smtp", "strips STARTTLS" } or { "blocks https" })
  ask("impersonate", self.index, victim.name, victim.kind == "domain",
    check.certificate("impersonates", certificate))
end
function methods.attacker.answers_dns(self, options)
  local o = clean("answers_dns", vocabulary.acts.answers_dns.options, options)
  needs("answers_dns", o, "name", "type", "answer")
  acts(self, "answers_dns", nil, { "blocks dns" })
  ask("answer_dns", self.index, o)
end
local function receiver_named(word, victim)
  local host = internal.thing_of_kind(victim, "receiver")
  return host and host.name or wrong(word, "a receiver", victim)
end
function methods.attacker.replays(self, victim)
  acts(self, "replays", nil, {})
  ask("speak", self.index, receiver_named("replays", victim), nil)
end
function methods.attacker.speaks(self, options)
  acts(self, "speaks", nil, {})
  if type(options) ~= "table" then wrong("speaks", "a table of options", options) end
  local to = receiver_named("speaks.to", options.to)
  local o = clean("speaks", vocabulary.acts.speaks.options, options)
  needs("speaks", o, "to", "says")
  ask("speak", self.index, to, o.says, o.alpn)
end
-- Whoever listens can have got hold of a key; he acts on no path with it.
for _, kind in ipairs { "eavesdropper", "attacker" } do
  methods[kind].steals_key = function(self, host)
    in_play "steals_key"
    finish_all()
    host = internal.thing_of_kind(host, "sender", "receiver")
      or wrong("steals_key", "a receiver", host)
    ask("steal_key", self.index, host.name)
  end
end
function methods.attacker.leaves(self)
  in_play "leaves"
  finish_all()
  ask("leave", self.index)
end
-- What an author counted on must have had its occasion: told when the scenario is over.
function internal.no_act_missed()
  local what, file, line = stage.missed_act()
  if what then internal.raise_at(file, line, "mistake", what) end
end
