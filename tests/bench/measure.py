#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every figure of a prediction log in one run: PSI, KS, JS and Wasserstein of six columns, chi-square
of two, ECE, Brier, ROC AUC, average precision, log loss, rates by group. `modelbook measure` beside
  floor    a naive C program that computes the same list (`statfloor all` of $MODELBOOK_TEST_DATA/bench), 2 threads
  pandas   pandas + scipy + scikit-learn, as one writes it first (statbench.py default)
  careful  the same with categories, no time parsed (statbench.py cat)
  duckdb   the part of the list that SQL gives (duck.mjs metrics)
in turn, medians, as ratios of the same run; then what each further figure costs, and growth with
rows. The figures are compared with the floor's. Times are not judged: they are printed.
Usage: measure.py PROGRAM [RUNS [ROWS…]]      (needs: gcc; /usr/bin/python3 with pandas, scipy and
scikit-learn; DuckDB where $MODELBOOK_DUCKDB names a folder with node_modules/@duckdb/node-api)"""
import json, math, os, shutil, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("MODELBOOK_TEST_DATA", os.path.join(ROOT, "..", "shared"))
BENCH = os.path.abspath(os.path.join(DATA, "bench"))
DUCK = os.environ.get("MODELBOOK_DUCKDB", "")
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None
ENV = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, SOURCE_DATE_EPOCH="1767225600", LC_ALL="C.UTF-8")
NUMBERS = ("income", "age", "tenure", "balance", "ratio")
CATEGORIES = ("channel", "product")
PYTHON = "/usr/bin/python3"


def command(program, log, rows, *more, features=True, groups=True):
    c = [program, "measure", log, "--label", "label", "--score", "score", "--positive", "1", "--format", "json"]
    if groups:
        c += ["--group", "group"]
    if features:
        c += ["--reference-rows", f"1..{rows // 2}"]
        c += [x for name in NUMBERS for x in ("--feature", f"{name}:numeric")]
        c += [x for name in CATEGORIES for x in ("--feature", f"{name}:categorical")]
    return c + list(more)


def run(argv, out):
    start = time.monotonic()
    with open(out, "wb") as f:
        p = subprocess.Popen(argv, stdout=f, stderr=subprocess.PIPE, env=ENV)
        error = p.stderr.read()
        _, status, usage = os.wait4(p.pid, 0)
    wall = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{argv}: {os.waitstatus_to_exitcode(status)} {error.decode()[-1000:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_turn(cases, runs, work):
    """Medians of (wall, cpu, peak MB) of each case, run in turn."""
    samples = {name: [] for name in cases}
    for i in range(runs):
        for name, argv in cases.items():
            samples[name].append(run(argv, f"{work}/{name}.out"))
    return {name: [statistics.median(s[k] for s in each) for k in range(3)] for name, each in samples.items()}


def floor_figures(path):
    """What statfloor printed, under our names and conventions (its JS is in base 2)."""
    figures, halves = {}, None
    for line in open(path):
        w = line.split()
        if len(w) == 9 and w[1] == "psi":
            for key, value in zip(w[1::2], w[2::2]):
                name = {"js": "js_distance", "ks": "ks_statistic"}.get(key, key)
                figures[f"drift.{w[0]}.{name}"] = float(value) * (math.sqrt(math.log(2)) if key == "js" else 1)
        elif w and w[0] == "chi2":
            figures["drift.channel.chi2_statistic"], figures["drift.product.chi2_statistic"] = map(float, w[1:3])
        elif w and w[0] == "ece10":
            figures["calibration.ece"], figures["performance.brier"] = float(w[1]), float(w[5])
        elif w and w[0] == "auc":
            for key, value in zip(("roc_auc", "average_precision", "log_loss"), (w[1], w[3], w[5])):
                figures[f"performance.{key}"] = float(value)
        elif w and w[0] == "group":
            figures[f"fairness.group.groups.{w[1]}.selection_rate"] = float(w[3])
            figures[f"fairness.group.groups.{w[1]}.tpr"] = float(w[5])
    return figures


def at(tree, path):
    for key in path.split("."):
        tree = tree[key]
    return tree


def compare(ours, floor):
    """Largest relative difference over all figures of the floor; each must be there. Bins are cut
    on the other side of a tie there (left-closed), so psi, js and ece may differ on tied columns."""
    tree, worst = json.load(open(ours)), ("", 0.0)
    figures = floor_figures(floor)
    for path, value in figures.items():
        mine = at(tree, path)
        gap = abs(mine - value) / max(abs(value), 1e-12)
        on_bins = path.split(".")[-1] in ("psi", "js_distance", "ece")
        if not on_bins and gap > worst[1]:
            worst = (path, gap)
        if gap > (0.02 if on_bins else 1e-9):
            print(f"DIFFERS {path}: {mine} here, {value} there")
    print(f"{len(figures)} figures beside the floor's; largest relative difference of those without bins: {worst[1]:.1e} {worst[0]}")


def show(rows, megabytes, medians):
    base = medians["modelbook"]
    for name, (wall, cpu, peak) in medians.items():
        print(f"{rows:9d} rows {name:12s} wall {wall:8.3f} s  cpu {cpu:8.3f} s  peak {peak:7.1f} MB  "
              f"{megabytes / wall:7.1f} MB/s  modelbook needs {base[0] / wall:6.3f} x its wall, {base[1] / cpu:6.3f} x its cpu", flush=True)


def extras(program, log, rows, runs, work):
    """What each further figure costs."""
    plain = dict(features=False, groups=False)
    cases = {
        "score only": command(program, log, rows, **plain),
        "+ group": command(program, log, rows, features=False),
        "+ drift": command(program, log, rows, groups=False),
        "+ months": command(program, log, rows, "--time", "timestamp", "--window", "month", **plain),
        "+ segment": command(program, log, rows, "--segment", "channel", **plain),
        "+ bootstrap 200": command(program, log, rows, "--bootstrap", "200", "--seed", "1", **plain),
        "1 thread": command(program, log, rows, "--jobs", "1"),
    }
    medians = in_turn(cases, runs, work)
    base = medians["score only"]
    for name, (wall, cpu, peak) in medians.items():
        print(f"{rows:9d} rows {name:16s} wall {wall:7.3f} s ({wall - base[0]:+.3f})  cpu {cpu:7.3f} s ({cpu - base[1]:+.3f})  peak {peak:7.1f} MB", flush=True)


def main():
    if not os.path.exists(f"{BENCH}/statfloor.c"):
        print(f"SKIPPED: 2 sizes ({BENCH}/statfloor.c is absent)")
        return
    program = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    sizes = [int(n) for n in sys.argv[3:]] or [1_000_000, 10_000_000]
    pandas = subprocess.run([PYTHON, "-c", "import pandas, scipy, sklearn"], capture_output=True).returncode == 0
    work, ours = tempfile.mkdtemp(prefix="modelbook-bench-", dir=FOLDER), {}
    try:
        for name in ("genlog", "statfloor"):
            subprocess.run(["gcc", "-O3", "-march=native", "-w", "-o", f"{work}/{name}", f"{BENCH}/{name}.c", "-lm", "-lpthread"], check=True)
        if DUCK:
            shutil.copy(f"{BENCH}/duck.mjs", work)
            os.symlink(os.path.abspath(DUCK), f"{work}/npm")
        for rows in sizes:
            log = f"{work}/log.csv"
            subprocess.run([f"{work}/genlog", str(rows), log], check=True)
            size = os.path.getsize(log) / 1e6
            cases = {"modelbook": command(program, log, rows), "floor": [f"{work}/statfloor", "all", log, "2"]}
            in_turn(cases, 1, work)  # one run to warm up
            medians = in_turn(cases, runs, work)
            compare(f"{work}/modelbook.out", f"{work}/floor.out")
            show(rows, size, medians)
            peers = {"modelbook": cases["modelbook"]}
            if pandas:
                peers["pandas"] = [PYTHON, f"{BENCH}/statbench.py", log, "default"]
                peers["careful"] = [PYTHON, f"{BENCH}/statbench.py", log, "cat"]
            else:
                print(f"SKIPPED: pandas + scipy + scikit-learn ({PYTHON} lacks them)")
            if DUCK:
                peers["duckdb"] = ["node", f"{work}/duck.mjs", log, "metrics"]
            else:
                print("SKIPPED: DuckDB (MODELBOOK_DUCKDB is not set)")
            medians = in_turn(peers, max(1, runs // 2), work)
            show(rows, size, medians)
            ours[rows] = medians["modelbook"]
            extras(program, log, rows, max(1, runs // 2), work)
        for a, b in zip(sizes, sizes[1:]):
            print(f"growth from {a} to {b} rows ({b / a:.2f} times as many): wall {ours[b][0] / ours[a][0]:.2f}, cpu {ours[b][1] / ours[a][1]:.2f}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
