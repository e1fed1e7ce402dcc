#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule's example does what `modelbook explain` says: as it fails, `check` finds the rule and
nothing else of weight; mended, it finds neither the rule nor anything worse than a note. Every figure
is explained under its name, its path and the ends of its interval.
Usage: explain.py PROGRAM [RULE…]"""
import json, os, re, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import workspace_file

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.path.abspath(sys.argv[1])
ENV = dict(os.environ, HOME="no-cache", XDG_CACHE_HOME="", MODELBOOK_DEFAULTS=ROOT, LC_ALL="C",
           SOURCE_DATE_EPOCH="1767225600")
SERVES = re.compile(r"^([A-E]\.[a-z_]+\.[0-9]+|promise [1-6])$")


def run(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, env=ENV, timeout=120)


def findings(files):
    with tempfile.TemporaryDirectory() as workspace:
        for path, text in files.items():
            full = os.path.join(os.fsencode(workspace), workspace_file.unescape(path))
            os.makedirs(os.path.dirname(full), exist_ok=True)
            open(full, "wb").write(workspace_file.unescape(text))
        done = run("check", "--workspace", workspace, "--format", "json")
        return json.loads(done.stdout)["findings"]


def shown(listed):
    return "".join(f"\n    {f['path']}:{f['line']}: {f['severity']}: {f['message']} [{f['rule']}]" for f in listed)


def judge(rule, exempt):
    """What is wrong with a rule's explanation."""
    name, problems = rule["rule"], []
    if not 1 <= len(rule["serves"]) <= 4 or not all(SERVES.match(s["id"]) and s["title"] for s in rule["serves"]):
        problems.append(f"serves {rule['serves']}")
    if isinstance(rule["fails"], str):
        return problems if name in exempt else problems + ["its example has no files"]
    fails, mended = findings(rule["fails"]), findings(rule["mended"])
    found = [f for f in fails if f["rule"] == name]
    if not found:
        problems.append("its example does not fail" + shown(fails))
    elif found[0]["severity"] != rule["severity"]:
        problems.append(f"its example has the severity {found[0]['severity']}")
    others = [f for f in fails if f["rule"] != name and f["severity"] != "note"]
    if others:
        problems.append("its example fails otherwise, too:" + shown(others))
    left = [f for f in mended if f["rule"] == name or f["severity"] != "note"]
    if left:
        problems.append("its mended example has:" + shown(left))
    return problems


def judge_text(rule):
    """The text for people holds all of it, in 80 columns but for the lines of files."""
    text = run("explain", rule["rule"], "--color", "never").stdout.decode()
    problems = []
    lines = text.split("\n")
    files = lines.index("An example") if "An example" in lines else len(lines)
    if any(len(line) > 80 for line in lines[:files]) or any(len(line) > 90 for line in lines[files:]):
        problems.append("a line is too long: " + max(lines, key=len))
    if any(line != line.rstrip() for line in lines[:files]):
        problems.append("a line ends in spaces")
    flat = " ".join(text.split())
    for part in [rule["title"], rule["why"], rule["mend"]] + [s["id"] for s in rule["serves"]]:
        if " ".join(part.split()) not in flat:
            problems.append(f"not in the text: {part}")
    if ("a comment can allow it" in flat) != rule["can_be_allowed"]:
        problems.append("says otherwise whether it can be allowed")
    if ("cannot be lowered" in flat) == rule["severity_can_be_lowered"]:
        problems.append("says otherwise whether it can be lowered")
    return problems


