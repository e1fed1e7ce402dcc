#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds workspaces of N models, each with twelve monthly windows measured from its own log, and prints
wall time, processor time and peak memory of `check`, `build` and `export` in each format, what each
costs a model, and its growth from size to size. Nothing is judged: the figures are printed.
Usage: models.py PROGRAM [N…]              (default: 100 200 400)
       models.py --write DIR N             (only writes the workspace)"""
import os, random, shutil, sys, tempfile, time

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


def make_workspace(folder, n):
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


def main():
    if sys.argv[1] == "--write":
        make_workspace(sys.argv[2], int(sys.argv[3]))
        return
    program, sizes = os.path.abspath(sys.argv[1]), [int(n) for n in sys.argv[2:]] or [100, 200, 400]
    work, figures = tempfile.mkdtemp(prefix="modelbook-bench-", dir=FOLDER), {}
    try:
        for n in sizes:
            make_workspace(f"{work}/w", n)
            for name, words in COMMANDS.items():
                out = f"{work}/out"
                command = [program, *(out if word == "OUT" else word for word in words), "--workspace", f"{work}/w"]
                wall, cpu, memory = figures[n, name] = run(command)
                size = f", writes {folder_size(out) / 1e6:.1f} MB" if os.path.isdir(out) else ""
                print(f"{n:5d} models  {name:11s} wall {wall:7.2f} s  cpu {cpu:7.2f} s  memory {memory:7.1f} MB ({memory / n:.2f} MB a model){size}",
                      flush=True)
                shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(f"{work}/w")
        for a, b in zip(sizes, sizes[1:]):
            print(f"growth from {a} to {b} models ({b / a:.2f} times as many): " + ", ".join(
                f"{name} cpu {figures[b, name][1] / figures[a, name][1]:.2f}, memory {figures[b, name][2] / figures[a, name][2]:.2f}"
                for name in COMMANDS))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
