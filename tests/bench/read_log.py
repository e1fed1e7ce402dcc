#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a prediction log: six columns of numbers and four of text, by `read_log` (read_log.c) beside
the floor (`statfloor pread-parse` of $MODELBOOK_TEST_DATA/bench), which parses the same columns of this
one layout and checks nothing; 1 and 2 threads, in turn, medians, as ratios of the same run: wall, cpu
(both processes whole) and peak memory. Also the log with quotes, through a pipe, with types found out
and with columns kept in a file. Times are not judged: they are printed.
Usage: read_log.py READ_LOG [RUNS [ROWS…]]      (READ_LOG: tests/bench/read_log of a release build; gcc)"""
import os, shutil, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("MODELBOOK_TEST_DATA", os.path.join(ROOT, "..", "shared"))
BENCH = os.path.abspath(os.path.join(DATA, "bench"))
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None


def run(argv, source=None):
    start = time.monotonic()
    feed = subprocess.Popen(["cat", source], stdout=subprocess.PIPE) if source else None
    p = subprocess.Popen(argv, stdin=feed.stdout if feed else subprocess.DEVNULL, stdout=subprocess.PIPE)
    p.stdout.read()
    _, status, usage = os.wait4(p.pid, 0)
    wall = time.monotonic() - start
    if feed:
        feed.stdout.close()
        feed.wait()
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{argv}: {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def quoted(log, to):
    with open(log) as f, open(to, "w") as g:
        for line in f:
            g.write(",".join(f'"{cell}"' for cell in line.rstrip("\n").split(",")) + "\n")


def main():
    program, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    sizes = [int(x) for x in sys.argv[3:]] or [1000000, 10000000]
    if not os.path.exists(os.path.join(BENCH, "statfloor.c")):
        print(f"SKIPPED: {len(sizes)} sizes of logs: no generator in {BENCH} (set MODELBOOK_TEST_DATA)")
        return
    work = tempfile.mkdtemp(dir=FOLDER)
    try:
        for name, flags in (("genlog", ["-O2"]), ("statfloor", ["-O3", "-march=native", "-w"])):
            subprocess.run(["gcc", *flags, "-o", f"{work}/{name}", f"{BENCH}/{name}.c", "-lm", "-lpthread"],
                           check=True)
        for rows in sizes:
            log, quotes = f"{work}/{rows}.csv", f"{work}/{rows}q.csv"
            subprocess.run([f"{work}/genlog", str(rows), log], check=True)
            cases = {}
            for jobs in "1", "2":
                cases[f"floor, {jobs} threads"] = ([f"{work}/statfloor", "pread-parse", log, jobs], None)
                cases[f"read, {jobs} threads"] = ([program, log, jobs], None)
            cases["types found out"] = ([program, log, "2", "guess"], None)
            cases["a pipe"] = ([program, "-", "2"], log)
            cases["columns in a file"] = ([program, log, "2", "", "1000000"], None)
            if rows <= 1000000:
                quoted(log, quotes)
                cases["all cells quoted"] = ([program, quotes, "2"], None)
            samples = {name: [] for name in cases}
            for _ in range(runs):
                for name, (argv, source) in cases.items():
                    samples[name].append(run(argv, source))
            medians = {n: [statistics.median(s[k] for s in x) for k in range(3)] for n, x in samples.items()}
            print(f"{rows:,} rows, {os.path.getsize(log) / 1e6:.0f} MB, medians of {runs}")
            for name, (wall, cpu, peak) in medians.items():
                floor = medians["floor, 1 threads" if name.endswith("1 threads") else "floor, 2 threads"]
                print(f"  {name:20} {wall:7.3f} s {cpu:7.3f} s cpu {peak:6.0f} MB   "
                      f"wall {wall / floor[0]:.2f}, cpu {cpu / floor[1]:.2f} of the floor's")
            os.remove(log)
    finally:
        shutil.rmtree(work)


main()
