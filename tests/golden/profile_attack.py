#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a profile with hidden counts gives away to whoever subtracts. Draws sparse logs, writes their profiles with --min-count, and tries to
find again what was hidden: every published number is the count of a set of rows; sets within sets, sets that follow one another and bounds
carried from set to set give the counts of others. A set of 1 to N - 1 rows whose count is found exactly, or within fewer than N, is a leak; so
is a sum of scores that bounds its bins as narrowly. The rows tell what is true. Rows without a label or score, without a value or with a score
outside 0 to 1 may be counted by what they lack (docs/profiles.md). Usage: profile_attack.py PROGRAM [LOGS [FIRST SEED]]"""
import bisect, csv, datetime, itertools, json, os, random, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
MOST_SETS = 500  # known sets of rows that the attacker keeps in mind

# -- a profile as it is written --------------------------------------------------------------------


def flow(text):
    """A scalar, [list] or {map} on one line."""
    if text.startswith(("[", "{")):
        return json.loads(re.sub(r'("(?:[^"\\]|\\.)*")|([^\s,:\[\]{}"]+)', lambda m: m[1] or (
            m[2] if m[2] in ("null", "true") or re.fullmatch(r"-?\d.*", m[2]) else json.dumps(m[2])), text))
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_yaml(text):
    """Maps by indentation, and the one list of windows."""
    root = {}
    stack = [(-1, root)]
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip(" "))
        body = line.strip()
        starts = body.startswith("- ")
        while stack[-1][0] >= indent + (0 if not starts else 1):
            stack.pop()
        if starts:
            while not isinstance(stack[-1][1], dict) or "windows" not in stack[-1][1]:
                stack.pop()
            window = {}
            stack[-1][1]["windows"] = (stack[-1][1]["windows"] or []) + [window]
            stack.append((indent + 1, window))
            body, indent = body[2:], indent + 2
        key, _, value = re.match(r'("(?:[^"\\]|\\.)*"|[^:]*)(:)\s*(.*)', body).groups()
        key, into = flow(key) if key.startswith('"') else key, stack[-1][1]
        if value:
            into[key] = flow(value)
        else:
            into[key] = None if key == "windows" and indent == 0 else {}
            if into[key] is not None:
                stack.append((indent, into[key]))
    return root


# -- logs ------------------------------------------------------------------------------------------

SEX, PLAN = ["f", "m", "d"], ["web", "app", "shop"]


def draw(seed):
    """A log, the options it is counted with, and how few is few."""
    r = random.Random(seed)
    n, least = r.choice([25, 60, 120, 300]), r.choice([3, 5, 10])
    digits, no_label, no_sex, no_plan = r.choice([1, 2, 2, 3]), r.choice([0, 0, .02, .1, .5]), r.choice([0, 0, .03, .1]), r.choice([0, .03])
    outside, no_score, skew = r.choice([0, 0, 0, .02]), r.choice([0, 0, .05]), r.choice([1, 1, 3])
    rows = []
    for _ in range(n):
        p = round(r.random() ** skew, digits)
        if r.random() < outside:
            p = r.choice([-.5, 1.5])
        day = f"2025-{r.choice([1, 1, 1, 2, 2, 3, 4]):02d}-{1 + r.randrange(28) // 9 * 9:02d}" if r.random() > .02 else ""
        rows.append({"day": day, "y": "" if r.random() < no_label else str(int(r.random() < .1 + .6 * p)),
                     "p": "" if r.random() < no_score else repr(p), "said": r.choice(["0", "0", "1"]),
                     "sex": "" if r.random() < no_sex else r.choices(SEX, [8, 6, 1])[0],
                     "plan": "" if r.random() < no_plan else r.choices(PLAN, [6, 3, 1])[0], "age": str(20 + r.randrange(6) ** 2)})
    options = ["--label", "y", "--score", "p", "--threshold", r.choice(["0.5", "0.5", "0.3", "0.35", "0.42"]), "--min-count", str(least)]
    if r.random() < .6:
        options += ["--time", "day", "--window", r.choice(["month", "month", "week"])]
    for group in r.choice([[], ["sex"], ["sex", "plan"], ["sex", "sex*plan"], ["sex*plan", "plan", "sex"], ["age", "sex"]]):
        options += ["--group", group]
    for feature in r.choice([["sex", "age"], ["sex", "plan"], ["age"], ["plan", "age", "sex"]]):
        options += ["--feature", feature]
    if r.random() < .2:
        options += ["--prediction", "said"]
    edges = r.choice([None, None, "p=0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9", "p=0.15,0.3,0.5,0.75"])
    if edges:
        options += ["--edges", edges]
    if r.random() < .4:
        options += ["--bins", r.choice(["4", "5"])]
    return rows, options, least


# -- what rows are, and what is published of them ---------------------------------------------------

def outcome_of(row, p):
    """(label, decision, score) of a row with all three, else None."""
    if row["y"] == "" or row["p"] == "":
        return None
    score = float(row["p"])
    return int(row["y"]), int(row["said"]) if "prediction" in p else int(score >= p["threshold"]), score


def score_bin(score, n):
    return bisect.bisect_left([i / n for i in range(1, n)], score)


def runs(counts):
    """(first, last, count) of the bins that are counted together; none where all are hidden."""
    first, found = 0, []
    for b, count in enumerate(counts):
        if count is not None:
            found.append((first, b, count))
            first = b + 1
    return found


class Counts:
    """Sets of rows whose count is known: masks over atoms, kinds of rows that the file's own words tell apart."""

    def __init__(self, atoms, least, what):
        self.at, self.least, self.what = {atom: i for i, atom in enumerate(atoms)}, least, what
        self.atoms, self.known, self.true, self.leaks, self.zero, self.seen = atoms, {}, [0] * len(atoms), [], 0, set()
        self.rows, self.lack = least, False

    def mask(self, test):
        return sum(1 << i for i, atom in enumerate(self.atoms) if test(*atom))

    def count(self, atom):
        self.true[self.at[atom]] += 1

    def truth(self, mask):
        return sum(self.true[i] for i in bits(mask))

    def know(self, mask, count):
        if self.truth(mask) != count:
            raise AssertionError(f"{self.what}: the file says {count}, the rows {self.truth(mask)}: the test misreads one of them")
        self.known[mask] = count

    def know_runs(self, sets):
        """Sets that follow one another: each stretch of them is known too."""
        for first in range(len(sets)):
            mask = count = 0
            for m, n in sets[first:]:
                mask, count = mask | m, count + n
                self.know(mask, count)

    def subtract(self):
        """Sets within sets, until nothing new is found or too many are."""
        new = dict(self.known)
        while new and len(self.known) < MOST_SETS:
            found, zero = {}, 0
            for a, n in self.known.items():
                for b, k in new.items():
                    both = a & b
                    if both == b and a != b:
                        found[a ^ b] = n - k
                    elif both == a and a != b:
                        found[a ^ b] = k - n
            for mask, n in itertools.chain(self.known.items(), found.items()):
                zero |= mask if n == 0 else 0
            known = {m & ~zero: n for m, n in self.known.items() if m & ~zero}
            new = {m & ~zero: n for m, n in found.items() if m & ~zero and m & ~zero not in known}
            new = dict(sorted(new.items(), key=lambda item: item[1])[:MOST_SETS - len(known)])
            self.known, self.zero = {**known, **new}, self.zero | zero
        self.bounds()

    def bounds(self):
        """The least and most rows of each atom."""
        self.low, self.high = [0] * len(self.atoms), [10 ** 9] * len(self.atoms)
        sets = [(list(bits(m)), n) for m, n in self.known.items()]
        for _ in range(4):
            for inside, n in sets:
                low, high = sum(self.low[i] for i in inside), sum(self.high[i] for i in inside)
                for i in inside:
                    self.high[i] = min(self.high[i], n - low + self.low[i])
                    self.low[i] = max(self.low[i], n - high + self.high[i])

    def most(self, mask):
        return min([n for m, n in self.known.items() if m & mask == mask] + [sum(self.high[i] for i in bits(mask))])

    def least_of(self, mask, low):
        low = max(low, sum(self.low[i] for i in bits(mask)))
        for m, n in self.known.items():
            if m & mask and n > low:
                low = max(low, n - self.most(m & ~mask))
        return low

    def look(self, name, mask, low=0, high=10 ** 9, lacking=0):
        """A leak where these rows are few, and are found among fewer counts than that; `low` and `high` are known otherwise. Rows that lack
        something are counted by what they lack (`lacking`, all of them): only what else they hold must not be found exactly, where they
        could hold something else."""
        mask &= ~self.zero
        if lacking and mask == lacking & ~self.zero:
            return
        true = self.truth(mask)
        if not 0 < true < self.least or (mask, low, high) in self.seen:
            return
        self.seen.add((mask, low, high))
        width = 1 if lacking else min(self.least, self.rows)
        high = min(high, self.most(mask))
        if high - true < width:
            low = self.least_of(mask, low)
            if high - low < width:
                self.leaks.append(f"{self.what}: {name}: {true} found as {low}" + (f" to {high}" if high > low else ""))


