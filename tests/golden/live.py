#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live documents from outside: the examples of docs/live.md, hostile ones, and what a change changes.

Usage: live.py PROGRAM"""
import hashlib, html, os, re, subprocess, sys, tempfile, time
from workspace_file import write

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
passed = failed = 0


def verdict(what, good, more=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(f"{'ok' if good else 'FAILED':7s} {what}" + ("" if good else f"\n{more}"), flush=True)


def run(ws, *args):
    env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", HOME="no-cache", SOURCE_DATE_EPOCH="1767225600")
    return subprocess.run([PROGRAM, *args, "--workspace", ws], capture_output=True, env=env, timeout=600)


def build(ws, *args):
    p = run(ws, "build", "--no-cache", *args)
    site = {}
    for folder, _, names in os.walk(f"{ws}/site"):
        for name in names:
            path = os.path.join(folder, name)
            site[os.path.relpath(path, f"{ws}/site")] = open(path, "rb").read()
    return p, site


def text_of(page):
    body = re.search(r"<main.*?</main>", page.decode(), re.S)[0]
    return html.unescape(re.sub(r"<[^>]*>", "", body))


def examples():
    """The files of docs/live.md."""
    doc = open(f"{ROOT}/docs/live.md", encoding="utf-8").read()
    return {m[3]: m[4] for m in re.finditer(r"^(````?)(\w+) file=(\S+)\n(.*?)^\1$", doc, re.S | re.M)}


def documented(ws):
    files = examples()
    verdict(f"docs/live.md has examples ({len(files)})", len(files) == 9)
    write(ws, files)
    p = run(ws, "check", "--no-cache")
    bad = [l for l in p.stdout.decode().split("\n") if "bind/" in l or "link/" in l or "differ" in l]
    verdict("they have no finding of what is live", not bad, p.stdout.decode())
    p, site = build(ws)
    verdict("they build", p.returncode == 0, p.stderr.decode())
    values = text_of(site["values.html"])
    for part in ("Churn, AUC 0.750", "The AUC is 0.750 (75.0\u00a0%) on", "4 rows", "may be 0.05 at most", "Review process, 2025-01-01",
                 "retention-models@example.com", "{{ page.title }}", "own: {{ churn@1.0.0:performance.roc_auc }}"):
        verdict(f"a reader sees {part!r}", part in values, values)
    page = site["values.html"].decode()
    verdict("a figure leads to the source of its record", 'href="records/churn.yaml.html#L21" title="0.75, measured by data/churn.yaml:21"' in page, page)
    verdict("a threshold leads to its line", 'href="records/churn.yaml.html#L26" title="0.05, given by data/churn.yaml:26"' in page)
    name = re.search(r'Write to (.{0,200}?)\.</p>', page, re.S)
    verdict("a name of the workspace reads as text, and its title says where it is written", name and name[1] ==
            '<span class="variable" title="given by modelbook.yaml:3"><bdi>retention-models@example.com</bdi></span>', page)
    verdict("a heading keeps the id of its source", 'id="churn-auc--churn100performanceroc_auc-"' in page)
    links = site["links.html"].decode()
    verdict("a title is shown with its value wherever it stands", b"{{" not in site["links.html"] and b">Churn, AUC 0.750</a>" in site["links.html"])
    for url in ("models/churn/index.html", "models/churn/1.0.0.html", "records/churn.yaml.html#L16", "values.html", "#links"):
        verdict(f"an id leads to {url}", f'href="{url}"' in links, links)
    verdict("a plot is drawn", b"<svg" in site["plots.html"] and b"How this was made" in site["plots.html"])
    tables = text_of(site["tables.html"])
    verdict("a table is made", "Evaluations of churn" in tables and "75.0\u00a0%" in tables and "churn-1.0.0-temporal" in tables, tables)
    for page, who in (("models/churn/index.html", ["links", "card"]), ("models/churn/1.0.0.html", ["links", "values", "plots"]),
                      ("records/churn.yaml.html", ["values", "links", "tables"]), ("values.html", ["links"])):
        part = site[page].decode().split('id="Mb-mentions"')[-1]
        verdict(f"{page} says who mentions it", all(f'{w}.html"' in part for w in who), part[:800])
    for jobs in ("1", "7"):
        again = build(ws, "--jobs", jobs)[1]
        verdict(f"the same bytes with {jobs} jobs", again == site)
    return site


# What is mistyped, and how the finding says to mend it; "" is no slip.
SLIPS = [
    ("{{ churn:performance.roc_auc }}", "did you mean 'churn@1.0.0:performance.roc_auc'?"),
    ("{{ churn@1.0.0:segment.day.a.rows }}", "did you mean 'churn@1.0.0:segments.day.a.rows'?"),
    ("{{ churn@1.0.0:window.2025-02.rows }}", "did you mean 'churn@1.0.0:windows.2025-02.rows'?"),
    ("{{ churn@1.0.0:windows.7.rows }}", "has no window '7': they are '2025-01' to '2025-02', or 0 to 1"),
    ("{{ churn@1.0.0:windows.2025-13.rows }}", "has no window '2025-13': they are '2025-01' to"),
    ("{{ churn@1.0.0:windows.2025-02.rows }}", ""),
    ("{{ churn@1.0.0:windows.1.rows }}", ""),
    ("{{ churn@1.0.0:performance.rocauc }}", "did you mean 'churn@1.0.0:performance.roc_auc'?"),
    ("{{ churn@1.0.0.performance.roc_auc }}", "did you mean '{{ churn@1.0.0:performance.roc_auc }}'?"),
    ("{{ churn.thresholds.max_ece | 2 }}", "did you mean '{{ churn:thresholds.max_ece | 2 }}'?"),
    ("{{ policy.max_ece }}", "did you mean '{{ policy:max_ece }}'?"),
    ("{{ churn@1.0.0:\nperformance.roc_auc }}", "did you mean '{{ churn@1.0.0:performance.roc_auc }}'?"),
    ("{{ chrun@1.0.0.performance.roc_auc }}", "a path is SUBJECT:KEY.KEY"),
    ("{{ page.title }}", "a path is SUBJECT:KEY.KEY"),
    ("| a |\n| --- |\n| {{ policy:max_ece | percent }} |", "in a table the bar needs a backslash"),
    ("{{ policy:max_ece }", "is not closed"),
    ("AUC [[churn|of {{ churn@1.0.0:performance.roc_auc }}]]", "words of a link by id hold no value"),
    ("<p>{{ policy:max_ece }}</p>", "raw HTML is shown as it is written"),
    ("[[Subscription churn]]", "between the brackets stands an id"),
    ("[[Slips]]", "did you mean 'slips'?"),
    ("[[churn%2D1.0.0%2Dtemporal]]", "did you mean 'churn-1.0.0-temporal'?"),
    ("[[größe]]", "between the brackets stands an id"),
    ("[[churn|the\n\nmodel]]", "is not closed"),
    ("```Table\nof: evaluation\n```", "named in small letters: 'table'"),
    ("[[churn|the\nmodel]] {{\npolicy:max_ece\n| percent 0 }} \\{{ policy.max_ece }}", ""),
    ("[[churn-1.0.0-temporal#performance]]", "has the lines of its file, such as #L12"),
    ("[[slips#nosuchthingatall]]", "no heading of this document has this id"),
    ("```table\nof: evaluation\ncolumns: [role]\nabout: chrun\n```", "did you mean 'churn'?"),
    ("```table\nof: evaluation\ncolumns: [role]\nwhere: {rol: temporal}\n```", "did you mean 'role'?"),
    ("```table\nof: evaluation\ncolumns: [role]\nsort: -performance.rocauc\n```", "did you mean 'performance.roc_auc'?"),
    ("```table\nof: evaluation\ncolumns: [rolle]\nwhere: {role: shift}\n```", "did you mean 'role'?"),
    ("```table\nof: evaluation\ncolumns: [performance.n | pct]\n```", "behind the bar stands percent, a number of decimals"),
    ("```table\nof: evaluation\ncolumns: [role]\nwhere: {role: shift}\n```", ""),
    ("```table\nof: evaluation\ncolumns: [role]\nwhere: {notes: none}\n```", ""),
    ("```table\nof: incident\ncolumns: [status]\n```", ""),
]


def slips(ws):
    """Each slip is found and says how it is mended; what is none is not."""
    files = {k: v for k, v in examples().items() if not k.startswith(("content", "templates"))}
    files["data/churn.yaml"] = files["data/churn.yaml"].replace(
        "score: score}", "score: score, time: when, window: month, segments: [day]}")
    files["data/log.csv"] = "churned,score,when,day\n1,0.9,2025-01-01,a\n1,0.4,2025-01-02,b\n0,0.6,2025-02-01,a\n0,0.1,2025-02-02,b\n"
    for i, (text, says) in enumerate(SLIPS):
        write(ws, {**files, "content/slips.md": f"---\nlive: true\n---\n# Slips\n\n{text}\n"})
        out = run(ws, "check", "--no-cache").stdout.decode()
        found = [b for b in ("bind/", "link/") if b in out]
        verdict(f"slip {text!r}", says in out and bool(found) == bool(says), out)


WRAPPED = """---
live: true
---
# Wrapped

