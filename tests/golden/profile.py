#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""modelbook profile from outside: figures of counts equal those of the rows to the last digit, on logs of
our own and on real ones; splits add up to the bytes of the whole; hidden counts stay hidden; hostile names;
malformed profiles; records with a `profile:`; the page docs/profiles.md. Usage: profile.py PROGRAM"""
import io, json, csv, os, random, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
SHARED = os.environ.get("MODELBOOK_TEST_DATA") or os.path.join(ROOT, "..", "shared")
REAL = os.path.join(SHARED, "real", "tabular")
passed = failed = skipped = 0
# What needs rows, and what is said in its place.
NEEDS_ROWS = {"roc_auc", "roc_auc_note", "average_precision", "ks_statistic", "ks_p_value", "wasserstein", "wasserstein_normalised",
              "ece_chance", "adaptive_ece", "reliability", "resolution", "slope", "intercept", "hosmer_lemeshow"}


def verdict(what, problem=None):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    if problem:
        print(f"FAILED {what}: {problem}", flush=True)


def skip(n, why):
    global skipped
    skipped += n
    print(f"SKIPPED: {n} cases: {why}", flush=True)


def run(args, cwd, stdin=b""):
    env = {"PATH": os.environ["PATH"], "MODELBOOK_DEFAULTS": ROOT, "HOME": "no-cache", "LC_ALL": "C",
           "SOURCE_DATE_EPOCH": "1767225600"}
    return subprocess.run([PROGRAM, *args], cwd=cwd, env=env, input=stdin, capture_output=True, timeout=300)


def made(args, cwd, status=0):
    r = run(args, cwd)
    verdict(" ".join(args), None if r.returncode == status else f"exit {r.returncode}: {r.stderr.decode()[:300]}")
    return r.stdout


# -- figures of counts and of rows -----------------------------------------------------------------

def differences(counted, rows, path=""):
    """Paths that differ though no figure there needs rows."""
    name = path.rsplit(".", 1)[-1]
    if isinstance(counted, dict) and isinstance(rows, dict):
        found = []
        for key in list(counted) + [k for k in rows if k not in counted]:
            base = re.sub("_(low|high|note)$", "", key)
            if key == "reason" or (key not in counted and base in NEEDS_ROWS):
                continue
            if key not in counted or key not in rows:
                found.append((f"{path}.{key}", "only on one side"))
            else:
                found += differences(counted[key], rows[key], f"{path}.{key}")
        return found
    if isinstance(counted, list) and isinstance(rows, list) and len(counted) == len(rows):
        return [d for i, (a, b) in enumerate(zip(counted, rows)) for d in differences(a, b, f"{path}.{i}")]
    if name in NEEDS_ROWS:
        return [] if counted is None else [(path, f"{counted}, which needs rows")]
    if path.endswith("calibration.brier"):  # added up by distinct score there, row by row here
        return [] if abs(counted - rows) <= 4e-16 else [(path, f"{counted} and {rows}")]
    return [] if counted == rows else [(path, f"{counted} and {rows}")]


def same_figures(what, counted, rows):
    verdict(what, "; ".join(f"{p}: {d}" for p, d in differences(json.loads(counted), json.loads(rows))[:4]) or None)


def compare(what, cwd, reference, current, outcome, features, extra=()):
    """Everything of a log against its reference, of rows, of profiles, and of one of each."""
    columns = [a for f in features for a in ("--feature", f)]
    made(["profile", reference, *outcome, *columns, "--out", "r.yaml"], cwd)
    made(["profile", current, *outcome, *extra, "--edges-from", "r.yaml", "--out", "c.yaml"], cwd)
    rows = made(["measure", current, *outcome, *extra, *columns, "--reference", reference, "--format", "json"], cwd)
    counts = made(["measure", "c.yaml", "--reference", "r.yaml", "--format", "json"], cwd)
    same_figures(f"{what}: figures of counts and rows", counts, rows)
    drift = json.loads(made(["drift", "r.yaml", "c.yaml", "--format", "json"], cwd))
    mixed = json.loads(made(["drift", "r.yaml", current, *extra, "--format", "json"], cwd))
    for other, part in [(mixed, drift)] + list(zip(mixed.get("windows", []), drift.get("windows", []))):
        verdict(f"{what}: a profile and a log", None if other["drift"] == part["drift"] else "not what two profiles give")
    if outcome:
        own = [*outcome, *extra, "--segment", outcome[outcome.index("--group") + 1], "--format", "json"]
        alone = json.loads(made(["measure", current, *own], cwd))
        beside = json.loads(made(["measure", current, *own, "--reference", "r.yaml"], cwd))
        verdict(f"{what}: outcomes of rows beside a profile",
                None if beside["drift"] == mixed["drift"] and all(beside[k] == alone[k] for k in alone if k != "windows")
                else "not those of the rows, or not the drift of the counts")
    return counts


def table(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


HOSTILE = ["a", "no", "1.10", "null", "~", "<<", "- x", "a: b", "#c", "{{ y }}", "[z", "\\x41", "\033[31m", "ü*b", 'q"q', "'",
           "</script>", "=1+1", "\u2028", "two\nlines", " "]


def random_log(n, seed, drift=0.0):
    r = random.Random(seed)
    rows = [["day", "y", "p", "age", "plan\033", "sex", "ties"]]
    for i in range(n):
        p = round(min(max(r.gauss(.4 + drift / 10, .25), 0), 1), 3)
        rows.append([f"2025-{1 + i * 4 // n:02d}-{1 + i % 28:02d}", int(r.random() < p), p if i % 41 else "",
                     round(r.gauss(40 + 10 * drift, 9), 2) if i % 17 else "", r.choice(HOSTILE),
                     r.choice("fm") if i % 29 else "", r.choice([0, 0, 0, 0, 1, 2.5])])
    return rows


OUTCOME = ["--label", "y", "--score", "p", "--group", "sex", "--threshold", "0.3"]


def made_logs(cwd):
    for name, n, seed, drift in (("ref", 3000, 1, 0), ("cur", 2000, 2, 1), ("same", 1500, 3, 0)):
        with open(os.path.join(cwd, name + ".csv"), "w") as f:
            f.write(table(random_log(n, seed, drift)))
    for current in ("cur", "same"):
        compare(current, cwd, "ref.csv", current + ".csv", OUTCOME + ["--group", "sex*plan\033"], ["age", "plan\033", "ties"],
                ["--time", "day", "--window", "month"])


def real_logs(cwd):
    electricity = os.path.join(REAL, "electricity")
    if not os.path.isdir(electricity):
        skip(8, "MODELBOOK_TEST_DATA has no real/tabular/electricity")
        return
    log = os.path.join(electricity, "production_log.csv")
    for score in ("score_baseline", "score_boosted"):
        compare(f"electricity {score}", cwd, os.path.join(electricity, "training_log.csv"), log,
                ["--label", "went_up", "--score", score, "--group", "weekday"], ["nswdemand", "vicprice", "transfer", "weekday"],
                ["--time", "scored_at", "--window", "month"])
    california = os.path.join(REAL, "nannyml")
    if os.path.exists(os.path.join(california, "california_housing_reference.csv")):
        with open(os.path.join(california, "california_housing_reference.csv")) as f:
            header = f.readline().strip().split(",")
        features = [c for c in header if c in ("MedInc", "HouseAge", "AveRooms", "Population")]
        compare("california housing", cwd, os.path.join(california, "california_housing_reference.csv"),
                os.path.join(california, "california_housing_analysis.csv"), [], features)


# -- splits ----------------------------------------------------------------------------------------

def splits(cwd):
    options = ["--label", "y", "--score", "p", "--group", "sex", "--group", "sex*plan\033", "--time", "day", "--window", "week",
               "--edges-from", "e.yaml", "--id", "whole"]
    made(["profile", "ref.csv", "--score", "p", "--label", "y", "--out", "e.yaml"], cwd)
    whole = made(["profile", "cur.csv", *options], cwd)
    with open(os.path.join(cwd, "cur.csv"), newline="") as f:
        rows = list(csv.reader(f))
    r = random.Random(7)
    for n in (1, 2, 5):
        parts = [[rows[0]] for _ in range(n)]
        for row in rows[1:]:
            r.choice(parts).append(row)
        names = []
        for i, part in enumerate(parts):
            names.append(f"part{i}")
            with open(os.path.join(cwd, f"part{i}.csv"), "w", newline="") as f:
                f.write(table(part))
            made(["profile", f"part{i}.csv", *options, "--out", f"part{i}.yaml"], cwd)
        for _ in range(3):
            r.shuffle(names)
            merged = made(["profile", "--merge", *[p + ".yaml" for p in names], "--id", "whole"], cwd)
            verdict(f"{n} parts merged", None if merged == whole else "not the bytes of the whole")
        together = made(["profile", *[p + ".csv" for p in names], *options], cwd)
        verdict(f"{n} logs together", None if together == whole else "not the bytes of the whole")
    piped = run(["profile", "-", *options], cwd, stdin=open(os.path.join(cwd, "cur.csv"), "rb").read())
    verdict("standard input", None if piped.stdout == whole else piped.stderr.decode()[:200] or "not the bytes of the whole")
    for jobs in ("1", "3"):
        verdict(f"--jobs {jobs}", None if made(["profile", "cur.csv", *options, "--jobs", jobs], cwd) == whole else "other bytes")


# -- hiding ----------------------------------------------------------------------------------------

def hiding(cwd):
    for least in (5, 20, 100):
        text = made(["profile", "cur.csv", *OUTCOME, "--group", "sex*plan\033", "--time", "day", "--window", "month",
                     "--min-count", str(least)], cwd).decode()
        few = []
        for line in text.splitlines():
            key = line.strip().split(":")[0]
            if key in ("scores", "squared_errors", "losses", "edges", "tied_edges", "bins", "threshold", "min_count", "missing",
                       "outside", "skipped", "positive", "id", "start", "end", "- start"):
                continue
            value = re.sub(r'^\s*("([^"\\]|\\.)*"|[^:"]*):', "", line)
            few += [line for n in re.findall(r"(?<![\w.-])\d+(?![\w.])", value) if 0 < int(n) < least]
        verdict(f"--min-count {least} shows none below", few[0] if few else None)
        with open(os.path.join(cwd, f"hidden{least}.yaml"), "w") as f:
            f.write(text)
        figures = json.loads(made(["measure", f"hidden{least}.yaml", "--reference", "ref.csv", "--format", "json"], cwd))
        if "null" in re.search(r"outcomes:.*?counts: (.*?)\n", text, re.S).group(1):
            verdict(f"ECE of joined bins, --min-count {least}",
                    None if figures["calibration"]["ece"] is None and "hidden" in figures["calibration"]["reason"]
                    else figures["calibration"])
        again = made(["profile", "--merge", f"hidden{least}.yaml"], cwd).decode()
        verdict(f"--min-count {least} read back", None if again == text else "other bytes")


# -- counts beyond 32 bits -------------------------------------------------------------------------

COUNTED = {"rows", "skipped", "missing", "outside", "counts", "positives", "scores", "squared_errors", "losses", "table"}


def scaled(text, factor):
    """A profile as of each row so many times; exact for powers of two."""
    lines, values = [], None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip(" "))
        values = values if values is not None and indent > values else None
        key, _, rest = line.strip().partition(":")
        if key == "values":
            values = indent
        elif key in COUNTED or values is not None:
            line = " " * indent + key + ":" + re.sub(
                r"(?<![\w.-])-?\d[\d.]*(e[-+]?\d+)?",
                lambda m: str(int(m[0]) * factor) if m[0].isdigit() else repr(float(m[0]) * factor), rest)
        lines.append(line)
    return "\n".join(lines) + "\n"


def numbers(node, path=""):
    """Every leaf of figures under its path."""
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from numbers(value, f"{path}.{key}")
    else:
        yield path, node


def many_rows(cwd):
    columns = ["--feature", "age", "--feature", "ties"]
    for name, more in (("ref", ["--edges", "age=20,30,40,50"]), ("cur", ["--edges-from", "ref-small.yaml"])):
        args = OUTCOME + (columns if name == "ref" else []) + more
        made(["profile", f"{name}.csv", *args, "--out", f"{name}-small.yaml"], cwd)
    for power in (26, 38):
        for name in ("ref", "cur"):
            with open(os.path.join(cwd, f"{name}-small.yaml")) as f, open(os.path.join(cwd, f"{name}-large.yaml"), "w") as to:
                to.write(scaled(f.read(), 2 ** power))
        small, large = [dict(numbers(json.loads(made(["measure", f"cur-{size}.yaml", "--reference", f"ref-{size}.yaml", "--format",
                                                      "json"], cwd)))) for size in ("small", "large")]
        wrong = sorted(small.keys() ^ large.keys())
        for path in small.keys() & large.keys():
            a, b, base = small[path], large[path], re.sub("_(low|high)$", "", path)
            if base != path and None not in (a, b):
                near = large[base + "_high"] - large[base + "_low"] < (small[base + "_high"] - small[base + "_low"]) / 2 ** (power / 4)
            else:
                near = a == b or path.endswith(("p_value", "chance", "severity")) or (
                    isinstance(a, (int, float)) and isinstance(b, (int, float)) and b == a * 2 ** power)
            if not near:
                wrong.append(f"{path}: {a} and {b}")
        verdict(f"each row 2^{power} times", "; ".join(wrong[:4]) or None)


# -- what is wrong ---------------------------------------------------------------------------------

def slips(cwd):
    small = made(["profile", "same.csv", *OUTCOME, "--feature", "age"], cwd).decode()
    cases = [
        (["profile"], 2, "needs logs"),
        (["profile", "absent.csv"], 2, "absent.csv"),
        (["profile", "--merge", "absent.yaml"], 2, "cannot read"),
        (["profile", "same.csv", "--feature", "agee"], 2, "agee"),
        (["profile", "same.csv", "--min-count", "1"], 2, "--min-count takes"),
        (["profile", "same.csv", "--edges", "age=3,2"], 2, "--edges takes"),
        (["profile", "same.csv", "--id", "-x"], 2, "--id takes"),
        (["profile", "same.csv", "--group", "sex"], 2, "--group needs --label"),
        (["profile", "-"], 2, "read once"),
        (["profile", "--merge", "same.yaml", "threshold.yaml"], 2, "same.yaml and threshold.yaml are not cut alike: 'threshold' is 0.3 and 0.4"),
        (["profile", "--merge", "same.yaml", "edges.yaml"], 2, "columns.age.edges.0"),
        (["profile", "--merge", "same.yaml", "cut.yaml"], 1, "cut.yaml:"),
        (["drift", "r.yaml", "negative.yaml"], 1, "negative.yaml:"),
        (["drift", "r.yaml", "binary.yaml"], 1, "binary.yaml:"),
        (["drift", "same.yaml"], 2, "a profile is compared with another"),
        (["drift", "same.yaml", "same.csv", "--bins", "20"], 2, "--bins is said when a profile is made, and same.yaml is one"),
        (["drift", "same.yaml", "same.csv", "--drift-convention", "nannyml"], 2, "--drift-convention needs rows"),
        (["drift", "same.yaml", "same.yaml", "--feature", "age"], 2, "--feature is said when a profile is made"),
        (["measure", "-", *OUTCOME, "--reference", "same.yaml"], 2, "name it as a file"),
        (["profile", "label.csv", "--label", "y", "--score", "p"], 2, "which value of 'y' is positive, '1' or 'maybe'?"),
        (["profile", "same.csv", *OUTCOME, "--positive", "2"], 2, "'2' is no value of 'y'"),
    ]
    # what counts cannot say is refused where a profile is made and where it is read, and its help says so
    for option in ("task", "compare", "segment", "latency", "bootstrap", "binning"):
        cases += [(["profile", "same.csv", f"--{option}", "classification"], 2, f"--{option} needs rows"),
                  (["measure", "same.yaml", f"--{option}", {"bootstrap": "100", "task": "classification",
                                                           "binning": "quantile"}.get(option, "age")], 2,
                   f"--{option} needs rows, and same.yaml is a profile")]
    for option, value in (("threshold", "0.5"), ("where", "sex=f"), ("label", "y"), ("bins", "5"), ("group", "sex")):
        cases.append((["measure", "same.yaml", f"--{option}", value], 2, f"--{option} is said when a profile is made"))
    said = run(["profile", "--help"], cwd).stdout.decode()
    verdict("profile --help says what counts cannot", None if all(
        word in said for word in ("several classes", "regression", "latency", "segments", "ROC AUC")) else said)
    files = {"same.yaml": small, "threshold.yaml": small.replace("threshold: 0.3", "threshold: 0.4"),
             "edges.yaml": re.sub(r"edges: \[([\d.]+)", "edges: [-1", small), "cut.yaml": small[:len(small) // 2],
             "label.csv": "y,p\n" + "1,0.5\n0,0.2\nmaybe,0.3\n" * 9,
             "negative.yaml": small.replace("rows: ", "rows: -"), "binary.yaml": "kind: \0\xff"}
    for name, text in files.items():
        with open(os.path.join(cwd, name), "wb") as f:
            f.write(text.encode("latin-1") if name == "binary.yaml" else text.encode())
    for args, status, says in cases:
        r = run(args, cwd)
        ok = r.returncode == status and says in r.stderr.decode(errors="replace")
        verdict(" ".join(args), None if ok else f"exit {r.returncode}: {r.stderr.decode(errors='replace')[:300]}")
    other = json.loads(made(["drift", "edges.yaml", "same.yaml", "--format", "json"], cwd))
    verdict("other edges", None if other["drift"]["age"]["psi"] is None and "other edges" in other["drift"]["age"]["reason"]
            else other["drift"]["age"])


# -- records ---------------------------------------------------------------------------------------

def records(cwd):
    data = os.path.join(cwd, "ws", "data", "profiles")
    for folder in (data, os.path.join(cwd, "ws", "content")):
        os.makedirs(folder)
    for path, text in (("modelbook.yaml", "title: T\n"), ("content/index.md", "# T\n")):
        with open(os.path.join(cwd, "ws", path), "w") as f:
            f.write(text)
    made(["profile", "ref.csv", *OUTCOME, "--feature", "age", "--id", "training", "--out", "ws/data/profiles/training.yaml"], cwd)
    made(["profile", "cur.csv", *OUTCOME, "--edges-from", "ws/data/profiles/training.yaml", "--id", "now", "--out",
          "ws/data/profiles/now.yaml"], cwd)
    accuracy = json.loads(made(["measure", "ws/data/profiles/now.yaml", "--format", "json"], cwd))["performance"]["accuracy"]
    for given, agrees in ((round(accuracy, 3), True), (round(accuracy - .05, 3), False)):
        with open(os.path.join(data, "evaluation.yaml"), "w") as f:
            f.write("kind: evaluation\nid: ev\nabout: m@1\nrole: holdout\ndate: 2025-01-01\n"
                    "source: {log: data/gone.csv, label: y, score: p}\n"
                    "profile: {id: now, reference: training}\n"
                    f"performance: {{roc_auc: 0.7, accuracy: {given}}}\n")
        r = run(["check", "ws", "--format", "json"], cwd)
        found = [(f["rule"], f["line"], f["message"]) for f in json.loads(r.stdout)["findings"] if "evaluation.yaml" in f["path"]]
        verdict("log absent", None if ("data/log-absent", 6) in [f[:2] for f in found] else found)
        differ = [f for f in found if f[0] == "data/given-measured-differ"]
        verdict(f"given accuracy {given}", None if bool(differ) != agrees and "roc_auc" not in str(differ) else found)
    with open(os.path.join(data, "evaluation.yaml"), "a") as f:
        f.write("notes: x\n")
    with open(os.path.join(data, "now.yaml"), "a") as f:
        f.write("surprise: 1\n")
    found = {f["rule"] for f in json.loads(run(["check", "ws", "--format", "json"], cwd).stdout)["findings"] if "now.yaml" in f["path"]}
    verdict("an unknown key of a profile", None if "data/unknown-key" in found else found)


# -- the page --------------------------------------------------------------------------------------

def page(cwd):
    """Each command of docs/profiles.md prints what stands below it."""
    text = open(os.path.join(ROOT, "docs", "profiles.md")).read()
    os.symlink(os.path.join(ROOT, "data"), os.path.join(cwd, "data"))
    for command, want in re.findall(r"```console\n\$ modelbook ([^\n]*)\n(.*?)```", text, re.S):
        r = run(command.split(), cwd)
        got, ends = r.stdout.decode(), want.endswith("…\n")  # what follows is left out there
        same = got.startswith(want[:-2]) if ends else got == want
        verdict(f"docs/profiles.md: {command}", None if same else "prints\n" + got + r.stderr.decode())


with tempfile.TemporaryDirectory() as folder:
    made_logs(folder)
    real_logs(folder)
    splits(folder)
    hiding(folder)
    many_rows(folder)
    slips(folder)
    records(folder)
    page(folder)
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0)
