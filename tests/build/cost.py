#!/usr/bin/env python3
"""What our C++ costs to build, beside Mbed TLS's C, which everyone builds, too.

  cost.py BUILD [--limit N]     tells; code 1: above N times Mbed TLS (default 10)
  cost.py --record LOG COMMAND  runs a compiler and notes what it took

The measure is CPU time, user and system, of each compiler and what it starts, as the kernel counts
it. ninja's log has the clock's time, which tells more of who else was busy than of our sources; a
ratio of CPU times on one machine and one day is nearly the same on another. The build must be
configured with -DMAILTLS_BUILD_COST=ON, which puts this script before each compiler.

Counted are the objects of sim/, harness/ and visualize/: the program that a user builds. Tests are
told, and do not count.
"""
import argparse
import collections
import os
import resource
import subprocess
import sys

OURS = ("sim", "harness", "visualize")


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def record(log, command):
    # A script that started this one, as pyenv's, may have had children of its own.
    before = cpu_of_children()
    code = subprocess.call(command)
    if code == 0 and "-o" in command:
        made = command[command.index("-o") + 1]
        how = "cached" if "ccache" in os.path.basename(command[0]) else "compiled"
        line = f"{made}\t{cpu_of_children() - before:.3f}\t{how}\n"
        # One write of a short line to a file that is appended to is whole, whoever else writes.
        with open(log, "ab", buffering=0) as out:
            out.write(line.encode())
    return code if code >= 0 else 128 - code


def source_of(made):
    """mailtls's name for "sim/CMakeFiles/mailtls_core.dir/core/loop.cpp.o": sim/core/loop.cpp"""
    before, _, after = made.partition("CMakeFiles/")
    return before + after.partition(".dir/")[2].removesuffix(".o") if after else made


def read(build):
    """The last time of each object that is still built: source -> seconds."""
    log = os.path.join(build, "build-cost.tsv")
    try:
        with open(log, encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines]
    except FileNotFoundError:
        sys.exit(f"cost: there is no {log}; configure with -DMAILTLS_BUILD_COST=ON, and build anew")
    seconds = {}
    for made, took, how in rows:
        if how == "cached":
            sys.exit(f"cost: {made} was compiled through ccache, which hides what it costs")
        if os.path.exists(os.path.join(build, made)):
            seconds[made] = float(took)
    by_source = collections.Counter()
    for made, took in seconds.items():
        by_source[source_of(made)] += took
    return by_source


def folder_of(source):
    parts = source.split("/")
    return parts[0] if parts[0] == "mbedtls" or len(parts) < 3 else "/".join(parts[:2])


def tell(build, limit):
    seconds = read(build)
    folders = collections.Counter()
    for source, took in seconds.items():
        folders[folder_of(source)] += took
    theirs = folders.pop("mbedtls", 0)
    if not theirs:
        sys.exit("cost: Mbed TLS was not compiled in this build: nothing to compare with")
    ours = sum(took for source, took in seconds.items() if source.split("/")[0] in OURS)
    tests = sum(took for source, took in seconds.items() if source.split("/")[0] == "tests")
    for folder, took in folders.most_common():
        print(f"{took:8.1f} s {took / theirs:6.1f}  {folder}")
    print("the most expensive files:")
    own = [(took, source) for source, took in seconds.items() if not source.startswith("mbedtls/")]
    for took, source in sorted(own, reverse=True)[:10]:
        print(f"{took:8.1f} s {took / theirs:6.1f}  {source}")
    print(f"{theirs:8.1f} s {1:6.1f}  Mbed TLS")
    print(f"{tests:8.1f} s {tests / theirs:6.1f}  tests, which do not count")
    print(f"{ours:8.1f} s {ours / theirs:6.1f}  our C++, at most {limit:g} times Mbed TLS")
    return 0 if ours <= limit * theirs else 1


def main():
    if sys.argv[1:2] == ["--record"]:
        return record(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build")
    parser.add_argument("--limit", type=float, default=10)
    arguments = parser.parse_args()
    return tell(arguments.build, arguments.limit)


if __name__ == "__main__":
    sys.exit(main())
