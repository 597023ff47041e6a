#!/usr/bin/env python3
"""What strangers may hand to mailtls, and what must come of it: the cases of the *.yaml beside this
file, each in a folder of its own, by the real program.

  check.py PROGRAM [-j N] [-k TEXT] [--sanitized] [--valgrind]

A case has
  name       one line
  files      NAME: text, put into the folder first
  run        arguments of the program, or
  shell      a line for sh, in which "$mailtls" is the program
  says       a text, or a list of texts, that must stand in what is printed (stdout, then stderr)
  never      texts that must not stand there; \\x escapes are read
  code       the exit code; a negative one is a signal that ended it (of the program, or of sh)
  seconds    it must end within so many (default 5)
  mebibytes  the largest process may hold so many (default 400)
  leaves     the names of the files that are there afterwards; nothing: any
  holds      NAME: a text that must stand in this file afterwards
  takes      what it takes from the program that a sanitizer needs; then it is not for one
--sanitized is for a program with sanitizers: it may take six times as many seconds and mebibytes.
--valgrind lets valgrind look at twenty cases that one short call makes, or at those that -k names.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import yaml

here = pathlib.Path(__file__).resolve().parent
known = {"name", "files", "run", "shell", "says", "never", "code", "seconds", "mebibytes", "leaves",
         "holds", "takes", "where"}


def listed(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def cases():
    for path in sorted(here.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text()):
            unknown = set(case) - known
            if unknown or ("run" in case) == ("shell" in case) or "code" not in case:
                sys.exit(f"{path.name}: {case.get('name')}: not a case: {sorted(unknown)}")
            case["where"] = f"{path.stem}: {case['name']}"
            yield case


def played(program, case, folder, slow):
    """What was printed, the exit code, seconds and mebibytes."""
    command = ["sh", "-c", case["shell"]] if "shell" in case else [program, *map(str, case["run"])]
    # Nothing of the machine's: no cache, no configuration, no colours.
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent / "home"),
                   "mailtls": program, "LC_ALL": "C.UTF-8"}
    began = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=err, start_new_session=True)
        limit = case.get("seconds", 5) * slow
        late = False
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() - began > limit:
                late = True
                os.killpg(process.pid, signal.SIGKILL)
                _, status, usage = os.wait4(process.pid, 0)
                break
            time.sleep(0.005)
        process.returncode = os.waitstatus_to_exitcode(status)
        said = b""
        for stream in (out, err):
            stream.seek(0)
            said += stream.read(1 << 20)
    took = "late" if late else time.monotonic() - began
    return said, process.returncode, took, usage.ru_maxrss / 1024


def faults(program, case, slow):
    with tempfile.TemporaryDirectory() as both:
        folder = pathlib.Path(both) / "case"
        folder.mkdir()
        for name, text in case.get("files", {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        said, code, took, held = played(program, case, folder, slow)
        text = said.decode("utf-8", "replace")
        if took == "late":
            yield f"it did not end within {case.get('seconds', 5) * slow} s"
        if code != case["code"]:
            yield f"code {code}, expected {case['code']}"
        if held > case.get("mebibytes", 400) * slow:
            yield f"it held {held:.0f} MiB"
        for wanted in listed(case.get("says")):
            if wanted not in text:
                yield f"it does not say: {wanted}"
        for hated in listed(case.get("never")):
            if hated.encode().decode("unicode_escape").encode("latin-1") in said:
                yield f"it says: {hated}"
        if "leaves" in case:
            left = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())
            if left != sorted(case["leaves"]):
                yield f"it leaves {left}"
        for name, wanted in case.get("holds", {}).items():
            path = folder / name
            if not path.is_file() or wanted not in path.read_text(errors="replace"):
                yield f"{name} does not hold: {wanted}"
        if text and not text.isascii():
            text = text.encode("ascii", "backslashreplace").decode()
        yield "said:\n      " + text[:600].replace("\n", "\n      ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("-j", type=int, default=os.cpu_count())
    parser.add_argument("-k", default="")
    parser.add_argument("--sanitized", action="store_true")
    parser.add_argument("--valgrind", action="store_true")
    options = parser.parse_args()
    options.slow = 6 if options.sanitized else 1
    program = str(pathlib.Path(options.program).resolve())
    chosen = [case for case in cases()
              if options.k in case["where"] and not (options.sanitized and "takes" in case)]
    if not chosen:
        sys.exit("no case is chosen")
    with tempfile.TemporaryDirectory() as folder:
        if options.valgrind:
            options.slow *= 60
            program = under_valgrind(program, pathlib.Path(folder))
            chosen = [case for case in chosen if is_short(case)]
            if not options.k:
                chosen = chosen[::max(1, len(chosen) // 20)]
        return look_at(chosen, program, options)


def is_short(case):
    return "run" in case and case["code"] >= 0 and "seconds" not in case


def under_valgrind(program, folder):
    """A program that ends with 99 where valgrind finds something."""
    script = folder / "mailtls"
    known = pathlib.Path(__file__).resolve().parent / "valgrind.supp"
    script.write_text("#!/bin/sh\nexec valgrind -q --error-exitcode=99 --leak-check=no "
                      f"--suppressions={shlex.quote(str(known))} "
                      f"'{program}' \"$@\"\n")
    script.chmod(0o755)
    return str(script)


def look_at(chosen, program, options):
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        for case, found in zip(chosen, pool.map(
                lambda case: list(faults(program, case, options.slow)), chosen)):
            if len(found) == 1:
                continue
            failed += 1
            print(f"{case['where']}\n    " + "\n    ".join(found))
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
