#!/usr/bin/env python3
"""Writes the seeds of the corpus, corpus/TARGET/seed-NN: examples of the RFCs, and some of the rows
of tests/vectors. Findings, whose files have other names, stay as they are."""

import gzip
import pathlib
import random
import re
import ssl
import struct
import subprocess
import tempfile

here = pathlib.Path(__file__).resolve().parent
vectors = here.parent / "vectors"


def places(*at):
    """Where a text is cut: what fuzz::Input::places reads from the end."""
    return b"".join(struct.pack(">H", p) for p in reversed(at)) + bytes([len(at)])


def write(target, texts, tail=b""):
    folder = here / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("seed-*"):
        old.unlink()
    for number, text in enumerate(texts):
        data = text.encode("latin-1") if isinstance(text, str) else text
        (folder / f"seed-{number:02}").write_bytes(data + tail)


def unescaped(text):
    one = lambda m: m[1] and chr(int(m[1], 16)) or {"r": "\r", "n": "\n", "t": "\t", "0": "\0"}.get(
        m[2], m[2])
    text = re.sub(r"\{(.)\*(\d+)\}", lambda m: m[1] * min(int(m[2]), 300), text)
    return re.sub(r"\\(?:x(..)|(.))", one, text)


def rows(path, most, mark=" | ", by="\r\n"):
    """The left sides of a file of vectors, as evenly chosen as may be."""
    lines = [line for line in (vectors / path).read_text("utf-8").splitlines()
             if " => " in line and not line.startswith("#")]
    chosen = lines[::-(-len(lines) // most)]
    texts = [unescaped(line.split(" => ")[0].replace(mark, by)) for line in chosen]
    return [text.encode("latin-1", "replace") for text in texts]


def crlf(*lines):
    return "".join(line + "\r\n" for line in lines)


def client_hello(name, version):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    talk = context.wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        talk.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()


def server_flight(hello, version):
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = folder + "/key", folder + "/certificate"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                        "-subj", "/CN=mx.bob.example"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = version
        context.load_cert_chain(certificate, key)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    talk = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(hello)
    try:
        talk.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()


def name_bytes(name):
    labels = [label for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def answer(kind, data, name=b"\xc0\x0c", flags=0x8180):
    return (struct.pack(">6H", 7, flags, 1, 1, 0, 1) + name_bytes("bob.example") +
            struct.pack(">2H", kind, 1) + name + struct.pack(">2HIH", kind, 1, 300, len(data)) +
            data + b"\0" + struct.pack(">2HIH", 41, 1232, 0x8000, 0))


hex_ = bytes.fromhex
dns_answers = [
    answer(1, hex_("c0000201")), answer(28, hex_("20010db8" + "00" * 11 + "01")),
    answer(15, b"\0\x0a\2mx\xc0\x0c"), answer(5, b"\4real\xc0\x0c"), answer(2, b"\2ns\xc0\x0c"),
    answer(16, b"\x08v=STSv1;\x07 id=1; "), answer(52, hex_("030101" + "ab" * 32)),
    answer(6, b"\2ns\xc0\x0c\4host\xc0\x0c" + struct.pack(">5I", 1, 2, 3, 4, 5)),
    answer(46, b"not ours"), answer(15, b"\0\0\0"), answer(1, b"", flags=0x8183),
    struct.pack(">6H", 7, 0x0120, 1, 0, 0, 0) + name_bytes("_25._tcp.mx.bob.example") +
    hex_("00340001"),
    # RFC 1035 section 4.1.4 by way of a pointer to a pointer
    answer(5, b"\xc0\x0c", name=b"\1a\xc0\x0c"),
]

write("encodings", ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmE=", "foobar", "\u00e9".encode(),
                    b"\xff\0\"", "\U0001f4e7".encode()])
write("sts_policy", rows("mta_sts/policies.txt", 24))
policies = here.parent.parent / "scenarios" / "policies"
write("postfix_policy",
      [path.read_bytes() for path in sorted(policies.rglob("*")) if path.name in
       ("tls_policy", "main.cf")] + [
          "bob.example secure match=nexthop:.hosting.example\n  servername=hostname",
          "[mx.bob.example]:587 fingerprint match=" + "AA:" * 31 + "AA|" + "bb" * 32,
          "a = $b\nb = ${a}\nsmtp_tls_policy_maps = $(a) inline:{ {x.example = may} } static:may",
          "smtp_tls_policy_maps = proxy:hash:${config_directory}/x, texthash:y\n.x.example none",
      ])
opensmtpd = vectors / "opensmtpd"
write("smtpd_config",
      [path.read_bytes() for path in sorted(opensmtpd.glob("*.conf"))] + [
          (opensmtpd / "partners.conf").read_bytes() + b"\n--\n" +
          (opensmtpd / "partners").read_bytes(),
          "x = \"relay\"\naction a $x tls\nmatch ! for domain { \"*.b.example\", c } action a",
          "table t { a = smtps://u@h:465, b = lmtp://[::1]:24 }\n"
          "action a relay domain <t> auth <t>",
          "include \"/a\"\nmatch tls auth rcpt-to \"@b\" for any \\\n reject\n--\nq = 'x y' # c",
          "filter f phase data match ! helo regex { \"x\" } reject \"550 no\"\n"
          "listen on socket tag t",
      ])
write("sts_record", rows("mta_sts/records.txt", 16, by="\n"))
write("tlsrpt_record", [
    "v=TLSRPTv1; rua=mailto:reports@example.com",  # RFC 8460 section 3.1
    "v=TLSRPTv1;rua=https://reporting.example.com/v1/tlsrpt;",
    "v=TLSRPTv1; rua=mailto:a%2Cb@bob.example,https://bob.example:8443/r?x=1#y; a=b",
    "v=TLSRPTv1; rua=ftp://bob.example/", "v=TLSRPTv1; rua=mailto:bob",
    "v=spf1 -all\nv=TLSRPTv1; rua=mailto:x@bob.example\nv=TLSRPTv1;"])
write("policy_words", [
    "may", "dane-only", "same connection", "rfc9525", "certificate-expired", "300ms",
    "1 hour 30 minutes", "2.5 s", "36500 days", "2026-01-01", "2026-02-29 23:59:60 UTC",
    "2026-01-01T00:00:00Z", "*.bob.example\nmx.bob.example", "mx.bob.example.\nMX.bob.example",
    "*.*.example\na.b.example", crlf("Subject: x", "TLS-Required: No", "", "TLS-Required: No"),
    crlf("TLS-Required: No", "TLS-Required: No", "")])
http = rows("https/responses.txt", 20) + rows("https/requests.txt", 12)
write("http", [text + places(10, 40) for text in http])
mail = crlf("From: <tlsrpt@alice.example>", "To: <reports@bob.example>",
            "Subject: Report Domain:  bob.example", "\tSubmitter: alice.example", "",
            "Two  words. ", "", "")
signature = crlf("DKIM-Signature: v=1; a=rsa-sha256; d=alice.example; s=tlsrpt; i=@alice.example;",
                 "\tc=relaxed/simple; q=dns/txt; h=From:To:Subject; t=1767225600;",
                 "\tbh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=AAAA")
record = "v=DKIM1; k=rsa; h=sha256; s=tlsrpt:email; t=s; p=MIIBIjANBg=="
write("dkim", [mail + "\0", signature + mail + "\0", signature + signature + mail + "\0",
               record + "\1", "p=" + "\1", "v=DKIM1; k=ed25519; p=AAAA\1", mail + "\1\0\0\2",
               mail + "\x20\1\x40\2", mail + "\x20\2\x80\2", "\2"])
packed = gzip.compress(b"{\"report-id\": \"1\"}" * 20, mtime=0)
write("gzip", [packed, packed + packed, packed[:-3], packed[:10] + b"\xff" + packed[11:],
               gzip.compress(b"\0" * 30000, mtime=0), b"", b"no gzip"], b"\x10\x00")
example = (vectors / "tlsrpt" / "rfc8460-b.json").read_bytes()  # RFC 8460 appendix B
in_mail = crlf("From: <tlsrpt@company-x.example>", "TLS-Report-Domain: company-y.example",
               "TLS-Report-Submitter: company-x.example",
               "Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=\"b\"", "",
               "--b", "Content-Type: text/plain", "", "A report.",
               "--b", "Content-Type: application/tlsrpt+{}", "Content-Transfer-Encoding: {}", "",
               "{}", "--b--")
base64 = subprocess.run(["openssl", "base64"], input=gzip.compress(example, mtime=0),
                        capture_output=True, check=True).stdout.decode().replace("\n", "\r\n")
write("tls_report", [
    example + b"\0", example.replace(b"5326", b"-1") + b"\0", b"[[[[{}]]]]\0",
    example.replace(b"sts\",", b"tlsa\",") + b"\0",
    in_mail.format("gzip", "base64", base64) + "\1",
    in_mail.format("json", "7bit", example.decode()) + "\1", in_mail + "\1",
    gzip.compress(example, mtime=0) + b"\0\2", example + b"\1\2"])
commands = rows("smtp/commands.txt", 12)
paths = [(b"MAIL " if text[:1] in b"Ff" else b"RCPT ") + text
         for text in rows("smtp/paths.txt", 24)]
write("smtp_command", commands + paths + ["a\"b@c", "\"a\\\"b\"@bob.example"])
replies = rows("smtp/replies.txt", 20)
write("smtp_reply", replies + ["550 5.7.1 no", "354 go", "250-mx\r\n250-SIZE 1000\r\n250 STARTTLS"])
write("smtp_data", rows("smtp/endings.txt", 20) + rows("smtp/stuffing.txt", 8),
      places(1, 3, 4))
write("smtp_lines", [
    crlf("EHLO a", "", "b\nc\rd") + "end", "a" * 4094 + "\r\n", "a" * 4097 + "\r\n" + "b\r\n"],
      places(1, 8, 9, 4095) + b"\0")
# The names of the files go on where those with lines end: both kinds in one folder.
for number, text in enumerate([crlf("250-a", "250 b", "354 c"), crlf("250-a", "251 b"),
                               crlf("220 mx\nd")]):
    (here / "corpus/smtp_lines" / f"seed-r{number}").write_bytes(
        text.encode() + places(3, 6) + b"\1")
session = crlf("EHLO mail.alice.example", "MAIL FROM:<alice@alice.example> SIZE=10 BODY=8BITMIME",
               "RCPT TO:<bob@bob.example>", "RCPT TO:<nobody@bob.example>", "DATA", "Subject: Q3",
               "", "..Eleven million.", ".", "NOOP", "RSET", "VRFY bob", "QUIT")
wishes = crlf("EHLO a", "MAIL FROM:<a@b> RET=HDRS ENVID=QQ+2B314159",
              "RCPT TO:<bob@b> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@b",
              "RCPT TO:<c@b> NOTIFY=NEVER", "RCPT TO:<d@b> NOTIFY=NEVER,DELAY", "DATA", "x", ".")
write("smtp_server", [wishes + "\2", wishes + "\1"] + [
    text + tail for tail in ("\0", "\1") for text in (
        session, session.replace("..Eleven", "a\n.\nb"), crlf("HELO a", "STARTTLS", "x") * 8,
        crlf("HELO a", "MAIL FROM:<>", "RCPT TO:<Postmaster>", "DATA", "a\rb", "."),
        "NOOP " + "a" * 4200 + "\r\nQUIT\r\n")])
said = crlf("220 mx.bob.example ESMTP", "250-mx.bob.example", "250-PIPELINING", "250-SIZE 1000",
            "250-8BITMIME", "250 ENHANCEDSTATUSCODES", "250 2.1.0 Ok", "250 2.1.5 Ok",
            "550 5.1.1 no", "354 go", "250 2.0.0 Ok", "221 2.0.0 Bye")
write("smtp_client", [
    text + places(5, 40, 100).decode("latin-1") + whose for whose in "\0\1\2\3" for text in (
        said, said.replace("250-PIPELINING\r\n", ""), crlf("554 5.3.2 no", "221 bye"),
        said.replace("354 go", "451 4.3.0 later"), crlf("220 a", "502 no", "250 ok"),
        said.replace("250 2.1.0", "421 4.3.2"), crlf("220-a", "221 b"),
        said.replace("250-SIZE 1000", "250-SIZE 5"))])
write("dns_message", dns_answers)
write("dns_record", [
    "bob.example. 3600 IN MX 10 mx.bob.example.", "mx.bob.example. A 192.0.2.1",
    "mx.bob.example. 60 AAAA 2001:db8::25", "bob.example. TXT \"v=STSv1; id=1;\" two \\\"x\\065",
    "bob.example. SOA ns.bob.example. host.bob.example. 1 7200 3600 1209600 300",
    "_25._tcp.mx.bob.example. IN TLSA 3 1 1 00ff", "a.example. CNAME b.example. ; a comment",
    ". NS .", "bob.example. MX 0 .", "::", "2001:db8::192.0.2.1", "192.0.2.255", "00fF"])
# Turns are parted by NUL, the server's first; the last byte chooses what they are.
dialogue = "\0".join(crlf(*turn) for turn in (
    ["220 mx"], ["EHLO a"], ["250-mx", "250-SIZE 9", "250 STARTTLS"],
    ["MAIL FROM:<a@alice.example> SIZE=5 X", "RCPT TO:<\"b>\"@bob.example>", "DATA"],
    ["250 2.1.0 Ok", "550 5.1.1 no", "354 go"],
    ["Subject: x", " y", "", "a\rb", "..c", ".", "QUIT"], ["250 Ok", "221 2.0.0 bye"]))
policy = "version: STSv1\nmode: enforce\r\nmx: *.bob.example\nmax_age: 86400"
ask = "\0" + crlf("GET /.well-known/mta-sts.txt HTTP/1.1", "host: bob.example", "") + "\0"
post = crlf("POST /r HTTP/1.1", "content-type: application/tlsrpt+json", "content-length: 2", "")
write("dissect", [text.encode() + places(3, 7, 30) + bytes([kind]) for text, kind in (
    (dialogue, 0), (dialogue[8:], 1), ("220 mx\0DATA\r\n\0" + "354 a\r\n\0.\r\n", 0),
    (ask + crlf("HTTP/1.1 200 OK", f"content-length: {len(policy)}", "") + policy, 2),
    (ask + crlf("HTTP/1.1 200 OK", "transfer-encoding: chunked", "", "7;a=b", "version", "3",
                ": x", "0", "t: r", ""), 2),
    (ask + crlf("HTTP/1.1 404 no", "") + policy, 2),
    ("\0" + post + "{}\0" + crlf("HTTP/1.1 201 Created", "content-length: 0", ""), 2))] +
      [message + bytes([0, 3]) for message in dns_answers])
hello12 = client_hello("mx.bob.example", ssl.TLSVersion.TLSv1_2)
hello13 = client_hello("mx.bob.example", ssl.TLSVersion.TLSv1_3)
nameless = client_hello(None, ssl.TLSVersion.TLSv1_2)
flight12 = server_flight(hello12, ssl.TLSVersion.TLSv1_2)
flight13 = server_flight(hello13, ssl.TLSVersion.TLSv1_3)
alert = hex_("15030300020228")
write("tls_records", [text + places(3, 60) for text in (
    hello12, hello13, flight12, flight13, alert, hello13 + alert, b"220 mx\r\n")])
write("tls_dissect", [client + server + struct.pack(">H", len(client)) + places(5, 90)
                      for client, server in ((hello13, flight13), (hello12, flight12),
                                             (b"", hello13), (nameless, alert),
                                             (hello12, b"220 go\r\n" + flight12))])


def certificate(*options, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
    return subprocess.run(["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-keyout",
                           "/dev/null", "-outform", "DER", *options], check=True,
                          capture_output=True).stdout


# Keys are made anew each time, so the bytes of these seeds are, too.
write("certificate", [
    certificate("-subj", "/CN=mx.bob.example", "-addext",
                "subjectAltName=DNS:mx.bob.example,DNS:*.bob.example,IP:192.0.2.1"),
    certificate("-subj", "/C=DE/O=B\u00fccher + S\u00f6hne/CN=a.example/CN=b.example", "-utf8",
                "-days", "9000"),
    certificate("-subj", "/CN=weak.example", "-sha1", key=("rsa:1024",)),
    certificate("-subj", "/CN=ca.example", "-addext", "keyUsage=critical,keyCertSign", "-addext",
                "extendedKeyUsage=serverAuth,emailProtection", "-set_serial", "0x" + "f" * 38),
    certificate("-subj", "/", "-addext", "subjectAltName=critical,email:a@b.example,URI:x:y"),
    certificate("-subj", "/CN=office.example", "-addext", "nameConstraints=critical,"
                "permitted;DNS:bob.example,permitted;IP:192.0.2.0/255.255.255.0,"
                "excluded;email:.eve.example,excluded;URI:carol.example"),
    certificate("-subj", "/CN=mx.bob.example", "-addext", "subjectAltName=IP:2001:db8::7,"
                "email:ps@bob.example,RID:1.2.3,otherName:1.2.3;UTF8:x", "-sha512",
                key=("ec", "-pkeyopt", "ec_paramgen_curve:P-521")),
    certificate("-subj", "/CN=path.example", "-addext",
                
                "basicConstraints=critical,CA:TRUE,pathlen:0", "-addext",
                "1.2.3.4=critical,DER:0500", "-sha384",
                key=("ec", "-pkeyopt", "ec_paramgen_curve:P-384")),
    certificate("-subj", "/CN=ed.example", key=("ed25519",)),
])
write("tls_channel", [text + places(5, 70) + bytes([which]) for which in (0, 1, 2, 3)
                      for text in ([flight12, flight13, alert] if which % 2 else
                                   [hello12, hello13, nameless, alert])])


def attack(towards_server, towards_client, when=0, bytes_=b"", version=0):
    """Troubles as tls_attacked.cpp reads them from the end."""
    return bytes_ + bytes([when]) + towards_client + towards_server + bytes([version])


calm = bytes([0])
flip = lambda at, bit=0: struct.pack(">H", at) + bytes([1 | bit << 5])
pieces = lambda size: struct.pack(">H", size) + bytes([2])
end_at = lambda at: struct.pack(">H", at) + bytes([4])
write("tls_attacked", [row for version in (0, 1) for row in (
    attack(calm, calm, version=version), attack(flip(80), calm, version=version),
    attack(calm, flip(150, 3), version=version), attack(calm, flip(700), version=version),
    attack(pieces(7), pieces(300), version=version), attack(end_at(200), calm, version=version),
    attack(calm, end_at(1200), version=version),
    attack(calm, calm, 21, alert, version), attack(calm, calm, 40, hex_("1703030002") + b"Hi",
                                                   version))])
offer = crlf("250-mx.bob.example", "250-SIZE 9", "250 STARTTLS")
# Each act, on words of the server (128 and more) and on those of the client.
write("attack_acts", [text + places(4, 11) + bytes([how, kind]) for text, kind, how in (
    (offer.encode(), 128, 0), (b"EHLO a\r\nstarttls\r\nDATA\r\n", 1, 0), (b"xabx\r\nab ab", 2, 0),
    (b"a\r\n\r\nquit", 3, 0), (session.encode(), 4, 1), (session.encode(), 5, 6),
    (session.encode(), 6 + 64, 30), (hello13 + alert, 7, 0x10), (flight12, 7 + 128, 0x21),
    (hello12 + hello13, 7, 0x20), (hello13, 8, 0), (hello12, 8 + 64, 0),
    (b"220 go\r\n" + flight13, 4 + 128, 0x28))])
world = '''  local alice = sender "mail.alice.example" { tls = "may" }
  local bob = receiver "mx.bob.example" { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
'''
write("scenario", [
    "", "scenario('a', function() end)\n", "scenario(\"mail\", function()\n" + world + "end)\n",
    "scenario('b', function()\n  receiver 'mx.bob.example' { startls = 'absent' }\nend)\n",
    "for i = 1, 3 do scenario('s' .. i, function() print(i, { i }, math.random(9)) end) end\n",
    "scenario('c', function() while true do end end)\n", "local s = ('x'):rep(1e9)\n",
    "scenario('d', { tags = { 'a' }, seed = 7 }, function() cites 'TLS-01' error({}) end)\n",
    "scenario('e', function() local t = {} t[1] = t print(t, ('%5.1f'):format(1/3)) end)\n",
    "scenario('f', function() coroutine.wrap(function() coroutine.yield() end)() end)\n",
    "matrix('m', { rows = { a = { 'x' } }, columns = { b = { 'y' } }, play = function() end })\n",
    "return load('return 1')()", "x = 1", "os.exit()"])

# Calls and their arguments are chosen by bytes: any will do.
write("methods", [random.Random(number).randbytes(60 * (number + 1)) for number in range(10)])
