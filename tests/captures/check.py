#!/usr/bin/env python3
"""Plays scenarios, and reads their captures with tshark, which gets no option but the file.

Says a sentence for each packet that is malformed or breaks TCP's rules, and for each connection on
which tshark finds other SMTP commands than the trace, inside TLS, too.
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

FIELDS = ["frame.number", "tcp.srcport", "tcp.dstport", "smtp.command_line", "_ws.malformed",
          "tcp.analysis.flags", "tcp.flags.syn"]
KINDS = "ip", "tcp", "udp"
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


def check(capture, trace):
    wrong = []
    found = collections.defaultdict(list)
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
            wrongs = pool.map(lambda c: check(c, place / "trace" / (c.stem + ".jsonl")), captures)
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
