#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds sites of 500, 1,000 and 2,000 pages and prints wall time, processor time and peak memory
(without cache, and "warm": with that of a former build) as ratios to hugo and to the floor (cmark-gfm parses, renders and writes the same pages in two
processes), measured in turn in this run. The corpus generator, the floor and hugo's templates are
those of $MODELBOOK_TEST_DATA/bench. Nothing is judged: the figures are printed.
Usage: site.py PROGRAM [RUNS]        (needs: gcc, hugo, libmd4c-dev, libmd4c-html0-dev)"""
import glob, os, shutil, statistics, subprocess, sys, tempfile, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("MODELBOOK_TEST_DATA", os.path.join(ROOT, "..", "shared"))
BENCH = os.path.abspath(os.path.join(DATA, "bench"))
PROGRAM = os.path.abspath(sys.argv[1])
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None


def tree_peak(pid, peak, stop):
    """Peak of the resident memory that is not shared, summed over the process and its children."""
    while not stop.is_set():
        total, todo = 0, [pid]
        while todo:
            p = todo.pop()
            try:
                for line in open(f"/proc/{p}/smaps_rollup"):
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
                todo += map(int, open(f"/proc/{p}/task/{p}/children").read().split())
            except OSError:
                pass
        peak[0] = max(peak[0], total)
        time.sleep(0.01)


def run(command, cwd=None):
    peak, stop = [0], threading.Event()
    start = time.monotonic()
    p = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                         env=dict(os.environ, MODELBOOK_DEFAULTS=ROOT, SOURCE_DATE_EPOCH="1767225600"))
    watcher = threading.Thread(target=tree_peak, args=(p.pid, peak, stop))
    watcher.start()
    _, status, usage = os.wait4(p.pid, 0)
    wall = time.monotonic() - start
    stop.set()
    watcher.join()
    if status:
        raise SystemExit(f"{command}: {p.stderr.read().decode()[-1000:]}")
    return wall, usage.ru_utime + usage.ru_stime, peak[0] / 1024


def main():
    if not os.path.exists(f"{BENCH}/gen_corpus.py"):
        print(f"SKIPPED: 3 sizes ({BENCH} is absent)")
        return
    work = tempfile.mkdtemp(dir=FOLDER)
    try:
        floor = f"{work}/mdfloor"
        subprocess.run(["gcc", "-O2", "-w", "-o", floor, f"{BENCH}/mdfloor.c", "-lcmark-gfm",
                        "-lcmark-gfm-extensions", "-lmd4c", "-lmd4c-html", "-lpthread"], check=True)
        hugo = shutil.which("hugo")
        if not hugo:
            print("hugo is not installed: no ratio to it")
        medians = {}
        for n in (500, 1000, 2000):
            ws = f"{work}/w{n}"
            subprocess.run([sys.executable, f"{BENCH}/gen_corpus.py", str(n), ws], check=True, stdout=subprocess.DEVNULL)
            open(f"{ws}/modelbook.yaml", "w").write("title: Register\n")
            shutil.copytree(f"{BENCH}/hugo", f"{work}/h{n}")
            shutil.copytree(f"{ws}/content", f"{work}/h{n}/content")
            open(f"{work}/list{n}", "w").write("\n".join(sorted(glob.glob(f"{ws}/content/*/p*.md"))) + "\n")
            open(f"{work}/pad", "w").write("x" * 12000)  # the bytes that a theme adds to a page
            commands = {"modelbook": ([PROGRAM, "build", "--quiet", "--no-cache", "--out", "OUT"], ws),
                        "warm": ([PROGRAM, "build", "--quiet", "--cache", f"{work}/cache", "--out", "OUT"], ws),
                        "floor": ([floor, "cmark", "p2", f"{work}/list{n}", "OUT", f"{work}/pad"], work)}
            if hugo:
                commands["hugo"] = ([hugo, "--quiet", "-d", "OUT"], f"{work}/h{n}")
            samples = {name: [] for name in commands}
            for i in range(RUNS + 1):  # one run to warm up
                for name, (command, cwd) in commands.items():
                    out = f"{work}/out-{name}"
                    shutil.rmtree(out, ignore_errors=True)
                    figures = run([out if word == "OUT" else word for word in command], cwd)
                    if i:
                        samples[name].append(figures)
            medians[n] = {name: [statistics.median(s[k] for s in runs) for k in range(3)] for name, runs in samples.items()}
            for name, (wall, cpu, memory) in medians[n].items():
                print(f"{n:5d} pages  {name:10s} wall {wall:6.3f} s  cpu {cpu:6.3f} s  memory {memory:7.1f} MB")
            ours = medians[n]["modelbook"]
            for name in samples:
                if name not in ("modelbook", "warm"):
                    print(f"{n:5d} pages  modelbook / {name}: " + ", ".join(
                        f"{what} {ours[k] / max(medians[n][name][k], 1e-9):.2f}" for k, what in enumerate(("wall", "cpu", "memory"))))
            for folder in (ws, f"{work}/h{n}"):
                shutil.rmtree(folder)
        cpu = {n: medians[n]["modelbook"][1] for n in medians}
        print(f"growth of processor time: 1,000 / 500 = {cpu[1000] / cpu[500]:.2f}, 2,000 / 1,000 = {cpu[2000] / cpu[1000]:.2f}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
