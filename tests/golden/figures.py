#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of every figure that modelbook measure and modelbook drift print, on drawn logs of every
kind: few rows and none, ties, one class, constant, missing, tiny and huge values. No figure depends on the
order of rows or columns, on threads, memory, quoting or other columns; a window and a segment say what
their rows alone say; groups are what the rows of each say; all stay in their bounds and intervals; the
distances that are symmetric are so, bit for bit (PSI to its last digits); profiles of parts add up to the bytes of the whole. Then
the odd logs of EDGES, each with the reason that must be given.
Usage: figures.py PROGRAM [SEEDS [FIRST]]"""
import csv, io, json, math, os, random, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
SEEDS = int(sys.argv[2]) if len(sys.argv) > 2 else 24
FIRST = int(sys.argv[3]) if len(sys.argv) > 3 else 0
passed = failed = 0
counts = {}


def verdict(what, problem=None):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    kind = what.split(":")[0]
    counts[kind] = counts.get(kind, 0) + 1
    if problem:
        print(f"FAILED {what}: {problem}", flush=True)


def run(args, cwd, stdin=None):
    env = {"PATH": os.environ["PATH"], "MODELBOOK_DEFAULTS": ROOT, "HOME": "no-cache", "LC_ALL": "C",
           "SOURCE_DATE_EPOCH": "1767225600"}
    return subprocess.run([PROGRAM, *args], cwd=cwd, env=env, stdin=stdin or subprocess.DEVNULL, capture_output=True,
                          timeout=300)


def strict(text):
    def refuse(name):
        raise ValueError(name)
    return json.loads(text, parse_constant=refuse)


# -- drawn logs ------------------------------------------------------------------------------------

HEADER = "day month y p q said kind value guess ms sex town age amount same".split()
SIZES = [400, 1, 2, 3, 7, 40, 900, 150]


def score(r, kind, positive):
    u = .7 * r.random() + (.3 * r.random() if positive else 0)
    if kind == 0:
        return round(u, 4)
    if kind == 1:
        return math.floor(u * 4) / 4
    if kind == 2:
        return .5
    if kind == 3:
        return "" if r.random() < .15 else repr(u)
    if kind == 4:
        return r.choice([0, 1])
    return repr(u * 1e-308)


def amount(r, kind):
    return [lambda: round(r.gauss(50, 20), 2), lambda: repr(r.gauss(0, 1e300)), lambda: repr(r.random() * 1e-308),
            lambda: r.choice([0, 0, 0, 1, 2.5]), lambda: "" if r.random() < .3 else r.randrange(9), lambda: -7][kind]()


def draw(seed):
    """Header and rows. The seed's remainders choose sizes and kinds, so that all of them meet."""
    r = random.Random(seed)
    base_rate = [.3, 0, .8, 1, .05][seed % 5]
    rows = []
    for i in range(SIZES[seed % len(SIZES)]):
        y = r.random() < base_rate
        day, month = r.randrange(1, 29), r.randrange(1, 5)
        kind = r.choice("abc" if seed % 3 else "abb")
        value = amount(r, seed % 6)
        rows.append([f"2025-{month:02d}-{day:02d}" if r.random() > .02 else "", f"2025-{month:02d}",
                     "" if seed % 4 == 3 and r.random() < .1 else int(y), score(r, seed % 6, y), score(r, seed // 6 % 6, y),
                     int(r.random() < .5) if r.random() > .05 else "", kind, value,
                     amount(r, seed % 6) if r.random() < .5 else value, round(r.expovariate(.02), 3) if r.random() > .1 else "",
                     r.choice("FM") if r.random() > .03 else "", r.choice(["Bern", "Chur, GR", "a.b", 'q"q', "two\nlines"]),
                     round(r.gauss(40, 9), 1), value, "c"])
    return HEADER, rows


def table(header, rows, **how):
    out = io.StringIO()
    csv.writer(out, **{"lineterminator": "\n", **how}).writerows([header] + rows)
    return out.getvalue()


def put(cwd, name, text):
    with open(os.path.join(cwd, name), "w", newline="") as f:
        f.write(text)


PARTS = ["--segment", "town", "--segment", "sex", "--latency", "ms", "--time", "day"]
DRIFT = ["--feature", "age", "--feature", "town", "--feature", "amount", "--feature", "same"]
REQUESTS = {
    "two classes": ["--label", "y", "--score", "p", "--compare", "q", "--group", "sex", "--group", "sex*town", "--bins", "7",
                    "--min-group-rows", "5", *PARTS, "--window", "month", "--reference", "past.csv", *DRIFT],
    "quantiles": ["--label", "y", "--score", "p", "--prediction", "said", "--positive", "1", "--binning", "quantile",
                  "--group", "town", *PARTS, "--window", "week", "--bootstrap", "100", "--seed", "3"],
    "classes": ["--label", "kind", "--prediction", "town", "--task", "classification", "--score", "p", *PARTS, "--window", "day"],
    "numbers": ["--label", "value", "--prediction", "guess", "--task", "regression", *PARTS, "--window", "month",
                "--reference", "past.csv", *DRIFT],
}


def variants(seed, header, rows, past):
    """Name, log, reference and options of what must print the same bytes."""
    r = random.Random(seed + 1)
    plain, reference = table(header, rows), table(header, past)
    mixed, mixed_past = r.sample(rows, len(rows)), r.sample(past, len(past))
    order = r.sample(range(len(header)), len(header))
    other = ["1e9", 'x"y', "", "long\nline", "ü"]
    wider = [[other[i % 5], *row[:4], other[i % 3], *row[4:], "0x1"] for i, row in enumerate(rows)]
    yield "once more", plain, reference, []
    yield "one thread", plain, reference, ["--jobs", "1"]
    yield "five threads", plain, reference, ["--jobs", "5"]
    yield "no memory", plain, reference, ["--memory", "1K"]
    yield "order of rows", table(header, mixed), table(header, mixed_past), []
    yield "order of columns", table([header[i] for i in order], [[row[i] for i in order] for row in rows]), reference, []
    yield "other columns", table(["#9", *header[:4], "P", *header[4:], "last"], wider), reference, ["--jobs", "3"]
    yield "quotes", table(header, rows, quoting=csv.QUOTE_ALL, lineterminator="\r\n"), table(header, past, quoting=csv.QUOTE_ALL), []
    yield "semicolons", table(header, rows, delimiter=";"), table(header, past, delimiter=";"), ["--delimiter", ";"]


# -- what is said of a part is what its rows say --------------------------------------------------

def apart(figures):
    return {k: v for k, v in figures.items() if k not in ("windows", "segments", "skipped", "start", "end")}


def difference(a, b, path=""):
    if type(a) is dict and type(b) is dict:
        for key in [*a, *[k for k in b if k not in a]]:
            if key not in a or key not in b:
                return f"{path}.{key} on one side only"
            found = difference(a[key], b[key], f"{path}.{key}")
            if found:
                return found
        return None
    if type(a) is list and type(b) is list and len(a) == len(b):
        return next(filter(None, (difference(x, y, f"{path}[{i}]") for i, (x, y) in enumerate(zip(a, b)))), None)
    return None if a == b else f"{path}: {a} and {b}"


def without(args, *options):
    return [a for i, a in enumerate(args) if a not in options and (i == 0 or args[i - 1] not in options)]


def parts(name, seed, cwd, args, figures, rows):
    alone = without(args, "--window", "--time", "--segment")
    for window in figures.get("windows", []) if "month" in args else []:
        label = window["start"][:7]
        p = run(["measure", "timed.csv", *alone, "--where", f"month={label}", "--format", "json"], cwd)
        verdict(f"a window is its rows: {name} {seed} {label}", difference(apart(window), apart(strict(p.stdout))))
    for column, values in figures.get("segments", {}).items():
        for value, segment in values.items():
            p = run(["measure", "log.csv", *alone, "--where", f"{column}={value}", "--format", "json"], cwd)
            verdict(f"a segment is its rows: {name} {seed} {value!r}", difference(apart(segment), apart(strict(p.stdout))))


RATES = {"tpr": "recall", "tnr": "specificity", "ppv": "precision", "base_rate": "base_rate", "n": "n"}


def groups(name, seed, cwd, args, figures):
    for value, rates in figures.get("fairness", {}).get("sex", {"groups": {}})["groups"].items():
        own = figures["segments"]["sex"][value]
        found = [f"{k}: {rates[k]} and {own['performance'][v]}" for k, v in RATES.items() if rates[k] != own["performance"][v]]
        found += [f"{a} + {b}" for a, b in (("tpr", "fnr"), ("fpr", "tnr"))
                  if rates[a] is not None and abs(rates[a] + rates[b] - 1) > 1e-15]
        if "--binning" not in args and not (rates["ece"] == own["calibration"]["ece"]
                                            or math.isclose(rates["ece"], own["calibration"]["ece"], rel_tol=1e-14)):
            found += [f"ece: {rates['ece']} and {own['calibration']['ece']}"]
        verdict(f"a group is its rows: {name} {seed} {value}", "; ".join(found))


# -- bounds ---------------------------------------------------------------------------------------

SHARES = set("base_rate roc_auc average_precision brier accuracy balanced_accuracy precision recall specificity f1 ece ece_chance "
             "adaptive_ece mce reliability resolution uncertainty event_rate mean_score selection_rate tpr fpr fnr tnr ppv "
             "demographic_parity_difference disparate_impact_ratio equal_opportunity_difference equalized_odds_difference "
             "ks_statistic ks_p_value chi2_p_value hellinger total_variation l_infinity missing_reference missing_current "
             "hosmer_lemeshow p_value macro_precision macro_recall macro_f1 weighted_precision weighted_recall weighted_f1".split())
POSITIVE = set("log_loss mae rmse mape median_absolute_error max_error psi psi_chance psi_ties kl_divergence js_distance wasserstein "
               "wasserstein_normalised chi2_statistic p50 p90 p95 p99 rows n count".split())
ORDERED = [("ece", "mce"), ("adaptive_ece", "one"), ("mae", "rmse"), ("median_absolute_error", "max_error"), ("mae", "max_error"),
           ("rmse", "max_error"), ("p50", "p90"), ("p90", "p95"), ("p95", "p99"), ("p99", "max"), ("mean", "max"),
           ("l_infinity", "total_variation"), ("r2", "one"), ("explained_variance", "one"), ("mcc", "one"), ("js_distance", "root_ln2"),
           ("resolution", "uncertainty"), ("equal_opportunity_difference", "equalized_odds_difference"),
           ("demographic_parity_difference", "one")]


def out_of_bounds(node, path=""):
    if isinstance(node, list):
        return [p for i, item in enumerate(node) for p in out_of_bounds(item, f"{path}[{i}]")]
    if not isinstance(node, dict):
        return []
    bad, slack = [], 1 + 4e-16
    for key, value in node.items():
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            bad += out_of_bounds(value, f"{path}.{key}")
            continue
        if key in SHARES and not 0 <= value <= 1 or key in POSITIVE and value < 0:
            bad.append(f"{path}.{key} = {value}")
        low, high = node.get(key + "_low"), node.get(key + "_high")
        if low is not None and not low <= value <= high:
            bad.append(f"{path}.{key} = {value} outside {low} to {high}")
        if key in SHARES and low is not None and not (0 <= low and high <= 1):
            bad.append(f"{path}.{key} has an interval outside 0 to 1")
    known = {**node, "one": 1, "root_ln2": math.sqrt(math.log(2))}
    for a, b in ORDERED:
        if all(isinstance(known.get(k), (int, float)) for k in (a, b)) and known[a] > known[b] * slack + 1e-15:
            bad.append(f"{path}.{a} = {known[a]} is more than {b} = {known[b]}")
    if all(isinstance(node.get(k), float) for k in ("reliability", "resolution", "uncertainty")):
        if abs(node["brier"] - (node["reliability"] - node["resolution"] + node["uncertainty"])) > 1e-14:
            bad.append(f"{path}: the parts of Brier do not add up")
    if node.get("difference") is not None and node.get("low") is not None and not node["low"] <= node["difference"] <= node["high"]:
        bad.append(f"{path}: the difference is outside its interval")
    return bad


def silent_nulls(node, path=""):
    """Nulls that no reason explains; where reasons differ each is named."""
    if isinstance(node, list):
        return [p for i, item in enumerate(node) for p in silent_nulls(item, f"{path}[{i}]")]
    if not isinstance(node, dict):
        return []
    bad = [p for k, v in node.items() for p in silent_nulls(v, f"{path}.{k}")]
    empty = [k for k, v in node.items() if v is None]
    reason = node.get("reason", "")
    bad += [f"{path}.{k}" for k in empty if not reason or "not known" in reason]
    return bad + [f"{path}.{k}: '{reason}'" for k in empty if ": " in reason and k not in re.findall(r"\w+", reason)]


# -- symmetry, profiles -----------------------------------------------------------------------------

EITHER_WAY = {"numeric": ["ks_statistic", "ks_p_value", "wasserstein"],
              "categorical": ["psi", "js_distance", "hellinger", "total_variation", "l_infinity", "chi2_statistic", "chi2_p_value"]}


def symmetry(seed, cwd):
    columns = [a for c in ("age", "amount", "town", "kind", "same", "p") for a in ("--feature", c)]
    there = strict(run(["drift", "past.csv", "log.csv", *columns, "--format", "json"], cwd).stdout)["drift"]
    back = strict(run(["drift", "log.csv", "past.csv", *columns, "--format", "json"], cwd).stdout)["drift"]
    for column, drift in there.items():
        keys = EITHER_WAY[drift["type"]] if drift["type"] == back[column]["type"] else []
        found = [f"{k}: {drift[k]} and {back[column][k]}" for k in keys if drift[k] != back[column][k]
                 and not (k == "psi" and math.isclose(drift[k], back[column][k], rel_tol=1e-14))]
        verdict(f"symmetric: {seed} {column}", "; ".join(found))


COUNTED = ["--label", "y", "--score", "p", "--group", "sex", "--group", "sex*town", "--time", "day", "--window", "week", "--id", "whole"]


def sums(seed, cwd, header, rows):
    """Profiles of any parts, in any order, are the profile of the whole, and say what its rows say."""
    r = random.Random(seed + 2)
    edges = run(["profile", "past.csv", *COUNTED, "--feature", "amount", "--feature", "age", "--feature", "town", "--out", "e.yaml"], cwd)
    verdict(f"edges: {seed}", edges.stderr.decode()[:300])
    whole = run(["profile", "log.csv", *COUNTED, "--edges-from", "e.yaml"], cwd)
    n = 1 + seed % 4
    for i in range(n):
        put(cwd, f"part{i}.csv", table(header, rows[i::n]))
        run(["profile", f"part{i}.csv", *COUNTED, "--edges-from", "e.yaml", "--out", f"part{i}.yaml"], cwd)
    merged = run(["profile", "--merge", *r.sample([f"part{i}.yaml" for i in range(n)], n), "--id", "whole"], cwd)
    verdict(f"profiles add up: {seed}, {n} parts", None if merged.returncode == 0 and merged.stdout == whole.stdout
            else f"{merged.stderr.decode()[:200]} not the bytes of the whole: {whole.stderr.decode()[:200]}")
    if merged.returncode == 0:
        put(cwd, "whole.yaml", merged.stdout.decode())
        p = run(["measure", "whole.yaml", "--reference", "e.yaml", "--format", "json"], cwd)
        figures = strict(p.stdout)
        bad = out_of_bounds(figures) + silent_nulls(figures)
        verdict(f"bounds of counts: {seed}", "; ".join(bad[:4]))


# -- odd logs -----------------------------------------------------------------------------------------

TWO = ["--label", "y", "--score", "p"]
CONSTANT = "y,p\n" + "1,0.5\n0,0.5\n" * 20
# the log, options, path of a null and what its reason must say (or the value that it must have)
EDGES = [
    ("y,p\n", TWO, "performance.roc_auc", "no rows"),
    ("y,p\n", TWO, "calibration.ece", "no rows"),
    ("y,p\n", [*TWO, "--group", "p"], "fairness.p.demographic_parity_difference", "fewer than two groups"),
    ("y,p\n1,0.5\n", TWO, "performance.roc_auc", "one class only"),
    ("y,p\n1,0.5\n", TWO, "performance.accuracy", 1),
    ("y,p\n1,0.5\n", TWO, "calibration.slope", "one class only"),
    ("y,p\n1,0.5\n1,0.7\n", [*TWO, "--compare", "p"], "comparison.roc_auc.difference", "one class only"),
    ("y,p\n,0.5\n,0.7\n", [*TWO, "--positive", "1"], "performance.log_loss", "no rows"),
    ("y,p\n1,\n0,\n", TWO, "performance.roc_auc", "no rows"),
    ("y,p,q\n1,0.5,0.1\n0,0.4,0.2\n", [*TWO, "--compare", "q"], "comparison.roc_auc.low", "too few rows"),
    ("y,p,q\n1,0.5,0.1\n", [*TWO, "--compare", "q"], "comparison.brier.low", "too few rows"),
    ("y,p,q\n1,0.9,0.1\n1,0.8,0.2\n0,0.1,0.9\n0,0.2,0.8\n", [*TWO, "--compare", "q"], "comparison.roc_auc.p_value", "rows too alike"),
    ("y,p,q\n1,0.5,1.1\n0,0.5,0.1\n", [*TWO, "--compare", "q"], "comparison.brier.difference", "scores outside 0 to 1"),
    (CONSTANT, TWO, "performance.roc_auc", .5),
    (CONSTANT, TWO, "calibration.slope", "one score only"),
    (CONSTANT, TWO, "performance.mcc", 0),
    ("y,p\n1,1.5\n0,-0.5\n1,3\n", TWO, "calibration.ece", "scores outside 0 to 1"),
    ("y,p\n1,1.5\n0,-0.5\n1,3\n", TWO, "performance.brier", "scores outside 0 to 1"),
    ("y,p\n1,1.5\n0,-0.5\n1,3\n", TWO, "performance.log_loss", "scores outside 0 to 1"),
    ("y,p\n1,1.5\n0,-0.5\n1,3\n", TWO, "performance.roc_auc", 1),
    ("y,p\n1,1e-308\n0,2e-308\n1,3e-308\n0,0\n", TWO, "performance.roc_auc", .75),
    ("y,p\n1,5e-324\n0,0\n", TWO, "performance.roc_auc", 1),
    ("y,p\n1,1\n0,0\n", TWO, "performance.brier", 0),
    ("y,p,g\n1,0.9,a\n0,0.1,b\n1,0.8,b\n", [*TWO, "--group", "g"], "fairness.g.groups.a.tnr", "no negative label"),
    ("y,p,g\n1,0.9,a\n0,0.1,b\n1,0.8,b\n", [*TWO, "--group", "g"], "fairness.g.disparate_impact_ratio", "fewer than two groups"),
    ("v,w\n3,1\n", ["--label", "v", "--prediction", "w", "--task", "regression"], "regression.r2", "the true values do not vary"),
    ("v,w\n0,1\n0,2\n", ["--label", "v", "--prediction", "w", "--task", "regression"], "regression.mape", "mape: a true value is 0"),
    ("v,w\n1e308,-1e308\n", ["--label", "v", "--prediction", "w", "--task", "regression"], "regression.mae", "too large"),
    ("v,w\n", ["--label", "v", "--prediction", "w", "--task", "regression"], "regression.mae", "no rows"),
    ("ms\n", ["--latency", "ms"], "latency.p99", "no rows"),
    ("ms\n7\n", ["--latency", "ms"], "latency.p50", 7),
    ("k,s\na,a\nb,a\nc,a\n", ["--label", "k", "--prediction", "s"], "classes.b.precision", "never predicted"),
    ("k,s\n", ["--label", "k", "--prediction", "s", "--task", "classification"], "performance.accuracy", "no rows"),
    ("x,z\n1,1\n2,1\n,1\n", ["--reference-rows", "1..2", "--feature", "x"], "drift.x.psi", "no values in the window"),
    ("x,z\n,1\n1,1\n2,1\n", ["--reference-rows", "1..1", "--feature", "x:numeric"], "drift.x.psi", "no values in the reference"),
    ("x,z\n5,1\n5,2\n6,3\n7,4\n", ["--reference-rows", "1..2", "--feature", "x"], "drift.x.wasserstein_normalised",
     "wasserstein_normalised: the reference does not vary"),
    ("x\n-1e308\n1e308\n-1e308\n1e308\n", ["--reference-rows", "1..2", "--feature", "x"], "drift.x.ks_statistic", 0),
]
# the log, options, exit status and what is said: a log that is not what it is taken for
REFUSED = [
    ("y,p\n1,nan\n0,0.1\n", TWO, 1, ":2:3"),
    ("y,p\n1,inf\n0,0.1\n", TWO, 1, ":2:3"),
    ("y,p\n1,-Infinity\n0,0.1\n", TWO, 1, ":2:3"),
    ("y,p\n1,1e999\n0,0.1\n", TWO, 1, ":2:3"),
    ("y,p\n2,0.3\n3,0.1\n", TWO, 2, "which is positive?"),
    ("y,p\n0,0.3\n1,0.1\n2,0.1\n", TWO, 2, "which is positive?"),
    ("y,p\nyes,0.3\nno,0.1\nmaybe,0.2\n", TWO, 2, "which is positive?"),
    ("y,p\n1,0.3\n0,0.1\n", [*TWO, "--positive", "yes"], 2, "'yes'"),
    ("y,p\n1,0.3\n0,0.1\n", [*TWO, "--reference-rows", "3..9"], 0, ""),
]


def at(figures, path):
    keys, parent = path.split("."), None
    for key in keys:
        parent, figures = figures, figures.get(key, {})
    return figures, parent.get("reason", "")


def edges(cwd):
    for text, args, path, want in EDGES:
        put(cwd, "edge.csv", text)
        p = run(["measure", "edge.csv", *args, "--format", "json"], cwd)
        what = f"edge: {text[:40]!r} {' '.join(args)} {path}"
        if p.returncode:
            verdict(what, f"exit {p.returncode}: {p.stderr.decode()[:300]}")
            continue
        figures = strict(p.stdout)
        value, reason = at(figures, path)
        right = value is None and want in reason if isinstance(want, str) else value == want
        verdict(what, None if right else f"{value}, '{reason}'; expected {want!r}")
        verdict(f"bounds: {what}", "; ".join((out_of_bounds(figures) + silent_nulls(figures))[:4]))
        verdict(f"text: {what}", None if run(["measure", "edge.csv", *args], cwd).returncode == 0 else "the text fails")
    for text, args, status, says in REFUSED:
        put(cwd, "edge.csv", text)
        p = run(["measure", "edge.csv", *args], cwd)
        said = p.stderr.decode()
        verdict(f"refused: {text[:40]!r} {' '.join(args)}", None if p.returncode == status and says in said
                else f"exit {p.returncode}: {said[:300]}")


# -- all ----------------------------------------------------------------------------------------------

def one_seed(seed, cwd):
    header, rows = draw(seed)
    past = draw(seed + 8 * 5 * 6)[1] if seed % 9 else draw(seed + 8)[1]
    for name, args in REQUESTS.items():
        if seed % 2 and name == "quantiles" and len(rows) > 500:
            continue
        first = None
        for what, log, reference, more in variants(seed, header, rows, past):
            put(cwd, "log.csv", log)
            put(cwd, "past.csv", reference)
            options = args if "--reference" in args else [a for a in more if "delimiter" not in a] and args
            p = run(["measure", "log.csv", *(options or args), *more, "--format", "json"], cwd)
            first = first or p
            verdict(f"invariant: {name} {seed}, {what}", None if (p.returncode, p.stdout) == (first.returncode, first.stdout)
                    else difference(strict(first.stdout or b"0"), strict(p.stdout or b"0")) or p.stderr.decode()[:300])
        put(cwd, "log.csv", table(header, rows))
        put(cwd, "past.csv", table(header, past))
        put(cwd, "timed.csv", table(header, [row for row in rows if row[0]]))
        with open(os.path.join(cwd, "log.csv"), "rb") as stream:
            p = run(["measure", "-", *args, "--format", "json"], cwd, stdin=stream)
        verdict(f"invariant: {name} {seed}, standard input", None if p.stdout == first.stdout else p.stderr.decode()[:300] or "differs")
        if first.returncode:
            verdict(f"refused: {name} {seed}", None if first.stderr else "without a word")
            continue
        figures = strict(first.stdout)
        verdict(f"bounds: {name} {seed}", "; ".join(out_of_bounds(figures)[:4]))
        verdict(f"reasons: {name} {seed}", "; ".join(silent_nulls(figures)[:4]))
        if len(rows) <= 400 or seed % 3 == 0:
            parts(name, seed, cwd, args, figures, rows)
        groups(name, seed, cwd, args, figures)
    symmetry(seed, cwd)
    sums(seed, cwd, header, rows)


work = tempfile.mkdtemp(prefix="modelbook-figures-")
try:
    edges(work)
    for seed in range(FIRST, FIRST + SEEDS):
        one_seed(seed, work)
finally:
    shutil.rmtree(work, ignore_errors=True)
print(", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())))
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
