#!/usr/bin/env python3
"""Plays scenarios, and reads their captures with tshark, which gets no option but the file; and
where mail is taken on a port that no registry has for SMTP, the one that says so ("Decode As").

tshark takes a second to start, so it gets many captures as the sections of one file, told apart by
the first bytes of their addresses. There it may open one's records with another's secrets, for
scenarios of one seed have the same randomness: what seems wrong, and each 25th, is read alone.

Says a sentence for each packet that is malformed or breaks TCP's rules, and for each connection on
which tshark finds other SMTP commands than the trace, inside TLS, too; and for each field of TLS,
SMTP, HTTP and DNS, in clear or sealed, that is another in `mailtls export --fields` than in tshark,
or that has no explanation.
"""

import argparse
import collections
import concurrent.futures
import csv
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

from fields import (DNS, STREAM, dissected, same_commands, same_datagram, same_fields,
                    same_replies, without_end)

PLAIN = ["frame.number", "tcp.srcport", "tcp.dstport", "_ws.malformed", "tcp.analysis.flags",
          "tcp.flags.syn"]
KINDS = "ip", "tcp", "udp"
FIELDS = [*PLAIN, *STREAM, *DNS]
CHECKSUMS = [word for kind in KINDS for word in ("-o", f"{kind}.check_checksum:TRUE")]
FIRST_PORT = 49152
AT_ONCE = 100  # captures in one file; below 256
ASKED = re.compile(rb'"event":"connection-asked"[^\n]*?"port":(\d+)')
KNOWN_PORTS = {25, 53, 80, 443, 465, 587}

ENHANCED_PACKET = 6  # pcapng, section 4.3


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


def elsewhere(content, number):
    """The capture with other addresses, of the number alone, and how many packets it has."""
    out, packets, at = bytearray(content), 0, 0
    while at < len(out):
        kind, length = struct.unpack_from("<II", out, at)
        if kind == ENHANCED_PACKET:
            packets += 1
            packet = at + 28
            version = out[packet] >> 4
            for address in (12, 16) if version == 4 else (8, 24):
                out[packet + address:packet + address + 2] = bytes(
                    (10 if version == 4 else 0xfd, number))
        at += length
    return bytes(out), packets


def decode_as(traces):
    ports = {int(port) for trace in traces for port in ASKED.findall(trace.read_bytes())}
    return [word for port in sorted(ports - KNOWN_PORTS)
            for word in ("-d", f"tcp.port=={port},smtp")]


def read_all(captures, options):
    """The rows of each capture."""
    with tempfile.NamedTemporaryFile(suffix=".pcapng") as joined:
        counts = []
        for number, capture in enumerate(captures):
            content, packets = elsewhere(capture.read_bytes(), number)
            joined.write(content)
            counts.append(packets)
        joined.flush()
        rows = list(read(joined.name, options=options))
    if len(rows) != sum(counts):
        sys.exit(f"tshark reads {len(rows)} packets, of {sum(counts)}")
    begin = 0
    for count in counts:
        yield rows[begin:begin + count]
        begin += count


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


def check(program, rows, trace):
    wrong, datagrams = [], []
    streams = collections.defaultdict(lambda: collections.defaultdict(list))
    for number, row in enumerate(rows):
        frame = number + 1
        if row["_ws.malformed"]:
            wrong.append(f"frame {frame} is malformed")
        # A SYN is sent again where nobody answers.
        if row["tcp.analysis.flags"] and row["tcp.flags.syn"] != "1":
            wrong.append(f"frame {frame} breaks a rule of TCP")
        if row["dns.id"]:
            datagrams.append({name: row[name].split("\x1f") if row[name] else [] for name in DNS})
        ports = [int(row[end].split("\x1f")[0] or 0) for end in ("tcp.srcport", "tcp.dstport")]
        if max(ports) >= FIRST_PORT and max(ports) % 2 == 0:
            way = "to-server" if ports[0] > ports[1] else "to-client"
            into = streams[(max(ports) - FIRST_PORT) // 2, way]
            for name in STREAM:
                into[name] += row[name].split("\x1f") if row[name] else []
    told, asked, ids = dissected(program, trace)
    wrong += [f"explanations.csv does not explain {one}" for one in sorted(ids - EXPLAINED)]
    commands = commands_of(trace)
    for key in sorted(set(streams) | set(told)):
        found, meant = streams[key], told[key]
        sentences = [*same_fields(found, meant)]
        if key[1] == "to-client":
            sentences += same_replies(found, meant)
        elif key[0] in commands:
            sentences += same_commands(found, meant)
        wrong += [f"connection {key[0]} {key[1]}: {sentence}" for sentence in sentences]
    if len(datagrams) != len(asked):
        wrong.append(f"tshark has {len(datagrams)} DNS messages, the dissection {len(asked)}")
    for number, (found, meant) in enumerate(zip(datagrams, asked)):
        wrong += [f"DNS message {number}: {sentence}" for sentence in same_datagram(found, meant)]
    for connection, meant in commands.items():
        shown = [without_end(line)
                 for line in streams[connection, "to-server"]["smtp.command_line"]]
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
        batches = [captures[i:i + AT_ONCE] for i in range(0, len(captures), AT_ONCE)]

        def trace_of(capture):
            return place / "trace" / (capture.stem + ".jsonl")

        def check_batch(batch):
            as_smtp = decode_as(map(trace_of, batch))
            return [check(options.program, rows, trace_of(capture))
                    for capture, rows in zip(batch, read_all(batch, as_smtp))]

        def check_alone(capture):
            trace = trace_of(capture)
            return check(options.program, read(capture, options=decode_as([trace])), trace)

        with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
            wrongs = [wrong for batch in pool.map(check_batch, batches) for wrong in batch]
            alone = [number for number, wrong in enumerate(wrongs) if wrong or number % 25 == 0]
            for number, wrong in zip(alone, pool.map(check_alone, [captures[i] for i in alone])):
                wrongs[number] = wrong
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
