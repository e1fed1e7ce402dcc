#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls from outside: their pages, the pages of the kinds that serve them, the sheet as CSV and JSON, what
check repeats from its memo, and the time that 5,000 controls take. Usage: controls.py PROGRAM"""
import csv, io, json, os, re, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
CONTROLS = """kind: controls
id: house
title: House <rules>
framework: House rules, first edition
source: https://example.org/house
controls:
  - id: H 1
    title: Somebody may disable a model
    source: first
    where: plan
    type: section
    satisfied_by:
      - {section: "guide#who-decides"}
      - {section: "templates/plan#rollback"}
      - {record_kind: problem_brief, field: business_objective}
      - {rule: doc/missing-section}
      - {policy: max_ece}
      - {command: modelbook drift --fail-on}
      - {test: "tests/a.py#def test_a"}
  - {id: H 2, title: "=1+1", source: second, note: Later.}
  - id: H 3
    title: The way back is timed
    source: second
    satisfied_by: [{section: "guide#empty"}, {item: "templates/plan#rollback/timed"}]
  - id: H 4
    title: Not brought along
    source: second
    satisfied_by: [{test: elsewhere/a.py}]
"""
FILES = {
    "modelbook.yaml": "title: T\nnavigation:\n  - {title: Controls, path: controls/index.html}\n",
    "templates/documents/plan.md": "---\nkind: plan\ntitle: Plan\n---\n# *\n## Rollback {#rollback}\n- [ ] Timed {#timed}\n",
    "content/guide.md": "# Guide\n\n## Who decides\nThe engineer on call, see [the control](controls/house.html#H:1).\n\n## Empty\n",
    "data/policy.yaml": "kind: policy\nid: limits\ntitle: L\nthresholds:\n  max_ece: {value: 0.05, source: Expected calibration error.}\n",
    "data/controls.yaml": CONTROLS,
    "tests/a.py": "def test_a(): pass\n",
}
passed = failed = 0


def expect(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED", what)


def run(work, *args, **more):
    env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, HOME="no-home", XDG_CACHE_HOME=os.path.join(work, ".cache"), SOURCE_DATE_EPOCH="1767225600")
    return subprocess.run([PROGRAM, *args, "--color", "never"], cwd=work, env=env, timeout=300, capture_output=True, text=True, **more)


def write(work, files):
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(work, path)), exist_ok=True)
        open(os.path.join(work, path), "w").write(text)


def read(work, path):
    return open(os.path.join(work, "site", path), encoding="utf-8").read()


def pages(work):
    done = run(work, "build", "--quiet", "--out", "site")
    expect(done.returncode == 0, f"build: {done.stderr}")
    index, page, overview = (read(work, p) for p in ("controls/index.html", "controls/house.html", "index.html"))
    expect("1 framework: 1 of 4 satisfied, 1 missing, 1 not checked here, 1 planned." in index, "counts on the index")
    expect(re.search(r'<a href="house.html#H%3A3">H 3</a> The way back is timed', index), "what is missing on the index")
    expect("House &lt;rules&gt;" in page and "<rules>" not in page, "the title is escaped")
    expect(re.findall(r'<tr id="(H:\d)" data-status="([^"]*)">', page)
           == [("H:1", "satisfied"), ("H:2", "planned"), ("H:3", "missing"), ("H:4", "not checked here")], "rows and statuses")
    for address in ("../guide.html#who-decides", "../templates/plan.html#rollback", "../templates/problem_brief.html#field-business_objective",
                    "#Mb-rule-doc-missing-section", "../records/policy.yaml.html#L5", "#Mb-command-drift"):
        expect(f'href="{address}"' in page, f"no link to {address}")
    for anchor in ("Mb-rule-doc-missing-section", "Mb-command-drift"):
        expect(f'id="{anchor}"' in page, f"no place {anchor}")
    expect("--fail-on" in page, "the options of a command that is named")
    expect("it is empty" in page and "holds no folder &#39;elsewhere&#39;" in page.replace("&apos;", "&#39;"), "why a control is not met")
    expect(page.index(">first<") < page.index(">second<") and "1 of 1 satisfied" in page, "parts by source")
    expect(re.search(r'class="finding-filter control-filter"[^>]* hidden', page), "the filter is shown without a script")
    expect("1 control of House &lt;rules&gt;" in overview, "the overview does not name the framework")
    expect('<a href="../controls/house.html#H%3A1">H 1</a>' in read(work, "templates/plan.html"), "the template names no control")
    expect('<a href="../controls/house.html#H%3A1">H 1</a>' in read(work, "templates/problem_brief.html"), "the record kind names no control")
    expect('id="rollback/timed"' in read(work, "templates/plan.html"), "an item of a template has no place")
    expect('<a href="controls/house.html#H%3A1">' in read(work, "guide.html"), "a link to a control")
    checked = subprocess.run([sys.executable, os.path.join(ROOT, "tests/site/check_site.py"), os.path.join(work, "site")], capture_output=True, text=True)
    expect(checked.returncode == 0, checked.stdout)


def sheets(work):
    for kind in ("csv", "json"):
        expect(run(work, "export", "--format", kind, "--out", "out").returncode == 0, f"export {kind}")
    rows = list(csv.DictReader(io.StringIO(open(os.path.join(work, "out/controls.csv"), encoding="utf-8-sig", newline="").read())))
    expect(len(rows) == 11, f"{len(rows)} rows")
    expect([r["Status"] for r in rows if r["Entry"] == "1"] == ["satisfied", "planned", "missing", "not checked here"], "a row for each control")
    expect(rows[7]["Asks for"] == "'=1+1", f"a formula: {rows[7]['Asks for']}")
    expect(rows[8]["Because"] == "it is empty" and rows[8]["State of entry"] == "missing", "why an entry falls short")
    whole = json.load(open(os.path.join(work, "out/audit.json")))
    sheet = next(s for s in whole["sheets"] if s["name"] == "Controls")
    text = json.dumps(sheet)
    expect('"controls/house.html#H%3A1"' in text or '"controls/house.html#H:1"' in text, "links in JSON")
    expect("guide.html#who-decides" in text, "links of entries in JSON")


def memo(work):
    """What a test file says is never repeated from a memo."""
    first, again = run(work, "check"), run(work, "check")
    expect(first.stdout == again.stdout and first.returncode == again.returncode, "check says it twice the same")
    write(work, {"tests/a.py": "def test_b(): pass\n"})
    expect("the file does not hold these words" in run(work, "check").stdout, "a test that is gone is seen")


def many(work):
    """5,000 controls with three entries each take time that grows with their number."""
    took = {}
    for n in (500, 5000):
        lines = ["kind: controls\nid: many\ntitle: Many\nframework: F\ncontrols:"]
        for i in range(n):
            lines.append(f'  - {{id: M.{i}, title: T, satisfied_by: [{{section: "guide#who-decides"}}, {{rule: doc/vague}}, {{policy: nearly}}]}}')
        write(work, {"data/controls.yaml": "\n".join(lines) + "\n", "content/guide.md": "# Guide\n\n## Who decides\nThe engineer on call.\n"})
        start = time.process_time(), time.time()
        done = run(work, "check", "--no-cache", "--format", "json")
        took[n] = time.time() - start[1]
        found = json.loads(done.stdout)["findings"]
        expect(sum(f["rule"] == "control/unresolved" for f in found) == n, f"{len(found)} findings for {n} controls")
    expect(took[5000] < 20 * max(took[500], 0.2), f"{took}")
    done = run(work, "build", "--no-cache", "--quiet", "--out", "site")
    expect(done.returncode == 0 and read(work, "controls/many.html").count("<tr id=") == 5000, "the page of 5,000 controls")
    print(f"check: 500 controls {took[500]:.2f} s, 5,000 controls {took[5000]:.2f} s")


def main():
    work = tempfile.mkdtemp(prefix="modelbook-controls-")
    try:
        write(work, FILES)
        pages(work)
        sheets(work)
        memo(work)
        many(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
