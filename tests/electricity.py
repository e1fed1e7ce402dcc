#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workspace tests/workspaces/electricity with the real logs that it is about.

Puts the workspace and the two logs of $MODELBOOK_TEST_DATA (default ../shared) into a temporary
folder, runs check, build, verify and export, and compares the findings with expect.txt, the
exported figures with figures computed here from the logs, and the numbers in the workspace's
documents with the same figures. BLESS=1 writes the findings into expect.txt.
Usage: electricity.py PROGRAM"""
import bisect, collections, csv, json, math, os, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.abspath(sys.argv[1])
WORKSPACE = os.path.join(ROOT, "tests", "workspaces", "electricity")
LOGS = os.path.join(os.environ.get("MODELBOOK_TEST_DATA") or os.path.join(ROOT, "..", "shared"),
                    "real", "tabular", "electricity")
AS_OF = "1998-12-31"
SCORES = {"1.0.0": "score_baseline", "2.0.0": "score_boosted"}
NUMBERS = ("nswdemand", "price_lag", "vicprice", "vicdemand", "transfer")
CATEGORIES = ("weekday",)
TOLERANCE = 1e-9  # relative; sheets hold 12 significant digits
EMPTY_SHARE = 1e-4
WARNING, CRITICAL = 0.1, 0.25
ENOUGH_ROWS = 1000  # from here on a PSI of 0.1 is far beyond chance
N_DATA_CASES = 18   # counted as skipped where the logs are absent
passed = failed = skipped = 0


def verdict(what, problems):
    global passed, failed
    problems = [problems] if isinstance(problems, str) else list(problems or [])
    passed, failed = passed + (not problems), failed + bool(problems)
    print("FAILED " if problems else "ok     ", what, flush=True)
    for problem in problems[:10]:
        print("       ", problem)
    if len(problems) > 10:
        print(f"        and {len(problems) - 10} more")


def run(*args):
    env = dict(os.environ, HOME="no-cache", XDG_CACHE_HOME="", MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", SOURCE_DATE_EPOCH="")
    return subprocess.run([PROGRAM, *args, "--as-of", AS_OF], capture_output=True, text=True, env=env, timeout=300)


# Figures, written from their definitions.

def roc_auc(labels, scores):
    """Share of pairs of a positive and a negative row that are in order, ties counting half."""
    of_score = collections.defaultdict(lambda: [0, 0])
    for label, score in zip(labels, scores):
        of_score[score][label] += 1
    below = pairs = 0
    for score in sorted(of_score):
        negatives, positives = of_score[score]
        pairs += positives * (2 * below + negatives)  # twice, to stay whole
        below += negatives
    return pairs / (2 * below * (len(labels) - below))


def average_precision(labels, scores):
    of_score = collections.defaultdict(lambda: [0, 0])
    for label, score in zip(labels, scores):
        of_score[score][label] += 1
    found = rows = 0
    steps = []
    for score in sorted(of_score, reverse=True):
        negatives, positives = of_score[score]
        found, rows = found + positives, rows + positives + negatives
        steps.append(positives * found / rows)
    return math.fsum(steps) / sum(labels)


def expected_calibration_error(labels, scores):
    """Ten bins of equal width, (i/10, (i+1)/10], the first with its lower end."""
    edges = [i / 10 for i in range(1, 10)]
    bins = collections.defaultdict(list)
    for label, score in zip(labels, scores):
        bins[bisect.bisect_left(edges, score)].append(score - label)
    return math.fsum(abs(math.fsum(gaps)) for gaps in bins.values()) / len(labels)


def brier(labels, scores):
    return math.fsum((score - label) ** 2 for label, score in zip(labels, scores)) / len(labels)


def log_loss(labels, scores):
    tiny = sys.float_info.epsilon
    return -math.fsum(math.log(min(max(s if y else 1 - s, tiny), 1 - tiny)) for y, s in zip(labels, scores)) / len(labels)


def quantile(ordered, share):
    """Type 7, in numpy's order of operations: ties with edges matter."""
    place = (len(ordered) - 1) * share
    index = math.floor(place)
    way = place - index
    if index + 1 >= len(ordered):
        return ordered[-1]
    low, high = ordered[index], ordered[index + 1]
    return high - (high - low) * (1 - way) if way >= 0.5 else low + (high - low) * way


def psi(reference, current):
    """Of two lists of shares."""
    total = []
    for p, q in zip(reference, current):
        p, q = max(p, EMPTY_SHARE), max(q, EMPTY_SHARE)
        total.append((q - p) * math.log(q / p))
    return math.fsum(total)


def psi_numbers(reference, current):
    ordered = sorted(reference)
    edges = sorted({quantile(ordered, i * 0.1) for i in range(1, 10)})

    # Where deciles fall together, each value with a tenth of the rows has a bin of its own, too.
    apart = edges
    if len(edges) < 9:
        often = collections.Counter(reference)
        apart = sorted(set(edges) | {math.nextafter(e, -math.inf) for e in edges if often[e] * 10 >= len(reference)})

    def shares(values, edges):
        counts = [0] * (len(edges) + 1)
        for value in values:
            counts[bisect.bisect_left(edges, value)] += 1
        return [count / len(values) for count in counts]
    found = psi(shares(reference, edges), shares(current, edges))
    if len(apart) > len(edges):
        return found, psi(shares(reference, apart), shares(current, apart))
    return found, None


