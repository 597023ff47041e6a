-- Certificates and the CAs behind them: words whose options depend on each other.
local words, internal, stage, vocabulary = ...
local mistake, check, ask, clean = internal.mistake, internal.check, internal.ask, internal.clean
local wrong, shown = internal.wrong, internal.shown

-- What only version 3 can say (RFC 5280 section 4.1.2.1).
local extensions = { "names", "usage", "key_usage", "is_ca", "path_length", "permits", "excludes" }

local function check_dates(where, o)
  if o.expired and o.not_yet_valid then
    mistake("%s: expired and not_yet_valid contradict each other", where)
  end
  if o.expired and o.valid_until or o.not_yet_valid and o.valid_from then
    mistake("%s: a date and its opposite word contradict each other", where)
  end
end

-- IA5String (RFC 5280 section 4.2.1.6): ASCII.
local function check_ascii(where, names)
  for _, name in ipairs(names or {}) do
    if name:find "[\128-\255]" then
      mistake("%s: expected ASCII, got %s; a name of other letters is written in A-labels, "
        .. "as \"xn--bcher-kva.example\" (RFC 5890)", where, shown(name))
    end
  end
end

local function check_authority(where, o)
  check_dates(where, o)
  for _, key in ipairs { "permits", "excludes" } do
    check_ascii(where .. "." .. key, o[key])
    for _, name in ipairs(o[key] or {}) do
      local ok, why = internal.is_subtree(name)
      if not ok then mistake("%s.%s: %s", where, key, why) end
    end
  end
  if o.path_length and o.path_length > 100 then
    wrong(where .. ".path_length", "a number from 0 to 100", o.path_length)
  end
  if o.path_length and o.is_ca == false then
    mistake("%s: path_length is for a CA, and is_ca = false contradicts it", where)
  end
  if o.version ~= "v1" then return end
  for _, key in ipairs(extensions) do
    if o[key] ~= nil then
      mistake("%s: version = \"v1\" has no extensions, and so no %s", where, key)
    end
  end
end

local function check_certificate(word, o, authority)
  check_authority(word, o)
  for i, name in ipairs(o.names or {}) do
    local is_dns_name = not name:find "@" and not name:find("://", 1, true)
    if is_dns_name then o.names[i] = internal.in_a_labels(word .. ".names", name) end
  end
  check_ascii(word .. ".names", o.names)
  if o.common_name and o.common_name:find "\0" then
    mistake("%s.common_name: expected a name without a NUL inside it", word)
  end
  if o.common_name and #o.common_name > 64 then
    mistake("%s.common_name: expected at most 64 bytes (RFC 5280 appendix A.1), got %s", word,
      shown(o.common_name))
  end
  if o.path_length and (authority and not o.is_ca) then
    mistake("%s: path_length is for a CA; say is_ca = true, too", word)
  end
  if authority then return end
  if type(o.chain) == "table" or o.chain and o.chain ~= "complete" then
    mistake("%s: a self-signed certificate has no chain", word)
  end
  if o.via then mistake("%s: a self-signed certificate has no CA between", word) end
end

-- Session tickets: true, false, or their options.
function check.tickets(where, v)
  if type(v) == "boolean" then return v and {} or false end
  if type(v) ~= "table" or internal.thing_of(v) then
    wrong(where, "true, false or a table such as { lifetime = \"2 hours\" }", v)
  end
  local out = clean(where, vocabulary.ticket_options, v)
  if out.lifetime and not stage.is_ticket_lifetime(out.lifetime) then
    wrong(where .. ".lifetime", "1 second to 7 days (RFC 8446 section 4.6.1)", out.lifetime)
  end
  return out
end

local function certificate(word, authority)
  local spec = vocabulary.builders[word].options
  local bare = setmetatable({}, {
    __call = function(_, options)
      local o = clean(word, spec, options)
      check_certificate(word, o, authority)
      o.authority = authority
      return internal.certificate(setmetatable({}, { __metatable = false }), o)
    end,
    __metatable = false,
  })
  return internal.certificate(bare, { authority = authority })
end
words.self_signed = certificate("self_signed", nil)
function words.signed_by(authority)
  return certificate("signed_by", check.authority("signed_by", authority))
end

-- ca NAME {…}: without braces it is a CA like any other.
function words.ca(name)
  internal.in_play "ca"
  if check.line("ca", name) == "" then wrong("ca", "a name", name) end
  local handle = internal.handle("ca", name, 0)
  local waiting = setmetatable({}, {
    __call = function(_, options)
      local o = clean("ca", vocabulary.builders.ca.options, options)
      check_authority(("ca '%s'"):format(name), o)
      ask("authority", name, o)
      return handle
    end,
    __index = function(_, word) return handle[word] end,
    __newindex = function(_, word, value) handle[word] = value end,
    __tostring = function() return name end,
    __metatable = false,
  })
  internal.promise(waiting, function() return handle end)
  return waiting
end
