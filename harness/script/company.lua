-- Companies: users and their workstations, gateway and store, made of hosts that exist already.
local words, internal, stage, vocabulary = ...
local mistake, ask, clean = internal.mistake, internal.ask, internal.clean
local check, methods = internal.check, internal.methods
local shown, wrong = internal.shown, internal.wrong
local sender_options = vocabulary.builders.sender.options
local receiver_options = vocabulary.builders.receiver.options

-- ---- kinds of values

-- A user's name is a local part and the first label of a host.
function check.user_names(where, v)
  local out, seen = check.texts(where, v), {}
  if #out == 0 then mistake("%s: expected at least one user, got an empty list", where) end
  for _, name in ipairs(out) do
    if not name:find "^%w[%w-]*$" or name:find "%-$" or #name > 63 then
      wrong(where, "names of letters, digits and hyphens, which name workstations, too", name)
    end
    for _, member in ipairs(vocabulary.members) do
      if name:lower() == member then
        mistake("%s: a user cannot be called '%s', which is a word of each company", where, name)
      end
    end
    if seen[name:lower()] then mistake("%s: %s stands twice", where, shown(name)) end
    seen[name:lower()] = true
  end
  return out
end
-- Options of hosts, but for those that a company sets itself. They are checked where the host is
-- made.
local function options_for(what, known, where, v)
  if type(v) ~= "table" or internal.thing_of(v) then wrong(where, "a table of options", v) end
  for _, option in ipairs(internal.sorted_keys(v)) do
    if vocabulary.of_the_company[what][option] then
      mistake("%s.%s: the company says that itself", where, option)
    end
  end
  local spec = {}
  for _, options in ipairs(known) do
    for option, its in next, options do
      if not vocabulary.of_the_company[what][option] then spec[option] = its end
    end
  end
  internal.closed(where, spec, v)
  -- The author's table may be another company's, too.
  local out = {}
  for option, value in next, v do out[option] = value end
  return out
end
function check.inside(where, v)
  return options_for("inside", { receiver_options }, where, v)
end
function check.scanner(where, v)
  local out = clean(where, vocabulary.scanner_options, v)
  out.finds, out.on_find = out.finds or { "EICAR" }, out.on_find or "refuses"
  if #out.finds == 0 then
    mistake("%s.finds: expected at least one text, got an empty list", where)
  end
  for _, text in ipairs(out.finds) do
    if text == "" or text:find "[^\x20-\x7E]" or #text > 200 then
      wrong(where .. ".finds", "texts of 1 to 200 printable ASCII characters", text)
    end
  end
  return out
end
-- { sender = …, receiver = … }
function check.gateway(where, v)
  options_for("gateway", { sender_options, receiver_options }, where, v)
  local out = { sender = {}, receiver = {} }
  for option, value in next, v do
    if option == "flaws" then goto next end
    if sender_options[option] then out.sender[option] = value end
    if receiver_options[option] then out.receiver[option] = value end
    ::next::
  end
  -- A flaw belongs to one of them.
  local sending = {}
  for _, flaw in ipairs(sender_options.flaws.allowed) do sending[flaw] = true end
  local flaws = v.flaws
  if flaws ~= nil then
    for _, flaw in ipairs(type(flaws) == "table" and flaws or { flaws }) do
      local whose = out[sending[flaw] and "sender" or "receiver"]
      whose.flaws = whose.flaws or {}
      table.insert(whose.flaws, flaw)
    end
  end
  return out
end
local function number_up_to(most, expected)
  return function(where, v)
    if type(v) ~= "number" or v ~= v or v < 0 or v > most then wrong(where, expected, v) end
    return v
  end
end
check.price = number_up_to(1e12, "an amount from 0")
check.portion = number_up_to(1, "a portion from 0 to 1")

-- ---- what a company is

local prices, companies, certified = {}, {}, {}  -- the last: addresses of users, to true or false