def psi_categories(reference, current):
    names = sorted(set(reference) | set(current))
    a, b = collections.Counter(reference), collections.Counter(current)
    return psi([a[n] / len(reference) for n in names], [b[n] / len(current) for n in names]), None


def read_log(name):
    with open(os.path.join(LOGS, name), newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {c: [row[c] for row in rows] for c in rows[0]}
    for c in NUMBERS + tuple(SCORES.values()):
        columns[c] = [float(v) for v in columns[c]]
    columns["went_up"] = [int(v) for v in columns["went_up"]]
    return columns


def by_month(log):
    months = {}
    for i, time in enumerate(log["scored_at"]):
        months.setdefault(time[:7], []).append(i)
    return {m: {c: [values[i] for i in rows] for c, values in log.items()} for m, rows in months.items()}


def performance(log, score):
    labels, scores = log["went_up"], log[score]
    return {"Rows": len(labels), "Positives": sum(labels), "ROC AUC": roc_auc(labels, scores),
            "Average precision": average_precision(labels, scores), "Brier": brier(labels, scores),
            "Log loss": log_loss(labels, scores), "ECE": expected_calibration_error(labels, scores)}


def drift(reference, current, score):
    found = {c: psi_numbers(reference[c], current[c]) for c in NUMBERS + (score,)}
    found.update({c: psi_categories(reference[c], current[c]) for c in CATEGORIES})
    return found


# Comparisons.

def close(a, b):
    return isinstance(a, (int, float)) and math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-12)


def sheet(audit, name):
    found = next(s for s in audit["sheets"] if s["name"] == name)
    titles = [c["title"] for c in found["columns"]]
    return [dict(zip(titles, row)) for row in found["rows"]]


def compare_performance(audit, record, window, expected):
    rows = [r for r in sheet(audit, "Performance") if r["Record"] == record and r["Window"] == window]
    if len(rows) != 1:
        return [f"{record} {window}: {len(rows)} rows in the sheet Performance"]
    return [f"{record} {window}: {name} is {rows[0][name]}, expected {value!r}"
            for name, value in expected.items() if not close(rows[0][name], value)]


def compare_drift(audit, record, window, rows_current, expected):
    rows = {r["Feature"]: r for r in sheet(audit, "Monitoring") if r["Record"] == record and r["Window"] == window}
    if rows.keys() != expected.keys():
        return [f"{record} {window}: columns {sorted(rows)}"]
    problems = []
    for column, (value, ties) in expected.items():
        row = rows[column]
        if (row["PSI, ties apart"] is None) != (ties is None) or (ties is not None and not close(row["PSI, ties apart"], ties)):
            problems.append(f"{record} {window} {column}: PSI with ties apart {row['PSI, ties apart']}, expected {ties!r}")
        if not close(row["PSI"], value) or row["Current rows"] != rows_current:
            problems.append(f"{record} {window} {column}: PSI {row['PSI']} of {row['Current rows']} rows, "
                            f"expected {value!r} of {rows_current}")
        judged = value if ties is None else ties
        band = "critical" if judged >= CRITICAL else "warning" if judged >= WARNING else "stable"
        if rows_current >= ENOUGH_ROWS and row["Severity"] != band:
            problems.append(f"{record} {window} {column}: {row['Severity']} at {value!r}, expected {band}")
    return problems


def table_after(path, first_cell):
    """Cells of the table in a document whose header row begins with `first_cell`."""
    rows = [[cell.strip().strip("*") for cell in line.strip().strip("|").split("|")]
            for line in open(os.path.join(WORKSPACE, "content", path), encoding="utf-8") if line.startswith("|")]
    start = next(i for i, row in enumerate(rows) if row[0] == first_cell and "ROC AUC 1.0.0" in row or row[:2] == [first_cell, "Rows"])
    found = []
    for row in rows[start + 2:]:
        if len(row) != len(rows[start]):
            break
        found.append(row)
    return found


def documents(all_figures, monthly, drifts):
    problems = []
    for row, part in zip(table_after("models/price-direction/model_card.md", "Rows"), ("training", "later")):
        expected = [f"{all_figures[v, part][f]:.3f}" for f in ("ROC AUC", "ECE") for v in SCORES]
        if row[1:] != expected:
            problems.append(f"model card, {part}: {row[1:]}, expected {expected}")
    rows = table_after("incidents/INC-1997-001.md", "Month")
    if [row[0] for row in rows] != list(drifts):
        problems.append(f"postmortem: months {[row[0] for row in rows]}")
    for row in rows:
        of_month = drifts[row[0]]
        worst = max(NUMBERS, key=lambda c: of_month[c][0])
        expected = [f"{monthly['1.0.0', row[0]]['Rows']:,}"]
        expected += [f"{monthly[v, row[0]][f]:.3f}" for f in ("ROC AUC", "ECE") for v in SCORES]
        expected += [worst, f"{of_month[worst][0]:.2f}"]
        if row[1:] != expected:
            problems.append(f"postmortem, {row[0]}: {row[1:]}, expected {expected}")
    return problems


