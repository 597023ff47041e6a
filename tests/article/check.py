#!/usr/bin/env python3
"""The pictures of docs/article.md: each is what the command below it draws.

    tests/article/check.py PROGRAM [--write]

A picture is the same where its words are, in their order: where a line is broken and how wide a box
is depends on the fonts of the machine. --write draws them anew. Each scenario of scenarios/article
belongs to a claim that the page has, and each claim of the article, S1 to S14, stands there.
"""
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

PAGE = pathlib.Path("docs/article.md")
CLAIMS = [f"S{number}" for number in range(1, 15)]


def words(path):
    """All words of a picture, and of what it tells a screen reader."""
    return " ".join(" ".join(tree.parse(path).getroot().itertext()).split())


def faults(program, write):
    text = PAGE.read_text(encoding="utf-8")
    claims = re.findall(r"^## (S\d+)\. ", text, re.M)
    if claims != CLAIMS:
        yield f"{PAGE} has the claims {claims}"
    listed = subprocess.run([program, "list", "scenarios/article"], check=True,
                            capture_output=True, text=True).stdout.split("\n")
    for line in listed:
        if line and line.split("::", 1)[1].split(":")[0] not in CLAIMS:
            yield f"{line}: of which claim is it?"
    pictures = re.findall(
        r"!\[[^\]]+\]\((images/article/[^)]+)\)\n+```sh\n(mailtls diagram .+)\n```", text)
    if len(pictures) < len(CLAIMS):
        yield f"{PAGE} has {len(pictures)} pictures with the command that draws them"
    shown = {pathlib.Path("docs") / name for name, _ in pictures}
    for path in set(pathlib.Path("docs/images/article").glob("*")) - shown:
        yield f"{path} is not shown"
    with tempfile.TemporaryDirectory() as folder:
        for name, command in pictures:
            path = pathlib.Path("docs") / name
            drawn = path if write else pathlib.Path(folder) / path.name
            arguments = shlex.split(command)[1:]
            arguments[arguments.index("-o") + 1] = str(drawn)
            done = subprocess.run([program, *arguments], check=False, capture_output=True,
                                  text=True)
            if done.returncode:
                yield f"{command}: exit {done.returncode}: {done.stderr}"
            elif not path.is_file():
                yield f"{path} is not there"
            elif words(path) != words(drawn):
                yield f"{path} is not what is drawn today: tests/article/check.py PROGRAM --write"


def main():
    found = list(faults(sys.argv[1], "--write" in sys.argv))
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