def judge_lists(rules):
    problems = []
    listed = run("explain").stdout.decode()
    areas = {}
    for rule in rules:
        areas.setdefault(rule["rule"].split("/")[0], []).append(rule["rule"])
        if not re.search(rf"^  {re.escape(rule['rule'])} +{rule['severity']} ", listed, re.M):
            problems.append(f"explain does not list {rule['rule']}")
    for area, ids in areas.items():
        if not re.search(rf"^{area}: \w", listed, re.M):
            problems.append(f"area {area} has no title")
        own = run("explain", area).stdout.decode()
        if re.findall(r"^  (\S+)", own, re.M) != ids:
            problems.append(f"explain {area} lists:\n{own}")
        own = json.loads(run("explain", area, "--format", "json").stdout)["rules"]
        if [r["rule"] for r in own] != ids:
            problems.append(f"explain {area} --format json lists {own}")
    if "\033" in listed or "\033[1m" not in run("explain", "--color", "always").stdout.decode():
        problems.append("colour is not as asked for")
    for args, wanted in ((["explain", "docs"], "did you mean 'doc'?"), (["explain", "psii"], "did you mean 'psi'?"), (["explain", "--format", "xml"], "text or json"),
                         (["explain", "--color", "red"], "--color takes")):
        done = run(*args)
        if done.returncode != 2 or wanted not in done.stderr.decode():
            problems.append(f"{args}: exit {done.returncode}, {done.stderr.decode()}")
    return problems


def judge_figures(figures):
    """Text and JSON say the same of each figure, in 80 columns; each is found by name and by path."""
    problems, seen = [], set()
    listed = run("explain").stdout.decode()
    for figure in figures:
        path, name = figure["figure"], figure["figure"].split(".")[-1]
        text = run("explain", path, "--color", "never").stdout.decode()
        flat = " ".join(text.split())
        for key in ("title", "range", "reading", "formula", "convention", "elsewhere", "source"):
            if figure[key] and " ".join(figure[key].split()) not in flat:
                problems.append(f"{path}: its {key} is not in the text")
        if not figure["reading"] or not figure["title"] or not figure["range"]:
            problems.append(f"{path}: title, range or reading is missing")
        if any(len(line) > 80 or line != line.rstrip() for line in text.split("\n")):
            problems.append(f"{path}: a line is too long or ends in spaces")
        if f"\n  {path} " not in listed:
            problems.append(f"explain does not list {path}")
        if name not in seen and run("explain", name).stdout != run("explain", path).stdout:
            problems.append(f"{name} and {path} are explained differently")
        seen.add(name)
        if path == "performance.roc_auc" and run("explain", "roc_auc_low").stdout.decode() != text:
            problems.append("the end of an interval is not explained by its figure")
    if len(set(f["figure"] for f in figures)) != len(figures):
        problems.append("a figure stands twice")
    group = [f["figure"] for f in figures if f["figure"].startswith("drift.")]
    if [f["figure"] for f in json.loads(run("explain", "drift", "--format", "json").stdout)["figures"]] != group or \
            re.findall(r"^  (\S+)", run("explain", "drift").stdout.decode(), re.M) != group:
        problems.append("explain drift does not list its figures")
    one = json.loads(run("explain", "psi", "--format", "json").stdout)
    if one["rules"] or [f["figure"] for f in one["figures"]] != ["drift.psi"]:
        problems.append(f"explain psi --format json: {one}")
    return problems


def main():
    rules = json.loads(run("explain", "--format", "json").stdout)["rules"]
    exempt = {line.split("#")[0].strip() for line in open(os.path.join(HERE, "rules", "EXEMPT"))}
    failed = 0
    wanted = [rule for rule in rules if not sys.argv[2:] or rule["rule"] in sys.argv[2:]]
    for rule in wanted:
        problems = judge(rule, exempt) + judge_text(rule)
        failed += bool(problems)
        for problem in problems:
            print(f"{rule['rule']}: {problem}")
    figures = json.loads(run("explain", "--format", "json").stdout)["figures"]
    for problems in (judge_lists(rules), judge_figures(figures)):
        failed += bool(problems)
        for problem in problems:
            print(problem)
    print(f"{len(wanted) + 2 - failed} passed, {failed} failed")
    return 1 if failed or not wanted else 0


sys.exit(main())
