#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs `modelbook check` on every workspace in tests/golden/rules/ and compares its findings.

RULE.fires.txt must give a finding of RULE, RULE.silent.txt must not; both must give exactly what
they expect, in text, JSON and SARIF. BLESS=1 writes what was found into the files.
Usage: rules.py PROGRAM [NAME…]"""
import glob, json, os, re, subprocess, sys, tempfile, urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import workspace_file

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.path.abspath(sys.argv[1])
HEAD = re.compile(r"^\S.*\[[a-z]+/[a-z-]+\]$")


def check(workspace, *args):
    env = dict(os.environ, HOME="no-cache", XDG_CACHE_HOME="", MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", SOURCE_DATE_EPOCH="1767225600")
    return subprocess.run([PROGRAM, "check", "--workspace", workspace, "--color", "never", *args],
                          capture_output=True, env=env, timeout=120)


def in_sarif(log, files):
    """The open results of a SARIF log as lines of text; columns in bytes again."""
    lines = []
    run = log["runs"][0]
    for r in run["results"]:
        if r["suppressions"] or r.get("baselineState") == "unchanged":
            continue
        at, region = (r["locations"][0]["physicalLocation"][k] for k in ("artifactLocation", "region"))
        raw = urllib.parse.unquote_to_bytes(at["uri"])
        message = f"{r['level']}: " + r["message"]["text"].split("\nhelp: ")[0] + f" [{r['ruleId']}]"
        source = files.get(os.fsdecode(raw), b"").split(b"\n")
        line = source[region["startLine"] - 1] if region["startLine"] <= len(source) else b""
        column = 1 + len(line.decode("utf-8", "surrogateescape")[: region["startColumn"] - 1].encode("utf-8", "surrogateescape"))
        column = column if line else region["startColumn"]
        base = "default:" if at["uriBaseId"] == "%DEFAULTS%" else ""
        lines.append((f"{base}{raw.decode('utf-8', 'replace')}:{region['startLine']}:{column}: {message}", message))
    return lines


def run(path):
    files, args, expect = workspace_file.read(path)
    name = os.path.basename(path)
    rule, kind = name.split(".")[0].replace("-", "/", 1), name.split(".")[1]
    with tempfile.TemporaryDirectory() as workspace:
        for inner, data in files.items():
            full = os.path.join(workspace, inner)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            open(full, "wb").write(data)
        text, as_json = check(workspace, *args), check(workspace, "--format", "json", *args)
        sarif = check(workspace, "--format", "sarif", *args)
    problems = []
    if text.returncode not in (0, 1, 2) or as_json.returncode != text.returncode:
        problems.append(f"exit {text.returncode} and {as_json.returncode}: {text.stderr.decode()[-500:]}")
    found = [line for line in text.stdout.decode().split("\n") if HEAD.match(line)]
    try:
        listed = json.loads(as_json.stdout)["findings"]
    except ValueError as error:
        return problems + [f"JSON: {error}"]
    same = [f"{f['path']}:{f['line']}:{f['column']}: {f['severity']}: {f['message']} [{f['rule']}]"
            if f["path"] else f"modelbook: {f['severity']}: {f['message']} [{f['rule']}]" for f in listed]
    # A byte that is no text is \xNN for people, U+FFFD in JSON.
    if same != [re.sub(r"\\x[0-9A-Fa-f]{2}", "\ufffd", line) for line in found]:
        problems.append(f"text and JSON differ:\n    {found}\n    {same}")
    try:
        results = in_sarif(json.loads(sarif.stdout), files)
    except (ValueError, LookupError) as error:
        return problems + [f"SARIF: {error!r}: {sarif.stderr.decode()[-500:]}"]
    # A finding without a file stands at modelbook.yaml in SARIF.
    results = [f"modelbook: {short}" if i < len(same) and same[i].startswith("modelbook: ") else whole
               for i, (whole, short) in enumerate(results)]
    if results != same or sarif.returncode != text.returncode:
        problems.append(f"JSON and SARIF differ (exit {sarif.returncode}):\n    {same}\n    {results}")
    if os.environ.get("BLESS"):
        source = open(path, encoding="utf-8").read()
        head = source[: source.index("=== expect\n")]
        open(path, "w", encoding="utf-8").write(head + "=== expect\n" + "".join(l + "\n" for l in found))
        expect = found
    if found != expect:
        problems.append("expected:\n    " + "\n    ".join(expect) + "\n  found:\n    " + "\n    ".join(found))
    fired = any(f["rule"] == rule for f in listed)
    if kind == "fires" and not fired:
        problems.append(f"{rule} does not fire")
    if kind == "silent" and fired:
        problems.append(f"{rule} is not silent")
    return problems


def main():
    names = sys.argv[2:]
    paths = sorted(glob.glob(os.path.join(HERE, "rules", "*.txt")))
    paths = [p for p in paths if not names or any(n in os.path.basename(p) for n in names)]
    failed = 0
    for path in paths:
        problems = run(path)
        for problem in problems:
            print(f"{os.path.basename(path)}: {problem}")
        failed += bool(problems)
    # Every rule has both cases.
    listed = json.loads(subprocess.run([PROGRAM, "explain", "--format", "json"], capture_output=True).stdout)
    have = {os.path.basename(p)[:-4] for p in paths}
    missing = []
    if not names:
        for rule in (r["rule"] for r in listed["rules"]):
            for kind in ("fires", "silent"):
                if f"{rule.replace('/', '-', 1)}.{kind}" not in have:
                    missing.append(f"{rule} ({kind})")
    exempt = {l.split("#")[0].strip() for l in open(os.path.join(HERE, "rules", "EXEMPT"))}
    missing = [m for m in missing if m.split(" ")[0] not in exempt]
    if missing:
        print("no case for:", ", ".join(missing))
    print(f"{len(paths) - failed} passed, {failed + bool(missing)} failed")
    return 1 if failed or missing or not paths else 0


sys.exit(main())
