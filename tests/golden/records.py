#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind that `modelbook new` knows: what it writes has findings until it is filled in, and only
such that ask for it; the examples in the schemas have none; the sums, orders and references that the
schemas ask for are found. Usage: records.py PROGRAM"""
import glob, json, os, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
SCHEMAS = os.path.join(ROOT, "templates", "records")
# What a record or document that nobody has filled in may be told.
TO_FILL = {"data/schema", "data/missing-key", "data/unknown-reference", "doc/placeholder", "doc/empty-section",
           "doc/missing-column", "doc/missing-row", "doc/missing-steps", "doc/missing-item", "doc/too-short",
           "doc/repeat-count", "doc/front-matter-schema", "evidence/open", "evidence/claimed", "doc/missing-section"}
# A review that the examples refer to; it need not be whole.
DOCUMENT = """---
title: Review of churn 1.0.0
kind: model_review
about: churn@1.0.0
owner: retention model owner
reviewer: risk officer
date: 2024-12-06
decision: draft
stage: production
---
# Review of churn 1.0.0

## Technical soundness

- [x] Leakage check

## Fairness

- [x] Results by group

## Operational readiness

- [ ] Shadow comparison
"""
# kind, what is replaced in its example, rule, part of the message
SLIPS = [
    ("data_quality", ("volume: 4", "volume: 0"), None, None),
    ("data_quality", ("volume: 4", "volume: 6"), "data/schema", "from 0 to 5"),
    ("data_quality", ("completeness: 5\naccuracy: 2", "completeness: 0\naccuracy: 0"), "data/sum", "17 of 30"),
    ("feature_set", ("account_usage_hours_30d_sum", "UsageHours"), "data/schema", "UsageHours"),
    ("feature_set", ("<10ms p99", "fast"), "data/schema", "fast"),
    ("experiment", ("EXP-2024-11-04-001", "EXP-24-1"), "data/schema", "EXP-24-1"),
    ("experiment", ("verdict: promoted", "verdict: promote"), "data/schema", "promoted, archived, iterate"),
    ("experiment", ("feature_set: churn-features-1", "feature_set: churn-features-2"), "data/unknown-reference", "churn-features-2"),
    ("serving_config", ("timeout_ms: 150", "timeout_ms: -1"), "data/schema", "-1"),
    ("ab_test", ("{control: 50, treatment: 50}", "{control: 50, treatment: 40}"), "data/sum", "90 %"),
    ("ab_test", ("minimum_runtime_days: 37", "minimum_runtime_days: 6"), "data/schema", "at least 7"),
    ("rag_config", ("strategy: hybrid", "strategy: both"), "data/schema", "dense, sparse, hybrid"),
    ("rag_config", ("temperature: 0.1", "temperature: 3"), "data/schema", "from 0 to 2"),
    ("monitoring_config", ("method: PSI", "method: PSY"), "data/schema", "PSI, KS-test, JS-divergence"),
    ("monitoring_config", ("name: prediction_distribution", "name: something_else"), "data/schema", None),
    ("retraining", ("  - type: scheduled\n    frequency: half-yearly", "  - type: scheduled"), "data/missing-key", "frequency"),
    ("retraining", (", check_label_quality", ""), "data/schema", None),
    ("retraining", ("24h minimum", "1h"), "data/schema", "1h"),
    ("ml_costs", ("month: 2025-11", "month: 2025-13"), "data/schema", "2025-13"),
    ("rubric", ("monitoring: 4\n", "monitoring: 5.5\n"), "data/schema", "5.5"),
    ("canary", ("ended: \"2025-11-19T09:30:00Z\"", "ended: \"2025-11-17T09:30:00Z\""), "data/date-order", None),
    ("shadow_run", ("end: 2025-11-17", "end: 2025-11-02"), "data/date-order", None),
    ("incident", ("started: 2025-08-04", "started: 2025-02-30"), "data/schema", "2025-02-30"),
    ("incident", ("resolved: 2025-09-01T02:00Z", "resolved: 2025-02-30T02:00Z"), "data/schema", "2025-02-30T02:00Z"),
    ("incident", ("resolved: 2025-09-01T02:00Z", "resolved: 2025-08-01"), "data/date-order", None),
    ("bias_audit", ("metrics_by_group: {result: pass", "metrics_by_group: {result: fail"), "data/schema", "fail"),
    ("bias_audit", ("evaluation: churn-1.0.0-temporal", "evaluation: churn-1.0.0-gone"), "data/unknown-reference", "churn-1.0.0-gone"),
    ("failure_injection", ("days_to_alert: 2", "days_to_alert: null"), "data/missing-key", "reason"),
    ("failure_injection", ("degradation: graceful", "degradation: catastrophic"), None, None),
    ("failure_injection", ("days_to_alert: 2\n  figure", "days_to_alert: null\n  reason: Nothing that is watched moves.\n  figure"), None, None),
    ("failure_injection", ("days_to_alert: 2\n  figure: feature_psi\n  column: usage_hours\n  limit: 0.2\n  value: 1.93\n  rolled_back: false\ndegradation: graceful",
                           "days_to_alert: null\n  reason: Nothing that is watched moves.\ndegradation: catastrophic"), "data/schema", "'fail'"),
    ("failure_injection", ("during: churn-1.0.0-temporal", "during: churn-1.0.0-gone"), "data/unknown-reference", "churn-1.0.0-gone"),
    ("failure_injection", ("start: 2025-09-01", "start: 2020-09-01"), None, None),
    ("failure_injection", ("date: 2025-12-04", "date: 2020-12-04"), "data/date-order", "the creation of"),
    ("benchmark", ("limits: {latency_p95_ms: 10, memory_mb: 256}\n", ""), "data/missing-key", "limits"),
    ("benchmark", ("repetitions: 5", "repetitions: 0"), "data/schema", "at least 1"),
    ("alert_study", ("end: 2025-07-31", "end: 2024-07-31"), "data/date-order", None),
    ("alert_study", ("failures: [churn-1.0.0-failure-usage-in-minutes]", "failures: [churn-1.0.0-failure-none]"), "data/unknown-reference", "churn-1.0.0-failure-none"),
    ("measurement", ("fit: {rows: 4200, accounts: 3100}", "fit: {}"), "data/schema", None),
    ("measurement", ("accounts_in_both: 0", "accounts_in_both: [0]"), "data/schema", None),
    ("measurement", ("how: Counted by the job that fits the version, over the rows that it was given.", "how: Counted."), "data/schema", None),
    ("measurement", ("about: churn@1.0.0", "about: churn@9.0.0"), "data/unknown-reference", "churn@9.0.0"),
    ("bias_audit", ("True positive rates 0.361, 0.471 and 0.522, 0.16 apart. Accepted by the product owner as the ratio below.\"}",
                    "True positive rates 0.361, 0.471 and 0.522.\", figures: {largest_gap: 0.16, north: {low: wide}}}"), None, None),
    ("data_quality", ("verdict: proceed", "figures: {rows: many}\nverdict: proceed"), "data/schema", None),
    ("serving_config", ("load_time_seconds: 6.5", "load_time_limit_seconds: 10"), None, None),
    ("waiver", ("expires: 2025-03-31", "expires: 2024-03-31"), "data/date-order", None),
    ("waiver", ("document: models/churn/review-1.0.0\n", ""), "data/missing-key", "'item' and 'document', or 'policy'"),
    ("approval", ("decision: approved", "decision: rework"), None, None),
    ("approval", ("role: ML lead\n", ""), "data/missing-key", "role"),
    ("escalation", ("incident: INC-2025-001", "incident: INC-2025-009"), "data/unknown-reference", "INC-2025-009"),
    ("controls", ("{rule: doc/missing-item}", "{rule: doc/missing-item, section: \"a#b\"}"), "data/schema", None),
    ("model", ("created: 2025-10-20", "created: 2024-02-30"), "data/schema", "2024-02-30"),
    ("model", ("evidence: [search-2.1.0-load]", "evidence: [search-2.1.0-laod]"), "data/unknown-reference", "record or document 'search-2.1.0-laod'"),
]
passed = failed = 0


def verdict(what, problem):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    if problem:
        print(f"{what}: {problem}")


def run(work, *args):
    env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, SOURCE_DATE_EPOCH="1795219200", HOME="no-cache", LC_ALL="C")
    return subprocess.run([PROGRAM, *args, "--no-cache"], cwd=work, env=env, capture_output=True, text=True, timeout=300)


def findings(work):
    p = run(work, "check", "--format", "json")
    return json.loads(p.stdout)["findings"]


def kinds():
    return sorted(os.path.basename(p).split(".")[0] for p in glob.glob(os.path.join(SCHEMAS, "*.schema.yaml")))


def examples(kind):
    """The records under `examples:` at the end of a kind's schema, as text."""
    text = open(os.path.join(SCHEMAS, f"{kind}.schema.yaml"), encoding="utf-8").read()
    lines = text[text.index("\nexamples:\n") + 11:].split("\n")
    records = []
    for line in lines:
        if line.startswith("  - "):
            records.append([])
        if records:
            records[-1].append(line[4:])
    return ["\n".join(r).rstrip("\n") + "\n" for r in records]