> A link to [[churn|the model of
> churn]] and {{ policy:max_ece
> | percent 0 }} at most, in **[[churn-1.0.0-temporal|its
> evaluation]]**.

- [[churn|an
  item]], by `[[churn|code
  code]]`
"""


def wrapped(ws):
    """What a line of the source ends in is as live as what stands on one line."""
    write(ws, {**{k: v for k, v in examples().items() if not k.startswith(("content", "templates"))}, "content/wrapped.md": WRAPPED})
    page = build(ws)[1]["wrapped.html"].decode()
    for part in ('<a href="models/churn/index.html">the model of churn</a> and <a class="live"', ">5\u00a0%</a> at most",
                 '#L16">its evaluation</a></strong>', '<a href="models/churn/index.html">an item</a>, by <code>[[churn|code code]]</code>'):
        verdict(f"wrapped: {part!r}", part in page, page)
    verdict("wrapped: no finding", not [l for l in run(ws, "check", "--no-cache").stdout.decode().split("\n") if "bind/" in l or "link/" in l])


def picked(ws):
    """A table that picks rows by what their records hold mentions those, and by figures none."""
    files = {k: v for k, v in examples().items() if not k.startswith(("content", "templates"))}
    files["data/other.yaml"] = ("kind: evaluation\nid: other\nabout: churn@1.0.0\nrole: stress\ndate: 2025-01-04\n"
                                "performance: {roc_auc: 0.7}\n")
    for where, mentioned in (("{role: stress}", {"other"}), ("{role: temporal}", {"churn"}), ("{role: shift}", set()),
                             ("{performance.roc_auc: 0.7}", {"other"}), ("{performance.n: 4}", set())):
        write(ws, {**files, "content/tables.md": "---\nlive: true\n---\n# Tables\n\n```table\nof: evaluation\ncolumns: [role]\n"
                                                 f"where: {where}\n```\n"})
        site = build(ws)[1]
        found = {n for n in ("other", "churn") if b'id="Mb-mentions"' in site[f"records/{n}.yaml.html"]}
        verdict(f"where: {where} mentions {sorted(mentioned)}", found == mentioned, found)


def changes(ws, before):
    """A page changes where what it says changes, and check's memory knows."""
    cache = f"{ws}/../cache"
    first = run(ws, "check", "--cache", cache).stdout
    path = f"{ws}/data/churn.yaml"
    old = open(path).read()
    open(path, "w").write(old.replace("value: 0.05", "value: 0.04"))
    after = build(ws)[1]
    differ = sorted(p for p in after if after[p] != before.get(p))
    verdict("a threshold changes the pages that show it, and no other document", "values.html" in differ and not
            {"links.html", "plots.html", "tables.html", "card.html"} & set(differ), differ)
    open(path, "w").write(old.replace("max_ece:", "max_eec:"))
    second = run(ws, "check", "--cache", cache).stdout
    verdict("check with a cache sees a record that changed", b"bind/unknown-path" in second and b"bind/unknown-path" not in first, second.decode())
    open(path, "w").write(old)
    for file, what in (("data/log.csv", ("1,0.9", "0,0.9")), ("modelbook.yaml", ("support:", "suport:"))):
        text = open(f"{ws}/{file}").read()
        run(ws, "check", "--cache", cache)
        open(f"{ws}/{file}", "w").write(text.replace(*what))
        verdict(f"and {file}", run(ws, "check", "--cache", cache).stdout == run(ws, "check", "--no-cache").stdout)
        open(f"{ws}/{file}", "w").write(text)


