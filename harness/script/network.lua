-- Words for bad networks: how paths carry, and hosts that lose their power.
local words, internal, stage, vocabulary = ...
local mistake, ask, clean = internal.mistake, internal.ask, internal.clean
local methods = internal.methods

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
