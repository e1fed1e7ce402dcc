#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages and sheets show the figures that `measure --format json` gives, and lose none of them.

Draws three logs (two classes with groups, segments, latency and a second score; five classes; numbers),
builds a workspace of records about them, and looks for every value of the JSON at its place on the page of
the records' file: region of the table, row, column. A null must be a dash whose reason stands below its
table. Then every figure on the pages of versions and models must be one of the JSON, and every figure of the
sheets the JSON's. Usage: figures_shown.py PROGRAM"""
import collections, html.parser, json, math, os, random, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
TITLES = dict(re.findall(r'\{"(\w+)", "([^"]+)"\}', open(f"{ROOT}/src/evidence/figure_titles.c", encoding="utf-8").read()))
SEVERITIES = {"stable": "stable", "warning": "warning", "critical": "critical", "too_few": "too few rows", "unknown": "not known"}
passed = failed = 0
counts = collections.Counter()


def verdict(what, problems):
    global passed, failed
    problems = [problems] if isinstance(problems, str) else list(problems or [])
    passed, failed = passed + (not problems), failed + bool(problems)
    print("FAILED " if problems else "ok     ", what, flush=True)
    for problem in problems[:15]:
        print("       ", problem)
    if len(problems) > 15:
        print(f"        and {len(problems) - 15} more")


