"""Which fields of tshark mean which of `mailtls export --fields`, and whether they are alike.

Both sides are lists by tshark's names. Of TLS the bytes of each field are compared; of SMTP, DNS
and HTTP what stands in them.
"""

import collections
import json
import subprocess
import sys

# Of tshark, and of the dissection: ids whose bytes must be the same, in order.
NUMBERS = {
    "tls.record.length": ["tls.record.length", "ssl2.record.length"],
    "tls.handshake.type": ["tls.handshake.type", "ssl2.message.type"],
    "tls.handshake.cipherspec": ["ssl2.cipher"],
    "tls.handshake.cipher_spec_len": ["ssl2.ciphers.length"],
    "tls.handshake.challenge_length": ["ssl2.challenge.length"],
    "tls.handshake.length": ["tls.handshake.length"],
    "tls.handshake.ciphersuite": ["tls.cipher_suite"],
    "tls.handshake.extension.type": ["tls.extension.type"],
    "tls.handshake.extensions_supported_group": ["tls.supported_groups.group"],
    "tls.handshake.extensions_ec_point_format": ["tls.ec_point_formats.format"],
    "tls.handshake.sig_hash_alg": ["tls.signature_algorithms.scheme", "tls.signature.scheme"],
    "tls.handshake.extensions.supported_version": ["tls.supported_versions.version"],
    "tls.handshake.extensions_key_share_group": ["tls.key_share.group"],
    "tls.handshake.server_named_curve": ["tls.ecdh.named_curve"],
    "tls.handshake.session_ticket_lifetime_hint": ["tls.ticket.lifetime"],
    "tls.alert_message.level": ["tls.alert.level"],
    "tls.alert_message.desc": ["tls.alert.description"],
}
BYTES = {
    "tls.handshake.random": ["tls.client_hello.random", "tls.server_hello.random"],
    "tls.handshake.session_id": ["tls.session_id.value"],
    "tls.handshake.extensions_key_share_key_exchange": ["tls.key_share.key"],
    "tls.handshake.extensions.psk.identity.identity": ["tls.psk.identity"],
    "tls.handshake.session_ticket": ["tls.ticket.value"],
    "tls.handshake.sig tls.handshake.client_cert_vrfy.sig": ["tls.signature.value"],
    "tls.handshake.certificate": ["x509.certificate"],
    "x509af.serialNumber": ["x509.serial_number"],
}
TEXTS = {
    "tls.handshake.extensions_server_name": ["tls.server_name.name"],
    "tls.handshake.extensions_alpn_str": ["tls.alpn.protocol"],
    "http.request.method": ["http.method"],
    "http.request.uri": ["http.target"],
    "http.request.version http.response.version": ["http.version"],
    "http.response.code": ["http.status"],
    "http.response.phrase": ["http.phrase"],
}
# The lines of HTTP's fields, with their ends.
LINES = {"http.request.line http.response.line": ["http.field"]}
# tshark shows these without their bytes.
COUNTS = {"tls.handshake.verify_data": ["tls.finished.verify_data"]}
TABLE = {**NUMBERS, **BYTES, **TEXTS, **LINES, **COUNTS}

SMTP = ["smtp.command_line", "smtp.req.command", "smtp.req.parameter", "smtp.response.code",
        "smtp.rsp.parameter"]

