-- What a stranger may say at either end, and what must be made of it.

-- A client that says all of it, and what it is told. Nothing of it becomes a mail.
local sessions = {
  { what = "STARTTLS inside TLS", cites = "TLS-17", told = "554 5.5.1 Error: TLS already active",
    says = { "EHLO evil.example\r\n", "STARTTLS\r\n", "(begins TLS)", "EHLO evil.example\r\n",
             "STARTTLS\r\n", "QUIT\r\n" } },
  { what = "STARTTLS with a word behind it", cites = "TLS-01", told = "501 5.5.4 Syntax: STARTTLS",
    says = { "EHLO evil.example\r\n", "STARTTLS now\r\n", "QUIT\r\n" } },
  { what = "a sender and a recipient from before TLS", cites = "A07, TLS-12, TLS-13",
    told = "503 5.5.1 Error: need MAIL command",
    says = { "EHLO evil.example\r\n", "MAIL FROM:<mallory@evil.example>\r\n",
             "RCPT TO:<bob@bob.example>\r\n", "STARTTLS\r\n", "(begins TLS)",
             "RCPT TO:<bob@bob.example>\r\n", "DATA\r\n", "QUIT\r\n" } },
  { what = "a NUL in a command", cites = "SMTP-01, SMTP-03",
    told = "500 5.5.2 Error: bare CR, LF or NUL in a command",
    says = { "EHLO evil.example\r\n", "MAIL FROM:<mallory@evil.example\0>\r\n", "QUIT\r\n" } },
  { what = "two commands parted by a bare LF", cites = "SMTP-01, A25",
    told = "500 5.5.2 Error: bare CR, LF or NUL in a command",
    says = { "EHLO evil.example\r\n",
             "MAIL FROM:<mallory@evil.example>\nRCPT TO:<bob@bob.example>\r\n", "QUIT\r\n" } },
  { what = "REQUIRETLS in clear text", cites = "REQ-01", told = "523 5.7.10 REQUIRETLS needs TLS",
    says = { "EHLO evil.example\r\n", "MAIL FROM:<mallory@evil.example> REQUIRETLS\r\n",
             "QUIT\r\n" } },
  { what = "a message to nobody", cites = "SMTP-11, EXT-02",
    told = "554 5.5.1 Error: no valid recipients",
    says = { "EHLO evil.example\r\n", "MAIL FROM:<mallory@evil.example>\r\n", "DATA\r\n",
             "Subject: to nobody\r\n\r\n.\r\n", "QUIT\r\n" } },
  { what = "a line without an end", cites = "RFC 5321 section 4.5.3.1",
    told = "500 5.5.2 Error: line too long",
    says = { "EHLO evil.example\r\n", "NOOP " .. ("x"):rep(5000) .. "\r\n", "QUIT\r\n" } },
  { what = "a mail for somebody else", cites = "A28, SMTP-11",
    told = "554 5.7.1 <carol@carol.example>: Relay access denied",
    says = { "EHLO evil.example\r\n", "MAIL FROM:<mallory@evil.example>\r\n",
             "RCPT TO:<carol@carol.example>\r\n", "QUIT\r\n" } },
}
for _, session in ipairs(sessions) do
  scenario("a stranger says " .. session.what .. ": " .. session.told:sub(1, 3),
    { tags = { "attack" }, cites = session.cites }, function()
    local alice = sender "mail.alice.example" {}
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:speaks { to = bob, says = session.says }
    after "10 minutes"
    expect(bob).kept { count = 0 }
    expect(mallory).knows(session.told)
    expect(mallory).knows "221 2.0.0 Bye"
  end)
end

scenario("REQUIRETLS is offered inside TLS alone", { tags = { "attack" }, cites = "REQ-01, A08" },
  function()
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" {}
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:speaks { to = bob, says = { "EHLO evil.example\r\n", "QUIT\r\n" } }
  after "1 minute"
  expect(mallory).knows "250-STARTTLS"
  expect(mallory).never_knows "REQUIRETLS"
end)

-- A server that demands TLS, and a client that has none.
scenario("where TLS is demanded, MAIL in clear text is told 530",
  { tags = { "attack" }, cites = "TLS-05" }, function()
  local alice = sender "mail.alice.example" {}
  local bob   = receiver "mx.bob.example" { starttls = "required" }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:speaks { to = bob, says = { "EHLO evil.example\r\n",
    "MAIL FROM:<mallory@evil.example>\r\n", "RCPT TO:<bob@bob.example>\r\n", "DATA\r\n",
    "QUIT\r\n" } }
  after "1 minute"
  expect(bob).kept { count = 0 }
  expect(mallory).knows "530 5.7.0 Must issue a STARTTLS command first"
end)

-- RFC 3207 section 4: 220 alone is a yes. Postfix takes any 2yz for one.
for _, code in ipairs { "250 2.0.0 Go ahead", "221 2.0.0 Ready" } do
  scenario("STARTTLS is answered " .. code .. ": that is no yes, and no handshake begins",
    { tags = { "attack" }, cites = "TLS-02, RFC 3207 section 4" }, function()
    local alice = sender "mail.alice.example" { tls = "encrypt", reads_replies = "strictly" }
    receiver "mx.bob.example" { replies = { STARTTLS = code } }
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is "deferred"
    expect(mail).because "starttls-not-supported"
    expect(mail).crossed "not at all"
  end)
end

-- What any server may answer, or somebody on the path in its place.
for _, row in ipairs {
  { "carry two codes", "250-PIPELINING", "251-PIPELINING" },
  { "are three hundred", "250-PIPELINING\r\n", ("250-PIPELINING\r\n"):rep(300) },
} do
  scenario("lines of an answer that " .. row[1] .. ": the session is of no use, and the mail waits",
    { tags = { "attack" }, cites = "SMTP-16, RFC 5321 section 4.2.1" }, function()
    local alice = sender "mail.alice.example" { tls = "encrypt", reads_replies = "strictly" }
    local bob   = receiver "mx.bob.example" {}
    local mallory = attacker "mallory" { between = { alice, bob } }
    mallory:rewrites(function(line)
      return line == row[2]:gsub("\r\n", "") and row[3]:gsub("\r\n$", "") or line
    end, { towards = alice })
    local mail = alice:sends { to = "bob@bob.example" }
    after "1 minute"
    expect(mail).is "deferred"
    expect(mail).because "smtp-syntax"
    expect(mail).crossed "not at all"
    mallory:leaves()
    expect(mail).finally "delivered"
    expect(mail).crossed "encrypted"
  end)
end
