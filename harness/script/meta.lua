-- Prints the vocabulary as annotations for editors (LuaCATS, as lua-language-server reads it). Each
-- kind, act and verb must be known here: one that is forgotten is an error, and a test sees it.
local vocabulary, reasons = ...
local out = {}
local function line(format, ...)
  out[#out + 1] = select("#", ...) > 0 and format:format(...) or format
end
local function keys(t)
  local list = {}
  for key in next, t do list[#list + 1] = key end
  table.sort(list)
  return list
end
local function known(what, t, name)
  return t[name] or error(("meta.lua knows no %s '%s'"):format(what, name), 0)
end
-- "answers_dns", "options" -> "mailtls.AnswersDnsOptions"
local function class_name(...)
  local words = {}
  for word in table.concat({ ... }, "_"):gmatch "[^_]+" do
    words[#words + 1] = word:sub(1, 1):upper() .. word:sub(2)
  end
  return "mailtls." .. table.concat(words)
end
local function union(allowed)
  local parts = {}
  for i, value in ipairs(allowed) do parts[i] = ("%q"):format(value) end
  return table.concat(parts, "|")
end
local function list_too(type)
  if type:find("|", 1, true) then return ("%s|(%s)[]"):format(type, type) end
  return ("%s|%s[]"):format(type, type)
end

-- ---- kinds of values

local host = "mailtls.Sender|mailtls.Receiver|mailtls.Gateway|mailtls.User"
local kinds = {
  text = "string", name = "string", address = "string", return_path = "string",
  media_type = "string",  zone_name = "string", bytes = "string",
  command = "string", reply = "string", date = "mailtls.Date", duration = "mailtls.Duration",
  bandwidth = "string", number = "integer", byte = "integer", offset = "integer",
  percent = "number", yes_no = "boolean", level = "mailtls.Level",
  texts = list_too "string", names = list_too "string", addresses = list_too "string|mailtls.User",
  records = list_too "string", protocols = list_too "string",
  levels = "mailtls.Level|table<string, mailtls.Level|mailtls.RuleOptions|"
    .. "mailtls.EximRuleOptions|mailtls.OpensmtpdRuleOptions>",
  certificate = "mailtls.Certificate", replies = "table<mailtls.Command, string|string[]>",
  host = "string|" .. host, next_hop = "string|" .. host,
  ports = list_too "integer", hosts = ("(%s)[]"):format(host),
  ends = ("(%s|mailtls.Domain|\"dns\")[]"):format(host),
  mx = list_too "string|mailtls.Receiver|{ host: string, preference: integer? }",
  tlsa = list_too "mailtls.TlsaOptions", faults = list_too "mailtls.FaultOptions",
  fingerprints = list_too "string|mailtls.Receiver", mta_sts = "mailtls.MtaStsOptions",
  tls_rpt = "string|mailtls.TlsRptOptions",
  tickets = "boolean|mailtls.TicketOptions", counts = "table<mailtls.Reason, integer>",
  policy = "mailtls.Policy", authority = "string|mailtls.Ca",
  authorities = list_too "string|mailtls.Ca",
  trusts = list_too "string|mailtls.Ca|mailtls.Receiver",
  axes = "table<string, string[]|table<string, any>>", play = "fun(...: any): mailtls.Mail",
  plays = "fun(cell: table<string, any>)",
  user_names = list_too "string", price = "number", portion = "number",
  gateway = "mailtls.SenderOptions|mailtls.ReceiverOptions", scanner = "mailtls.ScannerOptions",
  inside = "mailtls.ReceiverOptions",
}
-- Words that read a file beside the scenario: what each gives.
local of_files = { postfix_table = "mailtls.Policy", postfix_main = "mailtls.Policy",
  exim_config = "mailtls.Policy", smtpd_config = "mailtls.Policy",
  mta_sts_policy = "mailtls.MtaStsPolicy" }
if vocabulary.builders.mta_sts_policy then
  kinds.mta_sts = "mailtls.MtaStsOptions|mailtls.MtaStsPolicy"
end
local of_allowed = {
  choice = union,
  choices = function(allowed) return list_too(union(allowed)) end,
  chain = function(allowed) return union(allowed) .. "|(string|mailtls.Ca)[]" end,
  tlsa_source = function(allowed) return union(allowed) .. "|mailtls.Certificate" end,
  direction = function(allowed)
    return union(allowed) .. "|" .. host .. "|mailtls.Domain|\"dns\""
  end,
}
local function type_of(option)
  local allowed = option.allowed
  if type(allowed) == "string" then allowed = known("list", vocabulary.lists, allowed) end
  if not allowed then return known("kind", kinds, option.kind) end
  return known("kind with allowed values", of_allowed, option.kind)(allowed)
end
local function options_class(name, meaning, options)
  line ""
  if meaning then line("---%s", meaning) end
  line("---@class (exact) %s", name)
  for _, key in ipairs(keys(options)) do
    local o = options[key]
    line("---@field %s? %s %s%s", key:find "^[%a_][%w_]*$" and key or ("[%q]"):format(key),
      type_of(o), o.meaning, o.later and " (not built yet)" or "")
  end
end
local function alias(name, meaning, allowed)
  line ""
  line("---%s", meaning)
  line("---@alias %s", name)
  for _, value in ipairs(allowed) do line("---| %q", value) end
end

-- ---- what each word takes and gives back

-- Of a table of options: the class made of them. Else parameters, each "name: type".
local mail, watcher = "mail: mailtls.Mail", { "text: string" }
local verbs = {
  mail_verbs = {
    is = { "fate: mailtls.Fate" }, finally = { "fate: mailtls.FinalFate" },
    crossed = { "how: mailtls.Crossing" }, because = { "reason: mailtls.Reason?" },
    code = { "status: string" }, attempts = { "n: integer" },
    reached = { "host: string|" .. host .. "|nil" }, tls = { "facts: mailtls.TlsFacts" },
    dialogue = { "text: string" },
    to = { "address: string|mailtls.User", gives = "mailtls.MailExpectation" },
    hop = { "n: integer", gives = "mailtls.MailExpectation" },
  },
  watcher_verbs = {
    read = { mail }, never_read = { mail }, not_yet_read = { mail },
    altered = { mail }, never_altered = { mail }, not_yet_altered = { mail },
    knows = watcher, never_knows = watcher, not_yet_knows = watcher, sizes = { mail },
  },
  host_verbs = {
    kept = { "facts: mailtls.KeptFacts" }, reported = { "facts: mailtls.ReportFacts" },
    sent_no_report = { mail },
    bounced = { mail, gives = "fun(facts: mailtls.BounceFacts)" },
    reported_delivery = { mail, gives = "fun(facts: mailtls.DeliveryFacts)" },
  },
  domain_verbs = {
    took_report = { "facts: mailtls.TakenFacts" }, took_no_report = {},
    refused_report = { "facts: mailtls.RefusedFacts" },
  },
  scanner_verbs = { found = { mail }, passed = { mail }, could_not_inspect = { mail } },
  user_verbs = { got = { mail }, never_got = { mail }, not_yet_got = { mail },
    decided = { "n: integer" } },
  company_verbs = { needs = { "facts: mailtls.NeedFacts" }, pays = { "amount: number" },
    changed = { "facts: mailtls.ChangedFacts" } },
}
-- Who has the word: a kind of thing, or nobody where it stands alone.
local acts = {
  sends = { of = "sender", "options: mailtls.SendsOptions", gives = "mailtls.Mail" },
  writes = { of = "user", "options: mailtls.WritesOptions", gives = "mailtls.Mail" },
  prices = { "options: mailtls.PricesOptions" }, share = { "options: mailtls.ShareOptions" },
  flushes = { of = "sender" },
  goes_down = { of = "receiver" }, comes_back = { of = "receiver" },
  after = { "duration: mailtls.Duration" }, at = { "date: mailtls.Date" },
  cites = { "what: string" },
  shared = { "file: string", gives = "any" },
  given = { "name: string", "default: string?", gives = "string" },
  strips = { of = "attacker", "capability: string" }, leaves = { of = "attacker" },
  splits = { of = "attacker", "into: integer" }, joins = { of = "attacker", "up_to: string" },
  blocks = { of = "attacker", "service: \"smtp\"|\"https\"|\"dns\"",
    "options: mailtls.BlocksOptions?" },
  downgrades = { of = "attacker",
    "to: \"TLSv1.0\"|\"TLSv1.1\"|\"TLSv1.2\"|mailtls.DowngradesOptions" },
  rewrites = { of = "attacker", "rewrite: fun(line: string, reader: string): string",
    "options: mailtls.RewritesOptions?" },
  impersonates = { of = "attacker", "victim: mailtls.Receiver|mailtls.Domain",
    "certificate: mailtls.Certificate" },
  replays = { of = "attacker", "receiver: mailtls.Receiver" },
}
-- Words that several kinds of things have: those of watchers, and those that take the options
-- that a thing was built with.
local of_watchers = { steals_key = { "receiver: mailtls.Receiver" } }
local of_builders = { changes = {
  "sender", "receiver", "domain", "link", "company" } }
-- An act of an attacker's takes its options and no more, unless the table above says otherwise.
local function signature(name, act)
  if acts[name] then return acts[name] end
  if not act.options then known("act", acts, name) end
  return { of = "attacker", "options: " .. class_name(name, "options") }
end

local function word(full_name, meaning, parameters, gives)
  line ""
  line("---%s", meaning)
  local names = {}
  for i, parameter in ipairs(parameters) do
    local name, type = parameter:match "^([%w_]+): (.+)$"
    local optional = type:find "%?$" and not type:find "^fun"
    line("---@param %s%s %s", name, optional and "?" or "", (type:gsub("%?$", "")))
    names[i] = name
  end
  if gives then line("---@return %s", gives) end
  line("function %s(%s) end", full_name, table.concat(names, ", "))
end

-- ---- the page

line "---@meta"
line "-- The scenario language of mailtls for editors. Made by `mailtls api --meta`; not run."
line ""
line "---A time span: \"20 ms\", \"5 minutes\", \"4 days\"; a bare number is in seconds."
line "---@alias mailtls.Duration string|number"
line ""
line "---A moment in UTC: \"2026-01-31\" or \"2026-01-31 12:00 UTC\"."
line "---@alias mailtls.Date string"
local all_levels, listed = {}, {}
for _, mta in ipairs(vocabulary.mtas.names) do
  for _, level in ipairs(vocabulary.mtas[mta].levels) do
    if not listed[level] then all_levels[#all_levels + 1] = level end
    listed[level] = true
  end
end
alias("mailtls.Level", "What a sender demands of a session, in its MTA's words.", all_levels)
alias("mailtls.Fate", "Where a mail is.", vocabulary.fates)
alias("mailtls.FinalFate", "Where a mail ends.", vocabulary.final_fates)
alias("mailtls.Crossing", "How the content of a mail crossed the wire.", vocabulary.crossings)
alias("mailtls.Command", "What a server can answer to.", vocabulary.reply_verbs)
alias("mailtls.Reason", "Why a mail is where it is: RFC 8460's result types and ours.", reasons)

for _, name in ipairs(keys(vocabulary)) do
  if name:find "_options$" or name:find "_facts$" then
    options_class(class_name(name), nil, vocabulary[name])
  end
end
for _, name in ipairs(keys(vocabulary.builders)) do
  local builder = vocabulary.builders[name]
  if builder.options then
    options_class(class_name(name, "options"), builder.meaning, builder.options)
  end
end
for _, name in ipairs(keys(vocabulary.acts)) do
  local act = vocabulary.acts[name]
  if act.options then options_class(class_name(name, "options"), act.meaning, act.options) end
end

-- Things of the world. A sender, receiver or domain may go without braces: what its name gives can
-- be called for them.
local things = { sender = "NAME", receiver = "NAME", domain = "NAME", eavesdropper = "braces",
  attacker = "braces", link = "options", ca = "NAME", company = "NAME" }
local fields = { company = { "gateway mailtls.Gateway", "store mailtls.Receiver",
  "scanner mailtls.Scanner?",
  "[string] mailtls.User" } }
for _, name in ipairs(keys(things)) do
  line ""
  line("---%s", vocabulary.builders[name].meaning)
  line("---@class %s", class_name(name))
  line "---@field name string"
  for _, field in ipairs(fields[name] or {}) do line("---@field %s", field) end
  line("local %s = {}", class_name(name):match "%w+$")
  if things[name] == "NAME" then
    line ""
    line("---@class %s: %s", class_name(name, "without_braces"), class_name(name))
    line("---@overload fun(options: %s): %s", class_name(name, "options"), class_name(name))
  end
end
line ""
line "---A company's gateway: a sender and a receiver."
line "---@class mailtls.Gateway"
line "local Gateway = {}"
line ""
line "---What both have holds for both."
line "---@param options mailtls.SenderOptions|mailtls.ReceiverOptions"
line "function Gateway:changes(options) end"
line ""
line "function Gateway:flushes() end"
line ""
line "---A company's scanner, a receiver."
line "---@class mailtls.Scanner"
line "local Scanner = {}"
line ""
line "---Who works in a company, and the workstation."
line "---@class mailtls.User"
line "local User = {}"
line ""
line "---A mail; judge it by expect(mail)."
line "---@class mailtls.Mail"
line ""
line "---@class mailtls.Certificate"
line ""
line "---@class mailtls.CertificateWithoutBraces: mailtls.Certificate"
line "---@overload fun(options: mailtls.SignedByOptions): mailtls.Certificate"
local declared = {}
for _, name in ipairs(keys(of_files)) do
  local gives, builder = of_files[name], vocabulary.builders[name]
  if builder and not declared[gives] then
    declared[gives] = true
    line ""
    line("---@class %s", gives)
  end
  if builder then
    line ""
    line("---@class %s: %s", class_name(name, "without_braces"), gives)
    line("---@overload fun(options: %s): %s",
      builder.options and class_name(name, "options") or "mailtls.MtaStsOptions", gives)
  end
end
for _, section in ipairs(keys(verbs)) do
  line ""
  line("---@class %s", class_name((section:gsub("_verbs$", "")), "expectation"))
  for _, name in ipairs(keys(vocabulary[section])) do
    local verb = known("verb", verbs[section], name)
    local gives = verb.gives and ": " .. verb.gives or ""
    line("---@field %s fun(%s)%s %s", name, table.concat(verb, ", "), gives,
      vocabulary[section][name])
  end
end

local builders = {
  network = function(name, meaning)
    word(name, meaning, { "options: " .. class_name(name, "options") })
  end,
  self_signed = function(_, meaning)
    line ""
    line("---%s", meaning)
    line "---@type mailtls.CertificateWithoutBraces"
    line "self_signed = {}"
  end,
  signed_by = function(name, meaning)
    word(name, meaning, { "authority: string|mailtls.Ca" }, "mailtls.CertificateWithoutBraces")
  end,
}
for _, name in ipairs(keys(vocabulary.builders)) do
  local meaning = vocabulary.builders[name].meaning
  local options, gives = class_name(name, "options"), class_name(name)
  if things[name] == "NAME" then
    word(name, meaning, { "name: string" }, class_name(name, "without_braces"))
  elseif of_files[name] then
    word(name, meaning, { "file: string" }, class_name(name, "without_braces"))
  elseif things[name] == "braces" then
    word(name, meaning, { "name: string" }, ("fun(options: %s): %s"):format(options, gives))
  elseif things[name] == "options" then
    word(name, meaning, { "options: " .. options }, gives)
  else
    known("builder", builders, name)(name, meaning)
  end
end
for _, name in ipairs(keys(vocabulary.acts)) do
  local act = vocabulary.acts[name]
  for _, thing in ipairs(of_builders[name] or {}) do
    word(class_name(thing):match "%w+$" .. ":" .. name, act.meaning,
      { "options: " .. class_name(thing, "options") })
  end
  if of_watchers[name] then
    for _, thing in ipairs { "eavesdropper", "attacker" } do
      word(class_name(thing):match "%w+$" .. ":" .. name, act.meaning, of_watchers[name])
    end
  elseif not of_builders[name] then
    local s = signature(name, act)
    local owner = s.of and class_name(s.of):match "%w+$" .. ":" or ""
    word(owner .. name, act.meaning, s, s.gives)
  end
end

line ""
line "---A story: what is there, what happens, what must come of it."
line "---@param title string"
line "---@param facts mailtls.ScenarioFacts"
line "---@param play fun()"
line "---@overload fun(title: string, play: fun())"
line "function scenario(title, facts, play) end"
line ""
line "---Every row against every column, each cell in a world of its own."
line "---@param title string"
line "---@param spec mailtls.MatrixOptions"
line "function matrix(title, spec) end"
line ""
line "---Every combination of values, each a cell in a world of its own: `mailtls sweep`."
line "---@param title string"
line "---@param spec mailtls.SweepOptions"
line "function sweep(title, spec) end"
line ""
line "---Judges a mail, a watcher, a user, a company, a host or a domain."
line "---@overload fun(mail: mailtls.Mail): mailtls.MailExpectation"
line "---@overload fun(watcher: mailtls.Eavesdropper|mailtls.Attacker): mailtls.WatcherExpectation"
line "---@overload fun(scanner: mailtls.Scanner): mailtls.ScannerExpectation"
line "---@overload fun(user: mailtls.User): mailtls.UserExpectation"
line "---@overload fun(company: mailtls.Company): mailtls.CompanyExpectation"
line("---@overload fun(host: %s): mailtls.HostExpectation",
  "mailtls.Sender|mailtls.Receiver|mailtls.Gateway")
line "---@overload fun(domain: mailtls.Domain): mailtls.DomainExpectation"
line "function expect(subject) end"
return table.concat(out, "\n") .. "\n"