HOSTILE = """---
live: true
---
# Hostile {{ workspace:markup }}

{{ workspace:markup }} | {{ workspace:bidi }} | {{ workspace:quote }} | [{{ workspace:markup }}](links.md) | [[churn|\" x=]]

{{ {{ {{ {{ workspace:long }} }} }} }} {{{{ workspace:long }}}} {{}} {{:}} {{ : }} {{ a: }} {{ ../../etc/passwd:x }} {{ churn:../../x }}

{{ workspace:long }}

**{{ workspace:quote** }} *{{ workspace:quote }}* {{ drift_*x*:y }} [[ [[churn]] ]] [[churn

`{{ workspace:markup` }} <b title="{{ workspace:markup }}">{{ workspace:quote }}</b> <script>{{ workspace:quote }}</script>

{{ churn@1.0.0:performance.n }}@example.org https://example.org/{{ churn@1.0.0:performance.n }}

{{
"""


def hostile(ws):
    write(ws, {"content/hostile.md": HOSTILE})
    config = open(f"{ws}/modelbook.yaml").read()
    write(ws, {"modelbook.yaml": config + '  markup: "<img src=x onerror=alert(1)>"\n  bidi: "abc\u202edef\u2066"\n'
               '  quote: "\\" onmouseover=alert(1) x=\\""\n  long: "' + "ä" * 5000 + '"\n'})
    p, site = build(ws)
    page = site["hostile.html"].decode()
    main = re.search(r"<main.*?</main>", page, re.S)[0]
    verdict("hostile values build", p.returncode == 0, p.stderr.decode())
    verdict("markup in values is text", "<img src" not in main and "&lt;img src=x onerror=alert(1)&gt;" in main)
    verdict("and in the words of an id", ">&quot; x=</a>" in main, main)
    verdict("no attribute begins in a value", not re.search(r"<[^>]*\sonmouseover=", main))
    verdict("bidirectional marks do not reach the page", "\u202e" not in page )
    verdict("a long value is cut", "ä" * 500 + "…" in main and "ä" * 1001 not in main)
    verdict("what is not closed stays text", "[[churn" in main and main.rstrip().count("{{") > 5)
    os.remove(f"{ws}/content/hostile.md")


