-- Words that judge. An unmet expectation ends its scenario: what was expected, what happened, why.
local words, internal, stage, vocabulary = ...
local mistake, ask, shown, check = internal.mistake, internal.ask, internal.shown, internal.check

local function unmet(subject, message, mail)
  internal.raise("expectation", message .. (mail and stage.explain(mail) or ""))
end
internal.unmet = unmet

local function one_of(where, value, allowed)
  return check.choice(where, value, { allowed = allowed })
end

-- ---- a mail, or one recipient of it

local mail_verbs = {}
local function verdict(e)
  local all = ask("verdict", e.mail, e.recipient)
  return e.hop and all.hops[e.hop] or all
end
local function called(e)
  local name = e.recipient and ("the mail to " .. e.recipient) or "the mail"
  return e.hop and ("%s on hop %d"):format(name, e.hop) or name
end
local function compare(e, what, expected, got, verb)
  if expected ~= got then
    unmet(e, ("expected %s %s %s, but it %s %s"):format(called(e), verb, shown(expected), verb,
      shown(got)), e.mail)
  end
end

function mail_verbs.is(e, fate)
  one_of("is", fate, vocabulary.fates)
  compare(e, "fate", fate, verdict(e).fate, "is")
end
function mail_verbs.finally(e, fate)
  one_of("finally", fate, vocabulary.final_fates)
  ask("settle", e.mail)
  compare(e, "fate", fate, verdict(e).fate, "is finally")
end
function mail_verbs.crossed(e, how)
  one_of("crossed", how, vocabulary.crossings)
  compare(e, "crossing", how, verdict(e).crossed, "crossed")
end
function mail_verbs.because(e, reason)
  if reason ~= nil then one_of("because", reason, stage.reasons()) end
  compare(e, "reason", reason, verdict(e).reason, "is so because of")
end
function mail_verbs.code(e, code)
  if not check.text("code", code):find "^[245]%.%d%d?%d?%.%d%d?%d?$" then
    mistake("code: expected an enhanced status code such as 4.7.4, got %s", shown(code))
  end
  compare(e, "code", code, verdict(e).code, "has the code")
end
function mail_verbs.attempts(e, n)
  check.number("attempts", n)
  compare(e, "attempts", n, verdict(e).attempts, "was tried so often:")
end
function mail_verbs.reached(e, host)
  local thing = internal.thing_of_kind(host, "sender", "receiver")
  local name = thing and thing.name or host
  local literal = type(name) == "string" and name:find "^%[" and stage.is_address("a@" .. name)
  if name ~= nil and not literal then name = check.name("reached", name):lower() end
  compare(e, "host", name, verdict(e).reached, "reached")
end
function mail_verbs.tls(e, facts)
  local wanted = internal.clean("tls", vocabulary.tls_facts, facts)
  local got = verdict(e).tls
  if not got then
    unmet(e, ("expected %s to have crossed inside TLS, but it did not"):format(called(e)), e.mail)
  end
  for _, key in ipairs(internal.sorted_keys(wanted)) do
    compare(e, key, wanted[key], got[key], "has the TLS " .. key)
  end
end
function mail_verbs.to(e, address)
  address = check.address("to", address)
  return internal.expectation({ mail = e.mail, recipient = address }, mail_verbs,
    vocabulary.mail_verbs, "a mail")
end

function mail_verbs.hop(e, n)
  check.number("hop", n)
  local count = #verdict(e).hops
  if n < 1 or n > count then
    unmet(e, ("expected %s to have a hop %d, but it has %d"):format(called(e), n, count), e.mail)
  end
  return internal.expectation({ mail = e.mail, recipient = e.recipient, hop = n }, {
    is = mail_verbs.is, crossed = mail_verbs.crossed, because = mail_verbs.because,
    code = mail_verbs.code, reached = mail_verbs.reached, tls = mail_verbs.tls,
  }, { is = "", crossed = "", because = "", code = "", reached = "", tls = "" }, "a hop")
end

