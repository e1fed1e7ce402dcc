#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the corpus of bad workspaces of the test data and holds every answer against decisions.tsv.

The corpus says of each case whether it must be refused, accepted, kept harmless, or leaves the
choice ("either"). Its own judge runs `build` on all; here `check` must give exactly the rules that
tests/golden/bad_input.tsv has decided, each choice with its reason. BLESS=1 writes the rules that
were found into the file and keeps the reasons.
Usage: bad_input.py PROGRAM"""
import json, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.path.join(os.environ.get("MODELBOOK_TEST_DATA", os.path.join(ROOT, "..", "shared")), "bad-input")
TABLE = os.path.join(HERE, "bad_input.tsv")
# What the base workspace itself leaves out of its one record; it says nothing about a case.
BASE_FINDINGS = {("data/window.yaml", "data/missing-key")}


def decisions():
    """name -> (answer, rules, reason); comments and order are kept by BLESS."""
    table = {}
    for line in open(TABLE, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            name, answer, rules, reason = line.rstrip("\n").split("\t")
            table[name] = (answer, rules, reason)
    return table


def answer(program, workspace, env):
    done = subprocess.run([program, "check", "--workspace", workspace, "--format", "json", "--no-cache"],
                          capture_output=True, env=env, timeout=60)
    try:
        findings = json.loads(done.stdout)["findings"]
    except ValueError:
        return "crashed", done.stderr.decode("utf-8", "replace")[-200:]
    own = [f for f in findings if (f["path"], f["rule"]) not in BASE_FINDINGS]
    rules = sorted({f["rule"] for f in own})
    if done.returncode == 2:
        return "cannot", ",".join(rules)
    if any(f["fault"] for f in own):
        return "refused", ",".join(rules)
    return ("reported" if rules else "accepted"), ",".join(rules) or "-"


def judge_builds(program, corpus, env):
    """The corpus' own judge over `build`: no crash, no hang, nothing harmful, nothing outside."""
    done = subprocess.run([sys.executable, os.path.join(DATA, "run.py"), corpus, "--jobs", "2", "--time", "60",
                           "--mem", os.environ.get("BAD_INPUT_MEMORY", "512"), "--",
                           program, "build", "--workspace", "{src}", "--out", "{out}", "--no-cache"],
                          capture_output=True, text=True, env=env)
    print(done.stdout[-8000:], end="")
    return done.returncode


def main():
    program = os.path.abspath(sys.argv[1])
    if not os.path.isdir(DATA):
        print("SKIPPED: 327 cases of bad input: no test data at", DATA)
        return 77
    env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", SOURCE_DATE_EPOCH="1767225600")
    with tempfile.TemporaryDirectory() as corpus:
        subprocess.run([sys.executable, os.path.join(DATA, "make.py"), corpus, "--base", os.path.join(DATA, "base")],
                       check=True, capture_output=True)
        manifest = json.load(open(os.path.join(corpus, "manifest.json")))
        table = decisions()
        found = {m["name"]: answer(program, os.path.join(corpus, "cases", m["name"]), env) for m in manifest}
        if os.environ.get("BLESS"):
            lines = open(TABLE, encoding="utf-8").read().split("\n")
            for i, line in enumerate(lines):
                name = line.split("\t")[0]
                if name in found:
                    lines[i] = "\t".join((name, *found[name], table[name][2]))
            open(TABLE, "w", encoding="utf-8").write("\n".join(lines))
            table = decisions()
        wrong = 0
        if os.geteuid():
            manifest = [m for m in manifest if not m["name"].startswith("unreadable")]  # decided for root
        for m in manifest:
            name, decided = m["name"], table.get(m["name"])
            problem = None
            if not decided:
                problem = "is not in the table"
            elif decided[:2] != found[name]:
                problem = f"decided {decided[:2]}, found {found[name]}"
            elif m["expect"] == "either" and len(decided[2]) < 10:
                problem = "has no reason"
            if problem:
                wrong += 1
                print(f"{name} [{m['expect']}]: {problem}")
        for name in sorted(table.keys() - found.keys()):
            wrong += 1
            print(f"{name}: decided, but not in the corpus")
        failed = judge_builds(program, corpus, env)
        either = sum(m["expect"] == "either" for m in manifest)
        print(f"{len(manifest)} cases, {either} of them decided here; {wrong} answers differ from the table")
    return 1 if wrong or failed else 0


sys.exit(main())