def write(work, path, text):
    full = os.path.join(work, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    open(full, "w", encoding="utf-8").write(text)


def fill(work):
    write(work, "modelbook.yaml", "title: T\n")
    write(work, "content/index.md", "# T\n")
    write(work, "content/models/churn/review-1.0.0.md", DOCUMENT)


def check_new(work, listed):
    fill(work)
    for kind, _ in listed:
        p = run(work, "new", kind, f"new/{kind}")
        verdict(f"new {kind}", None if p.returncode == 0 else p.stderr)
    found = findings(work)
    for kind, is_record in listed:
        own = [f for f in found if re.search(rf"/new/{kind}\.(md|yaml)$", f["path"])]
        odd = [f for f in own if f["rule"] not in TO_FILL]
        if odd:
            verdict(f"what new writes for {kind}", odd)
        elif not any(f["severity"] == "error" for f in own):
            verdict(f"{kind} as new writes it", "nothing asks for it to be filled in")
        else:
            verdict(kind, None)
    # The first line is for editors, and only where the schema is a file of the workspace.
    first = open(os.path.join(work, "data/new/waiver.yaml")).readline()
    verdict("no line for editors without a schema in the workspace", None if "yaml-language-server" not in first else first)
    shutil.copytree(SCHEMAS, os.path.join(work, "templates/records"))
    run(work, "new", "waiver", "a/b/two")
    first = open(os.path.join(work, "data/a/b/two.yaml")).readline()
    verdict("the line for editors", None if first == "# yaml-language-server: $schema=../../../templates/records/waiver.schema.yaml\n" else first)


def check_examples(work):
    fill(work)
    for kind in kinds():
        for i, text in enumerate(examples(kind)):
            write(work, f"data/{kind}-{i}.yaml", text)
    found = [f for f in findings(work) if f["severity"] == "error" and f["path"].startswith("data/")]
    verdict("the examples of all kinds, together", found or None)
    for kind, (old, new), rule, part in SLIPS:
        path, text = f"data/{kind}-0.yaml", examples(kind)[0]
        if text.count(old) < 1:
            verdict(f"{kind}: {old!r}", "is not in the example")
            continue
        write(work, path, text.replace(old, new, 1))
        own = [f for f in findings(work) if f["path"] == path and f["severity"] == "error"]
        what = f"{kind} with {new!r}"
        if rule is None:
            bad = None if not [f for f in own if f["rule"] != "data/missing-key"] else own
        else:
            bad = None if any(f["rule"] == rule and (not part or part in f["message"] + (f.get("help") or "")) for f in own) else own or "no error"
        verdict(what, bad)
        write(work, path, text)


def check_page(work):
    """docs/records.md: its kind is taken, its record has the findings that the page says, and its three forms are one."""
    page = open(os.path.join(ROOT, "docs", "records.md"), encoding="utf-8").read()
    blocks = re.findall(r"^```(yaml)?\n(.*?)^```$", page, re.M | re.S)
    texts = [b for _, b in blocks]
    fill(work)
    write(work, "templates/records/vendor_review.schema.yaml", next(b for b in texts if "vendor_review.schema.yaml" in b))
    write(work, "data/acme.yaml", next(b for b in texts if b.startswith("kind: vendor_review")))
    write(work, "data/model.yaml", examples("model")[0].replace("search", "churn"))
    said = sorted(texts[-1].rstrip("\n").split("\n"))
    found = sorted(f"{f['path']}:{f['line']}:{f['column']}: {f['severity']}: {f['message']} [{f['rule']}]"
                   for f in findings(work) if f["path"] in ("data/acme.yaml", "templates/records/vendor_review.schema.yaml"))
    verdict("docs/records.md: the record", None if found == said else found)
    missing = []
    for form in texts[:3]:
        write(work, "data/acme.yaml", form)
        missing.append({f["message"] for f in findings(work) if f["path"] == "data/acme.yaml" and f["rule"] == "data/missing-key"})
    verdict("docs/records.md: three forms", None if missing[0] and missing[0] == missing[1] == missing[2] else missing)


def main():
    with tempfile.TemporaryDirectory() as work:
        fill(work)
        lines = [l for l in run(work, "new", "--list").stdout.split("\n") if " modelbook new " in l]
    listed = sorted({(l.split()[-1], l.split()[-1] in kinds()) for l in lines})
    verdict("every record kind is listed", sorted(set(kinds()) - {k for k, _ in listed}) or None)
    with tempfile.TemporaryDirectory() as work:
        check_new(work, listed)
    with tempfile.TemporaryDirectory() as work:
        check_examples(work)
    with tempfile.TemporaryDirectory() as work:
        check_page(work)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
