-- Every word of the scenario language: its kind, what it allows, what it means in one line.
-- Checking, messages, the reference page (docs/language.md) and `mailtls api` all come from this
-- table, one row a word, however wide.
--
-- A kind is: text, name (of a host or domain), address, names, texts, number, byte, yes_no,
-- duration, date, choice, choices, level, levels, certificate, replies, addresses, hosts, next_hop,
-- ports, tickets, return_path, media_type, mx, tlsa, tlsa_source, records, faults, fingerprints, percent, bandwidth, ends, direction, policy, authority
-- (a CA), authorities, chain, trusts, protocols; of company_words.lua user_names, gateway, inside, price, portion. `also`: what is allowed beside the words `allowed`.
-- `later = true`: a word of the language that this version does not play yet. It is refused, never ignored.

local mtas = ...
local levels = mtas[mtas.usual].levels
local starttls = { "offered", "absent", "required", "refused 454", "refused 501", "refused 502", "drops", "drops after hello", "alerts",
                   "talks garbage", "injects a reply", "injects an EHLO answer", "injects a reply late" }
local versions = { "SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3" }
local key_usages = { "digital signature", "key encipherment", "key agreement", "certificate signing", "CRL signing" }
-- Of a certificate and of a CA's alike.
local common_options = {
  expired       = { kind = "yes_no", meaning = "its last day was two days ago" },
  not_yet_valid = { kind = "yes_no", meaning = "its first day is thirty days ahead" },
  valid_from    = { kind = "date", meaning = "its first moment, as \"2026-01-31\" or \"2026-01-31 12:00 UTC\"" },
  valid_until   = { kind = "date", meaning = "its last moment" },
  key           = { kind = "choice", allowed = { "ecdsa-p256", "rsa-2048", "rsa-1024", "ecdsa-p384", "ecdsa-p521", "rsa-4096", "rsa-512" }, meaning = "its kind of key; default ecdsa-p256" },
  signature     = { kind = "choice", allowed = { "sha256", "sha1", "sha384", "sha512" }, meaning = "the digest of the signature on it; default sha256" },
  usage         = { kind = "choice", allowed = { "server", "client", "none", "any", "mail" }, meaning = "its extended key usage; none: the extension is left out; any: anyExtendedKeyUsage, which OpenSSL does not take for a server; default server, for self_signed and ca none" },
  key_usage     = { kind = "choices", allowed = key_usages, meaning = "what its key may do; {}: the extension is left out; default: what it needs" },
  is_ca         = { kind = "yes_no", meaning = "is it a CA's (basic constraints)? default true for ca and self_signed, else false" },
  path_length   = { kind = "number", meaning = "how many CAs there may be below it; default: any number" },
  permits       = { kind = "texts", meaning = "name constraints, critical: the only names below it, of each kind that is named: domains such as \"bob.example\", networks such as \"192.0.2.0/24\", mail of a host such as \"@bob.example\"" },
  excludes      = { kind = "texts", meaning = "name constraints: names that there must not be below it" },
  version       = { kind = "choice", allowed = { "v3", "v1" }, meaning = "of X.509; v1 has no extensions, and so no names but the CN, which is then the host; default v3" },
}
local function with_common(options)
  for name, option in next, common_options do options[name] = options[name] or option end
  return options
end
local ca_options = with_common {}
local certificate_options = with_common {
  names         = { kind = "texts", meaning = "names in the certificate (SAN): DNS names, wildcards too, IPv4 and IPv6 addresses; what has an @ is a mail address, what has :// a URI; default: the host" },
  common_name   = { kind = "text", meaning = "the CN of its subject, of at most 64 bytes; default: none (self_signed and v1: the host)" },
  key           = { kind = "choice", allowed = { "ecdsa-p256", "rsa-2048", "rsa-1024", "ecdsa-p384", "ecdsa-p521", "rsa-4096", "rsa-512", "ed25519" }, meaning = "its kind of key; ed25519, of a receiver alone: no sender here speaks it, so every handshake fails; default ecdsa-p256" },
  key_name      = { kind = "text", meaning = "which of the host's keys: each name is a key of its own, of any text; default: the host's first, which a renewed certificate keeps" },
  via           = { kind = "authorities", meaning = "name of a CA between the root and it, or names, from the root's side on" },
  beside        = { kind = "authority", meaning = "name of a CA that signed nothing of it, whose certificate is sent all the same" },
  chain         = { kind = "chain", allowed = { "complete", "incomplete", "without root" }, also = "a list of CAs", meaning = "what is sent behind it; complete: all up to its root (default); incomplete: nothing; without root: the CAs between; a list: the certificates of these CAs, in this order, whoever they are" },
}
local carriage = {
  latency   = { kind = "duration", meaning = "how long each byte takes from one end to the other, as \"20 ms\"; default 10 ms" },
  jitter    = { kind = "duration", meaning = "the most that it takes longer, drawn from the seed; bytes keep their order; default 0" },
  bandwidth = { kind = "bandwidth", meaning = "what it carries each way, as \"64 kbit/s\", \"2 Mbit/s\", \"100 B/s\"; \"no limit\" (default)" },
  loss      = { kind = "percent", meaning = "so many of 100 segments are lost, 0 to 50, a fraction such as 0.5, too. TCP sends again: what is seen is a delay (RFC 6298); a datagram is gone; default 0" },
}
local host_flaws = { "keeps commands sent before TLS", "keeps the EHLO from before TLS", "accepts bare LF as end of data", "accepts bare CR as end of data", "drops NUL bytes", "drops CRs before a line end", "loses pipelined commands", "hides STARTTLS from strangers" }
local sender_flaws = { "keeps the EHLO from before TLS", "ignores certificate names", "falls back to clear text under enforce", "matches the policy against the certificate", "lets MTA-STS override DANE", "fetches policies after the first mail", "lets a star stand for several labels", "takes unproven DNS for forged", "leaves policy-domain out of TLS reports", "sends TLS reports unsigned", "signs TLS reports with another key", "reports on another domain", "sends zip bombs as TLS reports", "keeps replies sent before TLS", "sends bare line ends", "ends header lines with bare LF" }