def bits(mask):
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


# -- attacks ---------------------------------------------------------------------------------------

def key_of(day, window):
    d = datetime.date.fromisoformat(day)
    return day[:7] if window == "month" else str(d - datetime.timedelta(d.weekday())) if window == "week" else day


def parts_of(rows, p):
    """(name, rows, the file's numbers) of the whole, of windows, and of what the windows leave."""
    windows = p.get("windows") or []
    keys = [key_of(w["start"], p["window"]) for w in windows]
    inside = [[row for row in rows if row["day"] and key_of(row["day"], p["window"]) == key] for key in keys]
    yield "all", rows, [(1, p)]
    for key, some, w in zip(keys, inside, windows):
        yield key, some, [(1, w)]
    table, scores = [[i for i, w in enumerate(windows) if shown(w)] for shown in (
        lambda w: w["outcomes"]["table"] is not None, lambda w: "counts" in w["outcomes"] and runs(w["outcomes"]["counts"]))]
    for some in {tuple(range(len(windows))), tuple(table), tuple(scores), tuple(i for i in table if i in scores)}:
        if some:
            taken = {id(row) for i in some for row in inside[i]}
            yield ("all but " + " ".join(keys[i] for i in some), [row for row in rows if id(row) not in taken],
                   [(1, p)] + [(-1, windows[i]) for i in some])