ITEMS = """---
kind: checks
about: churn@1.0.0
---
# Checks

- [x] Ranks: AUC {{ churn@1.0.0:performance.roc_auc }}, said by [[churn-1.0.0-temporal]], not `{{ code }}`
- [ ] Calibrated (n/a: {{ churn@1.0.0:performance.n }} rows (of [[churn]]) are few)
- [x] Nobody's: {{ nobody:x }} and [[gone]]
"""


def items(ws):
    """An item reads the same in its document and in the list of the version's conditions."""
    write(ws, {"templates/documents/checks.md": "---\nkind: checks\ntitle: Checks\nabout: version\n---\n# *\n\n- [ ] Ranks\n- [ ] Calibrated\n- [ ] Nobody's\n",
               "content/checks.md": ITEMS})
    p, site = build(ws)
    verdict("a checklist with values builds", p.returncode == 0, p.stderr.decode())
    for page in ("models/churn/1.0.0.html", "checks.html"):
        conditions = " ".join(text_of(site[page]).split())
        for part in ("Ranks: AUC 0.750, said by churn-1.0.0-temporal, not {{ code }}", "reason: 4 rows (of Subscription churn) are few", "Nobody's: – and gone"):
            verdict(f"{page} lists the item as {part!r}", part in conditions, conditions)
    os.remove(f"{ws}/content/checks.md")
    os.remove(f"{ws}/templates/documents/checks.md")


def large(ws):
    """Ten thousand values, ids and gaps in one document: time grows with the text."""
    took = []
    for n in (2500, 10000):
        line = "{{ churn@1.0.0:performance.roc_auc }} and {{ policy:max_ece }} [[churn]] {{ nobody:x }} "
        write(ws, {"content/large.md": "---\nlive: true\n---\n" + "".join(line + ("\n" if i % 50 else "\n\n") for i in range(n))})
        start = time.time()
        p, site = build(ws)
        took.append(time.time() - start)
        shown = site["large.html"].count(b'class="live"')
        verdict(f"{n} lines of values: {shown} shown, {took[-1]:.1f} s", p.returncode == 0 and shown == 2 * n, p.stderr.decode()[-300:])
    verdict("four times the text takes at most eight times the time", took[1] < 8 * took[0] + 2, took)
    write(ws, {"content/large.md": "---\nlive: true\n---\n" + "{{ [[ " * 200000 + "\n"})
    start = time.time()
    p, _ = build(ws)
    verdict(f"200,000 that are never closed: {time.time() - start:.1f} s", p.returncode == 0 and time.time() - start < 60, p.stderr.decode()[-300:])


with tempfile.TemporaryDirectory() as work:
    ws = f"{work}/ws"
    changes(ws, documented(ws))
    hostile(ws)
    items(ws)
    large(ws)
    slips(f"{work}/slips")
    wrapped(f"{work}/wrapped")
    picked(f"{work}/picked")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
