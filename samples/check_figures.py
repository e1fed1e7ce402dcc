#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures again, from the sample logs, every figure that the sample's documents and records state.

Plain Python, without modelbook: a second opinion. Each claim is a file, a phrase with {} for the
figures, and the figures. The phrase must stand in the file word for word. Exit 1 where one does not.
"""
import bisect
import csv
import datetime
import math
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
THRESHOLD = 0.3


def read(name, **where):
    with open(os.path.join(ROOT, "data/churn", name), newline="") as log:
        return [r for r in csv.DictReader(log) if all(r[k] == v for k, v in where.items())]


def label(rows):
    return [int(r["churned"]) for r in rows]


def score(rows, column="score"):
    return [float(r[column]) for r in rows]


def share(rows, test):
    return sum(test(r) for r in rows) / len(rows)


def selected(rows, column="score"):
    return sum(s >= THRESHOLD for s in score(rows, column))


def placements(y, s):
    """For each positive the share of negatives below it, for each negative that of positives above."""
    pos = sorted(v for v, t in zip(s, y) if t)
    neg = sorted(v for v, t in zip(s, y) if not t)

    def below(values, v):
        return (bisect.bisect_left(values, v) + bisect.bisect_right(values, v)) / 2 / len(values)

    return ([below(neg, v) for v, t in zip(s, y) if t],
            [1 - below(pos, v) for v, t in zip(s, y) if not t])


def roc_auc(y, s):
    above, _ = placements(y, s)
    return sum(above) / len(above)


def mean_interval(values, *more):
    """Sum of means with its 95 % interval; DeLong (1988) when given placements."""
    parts = (values,) + more
    mean = sum(values) / len(values)
    variance = 0.0
    for part in parts:
        m = sum(part) / len(part)
        variance += sum((v - m) ** 2 for v in part) / (len(part) - 1) / len(part)
    half = 1.959964 * math.sqrt(variance)
    return mean, mean - half, mean + half


def auc_difference(y, a, b):
    (a1, a0), (b1, b0) = placements(y, a), placements(y, b)
    return mean_interval([p - q for p, q in zip(a1, b1)], [p - q for p, q in zip(a0, b0)])


def row_loss(y, s):
    return [-math.log(v if t else 1 - v) for t, v in zip(y, s)]


def log_loss(y, s):
    return sum(row_loss(y, s)) / len(y)


def log_loss_difference(y, a, b):
    return mean_interval([p - q for p, q in zip(row_loss(y, a), row_loss(y, b))])


def brier(y, s):
    return sum((t - v) ** 2 for t, v in zip(y, s)) / len(y)


def average_precision(y, s):
    result = seen = hits = 0
    total = sum(y)
    for v in sorted(set(s), reverse=True):
        group = [t for t, w in zip(y, s) if w == v]
        seen += len(group)
        hits += sum(group)
        result += sum(group) / total * hits / seen
    return result


def ece(y, s, bins=10):
    gap = [0.0] * bins
    for t, v in zip(y, s):
        gap[max(0, math.ceil(v * bins - 1e-12) - 1)] += t - v
    return sum(abs(g) for g in gap) / len(y)


def psi(reference, current, bins=10):
    ref = sorted(float(v) for v in reference)
    at = [(len(ref) - 1) * i / bins for i in range(1, bins)]
    edges = sorted({ref[int(h)] + (h - int(h)) * (ref[int(h) + 1] - ref[int(h)]) for h in at})

    def shares(values):
        count = [0] * (len(edges) + 1)
        for v in values:
            count[bisect.bisect_left(edges, float(v))] += 1
        return [max(c / len(values), 1e-4) for c in count]

    return sum((q - p) * math.log(q / p) for p, q in zip(shares(reference), shares(current)))


def column(rows, name):
    return [r[name] for r in rows]


def between(rows, first, last, client=None):
    return [r for r in rows if first <= r["time"] <= last and client in (None, r["client"])]


def days_of_alert(rows, client, first, last):
    """Days on which the share selected over 7 days is under half or over twice that of 28 before."""
    days, day = [], first
    while day <= last:
        d = [(day - datetime.timedelta(n)).isoformat() for n in (34, 7, 6, 0)]
        before, now = between(rows, d[0], d[1], client), between(rows, d[2], d[3], client)
        usual, share_now = selected(before) / len(before), selected(now) / len(now)
        if share_now < usual / 2 or share_now > usual * 2:
            days.append(day.isoformat())
        day += datetime.timedelta(1)
    return days


def signed(value):
    return f"{value:.3f}".replace("-", "−")


def of_bands(rows):
    """Per age band: rows, selection rate, true positive rate, mean score, base rate."""
    result = []
    for band in ("18-34", "35-54", "55+"):
        r = [x for x in rows if x["age_band"] == band]
        churned = [x for x in r if x["churned"] == "1"]
        result.append((len(r), selected(r) / len(r), selected(churned) / len(churned),
                       sum(score(r)) / len(r), sum(label(r)) / len(r)))
    return result


def ratio(bands):
    rates = [b[1] for b in bands]
    return min(rates) / max(rates)


def spread(bands):
    rates = [b[2] for b in bands]
    return max(rates) - min(rates)


def reference_claims():
    split = {s: read("reference.csv", split=s) for s in ("holdout", "temporal", "shift", "stress")}
    card, review = "content/models/churn/model_card.md", "content/models/churn/review-1.0.0.md"
    runs = "data/churn/experiments.yaml"
    y = label(split["temporal"])
    live, rule, larger = (score(split["temporal"], c)
                          for c in ("score", "score_rule", "score_interactions"))
    gain, loss = auc_difference(y, live, rule), auc_difference(y, larger, live)
    names = {"holdout": "Holdout: {:,} accounts of the training months",
             "temporal": "**Temporal: {:,} accounts of the three months after**",
             "shift": "Shift: {:,} accounts after a price rise of 15 %",
             "stress": "Stress: {:,} accounts, usage lost in one of ten"}
    for name, rows in split.items():
        bold = "**" if name == "temporal" else ""
        path = f"{bold}{{{{{{{{ churn-1.0.0-{name}:performance.%s }}}}}}}}{bold}"  # modelbook fills it in
        yield card, f"| {names[name]} | {path % 'roc_auc'} | {bold}{{:.3f}}{bold} | {path % 'base_rate'} |", (
            len(rows), sum(score(rows)) / len(rows))
    yield card, "reaches {:.3f}; a model with squares and products reaches {:.3f}", (
        roc_auc(y, rule), roc_auc(y, larger))
    hits = selected([r for r in split["temporal"] if r["churned"] == "1"])
    by_rule = [r for r in split["temporal"] if float(r["usage_hours"]) < 6 or int(r["support_tickets"]) >= 2]
    yield "content/models/churn/postmortem.md", (
        "Its list holds {} of the {:,} temporal accounts, with {} of {} who leave; the rule lists {}, with {} of them"), (
        selected(split["temporal"]), len(y), hits, sum(y), len(by_rule), sum(label(by_rule)))
    for band, b in zip(("18-34", "35-54", "55+"), of_bands(split["temporal"])):
        yield card, "| " + band + " | {} | {:.3f} | {:.3f} | {:.3f} | {:.3f} |", b
    yield card, "smallest to the largest selection rate is {:.2f}", (ratio(of_bands(split["temporal"])),)
    yield card, "There are only {} accounts with a tenure of 0 months", (
        sum(r["tenure_months"] == "0" for r in split["temporal"]),)
    yield review, "The difference on the temporal rows is {:.3f}, 95 % interval {:.3f} to {:.3f}", gain
    yield review, "which reaches {:.3f} of {:.3f}", (roc_auc(y, rule), roc_auc(y, live))
    drift = [psi(column(split["holdout"], c), column(split["shift"], c))
             for c in ("monthly_charge", "support_tickets")]
    yield review, "charge {:.2f} and of tickets {:.2f} against the holdout", drift
    for name in ("shift", "stress"):
        rows = split[name]
        yield review, f"mean score is {{:.3f}} where {{{{{{{{ churn-1.0.0-{name}:performance.base_rate }}}}}}}} cancelled", (
            sum(score(rows)) / len(rows),)
    yield review, "largest usage of the log ({:.0f} hours)", (
        max(float(r["usage_hours"]) for rows in split.values() for r in rows),)
    yield review, "under 0.05; mean score {:.3f}, cancelled", (sum(live) / len(y),)
    agree = [v for b in of_bands(split["holdout"]) for v in b[3:]]
    yield review, "({:.3f} and {:.3f}, {:.3f} and {:.3f}, {:.3f} and {:.3f})", agree
    yield review, "higher than it cancels ({:.3f} and {:.3f})", of_bands(split["temporal"])[1][3:]
    path = "{{{{ churn-1.0.0-temporal:performance.%s }}}} and {:.3f}"
    for figure, name, of in (("ROC AUC", "roc_auc", roc_auc), ("log loss", "log_loss", log_loss),
                             ("average precision", "average_precision", average_precision)):
        yield review, f"{figure} {path % name}", (of(y, rule),)
    rule_hits = selected([r for r in split["temporal"] if r["churned"] == "1"], "score_rule")
    yield review, "the version finds {:.0f} % of those who leave, the rule {:.0f} %", (
        100 * hits / sum(y), 100 * rule_hits / sum(y))
    yield review, "a little better calibrated ({:.3f} and", (ece(y, rule),)
    yield runs, "{{roc_auc: {:.3f}}} secondary: {{average_precision: {:.3f}, log_loss: {:.3f}, brier: {:.3f}, ece: {:.3f}}}", (
        roc_auc(y, live), average_precision(y, live), log_loss(y, live), brier(y, live), ece(y, live))
    yield runs, "{{roc_auc: {:.3f}}} secondary: {{average_precision: {:.3f}, log_loss: {:.3f}, brier: {:.3f}, ece: {:.3f}}}", (
        roc_auc(y, larger), average_precision(y, larger), log_loss(y, larger), brier(y, larger),
        ece(y, larger))
    yield runs, "ROC AUC {:.3f} against {:.3f} for the rule on the same {:,} rows: +{:.3f}, 95 % interval {:.3f} to {:.3f}.", (
        roc_auc(y, live), roc_auc(y, rule), len(y), *gain)
    yield runs, "ROC AUC {:.3f} against {:.3f} for the linear form on the same {:,} rows: {:.3f}, 95 % interval {:.3f} to {:.3f}.", (
        roc_auc(y, larger), roc_auc(y, live), len(y), *loss)
    holdout = split["holdout"]
    better = roc_auc(label(holdout), score(holdout, "score_interactions")) - roc_auc(
        label(holdout), score(holdout))
    yield runs, "looked better by {:.3f}", (better,)


def candidate_claims():
    split = {s: read("candidate.csv", split=s) for s in ("holdout", "temporal", "shift", "stress")}
    review, runs = "content/models/churn/review-1.1.0.md", "data/churn/experiments.yaml"
    new = {s: score(r) for s, r in split.items()}
    old = {s: score(r, "score_production") for s, r in split.items()}
    y = {s: label(r) for s, r in split.items()}

    def mean(values):
        return sum(values) / len(values)

    auc_gain = auc_difference(y["temporal"], new["temporal"], old["temporal"])
    shift = log_loss_difference(y["shift"], new["shift"], old["shift"])
    temporal = log_loss_difference(y["temporal"], new["temporal"], old["temporal"])
    mobile = [r for r in split["stress"] if r["client"] == "mobile"]
    yield review, "AUC on the temporal rows is {:.3f}, 95 % interval {} to {:.3f}", (
        auc_gain[0], signed(auc_gain[1]), auc_gain[2])
    yield review, "log loss on the shift rows, is {}, interval {} to {}", [signed(v) for v in shift]
    yield review, "mean score is {:.3f} where {{{{ churn-1.1.0-shift:performance.base_rate }}}} cancelled; 1.0.0 gives {:.3f}", (
        mean(new["shift"]), mean(old["shift"]))
    yield review, "against {:.3f} for 1.0.0: the 500 rows", (roc_auc(y["shift"], old["shift"]),)
    yield review, "{} of {} mobile accounts are selected, none by 1.0.0; log loss {{{{ churn-1.1.0-stress:performance.log_loss }}}} and {:.3f}", (
        selected(mobile), len(mobile), log_loss(y["stress"], old["stress"]))
    yield review, "that of 1.0.0 {:.3f}; mean score {:.3f} and {:.3f}, cancelled", (
        ece(y["temporal"], old["temporal"]), mean(new["temporal"]), mean(old["temporal"]))
    bands = of_bands(split["temporal"])
    yield review, "{:.3f} and {:.3f}, {:.3f} and {:.3f}, {:.3f} and {:.3f}.", [
        v for b in bands for v in b[3:]]
    yield review, "and {:.3f}, not told apart; log loss {{{{ churn-1.1.0-temporal:performance.log_loss }}}} and {:.3f}, difference {} with an interval of {} to {:.3f}", (
        roc_auc(y["temporal"], old["temporal"]), log_loss(y["temporal"], old["temporal"]),
        signed(temporal[0]), signed(temporal[1]), temporal[2])
    yield review, "churn-1.1.0-shift:performance.log_loss }}}} and {:.3f}: better", (
        log_loss(y["shift"], old["shift"]),)
    yield review, "churn-1.1.0-holdout:performance.log_loss }}}} and {:.3f}: not told apart", (
        log_loss(y["holdout"], old["holdout"]),)
    yield review, "ROC AUC {:.3f} and {:.3f}. The guard", (
        roc_auc(label(mobile), score(mobile)), roc_auc(label(mobile), score(mobile, "score_production")))
    yield runs, "{{log_loss: {:.3f}}} secondary: {{roc_auc_temporal: {:.3f}, log_loss_temporal: {:.3f}, log_loss_stress: {:.3f}, ece_temporal: {:.3f}, ece_stress: {:.3f}}}", (
        log_loss(y["shift"], new["shift"]), roc_auc(y["temporal"], new["temporal"]),
        log_loss(y["temporal"], new["temporal"]), log_loss(y["stress"], new["stress"]),
        ece(y["temporal"], new["temporal"]), ece(y["stress"], new["stress"]))
    yield runs, "Log loss on the {} shift rows {:.3f} against {:.3f} for 1.0.0: {:.3f}, 95 % interval {:.3f} to {:.3f}. ROC AUC on the {} temporal rows: +{:.3f}, 95 % interval {:.3f} to {:.3f}.", (
        len(y["shift"]), log_loss(y["shift"], new["shift"]), log_loss(y["shift"], old["shift"]),
        *shift, len(y["temporal"]), *auc_gain)
    yield runs, "lower by {:.3f} with an interval of {:.3f} to {:.3f}", (-temporal[0], *temporal[1:])
    better = "content/models/churn/improvement_report-1.1.0.md"
    yield better, "the log loss falls by {:.3f} (95 % interval {:.3f} to {:.3f})", (-shift[0], -shift[2], -shift[1])
    yield better, "selects {} of {} mobile accounts", (selected(mobile), len(mobile))
    yield better, "| Accuracy | ROC AUC, temporal rows | {:.3f} |", (roc_auc(y["temporal"], old["temporal"]),)
    yield better, "| Robustness under shift | log loss, shift rows | {:.3f} |", (log_loss(y["shift"], old["shift"]),)
    yield better, "mean score where {:.3f} cancelled | {:.3f} | {:.3f} |", (
        mean(y["shift"]), mean(old["shift"]), mean(new["shift"]))
    yield better, "ROC AUC {:.3f} against {:.3f}, because", (
        roc_auc(label(mobile), score(mobile)), roc_auc(label(mobile), score(mobile, "score_production")))


def single(rows, name, of=label):
    """ROC AUC of one column by itself, in whichever direction."""
    area = roc_auc(of(rows), [float(r[name]) for r in rows])
    return max(area, 1 - area)


def oldest(rows):
    return [r["age_band"] == "55+" for r in rows]


def worst(rows, n=50):
    return sorted(rows, key=lambda r: log_loss(label([r]), score([r])), reverse=True)[:n]


def median(rows, name):
    return sorted(float(r[name]) for r in rows)[len(rows) // 2]


def checklist_claims():
    folder = "content/models/churn/"
    rate = {(0, 0): 0.1289, (1, 0): 0.2759, (0, 1): 0.2441, (1, 1): 0.4564}  # of the rule, as reference.csv has them
    for version, log in (("1.0.0", "reference.csv"), ("1.1.0", "candidate.csv")):
        rows, bad = read(log, split="temporal"), worst(read(log, split="temporal"))
        leakage, rigor = folder + f"leakage_checklist-{version}.md", folder + f"evaluation_rigor-{version}.md"
        bias, bands = folder + f"bias_checklist-{version}.md", of_bands(rows)
        few, quiet = share(rows, lambda r: int(r["support_tickets"]) < 2), sum(int(r["support_tickets"]) < 2 for r in bad)
        assert sum(label(bad)) == len(bad) == 50
        everything = [tuple(v for k, v in r.items() if "score" not in k) for r in read(log)]
        assert len(everything) == len(set(everything))
        yield leakage, "{:,} rows", (len(everything),)
        yield rigor, "scores from {:.2f} to {:.2f}. {} had one ticket or none ({:.0f} % of all rows)", (
            min(score(bad)), max(score(bad)), quiet, 100 * few)
        yield bias, "usage tells 55+ from the others with a ROC AUC of {:.2f}", (single(rows, "usage_hours", oldest),)
        if version == "1.0.0":
            yield leakage, "ROC AUC of {:.3f}, then tenure with {:.3f}", (
                single(rows, "support_tickets"), single(rows, "tenure_months"))
            yield rigor, "{} were in the age band 18-34 ({:.0f} %)", (
                sum(r["age_band"] == "18-34" for r in bad), 100 * share(rows, lambda r: r["age_band"] == "18-34"))
            yield bias, "they are {:.2f} apart", (spread(bands),)
            agree = of_bands(read(log, split="holdout"))
        else:
            rule = [rate[float(r["usage_hours"]) < 6, int(r["support_tickets"]) >= 2] for r in rows]
            yield leakage, "usage with a ROC AUC of {:.3f}, then tickets with {:.3f} and tenure with {:.3f}", (
                single(rows, "usage_hours"), single(rows, "support_tickets"), single(rows, "tenure_months"))
            yield rigor, "the old rule reaches a ROC AUC of {:.3f} on the temporal rows, {:.3f} less (95 % interval {:.3f} to {:.3f})", (
                roc_auc(label(rows), rule), *auc_difference(label(rows), score(rows), rule))
            yield rigor, "{} were on the plan plus ({:.0f} %), and their median usage of {:.1f} hours is above that of all, {:.1f}", (
                sum(r["plan"] == "plus" for r in bad), 100 * share(rows, lambda r: r["plan"] == "plus"),
                median(bad, "usage_hours"), median(rows, "usage_hours"))
            yield bias, "they are {:.3f} apart", (spread(bands),)
            agree = bands
            audit = "data/churn/bias_audit-1.1.0.yaml"
            yield audit, "True positive rates {:.3f}, {:.3f} and {:.3f}, {:.3f} apart", (*(b[2] for b in bands), spread(bands))
            yield audit, "bands hold {}, {} and {} of the {} temporal rows", (*(b[0] for b in bands), len(rows))
            yield audit, "temporal rows: {:.3f} and {:.3f}, {:.3f} and {:.3f}, {:.3f} and {:.3f}.", [v for b in bands for v in b[3:]]
            yield audit, "The ratio is {:.2f}, under 0.8", (ratio(bands),)
        yield bias, "differ by at most {:.3f}", (max(abs(round(b[3], 3) - round(b[4], 3)) for b in agree),)


def summer_claims():
    """INC-2025-002: too many offers in July and September 2025."""
    rows, story = read("production-2025.csv"), "content/incidents/INC-2025-002.md"
    month = {m: [r for r in rows if r["time"][:7] == f"2025-{m:02d}"] for m in range(1, 13)}
    mean = {m: sum(score(r)) / len(r) for m, r in month.items()}
    listed = [r for r in month[7] + month[9] if float(r["score"]) >= THRESHOLD]
    between_thresholds = [r for r in listed if float(r["score"]) < 0.36]
    before = [r for m in range(1, 7) for r in month[m]]
    listed_before = [r for r in before if float(r["score"]) >= THRESHOLD]

    def earned(part):  # in years of charge for each offer, by the card's assumptions
        return (sum(label(part)) / 3 - 0.1 * len(part)) / len(part)

    yield story, "{} accounts were on the list; {} of them cancelled.** In the first half year {} were, and {} cancelled", (
        len(listed), sum(label(listed)), len(listed_before), sum(label(listed_before)))
    yield story, "fell from {:.1f} %", (100 * share(listed_before, lambda r: r["churned"] == "1"),)
    yield story, "an offer earned {:.3f} years of charge in the first half and {:.3f}", (
        earned(listed_before), earned(listed))
    yield story, "**{} offers cost more than they brought.** They went to scores between 0.30 and 0.36; {} of these", (
        len(between_thresholds), sum(label(between_thresholds)))
    assert sum(label(between_thresholds)) / 3 < 0.1 * len(between_thresholds)
    yield story, "from {} sampled accounts in January to {} in July", (selected(month[1]), selected(month[7]))
    yield story, "where scores say {:.1f} %", (100 * mean[7],)
    yield story, "their mean score was {:.1f} %", (100 * mean[5],)
    yield story, "The mean score of the quarter was {:.3f}, after {:.3f}", (
        sum(mean[m] for m in (7, 8, 9)) / 3, sum(score(before)) / len(before))
    yield story, "A charge seven rises higher adds {:.2f} to the log odds", (1.451 / 0.612 * 7 * math.log(1.013),)
    low, high = -3.0, 3.0  # by how much July's log odds were too high: the shift that makes the mean the rate
    while high - low > 1e-9:
        shift = (low + high) / 2
        moved = sum(1 / (1 + math.exp(shift) * (1 - v) / v) for v in score(month[7])) / len(month[7])
        low, high = (shift, high) if moved > sum(label(month[7])) / len(month[7]) else (low, shift)
    yield story, "July's log odds were too high by {:.2f}", (low,)


def score_by_hand(card, row, usage):
    """The score of 1.0.0 from the weights that the card's table states."""
    terms = re.findall(r"^\| (.+?) \| ([−0-9.]+) \| ([0-9.]*) ?\| ([0-9.]*) ?\|$", card, re.M)
    weight = {name: [float(v.replace("−", "-")) for v in rest if v] for name, *rest in terms}
    z = weight["intercept"][0]
    for name, value in (("log(1 + usage in hours)", math.log1p(usage)),
                        ("support tickets", float(row["support_tickets"])),
                        ("tenure in months", float(row["tenure_months"])),
                        ("log(charge)", math.log(float(row["monthly_charge"])))):
        w, mean, deviation = weight[name]
        z += w * (value - mean) / deviation
    z += weight.get("plan is " + row["plan"], [0.0])[0]
    return 1 / (1 + math.exp(-z))


