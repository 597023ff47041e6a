"""Gives every gateway one flaw after another, and looks which scenarios notice.

The list in expected.txt says which must: `--write` writes what happens now, so that the difference
can be reviewed.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile


def red_scenarios(program, flaw, jobs):
    """Ids of the scenarios that do not pass when every gateway has `flaw`.

    A file whose scenarios all notice stands as "file.lua::*".
    """
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / "results.json"
        run = subprocess.run(
            [program, "run", "scenarios", "-F", "quiet", "-j", str(jobs), "--flaw", flaw,
             "--report-json", str(results)], capture_output=True, text=True)
        if run.returncode not in (0, 1, 4):
            sys.exit(f"{flaw}: mailtls ended with {run.returncode}: {run.stderr}")
        scenarios = json.loads(results.read_text())["scenarios"]
    red = {s["id"] for s in scenarios if s["status"] != "passed"}
    for file in {s["file"] for s in scenarios}:
        ids = {s["id"] for s in scenarios if s["file"] == file}
        if ids <= red and len(ids) > 1:
            red = red - ids | {f"{file}::*"}
    return red


def read_list(path):
    """The flaws in order, each with the ids of the scenarios that must notice."""
    lists, ids = {}, None
    for line in path.read_text().splitlines():
        if line.startswith(">> "):
            ids = lists.setdefault(line[3:], set())
        elif line and not line.startswith("# "):
            ids.add(line)
    return lists


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("expected", type=pathlib.Path)
    parser.add_argument("-j", dest="jobs", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()

    lists = read_list(options.expected)
    comments = [line for line in options.expected.read_text().splitlines()
                if line.startswith("# ")]
    flaws = subprocess.run([options.program, "api", "--flaws"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    wrong = [f"{flaw}: there is no such flaw" for flaw in lists if flaw not in flaws]
    out = comments[:]
    for flaw in flaws:
        red = red_scenarios(options.program, flaw, options.jobs)
        out += ["", f">> {flaw}"] + sorted(red)
        listed = lists.get(flaw, set())
        wrong += [f"{flaw}: passes, and should notice: {i}" for i in sorted(listed - red)]
        wrong += [f"{flaw}: notices, and is not listed: {i}" for i in sorted(red - listed)]
        if not red:
            wrong.append(f"{flaw}: no scenario notices it")
    if options.write:
        options.expected.write_text("\n".join(out) + "\n")
        return
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


main()