local function matches_line(line, pattern)
  line = line:match "^(.-)%s*$"  -- patterns have no blanks at their end either
  local parts, at = {}, 1
  for piece in (pattern .. "..."):gmatch "(.-)%.%.%." do parts[#parts + 1] = piece end
  if #parts == 1 then return line == pattern end
  if line:sub(1, #parts[1]) ~= parts[1] then return false end
  at = #parts[1] + 1
  for i = 2, #parts - 1 do
    local found, stop = line:find(parts[i], at, true)
    if not found then return false end
    at = stop + 1
  end
  local last = parts[#parts]
  return #line - at + 1 >= #last and line:sub(#line - #last + 1) == last
end

-- Greedy from the left is enough: a skipped run ends at the first line that lets the rest match.
local function matches(got, wanted)
  local reach = { [1] = true }  -- positions in `got` that the patterns so far can lead to
  for _, pattern in ipairs(wanted) do
    local after, skipping = {}, false
    for at = 1, #got + 1 do
      if pattern == "..." then
        skipping = skipping or reach[at]
        after[at] = skipping or nil
      elseif reach[at] and at <= #got and matches_line(got[at], pattern) then
        after[at + 1] = true
      end
    end
    reach = after
  end
  return reach[#got + 1] == true
end

function mail_verbs.dialogue(e, text)
  local wanted = {}
  for line in check.text("dialogue", text):gmatch "[^\n]+" do
    line = line:match "^%s*(.-)%s*$"
    if line ~= "" then
      if line ~= "..." and not line:find "^[SC]: " and line ~= "S:" and line ~= "C:" then
        mistake("dialogue: expected a line beginning with S: or C: or the line ..., got %s",
          shown(line))
      end
      wanted[#wanted + 1] = line
    end
  end
  -- "..." at the very end skips all that follows, on that line and behind it.
  if #wanted > 0 and wanted[#wanted]:find "%.%.%.$" then wanted[#wanted + 1] = "..." end
  local got, in_turns = table.unpack(ask("dialogue", e.mail))
  if not matches(got, wanted) and not matches(in_turns, wanted) then
    unmet(e, "the dialogue differs from what was expected; it was:\n    "
      .. table.concat(got, "\n    "), e.mail)
  end
end

-- ---- a watcher

local watcher_verbs = {}
local function mail_of(verb, mail)
  local thing = internal.thing_of_kind(mail, "mail")
  if not thing then mistake("%s: expected a mail, got %s", verb, shown(mail)) end
  return thing.index
end
internal.mail_of = mail_of
-- Three words for each: it is so; it is not so yet; it never is, which is judged once more when the
-- script has ended (Play::broken_promise).
local function watches(verb, question, asked, words_of)
  local function word(name, wanted, hope)
    watcher_verbs[name] = function(e, what)
      local it = asked(name, what)
      local found, act, so, not_so = ask(question, e.index, it), words_of(it)
      local expected = ("expected %s %s"):format(e.name, hope:format(act))
      if found.yes ~= wanted then
        if found.where then so = so .. "; " .. found.where end
        unmet(e, ("%s, but %s"):format(expected, found.yes and so or not_so),
          question ~= "knows" and it or nil)
      end
      if name == "never_" .. verb then
        local file, line = internal.author_line()
        ask("promise", verb, e.index, it, expected, so, file, line)
      end
    end
  end
  word(verb, true, "to %s")
  word("not_yet_" .. verb, false, "not to %s yet")
  word("never_" .. verb, false, "never to %s")
end
watches("read", "has_read", mail_of, function()
  return "have read the mail", "its words passed readable", "none of its words passed readable"
end)
watches("altered", "has_altered", mail_of, function()
  return "have altered the mail", "its content was changed on the way",
    "its content arrived as it was sent"
end)
local function words_to_know(verb, text)
  if check.text(verb, text) == "" then
    mistake("%s: expected words to look for, got an empty text", verb)
  end
  return text
end
watches("knows", "knows", words_to_know, function(text)
  return ("know '%s'"):format(text), "it passed readable", "it never passed readable"
end)

-- How much was said shows, sealed or not.
function watcher_verbs.sizes(e, mail)
  local index = mail_of("sizes", mail)
  local got = ask("size_of", e.index, index)
  local hope = ("expected %s to tell the size of the mail, %d bytes"):format(e.name, got.content)
  if not got.sealed then unmet(e, hope .. ", but nothing sealed passed", index) end
  if got.sealed < got.content or got.sealed > got.content + 1024 then
    unmet(e, ("%s, but its records hold %d"):format(hope, got.sealed), index)
  end
end

-- ---- a host

local host_verbs = {}
function host_verbs.kept(e, facts)
  local wanted = internal.clean("kept", vocabulary.kept_facts, facts)
  local fitting, seen = 0, {}
  for _, mail in ipairs(ask("kept", e.index)) do
    local text = mail.received .. "\r\n" .. mail.content
    if (not wanted.from or wanted.from == mail.from)
      and (not wanted.to or (", " .. mail.to .. ","):find(" " .. wanted.to .. ",", 1, true))
      and (not wanted.says or text:find(wanted.says, 1, true))
      and not (wanted.lacks and text:find(wanted.lacks, 1, true)) then
      fitting = fitting + 1
    end
    seen[#seen + 1] = ("from <%s> to %s"):format(mail.from, mail.to)
  end
  if wanted.count and fitting == wanted.count or not wanted.count and fitting > 0 then return end
  unmet(e, ("expected %s to have kept %s such, but it kept %d; in all it kept %s"):format(e.name,
    wanted.count and tostring(wanted.count) or "at least one", fitting,
    #seen > 0 and "\n    " .. table.concat(seen, "\n    ") or "none"))
end
-- What one host's reports say of a mail's recipients, a part for each; only failures, or only the
-- others, or all.
local function parts_of(e, index, failed)
  local out = {}
  for _, report in ipairs(ask("mail_reports", e.index, index)) do
    for _, part in ipairs(report.parts) do
      part.text = report.text
      part.what = part.action == "failed" and part.status or part.action
      if failed == nil or failed == (part.action == "failed") then out[#out + 1] = part end
    end
  end
  return out
end
-- Each fact must hold of one and the same part.
local function reports_of(verb, facts_of, failed, what)
  host_verbs[verb] = function(e, mail)
    local index = mail_of(verb, mail)
    local parts = parts_of(e, index, failed)
    if #parts == 0 then
      unmet(e, ("expected %s to have reported that %s, but it did not"):format(e.name, what), index)
    end
    return function(facts)
      local wanted = internal.clean(verb, vocabulary[facts_of], facts)
      local seen = {}
      for _, part in ipairs(parts) do
        local diagnostic = part.diagnostic ~= "" and ", " .. part.diagnostic or ""
        seen[#seen + 1] = ("%s: %s%s"):format(part.to, part.what, diagnostic)
        if (not wanted.to or wanted.to == part.to)
          and (not wanted.action or wanted.action == part.action)
          and (not wanted.status or wanted.status == part.status)
          and (not wanted.diagnostic or part.diagnostic:find(wanted.diagnostic, 1, true))
          and (not wanted.says or part.text:find(wanted.says, 1, true))
          and not (wanted.lacks and part.text:find(wanted.lacks, 1, true)) then
          return
        end
      end
      unmet(e, ("expected %s to have reported otherwise; it reported\n    %s"):format(e.name,
        table.concat(seen, "\n    ")), index)
    end
  end
end
reports_of("bounced", "bounce_facts", true, "the mail failed")
reports_of("reported_delivery", "delivery_facts", false, "the mail was delivered or relayed")

function host_verbs.sent_no_report(e, mail)
  local index = mail_of("sent_no_report", mail)
  local first = parts_of(e, index)[1]
  if not first then return end
  unmet(e, ("expected %s to have reported nothing of the mail, but it reported %s: %s"):format(
    e.name, first.to, first.what), index)
end

local function counts_text(counts)
  local out = {}
  for _, reason in ipairs(internal.sorted_keys(counts)) do
    out[#out + 1] = ("%s %d"):format(reason, counts[reason])
  end
  return #out > 0 and table.concat(out, ", ") or "none"
end
function host_verbs.reported(e, facts)
  local wanted = internal.clean("reported", vocabulary.report_facts, facts)
  if not wanted.domain then mistake("reported: expected domain, got nothing") end
  local got = ask("reports", e.index, wanted.domain, wanted.day)
  if #got.texts == 0 then
    unmet(e, ("expected %s to have reported to %s%s, but it made no report"):format(e.name,
      wanted.domain, wanted.day and " about " .. wanted.day or ""))
  end
  local all = table.concat(got.texts)
  for _, fact in ipairs { "says", "lacks" } do
    for _, text in ipairs(wanted[fact] or {}) do
      if (all:find(text, 1, true) ~= nil) ~= (fact == "says") then
        unmet(e, ("expected a report of %s to %s that %s %s\n  it is %s"):format(e.name,
          wanted.domain, fact, shown(text), all))
      end
    end
  end
  if wanted.successes and wanted.successes ~= got.successes then
    unmet(e, ("expected %s to have reported %d successes to %s, but it reported %d"):format(e.name,
      wanted.successes, wanted.domain, got.successes))
  end
  if wanted.failures and counts_text(wanted.failures) ~= counts_text(got.failures) then
    unmet(e, ("expected %s to have reported to %s the failures %s, but it reported %s"):format(
      e.name, wanted.domain, counts_text(wanted.failures), counts_text(got.failures)))
  end
end

-- ---- a domain

local domain_verbs = {}
local function any_or(name) return name or "anyone" end
function domain_verbs.took_report(e, facts)
  local wanted = internal.clean("took_report", vocabulary.taken_facts, facts)
  local got = ask("taken_reports", e.index, wanted.from or "")
  local hope = ("expected %s to have taken a report from %s"):format(e.name, any_or(wanted.from))
  if got.made == 0 then unmet(e, hope .. ", but it took none") end
  if wanted.successes and wanted.successes ~= got.successes then
    unmet(e, ("%s of %d successes, but it says %d"):format(hope, wanted.successes, got.successes))
  end
  if wanted.failures and counts_text(wanted.failures) ~= counts_text(got.failures) then
    unmet(e, ("%s of the failures %s, but it says %s"):format(hope, counts_text(wanted.failures),
      counts_text(got.failures)))
  end
  if wanted.noted and not got.notes:find(wanted.noted, 1, true) then
    unmet(e, ("%s, noting '%s', but it notes %s"):format(hope, wanted.noted,
      got.notes == "" and "nothing" or "'" .. got.notes .. "'"))
  end
end
function domain_verbs.took_no_report(e)
  local got = ask("taken_reports", e.index, "")
  if got.made > 0 then
    unmet(e, ("expected %s to have taken no report, but it took %d"):format(e.name, got.made))
  end
end
function domain_verbs.refused_report(e, facts)
  local wanted = internal.clean("refused_report", vocabulary.refused_facts, facts)
  local seen = {}
  for _, refusal in ipairs(ask("refused_reports", e.index)) do
    seen[#seen + 1] = ("from %s: %s"):format(refusal.from, refusal.why)
    if (not wanted.from or wanted.from == refusal.from)
      and (not wanted.because or refusal.why:find(wanted.because, 1, true)) then
      return
    end
  end
  unmet(e, ("expected %s to have refused a report from %s%s; it refused %s"):format(e.name,
    any_or(wanted.from), wanted.because and (", '" .. wanted.because .. "'") or "",
    #seen > 0 and "\n    " .. table.concat(seen, "\n    ") or "none"))
end

-- ---- expect

local remember, is_expectation = internal.registry()

-- An expectation without a word judges nothing: a mistake, told when the scenario is over.
local unjudged = {}
function internal.none_unjudged()
  local forgotten = unjudged[1]
  unjudged = {}
  if forgotten then
    internal.raise_at(forgotten.file, forgotten.line, "mistake",
      ("expect(%s) judges nothing; known words are: %s"):format(forgotten.what,
        table.concat(internal.sorted_keys(forgotten.known), ", ")))
  end
end

function internal.expectation(subject, verbs, known, what)
  local file, line = internal.author_line()
  local waiting = { file = file, line = line, what = what, known = known }
  unjudged[#unjudged + 1] = waiting
  local function judged()
    for i, other in ipairs(unjudged) do
      if other == waiting then table.remove(unjudged, i) end
    end
  end
  return remember(setmetatable({}, {
    __index = function(_, verb)
      local judge = verbs[verb]
      if not judge then
        mistake("expect(%s) has no word '%s'%s", what, tostring(verb),
          internal.suggestion(tostring(verb), internal.sorted_keys(known)))
      end
      return function(first, ...)
        if is_expectation(first) then
          mistake("write expect(…).%s, with a dot", verb)
        end
        judged()
        if not stage.what_if_level() then return judge(subject, first, ...) end
        -- The author spoke of another world than this one: what he expected ends nothing here.
        local met, result = internal.pcall(judge, subject, first, ...)
        if met then return result end
        local failure = internal.failure_of(result)
        if not failure or failure.kind ~= "expectation" then error(result, 0) end
      end
    end,
    __newindex = function() mistake("an expectation cannot be changed") end,
    __metatable = false,
  }), true)
end

-- What can be judged: its verbs, those that the vocabulary knows, what it is called.
internal.subjects = {
  eavesdropper = { watcher_verbs, vocabulary.watcher_verbs, "eavesdropper" },
  attacker = { watcher_verbs, vocabulary.watcher_verbs, "attacker" },
  sender = { host_verbs, vocabulary.host_verbs, "a host" },
  receiver = { host_verbs, vocabulary.host_verbs, "a host" },
  gateway = { host_verbs, vocabulary.host_verbs, "a host" },
  domain = { domain_verbs, vocabulary.domain_verbs, "a domain" },
}
function words.expect(subject)
  if not stage.playing() then mistake("expect belongs inside a scenario") end
  internal.finish_all()
  local thing = internal.thing_of(subject)
  local kind = thing and thing.kind
  if kind == "mail" then
    return internal.expectation({ mail = thing.index }, mail_verbs, vocabulary.mail_verbs, "a mail")
  end
  local judged = internal.subjects[kind]
  if not judged then
    mistake("expect: expected a mail, a watcher, a host, a domain, a company or a user, got %s",
      shown(subject))
  end
  return internal.expectation({ index = thing.index, name = thing.name, thing = thing },
    table.unpack(judged))
end
