#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures that a former build has kept are those that would be measured now: whatever changes in a log,
in what is asked of it or in the folder where they are kept, the site is that of --no-cache, byte for byte.
And a figure written by hand that is another number is found, at its line and column.

Usage: figures_kept.py PROGRAM"""
import json, os, random, re, shutil, subprocess, sys, tempfile
from workspace_file import write

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
passed = failed = 0


def verdict(what, good, more=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED {what}\n{more}", flush=True)


def run(ws, *args):
    env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", HOME="no-cache", SOURCE_DATE_EPOCH="1767225600")
    return subprocess.run([PROGRAM, *args, "--workspace", ws], capture_output=True, env=env, timeout=600)


def build(ws, *args):
    out = ws + "-site"
    shutil.rmtree(out, ignore_errors=True)
    p = run(ws, "build", "--out", out, *args)
    site = {"exit status": str(p.returncode).encode() + p.stderr}
    for folder, _, names in os.walk(out):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                site[os.path.relpath(path, out)] = f.read()
    return site


def differing(a, b):
    return sorted(p for p in a.keys() | b.keys() if a.get(p) != b.get(p))


def log(rows, seed, shift):
    r = random.Random(seed)
    text = "day,y,p,age,plan,split\n"
    for i in range(rows):
        p = r.random()
        text += (f"2025-{1 + i * 6 // rows:02d}-{1 + i % 28:02d},{int(r.random() < p)},{p:.3f},{r.gauss(40 + shift, 9):.1f},"
                 f"{r.choice(('free', 'pro', 'team'))},{r.choice(('a', 'b'))}\n")
    return text


FILES = {
    "modelbook.yaml": "title: Kept\n",
    "content/a.md": "---\nlive: true\n---\n# A\n\nAUC {{ m@1:performance.roc_auc | 3 }}, PSI {{ prod:drift.age.psi | 3 }}.\n",
    "data/m.yaml": "kind: model\nid: m\nname: M\ndescription: D\nowner: o\ntier: 1\ntask: classification\nversions:\n"
                   "  - id: \"1\"\n    created: 2025-01-01\n    author: a\n    description: d\n"
                   "    history: [{stage: canary, date: 2025-01-02, by: a, reason: r}]\n",
    "data/log.csv": log(400, 1, 2),
    "data/reference.csv": log(300, 2, 0),
    "data/e.yaml": "kind: evaluation\nid: e\nabout: m@1\nrole: temporal\ndate: 2025-07-01\n"
                   "source: {log: data/log.csv, label: y, score: p, groups: [plan], min_group_rows: 10, where: {split: a}, bins: 10,\n"
                   "         bootstrap: 100}\n",
    "data/prod.yaml": "kind: monitoring_window\nid: prod\nabout: m@1\nstart: 2025-01-01\nend: 2025-06-30\n"
                      "source: {log: data/log.csv, label: y, score: p, time: day, window: month, segments: [plan],\n"
                      "         features: [age, plan], reference: {log: data/reference.csv, where: {split: a}}}\n",
}

# What changes: a file, what stood there, what stands there now.
CHANGES = [
    ("one row of the log", "data/log.csv", r"\n2025-03-(\d\d),(\d),[\d.]+,", r"\n2025-03-\1,\2,0.987,"),
    ("one row's label", "data/log.csv", r"\n2025-04-01,[01],", lambda m: m[0][:-2] + str(1 - int(m[0][-2])) + ","),
    ("a row more", "data/log.csv", r"\Z", "2025-06-28,1,0.5,40,pro,a\n"),
    ("two columns' names", "data/log.csv", r"day,y,p,age", "day,y,age,p"),
    ("a filter", "data/e.yaml", r"split: a", "split: b"),
    ("no filter", "data/e.yaml", r"where: \{split: a\}, ", ""),
    ("the reference's filter", "data/prod.yaml", r"split: a", "split: b"),
    ("the windows", "data/prod.yaml", r"window: month", "window: week"),
    ("the record's first day", "data/prod.yaml", r"start: 2025-01-01", "start: 2025-02-01"),
    ("the bins", "data/e.yaml", r"bins: 10", "bins: 5"),
    ("the kind of bins", "data/e.yaml", r"bins: 10", "bins: 10, binning: quantile"),
    ("the bins of drift", "data/prod.yaml", r"window: month", "window: month, bins: 4"),
    ("the threshold", "data/e.yaml", r"\Z", "performance: {threshold: 0.3}\n"),
    ("the positive value", "data/e.yaml", r"label: y", 'label: y, positive: "0"'),
    ("the smallest group", "data/e.yaml", r"min_group_rows: 10", "min_group_rows: 390"),
    ("the resamples' seed", "data/e.yaml", r"bootstrap: 100", "bootstrap: 100, seed: 7"),
    ("the reference's log", "data/reference.csv", r",[\d.]+,(\w+),a\n", r",99,\1,a\n"),
    ("which log is the reference", "data/prod.yaml", r"data/reference.csv, where: \{split: a\}", "data/log.csv, window: 2025-01"),
    ("the convention", "data/prod.yaml", r"window: month", "window: month, drift_convention: evidently"),
]


def changes(ws, cache, before):
    """Each by itself; what is kept of those before it stays."""
    for what, path, was, now in CHANGES:
        new = re.sub(was, now, FILES[path], count=1)
        verdict(f"{what}: there is something to change", new != FILES[path])
        write(ws, {**FILES, path: new})
        warm, fresh = build(ws, "--cache", cache), build(ws, "--no-cache")
        verdict(f"{what}: what is kept equals what is measured", warm == fresh, differing(warm, fresh))
        shown = [p for p in differing(fresh, before) if p.startswith("models/m/")]
        verdict(f"{what}: the pages of the model show it", shown, differing(fresh, before))
    write(ws, FILES)
    verdict("all changed back", build(ws, "--cache", cache) == before)


def entries(cache):
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(cache) for name in names)


def put(path, data):
    with open(path, "wb") as f:
        f.write(data)


def cut(kept, path):
    return kept[path][:len(kept[path]) * 2 // 3]


def flip(kept, path):
    data = bytearray(kept[path])
    data[len(data) // 2] ^= 0x10
    return bytes(data)


def another(kept, path):
    names = sorted(kept)
    return kept[names[(names.index(path) + 1) % len(names)]]


def head_only(kept, path):
    return kept[path][:16]


def damage(ws, cache, fresh):
    """Every entry, one by one and all at once."""
    shutil.rmtree(cache)
    build(ws, "--cache", cache)
    kept = {p: open(p, "rb").read() for p in entries(cache)}
    verdict("something is kept", len(kept) >= 3, kept.keys())
    for how in (cut, flip, another, head_only):
        sets = [[p] for p in kept] if how in (cut, flip, another) and len(kept) <= 12 else []
        for paths in sets + [list(kept)]:
            for path, data in kept.items():
                put(path, how(kept, path) if path in paths else data)
            warm = build(ws, "--cache", cache)
            verdict(f"{how.__name__} of {len(paths)} of {len(kept)} entries", warm == fresh, differing(warm, fresh))
    print(f"{len(kept)} entries damaged")


# -- figures written by hand -----------------------------------------------------------------------

def last_place_off(text):
    """The same number with its last written decimal one off."""
    return text[:-1] + str((int(text[-1]) + 1) % 10)


def found_in(ws, *args):
    p = run(ws, "check", "--format", "json", *args)
    return [(f["path"], f["line"], f["column"]) for f in json.loads(p.stdout)["findings"] if f["rule"] == "data/given-measured-differ"]


CARD = ("---\nkind: model_card\nabout: m\nversion: \"1\"\nmetrics: {{performance: {{roc_auc: {0}}}}}\nevaluation:\n"
        "  - {{record: e, performance.roc_auc: {0}}}\n  - m@1:performance.roc_auc: {0}\n---\n# Card\n")
REVIEW = ("---\nkind: model_review\nabout: m@1\nfigures:\n  record: e\n  performance: {{roc_auc: {0}}}\nagain:\n"
          "  - e:performance.roc_auc: {0}\n---\n# Review\n")


def places(path, text, figure):
    """Line and column of each place where a document writes a figure, from 1."""
    return [(path, n, m.start() + 1) for n, line in enumerate(text.split("\n"), 1) for m in re.finditer(re.escape(figure), line)]


def by_hand(ws, cache):
    write(ws, FILES)
    measured = run(ws, "measure", f"{ws}/data/log.csv", "--label", "y", "--score", "p", "--where", "split=a", "--format", "json")
    auc = json.loads(measured.stdout)["performance"]["roc_auc"]
    write(ws + "-alone", {"a.csv": "".join(l + "\n" for i, l in enumerate(FILES["data/reference.csv"].splitlines())
                                          if not i or l.endswith(",a"))})
    measured = run(ws, "measure", f"{ws}/data/log.csv", "--label", "y", "--score", "p", "--feature", "age", "--reference",
                   f"{ws}-alone/a.csv", "--format", "json")
    psi = json.loads(measured.stdout)["drift"]["age"]["psi"]
    for digits in (2, 5):
        for figure, differs in ((auc, False), (auc, True), (psi, False), (psi, True)):
            given = f"{figure:.{digits}f}"
            given = last_place_off(given) if differs else given
            for what, path, text in [
                    ("an evaluation", "data/e.yaml", FILES["data/e.yaml"] + f"performance:\n  roc_auc: {given}\n"),
                    ("a card", "content/card.md", CARD.format(given)),
                    ("a review", "content/review.md", REVIEW.format(given))] if figure == auc else [
                    ("a monitoring record", "data/prod.yaml", FILES["data/prod.yaml"] + f"drift: {{age: {{psi: {given}}}}}\n")]:
                write(ws, {**FILES, path: text})
                want = places(path, text, given) if differs else []
                for how in (("--no-cache",), ("--cache", cache)):
                    found = found_in(ws, *how)
                    verdict(f"{given} in {what}, {how[0]}: {'found' if differs else 'silent'}", found == want, f"{found}, not {want}")
                if path not in FILES:
                    os.remove(f"{ws}/{path}")
            write(ws, FILES)


with tempfile.TemporaryDirectory() as folder:
    ws, cache = f"{folder}/ws", f"{folder}/cache"
    write(ws, FILES)
    empty, warm, fresh = build(ws, "--cache", cache), build(ws, "--cache", cache), build(ws, "--no-cache")
    verdict("the workspace builds", fresh["exit status"].startswith(b"0") and len(fresh) > 5, fresh["exit status"].decode())
    verdict("an empty cache changes no byte", empty == fresh, differing(empty, fresh))
    verdict("a warm one neither", warm == fresh, differing(warm, fresh))
    changes(ws, cache, fresh)
    damage(ws, cache, fresh)
    by_hand(ws, cache)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
