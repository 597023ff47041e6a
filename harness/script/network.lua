-- Words for bad networks: how paths carry, and hosts that lose their power.
local words, internal, stage, vocabulary = ...
local mistake, ask, clean = internal.mistake, internal.ask, internal.clean
local methods, check, wrong = internal.methods, internal.check, internal.wrong

function check.percent(where, v)
  if type(v) ~= "number" or v ~= v or v < 0 or v > 50 then
    wrong(where, "a percentage from 0 to 50", v)
  end
  if math.abs(v * 100 - math.floor(v * 100 + 0.5)) > 1e-6 then
    wrong(where, "a percentage with two decimals at most", v)
  end
  return v
end
function check.bandwidth(where, v)
  if type(v) ~= "string" or not stage.is_bandwidth(v) then
    wrong(where, "a bandwidth such as \"64 kbit/s\" or \"100 B/s\"", v)
  end
  return v
end
-- One end of a path.
local function path_end(where, expected, v)
  if v == "dns" then return { kind = "dns", name = "dns" } end
  local host = internal.thing_of_kind(v, "sender", "receiver", "domain")
  if not host then wrong(where, expected, v) end
  return { kind = host.kind, name = host.name }
end
function check.ends(where, v)
  local expected = "two ends, as { alice, bob }"
  if type(v) ~= "table" or #v ~= 2 then wrong(where, expected, v) end
  return { path_end(where, expected, v[1]), path_end(where, expected, v[2]) }
end
function check.direction(where, v, spec)
  if type(v) == "string" and v ~= "dns" then return check.choice(where, v, spec) end
  return path_end(where, "no, both ways or one of its ends", v)
end

-- Ready to act: inside a scenario, all hosts built.
local function ready(word)
  internal.in_play(word)
  internal.finish_all()
end

function words.network(options)
  ready "network"
  ask("network", clean("network", vocabulary.builders.network.options, options))
end

function words.link(options)
  ready "link"
  local o = clean("link", vocabulary.builders.link.options, options)
  if not o.between then mistake("link: expected between, got nothing") end
  local one, other = o.between[1], o.between[2]
  o.between = nil
  return internal.handle("link", ("%s - %s"):format(one.name, other.name),
    ask("link", one, other, o))
end
function methods.link.changes(self, options)
  ready "changes"
  if type(options) == "table" and rawget(options, "between") ~= nil then
    mistake("changes: a link keeps its two ends; between cannot change")
  end
  ask("change_link", self.index, clean("link", vocabulary.builders.link.options, options))
end

function methods.receiver.goes_down(self)
  ready "goes_down"
  ask("host_down", self.index)
end
function methods.receiver.comes_back(self)
  ready "comes_back"
  ask("host_up", self.index)
end