-- The hop behind the gateway is to the scanner, and the next one to the store: both are inside.
local function scanner_host(host, name, store, inside, scanner)
  local o = {}
  for option, value in next, inside do o[option] = value end
  o.users, o.serves, o.relays_to, o.preference = nil, name, store, 80
  o = clean("receiver", receiver_options, o)
  o.flaws = internal.with_flaws("receiver", o.flaws)
  o.scanner = scanner
  return internal.handle("scanner", host, ask("receiver", host, o))
end

internal.builder("company", function(name, o)
  if not o.users then
    mistake("company '%s': expected users = { \"ann\" }, got none", name)
  end
  for _, other in ipairs(companies) do
    if other.name == name:lower() then mistake("company '%s' is there already", name) end
  end
  local at = { gateway = "mail." .. name, store = "store." .. name }
  local given = o.gateway or { sender = {}, receiver = {} }
  given.sender.domain = name
  given.receiver.serves = name
  local inside = o.inside or {}
  if inside.starttls == nil then inside.starttls = "absent" end
  -- Its MX record is taken back below: the store is no way in from outside.
  inside.serves, inside.users, inside.preference = name, o.users, 90

  ask("house", at.gateway, name)
  ask("house", at.store, name)
  local behind = at.store
  if o.scanner then behind = "scanner." .. name end
  given.receiver.relays_to = behind
  ask("house", behind, name)
  ask("behind", at.gateway, behind)
  local sending = internal.thing_of(words.sender(at.gateway)(given.sender))
  local receiving = internal.thing_of(words.receiver(at.gateway)(given.receiver))
  local members = { store = words.receiver(at.store)(inside) }
  if o.scanner then
    members.scanner = scanner_host(behind, name, at.store, inside, o.scanner)
  end
  members.gateway = internal.handle("gateway", at.gateway, receiving.index, sending.mta)
  words.domain(name) { mx = at.gateway }
  local gateway = internal.thing_of(members.gateway)
  gateway.sending, gateway.receiving = sending, receiving
  for _, user in ipairs(o.users) do
    ask("house", user .. "." .. name, name)
    local desk = words.sender(user .. "." .. name) {
      domain = name, relays_to = at.gateway .. ":587",
    }
    local its = internal.thing_of(desk)
    members[user] = internal.handle("user", its.name, its.index, its.mta)
    local thing = internal.thing_of(members[user])
    certified[(user .. "@" .. name):lower()] = o.user_certificates == true
    if o.user_certificates then ask("certify_user", user .. "@" .. name) end
    thing.address, thing.store = user .. "@" .. name, internal.thing_of(members.store).index
  end
  local company = internal.handle("company", name)
  local thing = internal.thing_of(company)
  thing.members, thing.gateway = members, gateway
  thing.certified_users = o.user_certificates and #o.users or 0
  thing.store = internal.thing_of(members.store)
  thing.scanner = members.scanner and internal.thing_of(members.scanner)
  gateway.offers_tls = given.receiver.starttls ~= "absent"
  companies[#companies + 1] = { name = name:lower(), gateway = at.gateway:lower() }
  return company
end)

-- ---- what it does

local function ready(word)
  internal.in_play(word)
  internal.finish_all()
end
local function change_gateway(gateway, given)
  if next(given.sender) ~= nil then methods.sender.changes(gateway.sending.self, given.sender) end
  if next(given.receiver) ~= nil then
    methods.receiver.changes(gateway.receiving.self, given.receiver)
    local starttls = given.receiver.starttls
    if starttls ~= nil then gateway.offers_tls = starttls ~= "absent" end
  end
end
function methods.gateway.changes(self, options)
  ready "changes"
  change_gateway(self, check.gateway("gateway", options))
end
function methods.gateway.flushes(self) methods.sender.flushes(self.sending.self) end
function methods.company.changes(self, options)
  ready "changes"
  local o = clean("company", vocabulary.builders.company.options, options)
  if o.users then mistake("company.users: who works there does not change") end
  if o.user_certificates ~= nil then
    mistake("company.user_certificates: users have theirs from the beginning; it stands where '%s' "
      .. "is built", self.name)
  end
  if o.gateway then change_gateway(self.gateway, o.gateway) end
  if o.inside then
    methods.receiver.changes(self.store.self, o.inside)
    if self.scanner then
      ask("change_receiver", self.scanner.index, clean("receiver", receiver_options, o.inside))
    end
  end
  if o.scanner then
    if not self.scanner then mistake("company.scanner: '%s' was built without one", self.name) end
    ask("change_receiver", self.scanner.index, { scanner = o.scanner })
  end
end
function methods.user.writes(self, options)
  ready "writes"
  local o = clean("writes", vocabulary.acts.writes.options, options)
  o.from = self.address
  if o.sealed == "S/MIME" then
    for _, list in ipairs { { o.from }, o.to or {}, o.cc or {} } do
      for _, address in ipairs(list) do
        local state = certified[address:lower()]
        if not state then
          mistake("writes.sealed: %s has no certificate for S/MIME: %s", address, state == nil
            and "no company here has such a user"
            or "the company needs user_certificates = true")
        end
      end
    end
  end
  return internal.send("writes", self, o)
end
function words.prices(options)
  ready "prices"
  prices = clean("prices", vocabulary.acts.prices.options, options)
end

-- ---- how they are judged

local unmet = internal.unmet
internal.subjects.user = { {}, vocabulary.user_verbs, "a user" }
internal.subjects.company = { {}, vocabulary.company_verbs, "a company" }
local scanner_verbs = setmetatable({}, { __index = internal.subjects.receiver[1] })
local scanner_words = {}
for _, verbs in ipairs { vocabulary.host_verbs, vocabulary.scanner_verbs } do
  for verb, meaning in next, verbs do scanner_words[verb] = meaning end
end
internal.subjects.scanner = { scanner_verbs, scanner_words, "a scanner" }
local user_verbs, company_verbs = internal.subjects.user[1], internal.subjects.company[1]

local function held(verb, e, mail)
  local index = internal.mail_of(verb, mail)
  return ask("holds", e.thing.store, index, e.thing.address), index
end
function user_verbs.got(e, mail)
  local kept, index = held("got", e, mail)
  if kept ~= "as written" then
    unmet(e, ("expected %s to have got the mail, but the store holds %s"):format(e.thing.address,
      kept == "no" and "nothing of it for this user" or "it otherwise than it was written"), index)
  end
end
local function has_not_got(verb, hope)
  user_verbs[verb] = function(e, mail)
    local kept, index = held(verb, e, mail)
    local expected = ("expected %s %s"):format(e.thing.address, hope)
    if kept ~= "no" then unmet(e, expected .. ", but the store holds it", index) end
    if verb == "never_got" then
      local file, line = internal.author_line()
      ask("promise", "got", e.thing.store, index, expected, "the store kept it", file, line,
        e.thing.address)
    end
  end
end
has_not_got("not_yet_got", "not to have got the mail yet")
has_not_got("never_got", "never to have got the mail")

function user_verbs.decided(e, n)
  check.number("decided", n)
  local got = ask("decisions", e.index)
  if got ~= n then
    unmet(e, ("expected %s to have decided %d times how mail is protected, but it was %d"):format(
      e.thing.address, n, got))
  end
end

local function scan_of(verb, e, mail)
  local index = internal.mail_of(verb, mail)
  local scan = ask("scanned", e.index, index)
  if not scan then
    unmet(e, ("expected %s to have looked into the mail, but it did not pass there"):format(e.name),
      index)
  end
  return scan, index
end
function scanner_verbs.found(e, mail)
  local scan, index = scan_of("found", e, mail)
  if not scan.found then
    unmet(e, ("expected %s to have found something in the mail, but it found nothing%s"):format(
      e.name, scan.unread and "; it could not look into: " .. scan.unread or ""), index)
  end
end
function scanner_verbs.passed(e, mail)
  local scan, index = scan_of("passed", e, mail)
  if scan.found then
    unmet(e, ("expected %s to have found nothing in the mail, but it found %s in %s"):format(e.name,
      scan.found, scan.where), index)
  end
end
function scanner_verbs.could_not_inspect(e, mail)
  local scan, index = scan_of("could_not_inspect", e, mail)
  if not scan.unread then
    local hope = ("expected %s not to have been able to inspect the mail"):format(e.name)
    unmet(e, hope .. ", but it read all of it", index)
  end
end

local function needed(company)
  return { server_certificates = company.gateway.offers_tls and 1 or 0,
    user_certificates = company.certified_users }
end
function company_verbs.needs(e, facts)
  local wanted, got = clean("needs", vocabulary.need_facts, facts), needed(e.thing)
  for _, what in ipairs(internal.sorted_keys(wanted)) do
    if wanted[what] ~= got[what] then
      unmet(e, ("expected the %s that %s needs to be %d, but they are %d"):format(
        (what:gsub("_", " ")), e.name, wanted[what], got[what]))
    end
  end
end
-- Hosts with settings that are otherwise than at first, each once, however many of its settings.
local function changed_hosts(company)
  local hosts = {
    gateways = { { company.gateway.sending, company.gateway.receiving } },
    stores = { { company.store } }, scanners = { { company.scanner } }, workstations = {},
  }
  for _, member in next, company.members do
    local thing = internal.thing_of(member)
    if thing.kind == "user" then table.insert(hosts.workstations, { thing }) end
  end
  local counts, told = {}, {}
  for kind, all in next, hosts do
    counts[kind] = 0
    for _, sides in ipairs(all) do
      local settings = {}
      for _, side in ipairs(sides) do
        for _, setting in ipairs(ask("changed_settings", side.index)) do
          settings[#settings + 1] = ("\n    %s: %s"):format(side.name, setting)
        end
      end
      if #settings > 0 then
        counts[kind] = counts[kind] + 1
        told[#told + 1] = table.concat(settings)
      end
    end
  end
  return counts, #told > 0 and table.concat(told) or " no setting"
end
function company_verbs.changed(e, facts)
  local wanted = clean("changed", vocabulary.changed_facts, facts)
  if next(wanted) == nil then
    mistake("changed: expected { gateways = 1 } or the like, got an empty table")
  end
  local got, told = changed_hosts(e.thing)
  for _, what in ipairs(internal.sorted_keys(wanted)) do
    if wanted[what] ~= got[what] then
      local expected = ("expected %s to have %d changed %s"):format(e.name, wanted[what], what)
      unmet(e, ("%s, but it has %d; otherwise than at first:%s"):format(expected, got[what], told))
    end
  end
end
function company_verbs.pays(e, amount)
  check.price("pays", amount)
  local needs = needed(e.thing)
  local costs = needs.server_certificates * (prices.server_certificate or 0)
    + needs.user_certificates * (prices.user_certificate or 0)
  if costs ~= amount then
    local currency = prices.currency and " " .. prices.currency or ""
    unmet(e, ("expected %s to pay %s%s, but it pays %s%s"):format(e.name, amount, currency, costs,
      currency))
  end
end

function words.share(portions)
  ready "share"
  local o = clean("share", vocabulary.acts.share.options, portions)
  local names = {}
  for i, company in ipairs(companies) do names[i] = company.gateway end
  local got = ask("crossings", names)
  if got.all == 0 then
    unmet(nil, "share: expected mails between gateways, but none was delivered since the last "
      .. "share or the beginning")
  end
  for _, how in ipairs(vocabulary.crossings) do
    local is = (got[how] or 0) / got.all
    if o[how] and math.abs(is - o[how]) > (o.within or 0.01) + 1e-9 then
      unmet(nil, ("expected a share of %g %s, got %g: %d of %d mails"):format(o[how], how, is,
        got[how] or 0, got.all))
    end
  end
end
