#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks 2,500, 5,000 and 10,000 documents of 40 requirements each, and prints wall time and
processor time as ratios to the floor: cmark-gfm parses and renders the same files in two processes
and writes nothing (`mdfloor cmark-nowrite p2` of $MODELBOOK_TEST_DATA/bench). Cold begins with an
empty cache and fills it, warm reads it, and `changed` is warm with one document changed since;
floor, cold, warm and changed run in turn. Peak memory comes from
runs of its own, so that watching costs no time. The findings must be the ones that were planted.
Times are not judged: they are printed.
Usage: check.py PROGRAM [RUNS [SIZE…]]        (needs: gcc, libmd4c-dev, libmd4c-html0-dev)"""
import os, random, shutil, statistics, subprocess, sys, tempfile, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("MODELBOOK_TEST_DATA", os.path.join(ROOT, "..", "shared"))
BENCH = os.path.abspath(os.path.join(DATA, "bench"))
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None
PER_FOLDER = 50
TO_MEND = 500  # one document in so many lacks an item and a section, and has a link to nowhere
ENV = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, SOURCE_DATE_EPOCH="1767225600")

WORDS = ("model risk owner tier review approval calibration drift threshold monitoring dataset cohort feature label "
         "score segment bias fairness policy control evidence incident retrain rollback champion challenger baseline "
         "reference production validation assumption limitation outcome population stability index governance audit "
         "inventory lineage registry finding severity deadline exception register quarterly annual the a of to and in "
         "for with is are was be by on at from as that this it must should may not").split()
# 16 sections, 16 items and 8 columns.
SECTIONS = [  # title, subsections, items, columns
    ("Purpose", ["Users", "Decisions"], [], []),
    ("Training data", ["Known gaps"], [], ["Source", "Rows", "From", "To"]),
    ("Method", [], [], []),
    ("Metrics", [], [], ["Segment", "AUC", "ECE", "Interval"]),
    ("Soundness", [], ["Leakage check", "Split strategy", "Baseline strength", "Statistical validity"], []),
    ("Robustness", [], ["Shift evaluation", "Stress testing", "Edge cases", "Calibration check"], []),
    ("Fairness", [], ["Results by group", "Thresholds by group"], []),
    ("Operations", ["Roll back"], ["Latency", "Memory footprint", "Monitoring plan", "Shadow comparison"], []),
    ("Limitations", [], [], []),
    ("Monitoring", [], ["Alerts", "On-call rota"], []),
    ("Open risks", [], [], []),
    ("Approval", [], [], []),
]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def template():
    lines = ["---", "kind: dossier", "title: Dossier", "front_matter:", "  type: object",
             "  required: [title, owner, date, tier]", "  properties:",
             "    title: {type: string, minLength: 3}", "    owner: {type: string, pattern: '^team-[0-9]+$'}",
             "    date: {type: string, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'}",
             "    tier: {type: integer, minimum: 1, maximum: 4}", "---", "# *", ""]
    for title, under, items, columns in SECTIONS:
        lines += [f"## {title} {{#{title.lower().replace(' ', '-')}}}", ""]
        lines += [f"- [ ] {item}" for item in items] + [""]
        if columns:
            lines += ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), ""]
        for sub in under:
            lines += [f"### {sub} {{#{sub.lower().replace(' ', '-')}}}", ""]
    return "\n".join(lines)


def words(r, n):
    return " ".join(r.choices(WORDS, k=n))


def sentence(r, links):
    text = words(r, r.randint(9, 18)).capitalize().split()
    i, kind = r.randrange(len(text)), r.random()
    if kind < 0.12:
        text[i] = f"**{text[i]}**"
    elif kind < 0.22:
        text[i] = f"*{text[i]}*"
    elif kind < 0.34:
        text[i] = f"`{text[i]}_id`"
    elif kind < 0.46:
        text[i] = f"[{text[i]}]({r.choice(links)})"
    elif kind < 0.48:
        text[i] = f"https://example.org/{text[i].lower()}"
    return " ".join(text) + "."


def paragraph(r, links):
    return " ".join(sentence(r, links) for _ in range(r.randint(1, 2)))


def document(i, n):
    """One dossier. It satisfies all 40 requirements, but for every TO_MEND-th."""
    r = random.Random(20240229 * 1000003 + i)
    at = [r.randrange(n) for _ in range(6)]
    links = [f"../s{j // PER_FOLDER:03d}/d{j:05d}.md" + r.choice(["", "", "#monitoring"]) for j in at]
    lines = ["---", f"title: Dossier {i} {words(r, 3)}", f"owner: team-{r.randint(1, 40)}",
             f"date: 20{r.randint(19, 24)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}", f"tier: {r.randint(1, 4)}", "---",
             "", f"# Dossier {i}", ""]
    faulty = i % TO_MEND == TO_MEND - 1
    for title, under, items, columns in SECTIONS:
        if faulty and title == "Open risks":
            continue
        lines += [f"## {title}", "", paragraph(r, links), ""]
        for item in items:
            if not (faulty and item == "Latency"):
                lines.append(f"- [{r.choice('x ')}] {item}: {words(r, r.randint(3, 8))}")
        lines.append("")
        if columns:
            lines += ["| " + " | ".join(columns) + " | Link |", "|" + "---|" * (len(columns) + 1)]
            for _ in range(4):
                lines.append(f"| {words(r, 2)} | {r.randint(100, 99999)} | {r.random():.4f} | {r.random() / 10:.4f} "
                             f"| [{r.choice(WORDS)}]({r.choice(links)}) |")
            lines.append("")
        if title == "Method":
            lines += ["```python"] + [f"def f{q}(x, y={r.random():.3f}):  # {words(r, 3)}" for q in range(5)] + ["```", ""]
        if title == "Limitations":
            lines += [f"{q + 1}. {sentence(r, links)}" for q in range(4)] + [""]
        if title == "Approval":
            lines += ["> " + sentence(r, links), ""] + (["See [what is not there](nowhere.md).", ""] if faulty else [])
        for sub in under:
            lines += [f"### {sub}", "", paragraph(r, links), ""]
    return "\n".join(lines)


def make_workspace(folder, n):
    write(f"{folder}/modelbook.yaml", 'title: Register\ndocuments:\n  - {path: "content/**", kind: dossier}\n')
    write(f"{folder}/templates/documents/dossier.md", template())
    paths, size = [], 0
    for i in range(n):
        paths.append(f"{folder}/content/s{i // PER_FOLDER:03d}/d{i:05d}.md")
        text = document(i, n)
        size += len(text)
        write(paths[-1], text)
    write(f"{folder}/list", "\n".join(paths) + "\n")
    return size


def run(command, want=0):
    start = time.monotonic()
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENV)
    _, status, usage = os.wait4(p.pid, 0)
    wall = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) != want:
        raise SystemExit(f"{command}: {status} {p.stderr.read().decode()[-1000:]}")
    p.stderr.close()
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def prepare(name, cache, document):
    if name == "cold":
        shutil.rmtree(cache, ignore_errors=True)
    if name == "changed":
        with open(document, "a") as f:
            f.write("\nOne more sentence.\n")


def memory(command):
    """Peak of the memory of a process and its children together, what they share counted once (MB)."""
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENV)
    peak = [0]

    def watch():
        while p.poll() is None:
            total, todo = 0, [p.pid]
            while todo:
                pid = todo.pop()
                try:
                    with open(f"/proc/{pid}/smaps_rollup") as f:
                        total += sum(int(line.split()[1]) for line in f if line.startswith("Pss:"))
                    with open(f"/proc/{pid}/task/{pid}/children") as f:
                        todo += map(int, f.read().split())
                except OSError:
                    pass
            peak[0] = max(peak[0], total)
            time.sleep(0.005)
    watcher = threading.Thread(target=watch)
    watcher.start()
    watcher.join()
    return peak[0] / 1024


def check_findings(program, ws, n):
    """Each faulty document has its three findings, and there are no others."""
    p = subprocess.run([program, "check", "--no-cache", "--workspace", ws, "--format", "json"], capture_output=True, env=ENV)
    faulty = n // TO_MEND
    counts = {rule: p.stdout.count(f'"{rule}"'.encode()) for rule in
              ("doc/missing-item", "doc/missing-section", "link/broken-page")}
    if any(count != faulty for count in counts.values()) or p.stdout.count(b'"fingerprint"') != 3 * faulty:
        raise SystemExit(f"{faulty} of each were planted, found: {counts}\n{p.stdout[:2000].decode()}\n{p.stderr.decode()}")


def main():
    if not os.path.exists(f"{BENCH}/mdfloor.c"):
        print(f"SKIPPED: 3 sizes ({BENCH}/mdfloor.c is absent)")
        return
    program = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    sizes = [int(n) for n in sys.argv[3:]] or [2500, 5000, 10000]
    work = tempfile.mkdtemp(prefix="modelbook-bench-", dir=FOLDER)
    try:
        floor, medians = f"{work}/mdfloor", {}
        subprocess.run(["gcc", "-O2", "-w", "-o", floor, f"{BENCH}/mdfloor.c", "-lcmark-gfm",
                        "-lcmark-gfm-extensions", "-lmd4c", "-lmd4c-html", "-lpthread"], check=True)
        for n in sizes:
            ws, cache = f"{work}/w{n}", f"{work}/cache"
            size = make_workspace(ws, n)
            check_findings(program, ws, n)
            check = [program, "check", "--quiet", "--workspace", ws, "--cache", cache]
            cases = {"floor": [floor, "cmark-nowrite", "p2", f"{ws}/list", f"{work}/out"], "cold": check, "warm": check, "changed": check}
            samples, load = {name: [] for name in cases}, os.getloadavg()[0]
            for i in range(runs + 1):  # one run to warm up
                for name, command in cases.items():
                    prepare(name, cache, f"{ws}/content/s000/d00007.md")
                    figures = run(command, 0 if name == "floor" or n < TO_MEND else 1)
                    if i:
                        samples[name].append(figures)
            median = {name: [statistics.median(s[k] for s in s_of) for k in range(3)] for name, s_of in samples.items()}
            medians[n] = median
            stored = sum(os.path.getsize(os.path.join(f, x)) for f, _, names in os.walk(cache) for x in names)
            print(f"{n:6d} documents, {size / n:.0f} bytes each, {runs} runs, load {load:.1f} to {os.getloadavg()[0]:.1f}, "
                  f"cache {stored / 1e6:.0f} MB")
            for name, command in cases.items():
                prepare(name, cache, f"{ws}/content/s000/d00007.md")
                wall, cpu, largest = median[name]
                print(f"{n:6d} {name:7s} wall {wall:6.3f} s ({wall / median['floor'][0]:.2f} x floor)  cpu {cpu:6.3f} s "
                      f"({cpu / median['floor'][1]:.2f} x floor)  largest process {largest:6.1f} MB, "
                      f"all together {memory(command):6.1f} MB", flush=True)
            shutil.rmtree(ws)
            shutil.rmtree(cache)
        for a, b in zip(sizes, sizes[1:]):
            print(f"growth from {a} to {b} documents ({b / a:.2f} times as many): " + ", ".join(
                f"{name} cpu {medians[b][name][1] / medians[a][name][1]:.2f}" for name in medians[b]))
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
