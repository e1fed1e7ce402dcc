#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds workspaces of N models, each with twelve monthly windows measured from its own log, and prints
wall time, processor time and peak memory of `check`, `build` and `export` in each format, what each
costs a model, and its growth from size to size. Nothing is judged: the figures are printed.
Usage: models.py [--documents] PROGRAM [N…]    (default: 100 200 400)
       models.py [--documents] --write DIR N   (only writes the workspace)

--documents gives each model a card and a review, those of the sample with its figures in them; `check` and `build`
are then run a second time with the cache of the first."""
import os, random, re, shutil, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None
ENV = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, SOURCE_DATE_EPOCH="1767225600")
MONTHS, ROWS_A_MONTH, REFERENCE_ROWS = 12, 60, 2000
HEADER = "time,label,score,age,income,visits,plan,region\n"
PLANS, REGIONS = ("basic", "plus", "premium"), ("north", "south")
COMMANDS = {
    "check": ["check", "--quiet", "--no-cache"],
    "build": ["build", "--quiet", "--no-cache", "--out", "OUT"],
    "export xlsx": ["export", "--quiet", "--no-cache", "--out", "OUT"],
    "export csv": ["export", "--quiet", "--no-cache", "--format", "csv", "--out", "OUT"],
    "export json": ["export", "--quiet", "--no-cache", "--format", "json", "--out", "OUT"],
}
WITH_CACHE = {
    "check cold": ["check", "--quiet", "--cache", "CACHE"],
    "check warm": ["check", "--quiet", "--cache", "CACHE"],
    "build cold": ["build", "--quiet", "--cache", "CACHE", "--out", "OUT"],
    "build warm": ["build", "--quiet", "--cache", "CACHE", "--out", "OUT"],
}

RECORDS = """records:
  - kind: model
    id: {id}
    name: Model {id}
    description: A made model, to be measured by the month.
    owner: a team
    tier: 3
    task: classification
    versions:
      - id: 1.0.0
        created: 2024-12-01
        author: a team
        description: The only version.
        primary_evaluation: {id}-holdout
        history:
          - {{stage: development, date: 2024-12-01, by: a team, reason: "Made."}}
          - {{stage: production, date: 2025-01-01, by: a team, reason: "Made."}}
  - kind: evaluation
    id: {id}-holdout
    title: Holdout
    about: {id}@1.0.0
    role: holdout
    date: 2024-12-01
    performance: {{n: 2000, positives: 500, roc_auc: {auc:.3f}, threshold: 0.5}}
"""
MONITORING = """kind: monitoring_window
id: {id}-2025
title: {id} in production, 2025
about: {id}@1.0.0
start: 2025-01-01
end: 2025-12-31
source:
  log: data/{id}/production.csv
  time: time
  window: month
  label: label
  score: score
  groups: [plan, region]
  features: [age, income, visits, plan, region]
  reference: {{log: data/reference.csv}}
"""


def row(r, month, drift):
    score = r.random()
    return (f"2025-{month:02d}-{r.randint(1, 28):02d},{int(r.random() < score)},{score:.4f},{r.randint(18, 80)},"
            f"{r.gauss(3000 + drift * month, 700):.2f},{r.randint(0, 40)},{r.choice(PLANS)},{r.choice(REGIONS)}\n")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def make_workspace(folder, n, documents):
    """The same bytes for the same N; model I is the same for every N above I."""
    r = random.Random(0)
    write(f"{folder}/modelbook.yaml", "title: Register\n")
    write(f"{folder}/content/index.md", "# Register\n\nModels and their months.\n")
    write(f"{folder}/data/reference.csv", HEADER + "".join(row(r, 1, 0) for _ in range(REFERENCE_ROWS)))
    for i in range(n):
        r, name = random.Random(i + 1), f"m{i:05d}"
        write(f"{folder}/data/{name}/model.yaml", RECORDS.format(id=name, auc=0.7 + 0.2 * r.random()))
        write(f"{folder}/data/{name}/monitoring.yaml", MONITORING.format(id=name))
        drift = r.choice((0, 0, 30, 120))
        write(f"{folder}/data/{name}/production.csv", HEADER + "".join(
            row(r, month, drift) for month in range(1, MONTHS + 1) for _ in range(ROWS_A_MONTH)))
        for kind in ("model_card", "review-1.0.0") if documents else ():
            write(f"{folder}/content/models/{name}/{kind}.md", document(kind, name))


def document(kind, name):
    """The sample's, with every value and link that of this model."""
    with open(f"{ROOT}/content/models/churn/{kind}.md") as f:
        text = f.read()
    text = re.sub(r"\{\{[^}]*\}\}", "{{ churn@1.0.0:performance.roc_auc }}", text)
    text = re.sub(r"of: churn\S*\nfigure", "of: churn-2025\nfigure", text)
    text = re.sub(r"datasets: .*", "datasets: [churn-holdout]", text)
    text = re.sub(r"\[\[[^]|]*", "[[churn", text)
    text = re.sub(r"\]\((?!https?:)[^)]*\)", "](../../index.md)", text)
    return re.sub(r"churn@1\.\d\.\d", "churn@1.0.0", text).replace("churn", name)


def run(command):
    """Seconds, seconds of processors, and MB of the largest process."""
    start, pid = time.monotonic(), os.fork()
    if not pid:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.execve(command[0], command, ENV)
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: findings
        raise SystemExit(f"{command}: {status}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def folder_size(folder):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)


def count_files(folder):
    return sum(len(names) for _, _, names in os.walk(folder))


def main():
    documents = "--documents" in sys.argv
    words = [word for word in sys.argv[1:] if word != "--documents"]
    if words[0] == "--write":
        make_workspace(words[1], int(words[2]), documents)
        return
    program, sizes = os.path.abspath(words[0]), [int(n) for n in words[1:]] or [100, 200, 400]
    work, figures = tempfile.mkdtemp(prefix="modelbook-bench-", dir=FOLDER), {}
    commands = COMMANDS | (WITH_CACHE if documents else {})
    try:
        for n in sizes:
            make_workspace(f"{work}/w", n, documents)
            for name, words in commands.items():
                out, cache = f"{work}/out", f"{work}/cache"
                command = [program, *({"OUT": out, "CACHE": cache}.get(word, word) for word in words), "--workspace", f"{work}/w"]
                wall, cpu, memory = figures[n, name] = run(command)
                size = f", writes {count_files(out)} files, {folder_size(out) / 1e6:.1f} MB" if os.path.isdir(out) else ""
                print(f"{n:5d} models  {name:11s} wall {wall:7.2f} s  cpu {cpu:7.2f} s  memory {memory:7.1f} MB ({memory / n:.2f} MB a model){size}",
                      flush=True)
                if "CACHE" not in words:
                    shutil.rmtree(out, ignore_errors=True)
            for folder in ("w", "out", "cache"):
                shutil.rmtree(f"{work}/{folder}", ignore_errors=True)
        for a, b in zip(sizes, sizes[1:]):
            print(f"growth from {a} to {b} models ({b / a:.2f} times as many): " + ", ".join(
                f"{name} cpu {figures[b, name][1] / figures[a, name][1]:.2f}, memory {figures[b, name][2] / figures[a, name][2]:.2f}"
                for name in commands))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
