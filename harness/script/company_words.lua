-- The vocabulary of companies, put beside all other words (vocabulary.lua).
local vocabulary = ...
local sends = vocabulary.acts.sends.options

-- A user is who writes: that is never asked.
local writes = {}
for name, option in pairs(sends) do writes[name] = name ~= "from" and option or nil end
writes.sealed = { kind = "choice", allowed = { "no", "S/MIME" }, meaning = "is the body sealed for its readers alone, end to end (CMS EnvelopedData, RFC 8551)? The subject stays readable. Both companies need user_certificates = true; default no" }

vocabulary.builders.company = {
  meaning = "a company: a workstation for each user (host USER.DOMAIN), a gateway (mail.DOMAIN) and a mail store (store.DOMAIN). A mail goes workstation, gateway (port 587), internet, the other gateway, store; company.USER, company.gateway and company.store are its members",
  options = {
    users   = { kind = "user_names", meaning = "who works there: local parts of addresses, and names of workstations; company.ann stands for ann" },
    gateway = { kind = "gateway", meaning = "options of sender and of receiver for its gateway; what both have holds for both; default: as they are" },
    inside  = { kind = "inside", meaning = "options of receiver for its store, for the hop behind the gateway; default: { starttls = \"absent\" }" },
    scanner = { kind = "scanner", meaning = "what looks into all mail behind the gateway (host scanner.DOMAIN), decodes it and goes into its parts: { finds =, on_find = }; left out: there is none" },
    user_certificates = { kind = "yes_no", meaning = "has each user a certificate for S/MIME, by \"Lab Mail CA\"? default false" },
  },
}
-- What the company says of itself is no option of its gateway's.
vocabulary.of_the_company = {
  gateway = { domain = true, serves = true, relays_to = true, users = true, preference = true },
  inside = { serves = true, relays_to = true, users = true, preference = true },
}
vocabulary.scanner_options = {
  finds   = { kind = "texts", meaning = "what it looks for, in each decoded part; \"EICAR\" is the test file of that name; default { \"EICAR\" }" },
  on_find = { kind = "choice", allowed = { "refuses", "quarantines", "marks" }, meaning = "what becomes of such mail: a 550 at the end of data, and so a bounce; it stays at the scanner; it goes on with X-Scanner: found NAME; default refuses" },
}
-- These names have a meaning of their own in each company.
vocabulary.members = { "gateway", "store", "scanner", "mail", "changes" }

vocabulary.acts.writes = {
  meaning = "user:writes {…}: the user's mail leaves the workstation, from USER@DOMAIN; gives the mail. Wherever an address is expected, a user can stand",
  options = writes,
}
vocabulary.acts.prices = {
  meaning = "prices {…}: what certificates cost, for expect(company).pays",
  options = {
    server_certificate = { kind = "price", meaning = "of one host; default 0" },
    user_certificate   = { kind = "price", meaning = "of one user; default 0" },
    currency           = { kind = "text", meaning = "as \"EUR\"; it stands in messages" },
  },
}
vocabulary.acts.share = {
  meaning = "share { encrypted = 0.5, [\"in clear text\"] = 0.5 }: how the mails between gateways crossed that were delivered since the last share or the beginning; judges now. What is not named is not judged; encrypted leaves out authenticated; no mail at all is a failure",
  options = {
    within = { kind = "portion", meaning = "how far a portion may be off; default 0.01" },
  },
}
-- What was delivered has crossed.
for _, crossing in ipairs { "in clear text", "encrypted", "authenticated" } do
  vocabulary.acts.share.options[crossing] = { kind = "portion", meaning = "from 0 to 1; default: not judged" }
end

vocabulary.user_verbs = {
  got       = "got(mail): the store holds it for this user as it was written, subject and body; what is sealed is opened with the user's key",
  never_got = "never_got(mail): the store holds nothing of it for this user; judges now, and again at the end",
  decided   = "decided(n): how often this user had to choose how mail is protected: never with TLS, once a mail and recipient with S/MIME, as each has a certificate of his own",
  not_yet_got = "not_yet_got(mail): the store holds nothing of it for this user; judges now",
}
vocabulary.company_verbs = {
  needs = "needs { server_certificates =, user_certificates = }: how many certificates: one for each of its hosts that offers STARTTLS to other companies, which is its gateway; and one for each user's, if users have any",
  changed = "changed { gateways =, scanners =, stores =, workstations = }: how many of its hosts have settings that differ from those of the world's first moment; what was changed back counts as not changed; judges now",
  pays  = "pays(amount): what they cost, by prices {…}",
}
vocabulary.scanner_verbs = {
  found  = "found(mail): it found something in the mail",
  passed = "passed(mail): it looked into the mail, and found nothing",
  could_not_inspect = "could_not_inspect(mail): there is something in the mail that it could not look into",
}
local changed = { kind = "number", meaning = "how many of them; default: any" }
vocabulary.changed_facts = {
  gateways = changed, scanners = changed, stores = changed, workstations = changed,
}
vocabulary.need_facts = {
  server_certificates = { kind = "number", meaning = "for hosts; default: any" },
  user_certificates   = { kind = "number", meaning = "for users; default: any" },
}
return vocabulary