def add_up(parts, read):
    """A list of numbers of parts, added up; None where a part hides it."""
    lists = [(sign, read(part)) for sign, part in parts]
    if any(one is None for _, one in lists):
        return None
    return [sum(sign * one[i] for sign, one in lists) for i in range(len(lists[0][1]))]


def of_runs(parts, read):
    """(first, last, count) of bins, added up: the same bins are joined in all parts."""
    lists = [runs(read(part)) for _, part in parts]
    if not all(lists) or len({tuple(r[:2] for r in one) for one in lists}) > 1:
        return []
    counts = [sum(sign * one[i][2] for (sign, _), one in zip(parts, lists)) for i in range(len(lists[0]))]
    return [(first, last, n) for (first, last, _), n in zip(lists[0], counts)]


def attack_values(rows, p, least):
    """A column's counts, and the windows'."""
    for name, spec in p["columns"].items():
        for part, some, numbers in parts_of(rows, p):
            read = lambda one: one["columns"][name]
            if spec["type"] == "numeric":
                n = len(spec["edges"]) + 1
                c = Counts([(b,) for b in range(n)], least, f"{part}: {name}")
                for row in some:
                    if row[name]:
                        c.count((bisect.bisect_left(spec["edges"], float(row[name])),))
                c.know_runs([(c.mask(lambda b: first <= b <= last), count)
                             for first, last, count in of_runs(numbers, lambda one: read(one)["counts"])])
                whats = [(f"bins {a} to {b}", c.mask(lambda x: a <= x <= b)) for a in range(n) for b in range(a, n - (a == 0))]
            else:
                values = sorted({row[name] for row in rows} - {""})
                c = Counts([(v,) for v in values], least, f"{part}: {name}")
                for row in some:
                    if row[name]:
                        c.count((row[name],))
                shown = [v for v in values if v in read(p)["values"]]
                for v in shown:
                    c.know(c.mask(lambda x: x == v), sum(sign * read(one)["values"].get(v, 0) for sign, one in numbers))
                if all(read(one).get("rest", 0) is not None for _, one in numbers):
                    c.know(c.mask(lambda x: x not in shown), sum(sign * read(one).get("rest", 0) for sign, one in numbers))
                whats = [(v, c.mask(lambda x: x == v)) for v in values]
            c.rows = sum(sign * (one["rows"] - read(one)["missing"]) for sign, one in numbers)
            c.know(c.mask(lambda *_: True), c.rows)
            c.subtract()
            for what in whats:
                c.look(*what)
            yield from c.leaks


def cuts_of(p, with_column):
    """Where the line of scores is cut: (score, whether the cut lies above it)."""
    n = p.get("bins", 10)
    cuts = {(0, 0), (1, 1)} | {(i / n, 1) for i in range(1, n)}
    if "prediction" not in p:
        cuts.add((p["threshold"], 0))
    return sorted(cuts | ({(e, 1) for e in p["columns"]["p"]["edges"]} if with_column else set()))


