#!/usr/bin/env python3
"""Plays scenarios, and reads their captures with tshark, which gets no option but the file.

Says a sentence for each packet that is malformed or breaks TCP's rules, and for each connection on
which tshark finds other SMTP commands than the trace, inside TLS, too; and for each field of TLS,
in clear or sealed, of which `mailtls export --fields` has other bytes than tshark, or that has no
explanation.
"""

import argparse
import collections
import concurrent.futures
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

PLAIN = ["frame.number", "tcp.srcport", "tcp.dstport", "smtp.command_line", "_ws.malformed",
          "tcp.analysis.flags", "tcp.flags.syn"]
# Of tshark, and of the dissection: ids whose bytes must be the same, in order.
NUMBERS = {
    "tls.record.length": ["tls.record.length"],
    "tls.handshake.type": ["tls.handshake.type"],
    "tls.handshake.length": ["tls.handshake.length"],
    "tls.handshake.ciphersuite": ["tls.cipher_suite"],
    "tls.handshake.extension.type": ["tls.extension.type"],
    "tls.handshake.extensions_supported_group": ["tls.supported_groups.group"],
    "tls.handshake.extensions_ec_point_format": ["tls.ec_point_formats.format"],
    "tls.handshake.sig_hash_alg": ["tls.signature_algorithms.scheme", "tls.signature.scheme"],
    "tls.handshake.extensions.supported_version": ["tls.supported_versions.version"],
    "tls.handshake.extensions_key_share_group": ["tls.key_share.group"],
    "tls.handshake.server_named_curve": ["tls.ecdh.named_curve"],
    "tls.alert_message.level": ["tls.alert.level"],
    "tls.alert_message.desc": ["tls.alert.description"],
}
BYTES = {
    "tls.handshake.random": ["tls.client_hello.random", "tls.server_hello.random"],
    "tls.handshake.session_id": ["tls.session_id.value"],
    "tls.handshake.extensions_key_share_key_exchange": ["tls.key_share.key"],
    "tls.handshake.sig tls.handshake.client_cert_vrfy.sig": ["tls.signature.value"],
    "tls.handshake.certificate": ["x509.certificate"],
    "x509af.serialNumber": ["x509.serial_number"],
}
TEXTS = {"tls.handshake.extensions_server_name": ["tls.server_name.name"]}
# tshark shows these without their bytes.
COUNTS = {"tls.handshake.verify_data": ["tls.finished.verify_data"]}
TABLE = {**NUMBERS, **BYTES, **TEXTS, **COUNTS}
KINDS = "ip", "tcp", "udp"
TLS = [name for names in TABLE for name in names.split()]
FIELDS = [*PLAIN, *TLS]
CHECKSUMS = [word for kind in KINDS for word in ("-o", f"{kind}.check_checksum:TRUE")]
FIRST_PORT = 49152


def read(capture, fields=FIELDS, options=()):
    """The rows of tshark, each a dictionary."""
    command = ["tshark", "-r", str(capture), *options, "-T", "fields", "-E", "separator=/t",
               "-E", "aggregator=\x1f", *(word for field in fields for word in ("-e", field))]
    run = subprocess.run(command, capture_output=True)
    if run.returncode:
        sys.exit(f"{capture}: tshark ended with {run.returncode}: {run.stderr.decode()}")
    for line in run.stdout.decode("latin-1").split("\n"):
        if line:
            yield dict(zip(fields, line.split("\t")))


def bad_checksums(capture):
    """That tshark computes them takes an option: for a few captures alone."""
    fields = ["frame.number"] + [f"{kind}.checksum.status" for kind in KINDS]
    rows = list(read(capture, fields, CHECKSUMS))
    seen = [row for row in rows if "1" in list(row.values())[1:]]
    bad = [row["frame.number"] for row in rows if "0" in list(row.values())[1:]]
    return [f"frame {frame} has a bad checksum" for frame in bad] + (
        [] if seen else ["tshark has seen no checksum at all"])