return {
  levels = levels,
  mtas = mtas,
  fates = { "queued", "deferred", "delivered", "bounced" },
  final_fates = { "delivered", "bounced" },
  crossings = { "in clear text", "encrypted", "authenticated", "not at all" },

  scenario_facts = {
    tags  = { kind = "texts", meaning = "words to select by" },
    cites = { kind = "text", meaning = "what it exercises: ids and sections" },
    seed  = { kind = "number", meaning = "a seed of its own" },
  },

  matrix_options = {
    rows     = { kind = "axes", meaning = "names and their values: { state = { \"no_starttls\", … } }, or { state = { NAME = value, … } }" },
    columns  = { kind = "axes", meaning = "the same, across" },
    play     = { kind = "play", meaning = "a function of one value for each name, rows first; it gives back the mail to judge" },
    attempts = { kind = "number", meaning = "how many attempts are judged, 1 to 3; default 3" },
    prefix   = { kind = "text", meaning = "stands before the names of the results in a CSV file; default none" },
  },

  sweep_options = {
    over = { kind = "axes", meaning = "names and their values, as a matrix has them; every combination is a cell, a world of its own" },
    play = { kind = "plays", meaning = "a function of one table, which has a value under each of the names; what must hold is said by expect" },
  },

  builders = {
    sender = {
      meaning = "a gateway that sends for its domain",
      options = {
        domain         = { kind = "name", meaning = "the domain it sends for; default: its name less the first label" },
        behaves_like   = { kind = "choice", allowed = mtas.names, meaning = "the MTA whose ways it has: its levels, what a failure of TLS leads to, limits, schedule, what replies mean; options that this MTA does not have are refused; default Postfix 3.7" },
        tls            = { kind = "levels", meaning = "a level of its MTA, or { default = LEVEL, [\"domain\"] = LEVEL or { level =, … } }; default may (Postfix), default (Exim, OpenSMTPD)" },
        trusts         = { kind = "trusts", meaning = "names of the CAs it believes, and receivers whose own certificates it believes where they are self-signed; default { \"Lab Root CA\" }" },
        clear_fallback = { kind = "choice", allowed = { "later", "reconnect", "same connection", "never" },
                           meaning = "what level may does when TLS was offered and then failed; default later" },
        clear_after    = { kind = "choices", allowed = { "handshake", "loss", "certificate" }, meaning = "the failures of TLS behind which clear_fallback holds: no handshake, a session lost inside TLS, a certificate that proves nothing (untrusted, out of date, of another name; else level may does not judge it); default { \"handshake\", \"loss\" }" },
        retries_every  = { kind = "duration", meaning = "gap before the second attempt; the next ones grow as its MTA has it (Postfix: doubled, up to 4000 s); default 5 minutes (Exim: 15, OpenSMTPD: 400 s)" },
        gives_up_after = { kind = "duration", meaning = "age at which it bounces; default 5 days (Exim, OpenSMTPD: 4)" },
        versions       = { kind = "choices", allowed = versions, meaning = "TLS versions it offers; default TLSv1.2 and TLSv1.3, beside which older ones change nothing. With older ones alone no handshake succeeds: every server here refuses them (RFC 6176, 7568, 8996). Its hello has the form of SSL 2.0 where SSLv2 is among them" },
        ciphers        = { kind = "texts", meaning = "cipher suites it offers, by IANA's names" },
        alpn           = { kind = "protocols", meaning = "application protocols it offers to mail servers (ALPN, RFC 7301), best first, by IANA's names: { \"smtp\" }; a server that takes none of them ends the handshake, one without the word goes on; default none" },
        tls_reports    = { kind = "yes_no", meaning = "does it report to domains that ask for TLS reports? default true" },
        policy         = { kind = "policy", meaning = "what the MTA's own files say, instead of tls: postfix_table \"tls_policy\" (tls, a level, is then the default), postfix_main \"main.cf\", exim_config \"exim.conf\", smtpd_config \"smtpd.conf\"" },
        relays_to      = { kind = "next_hop", meaning = "a host that takes all its mail, whatever the MX records say (a smart host), perhaps with a port: \"mx.bob.example:587\"; default port 25. As \"[mx.bob.example]:587\" it is spelled so where rules are looked up, else in brackets, with whichever port" },
        asks_mx        = { kind = "yes_no", meaning = "does it ask for MX records? Else a domain is a host (Postfix: smtp_dns_support_level = disabled); default true" },
        soft_bounce    = { kind = "yes_no", meaning = "is a refusal for good one for now, so that nothing bounces at once (Postfix: soft_bounce)? default false" },
        discards       = { kind = "texts", meaning = "EHLO keywords that it takes for absent, as \"STARTTLS\" (Postfix: smtp_discard_ehlo_keywords)" },
        reads_replies  = { kind = "choice", allowed = { "as Postfix", "strictly" }, meaning = "what it makes of odd replies (other codes than the RFC's, lines that are none, bare LF): as Postfix, or as RFC 5321 and RFC 3207 have it; default as Postfix" },
        resolver       = { kind = "choice", allowed = { "validating", "not validating" }, meaning = "does the DNS resolver it asks check signatures? Where it does not, nothing is proven, and nothing is found forged; default validating" },
        ipv6           = { kind = "yes_no", meaning = "does it ask for IPv6 addresses, too? default false" },
        resumes        = { kind = "yes_no", meaning = "does it go on with TLS sessions, where a server gave a ticket (RFC 8446 section 2.2, RFC 5077)? Only with the same host under the same name, while the ticket is good and at most 7 days; what the host showed when the session began is judged anew by the policy and the date of now, and who is refused must show his certificate next time; default false" },
        flaws          = { kind = "choices", allowed = sender_flaws, meaning = "bugs it has on purpose" },
        mx_must_be     = { kind = "choice", allowed = { "anything", "signed", "sts", "signed or sts" }, meaning = "who must have named an MX host before mail goes there: DNSSEC (a signed MX record, or where there is none a signed address), an MTA-STS policy in mode enforce (mta_sts is then true by default), either; without that the mail waits (mx-not-proven, 4.7.0). Not asked where relays_to or a rule of tls for the domain says more; default anything" },
        requiretls     = { kind = "choice", allowed = { "strict", "relaxed" }, meaning = "mail with require_tls: must the next host offer REQUIRETLS, too (strict, RFC 8689), or are TLS and a proven host enough, and the demand ends there (relaxed)? default strict" },
        remembers_protection = { kind = "yes_no", meaning = "does it keep how well each domain was ever reached (clear text, TLS, TLS with a certificate that names the host) and send nothing there with less? Such mail waits (protection-lost, 4.7.10); default false" },
        mta_sts        = { kind = "yes_no", meaning = "does it look for MTA-STS policies (RFC 8461), and obey them? default false" },
      },
    },
    receiver = {
      meaning = "an inbound gateway; it publishes its own MX and address",
      options = {
        serves      = { kind = "names", meaning = "domain or list; default: its name less the first label" },
        preference  = { kind = "number", meaning = "of its MX record; default 10" },
        listens     = { kind = "yes_no", meaning = "does anything answer on its ports? default true" },
        users       = { kind = "texts", meaning = "the local parts that exist; default: every one" },
        starttls    = { kind = "choice", allowed = starttls, meaning = "what becomes of STARTTLS; default offered" },
        certificate = { kind = "certificate", meaning = "what it shows; default: signed_by \"Lab Root CA\"" },
        client_certificate = { kind = "choice", allowed = { "not asked for", "asked for", "required" }, meaning = "is the sender's certificate wanted? No sender here has one; required: the handshake fails without; default not asked for" },
        versions    = { kind = "choices", allowed = versions, meaning = "TLS versions it speaks; default TLSv1.2 and TLSv1.3, beside which older ones change nothing. With older ones alone no handshake succeeds: no sender of today takes them (RFC 6176, 7568, 8996)" },
        ciphers     = { kind = "texts", meaning = "cipher suites it accepts, by IANA's names" },
        alpn        = { kind = "protocols", meaning = "application protocols it takes (ALPN, RFC 7301), best first: { \"smtp\" }; a client that offers others alone gets the alert no_application_protocol, one that offers none goes on; default: what is offered is ignored" },
        replies     = { kind = "replies", meaning = "scripted answers by command, as { RCPT = \"450 4.2.0 busy\" }; \"drops\" ends the connection, { \"450 4.2.0 busy\", \"drops\" } behind the reply" },
        replies_in_tls = { kind = "replies", meaning = "the same, inside TLS only" },
        implicit_mx = { kind = "yes_no", meaning = "it publishes its address and no MX record (RFC 5321 section 5.1); default false" },
        known_as    = { kind = "name", meaning = "the MX record names this, which is an alias (CNAME) of its own name" },
        addresses   = { kind = "texts", meaning = "its IPv4 and IPv6 addresses; default: one of its own" },
        relays_to   = { kind = "next_hop", meaning = "mail for its domains goes on to this host instead of staying; perhaps with a port, as a sender has it" },
        ports       = { kind = "ports", meaning = "where it listens; default 25, and each port by which a relays_to names it" },
        size_limit  = { kind = "number", meaning = "bytes of the largest mail it takes, told by SIZE (RFC 1870); 0: no limit; default 10240000" },
        requiretls  = { kind = "yes_no", meaning = "does it offer REQUIRETLS (RFC 8689) inside TLS? default true" },
        dsn         = { kind = "yes_no", meaning = "does it offer DSN (RFC 3461): take what sends { notify =, ret =, envid = } asks for, pass it on, and report itself? default false" },
        tickets     = { kind = "tickets", meaning = "does it give tickets, so that a sender that resumes can go on with a TLS session without a certificate? true, or { lifetime =, key = }; default false" },
        unreachable = { kind = "yes_no", meaning = "connections to it are never answered; default false" },
        flaws       = { kind = "choices", allowed = host_flaws, meaning = "bugs it has on purpose" },
      },
    },
    domain = {
      meaning = "what DNS says; adds to what receivers publish, or overrides it",
      options = {
        mx      = { kind = "mx", meaning = "its MX hosts, best first; or { host =, preference = } each" },
        null_mx = { kind = "yes_no", meaning = "it takes no mail (RFC 7505)" },
        signed  = { kind = "choice", allowed = { "no", "yes", "bogus" }, meaning = "is the zone signed with DNSSEC, and do its signatures hold? default no" },
        tlsa    = { kind = "tlsa", meaning = "TLSA records: a list of { usage =, selector =, matching =, of =, host = }" },
        records = { kind = "records", meaning = "lines of a zone file, as \"www.bob.example. 300 IN A 192.0.2.7\", or a whole block of it; @ is the domain, a star a wildcard, a TTL may be 1h. They stand beside what words of the same call say, and go before what hosts publish of themselves" },
        fails   = { kind = "faults", meaning = "questions that go wrong: a list of { name =, type =, how = }" },
        ttl     = { kind = "duration", meaning = "how long answers may be kept; default 0: asked anew each time" },
        mta_sts = { kind = "mta_sts", meaning = "its MTA-STS policy, and the host that shows it: { mode =, mx =, … }; what is not named stays as it was" },
        tls_rpt = { kind = "tls_rpt", meaning = "where TLS reports (RFC 8460) go: \"mailto:reports@bob.example\", \"https://reports.bob.example/tls\", or the whole TXT record; or { rua =, https =, … }, where what is not named stays as it was" },
      },
    },
    eavesdropper = { meaning = "sees every byte of a path, and changes none", options = {
      between = { kind = "hosts", meaning = "the two hosts whose path it sits on" },
    } },
    attacker = {
      meaning = "sees every byte of a path, and acts",
      options = { between = { kind = "hosts", meaning = "the two hosts whose path it sits on" } },
    },
    network = { meaning = "how all paths carry from now on, but those with a link of their own; what is not named stays as it was", options = carriage },
    link = {
      meaning = "how one path carries, whatever network says; link:changes {…}: what is not named stays as it was",
      options = {
        between   = { kind = "ends", meaning = "its two ends: senders, receivers, a domain (its policy host), \"dns\" (the resolver)" },
        latency   = carriage.latency,
        jitter    = carriage.jitter,
        bandwidth = carriage.bandwidth,
        loss      = carriage.loss,
        down      = { kind = "direction", allowed = { "no", "both ways" }, also = "one of its ends", meaning = "nothing gets through, either way or towards that end; what TCP has sent waits, datagrams are lost; default no" },
      },
    },
    postfix_table = { meaning = "a table of Postfix's smtp_tls_policy_maps in a text file of the scenario's folder", options = {
      ignores      = { kind = "texts", meaning = "what cannot be played, and is left out all the same: attributes, as \"tafile\", or destinations" },
      fingerprints = { kind = "fingerprints", meaning = "the receivers whose certificates stand for those that the table lists; {} takes the lists by the letter" },
    } },
    postfix_main = { meaning = "a main.cf of Postfix, or a part of one, with the tables that its smtp_tls_policy_maps names, beside it", options = {
      ignores      = { kind = "texts", meaning = "what cannot be played, and is left out all the same: settings, as \"smtp_tls_wrappermode\", attributes, destinations" },
      fingerprints = { kind = "fingerprints", meaning = "the receivers whose certificates stand for those that the rules list; {} takes the lists by the letter" },
      answers      = { kind = "text", meaning = "a file beside the scenario, lines of key and rule: what tables answer that nobody can ask here (mysql, socketmap, pcre)" },
    } },
    exim_config = { meaning = "a configuration of Exim 4.96, or its smtp transport alone, with the files that it names, beside it; the sender behaves like Exim then", options = {
      ignores      = { kind = "texts", meaning = "what cannot be played, and is left out all the same: options, as \"tls_certificate\"" },
    } },
    smtpd_config = { meaning = "an smtpd.conf of OpenSMTPD 6.8, with the files that it names, beside it; the sender behaves like OpenSMTPD then", options = {
      ignores      = { kind = "texts", meaning = "what cannot be played, and is left out all the same: words, as \"smtps\", or names of tables" },
    } },
    mta_sts_policy = { meaning = "a policy file of MTA-STS, sent as it is; the braces may add what else is said of mta_sts" },
    ca          = { meaning = "what a CA is like, wherever its name stands: in signed_by, via, beside, chain, trusts; before whoever shows or believes it", options = ca_options },
    self_signed = { meaning = "a certificate signed with its own key", options = certificate_options },
    signed_by   = { meaning = "a certificate signed by a CA; only \"Lab Root CA\" is trusted by default", options = certificate_options },
  },

  acts = {
    sends = {
      meaning = "host:sends {…}: a mail goes into the queue; gives the mail",
      options = {
        to      = { kind = "addresses", meaning = "an address or a list; \"bob@[192.0.2.1]\" or \"bob@[IPv6:2001:db8::1]\" goes to that address, without DNS (RFC 5321 section 4.1.3); a domain may be of other letters, as bob@bücher.example" },
        from    = { kind = "return_path", meaning = "default: alice@ its domain; \"<>\": none, as non-delivery reports have it (RFC 5321 section 4.5.5), so that nobody hears if it fails" },
        cc      = { kind = "addresses", meaning = "more recipients" },
        subject = { kind = "text", meaning = "default: seeded words" },
        body    = { kind = "text", meaning = "default: seeded words of its own, so that readers can be told" },
        held_for = { kind = "duration", meaning = "it waits in the queue so long before its first attempt; default 0" },
        notify  = { kind = "choices", allowed = { "never", "success", "failure" }, meaning = "when this sender is to be told (RFC 3461): \"never\", or { \"success\", \"failure\" }, both or one. It goes along to servers that offer DSN; where one does not, a success ends there, as \"relayed\". No gateway here reports delays; default: failure, and nothing is said of it" },
        ret     = { kind = "choice", allowed = { "full", "headers" }, meaning = "what a report that it failed quotes: the whole mail, or its headers alone; of mail with require_tls always the headers (RFC 8689 section 5); default headers, and nothing is said of it" },
        envid   = { kind = "text", meaning = "a name for this mail that stands in each report about it: printable ASCII; default none" },
        require_tls  = { kind = "yes_no", meaning = "REQUIRETLS (RFC 8689): TLS with proven hosts all the way, or it comes back" },
        tls_required = { kind = "choice", allowed = { "no" }, meaning = "the header \"TLS-Required: No\" (RFC 8689): it goes, whatever policy says" },
      },
    },
    given   = { meaning = "given(NAME, DEFAULT): the text that the command line gives by -D NAME=VALUE, or the default; without either it is a mistake" },
    shared  = { meaning = "shared \"FILE\": what a Lua file beside this one gives back (return …), as tables that several files have in common" },
    after   = { meaning = "after \"1 hour\": virtual time passes" },
    at      = { meaning = "at \"2026-02-01 00:00 UTC\": virtual time passes until then" },
    changes = { meaning = "host:changes {…}, domain:changes {…}, link:changes {…}: new settings for what begins from now on" },
    flushes = { meaning = "host:flushes(): tries the queue now" },
    strips  = { meaning = "attacker:strips \"STARTTLS\": deletes a capability from EHLO replies" },
    leaves  = { meaning = "attacker:leaves(): lets everything pass from now on; what he holds or has ended stays so" },
    answers = {
      meaning = "attacker:answers {…}: answers a command in the receiver's place",
      options = {
        to        = { kind = "command", meaning = "the command, as \"STARTTLS\"" },
        with      = { kind = "reply", meaning = "the reply, as \"454 4.7.0 not now\"" },
        passes_on = { kind = "yes_no", meaning = "does the command reach the receiver all the same, so that two replies come? default false" },
        times     = { kind = "number", meaning = "how often at most; default always" },
      },
    },
    injects = {
      meaning = "attacker:injects {…}: puts bytes into the stream, once on each connection",
      options = {
        after        = { kind = "bytes", meaning = "behind the first of these bytes to pass, on their way to `towards`" },
        before       = { kind = "bytes", meaning = "before them" },
        after_record = { kind = "choice", allowed = "records", meaning = "behind the first TLS record of this kind, whichever way it goes" },
        bytes        = { kind = "bytes", meaning = "what is put in, as it is: lines with \\r\\n" },
        towards      = { kind = "host", meaning = "who is to get them; default: whoever reads what they stand behind" },
        segment      = { kind = "choice", allowed = { "same", "next" }, meaning = "in the same segment (default), or in one of their own, 5 ms later" },
        times        = { kind = "number", meaning = "how often at most; default once on each connection" },
        service      = { kind = "choice", allowed = "services", meaning = "default smtp" },
      },
    },
    alters = {
      meaning = "attacker:alters {…}: another text in lines he can read, or one TLS record changed",
      options = {
        text    = { kind = "bytes", meaning = "what stands in a line" },
        with    = { kind = "text", meaning = "what stands there afterwards" },
        record  = { kind = "number", meaning = "the how-manieth record of its kind, from 1; default 1" },
        of      = { kind = "choice", allowed = "records", meaning = "its kind; default any" },
        how     = { kind = "choice", allowed = { "flips", "doubles", "swaps", "drops" }, meaning = "flips one bit (default), sends it twice, behind the next one, or not at all" },
        byte    = { kind = "offset", meaning = "which byte, from 0 (its header's first) or from -1 (its last); default -1" },
        bit     = { kind = "number", meaning = "which bit of it, 0 to 7; default 0" },
        towards = { kind = "host", meaning = "who reads it; default: both" },
        times   = { kind = "number", meaning = "how often at most; default always" },
        service = { kind = "choice", allowed = "services", meaning = "default smtp" },
      },
    },
    rewrites = {
      meaning = "attacker:rewrites(function(line, reader) … end, {…}): what the function gives back goes on in the place of each line he can read, inside TLS that he ends, too",
      options = {
        towards = { kind = "host", meaning = "who reads the lines; default: both" },
        times   = { kind = "number", meaning = "how many lines may change; default any" },
        service = { kind = "choice", allowed = "services", meaning = "default smtp" },
      },
    },
    cuts = {
      meaning = "attacker:cuts {…}: ends connections at a byte",
      options = {
        after_bytes  = { kind = "number", meaning = "when so many bytes have passed towards that host" },
        after        = { kind = "bytes", meaning = "behind the first of these bytes" },
        before       = { kind = "bytes", meaning = "before them" },
        after_record = { kind = "choice", allowed = "records", meaning = "behind the first TLS record of this kind" },
        how          = { kind = "choice", allowed = { "resets", "ends", "falls silent" }, meaning = "with a reset (default), with an orderly end (FIN), or nothing gets through any more" },
        towards      = { kind = "host", meaning = "whose incoming bytes count; default with after_bytes: the receiver's" },
        times        = { kind = "number", meaning = "how many connections at most; default all" },
        service      = { kind = "choice", allowed = "services", meaning = "default smtp" },
      },
    },
    splits = { meaning = "attacker:splits(7): cuts the stream into segments of so many bytes" },
    joins  = { meaning = "attacker:joins \"\\r\\n\": holds segments of clear text back until these bytes have come, and sends them as one" },
    delays = {
      meaning = "attacker:delays {…}: lets segments wait",
      options = {
        by      = { kind = "duration", meaning = "how long" },
        towards = { kind = "host", meaning = "default: both ways" },
        times   = { kind = "number", meaning = "how many segments; default all" },
        service = { kind = "choice", allowed = "services", meaning = "default smtp" },
      },
    },
    blocks = {
      meaning = "attacker:blocks(\"smtp\" | \"https\" | \"dns\", {…}): lets nothing of it through; dns: what each end asks about the other's domains",
      options = { how = { kind = "choice", allowed = { "falls silent", "resets" }, meaning = "default falls silent" } },
    },
    downgrades = {
      meaning = "attacker:downgrades \"TLSv1.2\": edits the ClientHello, so that no version above it is offered; or { ciphers = {…} }: these alone",
      options = {
        version = { kind = "choice", allowed = { "TLSv1.0", "TLSv1.1", "TLSv1.2" }, meaning = "the highest version that is left" },
        ciphers = { kind = "texts", meaning = "the cipher suites that are left, by IANA's names" },
      },
    },
    impersonates = { meaning = "attacker:impersonates(bob, certificate): ends TLS in bob's place and begins it anew; a domain instead of bob: in its policy host's place" },
    answers_dns = {
      meaning = "attacker:answers_dns {…}: answers what the two ends of his path ask, in the place of those who know; in a signed zone that shows",
      options = {
        name   = { kind = "zone_name", meaning = "the name asked for" },
        type   = { kind = "choice", allowed = { "A", "AAAA", "MX", "CNAME", "TXT", "TLSA" }, meaning = "the type asked for" },
        answer = { kind = "texts", meaning = "the record's data, as in a zone file (\"10 mx.evil.example.\"), or a list; or \"nxdomain\", \"no data\", \"servfail\", \"timeout\"" },
        ttl    = { kind = "number", meaning = "seconds the answer is kept; default 0" },
      },
    },
    replays = { meaning = "attacker:replays(bob): a connection of his own to bob, on which he says again what the last client said" },
    speaks = {
      meaning = "attacker:speaks {…}: he is a client himself; each text is sent when the server has answered the one before",
      options = {
        to   = { kind = "host", meaning = "the receiver" },
        says = { kind = "texts", meaning = "bytes as they are, lines with \\r\\n; \"(begins TLS)\": a handshake" },
        alpn = { kind = "protocols", meaning = "what that handshake offers by ALPN (RFC 7301), as { \"http/1.1\" }; default none" },
      },
    },
    steals_key = { meaning = "watcher:steals_key(bob): an eavesdropper or attacker holds the private key of bob's certificate from now on, and reads what he recorded and what comes where that is enough: TLS 1.2 with RSA key exchange (as of { \"TLS_RSA_WITH_AES_128_GCM_SHA256\" } and an RSA key), the sessions that are resumed from such, and nothing with an ephemeral key exchange" },
    goes_down  = { meaning = "receiver:goes_down(): loses its power; its connections are forgotten, its mailbox is not" },
    comes_back = { meaning = "receiver:comes_back(): has it again" },
    cites   = { meaning = "cites \"TLS-14, RFC 3207 §4.2\": what the scenario exercises" },
  },
  lists = {
    records = { "any", "client hello", "server hello", "handshake", "change cipher spec", "alert", "application data" },
    services = { "smtp", "https", "any" },
  },
  later_words = { "predict" },

  mail_verbs = {
    is       = "is(fate): judges now",
    finally  = "finally(fate): runs until the fate is settled",
    crossed  = "crossed(how): how the content crossed the wire",
    because  = "because(reason): why it is where it is; nil is no reason",
    code     = "code(status): the enhanced status code",
    attempts = "attempts(n): how often it was tried",
    reached  = "reached(host): the host that took it; \"[192.0.2.1]\" where the mail went to an address",
    tls      = "tls { version =, cipher =, verified =, alpn =, resumed = }: the session that carried it",
    dialogue = "dialogue [[…]]: the last session as S: and C: lines; ... skips",
    to       = "to(address): judges one recipient alone",
    hop      = "hop(n): judges one hop of a mail that was relayed: crossed, reached, because, code, tls, is",
  },
  watcher_verbs = {
    read          = "read(mail): words of its content passed readable; of a mail sealed with S/MIME, of what is sealed",
    never_read    = "never_read(mail): judges now, and again at the end, a second after the last word",
    not_yet_read  = "not_yet_read(mail): judges now",
    altered       = "altered(mail): its content was changed on the way",
    never_altered = "never_altered(mail): judges now, and again at the end, a second after the last word",
    not_yet_altered = "not_yet_altered(mail): judges now",
    knows         = "knows(text): these words passed readable",
    never_knows   = "never_knows(text): judges now, and again at the end, a second after the last word",
    not_yet_knows = "not_yet_knows(text): judges now",
    sizes         = "sizes(mail): the lengths of sealed records tell the size of its content, to within 1 KiB",
  },
  host_verbs = {
    kept = "kept { count =, from =, to =, says =, lacks = }: mails this host has taken; count = 0: none such",
    reported = "reported { domain =, successes =, failures = }: what this host's TLS reports say",
    sent_no_report = "sent_no_report(mail): this host has reported nothing of the mail to anybody so far",
    bounced = "bounced(mail) { status =, diagnostic =, to =, says =, lacks = }: this host reported to the sender that the mail failed",
    reported_delivery = "reported_delivery(mail) { action =, to =, says =, lacks = }: this host reported to the sender that the mail was delivered, or relayed to a host that will not report",
  },
  domain_verbs = {
    took_report    = "took_report { from =, successes =, failures = }: what the reports said that the domain's collectors believe",
    refused_report = "refused_report { from =, because = }: one that they do not believe",
    took_no_report = "took_no_report(): they have believed none so far",
  },
  taken_facts = {
    from      = { kind = "name", meaning = "the domain that reported; default: any" },
    successes = { kind = "number", meaning = "sessions that met the policy, over all reports so far; default: any" },
    failures  = { kind = "counts", meaning = "result types and how often; default: any" },
    noted     = { kind = "text", meaning = "words that stand in what is noted of one, which is not as RFC 8460 has it; default: any" },
  },
  refused_facts = {
    from    = { kind = "name", meaning = "the domain that says to have reported; default: any" },
    because = { kind = "text", meaning = "words that stand in the reason; default: any" },
  },
  report_facts = {
    domain    = { kind = "name", meaning = "the domain that was reported to" },
    day       = { kind = "date", meaning = "only the report of this UTC day, as \"2026-01-01\"; default: all reports so far, summed" },
    says      = { kind = "texts", meaning = "texts that stand in one of these reports, as it was sent (JSON)" },
    lacks     = { kind = "texts", meaning = "texts that stand in none of these reports" },
    successes = { kind = "number", meaning = "sessions that met the policy; default: any" },
    failures  = { kind = "counts", meaning = "result types and how often, as { [\"starttls-not-supported\"] = 3 }; default: any" },
  },
  kept_facts = {
    count = { kind = "number", meaning = "how many such mails; default: at least one" },
    from  = { kind = "text", meaning = "the envelope's sender; \"\": none" },
    to    = { kind = "address", meaning = "one of the envelope's recipients" },
    says  = { kind = "text", meaning = "words that stand in the content, or in its trace line" },
    lacks = { kind = "text", meaning = "words that do not" },
  },
  bounce_facts = {
    status     = { kind = "text", meaning = "the report's Status, as \"5.7.10\"" },
    diagnostic = { kind = "text", meaning = "words that stand in its Diagnostic-Code" },
    to         = { kind = "address", meaning = "the recipient that is meant; default: any" },
    says       = { kind = "text", meaning = "words that stand in the report, with what it quotes" },
    lacks      = { kind = "text", meaning = "words that do not" },
  },
  delivery_facts = {
    action = { kind = "choice", allowed = { "delivered", "relayed" }, meaning = "its Action (RFC 3464 section 2.3.3); default: either" },
    to     = { kind = "address", meaning = "the recipient that is meant; default: any" },
    says   = { kind = "text", meaning = "words that stand in the report, with what it quotes" },
    lacks  = { kind = "text", meaning = "words that do not" },
  },
  rule_options = mtas[mtas.usual].rule,
  exim_rule_options = mtas["Exim 4.96"].rule,
  opensmtpd_rule_options = mtas["OpenSMTPD 6.8"].rule,
  tlsa_options = {
    host     = { kind = "host", meaning = "the receiver, or the alias that it is known as; default: each receiver that serves the domain" },
    usage    = { kind = "byte", meaning = "2: a trust anchor, 3: the certificate itself; others are unusable for mail" },
    selector = { kind = "byte", meaning = "0: the whole certificate, 1: its key" },
    matching = { kind = "byte", meaning = "0: in full, 1: SHA-256, 2: SHA-512" },
    of       = { kind = "tlsa_source", allowed = { "leaf", "trust anchor", "intermediate", "another key", "short" }, also = "a certificate", meaning = "what the data is made of; intermediate: the CA that signed it, below the root; short: one byte is missing; a certificate: one that the host does not show yet, or no more (usage 2: its trust anchor)" },
  },
  mta_sts_options = {
    mode        = { kind = "choice", allowed = { "enforce", "testing", "none" }, meaning = "default enforce" },
    mx          = { kind = "texts", meaning = "hosts, or patterns such as \"*.bob.example\"; default: the domain's MX hosts" },
    max_age     = { kind = "duration", meaning = "how long it may be kept; default 1 week" },
    id          = { kind = "text", meaning = "in the TXT record; default: another one for each text of the policy" },
    https       = { kind = "choice", allowed = { "ok", "redirect", "refused", "stalls", "html", "garbage", "in chunks", "too long", "too long, in chunks", "breaks off", "204", "206", "302", "307", "308", "404", "410", "500", "503" }, meaning = "what becomes of a request; default ok; in chunks: well, by another transfer coding; breaks off: the session ends without close_notify" },
    media_type  = { kind = "media_type", meaning = "of the policy file, with parameters, as \"text/plain; charset=utf-8\"; \"\": the answer does not say; another type than text/plain is no policy (RFC 8461 section 3.2); default text/plain" },
    certificate = { kind = "certificate", meaning = "of the policy host mta-sts.DOMAIN; default: signed_by \"Lab Root CA\"" },
    body        = { kind = "text", meaning = "the policy file as it is sent, instead of one made of the words above" },
    txt         = { kind = "texts", meaning = "the TXT records at _mta-sts.DOMAIN, instead of a good one; {}: none" },
  },
  ticket_options = {
    lifetime = { kind = "duration", meaning = "how long a ticket is good, 1 second to 7 days; default 2 hours" },
    key      = { kind = "text", meaning = "which of the host's ticket keys: each name is a key of its own, of any text; tickets under another one are worth nothing, and a whole handshake follows; default: the host's first" },
  },
  tls_rpt_options = {
    rua         = { kind = "texts", meaning = "URIs, mailto: or https:; a host of each URL that is no gateway is made, and takes reports" },
    txt         = { kind = "texts", meaning = "the TXT records at _smtp._tls.DOMAIN, instead of a good one; {}: none" },
    https       = { kind = "choice", allowed = { "ok", "refused", "stalls", "redirect", "400", "404", "500", "503" }, meaning = "what becomes of a POST; default ok" },
  },
  fault_options = {
    name = { kind = "zone_name", meaning = "the name asked for" },
    type = { kind = "choice", allowed = { "A", "AAAA", "MX", "CNAME", "TXT", "TLSA" }, meaning = "the type asked for" },
    how  = { kind = "choice", allowed = { "servfail", "bogus", "timeout", "nxdomain", "no data", "none" }, meaning = "what comes instead; none: the fault is over" },
  },
  tls_facts = {
    version  = { kind = "choice", allowed = versions, meaning = "as \"TLSv1.3\"" },
    cipher   = { kind = "text", meaning = "IANA's name" },
    verified = { kind = "yes_no", meaning = "was the peer proven?" },
    alpn     = { kind = "text", meaning = "the application protocol that both agreed on (RFC 7301); \"\": none" },
    resumed  = { kind = "yes_no", meaning = "did an earlier session go on, so that no certificate was shown?" },
  },
  reply_verbs = { "greeting", "EHLO", "HELO", "STARTTLS", "MAIL", "RCPT", "DATA", "end of data", "RSET", "NOOP", "VRFY", "QUIT" },
}
