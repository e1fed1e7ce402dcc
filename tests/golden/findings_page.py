#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of findings: what is wrong stands first, and each finding says its rule and severity to the
filter; the overview speaks of no line that it does not show. Usage: findings_page.py PROGRAM"""
import os, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
GONE = "[x](gone{}.md) "
FILES = {
    "modelbook.yaml": 'title: T\ndocuments:\n- {path: "content/d*.md", kind: note}\n',
    "templates/documents/note.md": "---\nkind: note\ntitle: Note\n---\n## Aim\n\n## Scope\n\n## Risk\n",
    "content/a-note.md": "# Pattern\n\n<!-- modelbook: allow link/broken-page: of old -->\n",
    "content/b-one.md": "# One\n\n" + GONE.format(1),
    "content/c-three.md": "# Three\n\n" + "".join(GONE.format(i) for i in range(3)),
    "content/d-missing.md": "# Missing\n\nText.\n",
    "content/e-one.md": "# One\n\n" + GONE.format(2),
    "data/z-fault.yaml": "kind: policy\nid: z\ntitle: 3\nthresholds: {a: {value: 1, source: said}}\n",
}
# one fault stands before three errors
ORDER = ["data/z-fault.yaml", "content/c-three.md", "content/d-missing.md", "content/b-one.md", "content/e-one.md", "content/a-note.md"]


def main():
    work, problems = tempfile.mkdtemp(prefix="modelbook-findings-"), []
    try:
        for path, text in FILES.items():
            os.makedirs(os.path.dirname(os.path.join(work, path)), exist_ok=True)
            open(os.path.join(work, path), "w").write(text)
        env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, HOME="no-cache", SOURCE_DATE_EPOCH="1767225600")
        subprocess.run([PROGRAM, "build", "--keep-going", "--quiet", "--no-cache", "--out", "site"], cwd=work, env=env, timeout=120, capture_output=True)
        page = open(os.path.join(work, "site", "findings", "index.html")).read()
        overview = open(os.path.join(work, "site", "index.html")).read()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    order = re.findall(r'<h2 id="Mb-file-\d+"><span class="path">([^<]*)</span>', page)
    entries = re.findall(r'<li data-rule="([^"]*)" data-severity="([^"]*)">', page)
    if order != ORDER:
        problems.append(f"files stand in the order {order}")
    if sorted(set(entries)) != [("data/schema", "fault"), ("doc/missing-section", "error"), ("doc/unused-allow", "warning"), ("link/broken-page", "error")] or len(entries) != 10:
        problems.append(f"entries for the filter: {entries}")
    if not re.search(r'<div class="finding-filter"[^>]* hidden', page):
        problems.append("the filter is shown without a script")
    if "and 2 more of the kind" not in overview or "help line" in overview:
        problems.append("the overview speaks of a help line")
    for problem in problems:
        print("FAILED", problem)
    print(f"{4 - len(problems)} passed, {len(problems)} failed")
    return 1 if problems else 0


sys.exit(main())