DNS_NUMBERS = {
    "dns.id": "dns.id",
    "dns.count.queries": "dns.count.questions",
    "dns.count.answers": "dns.count.answers",
    "dns.count.auth_rr": "dns.count.authorities",
    "dns.count.add_rr": "dns.count.additionals",
    "dns.qry.type": "dns.question.type",
    "dns.qry.class": "dns.question.class",
    "dns.resp.type": "dns.record.type",
    "dns.resp.class": "dns.record.class",
    "dns.resp.ttl": "dns.record.ttl",
    "dns.resp.len": "dns.record.length",
    "dns.mx.preference": "dns.mx.preference",
    "dns.txt.length": "dns.length",
    "dns.soa.serial_number": "dns.soa.serial",
    "dns.soa.refresh_interval": "dns.soa.refresh",
    "dns.soa.retry_interval": "dns.soa.retry",
    "dns.soa.expire_limit": "dns.soa.expire",
    "dns.soa.minimum_ttl": "dns.soa.minimum",
    "dns.tlsa.certificate_usage": "dns.tlsa.usage",
    "dns.tlsa.selector": "dns.tlsa.selector",
    "dns.tlsa.matching_type": "dns.tlsa.matching_type",
    "dns.rr.udp_payload_size": "dns.opt.udp_size",
    "dns.resp.ext_rcode": "dns.opt.extended_rcode",
    "dns.resp.edns0_version": "dns.opt.version",
    "dns.opt.code": "dns.opt.option.code",
    "dns.opt.len": "dns.opt.option.length",
    "dns.opt.ext_error.info_code": "dns.opt.extended_error",
}
DNS_FLAGS = {
    "dns.flags.response": "dns.flags.response",
    "dns.flags.opcode": "dns.flags.opcode",
    "dns.flags.truncated": "dns.flags.truncated",
    "dns.flags.recdesired": "dns.flags.recursion_desired",
    "dns.flags.z": "dns.flags.z",
    "dns.flags.checkdisable": "dns.flags.checking_disabled",
}
# tshark shows these in answers alone.
DNS_ANSWERS_FLAGS = {
    "dns.flags.authoritative": "dns.flags.authoritative",
    "dns.flags.recavail": "dns.flags.recursion_available",
    "dns.flags.authenticated": "dns.flags.authentic_data",
    "dns.flags.rcode": "dns.flags.rcode",
}
DNS_VALUES = {
    "dns.qry.name": "dns.question.name",
    "dns.resp.name": "dns.record.name",
    "dns.a": "dns.a",
    "dns.aaaa": "dns.aaaa",
    "dns.ns": "dns.ns",
    "dns.cname": "dns.cname",
    "dns.mx.mail_exchange": "dns.mx.exchange",
    "dns.soa.mname": "dns.soa.mname",
    "dns.soa.rname": "dns.soa.rname",
    "dns.txt": "dns.txt.text",
}
DNS_BYTES = {"dns.tlsa.certificate_association_data": "dns.tlsa.data"}
DNS = [*DNS_NUMBERS, *DNS_FLAGS, *DNS_ANSWERS_FLAGS, *DNS_VALUES, *DNS_BYTES]
LARGEST_PACKET = 1460
STREAM = [name for names in TABLE for name in names.split()] + SMTP


class Told:
    """What fields say: the bytes, as hex, and the values of each id, in order."""

    def __init__(self):
        self.bytes = collections.defaultdict(list)
        self.values = collections.defaultdict(list)

    def add(self, layer, fields):
        for field in fields:
            begin = 2 * field["offset"]
            self.bytes[field["id"]].append(layer["bytes"][begin:begin + 2 * field["length"]])
            self.values[field["id"]].append(field.get("value", ""))
            self.add(layer, field.get("parts", []))


def dissected(program, trace):
    """What each end that is a client is told: by connection and way; and its datagrams."""
    with open(trace, encoding="utf-8") as lines:
        name = json.loads(next(lines))["title"]
    run = subprocess.run([program, "export", name, "--fields", "-"], capture_output=True)
    if run.returncode:
        sys.exit(f"{name}: {run.stderr.decode()}")
    ways, datagrams, ids = collections.defaultdict(Told), [], set()
    for line in run.stdout.decode().splitlines()[1:]:
        piece = json.loads(line)
        if piece["end"] != "client":
            continue
        datagram = piece["kind"] == "datagram"
        into = Told() if datagram else ways[piece["connection"], piece["way"]]
        for layer in ("wire", "opened", "whole_message"):
            if layer in piece:
                into.add(piece[layer], piece[layer]["fields"])
        if datagram:
            datagrams.append(into)
        ids |= set(into.bytes)
    return ways, datagrams, ids


def differ(name, theirs, ours):
    if ours != theirs:
        yield f"tshark has {name} {theirs[:8]}, the dissection {ours[:8]}"


def never_ends(found, told):
    """An answer without a length ends with its session: tshark waits for one that never comes."""
    fields = b"".join(bytes.fromhex(field) for field in told.bytes["http.field"]).lower()
    has_length = b"content-length:" in fields or b"transfer-encoding:" in fields
    return told.bytes["http.status"] and not has_length and not found["http.response.code"]


