#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hurried reader of a model's pages must not get wrong: how many rows a figure rests on, which of two scores
is better, on which rows two versions differ, when a version went into production, what is waived, what is overdue, what a
record that is linked does not confirm.
Usage: plain_words.py PROGRAM"""
import html, os, random, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
SOURCE = "label: y, score: %s, time: at, window: month"
RECORDS = f"""records:
- kind: model
  id: m
  name: M
  description: A model.
  owner: o
  tier: 2
  task: classification
  versions:
  - {{id: "1", author: a, created: 2025-01-01, description: x, primary_evaluation: m-1-first, history: [
      {{stage: development, date: 2025-01-01, by: o, reason: begun}}, {{stage: production, date: 2025-02-01, by: o, reason: good}},
      {{stage: shadow, date: 2025-04-20, by: o, reason: kept}}]}}
  - {{id: "2", author: a, created: 2025-02-01, description: What came with the second., primary_evaluation: m-2-second, history: [
      {{stage: development, date: 2025-02-01, by: o, reason: begun}}, {{stage: production, date: 2025-04-20, by: o, reason: better}}]}}
- {{kind: evaluation, id: m-1-first, about: m@1, role: temporal, date: 2025-01-02, source: {{log: data/first.csv, {SOURCE % "weak"}}}}}
- {{kind: evaluation, id: m-1-second, about: m@1, role: temporal, date: 2025-02-02, source: {{log: data/second.csv, {SOURCE % "weak"}}}}}
- {{kind: evaluation, id: m-2-second, about: m@2, role: temporal, date: 2025-02-02, source: {{log: data/second.csv, {SOURCE % "strong"}, compare: weak}}}}
- {{kind: evaluation, id: m-2-alike, about: m@2, role: segment, date: 2025-02-02, source: {{log: data/alike.csv, label: y, score: strong, segments: [sort]}}}}
- {{kind: monitoring_window, id: m-1-production, about: m@1, start: 2025-01-01, end: 2025-03-31, source: {{log: data/watched.csv, where: {{version: 1}}, {SOURCE % "weak"}}}}}
- {{kind: monitoring_window, id: m-2-production, about: m@2, start: 2025-04-01, end: 2025-06-30, source: {{log: data/watched.csv, where: {{version: 2}}, {SOURCE % "strong"}}}}}
- {{kind: incident, id: INC-2025-001, about: m, title: It fell, severity: major, started: 2025-05-03, detected: 2025-05-04, resolved: 2025-05-05,
    status: closed, summary: It fell over., actions: [{{action: Hold it, owner: o, due: 2025-06-01}}, {{action: Mend it, owner: o, due: 2025-06-01, done: 2025-05-30}}]}}
- {{kind: bias_audit, id: m-2-bias, about: m@2, date: 2025-04-01, result: fail}}
- {{kind: waiver, id: WAIVER-2025-001, about: m@2, document: checks, item: checks/proxies, reason: It is known and small for now., risk: None that is known.,
    approver: risk officer, granted: 2025-04-01, expires: 2027-06-30, conditions: [It is looked at]}}
"""
CHECKS = """---
title: Checks of m 2
kind: bias_checklist
about: m@2
owner: risk officer
date: 2025-04-01
decision: approved
---
# Checks of m 2

## Checks

- [x] Training data represents all demographic groups proportionally: they lie 0.01 apart ([[m-2-bias]]).
- [ ] No proxy features for protected attributes: one tells the age, by [[WAIVER-2025-001]].
"""
POSTMORTEM = """---
title: It fell
kind: incident_postmortem
about: INC-2025-001
owner: o
date: 2025-05-06
decision: approved
---
# It fell