def place(cuts, score):
    """The stretch between cuts that holds a score: 0 below the first."""
    return bisect.bisect_left(cuts, (score, .5))


def know_outcomes(c, p, cuts, numbers, pick, inside):
    """The table, bins and their sums, of atoms that are `inside`. An atom begins with class, decision, stretch."""
    n, at = p.get("bins", 10), {cut: i + 1 for i, cut in enumerate(cuts)}
    low, high = at[(0, 0)], at[(1, 1)]
    decided = "prediction" in p
    begins = at.get((p["threshold"], 0))
    yes = (lambda d, s: d) if decided else (lambda d, s: s >= begins)
    table = add_up(numbers, lambda one: pick(one)["table"] and [pick(one)["table"][k] for k in ("tp", "fp", "fn", "tn")])
    if table:
        cells = list(zip(table, ((1, 1), (0, 1), (1, 0), (0, 0))))
        for count, (label, said) in cells:
            c.know(c.mask(lambda k, d, s, *a: inside(*a) and k == label and bool(yes(d, s)) == bool(said)), count)
        for i, j in itertools.combinations(range(4), 2):
            c.know(c.mask(lambda k, d, s, *a: inside(*a) and (k, int(yes(d, s))) in (cells[i][1], cells[j][1])), table[i] + table[j])
        c.know(c.mask(lambda k, d, s, *a: inside(*a) and k < 2), sum(table))
    outside = add_up(numbers, lambda one: [pick(one)["outside"]])
    c.know(c.mask(lambda k, d, s, *a: inside(*a) and k < 2 and not low <= s < high), outside[0])
    if outside[0]:  # these rows are counted by what is wrong with them
        c.rows = min(c.rows, outside[0])
    counts, positives = [of_runs(numbers, lambda one: pick(one)[key]) for key in ("counts", "positives")]
    stretch = lambda first, last: (at[(0, 0) if first == 0 else (first / n, 1)], at[(1, 1) if last == n - 1 else ((last + 1) / n, 1)])
    for label in (0, 1, 2):
        sets = []
        for (first, last, count), (_, _, positive) in zip(counts, positives):
            begin, end = stretch(first, last)
            sets.append((c.mask(lambda k, d, s, *a: inside(*a) and (k == label if label < 2 else k < 2) and begin <= s < end),
                         (count - positive, positive, count)[label]))
        c.know_runs(sets)
    exact = lambda value: sum(value) if isinstance(value, list) else value
    return [(*stretch(first, last), count, sum(sign * exact(pick(one)["scores"][last]) for sign, one in numbers)) for first, last, count in counts]


