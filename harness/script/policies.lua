-- Policies from files beside the scenario: what an administrator has, as it is.
local words, internal, _, vocabulary = ...
local check, ask, clean, mistake = internal.check, internal.ask, internal.clean, internal.mistake

-- What these words give back is known by itself, so that no table of an author's can pass for it.
local policies = setmetatable({}, { __mode = "k" })
-- The MTAs that read such a file, the first by default.
local readers = setmetatable({}, { __mode = "k" })
function internal.readers_of_policy(v)
  if type(v) == "table" then return readers[v] end
end
local sts_policies = setmetatable({}, { __mode = "k" })
function internal.policy_of(v)
  local read = policies[v]
  return read and read()
end
function internal.sts_policy_of(v) return sts_policies[v] end

-- word "FILE", or word "FILE" { options }: the file is read where the policy is used.
local function file_of_rules(word, read, mtas)
  local spec = vocabulary.builders[word].options
  words[word] = function(name)
    check.line(word, name)
    local function mark(options)
      local again = spec and function(_, given) return mark(clean(word, spec, given)) end
      local made = setmetatable({}, { __call = again, __metatable = false })
      policies[made] = function() return read(name, options) end
      readers[made] = { word = word, table.unpack(mtas or { "Postfix 3.7", "Postfix 3.10" }) }
      return made
    end
    return mark {}
  end
end
-- A list without one that a certificate could have stays so.
local function pinned(word)
  return function(name, options)
    local policy, given = ask(word, name, options), options.fingerprints
    local function pin(rule)
      local listed = rule and rule.fingerprints
      if listed and #listed > 0 and given and #given > 0 then rule.fingerprints = given end
    end
    pin(policy.default)
    for _, rule in next, policy.rules do pin(rule) end
    return policy
  end
end
file_of_rules("postfix_table", pinned "postfix_table")
file_of_rules("postfix_main", pinned "postfix_main")
local function plain(word)
  return function(name, options) return ask(word, name, options) end
end
file_of_rules("exim_config", plain "exim_config", { "Exim 4.96" })
file_of_rules("smtpd_config", plain "smtpd_config", { "OpenSMTPD 6.8" })

-- What several files have in common: Lua, in the sandbox like all else.
local being_read = {}
function words.shared(name)
  local text = ask("beside", check.line("shared", name))
  if being_read[name] then mistake("shared: %s shares itself", name) end
  local file = internal.author_line()
  local chunk, why = load(text, "@" .. (file:match "^.*/" or "") .. name, "t", internal.globals)
  if not chunk then mistake("shared: %s", why) end
  being_read[name] = true
  local made = chunk()
  being_read[name] = nil
  if made == nil then mistake("shared: expected %s to give back a value, got nothing", name) end
  return made
end

function words.mta_sts_policy(name)
  local body = ask("beside", check.line("mta_sts_policy", name))
  local function mark(options, again)
    local made = setmetatable({}, { __call = again, __metatable = false })
    options.body = body
    sts_policies[made] = options
    return made
  end
  return mark({}, function(_, given)
    local options = clean("mta_sts_policy", vocabulary.mta_sts_options, given)
    for _, key in ipairs { "body", "mode", "mx", "max_age" } do
      if options[key] then mistake("mta_sts_policy: %s is what the file says", key) end
    end
    return mark(options)
  end)
end