def production_claims():
    rows, holdout = read("production-2025.csv"), read("reference.csv", split="holdout")
    card, review = "content/models/churn/model_card.md", "content/models/churn/review-1.1.0.md"
    story = "content/incidents/INC-2025-001.md"
    month = {m: [r for r in rows if r["time"][:7] == f"2025-{m:02d}"] for m in range(1, 13)}
    gap = {m: 100 * (sum(score(r)) - sum(label(r))) / len(r) for m, r in month.items()}
    wrong = between(rows, "2025-08-04", "2025-08-31")
    mobile = [r for r in wrong if r["client"] == "mobile"]
    web = [r for r in wrong if r["client"] == "web"]
    night = between(rows, "2025-08-04", "2025-08-04")
    spring = between(rows, "2025-05-01", "2025-07-31", "mobile")
    usage, scores = column(holdout, "usage_hours"), column(holdout, "score")

    def drift(part, name="usage_hours"):
        return psi(usage if name == "usage_hours" else scores, column(part, name))

    yield card, "was {:.0f} points too low in January and March, and {:.0f} points too high in July", (
        -gap[1], gap[7])
    yield card, "was {:.0f} points too low", (-gap[3],)
    yield card, "none of {} mobile accounts scored over {:.2f}", (
        len(mobile), math.ceil(100 * max(score(mobile))) / 100)
    yield review, "In 2025 one genuine row of {:,} was over 250 hours", (len(rows) - len(wrong),)
    assert sum(float(r["usage_hours"]) > 250 for r in rows if r not in wrong) == 1
    bands = of_bands(rows)
    yield review, "the ratio was {:.2f}", (ratio(bands),)
    yield review, "most in the oldest ({:.3f} and {:.3f})", bands[2][3:]
    yield story, "sample of {} accounts scored from 4 to 31 August, of which {} are mobile", (
        len(wrong), len(mobile))
    assert selected(mobile) == 0 and len(night) == 12
    with open(os.path.join(ROOT, card), encoding="utf-8") as f:
        text = f.read()
    for r in rows:
        assert abs(score_by_hand(text, r, float(r["usage_hours"])) - float(r["score"])) < 0.005
    right = [r for r in mobile if score_by_hand(text, r, float(r["usage_hours"]) / 60) >= THRESHOLD]
    yield story, "With usage put back into hours, {} of them would have been", (len(right),)
    assert sum(label(right)) == 6
    mended = [score_by_hand(text, r, float(r["usage_hours"]) / 60) if r in mobile else float(r["score"])
              for r in month[8]]
    yield story, "with usage put right it would have been {:.3f}", (roc_auc(label(month[8]), mended),)
    assert sum(float(r["usage_hours"]) > 250 for r in night) == 5
    yield story, "{} of the {} cancelled within 30 days", (sum(label(mobile)), len(mobile))
    yield story, "{} of {} were selected", (selected(web), len(web))
    yield story, "fell from {} sampled accounts in July to {}, within what had been seen in February ({})", (
        selected(month[7]), selected(month[8]), selected(month[2]))
    yield story, "June and July had shown drift of usage in the warning band (PSI {:.2f} and {:.2f})", (
        drift(month[6]), drift(month[7]))
    yield story, "over August the ROC AUC is {:.3f}", (roc_auc(label(month[8]), score(month[8])),)
    week = between(rows, "2025-08-03", "2025-08-09", "mobile")
    yield story, "was {} of {}, after {} of {} from May to July", (
        selected(week), len(week), selected(spring), len(spring))
    week = between(rows, "2025-08-04", "2025-08-10")
    yield story, "no mobile account of {} was selected; PSI of usage {:.2f}", (
        sum(r["client"] == "mobile" for r in week), drift(week))
    first = [drift(between(rows, f"2025-{a}", f"2025-08-{b:02d}"))
             for a, b in (("07-26", 1), ("07-27", 2), ("07-28", 3))]
    yield story, "PSI of usage over seven nights {:.2f}, against {:.2f} to {:.2f} in the first three nights", (
        drift(week), min(first), max(first))
    yield story, "PSI of usage {:.2f} and of the score {:.2f}, both critical", (
        drift(month[8]), drift(month[8], "score"))
    median = sorted(float(r["usage_hours"]) for r in mobile)[len(mobile) // 2]
    yield story, "{:.0f} hours in 30 days, the median of the mobile values", (round(median, -2),)
    early = set()
    for client in ("mobile", "web"):
        early.update(days_of_alert(rows, client, datetime.date(2025, 2, 5), datetime.date(2025, 7, 31)))
    yield story, "by chance on {} days from February to July", (len(early),)
    august = days_of_alert(rows, "mobile", datetime.date(2025, 8, 1), datetime.date(2025, 8, 31))
    assert august[0] == "2025-08-09", august


def injection_claims():
    """The failures that the report on 1.1.0 injected, scored again by its table of weights."""
    report = "content/models/churn/failure_report-1.1.0.md"
    with open(os.path.join(ROOT, report), encoding="utf-8") as f:
        found = re.findall(r"^\| (.+?) \| ([−0-9.]+) \| ([0-9.]*) ?\| ([0-9.]*) ?\|$", f.read(), re.M)
    weight = {name: [float(v.replace("−", "-")) for v in rest if v] for name, *rest in found}
    rows, holdout = read("candidate.csv", split="temporal"), read("candidate.csv", split="holdout")
    y, log = label(rows), score(rows)

    def scored(row, usage=None, tickets=None, months_late=0):
        usage = float(row["usage_hours"]) if usage is None else usage
        tickets = float(row["support_tickets"]) if tickets is None else tickets
        month = (int(row["time"][:4]) - 2025) * 12 + int(row["time"][5:7]) - months_late
        price = {"basic": 12.0, "plus": 24.0, "business": 60.0}[row["plan"]] * 1.013 ** max(month, 0)
        hours = math.log1p(usage) if 0 < usage <= 250 else weight["log(1 + usage in hours)"][1]
        z = weight["intercept"][0] + weight.get("plan is " + row["plan"], [0.0])[0]
        for name, value in (("log(1 + usage in hours)", hours), ("support tickets", tickets),
                            ("tenure in months", float(row["tenure_months"])),
                            ("log(charge over list price)", math.log(float(row["monthly_charge"]) / price))):
            w, mean, deviation = weight[name]
            z += w * (value - mean) / deviation
        return 1 / (1 + math.exp(-z))

    def effect(**damage):
        s = [scored(r, **damage) for r in rows]
        return s, sum(v >= THRESHOLD for v in s), sum((v >= THRESHOLD) != (w >= THRESHOLD) for v, w in zip(s, log))

    assert all(abs(scored(r) - v) < 0.005 for r, v in zip(rows, log))
    yield report, "a mean score of {:.3f} and a list of {} accounts", (sum(log) / len(log), selected(rows))
    s, n, changed = effect(usage=0.0)
    yield report, "ROC AUC {:.3f}; list of {}; {} of {} decisions change", (roc_auc(y, s), n, changed, len(rows))
    yield report, "the score's PSI of {:.2f}", (psi(score(holdout), s),)
    s, n, changed = effect(months_late=12)
    yield report, "ROC AUC {:.3f}; list of {}; {} decisions change", (roc_auc(y, s), n, changed)
    yield report, "by PSI of the score ({:.2f}); a list one month late changes {} decisions", (
        psi(score(holdout), s), effect(months_late=1)[2])
    s = [scored(r, usage=float(r["usage_hours"]) / 2) for r in rows]
    yield report, "ROC AUC {:.3f}; list of {}; {} decisions change; calibration error {:.3f}", (
        roc_auc(y, s), sum(v >= THRESHOLD for v in s),
        sum((v >= THRESHOLD) != (w >= THRESHOLD) for v, w in zip(s, log)), ece(y, s))
    yield report, "PSI of usage ({:.2f})", (
        psi(column(holdout, "usage_hours"), [float(r["usage_hours"]) / 2 for r in rows]),)
    s, n, changed = effect(tickets=0.0)
    yield report, "ROC AUC {:.3f}; list of {}; {} decisions change", (roc_auc(y, s), n, changed)
    assert n < selected(rows) / 2
    yield report, "where {:.0f} % is the rule", (100 * share(rows, lambda r: r["support_tickets"] == "0"),)


def main():
    texts, wrong, claims = {}, 0, 0
    for part in (reference_claims, candidate_claims, production_claims, checklist_claims, summer_claims, injection_claims):
        for path, phrase, values in part():
            if path not in texts:
                with open(os.path.join(ROOT, path), encoding="utf-8") as f:
                    texts[path] = re.sub(r"\s+", " ", f.read())
            claims += 1
            text = phrase.format(*values)
            if text not in texts[path]:
                wrong += 1
                print(f"{path}: not stated: {text}")
    print(f"{claims} claims measured, {wrong} not found as stated")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
