#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `modelbook new KIND` writes, filled in as its own comments ask, has no error; with any one
place left as it was it has a finding there; and each optional key takes what its comment suggests.

new_filled/KIND.txt fills a kind in. A line `PATH = VALUE` is for a key of a record or of a document's
front matter (`versions[0].author = ML lead`); a key without a line gets what its comment says: the
example, the first of the choices, today, the least number. For documents `text = WORDS` goes into each
section that has no text of its own, as often as its comment asks for words, steps or rows; text of
its own stands below the section's heading, at the end of the file. `with = KEY: OTHERS` uses optional
keys beside an optional one, or `always`; `without = KEY: REASON` leaves an optional key alone.
Usage: new_filled.py PROGRAM"""
import json, os, re, sys, tempfile

import records
from records import ROOT, examples, findings, run, verdict, write

FILLINGS = os.path.join(ROOT, "tests", "golden", "new_filled")
TODAY = "2026-11-21"  # as records.run() says it
WORDS = "what it says"  # for a key that takes any text
HOW_DOCUMENT = """write tests/golden/new_filled/{0}.txt with one line
    text = One or two sentences that any section of such a document could hold.
  and, where a section must hold more than its comment asks for in words, steps or rows, its heading and text"""
HOW_RECORD = """write tests/golden/new_filled/{0}.txt with a line
    PATH = VALUE
  for each required key whose comment names no example"""


# ---- fillings ----

class Filling:
    def __init__(self, kind):
        self.values, self.sections, self.without, self.along = {}, {}, {}, {}
        heading = None
        for line in open(os.path.join(FILLINGS, kind + ".txt"), encoding="utf-8").read().split("\n"):
            if line.startswith("## "):
                heading = line[3:].strip()
                self.sections[heading] = ""
            elif heading:
                self.sections[heading] += line + "\n"
            elif line and not line.startswith("# "):
                path, value = line.split(" = ", 1)
                if path == "without":
                    path, reason = value.split(": ", 1)
                    self.without[path] = reason
                elif path == "with":
                    path, others = value.split(": ", 1)
                    self.along[path] = others.split(", ")
                else:
                    self.values[path] = value
        self.used = set()

    def uncovered(self, lines, key=None):
        """The lines with the # taken away from the optional keys that go with a key, or that one key always needs."""
        lines = list(lines)
        for wanted in (None, key):
            for other in self.along.get(wanted or "always", ()):
                for name, start, end in optional_blocks(lines):
                    if name == other and name != key:
                        lines[start:end] = [l[1:] for l in lines[start:end]]
                        self.used.add(wanted or "always")
                        break
        return lines

    def value(self, path):
        if path in self.values:
            self.used.add(path)
        return self.values.get(path)


def suggested(comment):
    """What the comment above a key asks for: its example, or the least that it names. None: it names nothing."""
    def number(text):
        return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
    found = re.search(r"For example: (.*)$", comment)
    if found:
        return found.group(1)
    for form, value in (
            (r"A list, each one of: ([^,.]+)", lambda m: f"[{m[1]}]"),
            (r"One of: ([^,]+?)(,|\.$)", lambda m: m[1]),
            (r"Always (.+)\.$", lambda m: m[1]),
            (r"A day, YYYY-MM-DD", lambda m: TODAY),
            (r"A moment, YYYY", lambda m: f'"{TODAY}T00:00:00Z"'),
            (r"True or false", lambda m: "true"),
            (r"A list, each a list", lambda m: "[[1, 2], [3, 4]]"),
            (r"A list, each a (whole )?number", lambda m: "[1, 2]"),
            (r"A list of maps", lambda m: "[]"),
            (r"A list of text", lambda m: f"[{WORDS}]"),
            (r"[Aa] (?:whole )?number from (\S+) to (\S+?)( or null)?\.?$", lambda m: m[1]),
            (r"[Aa] (?:whole )?number above (\S+?)( and .*)?( or null)?\.?$", lambda m: str(number(m[1]) + 1)),
            (r"[Aa] (?:whole )?number of at least (\S+?)( or null)?\.?$", lambda m: m[1]),
            (r"[Aa] (?:whole )?number( or null)?(, or .*)?\.$", lambda m: "1"),
            (r"A map( or null)?\.$", lambda m: "{}"),
            (r"\b[Rr]ole\b", lambda m: "ML lead")):
        found = re.search(form, comment)
        if found:
            return value(found)
    return None


