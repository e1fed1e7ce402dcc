#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs `modelbook check` on every workspace in tests/golden/fail_open/: documents that look as if
they held what their template asks for, in the ways in which other checkers were seen to pass them.

The lines before the first `===` of a case say which checker fails open there; the findings must be
exactly those that the case expects. BLESS=1 writes what was found into the files.
Usage: fail_open.py PROGRAM [NAME…]"""
import glob, os, re, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import workspace_file

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.path.abspath(sys.argv[1])
HEAD = re.compile(r"^\S.*\[[a-z]+/[a-z-]+\]$")


def findings(files, args):
    env = dict(os.environ, HOME="no-cache", XDG_CACHE_HOME="", MODELBOOK_DEFAULTS=ROOT, LC_ALL="C",
               SOURCE_DATE_EPOCH="1767225600")
    with tempfile.TemporaryDirectory() as workspace:
        for inner, data in files.items():
            full = os.path.join(workspace, inner)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            open(full, "wb").write(data)
        run = subprocess.run([PROGRAM, "check", "--workspace", workspace, "--color", "never", *args],
                             capture_output=True, env=env, timeout=120)
    found = [line for line in run.stdout.decode().split("\n") if HEAD.match(line)]
    failed = any(": error: " in line for line in found)
    problem = None if run.returncode == int(failed) else f"exit {run.returncode}: {run.stderr.decode()[-500:]}"
    return found, problem


def run_case(path):
    files, args, expect = workspace_file.read(path)
    source = open(path, encoding="utf-8").read()
    comment = source[: source.index("=== ")].strip()
    found, problem = findings(files, args)
    problems = [problem] if problem else []
    if os.environ.get("BLESS"):
        head = source[: source.index("=== expect\n")]
        open(path, "w", encoding="utf-8").write(head + "=== expect\n" + "".join(line + "\n" for line in found))
        expect = found
    if not comment.startswith("# "):
        problems.append("no line says which checker fails open here")
    if found != expect:
        problems.append("expected:\n    " + "\n    ".join(expect) + "\n  found:\n    " + "\n    ".join(found))
    return problems


def main():
    names = sys.argv[2:]
    paths = sorted(glob.glob(os.path.join(HERE, "fail_open", "*.txt")))
    paths = [p for p in paths if not names or any(n in os.path.basename(p) for n in names)]
    failed = 0
    for path in paths:
        problems = run_case(path)
        for problem in problems:
            print(f"{os.path.basename(path)}: {problem}")
        failed += bool(problems)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed or not paths else 0


sys.exit(main())