def run(*args):
    env = dict(os.environ, HOME="no-cache", XDG_CACHE_HOME="", MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", SOURCE_DATE_EPOCH="1767225600")
    p = subprocess.run([PROGRAM, *args], capture_output=True, text=True, env=env, timeout=300)
    if p.returncode:
        print(p.stdout[-2000:], p.stderr[-2000:])
    return p


# -- the workspace -----------------------------------------------------------------------------------

def logistic(x):
    return 1 / (1 + math.exp(-x))


def write_logs(folder):
    r = random.Random(7)
    with open(f"{folder}/decisions.csv", "w") as now, open(f"{folder}/first.csv", "w") as first:
        for file, n, months in ((first, 900, 1), (now, 1500, 3)):
            file.write("at,y,score,other,sex,age,region,income,plan,latency\n")
            for i in range(n):
                x, sex = 4 * r.random() - 2, r.choice(["female", "male"])
                age = r.choice(["18-25", "26-65"]) if i % 101 else "66+"
                region = "islands" if i % 300 == 7 else r.choice(["north", "south"])
                x += .5 * (sex == "male")
                y = int(r.random() < logistic(x)) if region != "islands" else 1
                score, other = logistic(1.4 * x), logistic(.5 * x + r.random() - .5)
                income = "" if r.random() < .04 * months else f"{20 + 9 * x + 3 * r.random() + 4 * i // n * months:.2f}"
                plan = r.choice(["flat", "tiered"]) if file is first or i % 90 else "trial"
                file.write(f"2025-{1 + i * months // n:02d}-{1 + i % 28:02d},{y},{score:.6f},{other:.6f},{sex},{age},{region},"
                           f"{income},{plan},{20 + 60 * r.random() ** 3:.2f}\n")
    kinds = ["bill", "complaint", "contract", "other", "refund"]
    with open(f"{folder}/tickets.csv", "w") as file:
        file.write("at,kind,predicted,confidence,channel\n")
        for i in range(900):
            truth = min(4, int(r.random() * r.random() * 6))
            said = truth if r.random() < .8 - .1 * truth else r.randrange(4)
            file.write(f"2025-{1 + i // 450:02d}-{1 + i % 28:02d},{kinds[truth]},{kinds[said]},{.3 + .7 * r.random():.4f},"
                       f"{r.choice(['mail', 'phone'])}\n")
    with open(f"{folder}/demand.csv", "w") as file:
        file.write("at,load,forecast,site,latency\n")
        for i in range(600):
            load, site = 100 + 40 * math.sin(i / 50) + 20 * r.random(), r.choice("ABC")
            file.write(f"2025-{1 + i // 300:02d}-{1 + i % 28:02d},{load:.3f},{load + (r.random() - .45) * (35 if site == 'C' else 10):.3f},"
                       f"{site},{5 + 3 * r.random():.3f}\n")


# Record, its keys besides kind, id and about, and the options that say the same.
RECORDS = {
    "loan-all": ("evaluation", "loan", "{log: data/decisions.csv, label: y, score: score, compare: other, time: at, window: month, "
                 "groups: [sex, age, \"sex*age\"], segments: [region], latency: latency, features: [income, plan], "
                 "reference: {log: data/first.csv}, bootstrap: 200, seed: 3}",
                 "decisions.csv --label y --score score --compare other --time at --window month --group sex --group age "
                 "--group sex*age --segment region --latency latency --feature income --feature plan --reference first.csv "
                 "--bootstrap 200 --seed 3"),
    "loan-months": ("monitoring_window", "loan", "{log: data/decisions.csv, label: y, score: score, time: at, window: month, "
                    "features: [income, plan, sex], groups: [sex], reference: {log: data/first.csv}}",
                    "decisions.csv --label y --score score --time at --window month --feature income --feature plan "
                    "--feature sex --group sex --reference first.csv"),
    "tickets-all": ("evaluation", "tickets", "{log: data/tickets.csv, label: kind, prediction: predicted, score: confidence, time: at, "
                    "window: month, segments: [channel]}",
                    "tickets.csv --label kind --prediction predicted --score confidence --time at --window month --segment channel"),
    "demand-all": ("evaluation", "demand", "{log: data/demand.csv, label: load, prediction: forecast, task: regression, time: at, "
                   "window: month, segments: [site], latency: latency}",
                   "demand.csv --label load --prediction forecast --task regression --time at --window month --segment site "
                   "--latency latency"),
}


def write_workspace(work):
    os.makedirs(f"{work}/data")
    os.makedirs(f"{work}/content")
    open(f"{work}/modelbook.yaml", "w").write("title: All figures\n")
    open(f"{work}/content/index.md", "w").write("# All figures\n")
    write_logs(f"{work}/data")
    lines = ["records:"]
    for model, primary in (("loan", "loan-all"), ("tickets", "tickets-all"), ("demand", "demand-all")):
        task = "regression" if model == "demand" else "classification"
        lines.append(f"  - {{kind: model, id: {model}, name: {model}, description: a model, owner: o, tier: 1, task: {task}, versions: "
                     f"[{{id: 1.0.0, created: 2025-01-01, author: a, description: d, primary_evaluation: {primary}, history: "
                     "[{stage: development, date: 2025-01-01, by: a, reason: r}]}]}")
    lines.append("  - {kind: policy, id: limits, title: Limits, thresholds: {psi_warning: {value: 0.1, source: usual practice}, "
                 "psi_critical: {value: 0.25, source: usual practice}, max_ece: {value: 0.01, source: the review process}, "
                 "min_disparate_impact: {value: 0.8, source: the four-fifths rule}}}")
    open(f"{work}/data/models.yaml", "w").write("\n".join(lines) + "\n")
    lines = ["records:"]
    for name, (kind, model, source, _) in RECORDS.items():
        when = "role: temporal, date: 2025-07-01" if kind == "evaluation" else "start: 2025-01-01, end: 2025-06-30"
        lines.append(f"  - {{kind: {kind}, id: {name}, about: {model}@1.0.0, {when},\n     source: {source}}}")
    open(f"{work}/data/records.yaml", "w").write("\n".join(lines) + "\n")


# -- pages -------------------------------------------------------------------------------------------

class Cell:
    def __init__(self):
        self.text, self.data, self.notes = "", [], []

    def plain(self):
        return " ".join(self.text.replace("\u00ad", "").replace("\u200b", "").split())


class Page(html.parser.HTMLParser):
    """Tables by the name of their region: heads, rows of cells, and the reasons below them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tables, self.table, self.cell, self.inside, self.how, self.loose = {}, None, None, None, None, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "section" and a.get("aria-label", "").startswith("Table: "):
            name = a["aria-label"][len("Table: "):]
            assert name not in self.tables, f"two tables are called '{name}'"
            self.table = self.tables[name] = {"heads": [], "rows": [], "reasons": {}}
        elif tag == "tr" and self.table is not None:
            self.table["rows"].append([])
        elif tag in ("th", "td") and self.table is not None:
            self.cell = Cell()
            self.table["rows"][-1].append(self.cell)
        elif tag == "data":
            value = float(a["value"])
            (self.cell.data if self.cell else self.loose).append(value)
        elif tag == "sup" and self.cell:
            self.inside = "sup"
        elif tag == "p" and "how" in a.get("class", "").split():
            self.how = ""

    def handle_data(self, data):
        if self.how is not None:
            self.how += data
        if self.inside == "sup":
            self.cell.notes.append(int(data))
        elif self.cell:
            self.cell.text += data

    def handle_endtag(self, tag):
        if tag == "sup":
            self.inside = None
        elif tag in ("th", "td"):
            self.cell = None
        elif tag == "p" and self.how is not None:
            if self.how.startswith("Not known: ") and self.last:
                text = self.how[len("Not known: "):].rstrip(".")
                self.last["reasons"] = {int(n): reason for n, reason in re.findall(r"(?:^|; )(\d+) (.*?)(?=; \d+ |$)", text)}
            self.how = None
        elif tag == "section" and self.table is not None:
            self.last, self.table = self.table, None

    last = None


def cell_of(page, region, row, column, second=None):
    """The cell of a table at the row with this head (and this second cell); None where there is none."""
    table = page.tables.get(region)
    if not table:
        return None
    heads = [c.plain() for c in table["rows"][0]]
    if column not in heads:
        return None
    for cells in table["rows"][1:]:
        if cells[0].plain() == row and (second is None or cells[1].plain() == second):
            return cells[heads.index(column)]
    return None


VALUE = "Value, with its 95 % interval"


class Record:
    """Where the values of one record's JSON stand on the page of its file."""

    def __init__(self, page, name, figures):
        self.page, self.name, self.figures, self.problems, self.found = page, name, figures, [], 0
        self.where = f", {name}"
        for key, value in figures.items():
            getattr(self, "see_" + key)(value)

    def region(self, start):
        """The table whose name begins so and ends with the record's."""
        for name in self.page.tables:
            if name.startswith(start) and name.endswith(self.where):
                return name
        return start

    def see(self, path, value, region, row, column, second=None, index=0):
        """One value in the cell's data: 0 the figure, 1 and 2 the ends of its interval."""
        cell = cell_of(self.page, region, row, column, second)
        if cell is None:
            self.problems.append(f"{path}: no cell for row '{row}' {second or ''}, column '{column}' in '{region}'")
        elif value is None:
            reasons = self.page.tables[region]["reasons"]
            if not cell.notes or not reasons.get(cell.notes[0], "").strip():
                self.problems.append(f"{path}: null, but the cell says '{cell.plain()}' without a reason")
        elif len(cell.data) <= index or cell.data[index] != value:
            self.problems.append(f"{path}: {value!r}, but the cell has {cell.data} '{cell.plain()}' in '{region}'")
        self.found += 1
        counts["on the page"] += 1

    def say(self, path, text, region, row, column, second=None):
        cell = cell_of(self.page, region, row, column, second)
        if cell is None or text not in cell.plain():
            self.problems.append(f"{path}: '{text}' is not in '{cell.plain() if cell else None}' of '{region}'")
        self.found += 1

    def fields(self, path, values, region, row, second=None, leave=(), column=None):
        """A map of figures: as rows (row None) or as columns of one row."""
        for key, value in values.items():
            if key in leave or key == "reason":
                continue
            end = re.fullmatch(r"(\w+)_(low|high)", key)
            base = end.group(1) if end and end.group(1) in values else key
            index = {"low": 1, "high": 2}[end.group(2)] if base != key else 0
            title = TITLES[base]
            self.see(f"{path}.{key}", value, region, row or title, title if row else VALUE, second, index)

    def see_rows(self, value):
        pass  # said in words above the tables

    see_skipped = see_rows

    def see_performance(self, values):
        name = "All classes together" if "macro_f1" in values else "Performance"
        self.fields("performance", values, name + self.where, None, leave=("threshold",))

    def see_calibration(self, values):
        self.fields("calibration", values, "Calibration in figures" + self.where, None, leave=("binning", "bins"))
        table = self.page.tables.get("Bins of calibration" + self.where, {"rows": []})
        keys = ("lower", "upper", "count", "mean_score", "event_rate", "event_rate_low", "event_rate_high")
        for cells, wanted in zip(table["rows"][1:], values["bins"]):
            for cell, key in zip(cells, keys):
                text = cell.plain().replace(",", "").replace("\u2009", "").replace("\u202f", "")
                if wanted[key] is None:
                    if "no rows" not in text:
                        self.problems.append(f"bins.{key}: null, but '{text}'")
                elif not math.isclose(float(text), wanted[key], rel_tol=1e-11, abs_tol=1e-300):
                    self.problems.append(f"bins.{key}: {wanted[key]} but '{text}'")
                self.found += 1
                counts["on the page"] += 1
        if len(table["rows"]) - 1 != len(values["bins"]):
            self.problems.append(f"{len(table['rows']) - 1} rows of bins for {len(values['bins'])}")

    def see_fairness(self, values):
        for column, figures in values.items():
            for group, rates in figures["groups"].items():
                for key, value in rates.items():
                    if key == "ece":
                        self.see(f"fairness.{column}.{group}.ece", value, f"Groups of {column}{self.where}", group, "ECE")
                self.fields(f"fairness.{column}.{group}", rates, f"Groups of {column}{self.where}", group, leave=("ece",))
            self.fields(f"fairness.{column}", figures, f"Differences between groups of {column}{self.where}", None,
                        leave=("groups",))

    def see_classes(self, values):
        for name, figures in values.items():
            self.fields(f"classes.{name}", figures, "Each class" + self.where, name)

    def see_confusion(self, values):
        names = list(self.figures["classes"])
        for truth, row in zip(names, values):
            for said, count in zip(names, row):
                self.see(f"confusion.{truth}.{said}", count, "Confusion matrix" + self.where, truth, f"as {said}")

    def see_comparison(self, values):
        region = "Two scores" + self.where
        for name, figures in values.items():
            title = TITLES[name]
            for index, key in enumerate(("difference", "low", "high")):
                self.see(f"comparison.{name}.{key}", figures[key], region, title, "Difference, with its 95 % interval", None, index)
            self.see(f"comparison.{name}.p_value", figures["p_value"], region, title, "p value")
            self.say(f"comparison.{name}.method", figures["method"], region, title, "Method")

    def see_regression(self, values):
        self.fields("regression", values, "Errors of numbers" + self.where, None)

    def see_latency(self, values):
        self.fields("latency", values, "Latency" + self.where, None)

    def drift_row(self, path, values, region, row, second):
        others = ("type", "severity", "reason", "new_categories", "psi_ties", "missing_psi", "missing_psi_chance", "missing_severity")
        self.fields(path, values, region, row, second, leave=others)
        for key, column in (("psi_ties", "PSI, ties apart"), ("missing_psi", "PSI of missing"),
                            ("missing_psi_chance", "PSI of missing by chance")):
            if key in values:
                self.see(f"{path}.{key}", values[key], region, row, column, second)
        self.say(f"{path}.severity", SEVERITIES[values["severity"]], region, row, "Severity", second)
        if "reason" in values:
            self.say(f"{path}.reason", values["reason"], region, row, "Severity", second)
        if "missing_severity" in values:
            self.say(f"{path}.missing_severity", SEVERITIES[values["missing_severity"]], region, row, "Missing", second)
        for name in values.get("new_categories", []):
            self.say(f"{path}.new_categories", name, region, row, "New categories", second)

    def see_drift(self, values):
        for column, figures in values.items():
            self.drift_row(f"drift.{column}", figures, "Distances" + self.where, column, None)

    def part(self, path, values, what, row):
        """What a window or segment holds, in the tables of all windows or segments of a column."""
        region = lambda title: self.region(f"{title}, by {what}")
        names = {"calibration": "Calibration", "regression": "Errors of numbers", "latency": "Latency"}
        for key, figures in values.items():
            if key in ("start", "end", "confusion"):
                continue  # the label; in the sheet Classes
            if key == "rows":
                first = next(n for n in ("performance", "regression", "calibration") if n in values)
                name = "Classes together" if "macro_f1" in values.get("performance", {}) else names.get(first, "Performance")
                self.see(f"{path}.rows", figures, region(name), row, "All rows")
            elif key == "performance":
                name = "Classes together" if "macro_f1" in figures else "Performance"
                self.fields(f"{path}.{key}", figures, region(name), row, leave=("threshold",))
            elif key in names:
                self.fields(f"{path}.{key}", figures, region(names[key]), row, leave=("binning", "bins"))
            elif key == "fairness":
                for column, fairness in figures.items():
                    self.fields(f"{path}.{column}", fairness, region("Differences between groups"), row, column, leave=("groups",))
                    for group, rates in fairness["groups"].items():
                        item = f"{column} = {group}"
                        self.fields(f"{path}.{item}", rates, region("Groups"), row, item, leave=("ece",))
                        if "ece" in rates:
                            self.see(f"{path}.{item}.ece", rates["ece"], region("Groups"), row, "ECE", item)
            elif key == "classes":
                for name, of_class in figures.items():
                    self.fields(f"{path}.{name}", of_class, region("Each class"), row, name)
            elif key == "comparison":
                for name, scores in figures.items():
                    for index, end in enumerate(("difference", "low", "high")):
                        if scores[end] is not None or not index:
                            self.see(f"{path}.{name}.{end}", scores[end], region("Second score less the first"), row, "difference",
                                     TITLES[name], index)
                    self.see(f"{path}.{name}.p_value", scores["p_value"], region("Second score less the first"), row, "p_value",
                             TITLES[name])
            elif key == "drift":
                for column, drift in figures.items():
                    self.drift_row(f"{path}.drift.{column}", drift, region("Distances"), row, column)
            else:
                self.problems.append(f"{path}.{key}: this test does not know where it stands")

    def see_windows(self, values):
        for window in values:
            self.part(f"windows.{window['start'][:7]}", window, "window", window["start"][:7])

    def see_segments(self, values):
        for column, segments in values.items():
            for value, figures in segments.items():
                self.part(f"segments.{column}.{value}", figures, column + ",", value)


# -- sheets ------------------------------------------------------------------------------------------

def sheet_rows(audit, name):
    sheet = next(s for s in audit["sheets"] if s["name"] == name)
    titles = [c["title"] for c in sheet["columns"]]
    return [dict(zip(titles, [c["text"] if isinstance(c, dict) else c for c in row])) for row in sheet["rows"]]


def twelve(value):
    return None if value is None else float(f"{value:.12g}")


def same(cell, value):
    return cell is None if value is None else cell is not None and math.isclose(cell, twelve(value), rel_tol=1e-12, abs_tol=0)


class Sheets:
    def __init__(self, audit):
        self.problems, self.index = [], {}
        for name in ("Groups", "Segments", "Classes", "Figures"):
            second = {"Groups": "Group", "Segments": "Segment", "Classes": "Class", "Figures": "Of"}[name]
            first = {"Classes": "Of", "Figures": "Part"}.get(name, "Column")
            for row in sheet_rows(audit, name):
                if row["Value"] is None and not row["Because"]:
                    self.problems.append(f"{name}: {row['Figure']} of {row[second]} has neither value nor reason")
                if not re.fullmatch(r"data/records.yaml:\d+", row["Place"] or ""):
                    self.problems.append(f"{name}: the place is '{row['Place']}'")
                item = "" if name == "Groups" and (row[second] or "").startswith(("highest ", "all groups")) else row[second] or ""
                key = (name, row["Record"], row["Window"], row[first], item, row["Figure"])
                if key in self.index:
                    self.problems.append(f"{key} stands twice")
                self.index[key] = row
        self.monitoring = {(r["Record"], r["Window"], r["Feature"]): r for r in sheet_rows(audit, "Monitoring")}
        self.performance = {(r["Record"], r["Window"]): r for r in sheet_rows(audit, "Performance")}

    def see(self, key, values):
        """A map of figures under one key of a sheet of one row a figure."""
        for name, value in values.items():
            end = re.fullmatch(r"(\w+)_(low|high)", name)
            base = end.group(1) if end and end.group(1) in values else name
            if base in ("reason", "threshold", "binning", "bins", "groups"):
                continue
            row = self.index.get(key + (TITLES[base],))
            column = "Value" if base == name else end.group(2).capitalize()
            if row is None or not same(row[column], value):
                self.problems.append(f"{key} {name}: {value!r}, but the sheet has {row and row[column]!r}")
            counts["in sheets"] += 1

    def wide(self, row, values, columns, what):
        for name, value in values.items():
            if name in columns:
                if row is None or not same(row[columns[name]], value):
                    self.problems.append(f"{what} {name}: {value!r}, but the sheet has {row and row[columns[name]]!r}")
                counts["in sheets"] += 1


DISTANCES = {"psi": "PSI", "psi_chance": "PSI by chance", "ks_statistic": "KS", "ks_p_value": "KS p", "js_distance": "Jensen-Shannon",
             "kl_divergence": "Kullback-Leibler", "hellinger": "Hellinger", "total_variation": "Total variation",
             "l_infinity": "L-infinity", "wasserstein": "Wasserstein", "wasserstein_normalised": "Wasserstein by the spread",
             "chi2_statistic": "Chi-square", "chi2_p_value": "Chi-square p", "missing_reference": "Missing in reference",
             "missing_current": "Missing now", "rows_reference": "Reference rows", "rows_current": "Current rows",
             "psi_ties": "PSI, ties apart", "missing_psi": "Missing PSI", "missing_psi_chance": "Missing PSI by chance"}
SHORT = {"brier": "Brier"}
WIDE = {}
for _name in ("base_rate roc_auc average_precision log_loss brier accuracy balanced_accuracy precision recall specificity f1 mcc").split():
    for _end in ("", "_low", "_high"):
        WIDE[_name + _end] = SHORT.get(_name, TITLES[_name]) + _end.replace("_", " ")
WIDE["positives"] = "Positives"
CALIBRATION = {"ece": "ECE", "ece_chance": "ECE by chance", "adaptive_ece": "ECE, bins of equal count", "mce": "MCE",
               "reliability": "Reliability", "resolution": "Resolution", "uncertainty": "Uncertainty", "slope": "Slope",
               "slope_low": "Slope low", "slope_high": "Slope high", "intercept": "Intercept", "intercept_low": "Intercept low",
               "intercept_high": "Intercept high", "hosmer_lemeshow": "Hosmer-Lemeshow p"}


def see_sheets(sheets, record, window, figures, monitoring):
    several = "macro_f1" in figures.get("performance", {})
    if not (monitoring and window == "all"):
        row = sheets.performance.get((record, window))
        sheets.wide(row, {} if several else figures.get("performance", {}), WIDE, (record, window))
        sheets.wide(row, figures.get("calibration", {}), CALIBRATION, (record, window))
        for column, drift in figures.get("drift", {}).items():
            sheets.wide(sheets.monitoring.get((record, window, column)), drift, DISTANCES, (record, window, column))
    if several:
        sheets.see(("Figures", record, window, "Classes together", "kind"), figures["performance"])
    if "regression" in figures:
        sheets.see(("Figures", record, window, "Errors of numbers", "load"), figures["regression"])
    if "latency" in figures:
        sheets.see(("Figures", record, window, "Latency", ""), figures["latency"])
    for name, of_class in figures.get("classes", {}).items():
        sheets.see(("Classes", record, window, "kind", name), of_class)
    for truth, counts_of in zip(figures.get("classes", {}), figures.get("confusion", [])):
        for said, count in zip(figures["classes"], counts_of):
            row = sheets.index.get(("Classes", record, window, "kind", truth, f"Predicted as {said}"))
            if (row["Value"] if row else 0) != count:
                sheets.problems.append(f"{record} {window}: {truth} as {said} is {count}")
            counts["in sheets"] += 1
    for column, fairness in figures.get("fairness", {}).items():
        sheets.see(("Groups", record, window, column, ""), fairness)
        for group, rates in fairness["groups"].items():
            sheets.see(("Groups", record, window, column, group), rates)
    for column, segments in figures.get("segments", {}).items():
        for value, segment in segments.items():
            for part in ("performance", "calibration", "regression", "latency"):
                sheets.see(("Segments", record, window, column, value), segment.get(part, {}))
    for part in figures.get("windows", []):
        see_sheets(sheets, record, part["start"][:7], part, monitoring)


# -- versions and models -----------------------------------------------------------------------------

def numbers_of(tree, into):
    if isinstance(tree, dict):
        for value in tree.values():
            numbers_of(value, into)
    elif isinstance(tree, list):
        for value in tree:
            numbers_of(value, into)
    elif isinstance(tree, (int, float)) and not isinstance(tree, bool):
        into.add(float(tree))
    return into


def unknown_numbers(page, known):
    """Figures of a page that no JSON holds: sums of a row of the confusion matrix are the page's own."""
    found, problems = 0, []
    for name, table in page.tables.items():
        heads = [c.plain() for c in table["rows"][0]]
        for cells in table["rows"][1:]:
            for head, cell in zip(heads, cells):
                for value in cell.data:
                    found += 1
                    if value not in known and not (name.startswith("Confusion matrix") and head == "Rows"):
                        problems.append(f"{value!r} in '{name}', {cells[0].plain()}, {head}")
    counts["on pages of versions and models"] += found
    return problems or ("no figures at all" if not found else None)


def main(work):
    write_workspace(work)
    p = run("build", "--workspace", work, "--out", f"{work}/site", "--quiet", "--no-cache")
    verdict("build exits 0", None if p.returncode == 0 else p.stderr[-1000:])
    p = run("export", "--workspace", work, "--format", "json", "--out", work, "--no-cache")
    verdict("export exits 0", None if p.returncode == 0 else p.stderr[-1000:])
    page = Page(open(f"{work}/site/records/records.yaml.html", encoding="utf-8").read())
    sheets = Sheets(json.load(open(f"{work}/audit.json", encoding="utf-8")))
    by_model = collections.defaultdict(set)
    for name, (kind, model, _, options) in RECORDS.items():
        args = [f"{work}/data/{a}" if a.endswith(".csv") else a for a in options.split()]
        p = run("measure", *args, "--workspace", work, "--format", "json")
        figures = json.loads(p.stdout)
        numbers_of(figures, by_model[model])
        record = Record(page, name, figures)
        verdict(f"{name}: {record.found} values of the JSON stand on the page of the records", record.problems)
        sheets.problems, before = list(sheets.problems), counts["in sheets"]
        see_sheets(sheets, name, "all", figures, kind == "monitoring_window")
        verdict(f"{name}: {counts['in sheets'] - before} values of the JSON stand in the sheets", sheets.problems)
        sheets.problems = []
    for model, known in by_model.items():
        for path in (f"models/{model}/1.0.0.html", f"models/{model}/index.html"):
            shown = Page(open(f"{work}/site/{path}", encoding="utf-8").read())
            verdict(f"{path}: its figures are those of the JSON", unknown_numbers(shown, known))
    text = open(f"{work}/site/models/loan/1.0.0.html", encoding="utf-8").read()
    wanted = ["Groups of sex", "Two scores on the same rows", "ROC AUC by region", "Latency", "All distances of 4 columns",
              "not kept", "data/models.yaml:5"]
    verdict("the page of loan@1.0.0 has its sections, limits and where these come from", [w for w in wanted if w not in text])
    text = open(f"{work}/site/models/tickets/1.0.0.html", encoding="utf-8").read()
    verdict("the page of tickets@1.0.0 has its classes", [w for w in ("Confusion matrix", "Each class", "Macro F1") if w not in text])
    text = open(f"{work}/site/models/demand/1.0.0.html", encoding="utf-8").read()
    verdict("the page of demand@1.0.0 has its errors over time and by site",
            [w for w in ("Mean absolute error over time", "Mean absolute error by site", "Errors of numbers") if w not in text])


with tempfile.TemporaryDirectory() as folder:
    main(folder)
print("; ".join(f"{n} {what}" for what, n in counts.items()))
print(f"{passed} passed, {failed} failed, 0 skipped")
sys.exit(bool(failed))