def bounds_of_sum(cuts, run, begin, end):
    """The least and most rows of a run with scores from one cut to another, for the sum of its scores."""
    first, last, n, total = run
    if not (first <= begin and end <= last and n):
        return 0, 10 ** 9
    bottom, top, a, b = [cuts[i - 1][0] for i in (first, last, begin, end)]
    low, high, near = 0, n, 1e-9
    if b < top:
        high = min(high, int((n * top - total) / (top - b) + near))
    if a > bottom:
        high = min(high, int((total - n * bottom) / (a - bottom) + near))
    if begin == first and b > bottom:
        low = max(low, -int(-((n * b - total) / (b - bottom) - near) // 1))
    if end == last and top > a:
        low = max(low, -int(-((total - n * a) / (top - a) - near) // 1))
    return low, high


def look_at_stretches(c, cuts, sums, name, inside, classes, lacking=False):
    low, high = cuts.index((0, 0)) + 1, cuts.index((1, 1)) + 1
    for begin in range(low, high):
        for end in range(begin + 1, high + 1):
            at = f"{name} {cuts[begin - 1][0]:g} to {cuts[end - 1][0]:g}"
            for label, of in classes.items():
                mask = c.mask(lambda k, d, s, *a: inside(*a) and k in of and begin <= s < end)
                bounds = (0, 10 ** 9)
                if label == "with score" and not c.mask(lambda k, d, s, *a: inside(*a) and k < 2 and begin <= s < end) & ~c.zero:
                    continue  # they are known to be rows without a label, and no more than those
                if c.lack and label == "with outcome" and (begin, end) == (low, high):
                    continue  # told by how many have no label or score
                for run in sums if label == "with outcome" and {cuts[begin - 1], cuts[end - 1]} <= c.own else []:
                    one = bounds_of_sum(cuts, run, begin, end)
                    bounds = max(bounds[0], one[0]), min(bounds[1], one[1])
                c.look(f"{at}, {label}", mask, *bounds, lacking=lacking and c.mask(lambda k, d, s, *a: inside(*a) and k < 2))
    for label in (0, 1):
        c.look(f"{name} outside, label {label}", c.mask(lambda k, d, s, *a: inside(*a) and k == label and not low <= s < high),
               lacking=c.mask(lambda k, d, s, *a: inside(*a) and k < 2 and not low <= s < high))
        for said in (0, 1):
            threshold = cuts.index((c.threshold, 0)) + 1 if c.threshold is not None else None
            c.look(f"{name} label {label} decided {said}", c.mask(lambda k, d, s, *a: inside(*a) and k == label and (
                d == said if threshold is None else (s >= threshold) == said)),
                   lacking=lacking and c.mask(lambda k, d, s, *a: inside(*a) and k < 2))


CLASSES = {"negative": (0,), "positive": (1,), "with outcome": (0, 1), "with score": (0, 1, 2)}


def attack_scores(rows, p, least):
    """Table, bins of outcomes, and the score as a column of its own, in each part."""
    cuts = cuts_of(p, True)
    column = p["columns"]["p"]
    for part, some, numbers in parts_of(rows, p):
        decisions = (0, 1) if "prediction" in p else (0,)
        c = Counts([(k, d, s) for k in (0, 1, 2) for d in (decisions if k < 2 else (0,)) for s in range(len(cuts) + 1)], least, part)
        c.threshold, c.own = None if "prediction" in p else p["threshold"], set(cuts_of(p, False))
        for row in some:
            said = outcome_of(row, p)
            if row["p"]:
                c.count((said[0] if said else 2, said[1] if said and "prediction" in p else 0, place(cuts, float(row["p"]))))
        sums = know_outcomes(c, p, cuts, numbers, lambda one: one["outcomes"], lambda: True)
        at = [0] + [cuts.index((e, 1)) + 1 for e in column["edges"]] + [len(cuts) + 1]
        c.know_runs([(c.mask(lambda k, d, s: at[first] <= s < at[last + 1]), count)
                     for first, last, count in of_runs(numbers, lambda one: one["columns"]["p"]["counts"])])
        scored = sum(sign * (one["rows"] - one["columns"]["p"]["missing"]) for sign, one in numbers)
        c.rows = min(c.rows, scored)
        c.know(c.mask(lambda *_: True), scored)
        c.subtract()
        look_at_stretches(c, cuts, sums, "scores", lambda: True, CLASSES)
        yield from c.leaks


def attack_groups(rows, p, least):
    """The groups of all columns against each other, the whole, and the columns' own counts."""
    names = sorted({name for group in p.get("group_columns", []) for name in group.split("*")})
    if not names:
        return
    cuts = cuts_of(p, False)
    values = {name: sorted({row[name] for row in rows}) for name in names}
    decisions = (0, 1) if "prediction" in p else (0,)
    for only_tables in (False, True):  # stretches of scores for each column by itself, tables of all columns together
        for some in [names] if only_tables else [[name] for name in names]:
            spots = sorted({place(cuts, x) for x in (-1, 2)} | {place(cuts, p["threshold"]), place(cuts, p["threshold"] - 1e-12)} |
                           {place(cuts, 0.0), place(cuts, 1.0)}) if only_tables else range(len(cuts) + 1)
            nearest = lambda s: max(x for x in spots if x <= s)
            c = Counts([(k, d, s, *v) for v in itertools.product(*[values[name] for name in some])
                        for k in (0, 1, 2) for d in (decisions if k < 2 else (0,)) for s in (spots if k < 2 else (0,))], least, "groups " + " ".join(some))
            c.threshold, c.own = None if "prediction" in p else p["threshold"], set(cuts)
            for row in rows:
                said = outcome_of(row, p)
                v = [row[name] for name in some]
                c.count((said[0], said[1] if "prediction" in p else 0, nearest(place(cuts, said[2])), *v) if said else (2, 0, 0, *v))
            sources = [(p["outcomes"], lambda *a: True, "all")]
            sources_of = {}
            for column, groups in p.get("groups", {}).items():
                parts = column.split("*")
                if all(part in some for part in parts):
                    for value, outcomes in groups.items():
                        wanted = dict(zip(parts, value.split("*")))
                        sources.append((outcomes, lambda *a, wanted=wanted: all(a[some.index(k)] == v for k, v in wanted.items()), f"{column}={value}"))
            sums = {}
            for outcomes, inside, name in sources:
                one = {k: v for k, v in outcomes.items()}
                if only_tables:
                    one.update(counts=[None], positives=[None])
                sums[name] = know_outcomes(c, p, cuts, [(1, one)], lambda x: x, inside)
            for name in some:
                column = p["columns"].get(name)
                if not column:
                    continue
                i = some.index(name)
                if column["type"] == "numeric":
                    c.know_runs([(c.mask(lambda k, d, s, *a: a[i] and first <= bisect.bisect_left(column["edges"], float(a[i])) <= last), count)
                                 for first, last, count in runs(column["counts"])])
                    continue
                for value, count in column["values"].items():
                    c.know(c.mask(lambda k, d, s, *a: a[i] == value), count)
                if column.get("rest", 0) is not None:
                    c.know(c.mask(lambda k, d, s, *a: a[i] and a[i] not in column["values"]), column.get("rest", 0))
                c.know(c.mask(lambda k, d, s, *a: a[i] == ""), column["missing"])
            c.know(c.mask(lambda *_: True), p["rows"])
            c.lack = any(said is None for said in (outcome_of(row, p) for row in rows))
            c.subtract()
            for n in range(1, len(some) + 1):
                for chosen in itertools.combinations(range(len(some)), n):
                    for v in itertools.product(*[values[some[i]] for i in chosen]):
                        inside = lambda *a: all(a[i] == w for i, w in zip(chosen, v))
                        name = "*".join(v)
                        if only_tables:
                            for label in (0, 1) if "" in v or c.lack else (0, 1, 2):
                                c.look(f"{name} label {label}", c.mask(lambda k, d, s, *a: inside(*a) and (k == label if label < 2 else k < 2)),
                                       lacking="" in v and c.mask(lambda k, d, s, *a: inside(*a) and k < 2))
                            begin = cuts.index((p["threshold"], 0)) + 1 if c.threshold is not None else None
                            for label, said in itertools.product((0, 1), (0, 1)):
                                c.look(f"{name} label {label} decided {said}", c.mask(lambda k, d, s, *a: inside(*a) and k == label and (
                                    d == said if begin is None else (s >= begin) == said)),
                                       lacking="" in v and c.mask(lambda k, d, s, *a: inside(*a) and k < 2))
                        else:
                            look_at_stretches(c, cuts, [], name, inside, {label: of for label, of in CLASSES.items() if label != "with score" and ("" not in v or label != "with outcome")}, "" in v)
            yield from c.leaks


# -- all logs --------------------------------------------------------------------------------------

def attack(seed, cwd):
    rows, options, least = draw(seed)
    with open(os.path.join(cwd, "log.csv"), "w", newline="") as f:
        out = csv.DictWriter(f, rows[0])
        out.writeheader()
        out.writerows(rows)
    env = {"PATH": os.environ["PATH"], "MODELBOOK_DEFAULTS": ROOT, "HOME": "no-cache", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1767225600"}
    r = subprocess.run([PROGRAM, "profile", "log.csv", *options], cwd=cwd, env=env, capture_output=True, timeout=300)
    if r.returncode:
        return [f"exit {r.returncode}: {r.stderr.decode()[:300]}"], options, ""
    text = r.stdout.decode()
    p = read_yaml(text)
    leaks = [leak for way in (attack_values, attack_scores, attack_groups) for leak in way(rows, p, least)]
    return leaks, options, text


def shown_numbers(text):
    return len(re.findall(r"(?<![\w.-])\d+(?![\w.])", text))


def main():
    logs, first = int(sys.argv[2]) if len(sys.argv) > 2 else 300, int(sys.argv[3]) if len(sys.argv) > 3 else 1
    failed = shown = 0
    with tempfile.TemporaryDirectory() as cwd:
        for seed in range(first, first + logs):
            leaks, options, text = attack(seed, cwd)
            shown += shown_numbers(text)
            failed += bool(leaks)
            if leaks:
                print(f"FAILED seed {seed}: modelbook profile {' '.join(options)}: {len(leaks)} leaks")
                for leak in leaks[:4]:
                    print(f"  {leak}", flush=True)
    print(f"{logs - failed} passed, {failed} failed, 0 skipped; {shown} numbers shown")
    sys.exit(failed > 0)


main()