def same_fields(found, told):
    """A sentence for each kind of field of TLS and HTTP of which tshark has others."""
    without_http = never_ends(found, told)
    for name, ids in TABLE.items():
        if without_http and name.startswith("http."):
            continue
        ours = [value for one in ids for value in told.bytes[one]]
        theirs = [value for one in name.split() for value in found[one]]
        if name in NUMBERS:
            # The highest bit of a length of SSL 2.0 is none of it, and TLS has none so long.
            most = 0x7fff if name == "tls.record.length" else -1
            ours = [int(value, 16) & most for value in ours]
            theirs = [int(value, 0) for value in theirs]
        elif name in COUNTS:
            ours, theirs = len(ours) * [1], len(theirs) * [1]
        elif name in TEXTS:
            ours = [bytes.fromhex(value).decode() for value in ours]
        elif name in LINES:
            ours = [bytes.fromhex(value).decode() for value in ours]
            theirs = [value.replace("\\r\\n", "\r\n") for value in theirs]
        else:
            theirs = [value.replace(":", "") for value in theirs]
        if len(ids) + len(name.split()) > 2:
            ours, theirs = sorted(ours), sorted(theirs)
        yield from differ(name, theirs, ours)


def without_end(line):
    return line.replace("\\r\\n", "").rstrip("\r\n")


def same_commands(found, told):
    """The same for commands. tshark takes the first four letters for the command."""
    ours = [bytes.fromhex(line).decode("latin-1").rstrip("\r\n")
            for line in told.bytes["smtp.command"]]
    theirs = [without_end(line) for line in found["smtp.command_line"]]
    # Behind a DATA that is refused, or whose message has several records, tshark still waits for
    # the end of a message.
    if theirs and theirs[-1] == "DATA" and ours[-2:] == ["DATA", "QUIT"]:
        ours.pop()
    yield from differ("smtp.command_line", theirs, ours)
    yield from differ("smtp.req.command", found["smtp.req.command"], [line[:4] for line in ours])
    yield from differ("smtp.req.parameter", found["smtp.req.parameter"],
                      [line[5:] for line in ours if len(line) > 5])


def same_replies(found, told):
    """The same for replies: each line's text, and the code of the last one.

    tshark reads each packet's lines alone, so where one cuts a reply there is nothing to compare.
    """
    replies = told.bytes["smtp.reply"]
    ends = [value for value in told.values["smtp.reply.separator"] if value == "the last line"]
    bare = [line for line in told.bytes["smtp.reply.line"] if len(line) == 2 * len("250\r\n")]
    in_parts = told.bytes["smtp.part"] or len(replies) != len(ends) + len(bare)
    if in_parts or any(len(reply) > 2 * LARGEST_PACKET for reply in replies):
        return
    ours = [bytes.fromhex(line).decode("latin-1").rstrip("\r\n")
            for line in told.bytes["smtp.reply.line"]]
    yield from differ("smtp.response.code", found["smtp.response.code"],
                      [line[:3] for line in ours if line[3:4] != "-"])
    yield from differ("smtp.rsp.parameter", found["smtp.rsp.parameter"],
                      [line[4:] for line in ours if len(line) > 4 or line[3:] == "-"])


def same_datagram(found, told):
    """A sentence for each kind of field of one DNS message of which tshark has others."""
    for name, one in DNS_NUMBERS.items():
        yield from differ(name, [int(value, 0) for value in found[name]],
                          [int(value, 16) for value in told.bytes[one]])
    flags = dict(DNS_FLAGS)
    if told.values["dns.flags.response"][:1] == ["1 (an answer)"]:
        flags.update(DNS_ANSWERS_FLAGS)
    for name, one in flags.items():
        yield from differ(name, [int(value, 0) for value in found[name]],
                          [int(value.split()[0]) for value in told.values[one]])
    for name, one in DNS_VALUES.items():
        theirs = ["." if value == "<Root>" else value for value in found[name]]
        yield from differ(name, theirs, told.values[one])
    for name, one in DNS_BYTES.items():
        yield from differ(name, [value.replace(":", "") for value in found[name]],
                          told.bytes[one])
