#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failure injections, benchmarks and alert studies stand on the pages of the version and the model with
their values, those of the evaluations that they name among them. Usage: trials.py PROGRAM"""
import html, os, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
RECORDS = """records:
- kind: model
  id: m
  name: M
  description: A model.
  owner: o
  tier: 2
  task: classification
  versions:
  - {id: "1", author: a, created: 2025-01-01, description: x, history: [{stage: development, date: 2025-01-01, by: o, reason: begun}]}
  - {id: "2", author: a, created: 2025-02-01, description: x, history: [{stage: development, date: 2025-02-01, by: o, reason: begun}]}
- {kind: evaluation, id: m-before, about: m@2, role: temporal, date: 2025-02-02, performance: {n: 9, roc_auc: 0.8123}, calibration: {ece: 0.0123}}
- {kind: evaluation, id: m-during, about: m@2, role: stress, date: 2025-02-02, performance: {n: 9, roc_auc: 0.5371}, calibration: {ece: 0.2341}}
- kind: failure_injection
  id: m-failure-a
  title: Feature <b>lost</b> | all of it
  about: m@2
  date: 2025-02-03
  failure: dropped_feature
  damage: {what: "The feature never comes.", rows: 9}
  start: 2025-01-01
  end: 2025-01-31
  evaluations: {before: m-before, during: m-during}
  alert: {days_to_alert: 1, figure: missing_share, column: "x<y", limit: 0.25, value: 1}
  degradation: catastrophic
  degradation_rule: Catastrophic where ROC AUC falls by more than 0.2.
  recovery: {how: "The version before answers.", automatic: true}
  result: pass
  reason: Noticed on the first day.
- kind: failure_injection
  id: m-failure-b
  about: m@2
  date: 2025-02-03
  failure: delayed_inputs
  damage: {what: "History comes late.", rows: 9}
  start: 2025-01-01
  end: 2025-01-31
  evaluations: {before: m-before, during: m-before}
  alert: {days_to_alert: null, reason: "Nothing that is watched moves."}
  degradation: graceful
  degradation_rule: Catastrophic where ROC AUC falls by more than 0.2.
  recovery: {how: "The queue is emptied."}
  result: fail
  reason: Nobody would have known.
- kind: benchmark
  id: m-2-benchmark
  about: m@2
  date: 2025-02-03
  machine: {processor: P, cores: 2, system: S}
  commands: [run]
  repetitions: 3
  training_seconds: {median: 1.25, min: 1, max: 2}
  latency_ms: {single: {p50: 0.011, p95: 0.022, p99: 0.033}, batch: {p50: 4, p95: 5.5, p99: 6}}
  rows_per_second: 123456
  memory_mb: 34.5
  model_bytes: 98765
  parameter_count: 1234
- kind: alert_study
  id: m-alerts
  about: m
  date: 2025-02-03
  start: 2024-01-01
  end: 2024-12-30
  days_watched: 365
  failures: [m-failure-a]
  candidates:
  - {figure: score_psi, limit: 0.15, window_days: 7, in_a_row: 2, false_alarms_per_year: 3, days_to_alert: {a: 1.5, b: null, c: null}, raised_anyway: [c]}
  - {figure: score_psi, limit: 0.35, window_days: 7, in_a_row: 2, false_alarms_per_year: 0, false_rollbacks_per_year: 0.5, days_to_alert: {a: 6, b: null}}
  chosen:
  - {figure: score_psi, limit: 0.15, window_days: 7, in_a_row: 2, reason: "Three false alarms a year."}
"""
FAILURES = [
    ["Feature <b>lost</b> | all of it", "0.812", "0.537", "0.012", "0.234", "1 day: missing_share of x<y 1, limit 0.25", "▲ catastrophic", "● pass"],
    ["m-failure-b", "0.812", "0.812", "0.012", "0.012", "none: Nothing that is watched moves.", "graceful", "✕ fail"],
]
BENCHMARKS = [["m@2", "1.25", "0.011", "0.022", "0.033", "5.5", "123,456", "34.5", "98,765", "1,234"]]
TRIED = [
    ["Score PSI over 7 days, 2 in a row", "0.15", "3", "–", "a 1.5; never: b; raised anyway: c", "● taken"],
    ["Score PSI over 7 days, 2 in a row", "0.35", "0", "0.5", "a 6; never: b", "–"],
]
TAKEN = [["Score PSI over 7 days, 2 in a row", "0.15", "Three false alarms a year."]]


def words(cell):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell.replace("<wbr>", ""))).split())


def number(text):
    try:
        return float(text.replace(",", "").replace("\u2009", "").replace("\u202f", ""))
    except ValueError:
        return text


def tables(site, path):
    """Rows of each table of a page, by what its caption begins with."""
    page = open(os.path.join(site, path), encoding="utf-8").read()
    found = {}
    for table in re.findall(r"<table.*?</table>", page, re.S):
        caption = words(re.search(r"<caption.*?</caption>", table, re.S).group(0))
        body = re.search(r"<tbody>(.*)</tbody>", table, re.S)
        found[caption] = [[words(c) for c in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.S)]
                          for row in re.findall(r"<tr.*?</tr>", body.group(1), re.S)]
    return found


def main():
    failed = []
    with tempfile.TemporaryDirectory() as work:
        for path, text in (("modelbook.yaml", "title: T\n"), ("content/index.md", "# T\n"), ("data/m.yaml", RECORDS)):
            os.makedirs(os.path.dirname(os.path.join(work, path)) or work, exist_ok=True)
            open(os.path.join(work, path), "w", encoding="utf-8").write(text)
        env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, SOURCE_DATE_EPOCH="1767225600", LC_ALL="C")
        run = subprocess.run([PROGRAM, "build", "--no-cache", "--out", "site"], cwd=work, env=env, capture_output=True, text=True, timeout=300)
        if run.returncode:
            failed.append(run.stdout + run.stderr)
        site = os.path.join(work, "site")
        for path, caption, rows in (("models/m/2.html", "What each failure did", FAILURES), ("models/m/2.html", "What training and answering cost", BENCHMARKS),
                                    ("models/m/index.html", "What training and answering cost", BENCHMARKS), ("models/m/index.html", "Limits tried", TRIED),
                                    ("models/m/index.html", "Limits taken", TAKEN), ("models/m/1.html", "What each failure did", None)):
            found = [t for c, t in tables(site, path).items() if c.startswith(caption)]
            if rows is None:
                failed += [f"{path}: {found}"] if found else []
            elif len(found) != 1 or [[number(c) for c in r] for r in found[0]] != [[number(c) for c in r] for r in rows]:
                failed.append(f"{path}, '{caption}':\n  " + "\n  ".join(map(str, found)))
        if "by more than 0.2." not in next(iter(c for c in tables(site, "models/m/2.html") if c.startswith("What each"))):
            failed.append("the rule of degradation")
        held = {row[0]: row[2:5] for row in tables(site, "records/m.yaml.html")["Records in this file"]}
        if held.get("m-failure-a") != ["Feature <b>lost</b> | all of it", "m@2", "pass"] or held.get("m-failure-b") != ["–", "m@2", "✕ fail"]:
            failed.append(f"the page of the records: {held}")
    print("\n".join(failed) or "8 passed, 0 failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
