#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""modelbook measure and modelbook drift, from outside: options, what is said of logs that cannot be
read, exit statuses, the objects of JSON and YAML, the page docs/measure.md, and every figure once
more by definitions of our own and by scikit-learn and SciPy where /usr/bin/python3 has them.
Usage: measure.py PROGRAM"""
import csv, io, json, math, os, random, re, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
SHARED = os.environ.get("MODELBOOK_TEST_DATA") or os.path.join(ROOT, "..", "shared")
ELECTRICITY = os.path.join(SHARED, "real", "tabular", "electricity")
PYTHON = "/usr/bin/python3"
passed = failed = skipped = 0


def verdict(what, problem=None):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    if problem:
        print(f"FAILED {what}: {problem}", flush=True)


def skip(n, why):
    global skipped
    skipped += n
    print(f"SKIPPED: {n} cases: {why}", flush=True)


def run(args, cwd, stdin=b"", **env):
    full = dict({"PATH": os.environ["PATH"], "MODELBOOK_DEFAULTS": ROOT, "HOME": "no-cache", "LC_ALL": "C",
                 "SOURCE_DATE_EPOCH": "1767225600"}, **env)
    return subprocess.run([PROGRAM, *args], cwd=cwd, env=full, input=stdin, capture_output=True, timeout=300)


# -- logs ------------------------------------------------------------------------------------------

def table(rows, delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def random_log(n, seed, drift=0.0):
    r = random.Random(seed)
    rows = [["day", "y", "score", "second", "plan", "sex", "age", "ms"]]
    for i in range(n):
        age = round(r.gauss(40 + 10 * drift, 9), 2)
        p = 1 / (1 + math.exp(-(age - 40) / 9))
        y = int(r.random() < p)
        rows.append([f"2025-{1 + i * 4 // n:02d}-{1 + i % 28:02d}", y, round(min(max(p + r.gauss(0, .1), .001), .999), 4),
                     round(min(max(p + r.gauss(0, .25), .001), .999), 4), r.choice("abc" + "d" * int(3 * drift)),
                     r.choice("fm"), age, round(r.expovariate(.02), 3)])
    return rows


def files():
    log = random_log(2000, 1)
    now = random_log(1500, 2, drift=1)
    return {
        "log.csv": table(log), "now.csv": table(now), "semicolon.csv": table(log, ";"), "tab.csv": table(log, "\t"),
        "no_header.csv": table(log[1:]),
        "few.csv": table(log[:6]), "one_class.csv": table(log[:1] + [r for r in log[1:] if r[1] == 1][:50]),
        "header.csv": "y,score\n", "empty.csv": "", "twice.csv": "y,score,score\n1,0.5,0.4\n0,0.1,0.2\n",
        "bad_number.csv": "y,score\n1,0.9\n0,0.4x\n1,0.7\n0,0.2\n", "short_row.csv": "y,score\n1,0.9\n0\n1,0.7\n",
        "binary.csv": b"y,score\n1,\x00\xff\xfe\n0,0.3\n", "garbage.csv": bytes(range(256)) * 64,
        "unclosed.csv": 'y,score\n1,0.9\n"0,0.1\n',
        "hostile.csv": "y,score,\033[31mred\n" + "".join(f"{i % 2},0.{i % 10},\033]0;owned\a{i % 3}\n" for i in range(200)),
        "classes.csv": "true,said\n" + "".join(f"{'abc'[i % 3]},{'abc'[(i // 7) % 3 if i % 4 == 0 else i % 3]}\n" for i in range(300)),
        "prices.csv": "price,estimate\n" + "".join(f"{100 + i},{100 + i + (i * 37 % 11) - 5}\n" for i in range(200)),
        "yes_no.csv": "label,score\n" + "".join(f"{'yes' if i % 3 else 'no'},{0.1 + i % 9 / 10}\n" for i in range(90)),
        "names.csv": "id,row,when,age\n" + "".join(f"a-{i * 7919 % 1000},{10 + 3 * i},2025-01-{1 + i % 28:02d}T10:00:00,{i % 30}\n" for i in range(500)),
        "full.csv": "age,sex\n" + "".join(f"{i % 31},{'fm'[i % 2]}\n" for i in range(900)),
        "holes.csv": "age,sex\n" + "".join(f"{i % 31 if i % 2 else ''},{'fm'[i // 2 % 2]}\n" for i in range(900)),
        "many_bad.csv": "y,score\n" + "".join(f"{i % 2},{'x' if i % 2 else i / 100}\n" for i in range(100)),
        "comma.csv": "y;score\n1;0,25\n0;-3,5\n", "percent.csv": "y,score\n1,42%\n0,10 %\n",
        "one_month.csv": "day,age\n" + "".join(f"2025-01-{1 + i % 28:02d},{i % 30}\n" for i in range(500)),
        "missing.csv": "y,score\n1,0.9\n,0.4\n1,\n0,0.2\n1,0.8\n0,0.3\n",
    }


BASE = ["--label", "y", "--score", "score"]
# arguments, standard input, exit status, in standard output, in standard error
CASES = [
    (["measure", "--help"], "", 0, "--compare COL", ""),
    (["drift", "--help"], "", 0, "--fail-on LEVEL", ""),
    (["measure"], "", 2, "", "needs a log"),
    (["measure", "log.csv"], "", 2, "", "or --latency COL; its columns: day, y, score, second, plan, sex, age, ms; see"),
    (["measure", "gone.csv"], "", 2, "", "or --latency COL; see"),
    (["measure", "hostile.csv"], "", 2, "", "its columns: y, score, \\x1B[31mred"),
    *[(["drift", "log.csv", "now.csv", "--fail-on", "critical", "--format", f], "", 1, "plan", "") for f in ("text", "json", "yaml")],
    *[(["drift", "log.csv", "log.csv", "--fail-on", "warning", "--format", f], "", 0, "plan", "") for f in ("text", "json", "yaml")],
    (["measure", "log.csv", "--label", "y"], "", 2, "", "--label needs --score COL or --prediction COL"),
    (["measure", "log.csv", "--score", "score"], "", 2, "", "need --label COL"),
    (["measure", "log.csv", "--label", "y", "--score", "score", "--score", "second"], "", 2, "", "--compare names a second score"),
    (["measure", "log.csv", *BASE, "--threshold", "high"], "", 2, "", "--threshold takes a number, found 'high'"),
    (["measure", "log.csv", *BASE, "--bins", "1"], "", 2, "", "--bins takes a number from 2 to 100"),
    (["measure", "log.csv", *BASE, "--binning", "equal"], "", 2, "", "--binning takes uniform or quantile"),
    (["measure", "log.csv", *BASE, "--format", "xml"], "", 2, "", "--format takes text, json or yaml"),
    (["drift", "full.csv", "holes.csv"], "", 0, "\n\n✗ Missing values of age: 0 % of the reference, 50 % now; PSI 4.6 (critical from\n  0.25).\n", ""),
    (["drift", "full.csv", "holes.csv"], "", 0, "0 % → 50 %  critical", ""),
    (["drift", "full.csv", "holes.csv", "--fail-on", "critical"], "", 1, "✗ Missing values of age", ""),
    (["drift", "full.csv", "holes.csv", "--format", "json"], "", 0, '"missing_severity": "critical"', ""),
    (["drift", "full.csv", "full.csv", "--format", "json"], "", 0, '"missing_current": 0,\n      "severity"', ""),
    (["measure", "log.csv", *BASE, "--fail-on", ""], "", 2, "", "--fail-on takes warning or critical"),
    (["measure", "log.csv", *BASE, "--where", "plan"], "", 2, "", "--where takes COL=VALUE"),
    (["measure", "log.csv", *BASE, "--window", "month"], "", 2, "", "--window needs --time COL"),
    (["measure", "log.csv", *BASE, "--window", "year", "--time", "day"], "", 2, "", "--window takes day, week or month"),
    (["measure", "log.csv", *BASE, "--feature", "age:numerc", "--reference", "now.csv"], "", 2, "", "did you mean 'numeric'?"),
    (["measure", "log.csv", *BASE, "--feature", "age"], "", 2, "", "--feature needs --reference"),
    (["measure", "log.csv", *BASE, "--delimiter", ",,"], "", 2, "", "--delimiter takes one character"),
    (["measure", "log.csv", *BASE, "--memory", "lots"], "", 2, "", "--memory takes a size"),
    (["measure", "log.csv", *BASE, "--reference-rows", "9..3"], "", 2, "", "--reference-rows takes rows such as"),
    (["measure", "log.csv", *BASE, "--bootstrap", "3"], "", 2, "", "--bootstrap takes a number from 100"),
    (["measure", "log.csv", *BASE, "--seed", "7"], "", 2, "", "--seed needs --bootstrap"),
    (["measure", "log.csv", "--lable", "y"], "", 2, "", "did you mean '--label'?"),
    (["measure", "log.csv", "now.csv", *BASE], "", 2, "", "unexpected 'now.csv'"),
    (["drift"], "", 2, "", "drift needs REFERENCE.csv and CURRENT.csv"),
    (["drift", "log.csv"], "", 2, "", "needs --time COL and --window LENGTH"),
    (["drift", "-", "-"], "", 2, "", "standard input can be read once only"),
    (["drift", "log.csv", "now.csv", "--reference", "2025-01"], "", 2, "", "names windows of one log"),
    (["drift", "log.csv", "--time", "day", "--window", "month", "--reference", ".."], "", 2, "", "--reference takes windows"),
    # files that cannot be read, and logs that are not what they claim to be
    (["measure", "gone.csv", *BASE], "", 2, "", "gone.csv"),
    (["measure", ".", *BASE], "", 2, "", "."),
    (["measure", "empty.csv", *BASE], "", 1, "", "empty.csv"),
    (["measure", "log.csv", "--label", "y", "--score", "scroe"], "", 2, "", "'score'"),
    (["measure", "twice.csv", *BASE], "", 2, "", "score"),
    (["measure", "twice.csv", "--label", "y", "--score", "#3"], "", 0, "roc_auc", ""),
    (["measure", "bad_number.csv", *BASE], "", 1, "", "bad_number.csv:3:"),
    (["measure", "bad_number.csv", *BASE, "--max-bad", "1"], "", 0, "1 malformed", ""),
    (["measure", "short_row.csv", *BASE], "", 1, "", "short_row.csv:3:"),
    (["measure", "short_row.csv", *BASE], "", 1, "", "help: a missing value is an empty cell between two delimiters"),
    (["measure", "comma.csv", *BASE], "", 1, "", "help: decimals stand behind a point: write 0.25\n"),
    (["measure", "comma.csv", *BASE], "", 1, "", "help: decimals stand behind a point: write -3.5; --max-bad 2, or max_bad in a record, skips them\n"),
    (["measure", "many_bad.csv", *BASE], "", 1, "", "empty cell; 30 more rows are malformed; --max-bad 50, or max_bad in a record, skips them\n"),
    (["measure", "many_bad.csv", *BASE, "--max-bad", "49"], "", 1, "", "malformed; max_bad allows 49 malformed rows; --max-bad 50,"),
    (["measure", "many_bad.csv", *BASE, "--max-bad", "50"], "", 0, "50 malformed", ""),
    (["measure", "percent.csv", *BASE], "", 1, "", "0.5 for 50 %"),
    (["measure", "no_header.csv", *BASE], "", 2, "", "its first line looks like a row of values (2025-01-01, "),
    (["measure", "log.csv", *BASE, "--latency", "mss"], "", 2, "", "did you mean 'ms'?"),
    (["drift", "log.csv", "now.csv", "--feature", "age:number"], "", 2, "", "did you mean 'numeric'?"),
    (["drift", "log.csv", "now.csv", "--feature", "plan_of_account"], "", 2, "", "did you mean 'plan'?"),
    (["measure", "binary.csv", *BASE], "", 1, "", "binary.csv:2:"),
    (["measure", "garbage.csv", *BASE], "", (1, 2), "", ""),
    (["measure", "unclosed.csv", *BASE], "", 1, "", "unclosed.csv:3:"),
    (["measure", "header.csv", *BASE], "", 0, "not known", ""),
    (["measure", "one_class.csv", *BASE], "", 0, "? Ranking: ROC AUC is not known: one class", ""),
    (["measure", "missing.csv", *BASE], "", 0, "4 rows with label and score, 2 positive; 2 lack one of them", ""),
    # what there is
    (["measure", "log.csv", *BASE], "", 0, "log.csv: 2,000 rows", ""),
    (["measure", "semicolon.csv", *BASE], "", 0, "fields parted by semicolons", ""),
    (["measure", "tab.csv", *BASE], "", 0, "2,000 rows", ""),
    (["measure", "tab.csv", *BASE, "--delimiter", "tab"], "", 0, "2,000 rows", ""),
    (["measure", "no_header.csv", "--no-header", "--label", "#2", "--score", "#3"], "", 0, "2,000 rows", ""),
    (["measure", "-", *BASE], "log.csv", 0, "standard input: 2,000 rows", ""),
    (["measure", "log.csv", *BASE, "--where", "plan=a", "--where", "sex=f"], "", 0, "roc_auc", ""),
    (["measure", "log.csv", *BASE, "--compare", "second"], "", 0, "roc_auc of second is lower by", ""),
    (["measure", "log.csv", *BASE, "--compare", "second"], "", 0, "✓ second ranks worse than score: its roc_auc is lower by", ""),
    (["measure", "log.csv", "--label", "y", "--score", "second", "--compare", "score"], "", 0, "! score ranks better than second: its", ""),
    (["measure", "log.csv", *BASE, "--compare", "#3"], "", 0, "· #3 and score cannot be told apart by ranking: roc_auc", ""),
    (["measure", "log.csv", *BASE, "--where", "plan=A", "--where", "sex=f"], "", 0, "0 rows\n\n? No row has plan = 'A' and sex = 'f':", ""),
    (["measure", "log.csv", "--label", "y", "--score", "age"], "", 0, "Where they are percentages,\n  divide", ""),
    (["explain", "adaptive"], "", 0, "--adaptive of measure is another name for\n  --binning quantile", ""),
    (["measure", "log.csv", *BASE, "--group", "sex", "--group", "sex*plan"], "", 0, "Fairness by sex*plan", ""),
    (["measure", "log.csv", *BASE, "--segment", "plan"], "", 0, "Segments of plan", ""),
    (["measure", "log.csv", "--latency", "ms"], "", 0, "p95", ""),
    (["measure", "log.csv", *BASE, "--time", "day", "--window", "month"], "", 0, "  2025-04", ""),
    (["measure", "log.csv", *BASE, "--bins", "5", "--adaptive"], "", 0, "quantile bins", ""),
    (["measure", "now.csv", *BASE, "--reference", "log.csv", "--feature", "age", "--feature", "plan"], "", 0, "✗ Drift:", ""),
    (["measure", "now.csv", *BASE, "--reference", "log.csv", "--feature", "age", "--fail-on", "critical"], "", 1, "✗ Drift:", ""),
    (["measure", "classes.csv", "--label", "true", "--prediction", "said"], "", 0, "Confusion", ""),
    (["measure", "prices.csv", "--label", "price", "--prediction", "estimate", "--task", "regression"], "", 0, "mae", ""),
    (["measure", "prices.csv", "--label", "price", "--score", "estimate"], "", 2, "", "several classes and numbers need --prediction COL"),
    (["measure", "yes_no.csv", "--label", "label", "--score", "score"], "", 0, "yes", ""),
    (["drift", "log.csv", "now.csv"], "", 0, "plan holds a value that the reference never had: 'd'", ""),
    (["drift", "log.csv", "now.csv", "--fail-on", "warning"], "", 1, "✗ Drift:", ""),
    (["drift", "log.csv", "log.csv", "--feature", "age", "--feature", "plan", "--fail-on", "warning"], "", 0, "✓ No drift:", ""),
    (["drift", "log.csv", "now.csv", "--feature", "sex", "--fail-on", "critical"], "", 0, "✓ No drift:", ""),
    (["drift", "log.csv", "-"], "now.csv", 0, "standard input against log.csv", ""),
    # the days of a monitoring window: of the whole, and of each window
    (["drift", "log.csv", "now.csv", "--time", "day", "--format", "yaml"], "", 0, 'start: "2025-01-01"\nend: "2025-04-28"\nrows: 1500\n', ""),
    (["drift", "log.csv", "now.csv", "--time", "day", "--window", "month", "--format", "yaml"], "", 0, '  -\n    start: "2025-02-01"\n    end: "2025-02-28"\n', ""),
    (["drift", "log.csv", "--time", "day", "--window", "month", "--reference", "2025-01..2025-02"], "", 0, "Over time", ""),
    (["drift", "log.csv", "now.csv"], "", 0, "default:data/policies/defaults.yaml", ""),
    (["drift", "hostile.csv", "hostile.csv"], "", 0, "\\x1B[31mred", ""),
    # what a log is compared with where nothing is said, and what of it cannot be compared
    (["drift", "log.csv", "--time", "day", "--window", "month"], "", 0, "2025-04-28, against 2025-01, its first month\n(500 rows)\n", ""),
    (["drift", "log.csv", "--time", "day", "--window", "week", "--format", "json"], "", 0, "", "Compared with 2025-W01, its first week"),
    (["drift", "log.csv", "--time", "day", "--window", "month", "--reference", "2025-01..2025-02"], "", 0, "against 2025-01 to 2025-02", ""),
    (["drift", "log.csv", "--time", "day", "--window", "month", "--reference", "2024-01"], "", 2, "", "its windows are 2025-01 to 2025-04"),
    (["drift", "one_month.csv", "--time", "day", "--window", "month"], "", 0, "? Drift is not known: all rows belong to what they", ""),
    (["drift", "one_month.csv", "--time", "day", "--window", "month", "--fail-on", "critical"], "", 1, "? Drift is not known", ""),
    (["drift", "log.csv", "classes.csv"], "", 0, "rows\n\n? Drift is not known: no column that can be compared stands in both", ""),
    (["drift", "log.csv", "classes.csv", "--fail-on", "critical"], "", 1, "? Drift is not known", ""),
    (["drift", "log.csv", "one_month.csv"], "", 0, "in the reference alone: y, score, second, plan and 2 more; their", ""),
    (["drift", "one_month.csv", "log.csv"], "", 0, "not in the reference: y, score, second, plan and 2 more; their", ""),
    (["drift", "names.csv", "names.csv"], "", 0, "the column is within the bands; highest PSI 0 (age", ""),
    (["drift", "names.csv", "names.csv"], "", 0, "Not compared: id: most rows have a value of their own", ""),
    (["drift", "names.csv", "names.csv"], "", 0, "Not compared: when: days or moments", ""),
    (["drift", "names.csv", "names.csv"], "", 0, "Not compared: row: whole numbers that rise", ""),
    (["drift", "names.csv", "names.csv", "--format", "yaml"], "", 0, "age:", "Not compared: id: most rows have a value of their own"),
    (["drift", "names.csv", "names.csv", "--feature", "row"], "", 0, "highest PSI 0 (row", ""),
    (["measure", "log.csv", *BASE, "--fail-on", "critical"], "", 2, "", "--fail-on needs --reference FILE"),
    (["drift", "log.csv", "now.csv", "--drift-convention", "evidently"], "", 0, "conventions of evidently", ""),
    (["measure", "now.csv", *BASE, "--reference", "log.csv", "--drift-convention", "nannyml"], "", 0, "conventions of nannyml", ""),
    (["drift", "log.csv", "now.csv", "--drift-convention", "evidentally"], "", 2, "", "--drift-convention takes evidently or nannyml"),
    (["drift", "log.csv", "gone.csv"], "", 2, "", "drift log.csv gone.csv\n      |                         ^~~~~~~~\n"),
]


def cases(work):
    for args, stdin, status, out, err in CASES:
        given = open(os.path.join(work, stdin), "rb").read() if stdin else b""
        p = run(args, work, given)
        said, complained = p.stdout.decode(), p.stderr.decode()
        wanted = status if isinstance(status, tuple) else (status,)
        problem = None
        if p.returncode not in wanted or out not in said or err not in complained:
            problem = f"exit {p.returncode}, expected {status}\n--- out\n{said[:1500]}\n--- err\n{complained[-800:]}"
        elif p.returncode == 2 and (not complained or said):
            problem = "exit 2 without a word, or with figures"
        elif "\033" in said or "\033" in complained:
            problem = "an escape sequence of the log reaches the terminal"
        elif any(len(line) > 80 for line in said.split("\n")) and "--help" not in args:
            problem = f"a line is over 80 columns: {max(said.split(chr(10)), key=len)}"
        verdict("modelbook " + " ".join(args), problem)


# -- objects ---------------------------------------------------------------------------------------

WITH_INTERVAL = ("base_rate roc_auc average_precision log_loss brier accuracy balanced_accuracy precision recall "
                 "specificity f1 mcc macro_precision macro_recall macro_f1 weighted_precision weighted_recall weighted_f1").split()


def ends(names):
    return [name + end for name in names.split() for end in ("", "_low", "_high")]


# Those of the design, and what stands beside them: counts of decisions, intervals, psi_ties, p_value.
KEYS = {
    "performance": ["n", "positives", "threshold", "reason", "roc_auc_note", "tp", "fp", "tn", "fn"] + ends(" ".join(WITH_INTERVAL)),
    "calibration": "binning ece ece_chance adaptive_ece mce brier reliability resolution uncertainty bins reason".split()
    + ends("slope intercept hosmer_lemeshow"),
    "drift": "type rows_reference rows_current psi psi_chance psi_ties ks_statistic ks_p_value js_distance kl_divergence "
             "wasserstein chi2_statistic chi2_p_value hellinger total_variation l_infinity wasserstein_normalised "
             "missing_reference missing_current missing_psi missing_psi_chance missing_severity new_categories severity "
             "reason".split(),
    "latency": ["max", "reason"] + ends("p50 p90 p95 p99 mean"),
    "regression": ["n", "reason"] + ends("mae rmse r2 mape median_absolute_error max_error mean_error explained_variance"),
    "top": "rows skipped performance classes confusion comparison regression calibration fairness drift latency windows "
           "segments".split(),
}
# What the design lists must be there, known or null.
MUST = {
    "performance": ["n", "positives", "threshold"] + WITH_INTERVAL[:12],
    "calibration": [k for k in KEYS["calibration"] if k != "reason" and not k.endswith(("_low", "_high"))],
    "latency": "p50 p90 p95 p99 mean max".split(),
}


def unknown_keys(figures):
    bad = [k for k in figures if k not in KEYS["top"]]
    for name in ("performance", "calibration", "latency", "regression"):
        bad += [f"{name}.{k}" for k in figures.get(name, {}) if k not in KEYS[name]]
    for name, keys in MUST.items():
        bad += [f"no {name}.{k}" for k in keys if name in figures and "macro_f1" not in figures[name] and k not in figures[name]
                and figures[name].get("reason") is None]
    for column, drift in figures.get("drift", {}).items():
        bad += [f"drift.{column}.{k}" for k in drift if k not in KEYS["drift"]]
    return bad


def nulls_without_reason(node, path=""):
    if isinstance(node, list):
        return [p for i, item in enumerate(node) for p in nulls_without_reason(item, f"{path}[{i}]")]
    if not isinstance(node, dict):
        return []
    own = [f"{path}.{k}" for k, v in node.items() if v is None and "reason" not in node and node.get("count") != 0]
    return own + [p for k, v in node.items() for p in nulls_without_reason(v, f"{path}.{k}")]


def strict(text):
    def refuse(name):
        raise ValueError(name)
    return json.loads(text, parse_constant=refuse)


OBJECTS = {
    "all": ["measure", "now.csv", *BASE, "--compare", "second", "--group", "sex", "--group", "sex*plan", "--segment", "plan",
            "--latency", "ms", "--time", "day", "--window", "month", "--reference", "log.csv", "--feature", "age",
            "--feature", "plan"],
    "classes": ["measure", "classes.csv", "--label", "true", "--prediction", "said"],
    "regression": ["measure", "prices.csv", "--label", "price", "--prediction", "estimate", "--task", "regression"],
    "one class": ["measure", "one_class.csv", *BASE],
    "drift": ["drift", "log.csv", "now.csv"],
    "missing": ["drift", "full.csv", "holes.csv"],
    "hostile": ["drift", "hostile.csv", "hostile.csv"],
}
RECORD = """kind: evaluation
id: m-1-temporal
about: m@1
role: temporal
date: 2025-12-01
"""
MODEL = """kind: model
id: m
name: M
owner: o@example.org
versions: [{id: "1", stage: development, history: [{stage: development, date: 2025-01-01, by: o@example.org}]}]
"""


EXPLAINED = {}


def names_of_figures(node):
    if isinstance(node, list):
        return {n for item in node for n in names_of_figures(item)}
    if not isinstance(node, dict):
        return set()
    return {k for k, v in node.items() if not isinstance(v, dict)} | {n for v in node.values() for n in names_of_figures(v)}


def not_explained(work, figures):
    """Names that `explain` does not know; start, end, reasons and notes say themselves what they are."""
    names = sorted(n for n in names_of_figures(figures) - {"reason", "start", "end", "windows"} if not n.endswith("_note"))
    for name in names:
        if name not in EXPLAINED:
            EXPLAINED[name] = run(["explain", name], work).returncode
    return [name for name in names if EXPLAINED[name]]


def objects(work):
    for name, args in OBJECTS.items():
        p = run([*args, "--format", "json"], work)
        try:
            figures = strict(p.stdout)
        except ValueError as error:
            verdict(f"{name}: JSON", f"{error}: exit {p.returncode} {p.stderr[-400:]}")
            continue
        verdict(f"{name}: keys of design", ", ".join(unknown_keys(figures)))
        verdict(f"{name}: every figure is explained", ", ".join(not_explained(work, figures)))
        verdict(f"{name}: reasons", ", ".join(nulls_without_reason(figures)[:5]))
        paste(work, name, args)


def paste(work, name, args):
    """YAML in an evaluation record: no finding about data, and for a source of the same log none that
    given and measured differ."""
    yaml = run([*args, "--format", "yaml"], work)
    space = os.path.join(work, "space-" + name.replace(" ", "-"))
    os.makedirs(os.path.join(space, "data"))
    os.makedirs(os.path.join(space, "content"))
    open(os.path.join(space, "modelbook.yaml"), "w").write("title: T\n")
    open(os.path.join(space, "content", "a.md"), "w").write("# A\n\nText.\n")
    open(os.path.join(space, "data", "model.yaml"), "w").write(MODEL)
    source = ""
    if name == "one class":
        shutil.copy(os.path.join(work, "one_class.csv"), os.path.join(space, "data"))
        source = "source: {log: data/one_class.csv, label: y, score: score}\n"
    if name == "all":
        for log in ("now.csv", "log.csv"):
            shutil.copy(os.path.join(work, log), os.path.join(space, "data"))
        source = ("source: {log: data/now.csv, label: y, score: score, groups: [sex], features: [age, plan], time: day, "
                  "window: month, reference: {log: data/log.csv}}\n")
    with open(os.path.join(space, "data", "evaluation.yaml"), "wb") as record:
        record.write((RECORD + source).encode() + yaml.stdout)
    p = run(["check", "--workspace", ".", "--format", "json"], space)
    try:
        found = [f for f in json.loads(p.stdout)["findings"] if f["path"].startswith("data/evaluation")]
        verdict(f"{name}: YAML in a record", "; ".join(f"{f['line']}: {f['rule']}: {f['message']}" for f in found[:5]))
    except ValueError:
        verdict(f"{name}: YAML in a record", f"exit {p.returncode}: {p.stderr[-400:]}")


# -- a second opinion ------------------------------------------------------------------------------

SECOND_OPINION = r"""
import csv, json, sys
import numpy as np
from scipy import stats
from sklearn import metrics
path, reference, label, score, feature = sys.argv[1:]
rows = list(csv.DictReader(open(path, newline="")))
y = np.array([int(r[label]) for r in rows]); s = np.array([float(r[score]) for r in rows])
d = s >= 0.5
now = np.array([float(r[feature]) for r in rows]); then = np.array([float(r[feature]) for r in csv.DictReader(open(reference, newline=""))])
print(json.dumps({
 "performance.roc_auc": metrics.roc_auc_score(y, s), "performance.average_precision": metrics.average_precision_score(y, s),
 "performance.log_loss": metrics.log_loss(y, s), "performance.brier": metrics.brier_score_loss(y, s),
 "performance.accuracy": metrics.accuracy_score(y, d), "performance.balanced_accuracy": metrics.balanced_accuracy_score(y, d),
 "performance.precision": metrics.precision_score(y, d), "performance.recall": metrics.recall_score(y, d),
 "performance.f1": metrics.f1_score(y, d), "performance.mcc": metrics.matthews_corrcoef(y, d),
 "drift.%s.ks_statistic" % feature: stats.ks_2samp(then, now).statistic,
 "drift.%s.wasserstein" % feature: stats.wasserstein_distance(then, now)}))
