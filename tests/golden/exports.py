#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit tables in their three formats hold the same cells, as others read them (openpyxl, csv, json):
of a few models, whose workbook has tables, and of so many that it is streamed, with filters.

Usage: exports.py PROGRAM"""
import csv, datetime, json, os, re, shutil, subprocess, sys, tempfile, zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
sys.path.insert(0, f"{ROOT}/tests/bench")
sys.dont_write_bytecode = True
import models

passed = failed = 0
LINKS_STREAMED_MAX = 5000


def verdict(what, good, more=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED {what}\n{more}", flush=True)


def export(ws, kind, out):
    env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", SOURCE_DATE_EPOCH="1767225600")
    command = [PROGRAM, "export", "--no-cache", "--format", kind, "--out", out, "--workspace", ws]
    p = subprocess.run(command, capture_output=True, env=env, timeout=1000)
    verdict(f"export {kind}", p.returncode == 0, p.stderr.decode()[-1000:])
    with_names = sorted(os.listdir(out))
    verdict(f"{kind}: nothing is left beside it", all(not name.startswith((".", "tmp")) for name in with_names), with_names)


def text_of(cell):
    """A cell of the JSON export as the CSV export shows it."""
    if cell is None:
        return ""
    text = cell["text"] if isinstance(cell, dict) else cell
    return text


def same_in_csv(want, got):
    if isinstance(want, (int, float)):
        return got != "" and float(got) == want
    return got == want or got == "'" + want  # the guard against formulas


def same_in_workbook(want, got):
    if want == "":
        return got is None
    if isinstance(want, (int, float)):
        return got == want or abs(got - want) <= abs(want) * 1e-15
    if isinstance(got, datetime.datetime):
        return got.strftime("%Y-%m-%d") == want
    return got == want


def compare(name, wanted, rows, same):
    """Row by row, cell by cell; the first difference is told."""
    wrong = None
    for number, (want, got) in enumerate(zip(wanted, rows), 1):
        if len(want) != len(got) or not all(map(same, want, got)):
            wrong = wrong or (number, want, got)
    verdict(f"{name}: the same cells", wrong is None, wrong)


def check_workbook(tables, path, streamed):
    import openpyxl
    book = openpyxl.load_workbook(path)
    for table in tables:
        name, sheet = table["name"], book[table["name"]]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        titles = [column["title"] for column in table["columns"]]
        verdict(f"{name}: header", rows[0] == titles, rows[0])
        wanted = [[text_of(cell) for cell in row] for row in table["rows"]]
        if wanted:
            verdict(f"{name}: rows", len(rows) == len(wanted) + 1, len(rows))
            compare(f"{name} of the workbook", wanted, rows[1:], same_in_workbook)
        else:
            verdict(f"{name}: says that there is none", rows[1][0] == "(none)", rows[1])
        area = f"A1:{sheet.cell(max(len(wanted), 1) + 1, len(titles)).coordinate}"
        verdict(f"{name}: a table or a filter over all of it", (
            sheet.auto_filter.ref == area and not sheet.tables) if streamed else (
            [t.ref for t in sheet.tables.values()] == [area]), (area, sheet.auto_filter.ref))
        verdict(f"{name}: the header stays in sight", sheet.freeze_panes == "B2")
        links = sum(cell.hyperlink is not None for row in sheet.iter_rows() for cell in row)
        wanted = sum(isinstance(cell, dict) for row in table["rows"] for cell in row)
        verdict(f"{name}: links", links == (min(wanted, LINKS_STREAMED_MAX) if streamed else wanted), (links, wanted))
    return book


def check_charts(tables, book, path, n):
    """Two charts a model, each over rows of its own model."""
    charts = book["Charts"]._charts
    verdict("charts: two a model", len(charts) == 2 * n, len(charts))
    titles = [cell.value for cell in book["Charts"]["A"] if cell.value]
    verdict("charts: a title above each", len(titles) == 2 * n, titles)
    for title, chart in zip(titles, charts):
        about = re.search(r" of (\S+@\S+?)(,| over)", title)[1]
        for series in chart.series:
            area = (series.val if hasattr(series, "val") and series.val else series.yVal).numRef.f
            sheet, first, last = re.fullmatch(r"'?(\w+)'?!\$\w+\$(\d+):\$\w+\$(\d+)", area).groups()
            if sheet != "ChartData":
                found = {book[sheet].cell(row, 1).value for row in range(int(first), int(last) + 1)}
                verdict(f"{title}: rows of {about}", found == {about}, (area, found))


def check(work, n):
    ws, out, streamed = f"{work}/w{n}", f"{work}/out{n}", n > 20
    models.make_workspace(ws, n, False)
    for kind in ("json", "csv", "xlsx"):
        export(ws, kind, f"{out}-{kind}")
    with open(f"{out}-json/audit.json", encoding="utf-8") as f:
        tables = json.load(f)["sheets"]
    for table in tables:
        name = table["name"]
        with open(f"{out}-csv/{name.lower()}.csv", encoding="utf-8", newline="") as f:
            rows = list(csv.reader(f))
        verdict(f"{name}.csv: header", rows[0] == [column["title"] for column in table["columns"]], rows[0])
        verdict(f"{name}.csv: rows", len(rows) == len(table["rows"]) + 1, len(rows))
        compare(f"{name}.csv", [[text_of(cell) for cell in row] for row in table["rows"]], rows[1:], same_in_csv)
    path = f"{out}-xlsx/audit.xlsx"
    book = check_workbook(tables, path, streamed)
    check_charts(tables, book, path, n)
    shared = "xl/sharedStrings.xml" in zipfile.ZipFile(path).namelist()
    verdict("streamed or not", shared != streamed)


def main():
    try:
        import openpyxl
    except ImportError:
        print("SKIPPED: 2 cases (openpyxl is not installed)\n0 passed, 0 failed")
        return 77
    work = tempfile.mkdtemp(prefix="modelbook-exports-")
    try:
        check(work, 3)
        check(work, 35)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
