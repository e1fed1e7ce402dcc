#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes, one at a time, every required document, and every required section, checklist item, table
row and front-matter key of every document of this repository (of the two systems, which have the same
kinds, the smaller), and sees that `modelbook check` says so at
the right place, and beside it says only things that point at what was removed.

The requirements are read from the templates by a few lines of Python of their own, so that a
mistake of the program's template reader does not hide itself. Usage: removal.py PROGRAM"""
import glob, json, os, re, shutil, subprocess, sys, tempfile
import workspace_file

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])


def check(workspace):
    # Figures are measured once: that what is kept changes no answer is golden/same_answers.
    env = dict(os.environ, XDG_CACHE_HOME=workspace + ".cache", MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", SOURCE_DATE_EPOCH="1767225600")
    p = subprocess.run([PROGRAM, "check", "--workspace", workspace, "--format", "json"],
                       capture_output=True, env=env, timeout=300)
    if p.returncode not in (0, 1):
        raise SystemExit(f"exit {p.returncode}: {p.stderr.decode()[-2000:]}")
    return json.loads(p.stdout)["findings"]


def key(text):
    text = re.sub(r"^\s*(\(?\d+(\.\d+)*[.):]?)\s+", "", text.strip())
    return " ".join(re.findall(r"\w+", re.sub(r"[*_`]", "", text).replace("'", "").lower()))


def split_attributes(text):
    m = re.search(r"\s*\{([^{}]*)\}\s*$", text)
    return (text[: m.start()], m[1]) if m else (text, "")


def without_comments(lines):
    """Lines inside HTML comments and fenced code become empty."""
    result, comment, fence = [], False, None
    for line in lines:
        shown = line
        if comment:
            shown, comment = "", "-->" not in line
        elif fence:
            shown, fence = "", None if line.strip().startswith(fence) else fence
        elif line.strip().startswith(("```", "~~~")):
            fence, shown = line.strip()[:3], ""
        elif "<!--" in line:
            shown, comment = line[: line.index("<!--")], "-->" not in line
        result.append(shown)
    return result


def front_end(lines):
    return next(i for i in range(1, len(lines)) if lines[i].strip() == "---") + 1


def requirements(kind):
    """Required headings and items of a template: (type, key set, wildcard, attributes)."""
    lines = open(f"{ROOT}/templates/documents/{kind}.md", encoding="utf-8").read().split("\n")
    start, found, titled, optional_level = front_end(lines), [], False, None
    for line in without_comments(lines)[start:]:
        heading = re.match(r"^(#{1,6})\s+(.*)$", line)
        item = re.match(r"^\s*[-*+]\s+\[[ xX]\]\s+(.*)$", line)
        if heading:
            level = len(heading[1])
            if level == 1 and not titled:
                titled = True
                continue
            if optional_level and level > optional_level:
                continue
            optional_level = None
            title, attributes = split_attributes(heading[2])
            if ".optional" in attributes or "stage=" in attributes:
                optional_level = level
                continue
            what = "section"
        elif item and not optional_level:
            title, attributes = split_attributes(item[1])
            if ".optional" in attributes or "stage=" in attributes:
                continue
            what = "item"
        else:
            continue
        alias = re.search(r'alias="([^"]*)"', attributes)
        keys = {key(title.rstrip("* "))} | {key(a) for a in (alias[1].split("|") if alias else [])}
        found.append((what, keys, title.rstrip().endswith("*"), attributes))
    return found


def cells(line):
    """The cells of a line of a table; None for other lines."""
    if not line.lstrip().startswith("|"):
        return None
    return [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def is_rule(row):
    return all(re.fullmatch(r":?-+:?", c) for c in row)


def required_rows(kind):
    """What the tables of a template ask for: (section's keys, number of rows, rows' key sets)."""
    lines = open(f"{ROOT}/templates/documents/{kind}.md", encoding="utf-8").read().split("\n")
    found, shown = [], without_comments(lines)
    for i in range(front_end(lines), len(lines)):
        heading, row = re.match(r"^(#{2,6})\s+(.*)$", shown[i]), cells(shown[i])
        if heading:
            title, attributes = split_attributes(heading[2])
            alias, count = re.search(r'alias="([^"]*)"', attributes), re.search(r'min-rows="(\d+)"', attributes)
            keys = {key(title)} | {key(a) for a in (alias[1].split("|") if alias else [])}
            found.append((keys, int(count[1]) if count else 0, []))
        elif row and found and not is_rule(row) and cells(shown[i - 1]) is not None:
            title, attributes = split_attributes(row[0])
            alias = re.search(r'alias="([^"]*)"', attributes)
            if key(title) and not re.search(r"\.optional|stage=", attributes):
                found[-1][2].append({key(title)} | {key(a) for a in (alias[1].split("|") if alias else [])})
    return [f for f in found if f[1] or f[2]]


def row_removals(path, text, kind):
    """As removals(): the rows above the least number, and each row that is required by name."""
    lines = text.split("\n")
    shown = without_comments(lines)
    for keys, count, rows in required_rows(kind):
        heading = next((i for i in range(front_end(lines), len(lines))
                        if re.match(r"^#{2,6}\s", shown[i]) and key(shown[i].lstrip("# ")) in keys), None)
        if heading is None:
            raise SystemExit(f"{path}: the section {keys} with required rows was not found")
        first = next(i for i in range(heading, section_end(shown, heading)) if cells(shown[i]))
        last = first + 2
        while last < len(lines) and cells(shown[last]):
            last += 1
        if count:
            at = first + 2 + count - 1
            yield (f"rows of {sorted(keys)[0]}", "\n".join(lines[:at] + lines[last:]), lines[at:last], "row", keys)
        for names in rows:
            at = next((i for i in range(first + 2, last) if key(cells(lines[i])[0]) in names), None)
            if at is None:
                raise SystemExit(f"{path}: the row {names} was not found")
            yield (lines[at][:60], "\n".join(lines[:at] + lines[at + 1:]), [lines[at]], "row", names)


def kind_of(path, lines):
    m = re.search(r"^kind:\s*(\S+)", "\n".join(lines[: front_end(lines)]), re.M) if lines[0] == "---" else None
    return m[1] if m else None


def slug(heading):
    text = re.sub(r"[*`]", "", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def section_end(shown, i):
    level = len(re.match(r"^#+", shown[i])[0])
    for k in range(i + 1, len(shown)):
        m = re.match(r"^(#+)\s", shown[k])
        if m and len(m[1]) <= level:
            return k
    return len(shown)


def item_end(lines, i):
    """An item goes on in lines that are indented or continue the paragraph."""
    k = i + 1
    while k < len(lines) and lines[k].strip() and not re.match(r"^\s*([-*+]|\d+[.)])\s|^#", lines[k]):
        k += 1
    return k


def removals(path, text, kind):
    """What can be removed: (name, new text, removed lines, what kind of thing, keys)."""
    lines = text.split("\n")
    shown, start = without_comments(lines), front_end(lines)
    used = set()
    for what, keys, wild, attributes in requirements(kind):
        repeated = "repeat=" in attributes
        for i in range(start, len(lines)):
            if i in used:
                continue
            if what == "section":
                m = re.match(r"^#{2,6}\s+(.*)$", shown[i])
                fits = m and any(key(m[1]) == k or (wild and key(m[1]).startswith(k + " ")) for k in keys)
                end = section_end(shown, i) if fits else 0
            else:
                m = re.match(r"^\s*[-*+]\s+\[[ xX]\]\s+(.*)$", shown[i])
                fits = m and any(key(m[1]) == k or key(m[1]).startswith(k + " ") for k in keys)
                end = item_end(lines, i) if fits else 0
            if not fits:
                continue
            used.add(i)
            if not (what == "section" and repeated):
                yield (m[1][:60], "\n".join(lines[:i] + lines[end:]), lines[i:end], what, keys)
            break
        else:
            raise SystemExit(f"{path}: the {what} {keys} of the template was not found")


def required_keys(kind):
    text = open(f"{ROOT}/templates/documents/{kind}.md", encoding="utf-8").read()
    m = re.search(r"^\s*required:\s*\[([^\]]*)\]", text[: text.index("\n---\n", 4)], re.M)
    return [k.strip() for k in m[1].split(",")] if m else []


def new_findings(before, after):
    """Findings that are new, whatever their lines."""
    old = {}
    for f in before:
        k = (f["rule"], f["path"], f["message"])
        old[k] = old.get(k, 0) + 1
    fresh = []
    for f in after:
        k = (f["rule"], f["path"], f["message"])
        if old.get(k, 0):
            old[k] -= 1
        else:
            fresh.append(f)
    return fresh


class Run:
    def __init__(self):
        self.dir = tempfile.mkdtemp()
        self.workspace = os.path.join(self.dir, "w")
        os.mkdir(self.workspace)
        for name in ("content", "data", "templates", "themes", "modelbook.yaml"):
            source = os.path.join(ROOT, name)
            copy = shutil.copytree if os.path.isdir(source) else shutil.copy
            copy(source, os.path.join(self.workspace, name))
        self.before = check(self.workspace)
        self.passed = self.failed = 0

    def verdict(self, what, problem):
        self.passed += not problem
        self.failed += bool(problem)
        if problem:
            print(f"{what}: {problem}")

    def with_text(self, path, text):
        full = os.path.join(self.workspace, path)
        kept = open(full, encoding="utf-8").read()
        try:
            if text is None:
                os.remove(full)
            else:
                open(full, "w", encoding="utf-8").write(text)
            return new_findings(self.before, check(self.workspace))
        finally:
            open(full, "w", encoding="utf-8").write(kept)


def try_body(run, path, text, kind):
    for name, changed, gone, what, keys in [*removals(path, text, kind), *row_removals(path, text, kind)]:
        rules = {"row": ("doc/missing-row",), "section": ("doc/missing-section", "doc/empty-section"), "item": ("doc/missing-item",)}[what]
        anchors = {slug(re.sub(r"^#+", "", line)) for line in gone if line.startswith("#")}
        fresh = run.with_text(path, changed)
        hits = [f for f in fresh if f["path"] == path and f["rule"] == rules[0]
                and key(re.search(r"'(.*?)'(?=$|:| with )", f["message"])[1]) in keys]
        # What else points at the removed text: links to its headings, controls that it satisfied, and a
        # parent left empty.
        beside = [f for f in fresh if f not in hits and not (
            f["rule"] == "link/broken-anchor" and re.search(r"#([^']*)'", f["message"])[1] in anchors)
            and not (f["rule"] == "control/unresolved" and control_target(f)[0] == document_id(path) and control_target(f)[1] in anchors)
            and not (f["rule"] == "link/broken-reference") and not (
            f["rule"] in ("doc/empty-section", "doc/too-short", "doc/missing-steps", "doc/missing-row") and f["path"] == path)]
        problem = None
        if len(hits) != 1:
            problem = f"{len(hits)} findings of {rules[0]}; all: {[f['rule'] + ' ' + f['message'] for f in fresh]}"
        elif beside:
            problem = f"beside it: {[f['path'] + ' ' + f['rule'] + ' ' + f['message'] for f in beside]}"
        elif not in_place(changed, hits[0]["line"]):
            problem = f"at line {hits[0]['line']}, which is no heading, no table and no front matter"
        run.verdict(f"{path}: {what} '{name}'", problem)


def in_place(text, line):
    lines = text.split("\n")
    return line <= front_end(lines) or lines[line - 1].startswith(("#", "|"))


def try_front_matter(run, path, text, kind):
    lines = text.split("\n")
    end = front_end(lines)
    for name in required_keys(kind):
        at = next((i for i in range(1, end) if lines[i].startswith(name + ":")), None)
        if at is None:
            raise SystemExit(f"{path}: key '{name}' is required and absent")
        after = at + 1
        while lines[after].startswith((" ", "\t")):
            after += 1
        fresh = run.with_text(path, "\n".join(lines[:at] + lines[after:]))
        hits = [f for f in fresh if f["path"] == path and f["rule"] == "doc/front-matter-schema" and f"'{name}'" in f["message"]]
        beside = [f for f in fresh if f not in hits and not points_at_key(f, name, path)]
        problem = None
        if not hits:
            problem = f"no finding; all: {[f['rule'] + ' ' + f['message'] for f in fresh]}"
        elif hits[0]["line"] > end:
            problem = f"at line {hits[0]['line']}, which is not in the front matter"
        elif beside:
            problem = f"beside it: {[f['path'] + ' ' + f['rule'] + ' ' + f['message'] for f in beside]}"
        run.verdict(f"{path}: key '{name}'", problem)


def points_at_key(f, name, path):
    if name in ("about", "kind"):  # the document no longer is what modelbook.yaml requires
        return f["rule"] in ("doc/missing-document", "doc/front-matter-schema")
    return False


def document_id(path):
    return path[len("content/"):-len(".md")]


def control_target(f):
    """The document and the anchor that an entry of a control names: 'handbook/a#b/c'."""
    document, _, anchor = re.search(r"'([^']*)'", f["message"])[1].partition("#")
    return document, anchor.split("/")[0]


def points_at_document(f, path, base):
    """Links to it, records that name its id, controls that it satisfied, and the pattern that matched it alone."""
    if f["rule"] == "control/unresolved":
        return control_target(f)[0] == document_id(path)
    if f["rule"] == "link/broken-reference":
        return f"[[{document_id(path)}]]" in f["message"]
    if f["rule"] == "config/unmatched":
        return path.startswith(re.search(r"'([^'*]*)", f["message"])[1])
    if f["rule"] == "data/unknown-reference":
        return f"'{document_id(path)}'" in f["message"]
    return f["rule"].startswith("link/") and base in f["message"]


def try_document(run, path, kind):
    fresh = run.with_text(path, None)
    base = os.path.basename(path)
    hits = [f for f in fresh if f["rule"] == "doc/missing-document" and kind in f["message"]]
    beside = [f for f in fresh if f not in hits and not points_at_document(f, path, base)]
    problem = None
    if len(hits) != 1 or hits[0]["path"] != "modelbook.yaml":
        problem = f"findings: {[f['path'] + ' ' + f['rule'] + ' ' + f['message'] for f in fresh]}"
    elif beside:
        problem = f"beside it: {[f['path'] + ' ' + f['rule'] + ' ' + f['message'] for f in beside]}"
    run.verdict(f"{path}: the document", problem)


STAGES = ["development", "staging", "shadow", "canary", "production"]


def stages_of(text):
    """The stages that the version or the model which a document is about has entered or asks for, and all before."""
    about = re.search(r"^about: (\S+)", text, re.M)[1]
    model, _, version = about.partition("@")
    record = open(f"{ROOT}/data/{model}/model.yaml", encoding="utf-8").read()
    if version:
        record = re.search(rf"^  - id: {re.escape(version)}\n((?:    .*\n)*)", record, re.M)[1]
    return STAGES[:max(STAGES.index(stage) for stage in re.findall(r"stage: (\w+)", record) if stage in STAGES) + 1]


def main():
    run = Run()
    errors = [f for f in run.before if f["severity"] == "error"]
    run.verdict("the repository as it is", [f["message"] for f in errors])
    rows = re.search(r"^require:\n((?:  .*\n)*)", open(f"{ROOT}/modelbook.yaml").read(), re.M)[1]
    required = {kind: stage for kind, stage in re.findall(r"\{kind: (\w+)[^}]*?(?:stage: (\w+))?\}", rows)}
    for full in sorted(glob.glob(f"{ROOT}/content/**/*.md", recursive=True)):
        path = os.path.relpath(full, ROOT)
        if workspace_file.is_reference_system(path):
            continue
        text = open(full, encoding="utf-8").read()
        kind = kind_of(path, text.split("\n"))
        if not kind:
            continue
        if kind in required and (not required[kind] or required[kind] in stages_of(text)):
            try_document(run, path, kind)
        try_body(run, path, text, kind)
        try_front_matter(run, path, text, kind)
    shutil.rmtree(run.dir)
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed or run.passed < 50 else 0


sys.exit(main())
