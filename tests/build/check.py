#!/usr/bin/env python3
"""check.py: cost.py notes what compilers take, and judges it."""
import os
import subprocess
import sys
import tempfile

COST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cost.py")
LOOP = "sim/CMakeFiles/mailtls_core.dir/core/loop.cpp.o"
AES = "mbedtls/library/CMakeFiles/mbedcrypto.dir/aes.c.o"
TEST = "tests/core/CMakeFiles/test_core.dir/loop.cpp.o"


def cost(*arguments, cwd="."):
    return subprocess.run([sys.executable, COST, *arguments], cwd=cwd, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def log(build, *rows):
    with open(os.path.join(build, "build-cost.tsv"), "w", encoding="utf-8") as out:
        for made, seconds, how in rows:
            out.write(f"{made}\t{seconds}\t{how}\n")


def expect(condition, message):
    if not condition:
        sys.exit(f"cost: {message}")


def records(build):
    busy = [sys.executable, "-c", "sum(range(3000000))", "-o", LOOP]
    expect(cost("--record", "build-cost.tsv", *busy, cwd=build).returncode == 0, "records")
    with open(os.path.join(build, "build-cost.tsv"), encoding="utf-8") as lines:
        made, seconds, how = lines.read().split()
    expect(made == LOOP and float(seconds) > 0 and how == "compiled", "a row")
    failing = [sys.executable, "-c", "raise SystemExit(3)", "-o", AES]
    expect(cost("--record", "build-cost.tsv", *failing, cwd=build).returncode == 3, "its code")
    with open(os.path.join(build, "build-cost.tsv"), encoding="utf-8") as lines:
        expect(AES not in lines.read(), "what failed costs nothing")


def judges(build):
    for made in (LOOP, AES, TEST):
        os.makedirs(os.path.dirname(os.path.join(build, made)), exist_ok=True)
        with open(os.path.join(build, made), "w", encoding="utf-8"):
            pass
    # The last time counts; tests, and what is not there any more, do not.
    log(build, (LOOP, 90, "compiled"), (LOOP, 10, "compiled"), (AES, 1, "compiled"),
        (TEST, 70, "compiled"), ("sim/CMakeFiles/x.dir/gone.cpp.o", 50, "compiled"))
    said = cost(build)
    expect(said.returncode == 0, said.stdout + said.stderr)
    for part in ("10.0 s   10.0  sim/core", "sim/core/loop.cpp", "70.0  tests, which do not"):
        expect(part in said.stdout, f"expected {part} in:\n{said.stdout}")
    expect(cost(build, "--limit", "9.9").returncode == 1, "above the limit")
    log(build, (LOOP, 1, "cached"), (AES, 1, "compiled"))
    expect("through ccache" in cost(build).stderr, "ccache")
    log(build, (LOOP, 1, "compiled"))
    expect("nothing to compare" in cost(build).stderr, "no Mbed TLS")
    os.remove(os.path.join(build, "build-cost.tsv"))
    expect("MAILTLS_BUILD_COST" in cost(build).stderr, "no log")


with tempfile.TemporaryDirectory() as folder:
    records(folder)
    judges(folder)
print("cost: all well")