def commands_of(trace):
    """By connection: the commands that its client, a gateway, sent to port 25.

    What attackers say need not be commands, and tshark does not tell.
    """
    ports, commands, mail_clients, attackers = {}, collections.defaultdict(list), {}, set()
    with open(trace, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            kind = event.get("event")
            if kind == "host-joined" and event["role"] == "attacker":
                attackers.add(event["who"])
            elif kind == "connection-asked":
                ports[event["connection"]] = event["port"]
                mail_clients[event["connection"]] = event["host"]
            elif kind == "command-sent" and mail_clients.get(event["connection"]) == event["host"]:
                commands[event["connection"]].append(event["line"])
    return {c: commands[c] for c, client in mail_clients.items()
            if ports[c] == 25 and client not in attackers}


with open(pathlib.Path(__file__).parents[2] / "harness/report/explanations.csv",
          encoding="utf-8") as table:
    EXPLAINED = {row["id"] for row in csv.DictReader(table)}


def walk(layer, fields, into):
    """Adds the bytes of each field to a list by its id."""
    for field in fields:
        begin = 2 * field["offset"]
        into[field["id"]].append(
            layer["bytes"][begin:begin + 2 * field["length"]])
        walk(layer, field.get("parts", []), into)


def dissected(program, trace):
    """By connection and way: the bytes of each field of TLS, in order, for the client's card."""
    with open(trace, encoding="utf-8") as lines:
        name = json.loads(next(lines))["title"]
    run = subprocess.run([program, "export", name, "--fields", "-"], capture_output=True)
    if run.returncode:
        sys.exit(f"{name}: {run.stderr.decode()}")
    ways = collections.defaultdict(lambda: collections.defaultdict(list))
    for line in run.stdout.decode().splitlines()[1:]:
        piece = json.loads(line)
        if piece["end"] != "client":
            continue
        into = ways[piece["connection"], piece["way"]]
        for layer in ("wire", "opened", "whole_message"):
            if layer in piece:
                walk(piece[layer], piece[layer]["fields"], into)
    return ways


def same_fields(found, meant):
    """A sentence for each kind of field of which tshark has others."""
    for name, ids in TABLE.items():
        ours = [value for one in ids for value in meant[one]]
        theirs = [value for one in name.split() for value in found[one]]
        if name in NUMBERS:
            ours = [int(value, 16) for value in ours]
            theirs = [int(value, 0) for value in theirs]
        elif name in COUNTS:
            ours, theirs = len(ours) * [1], len(theirs) * [1]
        elif name in TEXTS:
            ours = [bytes.fromhex(value).decode() for value in ours]
        else:
            theirs = [value.replace(":", "") for value in theirs]
        if len(ids) + len(name.split()) > 2:
            ours, theirs = sorted(ours), sorted(theirs)
        if ours != theirs:
            yield f"tshark has {name} {theirs[:8]}, the dissection {ours[:8]}"


def check(program, capture, trace):
    wrong = []
    found = collections.defaultdict(list)
    fields = collections.defaultdict(lambda: collections.defaultdict(list))
    for row in read(capture):
        frame = row["frame.number"]
        if row["_ws.malformed"]:
            wrong.append(f"frame {frame} is malformed")
        # A SYN is sent again where nobody answers.
        if row["tcp.analysis.flags"] and row["tcp.flags.syn"] != "1":
            wrong.append(f"frame {frame} breaks a rule of TCP")
        port = row["tcp.srcport"].split("\x1f")[0]
        if row["tcp.dstport"] == "25" and int(port) % 2 == 0 and row["smtp.command_line"]:
            found[(int(port) - FIRST_PORT) // 2] += row["smtp.command_line"].split("\x1f")
        ports = [int(row[end].split("\x1f")[0] or 0) for end in ("tcp.srcport", "tcp.dstport")]
        if max(ports) >= FIRST_PORT and max(ports) % 2 == 0:
            way = "to-server" if ports[0] > ports[1] else "to-client"
            into = fields[(max(ports) - FIRST_PORT) // 2, way]
            for name in TLS:
                into[name] += row[name].split("\x1f") if row[name] else []
    meant = dissected(program, trace)
    ids = {one for parts in meant.values() for one in parts}
    wrong += [f"explanations.csv does not explain {one}" for one in sorted(ids - EXPLAINED)]
    for key in sorted(set(fields) | set(meant)):
        wrong += [f"connection {key[0]} {key[1]}: {sentence}"
                  for sentence in same_fields(fields[key], meant[key])]
    told = commands_of(trace)
    for connection, meant in told.items():
        shown = [line.replace("\\r\\n", "").rstrip("\r\n") for line in found[connection]]
        # Behind a DATA that is refused, or whose message has several records, tshark still waits
        # for the end of a message.
        if shown and shown[-1] == "DATA" and meant[-1:] == ["QUIT"]:
            shown.append("QUIT")
        if shown != meant:
            wrong.append(f"connection {connection}: tshark finds {shown}, the trace has {meant}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("what", nargs="*", default=["scenarios"])
    parser.add_argument("-j", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        run = subprocess.run([options.program, "run", *options.what, "-F", "quiet", "-j",
                              str(options.j), "--pcapng", place / "pcapng", "--trace",
                              place / "trace"])
        if run.returncode:
            return run.returncode
        captures = sorted((place / "pcapng").glob("*.pcapng"))
        with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
            wrongs = pool.map(lambda capture: check(
                options.program, capture, place / "trace" / (capture.stem + ".jsonl")), captures)
            sums = list(pool.map(bad_checksums, captures[::25]))
            bad = 0
            for number, (capture, wrong) in enumerate(zip(captures, wrongs)):
                wrong += sums[number // 25] if number % 25 == 0 else []
                bad += bool(wrong)
                for sentence in wrong:
                    print(f"{capture.stem}: {sentence}")
    print(f"{len(captures) - bad} captures read well, {bad} do not")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