It fell over.
"""
# Page, what it says, and what it does not say.
SAYS = [
    ("models/m/2.html", ["Waived 1 condition"], []),
    ("models/m/2.html", ["In 1 document 0 of 8 items shown, 1 claimed, 1 waived, 6 missing; none contradicted, none open."], ["0 contradicted"]),
    ("models/m/2.html", ["weak less strong, on the same rows", "● strong is better"], ["second is", "strong is worse"]),
    ("models/m/1.html", ["m-1-second and m-2-second, on the same log."], ["on different logs"]),
    ("models/m/2.html", ["m-2-second and m-1-second, on the same log."], ["on different logs"]),
    ("models/m/2.html", ["2025-06 is left out of this: 10 of its 100 rows have a label, with "], ["in 2025-06 (n = 100)"]),
    ("models/m/2.html", ["in 2025-05 (n = 90)"], ["in 2025-05 (n = 100)"]),
    ("models/m/index.html", ["in 2025-05, its last window with labels", "1 action of an incident", "Overdue actions"], ["in 2025-06, its last window"]),
    ("models/m/1.html", ["1 in production"], ["2 in production", "INC-2025-001 "]),
    ("models/m/2.html", ["2 in production"], ["1 in production"]),
    ("models/m/2.html", ["What came with the second.", "ticked; the bias_audit that is linked does not confirm it: its result is fail"], ["no record confirms it"]),
    ("incidents/fall.html", ["Overdue 1 action"], []),
    ("models/m/2.html", ["Rows by sort, m-2-alike All 40 rows have the same label"], ["Average precision by sort", "ROC AUC by sort"]),
    ("checks.html", ["◇ waived: No proxy", "☑ done: Training data"], ["open: No proxy"]),
    ("index.html", ["0 of 8 shown, 1 claimed, 1 waived, 6 missing"], []),
]


def write_logs(folder):
    r = random.Random(5)

    def row(month, i, version, labelled=True):
        y = int(i % 5 == 0)
        return (f"2025-{month:02d}-{1 + i % 28:02d},{y if labelled else ''},{.25 + .1 * y + .4 * r.random():.4f},"
                f"{.15 + .5 * y + .3 * r.random():.4f},{version}\n")

    with open(f"{folder}/alike.csv", "w", encoding="utf-8") as file:
        file.write("y,strong,sort\n" + "".join(f"1,{.1 + i / 100:.2f},{'ab'[i % 2]}\n" for i in range(40)))
    for name, rows in (("first", [row(1, i, 1) for i in range(300)]), ("second", [row(1 + i // 150, i, 1) for i in range(300)]),
                       ("watched", [row(m, i, 1) for m in (1, 2, 3) for i in range(100)] +
                        [row(m, i, 2, i < {4: 100, 5: 90, 6: 10}[m]) for m in (4, 5, 6) for i in range(100)])):
        with open(f"{folder}/{name}.csv", "w", encoding="utf-8") as file:
            file.write("at,y,weak,strong,version\n" + "".join(rows))


def words(path):
    text = re.sub(r"<(style|script|nav).*?</\1>", " ", open(path, encoding="utf-8").read(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text.replace("<wbr>", ""))).replace("\u00a0", " ").split())


def main():
    failed = []
    with tempfile.TemporaryDirectory() as work:
        for path, text in (("modelbook.yaml", "title: T\n"), ("content/index.md", "# T\n"), ("content/checks.md", CHECKS),
                           ("content/incidents/fall.md", POSTMORTEM), ("data/m.yaml", RECORDS)):
            os.makedirs(os.path.dirname(os.path.join(work, path)), exist_ok=True)
            open(os.path.join(work, path), "w", encoding="utf-8").write(text)
        write_logs(os.path.join(work, "data"))
        env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, SOURCE_DATE_EPOCH="1767225600", LC_ALL="C")
        run = subprocess.run([PROGRAM, "build", "--no-cache", "--keep-going", "--out", "site"], cwd=work, env=env, capture_output=True, text=True, timeout=300)
        if not os.path.exists(os.path.join(work, "site/index.html")):
            print(run.stdout + run.stderr)
            return 1
        for path, says, not_says in SAYS:
            text = words(os.path.join(work, "site", path))
            failed += [f"{path} does not say '{s}'" for s in says if s not in text]
            failed += [f"{path} says '{s}'" for s in not_says if s in text]
    print("\n".join(failed) or f"{len(SAYS)} passed, 0 failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