"""


def at(figures, path):
    for key in path.split("."):
        figures = figures[key]
    return figures


def second_opinion(work, name, path, reference, label, score, feature):
    other = subprocess.run([PYTHON, "-c", SECOND_OPINION, path, reference, label, score, feature], cwd=work, capture_output=True)
    if other.returncode:
        skip(12, f"{name}: {PYTHON} has no scikit-learn and SciPy: {other.stderr.decode()[-120:].strip()}")
        return
    p = run(["measure", path, "--label", label, "--score", score, "--reference", reference, "--feature", feature,
             "--format", "json"], work)
    try:
        figures = strict(p.stdout)
    except ValueError as error:
        verdict(f"{name}: measured", f"{error} {p.stderr[-400:]}")
        return
    for key, value in json.loads(other.stdout).items():
        ours = at(figures, key)
        verdict(f"{name}: {key}", None if ours is not None and math.isclose(ours, value, rel_tol=1e-9, abs_tol=1e-12)
                else f"{ours}, scikit-learn or SciPy {value}")


def second_opinions(work):
    second_opinion(work, "made", "now.csv", "log.csv", "y", "score", "age")
    churn = os.path.join(ROOT, "data", "churn")
    second_opinion(work, "churn", os.path.join(churn, "production-2025.csv"), os.path.join(churn, "reference.csv"),
                   "churned", "score", "usage_hours")
    if not os.path.isdir(ELECTRICITY):
        skip(24, f"no {ELECTRICITY}")
        return
    for score in ("score_baseline", "score_boosted"):
        second_opinion(work, "electricity", os.path.join(ELECTRICITY, "production_log.csv"),
                       os.path.join(ELECTRICITY, "training_log.csv"), "went_up", score, "nswdemand")


# -- streams, places, the page ---------------------------------------------------------------------

def streams(work):
    whole = run(["measure", "log.csv", *BASE, "--format", "json"], work).stdout
    fifo = os.path.join(work, "fifo")
    os.mkfifo(fifo)
    feed = subprocess.Popen(["cp", os.path.join(work, "log.csv"), fifo])
    p = run(["measure", "fifo", *BASE, "--format", "json"], work)
    feed.kill()
    feed.wait()
    verdict("a FIFO gives the same figures", None if p.stdout == whole else f"exit {p.returncode}: {p.stderr[-300:]}")
    p = run(["measure", "-", *BASE, "--format", "json"], work, open(os.path.join(work, "log.csv"), "rb").read())
    verdict("standard input gives the same figures", None if p.stdout == whole else f"exit {p.returncode}: {p.stderr[-300:]}")
    for jobs in ("1", "3"):
        p = run(["measure", "log.csv", *BASE, "--format", "json", "--jobs", jobs], work)
        verdict(f"--jobs {jobs} gives the same figures", None if p.stdout == whole else "they differ")
    with open("/dev/full", "wb") as full:
        p = subprocess.run([PROGRAM, "measure", "log.csv", *BASE], cwd=work, stdout=full, stderr=subprocess.PIPE,
                           env={"MODELBOOK_DEFAULTS": ROOT, "HOME": "no-cache"})
    verdict("a full output is told", None if p.returncode == 2 and b"cannot write" in p.stderr else f"exit {p.returncode}")
    read, write = os.pipe()
    os.close(read)
    p = subprocess.run([PROGRAM, "measure", "log.csv", *BASE], cwd=work, stdout=write, stderr=subprocess.PIPE,
                       env={"MODELBOOK_DEFAULTS": ROOT, "HOME": "no-cache"})
    os.close(write)
    verdict("a closed pipe ends it", None if p.returncode == 2 else f"exit {p.returncode}")
    p = run(["measure", "log.csv", *BASE, "--color", "always"], work)
    verdict("--color always colours", None if b"\033[" in p.stdout else "no colour")


def half_of_a_disk(work, folder):
    """A stream without an end, and columns over --memory, on a disk of 16 MB: half of it is left."""
    mount = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=16m none "$TMPDIR" && exec "$@"', "sh"]
    env = {"PATH": os.environ["PATH"], "MODELBOOK_DEFAULTS": ROOT, "TMPDIR": folder, "LC_ALL": "C"}
    try:
        mounts = subprocess.run([*mount, "true"], env=env, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounts = False
    if not mounts:
        print("SKIPPED: 3 cases (no file system may be mounted here)")
        return
    for what, args, lines in (
            ("a copy of an endless stream", ["drift", "log.csv", "-"], "age\n" + "30\n" * 1000),
            ("columns of an endless stream", ["measure", "-", "--label", "y", "--score", "s", "--memory", "1M"], "y,s\n" + "1,0.25\n0,0.75\n" * 1000),
            ("a copy made while types are open", ["measure", "-", "--label", "y", "--score", "s", "--reference", "log.csv", "--feature", "age"],
             "y,s,age\n" + "1,0.25,30\n0,0.75,40\n" * 1000)):
        rest = lines.split("\n", 1)[1].encode()
        p = subprocess.Popen([*mount, PROGRAM, *args], cwd=work, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        sent = 0
        try:
            p.stdin.write(lines.encode())
            while sent < 400e6:
                sent += p.stdin.write(rest)
        except BrokenPipeError:
            pass
        said = p.communicate(timeout=300)[1].decode()
        good = p.returncode == 2 and "half of the room that was free is taken [io/write]" in said
        verdict(f"{what} takes half of the disk ({sent / 1e6:.0f} MB sent)", None if good and sent < 400e6 else f"exit {p.returncode} {said[:600]}")


def no_room(work):
    """A stream that has to be kept, in a folder that runs full: said, and nothing is left behind."""
    folder = os.path.join(work, "temporary")
    os.mkdir(folder)
    args = ["drift", "log.csv", "-"]
    endless = ("age\n" + "30\n" * 400000).encode()
    p = subprocess.run(["sh", "-c", 'ulimit -f 1000 && exec "$0" "$@"', PROGRAM, *args], cwd=work, input=endless, capture_output=True,
                       env={"PATH": os.environ["PATH"], "MODELBOOK_DEFAULTS": ROOT, "TMPDIR": folder, "LC_ALL": "C"}, timeout=300)
    said = p.stderr.decode()
    verdict("a stream without room", None if p.returncode == 2 and f"stream 'standard input' in {folder}: File too large" in said
            else f"exit {p.returncode} {said[:300]}")
    verdict("nothing is left of it", None if not os.listdir(folder) else os.listdir(folder))
    p = run(args, work, endless, TMPDIR=os.path.join(work, "gone"))
    verdict("no temporary folder", None if p.returncode == 2 and b"no temporary copy" in p.stderr else p.stderr)
    killed = subprocess.Popen([PROGRAM, *args], cwd=work, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env={"MODELBOOK_DEFAULTS": ROOT, "TMPDIR": folder})
    killed.stdin.write(endless)
    killed.stdin.flush()
    names = os.listdir(folder)
    killed.kill()
    killed.wait()
    verdict("a copy has no name, and is gone where the program is killed", None if not names and not os.listdir(folder) else names)
    half_of_a_disk(work, folder)
    p = run(["measure", "-", *BASE], work, open(os.path.join(work, "log.csv"), "rb").read(), TMPDIR=os.path.join(work, "gone"))
    verdict("a stream of which the columns are named is not kept", None if p.returncode == 0 else p.stderr)



def bands(work):
    space = os.path.join(work, "banded")
    os.makedirs(os.path.join(space, "data"))
    os.makedirs(os.path.join(space, "content"))
    open(os.path.join(space, "modelbook.yaml"), "w").write("title: T\n")
    open(os.path.join(space, "data", "policy.yaml"), "w").write(
        "kind: policy\nid: p\ntitle: P\nthresholds:\n  psi_warning: {value: 40, source: s}\n  psi_critical: {value: 50, source: s}\n")
    for log in ("log.csv", "now.csv"):
        shutil.copy(os.path.join(work, log), os.path.join(space, "data"))
    for cwd, paths in ((work, ["banded/data/log.csv", "banded/data/now.csv"]), (space, ["../log.csv", "../now.csv"])):
        p = run(["drift", *paths, "--fail-on", "warning"], cwd)
        verdict("the workspace's policy sets the bands", None if p.returncode == 0 and "data/policy.yaml:5" in p.stdout.decode()
                else f"exit {p.returncode} {p.stdout.decode()[:600]} {p.stderr.decode()[:300]}")
    open(os.path.join(space, "modelbook.yaml"), "w").write("title: [\n")
    p = run(["drift", "data/log.csv", "data/now.csv"], space)
    verdict("a workspace that cannot be read is not passed over", None if p.returncode == 2 and b"modelbook.yaml" in p.stderr
            else f"exit {p.returncode} {p.stderr[:300]}")


def page():
    """Every console block of docs/measure.md: the command after $ says what stands there; a line … stands
    for any lines."""
    text = open(os.path.join(ROOT, "docs", "measure.md"), encoding="utf-8").read()
    blocks = re.findall(r"```console\n\$ modelbook ((?:[^\n]*\\\n)*[^\n]*)\n(.*?)```", text, re.S)
    verdict("docs/measure.md has examples", None if blocks else "none")
    for command, expected in blocks:
        args = [a.strip("'") for a in re.findall(r"'[^']*'|[^\s\\]+", command)]
        said = run(args, ROOT).stdout.decode()
        pattern = "".join(r"(?:[^\n]*\n)*?" if line == "…\n" else re.escape(line) for line in expected.splitlines(True))
        verdict(f"docs/measure.md: {command}", None if re.fullmatch(pattern + ("" if expected.endswith("…\n") else ""), said)
                else f"says\n{said}")


def main():
    work = tempfile.mkdtemp(prefix="modelbook-measure-")
    try:
        for name, content in files().items():
            with open(os.path.join(work, name), "wb") as out:
                out.write(content if isinstance(content, bytes) else content.encode())
        cases(work)
        streams(work)
        no_room(work)
        bands(work)
        objects(work)
        second_opinions(work)
        page()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed != 0


sys.exit(main())