# ---- keys ----

KEY = re.compile(r"^( *)(- )?([A-Za-z0-9_]+):(?: (.*))?$")


class Place:
    """Where somebody must write: the lines [start, end), what they become, and what it is called; no label where it
    stands filled already."""
    def __init__(self, start, end, new, label):
        self.start, self.end, self.new, self.label = start, end, new.split("\n"), label


def indent(line):
    return len(line) - len(line.lstrip(" "))


def comment_above(lines, i):
    words, deep = [], indent(lines[i])
    while i and lines[i - 1].startswith(" " * deep + "# "):
        i -= 1
        words.insert(0, lines[i][deep + 2:])
    return " ".join(words)


def is_empty(lines, i):
    """Whether nothing stands under line i."""
    for line in lines[i + 1:]:
        if line.strip() and not line.lstrip().startswith("#"):
            return indent(line) <= indent(lines[i])
    return True


def end_of(lines, i):
    """The line behind all that stands under line i."""
    end = i + 1
    for k in range(i + 1, len(lines)):
        if lines[k].strip() and not lines[k].lstrip().startswith("#"):
            if indent(lines[k]) <= indent(lines[i]):
                break
            end = k + 1
    return end


def fill_keys(what, filling, lines, first=0, optional=()):
    """The places of the YAML `lines`; a key in `optional` (numbers of lines) may take any text."""
    skip, places, stack = 0, [], []  # stack: (indent, path so far, number of the list's entry)
    for i, line in enumerate(lines):
        bare = line.strip()
        if not bare or bare.startswith("#") or i < skip:
            continue
        deep = indent(line)
        while stack and stack[-1][0] >= deep:
            stack.pop()
        above = stack[-1][1] if stack else ""
        if bare == "-":
            path = f"{above}[0]"
            stack.append((deep, path))
            if is_empty(lines, i) and filling.value(path):
                places.append(Place(first + i, first + i + 1, f"{line} {filling.value(path)}", above))
            elif is_empty(lines, i) and i not in optional:
                verdict(what, f"line {first + i + 1}: an entry with nothing in it, and no line '{path} = {{…}}' in the filling")
            continue
        m = KEY.match(line)
        if not m:
            continue
        path = f"{above}.{m[3]}" if above else m[3]
        stack.append((deep, path))
        given = filling.value(path)
        value, _, trailing = (m[4] or "").partition("# ")
        value = value.strip()
        if value and value != "<fill in>":
            if given:
                places.append(Place(first + i, first + i + 1, f"{m[1]}{m[3]}: {given}", None))
            continue
        if not is_empty(lines, i):
            if given:
                skip = end_of(lines, i)
                places.append(Place(first + i, first + skip, f"{m[1]}{m[3]}: {given}", m[3]))
            continue
        new = given or suggested(trailing if trailing else comment_above(lines, i)) or (i in optional and WORDS)
        if not new:
            verdict(what, f"line {first + i + 1}: the comment of '{path}' names no example, and the filling has no line for it")
            continue
        places.append(Place(first + i, first + i + 1, f"{m[1]}{m[3]}: {new}", m[3]))
    return places


# ---- documents ----

def amount(pattern, comment):
    found = re.search(rf"At least (\d+) {pattern}", comment)
    return int(found.group(1)) if found else 0


def row(cells, text):
    return "| " + " | ".join(c.strip() or text for c in cells) + " |"


