-- What an author holds of the world, and how a failure travels. He holds empty tables; what we know
-- of each stands in tables of ours, by itself: so no table of his can pass for one of them.
local stage, _, internal, failures = ...
local getinfo = debug.getinfo
local things = setmetatable({}, { __mode = "k" })
local promised = setmetatable({}, { __mode = "k" })
internal.pcall = pcall

-- ---- failures

-- Where the word stands that is made up for (finish_all), or file and line of the nearest
-- function of the author's on the stack: its chunk name is a file
-- name, "@...".
function internal.author_line()
  local written = internal.written_at
  if written then return written.file, written.line end
  for level = 2, 60 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.source:sub(1, 1) == "@" and info.currentline > 0 then
      return info.source:sub(2), info.currentline
    end
  end
  return "?", 0
end

local failure_meta = {
  __metatable = false,
  -- Who catches one may read it.
  __index = function(failure, word) return failures[failure][word] end,
  __newindex = function() error "a failure cannot be changed" end,
  __tostring = function(failure) return failures[failure].message end,
}
internal.failure_meta = failure_meta
function internal.raise_at(file, line, kind, message)
  local failure = setmetatable({}, failure_meta)
  failures[failure] = { kind = kind, file = file, line = line, message = message }
  error(failure, 0)
end
function internal.raise(kind, message)
  local file, line = internal.author_line()
  internal.raise_at(file, line, kind, message)
end
local function mistake(format, ...)
  internal.raise("mistake", select("#", ...) > 0 and format:format(...) or format)
end
internal.mistake = mistake
-- What was raised: { kind, file, line, message }; nil if the author raised something of his own.
function internal.failure_of(raised) return failures[raised] end

-- ---- names

-- The one place where U-labels become A-labels, which DNS, certificates and SMTP have (RFC 5890).
function internal.in_a_labels(where, v)
  if type(v) ~= "string" or not v:find "[\128-\255]" then return v end
  local ok, out = stage.with_a_labels(v)
  if not ok then mistake("%s: %s", where, out) end
  return out
end

-- The same for the host of a URI, of which all else is ASCII (RFC 3986).
function internal.uri_in_a_labels(where, v)
  internal.check.line(where, v)
  local before, host, behind = v:match "^(https://)([^/:?#]*)(.*)$"
  if not host then before, host, behind = v:match "^(mailto:.*@)([^?]*)(.*)$" end
  if host then v = before .. internal.in_a_labels(where, host) .. behind end
  if v:find "[\128-\255]" then
    mistake("%s: expected a URI of ASCII letters (RFC 3986), got %s", where, internal.shown(v))
  end
  return v
end

-- ---- things

-- What stands behind a value: { kind, name, index }, or nil. A host that was named without braces
-- is built by being asked for.
local function thing_of(v)
  local build = promised[v]
  if build then v = build() end
  return things[v]
end
internal.thing_of = thing_of
-- The same, if it is of one of these kinds.
function internal.thing_of_kind(v, ...)
  local thing = thing_of(v)
  for _, kind in ipairs { ... } do
    if thing and (thing.kind == kind or kind == internal.is_also[thing.kind]) then return thing end
  end
end
-- A company's gateway can be given wherever a receiver can; its user wherever a sender can, as the
-- workstation.
internal.is_also = { gateway = "receiver", scanner = "receiver", user = "sender" }
-- From now on `holder` stands for what `build` gives.
function internal.promise(holder, build) promised[holder] = build end

-- What an author may call on a kind of things. He calls with ':', which hands over the thing; the
-- method gets what stands behind it.
local methods = {}
internal.methods = methods
local function method(kind, word, act)
  return function(self, ...)
    local thing = thing_of(self)
    if not thing or thing.kind ~= kind then
      mistake("%s: use ':' instead of '.', as in x:%s(…); it belongs to %s %s, and got %s", word,
        word, kind:find "^[aeio]" and "an" or "a", kind, internal.shown(self))
    end
    return act(thing, ...)
  end
end
local kinds = { "sender", "receiver", "domain", "eavesdropper", "attacker", "link", "ca",
  "company", "gateway", "scanner", "user" }
for _, kind in ipairs(kinds) do
  methods[kind] = setmetatable({}, {
    __newindex = function(all, word, act) rawset(all, word, method(kind, word, act)) end,
  })
end

local function words_of(of_kind, members)
  local out = internal.sorted_keys(of_kind)
  for name in next, members or {} do out[#out + 1] = name end
  table.sort(out)
  return out
end

local handle_meta = {
  __metatable = false,
  __index = function(handle, word)
    local thing = things[handle]
    local of_kind, members = methods[thing.kind], thing.members
    if rawget(of_kind, word) then return of_kind[word] end
    if members and members[word] then return members[word] end
    mistake("%s has no word '%s'%s", internal.shown(handle), tostring(word),
      internal.suggestion(tostring(word), words_of(of_kind, members)))
  end,
  __newindex = function(handle)
    mistake("%s cannot be changed so; use :changes {…}", internal.shown(handle))
  end,
  __tostring = function(handle) return things[handle].name end,
}
function internal.handle(kind, name, index, mta)
  local handle = setmetatable({}, handle_meta)
  things[handle] = { kind = kind, name = name, index = index, mta = mta, self = handle }
  return handle
end

local mail_meta = {
  __metatable = false,
  __index = function(_, word)
    mistake("a mail has no word '%s'; judge it by expect(mail)", tostring(word))
  end,
  __newindex = function() mistake("a mail cannot be changed") end,
  __tostring = function(mail) return "mail " .. things[mail].index + 1 end,
}
function internal.mail(index)
  local mail = setmetatable({}, mail_meta)
  things[mail] = { kind = "mail", index = index }
  return mail
end

-- ---- what is made to be handed over: certificates, expectations

-- A kind of values that only we can make: gives `remember(value, what)` and `what_of(value)`.
function internal.registry()
  local known = setmetatable({}, { __mode = "k" })
  return function(value, what)
    known[value] = what
    return value
  end, function(value)
    return known[value]
  end
end
internal.certificate, internal.certificate_of = internal.registry()
