-- What is left of Lua for a scenario: no file, no clock, no address, no order by chance
-- (docs/language.md).
local words, internal, stage, vocabulary = ...
local mistake = internal.mistake
local real = { pairs = pairs, next = next, type = type, tostring = tostring,
  setmetatable = setmetatable, format = string.format, load = load,
  metatable = debug.getmetatable, gsub = string.gsub, find = string.find }

-- Numbers first, then texts, then false and true. Other keys have no order that every run shares.
local rank = { number = 1, string = 2, boolean = 3 }
local function before(a, b)
  local ra, rb = rank[real.type(a)], rank[real.type(b)]
  if ra ~= rb then return ra < rb end
  if ra == 3 then return not a and b end
  return a < b
end
local function ordered_keys(t)
  local keys = {}
  for key in real.next, t do
    if not rank[real.type(key)] then
      mistake("pairs: a %s as a key has no order; use texts or numbers", real.type(key))
    end
    keys[#keys + 1] = key
  end
  table.sort(keys, before)
  return keys
end
local function ordered_pairs(t)
  local meta = getmetatable(t)
  if real.type(meta) == "table" and meta.__pairs then return meta.__pairs(t) end
  if real.type(t) ~= "table" then
    mistake("pairs: expected a table, got %s", internal.shown(t))
  end
  local keys, at = ordered_keys(t), 0
  return function()
    repeat at = at + 1 until keys[at] == nil or t[keys[at]] ~= nil
    if keys[at] ~= nil then return keys[at], t[keys[at]] end
  end
end
local function ordered_next(t, key)
  if real.next(t) == nil then return nil end
  local keys = ordered_keys(t)
  if key == nil then return keys[1], t[keys[1]] end
  for i, k in ipairs(keys) do
    if k == key then return keys[i + 1], t[keys[i + 1]] end
  end
  mistake("next: the key is not in the table")
end

-- A table or function prints as its type: an address would differ on every run.
local function stable_tostring(v)
  if v == nil or rank[real.type(v)] then return real.tostring(v) end
  local meta = real.metatable(v)
  if meta and rawget(meta, "__tostring") then return real.tostring(v) end
  local name = meta and rawget(meta, "__name")
  return real.type(name) == "string" and name or real.type(v)
end
local function stable_format(pattern, ...)
  if real.type(pattern) == "string"
    and real.find(real.gsub(pattern, "%%%%", ""), "%%[-+ #0-9.]*p") then
    mistake("string.format: %p shows an address, which differs on every run")
  end
  local args = table.pack(...)
  for i = 1, args.n do
    if args[i] ~= nil and not rank[real.type(args[i])] then args[i] = stable_tostring(args[i]) end
  end
  return real.format(pattern, table.unpack(args, 1, args.n))
end
local function safe_setmetatable(t, meta)
  if real.type(meta) == "table" and rawget(meta, "__gc") ~= nil then
    mistake("setmetatable: __gc runs when it likes, which no replay can repeat")
  end
  return real.setmetatable(t, meta)
end


-- The budget of instructions does not see inside a C function of Lua's. What may take long there is
-- paid for before it begins, by the worst that it can cost.
local steps_left = 2000000000
local function spend(what, steps)
  if steps > 0 then steps_left = steps_left - steps end
  if steps_left < 0 then
    mistake("%s: the script ran over its budget of 2 billion steps inside patterns and copies",
      what)
  end
end
local function copy(t)
  local out = {}
  for name, value in real.next, t do out[name] = value end
  return out
end
local string, table, coroutine = copy(string), copy(table), copy(coroutine)
local utf8, math = copy(utf8), copy(math)
-- Lua's complaints name a function by the variable it was called by: so that has its name.
local function priced(library, prefix, name, price)
  local source = [[local spend, price, what, NAME = ...
    return function(...) spend(what, price(...)) return NAME(...) end]]
  library[name] = real.load(real.gsub(source, "NAME", name), "=sandbox", "t")(spend, price,
    prefix .. name, library[name])
end

-- A pattern with k repetitions can be laid over n characters in (n + k + 1 over k + 1) ways.
local function count(text, pattern) return select(2, real.gsub(text, pattern, "")) end
local function pattern_price(text, pattern, _, plain)
  if real.type(text) ~= "string" or real.type(pattern) ~= "string" then return 0 end
  if plain == true then return #text end
  local bare = real.gsub(real.gsub(pattern, "%%.", "x"), "%[%^?%]?[^%]]*%]", "x")
  local k, optional = count(bare, "[%*%+%-]") + count(pattern, "%%b"), count(bare, "%?")
  local ways = 2.0 ^ optional
  for i = 1, k + 1 do ways = ways * (#text + i) / i end
  return ways
end
for _, name in ipairs { "find", "match", "gmatch", "gsub" } do
  priced(string, "string.", name, pattern_price)
end
priced(string, "string.", "rep", function(_, n) return tonumber(n) or 0 end)
priced(table, "table.", "move", function(_, first, last)
  return (tonumber(last) or 0) - (tonumber(first) or 0)
end)
local function length_price(t, at)
  return at ~= nil and real.type(t) == "table" and tonumber(#t) or 0
end
priced(table, "table.", "insert", length_price)
priced(table, "table.", "remove", length_price)
local function whole_price(t)
  return (real.type(t) == "table" or real.type(t) == "string") and rawlen(t) or 0
end
priced(table, "table.", "concat", whole_price)
priced(table, "table.", "unpack", function(t, first, last)
  return (tonumber(last) or whole_price(t)) - (tonumber(first) or 1)
end)
priced(table, "table.", "sort", function(t) return 30 * whole_price(t) end)
priced(string, "string.", "byte", whole_price)
for _, name in ipairs { "codepoint", "len", "offset" } do
  priced(utf8, "utf8.", name, whole_price)
end
-- A coroutine counts its instructions anew, in steps as long as this.
priced(coroutine, "coroutine.", "create", function() return 10000 end)
priced(coroutine, "coroutine.", "wrap", function() return 10000 end)

local env = {
  _VERSION = _VERSION, assert = assert, error = error, getmetatable = getmetatable, ipairs = ipairs,
  pcall = pcall, rawequal = rawequal, rawget = rawget, rawlen = rawlen, rawset = rawset,
  select = select, tonumber = tonumber, type = type, xpcall = xpcall,
  next = ordered_next, pairs = ordered_pairs, print = stage.print,
  setmetatable = safe_setmetatable, tostring = stable_tostring,
  coroutine = coroutine, math = math, string = string, table = table, utf8 = utf8,
}
-- What the author's globals are: empty, so that no word can be written over.
local globals = {}
env._G, internal.globals = globals, globals
function env.load(chunk, name, _, environment)
  return real.load(chunk, name, "t", environment or globals)
end
string.dump = nil
string.format = stable_format
-- Each state begins with the seed of its own run.
local randomseed = math.randomseed
function internal.draw_from_seed() randomseed(stage.seed(), 0) end
math.randomseed = nil
-- What ("x"):find calls, here and at the author's, is out of his reach.
local text_meta = real.metatable ""
text_meta.__index, text_meta.__metatable = copy(string), false
for name, word in real.next, words do env[name] = word end

local gone = { os = "the clock and the machine", io = "files",
  require = "modules; shared \"FILE\" reads a Lua file beside it",
  dofile = "other files", loadfile = "other files", debug = "the inside of Lua",
  package = "other files", collectgarbage = "the memory of Lua" }
local known = {}
for name in real.next, env do known[#known + 1] = name end
table.sort(known)
local later = {}
for _, word in ipairs(vocabulary.later_words) do later[word] = true end
real.setmetatable(env, {
  __index = function(_, name)
    if gone[name] then
      mistake("there is no '%s' here: a scenario cannot reach %s", name, gone[name])
    end
    if later[name] then mistake("the word '%s' is not built yet", name) end
    local word = real.tostring(name)
    local near = internal.nearest(word, known)
    mistake("no such word: '%s'%s", word, near and ("; did you mean '" .. near .. "'?") or "")
  end,
})
return real.setmetatable(globals, {
  __index = env,
  __newindex = function(_, name)
    mistake("scenarios keep their names local: write 'local %s'", real.tostring(name))
  end,
  __metatable = false,
})