def fill_section(lines, comment, text):
    """A section's own lines with its items ticked, its table filled, its steps and words written."""
    steps = amount("numbered steps", comment) or ("Numbered" in comment and 3)
    items = any(l.startswith("- [ ]") for l in lines)
    table = [i for i, l in enumerate(lines) if l.startswith("|")]
    out = []
    for i, line in enumerate(lines):
        if line.startswith("- [ ]"):
            out += ["- [x]" + line[5:], "", "  " + text, ""]
            continue
        out.append(row(line.strip()[1:-1].split("|"), text)
                   if table and i in table[2:] else line)
        if table and i == table[-1]:
            columns = lines[table[0]].count("|") - 1
            have = len(table) - 2
            out += [row([f"{n + 1}. "] + [""] * (columns - 1), text)
                    for n in range(have, max(have + (not have), amount("rows", comment)))]
    out += [""] + [f"{n + 1}. {text}" for n in range(steps)]
    if not (items or table or steps) or amount("words", comment):
        out += ["", text] * (1 + amount("words", comment) // len(text.split()))
    return out + [""]


def indent_of(heading):
    return len(heading) - len(heading.lstrip("#"))


def fill_body(what, filling, lines, first, about_something):
    """The places of a document's body: one for each section, one for each heading to be worded."""
    starts = [i for i, l in enumerate(lines) if re.match(r"#{1,6} ", l)]
    places, text = [], filling.value("text")
    if not text:
        verdict(what, "the filling has no line 'text = …'")
        return places
    for n, start in enumerate(starts):
        own = lines[start + 1:starts[n + 1] if n + 1 < len(starts) else len(lines)]
        title, joined = lines[start].lstrip("# "), "\n".join(own)
        comment = " ".join(re.findall(r"<!--(.*?)-->", joined, re.S))
        if "<fill in>" in title:
            places.append(Place(first + start, first + start + 1, lines[start].replace("<fill in>", f"the {n}th that is written"), "<fill in>"))
        if lines[start].startswith("# "):
            continue
        plain = re.sub(r" *<!--.*?-->\n?", "", joined, flags=re.S).strip("\n")
        if title in filling.sections:
            filling.used.add("## " + title)
            new = filling.sections[title].split("\n")
        else:
            new = fill_section(plain.split("\n"), comment, text)
        at = first + start + 1
        # What holds other sections needs nothing of its own; a list that is kept as it is, no tick.
        inner = n + 1 < len(starts) and indent_of(lines[starts[n + 1]]) > indent_of(lines[start])
        asked = re.search(r"At least \d", comment) or "|" in plain
        kept = "- [ ]" in plain and not about_something
        places.append(Place(at, at + len(own), "\n".join(["", *new]), None if (inner and not asked) or kept else title))
    return places


# ---- the file ----

def places_of(kind, text, filling, is_record):
    lines = text.split("\n")
    if is_record:
        return fill_keys(kind, filling, lines)
    end = lines.index("---", 1)
    return fill_keys(kind, filling, lines[1:end], 1) + fill_body(
        kind, filling, lines[end + 1:], end + 1, any(l.startswith("about:") for l in lines[:end]))


def filled(text, places, but=None):
    """The text with all places filled but one."""
    lines = text.split("\n")
    for place in sorted(places, key=lambda p: -p.start):
        if place is not but:
            lines[place.start:place.end] = place.new
    return "\n".join(lines)


def lines_of(places, but):
    """The lines, from 1, of the place that is left as it was, with the one above: a section's heading."""
    before = sum(len(p.new) - (p.end - p.start) for p in places if p.start < but.start)
    return range(but.start + before, but.end + before + 1)


def numbered(text, n):
    """Ids that a rule numbers: each file has its own."""
    return text.replace("-NNN\n", f"-{n:03}\n")


def write_context(work):
    """A workspace with a record of every kind, so that what the comments refer to is there."""
    records.fill(work)
    for kind in records.kinds():
        for i, text in enumerate(examples(kind)):
            write(work, f"data/{kind}-{i}.yaml", text)


def path_of(kind, name, is_record):
    return f"data/{name}.yaml" if is_record else f"content/{name}.md"


def check_filled(listed, made, places):
    with tempfile.TemporaryDirectory() as work:
        write_context(work)
        for n, (kind, is_record) in enumerate(listed):
            write(work, path_of(kind, "made/" + kind, is_record), numbered(filled(made[kind], places[kind]), n + 100))
        found = findings(work)
        odd = [f for f in found if f["severity"] == "error" and re.match("data/(?!made/)", f["path"])]
        verdict("the records around", odd or None)
        for kind, is_record in listed:
            path = path_of(kind, "made/" + kind, is_record)
            bad = [f"{path}:{f['line']}: {f['message']} [{f['rule']}]" for f in found
                   if f["path"] == path and (f["severity"] == "error" or "schema" in f["rule"])]
            verdict(f"{kind} filled in", "\n  ".join(["", *bad]) if bad else None)


def check_unfilled(listed, made, places):
    """Each place as `new` left it, all others filled in."""
    with tempfile.TemporaryDirectory() as work:
        write_context(work)
        cases = {}
        for kind, is_record in listed:
            for n, place in enumerate(p for p in places[kind] if p.label):
                path = path_of(kind, f"made/{kind}-{n}", is_record)
                text = filled(made[kind], places[kind], place)
                write(work, path, numbered(re.sub(rf"(?m)^id: {kind}$", f"id: made-{kind}-{n}", text), n + 100))
                cases[path] = (kind, place)
        found = findings(work)
        for path, (kind, place) in cases.items():
            own = [f for f in found if f["path"] == path and f["severity"] != "note"]
            told = [f for f in own if f["rule"] in records.TO_FILL and f["line"] in lines_of(places[kind], place)]
            verdict(f"{kind} without '{place.label}'", None if told else own or "nothing is found")
        return len(cases)


# ---- optional keys ----

def optional_blocks(lines):
    """Lines [from, to) of each optional key, with those under it."""
    i = 0
    while i < len(lines):
        m = re.match(r"^#((?:  )*)([A-Za-z0-9_]+):", lines[i])
        if not m or lines[i].startswith("#key:"):
            i += 1
            continue
        end, deep = i + 1, len(m[1])
        while end < len(lines) and re.match(r"^# {%d,}[-A-Za-z0-9_]" % (deep + 1), lines[end]):
            end += 1
        yield m[2], i, end
        i = end


def check_optional(listed, made, places, fillings):
    """Each optional key alone, with all that its comment shows below it."""
    with tempfile.TemporaryDirectory() as work:
        write_context(work)
        cases = {}
        for kind, is_record in listed:
            if not is_record:
                continue
            lines = made[kind].split("\n")
            for n, (key, start, end) in enumerate(optional_blocks(lines)):
                if key in fillings[kind].without:
                    fillings[kind].used.add(key)
                    continue
                shown = fillings[kind].uncovered(lines, key)
                for i in range(start, end):
                    shown[i] = shown[i].removeprefix("#")
                text = filled("\n".join(shown), fill_keys(f"{kind} with '{key}'", fillings[kind], shown, 0, range(start, end)))
                path = path_of(kind, f"made/{kind}-with-{n}", True)
                write(work, path, numbered(re.sub(rf"(?m)^id: {kind}$", f"id: made-{kind}-with-{n}", text), n + 500))
                cases[path] = (kind, key)
        found = findings(work)
        for path, (kind, key) in cases.items():
            bad = [f"{f['line']}: {f['message']} [{f['rule']}]" for f in found if f["path"] == path
                   and f["rule"] in ("data/schema", "data/syntax", "data/missing-key", "data/unknown-key")]
            verdict(f"{kind} with '{key}' as its comment says", "\n  ".join(["", *bad]) if bad else None)
        return len(cases)


def main():
    made, places, fillings = {}, {}, {}
    with tempfile.TemporaryDirectory() as work:
        records.fill(work)
        lines = [l for l in run(work, "new", "--list").stdout.split("\n") if " modelbook new " in l]
        listed = sorted({(l.split()[-1], l.split()[-1] in records.kinds()) for l in lines})
        verdict("kinds are listed", None if len(listed) > 30 else listed)
        for kind, is_record in list(listed):
            if not os.path.exists(os.path.join(FILLINGS, kind + ".txt")):
                verdict(f"kind '{kind}' has no filling", (HOW_RECORD if is_record else HOW_DOCUMENT).format(kind))
                listed.remove((kind, is_record))
                continue
            path = run(work, "new", kind, "made/" + kind).stdout.strip()
            fillings[kind] = Filling(kind)
            text = open(os.path.join(work, path), encoding="utf-8").read()
            made[kind] = "\n".join(fillings[kind].uncovered(text.split("\n")))
            places[kind] = places_of(kind, made[kind], fillings[kind], is_record)
    check_filled(listed, made, places)
    n_places = check_unfilled(listed, made, places)
    n_optional = check_optional(listed, made, places, fillings)
    for kind, _ in listed:
        f = fillings[kind]
        unused = ({*f.values, *("## " + s for s in f.sections), *f.without, *f.along}) - f.used
        verdict(f"new_filled/{kind}.txt", f"fills in what is not there: {sorted(unused)}" if unused else None)
    gone = {n[:-4] for n in os.listdir(FILLINGS)} - {k for k, _ in listed}
    verdict("fillings of kinds that there are", f"no such kind: {sorted(gone)}" if gone else None)
    print(f"{len(listed)} kinds, {n_places} places, {n_optional} optional keys")
    print(f"{records.passed} passed, {records.failed} failed")
    return 1 if records.failed else 0


sys.exit(main())