def findings_of(output):
    return [f"{f['path']}:{f['line']}:{f['column']}: {f['severity']}: {f['message']} [{f['rule']}]"
            for f in json.loads(output)["findings"]]


def without_logs():
    """The committed workspace has no logs: that is said, and nothing else falls over."""
    p = run("check", "--workspace", WORKSPACE, "--format", "json")
    verdict("without the logs: check exits 0", None if p.returncode == 0 else f"exit {p.returncode}: {p.stderr[-500:]}")
    absent = [f for f in json.loads(p.stdout)["findings"] if f["rule"] == "data/log-absent"]
    places = {(f["path"], f["severity"]) for f in absent}
    verdict("without the logs: each is named once as absent, as a warning",
            None if len(absent) == 6 and places == {("data/evaluations.yaml", "warning"), ("data/monitoring.yaml", "warning")}
            else f"{len(absent)} findings at {sorted(places)}")


def with_logs(work):
    workspace, site = f"{work}/workspace", f"{work}/site"
    shutil.copytree(WORKSPACE, workspace)
    for log in ("training_log.csv", "production_log.csv"):
        shutil.copyfile(os.path.join(LOGS, log), f"{workspace}/data/{log}")

    p = run("check", "--workspace", workspace, "--format", "json")
    verdict("check exits 0", None if p.returncode == 0 else f"exit {p.returncode}: {p.stderr[-500:]}")
    found, expect = findings_of(p.stdout), f"{WORKSPACE}/expect.txt"
    if os.environ.get("BLESS"):
        open(expect, "w", encoding="utf-8").write("".join(line + "\n" for line in found))
    expected = open(expect, encoding="utf-8").read().splitlines()
    verdict(f"check gives the {len(expected)} findings of expect.txt",
            [f"missing: {x}" for x in expected if x not in found] + [f"more: {x}" for x in found if x not in expected]
            or (None if found == expected else "in another order"))

    p = run("build", "--workspace", workspace, "--out", site, "--quiet")
    verdict("build exits 0", None if p.returncode == 0 else f"exit {p.returncode}: {p.stderr[-500:]}")
    p = run("verify", site)
    verdict("verify exits 0", None if p.returncode == 0 else p.stdout[-500:] + p.stderr[-500:])
    size = os.path.getsize(f"{site}/records/production_log.csv.html")
    verdict("the page of the 27,792 rows is small", None if size < 20000 else f"{size} bytes")

    p = run("export", "--workspace", workspace, "--format", "json", "--out", work)
    verdict("export exits 0", None if p.returncode == 0 else f"exit {p.returncode}: {p.stderr[-500:]}")
    audit = json.load(open(f"{work}/audit.json", encoding="utf-8"))

    training, later = read_log("training_log.csv"), read_log("production_log.csv")
    months = by_month(later)
    all_figures = {(v, part): performance(log, s) for v, s in SCORES.items()
                   for part, log in (("training", training), ("later", later))}
    monthly = {(v, m): performance(log, s) for v, s in SCORES.items() for m, log in months.items()}
    for (version, part), figures in all_figures.items():
        verdict(f"{version}, {part}: ROC AUC {figures['ROC AUC']:.4f}, ECE {figures['ECE']:.4f}, Brier {figures['Brier']:.4f}",
                compare_performance(audit, f"price-direction-{version}-{part}", "all", figures))
    drifts = {}
    for version, score in SCORES.items():
        record = f"price-direction-{version}-months"
        windows = [r["Window"] for r in sheet(audit, "Performance") if r["Record"] == record]
        verdict(f"{version}: {len(months)} windows", None if windows == list(months) else str(windows))
        verdict(f"{version}: performance and calibration of each month",
                [x for m in months for x in compare_performance(audit, record, m, monthly[version, m])])
        of_version = {m: drift(training, log, score) for m, log in months.items()}
        drifts.update(of_version)
        verdict(f"{version}: PSI of {len(of_version['1997-05'])} columns in each month, and its band",
                [x for m, log in months.items() for x in compare_drift(audit, record, m, len(log["went_up"]), of_version[m])])
    verdict("the tables of the model card and of the postmortem hold these figures", documents(all_figures, monthly, drifts))

    page = open(f"{site}/models/price-direction/1.0.0.html", encoding="utf-8").read()
    text = re.sub(r"<[^>]*>", " ", page)
    verdict("the page of 1.0.0 shows the fall: 0.585 after training, 0.812 on it, 0.417 in August 1997",
            [f"{x} is not there" for x in ("0.585", "0.812", "0.417") if x not in text])


without_logs()
if os.path.isdir(LOGS):
    with tempfile.TemporaryDirectory() as folder:
        with_logs(folder)
else:
    skipped = N_DATA_CASES
    print(f"SKIPPED: {skipped} cases, no logs in {LOGS} (set MODELBOOK_TEST_DATA)")
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(bool(failed))
