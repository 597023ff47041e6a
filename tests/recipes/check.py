#!/usr/bin/env python3
"""The recipes of docs/recipes.md, run: GNU parallel, and each job of the CI examples.

    tests/recipes/check.py PROGRAM

Whatever ran the parts, what `mailtls merge` makes of them must be the results of one run, byte for
byte. Of a CI file only the commands of mailtls are run, with the variables that its server sets.
"""
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

SUITE = ["scenarios/exchange", "scenarios/enforced", "scenarios/watchers"]


def play(folder, command, **variables):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("CI_", "MAILTLS_", "SLURM_", "GITHUB_"))}
    environment |= variables
    done = subprocess.run(["sh", "-euc", command], cwd=folder, env=environment, check=False,
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"recipes: {command}: exit {done.returncode}\n{done.stdout}{done.stderr}")


def of_docs():
    """The commands of the section on GNU parallel, as they are shown."""
    with open("docs/recipes.md", encoding="utf-8") as page:
        section = page.read().split("## GNU parallel", 1)[1]
    return section.split("```sh\n", 1)[1].split("```", 1)[0]


def github(folder):
    with open("examples/ci/github.yml", encoding="utf-8") as file:
        jobs = yaml.safe_load(file)["jobs"]
    matrix = jobs["part"]["strategy"]["matrix"]
    for values in itertools.product(*matrix.values()):
        one = dict(zip(matrix, values))

        def filled(text):
            return re.sub(r"\$\{\{ matrix\.(\w+) \}\}", lambda m: str(one[m[1]]), text)

        variables = {name: filled(value) for name, value in jobs["part"]["env"].items()}
        for step in jobs["part"]["steps"]:
            if step.get("run", "").startswith("mailtls "):
                play(folder, filled(step["run"]), GITHUB_ACTIONS="true", **variables)
    for step in jobs["whole"]["steps"]:
        if step.get("run", "").startswith("mailtls "):
            play(folder, step["run"])


def gitlab(folder):
    with open("examples/ci/gitlab.yml", encoding="utf-8") as file:
        jobs = yaml.safe_load(file)
    total = jobs["play"]["parallel"]
    for index in range(1, total + 1):
        for command in jobs["play"]["script"]:
            play(folder, command, CI_NODE_INDEX=str(index), CI_NODE_TOTAL=str(total))
    for command in jobs["merge"]["script"]:
        play(folder, command)


def main():
    program = os.path.abspath(sys.argv[1])
    failed = 0
    for name, recipe in {"GNU parallel": lambda f: play(f, of_docs()), "GitHub": github,
                         "GitLab": gitlab}.items():
        with tempfile.TemporaryDirectory() as folder:
            for part in SUITE:
                shutil.copytree(part, f"{folder}/{part}")
            os.mkdir(f"{folder}/bin")
            os.symlink(program, f"{folder}/bin/mailtls")
            os.environ["PATH"] = f"{folder}/bin:" + os.environ["PATH"]
            os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
            recipe(folder)
            play(folder, "mailtls run scenarios -F quiet --report-json whole.json")
            with open(f"{folder}/results.json", "rb") as merged, \
                    open(f"{folder}/whole.json", "rb") as whole:
                same = merged.read() == whole.read()
            print(f"{'ok' if same else 'FAILED'}: {name}: the same as one run, byte for byte")
            failed += not same
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
