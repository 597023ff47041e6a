-- Prints the vocabulary as the reference page. Checked against docs/language.md by a test.
local vocabulary = ...
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
local function options(spec)
  line ""
  line "| option | value | meaning |"
  line "|---|---|---|"
  for _, name in ipairs(keys(spec)) do
    local o = spec[name]
    local allowed = type(o.allowed) == "string" and vocabulary.lists[o.allowed] or o.allowed
    local value = allowed and table.concat(allowed, ", ") or o.kind:gsub("_", " ")
    if o.also then value = value .. ", " .. o.also end
    line("| `%s` | %s | %s%s |", name, value, o.meaning, o.later and " (not built yet)" or "")
  end
  line ""
end
local function verbs(t)
  for _, name in ipairs(keys(t)) do line("- `%s`", t[name]) end
  line ""
end

line "# The scenario language"
line ""
line("Made from `harness/script/vocabulary.lua` by `mailtls api`. A word marked *not built yet* is "
  .. "refused with a clear")
line "sentence, never ignored."
line ""
line("Levels: `%s`; of Exim `%s`; of OpenSMTPD `%s`.", table.concat(vocabulary.levels, "`, `"),
  table.concat(vocabulary.mtas["Exim 4.96"].levels, "`, `"),
  table.concat(vocabulary.mtas["OpenSMTPD 6.8"].levels, "`, `"))
line ""
line "## scenario(title, [facts,] play)"
options(vocabulary.scenario_facts)
line "## matrix(title, {…})"
line ""
line "Every row against every column, each cell a world of its own; played by `mailtls matrix`."
options(vocabulary.matrix_options)
line "## sweep(title, {…})"
line ""
line "Every combination of values, each a world of its own; played by `mailtls sweep`."
options(vocabulary.sweep_options)
line "## Words that build"
line ""
line "The braces may be left out where all defaults will do."
line ""
for _, name in ipairs { "sender", "receiver", "domain", "eavesdropper", "attacker" } do
  line("### %s NAME {…}", name)
  line ""
  line("%s.", vocabulary.builders[name].meaning)
  options(vocabulary.builders[name].options)
end
line "### company DOMAIN {…}"
line ""
line("%s.", vocabulary.builders.company.meaning)
options(vocabulary.builders.company.options)
line "Its scanner:"
options(vocabulary.scanner_options)
for _, name in ipairs { "network", "link" } do
  line("### %s {…}", name)
  line ""
  line("%s.", vocabulary.builders[name].meaning)
  options(vocabulary.builders[name].options)
end
line "### A rule for one destination"
line ""
line "In `tls = { default = …, [\"domain\"] = … }` each value is a level or a table:"
options(vocabulary.rule_options)
line "Of Exim, where each option of its smtp transport holds for all hosts of the destination:"
options(vocabulary.exim_rule_options)
line "Of OpenSMTPD:"
options(vocabulary.opensmtpd_rule_options)
line "### Files of rules: postfix_table \"FILE\" {…} and the like"
line ""
line "Files in the scenario's own folder, or below it: texts of at most 1 MiB. What stands in them"
line "and is not right, or cannot be played, is a mistake that names the file and the line. The"
line "braces may be left out."
line ""
for _, name in ipairs { "postfix_table", "postfix_main", "exim_config", "smtpd_config",
    "mta_sts_policy" } do
  line("`%s`: %s.", name, vocabulary.builders[name].meaning)
  if vocabulary.builders[name].options then
    options(vocabulary.builders[name].options)
  end
end
line ""
line "### TLSA records and faults of DNS"
line ""
line("An entry of `domain`'s `tlsa`; the data is made of what the receiver shows when it is "
  .. "published:")
options(vocabulary.tlsa_options)
line "An entry of `domain`'s `fails`:"
options(vocabulary.fault_options)
line "### An MTA-STS policy"
line ""
line("`domain`'s `mta_sts`; `domain:changes { mta_sts = … }` changes what it names, and that "
  .. "alone:")
options(vocabulary.mta_sts_options)
line "### Where TLS reports go"
line ""
line "`domain`'s `tls_rpt`, where it is a table:"
options(vocabulary.tls_rpt_options)
line "### Session tickets"
line ""
line "`receiver`'s `tickets`, where it is a table:"
options(vocabulary.ticket_options)
line "### ca \"CA NAME\" {…}"
line ""
line("%s.", vocabulary.builders.ca.meaning)
options(vocabulary.builders.ca.options)
line "### self_signed {…}, signed_by \"CA NAME\" {…}"
line ""
line("%s; %s.", vocabulary.builders.self_signed.meaning, vocabulary.builders.signed_by.meaning)
options(vocabulary.builders.signed_by.options)
line "## Words that act"
line ""
for _, name in ipairs(keys(vocabulary.acts)) do line("- %s", vocabulary.acts[name].meaning) end
line ""
line "### host:sends {…}"
options(vocabulary.acts.sends.options)
for _, name in ipairs(keys(vocabulary.acts)) do
  local act = vocabulary.acts[name]
  if act.options and name ~= "sends" then
    line("### %s", act.meaning:match "^[^:]+:[^:]+" or name)
    options(act.options)
  end
end
line "## Words that judge"
line ""
line("`expect(mail)`; a mail with several recipients is judged by the one furthest from delivered, "
  .. "`.to(address)` picks one:")
line ""
verbs(vocabulary.mail_verbs)
line("Fates: `%s`. Crossings: `%s`.", table.concat(vocabulary.fates, "`, `"),
  table.concat(vocabulary.crossings, "`, `"))
line ""
line "`expect(eavesdropper)`, `expect(attacker)`:"
line ""
verbs(vocabulary.watcher_verbs)
line "What is never to be has to hold when it is asked, and at the end of all that is played: a"
line "second after the script's last word, when open sessions have ended; in a cell of a matrix,"
line "when its attempts are over. A failure tells the line of `never_…`, and when it became false."
line ""
line "`expect(sender)`, `expect(receiver)`:"
line ""
verbs(vocabulary.host_verbs)
line "With `kept`:"
options(vocabulary.kept_facts)
line "With `bounced`:"
options(vocabulary.bounce_facts)
line "With `reported_delivery`:"
options(vocabulary.delivery_facts)
line "With `reported`:"
options(vocabulary.report_facts)
line "`expect(domain)`:"
line ""
verbs(vocabulary.domain_verbs)
line "With `took_report`:"
options(vocabulary.taken_facts)
line "With `refused_report`:"
options(vocabulary.refused_facts)
line "`expect(company.ann)`, a user:"
line ""
verbs(vocabulary.user_verbs)
line "`expect(company.scanner)`, beside the words of a host:"
line ""
verbs(vocabulary.scanner_verbs)
line "`expect(company)`:"
line ""
verbs(vocabulary.company_verbs)
line "With `needs`:"
options(vocabulary.need_facts)
line "With `changed`:"
options(vocabulary.changed_facts)
line "In `.dialogue` commands that left together stand together, as they were sent; or each reply"
line "behind its command: both orders fit. A line `...` skips lines, `...` in a line any text, and"
line "at the very end all that follows."
line ""
line "## What is not there"
line ""
line("Other files, the clock, the environment, other modules, bytecode, addresses, `__gc`. `pairs` "
  .. "and `next` go in order: numbers, then")
line "texts. `math.random` is seeded by the run. A script that runs over its budget is stopped."
line ""
line "A mistake or an unmet expectation that `pcall` catches is a value of its own: `message`,"
line "`file` and `line` can be read, and nothing of it can be changed. A budget is not caught so."
return table.concat(out, "\n") .. "\n"
