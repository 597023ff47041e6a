#!/usr/bin/env python3
"""A sweep of 100,000 cells needs no more memory than one of 1,000, and survives being killed.

    tests/sweep/check.py PROGRAM [-j N]

The large sweep is killed after 40,000 cells and gone on with; then its file must hold every cell
once, in order.
"""
import argparse
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

FILE = "tests/sweep/large.lua"


def play(program, jobs, thousands, out, kill_after, answer):
    """Peak memory in KiB of the largest of all processes, and the exit code."""
    child = subprocess.Popen(
        [program, "sweep", FILE, "-D", f"thousands={thousands}", "-j", str(jobs), "--out", out,
         "--resume"], stdout=subprocess.DEVNULL)
    if kill_after:
        # Lines are of one length, nearly: their number is read from the file's size.
        while child.poll() is None and (
                not os.path.exists(out) or os.path.getsize(out) < kill_after * 300):
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
    code = child.wait()
    answer.put((resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, code))


def peak_of(*arguments):
    """`play` in a process of its own, so that each has a peak of its own."""
    answer = multiprocessing.Queue()
    process = multiprocessing.Process(target=play, args=(*arguments, answer))
    process.start()
    process.join()
    return answer.get()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("-j", type=int, default=1)
    options = parser.parse_args()
    failed = 0

    def check(well, what):
        nonlocal failed
        print(f"{'ok' if well else 'FAILED'}: {what}")
        failed += not well

    with tempfile.TemporaryDirectory() as folder:
        small, code = peak_of(options.program, options.j, 1, f"{folder}/small", 0)
        check(code == 0, f"1,000 cells, {small} KiB")
        large = f"{folder}/large"
        before, code = peak_of(options.program, options.j, 100, large, 40_000)
        check(code == -signal.SIGKILL, f"100,000 cells, killed on the way, {before} KiB")
        with open(large, encoding="utf-8") as lines:
            played = sum(1 for _ in lines) - 1
        check(1_000 < played < 100_000, f"{played} cells were there")
        after, code = peak_of(options.program, options.j, 100, large, 0)
        check(code == 0, f"the rest of them, {after} KiB")
        # Pages are counted in lumps, and differ a little from run to run.
        check(max(before, after) < 1.1 * small + 1024, "no more memory for more cells")
        with open(large, encoding="utf-8") as lines:
            head = json.loads(next(lines))
            cells = [json.loads(line)["cell"] for line in lines]
        check(head["cells"] == 100_000, "the head names all cells")
        check(cells == list(range(1, 100_001)), "each cell once, in order")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
